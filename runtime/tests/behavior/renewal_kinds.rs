use std::sync::{Arc, Mutex};
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Client, Clock, Connection, Error, ErrorKind, Json, MemoryStore, Store};

use crate::acme::{self, CANARY, HandClock, Reply, Vendor, json};
use crate::globex::{self, Access, Early, Extended, Lazy, Swapped, granted, operations};

async fn stage<K: rt::TokenKind>(vendor: &Arc<Vendor>) -> (Client, Arc<HandClock>, Connection<K>) {
    let (client, clock) = globex::client(vendor);
    let connection = client.keep("u", globex::log_in::<K>(&client).await).await.unwrap();
    (client, clock, connection)
}

/// Logins give tokens; the rest is up to the test.
fn vendor(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Arc<Vendor> {
    Vendor::new(move |request, n| match request.url.path() {
        "/login" => granted(n),
        path => script(path, n),
    })
}

async fn token<K>(connection: &Connection<K>) -> String {
    connection.token().await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn an_extended_token_stays_and_lives_longer() {
    let vendor = vendor(|_, _| json(200, r#"{"result":"0000"}"#));
    let (_, clock, connection) = stage::<Extended>(&vendor).await;
    clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    assert_eq!(vendor.last_body(), format!("token=access-0-{CANARY}"));
    assert_eq!(connection.tokens().unwrap().expiry(), Some(clock.now() + Duration::from_secs(3600)));
    clock.advance(3500);
    token(&connection).await;
    assert_eq!(vendor.count("/extend"), 1);
}

#[tokio::test]
async fn what_the_answer_says_of_the_longer_life_counts() {
    let vendor = vendor(|_, _| json(200, r#"{"result":"0000","expires_in":60}"#));
    let (_, clock, connection) = stage::<Extended>(&vendor).await;
    connection.renew().await.unwrap();
    assert_eq!(connection.tokens().unwrap().expiry(), Some(clock.now() + Duration::from_secs(60)));
}

#[tokio::test]
async fn a_refused_extension_extends_nothing() {
    let vendor = vendor(|_, _| json(200, r#"{"result":"5001"}"#));
    let (_, clock, connection) = stage::<Extended>(&vendor).await;
    clock.advance(3600);
    let error = connection.token().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some("5001")));
}

#[tokio::test]
async fn a_token_that_the_vendor_forgot_needs_the_user() {
    let vendor = vendor(|_, _| json(401, "{}"));
    let (_, _, connection) = stage::<Extended>(&vendor).await;
    assert!(connection.renew().await.unwrap_err().needs_consent());
}

#[tokio::test]
async fn an_exchanged_token_shows_itself_for_the_next() {
    let vendor = vendor(|_, n| granted(n + 1));
    let (client, clock, connection) = stage::<Swapped>(&vendor).await;
    clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert_eq!(vendor.last().url.query(), Some(format!("token=access-0-{CANARY}").as_str()));
    clock.advance(3600);
    assert_eq!(token(&connection).await, format!("access-2-{CANARY}"));
    let own = client.exchange(&operations::SWAP, connection.tokens().unwrap()).await.unwrap();
    assert_eq!(own.token().expose(), format!("access-3-{CANARY}"));
}

#[tokio::test]
async fn a_token_that_is_renewed_on_demand_is_used_until_somebody_says_so() {
    let vendor = vendor(|_, n| json(200, &format!(r#"{{"access_token":"swapped-{n}-{CANARY}"}}"#)));
    let (_, clock, connection) = stage::<Lazy>(&vendor).await;
    clock.advance(1_000_000);
    assert_eq!(token(&connection).await, format!("access-0-{CANARY}"));
    assert_eq!(vendor.count("/swap"), 0);
    connection.renew().await.unwrap();
    assert_eq!(token(&connection).await, format!("swapped-0-{CANARY}"));
}

#[tokio::test]
async fn the_spec_says_how_early_a_token_is_renewed() {
    let vendor = vendor(|_, _| json(200, r#"{"result":"0000"}"#));
    let (_, clock, connection) = stage::<Early>(&vendor).await;
    clock.advance(2999);
    token(&connection).await;
    assert_eq!(vendor.count("/extend"), 0);
    // Up to a quarter of the window later, each connection at a moment of its own.
    clock.advance(136);
    token(&connection).await;
    while vendor.count("/extend") == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_margin_leaves_half_of_a_short_life() {
    let vendor = vendor(|_, _| json(200, r#"{"result":"0000","expires_in":60}"#));
    let (_, clock, connection) = stage::<Early>(&vendor).await;
    connection.renew().await.unwrap();
    clock.advance(29);
    token(&connection).await;
    assert_eq!(vendor.count("/extend"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_are_refused_together_extend_once() {
    let vendor = Vendor::slow(Duration::from_millis(20), |request, n| match request.url.path() {
        "/login" => granted(n),
        _ => json(200, r#"{"result":"0000","expires_in":7200}"#),
    });
    let (_, _, connection) = stage::<Extended>(&vendor).await;
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let connection = connection.clone();
            tokio::spawn(async move { connection.renew().await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(vendor.count("/extend"), 1);
}

#[tokio::test]
async fn a_refresh_token_without_a_token_is_not_lost() {
    let (clock, store) = (HandClock::new(), Arc::new(MemoryStore::new()));
    let vendor = Vendor::new(|request, n| match (request.url.path(), n) {
        ("/login", n) => granted(n),
        (_, 0) => json(200, &format!(r#"{{"refresh_token":"spare-{CANARY}"}}"#)),
        (_, n) => granted(n),
    });
    let config = globex::config(&vendor).clock(Arc::clone(&clock)).store(Arc::clone(&store));
    let client = config.build().unwrap();
    let connection = client.keep("u", globex::log_in::<Access>(&client).await).await.unwrap();
    clock.advance(3600);
    let error = connection.token().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    acme::assert_no_canary(&format!("{error} {error:?}"));
    let text = store.load("globex/access/u").await.unwrap().unwrap().body().clone();
    let stored: Json = serde_json::from_str(text.expose()).unwrap();
    assert_eq!(stored["tokens"]["refresh_token"], format!("spare-{CANARY}"));
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    assert!(vendor.last_body().contains(&format!("refresh_token=spare-{CANARY}")));
}

/// What the store has of the connection `u` after a renewal was answered so, and the refresh token that the next one shows.
async fn after(status: u16, answer: &'static str) -> (Error, Json, String) {
    let (clock, store) = (HandClock::new(), Arc::new(MemoryStore::new()));
    let vendor = Vendor::new(move |request, n| match (request.url.path(), n) {
        ("/login", n) => granted(n),
        (_, 0) => json(status, &answer.replace("CANARY", CANARY)),
        (_, n) => granted(n),
    });
    let config = globex::config_of_strict(&vendor).clock(Arc::clone(&clock)).store(Arc::clone(&store));
    let client = config.build().unwrap();
    let connection = client.keep("u", globex::log_in::<Access>(&client).await).await.unwrap();
    clock.advance(3600);
    let error = connection.token().await.unwrap_err();
    acme::assert_no_canary(&format!("{error} {error:?}"));
    let text = store.load("globex/access/u").await.unwrap().unwrap().body().clone();
    clock.advance(60);
    let _ = connection.token().await;
    let shown = globex::pairs(&vendor.last_body())["refresh_token"].clone();
    (error, serde_json::from_str(text.expose()).unwrap(), shown)
}

#[tokio::test]
async fn a_refusal_that_gives_another_refresh_token_loses_no_grant() {
    let (spare, shown) = (format!("spare-{CANARY}"), format!("refresh-0-{CANARY}"));
    for (status, answer, next) in [
        // Refused by its status, and by what it says.
        (202, r#"{"ok":true,"access_token":"a-CANARY","refresh_token":"spare-CANARY"}"#, &spare),
        (200, r#"{"ok":false,"refresh_token":"spare-CANARY"}"#, &spare),
        // The one that was shown says nothing, and neither does what stands in a refusal by the standard.
        (200, r#"{"ok":false,"refresh_token":"refresh-0-CANARY"}"#, &shown),
        (400, r#"{"ok":false,"refresh_token":"spare-CANARY"}"#, &shown),
    ] {
        let (error, stored, sent) = after(status, answer).await;
        assert_eq!((error.kind(), error.status()), (ErrorKind::Refused, Some(status)), "{answer}");
        assert_eq!(stored["needs_consent"], false, "{answer}");
        assert_eq!((&stored["tokens"]["refresh_token"], &sent), (&Json::from(next.as_str()), next), "{answer}");
    }
    let ended = r#"{"ok":false,"error":"invalid_grant","refresh_token":"spare-CANARY"}"#;
    let (error, stored, _) = after(200, ended).await;
    assert!(error.needs_consent(), "{error}");
    assert_eq!((&stored["needs_consent"], &stored["tokens"]["refresh_token"]), (&Json::from(true), &Json::from(shown)));
}

#[tokio::test]
async fn a_grant_that_gives_only_a_refresh_token_lets_it_be_kept() {
    let vendor = Vendor::new(|request, n| match request.url.path() {
        "/login" => json(200, &format!(r#"{{"refresh_token":"spare-{CANARY}"}}"#)),
        _ => granted(n + 1),
    });
    let (client, _) = globex::client(&vendor);
    let error = client.grant(&operations::LOG_IN, globex::inputs()).await.unwrap_err();
    let rescued = error.rescued_tokens::<Access>().unwrap();
    assert_eq!(rescued.kept("domain"), Some("initech.globex.example"));
    let connection = client.keep("u", rescued).await.unwrap();
    assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
}

#[tokio::test]
async fn the_vendor_says_in_a_header_of_its_own_how_long_to_wait() {
    let vendor = Vendor::new(|request, n| match request.url.path() {
        "/login" => granted(n),
        _ => Reply::Headed(429, ("x-wait", "7"), "{}".to_owned()),
    });
    let (client, _) = globex::client(&vendor);
    let tokens = globex::log_in::<Access>(&client).await.with_kept("api_host", "api.globex.example");
    let connection = client.keep("u", tokens).await.unwrap();
    let error = connection.call::<Json, Error>(&operations::ME, rt::inputs()).send().await.unwrap_err();
    assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(7)), true));
}

#[tokio::test]
async fn a_rate_limit_never_costs_a_grant() {
    let answers = Arc::new(Mutex::new(vec![
        Reply::Headed(403, ("x-left", "0"), r#"{"error":"invalid_grant"}"#.to_owned()),
        json(400, r#"{"error":"slow"}"#),
        Reply::Headed(429, ("x-wait", "3"), r#"{"error":"invalid_grant"}"#.to_owned()),
    ]));
    let left = Arc::clone(&answers);
    let vendor = Vendor::new(move |request, n| match request.url.path() {
        "/login" => granted(n),
        _ => left.lock().unwrap().pop().unwrap_or_else(|| granted(n)),
    });
    let (client, clock) = globex::client(&vendor);
    let connection = client.keep("u", globex::log_in::<Access>(&client).await).await.unwrap();
    let mut waits = Vec::new();
    for _ in 0..3 {
        clock.advance(7200);
        let error = connection.renew().await.unwrap_err();
        assert!(error.is_rate_limit() && error.is_retryable() && !error.needs_consent(), "{error:?}");
        waits.push(error.retry_after().map(|wait| wait.as_secs()));
    }
    assert_eq!(waits, [Some(3), None, None]);
    clock.advance(7200);
    connection.renew().await.expect("the grant is still there");
}

#[tokio::test]
async fn what_a_call_hears_of_the_limit_is_told() {
    let counts = Arc::new(Mutex::new(vec!["0", "many", "41"]));
    let left = Arc::clone(&counts);
    let vendor = Vendor::new(move |request, n| match request.url.path() {
        "/login" => granted(n),
        _ => match left.lock().unwrap().pop() {
            Some("0") => Reply::Headed(403, ("x-left", "0"), "{}".to_owned()),
            Some(left) => Reply::Headed(200, ("x-left", left), "{}".to_owned()),
            None => Reply::Headed(403, ("x-left", "7"), "{}".to_owned()),
        },
    });
    let (client, _) = globex::client(&vendor);
    let tokens = globex::log_in::<Access>(&client).await.with_kept("api_host", "api.globex.example");
    let connection = client.keep("u", tokens).await.unwrap();
    let call = || connection.call::<Json, Error>(&operations::ME, rt::inputs()).send();
    assert_eq!(connection.remaining(), None);
    for _ in 0..2 {
        call().await.unwrap();
        assert_eq!(connection.remaining(), Some(41), "what can't be read says nothing");
    }
    let error = call().await.unwrap_err();
    assert!(error.is_rate_limit() && error.is_retryable());
    assert_eq!(connection.remaining(), Some(0));
    let error = call().await.unwrap_err();
    assert!(!error.is_rate_limit() && !error.is_retryable(), "not every 403 is a limit");
    assert_eq!(connection.remaining(), Some(7));
}
