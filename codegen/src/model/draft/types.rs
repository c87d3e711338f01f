//! Type expressions to types with names.

use super::plain;
use crate::diagnostics::Span;
use crate::model::{Field, Input, Name, Provider, Type, TypeDef, TypeKind};
use crate::parse::spec::{self, Spec};
use crate::parse::types::{FieldExpr, TypeExpr, TypeShape};

/// The field that a struct which is read keeps unknown members in.
pub(crate) const EXTRA: &str = "extra";
/// What a struct's own methods are called.
const FIELD_TAKEN: &[&str] = &[EXTRA];
/// What generated methods call their own values and arguments, and what the builder of a call and a widget have besides
/// setters.
const INPUT_TAKEN: &[&str] = &["clone", "configure", "html", "scopes", "send", "tokens", "widget"];

/// Where a named type came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub span: Span,
    pub how: Origins,
}

/// How a type got its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    /// It stands under `types` or `enums`.
    Declared,
    /// It is written in place, and named after that place.
    InPlace,
}

/// The types found so far.
pub(super) struct Book<'s> {
    spec: &'s Spec,
    found: Vec<(TypeDef, Origin)>,
}

impl<'s> Book<'s> {
    /// A book with the declared types and enums.
    pub(super) fn new(spec: &'s Spec) -> Self {
        let mut book = Self { spec, found: Vec::new() };
        for written in &spec.types {
            let name = Name::new(&written.name.text).camel;
            let at = book.reserve(&name, written.name.span, Origins::Declared);
            let fields = match written.ty.as_ref().map(|ty| &ty.shape) {
                Some(TypeShape::Object(fields)) => book.fields(fields, &name),
                _ => Vec::new(),
            };
            book.fill(at, TypeKind::Object(fields));
        }
        for written in &spec.enums {
            let name = Name::new(&written.name.text).camel;
            let at = book.reserve(&name, written.name.span, Origins::Declared);
            book.fill(at, TypeKind::Enum(written.words.iter().map(|word| Name::new(&word.text)).collect()));
        }
        book
    }

    /// The types and their origins.
    pub(super) fn finish(self) -> (Vec<TypeDef>, Vec<Origin>) {
        self.found.into_iter().unzip()
    }

    /// Takes the place of a type before those that it contains.
    fn reserve(&mut self, name: &str, span: Span, how: Origins) -> usize {
        let kind = TypeKind::Object(Vec::new());
        let def = TypeDef { name: name.to_owned(), about: None, kind, sent: false, received: false };
        self.found.push((def, Origin { span, how }));
        self.found.len() - 1
    }

    fn fill(&mut self, at: usize, kind: TypeKind) {
        if let Some((def, _)) = self.found.get_mut(at) {
            def.kind = kind;
        }
    }

    /// The type of an expression; an object written in place is named `place`.
    pub(super) fn ty(&mut self, expr: &TypeExpr, place: &str) -> Type {
        match &expr.shape {
            TypeShape::Word(word) => self.word(&word.text),
            TypeShape::List(item) => Type::List(Box::new(self.ty(item, &inner(item, place, "Item")))),
            TypeShape::Map { by_date, value } => {
                let key = if *by_date { Type::Date } else { Type::String };
                let value = self.ty(value, &inner(value, place, "Value"));
                Type::Map { key: Box::new(key), value: Box::new(value) }
            }
            TypeShape::Object(fields) => {
                let at = self.reserve(place, expr.span, Origins::InPlace);
                let fields = self.fields(fields, place);
                self.fill(at, TypeKind::Object(fields));
                Type::Named(place.to_owned())
            }
        }
    }

    fn word(&self, word: &str) -> Type {
        match word {
            "string" => Type::String,
            "secret" => Type::Secret,
            "integer" => Type::Integer,
            "number" => Type::Number,
            "boolean" => Type::Boolean,
            "json" => Type::Json,
            "date" => Type::Date,
            "timestamp" => Type::Timestamp,
            "epoch" => Type::Epoch,
            "epoch_ms" => Type::EpochMillis,
            "yyyymmdd" => Type::CompactDate,
            "text" => Type::Text,
            "bytes" => Type::Bytes,
            "file" => Type::File,
            "nothing" => Type::Nothing,
            _ => {
                let declared = self.spec.types.iter().map(|ty| &ty.name).chain(self.spec.enums.iter().map(|e| &e.name));
                let known = declared.into_iter().any(|name| name.text == word);
                if known { Type::Named(Name::new(word).camel) } else { Type::Json }
            }
        }
    }

    /// An object that is written in place, of which the spec says nothing itself.
    pub(super) fn object(&mut self, fields: &[FieldExpr], name: &str, about: &str, span: Span) -> Type {
        let at = self.reserve(name, span, Origins::InPlace);
        let fields = self.fields(fields, name);
        self.fill(at, TypeKind::Object(fields));
        if let Some((def, _)) = self.found.get_mut(at) {
            def.about = Some(about.to_owned());
        }
        Type::Named(name.to_owned())
    }

    /// The fields of the object at `place`.
    pub(super) fn fields(&mut self, fields: &[FieldExpr], place: &str) -> Vec<Field> {
        let field = |field: &FieldExpr| {
            let name = Name::avoiding(&field.name.text, FIELD_TAKEN);
            let place = format!("{place}{}", name.camel);
            Field {
                ty: field.ty.as_ref().map_or(Type::Json, |ty| self.ty(ty, &place)),
                optional: field.ty.as_ref().is_some_and(|ty| ty.optional),
                about: plain(&field.about),
                name,
            }
        };
        fields.iter().map(field).collect()
    }

    /// The inputs of the operation (or options of the widget) called `place`.
    pub(super) fn inputs(&mut self, inputs: &[spec::Input], place: &str) -> Vec<Input> {
        let input = |input: &spec::Input| {
            let name = Name::avoiding(&input.name.text, INPUT_TAKEN);
            let place = format!("{place}{}", name.camel);
            Input {
                ty: input.ty.as_ref().map_or(Type::Json, |ty| self.ty(ty, &place)),
                optional: input.ty.as_ref().is_some_and(|ty| ty.optional),
                about: plain(&input.about),
                sample: None,
                name,
            }
        };
        inputs.iter().map(input).collect()
    }
}

/// The place of what a list or map contains.
fn inner(item: &TypeExpr, place: &str, suffix: &str) -> String {
    match item.shape {
        TypeShape::Object(_) => format!("{place}{suffix}"),
        _ => place.to_owned(),
    }
}

/// Marks what inputs send and what answers and events bring.
pub(super) fn mark_uses(provider: &mut Provider) {
    let mut sent: Vec<&Type> = Vec::new();
    let mut received: Vec<&Type> = Vec::new();
    let authorize = provider.authorize.iter().flat_map(|authorize| &authorize.request.inputs);
    sent.extend(authorize.map(|input| &input.ty));
    let device = provider.device.iter().flat_map(|device| &device.request.inputs);
    sent.extend(device.map(|input| &input.ty));
    for grant in &provider.grants {
        sent.extend(grant.request.inputs.iter().map(|input| &input.ty));
        received.extend(grant.fields.iter().map(|field| &field.ty));
    }
    for call in &provider.calls {
        sent.extend(call.request.inputs.iter().map(|input| &input.ty));
        received.push(&call.returns);
    }
    received.extend(provider.id_token.iter().filter_map(|id_token| id_token.claims.as_ref()));
    let events: Vec<Type> = provider
        .widgets
        .iter()
        .flat_map(|widget| widget.events.iter().map(|event| Type::Named(event.payload.clone())))
        .collect();
    sent.extend(provider.widgets.iter().flat_map(|widget| widget.options.iter().map(|option| &option.ty)));
    received.extend(events.iter());
    let sent = reach(sent, &provider.types);
    let received = reach(received, &provider.types);
    for (at, def) in provider.types.iter_mut().enumerate() {
        def.sent = sent.get(at).copied().unwrap_or_default();
        def.received = received.get(at).copied().unwrap_or_default();
    }
}

/// Which of `defs` the types name, directly or through others.
fn reach(from: Vec<&Type>, defs: &[TypeDef]) -> Vec<bool> {
    let mut reached = vec![false; defs.len()];
    let mut open: Vec<&Type> = from;
    while let Some(ty) = open.pop() {
        match ty {
            Type::List(item) => open.push(item),
            Type::Map { value, .. } => open.push(value),
            Type::Named(name) => {
                let found = defs.iter().zip(reached.iter_mut()).find(|(def, _)| def.name == *name);
                if let Some((def, seen @ false)) = found {
                    *seen = true;
                    if let TypeKind::Object(fields) = &def.kind {
                        open.extend(fields.iter().map(|field| &field.ty));
                    }
                }
            }
            _ => {}
        }
    }
    reached
}
