//! How new a runtime a generated crate needs: as new as the newest thing of it that the crate names. An older one then says so
//! in one line, instead of in many that nobody understands.

use proc_macro2::{TokenStream, TokenTree};

/// The revision of the runtime's module for generated code in which all that isn't listed here was there.
const FIRST: u32 = 2;

/// What appeared later, and in which revision (`authsmith::codegen::v1::REVISION`). Whoever lets generated code name something
/// new of the runtime writes it here; a test fails that meets a name which nobody knows.
pub const NEWER: &[(&str, u32)] = &[
    ("Algorithm", 5),
    ("Assertion", 5),
    ("Device", 3),
    ("DeviceAnswer", 3),
    ("EdDsa", 5),
    ("Es256", 5),
    ("Es384", 5),
    ("Es512", 5),
    ("Grace", 4),
    ("Hs256", 5),
    ("Hs512", 5),
    ("IdToken", 5),
    ("Idempotent", 4),
    ("JwsAlgorithm", 5),
    ("Keeper", 4),
    ("Meaning", 4),
    ("Ps256", 5),
    ("Ps512", 5),
    ("Rs256", 5),
    ("Rs384", 5),
    ("Terminal", 4),
    ("Transient", 4),
    ("absent", 4),
    ("algorithms", 5),
    ("assertion", 5),
    ("audience", 5),
    ("audiences", 5),
    ("claims", 5),
    ("config", 4),
    ("id_token", 5),
    ("id_token_due", 5),
    ("lifetime", 5),
    ("means", 4),
    ("nonce", 5),
    ("one_of", 4),
    ("or_fields", 4),
    ("refresh_idle", 4),
    ("replay_within", 4),
    ("requires_jwt", 5),
    ("state_in_redirect_uri", 4),
    ("statuses", 4),
    ("terminal", 4),
    ("transient", 4),
];

/// The revision that a crate needs with these sources. Of `lib` count the names behind `rt::`, of `operations` all.
pub(super) fn needed(lib: &str, operations: &str) -> u32 {
    let names = names_behind_rt(lib).into_iter().chain(all_names(operations));
    let of = |name: String| NEWER.iter().find(|(newer, _)| *newer == name).map(|(_, revision)| *revision);
    names.filter_map(of).max().unwrap_or(FIRST)
}

/// The names behind `rt::` in Rust code.
pub fn names_behind_rt(code: &str) -> Vec<String> {
    let words = words(code);
    words
        .windows(2)
        .filter(|pair| matches!(pair, [rt, _] if rt == "rt"))
        .filter_map(|pair| pair.get(1).cloned())
        .collect()
}

/// The names in Rust code; what stands in texts and comments is none.
pub fn all_names(code: &str) -> Vec<String> {
    words(code)
}

fn words(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Vec<_> = code.parse::<TokenStream>().into_iter().map(IntoIterator::into_iter).collect();
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            Some(TokenTree::Ident(word)) => found.push(word.to_string()),
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(_) => {}
            None => drop(open.pop()),
        }
    }
    found
}
