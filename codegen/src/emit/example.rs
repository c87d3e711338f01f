//! `examples/login.rs`: the whole flow from a terminal. Written line by line: it is there to be read.

use proc_macro2::Literal;

use super::docs::prose;
use super::facts::Facts;
use super::names::{first_kind, variants};
use crate::model::{Call, Grant, GrantKind, Input, Provider, Renew, Setting, Type};

/// The widest line that is written in one piece.
const WIDTH: usize = 120;

/// The text of the program, without its header.
pub(super) fn example(provider: &Provider, facts: &Facts<'_>) -> String {
    let mut example = Example { provider, facts, lines: Vec::new() };
    example.client();
    example.grants();
    example.connection();
    let imports = if example.asks_for_scopes() { "Client, PROVIDER, Scope" } else { "Client, PROVIDER" };
    let krate = format!("authsmith_{}", provider.name.wire);
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
            let by_itself = !matches!(grant.kind, GrantKind::AuthorizationCode | GrantKind::RefreshToken);
            if by_itself && Some(&grant.name.wire) != kept.as_ref() {
                let call = format!("client.{}({})", grant.name.snake, arguments(&grant.request.inputs));
                self.step(None, "step", &grant.name.wire, &call, !grant.request.inputs.is_empty());
            }
        }
        for fallback in &self.provider.fallbacks {
            let attempt = self.provider.grants.iter().find(|grant| grant.name.wire == fallback.attempt);
            let inputs = attempt.map(|grant| grant.request.inputs.as_slice()).unwrap_or_default();
            let call = format!("client.{}({})", fallback.name.snake, arguments(inputs));
            self.step(None, "step", &fallback.name.wire, &call, !inputs.is_empty());
        }
        let scopes = self.scopes();
        match (self.facts.exchange, &self.provider.authorize, self.kept_grant()) {
            (Some(exchange), Some(_), _) => {
                self.authorize(&scopes);
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
            (_, _, Some(grant)) => {
                let call = format!("client.{}({})", grant.name.snake, arguments(&grant.request.inputs));
                self.step(
                    first_kind(grant).map(|(_, binding)| binding),
                    "require",
                    &grant.name.wire,
                    &call,
                    !grant.request.inputs.is_empty(),
                );
            }
            _ => {}
        }
    }

    fn authorize(&mut self, scopes: &str) {
        let line = format!("let started = client.authorize({scopes}).start()?;");
        if line.len() + 8 <= WIDTH {
            return self.line(line);
        }
        let list = format!("let scopes = {scopes};");
        let width = if list.len() + 8 <= WIDTH { WIDTH } else { WIDTH - 12 };
        let mut lines = super::docs::wrap(&list, width).into_iter();
        self.lines.extend(lines.next());
        self.lines.extend(lines.map(|line| format!("    {line}")));
        self.line("let started = client.authorize(scopes).start()?;");
    }

    /// Calls with the tokens that were kept, and their renewal.
    fn connection(&mut self) {
        let consent = self.facts.exchange.filter(|_| self.provider.authorize.is_some());
        let Some((kind, _)) = consent.or(self.kept_grant()).and_then(first_kind) else { return };
        let calls: Vec<&Call> = self.provider.calls.iter().filter(|call| call.token == kind).collect();
        let renew = self.provider.tokens.iter().find(|known| known.name.wire == kind).map(|known| &known.renew);
        let refresh = match renew {
            Some(Renew::Refresh { grant, .. }) => Some(grant.clone()),
            _ => None,
        };
        let keep = "client.keep(\"login\", tokens).await?;";
        if calls.is_empty() && refresh.is_none() {
            return self.line(keep);
        }
        self.line(format!("let link = {keep}"));
        for call in calls {
            let inputs = &call.request.inputs;
            let request = format!("link.{}({})", call.name.snake, arguments(inputs));
            self.step(None, "step", &call.name.wire, &request, inputs.iter().any(|input| !input.optional));
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
            let standard = matches!(grant.kind, GrantKind::AuthorizationCode | GrantKind::RefreshToken);
            !standard && first_kind(grant).is_some_and(|(kind, _)| shown(kind))
        };
        let consent = self.provider.authorize.is_some() && self.facts.exchange.is_some();
        self.provider.grants.iter().find(gives).filter(|_| !consent)
    }

    fn asks_for_scopes(&self) -> bool {
        self.facts.exchange.is_some() && !self.scopes().is_empty()
    }

    /// Every scope that the vendor names.
    fn scopes(&self) -> String {
        let scopes = self.provider.authorize.iter().flat_map(|authorize| &authorize.scopes);
        let scopes: Vec<String> = scopes.map(|scope| format!("Scope::{}", scope.name.camel)).collect();
        if scopes.is_empty() { String::new() } else { format!("[{}]", scopes.join(", ")) }
    }
}

fn setter(setting: &Setting) -> String {
    let into = if variants(&setting.allowed).is_empty() { "" } else { ".into()" };
    format!("    .{}(login.text({})?{into})", setting.name.snake, Literal::string(&setting.name.wire))
}

/// The arguments of a method, out of what the user has set.
fn arguments(inputs: &[Input]) -> String {
    let arguments = inputs.iter().filter(|input| !input.optional).map(|input| {
        let name = Literal::string(&input.name.wire);
        match input.ty {
            Type::String => format!("set.text({name})?"),
            Type::Secret => format!("set.secret({name})?"),
            _ => format!("set.json({name})?"),
        }
    });
    arguments.collect::<Vec<_>>().join(", ")
}
