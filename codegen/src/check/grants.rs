//! Grants: what they are, where they are sent, and what they yield.

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, listed};
use crate::model::GrantKind;
use crate::model::draft::{default_kind, extends};
use crate::parse::node::Text;
use crate::parse::spec::Grant;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    something_to_do(case, sink);
    some_kind(case, sink);
    for grant in &case.spec.grants {
        kind(case, grant, sink);
        url(case, grant, sink);
        yields(case, grant, sink);
        clear_yields(grant, sink);
        no_inputs(grant, sink);
    }
    codes_and_exchanges(case, sink);
    device_codes(case, sink);
    one_of_a_kind(case, sink);
    failures(case, sink);
}

/// AS0512.
fn something_to_do(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let Some(provider) = spec.provider.as_ref().filter(|_| spec.grants.is_empty() && !spec.grants_written) else {
        return;
    };
    let (span, title, hint) = match (&spec.authorize, &spec.token) {
        (None, None) if spec.device.is_some() => (
            spec.device.as_ref().map_or(provider.span, |device| device.name.span),
            "the vendor gives device codes, and nothing says where they are exchanged",
            "add `token: { url: ... }`",
        ),
        (Some(authorize), _) => (
            authorize.span,
            "the vendor gives codes, and nothing says where they are exchanged",
            "add `token: { url: ... }`",
        ),
        (None, Some(token)) => (
            token.span,
            "there is a token endpoint, and nothing to send there",
            "add `authorize` or `device`, or list the `grants`",
        ),
        (None, None) => (provider.span, "nothing yields a token", "add `authorize` and `token`, or list the `grants`"),
    };
    sink.push(Diagnostic::new(&codes::NOTHING_TO_DO, span, title).label("no grant").hint(hint));
}

/// AS0501 where no kind is declared at all.
fn some_kind(case: Case<'_>, sink: &mut Sink) {
    if let Some(span) = case.spec.tokens_written.filter(|_| case.spec.tokens.is_empty()) {
        let title = "`tokens` declares no kind of token";
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, span, title).label("no kind");
        sink.push(finding.hint("leave `tokens` out, which stands for `tokens: { access: {} }`, or declare one"));
    }
}

/// AS0506.
fn kind(case: Case<'_>, grant: &Grant, sink: &mut Sink) {
    if grant.kind.is_some() || grant.kind_written {
        return;
    }
    let title = format!("the grant `{}` has no `kind`", grant.name.text);
    let finding = Diagnostic::new(&codes::NO_GRANT_KIND, grant.name.span, title).label("which grant is it?");
    let standard = ["exchange_code", "exchange_device_code", "refresh", "client_credentials"];
    let near = crate::diagnostics::nearest(&grant.name.text, standard);
    let kinds = listed([
        "password",
        "custom",
        "authorization_code",
        "device_code",
        "refresh_token",
        "client_credentials",
        "token_exchange",
        "jwt_bearer",
    ]);
    let implied = [
        ("authorization_code", "exchange_code"),
        ("device_code", "exchange_device_code"),
        ("refresh_token", "refresh"),
    ];
    if let Some((kind, name)) = implied.into_iter().find(|(kind, _)| *kind == grant.name.text) {
        let hint = format!("call it `{name}`, which says so, or add `kind: {kind}`");
        return sink.push(finding.hint(hint).perhaps(grant.name.span, kind, name));
    }
    if ["password", "token_exchange", "jwt_bearer"].contains(&grant.name.text.as_str()) {
        return sink.push(finding.hint(format!("add `kind: {}`", grant.name.text)));
    }
    let finding = finding.hint(match near {
        Some(near) => format!("did you mean `{near}`? Otherwise say one of {kinds}"),
        None => format!("one of {kinds}"),
    });
    sink.push(match near {
        Some(near) if case.spec.grants.iter().any(|other| other.name.text == near) => finding,
        Some(near) => finding.instead(grant.name.span, &grant.name.text, near),
        None => finding,
    });
}

/// AS0505.
fn url(case: Case<'_>, grant: &Grant, sink: &mut Sink) {
    if !grant.request.targets.is_empty() || case.spec.token.is_some() {
        return;
    }
    let title = format!("the grant `{}` has no URL", grant.name.text);
    let finding = Diagnostic::new(&codes::NO_GRANT_URL, grant.name.span, title).label("sent where?");
    sink.push(finding.hint("add `token: { url: ... }` to the spec, or `post: <url>` to the grant"));
}

/// AS0501.
fn yields(case: Case<'_>, grant: &Grant, sink: &mut Sink) {
    let kinds: Vec<&str> = case.spec.tokens.iter().map(|kind| kind.name.text.as_str()).collect();
    for kind in grant.yields.iter().filter(|kind| kind.text != "code" && !kinds.contains(&kind.text.as_str())) {
        let title = format!("there is no kind of token `{}`", kind.text);
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, kind.span, title).label("not declared under `tokens`");
        sink.push(finding.suggest((kind.span, &kind.text), "declared", kinds.iter().copied()));
    }
    let default = default_kind(case.spec);
    let silent = !grant.yields_written && !extends(case.spec, &grant.name.text);
    if silent && !kinds.contains(&default.as_str()) && !kinds.is_empty() {
        let title = format!("the grant `{}` doesn't say what it yields", grant.name.text);
        let finding = Diagnostic::new(&codes::UNKNOWN_KIND, grant.name.span, title).label("which kind of token?");
        sink.push(finding.hint(format!("add `yields`: one of {}", listed(kinds))));
    }
}

/// AS0515.
fn clear_yields(grant: &Grant, sink: &mut Sink) {
    let code = grant.yields.iter().find(|kind| kind.text == "code");
    let standard = takes_no_inputs(grant);
    let refresh = grant.kind == Some(GrantKind::RefreshToken);
    let mut refuse = |span, title: &str, hint: &str| {
        sink.push(Diagnostic::new(&codes::YIELDS, span, title).label("unclear").hint(hint));
    };
    match (code, grant.value.as_slice()) {
        (Some(code), _) if grant.yields.len() > 1 => {
            refuse(
                code.span,
                "a grant yields a code or tokens, not both",
                "keep the field with the code under `fields`",
            );
        }
        (Some(code), _) if standard => {
            refuse(code.span, "a code or refresh token isn't traded for a code", "name a kind of token")
        }
        (None, [value, ..]) if grant.yields.len() > 1 => {
            refuse(
                value.text.span,
                "`value` is one field, and the grant yields several tokens",
                "say `value` on each kind of token",
            );
        }
        _ => {}
    }
    if let Some(second) = grant.yields.get(1).filter(|_| refresh) {
        refuse(second.span, "a refresh renews one kind of token", "make one refresh grant for each kind");
    }
    if let Some(field) = grant.fields.first().filter(|_| refresh) {
        refuse(field.name.span, "a refresh gives tokens and nothing else", "remove `fields`");
    }
    let is_uncertain = |kind: &&Text| grant.uncertain.contains(kind);
    let certain = grant.yields.iter().skip_while(is_uncertain);
    match (grant.uncertain.first(), code) {
        (Some(uncertain), Some(code)) if uncertain == code => {
            refuse(code.span, "a grant that yields a code always yields it", "write `yields: code`");
        }
        (Some(uncertain), None) if certain.count() < grant.yields.len() => {
            let hint = "write the kinds with `?` behind one that always comes";
            refuse(uncertain.span, "the first kind of token that a grant yields always comes", hint);
        }
        _ => {}
    }
    for (at, kind) in grant.yields.iter().enumerate() {
        if let Some(first) = grant.yields.iter().take(at).find(|other| other.text == kind.text) {
            let title = format!("the kind `{}` is named twice", kind.text);
            let finding = Diagnostic::new(&codes::YIELDS, kind.span, title).label("again");
            sink.push(finding.related(first.span, "first here").hint("remove one of the two"));
        }
    }
}

/// AS0516.
fn no_inputs(grant: &Grant, sink: &mut Sink) {
    let standard = takes_no_inputs(grant);
    let named = grant.scopes.first().map(|(scope, _)| scope).or(grant.any_scope.then_some(&grant.name));
    if let Some(scope) = named.filter(|_| standard) {
        let title = "a code is exchanged and a token renewed with the scopes of the login";
        let finding = Diagnostic::new(&codes::NO_INPUTS, scope.span, title).label("who would name it?");
        let hint = match grant.kind {
            Some(GrantKind::DeviceCode) => "list it under `device`",
            _ => "list it under `authorize`; an exchange repeats the login's with `send: { scope: <scope> }`",
        };
        sink.push(finding.hint(hint));
    }
    let Some(input) = grant.request.inputs.first().filter(|_| standard) else { return };
    let title = "a code is exchanged and a token renewed without further inputs";
    let finding = Diagnostic::new(&codes::NO_INPUTS, input.name.span, title).label("who would supply it?");
    sink.push(finding.hint("what a deployment supplies is a setting; constants stand under `send`"));
}

/// Whether a grant is made of nothing but what the runtime keeps.
fn takes_no_inputs(grant: &Grant) -> bool {
    use GrantKind::{AuthorizationCode, DeviceCode, RefreshToken};
    matches!(grant.kind, Some(AuthorizationCode | DeviceCode | RefreshToken))
}

/// AS0507, AS0508, for devices.
fn device_codes(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let unclear = spec.grants.is_empty() || spec.grants.iter().any(|grant| grant.kind.is_none());
    let exchange = spec.grants.iter().find(|grant| grant.kind == Some(GrantKind::DeviceCode));
    match (&spec.device, exchange) {
        (Some(device), None) if !unclear => {
            let title = "no grant exchanges the device code";
            let finding = Diagnostic::new(&codes::NO_EXCHANGE, device.name.span, title).label("gives a device code");
            sink.push(finding.hint("add `exchange_device_code: {}` to the grants (RFC 8628, section 3.4)"));
        }
        (None, Some(exchange)) => {
            let title = format!("nothing gives the device code that `{}` exchanges", exchange.name.text);
            let finding = Diagnostic::new(&codes::NO_CODE, exchange.name.span, title).label("which code?");
            sink.push(finding.hint("add `device: { url: ... }` (RFC 8628, section 3.1)"));
        }
        _ => {}
    }
}

/// AS0507, AS0508.
fn codes_and_exchanges(case: Case<'_>, sink: &mut Sink) {
    let spec = case.spec;
    let unclear = spec.grants.iter().any(|grant| grant.kind.is_none());
    let exchange = spec.grants.iter().find(|grant| grant.kind == Some(GrantKind::AuthorizationCode));
    let code = spec.grants.iter().find_map(|grant| grant.yields.iter().find(|kind| kind.text == "code"));
    if unclear || spec.grants.is_empty() {
        return;
    }
    match (exchange, &spec.authorize, code) {
        (None, authorize @ Some(_), _) | (None, authorize, Some(_)) => {
            let span =
                authorize.as_ref().map(|authorize| authorize.span).or(code.map(|code| code.span)).unwrap_or_default();
            let finding =
                Diagnostic::new(&codes::NO_EXCHANGE, span, "no grant exchanges the code").label("gives a code");
            sink.push(finding.hint("add `exchange_code: {}` to the grants"));
        }
        (Some(exchange), None, None) => {
            let title = format!("nothing gives the code that `{}` exchanges", exchange.name.text);
            let finding = Diagnostic::new(&codes::NO_CODE, exchange.name.span, title).label("which code?");
            sink.push(finding.hint("add `authorize`, or a grant with `yields: code`"));
        }
        _ => {}
    }
}

/// AS0514.
fn one_of_a_kind(case: Case<'_>, sink: &mut Sink) {
    let default = default_kind(case.spec);
    let yields = |grant: &Grant| grant.yields.first().map_or(default.clone(), |kind| kind.text.clone());
    let source = |grant: &Grant| grant.from.as_ref().map(|from| from.text.clone());
    for (at, grant) in case.spec.grants.iter().enumerate() {
        let same = |other: &&Grant| match grant.kind {
            Some(GrantKind::AuthorizationCode | GrantKind::DeviceCode) => other.kind == grant.kind,
            Some(GrantKind::RefreshToken) => {
                other.kind == grant.kind && yields(other) == yields(grant) && source(other) == source(grant)
            }
            _ => false,
        };
        let Some(first) = case.spec.grants.iter().take(at).find(same) else { continue };
        let title = format!("`{}` does what `{}` does already", grant.name.text, first.name.text);
        let finding = Diagnostic::new(&codes::DUPLICATE_EXCHANGE, grant.name.span, title).label("second of its kind");
        sink.push(finding.related(first.name.span, "first of its kind").hint("remove one, or make it `kind: custom`"));
    }
}

/// AS0511, for grants and calls.
fn failures(case: Case<'_>, sink: &mut Sink) {
    for failure in case.operations().flat_map(|operation| &operation.written.failures) {
        if failure.status.is_none() && failure.code.is_none() && !failure.broken {
            let title = format!("nothing tells the failure `{}` from others", failure.name.text);
            let finding = Diagnostic::new(&codes::FAILURE, failure.name.span, title).label("matches every refusal");
            sink.push(finding.hint("add `status`, `code`, or both"));
        }
    }
}
