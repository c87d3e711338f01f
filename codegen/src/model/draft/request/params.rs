//! The parameters of a request as they are gathered.

use super::Role;
use super::cookies::cookies;
use super::standard::{Standard, Value, standard};
use super::variables::{may_lack, mentions, resolve, template};
use crate::diagnostics::Span;
use crate::model::draft::tokens;
use crate::model::{Input, Param, Part, Place, Template, Variable};
use crate::parse::spec::{self, InputPlace, Spec};
use crate::parse::template as written;

/// The parameters of a request as they are gathered, each with its place in the spec.
pub(super) struct Params<'a> {
    pub spec: &'a Spec,
    pub inputs: &'a [Input],
    pub list: Vec<Param>,
    pub lines: Vec<Option<Span>>,
}

impl Params<'_> {
    fn push(&mut self, param: Param, line: Option<Span>) {
        self.list.push(param);
        self.lines.push(line);
    }

    fn template(&self, written: &written::Template) -> Template {
        template(self.spec, written, self.inputs)
    }

    /// The parameter that shows the token.
    pub fn token(&mut self, kind: &str) {
        let written = self.spec.tokens.iter().find(|written| written.name.text == kind);
        if let Some(param) = written.and_then(|written| tokens::present(self.spec, written)) {
            self.push(param, None);
        }
    }

    pub fn standard(&mut self, standard: &[Standard], written: &spec::Request, place: Place) {
        for param in standard {
            // A body that is written out stands in place of those that would be in it.
            if written.body.is_some() && place == Place::Body {
                continue;
            }
            if written.omit.iter().any(|name| name.text == param.name) {
                continue;
            }
            let renamed = written.rename.iter().find(|(old, _)| old.text == param.name).map(|(_, new)| new);
            let sent = written.send.iter().find(|(name, _)| name.text == param.name);
            let value = match (sent, param.value) {
                (Some((_, value)), _) => self.template(value),
                (None, Value::Constant(text)) => Template { parts: vec![Part::Text(text.to_owned())] },
                (None, Value::Variable(name)) => {
                    Template { parts: vec![Part::Variable(resolve(self.spec, name, self.inputs))] }
                }
            };
            let name = renamed.map_or(param.name.to_owned(), |new| new.text.clone());
            let line = renamed.map(|new| new.span).or_else(|| sent.map(|(name, _)| name.span));
            let optional = (param.optional && sent.is_none()) || self.uses_optional(&value);
            self.push(Param { place, name, value, optional }, line);
        }
    }

    /// Every input that stands in no template of the request is a parameter.
    pub fn inputs(&mut self, written: &spec::Request, url: &Template, body: Place) {
        for input in &written.inputs {
            let name = input.name.text.as_str();
            let in_url = uses(url, name) || written.urls().any(|url| mentions(self.spec, url, name));
            let in_template = written.templates().any(|value| mentions(self.spec, value, name));
            let in_standard = self.list.iter().any(|param| uses(&param.value, name));
            let place = match input.place.as_ref().map(|place| place.value) {
                Some(InputPlace::Path) => continue,
                Some(InputPlace::Query) => Place::Query,
                Some(InputPlace::Header) => Place::Header,
                Some(InputPlace::Body) => Place::Body,
                None if in_url || in_template || in_standard => continue,
                None => body,
            };
            let wire = input.wire.as_ref().unwrap_or(&input.name);
            let value = Template { parts: vec![Part::Variable(Variable::Input(name.to_owned()))] };
            let optional = self.uses_optional(&value);
            self.push(Param { place, name: wire.text.clone(), value, optional }, Some(wire.span));
        }
    }

    /// Every further list of scopes is a parameter.
    pub fn scope_lists(&mut self, role: Role<'_>, place: Place) {
        let lists = self.spec.authorize.iter().filter(|_| role == Role::Authorize).flat_map(|a| &a.scope_lists);
        for (name, _) in lists {
            let value = Template { parts: vec![Part::Variable(Variable::Input(name.text.clone()))] };
            self.push(Param { place, name: name.text.clone(), value, optional: true }, Some(name.span));
        }
    }

    /// What every call sends.
    pub fn of_api(&mut self) {
        let headers = self.spec.api_headers.iter().map(|(name, value)| (Place::Header, name, value));
        let send = self.spec.api_send.iter().map(|(name, value)| (Place::Query, name, value));
        for (place, name, value) in headers.chain(send) {
            for param in self.apart(place, &name.text, value) {
                let known = |other: &Param| other.place == param.place && other.name.eq_ignore_ascii_case(&param.name);
                // The call's own word holds.
                if !self.list.iter().any(known) {
                    self.push(param, None);
                }
            }
        }
    }

    /// A parameter as it is written, or one for each cookie of the header `Cookie`.
    fn apart(&self, place: Place, name: &str, value: &written::Template) -> Vec<Param> {
        let param = |place, name: &str, value: Template| {
            let optional = self.uses_optional(&value);
            Param { place, name: name.to_owned(), value, optional }
        };
        let value = self.template(value);
        match cookies(&value).filter(|_| place == Place::Header && name.eq_ignore_ascii_case("cookie")) {
            Some(list) => list.into_iter().map(|(name, value)| param(Place::Cookie, &name, value)).collect(),
            None => vec![param(place, name, value)],
        }
    }

    /// What `send` adds besides other values for standard parameters.
    pub fn sent(&mut self, written: &spec::Request, role: Role<'_>, place: Place) {
        let standard = standard(self.spec, written, role);
        for (name, value) in &written.send {
            let omitted = written.omit.iter().any(|omitted| omitted.text == name.text);
            if !omitted && standard.iter().any(|param| param.name == name.text) {
                continue;
            }
            let value = self.template(value);
            let optional = self.uses_optional(&value);
            self.push(Param { place, name: name.text.clone(), value, optional }, Some(name.span));
        }
    }

    pub fn headers(&mut self, written: &spec::Request) {
        for (name, value) in &written.headers {
            for param in self.apart(Place::Header, &name.text, value) {
                self.push(param, Some(name.span));
            }
        }
    }

    fn uses_optional(&self, value: &Template) -> bool {
        may_lack(self.spec, value, self.inputs)
    }
}

fn uses(template: &Template, name: &str) -> bool {
    template.variables().any(|variable| variable.name() == name)
}
