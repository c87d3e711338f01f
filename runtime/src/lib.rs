//! The runtime of generated OAuth clients.
//!
//! A generated crate describes one vendor by constant data and types; what it does with them is here. Its users meet
//! these types:
//!
//! | step | types |
//! | --- | --- |
//! | build a client | [`Config`], behind the generated builder: [`ClientKey`], [`Store`], [`Transport`], [`Clock`], [`Observer`] |
//! | ask a user for consent | [`Authorize`], [`Login`], [`PendingLogin`] |
//! | ask on another device | [`Device`], [`PendingDevice`] |
//! | get tokens | [`Tokens`], [`Granted`], [`AuthorizationCode`] |
//! | know who the user is | [`IdToken`], [`IdTokenError`] |
//! | use them | [`Connection`], [`Call`], [`CustomRequest`] |
//! | see what happens | [`Event`], [`Happening`] |
//! | see what went wrong | [`Error`], [`ErrorKind`], [`Refusal`], [`CallbackError`] |
//!
//! Nothing prints a secret: neither `Debug`, nor an error, nor what an [`Observer`] sees.

mod answer;
mod authorize;
mod call;
mod client;
mod client_key;
mod clock;
mod config;
mod connection;
mod device;
mod error;
mod events;
mod extra;
mod grant;
mod grants;
mod http;
mod id_token;
mod inputs;
mod journal;
mod jwt;
mod keeper;
mod kept;
mod left;
mod missing;
mod moments;
mod observer;
mod pending_device;
mod private;
mod proofs;
mod renewal;
mod request;
mod settings;
pub mod store;
mod telemetry;
mod tokens;
mod widget;
mod wire;

#[doc(hidden)]
pub mod codegen;

pub use ::http::Method;
pub use answer::Answer;
pub use authorize::{Authorize, Login, PendingLogin, StateReturned, StateUndocumented};
pub use authsmith_protocol::operation::Meaning;
pub use authsmith_protocol::{CallbackError, File, IdTokenError, Note, Refusal, Request, Response, Secret, Value};
pub use call::Call;
pub use client::Client;
pub use client_key::ClientKey;
pub use clock::{Clock, SystemClock};
pub use config::Config;
pub use connection::Connection;
pub use device::Device;
pub use error::{Error, ErrorKind};
pub use events::{Consent, Event, Happening};
pub use extra::Extra;
pub use http::{BoxFuture, HttpTransport, Limits, Transport, TransportError, TransportErrorKind};
pub use id_token::IdToken;
pub use inputs::Inputs;
pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use journal::JournalReport;
pub use keeper::{Keeper, KeeperCounts, Keeping};
pub use observer::{Observer, ReceivedResponse, SentRequest};
pub use pending_device::PendingDevice;
pub use request::CustomRequest;
pub use serde_json::Value as Json;
#[cfg(feature = "postgres")]
pub use store::PostgresStore;
#[cfg(feature = "sqlite")]
pub use store::SqliteStore;
pub use store::{Claim, Claimed, Holder, Keys, MemoryStore, Record, Store, StoreError, Unsettled};
#[cfg(feature = "keyring")]
pub use store::{Keyring, KeyringError, KeyringErrorKind};
#[cfg(feature = "redis")]
pub use store::{RedisBuilder, RedisStore};
pub use tokens::{AuthorizationCode, Granted, GrantedCode, TokenKind, Tokens};
pub use widget::Widget;
