//! Every place of the language that takes text of an author's own: `tests/goldens/evil.yaml` has hostile text there, and
//! compiles; what it can't have there is refused. The grammar's table says which places there are.

use std::collections::{BTreeMap, BTreeSet};

use authsmith_codegen::parse::grammar::{Form, SPEC, Section};
use authsmith_codegen::{Severity, SourceFile, check};

use crate::agree::tree::Tree;
use crate::reference::{entries, path};
use crate::support::root;

/// What ends strings, comments, code blocks and elements, or looks otherwise than it is.
const HOSTILE: [&str; 12] = ["\"", "\\", "*/", "{}", "#", "\n", "]]", "`", "</script>", "\u{202e}", "r#\"", "\\u{"];

/// Places at which `evil.yaml` has no text, each with the reason.
const ELSEWHERE: [(&str, &str); 9] = [
    ("extends", "the name of a file beside the spec, or a mistake"),
    ("api", "the short form of `api.url`"),
    ("authorize.omit", "names of the standard, or a mistake"),
    ("device.get", "as `device.url`, and there is one of them"),
    ("device.omit", "names of the standard, or a mistake"),
    ("grants.<name>.from", "the name of a kind of token, or a mistake"),
    ("revoke.get", "as `revoke.post`, and there is one of them"),
    ("revoke.delete", "as `revoke.post`, and there is one of them"),
    ("revoke.omit", "names of the standard, or a mistake"),
];

/// A text of a spec: the place where the language says what it is, and the way to it.
struct Found {
    place: String,
    way: Vec<usize>,
    is_name: bool,
    is_template: bool,
}

/// The places that take text, as the grammar's table has them.
fn places() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in entries() {
        places_in(&entry.key.form, &entry.path(), &mut found);
    }
    found
}

fn places_in(form: &Form, place: &str, found: &mut BTreeSet<String>) {
    match form {
        Form::Word(_) | Form::WordOrSetting(_) | Form::Number | Form::Duration | Form::Section(_) => {}
        Form::List(item) => places_in(item, place, found),
        Form::Entries { value, .. } => {
            found.insert(format!("{place}.*"));
            places_in(value, place, found);
        }
        Form::Either(forms) => forms.iter().for_each(|form| places_in(form, place, found)),
        Form::Json => found.extend([place.to_owned(), format!("{place}.*")]),
        // The names of an object's fields stand in every type alike, and the long form has the type at `is`.
        Form::Type => found.extend([place.to_owned(), "fields.*".to_owned()]),
        Form::Typed(_) => {}
        Form::Prose
        | Form::Text
        | Form::Name
        | Form::Yielded
        | Form::Template
        | Form::Url
        | Form::Pointer
        | Form::Place(_) => {
            found.insert(place.to_owned());
        }
    }
}

/// The texts of a spec.
#[derive(Default)]
struct Texts(Vec<Found>);

impl Texts {
    fn section(&mut self, section: &Section, tree: &Tree, way: &[usize]) {
        let Tree::Map(members) = tree else { return };
        for (at, (name, value)) in members.iter().enumerate() {
            let key = section.key(name).unwrap_or_else(|| panic!("{} has no key `{name}`", section.name));
            self.form(&key.form, value, &path(section, name), &[way, &[at]].concat());
        }
    }

    fn form(&mut self, form: &Form, tree: &Tree, place: &str, way: &[usize]) {
        match (form, tree) {
            (Form::Section(section), _) => self.section(section, tree, way),
            (Form::Place(section), Tree::Map(_)) => self.section(section, tree, way),
            (Form::Typed(section), Tree::Map(_)) if tree.get("is").is_some() => self.section(section, tree, way),
            (Form::Type | Form::Typed(_), _) => self.ty(tree, place, way),
            (Form::Json, _) => self.json(tree, place, way),
            (Form::List(item), Tree::List(items)) => {
                for (at, value) in items.iter().enumerate() {
                    self.form(item, value, place, &[way, &[at]].concat());
                }
            }
            (Form::Entries { value: form, .. }, Tree::Map(members)) => {
                for (at, (_, value)) in members.iter().enumerate() {
                    let way = [way, &[at]].concat();
                    self.text(&format!("{place}.*"), &way, true, false);
                    self.form(form, value, place, &way);
                }
            }
            (Form::Either(forms), _) => {
                if let Some(form) = forms.iter().find(|form| fits(form, tree)) {
                    self.form(form, tree, place, way);
                }
            }
            (Form::Word(_) | Form::WordOrSetting(_) | Form::Number | Form::Duration, _) => {}
            (form, Tree::Text(..)) => self.text(place, way, false, matches!(form, Form::Template | Form::Url)),
            _ => panic!("{place} is of another form"),
        }
    }

    fn json(&mut self, tree: &Tree, place: &str, way: &[usize]) {
        // A body is made of templates.
        let is_template = place.ends_with(".body");
        match tree {
            Tree::Text(..) => self.text(place, way, false, is_template),
            Tree::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.json(item, place, &[way, &[at]].concat()));
            }
            Tree::Map(members) => {
                for (at, (_, value)) in members.iter().enumerate() {
                    let way = [way, &[at]].concat();
                    self.text(&format!("{place}.*"), &way, true, false);
                    self.json(value, place, &way);
                }
            }
        }
    }

    fn ty(&mut self, tree: &Tree, place: &str, way: &[usize]) {
        match tree {
            Tree::Text(..) => self.text(place, way, false, false),
            Tree::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.ty(item, place, &[way, &[at]].concat()));
            }
            Tree::Map(members) if tree.get("is").is_some() => {
                for (at, (name, value)) in members.iter().enumerate() {
                    match name.as_str() {
                        "is" => self.ty(value, "fields.<name>.is", &[way, &[at]].concat()),
                        _ => self.text("fields.<name>.about", &[way, &[at]].concat(), false, false),
                    }
                }
            }
            Tree::Map(members) => {
                for (at, (_, value)) in members.iter().enumerate() {
                    let way = [way, &[at]].concat();
                    self.text("fields.*", &way, true, false);
                    self.ty(value, place, &way);
                }
            }
        }
    }

    fn text(&mut self, place: &str, way: &[usize], is_name: bool, is_template: bool) {
        self.0.push(Found { place: place.to_owned(), way: way.to_vec(), is_name, is_template });
    }
}

fn fits(form: &Form, tree: &Tree) -> bool {
    match (form, tree) {
        (Form::Place(section) | Form::Section(section), Tree::Map(members)) => {
            members.iter().all(|(name, _)| section.key(name).is_some())
        }
        (Form::Entries { .. }, Tree::Map(_)) | (Form::List(_), Tree::List(_)) => true,
        (Form::Word(words), Tree::Text(text, _)) => words.contains(&text.as_str()),
        (form, Tree::Text(..)) => !matches!(form, Form::Section(_) | Form::Entries { .. } | Form::List(_)),
        _ => false,
    }
}

impl Found {
    /// The text as it stands in the spec.
    fn text<'t>(&self, tree: &'t mut Tree) -> &'t mut String {
        let (last, way) = self.way.split_last().unwrap();
        let parent = way.iter().fold(tree, |tree, at| match tree {
            Tree::List(items) => &mut items[*at],
            Tree::Map(members) => &mut members[*at].1,
            Tree::Text(..) => panic!("{} has nothing below it", self.place),
        });
        match parent {
            Tree::Map(members) => {
                let (name, value) = &mut members[*last];
                if self.is_name { name } else { text_of(value) }
            }
            Tree::List(items) => text_of(&mut items[*last]),
            Tree::Text(..) => panic!("{} has nothing below it", self.place),
        }
    }

    fn written(&self, hostile: &str) -> String {
        if self.is_template { hostile.replace('<', "<<") } else { hostile.to_owned() }
    }
}

/// The text of a node, which then stands in quotes.
fn text_of(tree: &mut Tree) -> &mut String {
    let Tree::Text(text, is_plain) = tree else { panic!("no text: {tree:?}") };
    *is_plain = false;
    text
}

/// The rules that a spec breaks.
fn broken(text: String) -> BTreeSet<&'static str> {
    let (_, findings) = check(&[SourceFile { path: "goldens/evil.yaml".to_owned(), text }]);
    findings.list.iter().filter(|one| one.severity == Severity::Error).map(|one| one.code).collect()
}

#[test]
fn every_text_of_the_language_carries_hostile_text_or_refuses_it() {
    let text = std::fs::read_to_string(root().join("tests/goldens/evil.yaml")).unwrap();
    let mut tree = Tree::read(&text);
    assert_eq!(broken(tree.write()), BTreeSet::new());
    let mut texts = Texts::default();
    texts.section(&SPEC, &tree, &[]);
    let mut by_place: BTreeMap<&str, Vec<(&Found, String)>> = BTreeMap::new();
    for found in &texts.0 {
        let text = found.text(&mut tree).clone();
        by_place.entry(&found.place).or_default().push((found, text));
    }
    let elsewhere = |place: &str| ELSEWHERE.iter().any(|(known, _)| *known == place);
    let mut report: Vec<String> = places()
        .iter()
        .filter(|place| !by_place.contains_key(place.as_str()) && !elsewhere(place))
        .map(|place| format!("{place}: no text"))
        .collect();
    let mut refused = BTreeMap::new();
    for (place, list) in by_place.into_iter().filter(|(place, _)| !elsewhere(place)) {
        for hostile in HOSTILE {
            if list.iter().any(|(found, text)| text.contains(&found.written(hostile))) {
                continue;
            }
            // What one text of a place may not hold, the others may not.
            for (found, _) in list.iter().take(1) {
                let text = found.text(&mut tree);
                let before = text.clone();
                text.push_str(&found.written(hostile));
                let codes = broken(tree.write());
                *found.text(&mut tree) = before;
                if codes.is_empty() {
                    report.push(format!("{place}: takes {hostile:?}, and evil.yaml doesn't have it there"));
                    break;
                }
                refused.entry(place).or_insert_with(BTreeSet::new).extend(codes);
            }
        }
    }
    if std::env::var_os("SHOW_REFUSED").is_some() {
        refused.iter().for_each(|(place, codes)| println!("{place}: {codes:?}"));
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}
