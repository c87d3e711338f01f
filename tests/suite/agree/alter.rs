//! Every way in which one key of a spec can be another: dropped, another text, another word of the set, another name.
//! The grammar's table says what there is to change.

use authsmith_codegen::parse::grammar::{Form, Key, SPEC, Section};

use super::tree::Tree;

/// One thing in a spec that is other than it was.
#[derive(Clone, Debug)]
pub struct Altered {
    /// The key, as the language reference writes it: `grants.*.send.*`.
    pub key: String,
    /// What was done to it.
    pub how: String,
    /// The spec as it then is.
    tree: Tree,
}

impl Altered {
    pub fn text(&self) -> String {
        self.tree.write()
    }
}

/// Everything that can be changed in a spec.
pub fn all(spec: &Tree) -> Vec<Altered> {
    let names = ["tokens", "grants", "calls", "types", "enums"].into_iter().filter_map(|section| spec.get(section));
    let names = names.flat_map(|section| match section {
        Tree::Map(members) => members.iter().map(|(name, _)| name.clone()).collect(),
        _ => Vec::new(),
    });
    Altering { names: names.collect() }.section(&SPEC, spec)
}

/// The names of a mapping's members that stand for something on the wire.
const ON_THE_WIRE: [&str; 8] =
    ["claims", "parameters", "headers", "members", "fields", "inputs", "failures", "standard parameters"];

struct Altering {
    /// What the spec itself has names for.
    names: Vec<String>,
}

impl Altering {
    fn section(&self, section: &Section, tree: &Tree) -> Vec<Altered> {
        let Tree::Map(members) = tree else { return Vec::new() };
        let mut list = Vec::new();
        for (at, (name, value)) in members.iter().enumerate() {
            let Some(key) = section.key(name) else { continue };
            if !key.required {
                list.push(without(members, at, name));
            }
            list.extend(self.form(&key.form, value, key).into_iter().map(|one| inside(members, at, name, one)));
        }
        list
    }

    fn form(&self, form: &Form, tree: &Tree, key: &Key) -> Vec<Altered> {
        match (form, tree) {
            (Form::Prose, _) => Vec::new(),
            (Form::Either(forms), _) => match forms.iter().find(|form| fits(form, tree)) {
                Some(form) => self.form(form, tree, key),
                None => Vec::new(),
            },
            (Form::Section(section) | Form::Typed(section) | Form::Place(section), Tree::Map(_)) => {
                match fits(&Form::Section(section), tree) {
                    true => self.section(section, tree),
                    false => self.ty(tree),
                }
            }
            (Form::Type | Form::Typed(_), _) => self.ty(tree),
            (Form::List(form), Tree::List(items)) => self.list(form, items, key),
            (Form::Entries { what, value }, Tree::Map(members)) => self.entries(what, value, members, key),
            (Form::Json, _) if key.name == "body" => json(tree),
            (Form::Json, _) => vec![other("y", "{}")],
            (form, Tree::Text(text, _)) => self.scalar(form, text),
            _ => Vec::new(),
        }
    }

    fn scalar(&self, form: &Form, text: &str) -> Vec<Altered> {
        match form {
            Form::Word(words) | Form::WordOrSetting(words) => {
                words.iter().filter(|word| **word != text).map(|word| other(word, word)).collect()
            }
            Form::Number => vec![other("one more", &(text.parse::<u64>().unwrap() + 1).to_string())],
            Form::Duration => {
                let (count, unit) = text.split_at(text.len() - 1);
                vec![other("twice as long", &format!("{}{unit}", count.parse::<u64>().unwrap() * 2))]
            }
            Form::Name => {
                let others = self.names.iter().filter(|name| *name != text);
                others.map(|name| other("another name", name)).collect()
            }
            Form::Yielded => {
                let (kind, mark) = text.strip_suffix('?').map_or((text, ""), |kind| (kind, "?"));
                let others = self.names.iter().filter(|name| *name != kind);
                let mut list: Vec<_> = others.map(|name| other("another name", &format!("{name}{mark}"))).collect();
                let toggled = if mark.is_empty() { format!("{kind}?") } else { kind.to_owned() };
                list.push(other("lacking or not", &toggled));
                list
            }
            Form::Template => template(text),
            Form::Url => {
                let mut list = template(text);
                if text.contains("://") {
                    let how = if text.contains("://<") { "text before a placeholder" } else { "another host" };
                    list.push(other(how, &text.replacen("://", "://x", 1)));
                }
                list
            }
            _ => vec![other("another text", &format!("{text}x"))],
        }
    }

    fn list(&self, form: &Form, items: &[Tree], key: &Key) -> Vec<Altered> {
        let mut list = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if items.len() > 1 {
                let rest = items.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, item)| item.clone());
                list.push(whole("one fewer", Tree::List(rest.collect())));
            }
            list.extend(self.form(form, item, key).into_iter().map(|one| {
                let mut items = items.to_vec();
                items[at] = one.tree.clone();
                Altered { tree: Tree::List(items), ..one }
            }));
        }
        list
    }

    fn entries(&self, what: &str, form: &Form, members: &[(String, Tree)], key: &Key) -> Vec<Altered> {
        let mut list = Vec::new();
        for (at, (name, value)) in members.iter().enumerate() {
            if ON_THE_WIRE.contains(&what) {
                list.push(without(members, at, "*"));
                // These name what a parameter is without its name.
                if what != "standard parameters" && what != "failures" {
                    list.push(called(members, at, &format!("{name}x"), "*"));
                }
            }
            list.extend(self.form(form, value, key).into_iter().map(|one| inside(members, at, "*", one)));
        }
        list
    }

    fn ty(&self, tree: &Tree) -> Vec<Altered> {
        match tree {
            Tree::Text(text, _) => {
                let bare = text.trim_end_matches('?');
                let mark = if bare == text { "" } else { "?" };
                let toggled = if mark.is_empty() { format!("{text}?") } else { bare.to_owned() };
                let mut list = vec![other("optional or not", &toggled)];
                let swapped = match bare {
                    "string" | "secret" | "text" => "integer",
                    "date" => "timestamp",
                    "timestamp" => "epoch",
                    "epoch" => "epoch_ms",
                    "epoch_ms" => "epoch",
                    "yyyymmdd" => "date",
                    _ => "string",
                };
                list.push(other("another type", &format!("{swapped}{mark}")));
                list
            }
            Tree::List(items) => {
                let inner = items.iter().flat_map(|item| self.ty(item));
                inner.map(|one| Altered { tree: Tree::List(vec![one.tree.clone()]), ..one }).collect()
            }
            Tree::Map(members) if tree.get("is").is_some() => {
                let at = members.iter().position(|(name, _)| name == "is").unwrap();
                self.ty(&members[at].1).into_iter().map(|one| inside(members, at, "is", one)).collect()
            }
            Tree::Map(members) => {
                let mut list = Vec::new();
                for (at, (name, value)) in members.iter().enumerate() {
                    if !name.starts_with('<') {
                        list.push(without(members, at, "*"));
                        list.push(called(members, at, &format!("{name}x"), "*"));
                    }
                    list.extend(self.ty(value).into_iter().map(|one| inside(members, at, "*", one)));
                }
                list
            }
        }
    }
}

/// Another text, without a function, or of other functions.
fn template(text: &str) -> Vec<Altered> {
    let how = if text.contains('<') { "text behind a placeholder" } else { "another text" };
    let mut list = vec![other(how, &format!("{text}x"))];
    if let (Some(from), Some(to)) = (text.find(" | "), text.find('>')) {
        let without = text.get(..from).zip(text.get(to..)).map(|(before, behind)| format!("{before}{behind}"));
        list.extend(without.map(|text| other("no functions", &text)));
    }
    list
}

/// The values of a body that is written out.
fn json(tree: &Tree) -> Vec<Altered> {
    match tree {
        Tree::Text(text, true) if text.parse::<f64>().is_ok() => {
            vec![whole("another number", Tree::Text(format!("{text}0"), true))]
        }
        Tree::Text(text, _) => template(text),
        Tree::List(items) => {
            let change = |at: usize| {
                json(&items[at]).into_iter().map(move |one| {
                    let mut items = items.clone();
                    items[at] = one.tree.clone();
                    Altered { tree: Tree::List(items), ..one }
                })
            };
            (0..items.len()).flat_map(change).collect()
        }
        Tree::Map(members) => {
            let mut list = Vec::new();
            for (at, (name, value)) in members.iter().enumerate() {
                list.push(without(members, at, "*"));
                list.push(called(members, at, &format!("{name}x"), "*"));
                list.extend(json(value).into_iter().map(|one| inside(members, at, "*", one)));
            }
            list
        }
    }
}

/// Whether a value is written in a form, of several that a key takes.
fn fits(form: &Form, tree: &Tree) -> bool {
    match (form, tree) {
        (Form::Either(forms), _) => forms.iter().any(|form| fits(form, tree)),
        (Form::Section(section), Tree::Map(members)) => members.iter().all(|(name, _)| section.key(name).is_some()),
        (Form::Place(section) | Form::Typed(section), Tree::Map(_)) => fits(&Form::Section(section), tree),
        (Form::Entries { .. }, Tree::Map(_)) | (Form::List(_), Tree::List(_)) => true,
        (Form::Type, _) => true,
        (Form::Word(words), Tree::Text(text, _)) => words.contains(&text.as_str()),
        (Form::Section(_) | Form::Entries { .. } | Form::List(_), Tree::Text(..)) => false,
        (_, Tree::Text(..)) => true,
        _ => false,
    }
}

fn other(how: &str, text: &str) -> Altered {
    whole(how, Tree::text(text))
}

fn whole(how: &str, tree: Tree) -> Altered {
    Altered { key: String::new(), how: how.to_owned(), tree }
}

fn without(members: &[(String, Tree)], at: usize, key: &str) -> Altered {
    let mut members = members.to_vec();
    members.remove(at);
    Altered { key: key.to_owned(), how: "dropped".to_owned(), tree: Tree::Map(members) }
}

fn called(members: &[(String, Tree)], at: usize, name: &str, key: &str) -> Altered {
    let mut members = members.to_vec();
    members[at].0 = name.to_owned();
    Altered { key: key.to_owned(), how: "another name".to_owned(), tree: Tree::Map(members) }
}

fn inside(members: &[(String, Tree)], at: usize, name: &str, one: Altered) -> Altered {
    let mut members = members.to_vec();
    members[at].1 = one.tree.clone();
    let key = if one.key.is_empty() { name.to_owned() } else { format!("{name}.{}", one.key) };
    Altered { key, tree: Tree::Map(members), ..one }
}
