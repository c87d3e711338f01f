//! `read`: what a client would read from a response.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::time::SystemTime;

use authsmith_codegen::lower::{DEVICE, lower};
use authsmith_protocol::operation::{Answer, Meaning, Operation};
use authsmith_protocol::provider::{Device, Renew, TokenKind};
use authsmith_protocol::{ReadError, ReadToken, Reading, Refusal, Response, Secret, printable};
use bumpalo::Bump;
use serde_json::{Map, Value, json};

use crate::say::say;
use crate::stop::{Outcome, Stop};
use crate::{preview, specs, when};

const REDACTED: &str = "[redacted]";

/// The arguments of `read`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec file
    spec: PathBuf,
    /// An operation of the spec, or `device`
    operation: String,
    /// The HTTP status of the response
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u16).range(100..600))]
    status: u16,
    /// A header of the response
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = header)]
    headers: Vec<(http::HeaderName, http::HeaderValue)>,
    /// The time at which the response came, in RFC 3339 or seconds since 1970
    #[arg(long, value_name = "T", value_parser = when::parse)]
    now: Option<SystemTime>,
    /// Print tokens, codes and other secrets
    #[arg(long)]
    show_secrets: bool,
    /// How the reading is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// `{ok,tokens:[{kind,value,expires_in_seconds}],fields:{...},error:{...}}`, with `notes:[...]` where there are some
    Json,
}

/// Runs `read`; exits with 1 when the response is a refusal or can't be read.
pub fn run(args: &Args) -> Outcome {
    let provider = specs::one(&args.spec)?;
    let arena = Bump::new();
    let data = lower(&provider, &arena);
    if args.operation == "authorize" && data.authorization().is_some() {
        return Err(Stop::new(
            "authorize is answered by a callback, which carries no body; read the answer to its exchange",
        ));
    }
    let named = data.all_operations().iter().find(|operation| operation.name() == args.operation);
    let device = data.device_authorization().filter(|_| args.operation == DEVICE && named.is_none());
    let of_device = device.map(|device| device.request());
    let operation = named.or(of_device.as_ref()).ok_or_else(|| preview::unknown(&provider, &args.operation))?;
    // The answer to what only extends a token gives none.
    let extends = |kind: &TokenKind<'_>| kind.renewal() == Renew::Extend(operation.name());
    let quiet = operation.answer(operation.answers().tokens(&[]));
    let operation = if data.all_tokens().iter().any(extends) { &quiet } else { operation };
    let response = Response { status: args.status, headers: args.headers.iter().cloned().collect(), body: body()? };
    let is_grant = provider.grants.iter().any(|grant| grant.name.wire == args.operation);
    let now = when::now(args.now);
    let report = match device {
        Some(device) => device_report(&device, &response, now, args.show_secrets),
        None => report(operation, &response, now, args.show_secrets, is_grant),
    };
    match args.format {
        Format::Json => say(&json(&report).to_string()),
        Format::Text => say(&text(&report)),
    }?;
    if report.error.is_none() { Ok(()) } else { Err(Stop::found()) }
}

fn header(text: &str) -> Result<(http::HeaderName, http::HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("give name:value")?;
    let name = name.trim().parse().map_err(|_| format!("`{name}` can't be the name of a header"))?;
    let value = value.trim().parse().map_err(|_| "the value of a header is one line".to_owned())?;
    Ok((name, value))
}

fn body() -> Outcome<Vec<u8>> {
    if std::io::stdin().is_terminal() {
        eprintln!("Paste the body of the response, then end it with Ctrl-D.");
    }
    let mut body = Vec::new();
    std::io::stdin()
        .read_to_end(&mut body)
        .map_err(|error| Stop::new(format!("can't read standard input: {error}")))?;
    Ok(body)
}

/// What there is to say of a response.
struct Report {
    tokens: Vec<Entry>,
    /// What can't be read of an answer that is good otherwise.
    notes: Vec<String>,
    fields: Map<String, Value>,
    error: Option<Failure>,
}

/// A token, a refresh token or a code.
struct Entry {
    kind: String,
    value: String,
    expires_in_seconds: Option<i64>,
}

/// Why the response gave nothing.
struct Failure {
    kind: &'static str,
    refusal: Refusal,
    retryable: bool,
    message: String,
}

fn report(operation: &Operation<'_>, response: &Response, now: SystemTime, show: bool, is_grant: bool) -> Report {
    match authsmith_protocol::read(operation, response, now) {
        Ok(reading) => {
            let mut tokens = entries(&reading.tokens, now, show);
            tokens.extend(reading.code.iter().map(|code| entry("code", code, None, now, show)));
            // Nobody verifies it here: that takes the vendor's keys.
            tokens.extend(
                reading.id_token.iter().map(|token| entry("id_token (not verified)", token, end_of(token), now, show)),
            );
            let mut fields = fields(operation, response, &reading, now, show);
            if is_grant {
                settled(operation.answers()).for_each(|name| drop(fields.shift_remove(name)));
            }
            for (name, value) in &reading.kept {
                fields.entry(name.clone()).or_insert_with(|| value.as_str().into());
            }
            let notes = reading.notes.iter().map(ToString::to_string).collect();
            Report { tokens, notes, fields, error: None }
        }
        Err(error) => {
            let tokens = entries(salvaged(&error), now, show);
            Report { tokens, notes: Vec::new(), fields: Map::new(), error: Some(failure(operation, error)) }
        }
    }
}

/// When an ID token says that it ends.
fn end_of(token: &Secret) -> Option<SystemTime> {
    let exp = authsmith_protocol::claim(token.expose(), "exp")?.as_u64()?;
    SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(exp))
}

/// What a device gets to wait with.
fn device_report(device: &Device<'_>, response: &Response, now: SystemTime, show: bool) -> Report {
    match authsmith_protocol::read_device(device, response, now) {
        Ok(codes) => {
            let tokens = vec![entry("device_code", &codes.device_code, now.checked_add(codes.expires_in), now, show)];
            let complete = codes.verification_uri_complete.map(|uri| ("verification_uri_complete", uri.into()));
            let told: [(&str, Value); 3] = [
                ("user_code", codes.user_code.into()),
                ("verification_uri", codes.verification_uri.into()),
                ("interval", codes.interval.as_secs().into()),
            ];
            let fields = told.into_iter().chain(complete).map(|(name, value)| (name.to_owned(), value)).collect();
            Report { tokens, notes: Vec::new(), fields, error: None }
        }
        Err(error) => Report {
            tokens: Vec::new(),
            notes: Vec::new(),
            fields: Map::new(),
            error: Some(failure(&device.request(), error)),
        },
    }
}

/// What was there all the same, in an answer that can't be read.
fn salvaged(error: &ReadError) -> &[ReadToken] {
    match error {
        ReadError::Unreadable(unreadable) => &unreadable.salvaged,
        ReadError::Refused(_) => &[],
    }
}

/// Every token, and after it the refresh token that came with it.
fn entries(tokens: &[ReadToken], now: SystemTime, show: bool) -> Vec<Entry> {
    let mut entries = Vec::new();
    for token in tokens {
        let refresh = if token.kind == "access" { "refresh".to_owned() } else { format!("{}_refresh", token.kind) };
        entries.push(entry(&token.kind, &token.value, token.expires_at, now, show));
        let refresh_token = token.refresh_token.iter();
        entries.extend(refresh_token.map(|value| entry(&refresh, value, token.refresh_expires_at, now, show)));
    }
    entries
}

fn entry(kind: &str, value: &Secret, expires: Option<SystemTime>, now: SystemTime, show: bool) -> Entry {
    let value = if show { value.expose() } else { REDACTED };
    let expires_in_seconds = expires.map(|then| when::seconds_until(then, now));
    Entry { kind: kind.to_owned(), value: value.to_owned(), expires_in_seconds }
}

/// What the answer holds besides its tokens.
fn fields(
    operation: &Operation<'_>,
    response: &Response,
    reading: &Reading,
    now: SystemTime,
    show: bool,
) -> Map<String, Value> {
    let shown = if show {
        reading.body.clone()
    } else {
        // What may be shown is what can be read from the redacted body.
        let body = authsmith_protocol::redact(operation, &response.body).into_bytes();
        let redacted = Response { body, ..response.clone() };
        authsmith_protocol::read(operation, &redacted, now).map(|reading| reading.body).unwrap_or_default()
    };
    match shown {
        Value::Object(members) => members,
        Value::Null => Map::new(),
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// The members that the entries of the tokens tell already.
fn settled<'a>(answer: Answer<'a>) -> impl Iterator<Item = &'a str> {
    let expiries = answer.issued().iter().flat_map(|issued| [issued.expiry(), issued.refresh_expiry()]);
    expiries.flat_map(|expiry| expiry.places()).filter_map(|(at, _)| at.strip_prefix('/'))
}

fn failure(operation: &Operation<'_>, error: ReadError) -> Failure {
    let message = error.to_string();
    match error {
        ReadError::Refused(refusal) => {
            Failure { kind: "refused", retryable: is_retryable(operation, &refusal), refusal, message }
        }
        ReadError::Unreadable(unreadable) => {
            let refusal = Refusal::new(unreadable.status);
            Failure { kind: "unreadable", refusal, retryable: false, message }
        }
    }
}

/// As the clients say it: a refusal that promises that nothing was done may be tried again, and one that promises
/// nothing only where doing it twice does no harm (RFC 9110, RFC 6585).
fn is_retryable(operation: &Operation<'_>, refusal: &Refusal) -> bool {
    match refusal.status {
        _ if refusal.limited => true,
        503 => true,
        408 | 425 | 500 | 502 | 504 => operation.method() == "GET",
        _ => refusal.meaning == Meaning::Transient && operation.method() == "GET",
    }
}

/// What a refusal means for the connection, as specs say it.
fn meaning(refusal: &Refusal) -> Option<&'static str> {
    match refusal.meaning {
        Meaning::Terminal => Some("terminal"),
        Meaning::Transient => Some("transient"),
        Meaning::Config => Some("config"),
        _ => None,
    }
}

fn json(report: &Report) -> Value {
    let token = |entry: &Entry| {
        let Entry { kind, value, expires_in_seconds } = entry;
        json!({ "kind": kind, "value": value, "expires_in_seconds": expires_in_seconds })
    };
    let error = report.error.as_ref().map(|error| {
        let Refusal { status, code, text, failure, .. } = &error.refusal;
        json!({
            "kind": error.kind,
            "status": status,
            "code": code,
            "text": text,
            "failure": failure,
            "means": meaning(&error.refusal),
            "retryable": error.retryable,
            "message": error.message,
        })
    });
    let mut told = json!({
        "ok": report.error.is_none(),
        "tokens": report.tokens.iter().map(token).collect::<Vec<_>>(),
        "fields": report.fields,
        "error": error,
    });
    if let (false, Value::Object(members)) = (report.notes.is_empty(), &mut told) {
        members.insert("notes".to_owned(), json!(report.notes));
    }
    told
}

/// The reading for people.
fn text(report: &Report) -> String {
    let mut lines = Vec::new();
    match &report.error {
        None => lines.push("ok".to_owned()),
        Some(error) => {
            lines.push(format!("{}: {}", error.kind, error.message));
            lines.extend(error.refusal.failure.iter().map(|failure| format!("  failure: {failure}")));
            lines.extend(meaning(&error.refusal).map(|meaning| format!("  means: {meaning}")));
            lines.push(format!("  retryable: {}", error.retryable));
        }
    }
    lines.extend((!report.tokens.is_empty()).then(|| "tokens".to_owned()));
    for Entry { kind, value, expires_in_seconds } in &report.tokens {
        let expiry = match expires_in_seconds {
            Some(seconds) if *seconds < 0 => format!("expired {} seconds ago", seconds.unsigned_abs()),
            Some(seconds) => format!("expires in {seconds} seconds"),
            None => "expiry unknown".to_owned(),
        };
        lines.push(format!("  {kind}: {} ({expiry})", printable(value, usize::MAX)));
    }
    lines.extend((!report.notes.is_empty()).then(|| "notes".to_owned()));
    lines.extend(report.notes.iter().map(|note| format!("  {}", printable(note, usize::MAX))));
    lines.extend((!report.fields.is_empty()).then(|| "fields".to_owned()));
    lines.extend(report.fields.iter().map(|(name, value)| format!("  {}: {}", printable(name, 100), plain(value))));
    lines.join("\n")
}

/// Text without quotation marks, anything else as JSON; fit for a terminal.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    printable(&text, usize::MAX)
}
