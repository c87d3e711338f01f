//! `openapi`, as its users run it.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::xtask;

#[test]
fn a_vendor_is_printed_as_openapi() {
    let document = xtask(&["openapi", "specs/healthtap.yaml"]).json();
    assert_eq!(document["openapi"], "3.1.0");
    let flow = &document["components"]["securitySchemes"]["access"]["flows"]["authorizationCode"];
    assert_eq!(flow["authorizationUrl"], "https://developers.healthtap.com/oauth/authorize", "{document:#}");
    assert!(flow["scopes"].get("profile_read").is_some(), "{flow:#}");
    let yaml = xtask(&["openapi", "specs/healthtap.yaml", "--format", "yaml"]);
    assert!(yaml.out.starts_with("\"openapi\": \"3.1.0\"\n\"info\":\n  \"title\": \"HealthTap\"\n"), "{}", yaml.all());
}

#[test]
fn a_spec_that_serves_only_others_is_none() {
    let ran = xtask(&["openapi", "tests/goldens/family.yaml"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is abstract"), "{}", ran.err);
}
