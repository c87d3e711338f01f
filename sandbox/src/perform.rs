//! Grants and calls carried out, once a request has been read without a mistake.

use std::time::SystemTime;

use authsmith_codegen::model::{Call, ClientAuth, Grant, GrantKind};
use serde_json::Value;

use crate::answers::{self, Issuing};
use crate::connection::{self, lasting};
use crate::decode::{Decoded, Values};
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::store::{Granted, Store};
use crate::vendor::Vendor;
use crate::{PASSWORD, USERNAME};

/// Answers everything but an authorization request.
pub(crate) fn perform(vendor: &Vendor, operation: &Operation, mut decoded: Decoded) -> Reply {
    let basic = matches!(operation.request().client, ClientAuth::Basic | ClientAuth::Both | ClientAuth::BasicOf);
    let shown: Vec<String> = decoded.shown().map(str::to_owned).collect();
    let family = vendor.store().family_of(&decoded);
    let known = family.map(|family| vendor.store().connection(family)).unwrap_or_default();
    // What hangs on a connection is looked at once the rest is sound: a wrong token has nobody's.
    if decoded.mistakes.is_empty() {
        decoded.mistakes = connection::check(&vendor.provider, &vendor.settings, operation, &mut decoded, &known);
    }
    let outcome = match Refusal::of(&decoded.mistakes, basic) {
        Some(refusal) => Err(refusal),
        None => carry_out(vendor, operation, &decoded.values, &shown),
    };
    outcome.unwrap_or_else(|refusal| refusal.documented(operation.failures()).reply(vendor, Some(operation)))
}

fn carry_out(vendor: &Vendor, operation: &Operation, values: &Values, shown: &[String]) -> Result<Reply, Refusal> {
    if let Some(refusal) = vendor.failures().due(operation, values) {
        return Ok(refusal.reply(vendor, Some(operation)));
    }
    let now = vendor.clock.now();
    match operation {
        Operation::Authorize(_) => Err(Refusal::new("server_error", "the authorization request is not a grant")),
        Operation::Grant(grant) => self::grant(vendor, grant, values, now),
        Operation::Call(call) => self::call(vendor, call, values, now),
        Operation::Revoke(_) => Ok(revoke(vendor, values, shown)),
    }
}

/// RFC 7009, section 2.2: 200, whether the token was known or not.
fn revoke(vendor: &Vendor, values: &Values, shown: &[String]) -> Reply {
    let named = ["refresh_token", "token"].into_iter().filter_map(|name| values.get(name)?.as_str());
    let mut store = vendor.store();
    named.chain(shown.iter().map(String::as_str)).for_each(|token| store.revoke(token));
    Reply { status: 200, ..Reply::empty() }
}

/// All of a grant happens under one lock, so that of two requests with one refresh token exactly one succeeds.
fn grant(vendor: &Vendor, grant: &Grant, values: &Values, now: SystemTime) -> Result<Reply, Refusal> {
    let mut store = vendor.store();
    let store: &mut Store = &mut store;
    let text = |name: &str| values.get(name).and_then(Value::as_str);
    if grant.kind == GrantKind::Password {
        user(text("username"), text("password"))?;
    }
    let holder = match text("token") {
        Some(token) => Some(store.show_token(token, None, now)?),
        None => None,
    };
    let granted = match (text("code"), text("refresh_token")) {
        (Some(code), _) => store.redeem(code, text("redirect_uri"), text("code_verifier"), now)?,
        (None, Some(token)) => {
            let revokes = vendor.replay_revokes;
            store.show_refresh_token(token, &grant.name.wire, &vendor.provider, revokes, now)?
        }
        (None, None) => {
            let family = holder.unwrap_or_else(|| store.new_family());
            Granted { family, scope: text("scope").map(str::to_owned) }
        }
    };
    store.remember(granted.family, lasting(&vendor.provider, values));
    let shown = text("refresh_token");
    let issuing = Issuing { provider: &vendor.provider, grant, granted, shown, values, now };
    issuing.answer(store)
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
    Ok(answers::call(call, &vendor.provider))
}
