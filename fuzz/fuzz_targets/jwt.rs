//! A token that says itself when it ends.
#![no_main]

use std::time::{Duration, SystemTime};

use authsmith_protocol::expiry::instant;
use authsmith_protocol::operation::{ExpiryUnit, Kept, Operation};
use authsmith_protocol::{Values, build};
use authsmith_protocol::id_token::{Expected, IdToken, JwkSet, JwsAlgorithm, LONGEST, SignedToken};
use libfuzzer_sys::fuzz_target;

const ISSUED: IdToken<'static> = IdToken::new(&["https://vendor.example"], "https://vendor.example/jwks");

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let end = instant(&serde_json::Value::from(text), ExpiryUnit::Jwt, now);
    assert!(end.is_none_or(|end| end <= last + Duration::from_secs(1)), "{end:?}");
    // A claim stays in the place where a template puts it.
    for template in ["<token | claim(sub)>", "<token | claim(/a/b)>"] {
        let params = [authsmith_protocol::operation::Param::query("who", template).optional()];
        let operation = Operation::get("call", "https://vendor.example/me").params(&params);
        if let Ok(request) = build(&operation, &Values::new().with("token", text)) {
            assert!(request.url.query_pairs().count() <= 1, "{}", request.url);
            assert_eq!((request.url.host_str(), request.url.path()), (Some("vendor.example"), "/me"));
        }
    }
    // What claims to be signed is taken apart within bounds, and nothing is believed of it.
    if let Ok(token) = SignedToken::parse(text) {
        assert!(text.len() <= LONGEST);
        if let Ok(algorithm) = token.algorithm(JwsAlgorithm::ALL) {
            let _ = JwkSet::parse(data).unwrap_or_default().key_of(&token, algorithm);
        }
        let expected = Expected::new(&ISSUED, &Values::new().with("client_id", "app"), None, now).unwrap();
        let claims = token.claims();
        let is_right = claims.get("iss").is_some_and(|iss| iss == "https://vendor.example");
        assert!(expected.check(claims).is_err() || is_right);
    }
    let _ = Kept::new("sub", "/sub").check(text);
});
