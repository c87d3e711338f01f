//! The device authorization request.

use super::{Check, Request, Scope};

/// The device authorization request (RFC 8628, section 3.1) and its answer (section 3.2).
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// What the user sees.
    pub about: Option<String>,
    /// The request. Its inputs are what the caller of `device` supplies.
    pub request: Request,
    /// The scopes that the vendor names; the set is open. Without any, no scope is sent.
    pub scopes: Vec<Scope>,
    /// Whether the vendor has scopes and the spec names none of them.
    pub any_scope: bool,
    /// What stands between two scopes.
    pub scope_separator: String,
    /// What is sent when the caller names no scope.
    pub default_scopes: Vec<String>,
    /// Where the answer keeps what it says.
    pub answer: DeviceAnswer,
    /// What an answer with a status of success must say, besides.
    pub succeeds: Vec<Check>,
    /// The only statuses of success; 200 to 299 when there are none.
    pub success_status: Vec<u16>,
}

impl Device {
    /// Whether a caller can name scopes.
    pub fn takes_scopes(&self) -> bool {
        self.any_scope || !self.scopes.is_empty()
    }
}

/// Where the answer to a device authorization request keeps what it says: JSON Pointers, to be looked at in turn; at
/// least one each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// The code that the device polls with.
    pub device_code: Vec<String>,
    /// The code that the user types.
    pub user_code: Vec<String>,
    /// The page where the user types it.
    pub verification_uri: Vec<String>,
    /// The same page with the code in it.
    pub verification_uri_complete: Vec<String>,
    /// How many seconds both codes live.
    pub expires_in: Vec<String>,
    /// How many seconds stand between two polls.
    pub interval: Vec<String>,
}
