//! What goes with calls besides the token: cookies, and what is left out when nobody gave it. Each plays a golden.

use authsmith_protocol::{Values, build};

use crate::literal::{Answer, BASIC, FORM, JSON, golden};

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
