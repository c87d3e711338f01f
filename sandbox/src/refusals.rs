//! Refusals: the vendor's documented failure where one applies, else what the RFCs say.

use authsmith_codegen::model::{Codes, Failure, Meaning};
use serde_json::{Map, Value};

use crate::decode::{Mistake, Wrong};
use crate::limits;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::vendor::Vendor;
use crate::writing::Writing;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) text: String,
    /// The scheme of the `WWW-Authenticate` header.
    pub(crate) challenge: Option<&'static str>,
    /// Whether the status was asked for, so that it holds even where the vendor answers everything with 200.
    pub(crate) exact: bool,
    /// Whether it is a rate limit.
    pub(crate) limited: bool,
}

impl Refusal {
    /// A refusal with the status that the RFCs pair with `code`.
    pub(crate) fn new(code: &str, text: impl Into<String>) -> Self {
        let challenge = (code == "invalid_token").then_some("Bearer");
        Self {
            status: status_of(code).unwrap_or(400),
            code: Some(code.to_owned()),
            text: text.into(),
            challenge,
            exact: false,
            limited: false,
        }
    }

    pub(crate) fn invalid_grant(text: impl Into<String>) -> Self {
        Self::new("invalid_grant", text)
    }

    pub(crate) fn invalid_token(text: impl Into<String>) -> Self {
        Self::new("invalid_token", text)
    }

    /// One refusal for all mistakes of a request. The worst of them gives the code; the text names all.
    pub(crate) fn of(mistakes: &[Mistake], basic: bool) -> Option<Self> {
        let kinds = [Wrong::Token, Wrong::Client, Wrong::Discriminator, Wrong::Request];
        let worst = kinds.into_iter().find(|kind| mistakes.iter().any(|mistake| mistake.kind == *kind))?;
        let texts: Vec<&str> = mistakes.iter().map(|mistake| mistake.text.as_str()).collect();
        let code = match worst {
            Wrong::Token => "invalid_token",
            Wrong::Client => "invalid_client",
            Wrong::Discriminator => "unsupported_grant_type",
            Wrong::Request => "invalid_request",
        };
        let mut refusal = Self::new(code, texts.join("; "));
        if worst == Wrong::Client && basic {
            refusal.challenge = Some("Basic");
        }
        Some(refusal)
    }

    /// The refusal as the vendor documents it: with the status of a failure that has this code, or with the code of
    /// the one failure that has this status. An ended grant, and an app that is refused, are told by the vendor's own codes
    /// for that, where it has some.
    pub(crate) fn documented(mut self, failures: &[Failure], codes: &Codes, turn: usize) -> Self {
        let (means, own) = match self.code.as_deref() {
            Some("invalid_grant") => (Meaning::Terminal, &codes.terminal),
            Some("invalid_client") => (Meaning::Config, &codes.config),
            _ => (Meaning::Unknown, &Vec::new()),
        };
        if let Some(failure) = failures.iter().find(|failure| failure.means == Some(means)) {
            self.code = failure.code.clone().or(self.code);
            self.status = failure.status.unwrap_or(self.status);
            self.exact = failure.status.is_some();
            return self;
        }
        if let Some(code) = own.get(turn % own.len().max(1)) {
            self.code = Some(code.clone());
        }
        let same_code = failures.iter().find(|failure| failure.code.is_some() && failure.code == self.code);
        if let Some(failure) = same_code {
            self.status = failure.status.unwrap_or(self.status);
            self.exact = failure.status.is_some();
        } else {
            let mut same_status = failures.iter().filter(|failure| failure.status == Some(self.status));
            if let (Some(Failure { code: Some(code), .. }), None) = (same_status.next(), same_status.next()) {
                self.code = Some(code.clone());
            }
        }
        self
    }

    /// The refusal as the vendor writes it.
    pub(crate) fn reply(&self, vendor: &Vendor, operation: Option<&Operation>) -> Reply {
        let provider = &vendor.provider;
        let mut writing = Writing::of(None);
        let checks = operation.map(Operation::succeeds).unwrap_or_default();
        writing.fail(checks);
        let turn = vendor.turn_of_refusal();
        let text_at = in_turn(&provider.error_text, &provider.error_text_or, turn);
        let code_at = in_turn(&provider.error_code, &provider.error_code_or, turn);
        // One of them can't stand inside the other.
        let clash = format!("{text_at}/").starts_with(&format!("{code_at}/"))
            || format!("{code_at}/").starts_with(&format!("{text_at}/"));
        let (code_at, text_at) =
            if clash { (provider.error_code.as_str(), provider.error_text.as_str()) } else { (code_at, text_at) };
        if let Some(code) = &self.code {
            writing.set(code_at, Value::from(code.as_str()));
        }
        writing.set(text_at, Value::from(self.text.as_str()));
        limits::write(&mut writing, vendor, self);
        let format = operation.map(Operation::format).unwrap_or_default();
        let statuses = operation.map(Operation::success_status).unwrap_or_default();
        if !self.exact
            && let Some(status) = status_beside(statuses, !checks.is_empty(), turn)
        {
            return writing.reply(status, format);
        }
        let reply = writing.reply(self.status, format);
        match (self.challenge, &self.code) {
            (Some("Bearer"), Some(code)) => {
                reply.with("www-authenticate", format!("Bearer realm=\"sandbox\", error=\"{code}\""))
            }
            (Some(scheme), _) => reply.with("www-authenticate", format!("{scheme} realm=\"sandbox\"")),
            (None, _) => reply,
        }
    }
}

/// The status from 200 to 299 of a refusal by a vendor whose body, or whose status alone, says what is a success; by turns
/// where both do.
fn status_beside(statuses: &[u16], checks: bool, turn: usize) -> Option<u16> {
    let may_say_no = |status: &u16| !statuses.is_empty() && !statuses.contains(status) && *status != 204;
    let other = (200..=299).find(may_say_no);
    let same = checks.then(|| statuses.iter().copied().find(|status| *status != 204).unwrap_or(200));
    if turn.is_multiple_of(2) { other.or(same) } else { same.or(other) }
}

/// The place of several that has its turn.
fn in_turn<'p>(at: &'p str, others: &'p [String], turn: usize) -> &'p str {
    match turn % (others.len() + 1) {
        0 => at,
        turn => others.get(turn - 1).map_or(at, String::as_str),
    }
}

/// The status that an answer with this error code has (RFC 6749, sections 4.1.2.1 and 5.2; RFC 6750, section 3.1; RFC
/// 8628, section 3.5).
pub(crate) fn status_of(code: &str) -> Option<u16> {
    Some(match code {
        "invalid_request" | "invalid_grant" | "unauthorized_client" | "unsupported_grant_type" | "invalid_scope" => 400,
        // RFC 8628, section 3.5.
        "authorization_pending" | "slow_down" | "expired_token" => 400,
        "invalid_client" | "invalid_token" => 401,
        "access_denied" | "insufficient_scope" => 403,
        "server_error" => 500,
        "temporarily_unavailable" => 503,
        _ => return None,
    })
}

/// Puts a value at a JSON Pointer, making the objects on the way.
pub(crate) fn set_pointer(target: &mut Value, pointer: &str, value: Value) {
    let mut place = target;
    for token in pointer.split('/').skip(1) {
        let name = token.replace("~1", "/").replace("~0", "~");
        let at = name.parse::<usize>().ok().filter(|at| place.as_array().is_some_and(|list| *at < list.len()));
        place = match at {
            Some(at) => match place.get_mut(at) {
                Some(item) => item,
                None => return,
            },
            None => {
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                let Value::Object(object) = place else { return };
                object.entry(name).or_insert(Value::Null)
            }
        };
    }
    *place = value;
}
