//! Shapes of answers: written in place when used once, as a `const` when several answers share one.

use std::collections::BTreeMap;

use authsmith_protocol::provider::Provider;
use authsmith_protocol::shape::{Field, Shape};

use super::layout::Expr;
use super::names::Consts;
use crate::lower::NamedShape;

/// The shapes of named types, by the address of their fields: lowering makes each once, however often it is mentioned.
pub(super) struct Shapes<'s> {
    named: BTreeMap<usize, Named<'s>>,
}

struct Named<'s> {
    fields: &'s [Field<'s>],
    constant: &'s str,
    mentions: usize,
}

impl<'s> Shapes<'s> {
    pub(super) fn new(provider: &Provider<'s>, named: &[NamedShape<'s>], consts: &'s Consts) -> Self {
        let mut shapes = Self { named: BTreeMap::new() };
        for shape in named {
            if let Shape::Object(fields) = shape.shape
                && !fields.is_empty()
            {
                let constant = consts.shape(shape.name);
                shapes.named.insert(address(fields), Named { fields, constant, mentions: 0 });
            }
        }
        for operation in provider.all_operations() {
            shapes.count(&operation.answers().body_shape());
        }
        if let Some(id_token) = provider.id_tokens() {
            shapes.count(&id_token.claims_shape());
        }
        shapes
    }

    /// Counts how often each named shape is mentioned, looking into each but once.
    fn count(&mut self, shape: &Shape<'s>) {
        match shape {
            Shape::List(item) | Shape::Map(item) => self.count(item),
            Shape::Object(fields) => {
                let seen = self.named.get_mut(&address(fields)).map(|named| {
                    named.mentions += 1;
                    named.mentions > 1
                });
                if seen != Some(true) {
                    fields.iter().for_each(|field| self.count(&field.shape()));
                }
            }
            _ => {}
        }
    }

    /// The `const` items that several places share, in the order of their names.
    pub(super) fn shared(&self) -> impl Iterator<Item = (&'s str, Expr)> {
        let mut shared: Vec<&Named<'s>> = self.named.values().filter(|named| named.mentions > 1).collect();
        shared.sort_by_key(|named| named.constant);
        shared.into_iter().map(|named| (named.constant, self.object(named.fields))).collect::<Vec<_>>().into_iter()
    }

    /// A shape as an expression; `None` for any JSON, which nobody needs to say.
    pub(super) fn expr(&self, shape: &Shape<'s>) -> Option<Expr> {
        (*shape != Shape::Json).then(|| self.shape(shape))
    }

    fn shape(&self, shape: &Shape<'s>) -> Expr {
        match shape {
            Shape::Object(fields) => match self.named.get(&address(fields)) {
                Some(named) if named.mentions > 1 && !fields.is_empty() => Expr::text(named.constant),
                _ => self.object(fields),
            },
            Shape::List(item) => self.nested("Shape::List", item),
            Shape::Map(item) => self.nested("Shape::Map", item),
            Shape::Nothing => Expr::text("Shape::Nothing"),
            Shape::String => Expr::text("Shape::String"),
            Shape::Secret => Expr::text("Shape::Secret"),
            Shape::Integer => Expr::text("Shape::Integer"),
            Shape::Number => Expr::text("Shape::Number"),
            Shape::Boolean => Expr::text("Shape::Boolean"),
            Shape::Date => Expr::text("Shape::Date"),
            Shape::Timestamp => Expr::text("Shape::Timestamp"),
            Shape::Epoch => Expr::text("Shape::Epoch"),
            Shape::EpochMilliseconds => Expr::text("Shape::EpochMilliseconds"),
            Shape::BasicDate => Expr::text("Shape::BasicDate"),
            _ => Expr::text("Shape::Json"),
        }
    }

    fn nested(&self, head: &str, item: &Shape<'s>) -> Expr {
        Expr::call(head, vec![Expr::Reference(Box::new(self.shape(item)))])
    }

    fn object(&self, fields: &[Field<'s>]) -> Expr {
        let fields = fields.iter().map(|field| {
            let data = Expr::call("Field::new", vec![Expr::string(field.name()), self.shape(&field.shape())]);
            if field.is_optional() { data.method("optional", Vec::new()) } else { data }
        });
        Expr::call("Shape::Object", vec![Expr::lines(fields.collect())])
    }
}

fn address(fields: &[Field<'_>]) -> usize {
    fields.as_ptr().addr()
}
