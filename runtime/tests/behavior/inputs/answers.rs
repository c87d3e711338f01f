//! Answers with tokens in them, in every spelling.

use super::*;

/// An answer with a new pair and one member more.
fn pair_and(member: &str) -> Vec<u8> {
    format!(r#"{{"access_token":"new","refresh_token":"next"{member}}}"#).into_bytes()
}

#[tokio::test]
async fn input_01_an_expiry_of_every_sort_costs_no_token() {
    let table = [
        (r#","expires_in":"3600""#, true),
        (r#","expires_in":3600.0"#, true),
        (r#","expires_in":0"#, true),
        (r#","expires_in":null"#, false),
        ("", false),
        (r#","expires_in":-1"#, false),
        (r#","expires_in":1e308"#, false),
        (r#","expires_in":"abc""#, false),
        (r#","expires_in":9223372036854775808"#, false),
        (r#","expires_in":[3600]"#, false),
    ];
    for (member, is_known) in table {
        let (outcome, kept) = renewed_by(200, JSON, pair_and(member)).await;
        assert_eq!(outcome.unwrap(), "new", "{member}");
        assert_eq!((&kept["refresh_token"], kept["expires_at"].is_u64()), (&"next".into(), is_known), "{member}");
    }
}

#[tokio::test]
async fn input_02_a_scope_of_every_sort_costs_no_token() {
    let table = [
        (r#""a b""#, Json::from("a b")),
        (r#""a,b""#, "a,b".into()),
        (r#"["a","b"]"#, "a b".into()),
        (r#""""#, "".into()),
        ("null", Json::Null),
        ("7", Json::Null),
        (r#"{"a":1}"#, Json::Null),
    ];
    for (scope, expected) in table {
        let (outcome, kept) = renewed_by(200, JSON, pair_and(&format!(r#","scope":{scope}"#))).await;
        assert_eq!((outcome.unwrap().as_str(), &kept["scope"]), ("new", &expected), "{scope}");
        assert_eq!(kept["refresh_token"], "next");
    }
}

/// How a token is shown stands in the spec, so that a vendor's word for it decides nothing.
#[tokio::test]
async fn input_03_a_token_type_of_every_sort_is_told_and_decides_nothing() {
    let table = [("", None), ("bearer", Some("bearer")), ("BEARER", Some("BEARER")), ("mac", Some("mac"))];
    for (name, told) in table {
        let member = if name.is_empty() { String::new() } else { format!(r#","token_type":"{name}""#) };
        let (outcome, kept) = renewed_by(200, JSON, pair_and(&member)).await;
        assert_eq!((outcome.unwrap().as_str(), kept["token_type"].as_str()), ("new", told));
        assert_eq!(kept["refresh_token"], "next");
    }
    let (outcome, kept) = renewed_by(200, JSON, pair_and(r#","token_type":17"#)).await;
    assert_eq!(
        (outcome.unwrap().as_str(), &kept["token_type"], &kept["refresh_token"]),
        ("new", &Json::Null, &"next".into())
    );
}

#[tokio::test]
async fn input_04_an_answer_under_another_name_is_read_by_what_it_is() {
    let form = || b"access_token=new&refresh_token=next&expires_in=60".to_vec();
    let with_mark = [b"\xef\xbb\xbf".to_vec(), pair_and("")].concat();
    let read = [
        ("application/x-www-form-urlencoded", form()),
        ("application/x-www-form-urlencoded; charset=latin1", form()),
        ("text/html", pair_and("")),
        ("text/plain", pair_and("")),
        ("application/json; charset=utf-16", pair_and("")),
        (JSON, with_mark),
    ];
    for (content_type, body) in read {
        let (outcome, kept) = renewed_by(200, content_type, body).await;
        assert_eq!((outcome.unwrap().as_str(), &kept["refresh_token"]), ("new", &"next".into()), "{content_type}");
    }
    // A form that doesn't say so, and what is compressed although nobody asked for it, are told as what they are not.
    for body in [form(), b"\x1f\x8b\x08\x00".to_vec()] {
        let (outcome, kept) = renewed_by(200, "text/plain", body).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.needs_consent()), (ErrorKind::Unreadable, false));
        assert_eq!(kept["refresh_token"], format!("refresh-0-{CANARY}"));
    }
}

#[tokio::test]
async fn input_05_a_status_and_its_body_that_contradict_each_other() {
    for body in [r#"{"error":"invalid_grant"}"#, r#"{"ok":false,"error":"invalid_grant"}"#] {
        let error = renewed_by(200, JSON, body.into()).await.0.unwrap_err();
        assert!(error.needs_consent() && error.code() == Some("invalid_grant"), "{error:?}");
    }
    assert_eq!(renewed_by(201, JSON, pair_and("")).await.0.unwrap(), "new");
    let (outcome, kept) = renewed_by(400, JSON, pair_and("")).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(kept["refresh_token"], format!("refresh-0-{CANARY}"));
}

#[tokio::test]
async fn input_06_tokens_that_stand_elsewhere_are_missed_by_their_place() {
    let bodies = [
        r#"{"authed_user":{"access_token":"new","refresh_token":"next"}}"#,
        r#"{"data":{"token":"new"}}"#,
        r#"[{"access_token":"new"}]"#,
        r#""{\"access_token\":\"new\"}""#,
        "null",
        "7",
    ];
    for body in bodies {
        let (outcome, kept) = renewed_by(200, JSON, body.into()).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            error.to_string(),
            "refresh: the answer (status 200) can't be read: expected a token at `/access_token`"
        );
        assert_eq!(kept["refresh_token"], format!("refresh-0-{CANARY}"));
    }
}

#[tokio::test]
async fn input_08_an_answer_that_nests_too_deep_gives_what_stands_before_the_depth() {
    let deep = format!(r#","deep":{}{}"#, "[".repeat(100_000), "]".repeat(100_000));
    let (outcome, kept) = renewed_by(200, JSON, pair_and(&deep)).await;
    assert_eq!((outcome.unwrap().as_str(), &kept["refresh_token"]), ("new", &"next".into()));
    let twice = br#"{"access_token":"first","access_token":"new","refresh_token":"next"}"#;
    assert_eq!(renewed_by(200, JSON, twice.to_vec()).await.0.unwrap(), "new");
}

/// A renewal whose answer is cut off after so many bytes: by the network, or by whoever stands before the vendor.
async fn cut(
    body: &'static str,
    after: usize,
    by_network: Option<TransportErrorKind>,
) -> (Result<String, authsmith::Error>, Json) {
    let part = body.as_bytes()[..after].to_vec();
    let Some(kind) = by_network else { return renewed_by(200, JSON, part).await };
    let stage = Stage::new(Vendor::new(move |_, _| {
        Reply::Cut(kind, Response { status: 200, headers: Default::default(), body: part.clone() })
    }));
    let connection = stage.connection().await;
    let outcome = connection.renew().await;
    (outcome.map(|()| connection.tokens().unwrap().token().expose().to_owned()), stage.stored().await["tokens"].clone())
}

#[tokio::test]
async fn input_09_of_an_answer_that_was_cut_off_whole_tokens_are_kept() {
    use TransportErrorKind::{Interrupted, Timeout, TooLarge};
    let old = format!("refresh-0-{CANARY}");
    // In either order, with and without members around.
    let bodies = [
        r#"{"token_type":"bearer","access_token":"new","refresh_token":"next","expires_in":3600,"more":{"a":[1,2]}}"#,
        r#"{"refresh_token":"next","access_token":"new","scope":"a \"b\" }"}"#,
    ];
    for body in bodies {
        let end = |name: &str, value: &str| {
            body.find(&format!(r#""{name}":"{value}""#)).unwrap() + name.len() + value.len() + 5
        };
        let (access, refresh) = (end("access_token", "new"), end("refresh_token", "next"));
        // All at once: each waits a while before it asks the vendor again.
        let cuts = (0..body.len())
            .flat_map(|after| [None, Some(Interrupted), Some(Timeout), Some(TooLarge)].map(|by| (after, by)));
        let cuts: Vec<_> =
            cuts.map(|(after, by)| (after, by, tokio::spawn(async move { cut(body, after, by).await }))).collect();
        for (after, by, outcome) in cuts {
            let (outcome, kept) = outcome.await.unwrap();
            let expected = if after >= refresh { "next" } else { &old };
            assert_eq!(kept["refresh_token"], expected, "{} {by:?}", &body[..after]);
            match outcome {
                Ok(token) => assert_eq!((token.as_str(), after >= access), ("new", true), "{}", &body[..after]),
                Err(error) => assert!(after < access && !error.needs_consent(), "{} {error:?}", &body[..after]),
            }
        }
    }
    // Half a token of a form looks like a whole one, so that nothing of a form that broke off is taken.
    let stage = Stage::new(Vendor::new(|_, _| {
        let headers = [(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap())];
        let body = b"access_token=new&refresh_token=nex".to_vec();
        Reply::Cut(Interrupted, Response { status: 200, headers: headers.into_iter().collect(), body })
    }));
    stage.connection().await.renew().await.unwrap_err();
    assert_eq!(stage.stored().await["tokens"]["refresh_token"], old);
}
