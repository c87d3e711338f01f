//! Grants and calls carried out, once a request has been read without a mistake.

use std::time::SystemTime;

use authsmith_codegen::model::{Call, ClientAuth, Grant, GrantKind};
use serde_json::Value;

use crate::answers::{self, Issuing};
use crate::assertion;
use crate::authorize::is_scope;
use crate::connection::{self, lasting};
use crate::decode::{Decoded, Values};
use crate::device;
use crate::events::{Decision, Entry, Fate, Fingerprint};
use crate::refreshing::{Given, Rules, Shown};
use crate::refusals::Refusal;
use crate::renewals::Renewals;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::store::{Granted, Newest, Store};
use crate::vendor::Vendor;
use crate::{PASSWORD, USERNAME};
use crate::{id_tokens, limits};

/// Answers everything but an authorization request.
pub(crate) fn perform(vendor: &Vendor, operation: &Operation, mut decoded: Decoded, fate: Fate) -> Reply {
    let basic = matches!(operation.request().client, ClientAuth::Basic | ClientAuth::Both | ClientAuth::BasicOf);
    let shown: Vec<String> = decoded.shown().map(str::to_owned).collect();
    let family = vendor.store().family_of(&decoded);
    let known = family.map(|family| vendor.store().connection(family)).unwrap_or_default();
    // What hangs on a connection is looked at once the rest is sound: a wrong token has nobody's.
    if decoded.mistakes.is_empty() {
        decoded.mistakes = connection::check(&vendor.provider, &vendor.settings, operation, &mut decoded, &known);
    }
    if decoded.mistakes.is_empty() {
        decoded.mistakes.extend(assertion::burn(vendor, &decoded));
    }
    let outcome = match Refusal::of(&decoded.mistakes, basic) {
        Some(refusal) => {
            let entry = Entry::new(operation.name(), &decoded.values, &shown, fate).refused(&refusal);
            note(vendor, operation, entry);
            Err(refusal)
        }
        None => carry_out(vendor, operation, &decoded.values, &shown, fate),
    };
    outcome.unwrap_or_else(|refusal| {
        let (codes, turn) = (operation.codes(&vendor.provider), vendor.turn_of_code());
        refusal.documented(operation.failures(), &codes, turn).reply(vendor, Some(operation))
    })
}

/// Notes that a fault keeps a request from being carried out.
pub(crate) fn leave(vendor: &Vendor, operation: &Operation, decoded: &Decoded, fate: Fate) {
    let shown: Vec<String> = decoded.shown().map(str::to_owned).collect();
    let entry = Entry::new(operation.name(), &decoded.values, &shown, fate);
    note(vendor, operation, Entry { decision: Decision::NotProcessed, ..entry });
}

/// Puts an entry in the log, if it is about tokens.
fn note(vendor: &Vendor, operation: &Operation, entry: Entry) {
    match operation {
        Operation::Call(_) => vendor.events().call(true),
        Operation::Grant(_) | Operation::Revoke(_) => vendor.events().push(entry, vendor.now()),
        Operation::Authorize(_) | Operation::Device(_) | Operation::Jwks(_) => {}
    }
}

fn carry_out(
    vendor: &Vendor,
    operation: &Operation,
    values: &Values,
    shown: &[String],
    fate: Fate,
) -> Result<Reply, Refusal> {
    let mut entry = Entry::new(operation.name(), values, shown, fate);
    let told = vendor.failures().due(operation, values);
    if let Some(refusal) = told {
        entry.code.clone_from(&refusal.code);
        note(vendor, operation, Entry { decision: Decision::Failed, ..entry });
        return Ok(refusal.reply(vendor, Some(operation)));
    }
    let now = vendor.now();
    match operation {
        Operation::Authorize(_) => Err(Refusal::new("server_error", "the authorization request is not a grant")),
        Operation::Jwks(_) => Ok(id_tokens::keys(vendor)),
        Operation::Device(device) => device::begin(vendor, device, values, now),
        Operation::Grant(grant) => self::grant(vendor, grant, values, entry, now),
        Operation::Call(call) => {
            let outcome = self::call(vendor, call, values, now);
            vendor.events().call(outcome.is_err());
            outcome
        }
        Operation::Revoke(_) => {
            sorts(vendor, values)?;
            entry.decision = Decision::Revoked;
            Ok(revoke(vendor, values, shown, entry, now))
        }
    }
}

/// Whether what a revocation says of its tokens is so: an access token is one, and the hint names the sort of the token
/// (RFC 7009, section 2.1).
fn sorts(vendor: &Vendor, values: &Values) -> Result<(), Refusal> {
    let text = |name: &str| values.get(name).and_then(Value::as_str);
    let is_refresh = |name: &str| vendor.store().is_refresh_token(text(name)?);
    if is_refresh("access_token") == Some(true) {
        return Err(Refusal::new("invalid_request", "a refresh token stands where an access token must"));
    }
    let Some(hint) = text("token_type_hint") else { return Ok(()) };
    let due: &[&str] = match is_refresh("token").or(is_refresh("access_token")) {
        Some(true) => &["refresh_token"],
        Some(false) => &["access_token"],
        None => &["access_token", "refresh_token"],
    };
    match due.contains(&hint) {
        true => Ok(()),
        false => Err(Refusal::new("invalid_request", format!("`token_type_hint` must be {}", due.join(" or ")))),
    }
}

/// RFC 7009, section 2.2: 200, whether the token was known or not.
fn revoke(vendor: &Vendor, values: &Values, shown: &[String], entry: Entry, now: SystemTime) -> Reply {
    let named = ["refresh_token", "token", "access_token"].into_iter().filter_map(|name| values.get(name)?.as_str());
    let mut store = vendor.store();
    named.chain(shown.iter().map(String::as_str)).for_each(|token| store.revoke(token));
    vendor.events().push(entry, now);
    Reply { status: 200, ..Reply::empty() }
}

/// All of a grant happens under one lock, so that of two requests with one refresh token exactly one succeeds. The log
/// is written under it too, so that its order is the order of what was decided.
fn grant(vendor: &Vendor, grant: &Grant, values: &Values, mut entry: Entry, now: SystemTime) -> Result<Reply, Refusal> {
    let renewals = vendor.renewals();
    let mut store = vendor.store();
    entry.decision = Decision::Issued;
    let outcome = granted(vendor, &renewals, grant, values, &mut store, &mut entry, now);
    let given = store.newest();
    if let Err(refusal) = &outcome {
        entry = entry.refused(refusal);
    } else {
        fingerprints(&mut entry, &given);
    }
    vendor.events().push(entry, now);
    outcome
}

pub(crate) fn fingerprints(entry: &mut Entry, given: &Newest) {
    entry.tokens = given.access.iter().map(|(_, token)| Fingerprint::of(token)).collect();
    entry.refresh_tokens = given.refresh.iter().map(|(_, token)| Fingerprint::of(token)).collect();
}

fn granted(
    vendor: &Vendor,
    renewals: &Renewals,
    grant: &Grant,
    values: &Values,
    store: &mut Store,
    entry: &mut Entry,
    now: SystemTime,
) -> Result<Reply, Refusal> {
    let text = |name: &str| values.get(name).and_then(Value::as_str);
    if grant.kind == GrantKind::Password {
        user(text("username"), text("password"))?;
    }
    scopes(grant, text("scope"))?;
    let holder = match text("token") {
        Some(token) => Some(store.show_token(token, grant.from.as_deref(), now)?),
        None => None,
    };
    let shown = text("refresh_token");
    let granted = match (text("code"), shown) {
        _ if grant.kind == GrantKind::DeviceCode => {
            store.redeem_device(text("device_code").unwrap_or_default(), now, entry)?
        }
        (Some(code), _) => store.redeem(code, text("redirect_uri"), text("code_verifier"), now, entry)?,
        (None, Some(token)) => {
            let replay_revokes = vendor.replay_revokes;
            let rules = Rules { provider: &vendor.provider, renewals, replay_revokes, now };
            match store.show_refresh_token(token, grant, rules, entry)? {
                Shown::Good(granted) => granted,
                Shown::Repeated(reply) => return Ok(reply),
            }
        }
        (None, None) => {
            let family = holder.unwrap_or_else(|| store.new_family());
            Granted { family, scope: text("scope").map(str::to_owned) }
        }
    };
    entry.family = Some(granted.family.number());
    if text("code").is_some() && text("scope").is_some_and(|scope| granted.scope.as_deref() != Some(scope)) {
        return Err(Refusal::new("invalid_scope", "`scope` is not the one of the authorization request"));
    }
    store.remember(granted.family, lasting(&vendor.provider, values));
    // What was shown of another kind stays as it is.
    let shown = shown.filter(|token| !store.is_source(token, grant));
    let minting = vendor.id_tokens().clone();
    let issuing = Issuing {
        provider: &vendor.provider,
        settings: &vendor.settings,
        renewals,
        minting: &minting,
        grant,
        granted,
        shown,
        values,
        now,
        sparse: vendor.sparse,
    };
    let reply = issuing.answer(store)?;
    if let Some(token) = shown.filter(|token| store.repeats(token, &vendor.provider, renewals)) {
        let refresh_token = store.newest_refresh_token();
        store.remember_given(token, Given { reply: reply.clone(), refresh_token });
    }
    Ok(reply)
}

/// A grant that the vendor gives for scopes names them as the vendor joins them.
fn scopes(grant: &Grant, given: Option<&str>) -> Result<(), Refusal> {
    let wrong = |text: &str| Err(Refusal::new("invalid_scope", text));
    match given {
        _ if !grant.takes_scopes() => Ok(()),
        None if !grant.default_scopes.is_empty() => wrong("`scope` is missing"),
        Some(text) if !text.split(grant.scope_separator.as_str()).all(is_scope) => {
            wrong("`scope` is not a list of scopes as the vendor joins them")
        }
        _ => Ok(()),
    }
}

fn user(username: Option<&str>, password: Option<&str>) -> Result<(), Refusal> {
    match (username, password) {
        (Some(USERNAME), Some(PASSWORD)) => Ok(()),
        (Some(USERNAME), _) => Err(Refusal::invalid_grant("the user's password is wrong")),
        _ => Err(Refusal::invalid_grant(format!("there is no such user; the sandbox knows `{USERNAME}`"))),
    }
}

fn call(vendor: &Vendor, call: &Call, values: &Values, now: SystemTime) -> Result<Reply, Refusal> {
    if let Some(token) = values.get("token").and_then(Value::as_str) {
        let mut store = vendor.store();
        let family = store.show_token(token, Some(&call.token), now)?;
        store.remember(family, lasting(&vendor.provider, values));
    }
    let turn = vendor.store().turn(&call.name.wire);
    let reply = answers::call(call, &vendor.provider, vendor.sparse, turn);
    Ok(limits::left(vendor).into_iter().fold(reply, |reply, (name, left)| reply.with(name, left)))
}
