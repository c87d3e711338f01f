//! Text taken apart by a template, and what its placeholders then say.

use std::time::{Duration, SystemTime};

use authsmith_codegen::model::{Alternative, Function, Part, Template, Variable};
use serde_json::Value;

use crate::decode::{Decoded, Given, Reader, Wrong};
use crate::functions::undo;
use crate::known::stage;
use crate::moments;
use crate::{CLIENT_ID, client_secret, flat, types};

/// How far a client's clock may be from the sandbox's, or from the real one.
const CLOCKS: Duration = Duration::from_secs(120);

/// A placeholder that can be checked only once it is known whose connection the request is for.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    /// Where it stands, in words.
    pub(crate) place: String,
    pub(crate) kind: Wrong,
    pub(crate) list: Vec<Alternative>,
    /// What was sent in its place.
    pub(crate) text: String,
    /// Whether the value is a URL with which the URL of the request starts; then `text` is its path.
    pub(crate) start: Option<Start>,
}

/// What is known of the start of a request's URL besides its path.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// Its host, where the request names one of the vendor's.
    pub(crate) host: Option<String>,
}

/// Takes `text` apart by a template: each placeholder with what stands in its place. That is nothing only where `empty`
/// says that it may be.
pub(crate) fn take_apart<'p, 't>(
    parts: &'p [Part],
    text: &'t str,
    empty: &dyn Fn(&Part) -> bool,
) -> Option<Vec<(&'p Part, &'t str)>> {
    match parts {
        [] => text.is_empty().then(Vec::new),
        [Part::Text(fixed), rest @ ..] => take_apart(rest, text.strip_prefix(fixed.as_str())?, empty),
        [part, rest @ ..] => {
            let next = match rest {
                [] => vec![text.len()],
                [Part::Text(next), ..] => text.match_indices(next.as_str()).map(|(at, _)| at).collect(),
                _ => text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>(),
            };
            next.into_iter().find_map(|at| {
                let (value, behind) = text.split_at_checked(at)?;
                let fits = if value.is_empty() { empty(part) } else { could_be(part, value) };
                let mut found = vec![(part, value)];
                found.extend(fits.then(|| take_apart(rest, behind, empty)).flatten()?);
                Some(found)
            })
        }
    }
}

/// Whether a text could stand in the place of a placeholder, whatever its variables are.
fn could_be(part: &Part, text: &str) -> bool {
    let Part::Alternatives(list) = part else { return true };
    list.iter().any(|one| match one.functions.last() {
        Some(function) if is_format(&function.name) => moments::parse(text, &function.name).is_some(),
        Some(function) => undo(function, text.as_bytes()).is_ok(),
        None => true,
    })
}

fn is_format(function: &str) -> bool {
    matches!(function, "iso" | "epoch" | "epoch_ms")
}

type Mistaken = (Wrong, String);

fn mistaken<T>(wrong: &str) -> Result<T, Mistaken> {
    Err((Wrong::Request, wrong.to_owned()))
}

impl Reader<'_> {
    /// Takes what stands in the place of a placeholder; `place` says where that is.
    pub(crate) fn bind(
        &self,
        part: &Part,
        text: &str,
        place: (Wrong, &str),
        decoded: &mut Decoded,
    ) -> Result<(), Mistaken> {
        match part {
            Part::Text(_) => Ok(()),
            Part::Variable(variable) => {
                self.variable(variable, &Given { value: &Value::from(text), textual: true }, decoded)
            }
            Part::Alternatives(list) => {
                if let [one] = list.as_slice() {
                    self.backward(one, text, place, decoded)?;
                }
                let (kind, place) = (place.0, place.1.to_owned());
                let pending = Pending { place, kind, list: list.clone(), text: text.to_owned(), start: None };
                decoded.pending.push(pending);
                Ok(())
            }
        }
    }

    /// Takes a value for a variable.
    pub(crate) fn variable(
        &self,
        variable: &Variable,
        given: &Given<'_>,
        decoded: &mut Decoded,
    ) -> Result<(), Mistaken> {
        let text = given.value.as_str();
        let value = match (variable, text) {
            (Variable::Input(name), _) => self.input(name, given).map_err(|wrong| (Wrong::Request, wrong))?,
            (_, None) => return mistaken("must be a string"),
            (Variable::Setting(name), Some(text)) if !self.settings.accepts(name, text) => {
                return Err((Wrong::Request, format!("is not what the setting `{name}` says")));
            }
            (Variable::Protocol(name), Some(text)) => self.protocol(name, text)?,
            (Variable::Setting(_) | Variable::Kept(_) | Variable::Value(_), Some(text)) => Value::from(text),
        };
        let name = variable.name();
        // A moment is as exact as its format; without a function it says nothing about others.
        if name == "now" {
            return self.moment(text.unwrap_or_default(), "iso", 0);
        }
        match decoded.values.insert(name.to_owned(), value.clone()) {
            Some(before) if before != value => Err((Wrong::Request, format!("is another `{name}` than elsewhere"))),
            _ => Ok(()),
        }
    }

    /// Goes back through the functions of a placeholder, as far as that is possible.
    fn backward(
        &self,
        one: &Alternative,
        text: &str,
        place: (Wrong, &str),
        decoded: &mut Decoded,
    ) -> Result<(), Mistaken> {
        let is_own = matches!(&one.variable, Variable::Protocol(name) if name == "now" || name == "random");
        let mut bytes = text.as_bytes().to_vec();
        for (at, function) in one.functions.iter().enumerate().rev() {
            if is_own {
                let done = one.functions.get(..=at).unwrap_or_default();
                let before = decoded.stages.insert(stage(&one.variable, done), bytes.clone());
                if before.is_some_and(|before| before != bytes) {
                    return mistaken("is not the same as elsewhere in the request");
                }
            }
            if is_format(&function.name) || (is_own && function.name == "yyyymmdd") {
                let text = std::str::from_utf8(&bytes).unwrap_or_default();
                return self.moment(text, &function.name, shift(one.functions.get(..at).unwrap_or_default()));
            }
            match undo(function, &bytes) {
                Ok(Some(given)) => bytes = given,
                Ok(None) => return Ok(()),
                Err(()) => return Err((place.0, format!("is not what `{}` makes", function.name))),
            }
        }
        match &one.variable {
            Variable::Protocol(name) if name == "random" => {
                decoded.stages.insert(stage(&one.variable, &[]), bytes.clone());
                if bytes.len() == 32 { Ok(()) } else { mistaken("is not made of 32 random bytes") }
            }
            variable => {
                let Ok(text) = String::from_utf8(bytes) else { return mistaken("does not hold UTF-8") };
                self.inside(variable, &text, place, decoded)
            }
        }
    }

    /// Takes the text that the functions of a placeholder were given.
    fn inside(
        &self,
        variable: &Variable,
        text: &str,
        place: (Wrong, &str),
        decoded: &mut Decoded,
    ) -> Result<(), Mistaken> {
        let Variable::Value(name) = variable else {
            return self.bind(&Part::Variable(variable.clone()), text, place, decoded);
        };
        let named = self.provider.values.iter().find(|value| value.name.wire == *name);
        let mut template: Template = named.map(|named| named.value.clone()).unwrap_or_default();
        flat::template(&mut template, &self.provider.values);
        let Some(captured) = take_apart(&template.parts, text, &|_| false) else {
            return Err((place.0, format!("does not hold `{template}`")));
        };
        captured.into_iter().try_for_each(|(part, text)| self.bind(part, text, place, decoded))
    }

    /// Whether a text names the moment of the request, moved by `shift` seconds.
    fn moment(&self, text: &str, format: &str, shift: i64) -> Result<(), Mistaken> {
        let Some(moment) = moments::parse(text, format) else {
            return Err((Wrong::Request, format!("is no moment as `{format}` writes it")));
        };
        // A day is as good as any moment of it.
        let exact = if format == "yyyymmdd" { Duration::from_secs(86_400) } else { Duration::ZERO };
        let near = |now: SystemTime| {
            let by = Duration::from_secs(shift.unsigned_abs());
            let due = if shift < 0 { now.checked_sub(by) } else { now.checked_add(by) }.unwrap_or(now);
            match due.duration_since(moment) {
                Ok(late) => late <= CLOCKS.saturating_add(exact),
                Err(early) => early.duration() <= CLOCKS,
            }
        };
        if near(self.now) || near(SystemTime::now()) { Ok(()) } else { mistaken("is not the moment of the request") }
    }

    fn protocol(&self, name: &str, text: &str) -> Result<Value, Mistaken> {
        match name {
            "client_id" if text != CLIENT_ID => Err((Wrong::Client, "names no client that is known here".to_owned())),
            "client_secret" if text != client_secret(self.provider) => Err((Wrong::Client, "is wrong".to_owned())),
            _ => Ok(Value::from(text)),
        }
    }

    pub(crate) fn input(&self, name: &str, given: &Given<'_>) -> Result<Value, String> {
        let inputs = &self.route.operation.request().inputs;
        let types = &self.provider.types;
        let Some(input) = inputs.iter().find(|input| input.name.wire == name) else { return Ok(given.value.clone()) };
        match given.value.as_str().filter(|_| given.textual) {
            Some(text) => types::from_text(text, &input.ty, types),
            None => types::check(given.value, &input.ty, types).map(|()| given.value.clone()),
        }
    }
}

/// By how many seconds functions move a moment.
fn shift(functions: &[Function]) -> i64 {
    let plus = functions.iter().filter(|function| function.name == "plus");
    plus.filter_map(|function| function.argument.as_deref()?.parse::<i64>().ok()).sum()
}
