//! What comes back: answers of grants and calls, and refusals.

use serde_json::{Map, Value, json};

use super::{describe, object, schemas};
use crate::model::{AnswerFormat, Device, Expiry, ExpiryUnit, Failure, Grant, Provider, Type, Yields};

/// An object whose members stand at JSON Pointers.
#[derive(Default)]
struct Places {
    members: Vec<(String, Places)>,
    schema: Option<Value>,
    required: bool,
}

impl Places {
    /// Puts a schema at a place; places in headers and cookies, and items of arrays, are left to the description.
    fn put(&mut self, pointer: &str, schema: Value, required: bool) {
        let mut here = self;
        for name in pointer.split('/').skip(1) {
            let name = name.replace("~1", "/").replace("~0", "~");
            let at = here.members.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                here.members.push((name, Places::default()));
                here.members.len() - 1
            });
            let Some((_, next)) = here.members.get_mut(at) else { return };
            next.required |= required;
            here = next;
        }
        here.schema.get_or_insert(schema);
    }

    fn schema(&self) -> Value {
        let own = || self.schema.clone().unwrap_or_else(|| json!({ "type": "object" }));
        if self.members.is_empty() {
            return own();
        }
        let properties: Map<String, Value> =
            self.members.iter().map(|(name, place)| (name.clone(), place.schema())).collect();
        let required: Vec<&str> =
            self.members.iter().filter(|(_, place)| place.required).map(|(name, _)| name.as_str()).collect();
        let mut schema = object(&[("type", "object".into()), ("properties", properties.into())]);
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema.into()
    }
}

/// The answer of a grant.
pub(super) fn grant(grant: &Grant) -> Value {
    let mut places = Places::default();
    let in_body = |at: &str| at.is_empty() || at.starts_with('/');
    let text = || json!({ "type": "string" });
    match &grant.yields {
        Yields::Code(at) => places.put(at, text(), true),
        Yields::Tokens(issued) => {
            for token in issued.iter().filter(|token| in_body(&token.at)) {
                places.put(&token.at, text(), !token.optional && token.or.is_empty());
                expiry(&token.expiry, &mut places);
                if let Some(refresh) = token.refresh.as_deref().filter(|at| in_body(at)) {
                    places.put(refresh, text(), false);
                }
                expiry(&token.refresh_expiry, &mut places);
            }
        }
    }
    for kept in grant.keep.iter().filter(|kept| kept.from.starts_with('/')) {
        places.put(&kept.from, text(), false);
    }
    for field in &grant.fields {
        let name = field.name.wire.replace('~', "~0").replace('/', "~1");
        places.put(&format!("/{name}"), schemas::field_schema(field), !field.optional);
    }
    let media = match grant.answers {
        AnswerFormat::Json => "application/json",
        AnswerFormat::Form => "application/x-www-form-urlencoded",
        AnswerFormat::Text => "text/plain",
        AnswerFormat::Xml => "application/xml",
    };
    let schema = match grant.answers {
        AnswerFormat::Text => text(),
        _ => places.schema(),
    };
    answer("What the grant gives.", media, &schema, grant.sample.as_ref())
}

fn expiry(expiry: &Expiry, places: &mut Places) {
    for (at, unit) in &expiry.fields {
        let about = match unit {
            ExpiryUnit::Seconds => "Seconds until it expires.",
            _ => "When it expires.",
        };
        if at.starts_with('/') {
            places.put(at, json!({ "description": about }), false);
        }
    }
}

/// The answer to a device authorization request.
pub(super) fn device(device: &Device) -> Value {
    let mut places = Places::default();
    let answer_places = &device.answer;
    let texts = [
        (&answer_places.device_code, true),
        (&answer_places.user_code, true),
        (&answer_places.verification_uri, true),
        (&answer_places.verification_uri_complete, false),
    ];
    for (at, required) in texts {
        for place in at.iter().filter(|at| at.starts_with('/')) {
            places.put(place, json!({ "type": "string" }), required && at.len() == 1);
        }
    }
    for place in answer_places.expires_in.iter().chain(&answer_places.interval).filter(|at| at.starts_with('/')) {
        places.put(place, json!({ "type": "integer" }), false);
    }
    answer("What the user is shown, and what the device polls with.", "application/json", &places.schema(), None)
}

/// The answer of a call.
pub(super) fn call(returns: &Type, sample: Option<&Value>) -> Value {
    let media = match returns {
        Type::Nothing => return json!({ "description": "Done." }),
        Type::Text => "text/plain",
        Type::Bytes => "application/octet-stream",
        _ => "application/json",
    };
    answer("What was asked for.", media, &schemas::of(returns), sample)
}

fn answer(about: &str, media: &str, schema: &Value, sample: Option<&Value>) -> Value {
    let mut content = object(&[("schema", schema.clone())]);
    if let Some(sample) = sample {
        content.insert("example".to_owned(), sample.clone());
    }
    json!({ "description": about, "content": { media: content } })
}

/// Refusals: those that the vendor documents by status, and all others.
pub(super) fn refusals(provider: &Provider, failures: &[Failure]) -> Map<String, Value> {
    let mut places = Places::default();
    for at in [&provider.error_code, &provider.error_text].into_iter().filter(|at| at.starts_with('/')) {
        places.put(at, json!({ "type": "string" }), false);
    }
    let content = json!({ "application/json": { "schema": places.schema() } });
    let mut all: Map<String, Value> = Map::new();
    for failure in failures {
        let key = failure.status.map_or_else(|| "default".to_owned(), |status| status.to_string());
        let mut told = object(&[]);
        describe(&mut told, Some(failure.about.as_deref().unwrap_or(&failure.name.wire)));
        let text = told.get("description").and_then(Value::as_str).unwrap_or_default();
        let code = failure.code.as_deref().map(|code| format!(" (`{}`)", super::component(code))).unwrap_or_default();
        let before = all.get(&key).and_then(|response| response["description"].as_str()).map(|text| format!("{text} "));
        let description = format!("{}{text}{code}", before.unwrap_or_default());
        all.insert(key, json!({ "description": description, "content": content }));
    }
    all.entry("default").or_insert_with(|| json!({ "description": "A refusal.", "content": content }));
    all
}
