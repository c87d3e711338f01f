//! `src/operations.rs`: the operation data as chains of `const fn`, never as struct literals, so that a newer runtime can
//! add fields; one line a parameter.

use std::collections::BTreeSet;

use authsmith_protocol::operation::{
    Answer, ClientAuth, Encoding, Expiry, ExpiryUnit, Issued, Operation, Param, Place, Refusals,
};
use authsmith_protocol::provider::{Authorize, Format, Pkce, Provider, Renew, Setting, TokenKind};

use super::layout::Expr;
use super::names::Consts;
use super::shapes::Shapes;
use crate::lower::NamedShape;

/// The text of the module, without its header.
pub(super) fn operations(provider: &Provider<'_>, named: &[NamedShape<'_>], consts: &Consts) -> String {
    let shapes = Shapes::new(provider, named, consts);
    let mut items = vec![Item::public(&consts.provider, "Provider", provider_data(provider, consts))];
    if let Some(authorize) = provider.authorization() {
        items.push(Item::private(&consts.authorize, "Authorize", authorize_data(&authorize)));
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
    let data = Expr::call("Provider::new", vec![Expr::string(provider.name()), Expr::string(provider.title())])
        .maybe("authorize", provider.authorization().map(|_| Expr::text(&consts.authorize)))
        .method("operations", vec![Expr::list(operations.collect())])
        .method("tokens", vec![Expr::list(tokens.collect())]);
    if settings.is_empty() { data } else { data.method("settings", vec![Expr::lines(settings)]) }
}

fn setting_data(setting: &Setting<'_>) -> Expr {
    let words: Vec<Expr> = setting.allowed_values().iter().map(|word| Expr::string(word)).collect();
    Expr::call("Setting::new", vec![Expr::string(setting.name())])
        .maybe("allowed", (!words.is_empty()).then(|| Expr::list(words)))
        .maybe("default", setting.default_value().map(Expr::string))
        .maybe("format", setting.value_format().and_then(format_data))
}

fn format_data(format: Format) -> Option<Expr> {
    match format {
        Format::Url => Some(Expr::text("Format::Url")),
        Format::Hostname => Some(Expr::text("Format::Hostname")),
        _ => None,
    }
}

fn authorize_data(authorize: &Authorize<'_>) -> Expr {
    let request = authorize.request();
    let request = Expr::call("Operation::get", vec![Expr::string(request.name()), Expr::string(request.url())])
        .method("params", vec![params_data(request.parameters())]);
    let mut data = Expr::call("Authorize::new", vec![request]);
    if authorize.separator() != " " {
        data = data.method("scope_separator", vec![Expr::string(authorize.separator())]);
    }
    if authorize.pkce_method() == Pkce::None {
        data = data.method("pkce", vec![Expr::text("Pkce::None")]);
    }
    if !authorize.is_state_documented() {
        data = data.method("state_undocumented", Vec::new());
    }
    data.maybe("code_lifetime", authorize.code_seconds().map(|seconds| Expr::text(seconds.to_string())))
}

fn operation_data(operation: &Operation<'_>, shapes: &Shapes<'_>) -> Expr {
    let (name, url) = (Expr::string(operation.name()), Expr::string(operation.url()));
    let data = match operation.method() {
        "GET" => Expr::call("Operation::get", vec![name, url]),
        "POST" => Expr::call("Operation::post", vec![name, url]),
        method => Expr::call("Operation::new", vec![name, Expr::string(method), url]),
    };
    let client_auth = (operation.auth() == ClientAuth::Basic).then(|| Expr::text("ClientAuth::Basic"));
    let params = operation.parameters();
    data.maybe("client_auth", client_auth)
        .maybe("encoding", encoding_data(operation.body_encoding()))
        .maybe("params", (!params.is_empty()).then(|| params_data(params)))
        .maybe("token", operation.token_kind().map(Expr::string))
        .maybe("answer", answer_data(&operation.answers(), shapes))
        .maybe("refusal", refusals_data(&operation.refusals()))
}

fn encoding_data(encoding: Encoding<'_>) -> Option<Expr> {
    match encoding {
        Encoding::Json => Some(Expr::text("Encoding::Json")),
        Encoding::Setting(name) => Some(Expr::call("Encoding::Setting", vec![Expr::string(name)])),
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
        _ => "Param::body",
    };
    let data = Expr::call(make, vec![Expr::string(param.name()), Expr::string(param.value())]);
    if param.is_optional() { data.method("optional", Vec::new()) } else { data }
}

fn answer_data(answer: &Answer<'_>, shapes: &Shapes<'_>) -> Option<Expr> {
    if *answer == Answer::json() {
        return None;
    }
    let tokens: Vec<Expr> = answer.issued().iter().map(issued_data).collect();
    let data = Expr::call("Answer::json", Vec::new())
        .maybe("shape", shapes.expr(&answer.body_shape()))
        .maybe("tokens", (!tokens.is_empty()).then(|| Expr::list(tokens)))
        .maybe("code", answer.code_at().map(Expr::string));
    Some(data)
}

fn issued_data(issued: &Issued<'_>) -> Expr {
    let data = Expr::call("Issued::new", vec![Expr::string(issued.kind()), Expr::string(issued.at())]);
    let data = match expiry_data(&issued.expiry()) {
        Some(expiry) => data.method("expires", vec![expiry]),
        None => data,
    };
    match issued.refresh_at() {
        Some(at) => {
            let expiry =
                expiry_data(&issued.refresh_expiry()).unwrap_or_else(|| Expr::call("Expiry::unknown", Vec::new()));
            data.method("refresh", vec![Expr::string(at), expiry])
        }
        None => data,
    }
}

fn expiry_data(expiry: &Expiry<'_>) -> Option<Expr> {
    let data = match expiry.at() {
        Some((at, unit)) => Expr::call("Expiry::field", vec![Expr::string(at), Expr::text(unit_path(unit))]),
        None => {
            expiry.lifetime()?;
            Expr::call("Expiry::unknown", Vec::new())
        }
    };
    Some(data.maybe("or_seconds", expiry.lifetime().map(|seconds| Expr::text(seconds.to_string()))))
}

fn unit_path(unit: ExpiryUnit) -> &'static str {
    match unit {
        ExpiryUnit::Milliseconds => "ExpiryUnit::Milliseconds",
        ExpiryUnit::Epoch => "ExpiryUnit::Epoch",
        ExpiryUnit::EpochMilliseconds => "ExpiryUnit::EpochMilliseconds",
        _ => "ExpiryUnit::Seconds",
    }
}

fn refusals_data(refusals: &Refusals<'_>) -> Option<Expr> {
    let rfc = Refusals::rfc();
    if *refusals == rfc {
        return None;
    }
    let failures = refusals.documented().iter().map(|failure| {
        Expr::call("Failure::new", vec![Expr::string(failure.name())])
            .maybe("status", failure.expected_status().map(|status| Expr::text(status.to_string())))
            .maybe("code", failure.expected_code().map(Expr::string))
    });
    let failures: Vec<Expr> = failures.collect();
    let differs = |mine: &str, standard: &str| (mine != standard).then(|| Expr::string(mine));
    let data = Expr::call("Refusals::rfc", Vec::new())
        .maybe("code", differs(refusals.code_at(), rfc.code_at()))
        .maybe("text", differs(refusals.text_at(), rfc.text_at()))
        .maybe("failures", (!failures.is_empty()).then(|| Expr::lines(failures)));
    Some(data)
}

fn token_data(kind: &TokenKind<'_>) -> Expr {
    let renew = match kind.renewal() {
        Renew::Refresh(operation) => Some(Expr::call("Renew::Refresh", vec![Expr::string(operation)])),
        Renew::Reissue => Some(Expr::text("Renew::Reissue")),
        _ => None,
    };
    let data = Expr::call("TokenKind::new", vec![Expr::string(kind.name())]).maybe("renew", renew);
    match kind.api_url() {
        Some(url) => {
            let shown = kind.shown_by().iter().map(param_data).collect();
            data.method("api", vec![Expr::string(url), Expr::list(shown)])
        }
        None => data,
    }
}
