//! What answers hold, and where.

use std::time::Duration;

use authsmith_protocol::ReadError;

use crate::literal::{Answer, Vendor, golden, now, ok, status};

fn with<'a>(headers: &'a [(&'static str, &'static str)], body: &'a str) -> Answer<'a> {
    Answer { headers, ..ok(body) }
}

#[test]
fn tokens_in_places_of_every_sort() {
    let vendor = golden("answers");
    let cookie: &[_] = &[("set-cookie", "SESSION=S1; Path=/; HttpOnly")];
    let text = |body| Answer { headers: &[("content-type", "text/plain")], ..ok(body) };
    vendor.reads("by_text", text(" T1\n"), "access T1");
    vendor.reads("by_whole", ok("\"T1\""), "plain T1 for 3600 s");
    vendor.reads("by_array", ok(r#"{"ok":true,"tokens":[{"id":"T1"}]}"#), "plain T1 for 3600 s");
    vendor.reads("by_header", with(&[("x-token", "T1")], r#"{"ok":true}"#), "access T1");
    vendor.reads("by_cookie", with(cookie, r#"{"ok":true,"timeout":"0:01:00"}"#), "session S1 for 3600 s");
    vendor.reads("by_any", ok(r#"{"ok":true,"token":"T1"}"#), "dated T1");
    vendor.reads("by_any", status(201, r#"{"ok":true,"user":{"token":"T2"},"token":"T1"}"#), "dated T2");
    vendor.reads("by_form", ok("ok=true&access_token=T1"), "access T1");
}

#[test]
fn an_answer_in_xml() {
    let vendor = golden("answers");
    let answer = |result| format!("<?xml version=\"1.0\"?><login><result>{result}</result><token>T1</token></login>");
    vendor.reads("by_xml", ok(&answer("0000")), "access T1");
    let refused = vendor.reading("by_xml", &ok(&answer("0001")));
    assert!(matches!(refused, Err(ReadError::Refused(_))), "{refused:?}");
}

#[test]
fn an_error_inside_a_success() {
    let vendor = golden("answers");
    let refusal = r#"{"ok":false,"error":{"code":"no_user","message":"Nobody is there."}}"#;
    vendor.is_refused("by_any", ok(refusal), "no_user", Some("Nobody is there."));
    vendor.is_refused("by_any", status(400, r#"{"code":"bad","message":"Not so."}"#), "bad", Some("Not so."));
    vendor.is_refused("moments", ok(refusal), "no_user", Some("Nobody is there."));
}

#[test]
fn moments_of_expiry() {
    // {"exp":1700003600}
    let jwt = r#"{"access_token":"eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDM2MDB9."}"#;
    for (grant, body, seconds) in [
        ("in_ms", r#"{"access_token":"T","ms":1800000}"#, Some(1800)),
        ("at_epoch", r#"{"access_token":"T","at":"1700000060"}"#, Some(60)),
        ("at_epoch_ms", r#"{"access_token":"T","at":1700000060000}"#, Some(60)),
        ("at_date", r#"{"access_token":"T","at":"2023-11-14T23:13:20Z"}"#, Some(3600)),
        ("at_date", r#"{"access_token":"T","at":"2023-11-14T23:13:20+01:00"}"#, None),
        ("in_days", r#"{"access_token":"T","left":"1:02:03"}"#, Some(93_780)),
        ("in_itself", jwt, Some(3600)),
        ("elsewhere", r#"{"access_token":"T","life":{"seconds":"599"}}"#, Some(599)),
        ("never_said", r#"{"access_token":"T"}"#, Some(3600)),
        ("refresh", r#"{"access_token":"T","expires_in":16768.5}"#, Some(16768)),
        ("refresh", r#"{"access_token":"T"}"#, None),
    ] {
        let reading = golden("expiries").reading(grant, &ok(body)).unwrap();
        let left = reading.tokens[0].expires_at.map(|then| then.duration_since(now()).unwrap_or_default().as_secs());
        assert_eq!(left.filter(|left| *left > 0), seconds, "{grant}: {body}");
    }
}

#[test]
fn an_expiry_at_one_of_several_places() {
    let vendor = golden("expiries");
    vendor.reads("in_turn", ok(r#"{"access_token":"T","expires_in":60}"#), "in_turn T for 60 s");
    vendor.reads("in_turn", ok(r#"{"access_token":"T","expires_at":"2023-11-14T22:15:20Z"}"#), "in_turn T for 120 s");
    let both = r#"{"access_token":"T","expires_in":60,"expires_at":"2023-11-14T22:15:20Z"}"#;
    vendor.reads("in_turn", ok(both), "in_turn T for 60 s");
    let odd = r#"{"access_token":"T","expires_in":"soon","expires_at":"2023-11-14T22:15:20Z"}"#;
    vendor.reads("in_turn", ok(odd), "in_turn T for 120 s");
    let notes = vendor.reading("in_turn", &ok(odd)).unwrap().notes;
    let notes: Vec<String> = notes.iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["expires_in: can't be read as seconds: a text of 4 characters"]);
    let answer = r#"{"access_token":"T","refresh_token":"R","renewal_in":60}"#;
    vendor.reads("exchange_code", ok(answer), "access T, refresh R for 60 s");
}

/// The code and the failure of a refusal.
type Refused<'t> = (Option<&'t str>, Option<&'t str>);

/// What comes of answers to an operation: `None` for a success, else the status, the code and the failure of a refusal.
#[track_caller]
fn comes_of(vendor: &Vendor, operation: &str, table: &[(u16, &str, Option<Refused<'_>>)]) {
    for (code, body, expected) in table {
        let outcome = match vendor.reading(operation, &status(*code, body)) {
            Ok(_) => None,
            Err(ReadError::Refused(refusal)) => {
                assert_eq!(refusal.status, *code);
                Some((refusal.code, refusal.failure))
            }
            other => panic!("{operation}: {code} {body}: {other:?}"),
        };
        let outcome = outcome.as_ref().map(|(code, failure)| (code.as_deref(), failure.as_deref()));
        assert_eq!(outcome, *expected, "{operation}: {code} {body}");
    }
}

#[test]
fn a_success_told_by_its_status() {
    let vendor = golden("successes");
    let refused = Some((None, None));
    let token = r#"{"access_token":"T"}"#;
    vendor.reads("client_credentials", status(201, token), "access T");
    let own = [(200, token, refused), (202, token, Some((None, Some("pending")))), (201, token, None)];
    comes_of(vendor, "client_credentials", &own);
    let shared = [(200, r#"{"id":"1"}"#, None), (201, r#"{"id":"1"}"#, None), (202, r#"{"id":"1"}"#, refused)];
    comes_of(vendor, "me", &shared);
    comes_of(
        vendor,
        "note",
        &[(204, "", None), (202, "{}", None), (200, "", Some((None, Some("unsure")))), (203, "", refused)],
    );
    comes_of(vendor, "ping", &[(201, r#"{"id":"1","error":"none"}"#, None), (202, r#"{"id":"1"}"#, refused)]);
    comes_of(vendor, "plain", &[(203, "hello", None), (200, "hello", refused)]);
}

#[test]
fn a_success_told_by_what_is_absent() {
    let vendor = golden("successes");
    let (ok, quota) = (r#"{"id":"1","error":null}"#, r#"{"id":"1","error":"quota"}"#);
    comes_of(vendor, "me", &[(200, ok, None), (200, quota, Some((Some("quota"), None))), (200, r#"{"id":"1"}"#, None)]);
    comes_of(vendor, "me", &[(200, r#"{"id":"1","error":""}"#, Some((None, None)))]);
    comes_of(vendor, "note", &[(202, r#"{"error":"quota"}"#, Some((Some("quota"), None)))]);
    let html = vendor.reading("note", &status(202, "<html>"));
    assert!(matches!(html, Err(ReadError::Unreadable(_))), "what can't be read shows no absence: {html:?}");
}

#[test]
fn a_success_told_by_one_of_several_words() {
    let vendor = golden("successes");
    let answer =
        |word: &str, error: &str| format!(r#"{{"access_token":"T","state":{{"word":{word}}},"error":"{error}"}}"#);
    for (word, error, expected) in [
        (r#""ok""#, "none", None),
        (r#""0""#, "absent", None),
        ("0", "none", None),
        (r#""no""#, "none", Some((Some("none"), None))),
        ("null", "none", Some((Some("none"), None))),
        (r#""ok""#, "quota", Some((Some("quota"), None))),
    ] {
        comes_of(vendor, "log_in", &[(200, &answer(word, error), expected)]);
    }
}

#[test]
fn the_life_of_a_refresh_token() {
    let vendor = golden("expiries");
    let answer = r#"{"access_token":"T","refresh_token":"R","renewal_until":1700000060}"#;
    vendor.reads("exchange_code", ok(answer), "access T, refresh R for 60 s");
    let answer = r#"{"access_token":"T","renewal":"R"}"#;
    vendor.reads("exchange_code", ok(answer), "access T, refresh R for 2592000 s");
    let answer = r#"{"data":{"token":"T","expires":1800000,"refresh":"R","refresh_expires":1700000060}}"#;
    golden("public_client").reads("exchange_code", ok(answer), "access T for 1800 s, refresh R for 60 s");
}

#[test]
fn several_tokens_in_one_answer() {
    let vendor = golden("several_tokens");
    let answer = r#"{"access_token":"B1","refresh_token":"R1","expires_in":60,"team":"t1",
        "authed_user":{"access_token":"U1","expires_in":120}}"#;
    vendor.reads("exchange_code", ok(answer), "bot B1 for 60 s, refresh R1; user U1 for 120 s");
    let (lacking, bot) = (|user: &str| format!(r#"{{"access_token":"B1","expires_in":60{user}}}"#), "bot B1 for 60 s");
    for user in ["", r#","authed_user":null"#, r#","authed_user":{"id":"U1"}"#, r#","authed_user":{"access_token":""}"#]
    {
        vendor.reads("exchange_code", ok(&lacking(user)), bot);
    }
    // A token that can't be read doesn't lack, and the first kind must be there.
    for wrong in
        [lacking(r#","authed_user":{"access_token":7}"#), r#"{"authed_user":{"access_token":"U1"}}"#.to_owned()]
    {
        let Err(ReadError::Unreadable(unreadable)) = vendor.reading("exchange_code", &ok(&wrong)) else {
            panic!("{wrong} is read")
        };
        assert_eq!(unreadable.salvaged.len(), 1, "{wrong}");
    }
    vendor.sends(
        "post_message",
        &[("text", "hi")],
        &[
            "POST https://several.example/api/chat",
            "authorization: Bearer TOKEN",
            crate::literal::JSON,
            r#"{"text":"hi"}"#,
        ],
    );
    vendor.sends("whoami", &[], &["GET https://several.example/api/me", "x-user-token: TOKEN"]);
}

#[test]
fn answers_of_calls() {
    let vendor = golden("answers");
    assert_eq!(vendor.reading("page", &ok("hello")).unwrap().body, "hello");
    vendor.reading("moments", &ok(r#"{"ok":true,"at":1700000000,"day":"20240301"}"#)).unwrap();
    assert!(vendor.reading("moments", &ok(r#"{"ok":true,"at":"then","day":"20240301"}"#)).is_err());
    vendor.sends(
        "image",
        &[("day", "20240301"), ("since", "1700000000")],
        &["GET https://answers.example/v1/image?day=20240301&since=1700000000", "authorization: Bearer TOKEN"],
    );
}

#[test]
fn when_to_come_back() {
    let waits = |name: &str, call: &str, headers: &'static [(&'static str, &'static str)]| match golden(name)
        .reading(call, &Answer { headers, ..status(429, "{}") })
    {
        Err(ReadError::Refused(refusal)) => refusal.retry_after,
        other => panic!("{other:?}"),
    };
    assert_eq!(waits("standard", "me", &[("retry-after", "7")]), Some(Duration::from_secs(7)));
    assert_eq!(waits("answers", "moments", &[("x-retry-in", "8")]), Some(Duration::from_secs(8)));
    assert_eq!(waits("answers", "moments", &[("x-ratelimit-reset", "1700000009")]), Some(Duration::from_secs(9)));
}
