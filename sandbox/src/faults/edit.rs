//! The vendor's own answer, altered.

use std::fmt::Write as _;

use serde_json::Value;

use super::Edit;
use crate::refusals::set_pointer;
use crate::reply::Reply;

impl Edit {
    /// Alters an answer. One that has no JSON object where the edit needs one becomes a 500 that says so: a test that
    /// believes in an edit which was never made proves nothing.
    pub(crate) fn apply(&self, mut reply: Reply) -> Reply {
        if self.needs_object() {
            match self.body(&reply.body) {
                Some(body) => reply.body = body,
                None => return Reply::new(500, "text/plain", "the fault can't edit: this is no JSON object".into()),
            }
        }
        reply.body.insert_str(0, &self.prefix);
        reply.status = self.status.unwrap_or(reply.status);
        if let Some(content_type) = &self.content_type {
            reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            reply = reply.with("content-type", content_type.as_str());
        }
        reply
    }

    fn needs_object(&self) -> bool {
        !self.set.is_empty() || !self.remove.is_empty() || !self.repeat.is_empty() || self.nested > 0
    }

    fn body(&self, text: &str) -> Option<String> {
        let mut body: Value = serde_json::from_str(text).ok().filter(Value::is_object)?;
        for (at, value) in &self.set {
            set_pointer(&mut body, at, value.clone());
        }
        for at in &self.remove {
            remove_pointer(&mut body, at);
        }
        let whole = body.to_string();
        let inner = whole.strip_prefix('{')?.strip_suffix('}')?;
        let nested =
            (self.nested > 0).then(|| format!("\"nested\":{}{}", "[".repeat(self.nested), "]".repeat(self.nested)));
        let repeated = self.repeat.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
        let members = nested.into_iter().chain((!inner.is_empty()).then(|| inner.to_owned())).chain(repeated);
        let mut text = String::from("{");
        for (at, member) in members.enumerate() {
            let _ = write!(text, "{}{member}", if at > 0 { "," } else { "" });
        }
        text.push('}');
        Some(text)
    }
}

/// Takes out what stands at a JSON Pointer, if anything does.
pub(crate) fn remove_pointer(body: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else { return };
    let name = name.replace("~1", "/").replace("~0", "~");
    match body.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.shift_remove(&name)),
        Some(Value::Array(items)) => match name.parse::<usize>() {
            Ok(at) if at < items.len() => drop(items.remove(at)),
            _ => {}
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Edit, Reply};

    #[test]
    fn alterations() {
        let own = || Reply::json(200, &json!({ "a": { "b": 1 }, "c": [1, 2] }));
        let edited = |edit: serde_json::Value| {
            let edit: Edit = serde_json::from_value(edit).unwrap_or_default();
            edit.apply(own()).body
        };
        assert_eq!(edited(json!({ "set": { "/a/b": null, "/d": "x" } })), r#"{"a":{"b":null},"c":[1,2],"d":"x"}"#);
        assert_eq!(edited(json!({ "remove": ["/a/b", "/c/0", "/z/z"] })), r#"{"a":{},"c":[2]}"#);
        assert_eq!(edited(json!({ "remove": ["/a", "/c"], "repeat": { "q": 1 } })), r#"{"q":1}"#);
        assert_eq!(edited(json!({ "repeat": { "a": 2 } })), r#"{"a":{"b":1},"c":[1,2],"a":2}"#);
        assert_eq!(edited(json!({ "nested": 3 })), r#"{"nested":[[[]]],"a":{"b":1},"c":[1,2]}"#);
        assert!(edited(json!({ "prefix": "\u{feff}" })).starts_with("\u{feff}{\"a\""));
        let edit = Edit { nested: 1, ..Edit::default() };
        assert_eq!(edit.apply(Reply::new(200, "text/plain", "x".into())).status, 500);
        let edit = Edit { status: Some(201), content_type: Some("text/html".into()), ..Edit::default() };
        let reply = edit.apply(own());
        let types: Vec<_> = reply.headers.iter().filter(|(name, _)| name == "content-type").collect();
        assert_eq!((reply.status, types.len()), (201, 1));
    }
}
