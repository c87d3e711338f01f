//! What a client says of itself and signs.

use authsmith_protocol::assertion::{KeyHint, Unsigned, signed};
use authsmith_protocol::operation::Algorithm;
use serde_json::json;

use crate::literal::{FORM, Vendor, golden};

const TOKEN: &str = "POST https://assertions.example/token";
const GRANT: &str = "grant_type=client_credentials";
const PROOF: &str = "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
                     &client_assertion=CLIENT_ASSERTION";

/// What an operation says, at the moment 1700000000.
fn claims(vendor: &Vendor, operation: &str, given: &[(&'static str, &str)]) -> serde_json::Value {
    vendor.visit(operation, given, |operation, values| {
        Unsigned::of(operation, values).unwrap().unwrap().claims().clone().into()
    })
}

#[test]
fn an_assertion_stands_where_the_secret_would() {
    let vendor = golden("assertions");
    vendor.sends("by_key", &[], &[TOKEN, FORM, &format!("{GRANT}&{PROOF}")]);
    vendor.sends("by_secret", &[], &[TOKEN, FORM, &format!("{GRANT}&{PROOF}")]);
    vendor.sends("by_longer_secret", &[], &[TOKEN, FORM, &format!("{GRANT}&{PROOF}&client_id=CLIENT_ID")]);
    vendor.sends("in_query", &[], &[&format!("{TOKEN}?{PROOF}&app=CLIENT_ID"), FORM, GRANT]);
    let body = r#"{"grant":"client_credentials","proof":{"jwt":"CLIENT_ASSERTION"}}"#;
    vendor.sends("in_json", &[], &[TOKEN, "content-type: application/json", body]);
    let revoke = ["POST https://assertions.example/revoke", FORM, &format!("token=TOKEN&{PROOF}")];
    vendor.sends("revoke", &[], &revoke);
    // An input that is said in the assertion is no parameter besides.
    let given = [("tenant", "t"), ("level", "3"), ("scope", "read")];
    vendor.sends("by_claims", &given, &[TOKEN, FORM, &format!("{GRANT}&scope=read&{PROOF}&team=T1&region=eu")]);
}

#[test]
fn an_assertion_says_who_and_for_whom_and_until_when() {
    let vendor = golden("assertions");
    let standard = json!({
        "iss": "CLIENT_ID",
        "sub": "CLIENT_ID",
        "aud": "https://assertions.example/token",
        "exp": 1_700_000_180,
        "iat": 1_700_000_000,
        "jti": "07070707-0707-4707-8707-070707070707",
    });
    let but = |changes: serde_json::Value| {
        let mut claims = standard.clone();
        claims.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        claims
    };
    assert_eq!(claims(vendor, "by_key", &[]), standard);
    assert_eq!(claims(vendor, "by_secret", &[]), standard);
    assert_eq!(claims(vendor, "by_longer_hash", &[]), but(json!({ "exp": 1_700_000_300 })));
    assert_eq!(claims(vendor, "by_pss", &[]), but(json!({ "aud": "https://assertions.example/T1" })));
    // Whatever isn't sent to the token endpoint is meant for it all the same; another token endpoint is meant itself.
    assert_eq!(claims(vendor, "revoke", &[]), standard);
    assert_eq!(claims(vendor, "refresh", &[]), but(json!({ "aud": "https://assertions.example/refresh" })));
}

#[test]
fn claims_of_a_vendors_own() {
    let vendor = golden("assertions");
    let given = [("tenant", "t\"1"), ("level", "3"), ("scope", "read write")];
    let claims_of = |given: &[(&'static str, &str)]| claims(vendor, "by_claims", given);
    let all = claims_of(&given);
    assert_eq!(all["iss"], "T1");
    assert_eq!(all["sub"], "CLIENT_ID");
    assert_eq!((&all["region"], &all["tenant"]), (&json!("eu"), &json!("of t\"1")));
    // A number stays one, and what has no value is left out.
    assert_eq!((&all["level"], &all["scope"]), (&json!(3), &json!("read write")));
    let few = claims_of(&given[..1]);
    assert_eq!((few.get("level"), few.get("scope")), (None, None));
}

#[test]
fn of_several_algorithms_the_client_chooses() {
    golden("assertion_choice").visit("exchange_code", &[], |operation, values| {
        let taken: Vec<_> = operation.client_assertion().unwrap().accepted().iter().map(|one| one.name()).collect();
        assert_eq!(taken, ["RS384", "ES384", "ES256", "ES512", "PS512", "EdDSA"]);
        let unsigned = Unsigned::of(operation, values).unwrap().unwrap();
        let hint = KeyHint { id: Some("k\"1"), certificate: Some("x5t") };
        let text = unsigned.signing_input(Algorithm::Es384, hint);
        let jwt = signed(&text, b"signature");
        let [header, _, signature] = jwt.expose().split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let read = |part: &str| String::from_utf8(crate::literal::unbase64(part)).unwrap();
        assert_eq!(read(header), r#"{"alg":"ES384","typ":"JWT","kid":"k\"1","x5t#S256":"x5t"}"#);
        assert_eq!(read(signature), "signature");
    });
}
