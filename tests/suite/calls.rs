//! What goes with calls besides the token: cookies, what is left out when nobody gave it, rate limits, and bodies of
//! several parts; and which token a revocation names. Each plays a golden.

use authsmith_protocol::{BuildError, File, ReadError, SecretBytes, Values, build};

use crate::literal::{Answer, BASIC, FORM, JSON, Vendor, golden};

#[test]
fn all_cookies_share_one_header() {
    let vendor = golden("cookies");
    let me = "GET https://cookies.example/v1/me";
    vendor.sends("me", &[], &[me, "cookie: SESSION=TOKEN; lang=en"]);
    vendor.sends("me", &[("node", "n1")], &[me, "cookie: SESSION=TOKEN; NODE=n1; lang=en"]);
    vendor.sends("me", &[("language", "de")], &[me, "cookie: SESSION=TOKEN; lang=de"]);
    // The call's own word for a cookie holds.
    let here = "GET https://cookies.example/v1/here";
    let given = [("node", "n1"), ("language", "de"), ("spot", "s")];
    vendor.sends("here", &given, &[here, "cookie: SESSION=TOKEN; lang=xx; spot=s; NODE=n1"]);
    vendor.sends("here", &[], &[here, "cookie: SESSION=TOKEN; lang=xx"]);
    let user = [("username", "u"), ("password", "p")];
    let body = "grant_type=password&username=u&password=p";
    vendor.sends("log_in", &user, &["POST https://cookies.example/login", "cookie: lang=en; app=golden", FORM, body]);
    let headers = &[("set-cookie", "SESSION=s1; Path=/; HttpOnly"), ("set-cookie", "NODE=\"n1\"")];
    vendor.reads("log_in", Answer { status: 200, headers, body: "" }, "session s1; node = n1");
    let alone = &[("set-cookie", "SESSION=s1")];
    vendor.reads("log_in", Answer { status: 200, headers: alone, body: "" }, "session s1");
}

#[test]
fn no_cookie_smuggles_another_in() {
    let vendor = golden("cookies");
    vendor.data(|data| {
        let alone = build(data.operation("me").unwrap(), &Values::new().with("token", "t")).unwrap();
        assert_eq!(alone.headers["cookie"], "SESSION=t");
        for bad in ["n1; admin=1", "n1,", "n 1", "n\"1", "n1\r\nX-Evil: 1", "n\u{e4}"] {
            let values = Values::new().with("token", "t").with("node", bad);
            let error = build(data.operation("me").unwrap(), &values).unwrap_err().to_string();
            assert!(error.contains("`node` can't stand in the cookie `NODE`"), "{error}");
        }
    });
}

#[test]
fn what_has_no_value_is_left_out() {
    let vendor = golden("left_out");
    let me = "GET https://left-out.example/v1/me";
    let token = "authorization: Bearer TOKEN";
    vendor.sends("me", &[], &[me, token]);
    let given = [("realm", "r1"), ("site", "s1"), ("tenant", "t1"), ("shop", "h1")];
    vendor.sends(
        "me",
        &given,
        &[&format!("{me}?shop=h1&tenant=t1"), token, "x-who: t1/h1", "x-either: s1", "x-realm: r1", "x-site: S1"],
    );
    vendor.sends("me", &given[..1], &[me, token, "x-either: r1", "x-realm: r1"]);
    let note = "POST https://left-out.example/v1/notes";
    vendor.sends("note", &[("text", "a")], &[note, token, JSON, r#"{"text":"a","by":{}}"#]);
    let exchange = "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
                    &code_verifier=CODE_VERIFIER";
    let url = "POST https://left-out.example/token";
    vendor.sends("exchange_code", &[], &[url, BASIC, FORM, exchange]);
    vendor.sends(
        "exchange_code",
        &[("realm", "r1"), ("tenant", "t1")],
        &[url, BASIC, "x-tenant: t1", FORM, &format!("{exchange}&realm=r1")],
    );
    vendor.sends("refresh", &[], &[url, BASIC, FORM, "grant_type=refresh_token&refresh_token=REFRESH_TOKEN"]);
    vendor.reads(
        "exchange_code",
        Answer { status: 200, headers: &[], body: r#"{"access_token":"a","site":{"id":7}}"# },
        "access a; site = 7",
    );
}

#[test]
fn a_path_needs_its_value() {
    let vendor = golden("left_out");
    vendor.sends(
        "site",
        &[("site", "s 1")],
        &["GET https://left-out.example/v1/sites/s%201", "authorization: Bearer TOKEN", "x-site: S 1"],
    );
    vendor.data(|data| {
        let error = build(data.operation("site").unwrap(), &Values::new().with("token", "t")).unwrap_err();
        assert_eq!(error.to_string(), "`site` has no value, and the URL needs it");
    });
}

#[test]
fn how_long_to_wait_in_every_form() {
    let vendor = golden("limits");
    let waits = |headers: &'static [(&'static str, &'static str)], body: &str| match vendor
        .reading("me", &Answer { status: 429, headers, body })
    {
        Err(ReadError::Refused(refusal)) => refusal.retry_after.map(|wait| wait.as_millis()),
        other => panic!("{other:?}"),
    };
    // The clock stands at 2023-11-14T22:13:20Z.
    let google = r#"{"error":{"message":"User-rate limit exceeded. Retry after 2023-11-14T22:13:50.250Z"}}"#;
    for (headers, body, wait) in [
        (&[("x-retry-in", "7")][..], "", Some(7_000)),
        (&[("x-retry-in", "Tue, 14 Nov 2023 22:13:25 GMT")], "", Some(5_000)),
        (&[("x-backoff", "1500")], "", Some(1_500)),
        (&[("x-backoff-text", "wait 12 s")], "", Some(12_000)),
        (&[("x-backoff-text", "wait 12 minutes")], "", None),
        (&[], google, Some(30_250)),
        (&[("x-reset", "1700000009")], "", Some(9_000)),
        (&[("x-reset-ms", "1700000000800")], "", Some(800)),
        (&[], r#"{"error":{"until":"Tuesday, 14-Nov-23 22:14:00 GMT"}}"#, Some(40_000)),
        // Those of the spec come first, in its order, and `Retry-After` last.
        (&[("retry-after", "8")], "", Some(8_000)),
        (&[("retry-after", "8"), ("x-reset", "1700000009")], "", Some(9_000)),
        (&[("x-reset", "1700000009"), ("x-retry-in", "1")], "", Some(1_000)),
        // Nothing that can't be: what has passed, what is below zero, what no vendor means.
        (&[("x-retry-in", "-7")], "", None),
        (&[("x-backoff", "-1")], "", None),
        (&[("x-backoff", "NaN")], "", None),
        (&[("x-reset", "1699999999")], "", None),
        (&[("x-retry-in", "99999999999999999999999")], "", Some(86_400_000)),
        (&[("x-reset", "4700000000")], "", Some(86_400_000)),
        (&[("x-retry-in", "soon")], "{}", None),
    ] {
        assert_eq!(waits(headers, body), wait, "{headers:?} {body}");
    }
}

#[test]
fn which_refusals_are_rate_limits() {
    let vendor = golden("limits");
    let is_limit = |status: u16, headers: &'static [(&'static str, &'static str)], code: &str| {
        let body = format!(r#"{{"error":{{"status":"{code}"}}}}"#);
        match vendor.reading("me", &Answer { status, headers, body: &body }) {
            Err(ReadError::Refused(refusal)) => refusal.limited,
            other => panic!("{other:?}"),
        }
    };
    let none_left = &[("x-left", "0")];
    for (status, headers, code, limit) in [
        (429, &[][..], "", true),
        (403, none_left, "", true),
        (509, none_left, "", true),
        (403, &[("x-left", " 0 ")], "", true),
        (403, &[("x-left", "3")], "", false),
        (403, &[("x-left", "none")], "", false),
        (403, &[], "", false),
        (401, none_left, "", false),
        (400, &[], "quota_exceeded", true),
        (400, &[], "quota", false),
        (503, &[], "", false),
    ] {
        assert_eq!(is_limit(status, headers, code), limit, "{status} {headers:?} {code}");
    }
}

#[test]
fn revocation_says_which_token() {
    let url = "POST https://revocation-hints.example/revoke";
    for (token, hint) in [("REFRESH", "refresh_token"), ("ACCESS", "access_token")] {
        let body = format!("token={token}&token_type_hint={hint}");
        let given = [("token", token), ("token_type_hint", hint)];
        golden("revocation_hints").sends("revoke", &given, &[url, BASIC, FORM, &body]);
    }
}

#[test]
fn revocation_of_the_access_token() {
    golden("revocation_access").sends(
        "revoke",
        &[("access_token", "ACCESS")],
        &[
            "POST https://revocation-access.example/revoke",
            BASIC,
            "x-session: ACCE",
            FORM,
            "token=ACCESS&token_type_hint=access_token",
        ],
    );
}

/// The boundary that 32 bytes of 7 make.
const BOUNDARY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The request of an operation, its body as text.
fn multipart(vendor: &Vendor, operation: &str, values: Values) -> Result<Vec<String>, BuildError> {
    let values = values.with("token", "TOKEN").with("client_id", "ID").with("client_secret", "SECRET");
    let values =
        if values.get("random").is_none() { values.with("random", SecretBytes::from([7; 32])) } else { values };
    let mut sent = Ok(Vec::new());
    vendor.data(|data| {
        sent = build(data.operation(operation).unwrap(), &values).map(|request| {
            let content_type = request.headers["content-type"].to_str().unwrap().to_owned();
            vec![content_type, String::from_utf8_lossy(&request.body).replace(BOUNDARY, "B")]
        });
    });
    sent
}

#[test]
fn parts_stand_in_the_order_of_the_spec() {
    let vendor = golden("multipart");
    let expected = |body: &str| vec![format!("multipart/form-data; boundary={BOUNDARY}"), body.to_owned()];
    let part =
        |name: &str, text: &str| format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let file = |name: &str, file: &str, content_type: &str, text: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
             Content-Type: {content_type}\r\n\r\n{text}\r\n"
        )
    };
    let values = Values::new()
        .with("title", "One & two \u{e4}\r\n--B")
        .with("size", 7)
        .with("file", File::new("a \"b\"\r\n.png", "image/png", *b"\0\xff\r\n"));
    let all = values.clone().with("day", "2024-02-29").with("preview", File::new("p", "text/plain", "P"));
    let common = [part("title", "One & two \u{e4}\r\n--B"), part("size", "7")].concat();
    let upload = file("file", "a %22b%22%0D%0A.png", "image/png", "\0\u{fffd}\r\n");
    let constants = [part("kind", "note"), part("app", "ID"), "--B--\r\n".to_owned()].concat();
    assert_eq!(multipart(vendor, "upload", values).unwrap(), expected(&format!("{common}{upload}{constants}")));
    let (day, preview) = (part("day", "2024-02-29"), file("preview[0]", "p", "text/plain", "P"));
    assert_eq!(
        multipart(vendor, "upload", all).unwrap(),
        expected(&format!("{common}{day}{upload}{preview}{constants}"))
    );

    let user = Values::new().with("username", "u").with("password", "p");
    let parts = [("grant_type", "password"), ("username", "u"), ("password", "p")];
    let credentials = [("client_id", "ID"), ("client_secret", "SECRET")];
    let body: String = parts.iter().chain(&credentials).map(|(name, text)| part(name, text)).collect();
    assert_eq!(multipart(vendor, "log_in", user).unwrap(), expected(&format!("{body}--B--\r\n")));
    let sign_up = multipart(vendor, "sign_up", Values::new().with("name", "n")).unwrap();
    assert_eq!(sign_up, expected(&format!("{}--B--\r\n", part("name", "n"))));
    vendor.reads("log_in", Answer { status: 200, headers: &[], body: r#"{"access_token":"a"}"# }, "access a");
}

#[test]
fn what_no_part_can_be() {
    let vendor = golden("multipart");
    let values = || Values::new().with("title", "t").with("size", 1).with("file", File::new("f", "text/plain", "x"));
    let why = |values: Values| multipart(vendor, "upload", values).unwrap_err().to_string();
    let holds = "of the body holds the text that stands between parts";
    assert_eq!(why(values().with("title", format!("--{BOUNDARY}"))), format!("the part `title` {holds}"));
    let file = File::new("f", "text/plain", format!("x{BOUNDARY}"));
    assert_eq!(why(values().with("file", file)), format!("the part `file` {holds}"));
    for content_type in ["", "text/plain\r\nX-Evil: 1", "t\u{e4}xt/plain"] {
        let why = why(values().with("file", File::new("f", content_type, "x")));
        assert!(why.contains("a file whose content type is one line of printable ASCII"), "{why}");
    }
    let why = multipart(vendor, "upload", values().with("title", File::new("f", "text/plain", "x")));
    assert!(why.unwrap()[1].contains("filename=\"f\""), "the types of a client keep files where they belong");
    let file = File::new("name", "text/plain", "SECRET-CONTENT");
    assert!(!format!("{file:?} {:?}", authsmith_protocol::Value::from(file.clone())).contains("SECRET-CONTENT"));
    let shown = multipart(vendor, "upload", values().with("file", file).redacted()).unwrap();
    assert!(shown[1].contains("[14 bytes]") && !shown[1].contains("SECRET-CONTENT"), "{shown:?}");
}
