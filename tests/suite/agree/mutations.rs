//! A spec with one of its nodes changed.

use super::tree::Tree;

/// Every tree in which one node of this one is deleted, renamed, duplicated, or something of another kind.
pub fn mutations(tree: &Tree) -> Vec<Tree> {
    let mut all = retyped(tree);
    match tree {
        Tree::Text(..) => {}
        Tree::List(items) => {
            for at in 0..items.len() {
                let with = |put: &[Tree]| Tree::List([&items[..at], put, &items[at + 1..]].concat());
                all.extend([with(&[]), with(&[items[at].clone(), items[at].clone()])]);
                all.extend(mutations(&items[at]).into_iter().map(|item| with(&[item])));
            }
        }
        Tree::Map(members) => {
            for at in 0..members.len() {
                let with = |put: &[(String, Tree)]| Tree::Map([&members[..at], put, &members[at + 1..]].concat());
                let (name, value) = &members[at];
                let named = |name: &str| (name.to_owned(), value.clone());
                all.extend([with(&[]), with(&[named(name), named(name)]), with(&[named(name), named("another")])]);
                let neighbor = &members[(at + 1) % members.len()].0;
                let names = [&format!("{name}x"), "type", "Result", neighbor];
                all.extend(names.map(|name| with(&[named(name)])));
                all.extend(mutations(value).into_iter().map(|value| with(&[(name.clone(), value)])));
            }
        }
    }
    all
}

/// A node as something of another kind, or of another meaning.
fn retyped(tree: &Tree) -> Vec<Tree> {
    let mut all: Vec<_> = ["x", "1", "<x>", "https://acme.example/x"].map(Tree::text).to_vec();
    all.extend([Tree::List(vec![tree.clone()]), Tree::Map(vec![("x".to_owned(), tree.clone())])]);
    match tree {
        Tree::Text(text, _) => all.push(Tree::text(format!("{text}?"))),
        Tree::List(items) => all.extend(items.first().cloned()),
        Tree::Map(members) => {
            all.extend(members.first().map(|(_, value)| value.clone()));
            all.push(Tree::List(members.iter().map(|(name, _)| Tree::text(name.clone())).collect()));
        }
    }
    all
}
