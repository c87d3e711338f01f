//! An operation of a vendor as constant data: what is sent, and where the answer keeps what was asked for.
//!
//! Generated crates write these values in `const` items, one line a parameter; tools build them from a spec that was
//! never compiled. Everything borrows and is `Copy`, and fields are private, so that a newer version can add some.
//!
//! Text that is sent is a *template*: `<name>` stands for the variable of that name (a setting, an input, or one of
//! [`VARIABLES`]), and [`crate::template`] says what else can stand there. A template that is one variable and nothing else
//! keeps its JSON type in a JSON body.

pub use crate::answer::{Answer, AnswerFormat, Check, Due, Expiry, ExpiryUnit, Issued, Kept};
pub use crate::assertion::{Algorithm, Assertion};
pub use crate::limits::{Limited, Wait, WaitUnit};
pub use crate::refusals::{Failure, Meaning, Refusals};

/// The variables that the protocol itself supplies; settings and inputs can't take these names.
///
/// `client_assertion` is what [`Operation::assertion`] says, signed; `now` is the moment of the request, `random` 32 bytes from a cryptographic random source, new for every request; both
/// are for the functions of [`crate::template`].
pub const VARIABLES: &[&str] = &[
    "client_id",
    "client_secret",
    "client_assertion",
    "redirect_uri",
    "state",
    "login_nonce",
    "scope",
    "code",
    "code_verifier",
    "code_challenge",
    "device_code",
    "refresh_token",
    "token",
    "now",
    "random",
];

/// One request that a client can make and how its answer is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operation<'a> {
    name: &'a str,
    method: &'a str,
    url: &'a str,
    client_auth: ClientAuth<'a>,
    assertion: Option<Assertion<'a>>,
    encoding: Encoding<'a>,
    params: &'a [Param<'a>],
    body: Option<Body<'a>>,
    optional: &'a [&'a str],
    scope_separator: &'a str,
    default_scopes: &'a [&'a str],
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
            assertion: None,
            encoding: Encoding::Form,
            params: &[],
            body: None,
            optional: &[],
            scope_separator: " ",
            default_scopes: &[],
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
    pub const fn client_auth(mut self, client_auth: ClientAuth<'a>) -> Self {
        self.client_auth = client_auth;
        self
    }

    /// What the variable `client_assertion` says, which the client signs anew for every request (RFC 7521, section 4.2).
    pub const fn assertion(mut self, assertion: Assertion<'a>) -> Self {
        self.assertion = Some(assertion);
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

    /// A whole JSON body instead of the parameters of the body: JSON text whose texts are templates. A text that is one
    /// variable and nothing else becomes the variable's JSON value; see [`Operation::optional`] for those that may be
    /// absent.
    pub const fn body_json(mut self, json: &'a str) -> Self {
        self.body = Some(Body::Json(json));
        self
    }

    /// A whole body of text instead of the parameters of the body: a template. Its encoding is [`Encoding::Text`] or
    /// [`Encoding::Xml`].
    pub const fn body_text(mut self, template: &'a str) -> Self {
        self.body = Some(Body::Text(template));
        self
    }

    /// The variables that may be without value. A member of [`Operation::body_json`] or a claim of [`Operation::assertion`]
    /// that needs one is dropped, in [`Operation::body_text`] it is empty text. Parameters say it themselves: [`Param::optional`].
    pub const fn optional(mut self, variables: &'a [&'a str]) -> Self {
        self.optional = variables;
        self
    }

    /// What stands between two scopes of a grant, in `<scope>`; a space when left out (RFC 6749, section 3.3).
    pub const fn scope_separator(mut self, separator: &'a str) -> Self {
        self.scope_separator = separator;
        self
    }

    /// The scopes that a grant asks for when the caller names none.
    pub const fn default_scopes(mut self, scopes: &'a [&'a str]) -> Self {
        self.default_scopes = scopes;
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
    pub const fn auth(&self) -> ClientAuth<'a> {
        self.client_auth
    }

    /// See [`Operation::assertion`].
    pub const fn client_assertion(&self) -> Option<Assertion<'a>> {
        self.assertion
    }

    /// See [`Operation::encoding`].
    pub const fn body_encoding(&self) -> Encoding<'a> {
        self.encoding
    }

    /// See [`Operation::params`].
    pub const fn parameters(&self) -> &'a [Param<'a>] {
        self.params
    }

    /// See [`Operation::body_json`] and [`Operation::body_text`].
    pub const fn whole_body(&self) -> Option<Body<'a>> {
        self.body
    }

    /// See [`Operation::optional`].
    pub const fn optional_variables(&self) -> &'a [&'a str] {
        self.optional
    }

    /// See [`Operation::scope_separator`].
    pub const fn separator(&self) -> &'a str {
        self.scope_separator
    }

    /// See [`Operation::default_scopes`].
    pub const fn scopes_by_default(&self) -> &'a [&'a str] {
        self.default_scopes
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
pub enum ClientAuth<'a> {
    /// No header; the credentials, if any, are among the parameters.
    None,
    /// HTTP Basic over the form-encoded identifier and secret (RFC 6749, section 2.3.1).
    Basic,
    /// HTTP Basic over the text of this template as it is, such as `<client_id>:<client_secret>` for vendors that don't
    /// decode the halves.
    BasicOf(&'a str),
}

/// A body that is written as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body<'a> {
    /// See [`Operation::body_json`].
    Json(&'a str),
    /// See [`Operation::body_text`].
    Text(&'a str),
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
    /// Text of this content type, as [`Operation::body_text`] says it.
    Text {
        /// The value of `Content-Type`.
        content_type: &'a str,
    },
    /// `application/xml`, as [`Operation::body_text`] says it; values are escaped for the text or the attribute of an
    /// element.
    Xml,
    /// `multipart/form-data`: every parameter is a part, a file among them (RFC 7578).
    Multipart,
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
    /// A cookie; all of an operation share one `Cookie` header (RFC 6265, section 4.2).
    Cookie,
    /// In the query behind the `#` of the URL (`#/route?`), which the user agent doesn't send: for authorization requests
    /// whose page reads it by itself.
    Fragment,
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

    /// A cookie.
    pub const fn cookie(name: &'a str, value: &'a str) -> Self {
        Self { place: Place::Cookie, name, value, optional: false }
    }

    /// A parameter behind the `#` of the URL.
    pub const fn fragment(name: &'a str, value: &'a str) -> Self {
        Self { place: Place::Fragment, name, value, optional: false }
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
