//! Servers as `api`: their variables become settings, or what the document gives for them.

use serde_json::Value;
use url::Url;

use super::Document;
use crate::new::document::{prose, text};
use crate::new::names;
use crate::new::places;
use crate::new::sketch::{FILL, SURE, Sketch, literal};
use crate::new::yaml::Node;

/// Sets `api` by the first server; gives where relative URLs of the document begin.
pub fn api(document: Document<'_>, called: bool, sketch: &mut Sketch) -> Option<Url> {
    let servers = document.root.get("servers").and_then(Value::as_array);
    let server = servers.and_then(|servers| servers.first()).filter(|server| text(server, "url").is_some());
    let others = servers.map_or(0, |servers| servers.len().saturating_sub(1));
    if others > 0 {
        sketch.tell(format!("the document names {others} more servers; the spec has the first"));
    }
    let absolute = server.filter(|server| is_absolute(server));
    if let Some(server) = absolute {
        let template = template(server, sketch);
        sketch.spec.set("api", template);
        return origin(server);
    }
    if called {
        let path = server.and_then(|server| text(server, "url")).unwrap_or_default();
        let path = path.trim_end_matches('/').trim_start_matches('.');
        let sample = format!("https://api.{}.example", sketch.provider().replace('_', "-"));
        let about = format!("{FILL} where the API is, in place of <api_url> below; until then the app supplies it");
        let name = sketch.setting("api_url", &[("format", "url"), ("sample", &sample)], &about);
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        sketch.spec.set("api", format!("<{name}>{slash}{}", literal(path)));
    }
    None
}

/// The server that stands on an operation or path itself, as a template.
pub fn own(values: [&Value; 2], sketch: &mut Sketch) -> Option<String> {
    let servers = values.into_iter().find_map(|value| value.get("servers")?.as_array());
    let server = servers?.first().filter(|server| is_absolute(server))?;
    Some(template(server, sketch))
}

/// Whether a server says a host: `https://...`, or a variable in front.
fn is_absolute(server: &Value) -> bool {
    text(server, "url").is_some_and(|url| url.contains("://") || url.starts_with('{'))
}

/// The server with the defaults of its variables.
fn origin(server: &Value) -> Option<Url> {
    let mut url = text(server, "url")?.to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), text(variable, "default").unwrap_or_default());
    }
    Url::parse(&url).ok().filter(|url| url.has_host())
}

fn template(server: &Value, sketch: &mut Sketch) -> String {
    let url = text(server, "url").unwrap_or_default();
    let url = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let url = sketch.schemed(url);
    let mut template = String::new();
    let mut rest = url.as_str();
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((name, behind)) = inside.split_once('}') else { break };
        template.push_str(&literal(before));
        let variable = server.get("variables").and_then(|variables| variables.get(name));
        let part = part(name, variable.unwrap_or(&Value::Null), &template, behind, sketch);
        template.push_str(&part);
        rest = behind;
    }
    template.push_str(&literal(rest));
    template.trim_end_matches('/').to_owned()
}

/// What stands in place of a variable.
fn part(name: &str, variable: &Value, before: &str, behind: &str, sketch: &mut Sketch) -> String {
    let default = text(variable, "default").unwrap_or_default();
    if before.is_empty() && behind.starts_with("://") {
        return "https".to_owned();
    }
    let in_host = before.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
    let whole_host = before.ends_with("://") && (behind.is_empty() || behind.starts_with(['/', ':']));
    let simple = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._~-".contains(c));
    let words = words(variable, default);
    let placeholder = default.is_empty() || places::whole(default).is_some();
    let sample = if simple(default) { default } else { "sample" };
    let is_default = |key: &'static str| if placeholder { ("sample", sample) } else { (key, default) };
    let own = format!("https://api.{}.example", sketch.provider().replace('_', "-"));
    let host = format!("{}.example", sketch.provider().replace('_', "-"));
    let rule: Vec<(&str, &str)> = if before.is_empty() {
        let sound = default.starts_with("https://");
        vec![("format", "url"), if sound { ("default", default) } else { ("sample", &own) }]
    } else if in_host && before.ends_with(':') || !placeholder && !default.split('/').all(simple) {
        return literal(default);
    } else if !placeholder && !simple(default) {
        // Several segments of a path.
        return literal(default);
    } else if words.len() > 1 {
        vec![("default", default)]
    } else if whole_host {
        vec![("format", "hostname"), if placeholder { ("sample", &host) } else { ("default", default) }]
    } else if in_host && default.contains('.') {
        vec![("pattern", "[A-Za-z0-9.-]+"), is_default("default")]
    } else if in_host {
        vec![
            ("pattern", "[A-Za-z0-9-]+"),
            if placeholder && !simple(default) { ("sample", "eu") } else { is_default("default") },
        ]
    } else {
        vec![is_default("default")]
    };
    let shown: String = name.chars().filter(|c| c.is_ascii_graphic()).take(40).collect();
    let about = format!("{SURE} {shown}, a variable of the server; `of: connection` when each user has one");
    let setting = sketch.setting(name, &rule, &about);
    let about = text(variable, "description").and_then(prose);
    sketch.spec.edit("settings", |settings| {
        settings.edit(&setting, |setting| {
            if words.len() > 1 && rule.iter().any(|(key, _)| *key == "default") && !before.is_empty() {
                setting.set("enum", words.iter().map(String::as_str).collect::<Node>());
                setting.order(&["enum", "default"]);
            }
            if let Some(about) = about {
                setting.set("about", Node::Prose(about));
            }
        });
    });
    format!("<{setting}>")
}

/// The only values of a variable, when each can be a word of a setting.
fn words(variable: &Value, default: &str) -> Vec<String> {
    let listed = crate::new::document::texts(variable, "enum").unwrap_or_default();
    let sound = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let words = names::distinct(listed.iter().copied().filter(sound));
    match words.len() == listed.len() && words.iter().any(|word| word == default) {
        true => words,
        false => Vec::new(),
    }
}
