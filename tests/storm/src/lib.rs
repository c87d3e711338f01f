//! Renewals in many processes that are killed while they work.
//!
//! Whether a grant was lost, and by whom, is not the client's word: the vendor's log and the store say it
//! ([`judge`](judge::judge)). Each process writes down how far each of its renewals has come ([`marks`]), so that it is
//! known afterwards where a kill has struck.

pub mod ceiling;
pub mod crew;
pub mod dice;
pub mod judge;
pub mod keeper;
pub mod marks;
pub mod place;
pub mod report;
pub mod storm;
pub mod vendor;
pub mod watch;
pub mod worker;

/// What may fail here fails with a text for people.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The vendor's client.
#[allow(missing_docs)]
pub mod client {
    authsmith_macros::provider!("storm.yaml");
}

/// The client of the vendor whose grants are kept.
#[allow(missing_docs)]
pub mod patient {
    authsmith_macros::provider!("patient.yaml");
}
