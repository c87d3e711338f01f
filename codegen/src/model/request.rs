//! A request with every standard parameter written out, renamed and dropped as the spec says.

use super::{Name, Type};

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The absolute URL.
    pub url: Template,
    /// How the client proves who it is. Credentials in the body or query are not repeated among `params`.
    pub client: ClientAuth,
    /// How the body is encoded.
    pub encoding: Encoding,
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
    /// The value of a variable.
    Variable(Variable),
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
}

impl Variable {
    /// The name between the angle brackets.
    pub fn name(&self) -> &str {
        match self {
            Self::Protocol(name) | Self::Setting(name) | Self::Input(name) => name,
        }
    }
}

impl std::fmt::Display for Template {
    /// Writes the template as a spec does: `<name>` for a variable.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Variable(variable) => write!(f, "<{}>", variable.name())?,
            }
        }
        Ok(())
    }
}
