//! OpenAPI 3.1 of a vendor, from its model: its pages of consent, its token endpoints and its calls.
//!
//! OpenAPI knows less than a spec: what stands in a fragment, functions of templates and the order of parameters are left
//! out, and all requests with one method and one path become one operation whose bodies are alternatives.

mod answers;
mod operations;
mod requests;
mod schemas;
mod security;
mod urls;

use serde_json::{Map, Value, json};

use crate::emit::described;
use crate::model::Provider;

/// The document.
pub fn openapi(provider: &Provider) -> Value {
    let mut info = object(&[("title", provider.title.as_str().into())]);
    // Vendors' APIs have versions of their own that no spec names; this one tells when the spec has changed.
    info.insert("version".to_owned(), provider.source.sha256.chars().take(12).collect::<String>().into());
    describe(&mut info, provider.about.as_deref());
    let mut document = object(&[("openapi", "3.1.0".into()), ("info", info.into())]);
    let docs = provider.docs.as_deref().and_then(|docs| url::Url::parse(docs).ok());
    if let Some(docs) = docs {
        document.insert("externalDocs".to_owned(), json!({ "url": strict(docs.as_str()) }));
    }
    let server = provider.api.as_ref().map(|api| urls::Address::new(provider, api).server());
    if let Some(server) = server {
        document.insert("servers".to_owned(), json!([server]));
    }
    document.insert("paths".to_owned(), operations::paths(provider).into());
    let mut components = Map::new();
    let schemas: Map<String, Value> =
        provider.types.iter().map(|def| (def.name.clone(), schemas::definition(def))).collect();
    for (name, members) in [("schemas", schemas), ("securitySchemes", security::schemes(provider))] {
        if !members.is_empty() {
            components.insert(name.to_owned(), members.into());
        }
    }
    if !components.is_empty() {
        document.insert("components".to_owned(), components.into());
    }
    document.into()
}

/// A URL as RFC 3986 has it, which takes fewer characters as they are than browsers do.
fn strict(url: &str) -> String {
    let mut fragments = 0;
    let fits = |at: usize, c: char| match c {
        '%' => url.get(at + 1..at + 3).is_some_and(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit())),
        c => c.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=#".contains(c),
    };
    let mut text = String::new();
    for (at, c) in url.char_indices() {
        fragments += usize::from(c == '#');
        if fits(at, c) && !(c == '#' && fragments > 1) {
            text.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push_str(&format!("%{byte:02X}")));
        }
    }
    text
}

/// The document as YAML.
pub fn openapi_yaml(provider: &Provider) -> String {
    let mut text = String::new();
    write_yaml(&openapi(provider), 0, &mut text);
    text
}

/// Writes a value in block style after what stands on the line; texts are quoted as in JSON, which YAML takes.
fn write_yaml(value: &Value, indent: usize, out: &mut String) {
    let line = |out: &mut String| {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (at, (name, value)) in members.iter().enumerate() {
                if at > 0 || indent > 0 {
                    line(out);
                }
                out.push_str(&format!("{}:", Value::from(name.as_str())));
                write_yaml(value, indent + 2, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                line(out);
                out.push('-');
                write_yaml(item, indent + 2, out);
            }
        }
        other => out.push_str(&format!(" {other}")),
    }
    if indent == 0 {
        out.push('\n');
    }
}

fn object(members: &[(&str, Value)]) -> Map<String, Value> {
    members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Adds a description. The text of a spec is shown as the words that it is, never as a link or HTML.
fn describe(to: &mut Map<String, Value>, text: Option<&str>) {
    let text = text.map(described).unwrap_or_default();
    if !text.is_empty() {
        to.insert("description".to_owned(), text.into());
    }
}

/// A name as components may have it.
fn component(name: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    name.chars().map(fits).collect()
}
