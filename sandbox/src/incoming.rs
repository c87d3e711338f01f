//! A request as it came in, taken apart without regard to what it means.

use std::fmt;

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;

use crate::parts;

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The query as it stands in the URL, and taken apart; `Err` says what is broken.
    pub(crate) raw_query: Option<String>,
    pub(crate) query: Result<Vec<(String, String)>, String>,
    /// What a page's script found behind the `#` of its URL.
    pub(crate) fragment: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// A body.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) raw: String,
    /// The media type that the request names, without parameters, in lower case.
    pub(crate) media_type: Option<String>,
    pub(crate) members: Result<Members, String>,
}

/// The parameters of a body, in order, duplicates kept.
#[derive(Clone, Debug)]
pub(crate) enum Members {
    Form(Vec<(String, Value)>),
    Json(Vec<(String, Value)>),
    /// The parts of a multipart body; a file is an object.
    Parts(Vec<(String, Value)>),
}

impl Members {
    pub(crate) fn list(&self) -> &[(String, Value)] {
        match self {
            Self::Form(list) | Self::Json(list) | Self::Parts(list) => list,
        }
    }

    /// Whether a value came as text, so that its type is not JSON's.
    pub(crate) fn is_textual(&self, value: &Value) -> bool {
        match self {
            Self::Form(_) => true,
            Self::Json(_) => false,
            Self::Parts(_) => value.is_string(),
        }
    }
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";
pub(crate) const MULTIPART: &str = "multipart/form-data";

impl Incoming {
    pub(crate) fn new(method: &str, path: &str, query: Option<&str>, headers: HeaderMap, body: &Bytes) -> Self {
        let media_type = header(&headers, "content-type").map(essence);
        let members = match header(&headers, "content-type") {
            Some(content_type) if media_type.as_deref() == Some(MULTIPART) => {
                let parts = parts::parse(content_type, body);
                parts.map(Members::Parts).map_err(|wrong| format!("the body is no multipart body: {wrong}"))
            }
            _ => members(media_type.as_deref(), body),
        };
        let raw = String::from_utf8_lossy(body).into_owned();
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            raw_query: query.map(str::to_owned),
            query: form(query.unwrap_or_default()).map_err(|wrong| format!("the query {wrong}")),
            fragment: None,
            headers,
            body: Body { raw, media_type, members },
        }
    }

    /// Whether the sender is a browser that wants a page.
    pub(crate) fn wants_page(&self) -> bool {
        header(&self.headers, "accept").is_some_and(|accept| accept.contains("text/html"))
    }
}

/// A media type without its parameters, in small letters.
pub(crate) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The value of a header that stands there once, as text.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
}

fn members(media_type: Option<&str>, body: &Bytes) -> Result<Members, String> {
    let Ok(text) = std::str::from_utf8(body) else { return Err("the body is not UTF-8".to_owned()) };
    let looks_json = text.trim_start().starts_with(['{', '[']);
    let json = match media_type {
        Some(JSON) => true,
        // Read as a form, a JSON text would become the name of one parameter.
        Some(FORM) if looks_json => return Err("the body is called a form and holds JSON".to_owned()),
        Some(FORM) => false,
        _ => looks_json,
    };
    if json && !text.is_empty() {
        let Pairs(list) = serde_json::from_str(text).map_err(|_| "the body is not one JSON object".to_owned())?;
        return Ok(Members::Json(list));
    }
    let pairs = form(text).map_err(|wrong| format!("the body {wrong}"))?;
    Ok(Members::Form(pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect()))
}

/// Takes `name=value&...` apart, and says what is wrong where a lenient reader would guess.
pub(crate) fn form(text: &str) -> Result<Vec<(String, String)>, String> {
    if text.chars().any(|char| char == ' ' || char.is_control() || !char.is_ascii()) {
        return Err("has characters that must be percent-encoded".to_owned());
    }
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pairs = text.split('&').map(|pair| {
        let (name, value) = pair.split_once('=').ok_or("has a parameter without `=`")?;
        let decode = |text: &str| crate::routes::percent_decode(&text.replace('+', " "));
        match (decode(name), decode(value)) {
            (Some(name), Some(value)) => Ok((name, value)),
            _ => Err("has broken percent-encoding"),
        }
    });
    pairs.collect::<Result<_, _>>().map_err(str::to_owned)
}

/// The members of a JSON object, duplicates kept.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor).map(Self)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = map.next_entry()? {
            list.push(member);
        }
        Ok(list)
    }
}
