//! Exact requests.

use authsmith_protocol::operation::{ClientAuth, Encoding, Operation, Param};
use authsmith_protocol::{BuildError, Secret, UrlError, Values, build, check_url};
use serde_json::json;

use crate::{operations, params, wire};

fn credentials() -> Values {
    Values::new().with("client_id", "app").with("client_secret", Secret::from("s3cret"))
}

#[test]
fn a_form_keeps_the_order_of_the_parameters() {
    let values = credentials().with("code", Secret::from("abc"));
    let request = build(&operations::EXCHANGE_CODE, &values).unwrap();
    let expected = "POST https://vitaldb.net/oauth2/token\naccept: application/json\n\
                    content-type: application/x-www-form-urlencoded\n\ncode=abc&client_id=app&client_secret=s3cret";
    assert_eq!(wire(&request), expected);
}

#[test]
fn a_query_is_form_encoded_and_has_no_body() {
    let values = Values::new().with("token", Secret::from("a b+c/d"));
    let request = build(&operations::USERINFO, &values).unwrap();
    let expected = "GET https://vitaldb.net/oauth2/userinfo?access_token=a+b%2Bc%2Fd\naccept: application/json\n\n";
    assert_eq!(wire(&request), expected);
}

#[test]
fn optional_parameters_without_a_value_are_left_out() {
    let authorize = operations::PROVIDER.authorization().unwrap().request();
    let values = credentials().with("redirect_uri", "app://cb?x=1").with("state", Secret::from("S"));
    let url = build(&authorize, &values).unwrap().url;
    assert_eq!(
        url.as_str(),
        "https://vitaldb.net/oauth2/login?client_id=app&redirect_uri=app%3A%2F%2Fcb%3Fx%3D1&state=S"
    );
    let url = build(&authorize, &values.with("scope", "read write")).unwrap().url;
    assert!(url.as_str().ends_with("&scope=read+write&state=S"), "{url}");
}

#[test]
fn json_keeps_the_type_of_a_value_that_stands_alone() {
    let operation = Operation::post("send", "https://api.example/send").encoding(Encoding::Json).params(params([
        Param::body("readings", "<readings>"),
        Param::body("count", "<count>"),
        Param::body("label", "n=<count>, <flag>"),
        Param::body("flag", "<flag>"),
        Param::body("none", "<none>"),
        Param::body("secret", "<secret>"),
        Param::body("absent", "<absent>").optional(),
        Param::body("half", "<count> <absent>").optional(),
        Param::body("kind", "a << b < c"),
    ]));
    let values = Values::new()
        .with("readings", json!([{ "start": 1, "value": 61.5 }]))
        .with("count", 7)
        .with("flag", true)
        .with("none", json!(null))
        .with("secret", Secret::from("\"x"));
    let request = build(&operation, &values).unwrap();
    let expected = r#"{"readings":[{"start":1,"value":61.5}],"count":7,"label":"n=7, true","flag":true,"none":null,"secret":"\"x","kind":"a < b < c"}"#;
    assert_eq!(std::str::from_utf8(&request.body).unwrap(), expected);
    assert_eq!(request.headers["content-type"], "application/json");
}

#[test]
fn a_form_and_a_query_write_scalars_as_plain_text() {
    let table = [
        (json!("a&b=c"), "v=a%26b%3Dc"),
        (json!(-3), "v=-3"),
        (json!(u64::MAX), "v=18446744073709551615"),
        (json!(55.5), "v=55.5"),
        (json!(2.0), "v=2"),
        (json!(1e21), "v=1000000000000000000000"),
        (json!(false), "v=false"),
        (json!(""), "v="),
        (json!("é\r\n\0"), "v=%C3%A9%0D%0A%00"),
    ];
    let form = Operation::post("form", "https://api.example/x").params(params([Param::body("v", "<v>")]));
    let query = Operation::get("query", "https://api.example/x?fixed=1").params(params([Param::query("v", "<v>")]));
    for (value, expected) in table {
        let values = Values::new().with("v", value);
        assert_eq!(build(&form, &values).unwrap().body, expected.as_bytes());
        assert_eq!(build(&query, &values).unwrap().url.query(), Some(format!("fixed=1&{expected}").as_str()));
    }
    for value in [json!([1]), json!({ "a": 1 }), json!(null)] {
        for operation in [form, query] {
            let error = build(&operation, &Values::new().with("v", value.clone())).unwrap_err();
            assert!(matches!(&error, BuildError::Unfit { variable, .. } if variable == "v"), "{error}");
            assert!(error.to_string().contains("expected text, a number or a boolean, not"), "{error}");
        }
    }
}

#[test]
fn input_24_basic_form_encodes_both_halves() {
    // RFC 6749, section 2.3.1 and appendix B.
    let table = [
        ("app", "s3cret", "Basic YXBwOnMzY3JldA=="),    // app:s3cret
        ("a:b", "c+d%e", "Basic YSUzQWI6YyUyQmQlMjVl"), // a%3Ab:c%2Bd%25e
        ("x&y z", "é", "Basic eCUyNnkrejolQzMlQTk="),   // x%26y+z:%C3%A9
        ("app", "", "Basic YXBwOg=="),                  // app:
    ];
    let operation = Operation::post("token", "https://api.example/token").client_auth(ClientAuth::Basic);
    for (id, secret, expected) in table {
        let values = Values::new().with("client_id", id).with("client_secret", Secret::from(secret));
        let request = build(&operation, &values).unwrap();
        assert_eq!(request.headers["authorization"], expected);
        assert!(request.headers["authorization"].is_sensitive());
        assert!(request.body.is_empty() && !request.headers.contains_key("content-type"));
    }
}

#[test]
fn headers_come_in_order_and_credentials_are_sensitive() {
    let operation = Operation::post("send", "https://api.example/send").encoding(Encoding::Json).params(params([
        Param::header("Authentication", "Bearer <token>"),
        Param::header("Cache-Control", "no-cache"),
        Param::header("X-Left-Out", "<nothing>").optional(),
        Param::body("a", "1"),
    ]));
    let request = build(&operation, &Values::new().with("token", Secret::from("T"))).unwrap();
    let expected = "POST https://api.example/send\naccept: application/json\nauthentication: Bearer T\n\
                    cache-control: no-cache\ncontent-type: application/json\n\n{\"a\":\"1\"}";
    assert_eq!(wire(&request), expected);
    assert!(request.headers["authentication"].is_sensitive());
    assert!(!request.headers["cache-control"].is_sensitive());
}

#[test]
fn an_operation_may_replace_the_default_types() {
    let operation = Operation::post("send", "https://api.example/send").encoding(Encoding::Json).params(params([
        Param::header("Accept", "application/vnd.example+json"),
        Param::header("Content-Type", "application/vnd.example+json"),
        Param::body("a", "1"),
    ]));
    let request = build(&operation, &Values::new()).unwrap();
    assert_eq!(request.headers["accept"], "application/vnd.example+json");
    assert_eq!(request.headers["content-type"], "application/vnd.example+json");
}

#[test]
fn a_body_without_any_parameter_that_has_a_value() {
    const PARAMS: &[Param<'_>] = &[Param::body("a", "<a>").optional()];
    let form = Operation::post("form", "https://api.example/x").params(PARAMS);
    let request = build(&form, &Values::new()).unwrap();
    assert!(request.body.is_empty() && !request.headers.contains_key("content-type"));
    let request = build(&form.encoding(Encoding::Json), &Values::new()).unwrap();
    assert_eq!(
        (request.body.as_slice(), &request.headers["content-type"]),
        (&b"{}"[..], &"application/json".parse().unwrap())
    );
}

#[test]
fn a_setting_chooses_the_encoding() {
    let operation = Operation::post("token", "https://api.example/token")
        .encoding(Encoding::Setting("encoding"))
        .params(params([Param::body("a", "<a>")]));
    let values = Values::new().with("a", 1);
    assert_eq!(build(&operation, &values.clone().with("encoding", "form")).unwrap().body, b"a=1");
    assert_eq!(build(&operation, &values.clone().with("encoding", "json")).unwrap().body, b"{\"a\":1}");
    let error = build(&operation, &values.clone().with("encoding", "xml")).unwrap_err();
    assert_eq!(error, BuildError::Encoding { setting: "encoding".into() });
    let error = build(&operation, &values).unwrap_err();
    assert_eq!(error.to_string(), "`encoding` has no value, and the encoding of the body needs it");
}

#[test]
fn what_is_missing_is_named_with_the_place_that_needs_it() {
    let table = [
        (Operation::get("a", "https://api.example/<id>"), "`id` has no value, and the URL needs it"),
        (
            Operation::get("a", "https://api.example/").params(params([Param::query("from", "<day>")])),
            "`day` has no value, and the query parameter `from` needs it",
        ),
        (
            Operation::post("a", "https://api.example/").params(params([Param::body("b", "x<day>")])),
            "`day` has no value, and the body parameter `b` needs it",
        ),
        (
            Operation::post("a", "https://api.example/")
                .encoding(Encoding::Json)
                .params(params([Param::body("b", "<day>")])),
            "`day` has no value, and the body parameter `b` needs it",
        ),
        (
            Operation::get("a", "https://api.example/").params(params([Param::header("X-Day", "<day>")])),
            "`day` has no value, and the header `X-Day` needs it",
        ),
        (
            Operation::get("a", "https://api.example/").client_auth(ClientAuth::Basic),
            "`client_id` has no value, and the client authentication needs it",
        ),
    ];
    for (operation, expected) in table {
        assert_eq!(build(&operation, &Values::new()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn operations_that_no_spec_gives_are_errors() {
    const URL: &str = "https://api.example/";
    let table = [
        (Operation::get("a", URL).params(params([Param::body("b", "1")])), BuildError::Body("GET".into())),
        (Operation::new("a", "G T", URL), BuildError::Method("G T".into())),
        (Operation::get("a", URL).params(params([Param::header("X Y", "1")])), BuildError::Header("X Y".into())),
        (Operation::get("a", URL).params(params([Param::header("X", "1\r\n2")])), BuildError::Header("X".into())),
        (
            Operation::get("a", URL).params(params([Param::header("X", "1"), Param::header("x", "2")])),
            BuildError::HeaderTwice("x".into()),
        ),
        (
            Operation::get("a", URL)
                .client_auth(ClientAuth::Basic)
                .params(params([Param::header("Authorization", "x")])),
            BuildError::HeaderTwice("Authorization".into()),
        ),
        (Operation::get("a", "http://api.example/"), BuildError::Url(UrlError::Scheme)),
    ];
    for (operation, expected) in table {
        assert_eq!(build(&operation, &credentials()).unwrap_err(), expected);
    }
}

#[test]
fn values_replace_and_merge_by_name() {
    let mut values = Values::new().with("a", 1).with("b", "x").with("a", 2);
    values.merge(&Values::new().with("b", Secret::from("hidden")).with("c", true));
    let names: Vec<_> = values.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(values.get("a"), Some(&2.into()));
    assert_eq!(values.redacted().get("b"), Some(&"[redacted]".into()));
    assert_eq!(values.redacted().get("c"), Some(&true.into()));
    assert_eq!(values.get("d"), None);
    assert!(Values::new().is_empty());
}

#[test]
fn input_25_urls_are_https_or_loopback_and_nothing_else_than_they_seem() {
    let good = [
        "https://api.example/x?y=1",
        "HTTPS://API.example",
        "http://127.0.0.1:8080/",
        "http://127.8.9.10/",
        "http://[::1]:80/",
        "http://localhost:1/x",
        "http://LOCALHOST/",
    ];
    for url in good {
        assert!(check_url(url).is_ok(), "{url}");
    }
    let bad = [
        ("", UrlError::Malformed),
        ("api.example/x", UrlError::Malformed),
        ("/x", UrlError::Malformed),
        ("https:api.example", UrlError::Malformed),
        ("https:///api.example", UrlError::Malformed),
        ("https://", UrlError::Malformed),
        ("https://a:port/", UrlError::Malformed),
        ("http://api.example/", UrlError::Scheme),
        ("http://localhost.evil.com/", UrlError::Scheme),
        ("http://10.0.0.1/", UrlError::Scheme),
        ("http://[::ffff:127.0.0.1]/", UrlError::Scheme),
        ("ftp://api.example/", UrlError::Scheme),
        ("javascript://api.example/", UrlError::Scheme),
        ("https://user@api.example/", UrlError::UserInfo),
        ("https://user:pass@api.example/", UrlError::UserInfo),
        ("https://@api.example/", UrlError::UserInfo),
        ("http://localhost:80@evil.com/", UrlError::UserInfo),
        ("https://api.example/#x", UrlError::Fragment),
        ("https://api.example/#", UrlError::Fragment),
        ("https://good.example\\@evil.com/", UrlError::Characters),
        (" https://api.example/", UrlError::Characters),
        ("https://api.exa\nmple/", UrlError::Characters),
        ("https://api.example/a b", UrlError::Characters),
        ("https://аpi.example/", UrlError::Characters),
        ("https://api.example/\0", UrlError::Characters),
    ];
    for (url, expected) in bad {
        assert_eq!(check_url(url), Err(expected), "{url}");
    }
}
