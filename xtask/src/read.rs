//! `read`: what a client would read from a response.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::time::SystemTime;

use authsmith_codegen::lower::lower;
use authsmith_protocol::operation::{Answer, Operation};
use authsmith_protocol::{ReadError, ReadToken, Reading, Response, Secret};
use bumpalo::Bump;
use serde_json::{Map, Value, json};

use crate::stop::{Outcome, Stop};
use crate::{preview, specs, when};

const REDACTED: &str = "[redacted]";

/// The arguments of `read`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The spec file
    spec: PathBuf,
    /// An operation of the spec
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
    /// `{ok,tokens:[{kind,value,expires_in_seconds}],fields:{...},error:{...}}`
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
    let operation = named.ok_or_else(|| preview::unknown(&provider, &args.operation))?;
    let response = Response { status: args.status, headers: args.headers.iter().cloned().collect(), body: body()? };
    let is_grant = provider.grants.iter().any(|grant| grant.name.wire == args.operation);
    let report = report(operation, &response, when::now(args.now), args.show_secrets, is_grant);
    match args.format {
        Format::Json => println!("{report}"),
        Format::Text => print!("{}", text(&report)),
    }
    if report["ok"] == true { Ok(()) } else { Err(Stop::found()) }
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

/// The reading in its JSON form.
fn report(operation: &Operation<'_>, response: &Response, now: SystemTime, show: bool, is_grant: bool) -> Value {
    let reading = authsmith_protocol::read(operation, response, now);
    let (tokens, code, fields, error) = match &reading {
        Ok(reading) => (
            &reading.tokens,
            reading.code.as_ref(),
            fields(operation, response, reading, now, show, is_grant),
            Value::Null,
        ),
        Err(error) => (salvaged(error), None, Map::new(), describe(operation, error)),
    };
    let mut listed: Vec<_> = tokens.iter().flat_map(|token| token_entries(token, now, show)).collect();
    listed.extend(code.map(|code| entry("code", code, None, now, show)));
    json!({ "ok": reading.is_ok(), "tokens": listed, "fields": fields, "error": error })
}

/// What was there all the same, in an answer that can't be read.
fn salvaged(error: &ReadError) -> &Vec<ReadToken> {
    const NONE: &Vec<ReadToken> = &Vec::new();
    match error {
        ReadError::Unreadable(unreadable) => &unreadable.salvaged,
        ReadError::Refused(_) => NONE,
    }
}

/// A token, and the refresh token that came with it.
fn token_entries(token: &ReadToken, now: SystemTime, show: bool) -> Vec<Value> {
    let refresh = if token.kind == "access" { "refresh".to_owned() } else { format!("{}_refresh", token.kind) };
    let mut entries = vec![entry(&token.kind, &token.value, token.expires_at, now, show)];
    entries.extend(token.refresh_token.iter().map(|value| entry(&refresh, value, token.refresh_expires_at, now, show)));
    entries
}

fn entry(kind: &str, value: &Secret, expires: Option<SystemTime>, now: SystemTime, show: bool) -> Value {
    let value = if show { value.expose() } else { REDACTED };
    json!({ "kind": kind, "value": value, "expires_in_seconds": expires.map(|then| when::seconds_until(then, now)) })
}

/// What the answer holds besides its tokens and their expiry.
fn fields(
    operation: &Operation<'_>,
    response: &Response,
    reading: &Reading,
    now: SystemTime,
    show: bool,
    is_grant: bool,
) -> Map<String, Value> {
    // What may be shown is what can be read from the redacted body.
    let redacted =
        || Response { body: authsmith_protocol::redact(operation, &response.body).into_bytes(), ..response.clone() };
    let shown = match show {
        true => reading.body.clone(),
        false => authsmith_protocol::read(operation, &redacted(), now).map(|reading| reading.body).unwrap_or_default(),
    };
    match shown {
        Value::Object(mut members) => {
            if is_grant {
                settled(operation.answers()).for_each(|name| drop(members.shift_remove(name)));
            }
            members
        }
        Value::Null => Map::new(),
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// The members that the entries of the tokens tell already.
fn settled<'a>(answer: Answer<'a>) -> impl Iterator<Item = &'a str> {
    let expiries = answer.issued().iter().flat_map(|issued| [issued.expiry().at(), issued.refresh_expiry().at()]);
    expiries.flatten().filter_map(|(at, _)| at.strip_prefix('/'))
}

fn describe(operation: &Operation<'_>, error: &ReadError) -> Value {
    match error {
        ReadError::Refused(refusal) => json!({
            "kind": "refused",
            "status": refusal.status,
            "code": refusal.code,
            "text": refusal.text,
            "failure": refusal.failure,
            "retryable": is_retryable(operation, refusal.status),
            "message": error.to_string(),
        }),
        ReadError::Unreadable(unreadable) => json!({
            "kind": "unreadable",
            "status": unreadable.status,
            "code": null,
            "text": null,
            "failure": null,
            "retryable": false,
            "message": error.to_string(),
        }),
    }
}

/// As the clients say it: a refusal that promises that nothing was done may be tried again, and one that promises
/// nothing only where doing it twice does no harm (RFC 9110, RFC 6585).
fn is_retryable(operation: &Operation<'_>, status: u16) -> bool {
    match status {
        429 | 503 => true,
        408 | 425 | 500 | 502 | 504 => operation.method() == "GET",
        _ => false,
    }
}

/// The reading for people.
fn text(report: &Value) -> String {
    let mut text = match report["error"]["message"].as_str() {
        Some(message) => format!("error: {message}\n"),
        None => "ok\n".to_owned(),
    };
    for (name, value) in [("failure", &report["error"]["failure"]), ("retryable", &report["error"]["retryable"])] {
        if !value.is_null() {
            text.push_str(&format!("  {name}: {}\n", plain(value)));
        }
    }
    let tokens = report["tokens"].as_array().into_iter().flatten();
    for (index, token) in tokens.enumerate() {
        let expiry = match token["expires_in_seconds"].as_i64() {
            Some(seconds) if seconds < 0 => format!("expired {} seconds ago", seconds.unsigned_abs()),
            Some(seconds) => format!("expires in {seconds} seconds"),
            None => "expiry unknown".to_owned(),
        };
        let heading = if index == 0 { "tokens\n" } else { "" };
        text.push_str(&format!("{heading}  {}: {} ({expiry})\n", plain(&token["kind"]), plain(&token["value"])));
    }
    for (index, (name, value)) in report["fields"].as_object().into_iter().flatten().enumerate() {
        let heading = if index == 0 { "fields\n" } else { "" };
        text.push_str(&format!("{heading}  {name}: {}\n", plain(value)));
    }
    text
}

/// Text without quotation marks, anything else as JSON; fit for a terminal.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    authsmith_protocol::printable(&text, usize::MAX)
}
