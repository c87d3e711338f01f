//! `src/operations.rs`: the operation data as chains of `const fn`, never as struct literals, so that a newer runtime can
//! add fields; one line a parameter.

use std::collections::BTreeSet;

use authsmith_protocol::assertion::LIFETIME;
use authsmith_protocol::operation::{
    Answer, AnswerFormat, Assertion, Body, Check, ClientAuth, Due, Encoding, Expiry, ExpiryUnit, Issued, Kept,
    Operation, Param, Place,
};
use authsmith_protocol::provider::{
    Alphabet, Authorize, Callback, Device, DeviceAnswer, Format, IdToken, JwsAlgorithm, Pkce, Provider, REPLAY_WINDOW,
    Renew, Replay, Setting, TokenKind,
};

use super::layout::{Expr, literal};
use super::names::Consts;
use super::refusals::refusals_data;
use super::shapes::Shapes;
use crate::lower::NamedShape;

/// The text of the module, without its header.
pub(super) fn operations(provider: &Provider<'_>, named: &[NamedShape<'_>], consts: &Consts) -> String {
    let shapes = Shapes::new(provider, named, consts);
    let mut items = vec![Item::public(&consts.provider, "Provider", provider_data(provider, consts))];
    if let Some(authorize) = provider.authorization() {
        items.push(Item::private(&consts.authorize, "Authorize", authorize_data(&authorize)));
    }
    if let Some(device) = provider.device_authorization() {
        items.push(Item::private(&consts.device, "Device", device_data(&device, &shapes)));
    }
    if let Some(id_token) = provider.id_tokens() {
        items.push(Item::private(&consts.id_token, "IdToken", id_token_data(&id_token, &shapes)));
    }
    items.extend(provider.all_operations().iter().map(|operation| {
        Item::public(consts.operation(operation.name()), "Operation", operation_data(operation, &shapes))
    }));
    items.extend(
        provider.all_tokens().iter().map(|kind| Item::public(consts.token(kind.name()), "TokenKind", token_data(kind))),
    );
    items.extend(shapes.shared().map(|(name, data)| Item::private(name, "Shape", data)));
    let mut text = imports(&items);
    for item in &items {
        text.push('\n');
        item.write(&mut text);
    }
    text
}

/// One `const` item.
struct Item<'i> {
    public: bool,
    name: &'i str,
    ty: &'static str,
    value: Expr,
}

impl<'i> Item<'i> {
    fn public(name: &'i str, ty: &'static str, value: Expr) -> Self {
        Self { public: true, name, ty, value }
    }

    fn private(name: &'i str, ty: &'static str, value: Expr) -> Self {
        Self { public: false, name, ty, value }
    }

    fn write(&self, text: &mut String) {
        if self.public {
            text.push_str("pub ");
        }
        text.push_str(&format!("const {}: {}<'static> =", self.name, self.ty));
        self.value.write_value(text);
        text.push_str(";\n");
    }
}

/// The `use` line for exactly the types that the items mention.
fn imports(items: &[Item<'_>]) -> String {
    let mut names = BTreeSet::new();
    for item in items {
        names.insert(item.ty);
        item.value.paths(&mut |path| {
            names.insert(path);
        });
    }
    let names: Vec<&str> = names.into_iter().collect();
    let one_line = format!("use authsmith::codegen::v1::data::{{{}}};\n", names.join(", "));
    if one_line.len() <= 121 {
        return one_line;
    }
    let mut text = "use authsmith::codegen::v1::data::{\n   ".to_owned();
    let mut width = 3;
    for name in names {
        if width + name.len() + 2 > 120 {
            text.push_str("\n   ");
            width = 3;
        }
        text.push_str(&format!(" {name},"));
        width += name.len() + 2;
    }
    text.push_str("\n};\n");
    text
}

fn provider_data(provider: &Provider<'_>, consts: &Consts) -> Expr {
    let operations = provider.all_operations().iter().map(|operation| Expr::text(consts.operation(operation.name())));
    let tokens = provider.all_tokens().iter().map(|kind| Expr::text(consts.token(kind.name())));
    let settings: Vec<Expr> = provider.all_settings().iter().map(setting_data).collect();
    let values = provider.named_values().iter().map(|(name, template)| {
        let pair = vec![Expr::string(name), Expr::string(template)];
        Expr::call("", pair)
    });
    Expr::call("Provider::new", vec![Expr::string(provider.name()), Expr::string(provider.title())])
        .maybe("authorize", provider.authorization().map(|_| Expr::text(&consts.authorize)))
        .maybe("device", provider.device_authorization().map(|_| Expr::text(&consts.device)))
        .method("operations", vec![Expr::list(operations.collect())])
        .method("tokens", vec![Expr::list(tokens.collect())])
        .maybe("settings", lines(settings))
        .maybe("values", lines(values.collect()))
        .maybe("id_token", provider.id_tokens().map(|_| Expr::text(&consts.id_token)))
        .maybe("verify", provider.verification().map(Expr::string))
}

/// A slice with one item a line, unless it is empty.
pub(super) fn lines(items: Vec<Expr>) -> Option<Expr> {
    (!items.is_empty()).then(|| Expr::lines(items))
}

/// A slice of texts, unless it is empty.
pub(super) fn strings(texts: &[&str]) -> Option<Expr> {
    (!texts.is_empty()).then(|| Expr::list(texts.iter().map(|text| Expr::string(text)).collect()))
}

/// A text, unless it is the one that holds anyway.
pub(super) fn differing(mine: &str, standard: &str) -> Option<Expr> {
    (mine != standard).then(|| Expr::string(mine))
}

fn setting_data(setting: &Setting<'_>) -> Expr {
    Expr::call("Setting::new", vec![Expr::string(setting.name())])
        .maybe("allowed", strings(setting.allowed_values()))
        .maybe("default", setting.default_value().map(Expr::string))
        .maybe("format", setting.value_format().and_then(format_data))
        .maybe("pattern", setting.value_pattern().map(Expr::string))
        .maybe("prefix", differing(setting.value_prefix(), ""))
        .maybe("suffix", differing(setting.value_suffix(), ""))
        .flag("optional", setting.is_optional())
        .flag("of_connection", setting.is_of_connection())
}

fn format_data(format: Format) -> Option<Expr> {
    let path = match format {
        Format::Url => "Format::Url",
        Format::Hostname => "Format::Hostname",
        Format::Uuid => "Format::Uuid",
        Format::Email => "Format::Email",
        Format::Token => "Format::Token",
        _ => return None,
    };
    Some(Expr::text(path))
}

fn authorize_data(authorize: &Authorize<'_>) -> Expr {
    let request = authorize.request();
    let request = Expr::call("Operation::get", vec![Expr::string(request.name()), Expr::string(request.url())])
        .method("params", vec![params_data(request.parameters())]);
    let state_rule = authorize
        .state_form()
        .map(|(length, alphabet)| vec![Expr::text(length.to_string()), Expr::text(alphabet_path(alphabet))]);
    let data = Expr::call("Authorize::new", vec![request])
        .maybe("scope_separator", differing(authorize.separator(), " "))
        .maybe("default_scopes", strings(authorize.scopes_by_default()))
        .maybe("pkce", (authorize.pkce_method() == Pkce::None).then(|| Expr::text("Pkce::None")))
        .flag("state_undocumented", !authorize.is_state_documented())
        .flag("state_in_redirect_uri", authorize.is_state_in_redirect_uri());
    let data = match state_rule {
        Some(rule) => data.method("state_rule", rule),
        None => data,
    };
    data.maybe("callback", callback_data(&authorize.callback_data()))
        .maybe("code_lifetime", authorize.code_seconds().map(|seconds| Expr::text(seconds.to_string())))
}

fn device_data(device: &Device<'_>, shapes: &Shapes<'_>) -> Expr {
    let (rfc, answer) = (DeviceAnswer::rfc(), device.answer_data());
    let places = |own: &[&str], standard: &[&str]| strings(own).filter(|_| own != standard);
    let departs = (answer != rfc).then(|| {
        Expr::call("DeviceAnswer::rfc", Vec::new())
            .maybe("user_code", places(answer.user_code_at(), rfc.user_code_at()))
            .maybe("verification_uri", places(answer.verification_uri_at(), rfc.verification_uri_at()))
            .maybe(
                "verification_uri_complete",
                places(answer.verification_uri_complete_at(), rfc.verification_uri_complete_at()),
            )
            .maybe("expires_in", places(answer.expires_in_at(), rfc.expires_in_at()))
            .maybe("interval", places(answer.interval_at(), rfc.interval_at()))
    });
    Expr::call("Device::new", vec![operation_data(&device.request(), shapes)])
        .maybe("scope_separator", differing(device.separator(), " "))
        .maybe("default_scopes", strings(device.scopes_by_default()))
        .maybe("answer", departs)
}

fn id_token_data(id_token: &IdToken<'_>, shapes: &Shapes<'_>) -> Expr {
    let texts = |list: &[&str]| Expr::list(list.iter().map(|text| Expr::string(text)).collect());
    let algorithms = id_token.allowed_algorithms();
    let words = || Expr::list(algorithms.iter().map(|algorithm| Expr::text(algorithm_path(*algorithm))).collect());
    Expr::call("IdToken::new", vec![texts(id_token.all_issuers()), Expr::string(id_token.jwks_url())])
        .maybe("algorithms", (*algorithms != [JwsAlgorithm::Rs256]).then(words))
        .maybe("audiences", strings(id_token.further_audiences()))
        .maybe("claims", shapes.expr(&id_token.claims_shape()))
        .flag("nonce", id_token.has_nonce())
}

fn algorithm_path(algorithm: JwsAlgorithm) -> &'static str {
    match algorithm {
        JwsAlgorithm::Rs384 => "JwsAlgorithm::Rs384",
        JwsAlgorithm::Rs512 => "JwsAlgorithm::Rs512",
        JwsAlgorithm::Ps256 => "JwsAlgorithm::Ps256",
        JwsAlgorithm::Ps384 => "JwsAlgorithm::Ps384",
        JwsAlgorithm::Ps512 => "JwsAlgorithm::Ps512",
        JwsAlgorithm::Es256 => "JwsAlgorithm::Es256",
        JwsAlgorithm::Es384 => "JwsAlgorithm::Es384",
        JwsAlgorithm::Es512 => "JwsAlgorithm::Es512",
        JwsAlgorithm::EdDsa => "JwsAlgorithm::EdDsa",
        _ => "JwsAlgorithm::Rs256",
    }
}

fn alphabet_path(alphabet: Alphabet) -> &'static str {
    match alphabet {
        Alphabet::Alphanumeric => "Alphabet::Alphanumeric",
        Alphabet::Hex => "Alphabet::Hex",
        Alphabet::Digits => "Alphabet::Digits",
        _ => "Alphabet::UrlSafe",
    }
}

fn callback_data(callback: &Callback<'_>) -> Option<Expr> {
    let rfc = Callback::new();
    if *callback == rfc {
        return None;
    }
    let data = Expr::call("Callback::new", Vec::new())
        .maybe("code", differing(callback.code_name(), rfc.code_name()))
        .maybe("state", differing(callback.state_name(), rfc.state_name()))
        .maybe("error", differing(callback.error_name(), rfc.error_name()))
        .maybe("error_text", differing(callback.error_text_name(), rfc.error_text_name()))
        .maybe("keep", kept_data(callback.kept()))
        .flag("denied_by_absence", callback.is_absence_denial())
        .maybe("issuer", callback.expected_issuer().map(Expr::string));
    Some(data)
}

fn kept_data(kept: &[Kept<'_>]) -> Option<Expr> {
    let kept = kept.iter().map(|kept| {
        Expr::call("Kept::new", vec![Expr::string(kept.name()), Expr::string(kept.at())])
            .maybe("or_default", kept.default_value().map(Expr::string))
            .maybe("allowed", strings(kept.allowed_values()))
            .maybe("format", kept.value_format().and_then(format_data))
            .maybe("pattern", kept.value_pattern().map(Expr::string))
    });
    lines(kept.collect())
}

fn operation_data(operation: &Operation<'_>, shapes: &Shapes<'_>) -> Expr {
    let (name, url) = (Expr::string(operation.name()), Expr::string(operation.url()));
    let data = match operation.method() {
        "GET" => Expr::call("Operation::get", vec![name, url]),
        "POST" => Expr::call("Operation::post", vec![name, url]),
        method => Expr::call("Operation::new", vec![name, Expr::string(method), url]),
    };
    let params = operation.parameters();
    let data = data
        .maybe("client_auth", client_auth_data(operation.auth()))
        .maybe("assertion", operation.client_assertion().map(|assertion| assertion_data(&assertion)))
        .maybe("encoding", encoding_data(operation.body_encoding()))
        .maybe("params", (!params.is_empty()).then(|| params_data(params)));
    let data = match operation.whole_body() {
        Some(Body::Json(json)) => data.method("body_json", vec![Expr::raw_string(json)]),
        Some(Body::Text(template)) => data.method("body_text", vec![Expr::raw_string(template)]),
        _ => data,
    };
    data.maybe("optional", strings(operation.optional_variables()))
        .maybe("scope_separator", differing(operation.separator(), " "))
        .maybe("default_scopes", strings(operation.scopes_by_default()))
        .maybe("token", operation.token_kind().map(Expr::string))
        .maybe("answer", answer_data(&operation.answers(), shapes))
        .maybe("refusal", refusals_data(&operation.refusals()))
}

fn client_auth_data(auth: ClientAuth<'_>) -> Option<Expr> {
    match auth {
        ClientAuth::Basic => Some(Expr::text("ClientAuth::Basic")),
        ClientAuth::BasicOf(text) => Some(Expr::call("ClientAuth::BasicOf", vec![Expr::string(text)])),
        _ => None,
    }
}

fn assertion_data(assertion: &Assertion<'_>) -> Expr {
    let algorithms = assertion.accepted().iter().map(|algorithm| Expr::text(format!("Algorithm::{algorithm:?}")));
    let claims = assertion.further().iter().map(|(name, value)| {
        let pair = vec![Expr::string(name), Expr::string(value)];
        Expr::call("", pair)
    });
    let seconds = Some(assertion.seconds()).filter(|seconds| *seconds != LIFETIME);
    Expr::call("Assertion::new", vec![Expr::list(algorithms.collect())])
        .maybe("audience", assertion.audience_template().map(Expr::string))
        .maybe("lifetime", seconds.map(|seconds| Expr::text(seconds.to_string())))
        .maybe("claims", lines(claims.collect()))
}

fn encoding_data(encoding: Encoding<'_>) -> Option<Expr> {
    match encoding {
        Encoding::Json => Some(Expr::text("Encoding::Json")),
        Encoding::Setting(name) => Some(Expr::call("Encoding::Setting", vec![Expr::string(name)])),
        Encoding::Text { content_type } => {
            let field = format!("Encoding::Text {{ content_type: {} }}", literal(content_type));
            Some(Expr::text(field))
        }
        Encoding::Xml => Some(Expr::text("Encoding::Xml")),
        Encoding::Multipart => Some(Expr::text("Encoding::Multipart")),
        _ => None,
    }
}

fn params_data(params: &[Param<'_>]) -> Expr {
    Expr::lines(params.iter().map(param_data).collect())
}

fn param_data(param: &Param<'_>) -> Expr {
    let make = match param.place() {
        Place::Query => "Param::query",
        Place::Header => "Param::header",
        Place::Cookie => "Param::cookie",
        Place::Fragment => "Param::fragment",
        _ => "Param::body",
    };
    Expr::call(make, vec![Expr::string(param.name()), Expr::string(param.value())])
        .flag("optional", param.is_optional())
}

fn answer_data(answer: &Answer<'_>, shapes: &Shapes<'_>) -> Option<Expr> {
    if *answer == Answer::json() {
        return None;
    }
    let tokens: Vec<Expr> = answer.issued().iter().map(issued_data).collect();
    let checks: Vec<Expr> = answer.checks().iter().map(check_data).collect();
    let statuses: Vec<Expr> = answer.success_statuses().iter().map(|status| Expr::text(status.to_string())).collect();
    let data = Expr::call("Answer::json", Vec::new())
        .maybe("format", answer_format(answer.body_format()))
        .maybe("succeeds", (!checks.is_empty()).then(|| Expr::list(checks)))
        .maybe("statuses", (!statuses.is_empty()).then(|| Expr::list(statuses)))
        .maybe("shape", shapes.expr(&answer.body_shape()))
        .maybe("tokens", (!tokens.is_empty()).then(|| Expr::list(tokens)))
        .maybe("code", answer.code_at().map(Expr::string))
        .maybe("or_code", strings(answer.code_or()))
        .maybe("keep", kept_data(answer.kept()));
    let id_token = if answer.is_id_token_due() { "id_token_due" } else { "id_token" };
    Some(data.maybe(id_token, strings(answer.id_token_at())))
}

fn check_data(check: &Check<'_>) -> Expr {
    let at = Expr::string(check.at());
    match check.due() {
        Due::Equals(text) => Expr::call("Check::equals", vec![at, Expr::string(text)]),
        Due::OneOf(texts) => {
            let texts = Expr::list(texts.iter().map(|text| Expr::string(text)).collect());
            Expr::call("Check::one_of", vec![at, texts])
        }
        _ => Expr::call("Check::absent", vec![at]),
    }
}

fn answer_format(format: AnswerFormat) -> Option<Expr> {
    let path = match format {
        AnswerFormat::Form => "AnswerFormat::Form",
        AnswerFormat::Text => "AnswerFormat::Text",
        AnswerFormat::Xml => "AnswerFormat::Xml",
        AnswerFormat::Bytes => "AnswerFormat::Bytes",
        _ => return None,
    };
    Some(Expr::text(path))
}

fn issued_data(issued: &Issued<'_>) -> Expr {
    let data = Expr::call("Issued::new", vec![Expr::string(issued.kind()), Expr::string(issued.at())])
        .maybe("or", strings(issued.at_or()))
        .flag("optional", issued.is_optional())
        .maybe("expires", expiry_data(&issued.expiry()));
    match issued.refresh_at() {
        Some(at) => {
            let expiry =
                expiry_data(&issued.refresh_expiry()).unwrap_or_else(|| Expr::call("Expiry::unknown", Vec::new()));
            data.method("refresh", vec![Expr::string(at), expiry]).maybe("or_refresh", strings(issued.refresh_or()))
        }
        None => data,
    }
}

fn expiry_data(expiry: &Expiry<'_>) -> Option<Expr> {
    let place = |(at, unit): (&str, ExpiryUnit)| vec![Expr::string(at), Expr::text(unit_path(unit))];
    let mut places = expiry.places();
    let data = match places.next() {
        Some(first) => Expr::call("Expiry::field", place(first)),
        None => {
            expiry.lifetime()?;
            Expr::call("Expiry::unknown", Vec::new())
        }
    };
    let others: Vec<Expr> = places.map(|other| Expr::call("", place(other))).collect();
    let data = data.maybe("or_fields", (!others.is_empty()).then(|| Expr::list(others)));
    Some(data.maybe("or_seconds", expiry.lifetime().map(|seconds| Expr::text(seconds.to_string()))))
}

fn unit_path(unit: ExpiryUnit) -> &'static str {
    match unit {
        ExpiryUnit::Milliseconds => "ExpiryUnit::Milliseconds",
        ExpiryUnit::Epoch => "ExpiryUnit::Epoch",
        ExpiryUnit::EpochMilliseconds => "ExpiryUnit::EpochMilliseconds",
        ExpiryUnit::Iso => "ExpiryUnit::Iso",
        ExpiryUnit::DayHourMinute => "ExpiryUnit::DayHourMinute",
        ExpiryUnit::Jwt => "ExpiryUnit::Jwt",
        _ => "ExpiryUnit::Seconds",
    }
}

fn token_data(kind: &TokenKind<'_>) -> Expr {
    let renew = match kind.renewal() {
        Renew::Refresh(operation) => Some(Expr::call("Renew::Refresh", vec![Expr::string(operation)])),
        Renew::Reissue => Some(Expr::text("Renew::Reissue")),
        Renew::Extend(operation) => Some(Expr::call("Renew::Extend", vec![Expr::string(operation)])),
        Renew::Exchange(operation) => Some(Expr::call("Renew::Exchange", vec![Expr::string(operation)])),
        _ => None,
    };
    // What renews without a refresh token always may be asked for again.
    let replay = match (kind.renewal(), kind.replayed()) {
        (Renew::Refresh(_), Replay::Fatal) => Some(Expr::text("Replay::Fatal")),
        (Renew::Refresh(_), Replay::Free) => Some(Expr::text("Replay::Free")),
        (Renew::Refresh(_), Replay::Idempotent) => Some(Expr::text("Replay::Idempotent")),
        (Renew::Refresh(_), Replay::Grace) => Some(Expr::text("Replay::Grace")),
        _ => None,
    };
    let window = kind.replay_window().as_secs();
    let data = Expr::call("TokenKind::new", vec![Expr::string(kind.name())])
        .maybe("renew", renew)
        .maybe("early", kind.early_seconds().map(|seconds| Expr::text(seconds.to_string())))
        .flag("on_demand", kind.is_on_demand())
        .maybe("replay", replay)
        .maybe("replay_within", (window != REPLAY_WINDOW).then(|| Expr::text(window.to_string())))
        .maybe("refresh_idle", kind.refresh_idle_seconds().map(|seconds| Expr::text(seconds.to_string())))
        .maybe("revoke", kind.revocation().map(Expr::string));
    match kind.api_url() {
        Some(url) => {
            let shown = kind.shown_by().iter().map(param_data).collect();
            data.method("api", vec![Expr::string(url), Expr::list(shown)])
        }
        None => data,
    }
}
