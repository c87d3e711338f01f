//! What is done with tokens, and what may fail.

use super::{Check, Meaning, Name, Request, Type};

/// An operation made with a token.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its name.
    pub name: Name,
    /// What it does.
    pub about: Option<String>,
    /// What the vendor's page leaves out.
    pub undocumented: Option<String>,
    /// The wire name of the token kind that it shows. Its parameter is among those of the request.
    pub token: String,
    /// The request.
    pub request: Request,
    /// The answer.
    pub returns: Type,
    /// What an answer with a status of success must say, besides.
    pub succeeds: Vec<Check>,
    /// The only statuses of success; 200 to 299 when there are none.
    pub success_status: Vec<u16>,
    /// The failures that the vendor documents for it.
    pub failures: Vec<Failure>,
    /// A sample of the vendor's answer.
    pub sample: Option<serde_json::Value>,
}

/// A failure that the vendor documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name.
    pub name: Name,
    /// What it means.
    pub about: Option<String>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// The vendor's own code for it.
    pub code: Option<String>,
    /// What it means for the connection.
    pub means: Option<Meaning>,
}

/// One grant tried, and another when it fails in one documented way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Its name.
    pub name: Name,
    /// What it does.
    pub about: Option<String>,
    /// The wire name of the grant that is tried.
    pub attempt: String,
    /// The wire name of the failure that leads to the other grant.
    pub on: String,
    /// The wire name of the other grant.
    pub then: String,
}
