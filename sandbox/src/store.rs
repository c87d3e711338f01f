//! What a vendor remembers: codes, tokens and refresh tokens.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use authsmith_codegen::model::{Provider, Renew, Replay};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::refusals::Refusal;

/// Everything issued by one vendor.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access: HashMap<String, AccessToken>,
    pub(crate) refresh: HashMap<String, RefreshToken>,
    families: u64,
}

/// All codes and tokens that come from one consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Family(u64);

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

/// A random value that nobody has seen. It ends in characters that a form and a query have to escape, and that a
/// bearer header must leave alone.
pub(crate) fn fresh(kind: &str) -> Result<String, Refusal> {
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::new("server_error", "the sandbox has no randomness"))?;
    Ok(format!("{kind}.{}+/=", STANDARD.encode(bytes)))
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
