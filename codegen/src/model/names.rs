//! A name as the vendor spells it, side by side with the names that Rust code uses.

/// A name on the wire (or in the spec) and in Rust.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// As the vendor or the spec spells it.
    pub wire: String,
    /// `snake_case`, as a method, field or argument; a keyword has got a trailing underscore.
    pub snake: String,
    /// `UpperCamelCase`, as a type or variant.
    pub camel: String,
}
