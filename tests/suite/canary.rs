//! No secret is shown by anything that a program prints: errors, `Debug`, and what an observer is told.

mod faults;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use authsmith::{
    Error, HttpTransport, Limits, MemoryStore, Method, Observer, ReceivedResponse, Request, SentRequest, Transport,
};
use authsmith_sandbox::{CLIENT_ID, Options, Sandbox};

use crate::support::{MASK, mask, provider};

const MARK: &str = "CANARY";

/// Everything that was shown to anyone.
#[derive(Clone, Default)]
struct Shown(Arc<Mutex<String>>);

impl Shown {
    fn add(&self, text: impl std::fmt::Display) {
        self.0.lock().unwrap().push_str(&format!("{text}\n"));
    }

    fn outcome<T: std::fmt::Debug, E: std::error::Error>(&self, outcome: &Result<T, E>) {
        match outcome {
            Ok(value) => self.add(format_args!("{value:?} {value:#?}")),
            Err(error) => {
                self.add(format_args!("{error} {error:?} {error:#?}"));
                let mut cause = error.source();
                while let Some(error) = cause {
                    self.add(format_args!("{error} {error:?}"));
                    cause = error.source();
                }
            }
        }
    }
}

impl Observer for Shown {
    fn sent(&self, request: &SentRequest) {
        self.add(format_args!("{request} {request:?}"));
    }

    fn received(&self, response: &ReceivedResponse) {
        self.add(format_args!("{response} {response:?}"));
    }

    fn failed(&self, operation: &str, error: &Error) {
        self.add(format_args!("{operation} {error} {error:?}"));
    }
}

#[tokio::test]
async fn a_whole_flow_and_its_failures_show_no_secret() {
    let sandbox = Sandbox::start(vec![provider("vitaldb")], Options::default()).await.unwrap();
    let shown = Shown::default();
    let client = |secret: &str| {
        authsmith_vitaldb::Client::builder()
            .client_id(CLIENT_ID)
            .client_secret(secret)
            .redirect_uri("http://127.0.0.1:8910/callback")
            .store(MemoryStore::new())
            .configure(|config| config.server(sandbox.origin("vitaldb").unwrap()).observer(shown.clone()))
            .build()
            .unwrap()
    };
    let good = client(authsmith_sandbox::CLIENT_SECRET);
    let bad = client(&format!("{MARK}-secret"));
    shown.add(format_args!("{good:?} {bad:#?}"));

    // Wrong credentials, which a vendor may echo.
    shown.outcome(&good.log_in("user", format!("{MARK}-password")).await);

    let mut secrets = vec![authsmith_sandbox::CLIENT_SECRET.to_owned(), MARK.to_owned()];
    for client in [&bad, &good] {
        let login = client.authorize().start().unwrap();
        shown.add(format_args!("{:?} {:#?}", login, login.pending()));
        let visit = Request::new(Method::GET, login.url().parse().unwrap());
        let answer = HttpTransport::new().send(visit, Limits::new(Duration::from_secs(10), 1 << 20)).await.unwrap();
        let callback = answer.headers["location"].to_str().unwrap().to_owned();
        let query: std::collections::HashMap<_, _> =
            callback.parse::<url::Url>().unwrap().query_pairs().into_owned().collect();
        secrets.extend(query.into_values());
        let tokens = client.exchange_code(login.into_pending(), &callback).await;
        shown.outcome(&tokens);
        let Ok(tokens) = tokens else { continue };
        secrets.push(tokens.token().expose().to_owned());
        let connection = client.keep("user-42", tokens).await.unwrap();
        shown.add(format_args!("{connection:?}"));
        shown.outcome(&connection.userinfo().send().await);
        sandbox.revoke_access_tokens("vitaldb").unwrap();
        shown.outcome(&connection.userinfo().send().await);
    }

    // A server that isn't there: the URL of the request holds the token.
    let gone = authsmith_vitaldb::Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(format!("{MARK}-secret"))
        .redirect_uri("http://127.0.0.1:8910/callback")
        .store(MemoryStore::new())
        .configure(|config| config.server("http://127.0.0.1:9").observer(shown.clone()))
        .build()
        .unwrap();
    let kept = gone.keep("user-43", authsmith::Tokens::new(format!("{MARK}-token"))).await.unwrap();
    shown.outcome(&kept.userinfo().send().await);

    let shown = shown.0.lock().unwrap();
    let masked = mask(&shown, secrets.iter().map(String::as_str));
    assert!(shown.len() > 2_000, "the watching itself works: {masked}");
    assert!(masked == *shown, "a secret was shown, where {MASK} stands:\n{masked}");
}
