//! The shape of a JSON answer as constant data.

/// What a JSON value must look like. A value is *normalized* while it is checked: a number that a vendor sends as text
/// becomes a number, so that the generated types decode it without code of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape<'a> {
    /// Any JSON.
    Json,
    /// Nothing is expected and whatever comes is dropped.
    Nothing,
    /// Text.
    String,
    /// Text that is never shown.
    Secret,
    /// A whole number; a numeric string is taken too.
    Integer,
    /// A number; a numeric string is taken too.
    Number,
    /// `true` or `false`; the strings `"true"` and `"false"` are taken too.
    Boolean,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// A moment in RFC 3339.
    Timestamp,
    /// A moment in seconds since 1970 (UTC); becomes RFC 3339.
    Epoch,
    /// A moment in milliseconds since 1970 (UTC); becomes RFC 3339.
    EpochMilliseconds,
    /// A calendar date, `YYYYMMDD` as text or number; becomes `YYYY-MM-DD`.
    BasicDate,
    /// An array of one shape.
    List(&'a Shape<'a>),
    /// An object whose keys are data and whose values share one shape.
    Map(&'a Shape<'a>),
    /// An object with these fields; others are kept as they are.
    Object(&'a [Field<'a>]),
}

/// One field of an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field<'a> {
    name: &'a str,
    shape: Shape<'a>,
    optional: bool,
}

impl<'a> Field<'a> {
    /// A field that must be there and not null.
    pub const fn new(name: &'a str, shape: Shape<'a>) -> Self {
        Self { name, shape, optional: false }
    }

    /// Lets the field be absent or null.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The name on the wire.
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// The shape of the value.
    pub const fn shape(&self) -> Shape<'a> {
        self.shape
    }

    /// See [`Field::optional`].
    pub const fn is_optional(&self) -> bool {
        self.optional
    }
}
