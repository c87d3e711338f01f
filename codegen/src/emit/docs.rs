//! Text in docs. A spec is untrusted: its text is shown as the words that it is, and never becomes a link, HTML, a code
//! block or a doctest.

/// How long the text of a doc line may be.
const WIDTH: usize = 108;

/// Paragraphs of Markdown that will stand in doc comments.
#[derive(Default)]
pub(super) struct Docs {
    lines: Vec<String>,
}

impl Docs {
    /// No text.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a paragraph of Markdown, wrapped; nothing when it is empty.
    pub(super) fn paragraph(mut self, markdown: &str) -> Self {
        let lines = wrap(markdown, WIDTH);
        if !lines.is_empty() {
            self.separate();
            self.lines.extend(lines);
        }
        self
    }

    /// Adds one sentence of the spec as a paragraph.
    pub(super) fn spec(self, text: Option<&str>) -> Self {
        self.paragraph(&text.map(sentence).unwrap_or_default())
    }

    /// Adds lines as they stand: lists, code blocks of the generator's own.
    pub(super) fn block(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.separate();
        self.lines.extend(lines);
        self
    }

    /// The lines.
    pub(super) fn lines(&self) -> &[String] {
        &self.lines
    }

    fn separate(&mut self) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
    }
}

impl quote::ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        for line in &self.lines {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            tokens.extend(quote::quote!(#[doc = #line]));
        }
    }
}

/// Text of a spec as Markdown that shows exactly these words. Pairs of backticks stay code, since they do nothing but
/// change the type; URLs become code.
pub(super) fn prose(text: &str) -> String {
    let text = plain(text);
    let pieces: Vec<&str> = text.split('`').collect();
    let paired = pieces.len() % 2 == 1 && pieces.iter().skip(1).step_by(2).all(|code| !code.trim().is_empty());
    let adjacent = text.contains("``");
    if !paired || adjacent {
        return words(&text.replace('`', "'"));
    }
    let mut markdown = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if index % 2 == 0 {
            markdown.push_str(&words(piece));
        } else {
            markdown.push_str(&code(piece));
        }
    }
    markdown
}

/// Text of a spec as a sentence of Markdown.
pub(super) fn sentence(text: &str) -> String {
    let text = plain(text);
    let closed = text.is_empty() || text.ends_with(['.', '!', '?', '…', ':', ';']);
    if closed { prose(&text) } else { format!("{}.", prose(&text)) }
}

/// Text as inline code.
pub(super) fn code(text: &str) -> String {
    let text = plain(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        String::new()
    } else if longest > 0 {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// A URL as a link where it is plainly one, else as code.
pub(super) fn link(url: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let web = url.starts_with("https://") || url.starts_with("http://");
    if web && url.chars().all(safe) { format!("<{url}>") } else { code(url) }
}

/// The text on one line, without characters that steer terminals, editors or the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let spaced: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Escapes text without code in it, keeping the spaces at its ends.
fn words(text: &str) -> String {
    let words: Vec<String> = text.split(' ').map(word).collect();
    words.join(" ")
}

fn word(word: &str) -> String {
    let Some(colon) = word.find("://") else { return escape(word) };
    let before = word.get(..colon).unwrap_or_default();
    let scheme = before.chars().rev().take_while(char::is_ascii_alphanumeric).count();
    let (lead, url) = word.split_at(colon - scheme);
    let end = url.trim_end_matches(['.', ',', ';', ':', ')', '!', '?', ']', '>', '"', '\'']).len();
    let (url, tail) = url.split_at(end);
    format!("{}{}{}", escape(lead), code(url), escape(tail))
}

fn escape(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut escaped = String::with_capacity(text.len());
    for (index, &c) in chars.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| chars.get(index));
        let after = chars.get(index + 1);
        let inside_word = before.is_some_and(|c| c.is_alphanumeric()) && after.is_some_and(|c| c.is_alphanumeric());
        let special = match c {
            '\\' | '*' | '[' | ']' | '<' | '>' | '`' | '~' | '|' | '$' => true,
            '_' => !inside_word,
            '&' => after.is_some_and(|c| *c == '#' || c.is_ascii_alphanumeric()),
            _ => false,
        };
        if special {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A sentence of the spec as one line of its own: a paragraph or an item of a list.
pub(super) fn line(text: &str) -> String {
    wrap(&sentence(text), usize::MAX).concat()
}

/// Breaks Markdown into lines; code is never broken, and no word becomes a list, heading or rule by standing first.
pub(super) fn wrap(markdown: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for token in tokens(markdown) {
        let full = line.chars().count() + 1 + token.chars().count() > width;
        if !line.is_empty() && full {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line = at_line_start(token);
        } else {
            line.push(' ');
            line.push_str(token);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of Markdown, with every stretch of code in one piece.
fn tokens(markdown: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut fence = 0;
    let mut run = 0;
    for (index, c) in markdown.char_indices().chain([(markdown.len(), ' ')]) {
        if c == '`' {
            run += 1;
            continue;
        }
        if run > 0 {
            fence = if fence == 0 {
                run
            } else if fence == run {
                0
            } else {
                fence
            };
            run = 0;
        }
        if c == ' ' && (fence == 0 || index == markdown.len()) {
            tokens.extend(markdown.get(start..index).filter(|token| !token.is_empty()));
            start = index + 1;
        }
    }
    tokens
}

/// A word that may begin a line: what would be a list, heading, rule or table there is escaped.
fn at_line_start(token: &str) -> String {
    if token.starts_with(['-', '+', '=', '#', ':']) {
        return format!("\\{token}");
    }
    let digits = token.chars().take_while(char::is_ascii_digit).count();
    match token.get(digits..) {
        Some(rest) if digits > 0 && rest.starts_with(['.', ')']) && rest.len() == 1 => {
            format!("{}\\{rest}", token.get(..digits).unwrap_or_default())
        }
        _ => token.to_owned(),
    }
}
