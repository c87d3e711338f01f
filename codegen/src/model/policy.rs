//! What codes of a vendor's mean for the connection.

/// The codes of a grant's answer that mean more than the standard says of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Codes {
    /// The user must consent anew.
    pub terminal: Vec<String>,
    /// It passes by itself.
    pub transient: Vec<String>,
    /// The app is to blame.
    pub config: Vec<String>,
}
