//! The URLs of a spec as OpenAPI has them: a server with variables, a path with parameters, and a query.

use serde_json::{Map, Value, json};

use super::{describe, object};
use crate::model::{Part, Provider, Template, Variable};

/// A URL taken apart.
pub(super) struct Address<'m> {
    provider: &'m Provider,
    /// Scheme and authority, and what else stands in a setting that is the beginning of the URL.
    origin: Vec<Piece<'m>>,
    path: Vec<Piece<'m>>,
    query: Vec<Piece<'m>>,
}

/// A piece of a URL.
#[derive(Clone, Copy)]
enum Piece<'m> {
    Text(&'m str),
    Variable(&'m Variable),
}

/// What a URL has where OpenAPI wants a plain one.
#[derive(Clone, Copy, PartialEq)]
enum Fill {
    /// `{name}`.
    Name,
    /// A value that may stand there.
    Sample,
}

impl<'m> Address<'m> {
    pub(super) fn new(provider: &'m Provider, url: &'m Template) -> Self {
        let mut address = Self { provider, origin: Vec::new(), path: Vec::new(), query: Vec::new() };
        let mut place = 0;
        for part in &url.parts {
            match part {
                Part::Text(text) => address.add_text(text, &mut place),
                placeholder => address.room(place).extend(placeholder.variables().take(1).map(Piece::Variable)),
            }
        }
        address
    }

    /// Adds text; the first `/` after the authority begins the path, `?` the query, and `#` ends what a server sees.
    fn add_text(&mut self, text: &'m str, place: &mut usize) {
        let mut rest = text;
        if *place == 0 {
            let scheme = rest.find("://").map_or(0, |at| at + 3);
            let end =
                rest.get(scheme..).and_then(|after| after.find(['/', '?', '#'])).map_or(rest.len(), |at| scheme + at);
            let (origin, after) = rest.split_at(end);
            self.origin.push(Piece::Text(origin));
            rest = after;
            *place += usize::from(!rest.is_empty());
        }
        if *place == 1 {
            let (path, after) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
            self.path.push(Piece::Text(path));
            *place = match after.chars().next() {
                Some('?') => 2,
                Some(_) => 3,
                None => 1,
            };
            rest = after.get(1..).unwrap_or_default();
        }
        if *place == 2 {
            let (query, after) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
            self.query.push(Piece::Text(query));
            *place += usize::from(!after.is_empty());
        }
    }

    fn room(&mut self, place: usize) -> &mut Vec<Piece<'m>> {
        match place {
            0 => &mut self.origin,
            1 => &mut self.path,
            _ => &mut self.query,
        }
    }

    /// The server object.
    pub(super) fn server(&self) -> Value {
        let mut server = object(&[("url", self.written(&self.origin, Fill::Name).into())]);
        let mut variables = Map::new();
        for variable in variables_of(&self.origin) {
            variables.insert(variable.name().to_owned(), self.server_variable(variable));
        }
        if !variables.is_empty() {
            server.insert("variables".to_owned(), variables.into());
        }
        server.into()
    }

    fn server_variable(&self, variable: &Variable) -> Value {
        let mut told = object(&[("default", self.sample(variable).into())]);
        let setting = self.provider.settings.iter().find(|setting| setting.name.wire == variable.name());
        if let Some(setting) = setting {
            if !setting.allowed.is_empty() {
                told.insert("enum".to_owned(), setting.allowed.clone().into());
            }
            describe(&mut told, setting.about.as_deref());
        }
        told.into()
    }

    /// A value that a variable may have.
    fn sample(&self, variable: &Variable) -> String {
        let setting = self.provider.settings.iter().find(|setting| setting.name.wire == variable.name());
        let of_setting = setting.and_then(|setting| {
            setting.default.clone().or_else(|| setting.allowed.first().cloned()).or_else(|| setting.sample.clone())
        });
        let kept = || self.provider.kept().into_iter().find(|kept| kept.name.wire == variable.name());
        let of_kept = || kept().and_then(|kept| kept.default.clone().or_else(|| kept.allowed.first().cloned()));
        let is_url = setting.is_some_and(|setting| setting.format == Some(crate::model::Format::Url));
        let made_up = || match is_url || self.origin.len() == 1 {
            true => format!("https://{}.example", super::component(variable.name())),
            false => super::component(variable.name()),
        };
        of_setting.or_else(of_kept).unwrap_or_else(made_up)
    }

    /// The path, with `{name}` for variables.
    pub(super) fn path(&self) -> String {
        let path = self.written(&self.path, Fill::Name);
        if path.starts_with('/') { path } else { format!("/{path}") }
    }

    /// The variables of the path, in order.
    pub(super) fn path_variables(&self) -> Vec<&'m Variable> {
        variables_of(&self.path).collect()
    }

    /// The parameters of the query that stand in the URL itself: names and values.
    pub(super) fn query(&self) -> Vec<(String, String)> {
        let query = self.written(&self.query, Fill::Sample);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    /// A plain URL, with samples for variables.
    pub(super) fn plain(&self) -> String {
        self.written(&self.origin, Fill::Sample) + &self.written(&self.path, Fill::Sample)
    }

    fn written(&self, pieces: &[Piece<'_>], fill: Fill) -> String {
        let piece = |piece: &Piece<'_>| match piece {
            Piece::Text(text) => text.replace('{', "%7B").replace('}', "%7D"),
            Piece::Variable(variable) if fill == Fill::Name => format!("{{{}}}", variable.name()),
            Piece::Variable(variable) => self.sample(variable),
        };
        pieces.iter().map(piece).collect()
    }
}

fn variables_of<'p, 'm: 'p>(pieces: &'p [Piece<'m>]) -> impl Iterator<Item = &'m Variable> + 'p {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Variable(variable) => Some(*variable),
        Piece::Text(_) => None,
    })
}

/// A parameter of the path.
pub(super) fn path_parameter(name: &str, schema: &Value, about: Option<&str>) -> Value {
    let mut parameter =
        object(&[("name", name.into()), ("in", "path".into()), ("required", true.into()), ("schema", schema.clone())]);
    describe(&mut parameter, about);
    json!(parameter)
}
