//! Vendors, and what stands before them, that answer nothing to the point.

use super::*;

/// The vendor answers so once, and properly from then on.
async fn once(reply: fn() -> Reply) -> (Stage, Connection<Access>) {
    let stage = Stage::new(Vendor::new(move |_, n| if n == 0 { reply() } else { tokens(n) }));
    let connection = stage.connection().await;
    stage.clock.advance(3600);
    (stage, connection)
}

fn html(status: u16) -> Reply {
    Reply::Headed(status, ("content-type", "text/html"), "<html><body>Sorry.</body></html>".to_owned())
}

#[tokio::test]
async fn scenario_18_a_vendor_that_fails_passes_by() {
    // What may have been done before it failed is asked for once more, soon.
    for reply in [|| html(500), || html(502), || html(504), || json(408, "{}")] {
        let (stage, connection) = once(reply).await;
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
        assert_eq!(stage.vendor.count("/token"), 2);
    }
    // Who says when to come back is asked then, and not before.
    let replies: [fn() -> Reply; 2] = [
        || Reply::Headed(429, ("retry-after", "120"), "{}".to_owned()),
        || Reply::Headed(503, ("retry-after", "120"), String::new()),
    ];
    for reply in replies {
        let (stage, connection) = once(reply).await;
        let error = connection.token().await.unwrap_err();
        assert!(error.is_retryable() && !error.needs_consent(), "{error:?}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
        stage.clock.advance(119);
        connection.token().await.unwrap_err();
        assert_eq!(stage.vendor.count("/token"), 1);
        stage.clock.advance(1);
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
    }
}

#[tokio::test]
async fn scenario_19_a_page_of_something_in_between_ends_no_grant() {
    let replies: [fn() -> Reply; 6] = [
        || html(400),
        || html(403),
        || html(404),
        || json(400, r#"{"message":"blocked by policy 17"}"#),
        || json(401, ""),
        || html(200),
    ];
    for reply in replies {
        let (stage, connection) = once(reply).await;
        // A page with status 200 may have come instead of the tokens: that one is asked for once more.
        if let Err(error) = connection.token().await {
            assert!(!error.needs_consent(), "{error:?}");
        }
        assert_eq!(stage.stored().await["needs_consent"], false);
        stage.clock.advance(61);
        assert_eq!(token(&connection).await, format!("access-1-{CANARY}"));
        let _: Json = stage.stored().await;
    }
}
