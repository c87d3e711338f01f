//! One request out and its answer in, with everything that holds for all of them.

use ::http::{HeaderName, Method};
use authsmith_protocol::operation::{Answer, AnswerFormat, Issued, Operation};
use authsmith_protocol::{
    Note, ReadError, ReadToken, Reading, Refusal, Request, Response, SecretBytes, Unreadable, Value, Values, build,
    read, redact,
};
use std::time::{Duration, SystemTime};
use tracing::Instrument;

use crate::authorize::fill_random;
use crate::client::Inner;
use crate::error::{Error, ErrorKind, Spare, ends_grant, is_temporary};
use crate::http::{Limits, TransportError, TransportErrorKind};
use crate::missing::unsendable;
use crate::observer::{ReceivedResponse, SentRequest};
use crate::proofs::Turn;
use crate::telemetry;

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// It gives tokens; it gets a connection of its own.
    Grant,
    /// It shows a token.
    Call,
    /// It fetches public keys.
    Keys,
}

/// A body that no operation describes.
#[derive(Clone, Debug)]
pub(crate) struct RawBody {
    pub content_type: http::HeaderValue,
    pub bytes: Vec<u8>,
}

/// An answer, and when its request was sent: lifetimes count from there, because the vendor's clock started no earlier.
pub(crate) struct Answered {
    pub response: Response,
    pub started: SystemTime,
    /// What proved the client besides the values that every request has.
    proof: Values,
}

/// How much longer than the deadline a transport is waited for.
const LEEWAY: Duration = Duration::from_secs(1);

/// The longest set of public keys, in bytes.
const LONGEST_KEYS: usize = 256 * 1024;

/// How secrets look where a URL or a form encodes them.
const ENCODED_REDACTED: &str = "%5Bredacted%5D";
const REDACTED: &str = "[redacted]";

/// The headers of an answer that are told; others may carry secrets.
const TOLD_HEADERS: [HeaderName; 3] =
    [http::header::CONTENT_TYPE, http::header::CONTENT_LENGTH, http::header::RETRY_AFTER];

impl Inner {
    /// Values with what is new for every request: the moment, and random bytes.
    pub(crate) fn for_request(&self, values: &Values) -> Result<Values, Error> {
        let mut random = vec![0; 32];
        fill_random(&mut random)?;
        let now = self.proofs.present().now(self.clock.now());
        Ok(values.clone().with("now", now).with("random", SecretBytes::from(random)))
    }

    /// The operation with the app's own URL, where the app has given one.
    fn placed<'a>(&'a self, operation: &Operation<'a>) -> Operation<'a> {
        match self.urls.get(operation.name()) {
            Some(url) => operation.at(url),
            None => *operation,
        }
    }

    /// The request as it goes out: with the app's own URLs and server, checked by the protocol's rules.
    pub(crate) fn prepare(&self, operation: &Operation<'_>, values: &Values) -> Result<Request, Error> {
        let mut request = build(&self.placed(operation), values).map_err(|error| {
            Error::new(ErrorKind::Input, unsendable(self.provider, &error)).during(operation.name())
        })?;
        if let Some(server) = &self.server {
            let swapped = request.url.set_scheme(server.scheme()).is_ok()
                && request.url.set_host(server.host_str()).is_ok()
                && request.url.set_port(server.port()).is_ok();
            if !swapped {
                return Err(Error::new(ErrorKind::Config, "the server can't stand in for the vendor's"));
            }
        }
        Ok(request)
    }

    /// Sends `operation` and waits for the whole answer, whatever its status.
    pub(crate) async fn exchange(
        &self,
        operation: &Operation<'_>,
        values: &Values,
        body: Option<&RawBody>,
        lane: Lane,
    ) -> Result<Answered, Error> {
        self.exchange_as(self.proofs.present(), operation, values, body, lane).await
    }

    /// The same, proved with what a turn says.
    pub(crate) async fn exchange_as(
        &self,
        turn: Turn,
        operation: &Operation<'_>,
        values: &Values,
        body: Option<&RawBody>,
        lane: Lane,
    ) -> Result<Answered, Error> {
        let values = self.for_request(values)?.with("now", turn.now(self.clock.now()));
        let proof = self.proofs.of(turn, &self.placed(operation), &values);
        let proof = proof.map_err(|error| error.during(operation.name()))?;
        let values = &with(&values, &proof);
        let mut request = self.prepare(operation, values)?;
        if let Some(raw) = body {
            request.headers.insert(http::header::CONTENT_TYPE, raw.content_type.clone());
            request.body.clone_from(&raw.bytes);
        }
        if let Some(observer) = &self.observer {
            observer.sent(&self.shown_request(operation, values, &request, body));
        }
        let limits = match lane {
            Lane::Grant => self.limits.on_fresh_connection(),
            Lane::Call => self.limits,
            Lane::Keys => Limits { body_bytes: self.limits.body_bytes.min(LONGEST_KEYS), ..self.limits },
        };
        let repeatable = is_repeatable(&request.method);
        let started = self.clock.now();
        let (method, host) = (request.method.clone(), request.url.host_str().map(str::to_owned));
        let span = telemetry::request(self.provider.name(), operation.name(), method.as_str(), host.as_deref());
        let sending = self.transport.send(request, limits).instrument(span.clone());
        // A transport that keeps its deadline can say what had come by then.
        let latest = limits.deadline.saturating_add(LEEWAY);
        let outcome = match tokio::time::timeout(latest, sending).await {
            Ok(Ok(response)) if response.body.len() > limits.body_bytes => Err(TransportErrorKind::TooLarge.into()),
            Ok(outcome) => outcome,
            Err(_) => Err(TransportErrorKind::Timeout.into()),
        };
        let outcome = outcome.or_else(|error| rescue(operation, error, lane, started));
        let response = match outcome {
            Ok(response) => response,
            Err(error) => {
                let error = unanswered(error, repeatable).during(operation.name());
                span.record("failure", tracing::field::debug(error.kind()));
                if let Some(observer) = &self.observer {
                    observer.failed(operation.name(), &error);
                }
                return Err(error);
            }
        };
        span.record("status", response.status);
        if let Some(observer) = &self.observer {
            observer.received(&shown_response(operation, values, &response));
        }
        Ok(Answered { response, started, proof })
    }

    /// Reads the answer to `operation`.
    pub(crate) fn read(
        &self,
        operation: &Operation<'_>,
        values: &Values,
        answered: &Answered,
    ) -> Result<Reading, Error> {
        let proved;
        let values = match answered.proof.is_empty() {
            true => values,
            false => {
                proved = with(values, &answered.proof);
                &proved
            }
        };
        let reading = read(operation, &answered.response, answered.started);
        let reading = reading.map(|mut reading| {
            hide_in_scopes(values, &mut reading.tokens);
            reading
        });
        let reading = reading.map_err(|error| match error {
            ReadError::Refused(mut refusal) => {
                refusal.hide(values);
                let method = Method::from_bytes(operation.method().as_bytes()).unwrap_or(Method::POST);
                let temporary = is_temporary(&refusal, is_repeatable(&method));
                let spares = refused_spares(operation, &refusal, values, answered);
                Error::refused(refusal).retryable(temporary).with_spares(spares).during(operation.name())
            }
            ReadError::Unreadable(mut unreadable) => {
                hide_in_scopes(values, &mut unreadable.salvaged);
                let spares = spares(operation, &unreadable.salvaged, &answered.response, answered.started);
                misread(unreadable, answered.started).with_spares(spares).during(operation.name())
            }
        })?;
        self.note(operation, &reading.notes);
        Ok(reading)
    }

    /// Tells what can't be read in an answer that is good otherwise.
    pub(crate) fn note(&self, operation: &Operation<'_>, notes: &[Note]) {
        if let Some(observer) = &self.observer {
            notes.iter().for_each(|note| observer.noted(operation.name(), note));
        }
    }

    /// The request once more, made of values without secrets.
    fn shown_request(
        &self,
        operation: &Operation<'_>,
        values: &Values,
        request: &Request,
        body: Option<&RawBody>,
    ) -> SentRequest {
        let decode = |text: &str| text.replace(ENCODED_REDACTED, REDACTED);
        let mut shown = SentRequest {
            operation: operation.name().to_owned(),
            method: request.method.to_string(),
            url: request.url.origin().ascii_serialization(),
            headers: Vec::new(),
            body: String::new(),
        };
        // A secret that can't be spelled `[redacted]` where it stands leaves the origin alone to be shown.
        let Ok(redacted) = self.prepare(operation, &values.redacted()) else { return shown };
        shown.url = decode(redacted.url.as_str());
        shown.headers = redacted.headers.iter().map(|(name, value)| (name.to_string(), header_text(value))).collect();
        shown.body = decode(&String::from_utf8_lossy(&redacted.body));
        if let Some(raw) = body {
            shown.body = format!("[{} bytes]", raw.bytes.len());
        }
        shown
    }
}

fn with(values: &Values, others: &Values) -> Values {
    let mut values = values.clone();
    values.merge(others);
    values
}

/// Takes what was sent out of what is shown of tokens: a vendor may echo it there.
fn hide_in_scopes(sent: &Values, tokens: &mut [ReadToken]) {
    for scope in tokens.iter_mut().filter_map(|token| token.scope.as_mut()) {
        *scope = sent.hide_in(scope);
    }
}

fn header_text(value: &http::HeaderValue) -> String {
    let text = value.to_str().unwrap_or(REDACTED);
    match text.split_once(' ') {
        _ if !value.is_sensitive() => text.to_owned(),
        Some((scheme, _)) => format!("{scheme} {REDACTED}"),
        None => REDACTED.to_owned(),
    }
}

fn shown_response(operation: &Operation<'_>, values: &Values, response: &Response) -> ReceivedResponse {
    let headers = TOLD_HEADERS.iter().filter_map(|name| {
        let value = response.headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), values.hide_in(value)))
    });
    ReceivedResponse {
        operation: operation.name().to_owned(),
        status: response.status,
        headers: headers.collect(),
        body: values.hide_in(&redact(operation, &response.body)),
    }
}

/// Whether a method may be sent twice without doing more than once (RFC 9110, section 9.2.2).
fn is_repeatable(method: &Method) -> bool {
    method.is_idempotent()
}

fn unanswered(error: TransportError, repeatable: bool) -> Error {
    let (kind, retryable) = match error.kind() {
        TransportErrorKind::Unreachable => (ErrorKind::Unreachable, true),
        TransportErrorKind::Timeout => (ErrorKind::Timeout, repeatable),
        TransportErrorKind::Interrupted => (ErrorKind::Interrupted, repeatable),
        TransportErrorKind::TooLarge => (ErrorKind::TooLarge, false),
    };
    Error::new(kind, error.to_string()).retryable(retryable).with_source(error)
}

/// The beginning of an answer that broke off, when it holds tokens: nobody else has them.
fn rescue(
    operation: &Operation<'_>,
    error: TransportError,
    lane: Lane,
    started: SystemTime,
) -> Result<Response, TransportError> {
    match error.partial() {
        Some(partial) if lane == Lane::Grant && holds_tokens(operation, partial, started) => Ok(partial.clone()),
        _ => Err(error),
    }
}

/// Only JSON shows where it was cut: half a token of a form looks like a whole one.
fn holds_tokens(operation: &Operation<'_>, partial: &Response, started: SystemTime) -> bool {
    let is_json = partial.body.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'['));
    let answers = operation.answers();
    if !is_json || answers.body_format() != AnswerFormat::Json || answers.issued().is_empty() {
        return false;
    }
    match read(operation, partial, started) {
        Ok(_) => true,
        Err(ReadError::Unreadable(unreadable)) => {
            !unreadable.salvaged.is_empty() || !spares(operation, &unreadable.salvaged, partial, started).is_empty()
        }
        Err(ReadError::Refused(_)) => false,
    }
}

/// The refresh tokens of an answer whose tokens can't be read: a vendor that rotates them has spent the old ones by now.
/// They are found by reading the answer once more as if they were what it is about.
fn spares(operation: &Operation<'_>, salvaged: &[ReadToken], response: &Response, started: SystemTime) -> Vec<Spare> {
    let answer = operation.answers();
    let is_salvaged = |kind: &str| salvaged.iter().any(|token| token.kind == kind);
    let lost = answer.issued().iter().filter(|issued| !is_salvaged(issued.kind()));
    // A place may be looked at for tokens of several kinds.
    let anothers = |found: &ReadToken| {
        let mut refresh = salvaged.iter().filter_map(|token| token.refresh_token.as_ref());
        refresh.any(|theirs| theirs.expose() == found.value.expose())
    };
    let found = lost.filter_map(|issued| {
        let place = Issued::new(issued.kind(), issued.refresh_at()?).or(issued.refresh_or());
        let places = [place.expires(issued.refresh_expiry())];
        let only = operation.answer(Answer::json().format(answer.body_format()).tokens(&places));
        let tokens = match read(&only, response, started) {
            Ok(reading) => reading.tokens,
            Err(ReadError::Unreadable(unreadable)) => unreadable.salvaged,
            Err(ReadError::Refused(_)) => return None,
        };
        let token = tokens.into_iter().next().filter(|token| !anothers(token))?;
        Some(Spare { kind: token.kind, refresh_token: token.value, expires_at: token.expires_at })
    });
    found.collect()
}

/// The refresh tokens of a refusal with a status from 200 to 299: the vendor may have done its work all the same. One that
/// ends the grant, or gives back the refresh token that was shown, gives none.
fn refused_spares(operation: &Operation<'_>, refusal: &Refusal, values: &Values, answered: &Answered) -> Vec<Spare> {
    if !(200..=299).contains(&refusal.status) || ends_grant(refusal) {
        return Vec::new();
    }
    let shown = match values.get("refresh_token") {
        Some(Value::Secret(shown)) => Some(shown.expose()),
        _ => None,
    };
    let mut spares = spares(operation, &[], &answered.response, answered.started);
    spares.retain(|spare| Some(spare.refresh_token.expose()) != shown);
    spares
}

fn misread(unreadable: Unreadable, started: SystemTime) -> Error {
    let message = unreadable.to_string();
    let tokens: Vec<ReadToken> = unreadable.salvaged;
    Error::new(ErrorKind::Unreadable, message).rescuing(tokens, unreadable.salvaged_code, started)
}
