//! XML as vendors write it, and text on its way into and out of it.

use serde_json::Value;

/// A document: the first member is its root element. Members are elements, or attributes when they begin with `@`, or
/// the element's own text when they are `#text`; an array is an element that comes again.
pub(crate) fn document(value: &Value) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned();
    match value.as_object().and_then(|root| root.iter().next()) {
        Some((name, content)) => element(name, content, &mut text),
        None => text.push_str("<answer/>"),
    }
    text
}

fn element(name: &str, content: &Value, text: &mut String) {
    if let Value::Array(items) = content {
        items.iter().for_each(|item| element(name, item, text));
        return;
    }
    let members = content.as_object().into_iter().flatten();
    let attributes: String = members
        .clone()
        .filter_map(|(name, value)| Some(format!(" {}=\"{}\"", name.strip_prefix('@')?, escape(&plain(value)))))
        .collect();
    text.push_str(&format!("<{name}{attributes}>"));
    if content.is_object() {
        for (name, value) in members.filter(|(name, _)| !name.starts_with('@')) {
            if name == "#text" { text.push_str(&escape(&plain(value))) } else { element(name, value, text) }
        }
    } else {
        text.push_str(&escape(&plain(content)));
    }
    text.push_str(&format!("</{name}>"));
}

/// A value as it stands in a place that has no types.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text that escaped text stands for; `None` when it is not escaped.
pub(crate) fn unescape(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        let (entity, after) = behind.split_once(';')?;
        let char = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = entity.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)?
            }
        };
        plain.push_str(before);
        plain.push(char);
        rest = after;
    }
    plain.push_str(rest);
    (!text.contains(['<', '>', '"'])).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::{document, unescape};
    use serde_json::json;

    #[test]
    fn documents() {
        let value = json!({ "a": { "@id": "x\"y", "b": ["1", 2], "c": { "#text": "<&>" } }, "never": 1 });
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
                        <a id=\"x&quot;y\"><b>1</b><b>2</b><c>&lt;&amp;&gt;</c></a>";
        assert_eq!(document(&value), expected);
    }

    #[test]
    fn escaped_text() {
        assert_eq!(unescape("a&amp;&#38;&#x26;&lt;b").as_deref(), Some("a&&&<b"));
        for wrong in ["<", "a & b", "&nbsp;", "\""] {
            assert_eq!(unescape(wrong), None, "{wrong}");
        }
    }
}
