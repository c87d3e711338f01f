//! Grants and calls carried out, once a request has been read without a mistake.

use std::time::SystemTime;

use authsmith_codegen::model::{Call, ClientAuth, Grant, GrantKind};
use serde_json::Value;

use crate::answers::{self, Issuing};
use crate::decode::{Decoded, Values};
use crate::refusals::Refusal;
use crate::reply::Reply;
use crate::routes::Operation;
use crate::store::{Granted, Store};
use crate::vendor::Vendor;
use crate::{PASSWORD, USERNAME};

/// Answers a grant or a call.
pub(crate) fn perform(vendor: &Vendor, operation: &Operation, decoded: &Decoded) -> Reply {
    let basic = matches!(operation.request().client, ClientAuth::Basic | ClientAuth::Both);
    let outcome = match Refusal::of(&decoded.mistakes, basic) {
        Some(refusal) => Err(refusal),
        None => carry_out(vendor, operation, &decoded.values),
    };
    outcome.unwrap_or_else(|refusal| refusal.documented(operation.failures()).reply(&vendor.provider))
}

fn carry_out(vendor: &Vendor, operation: &Operation, values: &Values) -> Result<Reply, Refusal> {
    if let Some(refusal) = vendor.failures().due(operation, values) {
        return Ok(refusal.reply(&vendor.provider));
    }
    let now = vendor.clock.now();
    match operation {
        Operation::Authorize(_) => Err(Refusal::new("server_error", "the authorization request is not a grant")),
        Operation::Grant(grant) => self::grant(vendor, grant, values, now),
        Operation::Call(call) => self::call(vendor, call, values, now),
    }
}

/// All of a grant happens under one lock, so that of two requests with one refresh token exactly one succeeds.
fn grant(vendor: &Vendor, grant: &Grant, values: &Values, now: SystemTime) -> Result<Reply, Refusal> {
    let mut store = vendor.store();
    let store: &mut Store = &mut store;
    let text = |name: &str| values.get(name).and_then(Value::as_str);
    if grant.kind == GrantKind::Password {
        user(text("username"), text("password"))?;
    }
    if let Some(token) = text("token") {
        store.show_token(token, None, now)?;
    }
    let granted = match (text("code"), text("refresh_token")) {
        (Some(code), _) => store.redeem(code, text("redirect_uri"), text("code_verifier"), now)?,
        (None, Some(token)) => {
            let revokes = vendor.replay_revokes;
            store.show_refresh_token(token, &grant.name.wire, &vendor.provider, revokes, now)?
        }
        (None, None) => Granted { family: store.new_family(), scope: text("scope").map(str::to_owned) },
    };
    let shown = text("refresh_token");
    let issuing = Issuing { provider: &vendor.provider, grant, granted, shown, values, now };
    Ok(Reply::json(200, &issuing.answer(store)?))
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
        vendor.store().show_token(token, Some(&call.token), now)?;
    }
    Ok(answers::call(call, &vendor.provider))
}
