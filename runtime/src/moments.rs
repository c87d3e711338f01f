//! Dates and moments that a vendor writes in its own way. An answer's are made plain by its shape; these are for inputs.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

/// A moment that is written as whole seconds since 1970 (UTC). It is read as answers are once their shape has made them
/// plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub Timestamp);

/// A moment that is written as whole milliseconds since 1970 (UTC). It is read as answers are once their shape has made them
/// plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct EpochMs(pub Timestamp);

/// A date that is written as `20260131`. It is read as answers are once their shape has made them
/// plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Yyyymmdd(pub Date);

impl From<Timestamp> for Epoch {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl From<Timestamp> for EpochMs {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl From<Date> for Yyyymmdd {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_second())
    }
}

impl Serialize for EpochMs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.as_millisecond())
    }
}

impl Serialize for Yyyymmdd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.strftime("%Y%m%d"))
    }
}
