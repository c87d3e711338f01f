//! One request read as one operation: the values it carries and every mistake in it.

mod params;

use std::collections::BTreeMap;
use std::time::SystemTime;

use authsmith_codegen::model::{Body, Encoding, Param, Part, Place, Provider, Template, Variable};
use axum::http::HeaderName;
use serde_json::Value;

pub(crate) use params::mentions;

use crate::client;
use crate::client_secret;
use crate::control_http::is_loopback;
use crate::fit::{Pending, Start, take_apart};
use crate::incoming::{FORM, Incoming, JSON, MULTIPART, header};
use crate::known::Stages;
use crate::options::Settings;
use crate::routes::{Found as FoundRoute, Operation, Route};

/// What a request carries, by the names of its variables.
pub(crate) type Values = BTreeMap<String, Value>;

/// Something wrong with a request, in words that repeat none of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) kind: Wrong,
    pub(crate) text: String,
}

/// What kind of mistake it is; it decides the error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// `invalid_token`: the token is missing or elsewhere.
    Token,
    /// `invalid_client`.
    Client,
    /// `unsupported_grant_type` or `unsupported_response_type`.
    Discriminator,
    /// `invalid_request`.
    Request,
}

/// A request read as an operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) values: Values,
    /// What the functions over `now` and `random` were seen to give.
    pub(crate) stages: Stages,
    /// What is left to check once the connection is known.
    pub(crate) pending: Vec<Pending>,
    pub(crate) mistakes: Vec<Mistake>,
    /// What was left out and may be, with its place in words: it may not when its connection has a value for it.
    pub(crate) left_out: Vec<(String, Template)>,
    /// How many constants are missing or other than the spec says.
    pub(crate) constants_off: usize,
    /// How many parameters other than credentials are missing or unknown.
    pub(crate) names_off: usize,
}

/// A value and whether it came as text, so that its type is not JSON's.
pub(crate) struct Given<'a> {
    pub(crate) value: &'a Value,
    pub(crate) textual: bool,
}

/// Where the parameters of one place were found.
struct Found<'a> {
    place: Place,
    list: Vec<(&'a str, Given<'a>)>,
}

/// What a reading needs to know besides the request.
pub(crate) struct Reader<'a> {
    pub(crate) route: &'a Route,
    pub(crate) settings: &'a Settings,
    pub(crate) provider: &'a Provider,
    pub(crate) now: SystemTime,
    /// What time it would be for the vendor if the sandbox's clock had never been moved.
    pub(crate) unmoved: SystemTime,
}

impl Reader<'_> {
    /// Reads a request, whatever is wrong with it.
    pub(crate) fn read(&self, incoming: &Incoming, path: FoundRoute<'_>) -> Decoded {
        let request = self.route.operation.request();
        let mut params = request.params.clone();
        params.extend(client::parameters(request));
        params.extend(self.route.query.iter().cloned());
        let mut decoded = Decoded::default();
        self.host(incoming, &mut decoded);
        self.path(path, incoming, &mut decoded);
        self.headers(incoming, &params, &mut decoded);
        self.cookies(incoming, &params, &mut decoded);
        self.query(incoming, &params, &mut decoded);
        self.fragment(incoming, &params, &mut decoded);
        match &request.body {
            None => self.body(incoming, &params, &mut decoded),
            Some(body) => self.whole_body(body, incoming, &mut decoded),
        }
        decoded.mistakes.extend(client::check(request, &incoming.headers, client_secret(self.provider)));
        if let Some(assertion) = &request.assertion {
            self.assertion(assertion, &mut decoded);
        }
        if let Some(basic) = &request.basic {
            self.basic(basic, incoming, &mut decoded);
        }
        decoded
    }

    /// At the sandbox's own address all hosts of a vendor are one; a request that names another is for that one only.
    fn host(&self, incoming: &Incoming, decoded: &mut Decoded) {
        let (Some(due), Some(host)) = (&self.route.host, vendor_host(incoming)) else { return };
        let Some(captured) = take_apart(due, host, &|_| false) else {
            decoded.constants_off += 1;
            return decoded.wrong(Wrong::Request, "the operation is at another host".to_owned());
        };
        for (part, text) in captured {
            let place = "a part of the host";
            if let Err((kind, wrong)) = self.bind(part, text, (Wrong::Request, place), decoded) {
                decoded.wrong(kind, format!("{place} {wrong}"));
            }
        }
    }

    fn path(&self, path: FoundRoute<'_>, incoming: &Incoming, decoded: &mut Decoded) {
        for (part, text) in &path.parts {
            let name: Vec<&str> = part.variables().map(Variable::name).collect();
            let place = format!("`{}` in the path", name.join("` or `"));
            if let Err((kind, wrong)) = self.bind(part, text, (Wrong::Request, &place), decoded) {
                decoded.wrong(kind, format!("{place} {wrong}"));
            }
        }
        if let (Some(part), Some(base)) = (&self.route.base, path.base) {
            let list = match part {
                Part::Alternatives(list) => list.clone(),
                Part::Variable(variable) => vec![plain(variable)],
                Part::Text(_) => Vec::new(),
            };
            let place = "the start of the path".to_owned();
            let start = Start { host: vendor_host(incoming).map(str::to_owned) };
            let pending = Pending { place, kind: Wrong::Request, list, text: base, start: Some(start) };
            decoded.pending.push(pending);
        }
    }

    /// HTTP Basic over a text of the vendor's own.
    fn basic(&self, template: &Template, incoming: &Incoming, decoded: &mut Decoded) {
        let place = "HTTP Basic";
        let outcome = client::basic_text(&incoming.headers).and_then(|text| {
            let captured = take_apart(&template.parts, &text, &|_| false);
            let captured = captured.ok_or_else(|| format!("{place} must hold `{template}` in base64"))?;
            captured.into_iter().try_for_each(|(part, text)| {
                let bound = self.bind(part, text, (Wrong::Client, place), decoded);
                bound.map_err(|(_, wrong)| format!("a part of {place} {wrong}"))
            })
        });
        if let Err(wrong) = outcome {
            decoded.wrong(Wrong::Client, wrong);
        }
    }

    fn headers(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        for param in params.iter().filter(|param| param.place == Place::Header) {
            let values = incoming.headers.get_all(param.name.as_str());
            let texts =
                values.iter().map(|value| Value::String(String::from_utf8_lossy(value.as_bytes()).into_owned()));
            let texts: Vec<Value> = texts.collect();
            let list = texts.iter().map(|value| (param.name.as_str(), Given { value, textual: true })).collect();
            self.param(param, &Found { place: Place::Header, list }, decoded);
        }
        // A browser says much that no spec asks for.
        if !matches!(self.route.operation, Operation::Authorize(_)) {
            self.stray_headers(incoming, params, decoded);
        }
    }

    fn stray_headers(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let due = |name: &str| {
            let mut headers = params.iter().filter(|param| param.place == Place::Header);
            headers.any(|param| param.name.eq_ignore_ascii_case(name))
                || (name == "cookie" && params.iter().any(|param| param.place == Place::Cookie))
        };
        let names = incoming.headers.keys().map(HeaderName::as_str);
        for name in names.filter(|name| !due(name) && !is_of_transport(name)) {
            decoded.names_off += 1;
            decoded.wrong(Wrong::Request, format!("{} does not belong in the headers", shown(name)));
        }
    }

    fn query(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let pairs = match &incoming.query {
            Ok(pairs) => pairs,
            Err(wrong) => return decoded.wrong(Wrong::Request, wrong.clone()),
        };
        let values: Vec<(&str, Value)> =
            pairs.iter().map(|(name, value)| (name.as_str(), Value::String(value.clone()))).collect();
        let list = values.iter().map(|(name, value)| (*name, Given { value, textual: true })).collect();
        self.place(params, &Found { place: Place::Query, list }, decoded);
    }

    fn cookies(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        if !params.iter().any(|param| param.place == Place::Cookie) {
            return;
        }
        if incoming.headers.get_all("cookie").iter().count() > 1 {
            let wrong = "there is more than one `Cookie` header (RFC 6265, section 5.4)";
            decoded.wrong(Wrong::Request, wrong.to_owned());
        }
        let cookies = header(&incoming.headers, "cookie").unwrap_or_default().split("; ");
        let cookies = cookies.filter_map(|cookie| cookie.split_once('='));
        let values: Vec<(&str, Value)> = cookies.map(|(name, value)| (name, Value::from(value))).collect();
        let list = values.iter().map(|(name, value)| (*name, Given { value, textual: true })).collect();
        self.place(params, &Found { place: Place::Cookie, list }, decoded);
    }

    /// What stands behind the `#` of a URL. A browser keeps it to itself; a script of the vendor's page reads it.
    fn fragment(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let (Some(due), given) = (&self.route.fragment, incoming.fragment.as_deref().unwrap_or_default()) else {
            return;
        };
        let Some(text) = given.strip_prefix(due.as_str()) else {
            return decoded.wrong(Wrong::Request, format!("behind the `#` must stand `{due}` and the parameters"));
        };
        let text = text.strip_prefix(['?', '&']).unwrap_or(text);
        let pairs = match crate::incoming::form(text) {
            Ok(pairs) => pairs,
            Err(wrong) => return decoded.wrong(Wrong::Request, format!("the fragment {wrong}")),
        };
        let values: Vec<(&str, Value)> =
            pairs.iter().map(|(name, value)| (name.as_str(), Value::String(value.clone()))).collect();
        let list = values.iter().map(|(name, value)| (*name, Given { value, textual: true })).collect();
        self.place(params, &Found { place: Place::Fragment, list }, decoded);
    }

    fn whole_body(&self, body: &Body, incoming: &Incoming, decoded: &mut Decoded) {
        decoded.mistakes.extend(self.encoding(incoming));
        match body {
            Body::Json(node) => match serde_json::from_str::<Value>(&incoming.body.raw) {
                Ok(given) => self.node(node, &given, "", decoded),
                Err(_) => {
                    decoded.constants_off += 1;
                    decoded.wrong(Wrong::Request, "the body is not JSON".to_owned());
                }
            },
            Body::Text(template) => self.text_body(template, &incoming.body.raw, decoded),
        }
    }

    fn body(&self, incoming: &Incoming, params: &[Param], decoded: &mut Decoded) {
        let expects_body = params.iter().any(|param| param.place == Place::Body);
        if !expects_body {
            if !incoming.body.raw.is_empty() {
                decoded.wrong(Wrong::Request, "the request takes no body".to_owned());
            }
            return;
        }
        let required = params.iter().any(|param| param.place == Place::Body && !param.optional);
        if required || !incoming.body.raw.is_empty() {
            decoded.mistakes.extend(self.encoding(incoming));
        }
        let members = match &incoming.body.members {
            Ok(members) => members,
            Err(wrong) => return decoded.wrong(Wrong::Request, wrong.clone()),
        };
        let given = |value| Given { value, textual: members.is_textual(value) };
        let list = members.list().iter().map(|(name, value)| (name.as_str(), given(value))).collect();
        self.place(params, &Found { place: Place::Body, list }, decoded);
    }

    /// What is wrong with the encoding of the body.
    fn encoding(&self, incoming: &Incoming) -> Option<Mistake> {
        let request = self.route.operation.request();
        let due = match &request.encoding {
            _ if matches!(request.body, Some(Body::Json(_))) => JSON.to_owned(),
            Encoding::Form => FORM.to_owned(),
            Encoding::Json => JSON.to_owned(),
            Encoding::Setting(name) => if self.settings.value(name) == Some("json") { JSON } else { FORM }.to_owned(),
            Encoding::Text(media_type) => crate::incoming::essence(media_type),
            Encoding::Xml => "application/xml".to_owned(),
            Encoding::Multipart => MULTIPART.to_owned(),
        };
        let but = match incoming.body.media_type.as_deref() {
            Some(given) if given == due => return None,
            Some(FORM) => "a form",
            Some(JSON) => "JSON",
            Some(_) => "another media type",
            None => "of an unnamed type",
        };
        Some(Mistake { kind: Wrong::Request, text: format!("the body must be {due}, not {but}") })
    }
}

impl Decoded {
    /// The texts in the place of a token, where the spec says that one of several may stand.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &str> {
        let is_token = |name: &str| name == "token" || name == "refresh_token";
        let tokens = self.pending.iter().filter(move |pending| {
            pending.list.iter().any(|one| one.functions.is_empty() && is_token(one.variable.name()))
        });
        tokens.map(|pending| pending.text.as_str())
    }

    pub(crate) fn wrong(&mut self, kind: Wrong, text: String) {
        self.mistakes.push(Mistake { kind, text });
    }
}

/// The host that a request is for, unless it is the sandbox's own.
fn vendor_host(incoming: &Incoming) -> Option<&str> {
    header(&incoming.headers, "host").filter(|host| !is_loopback(host))
}

/// Whether a header says something of the message or of who sends it, as any client may; `authorization` is looked at
/// elsewhere.
fn is_of_transport(name: &str) -> bool {
    let prefixes = ["accept", "content-", "sec-", "x-forwarded-", "trace", "proxy-", "if-"];
    let names = [
        "authorization",
        "baggage",
        "connection",
        "date",
        "dnt",
        "expect",
        "forwarded",
        "host",
        "keep-alive",
        "origin",
        "priority",
        "referer",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
    ];
    names.contains(&name) || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

fn plain(variable: &Variable) -> authsmith_codegen::model::Alternative {
    authsmith_codegen::model::Alternative { variable: variable.clone(), functions: Vec::new() }
}

/// A name as it may be repeated: a careless client could have put anything there, a secret included.
pub(crate) fn shown(name: &str) -> String {
    let plain = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if plain { format!("`{name}`") } else { "a parameter with an unusual name".to_owned() }
}
