//! Texts that are sent as they are: in them nothing but the spec keeps a value in its place.

use super::{Case, Operation, codes};
use crate::diagnostics::{Diagnostic, Sink};
use crate::model::{Format, Type};
use crate::parse::functions::escapes;
use crate::parse::node::Text;
use crate::parse::spec::{BodyExpr, Encoding};
use crate::parse::template::Part;

/// AS0414.
pub(super) fn check(case: Case<'_>, operation: Operation<'_>, sink: &mut Sink) {
    let (Some(Encoding::Text), Some(body)) = (&operation.written.encoding, &operation.written.body) else { return };
    let BodyExpr::Template(text) = &body.root else { return };
    for name in text.parts.iter().flat_map(bare).filter(|name| !is_plain(case, operation, &name.text)) {
        let title = format!("the value of `{}` is put into the body as it is, whatever signs it has", name.text);
        let finding = Diagnostic::new(&codes::UNESCAPED, name.span, title).label("can leave its place");
        let name = &name.text;
        sink.push(finding.hint(format!(
            "`<{name} | json>` is a string in quotes, for JSON and GraphQL; `<{name} | raw>` says that nothing is escaped"
        )));
    }
}

/// The variables of a placeholder that end in it without a function that escapes them.
fn bare(part: &Part) -> Vec<&Text> {
    match part {
        Part::Text(_) => Vec::new(),
        Part::Variable(name) => vec![name],
        Part::Alternatives(list) => {
            let open = list.iter().filter(|one| !one.calls.last().is_some_and(|call| escapes(&call.name.text)));
            open.map(|one| &one.variable).collect()
        }
    }
}

/// Whether no value of the variable has a sign that could mean something: a number, a moment, one of the spec's own words.
fn is_plain(case: Case<'_>, operation: Operation<'_>, name: &str) -> bool {
    let input = operation.request.inputs.iter().find(|input| input.name.wire == name);
    let setting = case.spec.settings.iter().find(|setting| setting.name.text == name);
    match (input, setting) {
        (Some(input), _) => matches!(
            input.ty,
            Type::Integer
                | Type::Number
                | Type::Boolean
                | Type::Date
                | Type::Timestamp
                | Type::Epoch
                | Type::EpochMillis
                | Type::CompactDate
        ),
        (None, Some(setting)) => {
            !setting.allowed.is_empty() || matches!(setting.format, Some(Format::Uuid | Format::Hostname))
        }
        (None, None) => false,
    }
}
