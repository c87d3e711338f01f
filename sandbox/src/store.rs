//! What a vendor remembers: codes, tokens and refresh tokens.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use authsmith_codegen::model::{Provider, Renew};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::connection::Connection;
use crate::decode::Decoded;
use crate::device::Waiting;
use crate::events::{Decision, Entry, Fingerprint, Standing};
use crate::refreshing::Given;
use crate::refusals::Refusal;
use crate::routes::Operation;

/// How many tokens of one grant are looked through for dead ones to forget.
const MANY: usize = 64;

/// Everything issued by one vendor.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access: HashMap<String, AccessToken>,
    pub(crate) refresh: HashMap<String, RefreshToken>,
    /// By their device codes.
    pub(crate) devices: HashMap<String, Waiting>,
    /// The names of the assertions that clients have shown.
    pub(crate) assertions: HashSet<String>,
    grants: HashMap<Family, Grant>,
    answers: HashMap<String, usize>,
    /// What the ID token of a login must repeat.
    nonces: HashMap<Family, String>,
    families: u64,
    newest: Newest,
}

/// Tokens given out, each with its kind.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    pub(crate) access: Vec<(String, String)>,
    pub(crate) refresh: Vec<(String, String)>,
}

/// What belongs to one family, so that nobody has to look through the tokens of all.
#[derive(Debug, Default)]
pub(crate) struct Grant {
    connection: Connection,
    access: Vec<String>,
    refresh: Vec<String>,
    /// When it had its first refresh token.
    since: Option<SystemTime>,
    pub(crate) refreshes: u64,
    is_revoked: bool,
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
    /// The refresh token that its first use spends.
    pub(crate) parent: Option<String>,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) kind: String,
    pub(crate) granted: Granted,
    pub(crate) expires_at: Option<SystemTime>,
    /// When it expires however often it is used.
    pub(crate) ends_at: Option<SystemTime>,
    /// When it was used for the first time.
    pub(crate) spent: Option<SystemTime>,
    pub(crate) revoked: bool,
    /// The refresh token that its first use spends.
    pub(crate) parent: Option<String>,
    /// What it got, where it may be asked for it again.
    pub(crate) given: Option<Box<Given>>,
}

impl Store {
    pub(crate) fn new_family(&mut self) -> Family {
        self.families += 1;
        Family(self.families)
    }

    pub(crate) fn expect_nonce(&mut self, family: Family, nonce: String) {
        self.nonces.insert(family, nonce);
    }

    pub(crate) fn take_nonce(&mut self, family: Family) -> Option<String> {
        self.nonces.remove(&family)
    }

    /// How often a grant was answered before.
    pub(crate) fn turn(&mut self, grant: &str) -> usize {
        let answers = self.answers.entry(grant.to_owned()).or_default();
        *answers += 1;
        *answers - 1
    }

    /// Whose connection a request is for, by the code or the token that it shows.
    pub(crate) fn family_of(&self, decoded: &Decoded) -> Option<Family> {
        let shown = ["code", "device_code", "refresh_token", "token", "access_token"].into_iter();
        let named = shown.filter_map(|name| decoded.values.get(name)?.as_str());
        named.chain(decoded.shown()).find_map(|text| self.family(text))
    }

    fn family(&self, text: &str) -> Option<Family> {
        let code = self.codes.get(text).map(|code| code.granted.family);
        let refresh = || self.refresh.get(text).map(|token| token.granted.family);
        let device = || self.devices.get(text).map(|waiting| waiting.granted.family);
        code.or_else(device).or_else(refresh).or_else(|| self.access.get(text).map(|token| token.family))
    }

    /// What is remembered of a connection.
    pub(crate) fn connection(&self, family: Family) -> Connection {
        self.grants.get(&family).map(|grant| grant.connection.clone()).unwrap_or_default()
    }

    pub(crate) fn grant(&mut self, family: Family) -> &mut Grant {
        self.grants.entry(family).or_default()
    }

    /// When a family had its first refresh token; now if it has none.
    pub(crate) fn since(&self, family: Family, now: SystemTime) -> SystemTime {
        self.grants.get(&family).and_then(|grant| grant.since).unwrap_or(now)
    }

    /// How the grants after a number stand, `limit` of them at most.
    pub(crate) fn standings(&self, after: u64, limit: usize, now: SystemTime) -> Vec<Standing> {
        let is_good = |token: &&String| {
            let known = self.refresh.get(token.as_str());
            known.is_some_and(|known| {
                known.spent.is_none() && !known.revoked && known.expires_at.is_none_or(|at| at > now)
            })
        };
        let families = (after..self.families).map(|before| before + 1).take(limit);
        let grants = families.filter_map(|family| Some((family, self.grants.get(&Family(family))?)));
        let standing = |(family, grant): (u64, &Grant)| Standing {
            family,
            refresh_tokens: grant.refresh.iter().filter(is_good).map(|token| Fingerprint::of(token)).collect(),
            refreshes: grant.refreshes,
            revoked: grant.is_revoked,
        };
        grants.map(standing).collect()
    }

    /// Adds a token that is given out.
    pub(crate) fn add_access(&mut self, token: String, known: AccessToken, now: SystemTime) {
        let grant = self.grants.entry(known.family).or_default();
        if grant.access.len() >= MANY {
            let is_dead = |token: &AccessToken| token.revoked || token.expires_at <= now;
            let all = &mut self.access;
            grant.access.retain(|old| {
                let dead = all.get(old).is_none_or(is_dead);
                if dead {
                    all.remove(old);
                }
                !dead
            });
        }
        grant.access.push(token.clone());
        self.newest.access.push((known.kind.clone(), token.clone()));
        self.access.insert(token, known);
    }

    /// Adds a refresh token that is given out.
    pub(crate) fn add_refresh(&mut self, token: String, known: RefreshToken, now: SystemTime) {
        let grant = self.grants.entry(known.granted.family).or_default();
        grant.since.get_or_insert(now);
        grant.refresh.push(token.clone());
        self.newest.refresh.push((known.kind.clone(), token.clone()));
        self.refresh.insert(token, known);
    }

    pub(crate) fn newest_refresh_token(&self) -> Option<String> {
        self.newest.refresh.last().map(|(_, token)| token.clone())
    }

    /// What was given out since this was asked last.
    pub(crate) fn newest(&mut self) -> Newest {
        std::mem::take(&mut self.newest)
    }

    /// Remembers what is new about a connection.
    pub(crate) fn remember(&mut self, family: Family, news: Connection) {
        let known = &mut self.grant(family).connection;
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

    /// Whether an operation takes the token which a request shows: what tells two of them apart at one URL.
    pub(crate) fn takes(&self, provider: &Provider, operation: &Operation, read: &Decoded) -> bool {
        let shown = |name: &str| read.values.get(name).and_then(serde_json::Value::as_str);
        match (operation, shown("refresh_token"), shown("token")) {
            (Operation::Grant(grant), Some(token), _) => self.refresh.get(token).is_some_and(|known| {
                let renew = renewal(provider, &known.kind);
                matches!(renew, Renew::Refresh { grant: by, .. } | Renew::Extend(by) | Renew::Exchange(by)
                    if *by == grant.name.wire)
            }),
            (Operation::Call(call), _, Some(token)) => {
                self.access.get(token).is_some_and(|known| known.kind == call.token)
            }
            _ => false,
        }
    }

    /// Whether the token is a refresh token, which some of those to be revoked are; nothing when nobody knows it.
    pub(crate) fn is_refresh_token(&self, text: &str) -> Option<bool> {
        match (self.refresh.contains_key(text), self.access.contains_key(text)) {
            (false, false) => None,
            (is_refresh, _) => Some(is_refresh),
        }
    }

    /// Lets the tokens of one kind in a family live until `at`.
    pub(crate) fn extend(&mut self, family: Family, kind: &str, at: SystemTime) {
        self.each_access(family, |token| {
            if token.kind == kind {
                token.expires_at = at;
            }
        });
    }

    /// Takes a code in exchange: once, in time, and with what it was bound to. A second use revokes what the first one
    /// gave (RFC 6749, section 4.1.2).
    pub(crate) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: Option<&str>,
        verifier: Option<&str>,
        now: SystemTime,
        entry: &mut Entry,
    ) -> Result<Granted, Refusal> {
        let Some(known) = self.codes.get_mut(code) else {
            return Err(Refusal::invalid_grant("the code was not issued here"));
        };
        let granted = known.granted.clone();
        entry.family = Some(granted.family.number());
        if known.used {
            entry.decision = Decision::FamilyRevoked;
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

    /// Revokes the access tokens of one kind in a family.
    pub(crate) fn revoke_access(&mut self, family: Family, kind: &str) {
        self.each_access(family, |token| token.revoked |= token.kind == kind);
    }

    pub(crate) fn revoke_family(&mut self, family: Family) {
        self.grant(family).is_revoked = true;
        self.each_access(family, |token| token.revoked = true);
        for token in self.grants.get(&family).into_iter().flat_map(|grant| &grant.refresh) {
            if let Some(token) = self.refresh.get_mut(token) {
                token.revoked = true;
            }
        }
    }

    fn each_access(&mut self, family: Family, mut change: impl FnMut(&mut AccessToken)) {
        for token in self.grants.get(&family).into_iter().flat_map(|grant| &grant.access) {
            if let Some(token) = self.access.get_mut(token) {
                change(token);
            }
        }
    }

    /// Checks a token shown for an operation that needs one of kind `kind`; any kind when `None`.
    pub(crate) fn show_token(&mut self, token: &str, kind: Option<&str>, now: SystemTime) -> Result<Family, Refusal> {
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
            Err(_) => {
                let (family, parent) = (known.family, known.parent.clone());
                if let Some(parent) = parent {
                    self.spend(&parent, now);
                }
                Ok(family)
            }
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
