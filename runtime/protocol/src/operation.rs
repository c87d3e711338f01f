//! An operation of a vendor as constant data: what is sent, and where the answer keeps what was asked for.
//!
//! Generated crates write these values in `const` items, one line a parameter; tools build them from a spec that was
//! never compiled. Everything borrows and is `Copy`, and fields are private, so that a newer version can add some.
//!
//! Text that is sent is a *template*: `<name>` stands for the variable of that name (a setting, an input, or one of
//! [`VARIABLES`]). A template that is one placeholder and nothing else keeps the variable's JSON type in a JSON body.

pub use crate::answer::{Answer, Expiry, ExpiryUnit, Failure, Issued, Refusals};

/// The variables that the protocol itself supplies; settings and inputs can't take these names.
pub const VARIABLES: &[&str] = &[
    "client_id",
    "client_secret",
    "redirect_uri",
    "state",
    "scope",
    "code",
    "code_verifier",
    "code_challenge",
    "refresh_token",
    "token",
];

/// One request that a client can make and how its answer is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operation<'a> {
    name: &'a str,
    method: &'a str,
    url: &'a str,
    client_auth: ClientAuth,
    encoding: Encoding<'a>,
    params: &'a [Param<'a>],
    token: Option<&'a str>,
    answer: Answer<'a>,
    refusal: Refusals<'a>,
}

impl<'a> Operation<'a> {
    /// An operation called `name` that sends `method` to the URL template `url`.
    pub const fn new(name: &'a str, method: &'a str, url: &'a str) -> Self {
        Self {
            name,
            method,
            url,
            client_auth: ClientAuth::None,
            encoding: Encoding::Form,
            params: &[],
            token: None,
            answer: Answer::json(),
            refusal: Refusals::rfc(),
        }
    }

    /// An operation that sends GET.
    pub const fn get(name: &'a str, url: &'a str) -> Self {
        Self::new(name, "GET", url)
    }

    /// An operation that sends POST.
    pub const fn post(name: &'a str, url: &'a str) -> Self {
        Self::new(name, "POST", url)
    }

    /// The same operation at another URL template: every URL of a vendor can be overridden.
    pub const fn at(mut self, url: &'a str) -> Self {
        self.url = url;
        self
    }

    /// How the client proves who it is. Credentials in the body or the query are plain parameters.
    pub const fn client_auth(mut self, client_auth: ClientAuth) -> Self {
        self.client_auth = client_auth;
        self
    }

    /// How the parameters of the body are encoded; form when left out (RFC 6749, section 3.2).
    pub const fn encoding(mut self, encoding: Encoding<'a>) -> Self {
        self.encoding = encoding;
        self
    }

    /// The parameters, in the order in which they are sent.
    pub const fn params(mut self, params: &'a [Param<'a>]) -> Self {
        self.params = params;
        self
    }

    /// The kind of token that the operation shows; the variable `<token>` holds its value.
    pub const fn token(mut self, kind: &'a str) -> Self {
        self.token = Some(kind);
        self
    }

    /// How a successful answer is read.
    pub const fn answer(mut self, answer: Answer<'a>) -> Self {
        self.answer = answer;
        self
    }

    /// How a refusal is read.
    pub const fn refusal(mut self, refusal: Refusals<'a>) -> Self {
        self.refusal = refusal;
        self
    }

    /// The operation's name in the spec.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The HTTP method.
    pub const fn method(&self) -> &'a str {
        self.method
    }

    /// The URL template.
    pub const fn url(&self) -> &'a str {
        self.url
    }

    /// See [`Operation::client_auth`].
    pub const fn auth(&self) -> ClientAuth {
        self.client_auth
    }

    /// See [`Operation::encoding`].
    pub const fn body_encoding(&self) -> Encoding<'a> {
        self.encoding
    }

    /// See [`Operation::params`].
    pub const fn parameters(&self) -> &'a [Param<'a>] {
        self.params
    }

    /// See [`Operation::token`].
    pub const fn token_kind(&self) -> Option<&'a str> {
        self.token
    }

    /// See [`Operation::answer`].
    pub const fn answers(&self) -> Answer<'a> {
        self.answer
    }

    /// See [`Operation::refusal`].
    pub const fn refusals(&self) -> Refusals<'a> {
        self.refusal
    }
}

/// How the client proves who it is outside the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientAuth {
    /// No header; the credentials, if any, are among the parameters.
    None,
    /// HTTP Basic over the form-encoded identifier and secret (RFC 6749, section 2.3.1).
    Basic,
}

/// How the parameters of a body are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding<'a> {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// One JSON object.
    Json,
    /// What the setting of this name says: `form` or `json`.
    Setting(&'a str),
}

/// Where a parameter stands in the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the query of the URL.
    Query,
    /// In the body.
    Body,
    /// A header.
    Header,
}

/// One parameter of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param<'a> {
    place: Place,
    name: &'a str,
    value: &'a str,
    optional: bool,
}

impl<'a> Param<'a> {
    /// A parameter of the query.
    pub const fn query(name: &'a str, value: &'a str) -> Self {
        Self { place: Place::Query, name, value, optional: false }
    }

    /// A parameter of the body.
    pub const fn body(name: &'a str, value: &'a str) -> Self {
        Self { place: Place::Body, name, value, optional: false }
    }

    /// A header.
    pub const fn header(name: &'a str, value: &'a str) -> Self {
        Self { place: Place::Header, name, value, optional: false }
    }

    /// Leaves the parameter out when a variable of its template has no value.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Where the parameter stands.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The name on the wire.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The template of the value.
    pub const fn value(&self) -> &'a str {
        self.value
    }

    /// See [`Param::optional`].
    pub const fn is_optional(&self) -> bool {
        self.optional
    }
}
