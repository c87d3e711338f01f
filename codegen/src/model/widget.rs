//! A vendor's script that a page of the app embeds and opens with a token.

use super::{Input, Name, Template};

/// One widget.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub about: Option<String>,
    /// The URL of the script.
    pub script: Template,
    /// The JavaScript function that opens it, as a dotted path of identifiers.
    pub open: String,
    /// The option that carries the token.
    pub token_option: String,
    /// The wire names of the token kinds that open it.
    pub kinds: Vec<String>,
    /// What the caller may set.
    pub options: Vec<Input>,
    /// What the widget tells the page.
    pub events: Vec<WidgetEvent>,
}

/// A callback of a widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WidgetEvent {
    /// The option that takes the callback.
    pub name: Name,
    /// When it is called.
    pub about: Option<String>,
    /// The Rust name of the type of its argument.
    pub payload: String,
}
