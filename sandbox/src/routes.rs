//! Which operation a request could mean: method and path, for all hosts of a vendor on one port.

use authsmith_codegen::model::{
    AnswerFormat, Authorize, Call, Check, ClientAuth, Codes, Device, Encoding, Failure, Grant, IdToken, Method,
    NamedValue, Param, Part, Place, Provider, Request, Template, Variable,
};

use crate::fit::take_apart;
use crate::options::Settings;
use crate::{CLIENT_ID, flat};

/// What a request can ask for.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Authorize(Box<Authorize>),
    Device(Box<Device>),
    Grant(Box<Grant>),
    Call(Box<Call>),
    Revoke(Box<Request>),
    /// Publishes the keys for ID tokens.
    Jwks(Box<Request>),
}

impl Operation {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Authorize(_) => "authorize",
            Self::Device(_) => "device",
            Self::Grant(grant) => &grant.name.wire,
            Self::Call(call) => &call.name.wire,
            Self::Revoke(_) => "revoke",
            Self::Jwks(_) => "jwks",
        }
    }

    pub(crate) fn request(&self) -> &Request {
        match self {
            Self::Authorize(authorize) => &authorize.request,
            Self::Device(device) => &device.request,
            Self::Grant(grant) => &grant.request,
            Self::Call(call) => &call.request,
            Self::Revoke(request) | Self::Jwks(request) => request,
        }
    }

    fn request_mut(&mut self) -> &mut Request {
        match self {
            Self::Authorize(authorize) => &mut authorize.request,
            Self::Device(device) => &mut device.request,
            Self::Grant(grant) => &mut grant.request,
            Self::Call(call) => &mut call.request,
            Self::Revoke(request) | Self::Jwks(request) => request,
        }
    }

    pub(crate) fn failures(&self) -> &[Failure] {
        match self {
            Self::Authorize(_) | Self::Device(_) | Self::Revoke(_) | Self::Jwks(_) => &[],
            Self::Grant(grant) => &grant.failures,
            Self::Call(call) => &call.failures,
        }
    }

    /// What codes mean in its answer, besides what the standard says.
    pub(crate) fn codes(&self, provider: &Provider) -> Codes {
        match self {
            Self::Call(_) | Self::Authorize(_) | Self::Jwks(_) => Codes::default(),
            Self::Device(_) | Self::Grant(_) | Self::Revoke(_) => provider.codes.clone(),
        }
    }

    /// What an answer must say to be a success.
    pub(crate) fn succeeds(&self) -> &[Check] {
        match self {
            Self::Authorize(_) | Self::Revoke(_) | Self::Jwks(_) => &[],
            Self::Device(device) => &device.succeeds,
            Self::Grant(grant) => &grant.succeeds,
            Self::Call(call) => &call.succeeds,
        }
    }

    /// The only statuses of success, where the spec names some.
    pub(crate) fn success_status(&self) -> &[u16] {
        match self {
            Self::Authorize(_) | Self::Revoke(_) | Self::Jwks(_) => &[],
            Self::Device(device) => &device.success_status,
            Self::Grant(grant) => &grant.success_status,
            Self::Call(call) => &call.success_status,
        }
    }

    /// How its answers are encoded.
    pub(crate) fn format(&self) -> AnswerFormat {
        match self {
            Self::Grant(grant) => grant.answers,
            _ => AnswerFormat::Json,
        }
    }
}

/// An operation and the place where it is played.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    /// What the URL itself carries behind its question mark.
    pub(crate) query: Vec<Param>,
    /// What the URL carries behind its `#`, where the parameters follow.
    pub(crate) fragment: Option<String>,
    /// The placeholder for a whole URL that the URL begins with; its path may be any.
    pub(crate) base: Option<Part>,
    /// The host and its port, where the URL spells them.
    pub(crate) host: Option<Vec<Part>>,
    segments: Vec<Vec<Part>>,
}

/// How a path fits a route.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    /// The placeholders in the path, with what stands in their place.
    pub(crate) parts: Vec<(&'a Part, String)>,
    /// The path that [`Route::base`] brings along.
    pub(crate) base: Option<String>,
    /// How many segments have no placeholder.
    pub(crate) fixed: usize,
}

/// Why an operation can't be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unroutable {
    /// The URL needs this setting, which has neither a default nor a sample.
    Setting(String),
    /// The URL has no scheme and host once its settings are filled in.
    Relative(String),
}

impl Route {
    pub(crate) fn new(
        mut operation: Operation,
        settings: &Settings,
        values: &[NamedValue],
    ) -> Result<Self, Unroutable> {
        flat::request(operation.request_mut(), values);
        let url = &operation.request().url;
        let atoms = resolve(url, settings)?;
        let scheme = atoms.windows(3).position(|three| three.iter().map(Atom::char).eq("://".chars().map(Some)));
        let base = match (scheme, atoms.first()) {
            (Some(_), _) => None,
            (None, Some(Atom::Placeholder(part))) => Some(part.clone()),
            (None, _) => return Err(Unroutable::Relative(url.to_string())),
        };
        let start = scheme.map_or(1, |scheme| scheme + 3);
        let mut rest: Vec<Atom> = atoms.into_iter().skip(start).collect();
        let path = rest.iter().position(|atom| matches!(atom.char(), Some('/' | '?' | '#')));
        let authority: Vec<Atom> = rest.drain(..path.unwrap_or(rest.len())).collect();
        let host = scheme.map(|_| parts(&authority));
        let mut halves = rest.splitn(2, |atom| atom.char() == Some('#'));
        let sent = halves.next().unwrap_or_default();
        let fragment: Option<String> = halves.next().map(|atoms| atoms.iter().filter_map(Atom::char).collect());
        let mut params = operation.request().params.iter();
        let behind = params.any(|param| param.place == Place::Fragment);
        let fragment = fragment.unwrap_or_default();
        let mut halves = sent.splitn(2, |atom| atom.char() == Some('?'));
        let path = halves.next().unwrap_or_default();
        let query = halves.next().map(query).unwrap_or_default();
        let segments = path.split(|atom| atom.char() == Some('/')).skip(1).map(parts).collect();
        Ok(Self { fragment: behind.then_some(fragment), operation, query, base, host, segments })
    }

    /// How the path fits; `None` when it is another.
    pub(crate) fn matches(&self, path: &str) -> Option<Found<'_>> {
        let given: Vec<&str> = path.split('/').skip(1).collect();
        // `/` and the empty path are one.
        if given == [""] && self.segments.is_empty() {
            return Some(Found { parts: Vec::new(), base: self.base.is_some().then(String::new), fixed: 0 });
        }
        let ahead = given.len().checked_sub(self.segments.len())?;
        if ahead > 0 && self.base.is_none() {
            return None;
        }
        let base = self.base.as_ref().and(given.get(..ahead)).map(|segments| segments.join("/"));
        let mut found = Found { parts: Vec::new(), base, fixed: 0 };
        for (segment, given) in self.segments.iter().zip(given.into_iter().skip(ahead)) {
            let given = percent_decode(given)?;
            let parts = take_apart(segment, &given, &|_| false)?;
            found.fixed += usize::from(parts.is_empty());
            found.parts.extend(parts.into_iter().map(|(part, text)| (part, text.to_owned())));
        }
        Some(found)
    }
}

/// Every operation of a vendor, in the order of its spec.
pub(crate) fn operations(provider: &Provider) -> Vec<Operation> {
    let authorize = provider.authorize.iter().map(|authorize| Operation::Authorize(Box::new(authorize.clone())));
    let grants = provider.grants.iter().map(|grant| Operation::Grant(Box::new(grant.clone())));
    let calls = provider.calls.iter().map(|call| Operation::Call(Box::new(call.clone())));
    let revoke = provider.revoke.iter().map(|request| Operation::Revoke(Box::new(request.clone())));
    let device = provider.device.iter().map(|device| Operation::Device(Box::new(device.clone())));
    let jwks = provider.id_token.iter().map(|id_token| Operation::Jwks(Box::new(jwks(id_token))));
    authorize.chain(device).chain(grants).chain(calls).chain(revoke).chain(jwks).collect()
}

/// The request for the keys: a GET without anything.
fn jwks(id_token: &IdToken) -> Request {
    Request {
        method: Method::Get,
        url: id_token.jwks.clone(),
        client: ClientAuth::None,
        credentials: Vec::new(),
        basic: None,
        assertion: None,
        encoding: Encoding::Form,
        body: None,
        params: Vec::new(),
        standard: 0,
        inputs: Vec::new(),
    }
}

/// A character of a URL, or a placeholder that stands in it.
enum Atom {
    Char(char),
    Placeholder(Part),
}

impl Atom {
    fn char(&self) -> Option<char> {
        match self {
            Self::Char(char) => Some(*char),
            Self::Placeholder(_) => None,
        }
    }
}

fn resolve(template: &Template, settings: &Settings) -> Result<Vec<Atom>, Unroutable> {
    let mut atoms = Vec::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => atoms.extend(text.chars().map(Atom::Char)),
            Part::Variable(Variable::Setting(name)) if !settings.is_of_connection(name) => {
                let value = settings.value(name).ok_or_else(|| Unroutable::Setting(name.clone()))?;
                atoms.extend(value.chars().map(Atom::Char));
            }
            Part::Variable(Variable::Protocol(name)) if name == "client_id" => {
                atoms.extend(CLIENT_ID.chars().map(Atom::Char));
            }
            other => atoms.push(Atom::Placeholder(other.clone())),
        }
    }
    Ok(atoms)
}

fn parts(atoms: &[Atom]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for atom in atoms {
        match (atom, parts.last_mut()) {
            (Atom::Placeholder(part), _) => parts.push(part.clone()),
            (Atom::Char(char), Some(Part::Text(text))) => text.push(*char),
            (Atom::Char(char), _) => parts.push(Part::Text(char.to_string())),
        }
    }
    parts.retain(|part| *part != Part::Text(String::new()));
    parts
}

/// The parameters that a URL itself carries.
fn query(atoms: &[Atom]) -> Vec<Param> {
    let decoded = |part: Part| match part {
        Part::Text(text) => Part::Text(percent_decode(&text.replace('+', " ")).unwrap_or(text)),
        other => other,
    };
    let pairs = atoms.split(|atom| atom.char() == Some('&')).map(|pair| {
        let mut halves = pair.splitn(2, |atom| atom.char() == Some('='));
        let name: String = halves.next().unwrap_or_default().iter().filter_map(Atom::char).collect();
        let value = parts(halves.next().unwrap_or_default()).into_iter().map(decoded).collect();
        let name = percent_decode(&name.replace('+', " ")).unwrap_or(name);
        Param { place: Place::Query, name, value: Template { parts: value }, optional: false }
    });
    pairs.filter(|param| !param.name.is_empty()).collect()
}

/// Undoes percent-encoding; `None` when it is broken or not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let high = char::from(bytes.next()?).to_digit(16)?;
            let low = char::from(bytes.next()?).to_digit(16)?;
            decoded.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}
