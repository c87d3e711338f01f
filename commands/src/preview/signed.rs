//! What the client would sign: `preview` has no key, so it shows what the assertion says.

use authsmith_protocol::Values;
use authsmith_protocol::assertion::{CLIENT_ASSERTION, Unsigned};
use authsmith_protocol::operation::Operation;
use serde_json::{Map, Value, json};

use super::format::Format;
use crate::stop::{Outcome, Stop};

/// An assertion that nobody has signed.
pub struct Signed {
    algorithms: Vec<&'static str>,
    claims: Map<String, Value>,
}

/// The assertion of an operation, unless it was given.
pub fn of(operation: &Operation<'_>, values: &Values, given: &[(String, String)]) -> Outcome<Option<Signed>> {
    let Some(assertion) = operation.client_assertion() else { return Ok(None) };
    if given.iter().any(|(name, _)| name == CLIENT_ASSERTION) {
        return Ok(None);
    }
    let unsigned = Unsigned::of(operation, values);
    let unsigned = unsigned.map_err(|error| Stop::new(format!("{}: {error}", operation.name())))?;
    let algorithms = assertion.accepted().iter().map(|algorithm| algorithm.name()).collect();
    Ok(unsigned.map(|unsigned| Signed { algorithms, claims: unsigned.claims().clone() }))
}

impl Signed {
    /// The text of a request, and what is signed in it.
    pub fn beside(&self, request: String, format: Format) -> String {
        let algorithms = self.algorithms.join(" or ");
        let title = format!("CLIENT_ASSERTION is a JWT, signed with {algorithms}, that says:");
        let claims = serde_json::to_string_pretty(&self.claims).unwrap_or_default();
        match format {
            Format::Http => format!("{request}\n\n{title}\n{claims}"),
            // A shell reads over what stands behind a `#`.
            Format::Curl => {
                let comment: String = claims.lines().map(|line| format!("\n# {line}")).collect();
                format!("{request}\n# {title}{comment}")
            }
            Format::Json => match serde_json::from_str::<Value>(&request) {
                Ok(Value::Object(mut members)) => {
                    let said = json!({ "algorithms": self.algorithms, "claims": self.claims });
                    members.insert(CLIENT_ASSERTION.to_owned(), said);
                    Value::Object(members).to_string()
                }
                _ => request,
            },
        }
    }
}
