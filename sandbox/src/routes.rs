//! Which operation a request could mean: method and path, for all hosts of a vendor on one port.

use authsmith_codegen::model::{Authorize, Call, Failure, Grant, Part, Provider, Request, Template, Variable};

use crate::CLIENT_ID;
use crate::options::Settings;

/// What a request can ask for.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Authorize(Box<Authorize>),
    Grant(Box<Grant>),
    Call(Box<Call>),
}

impl Operation {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Authorize(_) => "authorize",
            Self::Grant(grant) => &grant.name.wire,
            Self::Call(call) => &call.name.wire,
        }
    }

    pub(crate) fn request(&self) -> &Request {
        match self {
            Self::Authorize(authorize) => &authorize.request,
            Self::Grant(grant) => &grant.request,
            Self::Call(call) => &call.request,
        }
    }

    pub(crate) fn failures(&self) -> &[Failure] {
        match self {
            Self::Authorize(_) => &[],
            Self::Grant(grant) => &grant.failures,
            Self::Call(call) => &call.failures,
        }
    }
}

/// An operation and the place where it is played.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) operation: Operation,
    /// What the URL itself carries behind its question mark.
    pub(crate) query: Vec<(String, String)>,
    segments: Vec<Vec<Part>>,
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
    pub(crate) fn new(operation: Operation, settings: &Settings) -> Result<Self, Unroutable> {
        let url = &operation.request().url;
        let atoms = resolve(url, settings)?;
        let Some(scheme) = atoms.windows(3).position(|three| three.iter().map(Atom::char).eq("://".chars().map(Some)))
        else {
            return Err(Unroutable::Relative(url.to_string()));
        };
        let rest = atoms.into_iter().skip(scheme + 3).skip_while(|atom| !matches!(atom.char(), Some('/' | '?' | '#')));
        let rest: Vec<Atom> = rest.take_while(|atom| atom.char() != Some('#')).collect();
        let mut halves = rest.splitn(2, |atom| atom.char() == Some('?'));
        let path = halves.next().unwrap_or_default();
        let query: String = halves.next().unwrap_or_default().iter().filter_map(Atom::char).collect();
        let segments = path.split(|atom| atom.char() == Some('/')).skip(1).map(parts).collect();
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { operation, query, segments })
    }

    /// The inputs in the path, and how many of its segments are fixed; `None` when the path is another.
    pub(crate) fn matches(&self, path: &str) -> Option<(Vec<(String, String)>, usize)> {
        let given: Vec<&str> = path.split('/').skip(1).collect();
        // `/` and the empty path are one.
        if given == [""] && self.segments.is_empty() {
            return Some((Vec::new(), 0));
        }
        if given.len() != self.segments.len() {
            return None;
        }
        let (mut inputs, mut fixed) = (Vec::new(), 0);
        for (segment, given) in self.segments.iter().zip(given) {
            let given = percent_decode(given)?;
            let found = capture(segment, &given)?;
            fixed += usize::from(found.is_empty());
            inputs.extend(found.into_iter().map(|(variable, value)| (variable.name().to_owned(), value.to_owned())));
        }
        Some((inputs, fixed))
    }
}

/// Every operation of a vendor, in the order of its spec.
pub(crate) fn operations(provider: &Provider) -> Vec<Operation> {
    let authorize = provider.authorize.iter().map(|authorize| Operation::Authorize(Box::new(authorize.clone())));
    let grants = provider.grants.iter().map(|grant| Operation::Grant(Box::new(grant.clone())));
    let calls = provider.calls.iter().map(|call| Operation::Call(Box::new(call.clone())));
    authorize.chain(grants).chain(calls).collect()
}

/// A character of a URL, or an input that stands in it.
enum Atom {
    Char(char),
    Input(Variable),
}

impl Atom {
    fn char(&self) -> Option<char> {
        match self {
            Self::Char(char) => Some(*char),
            Self::Input(_) => None,
        }
    }
}

fn resolve(template: &Template, settings: &Settings) -> Result<Vec<Atom>, Unroutable> {
    let mut atoms = Vec::new();
    for part in &template.parts {
        match part {
            Part::Text(text) => atoms.extend(text.chars().map(Atom::Char)),
            Part::Variable(Variable::Setting(name)) => {
                let value = settings.value(name).ok_or_else(|| Unroutable::Setting(name.clone()))?;
                atoms.extend(value.chars().map(Atom::Char));
            }
            Part::Variable(Variable::Protocol(name)) if name == "client_id" => {
                atoms.extend(CLIENT_ID.chars().map(Atom::Char));
            }
            Part::Variable(variable) => atoms.push(Atom::Input(variable.clone())),
            Part::Alternatives(list) => {
                atoms.extend(list.first().map(|alternative| Atom::Input(alternative.variable.clone())));
            }
        }
    }
    Ok(atoms)
}

fn parts(atoms: &[Atom]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for atom in atoms {
        match (atom, parts.last_mut()) {
            (Atom::Input(variable), _) => parts.push(Part::Variable(variable.clone())),
            (Atom::Char(char), Some(Part::Text(text))) => text.push(*char),
            (Atom::Char(char), _) => parts.push(Part::Text(char.to_string())),
        }
    }
    parts
}

/// Takes `text` apart by a template: each variable with what stands in its place, never nothing.
pub(crate) fn capture<'p, 't>(parts: &'p [Part], text: &'t str) -> Option<Vec<(&'p Variable, &'t str)>> {
    match parts {
        [] => text.is_empty().then(Vec::new),
        [Part::Text(fixed), rest @ ..] => capture(rest, text.strip_prefix(fixed.as_str())?),
        [Part::Variable(variable)] => (!text.is_empty()).then(|| vec![(variable, text)]),
        [Part::Alternatives(_), ..] => None,
        [Part::Variable(variable), rest @ ..] => {
            let [Part::Text(next), ..] = rest else { return None };
            text.match_indices(next.as_str()).find_map(|(at, _)| {
                let (value, behind) = text.split_at_checked(at).filter(|(value, _)| !value.is_empty())?;
                let mut found = vec![(variable, value)];
                found.extend(capture(rest, behind)?);
                Some(found)
            })
        }
    }
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
