//! The parameters of one place: what is due, and then what is not.

use authsmith_codegen::model::{NamedValue, Param, Part, Place, Template, Variable};

use super::{Decoded, Found, Given, Mistake, Reader, Wrong, shown};
use crate::assertion::CLIENT_ASSERTION;
use crate::client;
use crate::fit::take_apart;
use crate::routes::Operation;

impl Reader<'_> {
    /// Everything in the query or the body: what is due, and then what is not.
    pub(super) fn place(&self, params: &[Param], found: &Found<'_>, decoded: &mut Decoded) {
        let due: Vec<&Param> = params.iter().filter(|param| param.place == found.place).collect();
        let mut strangers: Vec<&str> = found.list.iter().map(|(name, _)| *name).collect();
        strangers.retain(|name| !due.iter().any(|param| param.name == *name));
        strangers.dedup();
        for param in due {
            // A parameter under the name that RFC 6749 gives it, where the vendor has another.
            let standard = param.value.only_variable().map(Variable::name).filter(|name| strangers.contains(name));
            match standard.filter(|_| !found.has(&param.name)) {
                Some(standard) => {
                    decoded.wrong(Wrong::Request, format!("`{standard}` must be called `{}`", param.name));
                    decoded.names_off += 1;
                    strangers.retain(|name| *name != standard);
                }
                None => self.param(param, found, decoded),
            }
        }
        for name in strangers {
            let stray = client::stray(self.route.operation.request().client, name);
            decoded.names_off += usize::from(stray.is_none());
            decoded.mistakes.push(stray.unwrap_or_else(|| Mistake {
                kind: Wrong::Request,
                text: format!("{} does not belong in the {}", shown(name), words(found.place)),
            }));
        }
    }

    /// One parameter that the spec names.
    pub(super) fn param(&self, param: &Param, found: &Found<'_>, decoded: &mut Decoded) {
        let place = words(found.place);
        let mut given = found.list.iter().filter(|(name, _)| *name == param.name).map(|(_, given)| given);
        let constant = param.value.parts.iter().all(|part| matches!(part, Part::Text(_)));
        let (Some(first), None) = (given.next(), given.next()) else {
            if found.has(&param.name) {
                decoded.wrong(Wrong::Request, format!("`{}` stands in the {place} more than once", param.name));
            } else if !self.may_be_missing(param) {
                let kind = self.missing_kind(&param.value);
                decoded.constants_off += usize::from(constant);
                decoded.names_off += usize::from(!constant && kind != Wrong::Client);
                decoded.wrong(kind, format!("`{}` is missing in the {place}", param.name));
            } else {
                decoded.left_out.push((format!("`{}` is missing in the {place}", param.name), param.value.clone()));
            }
            return;
        };
        if let Err(mistake) = self.value(param, first, decoded) {
            decoded.constants_off += usize::from(constant);
            decoded.mistakes.push(mistake);
        }
    }

    pub(super) fn value(&self, param: &Param, given: &Given<'_>, decoded: &mut Decoded) -> Result<(), Mistake> {
        let refuse = |kind, wrong: &str| Mistake { kind, text: format!("`{}` {wrong}", param.name) };
        if let Some(variable @ Variable::Input(_)) = param.value.only_variable() {
            return self.variable(variable, given, decoded).map_err(|(kind, wrong)| refuse(kind, &wrong));
        }
        let text = given.value.as_str().ok_or_else(|| refuse(Wrong::Request, "must be a string"))?;
        let kind = self.missing_kind(&param.value);
        let Some(captured) = take_apart(&param.value.parts, text, &|_| false) else {
            return Err(match (param.value.only_variable(), param.name.as_str()) {
                (Some(_), _) => refuse(kind, "must not be empty"),
                (_, "grant_type" | "response_type") => {
                    refuse(Wrong::Discriminator, &format!("must be `{}`", param.value))
                }
                _ => refuse(kind, &format!("must be `{}`", param.value)),
            });
        };
        let place = format!("`{}`", param.name);
        captured.into_iter().try_for_each(|(part, text)| {
            self.bind(part, text, (kind, &place), decoded).map_err(|(kind, wrong)| refuse(kind, &wrong))
        })
    }

    /// RFC 6749, section 4.1.1: `state` is recommended, not required, so no vendor insists on it.
    pub(super) fn may_be_missing(&self, param: &Param) -> bool {
        param.optional || mentions(&param.value.parts, "state", &self.provider.values)
    }

    pub(super) fn missing_kind(&self, template: &Template) -> Wrong {
        let mentions = |name| mentions(&template.parts, name, &self.provider.values);
        // The token that is revoked proves nothing; without it the request lacks a parameter.
        if mentions("token") && !matches!(self.route.operation, Operation::Revoke(_)) {
            Wrong::Token
        } else if mentions("client_id") || mentions("client_secret") || mentions(CLIENT_ASSERTION) {
            Wrong::Client
        } else {
            Wrong::Request
        }
    }
}

impl Found<'_> {
    fn has(&self, name: &str) -> bool {
        self.list.iter().any(|(known, _)| *known == name)
    }
}

/// Whether a template names a variable, by itself or through a named template.
pub(crate) fn mentions(parts: &[Part], name: &str, values: &[NamedValue]) -> bool {
    parts.iter().flat_map(Part::variables).any(|variable| match variable {
        Variable::Protocol(known) => known == name,
        Variable::Value(known) => {
            let named = values.iter().find(|value| value.name.wire == *known);
            named.is_some_and(|named| mentions(&named.value.parts, name, values))
        }
        _ => false,
    })
}

fn words(place: Place) -> &'static str {
    match place {
        Place::Query => "query",
        Place::Body => "body",
        Place::Header => "headers",
        Place::Cookie => "cookies",
        Place::Fragment => "fragment",
    }
}
