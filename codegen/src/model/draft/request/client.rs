//! How the client proves who it is (RFC 6749, section 2.3).

use authsmith_protocol::assertion::{CLIENT_ASSERTION, LIFETIME};

use super::variables::{may_lack, template};
use super::{Role, input_place};
use crate::model::{Algorithm, Assertion, ClientAuth, Input, Param, Part, Place, Template, Variable};
use crate::parse::node::Text;
use crate::parse::spec::{self, Spec};

/// The kind of an assertion that is a JWT (RFC 7523, section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How the client proves who it is.
pub(super) struct Auth {
    pub word: ClientAuth,
    pub credentials: Vec<Param>,
    pub basic: Option<Template>,
    pub assertion: Option<Assertion>,
}

impl Auth {
    fn new(word: ClientAuth, credentials: Vec<Param>) -> Self {
        Self { word, credentials, basic: None, assertion: None }
    }
}

pub(super) fn client(spec: &Spec, written: &spec::Request, role: Role<'_>, place: Place, inputs: &[Input]) -> Auth {
    let authenticates = matches!(role, Role::Grant(_) | Role::Device | Role::Revoke);
    let endpoint = spec.token.as_ref().filter(|_| authenticates);
    let auth = written.client.as_ref().or_else(|| endpoint.and_then(|token| token.client.as_ref()));
    let default = if authenticates { ClientAuth::Basic } else { ClientAuth::None };
    match auth {
        Some(spec::Client::Basic(text)) => {
            Auth { basic: Some(template(spec, text, inputs)), ..Auth::new(ClientAuth::BasicOf, Vec::new()) }
        }
        Some(spec::Client::Params { place: own, id, secret }) => {
            let place = own.map_or(place, input_place);
            let named = |name: &Option<Text>, variable: &'static str| match name {
                Some(name) if name.text == "none" => None,
                Some(name) => Some(credential(place, &name.text, variable)),
                None => Some(credential(place, variable, variable)),
            };
            let credentials = named(id, "client_id").into_iter().chain(named(secret, "client_secret"));
            Auth::new(ClientAuth::Params, credentials.collect())
        }
        Some(spec::Client::Jwt(jwt)) => {
            let place = jwt.place.map_or(place, input_place);
            let credentials =
                if written.body.is_some() && place == Place::Body { Vec::new() } else { shown(jwt, place) };
            let assertion = Some(assertion(spec, jwt, role, inputs));
            Auth { assertion, ..Auth::new(ClientAuth::Jwt, credentials) }
        }
        Some(spec::Client::Word(word)) => {
            // In a body that is written out credentials stand where it says.
            let in_body = written.body.is_some() && place == Place::Body;
            let credentials = if in_body { Vec::new() } else { credentials(*word, place) };
            Auth::new(*word, credentials)
        }
        Some(spec::Client::Unclear(_)) | None => Auth::new(default, credentials(default, place)),
    }
}

/// The credentials that are sent as parameters (RFC 6749, section 2.3.1).
fn credentials(client: ClientAuth, place: Place) -> Vec<Param> {
    let names: &[&str] = match client {
        ClientAuth::Public => &["client_id"],
        ClientAuth::Body | ClientAuth::Both => &["client_id", "client_secret"],
        ClientAuth::None | ClientAuth::Basic | ClientAuth::BasicOf | ClientAuth::Params | ClientAuth::Jwt => &[],
    };
    names.iter().map(|name| credential(place, name, name)).collect()
}

/// How an assertion is sent (RFC 7521, section 4.2); the client's id only where the spec asks for it.
fn shown(jwt: &spec::Jwt, place: Place) -> Vec<Param> {
    let kind = Template { parts: vec![Part::Text(ASSERTION_TYPE.to_owned())] };
    let kind = Param { place, name: "client_assertion_type".to_owned(), value: kind, optional: false };
    let id = jwt.id.iter().filter(|id| id.text != "none").map(|id| credential(place, &id.text, "client_id"));
    [kind, credential(place, CLIENT_ASSERTION, CLIENT_ASSERTION)].into_iter().chain(id).collect()
}

fn assertion(spec: &Spec, jwt: &spec::Jwt, role: Role<'_>, inputs: &[Input]) -> Assertion {
    let default = if jwt.symmetric { Algorithm::Hs256 } else { Algorithm::Rs256 };
    let written = jwt.algorithms.iter().map(|algorithm| algorithm.value);
    // What isn't sent to the token endpoint is meant for it all the same.
    let elsewhere = !matches!(role, Role::Grant(_));
    let endpoint = spec.token.as_ref().and_then(|token| token.url.as_ref()).filter(|_| elsewhere);
    let claim = |(name, value): &(Text, crate::parse::template::Template)| {
        let value = template(spec, value, inputs);
        let optional = may_lack(spec, &value, inputs);
        (name.text.clone(), value, optional)
    };
    Assertion {
        algorithms: if jwt.algorithms.is_empty() { vec![default] } else { written.collect() },
        audience: jwt.audience.as_ref().or(endpoint).map(|audience| template(spec, audience, inputs)),
        lifetime: jwt.lifetime.unwrap_or(LIFETIME),
        claims: jwt.claims.iter().map(claim).collect(),
    }
}

fn credential(place: Place, name: &str, variable: &str) -> Param {
    let value = Template { parts: vec![Part::Variable(Variable::Protocol(variable.to_owned()))] };
    Param { place, name: name.to_owned(), value, optional: false }
}
