//! Items as text: prettyplease, one item at a time, with the blank lines that it leaves out.

use proc_macro2::TokenStream;

/// A top-level item of a generated file.
pub(super) enum Chunk {
    /// An item as it stands; several `use` lines stay together.
    Item(TokenStream),
    /// An enum handed to one of the runtime's macros, whose variants have words: `Variant = "word"`.
    Words { macro_name: &'static str, item: TokenStream },
}

/// Every chunk as text, a blank line between two.
pub(super) fn chunks(chunks: &[Chunk]) -> String {
    let texts: Vec<String> = chunks.iter().map(chunk).collect();
    texts.join("\n")
}

fn chunk(chunk: &Chunk) -> String {
    match chunk {
        Chunk::Item(tokens) => spaced(&unparse(tokens)),
        Chunk::Words { macro_name, item } => {
            let mut text = format!("rt::{macro_name}! {{\n");
            for line in unparse(item).lines() {
                text.push_str("    ");
                text.push_str(line);
                text.push('\n');
            }
            text.push_str("}\n");
            text
        }
    }
}

fn unparse(tokens: &TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        // Generated tokens parse; should they not, the compiler says so better than a panic here.
        Err(_) => format!("{tokens}\n"),
    }
}

/// Puts a blank line between the methods of an `impl`. No literal spans lines (`Literal::string` escapes them), so that a
/// line which closes at the depth of a method is one.
fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 64);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        spaced.push_str(line);
        spaced.push('\n');
        let closes_method = line == "    }";
        if closes_method && lines.peek().is_some_and(|next| *next != "}") {
            spaced.push('\n');
        }
    }
    spaced
}
