//! How the client proves who it is (RFC 6749, section 2.3).

use super::variables::template;
use super::{Role, input_place};
use crate::model::{ClientAuth, Input, Param, Part, Place, Template, Variable};
use crate::parse::node::Text;
use crate::parse::spec::{self, Spec};

/// How the client proves who it is.
pub(super) struct Auth {
    pub word: ClientAuth,
    pub credentials: Vec<Param>,
    pub basic: Option<Template>,
}

pub(super) fn client(spec: &Spec, written: &spec::Request, role: Role<'_>, place: Place, inputs: &[Input]) -> Auth {
    let authenticates = matches!(role, Role::Grant(_) | Role::Device | Role::Revoke);
    let endpoint = spec.token.as_ref().filter(|_| authenticates);
    let auth = written.client.as_ref().or_else(|| endpoint.and_then(|token| token.client.as_ref()));
    let default = if authenticates { ClientAuth::Basic } else { ClientAuth::None };
    match auth {
        Some(spec::Client::Basic(text)) => {
            Auth { word: ClientAuth::BasicOf, credentials: Vec::new(), basic: Some(template(spec, text, inputs)) }
        }
        Some(spec::Client::Params { place: own, id, secret }) => {
            let place = own.map_or(place, input_place);
            let named = |name: &Option<Text>, variable: &'static str| match name {
                Some(name) if name.text == "none" => None,
                Some(name) => Some(credential(place, &name.text, variable)),
                None => Some(credential(place, variable, variable)),
            };
            let credentials = named(id, "client_id").into_iter().chain(named(secret, "client_secret"));
            Auth { word: ClientAuth::Params, credentials: credentials.collect(), basic: None }
        }
        Some(spec::Client::Word(word)) => {
            // In a body that is written out credentials stand where it says.
            let in_body = written.body.is_some() && place == Place::Body;
            let credentials = if in_body { Vec::new() } else { credentials(*word, place) };
            Auth { word: *word, credentials, basic: None }
        }
        Some(spec::Client::Unclear(_)) | None => {
            Auth { word: default, credentials: credentials(default, place), basic: None }
        }
    }
}

/// The credentials that are sent as parameters (RFC 6749, section 2.3.1).
fn credentials(client: ClientAuth, place: Place) -> Vec<Param> {
    let names: &[&str] = match client {
        ClientAuth::Public => &["client_id"],
        ClientAuth::Body | ClientAuth::Both => &["client_id", "client_secret"],
        ClientAuth::None | ClientAuth::Basic | ClientAuth::BasicOf | ClientAuth::Params => &[],
    };
    names.iter().map(|name| credential(place, name, name)).collect()
}

fn credential(place: Place, name: &str, variable: &str) -> Param {
    let value = Template { parts: vec![Part::Variable(Variable::Protocol(variable.to_owned()))] };
    Param { place, name: name.to_owned(), value, optional: false }
}
