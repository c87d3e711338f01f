//! Answers: their shape, the tokens in them, and how a refusal reads.

use authsmith_protocol::operation::{Answer, AnswerFormat, Check, Expiry, Failure, Issued, Limited, Refusals, Wait};
use authsmith_protocol::shape::{Field, Shape};
use bumpalo::collections::Vec as ArenaVec;

use super::{Lowering, NamedShape};
use crate::model::{self, Due, Type, TypeKind, Yields};

impl<'a> Lowering<'a> {
    pub(super) fn grant_answer(self, grant: &'a model::Grant) -> Answer<'a> {
        let mut answer = Answer::json()
            .format(format(grant.answers))
            .keep(self.kept(&grant.keep))
            .succeeds(self.all(&grant.succeeds, |check| self.check(check)))
            .statuses(self.all(&grant.success_status, |status| *status));
        if !grant.fields.is_empty() {
            answer = answer.shape(self.object(&grant.fields));
        }
        match &grant.id_token {
            Some(place) if place.due => answer = answer.id_token_due(self.texts(&place.at)),
            Some(place) => answer = answer.id_token(self.texts(&place.at)),
            None => {}
        }
        match &grant.yields {
            // The token that is there lives on: the answer needs none.
            Yields::Tokens(_) if self.extends(grant) => answer,
            Yields::Tokens(issued) => answer.tokens(self.all(issued, |issued| self.issued_token(issued))),
            Yields::Code(at) => answer.code(at),
        }
    }

    /// The device code is the code of the answer.
    pub(super) fn device_answer(self, device: &'a model::Device) -> Answer<'a> {
        let answer = Answer::json()
            .succeeds(self.all(&device.succeeds, |check| self.check(check)))
            .statuses(self.all(&device.success_status, |status| *status));
        match device.answer.device_code.as_slice() {
            [first, or @ ..] => answer.code(first).or_code(self.texts(or)),
            [] => answer,
        }
    }

    fn extends(self, grant: &model::Grant) -> bool {
        let by = |renew: &model::Renew| matches!(renew, model::Renew::Extend(name) if *name == grant.name.wire);
        self.provider.tokens.iter().any(|kind| by(&kind.renew))
    }

    pub(super) fn call_answer(self, call: &'a model::Call) -> Answer<'a> {
        let answer = Answer::json()
            .succeeds(self.all(&call.succeeds, |check| self.check(check)))
            .statuses(self.all(&call.success_status, |status| *status));
        match call.returns {
            Type::Text => answer.format(AnswerFormat::Text).shape(Shape::String),
            Type::Bytes => answer.format(AnswerFormat::Bytes),
            _ => answer.shape(self.shape(&call.returns)),
        }
    }

    /// How a refusal of tokens reads.
    pub(super) fn grant_refusals(self, failures: &'a [model::Failure]) -> Refusals<'a> {
        let codes = &self.provider.codes;
        self.refusals(failures)
            .terminal(self.texts(&codes.terminal))
            .transient(self.texts(&codes.transient))
            .config(self.texts(&codes.config))
    }

    pub(super) fn refusals(self, failures: &'a [model::Failure]) -> Refusals<'a> {
        let provider = self.provider;
        let data = Refusals::rfc()
            .code(&provider.error_code)
            .or_code(self.texts(&provider.error_code_or))
            .text(&provider.error_text)
            .or_text(self.texts(&provider.error_text_or))
            .waits(self.all(&provider.waits, wait))
            .failures(self.all(failures, failure));
        match &provider.limited {
            Some(limited) => data.limited(self.limited(limited)),
            None => data,
        }
    }

    fn limited(self, limited: &'a model::Limited) -> Limited<'a> {
        let statuses = self.all(&limited.statuses, |status| *status);
        let data = Limited::new().statuses(statuses).codes(self.texts(&limited.codes));
        match &limited.remaining {
            Some(header) => data.remaining(header),
            None => data,
        }
    }

    fn check(self, check: &'a model::Check) -> Check<'a> {
        match &check.due {
            Due::OneOf(texts) => match texts.as_slice() {
                [one] => Check::equals(&check.at, one),
                texts => Check::one_of(&check.at, self.texts(texts)),
            },
            Due::Absent => Check::absent(&check.at),
        }
    }

    fn expiry(self, expiry: &'a model::Expiry) -> Expiry<'a> {
        let data = match expiry.fields.as_slice() {
            [(at, unit), others @ ..] => {
                Expiry::field(at, *unit).or_fields(self.all(others, |(at, unit)| (at.as_str(), *unit)))
            }
            [] => Expiry::unknown(),
        };
        match expiry.lifetime {
            Some(seconds) => data.or_seconds(seconds),
            None => data,
        }
    }

    fn issued_token(self, issued: &'a model::Issued) -> Issued<'a> {
        let data =
            Issued::new(&issued.kind, &issued.at).or(self.texts(&issued.or)).expires(self.expiry(&issued.expiry));
        let data = if issued.optional { data.optional() } else { data };
        match &issued.refresh {
            Some(at) => {
                data.refresh(at, self.expiry(&issued.refresh_expiry)).or_refresh(self.texts(&issued.refresh_or))
            }
            None => data,
        }
    }

    pub(super) fn shape(self, ty: &'a Type) -> Shape<'a> {
        match ty {
            Type::String => Shape::String,
            Type::Secret => Shape::Secret,
            Type::Integer => Shape::Integer,
            Type::Number => Shape::Number,
            Type::Boolean => Shape::Boolean,
            Type::Json => Shape::Json,
            Type::Date => Shape::Date,
            Type::Timestamp => Shape::Timestamp,
            Type::Epoch => Shape::Epoch,
            Type::EpochMillis => Shape::EpochMilliseconds,
            Type::CompactDate => Shape::BasicDate,
            Type::Text => Shape::String,
            // A file is only sent.
            Type::Bytes | Type::File => Shape::Json,
            Type::Nothing => Shape::Nothing,
            Type::List(item) => Shape::List(self.arena.alloc(self.shape(item))),
            Type::Map { value, .. } => Shape::Map(self.arena.alloc(self.shape(value))),
            Type::Named(name) => self.named(name),
        }
    }

    fn named(self, name: &'a str) -> Shape<'a> {
        let shapes = self.shapes.borrow();
        if let Some(known) = shapes.done.iter().find(|shape| shape.name == name) {
            return known.shape;
        }
        // A type that holds itself has no finite shape; inside itself, only the generated type checks it.
        if shapes.open.contains(&name) {
            return Shape::Json;
        }
        drop(shapes);
        match self.provider.types.iter().find(|def| def.name == name).map(|def| &def.kind) {
            Some(TypeKind::Object(fields)) => {
                self.shapes.borrow_mut().open.push(name);
                let shape = self.object(fields);
                let mut shapes = self.shapes.borrow_mut();
                shapes.open.pop();
                shapes.done.push(NamedShape { name, shape });
                shape
            }
            Some(TypeKind::Enum(_)) => Shape::String,
            None => Shape::Json,
        }
    }

    fn object(self, fields: &'a [model::Field]) -> Shape<'a> {
        let mut lowered = ArenaVec::with_capacity_in(fields.len(), self.arena);
        for field in fields {
            let data = Field::new(&field.name.wire, self.shape(&field.ty));
            lowered.push(if field.optional { data.optional() } else { data });
        }
        Shape::Object(lowered.into_bump_slice())
    }
}

/// An answer that nobody looks into.
pub(super) const fn nothing<'a>() -> Answer<'a> {
    Answer::json().shape(Shape::Nothing)
}

fn format(format: model::AnswerFormat) -> AnswerFormat {
    match format {
        model::AnswerFormat::Json => AnswerFormat::Json,
        model::AnswerFormat::Form => AnswerFormat::Form,
        model::AnswerFormat::Text => AnswerFormat::Text,
        model::AnswerFormat::Xml => AnswerFormat::Xml,
    }
}

fn wait(wait: &model::Wait) -> Wait<'_> {
    let mut data = Wait::new(&wait.at, wait.unit);
    if let Some(text) = &wait.after {
        data = data.after(text);
    }
    match &wait.before {
        Some(text) => data.before(text),
        None => data,
    }
}

fn failure(failure: &model::Failure) -> Failure<'_> {
    let mut data = Failure::new(&failure.name.wire);
    if let Some(status) = failure.status {
        data = data.status(status);
    }
    if let Some(code) = &failure.code {
        data = data.code(code);
    }
    match failure.means {
        Some(meaning) => data.means(meaning),
        None => data,
    }
}
