//! A request as the keys of an operation: what is standard, renamed or left out, what is constant, and what is an input.

use serde_json::Value;

use super::line::{Body, Line};
use super::role::{Kind, Role, means, variable};
use crate::new::names;
use crate::new::places::{self, Piece};
use crate::new::sketch::{SURE, Sketch, literal};
use crate::new::yaml::{Map, Node};

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Query,
    Body,
    Header,
}

/// A parameter that nobody has made something of yet.
#[derive(Clone, Debug)]
struct Field {
    at: At,
    name: String,
    value: String,
}

/// The keys of an operation.
#[derive(Debug, Default)]
pub struct Keys {
    /// How the client authenticates; none is `basic`.
    pub client: Option<Node>,
    /// `json` or `multipart`; none is a form.
    pub encoding: Option<&'static str>,
    /// `query`, where it isn't so by itself.
    pub params_in: Option<&'static str>,
    /// Parameters of the query beside a body, which stand in the URL.
    pub query: String,
    /// The scopes that the line names.
    pub scopes: Option<Vec<String>>,
    /// What stands between them, when it isn't a space.
    pub separator: Option<&'static str>,
    /// Standard parameters that were there.
    pub found: Vec<&'static str>,
    /// Everything else, in the order of the language.
    pub map: Map,
}

/// Makes the keys of one operation.
pub struct Reader<'a> {
    sketch: &'a mut Sketch,
    role: Role,
    /// Where the standard parameters stand.
    place: At,
    fields: Vec<Field>,
    inputs: Map,
    keys: Keys,
}

/// The keys that an operation of this role has for the request of a line.
pub fn keys(sketch: &mut Sketch, role: Role, line: &Line) -> Keys {
    let bodiless = matches!(line.method.as_str(), "GET" | "DELETE");
    let place = if line.body == Body::None { At::Query } else { At::Body };
    let mut reader =
        Reader { sketch, role, place, fields: fields(line), inputs: Map::default(), keys: Keys::default() };
    if place == At::Query && !bodiless && !line.query.is_empty() {
        reader.keys.params_in = Some("query");
    }
    match &line.body {
        Body::Json(value) if is_structured(value) => reader.written(value, line.basic.as_deref()),
        Body::Json(_) => reader.keys.encoding = Some("json"),
        Body::Multipart(_) => reader.keys.encoding = Some("multipart"),
        Body::Form(_) | Body::None => {}
    }
    let written = reader.keys.map.remove("body");
    reader.scope();
    if written.is_none() {
        reader.client(line.basic.as_deref());
        reader.standard();
    }
    reader.rest();
    reader.finish(written)
}

/// Whether a JSON body is more than an object of texts.
fn is_structured(value: &Value) -> bool {
    value.as_object().is_none_or(|members| !members.values().all(Value::is_string))
}

fn fields(line: &Line) -> Vec<Field> {
    let at = |at: At| move |(name, value): &(String, String)| Field { at, name: name.clone(), value: value.clone() };
    let mut fields: Vec<Field> = line.query.iter().map(at(At::Query)).collect();
    match &line.body {
        Body::Form(pairs) => fields.extend(pairs.iter().map(at(At::Body))),
        Body::Json(value) if !is_structured(value) => {
            let members = value.as_object().into_iter().flatten();
            fields.extend(members.map(|(name, value)| Field {
                at: At::Body,
                name: name.clone(),
                value: value.as_str().unwrap_or_default().to_owned(),
            }));
        }
        Body::Multipart(parts) => {
            fields.extend(parts.iter().map(|(name, value, _)| at(At::Body)(&(name.clone(), value.clone()))));
        }
        Body::Json(_) | Body::None => {}
    }
    fields.extend(line.headers.iter().map(at(At::Header)));
    fields
}

impl Reader<'_> {
    /// Takes the field that means a parameter of the standard: of its own name before any other.
    fn take(&mut self, standard: &str, at: Option<At>) -> Option<Field> {
        let here = |field: &&Field| at.is_none_or(|at| field.at == at);
        let exact = self.fields.iter().filter(here).position(|field| field.name == standard);
        let other = || self.fields.iter().filter(here).position(|field| means(&field.name, standard));
        let nth = exact.or_else(other)?;
        let index = self.fields.iter().enumerate().filter(|(_, field)| here(field)).nth(nth)?.0;
        Some(self.fields.remove(index))
    }

    /// The scopes that the line asks for.
    fn scope(&mut self) {
        // What is sent in the exchange of a code is the scope of its login.
        let Some(field) = self.take("scope", None) else { return };
        if self.role == Role::Custom || self.role == Role::Call || field.at == At::Header {
            self.fields.push(field);
            return;
        }
        let separator = if field.value.contains(' ') || !field.value.contains(',') { None } else { Some(",") };
        let split = field.value.split(separator.unwrap_or(" ")).map(str::trim).filter(|scope| !scope.is_empty());
        let scopes: Vec<String> = split.map(str::to_owned).collect();
        let named = places::whole(&field.value).is_none() && scopes.iter().all(|scope| is_scope(scope));
        self.keys.separator = separator;
        self.keys.scopes = Some(if named { scopes } else { Vec::new() });
        if self.role == Role::Grant(Kind::Code) {
            self.send(&field.name, "<scope>".to_owned());
        } else if field.name != "scope" {
            self.rename("scope", &field.name);
        }
    }

    /// How the client authenticates.
    fn client(&mut self, basic: Option<&str>) {
        if matches!(self.role, Role::Authorize | Role::Call) {
            return;
        }
        let secret_at = [self.place, At::Header, At::Query, At::Body]
            .into_iter()
            .find(|at| self.fields.iter().any(|field| field.at == *at && means(&field.name, "client_secret")));
        if let Some(pair) = basic {
            let has_both = secret_at == Some(self.place)
                && self.fields.iter().any(|field| field.at == self.place && field.name == "client_id");
            if has_both {
                self.take("client_id", Some(self.place));
                self.take("client_secret", Some(self.place));
                self.keys.client = Some("both".into());
            } else if let Some(text) = basic_text(pair) {
                self.keys.client = Some(Map::default().with("basic", text).into());
            }
            return;
        }
        let at = secret_at.unwrap_or(self.place);
        let secret = secret_at.and_then(|at| self.take("client_secret", Some(at)));
        let id = match (&secret, secret_at) {
            (None, _) => {
                let exact = self.fields.iter().any(|field| field.at == at && means(&field.name, "client_id"));
                exact.then(|| self.take("client_id", Some(at))).flatten()
            }
            (Some(_), at) => self.take("client_id", at),
        };
        self.keys.client = Some(client_of(id.as_ref(), secret.as_ref(), at, at == self.place));
    }

    /// Renames, drops and finds the standard parameters.
    fn standard(&mut self) {
        for standard in self.role.standard() {
            match self.take(standard, Some(self.place)) {
                Some(field) => {
                    self.keys.found.push(standard);
                    if field.name != *standard {
                        self.rename(standard, &field.name);
                    }
                }
                // State is always made, and PKCE is said elsewhere.
                None if matches!(*standard, "state" | "code_challenge" | "code_challenge_method" | "code_verifier") => {
                }
                None => self.omit(standard),
            }
        }
    }

    fn omit(&mut self, name: &str) {
        let mut omitted = match self.keys.map.get("omit") {
            Some(Node::List(names)) => names.clone(),
            _ => Vec::new(),
        };
        omitted.push(name.into());
        self.keys.map.set("omit", Node::List(omitted));
    }

    fn rename(&mut self, standard: &str, name: &str) {
        self.keys.map.edit("rename", |rename| rename.set(standard, name));
    }

    fn send(&mut self, name: &str, value: String) {
        self.keys.map.edit("send", |send| send.set(name, value));
    }

    /// What is left is the vendor's own: constants, inputs, settings.
    fn rest(&mut self) {
        for field in std::mem::take(&mut self.fields) {
            let name = field.name.clone();
            let direct = field.at == self.place;
            let open = places::whole(&field.value).is_some() || kind_of(&name) == "secret";
            let input = open && variable(&name, self.role).is_none();
            if field.at == At::Body && self.keys.encoding == Some("multipart") && field.value.starts_with(['@', '<']) {
                let input = self.input(&name, "file", true);
                self.sketch.tell(format!("the file `{}` is the input `{input}`", name.escape_debug()));
            } else if direct && input && self.role.has_caller() {
                self.input(&name, kind_of(&name), true);
            } else {
                let value = self.template(&name, &name, &field.value);
                match field.at {
                    At::Header => self.keys.map.edit("headers", |headers| headers.set(name, value)),
                    _ if direct => self.send(&name, value),
                    _ => {
                        let sign = if self.keys.query.is_empty() { '?' } else { '&' };
                        self.keys.query.push_str(&format!("{sign}{}={value}", in_query(&name)));
                    }
                }
            }
        }
    }

    /// A value as a template: its placeholders, and those parameters of the protocol that it is by its name. What
    /// nobody knows is called `own`.
    fn template(&mut self, name: &str, own: &str, value: &str) -> String {
        let placeholder = places::whole(value);
        let by_name = variable(name, self.role);
        if let (Some(variable), _) | (None, Some(Some(variable))) =
            (by_name, placeholder.as_deref().map(|inside| variable(inside, self.role)))
        {
            return format!("<{variable}>");
        }
        // A secret that the page shows is nobody's constant.
        if placeholder.is_some() || kind_of(name) == "secret" {
            return format!("<{}>", self.named(own));
        }
        let pieces = places::pieces(value);
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => literal(text),
            Piece::Place(inside) => match variable(inside, self.role) {
                Some(variable) => format!("<{variable}>"),
                None => format!("<{}>", self.named(if inside.is_empty() { own } else { inside })),
            },
        };
        pieces.iter().map(piece).collect()
    }

    /// A variable for what the line leaves open: an input where there is a caller, else a setting.
    fn named(&mut self, name: &str) -> String {
        if self.role.has_caller() {
            return self.input(name, kind_of(name), false);
        }
        let about = format!("{SURE} what it is, and whether each connection has its own: `of: connection`");
        self.sketch.setting(name, &[("sample", "sample")], &about)
    }

    /// Adds an input; a `sent` one is a parameter by itself. Gives its name.
    fn input(&mut self, wire: &str, kind: &str, sent: bool) -> String {
        let wanted = names::identifier(wire).unwrap_or_else(|| "input".to_owned());
        let taken: Vec<String> = self.inputs.keys().map(str::to_owned).collect();
        if !sent && taken.contains(&wanted) {
            return wanted;
        }
        let name = names::free(&wanted, names::Of::Input, &taken);
        match sent && name != wire {
            true => self.inputs.set(name.clone(), Map::default().with("is", kind).with("wire", wire)),
            false => self.inputs.set(name.clone(), kind),
        }
        name
    }

    /// A body that is written out.
    fn written(&mut self, value: &Value, basic: Option<&str>) {
        let mut inside = Vec::new();
        let body = self.node("", "", value, &mut inside);
        self.keys.encoding = Some("json");
        self.keys.map.set("body", body);
        let has = |name: &str| inside.iter().any(|known| known == name);
        let shown = match basic {
            Some(pair) => basic_text(pair).map(|text| Map::default().with("basic", text).into()),
            None if has("client_id") && has("client_secret") => Some("body".into()),
            None if has("client_id") => Some("public".into()),
            None => Some("none".into()),
        };
        self.keys.client = shown;
        self.keys.found.extend(self.role.standard().iter().filter(|standard| has(standard)));
    }

    /// A value of a body, under the key `name` of what is called `path`; `inside` gathers the parameters of the protocol
    /// that stand in it.
    fn node(&mut self, path: &str, name: &str, value: &Value, inside: &mut Vec<String>) -> Node {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}_{name}") };
        match value {
            Value::Object(members) => {
                let mut map = Map::default();
                for (key, value) in members {
                    map.set(key.clone(), self.node(&path, key, value, inside));
                }
                map.into()
            }
            Value::Array(items) => items.iter().map(|item| self.node(&path, name, item, inside)).collect(),
            Value::String(text) => {
                let standard = self.role.standard().iter().find(|standard| means(name, standard));
                match standard {
                    Some(standard) => {
                        inside.push((*standard).to_owned());
                        match *standard {
                            "grant_type" => literal(text).into(),
                            standard => format!("<{standard}>").into(),
                        }
                    }
                    None => {
                        let template = self.template(name, &path, text);
                        let known = ["client_id", "client_secret"].into_iter();
                        inside.extend(known.filter(|name| template == format!("<{name}>")).map(str::to_owned));
                        template.into()
                    }
                }
            }
            other => Node::Bare(other.to_string()),
        }
    }

    fn finish(mut self, written: Option<Node>) -> Keys {
        if let Some(body) = written {
            self.keys.map.set("body", body);
        }
        if !self.inputs.is_empty() {
            self.keys.map.set("inputs", std::mem::take(&mut self.inputs));
        }
        self.keys.map.order(&["omit", "rename", "inputs", "scopes", "send", "headers", "body"]);
        self.keys
    }
}

/// Whether a scope is one that a spec can name.
fn is_scope(scope: &str) -> bool {
    scope.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\'))
        && !places::pieces(scope).iter().any(|piece| matches!(piece, Piece::Place(_)))
        && scope.chars().any(|c| c.is_ascii_alphanumeric())
}

/// The type of an input, by its name.
fn kind_of(name: &str) -> &'static str {
    let words = names::words(name);
    let secret = ["secret", "password", "pw", "pass", "pin", "code", "token", "assertion", "jwt", "key"];
    let about = ["type", "hint", "format", "method"];
    if words.iter().any(|word| about.contains(&word.as_str())) {
        return "string";
    }
    if words.iter().any(|word| secret.contains(&word.as_str())) { "secret" } else { "string" }
}

/// The text of HTTP Basic, where it isn't the client's id and secret.
fn basic_text(pair: &str) -> Option<String> {
    let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
    let by = |text: &str| match places::whole(text).is_some_and(|name| means(&name, "client_id")) {
        true => "<client_id>",
        false => "<client_secret>",
    };
    match (user, password) {
        ("", "") => None,
        (user, "") => Some(format!("{}:", by(user))),
        ("", password) => Some(format!(":{}", by(password))),
        // A letter stands for no secret at all.
        (user, password) if matches!(password, "x" | "X") => Some(format!("{}:{}", by(user), literal(password))),
        _ => None,
    }
}

/// The word or the names of `client`, of the parameters that hold id and secret.
fn client_of(id: Option<&Field>, secret: Option<&Field>, at: At, here: bool) -> Node {
    let is = |field: Option<&Field>, name: &str| field.is_some_and(|field| field.name == name);
    match (id, secret) {
        (None, None) => return "none".into(),
        (Some(_), None) if here && is(id, "client_id") => return "public".into(),
        _ if here && is(id, "client_id") && is(secret, "client_secret") => return "body".into(),
        _ => {}
    }
    let mut map = Map::default();
    match at {
        _ if here => {}
        At::Header => map.set("in", "header"),
        At::Query => map.set("in", "query"),
        At::Body => map.set("in", "body"),
    }
    let name = |field: Option<&Field>| field.map_or("none".to_owned(), |field| field.name.clone());
    map.with("id", name(id)).with("secret", name(secret)).into()
}

/// A name as it stands in a query.
pub fn in_query(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect()
}
