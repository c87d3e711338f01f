//! The same while the vendor misbehaves in every way that the sandbox knows, with traces at their most verbose.

use std::io::Write;
use std::time::Duration;

use authsmith::{MemoryStore, Tokens};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Canned, Edit, Fault, Misdeed, Options, Sandbox};
use authsmith_tests::standard::{Access, Client};
use serde_json::json;

use super::{MARK, Shown};
use crate::literal::golden;
use crate::support::{MASK, mask};

/// Where traces go.
#[derive(Clone)]
struct Pen(Shown);

impl Write for Pen {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.0.lock().unwrap().push_str(&String::from_utf8_lossy(text));
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every way to misbehave. What echoes, echoes `secret`, which a request has shown.
fn misdeeds(secret: &str) -> Vec<Misdeed> {
    let canned = |status: u16, kind: &str, body: String| {
        let headers = vec![("content-type".to_owned(), kind.to_owned()), ("x-echo".to_owned(), secret.to_owned())];
        Misdeed::Answer(Canned { status, headers, body, ..Canned::default() })
    };
    let error = |code: &str| json!({ "error": code, "error_description": secret, "message": secret }).to_string();
    let edit = |edit: Edit| Misdeed::Edit(Box::new(edit));
    let set = |at: &str, value| Edit { set: [(at.to_owned(), value)].into_iter().collect(), ..Edit::default() };
    let mut all = vec![
        Misdeed::Nothing,
        Misdeed::Truncate { after: 40, reset: false },
        Misdeed::Truncate { after: 90, reset: true },
        Misdeed::html(502),
        Misdeed::limited(secret),
        Misdeed::redirect(302, format!("https://elsewhere.example/?token={secret}")),
        canned(400, "application/json", error(secret)),
        canned(400, "application/json", error("invalid_grant")),
        canned(401, "application/json", error("invalid_client")),
        canned(500, "text/html", format!("<p>{secret}</p>")),
        canned(200, "application/json", json!({ secret: secret, "access_token": { "x": secret } }).to_string()),
        canned(200, "application/x-www-form-urlencoded", format!("access_token={secret}&refresh_token={secret}")),
        canned(200, "text/plain", secret.to_owned()),
        edit(set("/expires_in", json!("soon"))),
        edit(set("/access_token", json!([secret]))),
        edit(set("/scope", json!(secret))),
        edit(set("/token_type", json!(7))),
        edit(set("/id_token", json!(format!("a.{secret}.b")))),
        edit(Edit { remove: vec!["/access_token".to_owned()], ..Edit::default() }),
        edit(Edit { prefix: secret.to_owned(), ..Edit::default() }),
        edit(Edit { nested: 100_000, content_type: Some("text/html".to_owned()), ..Edit::default() }),
        Misdeed::Drip { every_ms: 1, bytes: 64 },
        Misdeed::Gzip { bytes: 20_000_000, processed: true },
        Misdeed::Endless { processed: true },
        Misdeed::Hang { processed: true },
    ];
    for processed in [false, true] {
        all.extend([false, true].map(|reset| Misdeed::Drop { processed, reset }));
    }
    all
}

#[tokio::test]
async fn no_fault_makes_a_client_show_a_secret() {
    let sandbox = Sandbox::start(vec![golden("standard").0.clone()], Options::default()).await.unwrap();
    let shown = Shown::default();
    let pen = Pen(shown.clone());
    let traces = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || pen.clone())
        .finish();
    let _traced = tracing::subscriber::set_default(traces);

    let mut secrets = vec![CLIENT_SECRET.to_owned(), MARK.to_owned()];
    let count = misdeeds("").len();
    for at in 0..count {
        for renewal in [true, false] {
            let given = sandbox.mint("standard", 1).unwrap().remove(0);
            let (access, refresh) = (given.tokens[0].1.clone(), given.refresh_tokens[0].1.clone());
            let misdeed = misdeeds(if renewal { &refresh } else { &access }).remove(at);
            let ear = shown.clone();
            let eye = shown.clone();
            let client = Client::builder()
                .client_id(CLIENT_ID)
                .client_secret(CLIENT_SECRET)
                .redirect_uri("http://127.0.0.1:8910/callback")
                .store(MemoryStore::new())
                .configure(|config| {
                    let config = config.server(sandbox.origin("standard").unwrap()).observer(eye);
                    config.on_event(move |event| ear.add(format_args!("{event} {event:#?}"))).deadline(PATIENCE)
                })
                .build()
                .unwrap();
            let tokens = Tokens::<Access>::new(access.clone()).with_refresh_token(refresh.clone());
            let connection = client.keep(format!("user-{at}"), tokens).await.unwrap();
            let fault = Fault { times: Some(2), wait_after_ms: 1, ..Fault::new(misdeed) };
            sandbox.add_fault("standard", fault).unwrap();
            match renewal {
                true => shown.outcome(&connection.renew().await),
                false => shown.outcome(&connection.me().send().await),
            }
            sandbox.clear_faults("standard").unwrap();
            shown.outcome(&connection.me().send().await);
            shown.outcome(&connection.tokens());
            secrets.extend([access, refresh]);
            if let Ok(tokens) = connection.tokens() {
                secrets.push(tokens.token().expose().to_owned());
                secrets.extend(tokens.refresh_token().map(|token| token.expose().to_owned()));
            }
            shown.outcome(&client.close().await);
        }
    }

    let shown = shown.0.lock().unwrap();
    for name in ["authsmith.renewal", "authsmith.request", "authsmith.store", "authsmith.renewed", "hyper_util"] {
        assert!(shown.contains(name), "the watching itself works: {name} is missing");
    }
    let mut forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
    forms.sort();
    forms.dedup();
    let masked = mask(&shown, forms.iter().map(String::as_str));
    if masked != *shown {
        let lines = masked.lines().filter(|line| line.contains(MASK)).take(5);
        let lines: Vec<String> = lines.map(|line| line.chars().take(600).collect()).collect();
        panic!("a secret was shown, where {MASK} stands:\n{}", lines.join("\n"));
    }
}

/// A secret as it is, as a form has it, and the long runs of letters in it, which every encoding
/// leaves alone.
fn forms(secret: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let runs = secret.split(|character: char| !character.is_ascii_alphanumeric()).filter(|run| run.len() >= 10);
    let runs = runs.map(str::to_owned);
    runs.chain([secret.to_owned(), encoded]).filter(|form| form.len() > 4).collect()
}

const PATIENCE: Duration = Duration::from_millis(400);
