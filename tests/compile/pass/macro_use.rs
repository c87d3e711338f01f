//! A private spec, compiled in place.

mod vitaldb {
    authsmith_macros::provider!("specs/vitaldb.yaml");
}

fn main() -> Result<(), vitaldb::Error> {
    let client = vitaldb::Client::builder()
        .client_id("id")
        .client_secret("secret")
        .redirect_uri("https://app.example/callback")
        .store(authsmith::MemoryStore::new())
        .build()?;
    let login = client.authorize().start()?;
    assert!(login.url().starts_with("https://vitaldb.net/oauth2/login?client_id=id&"));
    Ok(())
}
