//! Templates: text with `<name>` where the value of a variable goes.
//!
//! `<<` stands for `<`; a `<` before anything but a letter, a digit or `_` stands for itself. `<a ?? b>` is the first that
//! has a value, and not an empty text; `<a | f | g(x)>` is what the [`Function`]s make of it, from left to right. Pipes
//! bind tighter than `??`. A function that finds no such part (a claim, a mark in a text) gives no value.
//!
//! A value is escaped for the place where it lands, whatever functions it went through, and refused when no escape keeps
//! it there. What comes of a secret is secret.

use std::borrow::Cow;
use std::cell::Cell;
use std::net::Ipv4Addr;

use crate::endpoint::check_url;
pub use crate::expression::{Alternative, Argument, Expression, FUNCTIONS, Function};
use crate::function::{Content, Lack, apply};
use crate::request::{BuildError, Spot};
use crate::secret::REDACTED;
use crate::values::{Value, Values};

/// Named templates that stand in one another, at most so deep: a checked spec has no cycles, and data that never was
/// checked must not hang.
const DEEPEST: u8 = 16;
/// And so many in one template: a small spec must not make a text without end either.
const MOST_EXPANSIONS: u16 = 1000;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// The variable of this name.
    Variable(&'a str),
    /// Alternatives, or a variable with functions.
    Expression(Expression<'a>),
    /// A placeholder that is neither.
    Broken(&'a str),
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
            parts.push(placeholder_part(name));
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

fn placeholder_part(text: &str) -> Part<'_> {
    if !Expression::is_one(text) {
        return Part::Variable(text);
    }
    Expression::parse(text).map_or(Part::Broken(text), Part::Expression)
}

/// The variables of a template, in order; one that stands twice comes twice.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    parts(template).into_iter().flat_map(|part| match part {
        Part::Variable(name) => vec![name],
        Part::Expression(expression) => expression.variables().collect(),
        Part::Text(_) | Part::Broken(_) => Vec::new(),
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

/// What a placeholder stands for.
pub(crate) struct Found {
    pub(crate) content: Content,
    pub(crate) secret: bool,
}

/// Where templates are filled in: the values, and for the words of an error what needs them.
struct Scope<'s> {
    values: &'s Values,
    spot: Spot<'s>,
    /// How many named templates are being filled in, one in another.
    depth: Cell<u8>,
    /// How many have been filled in.
    expansions: Cell<u16>,
}

impl Scope<'_> {
    fn variable(&self, name: &str) -> Result<Found, BuildError> {
        let found = |content, secret| Ok(Found { content, secret });
        match self.values.get(name) {
            Some(Value::Json(value)) => found(Content::Json(value.clone()), false),
            Some(Value::Moment(moment)) => found(Content::Moment(*moment), false),
            Some(Value::Secret(secret)) => found(Content::Json(secret.expose().into()), true),
            Some(Value::Bytes(bytes)) => found(Content::Bytes(bytes.expose().to_vec()), true),
            Some(Value::File(_)) => Err(self.spot.unfit(name, "text: a file is a part of a multipart body")),
            None => {
                let template = self.values.definition(name).ok_or_else(|| self.spot.missing(name))?;
                let rendered = self.named(name, template)?;
                found(Content::Json(rendered.text.into()), rendered.secret)
            }
        }
    }

    /// Fills in a named template.
    fn named(&self, name: &str, template: &str) -> Result<Rendered, BuildError> {
        let (depth, expansions) = (self.depth.get(), self.expansions.get());
        if depth >= DEEPEST || expansions >= MOST_EXPANSIONS {
            return Err(self.spot.missing(name));
        }
        self.expansions.set(expansions + 1);
        self.depth.set(depth + 1);
        let rendered = self.fill(&parts(template), |text| Ok(Cow::Borrowed(text)));
        self.depth.set(depth);
        rendered
    }

    /// What a placeholder stands for, and the variable that gave it; `None` for text.
    fn placeholder<'p>(&self, part: &Part<'p>) -> Result<Option<(&'p str, Found)>, BuildError> {
        match part {
            Part::Text(_) => Ok(None),
            Part::Variable(name) => Ok(Some((name, self.variable(name)?))),
            Part::Expression(expression) => self.expression(expression).map(Some),
            Part::Broken(text) => Err(BuildError::Template((*text).to_owned())),
        }
    }

    fn expression<'p>(&self, expression: &Expression<'p>) -> Result<(&'p str, Found), BuildError> {
        let is_choice = expression.alternatives.len() > 1;
        let mut lacking = BuildError::Template(String::new());
        for alternative in &expression.alternatives {
            match self.alternative(alternative) {
                Ok(found) if is_choice && found.content.is_blank() => lacking = self.spot.missing(alternative.variable),
                Ok(found) => return Ok((alternative.variable, found)),
                Err(error @ BuildError::Missing { .. }) => lacking = error,
                Err(error) => return Err(error),
            }
        }
        Err(lacking)
    }

    fn alternative(&self, alternative: &Alternative<'_>) -> Result<Found, BuildError> {
        let name = alternative.variable;
        let mut found = self.variable(name)?;
        for function in &alternative.functions {
            let key = function.variable().map(|key| self.variable(key)).transpose()?;
            found.secret |= key.as_ref().is_some_and(|key| key.secret);
            let shows_nothing = |content: &Content| {
                self.values.is_redacted() && content.clone().text().is_ok_and(|text| text.contains(REDACTED))
            };
            if shows_nothing(&found.content) || key.as_ref().is_some_and(|key| shows_nothing(&key.content)) {
                found.content = Content::Json(REDACTED.into());
                continue;
            }
            found.content = apply(*function, found.content, key.map(|key| key.content)).map_err(|lack| match lack {
                Lack::Nothing => self.spot.missing(name),
                Lack::Unfit(expected) => self.spot.unfit(name, expected),
            })?;
        }
        Ok(found)
    }

    /// Fills in the placeholders; `place` escapes the text of each for where it lands, or refuses it.
    fn fill(&self, parts: &[Part<'_>], place: impl Fn(&str) -> Placed<'_>) -> Result<Rendered, BuildError> {
        let mut rendered = Rendered { text: String::new(), secret: false };
        for part in parts {
            match (part, self.placeholder(part)?) {
                (Part::Text(text), _) => rendered.text.push_str(text),
                (_, Some((name, found))) => {
                    rendered.secret |= found.secret;
                    let text = found.content.text().map_err(|expected| self.spot.unfit(name, expected))?;
                    rendered.text.push_str(&place(&text).map_err(|expected| self.spot.unfit(name, expected))?);
                }
                (_, None) => {}
            }
        }
        Ok(rendered)
    }
}

/// A value escaped for its place, or what could stand there instead.
type Placed<'t> = Result<Cow<'t, str>, &'static str>;

fn scope<'s>(values: &'s Values, spot: Spot<'s>) -> Scope<'s> {
    Scope { values, spot, depth: Cell::new(0), expansions: Cell::new(0) }
}

/// What a variable holds.
pub(crate) fn value(name: &str, values: &Values, spot: Spot<'_>) -> Result<Found, BuildError> {
    scope(values, spot).variable(name)
}

/// A template as a JSON value: one variable and nothing else keeps its type; what comes of functions and alternatives is
/// text.
pub(crate) fn json(template: &str, values: &Values, spot: Spot<'_>) -> Result<serde_json::Value, BuildError> {
    if let [Part::Variable(name)] = parts(template).as_slice()
        && let Content::Json(value) = value(name, values, spot)?.content
    {
        return Ok(value);
    }
    Ok(text(template, values, spot)?.text.into())
}

/// Fills in a template whose whole text is encoded later (a form, a query, a JSON string).
pub(crate) fn text(template: &str, values: &Values, spot: Spot<'_>) -> Result<Rendered, BuildError> {
    scope(values, spot).fill(&parts(template), |text| Ok(Cow::Borrowed(text)))
}

/// Fills in a template that becomes the value of a header: one line of printable ASCII (RFC 9110, section 5.5).
pub(crate) fn header(template: &str, values: &Values, spot: Spot<'_>) -> Result<Rendered, BuildError> {
    scope(values, spot).fill(&parts(template), |text| {
        match text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
            true => Ok(Cow::Borrowed(text)),
            false => Err("one line of printable ASCII"),
        }
    })
}

/// Fills in a template that becomes the value of a cookie (RFC 6265, section 4.1.1).
pub(crate) fn cookie(template: &str, values: &Values, spot: Spot<'_>) -> Result<Rendered, BuildError> {
    let is_octet = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\');
    scope(values, spot).fill(&parts(template), |text| match text.bytes().all(is_octet) {
        true => Ok(Cow::Borrowed(text)),
        false => Err("printable ASCII without spaces, quotes, commas, semicolons and backslashes"),
    })
}

/// Fills in the template of a whole body, each value escaped for the text or an attribute of an element when it is XML.
/// A placeholder of one of the `optional` variables that has no value is empty.
pub(crate) fn body(template: &str, values: &Values, optional: &[&str], is_xml: bool) -> Result<Rendered, BuildError> {
    let scope = scope(values, Spot::Body);
    let mut rendered = Rendered { text: String::new(), secret: false };
    for part in parts(template) {
        let one = std::slice::from_ref(&part);
        match scope.fill(one, |text| if is_xml { xml(text) } else { Ok(Cow::Borrowed(text)) }) {
            Ok(filled) => {
                rendered.text.push_str(&filled.text);
                rendered.secret |= filled.secret;
            }
            Err(BuildError::Missing { .. }) if names_one_of(&part, optional) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(rendered)
}

fn names_one_of(part: &Part<'_>, names: &[&str]) -> bool {
    match part {
        Part::Variable(name) => names.contains(name),
        Part::Expression(expression) => expression.variables().any(|name| names.contains(&name)),
        Part::Text(_) | Part::Broken(_) => false,
    }
}

/// The five signs as entities, and line breaks that a reader would settle; the other control characters have no place in
/// XML 1.0 (section 2.2).
fn xml(text: &str) -> Placed<'_> {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push_str(&format!("&#{};", u32::from(character))),
            '\0'..=' ' if character != ' ' => return Err("text without control characters"),
            '\u{fffe}' | '\u{ffff}' => return Err("text without control characters"),
            _ => escaped.push(character),
        }
    }
    Ok(Cow::Owned(escaped))
}

/// Fills in the template of a URL. A value keeps to the place where its placeholder stands: at the head it is a base
/// URL, in the host labels of it, in the path one segment or a part of one, in the query one value or a part of one.
pub(crate) fn url(template: &str, values: &Values) -> Result<Rendered, BuildError> {
    let mut rendered = Rendered { text: String::new(), secret: false };
    let scope = scope(values, Spot::Url);
    let parts = parts(template);
    let mut rest = parts.iter().peekable();
    while let Some(part) = rest.next() {
        let (name, found) = match (part, scope.placeholder(part)?) {
            (_, Some(found)) => found,
            (Part::Text(text), None) => {
                rendered.text.push_str(text);
                continue;
            }
            (_, None) => continue,
        };
        rendered.secret |= found.secret;
        let unfit = |expected| Spot::Url.unfit(name, expected);
        let text = found.content.text().map_err(unfit)?;
        let escaped = match UrlPlace::at_end_of(&rendered.text) {
            UrlPlace::Head => base(&text, rest.peek().copied()),
            UrlPlace::Scheme => Err("nothing: no variable can stand in the scheme of a URL"),
            UrlPlace::Host => host(&text, is_whole_host(&rendered.text, rest.peek().copied())),
            UrlPlace::Path => segment(&text),
            UrlPlace::Query => Ok(form_urlencoded::byte_serialize(text.as_bytes()).collect()),
        };
        rendered.text.push_str(&escaped.map_err(unfit)?);
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

/// Whether a value after `before` and ahead of `next` is all of the host.
fn is_whole_host(before: &str, next: Option<&Part<'_>>) -> bool {
    before.ends_with("://")
        && match next {
            None => true,
            Some(Part::Text(text)) => text.starts_with(['/', '?', ':']),
            Some(_) => false,
        }
}

/// A value in the host: labels of letters, digits and hyphens, at most 63 of them and 253 in all (RFC 1035, section
/// 2.3.4). A number that is no address as people write one would become another host.
fn host(value: &str, is_whole: bool) -> Result<String, &'static str> {
    let is_label =
        |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let last = value.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X");
    let is_other = is_whole && is_number && value.parse::<Ipv4Addr>().is_err();
    match value.len() <= 253 && value.split('.').all(is_label) && !is_other {
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
