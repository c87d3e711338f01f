//! `examples/login.rs`: the whole flow from a terminal. Written line by line: it is there to be read.

use proc_macro2::Literal;

use super::docs::prose;
use super::facts::{Facts, Takes, is_required};
use super::names::first_kind;
use crate::model::{Authorize, Call, Grant, Input, Name, Provider, Renew, Scope, Setting, Type};

/// The widest line that is written in one piece.
const WIDTH: usize = 120;

/// The text of the program, without its header.
pub(super) fn example(provider: &Provider, facts: &Facts<'_>) -> String {
    let mut example = Example { provider, facts, lines: Vec::new() };
    example.client();
    example.grants();
    example.connection();
    let imports = if example.asks_for_scopes() { "Client, PROVIDER, Scope" } else { "Client, PROVIDER" };
    let krate = provider.crate_name();
    let mut text = format!(
        "\
//! The whole flow of {title} from a terminal: `cargo run -p authsmith-{name} --example login-{name} -- --help`.

use {krate}::{{{imports}}};

#[tokio::main(flavor = \"current_thread\")]
async fn main() -> std::process::ExitCode {{
    authsmith_login::run(PROVIDER, async |login| {{
",
        title = prose(&provider.title),
        name = provider.name.wire,
    );
    for line in &example.lines {
        text.push_str("        ");
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("        Ok(())\n    })\n    .await\n}\n");
    text
}

struct Example<'p> {
    provider: &'p Provider,
    facts: &'p Facts<'p>,
    lines: Vec<String>,
}

impl<'p> Example<'p> {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn client(&mut self) {
        self.line("let client = Client::builder()");
        if self.facts.client_id {
            self.line("    .client_id(login.text(\"client_id\")?)");
        }
        if self.facts.client_secret {
            self.line("    .client_secret(login.secret(\"client_secret\")?)");
        }
        if self.facts.client_key {
            self.line("    .client_key(login.key(\"client_key\")?)");
        }
        if self.facts.redirect_uri {
            self.line("    .redirect_uri(login.callback()?)");
        }
        for setting in self.facts.required_settings() {
            self.line(setter(setting));
        }
        self.line("    .store(login.store())");
        self.line("    .configure(|config| login.configure(config))");
        self.line("    .build()?;");
    }

    /// Every grant that needs no browser, then consent and the exchange.
    fn grants(&mut self) {
        let kept = self.kept_grant().map(|grant| grant.name.wire.clone());
        for grant in &self.provider.grants {
            let by_itself = self.facts.takes(grant) == Takes::Inputs;
            if by_itself && Some(&grant.name.wire) != kept.as_ref() {
                let arguments = self.given_with_scopes(grant);
                let call = format!("client.{}({arguments})", grant.name.snake);
                self.step(None, "step", &grant.name.wire, &call, arguments.contains("set."));
            }
        }
        for fallback in &self.provider.fallbacks {
            let attempt = self.provider.grants.iter().find(|grant| grant.name.wire == fallback.attempt);
            let arguments = attempt.map(|grant| self.given(grant)).unwrap_or_default();
            let call = format!("client.{}({arguments})", fallback.name.snake);
            self.step(None, "step", &fallback.name.wire, &call, !arguments.is_empty());
        }
        match (self.facts.exchange, &self.provider.authorize, self.kept_grant()) {
            (Some(exchange), Some(authorize), _) => {
                let arguments = self.asked(authorize);
                self.authorize(&arguments);
                self.line("let callback = login.visit(&started).await?;");
                self.line("let pending = started.into_pending();");
                let call = format!("client.{}(pending, callback)", exchange.name.snake);
                self.step(
                    first_kind(exchange).map(|(_, binding)| binding),
                    "require",
                    &exchange.name.wire,
                    &call,
                    false,
                );
            }
            (None, ..) if self.by_device() => self.device(),
            (_, _, Some(grant)) => {
                let arguments = self.given_with_scopes(grant);
                let call = format!("client.{}({arguments})", grant.name.snake);
                let binding = first_kind(grant).map(|(_, binding)| binding);
                self.step(binding, "require", &grant.name.wire, &call, arguments.contains("set."));
            }
            _ => {}
        }
    }

    /// Whether the user consents on another device: where no browser is asked.
    fn by_device(&self) -> bool {
        self.facts.exchange.is_none() && self.provider.device.is_some() && self.facts.device_exchange.is_some()
    }

    fn device(&mut self) {
        let (Some(device), Some(exchange)) = (&self.provider.device, self.facts.device_exchange) else { return };
        let arguments = self.arguments(self.facts.connection_settings().collect(), &device.request.inputs);
        let scopes = self.scopes();
        let scopes = if scopes.is_empty() { scopes } else { format!(".scopes({scopes})") };
        let call = format!("client.device({arguments}){scopes}.start()");
        self.step(Some("pending"), "require", "device", &call, !arguments.is_empty());
        self.line("login.show(&pending).await?;");
        let call = format!("client.{}(pending)", exchange.name.snake);
        self.step(first_kind(exchange).map(|(_, binding)| binding), "require", &exchange.name.wire, &call, false);
    }

    fn authorize(&mut self, arguments: &str) {
        let line = format!("let started = client.authorize({arguments}).start()?;");
        if line.len() + 8 <= WIDTH || arguments != self.scopes() {
            return self.line(line);
        }
        let list = format!("let scopes = {arguments};");
        let width = if list.len() + 8 <= WIDTH { WIDTH } else { WIDTH - 12 };
        let mut lines = super::docs::wrap(&list, width).into_iter();
        self.lines.extend(lines.next());
        self.lines.extend(lines.map(|line| format!("    {line}")));
        self.line("let started = client.authorize(scopes).start()?;");
    }

    /// Calls with the tokens that were kept, and their renewal.
    fn connection(&mut self) {
        let consent = self.facts.exchange.filter(|_| self.provider.authorize.is_some());
        let consent = consent.or(self.facts.device_exchange.filter(|_| self.by_device()));
        let Some((kind, _)) = consent.or(self.kept_grant()).and_then(first_kind) else { return };
        let calls: Vec<&Call> = self.provider.calls.iter().filter(|call| call.token == kind).collect();
        let renew = self.provider.tokens.iter().find(|known| known.name.wire == kind).map(|known| &known.renew);
        let refresh = match renew {
            Some(Renew::Refresh { grant, .. } | Renew::Extend(grant) | Renew::Exchange(grant)) => Some(grant.clone()),
            _ => None,
        };
        let keep = "client.keep(\"login\", tokens).await?;";
        if calls.is_empty() && refresh.is_none() {
            return self.line(keep);
        }
        self.line(format!("let link = {keep}"));
        for call in calls {
            let inputs = &call.request.inputs;
            let inputs: Vec<String> = inputs.iter().filter(|input| !input.optional).map(set).collect();
            let request = format!("link.{}({})", call.name.snake, inputs.join(", "));
            self.step(None, "step", &call.name.wire, &request, !inputs.is_empty());
        }
        if let Some(grant) = refresh {
            self.step(None, "step", &grant, "link.renew()", false);
        }
    }

    fn step(&mut self, keep: Option<&str>, how: &str, name: &str, call: &str, inputs: bool) {
        let head = keep.map(|keep| format!("let {keep} = ")).unwrap_or_default();
        let ask = if keep.is_some() { "?" } else { "" };
        let argument = if inputs { "set" } else { "_" };
        let name = Literal::string(name);
        let line = format!("{head}login.{how}({name}, async |{argument}| Ok({call}.await?)).await{ask};");
        if line.len() + 8 <= WIDTH {
            return self.line(line);
        }
        self.line(format!("{head}login.{how}({name}, async |{argument}| {{"));
        self.line(format!("    Ok({call}.await?)"));
        self.line(format!("}}).await{ask};"));
    }

    /// Without consent, the grant whose tokens the connection shows.
    fn kept_grant(&self) -> Option<&'p Grant> {
        let shown = |kind: &str| {
            let kind = self.provider.tokens.iter().find(|known| known.name.wire == kind);
            kind.is_some_and(|kind| kind.present.is_some())
        };
        let gives = |grant: &&Grant| {
            self.facts.takes(grant) == Takes::Inputs && first_kind(grant).is_some_and(|(kind, _)| shown(kind))
        };
        let consent = self.provider.authorize.is_some() && self.facts.exchange.is_some() || self.by_device();
        self.provider.grants.iter().find(gives).filter(|_| !consent)
    }

    fn asks_for_scopes(&self) -> bool {
        let by_itself = |grant: &Grant| self.facts.takes(grant) == Takes::Inputs && !grant.scopes.is_empty();
        let consents = (self.facts.exchange.is_some() || self.by_device()) && self.scopes().starts_with('[');
        consents || self.provider.grants.iter().any(by_itself)
    }

    /// The arguments of `authorize`: the settings of the connection, the inputs, and every scope that the vendor names.
    fn asked(&self, authorize: &Authorize) -> String {
        let settings = self.facts.connection_settings().filter(|setting| is_required(setting));
        let settings = settings.map(|setting| format!("login.text({})?{}", wire(&setting.name), into(setting)));
        let inputs = authorize.request.inputs.iter().filter(|input| !input.optional).map(|input| {
            let name = wire(&input.name);
            match input.ty {
                Type::String => format!("login.text({name})?"),
                Type::Secret => format!("login.secret({name})?"),
                Type::Named(_) => format!("login.text({name})?.into()"),
                _ => format!("login.text({name})?.parse()?"),
            }
        });
        let scopes = Some(self.scopes()).filter(|scopes| !scopes.is_empty());
        settings.chain(inputs).chain(scopes).collect::<Vec<_>>().join(", ")
    }

    /// The arguments of a grant's method, out of what the user has set.
    fn given(&self, grant: &'p Grant) -> String {
        self.arguments(self.facts.begun_with(grant).collect(), &grant.request.inputs)
    }

    /// What a method takes: settings of the connection and inputs, what may be left out last.
    fn arguments(&self, settings: Vec<&Setting>, inputs: &[Input]) -> String {
        let (settings, or_none): (Vec<&Setting>, Vec<&Setting>) =
            settings.into_iter().partition(|setting| is_required(setting));
        let settings = settings.iter().map(|setting| format!("set.text({})?{}", wire(&setting.name), into(setting)));
        let or_none = or_none.iter().map(|setting| {
            let into = if setting.allowed.is_empty() { "" } else { ".map(Into::into)" };
            format!("set.text({}).ok(){into}", wire(&setting.name))
        });
        let inputs = |optional: bool| inputs.iter().filter(move |input| input.optional == optional);
        let all = settings.chain(inputs(false).map(set)).chain(or_none).chain(inputs(true).map(set));
        all.collect::<Vec<_>>().join(", ")
    }

    /// The arguments of a grant's method, and every scope that the vendor names for it.
    fn given_with_scopes(&self, grant: &'p Grant) -> String {
        let all = [self.given(grant), scope_list(&grant.scopes, grant.any_scope)];
        all.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Every scope that the vendor names for consent.
    fn scopes(&self) -> String {
        match (&self.provider.device, &self.provider.authorize) {
            (Some(device), _) if self.by_device() => scope_list(&device.scopes, device.any_scope),
            (_, Some(authorize)) => scope_list(&authorize.scopes, authorize.any_scope),
            _ => String::new(),
        }
    }
}

/// Every scope that the spec names; where it names none, the ones that the user has set, if any.
fn scope_list(scopes: &[Scope], any: bool) -> String {
    if any {
        return "login.maybe(\"scope\")".to_owned();
    }
    let scopes: Vec<String> = scopes.iter().map(|scope| format!("Scope::{}", scope.name.camel)).collect();
    if scopes.is_empty() { String::new() } else { format!("[{}]", scopes.join(", ")) }
}

fn setter(setting: &Setting) -> String {
    format!("    .{}(login.text({})?{})", setting.name.snake, wire(&setting.name), into(setting))
}

/// What turns the text of a setting into its type.
fn into(setting: &Setting) -> &'static str {
    if setting.allowed.is_empty() { "" } else { ".into()" }
}

fn wire(name: &Name) -> Literal {
    Literal::string(&name.wire)
}

/// An input, out of what the user has set.
fn set(input: &Input) -> String {
    let how = match input.ty {
        Type::String => "text",
        Type::Secret => "secret",
        Type::File => "file",
        _ => "json",
    };
    let end = if input.optional { ".ok()" } else { "?" };
    format!("set.{how}({}){end}", wire(&input.name))
}
