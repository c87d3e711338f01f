//! Types: known, finite, used, and possible where they stand.

use super::names::expressions;
use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, nearest};
use crate::model::draft::Origins;
use crate::model::{Type, TypeDef, TypeKind};
use crate::parse::types::{FieldExpr, TypeExpr, TypeShape, WORDS, other_language};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    for expr in expressions(case) {
        known(case, expr, sink);
    }
    returned(case, sink);
    declared(case, sink);
    members(case, sink);
    hidden(case, sink);
    recursive(case, sink);
    unused(case, sink);
}

/// AS0602.
fn known(case: Case<'_>, expr: &TypeExpr, sink: &mut Sink) {
    match &expr.shape {
        TypeShape::List(item) => known(case, item, sink),
        TypeShape::Map { value, .. } => known(case, value, sink),
        TypeShape::Object(fields) => {
            fields.iter().filter_map(|field| field.ty.as_ref()).for_each(|ty| known(case, ty, sink))
        }
        TypeShape::Word(word) => {
            let types = case.spec.types.iter().map(|ty| ty.name.text.as_str());
            let declared: Vec<&str> = types.chain(case.spec.enums.iter().map(|ty| ty.name.text.as_str())).collect();
            if WORDS.contains(&word.text.as_str()) || declared.contains(&word.text.as_str()) {
                return;
            }
            let title = format!("there is no type `{}`", word.text);
            let finding =
                Diagnostic::new(&codes::UNKNOWN_TYPE, word.span, title).label("not declared under `types` or `enums`");
            let all = || {
                format!(
                    "types are {}",
                    crate::diagnostics::listed(WORDS.iter().copied().chain(declared.iter().copied()))
                )
            };
            let candidates = declared.iter().copied().chain(WORDS.iter().copied());
            sink.push(match other_language(&word.text) {
                Some(known) => {
                    let finding = finding.hint(format!("that is called `{known}` here"));
                    finding.instead(word.span, &word.text, known)
                }
                None if nearest(&word.text, candidates.clone()).is_none() => finding.hint(all()),
                None => finding.suggest((word.span, &word.text), "types", candidates),
            });
        }
    }
}

fn misplaced(expr: &TypeExpr, title: &str, hint: &str, sink: &mut Sink) {
    sink.push(Diagnostic::new(&codes::MISPLACED_TYPE, expr.span, title).label("can't stand here").hint(hint));
}

/// AS0605: an answer is there or the call has none.
fn returned(case: Case<'_>, sink: &mut Sink) {
    let returns = case.spec.calls.iter().filter_map(|call| call.returns.as_ref());
    for expr in returns.filter(|expr| expr.optional) {
        misplaced(expr, "an answer can't be optional as a whole", "remove the `?`, or say `json`", sink);
    }
    for expr in expressions(case) {
        inner(expr, sink);
        let whole = case.spec.calls.iter().filter_map(|call| call.returns.as_ref()).any(|it| std::ptr::eq(it, expr));
        // Where a file can stand among the inputs of a grant or call is a matter of its request.
        if !(is_file(expr) && is_input(case, expr)) {
            bodies(expr, whole, sink);
        }
    }
}

fn is_file(expr: &TypeExpr) -> bool {
    matches!(&expr.shape, TypeShape::Word(word) if word.text == "file")
}

fn is_input(case: Case<'_>, expr: &TypeExpr) -> bool {
    let mut inputs = case.operations().flat_map(|operation| &operation.written.inputs);
    inputs.any(|input| input.ty.as_ref().is_some_and(|ty| std::ptr::eq(ty, expr)))
}

/// AS0605: `text` and `bytes` are whole answers, and a `file` is a whole input.
fn bodies(expr: &TypeExpr, whole: bool, sink: &mut Sink) {
    match &expr.shape {
        TypeShape::Word(word) if !whole && matches!(word.text.as_str(), "text" | "bytes") => {
            let title = format!("`{}` is the answer of a call as a whole", word.text);
            misplaced(expr, &title, "text in JSON is a `string`", sink);
        }
        TypeShape::Word(word) if word.text == "file" => {
            misplaced(expr, "a `file` is an input of its own", "an answer of bytes is `returns: bytes`", sink);
        }
        TypeShape::Word(_) => {}
        TypeShape::List(item) => bodies(item, false, sink),
        TypeShape::Map { value, .. } => bodies(value, false, sink),
        TypeShape::Object(fields) => {
            fields.iter().filter_map(|field| field.ty.as_ref()).for_each(|ty| bodies(ty, false, sink))
        }
    }
}

/// AS0605: what a list or map contains is neither optional nor nothing.
fn inner(expr: &TypeExpr, sink: &mut Sink) {
    let inside = match &expr.shape {
        TypeShape::List(item) => item,
        TypeShape::Map { value, .. } => value,
        TypeShape::Object(fields) => {
            return fields.iter().filter_map(|field| field.ty.as_ref()).for_each(|ty| inner(ty, sink));
        }
        TypeShape::Word(_) => return,
    };
    if inside.optional {
        misplaced(
            inside,
            "what a list or map contains can't be optional",
            "say `json` for values that may be null",
            sink,
        );
    }
    if is_nothing(inside) {
        misplaced(inside, "a list or map contains something", "say `json` for any value", sink);
    }
    inner(inside, sink);
}

fn is_nothing(expr: &TypeExpr) -> bool {
    matches!(&expr.shape, TypeShape::Word(word) if word.text == "nothing")
}

/// AS0605: what stands under `types` is an object. AS0607.
fn declared(case: Case<'_>, sink: &mut Sink) {
    for ty in &case.spec.types {
        let Some(expr) = &ty.ty else { continue };
        if expr.optional || !matches!(expr.shape, TypeShape::Object(_)) {
            let hint = "write the fields: `{ field: type }`; lists, maps and words need no name";
            misplaced(expr, &format!("the type `{}` is not an object", ty.name.text), hint, sink);
        }
    }
    let settings = case
        .spec
        .settings
        .iter()
        .filter(|setting| setting.allowed_written)
        .map(|setting| (&setting.name, &setting.allowed));
    for (name, words) in case.spec.enums.iter().map(|ty| (&ty.name, &ty.words)).chain(settings) {
        if words.is_empty() {
            let title = format!("the enum of `{}` has no words", name.text);
            let finding = Diagnostic::new(&codes::EMPTY_ENUM, name.span, title).label("empty");
            sink.push(finding.hint("list the words that are known, or use `string`"));
        }
    }
}

/// AS0605: fields and inputs hold something.
fn members(case: Case<'_>, sink: &mut Sink) {
    let fields = super::names::objects(case).into_iter().flatten().filter_map(|field: &FieldExpr| field.ty.as_ref());
    let inputs = case.operations().flat_map(|operation| &operation.written.inputs);
    let inputs =
        inputs.chain(case.spec.widgets.iter().flat_map(|widget| &widget.options)).filter_map(|input| input.ty.as_ref());
    for expr in fields.chain(inputs).filter(|expr| is_nothing(expr)) {
        misplaced(expr, "`nothing` is only the answer of a call", "leave the member out, or say `json?`", sink);
    }
}

/// AS0605: a secret is sent by itself. Inside lists and objects nothing would know it for one, and it would be kept and
/// shown with the rest.
fn hidden(case: Case<'_>, sink: &mut Sink) {
    let defs = &case.draft.provider.types;
    let operations = case.operations().flat_map(|operation| {
        operation.written.inputs.iter().map(move |written| (written, operation.request.inputs.as_slice()))
    });
    let sent = operations.filter_map(|(written, inputs)| {
        let input = inputs.iter().find(|input| input.name.wire == written.name.text)?;
        (input.ty != Type::Secret && holds_secret(&input.ty, defs)).then_some(written)
    });
    let widgets = case.spec.widgets.iter().zip(&case.draft.provider.widgets);
    let options = widgets.flat_map(|(written, widget)| written.options.iter().zip(&widget.options));
    let options = options.filter(|(_, option)| holds_secret(&option.ty, defs)).map(|(written, _)| written);
    for expr in sent.chain(options).filter_map(|written| written.ty.as_ref()) {
        let hint = "make the secret an input of its own";
        misplaced(expr, "a secret can't stand inside what is sent", hint, sink);
    }
}

/// Whether a type is a secret or has one in it.
fn holds_secret(ty: &Type, defs: &[TypeDef]) -> bool {
    let mut open = vec![ty];
    let mut seen: Vec<&str> = Vec::new();
    while let Some(ty) = open.pop() {
        match ty {
            Type::Secret => return true,
            Type::List(item) => open.push(item),
            Type::Map { value, .. } => open.push(value),
            Type::Named(name) if !seen.contains(&name.as_str()) => {
                seen.push(name);
                open.extend(defs.iter().filter(|def| def.name == *name).flat_map(|def| match &def.kind {
                    TypeKind::Object(fields) => fields.iter().map(|field| &field.ty).collect(),
                    TypeKind::Enum(_) => Vec::new(),
                }));
            }
            _ => {}
        }
    }
    false
}

/// AS0603.
fn recursive(case: Case<'_>, sink: &mut Sink) {
    let defs = &case.draft.provider.types;
    let mut reported: Vec<&str> = Vec::new();
    for (def, origin) in defs.iter().zip(&case.draft.types) {
        let Some(path) = cycle(def, defs).filter(|_| !reported.contains(&def.name.as_str())) else { continue };
        let title = format!("the type `{}` contains itself: {}", def.name, path.join(" -> "));
        let finding = Diagnostic::new(&codes::RECURSIVE, origin.span, title).label("contains itself");
        sink.push(finding.hint("give the innermost field the type `json`"));
        reported.extend(path);
    }
}

/// The way from a type back to itself.
fn cycle<'a>(start: &'a TypeDef, defs: &'a [TypeDef]) -> Option<Vec<&'a str>> {
    let mut seen: Vec<&str> = Vec::new();
    let mut open: Vec<Vec<&str>> = vec![vec![&start.name]];
    while let Some(path) = open.pop() {
        let last = path.last().copied().unwrap_or_default();
        for next in defs.iter().filter(|def| def.name == last).flat_map(mentioned) {
            let mut longer = path.clone();
            longer.push(next);
            if next == start.name {
                return Some(longer);
            }
            if !seen.contains(&next) {
                seen.push(next);
                open.push(longer);
            }
        }
    }
    None
}

/// The named types that a type mentions.
fn mentioned(def: &TypeDef) -> Vec<&str> {
    let TypeKind::Object(fields) = &def.kind else { return Vec::new() };
    let mut names = Vec::new();
    for field in fields {
        let mut ty = &field.ty;
        loop {
            match ty {
                Type::List(item) => ty = item,
                Type::Map { value, .. } => ty = value,
                Type::Named(name) => break names.push(name.as_str()),
                _ => break,
            }
        }
    }
    names
}

/// AS0604.
fn unused(case: Case<'_>, sink: &mut Sink) {
    let defs = case.draft.provider.types.iter().zip(&case.draft.types);
    for (def, origin) in defs.filter(|(def, _)| !def.sent && !def.received) {
        if origin.how == Origins::Declared {
            let title = format!("the type `{}` is not used", def.name);
            let finding = Diagnostic::new(&codes::UNUSED_TYPE, origin.span, title).label("nothing has this type");
            sink.push(finding.hint("remove it, or name it where it belongs"));
        }
    }
}
