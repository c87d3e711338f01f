//! What a sandbox can be told before it starts.

use std::collections::BTreeMap;

use authsmith_codegen::model::Provider;

/// How a sandbox starts; the default takes any free ports and accepts every redirect URI on loopback.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(crate) base_port: Option<u16>,
    pub(crate) redirect_uris: Vec<(String, String)>,
    pub(crate) settings: BTreeMap<(String, String), String>,
    pub(crate) registered_only: bool,
    pub(crate) replay_revokes: bool,
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
    allowed: Vec<String>,
}

impl Settings {
    pub(crate) fn new(provider: &Provider, options: &Options) -> Self {
        let known = provider.settings.iter().map(|setting| {
            let fixed = options.settings.get(&(provider.name.wire.clone(), setting.name.wire.clone())).cloned();
            let value = fixed.clone().or_else(|| setting.default.clone()).or_else(|| setting.sample.clone());
            (setting.name.wire.clone(), Known { fixed, value, allowed: setting.allowed.clone() })
        });
        Self { known: known.collect() }
    }

    /// What the setting is for the sandbox.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.known.get(name)?.value.as_deref()
    }

    /// Whether a client may send `value` for the setting.
    pub(crate) fn accepts(&self, name: &str, value: &str) -> bool {
        match self.known.get(name) {
            Some(Known { fixed: Some(fixed), .. }) => fixed == value,
            Some(known) if !known.allowed.is_empty() => known.allowed.iter().any(|allowed| allowed == value),
            _ => !value.is_empty(),
        }
    }
}
