//! Operations as calls.

use authsmith_codegen::model::Name;
use serde_json::Value;

use super::bodies::{self, about, scalar};
use super::schemas::Types;
use super::{Document, servers};
use crate::new::document::{prose, text};
use crate::new::names;
use crate::new::scalar::is_hidden;
use crate::new::sketch::{SURE, Sketch, literal};
use crate::new::yaml::{Map, Node};

/// The methods that the language knows.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Headers that are not parameters (OpenAPI 3.1, section 4.8.12.1), and those that belong to the HTTP client.
const OWN_HEADERS: [&str; 14] = [
    "accept",
    "authorization",
    "content-type",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "proxy-authorization",
];

/// An operation of the document.
pub struct Operation<'a> {
    /// By what it is chosen: its `operationId`, or its method and path.
    pub id: String,
    method: &'static str,
    path: &'a str,
    item: &'a Value,
    /// What the document says of it.
    pub value: &'a Value,
}

impl Operation<'_> {
    /// A line that tells it to people.
    pub fn line(&self) -> String {
        let request = format!("{} {}", self.method.to_ascii_uppercase(), self.path);
        let what = text(self.value, "summary").and_then(prose).unwrap_or_default();
        let line = if self.id.eq_ignore_ascii_case(&request) {
            format!("{}  {what}", self.id)
        } else {
            format!("{}  {request}  {what}", self.id)
        };
        line.replace(is_hidden, " ").trim_end().to_owned()
    }

    fn name(&self) -> String {
        let words = names::words(&self.id).join("_");
        names::identifier(&words).unwrap_or_else(|| format!("{}_request", self.method))
    }
}

/// All operations of the document that a call can be made of.
pub fn operations(document: Document<'_>) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in document.members("/paths") {
        for method in METHODS {
            let Some(value) = item.get(method).filter(|value| value.is_object()) else { continue };
            let id = text(value, "operationId").map_or_else(|| format!("{method} {path}"), str::to_owned);
            found.push(Operation { id, method, path, item, value });
        }
    }
    found
}

/// Adds the chosen operations, and the types that they have.
pub fn add(document: Document<'_>, chosen: &[&Operation<'_>], sketch: &mut Sketch) {
    if chosen.is_empty() {
        return;
    }
    let requests = chosen.iter().map(|operation| format!("{}Request", Name::new(operation.name()).camel));
    let settings: Vec<String> = settings(sketch).iter().map(|name| Name::new(name).camel).collect();
    let mut types = Types::new(document, sketch.provider(), requests.chain(settings));
    let mut calls = Map::block();
    for operation in chosen {
        // Grants that nobody has written are there all the same.
        let implied = ["exchange_code", "exchange_device_code", "refresh", "client_credentials"].map(str::to_owned);
        let taken = sketch.operations().into_iter().chain(implied).chain(calls.keys().map(str::to_owned));
        let taken: Vec<String> = taken.collect();
        let name = names::free(&operation.name(), names::Of::Operation, &taken);
        let call = call(document, operation, &mut types, sketch);
        calls.set(name, call);
    }
    let (types, enums) = types.used(&calls);
    sketch.spec.set("calls", calls);
    for (section, map) in [("types", types), ("enums", enums)] {
        if !map.is_empty() {
            sketch.spec.set(section, map);
        }
    }
}

fn settings(sketch: &Sketch) -> Vec<String> {
    sketch.spec.map("settings").map(|settings| settings.keys().map(str::to_owned).collect()).unwrap_or_default()
}

fn call<'a>(document: Document<'a>, operation: &Operation<'a>, types: &mut Types<'a>, sketch: &mut Sketch) -> Map {
    let hint = operation.name();
    let mut inputs = Inputs::new(sketch);
    let parameters = parameters(document, operation, sketch);
    let path = path(operation, &parameters, (document, &mut *types, &hint), &mut inputs);
    let base = servers::own([operation.value, operation.item], sketch).unwrap_or_default();
    let mut call = Map::default();
    let what = ["summary", "description"].iter().find_map(|key| text(operation.value, key).and_then(prose));
    if let Some(what) = what {
        call.set("about", Node::Prose(what));
    }
    call.set(operation.method, format!("{base}{path}"));
    for parameter in parameters.iter().filter(|parameter| parameter.place != "path") {
        let place = (operation.method != "get" && operation.method != "delete" || parameter.place == "header")
            .then_some(parameter.place);
        let hint = format!("{hint} {}", parameter.name);
        let (kind, mark) = match parameter.value.get("schema") {
            Some(schema) => scalar(document, schema, types, &hint),
            None => ("string".to_owned(), Some(format!("{SURE} how the value is written; the app gives its text"))),
        };
        inputs.add(parameter.name, place, &kind, !parameter.required, (about(document, parameter.value), mark));
    }
    if let Some(body) = operation.value.get("requestBody") {
        match operation.method {
            "get" | "delete" => {
                sketch.tell(format!("{}: the body is left out, a {} has none", operation.id, operation.method))
            }
            _ => bodies::request(document, body, &hint, (types, &mut inputs), &mut call),
        }
    }
    if !inputs.map.is_empty() {
        call.set("inputs", inputs.map);
    }
    if let Some((node, mark)) = bodies::answer(document, operation.value, &format!("{hint} answer"), types) {
        call.set("returns", node);
        if let Some(mark) = mark {
            call.spread();
            call.note("returns", mark);
        }
    }
    if operation.value.get("security").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        sketch.tell(format!("{}: the document asks for no token; a call of the language shows one", operation.id));
    }
    if operation.value.get("deprecated") == Some(&Value::Bool(true)) {
        sketch.tell(format!("{}: the document calls it deprecated", operation.id));
    }
    call.order(&[
        "about",
        "get",
        "post",
        "put",
        "patch",
        "delete",
        "encoding",
        "content_type",
        "inputs",
        "body",
        "send",
    ]);
    call
}

struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    required: bool,
    value: &'a Value,
}

/// The parameters of an operation and its path; the operation's own hold.
fn parameters<'a>(document: Document<'a>, operation: &Operation<'a>, sketch: &mut Sketch) -> Vec<Parameter<'a>> {
    let lists = [operation.item, operation.value].into_iter().filter_map(|value| value.get("parameters")?.as_array());
    let mut found: Vec<Parameter<'_>> = Vec::new();
    for value in lists.flatten().filter_map(|value| document.resolve(value)) {
        let (Some(name), Some(place)) = (text(value, "name"), text(value, "in")) else { continue };
        let required = value.get("required") == Some(&Value::Bool(true));
        let own = |name: &str| OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str());
        let sendable = match place {
            "path" => true,
            "query" => !name.contains(is_hidden),
            "header" if own(name) => continue,
            "header" => name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)),
            _ => false,
        };
        if !sendable {
            sketch.tell(format!("{}: the parameter {name} in the {place} is left out", operation.id));
            continue;
        }
        let parameter = Parameter { name, place, required, value };
        let same = |known: &&mut Parameter<'_>| {
            let same = if place == "header" { known.name.eq_ignore_ascii_case(name) } else { known.name == name };
            known.place == place && same
        };
        match found.iter_mut().find(same) {
            Some(known) => *known = parameter,
            None => found.push(parameter),
        }
    }
    found
}

/// The path as a template; each of its placeholders is an input.
fn path<'a>(
    operation: &Operation<'a>,
    parameters: &[Parameter<'a>],
    (document, types, hint): (Document<'a>, &mut Types<'a>, &str),
    inputs: &mut Inputs,
) -> String {
    let mut template = String::new();
    let mut rest = operation.path;
    let mut known: Vec<(&str, String)> = Vec::new();
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((wire, behind)) = inside.split_once('}') else { break };
        template.push_str(&literal(&encoded(before)));
        rest = behind;
        if let Some((_, name)) = known.iter().find(|(other, _)| *other == wire) {
            template.push_str(&format!("<{name}>"));
            continue;
        }
        let parameter = parameters.iter().find(|parameter| parameter.place == "path" && parameter.name == wire);
        let schema = parameter.and_then(|parameter| parameter.value.get("schema"));
        let (kind, mark) = match schema {
            Some(schema) => scalar(document, schema, types, &format!("{hint} {wire}")),
            None => ("string".to_owned(), None),
        };
        let about = parameter.and_then(|parameter| about(document, parameter.value));
        let name = inputs.placed(wire, &kind, (about, mark));
        template.push_str(&format!("<{name}>"));
        known.push((wire, name));
    }
    template.push_str(&literal(&encoded(rest)));
    if template.starts_with('/') { template } else { format!("/{template}") }
}

/// A text of a path without signs that no URL has.
fn encoded(text: &str) -> String {
    let sign = |c: char| match c.is_ascii_graphic() && c != '\\' {
        true => c.to_string(),
        false => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
    };
    text.chars().map(sign).collect()
}

/// What people are told of an input, and what isn't known of it.
pub type Said = (Option<String>, Option<String>);

/// The inputs of a call.
pub struct Inputs {
    /// As the spec has them.
    pub map: Map,
    taken: Vec<String>,
}

impl Inputs {
    fn new(sketch: &Sketch) -> Self {
        let later = ["authorize_url", "token_url", "api_url"].map(str::to_owned);
        Self { map: Map::default(), taken: settings(sketch).into_iter().chain(later).collect() }
    }

    /// Adds an input that stands where `place` says, or where inputs stand by themselves; gives its name.
    pub fn add(&mut self, wire: &str, place: Option<&str>, kind: &str, optional: bool, said: Said) -> String {
        let kind = if optional { format!("{kind}?") } else { kind.to_owned() };
        self.node(wire, place, kind.into(), said)
    }

    /// The same, of any type.
    pub fn node(&mut self, wire: &str, place: Option<&str>, kind: Node, (about, mark): Said) -> String {
        let name = self.name(wire);
        let mut long = Map::default().with("is", kind.clone());
        if let Some(place) = place {
            long.set("in", place);
        }
        if name != wire {
            long.set("wire", wire);
        }
        self.set(&name, (long, kind), about, mark)
    }

    /// An input whose placeholder stands in the URL.
    fn placed(&mut self, wire: &str, kind: &str, (about, mark): Said) -> String {
        let name = self.name(wire);
        self.set(&name, (Map::default().with("is", kind), kind.into()), about, mark)
    }

    fn name(&mut self, wire: &str) -> String {
        let name = names::identifier(wire).unwrap_or_else(|| "input".to_owned());
        let name = names::free(&name, names::Of::Input, &self.taken);
        self.taken.push(name.clone());
        name
    }

    fn set(
        &mut self,
        name: &str,
        (mut long, short): (Map, Node),
        about: Option<String>,
        mark: Option<String>,
    ) -> String {
        if let Some(about) = about {
            long.set("about", Node::Prose(about));
        }
        match long.keys().count() > 1 {
            true => self.map.set(name, long),
            false => self.map.set(name, short),
        }
        if let Some(mark) = mark {
            self.map.spread();
            self.map.note(name, mark);
        }
        name.to_owned()
    }
}
