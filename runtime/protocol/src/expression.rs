//! What stands in a placeholder besides a name: alternatives and functions.

/// What a placeholder says: the first of its alternatives that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression<'a> {
    /// The alternatives, in order; at least one.
    pub alternatives: Vec<Alternative<'a>>,
}

/// A variable and the functions that its value goes through, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative<'a> {
    /// The variable.
    pub variable: &'a str,
    /// The functions.
    pub functions: Vec<Function<'a>>,
}

/// The functions of templates and what their arguments are; there are no others.
pub const FUNCTIONS: &[(&str, Option<Argument>)] = &[
    ("base64", None),
    ("base64url", None),
    ("hex", None),
    ("sha256", None),
    ("fingerprint", None),
    ("hmac_sha256", Some(Argument::Variable)),
    ("hmac_sha1", Some(Argument::Variable)),
    ("upper", None),
    ("lower", None),
    ("prefix", Some(Argument::Number)),
    ("before", Some(Argument::Text)),
    ("after", Some(Argument::Text)),
    ("after_last", Some(Argument::Text)),
    ("host", None),
    ("claim", Some(Argument::Text)),
    ("uuid", None),
    ("json", None),
    ("raw", None),
    ("iso", None),
    ("epoch", None),
    ("epoch_ms", None),
    ("yyyymmdd", None),
    ("plus", Some(Argument::Number)),
];

/// What the argument of a function is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// Text as it stands, not empty.
    Text,
    /// A whole number; of seconds it may be negative.
    Number,
    /// The name of a variable.
    Variable,
}

/// A function of templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Function<'a> {
    /// Base64 with padding (RFC 4648, section 4).
    Base64,
    /// Base64url without padding (RFC 4648, section 5).
    Base64Url,
    /// Hexadecimal, small letters.
    Hex,
    /// SHA-256; bytes.
    Sha256,
    /// The SHA-256 of the public half of a key in PEM, or of a certificate; bytes.
    Fingerprint,
    /// HMAC with SHA-256 under the key that the variable holds (RFC 2104); bytes.
    HmacSha256(&'a str),
    /// HMAC with SHA-1 under the key that the variable holds (RFC 2104); bytes.
    HmacSha1(&'a str),
    /// Capital letters.
    Upper,
    /// Small letters.
    Lower,
    /// The first characters, so many.
    Prefix(usize),
    /// What stands before the first place of this text; no value when it isn't there.
    Before(&'a str),
    /// What stands after the first place of this text; no value when it isn't there.
    After(&'a str),
    /// What stands after the last place of this text; no value when it isn't there.
    AfterLast(&'a str),
    /// The host of a URL, without its port; no value when there is none.
    Host,
    /// A claim of a JWT's payload, which nobody verifies: a name, or a JSON Pointer when it begins with `/`.
    Claim(&'a str),
    /// A UUID of version 4 made of the first 16 bytes (RFC 9562, section 5.4).
    Uuid,
    /// A JSON string, its quotes included (RFC 8259, section 7).
    Json,
    /// The text as it is: it says that nothing is to be escaped.
    Raw,
    /// A moment as `2026-01-31T12:00:00Z`, in whole seconds.
    Iso,
    /// A moment in seconds since 1970; a number.
    Epoch,
    /// A moment in milliseconds since 1970; a number.
    EpochMs,
    /// A date or a moment (UTC) as `20260131`.
    BasicDate,
    /// The moment so many seconds later, or earlier.
    Plus(i64),
}

impl<'a> Function<'a> {
    /// The function that is written so; `None` when there is none of the name, or its argument isn't fit.
    pub fn parse(name: &str, argument: Option<&'a str>) -> Option<Self> {
        let text = || argument.filter(|text| !text.is_empty());
        let word = || text().map(str::trim).filter(|word| !word.is_empty());
        let function = match name {
            "hmac_sha256" => return word().map(Self::HmacSha256),
            "hmac_sha1" => return word().map(Self::HmacSha1),
            "prefix" => return word()?.parse().ok().map(Self::Prefix),
            "before" => return text().map(Self::Before),
            "after" => return text().map(Self::After),
            "after_last" => return text().map(Self::AfterLast),
            "claim" => return word().map(Self::Claim),
            "plus" => return word()?.parse().ok().map(Self::Plus),
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "hex" => Self::Hex,
            "sha256" => Self::Sha256,
            "fingerprint" => Self::Fingerprint,
            "upper" => Self::Upper,
            "lower" => Self::Lower,
            "host" => Self::Host,
            "uuid" => Self::Uuid,
            "json" => Self::Json,
            "raw" => Self::Raw,
            "iso" => Self::Iso,
            "epoch" => Self::Epoch,
            "epoch_ms" => Self::EpochMs,
            "yyyymmdd" => Self::BasicDate,
            _ => return None,
        };
        argument.is_none().then_some(function)
    }

    /// The variable that its argument names.
    pub fn variable(&self) -> Option<&'a str> {
        match self {
            Self::HmacSha256(key) | Self::HmacSha1(key) => Some(key),
            _ => None,
        }
    }
}

impl<'a> Expression<'a> {
    /// Whether the text of a placeholder is more than a name.
    pub fn is_one(placeholder: &str) -> bool {
        placeholder.contains('|') || placeholder.contains("??")
    }

    /// The expression between the signs `<` and `>`: `a | f(x) ?? b`. An argument runs to the next `)`. `None` when it
    /// isn't one.
    pub fn parse(placeholder: &'a str) -> Option<Self> {
        let mut alternatives = Vec::new();
        let mut rest = placeholder;
        loop {
            let (alternative, after) = alternative(rest)?;
            alternatives.push(alternative);
            match after.strip_prefix("??") {
                Some(next) => rest = next,
                None if after.is_empty() => return Some(Self { alternatives }),
                None => return None,
            }
        }
    }

    /// The variables that it names, in order, those of arguments too.
    pub fn variables(&self) -> impl Iterator<Item = &'a str> {
        self.alternatives.iter().flat_map(|alternative| {
            std::iter::once(alternative.variable)
                .chain(alternative.functions.iter().filter_map(|function| function.variable()))
        })
    }
}

/// One alternative, and what follows it: nothing, or text that begins with `??`.
fn alternative(text: &str) -> Option<(Alternative<'_>, &str)> {
    let (variable, mut rest) = word(text)?;
    let mut functions = Vec::new();
    while let Some(after) = rest.strip_prefix('|') {
        let end = after.find(['(', '|', '?']).unwrap_or(after.len());
        let (name, after) = after.split_at_checked(end)?;
        let (argument, after) = match after.strip_prefix('(') {
            Some(inner) => inner.split_once(')').map(|(argument, after)| (Some(argument), after.trim_start()))?,
            None => (None, after),
        };
        functions.push(Function::parse(name.trim(), argument)?);
        rest = after;
    }
    Some((Alternative { variable, functions }, rest))
}

/// A name up to the next sign.
fn word(text: &str) -> Option<(&str, &str)> {
    let end = [text.find('|'), text.find("??")].into_iter().flatten().min().unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    Some((name.trim(), rest)).filter(|(name, _)| !name.is_empty())
}
