//! Items as text: prettyplease, one item at a time, with the blank lines that it leaves out.

use proc_macro2::{Literal, TokenStream};

use super::docs::Docs;

/// How wide a line may be.
const WIDTH: usize = 120;

/// A top-level item of a generated file.
pub(super) enum Chunk {
    /// An item as it stands.
    Item(TokenStream),
    /// What one of the runtime's macros turns into items.
    Macro { name: &'static str, lists: Vec<Words> },
}

/// One list inside a macro: `title { words }`, or the title alone when it ends with a semicolon.
pub(super) struct Words {
    pub(super) docs: Docs,
    pub(super) title: String,
    pub(super) words: Vec<Word>,
}

/// One line of such a list: `name = "word"`, or `name: Type = "word"`.
pub(super) struct Word {
    pub(super) doc: Docs,
    pub(super) name: String,
    pub(super) ty: Option<TokenStream>,
    pub(super) word: String,
}

impl Word {
    fn text(&self) -> String {
        let ty = self.ty.as_ref().map(|ty| format!(": {}", type_text(ty))).unwrap_or_default();
        format!("{}{ty} = {}", self.name, Literal::string(&self.word))
    }
}

/// Every chunk as text, a blank line between two.
pub(super) fn chunks(chunks: &[Chunk]) -> String {
    let texts: Vec<String> = chunks.iter().map(chunk).collect();
    texts.join("\n")
}

fn chunk(chunk: &Chunk) -> String {
    match chunk {
        Chunk::Item(tokens) => spaced(&unparse(tokens)),
        Chunk::Macro { name, lists } => {
            let lists: Vec<String> = lists.iter().map(words).collect();
            format!("rt::{name}! {{\n{}}}\n", lists.join("\n"))
        }
    }
}

fn words(list: &Words) -> String {
    let mut text = String::new();
    doc_lines(&list.docs, "    ", &mut text);
    if let Some(line) = on_one_line(list) {
        text.push_str(&line);
        return text;
    }
    text.push_str(&format!("    {} {{\n", list.title));
    for word in &list.words {
        doc_lines(&word.doc, "        ", &mut text);
        text.push_str(&format!("        {},\n", word.text()));
    }
    text.push_str("    }\n");
    text
}

/// A list that is short and says nothing about its words.
fn on_one_line(list: &Words) -> Option<String> {
    if list.words.is_empty() {
        let empty = if list.title.ends_with(';') { "" } else { " {}" };
        return Some(format!("    {}{empty}\n", list.title));
    }
    let words: Vec<String> = list.words.iter().map(Word::text).collect();
    let line = format!("    {} {{ {} }}\n", list.title, words.join(", "));
    let bare = list.words.iter().all(|word| word.doc.lines().is_empty() && word.ty.is_none());
    (bare && line.chars().count() <= WIDTH).then_some(line)
}

fn doc_lines(docs: &Docs, indent: &str, text: &mut String) {
    for line in docs.lines() {
        text.push_str(format!("{indent}/// {line}").trim_end());
        text.push('\n');
    }
}

/// A type as a person writes it.
pub(super) fn type_text(ty: &TokenStream) -> String {
    let alias = unparse(&quote::quote!(type T = #ty;));
    alias.trim().trim_start_matches("type T = ").trim_end_matches(';').to_owned()
}

fn unparse(tokens: &TokenStream) -> String {
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => widen(&prettyplease::unparse(&file)),
        // Generated tokens parse; should they not, the compiler says so better than a panic here.
        Err(_) => format!("{tokens}\n"),
    }
}

/// Joins what prettyplease has broken at its own, narrower margin: argument lists and method chains that fit on one line
/// here. No literal spans lines (`Literal::string` escapes them), so that the end of a line is never inside one.
fn widen(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines().chain([""]) {
        let ends_chain =
            !line.trim_start().starts_with('.') && lines.last().is_some_and(|last| indent(line) <= indent(last));
        if ends_chain {
            join_chain(&mut lines);
        }
        lines.push(line.to_owned());
        if line.trim_start().starts_with([')', '>', '}']) {
            join_list(&mut lines);
        }
        join_default(&mut lines);
    }
    lines.pop();
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

/// Joins a list that the last line closes, when each of its items is one line and all fit.
fn join_list(lines: &mut Vec<String>) {
    let Some((last, before)) = lines.split_last() else { return };
    let depth = indent(last);
    let Some(open) = before.iter().rposition(|line| indent(line) <= depth) else { return };
    let (Some(head), Some(items)) = (before.get(open), before.get(open + 1..)) else { return };
    let one_line_each = |item: &String| indent(item) == depth + 4 && !is_comment(item);
    let opens = head.ends_with(['(', '<']) || is_struct_literal(head, items);
    if indent(head) != depth || !opens || is_comment(head) || !items.iter().all(one_line_each) {
        return;
    }
    let items: Vec<&str> = items.iter().map(|item| item.trim_start()).collect();
    let one = items.len() == 1;
    let items = items.join(" ");
    if head.ends_with('{') {
        return replace(lines, open, format!("{head} {} {}", items.trim_end_matches(','), last.trim_start()));
    }
    // Only a tuple of one must keep its comma.
    let is_tuple = head.strip_suffix('(').is_some_and(|callee| !is_callee(callee));
    let items = if is_tuple && one { items.as_str() } else { items.trim_end_matches(',') };
    replace(lines, open, format!("{head}{items}{}", last.trim_start()));
}

/// Whether a brace opens the value of a struct: a name alone, and fields with values.
fn is_struct_literal(head: &str, items: &[String]) -> bool {
    let name = head.trim_start().trim_end_matches(" {");
    let is_field = |item: &String| item.ends_with(',') && !item.contains("=>");
    name.chars().all(char::is_alphanumeric) && name.starts_with(char::is_uppercase) && items.iter().all(is_field)
}

/// Whether what stands before a parenthesis is called, not a tuple's surroundings.
fn is_callee(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '>' | '!'))
}

/// Joins a type parameter and its default, which prettyplease puts on a line of its own.
fn join_default(lines: &mut Vec<String>) {
    if let [.., parameter, default] = lines.as_slice()
        && default.trim_start().starts_with("= ")
        && !default.ends_with('(')
    {
        let line = format!("{parameter} {}", default.trim_start());
        replace(lines, lines.len() - 2, line);
    }
}

/// Joins the chain that the last line ends, when each of its methods is one line and all fit.
fn join_chain(lines: &mut Vec<String>) {
    let Some(last) = lines.last().filter(|last| last.trim_start().starts_with('.')) else { return };
    let depth = indent(last);
    let Some(head) = lines.iter().rposition(|line| indent(line) < depth) else { return };
    let methods: Vec<&str> = lines.iter().skip(head + 1).map(|line| line.trim_start()).collect();
    let Some(first) = lines.get(head).filter(|_| methods.iter().all(|method| method.starts_with('.'))) else { return };
    replace(lines, head, format!("{first}{}", methods.concat()));
}

/// Puts one line in the place of all from `start`, if it is short enough.
fn replace(lines: &mut Vec<String>, start: usize, line: String) {
    if line.chars().count() <= WIDTH {
        lines.truncate(start);
        lines.push(line);
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
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
