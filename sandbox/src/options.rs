//! What a sandbox can be told before it starts.

use std::collections::BTreeMap;

use authsmith_codegen::model::{Format, Provider, Setting};
use regex_lite::Regex;
use url::Url;

use crate::functions::is_uuid;
use crate::known::dressed;

/// How a sandbox starts; the default takes any free ports and accepts every redirect URI on loopback.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(crate) base_port: Option<u16>,
    pub(crate) redirect_uris: Vec<(String, String)>,
    pub(crate) settings: BTreeMap<(String, String), String>,
    pub(crate) registered_only: bool,
    pub(crate) replay_revokes: bool,
    pub(crate) sparse: bool,
}

impl Options {
    /// Gives the first vendor this port, the second the next, and so on; any free ports when left out.
    pub fn base_port(mut self, port: u16) -> Self {
        self.base_port = Some(port);
        self
    }

    /// Registers a redirect URI with a vendor. The newest one is where a vendor sends users whose authorization request
    /// names none.
    pub fn redirect_uri(mut self, provider: impl Into<String>, uri: impl Into<String>) -> Self {
        self.redirect_uris.push((provider.into(), uri.into()));
        self
    }

    /// Says what a setting of a vendor is; its default or else its sample holds when left out.
    pub fn setting(
        mut self,
        provider: impl Into<String>,
        setting: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.settings.insert((provider.into(), setting.into()), value.into());
        self
    }

    /// Refuses every redirect URI that was not registered; otherwise those on loopback (RFC 8252, section 7.3) and with
    /// a scheme of their own (section 7.1) are accepted too.
    pub fn registered_redirect_uris_only(mut self) -> Self {
        self.registered_only = true;
        self
    }

    /// Leaves out of every answer what the spec calls optional; otherwise it is there. A sample of the spec stays as it is.
    pub fn leave_out_optional(mut self) -> Self {
        self.sparse = true;
        self
    }

    /// Revokes all tokens of a grant when a spent refresh token is shown (RFC 9700, section 4.14.2); otherwise it is
    /// refused and nothing more.
    pub fn replay_revokes_grant(mut self) -> Self {
        self.replay_revokes = true;
        self
    }
}

/// The settings of one vendor.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    known: BTreeMap<String, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    fixed: Option<String>,
    value: Option<String>,
    setting: Setting,
    pattern: Option<Regex>,
}

impl Settings {
    pub(crate) fn new(provider: &Provider, options: &Options) -> Self {
        let known = provider.settings.iter().map(|setting| {
            let fixed = options.settings.get(&(provider.name.wire.clone(), setting.name.wire.clone())).cloned();
            let value = fixed.clone().or_else(|| setting.default.clone()).or_else(|| setting.sample.clone());
            let pattern = setting.pattern.as_ref().and_then(|pattern| Regex::new(&format!("^(?:{pattern})$")).ok());
            (setting.name.wire.clone(), Known { fixed, value, setting: setting.clone(), pattern })
        });
        Self { known: known.collect() }
    }

    /// What the setting is for the sandbox.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.known.get(name)?.value.as_deref()
    }

    /// Whether the setting is another for each connection.
    pub(crate) fn is_of_connection(&self, name: &str) -> bool {
        self.known.get(name).is_some_and(|known| known.setting.of_connection)
    }

    /// Whether a client may send `value` for the setting.
    pub(crate) fn accepts(&self, name: &str, value: &str) -> bool {
        let Some(known) = self.known.get(name) else { return !value.is_empty() };
        if let Some(fixed) = &known.fixed {
            return value == dressed(&known.setting, fixed) || value == fixed;
        }
        let prefix = known.setting.prefix.as_deref().unwrap_or_default();
        let suffix = known.setting.suffix.as_deref().unwrap_or_default();
        let bare = value.strip_prefix(prefix).and_then(|value| value.strip_suffix(suffix));
        // The app may have put them there itself, so what is checked has them or has them not.
        bare.is_some_and(|bare| known.fits(bare) || known.fits(value))
    }
}

impl Known {
    fn fits(&self, value: &str) -> bool {
        let allowed = &self.setting.allowed;
        !value.is_empty()
            && (allowed.is_empty() || allowed.iter().any(|allowed| allowed == value))
            && self.pattern.as_ref().is_none_or(|pattern| pattern.is_match(value))
            && self.setting.format.is_none_or(|format| has_format(value, format))
    }
}

fn has_format(value: &str, format: Format) -> bool {
    let all = |signs: &[u8]| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte));
    match format {
        Format::Url => Url::parse(value).is_ok_and(|url| url.has_host()),
        Format::Hostname => all(b"-."),
        Format::Uuid => is_uuid(value),
        Format::Email => value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        Format::Token => all(b"-._~"),
        _ => true,
    }
}
