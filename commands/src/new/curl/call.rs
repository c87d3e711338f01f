//! A request that shows a token, as a call.

use serde_json::Value;

use super::line::{Body, Line, Pair};
use super::role::{Shown, shows_token};
use crate::new::names;
use crate::new::places::{self, Piece};
use crate::new::sketch::{FILL, Of, Sketch, literal};
use crate::new::yaml::{Map, Node};

/// Adds a call; false when a spec can't hold it.
pub fn add(sketch: &mut Sketch, line: &Line) -> bool {
    let method = line.method.to_ascii_lowercase();
    if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
        sketch.tell(format!("a call by {} is left out: the language doesn't know the method", line.method));
        return false;
    }
    let shown = shows_token(line);
    present(sketch, shown.as_ref(), line);
    let (url, path_inputs) = sketch.url(&places::without_ids(&line.url), Of::Call);
    let url = relative(sketch, &url);
    let name = name(sketch, &url, &method);
    let mut inputs = Inputs { map: Map::default(), in_query: matches!(method.as_str(), "get" | "delete") };
    path_inputs.iter().for_each(|name| inputs.map.set(name.clone(), "string"));
    let query = line.query.iter().filter(|(name, _)| shown != Some(Shown::Query(name.clone())));
    query.for_each(|pair| inputs.query(pair));
    let (encoding, body) = inputs.body(&line.body);
    let mut call = Map::default().with(method, url);
    if let Some(encoding) = encoding {
        call.set("encoding", encoding);
    }
    let headers = headers(line, shown.as_ref(), &mut inputs);
    if !inputs.map.is_empty() {
        call.set("inputs", inputs.map);
    }
    if !headers.is_empty() {
        call.set("headers", headers);
    }
    if let Some(body) = body {
        call.set("body", body);
    }
    call.set("returns", "json");
    sketch.spec.edit("calls", |calls| {
        calls.spread();
        calls.set(name.clone(), call);
        calls.note(&name, format!("{FILL} the fields of the answer, in place of json"));
    });
    true
}

/// Says how tokens are shown, where that isn't as RFC 6750 says.
fn present(sketch: &mut Sketch, shown: Option<&Shown>, line: &Line) {
    let value: Option<Node> = match shown {
        Some(Shown::Header(name, Some(scheme)))
            if name.eq_ignore_ascii_case("authorization") && scheme.eq_ignore_ascii_case("bearer") =>
        {
            None
        }
        Some(Shown::Header(name, scheme)) => {
            let map = Map::default().with("header", name.as_str());
            Some(match scheme {
                Some(scheme) => map.with("scheme", scheme.as_str()).into(),
                None => map.into(),
            })
        }
        Some(Shown::Query(name)) => Some(Map::default().with("query", name.as_str()).into()),
        None => {
            let url = line.url.escape_debug();
            sketch.tell(format!("{} {url} shows no token; the spec sends one as RFC 6750 says", line.method));
            None
        }
    };
    let known = sketch.spec.map("tokens").and_then(|tokens| tokens.map("access"));
    match (&value, known.map(|access| access.get("present").cloned())) {
        (Some(value), None) => {
            sketch.spec.edit("tokens", |tokens| {
                tokens.spread();
                tokens.edit("access", |access| access.set("present", value.clone()));
            });
        }
        (Some(value), Some(other)) if other.as_ref() != Some(value) => {
            sketch.tell("the curl lines show tokens in several ways; the spec has the first of them");
        }
        _ => {}
    }
}

/// The URL behind `api`, which the first call sets: the host, and what every path of an API begins with.
fn relative(sketch: &mut Sketch, url: &str) -> String {
    if !sketch.spec.has("api") {
        let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
        let mut segments = rest.split('/');
        let mut api = format!("{scheme}://{}", segments.next().unwrap_or_default());
        let is_version = |segment: &str| {
            let digits = segment.strip_prefix('v').unwrap_or_default();
            digits.starts_with(|c: char| c.is_ascii_digit()) || matches!(segment, "api" | "rest")
        };
        segments.take_while(|segment| is_version(segment)).for_each(|segment| api.push_str(&format!("/{segment}")));
        sketch.spec.set("api", api);
    }
    let api = sketch.spec.text("api").unwrap_or_default();
    match url.strip_prefix(api).filter(|path| path.starts_with('/')) {
        Some(path) => path.to_owned(),
        None => url.to_owned(),
    }
}

/// A name for the call: the last words of its path.
fn name(sketch: &Sketch, url: &str, method: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let mut words = path.split('/').rev().filter(|segment| !segment.contains('<')).filter_map(names::identifier);
    let noun = words.next().unwrap_or_else(|| "request".to_owned());
    let taken = sketch.operations();
    let free = names::free(&noun, names::Of::Operation, &taken);
    if free == noun { noun } else { names::free(&format!("{method}_{noun}"), names::Of::Operation, &taken) }
}

struct Inputs {
    map: Map,
    /// Whether parameters stand in the query by themselves.
    in_query: bool,
}

impl Inputs {
    fn add(&mut self, wire: &str, kind: &str, place: Option<&str>) -> String {
        let taken: Vec<String> = self.map.keys().map(str::to_owned).collect();
        let name = names::identifier(wire).unwrap_or_else(|| "input".to_owned());
        let name = names::free(&name, names::Of::Input, &taken);
        let mut long = Map::default().with("is", kind);
        if let Some(place) = place {
            long.set("in", place);
        }
        if name != wire {
            long.set("wire", wire);
        }
        match place.is_some() || name != wire {
            true => self.map.set(name.clone(), long),
            false => self.map.set(name.clone(), kind),
        }
        name
    }

    fn query(&mut self, (name, value): &Pair) {
        let known = self.map.keys().any(|known| known == name);
        let kind = match value.parse::<i64>() {
            Ok(_) => "integer?",
            Err(_) if value == "true" || value == "false" => "boolean?",
            Err(_) => "string?",
        };
        if !known {
            self.add(name, kind, (!self.in_query).then_some("query"));
        }
    }

    /// The members of a body; one that isn't an object is an input as a whole.
    fn body(&mut self, body: &Body) -> (Option<&'static str>, Option<Node>) {
        match body {
            Body::None => (None, None),
            Body::Form(pairs) => {
                pairs.iter().for_each(|(name, _)| drop(self.add(name, "string", None)));
                (Some("form"), None)
            }
            Body::Multipart(parts) => {
                for (name, _, file) in parts {
                    self.add(name, if *file { "file" } else { "string" }, None);
                }
                (Some("multipart"), None)
            }
            Body::Json(Value::Object(members)) => {
                members.iter().for_each(|(name, value)| drop(self.add(name, kind_of(value), None)));
                (None, None)
            }
            Body::Json(_) => {
                let name = self.add("body", "json", None);
                (None, Some(format!("<{name}>").into()))
            }
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::Null | Value::Array(_) | Value::Object(_) => "json",
    }
}

/// The headers besides the one that shows the token.
fn headers(line: &Line, shown: Option<&Shown>, inputs: &mut Inputs) -> Map {
    let mut headers = Map::default();
    for (name, value) in &line.headers {
        if matches!(shown, Some(Shown::Header(token, _)) if token == name) {
            continue;
        }
        let credential = ["client_id", "client_secret"].into_iter().find(|standard| super::role::means(name, standard));
        let mut piece = |piece: &Piece| match piece {
            Piece::Text(text) => literal(text),
            Piece::Place(inside) => match super::role::variable(inside, super::role::Role::Call) {
                Some(variable) => format!("<{variable}>"),
                None => format!("<{}>", inputs.add(if inside.is_empty() { name } else { inside }, "string", None)),
            },
        };
        let template: String = match (credential, places::whole(value)) {
            (Some(credential), _) => format!("<{credential}>"),
            (None, Some(inside)) => piece(&Piece::Place(inside)),
            (None, None) => places::pieces(value).iter().map(&mut piece).collect(),
        };
        headers.set(name.clone(), template);
    }
    headers
}
