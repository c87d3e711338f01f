//! Compares a file with the table of the language: unknown and missing keys, values of the wrong kind, words outside
//! their set. What was found wrong is marked broken, or put right where it is plain what was meant, so that one mistake
//! is one finding and everything behind it is still looked at.

use super::characters::check_text;
use super::grammar::{Form, Key, Section};
use super::node::{Entry, Kind, Node, Scalar, Text};
use crate::check::codes;
use crate::diagnostics::{Diagnostic, Sink, Span, listed, nearest};

/// Compares `node`, which stands behind the key at `owner`, with `section`.
pub(crate) fn check_section(node: &mut Node, section: &'static Section, owner: Span, sink: &mut Sink) {
    let Kind::Mapping(entries) = &mut node.kind else {
        wrong_kind(node, &Form::Section(section), owner, sink);
        return;
    };
    let names: Vec<String> = entries.iter().map(|entry| entry.key.text.clone()).collect();
    let present = |name: &str| names.iter().any(|other| other == name);
    for Entry { key, value } in entries.iter_mut() {
        let meant = section.key(&key.text).or_else(|| unknown_key(key, section, &present, sink));
        match meant {
            Some(known) => {
                key.text = known.name.to_owned();
                check_form(value, &known.form, key.span, sink);
            }
            None => value.kind = Kind::Broken,
        }
    }
    let missing = |key: &&Key| key.required && node.entry(key.name).is_none();
    for key in section.keys.iter().filter(missing) {
        missing_key(section, key, owner, sink);
    }
}

/// As [`check_section`] for a spec that others complete: at its top no key must be there.
pub(crate) fn check_fragment(node: &mut Node, section: &'static Section, owner: Span, sink: &mut Sink) {
    let Kind::Mapping(entries) = &mut node.kind else { return wrong_kind(node, &Form::Section(section), owner, sink) };
    let names: Vec<String> = entries.iter().map(|entry| entry.key.text.clone()).collect();
    for Entry { key, value } in entries.iter_mut() {
        let present = |name: &str| names.iter().any(|other| other == name);
        if let Some(known) = section.key(&key.text).or_else(|| unknown_key(key, section, &present, sink)) {
            // Of a key that is a mapping, any part may be left to the specs that extend this one.
            if !matches!(known.form, Form::Section(_)) {
                check_form(value, &known.form, key.span, sink);
            }
        }
    }
}

/// Reports a key that the section doesn't have; gives the key that was meant, if it isn't there already.
fn unknown_key(
    key: &Text,
    section: &'static Section,
    present: &dyn Fn(&str) -> bool,
    sink: &mut Sink,
) -> Option<&'static Key> {
    let names = section.keys.iter().map(|key| key.name);
    let near = nearest(&key.text, names.clone());
    let title = format!("{} has no key `{}`", titled(section), key.text);
    let label =
        if near.is_some() { "unknown key".to_owned() } else { format!("expected one of {}", listed(names.clone())) };
    let hint = near.map(|near| format!("did you mean `{near}`?")).or_else(|| elsewhere(&key.text, section));
    let finding = Diagnostic::new(&codes::UNKNOWN_KEY, key.span, title).label(label).maybe_hint(hint);
    let better = near.or_else(|| renamed(&key.text, section)).filter(|better| !present(better));
    sink.push(match better {
        Some(better) => finding.instead(key.span, &key.text, better),
        None => finding,
    });
    better.and_then(|better| section.key(better))
}

/// The key that other descriptions of OAuth have under another name.
fn renamed(key: &str, section: &Section) -> Option<&'static str> {
    let name = match key {
        "base_url" | "server" => "api",
        "name" => "provider",
        "type" => "is",
        _ => return None,
    };
    section.key(name).map(|key| key.name)
}

/// What other descriptions of OAuth call it, and what it is called here.
fn elsewhere(key: &str, section: &Section) -> Option<String> {
    let hint = match key {
        "scope" if section.key("scopes").is_some() => "scopes are listed under `scopes`",
        "exchange" | "access_token_url" | "token_url" => "the token endpoint is `token: { url: ... }`",
        "authorization_url" | "authorize_url" | "auth_url" => "the authorization endpoint is `authorize: { url: ... }`",
        "base_url" | "server" => "what stands before the URLs of calls is `api`",
        "name" => "the vendor's name is `provider`",
        "query" | "params" | "body" | "parameters" => {
            "constants stand under `send`, what the caller supplies under `inputs`"
        }
        "url" if section.key("get").is_some() => "write the method as the key: `get: <url>` or `post: <url>`",
        "method" if section.key("get").is_some() => "write the method as the key: `get: <url>` or `post: <url>`",
        "optional" | "required" => "an optional type ends with `?`",
        "type" if section.key("is").is_some() => "the type stands under `is`",
        _ => return None,
    };
    Some(hint.to_owned())
}

/// The name of a section at the head of a finding.
fn titled(section: &Section) -> String {
    if section.name.contains(' ') { section.name.to_owned() } else { format!("`{}`", section.name) }
}

fn missing_key(section: &Section, key: &Key, owner: Span, sink: &mut Sink) {
    let title = format!("{} has no `{}`", titled(section), key.name);
    let finding = Diagnostic::new(&codes::MISSING_KEY, owner, title).label(format!("missing: {}", key.about));
    sink.push(finding.hint(format!("for example `{}: {}`", key.name, key.example)));
}

fn check_form(node: &mut Node, form: &'static Form, owner: Span, sink: &mut Sink) {
    if node.is_broken() {
        return;
    }
    match form {
        Form::Section(section) => check_section(node, section, owner, sink),
        Form::Either(forms) => match forms.iter().find(|one| fits(node, one)) {
            // One item without its brackets is likelier than the word misspelled.
            Some(Form::Word(words))
                if matches!(forms.first(), Some(Form::List(_)))
                    && !node.text().is_some_and(|text| words.contains(&text.text.as_str())) =>
            {
                wrong_kind(node, form, owner, sink);
            }
            Some(form) => check_form(node, form, owner, sink),
            None => wrong_kind(node, form, owner, sink),
        },
        Form::Place(section) if node.is_mapping() => check_section(node, section, owner, sink),
        Form::Typed(section) if node.entry("is").is_some() => check_section(node, section, owner, sink),
        Form::Typed(_) | Form::Type => check_type(node, owner, sink),
        Form::List(item) => check_list(node, form, item, owner, sink),
        Form::Entries { value, .. } => check_entries(node, form, value, owner, sink),
        Form::Json => check_json(node, sink),
        _ => check_scalar(node, form, owner, sink),
    }
}

/// Whether a node's kind is the form's.
fn fits(node: &Node, form: &Form) -> bool {
    match (&node.kind, form) {
        // A mapping with this key is the long form of something that is a mapping in its own right otherwise.
        (Kind::Mapping(_), Form::Place(_)) => ["header", "cookie"].iter().any(|key| node.entry(key).is_some()),
        (Kind::Mapping(_), Form::Section(_) | Form::Entries { .. }) | (Kind::Sequence(_), Form::List(_)) => true,
        (Kind::Scalar(_), form) => !matches!(form, Form::Section(_) | Form::Entries { .. } | Form::List(_)),
        _ => false,
    }
}

fn wrong_kind(node: &mut Node, form: &Form, owner: Span, sink: &mut Sink) {
    let empty = node.is_empty();
    let span = if empty || node.span == Span::default() { owner } else { node.span };
    let title = format!("expected {}, found {}", form.describe(), node.describe());
    let finding = Diagnostic::new(&codes::WRONG_KIND, span, title).label(if empty {
        "no value".to_owned()
    } else {
        format!("this is {}", node.describe())
    });
    let hint = match form {
        Form::List(_) | Form::Either([Form::List(_), ..]) if !empty => Some("put it in brackets: `[a, b]`"),
        Form::Section(section) if !empty && section.key("url").is_some() => Some("write `{ url: ... }`"),
        Form::Section(_) | Form::Entries { .. } if empty => {
            Some("write `{}` for a mapping without keys, or leave the key out")
        }
        _ if empty => Some("write a value, or leave the key out"),
        _ => None,
    };
    let finding = finding.maybe_hint(hint.map(str::to_owned));
    sink.push(match wrapped(node, form) {
        Some((old, new)) => finding.instead(node.span, old, new),
        None => finding,
    });
    node.kind = Kind::Broken;
}

/// The text that stands where a list or mapping should, and what was meant by it.
fn wrapped(node: &Node, form: &Form) -> Option<(String, String)> {
    let Kind::Scalar(Scalar { text, plain: true, .. }) = &node.kind else { return None };
    let is_plain = |word: &str| !word.is_empty() && !word.contains(['[', ']', '{', '}', ',', '"', '\'', '#']);
    let new = match form {
        // No scope has a blank or comma in it.
        Form::Either([Form::List(Form::Text), .., Form::Word(["any"])]) => {
            let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
            words.iter().all(|word| is_plain(word)).then(|| format!("[{}]", words.join(", ")))
        }
        Form::List(_) | Form::Either([Form::List(_), ..]) => {
            (is_plain(text) && !text.contains(' ')).then(|| format!("[{text}]"))
        }
        Form::Section(section) if section.key("url").is_some() && text.starts_with("https://") => {
            is_plain(text).then(|| format!("{{ url: {text} }}"))
        }
        _ => None,
    };
    Some((text.clone(), new?))
}

fn check_list(node: &mut Node, form: &'static Form, item: &'static Form, owner: Span, sink: &mut Sink) {
    let Kind::Sequence(items) = &mut node.kind else { return wrong_kind(node, form, owner, sink) };
    for node in items {
        let span = node.span;
        check_form(node, item, span, sink);
    }
}

fn check_entries(node: &mut Node, form: &'static Form, value: &'static Form, owner: Span, sink: &mut Sink) {
    let Kind::Mapping(entries) = &mut node.kind else { return wrong_kind(node, form, owner, sink) };
    for entry in entries.iter_mut() {
        check_text(&entry.key.text, entry.key.span, false, sink);
        check_form(&mut entry.value, value, entry.key.span, sink);
    }
}

static FIELD_FORM: Form = Form::Typed(&super::grammar::FIELD);

/// Looks only at the kinds of nodes; the type grammar itself reads the words.
fn check_type(node: &mut Node, owner: Span, sink: &mut Sink) {
    match &mut node.kind {
        Kind::Sequence(items) => {
            for item in items {
                let span = item.span;
                check_type(item, span, sink);
            }
        }
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries.iter_mut() {
                check_text(&key.text, key.span, false, sink);
                check_form(value, &FIELD_FORM, key.span, sink);
            }
        }
        Kind::Scalar(_) => check_scalar(node, &Form::Type, owner, sink),
        Kind::Broken => {}
    }
}

fn check_json(node: &mut Node, sink: &mut Sink) {
    match &mut node.kind {
        Kind::Scalar(scalar) => {
            check_text(&scalar.text, node.span, true, sink);
        }
        Kind::Sequence(items) => items.iter_mut().for_each(|item| check_json(item, sink)),
        Kind::Mapping(entries) => {
            for Entry { key, value } in entries.iter_mut() {
                check_text(&key.text, key.span, true, sink);
                check_json(value, sink);
            }
        }
        Kind::Broken => {}
    }
}

fn check_scalar(node: &mut Node, form: &'static Form, owner: Span, sink: &mut Sink) {
    let empty = node.is_empty();
    let span = node.span;
    let Kind::Scalar(scalar) = &mut node.kind else { return wrong_kind(node, form, owner, sink) };
    // Nothing in quotes is a JSON Pointer: the whole answer.
    let whole = !empty && scalar.text.is_empty() && matches!(form, Form::Pointer | Form::Place(_));
    if empty || (scalar.text.trim().is_empty() && !matches!(form, Form::Text) && !whole) {
        return wrong_kind(node, form, owner, sink);
    }
    if !check_text(&scalar.text, span, matches!(form, Form::Prose), sink) {
        node.kind = Kind::Broken;
        return;
    }
    match form {
        Form::Word(words) => check_word(node, words, form, sink),
        Form::WordOrSetting(words) if !scalar.text.starts_with('<') => check_word(node, words, form, sink),
        Form::Number if !scalar.plain || scalar.text.parse::<u32>().is_err() => {
            let title = format!("`{}` is not a whole number", scalar.text);
            sink.push(Diagnostic::new(&codes::NOT_A_NUMBER, span, title).label("expected digits, such as 403"));
            node.kind = Kind::Broken;
        }
        _ => {}
    }
}

fn check_word(node: &mut Node, words: &'static [&'static str], form: &Form, sink: &mut Sink) {
    let span = node.span;
    let Kind::Scalar(scalar) = &mut node.kind else { return };
    if words.contains(&scalar.text.as_str()) {
        return;
    }
    let title = format!("`{}` is not one of the words that can stand here", scalar.text);
    let finding = Diagnostic::new(&codes::UNKNOWN_WORD, span, title).label(format!("expected {}", form.describe()));
    let near = nearest(&scalar.text, words.iter().copied());
    let flag = match scalar.text.to_lowercase().as_str() {
        "yes" | "on" => "true",
        "no" | "off" => "false",
        _ => "",
    };
    sink.push(match near {
        Some(_) => finding.suggest((span, &scalar.text), "words", words.iter().copied()),
        None if words.contains(&flag) => {
            finding.hint(format!("write `{flag}`, as YAML 1.2 does")).instead(span, &scalar.text, flag)
        }
        None => finding,
    });
    match near {
        Some(near) => scalar.text = near.to_owned(),
        None => node.kind = Kind::Broken,
    }
}
