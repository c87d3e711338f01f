use std::time::Duration;

use authsmith::MemoryStore;
use authsmith_humanapi::{Client, ConnectEvent, ConnectStatus, Error, StartOrResume};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET};

use super::Vendor;

fn client(vendor: &Vendor) -> Client {
    client_with(|config| vendor.configure(config))
}

fn client_with(change: impl FnOnce(authsmith::Config) -> authsmith::Config) -> Client {
    Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .connect_script_url("https://cdn.humanapi.example/connect.js")
        .store(MemoryStore::new())
        .configure(change)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_user_starts_and_later_resumes() {
    let vendor = Vendor::start("humanapi").await;
    let client = client(&vendor);
    let StartOrResume::SessionToken(session) = client.start_or_resume("u-1", "u@example.com").await.unwrap() else {
        panic!("a new user starts a session")
    };
    assert_eq!(session.fields.human_id, "70a1fd8fb4935296647f340dddf7dad6");

    let sandbox = &vendor.sandbox;
    sandbox.fail_when("humanapi", "session_token", "source_already_connected", "client_user_id", "u-1").unwrap();
    let error = client.session_token("u-1", "u@example.com").await.unwrap_err();
    assert!(matches!(&error, Error::SourceAlreadyConnected(refusal) if refusal.status == 403), "{error}");
    let StartOrResume::IdToken(id) = client.start_or_resume("u-1", "u@example.com").await.unwrap() else {
        panic!("a connected user resumes")
    };
    assert!(id.refresh_token().is_some(), "the vendor recommends to keep it");
    client
        .start_or_resume("u-2", "v@example.com")
        .await
        .map(|started| matches!(started, StartOrResume::SessionToken(_)))
        .unwrap();
}

#[tokio::test]
async fn an_access_token_is_renewed_by_asking_again() {
    let vendor = Vendor::start("humanapi").await;
    let client = client(&vendor);
    let user = client.keep("u-1", client.access_token("u-1").await.unwrap()).await.unwrap();
    let before = user.token().await.unwrap();
    vendor.advance(Duration::from_secs(86_401));
    let after = client.resume::<authsmith_humanapi::Access>("u-1").await.unwrap().token().await.unwrap();
    assert!(before != after);
    assert_eq!(vendor.statuses("access_token"), [200, 200]);
}

#[tokio::test]
async fn the_launch_page_holds_the_token_and_nothing_escapes_from_it() {
    let vendor = Vendor::start("humanapi").await;
    let client = client(&vendor);
    let id = client.id_token("u-1").await.unwrap();
    let page = client_with(|config| config)
        .connect(&id)
        .unwrap()
        .client_user_id("</script><script>alert(1)</script>")
        .configure(|widget| widget.post_events_to("/connect/events"))
        .html()
        .unwrap();
    assert!(page.contains("https://cdn.humanapi.example/connect.js"));
    assert!(page.contains(id.token().expose()));
    assert!(!page.contains("<script>alert"));

    let posted = r#"{"event":"onClose","payload":{"status":"SUCCESS",
        "sessionResults":{"connectedSources":[{"name":"Starfleet Pharmacy","id":"5b1daf3f079c652eaf41fd23"}],
        "disconnectedSources":[]},"currentConnections":[]}}"#;
    let ConnectEvent::OnClose(closed) = serde_json::from_str(posted).unwrap() else { panic!("{posted}") };
    assert_eq!(closed.status, ConnectStatus::Success);
    assert_eq!(closed.session_results.unwrap().connected_sources[0].name, "Starfleet Pharmacy");
}
