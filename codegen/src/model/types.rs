//! The types of inputs and answers. Objects have names; nothing is written in place.

use super::Name;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    String,
    /// Text that is never shown.
    Secret,
    /// A whole number (`i64`).
    Integer,
    /// A number (`f64`).
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any JSON.
    Json,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A moment in RFC 3339.
    Timestamp,
    /// A moment, on the wire a number of seconds since 1970.
    Epoch,
    /// A moment, on the wire a number of milliseconds since 1970.
    EpochMillis,
    /// A calendar date, on the wire `YYYYMMDD`.
    CompactDate,
    /// A body of plain text; only as the answer of a call.
    Text,
    /// A body of bytes; only as the answer of a call.
    Bytes,
    /// A file; only as an input, a part of a multipart body.
    File,
    /// Nothing.
    Nothing,
    /// An array.
    List(Box<Type>),
    /// An object whose keys are data.
    Map {
        /// `String` or `Date`.
        key: Box<Type>,
        /// The type of every value.
        value: Box<Type>,
    },
    /// An object or enum of [`super::Provider::types`], by its Rust name.
    Named(String),
}

/// An object or enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeDef {
    /// Its Rust name; unique in the crate.
    pub name: String,
    /// What it is.
    pub about: Option<String>,
    /// What it consists of.
    pub kind: TypeKind,
    /// Whether an input holds it, so that it must serialize and have a constructor.
    pub sent: bool,
    /// Whether an answer or event holds it, so that it keeps unknown fields.
    pub received: bool,
}

/// What a named type consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeKind {
    /// An object with fields.
    Object(Vec<Field>),
    /// An open set of words.
    Enum(Vec<Name>),
}

/// One field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// Whether it may be absent or null.
    pub optional: bool,
    /// What it is.
    pub about: Option<String>,
}
