//! Why something failed.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use authsmith_protocol::operation::Meaning;
use authsmith_protocol::{CallbackError, IdTokenError, ReadToken, Refusal, Secret};

use crate::id_token::Identity;
use crate::kept::Kept;
use crate::store::StoreError;
use crate::tokens::{AuthorizationCode, TokenKind, TokenSet, Tokens};

/// Why an operation failed. Cheap to clone, because every caller that waited for one renewal gets the same.
///
/// Neither `Display` nor `Debug` ever shows a secret, nor a URL's query.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<String>,
    refusal: Option<Refusal>,
    callback: Option<CallbackError>,
    id_token: Option<IdTokenError>,
    retryable: bool,
    needs_consent: bool,
    answer_lost: Option<Duration>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    rescued: Vec<(String, TokenSet)>,
    /// Refresh tokens of an answer that had no token of their kind.
    spares: Vec<Spare>,
    rescued_code: Option<Secret>,
    /// What is kept for the connection of the rescued code.
    rescued_kept: Kept,
}

/// A refresh token that came without its token.
#[derive(Clone)]
pub(crate) struct Spare {
    pub kind: String,
    pub refresh_token: Secret,
    pub expires_at: Option<SystemTime>,
}

impl Spare {
    /// `tokens` with this refresh token.
    fn refreshing(&self, tokens: TokenSet) -> TokenSet {
        TokenSet { refresh_token: Some(self.refresh_token.clone()), refresh_expires_at: self.expires_at, ..tokens }
    }
}

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was built from something that can't work.
    Config,
    /// An input can't be sent.
    Input,
    /// The callback was a denial or can't be trusted; see [`Error::callback`].
    Callback,
    /// The pending login was started by another client, or for another deployment.
    LoginForeign,
    /// The pending login is too old.
    LoginExpired,
    /// The user said no on the other device (RFC 8628, section 3.5).
    LoginDenied,
    /// The pending login, or a copy of it, was used already.
    LoginUsed,
    /// No connection could be made; nothing was sent.
    Unreachable,
    /// No complete answer came in time; the vendor may have acted all the same.
    Timeout,
    /// The connection broke; the vendor may have acted all the same.
    Interrupted,
    /// The answer was longer than the client takes.
    TooLarge,
    /// The vendor refused; see [`Error::refusal`].
    Refused,
    /// The answer was not what the spec describes.
    Unreadable,
    /// The ID token of the answer can't be believed; see [`Error::id_token`].
    IdToken,
    /// The user must consent anew; see [`Error::needs_consent`].
    NeedsConsent,
    /// Nothing is kept under this id.
    NotKept,
    /// The store failed.
    Store,
    /// The client was closed.
    Closed,
    /// The operating system or the async runtime lacks something.
    System,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            refusal: None,
            callback: None,
            id_token: None,
            retryable: matches!(kind, ErrorKind::Unreachable | ErrorKind::Store),
            needs_consent: matches!(kind, ErrorKind::NeedsConsent | ErrorKind::NotKept),
            answer_lost: None,
            source: None,
            rescued: Vec::new(),
            spares: Vec::new(),
            rescued_code: None,
            rescued_kept: Kept::default(),
        }))
    }

    pub(crate) fn refused(refusal: Refusal) -> Self {
        Self::new(ErrorKind::Refused, refusal.to_string()).with_refusal(refusal)
    }

    pub(crate) fn from_store(error: StoreError) -> Self {
        Self::new(ErrorKind::Store, "the store failed").with_source(error)
    }

    pub(crate) fn from_callback(callback: CallbackError) -> Self {
        Self::new(ErrorKind::Callback, callback.to_string()).change(|inner| inner.callback = Some(callback))
    }

    pub(crate) fn from_id_token(wrong: IdTokenError) -> Self {
        Self::new(ErrorKind::IdToken, wrong.to_string()).change(|inner| inner.id_token = Some(wrong))
    }

    fn change(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn with_refusal(self, refusal: Refusal) -> Self {
        self.change(|inner| inner.refusal = Some(refusal))
    }

    pub(crate) fn with_source(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    pub(crate) fn during(self, operation: &str) -> Self {
        self.change(|inner| inner.operation = Some(operation.to_owned()))
    }

    pub(crate) fn retryable(self, retryable: bool) -> Self {
        self.change(|inner| inner.retryable = retryable)
    }

    pub(crate) fn of_kind(self, kind: ErrorKind) -> Self {
        self.change(|inner| inner.kind = kind)
    }

    pub(crate) fn needing_consent(self) -> Self {
        self.change(|inner| inner.needs_consent = true)
    }

    /// Says that the clocks differ by so many seconds, the vendor's being ahead: that has to be mended first, and what the
    /// vendor says of the grant holds only then.
    pub(crate) fn blaming_clock(self, ahead: i64) -> Self {
        let (seconds, way) = (ahead.unsigned_abs(), if ahead > 0 { "behind" } else { "ahead of" });
        self.change(|inner| {
            inner.message =
                format!("{}; this machine's clock is {seconds} s {way} the vendor's: set it", inner.message);
            if let Some(refusal) = &mut inner.refusal {
                refusal.meaning = Meaning::Config;
            }
        })
    }

    /// Names the lost answer that explains the refusal, and how long ago its request was sent.
    pub(crate) fn after_lost_answer(self, age: Option<Duration>) -> Self {
        let Some(age) = age else { return self };
        self.change(|inner| {
            let why =
                "the answer to an earlier renewal, which may have spent the refresh token, was never received or kept";
            inner.message = format!("{}; {why}: it was sent {:.1} s before", inner.message, age.as_secs_f64());
            inner.answer_lost = Some(age);
        })
    }

    pub(crate) fn rescuing(self, tokens: Vec<ReadToken>, code: Option<Secret>, obtained_at: SystemTime) -> Self {
        let keep =
            |token: ReadToken| (token.kind.clone(), TokenSet::read(token, &serde_json::Value::Null, obtained_at));
        self.change(|inner| {
            inner.rescued = tokens.into_iter().map(keep).collect();
            inner.rescued_code = code;
        })
    }

    pub(crate) fn returning(self, kind: &str, tokens: TokenSet) -> Self {
        self.change(|inner| inner.rescued = vec![(kind.to_owned(), tokens)])
    }

    /// Adds to what was rescued what their connection keeps.
    pub(crate) fn keeping(self, kept: &Kept) -> Self {
        self.change(|inner| {
            inner.rescued.iter_mut().for_each(|(_, set)| set.kept.merge(kept));
            inner.rescued_kept.merge(kept);
        })
    }

    /// Adds to what was rescued who the user is.
    pub(crate) fn identified(self, identity: Option<&Arc<Identity>>) -> Self {
        self.change(|inner| inner.rescued.iter_mut().for_each(|(_, set)| set.identify(identity.cloned())))
    }

    /// Gives nothing back: nobody has vouched for it.
    pub(crate) fn rescuing_nothing(self) -> Self {
        self.change(|inner| {
            inner.rescued.clear();
            inner.spares.clear();
            inner.rescued_code = None;
        })
    }

    pub(crate) fn with_spares(self, spares: Vec<Spare>) -> Self {
        self.change(|inner| inner.spares = spares)
    }

    /// Rescues the refresh token of a renewal that gave no token: the old token keeps it.
    pub(crate) fn sparing(self, kind: &str, old: &TokenSet) -> Self {
        match self.0.spares.iter().find(|spare| spare.kind == kind) {
            Some(spare) => {
                let tokens = spare.refreshing(old.clone());
                self.returning(kind, tokens)
            }
            None => self,
        }
    }

    /// Rescues the refresh tokens of a grant that gave no tokens: an empty token that is over keeps each.
    pub(crate) fn sparing_alone(self, now: SystemTime) -> Self {
        self.change(|inner| {
            for spare in &inner.spares {
                let over = TokenSet { obtained_at: Some(now), expires_at: Some(now), ..TokenSet::default() };
                inner.rescued.push((spare.kind.clone(), spare.refreshing(over)));
            }
        })
    }

    pub(crate) fn rescued_set(&self, kind: &str) -> Option<&TokenSet> {
        self.0.rescued.iter().find(|(known, _)| known == kind).map(|(_, set)| set)
    }

    /// What sort of failure it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the operation that failed, as the spec spells it.
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// What the vendor said when it refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_ref()
    }

    /// The HTTP status of the refusal.
    pub fn status(&self) -> Option<u16> {
        self.refusal().map(|refusal| refusal.status)
    }

    /// The vendor's own code of the refusal, such as `invalid_grant` (RFC 6749, section 5.2).
    pub fn code(&self) -> Option<&str> {
        self.refusal().and_then(|refusal| refusal.code.as_deref())
    }

    /// What the refusal means for the connection, by the standard and the spec.
    pub fn meaning(&self) -> Meaning {
        self.refusal().map_or(Meaning::Unknown, |refusal| refusal.meaning)
    }

    /// The spec's name of the failure, when the vendor documents it.
    pub fn failure(&self) -> Option<&str> {
        self.refusal().and_then(|refusal| refusal.failure.as_deref())
    }

    /// What was wrong with the callback.
    pub fn callback(&self) -> Option<&CallbackError> {
        self.0.callback.as_ref()
    }

    /// Why the ID token of the answer can't be believed. The tokens beside it are not handed out.
    pub fn id_token(&self) -> Option<&IdTokenError> {
        self.0.id_token.as_ref()
    }

    /// How long the vendor asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|refusal| refusal.retry_after)
    }

    /// Whether the vendor refused because too many requests were made (429, RFC 6585, section 4, or what the spec says);
    /// [`Error::retry_after`] says how long to wait.
    pub fn is_rate_limit(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.limited)
    }

    /// The tokens of kind `K` that would be lost with this error: those of a grant the rest of whose answer could not be
    /// read, and those that a store failed to keep. Keep them, or the user must log in again. Of an answer that had only
    /// the refresh token, the token itself is the old one, or empty, and over.
    pub fn rescued_tokens<K: TokenKind>(&self) -> Option<Tokens<K>> {
        self.rescued_set(K::DATA.name()).cloned().map(Tokens::from_set)
    }

    /// The authorization code that an answer gave although the rest of it could not be read.
    pub fn rescued_code(&self) -> Option<AuthorizationCode> {
        let kept = self.0.rescued_kept.clone();
        self.0.rescued_code.clone().map(|code| AuthorizationCode::keeping(code, kept))
    }

    /// Whether the same thing may succeed later, and trying it can't do a second time what was done already.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// Whether only the user can mend it, by consenting anew.
    pub fn needs_consent(&self) -> bool {
        self.0.needs_consent
    }

    /// Why the user must consent anew, when the cause is a renewal whose answer was lost: its process was killed, or its
    /// connection broke, after the vendor had spent the refresh token and before what it gave was kept. The duration is
    /// how long before the vendor's refusal that renewal was sent. The same is told to everyone who meets the grant later.
    pub fn answer_lost(&self) -> Option<Duration> {
        self.0.answer_lost
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.operation {
            Some(operation) => write!(f, "{operation}: {}", self.0.message),
            None => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("message", &self.0.message)
            .field("status", &self.status())
            .field("retryable", &self.0.retryable)
            .field("needs_consent", &self.0.needs_consent)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

/// Whether a refusal ends the grant (RFC 6749, section 5.2, and what the spec says of its code).
pub(crate) fn ends_grant(refusal: &Refusal) -> bool {
    refusal.meaning == Meaning::Terminal
}

/// Whether a refusal of this kind passes by itself. `repeatable` says that the operation may be done twice without
/// harm; otherwise only a refusal that promises that nothing was done counts (a rate limit and 503, RFC 6585 and
/// RFC 9110).
pub(crate) fn is_temporary(refusal: &Refusal, repeatable: bool) -> bool {
    match refusal.status {
        _ if refusal.limited => true,
        503 => true,
        408 | 425 | 500 | 502 | 504 => repeatable,
        _ => repeatable && refusal.meaning == Meaning::Transient,
    }
}
