use authsmith::MemoryStore;
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options};
use authsmith_tests::open_scopes::Client;

use super::{CALLBACK, Vendor};
use crate::literal::golden;

async fn vendor(callback: &str) -> (Vendor, Client) {
    let options = Options::default().redirect_uri("open_scopes", callback);
    let vendor = Vendor::of("open_scopes", golden("open_scopes").0.clone(), options).await;
    let client = Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri(callback)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap();
    (vendor, client)
}

#[tokio::test]
async fn a_state_in_the_redirect_uri_goes_and_comes_back() {
    for uri in [CALLBACK, "https://app.example/callback?tenant=7"] {
        let (vendor, client) = vendor(uri).await;
        let login = client.authorize(["read:all", "more"]).user_scope(vec!["mail".to_owned()]).start().unwrap();
        let asked = url::Url::parse(login.url()).unwrap();
        let names: Vec<String> = asked.query_pairs().map(|(name, _)| name.into_owned()).collect();
        assert!(!names.contains(&"state".to_owned()) && names.contains(&"user_scope".to_owned()), "{names:?}");
        let sent = asked.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
        let state = sent.strip_prefix(uri).unwrap()[1..].strip_prefix("state=").unwrap().to_owned();
        assert!(state.len() == 24 && state.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{sent}");
        let callback = vendor.consent(login.url()).await;
        assert!(callback.starts_with(&sent), "{callback}");
        // Kept in a session and read back, it shows the same redirect URI.
        let kept = serde_json::to_string(login.pending()).unwrap();
        client.exchange_code(serde_json::from_str(&kept).unwrap(), &callback).await.unwrap();
        let body = &vendor.recorded("exchange_code")[0].body;
        let form: Vec<_> = url::form_urlencoded::parse(body.as_bytes()).collect();
        assert!(form.iter().any(|(name, value)| name == "redirect_uri" && *value == sent), "{body}");
    }
}

#[tokio::test]
async fn another_login_s_state_is_refused() {
    let (vendor, client) = vendor(CALLBACK).await;
    let [mine, other] = [(); 2].map(|()| client.authorize(["read"]).start().unwrap());
    let callback = vendor.consent(other.url()).await;
    let error = client.exchange_code(mine.into_pending(), &callback).await.unwrap_err();
    assert!(error.to_string().contains("state"), "{error}");
    assert!(vendor.recorded("exchange_code").is_empty());
}

#[tokio::test]
async fn any_scope_can_be_named() {
    let (vendor, client) = vendor(CALLBACK).await;
    client.client_credentials(["x", "y"]).await.unwrap();
    client.client_credentials(Vec::<String>::new()).await.unwrap();
    let sent: Vec<_> = vendor.recorded("client_credentials").iter().map(|request| request.body.clone()).collect();
    assert!(sent[0].contains("&scope=x%7Cy&") && !sent[1].contains("scope"), "{sent:?}");
}
