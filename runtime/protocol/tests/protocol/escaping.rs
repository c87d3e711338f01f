//! A value can't leave the place where a template puts it.

use authsmith_protocol::operation::{Encoding, Operation, Param};
use authsmith_protocol::template::{Part, parts, variables};
use authsmith_protocol::{BuildError, Values, build};

use crate::params;

/// What attackers and accidents put into values.
const HOSTILE: &[&str] = &[
    "../admin",
    "..",
    ".",
    "",
    "@evil.com",
    "%2f..%2f",
    "%2e%2e",
    "a\r\nX-Evil: 1",
    "a\nb",
    "#frag",
    "?x=1",
    "a&b=c",
    "a\0b",
    "é",
    "日本",
    "a/b",
    "a\\b",
    "evil.com/",
    "evil.com:80",
    "user:pw@",
    ";x",
    " ",
    "\t",
    "<token>",
    "\u{202e}x",
    "//evil.com",
    "[::1]",
    "</a><b>",
    "]]>",
    "&amp;",
    "\"'",
    "a=b; c=d",
    "a,b",
    "%0d%0a",
];

fn url_of(template: &str, value: &str) -> Result<url::Url, BuildError> {
    build(&Operation::get("a", template), &Values::new().with("v", value)).map(|request| request.url)
}

fn is_unfit(error: &BuildError) -> bool {
    matches!(error, BuildError::Unfit { variable, .. } if variable == "v")
}

#[test]
fn a_value_in_the_host_is_labels_or_refused() {
    for value in HOSTILE {
        let error = url_of("https://<v>.api.example/x", value).unwrap_err();
        assert!(is_unfit(&error), "{value:?}: {error}");
        let error = url_of("https://<v>/x", value).unwrap_err();
        assert!(is_unfit(&error), "{value:?}: {error}");
    }
    assert_eq!(
        url_of("https://<v>.api.example/x", "Tenant-1.eu").unwrap().as_str(),
        "https://tenant-1.eu.api.example/x"
    );
    assert_eq!(url_of("https://<v>/x", "api.example").unwrap().as_str(), "https://api.example/x");
    for value in [".x", "x.", "x..y"] {
        assert!(is_unfit(&url_of("https://<v>.api.example/x", value).unwrap_err()), "{value}");
    }
}

#[test]
fn a_value_in_the_path_is_one_segment() {
    for value in HOSTILE {
        if matches!(*value, "" | "." | "..") {
            assert!(is_unfit(&url_of("https://api.example/users/<v>/x", value).unwrap_err()), "{value:?}");
            continue;
        }
        let url = url_of("https://api.example/users/<v>/x", value).unwrap();
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        assert_eq!((segments.len(), segments[0], segments[2]), (3, "users", "x"), "{url}");
        assert_eq!((url.host_str(), url.query(), url.fragment()), (Some("api.example"), None, None), "{url}");
        assert_eq!(decoded(segments[1]), *value);
    }
    let url = url_of("https://api.example/users/<v>/x", "a/b c~é%").unwrap();
    assert_eq!(url.path(), "/users/a%2Fb%20c~%C3%A9%25/x");
}

#[test]
fn dots_in_two_values_don_t_climb_together() {
    let operation = Operation::get("a", "https://api.example/a/<v><w>/x");
    for (v, w) in [(".", "."), ("..", "a"), ("a", ".")] {
        let error = build(&operation, &Values::new().with("v", v).with("w", w)).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { .. }), "{v} {w}");
    }
}

#[test]
fn a_value_in_the_query_is_one_value() {
    let in_template = "https://api.example/x?fixed=1&v=<v>";
    let as_param = Operation::get("a", "https://api.example/x?fixed=1").params(params([Param::query("v", "<v>")]));
    for value in HOSTILE {
        let by_param = build(&as_param, &Values::new().with("v", *value)).unwrap().url;
        for url in [url_of(in_template, value).unwrap(), by_param] {
            let pairs: Vec<_> = url.query_pairs().collect();
            assert_eq!(pairs, [("fixed".into(), "1".into()), ("v".into(), (*value).into())], "{url}");
            assert_eq!((url.host_str(), url.path(), url.fragment()), (Some("api.example"), "/x", None), "{url}");
        }
    }
}

#[test]
fn a_value_in_a_header_is_one_line_of_ascii() {
    let operation = Operation::get("a", "https://api.example/").params(params([Param::header("X-Value", "v=<v>")]));
    for value in HOSTILE {
        let printable = value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
        match build(&operation, &Values::new().with("v", *value)) {
            Ok(request) => {
                assert!(printable, "{value:?}");
                assert_eq!(request.headers["x-value"], format!("v={value}"));
            }
            Err(error) => assert!(!printable && is_unfit(&error), "{value:?}: {error}"),
        }
    }
}

/// Ways to say a value that leave it as it is: what comes of functions and named templates is escaped like the value.
const DETOURS: &[&str] = &["<v>", "<none ?? v>", "<v | prefix(9999)>", "<w | after(:)>", "<named>", "<t | claim(v)>"];

fn detoured(value: &str) -> Values {
    let token = crate::functions::jwt(&serde_json::json!({ "v": value }));
    let mut values = Values::new().with("v", value).with("w", format!("x:{value}")).with("t", token);
    values.define("named", "<w | after(:)>");
    values
}

#[test]
fn no_detour_escapes_a_place() {
    let places: [fn(&str) -> String; 5] = [
        |value| format!("https://{value}.api.example/x"),
        |value| format!("https://api.example/users/{value}/x"),
        |value| format!("https://api.example/x?v={value}&w=1"),
        |value| format!("https://api.example/{value}{value}"),
        |value| format!("{value}/x"),
    ];
    for value in HOSTILE.iter().chain(&["plain", "https://api.example/base"]) {
        let values = detoured(value);
        for place in places {
            let direct = build(&Operation::get("a", &place("<v>")), &values).map(|request| request.url);
            for detour in DETOURS.iter().filter(|_| !value.is_empty()) {
                let url = build(&Operation::get("a", &place(detour)), &values).map(|request| request.url);
                assert_eq!(url.as_ref().ok(), direct.as_ref().ok(), "{value:?} {detour}");
            }
        }
        for detour in DETOURS.iter().filter(|_| !value.is_empty()) {
            let list = [Param::header("X", detour)];
            match build(&Operation::get("a", "https://api.example/").params(&list), &values) {
                Ok(request) => assert_eq!(request.headers["x"], *value),
                Err(error) => assert!(matches!(error, BuildError::Unfit { .. }), "{value:?} {detour}: {error}"),
            }
        }
    }
}

#[test]
fn what_a_function_makes_is_escaped_for_its_place() {
    // What was hidden from the escape of its own place comes out in another.
    let values = Values::new().with("v", "safe?../../@evil#x").with("url", "https://[::1]:80/");
    let path = |template: &str| build(&Operation::get("a", template), &values).map(|request| request.url.to_string());
    assert_eq!(path("https://api.example/<v | after(?)>/x").unwrap(), "https://api.example/..%2F..%2F%40evil%23x/x");
    for template in [
        "https://api.example/<v | after(?) | before(/)>/x",
        "https://<v | after(@)>/x",
        "https://<url | host>/x",
        "<v | after(?)>/x",
    ] {
        let error = path(template).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { .. }), "{template}: {error}");
    }
    // Base64 has signs that mean something elsewhere.
    let binary = Values::new().with("v", "~~?>~~");
    let request = |list| build(&Operation::get("a", "https://api.example/<v | base64>").params(list), &binary).unwrap();
    let built = request(&[Param::query("q", "<v | base64>"), Param::cookie("c", "<v | base64>")]);
    assert_eq!(built.url.as_str(), "https://api.example/fn4%2FPn5%2B?q=fn4%2FPn5%2B");
    assert_eq!(built.headers["cookie"], "c=fn4/Pn5+");
}

#[test]
fn a_value_in_a_cookie_is_one_value() {
    let list = [Param::cookie("a", "<v>"), Param::cookie("b", "2")];
    let operation = Operation::get("a", "https://api.example/").params(&list);
    for value in HOSTILE {
        let fits = value.bytes().all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte));
        match build(&operation, &Values::new().with("v", *value)) {
            Ok(request) => {
                assert!(fits, "{value:?}");
                assert_eq!(request.headers["cookie"], format!("a={value}; b=2"));
            }
            Err(error) => assert!(!fits && is_unfit(&error), "{value:?}: {error}"),
        }
    }
}

#[test]
fn a_value_behind_the_hash_is_one_value() {
    let list = [Param::fragment("v", "<v>"), Param::fragment("w", "1")];
    let operation = Operation::get("a", "https://app.example/p#/route").params(&list);
    for value in HOSTILE {
        let url = build(&operation, &Values::new().with("v", *value)).unwrap().url;
        let (route, query) = url.fragment().unwrap().split_once('?').unwrap();
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        assert_eq!(pairs, [("v".into(), (*value).into()), ("w".into(), "1".into())], "{url}");
        assert_eq!((route, url.path(), url.query()), ("/route", "/p", None));
    }
}

#[test]
fn input_24_a_value_in_a_body_is_one_value() {
    let json = Operation::post("a", "https://api.example/").body_json(r#"{"a":{"v":"<v>","w":"x<v>"},"z":1}"#);
    let xml = Operation::post("a", "https://api.example/")
        .encoding(Encoding::Xml)
        .body_text("<<r><<a v=\"<v>\">x<v></a><<z/></r>");
    for value in HOSTILE {
        let values = Values::new().with("v", *value);
        let body: serde_json::Value = serde_json::from_slice(&build(&json, &values).unwrap().body).unwrap();
        assert_eq!(body, serde_json::json!({ "a": { "v": value, "w": format!("x{value}") }, "z": 1 }));
        match build(&xml, &values) {
            Ok(request) => {
                let text = String::from_utf8(request.body).unwrap();
                let document = roxmltree::Document::parse(&text).unwrap();
                let children: Vec<_> = document.root_element().children().collect();
                assert_eq!(children.len(), 2, "{text}");
                assert_eq!(children[0].attribute("v"), Some(*value), "{text}");
                assert_eq!(children[0].text(), Some(format!("x{value}").as_str()), "{text}");
            }
            Err(error) => assert!(value.contains('\0') && is_unfit(&error), "{value:?}: {error}"),
        }
    }
}

#[test]
fn a_value_at_the_head_is_a_base_url() {
    let table = [
        ("<v>", "https://api.example/oauth?x=1", "https://api.example/oauth?x=1"),
        ("<v>", "http://127.0.0.1:9/", "http://127.0.0.1:9/"),
        ("<v>/v2/x", "https://api.example", "https://api.example/v2/x"),
        ("<v>/v2/x", "https://api.example/", "https://api.example/v2/x"),
        ("<v>/v2/x", "https://api.example/base//", "https://api.example/base/v2/x"),
        ("<v>v2", "https://api.example", "https://api.example/v2"),
        ("<v>.evil.com", "https://api.example", "https://api.example/.evil.com"),
        ("<v>?a=1", "https://api.example/x", "https://api.example/x?a=1"),
    ];
    for (template, value, expected) in table {
        assert_eq!(url_of(template, value).unwrap().as_str(), expected, "{template} {value}");
    }
    for value in HOSTILE.iter().copied().chain(["http://api.example", "https://a@b", "https://a/#", "https://a\\@b"]) {
        assert!(is_unfit(&url_of("<v>/x", value).unwrap_err()), "{value:?}");
    }
    assert!(is_unfit(&url_of("<v>/x", "https://api.example?q=1").unwrap_err()));
    assert!(is_unfit(&url_of("https<v>://api.example", "x").unwrap_err()));
}

#[test]
fn errors_name_the_variable_and_never_its_value() {
    for template in ["https://<v>.api.example/", "<v>/x", "https<v>://x/"] {
        let error = url_of(template, "CANARY/../@evil").unwrap_err();
        assert!(error.to_string().starts_with("the value of `v` can't stand in the URL: expected "), "{error}");
        assert!(!format!("{error:?} {error}").contains("CANARY"));
    }
}

#[test]
fn templates_come_apart() {
    use Part::{Text, Variable};
    let table: &[(&str, &[Part<'_>])] = &[
        ("", &[]),
        ("plain", &[Text("plain")]),
        ("<a>", &[Variable("a")]),
        ("x<a><b_1>y", &[Text("x"), Variable("a"), Variable("b_1"), Text("y")]),
        ("<<a>", &[Text("<"), Text("a>")]),
        ("<<<a>", &[Text("<"), Variable("a")]),
        ("a < b > c", &[Text("a "), Text("<"), Text(" b > c")]),
        ("a <b", &[Text("a "), Text("<"), Text("b")]),
        ("<a <b>", &[Text("<"), Text("a "), Variable("b")]),
        ("<filter[from]>", &[Variable("filter[from]")]),
        ("<é>", &[Variable("é")]),
        ("<", &[Text("<")]),
        ("<>", &[Text("<"), Text(">")]),
    ];
    for (template, expected) in table {
        assert_eq!(parts(template), *expected, "{template}");
    }
    assert_eq!(variables("<a>/<b>/<a>").collect::<Vec<_>>(), ["a", "b", "a"]);
}

fn decoded(segment: &str) -> String {
    // `+` stays itself in a path; the decoder of forms would make it a space.
    form_urlencoded::parse(format!("v={}", segment.replace('+', "%2B")).as_bytes()).next().unwrap().1.into_owned()
}
