//! Paths and what is done there.

use serde_json::{Map, Value, json};

use super::requests::Sent;
use super::urls::Address;
use super::{answers, describe, object, security};
use crate::emit::described;
use crate::model::{Provider, Request};

/// One request as OpenAPI tells it, before those of one place are put together.
struct Told<'m> {
    id: String,
    tag: &'static str,
    about: String,
    request: &'m Request,
    token: Option<&'m str>,
    responses: Map<String, Value>,
}

/// All paths.
pub(super) fn paths(provider: &Provider) -> Map<String, Value> {
    // Paths that differ only in the names of their parameters are one to OpenAPI.
    let mut known: Vec<(String, String, Vec<String>)> = Vec::new();
    let mut paths = Map::new();
    for told in all(provider) {
        let address = Address::new(provider, &told.request.url);
        let (path, variables) = (address.path(), address.path_variables());
        let names: Vec<String> = variables.iter().map(|variable| variable.name().to_owned()).collect();
        let shape = names.iter().fold(path.clone(), |path, name| path.replace(&format!("{{{name}}}"), "{}"));
        let (path, names) = match known.iter().find(|(other, ..)| *other == shape) {
            Some((_, path, names)) => (path.clone(), names.clone()),
            None => {
                known.push((shape, path.clone(), names.clone()));
                (path, names)
            }
        };
        let method = told.request.method.as_str().to_ascii_lowercase();
        let operation = operation(provider, &told, &names, &address);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            match item.get_mut(&method).and_then(Value::as_object_mut) {
                Some(other) => join(other, operation),
                None => drop(item.insert(method, operation.into())),
            }
        }
    }
    let shared = provider.api.as_ref().map(|api| json!([Address::new(provider, api).server()]));
    let items = paths.values_mut().filter_map(Value::as_object_mut);
    for operation in items.flat_map(|item| item.values_mut()).filter_map(Value::as_object_mut) {
        // Those of the document needn't be told once more.
        if shared.is_some() && operation.get("servers") == shared.as_ref() {
            operation.remove("servers");
        }
    }
    paths
}

/// Everything that the model asks a vendor for.
fn all(provider: &Provider) -> Vec<Told<'_>> {
    let mut all = Vec::new();
    let text = |text: Option<&str>| text.map(described).unwrap_or_default();
    if let Some(authorize) = &provider.authorize {
        let back = json!({ "description": "Back to the redirect URI, with a code or an error." });
        all.push(Told {
            id: "authorize".to_owned(),
            tag: "consent",
            about: "Asks a user for consent, in a browser.".to_owned(),
            request: &authorize.request,
            token: None,
            responses: object(&[("302", back)]),
        });
    }
    if let Some(device) = &provider.device {
        all.push(Told {
            id: "device".to_owned(),
            tag: "consent",
            about: text(device.about.as_deref()),
            request: &device.request,
            token: None,
            responses: responses(provider, &device.success_status, &answers::device(device), &[]),
        });
    }
    all.extend(provider.grants.iter().map(|grant| Told {
        id: grant.name.wire.clone(),
        tag: "tokens",
        about: text(grant.about.as_deref()),
        request: &grant.request,
        token: None,
        responses: responses(provider, &grant.success_status, &answers::grant(grant), &grant.failures),
    }));
    all.extend(provider.revoke.iter().map(|request| Told {
        id: "revoke".to_owned(),
        tag: "tokens",
        about: "Tells that a token is no longer wanted.".to_owned(),
        request,
        token: None,
        responses: responses(provider, &[], &json!({ "description": "Done." }), &[]),
    }));
    all.extend(provider.calls.iter().map(|call| Told {
        id: call.name.wire.clone(),
        tag: "calls",
        about: text(call.about.as_deref()),
        request: &call.request,
        token: Some(&call.token),
        responses: responses(
            provider,
            &call.success_status,
            &answers::call(&call.returns, call.sample.as_ref()),
            &call.failures,
        ),
    }));
    all
}

fn responses(
    provider: &Provider,
    statuses: &[u16],
    answer: &Value,
    failures: &[crate::model::Failure],
) -> Map<String, Value> {
    let mut all = Map::new();
    if statuses.is_empty() {
        all.insert("2XX".to_owned(), answer.clone());
    }
    for status in statuses {
        all.insert(status.to_string(), answer.clone());
    }
    for (status, refusal) in answers::refusals(provider, failures) {
        all.entry(status).or_insert(refusal);
    }
    all
}

fn operation(provider: &Provider, told: &Told<'_>, names: &[String], address: &Address<'_>) -> Map<String, Value> {
    let sent = Sent { provider, request: told.request };
    let mut operation = object(&[("operationId", told.id.as_str().into()), ("tags", json!([told.tag]))]);
    let remarks = sent.remarks().unwrap_or_default();
    let about = format!("{} {remarks}", told.about);
    if !about.trim().is_empty() {
        operation.insert("description".to_owned(), about.trim().into());
    }
    operation.insert("servers".to_owned(), json!([address.server()]));
    let parameters = sent.parameters(names);
    if !parameters.is_empty() {
        operation.insert("parameters".to_owned(), parameters.into());
    }
    let content: Map<String, Value> =
        sent.body().into_iter().map(|(media, schema)| (media, json!({ "schema": schema }))).collect();
    if !content.is_empty() {
        operation.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation.insert("security".to_owned(), security::needs(provider, told.request, told.token));
    operation.insert("responses".to_owned(), told.responses.clone().into());
    operation
}

/// Adds a request to another with the same method and path: what either takes and gives becomes an alternative.
fn join(one: &mut Map<String, Value>, mut other: Map<String, Value>) {
    let id = |operation: &Map<String, Value>| {
        operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let joined = format!("{}_or_{}", id(one), id(&other));
    let mut about = object(&[]);
    describe(&mut about, Some(&format!("One of several requests that are told apart by what they send: {joined}")));
    one.extend(about);
    one.insert("operationId".to_owned(), joined.into());
    for list in ["tags", "servers", "security"] {
        join_lists(one, other.remove(list), list);
    }
    join_parameters(one, &other.remove("parameters").unwrap_or_else(|| json!([])));
    if one.get("parameters").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        one.remove("parameters");
    }
    match (one.get_mut("requestBody"), other.remove("requestBody")) {
        (Some(mine), Some(body)) => join_content(mine, &body),
        // One of the two has no body.
        (Some(mine), None) => set(mine, "required", false.into()),
        (None, Some(mut body)) => {
            set(&mut body, "required", false.into());
            one.insert("requestBody".to_owned(), body);
        }
        (None, None) => {}
    }
    let mine = one.get_mut("responses").and_then(Value::as_object_mut);
    if let (Some(mine), Some(Value::Object(others))) = (mine, other.remove("responses")) {
        for (status, response) in others {
            match mine.get_mut(&status) {
                Some(known) => join_content(known, &response),
                None => drop(mine.insert(status, response)),
            }
        }
    }
}

fn join_lists(one: &mut Map<String, Value>, other: Option<Value>, name: &str) {
    let Some(Value::Array(mut items)) = other else { return };
    let mine = one.entry(name).or_insert_with(|| json!([]));
    if mine.as_array() == Some(&items) {
        return;
    }
    // Of two lists of security, an empty one says that nothing is needed.
    for list in [mine.as_array_mut(), Some(&mut items)].into_iter().flatten().filter(|_| name == "security") {
        if list.is_empty() {
            list.push(json!({}));
        }
    }
    if let Some(mine) = mine.as_array_mut() {
        items.into_iter().for_each(|item| {
            if !mine.contains(&item) {
                mine.push(item);
            }
        });
    }
}

/// A parameter that only one of the two has is no longer required, and one that they fill otherwise is any of both.
fn join_parameters(one: &mut Map<String, Value>, others: &Value) {
    let mine = one.entry("parameters").or_insert_with(|| json!([]));
    let (Some(mine), Some(others)) = (mine.as_array_mut(), others.as_array()) else { return };
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    for parameter in mine.iter_mut() {
        match others.iter().find(|other| same(parameter, other)) {
            Some(other) => join_schemas(parameter, other),
            None if parameter["in"] != "path" => set(parameter, "required", false.into()),
            None => {}
        }
    }
    for other in others {
        if !mine.iter().any(|parameter| same(parameter, other)) {
            let mut other = other.clone();
            set(&mut other, "required", false.into());
            mine.push(other);
        }
    }
}

/// Makes the media types of two bodies or responses those of one.
fn join_content(one: &mut Value, other: &Value) {
    let Some(others) = other.get("content").and_then(Value::as_object) else { return };
    for (media, content) in others {
        match one.get_mut("content").and_then(|mine| mine.get_mut(media)) {
            Some(mine) => join_schemas(mine, content),
            None => {
                let mut all = one.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
                all.insert(media.clone(), content.clone());
                set(one, "content", all.into());
            }
        }
    }
}

/// Makes the schema of the one either of two.
fn join_schemas(one: &mut Value, other: &Value) {
    let (mine, others) = (one["schema"].clone(), other["schema"].clone());
    if mine == others {
        return;
    }
    let mut all = match mine.get("anyOf").and_then(Value::as_array) {
        Some(all) if mine.as_object().is_some_and(|mine| mine.len() == 1) => all.clone(),
        _ => vec![mine],
    };
    if !all.contains(&others) {
        all.push(others);
    }
    set(one, "schema", json!({ "anyOf": all }));
}

fn set(to: &mut Value, name: &str, value: Value) {
    if let Some(members) = to.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
