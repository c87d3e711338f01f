//! The device authorization request as it is written.

use super::node::Text;
use super::spec::{Request, Scopes};

/// The device authorization request.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// The key.
    pub name: Text,
    pub request: Request,
    /// Nothing when the key is missing: then those of the authorization request hold.
    pub scopes: Option<Scopes>,
    /// Whether `scopes` is `any`.
    pub any_scope: bool,
    pub scope_separator: Option<Text>,
    pub default_scopes: Option<Vec<Text>>,
    pub answer: DeviceAnswer,
}

/// Where the answer to it keeps things, each at places to be looked at in turn; none where the standard's name holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeviceAnswer {
    pub device_code: Vec<Text>,
    pub user_code: Vec<Text>,
    pub verification_uri: Vec<Text>,
    pub verification_uri_complete: Vec<Text>,
    pub expires_in: Vec<Text>,
    pub interval: Vec<Text>,
}

impl DeviceAnswer {
    /// Every place, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = &Text> {
        let Self { device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval } = self;
        let members = [device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval];
        members.into_iter().flatten()
    }
}
