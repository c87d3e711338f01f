//! The authorization request, the consent page and the way back.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use authsmith_sandbox::Options;
use common::vendors::{CARDIOGRAM, CODE_VENDORS, HEALTHTAP, VITALDB};
use common::{FORM, encode, send, start, start_with};

const HTML: &str = "\nAccept: text/html,application/xhtml+xml;q=0.9";

/// The hidden member of the consent page.
fn consent_id(page: &str) -> String {
    let (_, behind) = page.split_once("name=\"consent\" value=\"").unwrap();
    behind.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn people_get_a_page() {
    let sandbox = start().await;
    let origin = sandbox.origin("healthtap").unwrap();
    let request = format!("GET {}&state=s-1{HTML}", HEALTHTAP.authorize);
    for (decision, expected) in [("allow", "code"), ("deny", "error")] {
        let page = send(origin, &request).await;
        assert_eq!(page.status, 200, "{page:?}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        assert!(page.body.contains("profile_write") && page.body.contains("HealthTap"), "{}", page.body);
        assert!(!page.body.contains("https://"), "nothing is loaded from elsewhere");
        let post = format!(
            "POST /_sandbox/consent\nContent-Type: {FORM}\n\nconsent={}&decision={decision}",
            encode(&consent_id(&page.body))
        );
        let back = send(origin, &post).await;
        assert_eq!(back.status, 302, "{back:?}");
        assert!(back.callback(expected).is_some(), "{back:?}");
        assert_eq!(back.callback("state").as_deref(), Some("s-1"));
        let again = send(origin, &post).await;
        assert_eq!((again.status, again.header("location")), (400, None));
    }
}

#[tokio::test]
async fn programs_are_sent_straight_back() {
    let sandbox = start().await;
    for vendor in CODE_VENDORS {
        let origin = sandbox.origin(vendor.name).unwrap();
        let request = if vendor.name == "vitaldb" {
            sandbox.register_redirect_uri("vitaldb", "https://www.path-to-redirect.com/callback").unwrap();
            format!("GET {}", vendor.authorize)
        } else {
            format!("GET {}&state=s%20%2B1", vendor.authorize)
        };
        let back = send(origin, &request).await;
        assert_eq!((back.status, back.callback("state").as_deref()), (302, Some("s +1")), "{}", vendor.name);
        sandbox.deny_next_consent(vendor.name).unwrap();
        let denied = send(origin, &request).await;
        assert_eq!(denied.callback("error").as_deref(), Some("access_denied"));
        assert_eq!((denied.callback("code"), denied.callback("state").as_deref()), (None, Some("s +1")));
        sandbox.drop_state(vendor.name, true).unwrap();
        let dropped = send(origin, &request).await;
        assert!(dropped.callback("code").is_some() && dropped.callback("state").is_none());
        sandbox.drop_state(vendor.name, false).unwrap();
        assert!(send(origin, &request).await.callback("state").is_some());
    }
}

#[tokio::test]
async fn a_vendor_that_takes_no_redirect_uri_uses_the_registered_one() {
    let sandbox = start_with(Options::default().redirect_uri("cardiogram", "https://app.example/one?x=1")).await;
    let back = CARDIOGRAM.authorize(&sandbox).await;
    assert!(back.header("location").unwrap().starts_with("https://app.example/one?x=1&code="), "{back:?}");
    sandbox.register_redirect_uri("cardiogram", "https://app.example/two").unwrap();
    let back = CARDIOGRAM.authorize(&sandbox).await;
    assert!(back.header("location").unwrap().starts_with("https://app.example/two?code="), "{back:?}");
    assert!(sandbox.register_redirect_uri("cardiogram", "/relative").is_err());
    let extra = format!("GET {}&redirect_uri=https%3A%2F%2Fapp.example%2Ftwo", CARDIOGRAM.authorize);
    let back = send(sandbox.origin("cardiogram").unwrap(), &extra).await;
    assert_eq!(back.callback("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn mistakes_go_back_once_the_redirect_uri_is_trusted() {
    let sandbox = start().await;
    let origin = sandbox.origin("healthtap").unwrap();
    let cases = [
        (HEALTHTAP.authorize.replace("=code", "=token"), "unsupported_response_type", "`response_type` must be `code`"),
        (HEALTHTAP.authorize.replace("response_type=code&", ""), "invalid_request", "`response_type` is missing"),
        (format!("{}&prompt=login", HEALTHTAP.authorize), "invalid_request", "`prompt` does not belong in the query"),
        (format!("{}&code_challenge=x", HEALTHTAP.authorize), "invalid_request", "`code_challenge` does not belong"),
        (format!("{}&scope=pay", HEALTHTAP.authorize), "invalid_request", "`scope` stands in the query more than once"),
        (HEALTHTAP.authorize.replace("profile_write", "a++b"), "invalid_scope", "`scope` is not a list"),
    ];
    for (request, code, says) in cases {
        let back = send(origin, &format!("GET {request}")).await;
        assert_eq!(back.callback("error").as_deref(), Some(code), "{back:?}");
        assert!(back.callback("error_description").unwrap().contains(says), "{back:?}");
    }
    let vital =
        send(sandbox.origin("vitaldb").unwrap(), &format!("GET {}&response_type=code", VITALDB.authorize)).await;
    assert_eq!(vital.status, 400, "an unregistered https URI is never redirected to");
    for (name, request) in [("healthtap", HEALTHTAP.authorize), ("cardiogram", CARDIOGRAM.authorize)] {
        let stranger = format!("GET {}", request.replace("sandbox-client", "stranger"));
        let answer = send(sandbox.origin(name).unwrap(), &stranger).await;
        assert_eq!((answer.status, answer.header("location")), (400, None), "{answer:?}");
        let page = send(sandbox.origin(name).unwrap(), &format!("{stranger}{HTML}")).await;
        assert_eq!((page.status, page.header("location")), (400, None));
        assert!(page.body.contains("names no client that is known here"), "{}", page.body);
    }
}

#[tokio::test]
async fn only_registered_redirect_uris_if_so_wished() {
    let sandbox = start_with(Options::default().registered_redirect_uris_only()).await;
    let registered = send(sandbox.origin("healthtap").unwrap(), &format!("GET {}", HEALTHTAP.authorize)).await;
    assert_eq!(registered.status, 302);
    let other = format!("GET {}", HEALTHTAP.authorize.replace("callback", "other"));
    assert_eq!(send(sandbox.origin("healthtap").unwrap(), &other).await.status, 400);
}

#[tokio::test]
async fn a_state_in_the_redirect_uri() {
    let spec = |state: &str| {
        format!(
            "provider: acme\nauthorize: {{ url: https://acme.example/authorize, pkce: none, state: {state} }}\n\
             token: {{ url: https://acme.example/token, client: body }}\n"
        )
    };
    let ask = |uri: &str, more: &str| {
        format!("GET /authorize?response_type=code&client_id=sandbox-client&redirect_uri={}{more}", encode(uri))
    };
    let uri = "http://127.0.0.1:7/back";
    let inside = common::start_spec(&spec("{ in: redirect_uri, length: 13, alphabet: digits }")).await;
    let origin = inside.origin("acme").unwrap();
    let back = send(origin, &ask(&format!("{uri}?a=b&state=1234567890123"), "")).await;
    let location = back.header("location").unwrap().to_owned();
    assert_eq!((back.status, back.callback("state").as_deref()), (302, Some("1234567890123")), "{location}");
    assert_eq!(location.matches("state=").count(), 1, "{location}");
    // The exchange shows the redirect URI that was sent, state and all.
    let exchange = |back: &common::Answer, uri: &str| {
        let code = encode(&back.callback("code").unwrap());
        format!(
            "POST /token\nContent-Type: {FORM}\n\ngrant_type=authorization_code&code={code}&redirect_uri={}\
             &client_id=sandbox-client&client_secret={}",
            encode(uri),
            encode(authsmith_sandbox::CLIENT_SECRET)
        )
    };
    let refused = send(origin, &exchange(&back, uri)).await;
    assert!(refused.body.contains("not the one that the code was issued for"), "{refused:?}");
    let full = format!("{uri}?a=b&state=1234567890123");
    let back = send(origin, &ask(&full, "")).await;
    let given = send(origin, &exchange(&back, &full)).await;
    assert_eq!(given.status, 200, "{given:?}");
    for (uri, more, why) in [
        (uri, "", "does not end with `state`"),
        (uri, "&state=1234567890123", "does not end with `state`"),
        ("http://127.0.0.1:7/back?state=1234567890123&a=b", "", "does not end with `state`"),
        ("https://evil.example/?state=1234567890123", "", "is not registered"),
    ] {
        let refused = send(origin, &ask(uri, more)).await;
        assert!(refused.status == 400 && refused.body.contains(why), "{uri}: {refused:?}");
    }
    let short = send(origin, &ask(&format!("{uri}?state=1234"), "")).await;
    assert_eq!(short.callback("error").as_deref(), Some("invalid_request"), "{short:?}");
    let outside = common::start_spec(&spec("returned")).await;
    let refused = send(outside.origin("acme").unwrap(), &ask(&format!("{uri}?state=1"), "&state=1")).await;
    assert!(refused.status == 400 && refused.body.contains("a `state` of its own"), "{refused:?}");
}
