//! Templates: text with `<name>` where the value of a variable goes.
//!
//! `<<` stands for `<`; a `<` before anything but a letter, a digit or `_` stands for itself. A value is escaped for the place where it
//! lands, and refused when no escape keeps it there.

use std::borrow::Cow;

use crate::endpoint::check_url;
use crate::request::{BuildError, Spot};
use crate::values::{Value, Values};

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// The variable of this name.
    Variable(&'a str),
}

/// The pieces of a template, in order.
pub fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('<') {
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let placeholder = after.split_once('>').filter(|(name, _)| is_name(name));
        rest = if let Some(after) = after.strip_prefix('<') {
            parts.push(Part::Text("<"));
            after
        } else if let Some((name, after)) = placeholder {
            parts.push(Part::Variable(name));
            after
        } else {
            parts.push(Part::Text("<"));
            after
        };
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// The variables of a template, in order; one that stands twice comes twice.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    parts(template).into_iter().filter_map(|part| match part {
        Part::Variable(name) => Some(name),
        Part::Text(_) => None,
    })
}

/// Vendors name inputs as they like (`filter[from]`); only the first character tells a name from a sign.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphanumeric() || first == '_') && !name.contains('<')
}

/// A template with its values filled in.
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// Whether one of the values is a secret.
    pub(crate) secret: bool,
}

/// The variable that the template consists of, when it is one placeholder and nothing else.
pub(crate) fn sole_variable(template: &str) -> Option<&str> {
    match parts(template).as_slice() {
        [Part::Variable(name)] => Some(name),
        _ => None,
    }
}

/// The value of a variable.
pub(crate) fn value<'v>(name: &str, values: &'v Values, spot: Spot<'_>) -> Result<&'v Value, BuildError> {
    values.get(name).ok_or_else(|| spot.missing(name))
}

/// Fills in a template whose whole text is encoded later (a form, a query, a JSON string).
pub(crate) fn text(template: &str, values: &Values, spot: Spot<'_>) -> Result<Rendered, BuildError> {
    fill(template, values, spot, |_| Ok(()))
}

/// Fills in a template that becomes the value of a header: one line of printable ASCII (RFC 9110, section 5.5).
pub(crate) fn header(template: &str, values: &Values, spot: Spot<'_>) -> Result<Rendered, BuildError> {
    fill(template, values, spot, |text| match text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
        true => Ok(()),
        false => Err("one line of printable ASCII"),
    })
}

fn fill(
    template: &str,
    values: &Values,
    spot: Spot<'_>,
    check: fn(&str) -> Result<(), &'static str>,
) -> Result<Rendered, BuildError> {
    let mut rendered = Rendered { text: String::new(), secret: false };
    for part in parts(template) {
        match part {
            Part::Text(text) => rendered.text.push_str(text),
            Part::Variable(name) => {
                let value = value(name, values, spot)?;
                let text = plain(name, value, spot)?;
                check(&text).map_err(|expected| spot.unfit(name, expected))?;
                rendered.text.push_str(&text);
                rendered.secret |= matches!(value, Value::Secret(_));
            }
        }
    }
    Ok(rendered)
}

/// The value as plain text. An array, an object or `null` has none that vendors agree on.
fn plain<'v>(name: &str, value: &'v Value, spot: Spot<'_>) -> Result<Cow<'v, str>, BuildError> {
    use serde_json::Value as Json;
    match value {
        Value::Secret(secret) => Ok(Cow::Borrowed(secret.expose())),
        Value::Json(Json::String(text)) => Ok(Cow::Borrowed(text)),
        Value::Json(Json::Bool(flag)) => Ok(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::Json(Json::Number(number)) => Ok(Cow::Owned(plain_number(number))),
        Value::Moment(_) | Value::Bytes(_) => {
            Err(spot.unfit(name, "text, a number or a boolean; a function makes it text"))
        }
        Value::Json(Json::Null) => Err(spot.unfit(name, "text, a number or a boolean, not null")),
        Value::Json(Json::Array(_)) => Err(spot.unfit(name, "text, a number or a boolean, not an array")),
        Value::Json(Json::Object(_)) => Err(spot.unfit(name, "text, a number or a boolean, not an object")),
    }
}

/// A number without an exponent; a float that is whole has no decimals.
fn plain_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// Fills in the template of a URL. A value keeps to the place where its placeholder stands: at the head it is a base
/// URL, in the host labels of it, in the path one segment or a part of one, in the query one value or a part of one.
pub(crate) fn url(template: &str, values: &Values) -> Result<Rendered, BuildError> {
    let mut rendered = Rendered { text: String::new(), secret: false };
    let parts = parts(template);
    let mut rest = parts.iter().peekable();
    while let Some(part) = rest.next() {
        let name = match part {
            Part::Text(text) => {
                rendered.text.push_str(text);
                continue;
            }
            Part::Variable(name) => name,
        };
        let value = value(name, values, Spot::Url)?;
        let text = plain(name, value, Spot::Url)?;
        rendered.secret |= matches!(value, Value::Secret(_));
        let escaped = match UrlPlace::at_end_of(&rendered.text) {
            UrlPlace::Head => base(&text, rest.peek().copied()),
            UrlPlace::Scheme => Err("nothing: no variable can stand in the scheme of a URL"),
            UrlPlace::Host => host(&text),
            UrlPlace::Path => segment(&text),
            UrlPlace::Query => Ok(form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        };
        rendered.text.push_str(&escaped.map_err(|expected| Spot::Url.unfit(name, expected))?);
    }
    Ok(rendered)
}

/// Where in a URL the next character stands.
enum UrlPlace {
    Head,
    Scheme,
    Host,
    Path,
    Query,
}

impl UrlPlace {
    fn at_end_of(text: &str) -> Self {
        match text.split_once("://") {
            None if text.is_empty() => Self::Head,
            None => Self::Scheme,
            Some((_, rest)) if rest.contains(['?', '#']) => Self::Query,
            Some((_, rest)) if rest.contains('/') => Self::Path,
            Some(_) => Self::Host,
        }
    }
}

/// A value at the head of a URL: taken as it is, and joined to what follows by one slash.
fn base(value: &str, next: Option<&Part<'_>>) -> Result<String, &'static str> {
    let url = check_url(value).map_err(|_| "an https URL (http on loopback) without user name and fragment")?;
    let Some(next) = next else {
        return Ok(value.to_owned());
    };
    if url.query().is_some() {
        return Err("a URL without a query, because more of the URL follows");
    }
    let base = value.trim_end_matches('/');
    match next {
        Part::Text(text) if text.starts_with(['/', '?']) => Ok(base.to_owned()),
        _ => Ok(format!("{base}/")),
    }
}

/// A value in the host: labels of letters, digits and hyphens.
fn host(value: &str) -> Result<String, &'static str> {
    let is_label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    match value.split('.').all(is_label) {
        true => Ok(value.to_owned()),
        false => Err("a host name or a label of one: letters, digits, hyphens, and dots between them"),
    }
}

/// A value in the path: every character but the unreserved ones (RFC 3986, section 2.3) is escaped. Of what remains,
/// `.` and `..` would climb, and nothing at all would name another resource.
fn segment(value: &str) -> Result<String, &'static str> {
    if matches!(value, "" | "." | "..") {
        return Err("a path segment that isn't empty, `.` or `..`");
    }
    let mut escaped = String::new();
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(escaped)
}
