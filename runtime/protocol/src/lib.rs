//! OAuth operations as data, and the pure functions that interpret them.
//!
//! Nothing here opens a socket, reads a clock or draws random numbers: time and randomness are handed in, requests and
//! responses are plain values. A client, a command-line tool and a test drive the same functions, so that what a tool
//! shows is what a client sends.
//!
//! # The data
//!
//! A [`provider::Provider`] holds what a client must know of a vendor: the [`provider::Authorize`] request, the
//! [`provider::TokenKind`]s, the [`provider::Setting`]s, and each [`operation::Operation`] with its parameters and the
//! places where the answer keeps its tokens. All of it is `const`: generated crates write it with builder methods, and
//! tools build the same values from a spec that was never compiled.
//!
//! # From inputs to an answer
//!
//! ```text
//! Operation + Values ──build──▶ Request ──(the caller sends it)──▶ Response ──read──▶ Reading
//!                       │                                                     │
//!                       ▼                                                     ▼
//!                   BuildError                            ReadError::{Refused, Unreadable}
//! ```
//!
//! 1. [`Values`] gives names their values: settings, inputs, what the connection keeps, and the protocol's own
//!    [`operation::VARIABLES`]; [`Values::define`] lets a name stand for a template. A [`Secret`] among them is never
//!    printed, nor what is made of it.
//! 2. [`build`] fills the operation's [templates](template) and encodes the [`Request`]. A value can't leave the place
//!    where it is put: a path segment stays one segment, a header one line, a host a host. The URL passes
//!    [`check_url`].
//! 3. [`read`] takes a [`Response`] apart, be it JSON, a form, text or XML: tokens with their [expiry], an authorization
//!    code, what is kept for later requests, and the body, checked and normalized by the operation's [`shape::Shape`].
//!    What the vendor refuses, also inside a 200 ([`operation::Check`]), is a [`Refusal`]; what can't be
//!    understood is an [`Unreadable`] that says which JSON Pointer was wrong and carries the tokens that were there all
//!    the same, so that no grant is lost over a field that nobody needs.
//!
//! A login goes around this once more: [`pkce::login_secrets_for`] makes `state` and verifier out of random bytes,
//! [`pkce::challenge`] the challenge, [`build`] the URL that the user visits, and [`read_arrival`] gets the code, and what
//! is kept, out of the callback when its state is the expected one.
//!
//! An ID token that comes along is believed only when it is signed by a key of the vendor's and says what it must:
//! [`id_token`].
//!
//! A client that proves itself by a signature sends an [`assertion`]: [`assertion::Unsigned`] makes what is signed, whoever has
//! the key signs it, and the result is the variable `client_assertion` of the request.
//!
//! A device without a browser sends the [`provider::Device`] request instead; [`read_device`] gives the code that the
//! user types elsewhere, and the one to poll with (RFC 8628).
//!
//! # What may be shown
//!
//! No `Debug` and no `Display` in this crate shows a secret, a body, a query or the value of a header. For logs,
//! [`redact`] gives a body as text, [`Values::redacted`] values to build a request that may be printed, and
//! [`Values::hide_in`] takes out of a text what the vendor echoes. Text of a vendor's own is [made
//! printable](printable) before it stands in an error.

pub mod assertion;
pub mod expiry;
pub mod id_token;
pub mod operation;
pub mod pkce;
pub mod provider;
pub mod shape;
pub mod template;

mod answer;
mod authorize;
mod body;
mod callback;
mod cut;
mod decode;
mod device;
mod endpoint;
mod expression;
mod fingerprint;
mod function;
mod jwt;
mod limits;
mod multipart;
mod normalize;
mod place;
mod pointer;
mod read;
mod redact;
mod refusal;
mod refusals;
mod request;
mod rule;
mod secret;
mod setting;
mod text;
mod values;
mod xml;

pub use callback::{Arrival, CallbackError, Expected, read_arrival, read_callback};
pub use device::{DeviceCodes, device_codes, read_device};
pub use endpoint::{UrlError, check_url};
pub use expiry::Note;
pub use id_token::IdTokenError;
pub use jwt::claim;
pub use limits::http_date;
pub use multipart::File;
pub use normalize::normalize;
pub use read::{ReadError, ReadToken, Reading, Response, Unreadable, read};
pub use redact::redact;
pub use refusal::Refusal;
pub use request::{BuildError, Request, build};
pub use secret::{Secret, SecretBytes};
pub use text::printable;
pub use values::{Value, Values};
