//! Samples: the sandbox answers with them, so they must be what the types say.

use serde_json::Value;

use super::{Case, codes};
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::model::{Field, Type, TypeDef, TypeKind, Yields};
use crate::parse::node::Node;
use crate::parse::spec;

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    let provider = &case.draft.provider;
    let mut judge = Judge { types: &provider.types, sink };
    for (written, grant) in case.spec.grants.iter().zip(&provider.grants) {
        judge.inputs(&written.request.inputs, &grant.request.inputs);
        let (Some(node), Some(sample)) = (&written.request.sample, &grant.sample) else { continue };
        if sample.is_object() || !grant.fields.is_empty() {
            judge.object(node, sample, &grant.fields);
        }
        let places: Vec<&str> = match &grant.yields {
            // Where there are alternatives, a sample shows one of them.
            Yields::Tokens(issued) => {
                issued.iter().filter(|i| i.or.is_empty() && !i.optional).map(|i| i.at.as_str()).collect()
            }
            Yields::Code(at) => vec![at],
        };
        let in_body = |at: &&str| at.starts_with('/') && sample.is_object();
        for at in places.into_iter().filter(in_body).filter(|at| !matches!(sample.pointer(at), Some(Value::String(_))))
        {
            judge.report(node.span, format!("has no text at `{at}`, where the grant's yield stands"));
        }
    }
    for (written, call) in case.spec.calls.iter().zip(&provider.calls) {
        judge.inputs(&written.request.inputs, &call.request.inputs);
        if let (Some(node), Some(sample)) = (&written.request.sample, &call.sample) {
            judge.value(node, sample, &call.returns);
        }
    }
    for (written, widget) in case.spec.widgets.iter().zip(&provider.widgets) {
        judge.inputs(&written.options, &widget.options);
    }
}

/// Compares values with types.
struct Judge<'a> {
    types: &'a [TypeDef],
    sink: &'a mut Sink,
}

impl Judge<'_> {
    fn report(&mut self, span: Span, why: String) {
        let finding =
            Diagnostic::new(&codes::SAMPLE, span, format!("the sample {why}")).label("doesn't match its type");
        self.sink.push(finding.hint("copy what the vendor's page shows, or change the type"));
    }

    fn inputs(&mut self, written: &[spec::Input], inputs: &[crate::model::Input]) {
        for input in inputs {
            let node =
                written.iter().find(|written| written.name.text == input.name.wire).and_then(|w| w.sample.as_ref());
            if let (Some(node), Some(sample)) = (node, &input.sample) {
                self.value(node, sample, &input.ty);
            }
        }
    }

    fn value(&mut self, node: &Node, value: &Value, ty: &Type) {
        if node.is_broken() {
            return;
        }
        let good = match (ty, value) {
            (Type::Json | Type::Nothing, _) => true,
            (Type::String | Type::Secret | Type::Text | Type::Bytes, Value::String(_)) => true,
            (Type::Epoch | Type::EpochMillis, Value::Number(number)) => number.as_i64().is_some(),
            (Type::CompactDate, Value::String(text)) => text.len() == 8 && text.chars().all(|c| c.is_ascii_digit()),
            (Type::Integer, Value::Number(number)) => number.as_i64().is_some(),
            (Type::Integer, Value::String(text)) => text.parse::<i64>().is_ok(),
            (Type::Number, Value::Number(_)) => true,
            (Type::Number, Value::String(text)) => text.parse::<f64>().is_ok_and(f64::is_finite),
            (Type::Boolean, Value::Bool(_)) => true,
            (Type::Boolean, Value::String(text)) => matches!(text.as_str(), "true" | "false"),
            (Type::Date, Value::String(text)) => is_date(text),
            (Type::Timestamp, Value::String(text)) => is_timestamp(text),
            (Type::List(item), Value::Array(values)) => {
                node.items().iter().zip(values).for_each(|(node, value)| self.value(node, value, item));
                true
            }
            (Type::Map { key, value: ty }, Value::Object(_)) => return self.map(node, value, key, ty),
            (Type::Named(name), _) => return self.named(node, value, name),
            _ => false,
        };
        if !good {
            self.report(node.span, format!("is {}, not {}", describe_value(value), describe(ty)));
        }
    }

    fn named(&mut self, node: &Node, value: &Value, name: &str) {
        let Some(def) = self.types.iter().find(|def| def.name == name) else { return };
        match (&def.kind, value) {
            (TypeKind::Object(fields), _) => self.object(node, value, fields),
            (TypeKind::Enum(_), Value::String(_)) => {}
            (TypeKind::Enum(_), _) => {
                self.report(node.span, format!("is {}, not a word of `{name}`", describe_value(value)))
            }
        }
    }

    fn object(&mut self, node: &Node, value: &Value, fields: &[Field]) {
        let Value::Object(members) = value else {
            return self.report(node.span, format!("is {}, not an object", describe_value(value)));
        };
        for field in fields {
            let member = members.get(&field.name.wire).filter(|value| !(value.is_null() && field.optional));
            match (node.entry(&field.name.wire), member) {
                (Some(entry), Some(value)) => self.value(&entry.value, value, &field.ty),
                _ if field.optional => {}
                _ => self.report(node.span, format!("lacks the field `{}`", field.name.wire)),
            }
        }
    }

    fn map(&mut self, node: &Node, value: &Value, key: &Type, ty: &Type) {
        for entry in node.entries() {
            if *key == Type::Date && !is_date(&entry.key.text) {
                self.report(entry.key.span, format!("has the key `{}`, which is no date", entry.key.text));
            }
            if let Some(value) = value.get(&entry.key.text) {
                self.value(&entry.value, value, ty);
            }
        }
    }
}

fn describe_value(value: &Value) -> String {
    match value {
        Value::String(text) if text.chars().count() <= 40 => format!("`{text}`"),
        Value::String(_) => "text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
    }
}

fn describe(ty: &Type) -> &'static str {
    match ty {
        Type::String | Type::Secret | Type::Text => "text",
        Type::Bytes => "bytes",
        Type::File => "a file",
        Type::Epoch => "seconds since 1970",
        Type::EpochMillis => "milliseconds since 1970",
        Type::CompactDate => "a date (YYYYMMDD)",
        Type::Integer => "a whole number",
        Type::Number => "a number",
        Type::Boolean => "a boolean",
        Type::Json => "JSON",
        Type::Date => "a date (YYYY-MM-DD)",
        Type::Timestamp => "a moment (RFC 3339)",
        Type::Nothing => "nothing",
        Type::List(_) => "a list",
        Type::Map { .. } | Type::Named(_) => "an object",
    }
}

/// `YYYY-MM-DD`, and a day that exists.
fn is_date(text: &str) -> bool {
    let number = |part: Option<&str>, length: usize| {
        part.filter(|part| part.len() == length && part.chars().all(|c| c.is_ascii_digit()))
            .and_then(|part| part.parse::<u32>().ok())
    };
    let mut parts = text.split('-');
    let (year, month, day) = (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// RFC 3339: a date, `T`, a time to the second or finer, and an offset.
fn is_timestamp(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else { return false };
    let offset = rest.find(['Z', 'z', '+', '-']);
    let Some((time, offset)) = offset.and_then(|at| rest.split_at_checked(at)) else { return false };
    let clock = |text: &str, parts: usize| {
        let fields: Vec<&str> = text.split(':').collect();
        let limits = [23, 59, 60];
        let good = |(field, limit): (&&str, &u32)| field.len() == 2 && field.parse::<u32>().is_ok_and(|n| n <= *limit);
        fields.len() == parts && fields.iter().zip(&limits).all(good)
    };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let fraction = !fraction.is_empty() && fraction.chars().all(|c| c.is_ascii_digit());
    let offset = matches!(offset, "Z" | "z") || offset.get(1..).is_some_and(|offset| clock(offset, 2));
    is_date(date) && clock(whole, 3) && fraction && offset
}
