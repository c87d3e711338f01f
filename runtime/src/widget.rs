//! A page that opens a vendor's widget with a token.

use std::fmt;

use authsmith_protocol::{Secret, check_url};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::error::{Error, ErrorKind};

/// A vendor's script, the function that opens its widget, and the options that it gets. [`Widget::html`] is the page.
///
/// The page holds the token: serve it to the user whose token it is, over https, and keep it out of caches.
#[must_use = "the page is what `html` returns"]
pub struct Widget {
    script: String,
    open: String,
    options: Map<String, Json>,
    events: Vec<String>,
    events_path: Option<String>,
    title: String,
    nonce: Option<String>,
    unusable: Option<String>,
}

impl Widget {
    /// A widget whose script is at the URL `script`, opened by the JavaScript function `open`: a dotted path such as
    /// `Vendor.open`.
    ///
    /// # Errors
    ///
    /// When the URL is not https (http on loopback), or the path is none.
    pub fn new(script: &str, open: &str) -> Result<Self, Error> {
        let wrong = |message: String| Err(Error::new(ErrorKind::Config, message));
        if let Err(error) = check_url(script) {
            return wrong(format!("the script's URL can't be used: {error}"));
        }
        if !open.split('.').all(is_identifier) {
            return wrong(format!("`{open}` is no path to a JavaScript function"));
        }
        Ok(Self {
            script: script.to_owned(),
            open: open.to_owned(),
            options: Map::new(),
            events: Vec::new(),
            events_path: None,
            title: "Connect".to_owned(),
            nonce: None,
            unusable: None,
        })
    }

    /// Sets the option that carries the token.
    pub fn token(mut self, option: &str, token: &Secret) -> Self {
        self.options.insert(option.to_owned(), token.expose().into());
        self
    }

    /// Sets an option.
    pub fn option(mut self, name: &str, value: &impl Serialize) -> Self {
        match serde_json::to_value(value) {
            Ok(value) => {
                self.options.insert(name.to_owned(), value);
            }
            Err(_) => self.unusable = Some(format!("the option `{name}` can't be written as JSON")),
        }
        self
    }

    /// Names an option that takes a callback. What the widget hands to it is posted to the path of
    /// [`Widget::post_events_to`].
    pub fn event(mut self, name: &str) -> Self {
        self.events.push(name.to_owned());
        self
    }

    /// Where the page posts its events: a path of the app's own, `/connect/events`. The body is JSON:
    /// `{"event": "onClose", "payload": ...}`. Without it the events go nowhere.
    pub fn post_events_to(mut self, path: impl Into<String>) -> Self {
        self.events_path = Some(path.into());
        self
    }

    /// The title of the page; `Connect` when left out.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// The nonce that lets the page's scripts run under the app's `Content-Security-Policy`.
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// The page.
    ///
    /// # Errors
    ///
    /// When an option can't be written, or the path for events is not one of the app's own.
    pub fn html(&self) -> Result<String, Error> {
        let wrong = |message: &str| Err(Error::new(ErrorKind::Input, message));
        if let Some(message) = &self.unusable {
            return wrong(message);
        }
        if self.events_path.as_ref().is_some_and(|path| !is_own_path(path)) {
            return wrong("the path for events must begin with one slash: events stay with the app");
        }
        let nonce = self.nonce.as_ref().map(|nonce| format!(" nonce=\"{}\"", attribute(nonce))).unwrap_or_default();
        let data = serde_json::json!({
            "options": self.options,
            "events": if self.events_path.is_some() { self.events.as_slice() } else { &[] },
            "path": self.events_path,
        });
        Ok(PAGE
            .split('\u{0}')
            .map(|piece| match piece {
                "title" => attribute(&self.title),
                "nonce" => nonce.clone(),
                "data" => embedded(&data),
                "script" => attribute(&self.script),
                "open" => self.open.clone(),
                text => text.to_owned(),
            })
            .collect())
    }
}

/// The page, with a name between NULs where something goes. The options stand in a block of data, which no browser runs,
/// and are parsed from there.
const PAGE: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    "<title>\0title\0</title>\n</head>\n<body>\n",
    "<script type=\"application/json\" id=\"authsmith-widget\">\0data\0</script>\n",
    "<script src=\"\0script\0\"\0nonce\0></script>\n",
    "<script\0nonce\0>\n",
    r#"(function () {
  var data = JSON.parse(document.getElementById("authsmith-widget").textContent);
  var options = data.options;
  data.events.forEach(function (name) {
    options[name] = function (payload) {
      return fetch(data.path, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ event: name, payload: payload === undefined ? null : payload })
      });
    };
  });
  "#,
    "\0open\0(options);\n})();\n</script>\n</body>\n</html>\n",
);

/// JSON that stays data wherever in a page it stands: nothing in it can end a script element, begin a comment or an
/// entity, or end a line of JavaScript.
fn embedded(data: &Json) -> String {
    let mut text = String::new();
    for character in data.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => text.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => text.push(other),
        }
    }
    text
}

/// Text that stays inside a quoted attribute or an element.
fn attribute(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn is_identifier(text: &str) -> bool {
    let is_start = |first: char| first.is_ascii_alphabetic() || matches!(first, '_' | '$');
    text.starts_with(is_start) && text.chars().all(|character| is_start(character) || character.is_ascii_digit())
}

fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.chars().all(|character| character.is_ascii_graphic() && character != '\\')
}

impl fmt::Debug for Widget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<_> = self.options.keys().collect();
        f.debug_struct("Widget").field("open", &self.open).field("options", &options).finish_non_exhaustive()
    }
}
