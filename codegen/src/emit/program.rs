//! The first program, as the crate's docs and its README show it.

use proc_macro2::Literal;

use super::facts::{Facts, is_required};
use super::names::{first_kind, only_kind};
use crate::model::{Authorize, Call, Grant, GrantKind, Input, Provider, Scope, Setting, Type, TypeKind, Widget};

/// The redirect URI of the program.
const CALLBACK: &str = "https://app.example/callback";

/// Statements inside an `async fn` that returns `Result<(), Box<dyn std::error::Error>>`.
pub(super) fn first_program(provider: &Provider, facts: &Facts<'_>) -> Vec<String> {
    let mut program =
        Program { provider, facts, imports: vec!["Client".into(), "MemoryStore".into()], lines: Vec::new() };
    program.build();
    program.widget();
    program.tokens();
    program.connection();
    program.imports.sort();
    let imports = format!("use {}::{{{}}};", provider.crate_name(), program.imports.join(", "));
    [imports, String::new()].into_iter().chain(program.lines).collect()
}

/// The name of an environment variable of a provider: `ACME_CLIENT_SECRET`. No shell sets one that begins with a digit.
pub(super) fn env_name(provider: &Provider, name: &str) -> String {
    let digit = provider.name.wire.starts_with(|c: char| c.is_ascii_digit());
    let name = format!("{}{}_{name}", if digit { "_" } else { "" }, provider.name.wire);
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

struct Program<'p> {
    provider: &'p Provider,
    facts: &'p Facts<'p>,
    imports: Vec<String>,
    lines: Vec<String>,
}

impl<'p> Program<'p> {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn build(&mut self) {
        self.line("let client = Client::builder()");
        if self.facts.client_id {
            self.line("    .client_id(\"your-client-id\")");
        }
        if self.facts.client_secret {
            self.line(format!("    .client_secret(std::env::var(\"{}\")?)", env_name(self.provider, "client_secret")));
        }
        if self.facts.client_key {
            self.line(format!("    .client_key(std::env::var(\"{}\")?)", env_name(self.provider, "client_key")));
        }
        if self.facts.redirect_uri {
            self.line(format!("    .redirect_uri(\"{CALLBACK}\")"));
        }
        for setting in self.facts.required_settings() {
            let value = self.setting(setting);
            self.line(format!("    .{}({value})", setting.name.snake));
        }
        self.line("    .store(MemoryStore::new()) // forgets everything when the program ends");
        self.line("    .build()?;");
        self.line("");
    }

    fn setting(&mut self, setting: &Setting) -> String {
        if let Some(variant) = super::names::variants(&setting.allowed).first() {
            self.imports.push(setting.name.camel.clone());
            return format!("{}::{variant}", setting.name.camel);
        }
        setting.sample.as_deref().map_or_else(
            || format!("std::env::var(\"{}\")?", env_name(self.provider, &setting.name.wire)),
            |sample| Literal::string(sample).to_string(),
        )
    }

    /// Where consent happens in a widget: the page that opens it, by a fallback that gives the right token.
    fn widget(&mut self) {
        let provider = self.provider;
        let grant = |name: &str| provider.grants.iter().find(|grant| grant.name.wire == name);
        let opens = |grant: &Grant, widget: &Widget| {
            only_kind(grant).is_some_and(|kind| widget.kinds.iter().any(|known| known == kind))
        };
        for (fallback, widget) in
            provider.fallbacks.iter().flat_map(|fallback| provider.widgets.iter().map(move |widget| (fallback, widget)))
        {
            let (Some(attempt), Some(then)) = (grant(&fallback.attempt), grant(&fallback.then)) else { continue };
            let inputs = attempt.request.inputs.iter().chain(required(&widget.options));
            let simple = inputs.into_iter().all(|input| self.is_simple(&input.ty));
            if !opens(attempt, widget) || !opens(then, widget) || !simple {
                continue;
            }
            let (outcome, open) = (&fallback.name.camel, &widget.name.snake);
            self.imports.push(outcome.clone());
            let arguments = self.given(attempt);
            self.line("// The page that opens the widget; serve it to the user.");
            self.line(format!("let page = match client.{}({arguments}).await? {{", fallback.name.snake));
            let options: Vec<String> =
                required(&widget.options).map(|option| format!(", {}", self.argument(option))).collect();
            for grant in [attempt, then] {
                let (binding, tokens) =
                    if grant.fields.is_empty() { ("tokens", "&tokens") } else { ("granted", "&granted.tokens") };
                let page = format!("client.{open}({tokens}{})?.html()?", options.concat());
                self.line(format!("    {outcome}::{}({binding}) => {page},", grant.name.camel));
            }
            self.line("};");
            self.line("println!(\"{page}\");");
            return self.line("");
        }
    }

    /// How the program comes to its tokens: by consent where the vendor has it, else by a grant.
    fn tokens(&mut self) {
        let provider = self.provider;
        match (&provider.authorize, self.facts.exchange) {
            (None, None) if provider.device.is_some() => self.device(),
            (Some(authorize), Some(exchange)) => {
                let arguments = self.asked(authorize);
                self.line(format!("let login = client.authorize({arguments}).start()?;"));
                self.line("println!(\"Open {}\", login.url());");
                self.line("");
                self.line("// What then comes to your redirect URI is the callback.");
                self.line(format!("let callback = \"{CALLBACK}?code=CODE&state=STATE\";"));
                let binding = first_kind(exchange).map_or("tokens", |(_, binding)| binding);
                self.line(format!(
                    "let {binding} = client.{}(login.into_pending(), callback).await?;",
                    exchange.name.snake
                ));
            }
            _ => {
                if let Some(grant) = self.grant() {
                    let arguments = self.given_with_scope(grant);
                    let binding = first_kind(grant).map_or("tokens", |(_, binding)| binding);
                    self.line(format!("let {binding} = client.{}({arguments}).await?;", grant.name.snake));
                }
            }
        }
    }

    /// Consent on another device.
    fn device(&mut self) {
        let provider = self.provider;
        let (Some(device), Some(exchange)) = (&provider.device, self.facts.device_exchange) else { return };
        let settings = self.facts.connection_settings();
        let (wanted, optional): (Vec<&Setting>, Vec<&Setting>) = settings.partition(|setting| is_required(setting));
        let mut list: Vec<String> = wanted.into_iter().map(|setting| self.setting(setting)).collect();
        list.extend(required(&device.request.inputs).map(|input| self.argument(input)));
        let optional = optional.len() + device.request.inputs.iter().filter(|input| input.optional).count();
        list.extend(std::iter::repeat_n("None".to_owned(), optional));
        let scopes = self.scope(&device.scopes, device.any_scope, &device.default_scopes);
        let scopes = scopes.map(|scopes| format!(".scopes({scopes})"));
        self.line(format!(
            "let pending = client.device({}){}.start().await?;",
            list.join(", "),
            scopes.unwrap_or_default()
        ));
        self.line("println!(\"Open {} and type {}\", pending.verification_uri(), pending.user_code());");
        self.line("");
        self.line("// It waits until the user has decided.");
        let binding = first_kind(exchange).map_or("tokens", |(_, binding)| binding);
        self.line(format!("let {binding} = client.{}(pending).await?;", exchange.name.snake));
    }

    /// The arguments of `authorize`.
    fn asked(&mut self, authorize: &'p Authorize) -> String {
        let settings: Vec<&Setting> = self.facts.connection_settings().filter(|setting| is_required(setting)).collect();
        let mut list: Vec<String> = settings.into_iter().map(|setting| self.setting(setting)).collect();
        list.extend(required(&authorize.request.inputs).map(|input| self.argument(input)));
        list.extend(self.scope(&authorize.scopes, authorize.any_scope, &authorize.default_scopes));
        list.join(", ")
    }

    /// The arguments of a grant's method.
    fn given(&mut self, grant: &'p Grant) -> String {
        let settings = self.facts.begun_with(grant);
        let (wanted, optional): (Vec<&Setting>, Vec<&Setting>) = settings.partition(|setting| is_required(setting));
        let mut list: Vec<String> = wanted.into_iter().map(|setting| self.setting(setting)).collect();
        list.extend(required(&grant.request.inputs).map(|input| self.argument(input)));
        let optional = optional.len() + grant.request.inputs.iter().filter(|input| input.optional).count();
        list.extend(std::iter::repeat_n("None".to_owned(), optional));
        list.join(", ")
    }

    /// The arguments of a grant's method, and a scope where it takes some; a fallback takes none.
    fn given_with_scope(&mut self, grant: &'p Grant) -> String {
        let given = self.given(grant);
        let scope = self.scope(&grant.scopes, grant.any_scope, &grant.default_scopes);
        let Some(scope) = scope else { return given };
        if given.is_empty() { scope } else { format!("{given}, {scope}") }
    }

    /// A list of one scope, where scopes can be named.
    fn scope(&mut self, scopes: &[Scope], any: bool, by_default: &[String]) -> Option<String> {
        if any {
            let scope = by_default.first().map_or("profile", String::as_str);
            return Some(format!("[{}]", Literal::string(scope)));
        }
        let scope = scopes.first()?;
        self.imports.push("Scope".to_owned());
        Some(format!("[Scope::{}]", scope.name.camel))
    }

    /// A grant of the token that calls show, needing as little as possible.
    fn grant(&self) -> Option<&'p Grant> {
        let shown = |kind: &str| {
            let kind = self.provider.tokens.iter().find(|known| known.name.wire == kind);
            kind.is_some_and(|kind| kind.present.is_some())
        };
        let simple = |grant: &&Grant| {
            first_kind(grant).is_some_and(|(kind, _)| shown(kind))
                && !matches!(grant.kind, GrantKind::DeviceCode | GrantKind::RefreshToken)
                && grant.from.is_none()
                && grant.request.inputs.iter().all(|input| self.is_simple(&input.ty))
        };
        self.provider.grants.iter().filter(simple).min_by_key(|grant| grant.request.inputs.len())
    }

    fn connection(&mut self) {
        let has_tokens =
            self.lines.iter().any(|line| line.starts_with("let tokens") || line.starts_with("let (tokens"));
        if !has_tokens {
            return;
        }
        let call = self.call();
        let Some(call) = call else {
            self.line("let connection = client.keep(\"user-42\", tokens).await?;");
            return self.line("println!(\"kept as {}\", connection.id());");
        };
        self.line("");
        self.line("// Kept under your own name for the user: any process with the same store can resume it.");
        self.line("let connection = client.keep(\"user-42\", tokens).await?;");
        let arguments = self.arguments(&call.request.inputs);
        let method = &call.name.snake;
        if call.returns == Type::Nothing {
            self.line(format!("connection.{method}({arguments}).send().await?;"));
        } else {
            self.line(format!("let answer = connection.{method}({arguments}).send().await?;"));
            self.line("println!(\"{answer:?}\");");
        }
    }

    /// The first call that shows the tokens at hand and needs no composed input.
    fn call(&self) -> Option<&'p Call> {
        let consent = self.facts.exchange.or(self.facts.device_exchange);
        let kind = match (consent, self.grant()) {
            (Some(grant), _) | (None, Some(grant)) => first_kind(grant)?.0,
            (None, None) => return None,
        };
        let simple =
            |call: &&Call| call.token == kind && required(&call.request.inputs).all(|input| self.is_simple(&input.ty));
        self.provider.calls.iter().find(simple)
    }

    fn arguments(&mut self, inputs: &[Input]) -> String {
        let arguments: Vec<String> = required(inputs).map(|input| self.argument(input)).collect();
        arguments.join(", ")
    }

    fn argument(&mut self, input: &Input) -> String {
        let sample = input.sample.as_ref();
        match &input.ty {
            Type::Secret => format!("std::env::var(\"{}\")?", env_name(self.provider, &input.name.wire)),
            Type::Integer => sample.and_then(serde_json::Value::as_i64).unwrap_or(1).to_string(),
            Type::Number => format!("{:?}", sample.and_then(serde_json::Value::as_f64).unwrap_or(1.5)),
            Type::Boolean => sample.and_then(serde_json::Value::as_bool).unwrap_or(true).to_string(),
            Type::Date | Type::CompactDate => "\"2026-01-31\".parse()?".to_owned(),
            Type::Timestamp | Type::Epoch | Type::EpochMillis => "\"2026-01-31T12:00:00Z\".parse()?".to_owned(),
            Type::File => {
                self.imports.extend((!self.imports.iter().any(|known| known == "File")).then(|| "File".to_owned()));
                "File::new(\"note.txt\", \"text/plain\", \"Hello\")".to_owned()
            }
            Type::Named(name) => {
                let variant = self.first_variant(name).unwrap_or_default();
                self.imports.extend((!self.imports.contains(name)).then(|| name.clone()));
                format!("{name}::{variant}")
            }
            _ => Literal::string(sample.and_then(serde_json::Value::as_str).unwrap_or(default_text(input))).to_string(),
        }
    }

    fn first_variant(&self, ty: &str) -> Option<String> {
        let def = self.provider.types.iter().find(|def| def.name == ty)?;
        match &def.kind {
            TypeKind::Enum(words) => words.first().map(|word| word.camel.clone()),
            TypeKind::Object(_) => None,
        }
    }

    fn is_simple(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(name) => self.first_variant(name).is_some(),
            Type::List(_) | Type::Map { .. } | Type::Json | Type::Nothing => false,
            _ => true,
        }
    }
}

/// A made-up value for a text that the spec gives no sample of.
fn default_text(input: &Input) -> &'static str {
    if input.name.wire.to_ascii_lowercase().contains("email") { "user@example.com" } else { "user-42" }
}

fn required(inputs: &[Input]) -> impl Iterator<Item = &Input> {
    inputs.iter().filter(|input| !input.optional)
}
