use std::time::Duration;

use authsmith::MemoryStore;
use authsmith_cardiogram::{Client, Condition, HeightUnit, Reading};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET};

use super::Vendor;

fn client(vendor: &Vendor) -> Client {
    Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .store(MemoryStore::new())
        .configure(|config| vendor.configure(config))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_created_user_is_connected_without_a_browser() {
    let vendor = Vendor::start("cardiogram").await;
    let client = client(&vendor);
    let created = client.create_user("kai@example.com", "kai123").await.unwrap();
    let user_id = created.fields.user_id.clone();
    let tokens = client.exchange_issued_code(created.code).await.unwrap();
    let life = tokens.expiry().unwrap().duration_since(authsmith::Clock::now(&vendor.clock)).unwrap();
    assert!((3590..=3600).contains(&life.as_secs()), "an absolute moment was read as {life:?} from now");

    let user = client.keep("kai123", tokens).await.unwrap();
    user.basic_info(&user_id).send().await.unwrap();
    let metrics = user.metrics(&user_id).send().await.unwrap();
    assert_eq!(metrics[&"2017-03-01".parse().unwrap()].sleep_bpm, Some(55.5));
    assert_eq!(user.risk_scores(&user_id).send().await.unwrap()[0].condition, Condition::Afib);
    user.post_beats(&user_id, vec![Reading::new(1_500_000_000, 1_500_000_060, 61.5)]).send().await.unwrap();
    user.post_steps(&user_id, vec![Reading::new(1_500_000_000, 1_500_000_060, 40.0)]).send().await.unwrap();
    user.post_covariates(&user_id).height("5'9\"").height_unit(HeightUnit::FtIn).send().await.unwrap();
    for request in vendor.recorded("metrics") {
        assert!(request.header("authentication").is_some_and(|token| token.starts_with("Bearer ")));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_consenting_user_is_connected_and_renewed() {
    let vendor = Vendor::start("cardiogram").await;
    let client = client(&vendor);
    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    let tokens = client.exchange_code(login.into_pending(), &callback).await.unwrap();
    let user = client.keep("user-42", tokens).await.unwrap();
    vendor.advance(Duration::from_secs(3601));
    user.metrics("u").send().await.unwrap();
    user.metrics("u").send().await.unwrap();
    assert_eq!(vendor.statuses("refresh"), [200]);
    assert_eq!(vendor.statuses("metrics"), [200, 200]);
}

#[tokio::test]
async fn a_callback_without_state_is_taken_only_by_choice() {
    let vendor = Vendor::start("cardiogram").await;
    let client = client(&vendor);
    vendor.sandbox.drop_state("cardiogram", true).unwrap();

    let login = client.authorize().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    assert!(!callback.contains("state="), "{callback}");
    client.exchange_code(login.into_pending(), &callback).await.unwrap_err();
    assert!(vendor.statuses("exchange_code").is_empty());

    let login = client.authorize().accept_missing_state().start().unwrap();
    let callback = vendor.consent(login.url()).await;
    client.exchange_code(login.into_pending(), &callback).await.unwrap();
}
