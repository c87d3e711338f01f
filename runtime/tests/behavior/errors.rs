use std::sync::Arc;

use authsmith::codegen::v1 as rt;
use authsmith::{ErrorKind, Json, Tokens, TransportErrorKind};

use crate::acme::{self, Access, CANARY, Notes, Reply, Vendor, json, operations, tokens};

type Script = Box<dyn Fn(&authsmith::Request) -> Reply + Send + Sync>;

rt::errors! {
    /// Acme's failures.
    pub enum AcmeError {
        /// The address is taken.
        Taken = "taken",
    }
}

async fn get(reply: impl Fn() -> Reply + Send + Sync + 'static) -> authsmith::Error {
    call(&operations::ME, rt::inputs(), reply).await
}

async fn post(reply: impl Fn() -> Reply + Send + Sync + 'static) -> authsmith::Error {
    call(&operations::ADD, rt::inputs().json("readings", &[1, 2]), reply).await
}

async fn call(
    operation: &'static rt::data::Operation<'static>,
    inputs: rt::Inputs,
    reply: impl Fn() -> Reply + Send + Sync + 'static,
) -> authsmith::Error {
    let vendor = Vendor::new(move |_, _| reply());
    let client = acme::config(&vendor).build().unwrap();
    let connection = client.keep("u", Tokens::<Access>::new("t")).await.unwrap();
    let call: rt::Call<Json> = connection.call(operation, inputs);
    call.send().await.unwrap_err()
}

#[tokio::test]
async fn what_may_be_tried_again_says_so() {
    for (status, get_again, post_again) in
        [(400, false, false), (403, false, false), (404, false, false), (408, true, false), (429, true, true)]
            .into_iter()
            .chain([(500, true, false), (502, true, false), (503, true, true), (504, true, false), (302, false, false)])
    {
        assert_eq!(get(move || json(status, "{}")).await.is_retryable(), get_again, "GET {status}");
        assert_eq!(post(move || json(status, "{}")).await.is_retryable(), post_again, "POST {status}");
    }
    use TransportErrorKind::{Interrupted, Timeout, TooLarge, Unreachable};
    for (kind, get_again, post_again) in
        [(Unreachable, true, true), (Timeout, true, false), (Interrupted, true, false), (TooLarge, false, false)]
    {
        assert_eq!(get(move || Reply::Fail(kind)).await.is_retryable(), get_again, "GET {kind:?}");
        assert_eq!(post(move || Reply::Fail(kind)).await.is_retryable(), post_again, "POST {kind:?}");
    }
}

#[tokio::test]
async fn a_documented_failure_is_a_variant() {
    let vendor = Vendor::new(|_, _| json(409, r#"{"error":"dup","error_description":"Taken."}"#));
    let client = acme::config(&vendor).build().unwrap();
    let inputs = rt::inputs().with("email", "a@b.example");
    let error = AcmeError::from(client.grant(&operations::CREATE_USER, inputs).await.unwrap_err());
    assert_eq!(error.to_string(), "taken: the vendor refused with status 409 (dup): Taken.");
    assert_eq!((error.status(), error.is_retryable(), error.needs_consent()), (Some(409), false, false));
    assert!(matches!(error, AcmeError::Taken(refusal) if refusal.code.as_deref() == Some("dup")));
}

#[tokio::test]
async fn any_other_failure_keeps_what_it_knows() {
    let error = AcmeError::from(get(|| json(403, r#"{"error":"nope"}"#)).await);
    assert_eq!(error.to_string(), "me: the vendor refused with status 403 (nope)");
    let AcmeError::Other(error) = error else { panic!("not a documented failure") };
    assert_eq!((error.kind(), error.operation(), error.code()), (ErrorKind::Refused, Some("me"), Some("nope")));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_unreadable() {
    let error = get(|| json(200, r#"{"name":5}"#)).await;
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert_eq!(error.to_string(), "me: the answer (status 200) can't be read: expected text at `/name`");
}

#[tokio::test]
async fn tokens_beside_an_unreadable_field_are_rescued() {
    let vendor = Vendor::new(|_, _| tokens(1));
    let client = acme::config(&vendor).build().unwrap();
    let inputs = rt::inputs().with("email", "a@b.example");
    let error = client.grant(&operations::CREATE_USER, inputs).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    let rescued = error.rescued_tokens::<Access>().unwrap();
    assert_eq!(rescued.refresh_token().unwrap().expose(), format!("refresh-1-{CANARY}"));
    acme::assert_no_canary(&format!("{error} {error:?} {error:#?} {rescued:?}"));
}

#[tokio::test]
async fn missing_and_unfit_inputs_are_named() {
    let error = call(&operations::ADD, rt::inputs(), || json(200, "{}")).await;
    assert_eq!((error.kind(), error.to_string().contains("`readings`")), (ErrorKind::Input, true));
    let unserializable: std::collections::HashMap<(u8, u8), u8> = [((1, 2), 3)].into();
    let error = call(&operations::ADD, rt::inputs().json("readings", &unserializable), || json(200, "{}")).await;
    assert_eq!(error.to_string(), "add: the input `readings` can't be written as JSON");
}

/// Everything that can be printed, of every failure that can be forced.
#[tokio::test]
async fn no_secret_is_printed() {
    let echo = |request: &authsmith::Request| {
        let sent = String::from_utf8_lossy(&request.body).replace('"', "'");
        let shown = request.headers.get("authorization").map(|value| value.to_str().unwrap_or_default());
        format!(r#"{{"error":"e","error_description":"{sent} {} {}"}}"#, request.url, shown.unwrap_or_default())
    };
    let replies: Vec<Script> = vec![
        Box::new(move |request| Reply::Answer(400, echo(request))),
        Box::new(move |request| Reply::Answer(401, echo(request))),
        Box::new(move |request| Reply::Answer(500, echo(request))),
        Box::new(|_| Reply::Answer(200, format!("not json {CANARY}"))),
        Box::new(|_| Reply::Answer(200, format!(r#"{{"access_token":["{CANARY}"]}}"#))),
        Box::new(|_| Reply::Fail(TransportErrorKind::Timeout)),
        Box::new(|_| tokens(1)),
    ];
    let mut printed = String::new();
    for reply in replies {
        let notes = Arc::new(Notes::default());
        let vendor = Vendor::new(move |request, _| reply(request));
        let client = acme::config(&vendor).observer(Arc::clone(&notes)).build().unwrap();
        let secret = |name: &str| rt::Secret::from(format!("{name}-{CANARY}"));
        let login = client.authorize::<rt::StateReturned>().start().unwrap();
        let state = url::Url::parse(login.url())
            .unwrap()
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        printed += &format!("{login:?}").replace(&state, CANARY);
        printed += &format!("{:?}", login.pending()).replace(&state, CANARY);
        let callback = format!("?code=code-{CANARY}&state={state}");
        let mut show = |result: Result<Tokens<Access>, authsmith::Error>| match result {
            Ok(tokens) => printed += &format!("{tokens:?}\n"),
            Err(error) => {
                let source = std::error::Error::source(&error).map(|source| format!("{source} {source:?}"));
                printed += &format!("{error} {error:?} {error:#?} {source:?}\n");
                printed += &format!("{:?}", AcmeError::from(error));
            }
        };
        let answer = client.exchange_code(&operations::EXCHANGE_CODE, login.into_pending(), &callback).await;
        show(answer.and_then(|answer| answer.tokens()));
        let inputs = rt::inputs().with("username", "u").with("password", secret("password"));
        show(client.grant(&operations::LOG_IN, inputs).await.and_then(|answer| answer.tokens()));
        let kept = Tokens::<Access>::new(secret("access")).with_refresh_token(secret("refresh"));
        show(client.refresh(&operations::REFRESH, kept.clone()).await);
        let connection = client.keep("u", kept).await.unwrap();
        let call: rt::Call<Json> = connection.call(&operations::ME, rt::inputs());
        show(call.send().await.map(|_| Tokens::new("")));
        let custom = connection.request(authsmith::Method::GET, "/x").query("key", secret("key"));
        show(custom.send::<Json>().await.map(|_| Tokens::new("")));
        printed += &format!("{client:?} {connection:?} {:?}", connection.request(authsmith::Method::GET, "/x"));
        printed += &notes.text();
    }
    acme::assert_no_canary(&printed);
    assert!(printed.contains("authorization: Basic [redacted]"), "{printed}");
    assert!(printed.contains("grant_type=refresh_token&refresh_token=[redacted]"));
    assert!(printed.contains("authorization: Bearer [redacted]"));
    assert!(printed.contains("/v1/x?key=[redacted]"));
}

#[tokio::test]
async fn an_expiry_that_cannot_be_read_is_told_and_costs_no_token() {
    let vendor = Vendor::new(|_, _| json(200, &format!(r#"{{"access_token":"a-{CANARY}","expires_in":"{CANARY}"}}"#)));
    let notes = Arc::new(Notes::default());
    let client = acme::config(&vendor).observer(Arc::clone(&notes)).build().unwrap();
    let old = Tokens::<Access>::new("old").with_refresh_token("r");
    let tokens = client.refresh(&operations::REFRESH, old).await.unwrap();
    assert_eq!((tokens.token().expose(), tokens.expiry()), (format!("a-{CANARY}").as_str(), None));
    let text = notes.text();
    assert!(text.contains("refresh: expires_in: can't be read as seconds: a text of 6 characters"), "{text}");
    let told = text.split("\n---\n").filter(|told| told.starts_with("refresh: ")).count();
    assert_eq!(told, 1, "{text}");
}
