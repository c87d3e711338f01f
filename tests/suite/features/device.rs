//! Consent on another device (RFC 8628), over the wire and over HTTP against the sandbox.

use std::time::Duration;

use authsmith::{Config, ErrorKind, HttpTransport, Limits, MemoryStore, Method, PendingDevice, Request, Transport};
use authsmith_protocol::{ReadError, Response, read_device};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, Sandbox};
use authsmith_tests::{device, device_query};

use crate::literal::{BASIC, FORM, JSON, golden, now, ok};

const GRANT: &str = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DEVICE_CODE";

#[test]
fn consent_on_another_device() {
    let vendor = golden("device");
    let body = |more: &str| format!(r#"{{"client_id":"CLIENT_ID","screen":"s1"{more},"response_type":"device_code"}}"#);
    let asks = "POST https://tv.example/eu/device";
    vendor.sends("device", &[("screen", "s1")], &[asks, "x-product: screens", JSON, &body("")]);
    let given = [("region", "us"), ("screen", "s1"), ("model", "m"), ("scope", "history,offline_access")];
    let more = r#"{"scopes":"history,offline_access","client_id":"CLIENT_ID","screen":"s1","model":"m","response_type":"device_code"}"#;
    vendor.sends("device", &given, &["POST https://tv.example/us/device", "x-product: screens", JSON, more]);
    let exchange = format!("{GRANT}&client_id=CLIENT_ID&client_secret=CLIENT_SECRET");
    vendor.sends("exchange_device_code", &[], &["POST https://tv.example/eu/token", FORM, &exchange]);

    let query = golden("device_query");
    query.sends("device", &[], &["GET https://watch.example/device", BASIC]);
    let exchange = format!("{GRANT}&client_id=CLIENT_ID");
    query.sends("exchange_device_code", &[], &["POST https://watch.example/token", FORM, &exchange]);
    query.reads("exchange_device_code", ok(r#"{"access_token":"T","screen":"s1"}"#), "access T");
}

/// What is read from the answer of a golden, in one line.
fn told(name: &str, body: &str) -> String {
    let mut told = String::new();
    golden(name).data(|data| {
        let device = data.device_authorization().unwrap();
        let response = Response { status: 200, headers: http::HeaderMap::new(), body: body.as_bytes().to_vec() };
        told = match read_device(&device, &response, now()) {
            Ok(codes) => format!(
                "{} {} {} {} {} {}",
                codes.device_code.expose(),
                codes.user_code,
                codes.verification_uri,
                codes.verification_uri_complete.unwrap_or_default(),
                codes.expires_in.as_secs(),
                codes.interval.as_secs(),
            ),
            Err(ReadError::Refused(refusal)) => refusal.to_string(),
            Err(ReadError::Unreadable(unreadable)) => unreadable.at,
        };
    });
    told
}

#[test]
fn answers_for_devices() {
    let standard = |more: &str| {
        format!(
            r#"{{"device_code":"D","user_code":"U-1","verification_uri":"https://a.example/d","expires_in":900{more}}}"#
        )
    };
    let told_of = |more: &str| told("device_query", &standard(more));
    assert_eq!(told_of(""), "D U-1 https://a.example/d  900 5");
    assert_eq!(told_of(r#","interval":"10""#), "D U-1 https://a.example/d  900 10");
    assert_eq!(told_of(r#","interval":0"#), "D U-1 https://a.example/d  900 1");
    let complete = r#","verification_uri_complete":"https://a.example/d?u=U-1""#;
    assert_eq!(told_of(complete), "D U-1 https://a.example/d https://a.example/d?u=U-1 900 5");
    assert_eq!(told_of(r#","verification_uri_complete":"javascript:alert(1)""#), "/verification_uri_complete");
    assert_eq!(told_of(r#","interval":-1"#), "/interval");
    for (lost, at) in [
        (r#""device_code":"D","#, "/device_code"),
        (r#""user_code":"U-1","#, "/user_code"),
        (r#""verification_uri":"https://a.example/d","#, "/verification_uri"),
        (r#","expires_in":900"#, "/expires_in"),
    ] {
        assert_eq!(told("device_query", &standard("").replace(lost, "")), at);
    }
    assert_eq!(told("device_query", &standard("").replace("U-1", "\\u001b[2J")), "/user_code");
    let own = r#"{"data":{"device_code":"D","user_code":"U","verification_url":"https://a.example","expires":"60",
        "verification_url_complete":"https://a.example/U","poll_every":7}}"#;
    assert_eq!(told("device", own), "D U https://a.example https://a.example/U 60 7");
}

struct Tv {
    sandbox: Sandbox,
    name: &'static str,
}

async fn tv(name: &'static str) -> Tv {
    let sandbox = Sandbox::start(vec![golden(name).0.clone()], Options::default()).await.unwrap();
    Tv { sandbox, name }
}

impl Tv {
    fn configure(&self, config: Config) -> Config {
        config.server(self.sandbox.origin(self.name).unwrap())
    }

    fn client(&self) -> device::Client {
        let builder = device::Client::builder().client_id(CLIENT_ID).client_secret(CLIENT_SECRET);
        builder.store(MemoryStore::new()).configure(|config| self.configure(config)).build().unwrap()
    }

    fn decide(&self, pending: &PendingDevice, allow: bool) {
        self.sandbox.decide_device(self.name, pending.user_code(), allow).unwrap();
    }
}

/// Over HTTP, with real waits of the sandbox's two seconds.
#[test]
fn a_device_waits_for_its_user() {
    run(async {
        let tv = tv("device").await;
        let client = tv.client();
        let pending =
            client.device("s1", Some("us".into()), None).scopes([device::Scope::History]).start().await.unwrap();
        assert_eq!(pending.interval(), Duration::from_secs(2));
        let page = pending.verification_uri_complete().unwrap().parse().unwrap();
        // The user types nothing: a program follows the link.
        let limits = Limits::new(Duration::from_secs(10), 1 << 20);
        let user = async {
            tokio::time::sleep(Duration::from_millis(2500)).await;
            HttpTransport::new().send(Request::new(Method::GET, page), limits).await.unwrap().status
        };
        let (tokens, status) = tokio::join!(client.exchange_device_code(pending), user);
        assert_eq!(status, 200);
        let connection = client.keep("tv", tokens.unwrap()).await.unwrap();
        assert!(!connection.me().await.unwrap().id.is_empty());
        let statuses: Vec<u16> = tv.sandbox.requests("device").unwrap().iter().map(|request| request.status).collect();
        assert_eq!(statuses, [200, 400, 200, 200], "asked, pending, tokens, a call");
    });
}

#[test]
fn a_page_asks_once_at_a_time() {
    run(async {
        let tv = tv("device_query").await;
        let builder = device_query::Client::builder().client_id(CLIENT_ID).client_secret(CLIENT_SECRET);
        let builder = builder.redirect_uri("http://127.0.0.1:8910/callback").store(MemoryStore::new());
        let client = builder.configure(|config| tv.configure(config)).build().unwrap();
        let mut pending = client.device().start().await.unwrap();
        assert!(client.poll_device_code(&mut pending).await.unwrap().is_none());
        assert_eq!(tv.sandbox.requests("device_query").unwrap().len(), 1, "it is too early to ask");
        tv.decide(&pending, true);
        let session = serde_json::to_string(&pending).unwrap();
        let mut pending: PendingDevice = serde_json::from_str(&session).unwrap();
        tokio::time::sleep(pending.wait(std::time::SystemTime::now())).await;
        let granted = client.poll_device_code(&mut pending).await.unwrap().expect("the user has decided");
        assert!(!granted.fields.screen.is_empty());
    });
}

#[test]
fn a_user_says_no_or_nothing() {
    run(async {
        let tv = tv("device").await;
        let client = tv.client();
        let pending = client.device("s1", None, None).start().await.unwrap();
        tv.decide(&pending, false);
        let denied = client.exchange_device_code(pending).await.unwrap_err();
        assert_eq!(
            (kind(&denied), denied.needs_consent(), denied.is_retryable()),
            (ErrorKind::LoginDenied, true, false)
        );
        let pending = client.device("s1", None, None).start().await.unwrap();
        tv.sandbox.advance(Duration::from_secs(601));
        let expired = client.exchange_device_code(pending).await.unwrap_err();
        assert_eq!((kind(&expired), expired.needs_consent()), (ErrorKind::LoginExpired, true));
    });
}

fn kind(error: &device::Error) -> ErrorKind {
    match error {
        device::Error::Other(error) => error.kind(),
        other => panic!("{other}"),
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(test);
}
