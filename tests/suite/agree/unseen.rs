//! What nobody can see on the wire, each with the reason.

use super::alter::Altered;

/// Who departs from the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Client,
    Vendor,
}

/// A change that goes unnoticed.
pub struct Unseen {
    /// On whose side; both when `None`.
    side: Option<Side>,
    /// The key or the end of it; with a dot at its end, the key and everything below it.
    pub key: &'static str,
    /// What is done to it; anything when empty.
    how: &'static str,
    /// In which spec, where the reason is one of that spec.
    spec: &'static str,
    /// The reason.
    #[allow(dead_code, reason = "it is for whoever reads the table")]
    why: &'static str,
}

const fn both(key: &'static str, how: &'static str, why: &'static str) -> Unseen {
    Unseen { side: None, key, how, spec: "", why }
}

const fn client(key: &'static str, how: &'static str, why: &'static str) -> Unseen {
    Unseen { side: Some(Side::Client), key, how, spec: "", why }
}

const fn vendor(key: &'static str, how: &'static str, why: &'static str) -> Unseen {
    Unseen { side: Some(Side::Vendor), key, how, spec: "", why }
}

impl Unseen {
    const fn only(mut self, spec: &'static str) -> Self {
        self.spec = spec;
        self
    }
}

/// The table.
pub const UNSEEN: &[Unseen] = &[
    both("title", "", "it is for people"),
    both("about", "", "it is for people"),
    both("docs", "", "it is for people"),
    both("undocumented", "", "it is for people"),
    both("discouraged", "", "it is for people"),
    both("allow", "", "it is for people"),
    both("provider", "", "it names the crate"),
    both("sample", "", "it is one of many values that could stand there"),
    both("widgets.", "", "a page of the app runs it, no request"),
    both("fallbacks.", "", "an app that has two grants tried sees the same two requests"),
    both("verify", "", "it says which call to make, and every call is made"),
    both("authorize.scopes", "another text", "the set is open: an app may ask for what no spec names"),
    both("authorize.scopes", "one fewer", "the set is open"),
    both("authorize.scopes.", "", "the set is open"),
    both("authorize.scope_lists.*", "", "the set is open"),
    vendor("scope_separator", "", "the set is open, so what is joined otherwise could be one scope"),
    vendor("authorize.default_scopes", "", "a vendor has no say in what an app asks for"),
    both("grants.*.scopes", "another text", "the set is open: an app may ask for what no spec names"),
    both("grants.*.scopes", "one fewer", "the set is open"),
    vendor("grants.*.default_scopes", "", "a vendor has no say in what an app asks for"),
    vendor("device.default_scopes", "", "a vendor has no say in what an app asks for"),
    both("settings.*.of", "", "who gives a value doesn't show in it"),
    both("settings.*.enum", "", "an app's values are looked at before anything is sent"),
    both("settings.*.pattern", "", "an app's values are looked at before anything is sent"),
    both("settings.*.format", "", "an app's values are looked at before anything is sent"),
    both("settings.*.optional", "", "an app's values are looked at before anything is sent"),
    both("settings.*.prefix", "", "a value that has it is left alone"),
    vendor("settings.*.default", "dropped", "a vendor without one takes what it is given"),
    client("returns.*", "optional or not", "who takes absence takes presence"),
    client("fields.*", "optional or not", "who takes absence takes presence"),
    both("optional or not", "optional or not", "who takes absence takes presence"),
    vendor("client.lifetime", "twice as long", "what a vendor takes longer it takes for less, too"),
    client("client.lifetime", "dropped", "what a vendor takes longer it takes for less, too"),
    both("client.algorithm", "", "one of several is as good as another").only("assertion_choice"),
    vendor("inputs.*", "another type", "outside JSON every value is text"),
    vendor("inputs.*.is", "another type", "outside JSON every value is text"),
    both("errors.code", "", "a client looks in the usual places besides"),
    both("errors.text", "", "a client looks in the usual places besides"),
    vendor("tokens.*.renew", "", "how a client renews is its own affair; the grant that it makes is seen"),
    client("tokens.*.renew", "dropped", "what is left out is often the same"),
    both("tokens.*.renew.when", "", "it says when, and nothing is sent otherwise"),
    both("tokens.*.renew.early", "", "it says when, and nothing is sent otherwise"),
    both("tokens.*.renew.rotation", "sometimes", "sometimes may be always or never"),
    both("tokens.*.renew.rotation", "dropped", "sometimes may be always or never"),
    vendor("authorize.state", "", "a vendor who says nothing of the state may return it"),
    client("authorize.state.alphabet", "", "one alphabet holds another"),
    vendor("authorize.state.alphabet", "", "one alphabet holds another"),
    vendor("authorize.callback.denied", "", "an error denies, too"),
    both("keep.*.default", "", "the sandbox always says what is kept"),
    both("keep.*.pattern", "dropped", "what is said fits it"),
    client("keep.*.format", "", "what is said fits it"),
    vendor("revoke.send.*", "dropped", "a vendor takes any text for a token to revoke").only("revocation_access.yaml"),
    client("placeholder", "placeholder", "a value may be any text, so also a longer one"),
    both("errors", "dropped", "a client looks in the usual places besides"),
    both("errors.limited.code", "", "one sign of a limit is enough, and the sandbox gives the first")
        .only("limits.yaml"),
    both("errors.limited.status", "one fewer", "one sign of a limit is enough, and the sandbox gives the first"),
    client("errors.limited.remaining", "dropped", "the count is for the app"),
    client("grants.*.errors.*.code", "dropped", "the status tells the failure, too"),
    client("grants.*.errors.*.status", "dropped", "the code tells the failure, too"),
    vendor("value", "one fewer", "a vendor may keep to one of the places"),
    vendor("errors.retry_after", "dropped", "a vendor may keep to one of the places").only("answers.yaml"),
    both("errors.retry_after.as", "dropped", "a number is read as seconds anyway").only("limits.yaml"),
    vendor("errors.retry_after.before", "another text", "it still begins with what a client looks for")
        .only("limits.yaml"),
    vendor("errors.reset", "dropped", "a vendor may keep to one of the places").only("answers.yaml"),
    vendor("refresh_token", "one fewer", "a vendor may keep to one of the places"),
    vendor("tokens.*.expires", "one fewer", "a vendor may keep to one of the places"),
    vendor("succeeds.*", "one fewer", "a vendor may keep to one of the words"),
    vendor("errors.succeeds.*", "another name", "the code of a refusal stands there, too").only("successes.yaml"),
    client("grants.*.succeeds.*", "dropped", "an error without a token is a refusal, too").only("successes.yaml"),
    client("grants.*.success_status", "dropped", "an error without a token is a refusal, too").only("successes.yaml"),
    vendor("grants.*.from", "dropped", "a vendor may take a token of any kind"),
    vendor("success_status", "one fewer", "a vendor may keep to one of the statuses"),
    vendor("device.answer.verification_uri", "one fewer", "a vendor may keep to one of the places"),
    vendor("tokens.*.refresh_token.value", "dropped", "a vendor may keep to one of the places"),
    vendor("grants.*.value", "dropped", "a vendor may keep to one of the places").only("answers.yaml"),
    vendor("grants.*.errors.*.means", "", "the status and the code are all that is said"),
    both("tokens.*.refresh_token.lifetime", "", "the answer says it"),
    both("tokens.*.refresh_token.expires", "", "the constant that holds otherwise is as long").only("expiries.yaml"),
    both("tokens.*.refresh_token.expires.as", "", "the constant that holds otherwise is as long"),
    both("tokens.*.refresh_token.expires.field", "", "the constant that holds otherwise is as long"),
    both("tokens.*.lifetime", "", "the answer says it").only("humanapi.yaml"),
    both("tokens.*.present", "", "no call shows this token").only("humanapi.yaml"),
    both("api", "", "no call begins with it").only("humanapi.yaml"),
    vendor("id_token.issuer", "one fewer", "a vendor may keep to one of them"),
    vendor("id_token.algorithms", "one fewer", "a vendor may keep to one of them"),
    vendor("id_token.value", "dropped", "a vendor may keep to one of the places"),
    vendor("id_token.audiences", "dropped", "a token for the client alone is one for the client, too"),
    client("id_token.claims", "dropped", "claims that the spec doesn't describe are read by their names"),
    client("id_token.claims.*", "dropped", "claims that the spec doesn't describe are read by their names"),
    client("id_token.claims.*", "another name", "claims that the spec doesn't describe are read by their names"),
    client("id_token.optional", "", "who takes absence takes presence"),
    both("enums.", "", "the set is open"),
    both("types.", "", "the sample says what the answer is").only("cardiogram.yaml"),
    vendor("calls.*.returns", "dropped", "the sample says what the answer is").only("specs/"),
    vendor("calls.*.returns.*", "dropped", "the sample says what the answer is").only("specs/"),
    vendor("grants.*.fields", "", "the sample says what the answer is").only("healthtap.yaml"),
    vendor("grants.*.fields.*", "", "the sample says what the answer is").only("healthtap.yaml"),
    vendor("grants.*.fields.*.is", "", "the sample says what the answer is").only("healthtap.yaml"),
    client("grants.*.fields", "dropped", "the answer of a grant that gives a code isn't looked at")
        .only("cardiogram.yaml"),
    client("grants.*.fields.*", "dropped", "the answer of a grant that gives a code isn't looked at")
        .only("cardiogram.yaml"),
    both("answers", "", "what stands in a header or cookie needs no body, and JSON and forms are told apart")
        .only("answers.yaml"),
    client("api.headers.*", "dropped", "what may be missing").only("connections.yaml"),
    client("authorize.send.*", "dropped", "what may be missing").only("connections.yaml"),
    client("api.send", "dropped", "what may be missing").only("left_out.yaml"),
    client("api.send.*", "dropped", "what may be missing").only("left_out.yaml"),
    client("calls.*.headers.*", "dropped", "what may be missing").only("left_out.yaml"),
    client("authorize.callback.denied", "absence", "an error denies, too"),
    client("authorize.callback.issuer", "dropped", "who doesn't look at the issuer takes the right one, too"),
    client("authorize.inputs.*", "another type", "a moment is a number").only("logins.yaml"),
    client("calls.*.inputs.*.*", "another type", "lists are told apart by their items only").only("types.yaml"),
    client("revoke.delete", "no functions", "a vendor takes any text for a token to revoke").only("functions.yaml"),
];

/// The place in the table of the reason why a change is not to be seen.
pub fn reason(side: Side, spec: &str, altered: &Altered) -> Option<usize> {
    UNSEEN.iter().position(|one| {
        // A reason for a change of one kind, whatever the key.
        let here = one.key.contains(one.how) && !one.how.is_empty()
            || altered.key == one.key.trim_end_matches('.')
            || altered.key.ends_with(&format!(".{}", one.key))
            || (one.key.ends_with('.') && altered.key.starts_with(one.key));
        here && spec.contains(one.spec) && one.side.is_none_or(|due| due == side) && altered.how.contains(one.how)
    })
}
