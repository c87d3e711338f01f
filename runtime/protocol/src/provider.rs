//! What a client must know of a vendor besides its operations, as constant data.

use std::time::Duration;

pub use crate::authorize::{Alphabet, Authorize, Callback, Pkce};
pub use crate::device::{Device, DeviceAnswer};
pub use crate::id_token::{IdToken, JwsAlgorithm};
use crate::operation::{Operation, Param};
pub use crate::setting::{Format, Setting};

/// A vendor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provider<'a> {
    name: &'a str,
    title: &'a str,
    authorize: Option<Authorize<'a>>,
    device: Option<Device<'a>>,
    operations: &'a [Operation<'a>],
    tokens: &'a [TokenKind<'a>],
    settings: &'a [Setting<'a>],
    values: &'a [(&'a str, &'a str)],
    verify: Option<&'a str>,
    id_token: Option<IdToken<'a>>,
}

impl<'a> Provider<'a> {
    /// A vendor called `name` in its spec and `title` in prose.
    pub const fn new(name: &'a str, title: &'a str) -> Self {
        Self {
            name,
            title,
            authorize: None,
            device: None,
            operations: &[],
            tokens: &[],
            settings: &[],
            values: &[],
            verify: None,
            id_token: None,
        }
    }

    /// How a user is asked for consent.
    pub const fn authorize(mut self, authorize: Authorize<'a>) -> Self {
        self.authorize = Some(authorize);
        self
    }

    /// How a user is asked for consent on another device (RFC 8628).
    pub const fn device(mut self, device: Device<'a>) -> Self {
        self.device = Some(device);
        self
    }

    /// Every grant and call.
    pub const fn operations(mut self, operations: &'a [Operation<'a>]) -> Self {
        self.operations = operations;
        self
    }

    /// The kinds of token that the grants yield.
    pub const fn tokens(mut self, tokens: &'a [TokenKind<'a>]) -> Self {
        self.tokens = tokens;
        self
    }

    /// What a deployment supplies besides credentials.
    pub const fn settings(mut self, settings: &'a [Setting<'a>]) -> Self {
        self.settings = settings;
        self
    }

    /// Named templates, usable as variables everywhere; [`crate::Values::define`] takes each. A value is secret when any
    /// part of it is.
    pub const fn values(mut self, values: &'a [(&'a str, &'a str)]) -> Self {
        self.values = values;
        self
    }

    /// The call of this name proves that a connection works.
    pub const fn verify(mut self, operation: &'a str) -> Self {
        self.verify = Some(operation);
        self
    }

    /// How the ID tokens are that come with the answers of grants.
    pub const fn id_token(mut self, id_token: IdToken<'a>) -> Self {
        self.id_token = Some(id_token);
        self
    }

    /// The name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The name in prose.
    pub const fn title(&self) -> &'a str {
        self.title
    }

    /// See [`Provider::authorize`].
    pub const fn authorization(&self) -> Option<Authorize<'a>> {
        self.authorize
    }

    /// See [`Provider::id_token`].
    pub const fn id_tokens(&self) -> Option<IdToken<'a>> {
        self.id_token
    }

    /// See [`Provider::device`].
    pub const fn device_authorization(&self) -> Option<Device<'a>> {
        self.device
    }

    /// The grant or call of this name.
    pub fn operation(&self, name: &str) -> Option<&'a Operation<'a>> {
        self.operations.iter().find(|operation| operation.name() == name)
    }

    /// See [`Provider::operations`].
    pub const fn all_operations(&self) -> &'a [Operation<'a>] {
        self.operations
    }

    /// Every request: grants and calls, and those that ask for consent.
    pub fn every_operation(&self) -> Vec<Operation<'a>> {
        let authorize = self.authorize.map(|authorize| authorize.request());
        let device = self.device.map(|device| device.request());
        self.operations.iter().copied().chain(authorize).chain(device).collect()
    }

    /// The token kind of this name.
    pub fn token(&self, name: &str) -> Option<&'a TokenKind<'a>> {
        self.tokens.iter().find(|kind| kind.name() == name)
    }

    /// See [`Provider::tokens`].
    pub const fn all_tokens(&self) -> &'a [TokenKind<'a>] {
        self.tokens
    }

    /// See [`Provider::values`].
    pub const fn named_values(&self) -> &'a [(&'a str, &'a str)] {
        self.values
    }

    /// See [`Provider::verify`].
    pub const fn verification(&self) -> Option<&'a str> {
        self.verify
    }

    /// See [`Provider::settings`].
    pub const fn all_settings(&self) -> &'a [Setting<'a>] {
        self.settings
    }
}

/// A kind of token and the way in which it is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenKind<'a> {
    name: &'a str,
    renew: Renew<'a>,
    early: Option<u64>,
    on_demand: bool,
    replay: Replay,
    replay_window: u64,
    refresh_idle: Option<u64>,
    revoke: Option<&'a str>,
    api: Option<&'a str>,
    shown: &'a [Param<'a>],
}

/// How many seconds a vendor takes a spent refresh token again when the spec says that it does, but not how long.
pub const REPLAY_WINDOW: u64 = 30;

impl<'a> TokenKind<'a> {
    /// A kind called `name` that can't be renewed without the user.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            renew: Renew::None,
            early: None,
            on_demand: false,
            replay: Replay::Unknown,
            replay_window: REPLAY_WINDOW,
            refresh_idle: None,
            revoke: None,
            api: None,
            shown: &[],
        }
    }

    /// What becomes of a spent refresh token that is shown again.
    pub const fn replay(mut self, replay: Replay) -> Self {
        self.replay = replay;
        self
    }

    /// How many seconds after it was spent a refresh token is taken again; for [`Replay::Idempotent`] and
    /// [`Replay::Grace`].
    pub const fn replay_within(mut self, seconds: u64) -> Self {
        self.replay_window = seconds;
        self
    }

    /// How many seconds its refresh token lives that nobody uses; each renewal begins them anew.
    pub const fn refresh_idle(mut self, seconds: u64) -> Self {
        self.refresh_idle = Some(seconds);
        self
    }

    /// How many seconds before its end it is renewed.
    pub const fn early(mut self, seconds: u64) -> Self {
        self.early = Some(seconds);
        self
    }

    /// It is renewed when somebody says so, never by the clock.
    pub const fn on_demand(mut self) -> Self {
        self.on_demand = true;
        self
    }

    /// The operation of this name revokes it (RFC 7009).
    pub const fn revoke(mut self, operation: &'a str) -> Self {
        self.revoke = Some(operation);
        self
    }

    /// How it is renewed.
    pub const fn renew(mut self, renew: Renew<'a>) -> Self {
        self.renew = renew;
        self
    }

    /// Where the vendor's API starts (a URL template), and the parameters that show the token there; the variable
    /// `<token>` holds its value. Without it no request can be made that the spec doesn't describe.
    pub const fn api(mut self, url: &'a str, shown: &'a [Param<'a>]) -> Self {
        self.api = Some(url);
        self.shown = shown;
        self
    }

    /// The name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// See [`TokenKind::renew`].
    pub const fn renewal(&self) -> Renew<'a> {
        self.renew
    }

    /// See [`TokenKind::early`].
    pub const fn early_seconds(&self) -> Option<u64> {
        self.early
    }

    /// See [`TokenKind::on_demand`].
    pub const fn is_on_demand(&self) -> bool {
        self.on_demand
    }

    /// See [`TokenKind::replay`]. What is renewed without a refresh token can be asked for any number of times.
    pub const fn replayed(&self) -> Replay {
        match self.renew {
            Renew::Refresh(_) => self.replay,
            _ => Replay::Free,
        }
    }

    /// See [`TokenKind::replay_within`].
    pub const fn replay_window(&self) -> Duration {
        Duration::from_secs(self.replay_window)
    }

    /// See [`TokenKind::refresh_idle`].
    pub const fn refresh_idle_seconds(&self) -> Option<u64> {
        self.refresh_idle
    }

    /// See [`TokenKind::revoke`].
    pub const fn revocation(&self) -> Option<&'a str> {
        self.revoke
    }

    /// See [`TokenKind::api`].
    pub const fn api_url(&self) -> Option<&'a str> {
        self.api
    }

    /// See [`TokenKind::api`].
    pub const fn shown_by(&self) -> &'a [Param<'a>] {
        self.shown
    }
}

/// What happens when a refresh token is shown again that a refresh has spent (RFC 9700, section 4.14.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replay {
    /// Nobody says.
    #[default]
    Unknown,
    /// It works as before: refreshing spends nothing.
    Free,
    /// For a short while it gives the same tokens again.
    Idempotent,
    /// For a short while it gives other tokens.
    Grace,
    /// The vendor takes it for stolen, and ends the grant.
    Fatal,
}

/// How a token is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Renew<'a> {
    /// Not at all: the user must come back.
    None,
    /// By the operation of this name, which shows the refresh token (RFC 6749, section 6).
    Refresh(&'a str),
    /// By repeating the grant that gave it, with the same inputs.
    Reissue,
    /// By the operation of this name, whose answer gives no token: the same one lives longer.
    Extend(&'a str),
    /// By the operation of this name, which shows the token itself (`<token>`) for another.
    Exchange(&'a str),
}
