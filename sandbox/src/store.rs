//! What a vendor remembers: codes, tokens and refresh tokens.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use authsmith_codegen::model::{Provider, Renew, Replay};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::connection::Connection;
use crate::decode::Decoded;
use crate::refusals::Refusal;

/// Everything issued by one vendor.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access: HashMap<String, AccessToken>,
    pub(crate) refresh: HashMap<String, RefreshToken>,
    connections: HashMap<Family, Connection>,
    families: u64,
}

/// All codes and tokens that come from one consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Family(u64);

impl Family {
    pub(crate) fn number(self) -> u64 {
        self.0
    }
}

/// What a code or refresh token was good for.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub(crate) family: Family,
    pub(crate) scope: Option<String>,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) granted: Granted,
    /// What it is bound to; `None` when a grant yielded it and no browser was there.
    pub(crate) binding: Option<Binding>,
    pub(crate) expires_at: SystemTime,
    pub(crate) used: bool,
}

/// What the exchange of a code must repeat.
#[derive(Clone, Debug)]
pub(crate) struct Binding {
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
}

/// A token.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub(crate) kind: String,
    pub(crate) family: Family,
    pub(crate) expires_at: SystemTime,
    pub(crate) revoked: bool,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) kind: String,
    pub(crate) granted: Granted,
    pub(crate) expires_at: Option<SystemTime>,
    pub(crate) spent: bool,
    pub(crate) revoked: bool,
}

impl Store {
    pub(crate) fn new_family(&mut self) -> Family {
        self.families += 1;
        Family(self.families)
    }

    /// Whose connection a request is for, by the code or the token that it shows.
    pub(crate) fn family_of(&self, decoded: &Decoded) -> Option<Family> {
        let shown = ["code", "refresh_token", "token"].into_iter();
        let named = shown.filter_map(|name| decoded.values.get(name)?.as_str());
        named.chain(decoded.shown()).find_map(|text| self.family(text))
    }

    fn family(&self, text: &str) -> Option<Family> {
        let code = self.codes.get(text).map(|code| code.granted.family);
        let refresh = || self.refresh.get(text).map(|token| token.granted.family);
        code.or_else(refresh).or_else(|| self.access.get(text).map(|token| token.family))
    }

    /// What is remembered of a connection.
    pub(crate) fn connection(&self, family: Family) -> Connection {
        self.connections.get(&family).cloned().unwrap_or_default()
    }

    /// Remembers what is new about a connection.
    pub(crate) fn remember(&mut self, family: Family, news: Connection) {
        let known = self.connections.entry(family).or_default();
        for (name, value) in news {
            known.entry(name).or_insert(value);
        }
    }

    /// Takes a token back for its holder (RFC 7009, section 2.1): with a refresh token goes all that it gave.
    pub(crate) fn revoke(&mut self, text: &str) {
        if let Some(family) = self.refresh.get(text).map(|token| token.granted.family) {
            self.revoke_family(family);
        } else if let Some(token) = self.access.get_mut(text) {
            token.revoked = true;
        }
    }

    /// Lets the tokens of one kind in a family live until `at`.
    pub(crate) fn extend(&mut self, family: Family, kind: &str, at: SystemTime) {
        let tokens = self.access.values_mut().filter(|token| token.family == family && token.kind == kind);
        tokens.for_each(|token| token.expires_at = at);
    }

    /// Takes a code in exchange: once, in time, and with what it was bound to. A second use revokes what the first one
    /// gave (RFC 6749, section 4.1.2).
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        now: SystemTime,
    ) -> Result<Granted, Refusal> {
        let Some(known) = self.codes.get_mut(code) else {
            return Err(Refusal::invalid_grant("the code was not issued here"));
        };
        let granted = known.granted.clone();
        if known.used {
            self.revoke_family(granted.family);
            return Err(Refusal::invalid_grant("the code was used before; what it gave is revoked"));
        }
        if let Ok(late) = now.duration_since(known.expires_at) {
            return Err(Refusal::invalid_grant(format!("the code expired {} s ago", late.as_secs())));
        }
        if let Some(binding) = &known.binding {
            if redirect_uri.is_some_and(|uri| uri != binding.redirect_uri) {
                return Err(Refusal::invalid_grant("`redirect_uri` is not the one that the code was issued for"));
            }
            match (&binding.challenge, verifier) {
                (None, None) => {}
                (Some(challenge), Some(verifier)) if challenge_of(verifier) == *challenge => {}
                (Some(_), _) => return Err(Refusal::invalid_grant("`code_verifier` does not match the challenge")),
                (None, Some(_)) => return Err(Refusal::invalid_grant("the code was issued without a challenge")),
            }
        }
        known.used = true;
        Ok(granted)
    }

    /// Takes a refresh token for the grant called `grant`. Whether it is spent now is up to [`Store::rotate`].
    pub(crate) fn show_refresh_token(
        &mut self,
        token: &str,
        grant: &str,
        provider: &Provider,
        replay_revokes: bool,
        now: SystemTime,
    ) -> Result<Granted, Refusal> {
        let Some(known) = self.refresh.get(token) else {
            return Err(Refusal::invalid_grant("the refresh token was not issued here"));
        };
        let granted = known.granted.clone();
        let replay = match renewal(provider, &known.kind) {
            Renew::Refresh { grant: by, replay, .. } if by == grant => *replay,
            Renew::Extend(by) | Renew::Exchange(by) if by == grant => Replay::Free,
            _ => return Err(Refusal::invalid_grant("the refresh token is of a kind that this grant does not take")),
        };
        if known.revoked {
            return Err(Refusal::invalid_grant("the refresh token is revoked"));
        }
        if let Some(late) = known.expires_at.and_then(|at| now.duration_since(at).ok()) {
            return Err(Refusal::invalid_grant(format!("the refresh token expired {} s ago", late.as_secs())));
        }
        if known.spent && replay != Replay::Free {
            if replay_revokes {
                self.revoke_family(granted.family);
                return Err(Refusal::invalid_grant("the refresh token was spent before; all of the grant is revoked"));
            }
            return Err(Refusal::invalid_grant("the refresh token was spent before"));
        }
        Ok(granted)
    }

    /// Spends a refresh token.
    pub(crate) fn spend(&mut self, token: &str) {
        if let Some(known) = self.refresh.get_mut(token) {
            known.spent = true;
        }
    }

    /// Revokes the access tokens of one kind in a family.
    pub(crate) fn revoke_access(&mut self, family: Family, kind: &str) {
        let tokens = self.access.values_mut().filter(|token| token.family == family && token.kind == kind);
        tokens.for_each(|token| token.revoked = true);
    }

    fn revoke_family(&mut self, family: Family) {
        self.access.values_mut().filter(|token| token.family == family).for_each(|token| token.revoked = true);
        let refresh = self.refresh.values_mut().filter(|token| token.granted.family == family);
        refresh.for_each(|token| token.revoked = true);
    }

    /// Checks a token shown for an operation that needs one of kind `kind`; any kind when `None`.
    pub(crate) fn show_token(&self, token: &str, kind: Option<&str>, now: SystemTime) -> Result<Family, Refusal> {
        let Some(known) = self.access.get(token) else {
            return Err(Refusal::invalid_token("the token was not issued here"));
        };
        if let Some(kind) = kind.filter(|kind| *kind != known.kind) {
            let text = format!("the token is of kind `{}`; the operation needs one of kind `{kind}`", known.kind);
            return Err(Refusal::invalid_token(text));
        }
        if known.revoked {
            return Err(Refusal::invalid_token("the token is revoked"));
        }
        match now.duration_since(known.expires_at) {
            Ok(late) => Err(Refusal::invalid_token(format!("the token expired {} s ago", late.as_secs()))),
            Err(_) => Ok(known.family),
        }
    }
}

/// How tokens of a kind are renewed.
pub(crate) fn renewal<'a>(provider: &'a Provider, kind: &str) -> &'a Renew {
    provider.tokens.iter().find(|known| known.name.wire == kind).map_or(&Renew::None, |known| &known.renew)
}

/// The S256 challenge of a verifier (RFC 7636, section 4.2).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// A moment `seconds` later; the far future when that can't be counted.
pub(crate) fn later(now: SystemTime, seconds: u64) -> SystemTime {
    let century = Duration::from_secs(100 * 365 * 86_400);
    now.checked_add(Duration::from_secs(seconds)).unwrap_or_else(|| now.checked_add(century).unwrap_or(now))
}
