//! The whole flow of every vendor, happy and failing, by the generated clients over real HTTP against the sandbox.

mod arrivals;
mod assertions;
mod cardiogram;
mod cardiomood;
mod healthtap;
mod humanapi;
mod id_tokens;
mod open_scopes;
mod scopes;
mod vitaldb;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use authsmith::{Clock, Config, HttpTransport, Limits, Method, Request, Transport};
use authsmith_codegen::model::Provider;
use authsmith_sandbox::{Options, Recorded, Sandbox};

use crate::support::provider;

pub const CALLBACK: &str = "http://127.0.0.1:8910/callback";

/// A clock that moves only when told to.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<SystemTime>>);

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        *self.0.lock().unwrap()
    }
}

/// One vendor's sandbox, and the clock that it shares with the client.
pub struct Vendor {
    pub sandbox: Sandbox,
    pub clock: TestClock,
    name: &'static str,
}

impl Vendor {
    pub async fn start(name: &'static str) -> Self {
        Self::start_with(name, Options::default()).await
    }

    pub async fn start_with(name: &'static str, options: Options) -> Self {
        Self::of(name, provider(name), options).await
    }

    /// A vendor of a model.
    pub async fn of(name: &'static str, provider: Provider, options: Options) -> Self {
        let options = options.redirect_uri(name, CALLBACK);
        let sandbox = Sandbox::start(vec![provider], options).await.unwrap();
        Self { sandbox, clock: TestClock(Arc::new(Mutex::new(SystemTime::now()))), name }
    }

    /// What every client of a test has besides its credentials.
    pub fn configure(&self, config: Config) -> Config {
        config.server(self.sandbox.origin(self.name).unwrap()).clock(self.clock.clone())
    }

    /// Moves both clocks.
    pub fn advance(&self, by: Duration) {
        self.sandbox.advance(by);
        *self.clock.0.lock().unwrap() += by;
    }

    /// The answers that the vendor gave to one operation: their statuses, oldest first.
    pub fn statuses(&self, operation: &str) -> Vec<u16> {
        self.recorded(operation).iter().map(|request| request.status).collect()
    }

    pub fn recorded(&self, operation: &str) -> Vec<Recorded> {
        let requests = self.sandbox.requests(self.name).unwrap();
        requests.into_iter().filter(|request| request.operation.as_deref() == Some(operation)).collect()
    }

    /// Consents as a user would, and returns the URL that the user is sent back to.
    pub async fn consent(&self, url: &str) -> String {
        let request = Request::new(Method::GET, url.parse().unwrap());
        let response = HttpTransport::new().send(request, Limits::new(Duration::from_secs(10), 1 << 20)).await.unwrap();
        assert_eq!(response.status, 302, "{}", String::from_utf8_lossy(&response.body));
        response.headers["location"].to_str().unwrap().to_owned()
    }
}
