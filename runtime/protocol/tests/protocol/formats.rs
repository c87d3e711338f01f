//! Answers that aren't JSON, places outside the body, what is kept, and what vendors count as success.

use std::time::Duration;

use authsmith_protocol::operation::{
    Answer, AnswerFormat, Check, Expiry, ExpiryUnit, Failure, Issued, Kept, Operation, Refusals, Wait, WaitUnit,
};
use authsmith_protocol::shape::{Field, Shape};
use authsmith_protocol::{ReadError, Reading, Refusal, Response, Unreadable, read, redact};
use serde_json::{Value, json};

use crate::{now, response};

fn operation<'a>(answer: Answer<'a>) -> Operation<'a> {
    Operation::post("log_in", "https://api.example/login").answer(answer)
}

fn read_one(answer: Answer<'_>, response: &Response) -> Result<Reading, ReadError> {
    read(&operation(answer), response, now())
}

fn token(answer: Answer<'_>, response: &Response) -> Option<String> {
    Some(read_one(answer, response).ok()?.tokens.first()?.value.expose().to_owned())
}

fn refusal(answer: Answer<'_>, refusals: Refusals<'_>, response: &Response) -> Refusal {
    match read(&operation(answer).refusal(refusals), response, now()) {
        Err(ReadError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

const NEEDED: Shape<'static> = Shape::Object(&[Field::new("needed", Shape::String)]);

const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<r:response xmlns:r="https://api.example/ns" id="7">
  <!-- a comment -->
  <control><status>success</status></control>
  <result><item n="1">a</item><item>b &amp; c</item><empty/></result>
  <sessionid><![CDATA[S<1>]]></sessionid><seconds> 60 </seconds>
</r:response>"#;

#[test]
fn xml_is_read_as_objects() {
    const ANSWER: Answer<'static> = Answer::json()
        .format(AnswerFormat::Xml)
        .shape(Shape::Object(&[Field::new(
            "response",
            Shape::Object(&[Field::new("@id", Shape::Integer), Field::new("result", Shape::Json)]),
        )]))
        .tokens(&[Issued::new("access", "/response/sessionid")
            .expires(Expiry::field("/response/seconds", ExpiryUnit::Seconds))])
        .succeeds(&[Check::equals("/response/control/status", "success")])
        .keep(&[Kept::new("item", "/response/result/item/1")]);
    let answer = ANSWER;
    let reading = read_one(answer, &response(200, &[], XML)).unwrap();
    assert_eq!(reading.tokens[0].value.expose(), "S<1>");
    assert_eq!(reading.tokens[0].expires_at, Some(now() + Duration::from_secs(60)));
    assert_eq!(reading.kept, [("item".to_owned(), "b & c".to_owned())]);
    let rest = json!({ "response": {
        "@id": 7, "control": { "status": "success" },
        "result": { "item": [{ "@n": "1", "#text": "a" }, "b & c"], "empty": "" }, "seconds": "60",
    }});
    assert_eq!(reading.body, rest);
    let failed = XML.replace("success", "failure").replace("<empty/>", "<error><code>7</code></error>");
    let refused = refusal(answer, Refusals::rfc().code("/response/result/error/code"), &response(200, &[], failed));
    assert_eq!(refused.code.as_deref(), Some("7"));
    // A refusal by status is XML too.
    let gone = response(401, &[], "<error><code>expired</code></error>");
    assert_eq!(refusal(answer, Refusals::rfc(), &gone).code.as_deref(), Some("expired"));
}

#[test]
fn xml_that_is_not_well_formed_is_refused() {
    const ANSWER: Answer<'static> = Answer::json().format(AnswerFormat::Xml).tokens(&[Issued::new("access", "/a")]);
    let answer = ANSWER;
    let deep = format!("{}x{}", "<a>".repeat(200), "</a>".repeat(200));
    let bomb = r#"<!DOCTYPE a [<!ENTITY b "bbb">]><a>&b;</a>"#;
    let external = r#"<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>"#;
    for body in ["", "<a>", "<a></b>", "<a>&b;</a>", "<a/><b/>", "plain", bomb, external, &deep] {
        match read_one(answer, &response(200, &[], body)) {
            Err(ReadError::Unreadable(Unreadable { expected: "XML", .. })) => {}
            other => panic!("{body}: {other:?}"),
        }
    }
    assert_eq!(token(answer, &response(200, &[], "\u{feff}<a>T</a>")).as_deref(), Some("T"));
    // A vendor that answers in JSON all the same is understood.
    assert_eq!(token(answer, &response(200, &[], r#"{"a":"T"}"#)).as_deref(), Some("T"));
}

#[test]
fn a_form_is_read_whatever_its_type() {
    const ANSWER: Answer<'static> =
        Answer::json()
            .format(AnswerFormat::Form)
            .tokens(&[Issued::new("access", "/access_token").expires(Expiry::field("/expires", ExpiryUnit::Seconds))]);
    let answer = ANSWER;
    let reading =
        read_one(answer, &response(200, &[("content-type", "text/html")], "access_token=a%2Bb&expires=60&x="));
    let reading = reading.unwrap();
    assert_eq!(reading.tokens[0].value.expose(), "a+b");
    assert_eq!(reading.tokens[0].expires_at, Some(now() + Duration::from_secs(60)));
    assert_eq!(reading.body, json!({ "expires": "60", "x": "" }));
    assert_eq!(token(answer, &response(200, &[], r#"{"access_token":"T"}"#)).as_deref(), Some("T"));
    let refused = refusal(answer, Refusals::rfc(), &response(400, &[], "error=bad_verification_code"));
    assert_eq!(refused.code.as_deref(), Some("bad_verification_code"));
}

#[test]
fn the_whole_body_is_a_token() {
    const TEXT: Answer<'static> = Answer::json().format(AnswerFormat::Text).tokens(&[Issued::new("access", "")]);
    let text = TEXT;
    let reading = read_one(text, &response(200, &[], " T \r\n")).unwrap();
    assert_eq!((reading.tokens[0].value.expose(), &reading.body), ("T", &Value::Null));
    const QUOTED: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "")]);
    let quoted = QUOTED;
    let reading = read_one(quoted, &response(200, &[], "\"T\"")).unwrap();
    assert_eq!((reading.tokens[0].value.expose(), &reading.body), ("T", &Value::Null));
    assert_eq!(redact(&operation(quoted), b"\"T\""), "\"[redacted]\"");
    assert_eq!(redact(&operation(text), b"CANARY"), "[6 bytes that are not JSON]");
    for body in [b"".as_slice(), b"  ", b"\xff"] {
        assert!(matches!(read_one(text, &response(200, &[], body)), Err(ReadError::Unreadable(_))));
    }
    const CALL: Answer<'static> = Answer::json().format(AnswerFormat::Text).shape(Shape::String);
    let call = CALL;
    assert_eq!(read_one(call, &response(200, &[], "plain")).unwrap().body, json!("plain"));
    assert_eq!(read_one(call, &response(200, &[], "")).unwrap().body, json!(""));
    const BYTES: Answer<'static> = Answer::json().format(AnswerFormat::Bytes);
    let bytes = BYTES;
    assert_eq!(read_one(bytes, &response(200, &[], b"\xff\0")).unwrap().body, Value::Null);
}

#[test]
fn tokens_stand_in_headers_and_cookies() {
    const IN_HEADER: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "header:X-Auth-Token")
        .expires(Expiry::field("header:X-Expires", ExpiryUnit::Seconds))
        .refresh("/refresh", Expiry::unknown())]);
    let in_header = IN_HEADER;
    let headers = [("x-auth-token", " T "), ("x-expires", "60")];
    let reading = read_one(in_header, &response(200, &headers, r#"{"refresh":"R","scope":"a"}"#)).unwrap();
    let token_read = &reading.tokens[0];
    assert_eq!(token_read.value.expose(), "T");
    assert_eq!(token_read.expires_at, Some(now() + Duration::from_secs(60)));
    assert_eq!(token_read.refresh_token.as_ref().unwrap().expose(), "R");
    assert_eq!(token_read.scope.as_deref(), Some("a"));
    // Nobody looks at the body then.
    for body in ["", "OK", "{"] {
        assert_eq!(token(in_header, &response(200, &headers, body)).as_deref(), Some("T"), "{body}");
    }
    assert_eq!(token(in_header, &response(200, &[], "{}")), None);

    const IN_COOKIE: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "cookie:B1SESSION")]);
    let in_cookie = IN_COOKIE;
    let table: [(&[&str], Option<&str>); 7] = [
        (&["B1SESSION=T; HttpOnly; Path=/"], Some("T")),
        (&["ROUTEID=.n1", "B1SESSION=T=="], Some("T==")),
        (&["B1SESSION=\"T\""], Some("T")),
        (&["B1SESSION=old", "B1SESSION=new"], Some("new")),
        (&["b1session=T", "X=B1SESSION=T"], None),
        (&["B1SESSION=; Max-Age=0"], None),
        (&["B1SESSION"], None),
    ];
    for (cookies, expected) in table {
        let headers: Vec<_> = cookies.iter().map(|cookie| ("set-cookie", *cookie)).collect();
        let mut answer = response(200, &[], "");
        for (name, value) in headers {
            answer.headers.append(name, value.parse().unwrap());
        }
        assert_eq!(token(in_cookie, &answer).as_deref(), expected, "{cookies:?}");
    }
}

#[test]
fn the_first_place_with_a_token_counts_and_all_are_taken_out() {
    const ANSWER: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "/authed_user/access_token")
        .or(&["/access_token", "header:X-Token"])
        .refresh("/authed_user/refresh_token", Expiry::unknown())
        .or_refresh(&["/refresh_token"])]);
    let answer = ANSWER;
    let both = json!({
        "access_token": "bot", "refresh_token": "R", "authed_user": { "access_token": "user", "scope": "a,b", "id": 1 },
    });
    let reading = read_one(answer, &response(200, &[], both.to_string())).unwrap();
    assert_eq!(reading.tokens[0].value.expose(), "user");
    assert_eq!(reading.tokens[0].scope.as_deref(), Some("a,b"));
    assert_eq!(reading.tokens[0].refresh_token.as_ref().unwrap().expose(), "R");
    assert_eq!(reading.body, json!({ "authed_user": { "scope": "a,b", "id": 1 } }));
    assert!(!redact(&operation(answer), both.to_string().as_bytes()).contains("bot"));
    let empty = json!({ "access_token": "bot", "authed_user": { "access_token": "" } });
    assert_eq!(token(answer, &response(200, &[], empty.to_string())).as_deref(), Some("bot"));
    assert_eq!(token(answer, &response(200, &[("x-token", "H")], "{}")).as_deref(), Some("H"));

    const CODE: Answer<'static> = Answer::json().code("/code").or_code(&["/data/auth_code"]);
    let code = CODE;
    let reading = read_one(code, &response(200, &[], r#"{"data":{"auth_code":"C"}}"#)).unwrap();
    assert_eq!((reading.code.unwrap().expose(), reading.body), ("C", json!({ "data": {} })));
}

#[test]
fn checks_tell_success_from_refusal() {
    const CHECKS: &[Check<'static>] = &[Check::equals("/ok", "true"), Check::equals("/result", "0000")];
    const ANSWER: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "/t")]).succeeds(CHECKS);
    let answer = ANSWER;
    const REFUSALS: Refusals<'static> =
        Refusals::rfc().code("/result").text("/why").failures(&[Failure::new("expired").code("5001")]);
    let refusals = REFUSALS;
    let good = json!({ "ok": true, "result": "0000", "t": "T" });
    assert_eq!(token(answer, &response(200, &[], good.to_string())).as_deref(), Some("T"));
    assert_eq!(token(answer, &response(200, &[], r#"{"ok":"true","result":"0000","t":"T"}"#)).as_deref(), Some("T"));
    for bad in [
        json!({ "ok": true, "result": "5001", "why": "w", "t": "T" }),
        json!({ "ok": false, "result": "5001", "why": "w" }),
        json!({ "result": 5001, "why": "w" }),
    ] {
        let refused = refusal(answer, refusals, &response(200, &[], bad.to_string()));
        assert_eq!((refused.status, refused.failure.as_deref()), (200, Some("expired")), "{bad}");
        assert_eq!((refused.code.as_deref(), refused.text.as_deref()), (Some("5001"), Some("w")));
    }
    // What can't be read says neither.
    assert!(matches!(read_one(answer, &response(200, &[], "<html>")), Err(ReadError::Unreadable(_))));
    // Calls have checks too.
    const CALL: Answer<'static> = Answer::json().shape(Shape::Nothing).succeeds(CHECKS);
    let call = CALL;
    assert_eq!(refusal(call, refusals, &response(200, &[], r#"{"ok":false}"#)).status, 200);
    assert!(read_one(call, &response(200, &[], good.to_string())).is_ok());
}

#[test]
fn values_are_kept_as_text() {
    const ANSWER: Answer<'static> = Answer::json().tokens(&[Issued::new("access", "/t")]).keep(&[
        Kept::new("api_domain", "/api_domain").or_default("https://api.example"),
        Kept::new("user", "/user/id"),
        Kept::new("beta", "/beta"),
        Kept::new("list", "/list"),
        Kept::new("region", "header:X-Region"),
        Kept::new("gone", "/gone"),
    ]);
    let answer = ANSWER;
    let body = json!({ "t": "T", "user": { "id": 7 }, "beta": true, "list": [1], "api_domain": "" });
    let reading = read_one(answer, &response(200, &[("x-region", "eu")], body.to_string())).unwrap();
    let kept: Vec<_> = reading.kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(kept, [("api_domain", "https://api.example"), ("user", "7"), ("beta", "true"), ("region", "eu")]);
    assert!(!format!("{reading:?}").contains("https"));
    // They are salvaged with the tokens.
    let strict = answer.shape(NEEDED);
    match read_one(strict, &response(200, &[], body.to_string())) {
        Err(ReadError::Unreadable(error)) => {
            assert_eq!((error.salvaged.len(), error.salvaged_kept.len()), (1, 3));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn refusals_have_alternatives_and_headers_of_their_own() {
    const REFUSALS: Refusals<'static> = Refusals::rfc()
        .code("/fault/code")
        .or_code(&["/errors/0/code", "header:X-Error-Code"])
        .text("/fault/text")
        .or_text(&["/errors/0/detail"]);
    let refusals = REFUSALS;
    const ANSWER: Answer<'static> = Answer::json();
    let answer = ANSWER;
    let refused = refusal(answer, refusals, &response(400, &[], r#"{"errors":[{"code":7,"detail":"d"}]}"#));
    assert_eq!((refused.code.as_deref(), refused.text.as_deref()), (Some("7"), Some("d")));
    assert_eq!(refusal(answer, refusals, &response(400, &[("x-error-code", "H")], "")).code.as_deref(), Some("H"));

    const WAITS: Refusals<'static> = Refusals::rfc()
        .waits(&[Wait::new("header:X-Retry", WaitUnit::Delay), Wait::new("header:X-Reset", WaitUnit::Epoch)]);
    let waits = WAITS;
    let at = |seconds: u64| (1_767_225_600 + seconds).to_string();
    type Headers<'h> = &'h [(&'static str, &'h str)];
    let table: [(Headers<'_>, Option<u64>); 8] = [
        (&[("x-retry", "7"), ("retry-after", "8")], Some(7)),
        (&[("x-retry", "soon"), ("retry-after", "8")], Some(8)),
        (&[("x-reset", &at(90))], Some(90)),
        (&[("x-reset", &at(90)), ("retry-after", "8")], Some(90)),
        (&[("x-reset", "1767225599")], None),
        (&[("x-reset", &at(10_000_000))], Some(86_400)),
        (&[("x-reset", "tomorrow")], None),
        (&[], None),
    ];
    for (headers, expected) in table {
        let refused = refusal(answer, waits, &response(429, headers, ""));
        assert_eq!(refused.retry_after, expected.map(Duration::from_secs), "{headers:?}");
    }
}
