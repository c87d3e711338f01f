//! A client that the macro makes of a spec that extends another.

use authsmith::MemoryStore;

mod extended {
    authsmith_macros::provider!("goldens/extended.yaml");
}

#[test]
fn the_macro_reads_what_a_spec_extends() {
    let client = extended::Client::builder()
        .client_id("id")
        .client_secret("secret")
        .redirect_uri("https://app.example/callback")
        .store(MemoryStore::new())
        .build()
        .unwrap();
    let login = client.authorize([extended::Scope::Write]).start().unwrap();
    // The URL and the constant are the base's, the scope is its own, and what it takes away is gone.
    assert!(login.url().starts_with("https://family.example/authorize?"), "{}", login.url());
    assert!(login.url().contains("prompt=consent") && login.url().contains("scope=write"), "{}", login.url());
    assert!(!login.url().contains("region"), "{}", login.url());
}
