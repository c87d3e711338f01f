//! What may be shown of a record.

use std::time::SystemTime;

use super::{Record, StoreError};
use crate::grant::Grant;

/// What a record says, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Whether the vendor has ended the grant, so that the user must be asked anew.
    pub needs_consent: bool,
    /// When the token was obtained.
    pub obtained_at: Option<SystemTime>,
    /// When the token expires.
    pub expires_at: Option<SystemTime>,
    /// Whether there is a refresh token.
    pub has_refresh_token: bool,
    /// When the refresh token expires.
    pub refresh_expires_at: Option<SystemTime>,
    /// What was granted, as the vendor has said it (RFC 6749, section 3.3).
    pub scope: Option<String>,
    /// The names of the values that are kept with the tokens.
    pub kept: Vec<String>,
}

impl Summary {
    /// Of a record that isn't sealed, or was opened by [`Keys::open`](super::Keys::open).
    ///
    /// # Errors
    ///
    /// When it is sealed, no grant, or was written by a newer version of this crate.
    pub fn of(record: &Record) -> Result<Self, StoreError> {
        if let Some(id) = super::sealed_with(record) {
            return Err(StoreError::new(format!("the record is sealed with the key `{id}`")));
        }
        let Grant { needs_consent, tokens, .. } = Grant::read(record)?;
        Ok(Self {
            needs_consent,
            obtained_at: tokens.obtained_at,
            expires_at: tokens.expires_at,
            has_refresh_token: tokens.refresh_token.is_some(),
            refresh_expires_at: tokens.refresh_expires_at,
            scope: tokens.scope,
            kept: tokens.kept.iter().map(|(name, _)| name.to_owned()).collect(),
        })
    }
}
