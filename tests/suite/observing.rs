//! Traces and metrics: what a program sees that collects them, under the names of the page about them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use authsmith::{MemoryStore, Store};
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Fault, Misdeed, Options, Sandbox};
use authsmith_tests::standard::{Access, Client, Connection};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use regex_lite::Regex;

use crate::literal::golden;
use crate::support::root;

/// Keeps numbers, each under its name and labels.
#[derive(Clone, Default)]
struct Numbers(Arc<Mutex<BTreeMap<String, Number>>>);

#[derive(Clone)]
enum Number {
    Bits(Arc<AtomicU64>),
    Samples(Arc<Samples>),
}

#[derive(Default)]
struct Samples(Mutex<Vec<f64>>);

impl metrics::HistogramFn for Samples {
    fn record(&self, value: f64) {
        self.0.lock().unwrap().push(value);
    }
}

impl Numbers {
    fn bits(&self, key: &Key) -> Arc<AtomicU64> {
        let fresh = || Number::Bits(Arc::default());
        match self.0.lock().unwrap().entry(name(key)).or_insert_with(fresh) {
            Number::Bits(bits) => Arc::clone(bits),
            Number::Samples(_) => panic!("two kinds of number are called {key}"),
        }
    }

    /// Counters as they are, gauges as whole numbers, histograms by how often they were fed.
    fn all(&self) -> BTreeMap<String, u64> {
        let numbers = self.0.lock().unwrap();
        let value = |name: &str, number: &Number| match number {
            Number::Bits(bits) if name.contains("_total") => bits.load(std::sync::atomic::Ordering::SeqCst),
            Number::Bits(bits) => f64::from_bits(bits.load(std::sync::atomic::Ordering::SeqCst)) as u64,
            Number::Samples(samples) => samples.0.lock().unwrap().len() as u64,
        };
        numbers.iter().map(|(name, number)| (name.clone(), value(name, number))).collect()
    }
}

fn name(key: &Key) -> String {
    let labels: Vec<String> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
    format!("{} {}", key.name(), labels.join(" "))
}

impl Recorder for Numbers {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.bits(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.bits(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let fresh = || Number::Samples(Arc::default());
        match self.0.lock().unwrap().entry(name(key)).or_insert_with(fresh) {
            Number::Samples(samples) => Histogram::from_arc(Arc::clone(samples)),
            Number::Bits(_) => panic!("two kinds of number are called {key}"),
        }
    }
}

/// Where traces go.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

async fn connection(sandbox: &Sandbox, store: impl Store, hides: bool) -> Connection {
    let client = Client::builder()
        .client_id(CLIENT_ID)
        .client_secret(CLIENT_SECRET)
        .redirect_uri("http://127.0.0.1:8910/callback")
        .store(store)
        .configure(|config| {
            let config = config.server(sandbox.origin("standard").unwrap());
            if hides { config.hide_ids() } else { config }
        })
        .build()
        .unwrap();
    let given = sandbox.mint("standard", 1).unwrap().remove(0);
    let (access, refresh) = (given.tokens[0].1.clone(), given.refresh_tokens[0].1.clone());
    let tokens = authsmith::Tokens::<Access>::new(access).with_refresh_token(refresh);
    client.keep("ada@example.org", tokens).await.unwrap()
}

#[tokio::test]
async fn renewals_in_numbers_and_traces() {
    let sandbox = Sandbox::start(vec![golden("standard").0.clone()], Options::default()).await.unwrap();
    let (numbers, lines) = (Numbers::default(), Lines::default());
    let pen = lines.clone();
    let traces = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let traces = traces.with_span_events(tracing_subscriber::fmt::format::FmtSpan::CLOSE);
    let _traced = tracing::subscriber::set_default(traces.with_writer(move || pen.clone()).finish());
    let _counted = metrics::set_default_local_recorder(&numbers);

    let connection = self::connection(&sandbox, MemoryStore::new(), false).await;
    let _ = tokio::join!(connection.renew(), connection.renew(), connection.renew());
    let bad = |status| Fault { times: Some(1), ..Fault::new(Misdeed::html(status)) };
    sandbox.add_fault("standard", bad(403)).unwrap();
    assert!(connection.renew().await.is_err());
    sandbox.fail_next("standard", "refresh", "invalid_client", 1).unwrap();
    assert!(connection.renew().await.is_err());

    let told = numbers.all();
    let of = "provider=standard kind=access";
    for (name, due) in [
        (format!("authsmith_renewals_total {of} outcome=renewed"), 1),
        (format!("authsmith_renewals_total {of} outcome=failed"), 1),
        (format!("authsmith_renewals_total {of} outcome=refused"), 1),
        (format!("authsmith_renewals_joined_total {of}"), 2),
        (format!("authsmith_renewal_seconds {of}"), 3),
        ("authsmith_configuration_refused provider=standard".to_owned(), 1),
    ] {
        assert_eq!(told.get(&name), Some(&due), "{name}: {told:#?}");
    }
    let text = lines.text();
    let seen = |parts: &[&str]| text.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    let id = "id=\"ada@example.org\"";
    assert!(
        seen(&["authsmith.renewal{", "provider=\"standard\"", "kind=\"access\"", id, "outcome=\"renewed\""]),
        "{text}"
    );
    assert!(seen(&["authsmith.request{", "operation=\"refresh\"", "method=\"POST\"", "status=200"]), "{text}");
    assert!(seen(&["authsmith.store{", "step=\"compare_and_set\""]), "{text}");
    assert!(seen(&["WARN", "authsmith.renewal_failed", "status=403"]), "{text}");
    assert!(seen(&["ERROR", "authsmith.configuration_refused", "code=\"invalid_client\""]), "{text}");
}

#[tokio::test]
async fn ids_are_left_out_where_an_app_wants_it_so() {
    let sandbox = Sandbox::start(vec![golden("standard").0.clone()], Options::default()).await.unwrap();
    let lines = Lines::default();
    let pen = lines.clone();
    let traces = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let traces = traces.with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL);
    let _traced = tracing::subscriber::set_default(traces.with_writer(move || pen.clone()).finish());
    let connection = self::connection(&sandbox, MemoryStore::new(), true).await;
    connection.renew().await.unwrap();
    assert!(lines.text().contains("authsmith.renewed"));
    assert!(!lines.text().contains("ada"), "{}", lines.text());
}

/// All names that the runtime uses are on the page, and the other way round.
#[test]
fn the_page_has_every_name() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let names = |text: &str| -> BTreeSet<String> {
        let names = Regex::new(r#"["`](authsmith[._][a-z_]+)["`]"#).unwrap();
        names.captures_iter(text).map(|found| found[1].to_owned()).collect()
    };
    let source = names(&(read("runtime/src/telemetry.rs") + &read("runtime/src/events.rs")));
    assert!(source.len() > 15, "{source:?}");
    assert_eq!(source, names(&read("docs/observing.md")));
}
