//! Whole bodies, cookies, parameters behind a `#`, and credentials of a vendor's own making.

use authsmith_protocol::operation::{Answer, AnswerFormat, ClientAuth, Encoding, Operation, Param};
use authsmith_protocol::{BuildError, Secret, Values, build};
use serde_json::json;

use crate::{params, wire};

const URL: &str = "https://api.example/x";

fn body(operation: &Operation<'_>, values: &Values) -> Result<String, BuildError> {
    build(operation, values).map(|request| String::from_utf8(request.body).unwrap())
}

#[test]
fn a_json_body_keeps_types_and_drops_what_is_optional_and_absent() {
    let operation = Operation::post("sign_in", URL)
        .body_json(
            r#"{"credentials":{"name":"<name>","secret":"<password>","site":{"url":"<site>"}},"n":"<n>","say":"<name>/<n>",
                "list":["<n>","<absent>",3,null,true],"absent":"<absent>","half":"<n> <absent>","other":"<absent ?? n>",
                "lit":"a << b"}"#,
        )
        .optional(&["absent", "site"]);
    let values = Values::new().with("name", "\"x\", \"y\": 1").with("password", Secret::from("p")).with("n", 7);
    let expected = r#"{"credentials":{"name":"\"x\", \"y\": 1","secret":"p","site":{}},"n":7,"say":"\"x\", \"y\": 1/7","list":[7,3,null,true],"other":"7","lit":"a < b"}"#;
    assert_eq!(body(&operation, &values).unwrap(), expected);
    assert_eq!(build(&operation, &values).unwrap().headers["content-type"], "application/json");
    let error = body(&operation, &Values::new().with("name", "x")).unwrap_err();
    assert_eq!(error.to_string(), "`password` has no value, and the body needs it");
    assert_eq!(body(&Operation::post("a", URL).body_json("{"), &values), Err(BuildError::BodyJson));
    assert!(matches!(body(&Operation::get("a", URL).body_json("{}"), &values), Err(BuildError::Body(_))));
    // It stands in place of the parameters.
    let both = Operation::post("a", URL).params(params([Param::body("p", "<absent>")])).body_json("[]");
    assert_eq!(body(&both, &values).unwrap(), "[]");
}

#[test]
fn a_text_body_is_sent_as_it_is_and_xml_escapes_its_values() {
    let values = Values::new().with("v", "<a b=\"c\">&'\r\n").with("n", 7);
    let text = Operation::post("a", URL)
        .encoding(Encoding::Text { content_type: "application/graphql; charset=utf-8" })
        .body_text("query { x(v: <n>) <absent>}")
        .optional(&["absent"]);
    let expected = "POST https://api.example/x\naccept: application/json\n\
                    content-type: application/graphql; charset=utf-8\n\nquery { x(v: 7) }";
    assert_eq!(wire(&build(&text, &values).unwrap()), expected);
    let xml = Operation::post("a", URL)
        .encoding(Encoding::Xml)
        .body_text("<?xml version=\"1.0\"?><<a n=\"<n>\"><v></a>")
        .answer(Answer::json().format(AnswerFormat::Xml));
    let expected = "POST https://api.example/x\naccept: application/xml, text/xml;q=0.9\ncontent-type: application/xml\n\n\
                    <?xml version=\"1.0\"?><a n=\"7\">&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#13;&#10;</a>";
    assert_eq!(wire(&build(&xml, &values).unwrap()), expected);
    for value in ["a\0b", "\u{1b}", "\u{ffff}"] {
        let error = body(&xml, &Values::new().with("n", 1).with("v", value)).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { variable, .. } if variable == "v"), "{value:?}");
    }
    assert!(matches!(body(&text, &Values::new()), Err(BuildError::Missing { variable, .. }) if variable == "n"));
    let nothing = Operation::post("a", URL).encoding(Encoding::Xml).params(params([Param::body("a", "b")]));
    assert_eq!(body(&nothing, &Values::new()), Err(BuildError::NoBody));
}

#[test]
fn cookies_share_one_header() {
    let operation = Operation::get("a", URL).params(params([
        Param::cookie("B1SESSION", "<token>"),
        Param::cookie("ROUTEID", "<route>").optional(),
        Param::cookie("v", "1"),
    ]));
    let values = Values::new().with("token", Secret::from("a=b"));
    let request = build(&operation, &values).unwrap();
    assert_eq!(request.headers["cookie"], "B1SESSION=a=b; v=1");
    assert!(request.headers["cookie"].is_sensitive());
    let request = build(&operation, &values.clone().with("route", ".node1")).unwrap();
    assert_eq!(request.headers["cookie"], "B1SESSION=a=b; ROUTEID=.node1; v=1");
    for list in [[Param::cookie("a b", "1"), Param::query("q", "1")], [Param::cookie("", "1"), Param::query("q", "1")]]
    {
        let error = build(&Operation::get("a", URL).params(&list), &values).unwrap_err();
        assert!(matches!(error, BuildError::Header(_)), "{error}");
    }
    // Also with a header that a caller writes.
    let list = [Param::header("Cookie", "<token>; b=2"), Param::cookie("a", "1")];
    let request = build(&Operation::get("a", URL).params(&list), &values).unwrap();
    assert_eq!(request.headers["cookie"], "a=1; a=b; b=2");
    assert!(request.headers["cookie"].is_sensitive());
    assert_eq!(request.headers.get_all("cookie").iter().count(), 1);
}

#[test]
fn parameters_stand_behind_the_route() {
    let list = [Param::fragment("client_id", "<client_id>"), Param::fragment("scope", "<scope>").optional()];
    let values = Values::new().with("client_id", "a&b#c?").with("region", "e#u");
    let table = [
        ("https://app.example/#/oauth", "https://app.example/#/oauth?client_id=a%26b%23c%3F"),
        ("https://app.example/#/oauth?x=1", "https://app.example/#/oauth?x=1&client_id=a%26b%23c%3F"),
        ("https://app.example/p?q=<region>#/<region>", "https://app.example/p?q=e%23u#/e%23u?client_id=a%26b%23c%3F"),
        ("https://app.example/#", "https://app.example/#client_id=a%26b%23c%3F"),
        ("https://app.example/", "https://app.example/#client_id=a%26b%23c%3F"),
    ];
    for (template, expected) in table {
        let request = build(&Operation::get("authorize", template).params(&list), &values).unwrap();
        assert_eq!(request.url.as_str(), expected);
    }
    // Without such parameters a fragment stays refused, and so does one in a setting.
    assert!(matches!(build(&Operation::get("a", "https://app.example/#/x"), &values), Err(BuildError::Url(_))));
    let setting = values.clone().with("base", "https://app.example/#/x");
    assert!(build(&Operation::get("a", "<base>").params(&list), &setting).is_err());
}

#[test]
fn basic_takes_any_text() {
    let values = Values::new().with("client_id", "a:b").with("client_secret", Secret::from("c+d%e")).with("k", "key");
    let table = [
        ("<client_id>:<client_secret>", "Basic YTpiOmMrZCVl"), // a:b:c+d%e
        ("<client_secret>:", "Basic YytkJWU6"),                // c+d%e:
        ("<k>:<client_id>:<client_secret>", "Basic a2V5OmE6YjpjK2QlZQ=="), // key:a:b:c+d%e
    ];
    for (template, expected) in table {
        let request = build(&Operation::post("a", URL).client_auth(ClientAuth::BasicOf(template)), &values).unwrap();
        assert_eq!(request.headers["authorization"], expected);
        assert!(request.headers["authorization"].is_sensitive());
    }
    let error = build(&Operation::post("a", URL).client_auth(ClientAuth::BasicOf("<none>")), &values).unwrap_err();
    assert_eq!(error.to_string(), "`none` has no value, and the client authentication needs it");
}

#[test]
fn a_body_is_quiet_in_its_errors() {
    let operation = Operation::post("a", URL).body_json(r#"{"a":"x<v>"}"#);
    let error = body(&operation, &Values::new().with("v", json!(["CANARY"]))).unwrap_err();
    assert!(!format!("{error:?} {error}").contains("CANARY"));
}
