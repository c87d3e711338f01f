//! The command line: where values come from, and what `--help` says of them.

use std::collections::BTreeMap;

use authsmith_protocol::operation::{Body, ClientAuth, Operation, VARIABLES};
use authsmith_protocol::provider::Provider;
use authsmith_protocol::template::variables;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// What the command line and the environment have given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// The registered redirect URI.
    pub callback: Option<String>,
    /// Whether the program plays the browser itself.
    pub auto: bool,
    /// The origin that stands in for the vendor's.
    pub server: Option<String>,
    /// Whether the last line is a report for programs.
    pub report: bool,
    /// `--set`, by name.
    pub set: BTreeMap<String, String>,
}

impl Args {
    /// Reads the process's arguments; `--help` and mistakes end the process as clap does (0 and 2).
    pub(crate) fn parse(provider: &Provider<'static>) -> Self {
        let command = command(provider);
        match Self::read(provider, command.clone().get_matches()) {
            Ok(args) => args,
            Err(text) => command.clone().error(clap::error::ErrorKind::ValueValidation, text).exit(),
        }
    }

    fn read(provider: &Provider<'static>, matches: ArgMatches) -> Result<Self, String> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let mut set = BTreeMap::new();
        let known = known(provider);
        for pair in matches.get_many::<String>("set").into_iter().flatten() {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(format!("--set takes name=value, and `{pair}` has no `=`"));
            };
            if !known.iter().any(|known| known == name) {
                return Err(format!("{} has no `{name}`; it knows {}", provider.title(), known.join(", ")));
            }
            set.insert(name.to_owned(), value.to_owned());
        }
        Ok(Self {
            callback: text("callback"),
            auto: matches.get_flag("auto"),
            server: text("server"),
            report: text("report").is_some(),
            set,
        })
    }

    /// The value of `name`: `--set` first, then the environment.
    pub(crate) fn value(&self, prefix: &str, name: &str) -> Option<String> {
        self.set.get(name).cloned().or_else(|| std::env::var(variable(prefix, name)).ok())
    }
}

/// The environment variable that holds `name` for the provider called `prefix`. No shell sets one that begins with a digit.
pub(crate) fn variable(prefix: &str, name: &str) -> String {
    let digit = prefix.starts_with(|c: char| c.is_ascii_digit());
    let text = format!("{}{prefix}_{name}", if digit { "_" } else { "" });
    text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

fn command(provider: &Provider<'static>) -> Command {
    Command::new("login")
        .no_binary_name(false)
        .about(format!("Walks through the whole flow of {} from a terminal.", provider.title()))
        .arg(Arg::new("callback").long("callback").value_name("URI").help(
            "The redirect URI registered with the vendor; listened on when it is http on loopback, else asked for",
        ))
        .arg(
            Arg::new("auto")
                .long("auto")
                .action(ArgAction::SetTrue)
                .help("Fetch the authorize URL here and follow its redirects up to the callback, without a browser"),
        )
        .arg(
            Arg::new("server")
                .long("server")
                .value_name("ORIGIN")
                .help("Swap scheme, host and port of every request for these, as http://127.0.0.1:4000"),
        )
        .arg(
            Arg::new("set")
                .long("set")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help("Give a credential, a setting or an input"),
        )
        .arg(
            Arg::new("report")
                .long("report")
                .value_name("FORMAT")
                .value_parser(["json"])
                .help("Print what became of every step as one last line"),
        )
        .after_help(inputs_help(provider))
}

/// Every value that may be given, and by which name in the environment.
fn inputs_help(provider: &Provider<'static>) -> String {
    let mut help = String::from("Values, from --set or the environment:\n");
    let mut line = |name: &str, note: &str| {
        let line = format!("  {name:<28} {:<36} {note}", variable(provider.name(), name));
        help.push_str(&format!("{}\n", line.trim_end()));
    };
    for name in credentials(provider) {
        line(name, "");
    }
    for setting in provider.all_settings() {
        let of = if setting.is_of_connection() { "setting of the connection" } else { "setting" };
        let note = match setting.default_value() {
            Some(default) => format!("{default} when left out"),
            None if setting.is_optional() => "optional".to_owned(),
            None => "required".to_owned(),
        };
        line(setting.name(), &format!("{of}; {note}"));
    }
    for name in of_authorize(provider) {
        line(&name, "authorize");
    }
    for (name, required) in of_device(provider) {
        line(&name, &format!("device{}", if required { "" } else { "; optional" }));
    }
    for operation in provider.all_operations() {
        for (name, required) in inputs(provider, operation) {
            line(&name, &format!("{}{}", operation.name(), if required { "" } else { "; optional" }));
        }
    }
    help.push_str("\nA step whose inputs are missing is skipped.");
    help
}

/// Every name that `--set` takes.
fn known(provider: &Provider<'static>) -> Vec<String> {
    let mut names: Vec<_> = credentials(provider).map(str::to_owned).collect();
    names.extend(provider.all_settings().iter().map(|setting| setting.name().to_owned()));
    let operations = provider.all_operations().iter().flat_map(|operation| inputs(provider, operation));
    let operations = of_device(provider).into_iter().chain(operations);
    for name in of_authorize(provider).into_iter().chain(operations.map(|(name, _)| name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The inputs that the authorization request can't do without.
fn of_authorize(provider: &Provider<'static>) -> Vec<String> {
    let request = provider.authorization().map(|authorize| authorize.request());
    let inputs = request.map(|request| inputs(provider, &request)).unwrap_or_default();
    inputs.into_iter().filter(|(_, required)| *required).map(|(name, _)| name).collect()
}

/// The inputs of the device authorization request.
fn of_device(provider: &Provider<'static>) -> Vec<(String, bool)> {
    let request = provider.device_authorization().map(|device| device.request());
    request.map(|request| inputs(provider, &request)).unwrap_or_default()
}

/// The credentials that some request of the provider sends.
pub(crate) fn credentials(provider: &Provider<'static>) -> impl Iterator<Item = &'static str> {
    let authorize = provider.authorization().map(|authorize| authorize.request());
    let device = provider.device_authorization().map(|device| device.request());
    let operations: Vec<_> = provider.all_operations().iter().copied().chain(authorize).chain(device).collect();
    let uses = move |name: &&str| {
        operations.iter().any(|operation| {
            let assertion = operation.client_assertion();
            let signs = assertion.is_some_and(|assertion| match *name {
                "client_id" => true,
                "client_secret" => assertion.is_symmetric(),
                _ => !assertion.is_symmetric(),
            });
            let basic = operation.auth() == ClientAuth::Basic && *name != "client_key";
            signs
                || basic
                || templates(provider, operation).iter().any(|(template, _)| variables(template).any(|it| it == *name))
        })
    };
    ["client_id", "client_secret", "client_key"].into_iter().filter(uses)
}

/// The inputs of an operation, each with whether it is required, in the order of the wire.
pub(crate) fn inputs(provider: &Provider<'static>, operation: &Operation<'_>) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    // What a revocation sends, the client knows by itself.
    if operation.name() == "revoke" {
        return found;
    }
    for (template, required) in templates(provider, operation) {
        for name in variables(template) {
            if !is_supplied(provider, name) && !found.iter().any(|(seen, _)| seen == name) {
                found.push((name.to_owned(), required && !operation.optional_variables().contains(&name)));
            }
        }
    }
    found
}

/// Whether a variable has its value from something else than the inputs of an operation.
fn is_supplied(provider: &Provider<'static>, name: &str) -> bool {
    let callback = provider.authorization().map(|authorize| authorize.callback_data().kept()).unwrap_or_default();
    let answers = provider.all_operations().iter().flat_map(|operation| operation.answers().kept());
    VARIABLES.contains(&name)
        || provider.all_settings().iter().any(|setting| setting.name() == name)
        || provider.named_values().iter().any(|(named, _)| *named == name)
        || answers.chain(callback).any(|kept| kept.name() == name)
}

/// Every template of an operation, each with whether it must be filled in; those of the named values that it uses stand
/// behind their users.
fn templates<'a>(provider: &Provider<'static>, operation: &Operation<'a>) -> Vec<(&'a str, bool)> {
    let params = operation.parameters().iter().map(|param| (param.value(), !param.is_optional()));
    let basic = match operation.auth() {
        ClientAuth::BasicOf(template) => Some((template, true)),
        _ => None,
    };
    let body = match operation.whole_body() {
        Some(Body::Json(template) | Body::Text(template)) => Some((template, true)),
        _ => None,
    };
    let assertion = operation.client_assertion();
    let claims = assertion.iter().flat_map(|assertion| {
        let claims = assertion.further().iter().map(|(_, template)| *template);
        claims.chain(assertion.audience_template()).map(|template| (template, true))
    });
    let mut templates: Vec<_> =
        std::iter::once((operation.url(), true)).chain(basic).chain(params).chain(body).chain(claims).collect();
    let mut next = 0;
    while let Some((template, required)) = templates.get(next).copied() {
        next += 1;
        let used = provider.named_values().iter().filter(|(name, _)| variables(template).any(|it| it == *name));
        for (_, named) in used {
            if !templates.iter().any(|(known, _)| known == named) {
                templates.push((named, required));
            }
        }
    }
    templates
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use authsmith_protocol::operation::Param;
    use authsmith_protocol::provider::Setting;

    const PROVIDER: Provider<'static> = Provider::new("acme", "Acme")
        .operations(&[Operation::post("create", "<api_url>/users/<userId>")
            .params(&[Param::body("id", "<username>"), Param::body("since", "<from>").optional()])])
        .settings(&[Setting::new("api_url")]);

    fn read(arguments: &[&str]) -> Result<Args, String> {
        Args::read(&PROVIDER, command(&PROVIDER).try_get_matches_from(arguments).map_err(|error| error.to_string())?)
    }

    #[test]
    fn inputs_are_what_neither_protocol_nor_settings_supply() {
        let operation = PROVIDER.operation("create").unwrap();
        let expected = [("userId", true), ("username", true), ("from", false)];
        assert_eq!(inputs(&PROVIDER, operation), expected.map(|(name, required)| (name.to_owned(), required)));
    }

    #[test]
    fn only_credentials_that_are_sent_are_asked_for() {
        assert_eq!(credentials(&PROVIDER).count(), 0);
        const BASIC: Provider<'static> =
            Provider::new("acme", "Acme")
                .operations(&[Operation::get("a", "https://a.example").client_auth(ClientAuth::Basic)]);
        assert_eq!(credentials(&BASIC).count(), 2);
    }

    #[test]
    fn values_may_contain_equals_signs() {
        let args = read(&["login", "--set", "userId=a=b", "--auto"]).unwrap();
        assert_eq!(args.value("acme", "userId").as_deref(), Some("a=b"));
        assert!(args.auto && !args.report);
    }

    #[test]
    fn unknown_values_are_refused_with_the_known_ones() {
        let text = read(&["login", "--set", "user=1"]).unwrap_err();
        assert!(text.contains("no `user`") && text.contains("userId"), "{text}");
    }

    #[test]
    fn the_environment_is_named_after_the_provider() {
        assert_eq!(variable("acme", "client_user_id"), "ACME_CLIENT_USER_ID");
        assert_eq!(variable("acme-two", "client_id"), "ACME_TWO_CLIENT_ID");
        assert_eq!(variable("2-acme", "client_id"), "_2_ACME_CLIENT_ID");
    }
}
