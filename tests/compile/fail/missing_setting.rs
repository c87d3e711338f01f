//! A setting without a default isn't given.

fn main() {
    let client = authsmith_cardiomood::Client::builder()
        .client_id("id")
        .client_secret("secret")
        .redirect_uri("cardiomood://example/redirect")
        .authorize_url("https://api.example/oauth/authorize")
        .token_url("https://api.example/oauth/token")
        .store(authsmith::MemoryStore::new())
        .build();
}
