//! Functions, alternatives and named templates.

use std::time::{Duration, SystemTime};

use authsmith_protocol::operation::{Encoding, Operation, Param};
use authsmith_protocol::template::{Expression, FUNCTIONS, Function, Part, parts, variables};
use authsmith_protocol::{BuildError, Secret, SecretBytes, Values, build};
use serde_json::json;

use crate::{now, params};

/// What a body of text says.
fn text(template: &str, values: &Values) -> Result<String, BuildError> {
    let operation = Operation::post("a", "https://api.example/x")
        .encoding(Encoding::Text { content_type: "text/plain" })
        .body_text(template);
    build(&operation, values).map(|request| String::from_utf8(request.body).unwrap())
}

fn of(template: &str, value: impl Into<authsmith_protocol::Value>) -> Result<String, BuildError> {
    text(template, &Values::new().with("v", value))
}

/// A token whose payload is this; nobody looks at the rest.
pub fn jwt(payload: &serde_json::Value) -> String {
    let encoded = of("<v | base64url>", payload.to_string()).unwrap();
    format!("eyJhbGciOiJub25lIn0.{encoded}.c2lnbmF0dXJl")
}

#[test]
fn encodings_agree_with_rfc_4648() {
    let table = [
        ("", "", "", ""),
        ("f", "Zg==", "Zg", "66"),
        ("fo", "Zm8=", "Zm8", "666f"),
        ("foo", "Zm9v", "Zm9v", "666f6f"),
        ("foobar", "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"),
        ("~~?>", "fn4/Pg==", "fn4_Pg", "7e7e3f3e"),
    ];
    for (value, base64, base64url, hex) in table {
        assert_eq!(of("<v | base64>", value).unwrap(), base64);
        assert_eq!(of("<v | base64url>", value).unwrap(), base64url);
        assert_eq!(of("<v | hex>", value).unwrap(), hex);
    }
}

#[test]
fn hashes_agree_with_fips_180_and_the_rfcs() {
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(of("<v | sha256 | hex>", "abc").unwrap(), sha256);
    assert_eq!(of("<v|sha256|hex|upper>", "abc").unwrap(), sha256.to_uppercase());
    // RFC 4231, sections 4.2 to 4.5 and 4.7.
    let mut counted: Vec<u8> = Vec::new();
    counted.extend(1..=25);
    let larger = b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec();
    let table: [(Vec<u8>, Vec<u8>, &str); 5] = [
        (vec![0x0b; 20], b"Hi There".to_vec(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (vec![0xaa; 20], vec![0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (counted, vec![0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        (vec![0xaa; 131], larger, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    ];
    for (key, data, expected) in table {
        let values = Values::new().with("k", SecretBytes::from(key)).with("v", SecretBytes::from(data));
        assert_eq!(text("<v | hmac_sha256(k) | hex>", &values).unwrap(), expected);
    }
    // RFC 2202, section 3.
    let values = Values::new().with("k", Secret::from("Jefe")).with("v", "what do ya want for nothing?");
    assert_eq!(text("<v | hmac_sha1(k) | hex>", &values).unwrap(), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    let values = Values::new().with("k", SecretBytes::from(vec![0x0b; 20])).with("v", "Hi There");
    assert_eq!(text("<v | hmac_sha1(k) | hex>", &values).unwrap(), "b617318655057264e28bc0b6fb378c8ef146be00");
}

#[test]
fn text_is_cut_where_it_says() {
    let table: &[(&str, &str, Option<&str>)] = &[
        ("<v | prefix(3)>", "désert", Some("dés")),
        ("<v | prefix(30)>", "abc", Some("abc")),
        ("<v | before(.)>", "a.b.c", Some("a")),
        ("<v | after(.)>", "a.b.c", Some("b.c")),
        ("<v | after_last(/)>", "https://x.example/users/7", Some("7")),
        ("<v | after(zohoapis.)>", "https://www.zohoapis.eu", Some("eu")),
        ("<v | after(zohoapis.)>", "https://www.example", None),
        ("<v | host>", "https://Acme.example:8443/x?y#z", Some("acme.example")),
        ("<v | host>", "acme", None),
        ("<v | upper>", "aé", Some("AÉ")),
        ("<v | lower>", "AÉ", Some("aé")),
        ("<v | after(a|b) | before(??)>", "a|bc??d", Some("c")),
        ("<v | before( )>", "Bearer abc", Some("Bearer")),
        ("<v | json>", "a\"b\\\n", Some(r#""a\"b\\\n""#)),
        ("<v | json>", "", Some("\"\"")),
        ("<v | raw>", "a\"b", Some("a\"b")),
    ];
    for (template, value, expected) in table {
        match (of(template, *value), expected) {
            (Ok(text), Some(expected)) => assert_eq!(text, *expected, "{template}"),
            (Err(BuildError::Missing { variable, .. }), None) => assert_eq!(variable, "v"),
            (other, _) => panic!("{template}: {other:?}"),
        }
    }
}

#[test]
fn claims_come_from_the_payload() {
    let token = Secret::from(jwt(&json!({ "dc": "eu", "exp": 7, "a": { "b": "c" }, "none": null })));
    assert_eq!(of("<v | claim(dc)>", token.clone()).unwrap(), "eu");
    assert_eq!(of("<v | claim(exp)>", token.clone()).unwrap(), "7");
    assert_eq!(of("<v | claim(/a/b)>", token.clone()).unwrap(), "c");
    for (template, value) in [
        ("<v | claim(nothing)>", token.clone()),
        ("<v | claim(none)>", token),
        ("<v | claim(dc)>", "not.a.jwt".into()),
        ("<v | claim(dc)>", "opaque".into()),
        ("<v | claim(dc)>", "".into()),
    ] {
        assert!(matches!(of(template, value), Err(BuildError::Missing { .. })), "{template}");
    }
}

#[test]
fn input_27_a_token_of_any_size_and_shape_is_read_without_harm() {
    let million = 1_000_000;
    let hostile = [
        ".".repeat(million),
        "e30.".repeat(million / 4),
        format!("e30.{}.x", "A".repeat(million)),
        format!("e30.{}.x", of("<v | base64url>", "[".repeat(100_000)).unwrap()),
        format!("e30.{}.x", of("<v | base64url>", "[1,2]").unwrap()),
        format!("e30.{}.x", of("<v | base64url>", "7").unwrap()),
        "..".to_owned(),
        "\u{1F511}.\u{1F511}.\u{1F511}".to_owned(),
    ];
    let began = std::time::Instant::now();
    for token in hostile {
        let start: String = token.chars().take(20).collect();
        assert!(matches!(of("<v | claim(exp)>", token), Err(BuildError::Missing { .. })), "{start}");
    }
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn moments_are_written_in_named_formats() {
    let table = [
        ("<v>", "2026-01-01T00:00:00Z"),
        ("<v | iso>", "2026-01-01T00:00:00Z"),
        ("<v | epoch>", "1767225600"),
        ("<v | epoch_ms>", "1767225600250"),
        ("<v | plus(300) | iso>", "2026-01-01T00:05:00Z"),
        ("<v | plus(-1) | iso>", "2025-12-31T23:59:59Z"),
        ("<v | plus(-1) | yyyymmdd>", "20251231"),
    ];
    for (template, expected) in table {
        assert_eq!(of(template, now() + Duration::from_millis(250)).unwrap(), expected, "{template}");
    }
    // An input of a type with a moment or a date comes as text.
    assert_eq!(of("<v | epoch>", "2026-01-01T01:00:00+01:00").unwrap(), "1767225600");
    assert_eq!(of("<v | yyyymmdd>", "2026-01-31").unwrap(), "20260131");
    for (template, value) in
        [("<v | iso>", "yesterday"), ("<v | epoch>", "7"), ("<v | plus(9223372036854775807) | epoch>", "now")]
    {
        assert!(matches!(of(template, value), Err(BuildError::Unfit { .. })), "{template}");
    }
    assert!(matches!(of("<v | plus(9223372036854775807) | iso>", now()), Err(BuildError::Unfit { .. })));
    let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert!(matches!(of("<v | epoch>", before_1970), Err(BuildError::Unfit { .. })));
}

#[test]
fn a_uuid_agrees_with_rfc_9562() {
    // RFC 9562, appendix A.3: its bits but for version and variant.
    let random: Vec<u8> = [0x9191_08f7_52d1_0320_u64, 0x1bac_f847_db41_48a8].map(u64::to_be_bytes).concat();
    assert_eq!(of("<v | uuid>", SecretBytes::from(random)).unwrap(), "919108f7-52d1-4320-9bac-f847db4148a8");
    assert_eq!(of("<v | uuid>", SecretBytes::from([0xff; 32])).unwrap(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    assert!(matches!(of("<v | uuid>", SecretBytes::from(vec![0; 15])), Err(BuildError::Unfit { .. })));
}

#[test]
fn bytes_need_a_function_to_be_text() {
    let random = || SecretBytes::from([0xff; 32]);
    for template in ["<v>", "<v | upper>", "<v | sha256>", "<v | iso>", "<v | claim(a)>"] {
        let error = of(template, random()).unwrap_err();
        assert!(matches!(error, BuildError::Unfit { .. }), "{template}: {error}");
    }
    assert_eq!(of("<v | hex>", random()).unwrap(), "ff".repeat(32));
    assert!(of("<v | base64>", json!([1])).is_err());
    assert!(of("<v | sha256 | hex>", json!(null)).is_err());
    assert_eq!(of("<v | base64>", 7).unwrap(), "Nw==");
}

#[test]
fn the_first_alternative_with_a_value_counts() {
    let values = Values::new()
        .with("a", "A")
        .with("empty", "")
        .with("null", json!(null))
        .with("zero", 0)
        .with("url", "https://x.example");
    let table = [
        ("<a ?? b>", Some("A")),
        ("<none ?? a>", Some("A")),
        ("<none??a>", Some("A")),
        ("<empty ?? null ?? none ?? a>", Some("A")),
        ("<zero ?? a>", Some("0")),
        ("<url | after(nothing) ?? a>", Some("A")),
        // Pipes bind tighter.
        ("<none ?? a | lower>", Some("a")),
        ("<a | lower ?? a>", Some("a")),
        ("<none | hmac_sha256(a) | hex ?? a>", Some("A")),
        ("<a | hmac_sha256(none) | hex ?? a>", Some("A")),
        ("<none ?? nothing>", None),
        ("<none ?? empty>", None),
    ];
    for (template, expected) in table {
        match (text(template, &values), expected) {
            (Ok(text), Some(expected)) => assert_eq!(text, expected, "{template}"),
            (Err(BuildError::Missing { .. }), None) => {}
            (other, _) => panic!("{template}: {other:?}"),
        }
    }
    // A value that can't be written is a mistake, not an absence.
    assert!(matches!(text("<v ?? a>", &values.with("v", json!([]))), Err(BuildError::Unfit { .. })));
}

#[test]
fn named_templates_join_what_functions_work_on() {
    let mut values = Values::new().with("client_id", "app").with("client_secret", Secret::from("s3cret"));
    values.define("credentials", "<client_id>:<client_secret>");
    values.define("header", "Basic <credentials | base64>");
    values.define("count", "<n>");
    values.define("a", "<b>");
    values.define("b", "<a>");
    assert_eq!(text("<header>", &values).unwrap(), "Basic YXBwOnMzY3JldA==");
    // It is text, and so is what comes of alternatives and functions.
    let operation = Operation::post("a", "https://api.example/").encoding(Encoding::Json);
    let request = build(
        &operation.params(params([
            Param::body("n", "<n>"),
            Param::body("count", "<count>"),
            Param::body("m", "<none ?? n>"),
            Param::body("now", "<now | epoch>"),
            Param::body("moment", "<now>"),
        ])),
        &values.clone().with("n", 7).with("now", now()),
    );
    assert_eq!(
        request.unwrap().body,
        br#"{"n":7,"count":"7","m":"7","now":"1767225600","moment":"2026-01-01T00:00:00Z"}"#
    );
    // What is missing is named, and a circle ends.
    let missing = |template| match text(template, &values) {
        Err(BuildError::Missing { variable, .. }) => variable,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing("<count>"), "n");
    assert!(["a", "b"].contains(&missing("<a>").as_str()));
    // So does a text that would grow without end.
    let mut grown = Values::new();
    for level in 0..40 {
        grown.define(format!("t{level}"), format!("<t{}>", level + 1).repeat(10));
    }
    grown.define("t10", "");
    assert!(matches!(text("<t0>", &grown), Err(BuildError::Missing { .. })));
    assert_eq!(text("<t8><t8>", &grown).unwrap(), "");
    // A value of its own comes before the template.
    assert_eq!(text("<header>", &values.clone().with("header", "own")).unwrap(), "own");
    // Secrets stay secret on the way, and look so to people.
    let operation = Operation::get("a", "https://api.example/").params(params([Param::header("X-Auth", "<header>")]));
    assert!(build(&operation, &values).unwrap().headers["x-auth"].is_sensitive());
    let shown = build(&operation, &values.redacted()).unwrap();
    assert_eq!(shown.headers["x-auth"], "Basic [redacted]");
}

#[test]
fn what_comes_of_a_secret_is_secret() {
    let key = Values::new().with("v", "open").with("s", Secret::from(jwt(&json!({ "a": "b" }))));
    let table = [
        ("<v | sha256 | hex>", false),
        ("<v | hmac_sha256(s) | hex>", true),
        ("<s | sha256 | hex>", true),
        ("<s | prefix(3)>", true),
        ("<s | claim(a)>", true),
        ("<none ?? s>", true),
        ("<v ?? s>", false),
    ];
    for (template, is_secret) in table {
        let list = [Param::header("X", template)];
        let operation = Operation::get("a", "https://api.example/").params(&list);
        assert_eq!(build(&operation, &key).unwrap().headers["x"].is_sensitive(), is_secret, "{template}");
        let shown = build(&operation, &key.redacted()).unwrap();
        assert_eq!(shown.headers["x"] == "[redacted]", is_secret, "{template}");
        let path = format!("https://api.example/CANARY{template}");
        let shown = format!("{:?}", build(&Operation::get("a", &path), &key).unwrap());
        assert_eq!(shown.contains("CANARY"), !is_secret, "{template}");
    }
    let random = Values::new().with("random", SecretBytes::from([7; 32])).with("now", now());
    assert_eq!(format!("{random:?}"), r#"{"random": [redacted], "now": moment}"#);
    let list = [Param::header("X", "<random | uuid>"), Param::header("Y", "<now | iso>")];
    let shown = build(&Operation::get("a", "https://api.example/").params(&list), &random.redacted()).unwrap();
    assert_eq!(
        (shown.headers["x"].as_bytes(), shown.headers["y"].as_bytes()),
        (b"[redacted]".as_slice(), b"2026-01-01T00:00:00Z".as_slice())
    );
}

#[test]
fn the_list_of_functions_is_closed() {
    for (name, argument) in FUNCTIONS {
        let good = argument.map(|_| "7");
        assert!(Function::parse(name, good).is_some(), "{name}");
        assert!(Function::parse(name, if good.is_some() { None } else { Some("7") }).is_none(), "{name}");
        assert!(Function::parse(name, Some("")).is_none(), "{name}");
    }
    let broken = [
        "a | nothing",
        "a | prefix(x)",
        "a | prefix(-1)",
        "a | prefix(99999999999999999999999)",
        "a | prefix",
        "a | hex()",
        "a | before()",
        "a | after(x",
        "a | hex hex",
        "a |",
        "| hex",
        "a ??",
        "?? a",
        "a ?? ?? b",
        "a | hex ? b",
        "a | hex(x)y",
        "a || hex",
    ];
    for placeholder in broken {
        assert!(Expression::parse(placeholder).is_none(), "{placeholder}");
        let template = format!("<{placeholder}>");
        if placeholder.starts_with('a') {
            assert_eq!(of(&template, "x"), Err(BuildError::Template(placeholder.to_owned())));
        }
    }
}

#[test]
fn expressions_come_apart() {
    let [Part::Text("x"), Part::Expression(expression)] = parts("x<a | prefix(3) | hmac_sha1(k) ?? b>").leak() else {
        panic!()
    };
    assert_eq!(expression.alternatives[0].functions, [Function::Prefix(3), Function::HmacSha1("k")]);
    assert_eq!(expression.alternatives[1].variable, "b");
    assert_eq!(variables("<a | hmac_sha1(k) ?? b><c>").collect::<Vec<_>>(), ["a", "k", "b", "c"]);
}
