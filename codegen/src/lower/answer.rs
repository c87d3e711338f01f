//! Answers: their shape, the tokens in them, and how a refusal reads.

use authsmith_protocol::operation::{Answer, Expiry, Failure, Issued, Refusals};
use authsmith_protocol::shape::{Field, Shape};
use bumpalo::collections::Vec as ArenaVec;

use super::{Lowering, NamedShape};
use crate::model::{self, Type, TypeKind, Yields};

impl<'a> Lowering<'a> {
    pub(super) fn grant_answer(self, grant: &'a model::Grant) -> Answer<'a> {
        let answer =
            if grant.fields.is_empty() { Answer::json() } else { Answer::json().shape(self.object(&grant.fields)) };
        match &grant.yields {
            Yields::Tokens(issued) => answer.tokens(self.all(issued, issued_token)),
            Yields::Code(at) => answer.code(at),
        }
    }

    pub(super) fn call_answer(self, call: &'a model::Call) -> Answer<'a> {
        Answer::json().shape(self.shape(&call.returns))
    }

    pub(super) fn refusals(self, failures: &'a [model::Failure]) -> Refusals<'a> {
        let provider = self.provider;
        Refusals::rfc().code(&provider.error_code).text(&provider.error_text).failures(self.all(failures, failure))
    }

    fn shape(self, ty: &'a Type) -> Shape<'a> {
        match ty {
            Type::String => Shape::String,
            Type::Secret => Shape::Secret,
            Type::Integer => Shape::Integer,
            Type::Number => Shape::Number,
            Type::Boolean => Shape::Boolean,
            Type::Json => Shape::Json,
            Type::Date => Shape::Date,
            Type::Timestamp => Shape::Timestamp,
            Type::Epoch | Type::EpochMillis => Shape::Integer,
            Type::CompactDate | Type::Text => Shape::String,
            Type::Bytes | Type::Nothing => Shape::Nothing,
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

fn issued_token(issued: &model::Issued) -> Issued<'_> {
    let data = Issued::new(&issued.kind, &issued.at).expires(expiry(&issued.expiry));
    match &issued.refresh {
        Some(at) => data.refresh(at, expiry(&issued.refresh_expiry)),
        None => data,
    }
}

fn expiry(expiry: &model::Expiry) -> Expiry<'_> {
    let data = match &expiry.field {
        Some((at, unit)) => Expiry::field(at, *unit),
        None => Expiry::unknown(),
    };
    match expiry.lifetime {
        Some(seconds) => data.or_seconds(seconds),
        None => data,
    }
}

fn failure(failure: &model::Failure) -> Failure<'_> {
    let mut data = Failure::new(&failure.name.wire);
    if let Some(status) = failure.status {
        data = data.status(status);
    }
    match &failure.code {
        Some(code) => data.code(code),
        None => data,
    }
}
