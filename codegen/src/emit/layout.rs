//! Lays out the expressions of operation data: on one line when they fit, else one argument or method call a line.

/// How wide a line may be.
const WIDTH: usize = 120;

/// An expression.
pub(super) enum Expr {
    /// A literal or a path, as it stands.
    Text(String),
    /// `&[..]`; `lines` puts every item on a line of its own, however short.
    List { items: Vec<Expr>, lines: bool },
    /// `&expression`.
    Reference(Box<Expr>),
    /// `head(arguments)`.
    Call { head: String, arguments: Vec<Expr> },
    /// `head.method(..).method(..)`; every method is a [`Expr::Call`].
    Chain { head: Box<Expr>, methods: Vec<Expr> },
}

impl Expr {
    /// A string literal.
    pub(super) fn string(text: &str) -> Self {
        Self::Text(literal(text))
    }

    /// A string literal with as few escapes as possible, for text that is full of quotes.
    pub(super) fn raw_string(text: &str) -> Self {
        let plain = text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains("\"#");
        if plain && text.contains(['"', '\\']) { Self::Text(format!("r#\"{text}\"#")) } else { Self::string(text) }
    }

    /// A path or a literal of another type.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A function call.
    pub(super) fn call(head: impl Into<String>, arguments: Vec<Expr>) -> Self {
        Self::Call { head: head.into(), arguments }
    }

    /// A slice with one item a line.
    pub(super) fn lines(items: Vec<Expr>) -> Self {
        Self::List { items, lines: true }
    }

    /// A slice that may stand on one line.
    pub(super) fn list(items: Vec<Expr>) -> Self {
        Self::List { items, lines: false }
    }

    /// Calls a method on the expression.
    pub(super) fn method(self, name: &str, arguments: Vec<Expr>) -> Self {
        let method = Self::call(format!(".{name}"), arguments);
        match self {
            Self::Chain { head, mut methods } => {
                methods.push(method);
                Self::Chain { head, methods }
            }
            head => Self::Chain { head: Box::new(head), methods: vec![method] },
        }
    }

    /// Calls a method when there is something to say.
    pub(super) fn maybe(self, name: &str, argument: Option<Expr>) -> Self {
        match argument {
            Some(argument) => self.method(name, vec![argument]),
            None => self,
        }
    }

    /// Calls a method without arguments, when `set`.
    pub(super) fn flag(self, name: &str, set: bool) -> Self {
        if set { self.method(name, Vec::new()) } else { self }
    }

    /// Writes the expression after an equals sign: on a line of its own when its head doesn't fit beside it.
    pub(super) fn write_value(&self, out: &mut String) {
        let column = out.len() - out.rfind('\n').map_or(0, |end| end + 1);
        let head = match self {
            Self::Chain { head, .. } => head,
            whole => whole,
        };
        let indent = if head.flat().is_some_and(|head| column + 1 + head.chars().count() >= WIDTH) { 4 } else { 0 };
        if indent == 0 {
            out.push(' ');
        } else {
            new_line(out, indent);
        }
        self.write(out, indent);
    }

    /// Writes the expression to the end of `out`; continued lines are indented by more than `indent` spaces.
    pub(super) fn write(&self, out: &mut String, indent: usize) {
        let column = out.len() - out.rfind('\n').map_or(0, |end| end + 1);
        if let Some(flat) = self.flat().filter(|flat| column + flat.chars().count() < WIDTH) {
            return out.push_str(&flat);
        }
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Reference(inner) => {
                out.push('&');
                inner.write(out, indent);
            }
            Self::List { items, .. } => {
                out.push_str("&[");
                write_lines(items, out, indent);
                out.push(']');
            }
            Self::Call { head, arguments } => write_call(head, arguments, out, indent),
            Self::Chain { head, methods } => {
                head.write(out, indent);
                // One method alone hangs on its head, as rustfmt has it for short heads.
                if let ([method], Some(_)) = (methods.as_slice(), head.flat().filter(|flat| flat.len() < 24)) {
                    return method.write(out, indent);
                }
                for method in methods {
                    new_line(out, indent + 4);
                    method.write(out, indent + 4);
                }
            }
        }
    }

    /// The expression on one line, unless something in it wants lines of its own.
    fn flat(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::List { items, lines } if items.is_empty() || !lines => Some(format!("&[{}]", flat_all(items)?)),
            Self::List { .. } => None,
            Self::Reference(inner) => Some(format!("&{}", inner.flat()?)),
            Self::Call { head, arguments } => Some(format!("{head}({})", flat_all(arguments)?)),
            Self::Chain { head, methods } => {
                let mut text = head.flat()?;
                for method in methods {
                    text.push_str(&method.flat()?);
                }
                Some(text)
            }
        }
    }

    /// Tells `see` the first segment of every path in the expression.
    pub(super) fn paths<'e>(&'e self, see: &mut impl FnMut(&'e str)) {
        match self {
            Self::Text(text) => see_head(text, see),
            Self::Reference(inner) => inner.paths(see),
            Self::List { items, .. } => items.iter().for_each(|item| item.paths(see)),
            Self::Call { head, arguments } => {
                see_head(head, see);
                arguments.iter().for_each(|argument| argument.paths(see));
            }
            Self::Chain { head, methods } => {
                head.paths(see);
                methods.iter().for_each(|method| method.paths(see));
            }
        }
    }
}

/// A text as a string literal.
pub(super) fn literal(text: &str) -> String {
    proc_macro2::Literal::string(text).to_string()
}

fn see_head<'e>(path: &'e str, see: &mut impl FnMut(&'e str)) {
    if let Some((head, _)) = path.split_once("::").filter(|(head, _)| !head.contains('"')) {
        see(head);
    }
}

fn flat_all(items: &[Expr]) -> Option<String> {
    let flat: Option<Vec<String>> = items.iter().map(Expr::flat).collect();
    Some(flat?.join(", "))
}

fn write_call(head: &str, arguments: &[Expr], out: &mut String, indent: usize) {
    out.push_str(head);
    out.push('(');
    match arguments {
        [only] => only.write(out, indent),
        _ => write_lines(arguments, out, indent),
    }
    out.push(')');
}

fn write_lines(items: &[Expr], out: &mut String, indent: usize) {
    for item in items {
        new_line(out, indent + 4);
        item.write(out, indent + 4);
        out.push(',');
    }
    new_line(out, indent);
}

fn new_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
