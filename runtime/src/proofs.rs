//! What a client proves itself with: its secret or key, and while one is replaced by another, both.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use authsmith_protocol::assertion::{CLIENT_ASSERTION, KeyHint, Unsigned, signed};
use authsmith_protocol::operation::{Algorithm, Assertion, Meaning, Operation};
use authsmith_protocol::{Refusal, Response, Secret, Values, http_date};

use crate::error::{Error, ErrorKind, ends_grant};
use crate::jwt::{Signer, hmac};

/// How far two clocks may be apart before an assertion is made again by the vendor's: its `Date` counts whole seconds,
/// and is as old as the answer's way.
const AGREEING: u64 = 5;

/// The secrets and keys of a client, and which of them the vendor has taken last.
#[derive(Default)]
pub(crate) struct Proofs {
    secrets: Vec<Secret>,
    keys: Vec<Signer>,
    secret: AtomicUsize,
    key: AtomicUsize,
    /// By how many seconds the vendor's clock is ahead of this machine's, as far as an assertion has shown.
    ahead: AtomicI64,
}

/// What one request is proved with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    secret: usize,
    key: usize,
    ahead: i64,
}

impl Turn {
    /// The moment by the vendor's clock.
    pub(crate) fn now(self, now: SystemTime) -> SystemTime {
        let by = Duration::from_secs(self.ahead.unsigned_abs());
        let moved = if self.ahead < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        moved.unwrap_or(now)
    }
}

/// Which of a client's proofs an operation shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    Nothing,
    Secret,
    Key,
}

impl Proofs {
    pub(crate) fn new(secrets: Vec<Secret>, keys: Vec<Signer>) -> Self {
        Self { secrets, keys, ..Self::default() }
    }

    /// What the vendor has taken last, or the first.
    pub(crate) fn present(&self) -> Turn {
        Turn {
            secret: self.secret.load(Ordering::Relaxed),
            key: self.key.load(Ordering::Relaxed),
            ahead: self.ahead.load(Ordering::Relaxed),
        }
    }

    /// How often a request may be sent again at most, with another proof or by another clock.
    pub(crate) fn most_repeats(&self, signs: bool) -> usize {
        self.secrets.len().max(self.keys.len()).saturating_sub(1) + usize::from(signs)
    }

    /// The variables of a request that prove the client, besides those that every request has.
    pub(crate) fn of(&self, turn: Turn, operation: &Operation<'_>, values: &Values) -> Result<Values, Error> {
        let mut proof = Values::new();
        if let Some(secret) = self.secrets.get(turn.secret).filter(|_| self.secrets.len() > 1) {
            proof.set("client_secret", secret.clone());
        }
        let Some(assertion) = operation.client_assertion() else { return Ok(proof) };
        let unsigned = Unsigned::of(operation, values).map_err(|error| input(&error.to_string()))?;
        if let Some(unsigned) = unsigned {
            proof.set(CLIENT_ASSERTION, self.sign(turn, &assertion, &unsigned)?);
        }
        Ok(proof)
    }

    fn sign(&self, turn: Turn, assertion: &Assertion<'_>, unsigned: &Unsigned) -> Result<Secret, Error> {
        let algorithms = assertion.accepted();
        if assertion.is_symmetric() {
            let secret = self.secrets.get(turn.secret).ok_or_else(|| config("the client secret is missing"))?;
            let algorithm = algorithms.first().copied().unwrap_or(Algorithm::Hs256);
            let text = unsigned.signing_input(algorithm, KeyHint::default());
            let signature = hmac(algorithm, secret.expose().as_bytes(), text.expose().as_bytes());
            return Ok(signed(&text, &signature.map_err(|why| config(&why))?));
        }
        let key = self.keys.get(turn.key).ok_or_else(|| config("the client key is missing"))?;
        let algorithm =
            key.fitting(algorithms).ok_or_else(|| config("the client key fits no algorithm of the vendor"))?;
        let text = unsigned.signing_input(algorithm, KeyHint { id: key.id(), certificate: key.thumbprint() });
        let signature = key.sign(algorithm, text.expose().as_bytes());
        Ok(signed(&text, &signature.map_err(|why| config(&why))?))
    }

    /// The attempts of one request that shows this.
    pub(crate) fn tries(&self, shows: Shows, signs: bool) -> Tries<'_> {
        let first = self.present();
        Tries { proofs: self, shows, signs, first, turn: first, further: 0, off: None }
    }
}

/// The attempts of one request: each proof of the client's once, and one of them again by the vendor's clock.
pub(crate) struct Tries<'p> {
    proofs: &'p Proofs,
    shows: Shows,
    signs: bool,
    first: Turn,
    turn: Turn,
    /// How many other proofs were tried.
    further: usize,
    /// By how much the clocks differ, where that was seen.
    off: Option<i64>,
}

impl Tries<'_> {
    /// What the next attempt is proved with.
    pub(crate) fn turn(&self) -> Turn {
        self.turn
    }

    /// Whether to try again after a refusal: by the vendor's clock, or with the next proof. Neither has spent anything:
    /// the vendor hasn't believed who asks.
    pub(crate) fn goes_on_after(&mut self, refusal: &Refusal, response: &Response, now: SystemTime) -> bool {
        let blames_client = refuses_client(refusal);
        if self.signs && self.off.is_none() && (blames_client || ends_grant(refusal)) {
            let ahead = ahead(response, now).filter(|ahead| ahead.abs_diff(self.turn.ahead) > AGREEING);
            if let Some(ahead) = ahead {
                self.off = Some(ahead);
                self.turn.ahead = ahead;
                return true;
            }
        }
        blames_client && self.take_next()
    }

    fn take_next(&mut self) -> bool {
        let (count, first) = match self.shows {
            Shows::Nothing => return false,
            Shows::Secret => (self.proofs.secrets.len(), self.first.secret),
            Shows::Key => (self.proofs.keys.len(), self.first.key),
        };
        self.further += 1;
        if self.further >= count {
            return false;
        }
        let next = (first + self.further) % count;
        match self.shows {
            Shows::Key => self.turn.key = next,
            _ => self.turn.secret = next,
        }
        true
    }

    /// Remembers what the vendor has taken.
    pub(crate) fn worked(&self) {
        self.taken();
        if self.off.is_some() {
            self.proofs.ahead.store(self.turn.ahead, Ordering::Relaxed);
        }
    }

    fn taken(&self) {
        match self.shows {
            Shows::Nothing => {}
            Shows::Secret => self.proofs.secret.store(self.turn.secret, Ordering::Relaxed),
            Shows::Key => self.proofs.key.store(self.turn.key, Ordering::Relaxed),
        }
    }

    /// What is to be said of the last refusal. While the clocks differ no vendor is believed that a grant is over: the
    /// assertion may be all that is wrong.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let Some(refusal) = error.refusal() else { return error };
        let blames_client = refuses_client(refusal);
        if !blames_client {
            // Of whom it says no more than that, the vendor has believed who asks.
            self.taken();
        }
        match self.off {
            Some(off) if blames_client || ends_grant(refusal) => error.blaming_clock(off),
            _ => error,
        }
    }
}

/// Whether a vendor refuses the client itself, so that another secret or key might do (RFC 6749, section 5.2).
fn refuses_client(refusal: &Refusal) -> bool {
    let other_matter = matches!(refusal.code.as_deref(), Some("unauthorized_client" | "unsupported_grant_type"));
    refusal.meaning == Meaning::Config && !other_matter
}

/// By how many seconds the vendor's clock is ahead, as its answer says (RFC 9110, section 6.6.1).
fn ahead(response: &Response, now: SystemTime) -> Option<i64> {
    let date = http_date(response.headers.get(http::header::DATE)?.to_str().ok()?)?;
    let rounded = |apart: Duration| i64::try_from(apart.saturating_add(Duration::from_millis(500)).as_secs()).ok();
    match date.duration_since(now) {
        Ok(ahead) => rounded(ahead),
        Err(behind) => rounded(behind.duration()).map(i64::wrapping_neg),
    }
}

fn config(message: &str) -> Error {
    Error::new(ErrorKind::Config, message)
}

fn input(message: &str) -> Error {
    Error::new(ErrorKind::Input, message)
}
