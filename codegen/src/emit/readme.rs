//! `README.md`: what the crate does, a first program, its operations, the flow, and what the vendor's page leaves out.

use super::docs::{code, line, link, sentence};
use super::facts::Facts;
use super::names::only_kind;
use super::program::{env_name, first_program};
use crate::lower::template_text;
use crate::model::{Grant, GrantKind, Issued, Name, Provider, Renew, Request, Type, Yields};

/// The text of the file.
pub(super) fn readme(provider: &Provider, facts: &Facts<'_>) -> String {
    let readme = Readme { provider, facts };
    let mut parts = vec![readme.intro(), readme.program(), readme.operations(), readme.flow()];
    parts.extend(readme.undocumented());
    parts.extend(readme.allowed());
    parts.extend([readme.login(), readme.origin()]);
    parts.join("\n")
}

struct Readme<'p> {
    provider: &'p Provider,
    facts: &'p Facts<'p>,
}

impl Readme<'_> {
    fn name(&self) -> &str {
        &self.provider.name.wire
    }

    fn intro(&self) -> String {
        let about = self.provider.about.as_deref().map(|about| format!("{}\n", line(about))).unwrap_or_default();
        let page = self.provider.docs.as_deref().map(|url| format!("\nThe vendor's page: {}\n", link(url)));
        format!("# authsmith-{}\n\n{about}{}", self.name(), page.unwrap_or_default())
    }

    fn program(&self) -> String {
        format!("## A first program\n\n```rust\n{}\n```\n", first_program(self.provider, self.facts).join("\n"))
    }

    fn operations(&self) -> String {
        let mut text = "## Operations\n\n| operation | request | gives |\n| --- | --- | --- |\n".to_owned();
        if let Some(authorize) = &self.provider.authorize {
            text.push_str(&row("authorize", &authorize.request, "the user's consent, as a callback", None));
        }
        if let Some(device) = &self.provider.device {
            let gives = "a code for the user, and the page to type it at";
            text.push_str(&row("device", &device.request, gives, device.about.as_deref()));
        }
        for grant in &self.provider.grants {
            text.push_str(&row(&grant.name.snake, &grant.request, &self.gives(grant), grant.about.as_deref()));
        }
        for call in &self.provider.calls {
            text.push_str(&row(&call.name.snake, &call.request, &answer(&call.returns), call.about.as_deref()));
        }
        text
    }

    fn gives(&self, grant: &Grant) -> String {
        let given = match &grant.yields {
            Yields::Code(_) => "an authorization code".to_owned(),
            Yields::Tokens(issued) => {
                let kind = |token: &Issued| match token.optional {
                    true => format!("{} (it may lack)", code(&token.kind)),
                    false => code(&token.kind),
                };
                let kinds: Vec<String> = issued.iter().map(kind).collect();
                let id_token = grant.id_token.as_ref().filter(|place| place.due).map_or("", |_| ", with an ID token");
                format!("a token: {}{id_token}", kinds.join(", "))
            }
        };
        if grant.discouraged.is_some() { format!("{given} (discouraged)") } else { given }
    }

    /// The flow as a diagram. Only names and the title's letters stand in it.
    fn flow(&self) -> String {
        let title: String = self.provider.title.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let mut text = format!(
            "## The flow\n\n```mermaid\nsequenceDiagram\n    participant U as User\n    participant A as Your app\n    \
             participant V as {}\n",
            title.split_whitespace().collect::<Vec<_>>().join(" "),
        );
        let mut line = |from_to: &str, what: &str| text.push_str(&format!("    {from_to}: {what}\n"));
        let codes = [GrantKind::AuthorizationCode, GrantKind::DeviceCode, GrantKind::RefreshToken];
        for grant in self.grants(|kind| !codes.contains(&kind)) {
            line("A->>V", &grant.name.snake);
            line("V-->>A", &told(grant));
        }
        if self.provider.authorize.is_some() {
            line("A->>U", "authorize: the login page's URL");
            line("U->>V", "consents");
            line("V-->>A", "callback with a code");
        }
        for grant in self.grants(|kind| kind == GrantKind::AuthorizationCode) {
            line("A->>V", &grant.name.snake);
            line("V-->>A", &told(grant));
        }
        if self.provider.device.is_some() {
            line("A->>V", "device");
            line("V-->>A", "a code and a page");
            line("A->>U", "shows both");
            line("U->>V", "types the code on another device, and consents");
        }
        for grant in self.grants(|kind| kind == GrantKind::DeviceCode) {
            line("A->>V", &format!("{}, again and again", grant.name.snake));
            line("V-->>A", &told(grant));
        }
        for widget in &self.provider.widgets {
            line("A->>U", &format!("{}: a page that opens the widget", widget.name.snake));
            line("U->>V", "consents");
        }
        if let Some(call) = self.provider.calls.first() {
            let more = if self.provider.calls.len() > 1 { " and the other calls" } else { "" };
            line("A->>V", &format!("{}{more}, with the {} token", call.name.snake, word(&call.token)));
            line("V-->>A", "answer");
        }
        for kind in &self.provider.tokens {
            let how = match &kind.renew {
                Renew::None => continue,
                Renew::Refresh { grant, .. } => format!("{}, when the {} token expires", word(grant), kind.name.snake),
                Renew::Reissue => format!("the same grant again, when the {} token expires", kind.name.snake),
                Renew::Extend(grant) | Renew::Exchange(grant) => {
                    format!("{}, when the {} token expires", word(grant), kind.name.snake)
                }
            };
            line("A->>V", &how);
        }
        text.push_str("```\n");
        text
    }

    fn grants(&self, wanted: impl Fn(GrantKind) -> bool) -> impl Iterator<Item = &Grant> {
        self.provider.grants.iter().filter(move |grant| wanted(grant.kind))
    }

    fn undocumented(&self) -> Option<String> {
        let grants = self.provider.grants.iter().map(|grant| (&grant.name, &grant.undocumented));
        let calls = self.provider.calls.iter().map(|call| (&call.name, &call.undocumented));
        let operations = grants.chain(calls).filter_map(|(name, what)| Some(gap(name, what.as_deref()?)));
        let general = self.provider.undocumented.iter().map(|what| format!("- {}\n", line(what)));
        let gaps: String = general.chain(operations).collect();
        (!gaps.is_empty()).then(|| format!("## What the vendor's page leaves out\n\n{gaps}"))
    }

    fn allowed(&self) -> Option<String> {
        let allowed = self.provider.allowed.iter();
        let list: String =
            allowed.map(|one| format!("- {}, {}: {}\n", one.code, one.title, line(&one.reason))).collect();
        (!list.is_empty()).then(|| format!("## What is dangerous, and why it is there\n\n{list}"))
    }

    fn login(&self) -> String {
        let mut needed = Vec::new();
        needed.extend(self.facts.client_id.then(|| "client_id".to_owned()));
        needed.extend(self.facts.client_secret.then(|| "client_secret".to_owned()));
        needed.extend(self.facts.client_key.then(|| "client_key".to_owned()));
        needed.extend(self.facts.required_settings().map(|setting| setting.name.wire.clone()));
        let variables: Vec<String> = needed.iter().map(|name| code(&env_name(self.provider, name))).collect();
        let callback =
            if self.provider.authorize.is_some() { " --callback http://127.0.0.1:8000/callback" } else { "" };
        let take = if variables.is_empty() {
            String::new()
        } else {
            format!(" It takes {} from the environment, or `--set name=value`.", list(&variables))
        };
        format!(
            "## Try it\n\nThe example walks through the whole flow, step by step, against the vendor or with `--server ORIGIN` \
             against the sandbox.{take}\n\n```sh\ncargo run -p authsmith-{name} --example login-{name} --{}\n```\n",
            if callback.is_empty() { " --help" } else { callback },
            name = self.provider.name.wire,
        )
    }

    fn origin(&self) -> String {
        let spec = code(&self.provider.source.file);
        format!("---\n\nGenerated by authsmith {} from {spec}: edit the spec instead.\n", super::VERSION)
    }
}

fn row(method: &str, request: &Request, gives: &str, about: Option<&str>) -> String {
    let url = code(&format!("{} {}", request.method.as_str(), template_text(&request.url))).replace('|', "\\|");
    let about = about.map(|about| format!(". {}", sentence(about))).unwrap_or_default();
    format!("| `{method}` | {url} | {gives}{about} |\n")
}

fn answer(ty: &Type) -> String {
    match ty {
        Type::Nothing => "nothing".to_owned(),
        Type::Json => "JSON".to_owned(),
        Type::List(item) => format!("a list of {}", answer(item)),
        Type::Map { key, value } => format!("{} by {}", answer(value), answer(key)),
        Type::Named(name) => format!("`{name}`"),
        Type::String | Type::Text => "text".to_owned(),
        Type::Bytes => "bytes".to_owned(),
        Type::File => "a file".to_owned(),
        Type::Secret => "a secret".to_owned(),
        Type::Integer => "an integer".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Date | Type::CompactDate => "date".to_owned(),
        Type::Timestamp | Type::Epoch | Type::EpochMillis => "a moment".to_owned(),
    }
}

/// What a grant gives, in a diagram.
fn told(grant: &Grant) -> String {
    match (&grant.yields, only_kind(grant)) {
        (Yields::Code(_), _) => "an authorization code".to_owned(),
        (_, Some(kind)) => format!("{} token", word(kind)),
        (_, None) => "tokens".to_owned(),
    }
}

/// A name of the spec, in a diagram.
fn word(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { ' ' }).collect()
}

fn gap(name: &Name, what: &str) -> String {
    if what == "true" {
        format!("- `{}` as a whole.\n", name.snake)
    } else {
        format!("- `{}`: {}\n", name.snake, sentence(what))
    }
}

fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
