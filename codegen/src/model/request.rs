//! A request with every standard parameter written out, renamed and dropped as the spec says.

use super::{Algorithm, Name, Type};

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL.
    pub url: Template,
    /// How the client proves who it is. Credentials sent as parameters are not repeated among `params`.
    pub client: ClientAuth,
    /// The parameters that carry the client's credentials; they stand after the standard ones. None for
    /// [`ClientAuth::None`], [`ClientAuth::Basic`] and [`ClientAuth::BasicOf`].
    pub credentials: Vec<Param>,
    /// The text that HTTP Basic shows, before base64; only for [`ClientAuth::BasicOf`].
    pub basic: Option<Template>,
    /// What the variable `client_assertion` says; only for [`ClientAuth::Jwt`].
    pub assertion: Option<Assertion>,
    /// How the body is encoded.
    pub encoding: Encoding,
    /// The body itself, when a template of the spec stands in place of parameters.
    pub body: Option<Body>,
    /// Everything that is sent besides the client's credentials, in order.
    pub params: Vec<Param>,
    /// How many of `params`, from the front, are the standard ones (and the token of a call). The client's credentials
    /// stand after them when they are sent as parameters.
    pub standard: usize,
    /// What the caller supplies, in the order of the spec.
    pub inputs: Vec<Input>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Method {
    /// The method as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// How the client proves who it is (RFC 6749, section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// Nothing is sent.
    None,
    /// `client_id` as a parameter, no secret (section 3.2.1).
    Public,
    /// HTTP Basic over form-encoded halves.
    Basic,
    /// `client_id` and `client_secret` as parameters.
    Body,
    /// Basic and body at once.
    Both,
    /// HTTP Basic over the text of [`Request::basic`].
    BasicOf,
    /// The parameters of [`Request::credentials`], under names or at places of the vendor's own.
    Params,
    /// The signed assertion of [`Request::assertion`] (RFC 7523, section 2.2).
    Jwt,
}

/// What a client says of itself and signs (RFC 7521, section 5).
#[derive(Clone, Debug, PartialEq)]
pub struct Assertion {
    /// The algorithms that the vendor takes, in order; all under the client's secret, or none.
    pub algorithms: Vec<Algorithm>,
    /// Whom it is for; the URL of the request when there is none.
    pub audience: Option<Template>,
    /// For how many seconds it holds.
    pub lifetime: u64,
    /// Claims besides those of the standard, or in their place; each with whether it is left out when a variable has no
    /// value.
    pub claims: Vec<(String, Template, bool)>,
}

impl Assertion {
    /// Its templates.
    pub fn templates(&self) -> impl Iterator<Item = &Template> {
        self.audience.iter().chain(self.claims.iter().map(|(_, value, _)| value))
    }

    /// Whether it is signed with the client's secret.
    pub fn is_symmetric(&self) -> bool {
        self.algorithms.iter().all(|algorithm| algorithm.is_symmetric())
    }
}

/// How a body is encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// One JSON object.
    Json,
    /// What the setting of this wire name says; its allowed values are `form` and `json`.
    Setting(String),
    /// Text of this content type, as [`Request::body`] says.
    Text(String),
    /// XML as [`Request::body`] says; the values of placeholders are escaped.
    Xml,
    /// `multipart/form-data`, every parameter a part (RFC 7578).
    Multipart,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the query.
    Query,
    /// In the body.
    Body,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// Behind the `#` of the URL and the route that may stand there; only in the authorization request.
    Fragment,
}

/// A body that the spec writes out.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// JSON.
    Json(BodyNode),
    /// Text.
    Text(Template),
}

/// A value of a JSON body.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyNode {
    /// Text; of a single placeholder, the value of its variable with its type.
    Template {
        /// The text.
        value: Template,
        /// Whether the member or item is dropped when a variable has no value.
        optional: bool,
    },
    /// A number, a boolean or null.
    Constant(serde_json::Value),
    /// An array.
    List(Vec<BodyNode>),
    /// An object, in order.
    Object(Vec<(String, BodyNode)>),
}

impl BodyNode {
    /// Every template in it, in order.
    pub fn templates(&self) -> Vec<&Template> {
        match self {
            Self::Template { value, .. } => vec![value],
            Self::Constant(_) => Vec::new(),
            Self::List(items) => items.iter().flat_map(Self::templates).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, node)| node.templates()).collect(),
        }
    }
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Where it stands.
    pub place: Place,
    /// Its name on the wire.
    pub name: String,
    /// Its value.
    pub value: Template,
    /// Whether it is left out when a variable of its value has none.
    pub optional: bool,
}

/// Something that the caller supplies.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its name: the variable, and the argument or setter in Rust.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is.
    pub about: Option<String>,
    /// A value for trying things out.
    pub sample: Option<serde_json::Value>,
}

/// Text with variables in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Its pieces, in order; never two texts in a row.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// The value of a variable as it is.
    Variable(Variable),
    /// The first of several that has a value, or one that goes through functions.
    Alternatives(Vec<Alternative>),
}

/// A variable and the functions that its value goes through, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// The variable.
    pub variable: Variable,
    /// The functions.
    pub functions: Vec<Function>,
}

/// A function; its name and number of arguments are among those that the language has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its argument, as it is written.
    pub argument: Option<String>,
}

impl Part {
    /// The variables that it names.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        let (one, many) = match self {
            Self::Text(_) => (None, None),
            Self::Variable(variable) => (Some(variable), None),
            Self::Alternatives(list) => (None, Some(list.iter().map(|alternative| &alternative.variable))),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }
}

impl Template {
    /// The variables that it names, in order; those that only an argument of a function names are not among them.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parts.iter().flat_map(Part::variables)
    }

    /// The only variable, when the template is one placeholder without functions and nothing else.
    pub fn only_variable(&self) -> Option<&Variable> {
        match self.parts.as_slice() {
            [Part::Variable(variable)] => Some(variable),
            _ => None,
        }
    }
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// One of the protocol's own (`client_id`, `code`, ...); see `authsmith_protocol::operation::VARIABLES`.
    Protocol(String),
    /// A setting, by its wire name.
    Setting(String),
    /// An input of the operation, by its wire name.
    Input(String),
    /// A named template, by its wire name.
    Value(String),
    /// Something that a callback or answer gave for the connection, by its wire name.
    Kept(String),
}

impl Variable {
    /// The name between the angle brackets.
    pub fn name(&self) -> &str {
        match self {
            Self::Protocol(name) | Self::Setting(name) | Self::Input(name) | Self::Value(name) | Self::Kept(name) => {
                name
            }
        }
    }
}

impl std::fmt::Display for Template {
    /// Writes the template as a spec does: `<name>` for a variable, `<a | f(x) ?? b>` for alternatives and functions.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Variable(variable) => write!(f, "<{}>", variable.name())?,
                Part::Alternatives(list) => write_alternatives(list, f)?,
            }
        }
        Ok(())
    }
}

fn write_alternatives(list: &[Alternative], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    for (at, alternative) in list.iter().enumerate() {
        f.write_str(if at == 0 { "<" } else { " ?? " })?;
        f.write_str(alternative.variable.name())?;
        for function in &alternative.functions {
            write!(f, " | {}", function.name)?;
            if let Some(argument) = &function.argument {
                write!(f, "({argument})")?;
            }
        }
    }
    f.write_str(">")
}
