//! A spec that is being made: what is known of the vendor, and marks where something isn't.

use super::places::{Piece, pieces_of_url};
use super::yaml::{self, Map, Node};
use super::{names, scalar};
use authsmith_codegen::check::codes::Code;

/// Marks what the reader has to add.
pub const FILL: &str = "fill in:";
/// Marks what was assumed.
pub const SURE: &str = "make sure:";

/// The sections of a spec, in the order in which people write them.
const SECTIONS: &[&str] = &[
    "spec",
    "provider",
    "title",
    "about",
    "docs",
    "settings",
    "values",
    "authorize",
    "device",
    "token",
    "grants",
    "tokens",
    "id_token",
    "errors",
    "revoke",
    "api",
    "verify",
    "calls",
    "types",
    "enums",
    "undocumented",
];

/// A spec that is being made.
#[derive(Debug)]
pub struct Sketch {
    /// What stands in it.
    pub spec: Map,
    /// What a source said that the spec doesn't.
    pub told: Vec<String>,
}

/// Where a URL stands: what its placeholders become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A URL that is the same for all users: settings.
    Deployment,
    /// A call: the path's are inputs, the host's are settings.
    Call,
}

impl Sketch {
    /// A spec that says only its name.
    pub fn new(name: &str) -> Self {
        let mut spec = Map::block();
        spec.set("spec", Node::Bare("1".to_owned()));
        spec.set("provider", name);
        Self { spec, told: Vec::new() }
    }

    /// Says something about a source that the spec doesn't say; each thing once.
    pub fn tell(&mut self, what: impl Into<String>) {
        let what = what.into().replace(scalar::is_hidden, " ");
        if !self.told.contains(&what) {
            self.told.push(what);
        }
    }

    /// The name of the provider.
    pub fn provider(&self) -> &str {
        self.spec.text("provider").unwrap_or_default()
    }

    /// Adds a setting, or finds the one that there is; gives its name.
    pub fn setting(&mut self, wanted: &str, rule: &[(&str, &str)], about: &str) -> String {
        let wanted = names::identifier(wanted).unwrap_or_else(|| "setting".to_owned());
        let free = names::free(&wanted, names::Of::Setting, &[]);
        let known = self.spec.map("settings").and_then(|settings| settings.map(&free));
        let same = |(key, value): &(&str, &str)| known.is_some_and(|known| known.text(key) == Some(value));
        if rule.iter().filter(|(key, _)| *key != "sample").all(same) && known.is_some() {
            return free;
        }
        let taken: Vec<String> =
            self.spec.map("settings").map(|settings| settings.keys().map(str::to_owned).collect()).unwrap_or_default();
        let name = names::free(&wanted, names::Of::Setting, &taken);
        let mut setting = Map::default();
        rule.iter().for_each(|(key, value)| setting.set(*key, *value));
        self.spec.edit("settings", |settings| {
            settings.spread();
            settings.set(name.clone(), setting);
            settings.above(&name, about);
        });
        name
    }

    /// A URL as a template. Its placeholders become settings, or inputs of a call, which are given with it.
    pub fn url(&mut self, url: &str, of: Of) -> (String, Vec<String>) {
        let url = self.schemed(url.trim());
        let pieces = pieces_of_url(&url);
        let (mut template, mut inputs) = (String::new(), Vec::new());
        for (at, piece) in pieces.iter().enumerate() {
            let name = match piece {
                Piece::Text(text) => {
                    template.push_str(&text.replace('<', "<<"));
                    continue;
                }
                Piece::Place(name) => name,
            };
            let after = match pieces.get(at + 1) {
                Some(Piece::Text(text)) => text.as_str(),
                _ => "",
            };
            let inside = template.split_once("://").map(|(_, rest)| rest);
            let in_host = inside.is_some_and(|rest| !rest.contains(['/', '?']));
            let whole_host = in_host && inside == Some("") && (after.is_empty() || after.starts_with(['/', ':', '?']));
            let name = if name.is_empty() { "part" } else { name };
            let about = format!("{SURE} {name}, as the vendor's page says; `of: connection` when each user has one");
            let provider = self.provider().to_owned();
            let name = if template.is_empty() && !url.starts_with('/') {
                let sample = format!("https://api.{}.example", provider.replace('_', "-"));
                self.setting(name, &[("format", "url"), ("sample", &sample)], &about)
            } else if whole_host {
                let sample = format!("{}.example", provider.replace('_', "-"));
                self.setting(name, &[("format", "hostname"), ("sample", &sample)], &about)
            } else if in_host {
                self.setting(name, &[("pattern", "[A-Za-z0-9-]+"), ("sample", "eu")], &about)
            } else if of == Of::Call {
                let name = names::identifier(name).unwrap_or_else(|| "part".to_owned());
                let name = names::free(&name, names::Of::Input, &inputs);
                inputs.push(name.clone());
                name
            } else {
                self.setting(name, &[("sample", "sample")], &about)
            };
            template.push_str(&format!("<{name}>"));
        }
        (template, inputs)
    }

    /// A URL with a scheme that credentials may travel by.
    pub fn schemed(&mut self, url: &str) -> String {
        let begins = |texts: &[&str]| texts.iter().any(|text| url.starts_with(text));
        if let Some(rest) = url.strip_prefix("http://") {
            let loopback = ["localhost", "127.", "[::1]"].iter().any(|host| rest.starts_with(host));
            if loopback {
                return url.to_owned();
            }
            self.tell(format!("{url} is plain http; the spec says https, which alone may carry credentials"));
            return format!("https://{rest}");
        }
        let is_bare = !url.contains("://") && url.split('/').next().is_some_and(|host| host.contains('.'));
        if is_bare && !begins(&["/", "$", "{", "<", "["]) { format!("https://{url}") } else { url.to_owned() }
    }

    /// The names of all operations.
    pub fn operations(&self) -> Vec<String> {
        let sections = ["grants", "calls"].into_iter().filter_map(|section| self.spec.map(section));
        sections.flat_map(|section| section.keys().map(str::to_owned)).collect()
    }

    /// Adds what the language needs and nobody has said, as settings, and marks for the rest.
    pub fn complete(&mut self) {
        let grants = |name: &str| self.spec.map("grants").map(|grants| grants.has(name));
        let asks = grants("exchange_code").unwrap_or(!self.spec.has("device"));
        let needs_url = |key: &str| self.spec.map(key).is_none_or(|section| !section.has("url"));
        let authorize = asks && needs_url("authorize");
        let own = |grant: &Map| grant.has("get") || grant.has("post");
        let elsewhere = self
            .spec
            .map("grants")
            .is_some_and(|grants| !grants.is_empty() && grants.keys().all(|name| grants.map(name).is_some_and(own)));
        let token = needs_url("token") && !elsewhere;
        for (key, missing, what) in
            [("authorize", authorize, "the page that asks users for consent"), ("token", token, "the token endpoint")]
        {
            if missing {
                let sample = format!("https://{}.example/oauth/{key}", self.provider().replace('_', "-"));
                let about = format!("{FILL} {what}, in place of <{key}_url> below; until then the app supplies it");
                let name = self.setting(&format!("{key}_url"), &[("format", "url"), ("sample", &sample)], &about);
                self.spec.edit(key, |section| {
                    section.set("url", format!("<{name}>"));
                    section.order(&["url", "client", "encoding"]);
                });
            }
        }
        if !self.spec.has("docs") {
            let why = format!("{FILL} the vendor's own page");
            self.spec.suggest("docs", "https://", why);
        }
        let scopes = self.spec.map("authorize").is_some_and(|authorize| !authorize.has("scopes"));
        if scopes {
            self.spec.edit("authorize", |authorize| {
                let why = format!("{FILL} the scopes that the vendor names; none is sent without them");
                authorize.spread();
                authorize.suggest("scopes", ["profile"].into_iter().collect::<Node>(), why);
            });
        }
        if !self.spec.has("tokens") {
            let why = format!(
                "{FILL} how long tokens live and how they are shown, where it is not as RFC 6749 and RFC 6750 say"
            );
            let access = Map::default().with("lifetime", "1h").with("present", "bearer");
            self.spec.suggest("tokens", Map::default().with("access", access), why);
        }
        if !self.spec.has("calls") {
            let returns = Map::default().with("id", "string").with("email", "string?");
            let me = Map::default().with("get", if self.spec.has("api") { "/me" } else { "https://" });
            let calls = Map::block().with("me", me.with("returns", returns));
            self.spec.suggest("calls", calls, format!("{FILL} what the app does with a token"));
        }
        self.spec.order(SECTIONS);
    }

    /// Marks the warnings that only a reason can silence.
    pub fn allow(&mut self, warnings: &[&Code]) {
        let dangers: Vec<_> = warnings.iter().filter(|code| code.code.starts_with("AS08")).collect();
        if dangers.is_empty() {
            return;
        }
        let mut allow = Map::block();
        for code in dangers {
            allow.set(code.code, "");
            allow.note(code.code, code.title);
        }
        let why = format!("{FILL} why the vendor leaves no other way; `check` warns until then");
        self.spec.suggest("allow", allow, why);
        self.spec.order(SECTIONS);
    }

    /// The text of the spec, with the line that editors read.
    pub fn text(&self, schema: &str) -> String {
        let head = [format!("yaml-language-server: $schema={schema}")];
        yaml::document(&head, &self.spec)
    }
}

/// A text as a template that holds nothing but it.
pub fn literal(text: &str) -> String {
    text.replace('<', "<<")
}
