//! The vendor's keys: when they are asked for.

use super::*;

#[tokio::test]
async fn input_27_keys_are_asked_for_again_once_an_interval() {
    let mut stage = Stage::new();
    let fetched = |stage: &Stage| stage.vendor.count("/jwks");
    stage.good_login().await.unwrap();
    stage.good_login().await.unwrap();
    assert_eq!(fetched(&stage), 1, "they are remembered");

    let rotate = |stage: &mut Stage, kid| {
        stage.key = Key::new(kid);
        let public = stage.key.public();
        stage.says(|says| says.keys = vec![public]);
    };
    rotate(&mut stage, "two");
    stage.good_login().await.unwrap();
    assert_eq!(fetched(&stage), 2, "an unknown key is looked for");
    rotate(&mut stage, "three");
    for _ in 0..3 {
        let error = stage.good_login().await.unwrap_err();
        assert_eq!(error.id_token(), Some(&IdTokenError::UnknownKey(Some("three".into()))));
    }
    assert_eq!(fetched(&stage), 2, "but not again at once");
    stage.clock.advance(5 * 60);
    stage.good_login().await.unwrap();
    assert_eq!(fetched(&stage), 3);

    // Old keys are fetched anew, and serve when that fails.
    stage.clock.advance(60 * 60);
    stage.says(|says| says.keys_reply = Some(|| acme::json(500, "{}")));
    stage.good_login().await.unwrap();
    stage.good_login().await.unwrap();
    assert_eq!(fetched(&stage), 4);
}

#[tokio::test]
async fn without_keys_no_code_is_spent() {
    let replies: [fn() -> Reply; 5] = [
        || Reply::Headed(302, ("location", "https://evil.example/jwks"), String::new()),
        || acme::json(200, "<html>"),
        || acme::json(200, r#"{"keys":{}}"#),
        || acme::json(200, &format!(r#"{{"keys":[],"pad":"{}"}}"#, "x".repeat(300_000))),
        || Reply::Fail(authsmith::TransportErrorKind::Unreachable),
    ];
    for reply in replies {
        let stage = Stage::new();
        stage.says(|says| says.keys_reply = Some(reply));
        let error = stage.good_login().await.unwrap_err();
        assert_eq!(error.id_token(), Some(&IdTokenError::KeysUnavailable));
        assert_eq!((stage.vendor.count("/token"), stage.vendor.count("/jwks")), (0, 1));
    }
    let stage = Stage::of(&data::PLAIN);
    assert_eq!(stage.good_login().await.unwrap_err().kind(), ErrorKind::Input, "keys travel over https only");
    assert!(stage.vendor.log.lock().unwrap().is_empty());
}
