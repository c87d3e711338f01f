//! The body of a request.

use http::header::CONTENT_TYPE;

use crate::multipart::multipart;
use crate::operation::{Body, Encoding, Operation, Param, Place};
use crate::request::{BuildError, Request, Spot, form, header_value, of_place, unless_missing};
use crate::template;
use crate::values::Values;

/// The encodings of a body, the setting's choice made.
enum BodyEncoding {
    Form,
    Json,
    Multipart,
}

fn encoding(operation: &Operation<'_>, values: &Values) -> Result<BodyEncoding, BuildError> {
    let setting = match operation.body_encoding() {
        Encoding::Form => return Ok(BodyEncoding::Form),
        Encoding::Json => return Ok(BodyEncoding::Json),
        Encoding::Multipart => return Ok(BodyEncoding::Multipart),
        Encoding::Setting(setting) => setting,
        Encoding::Text { .. } | Encoding::Xml => return Err(BuildError::NoBody),
    };
    match template::value(setting, values, Spot::Encoding)?.content.text().as_deref() {
        Ok("form") => Ok(BodyEncoding::Form),
        Ok("json") => Ok(BodyEncoding::Json),
        _ => Err(BuildError::Encoding { setting: setting.to_owned() }),
    }
}

pub(crate) fn add_body(request: &mut Request, operation: &Operation<'_>, values: &Values) -> Result<(), BuildError> {
    let mut params = of_place(operation.parameters(), Place::Body).peekable();
    if operation.whole_body().is_none() && params.peek().is_none() {
        return Ok(());
    }
    if matches!(request.method, http::Method::GET | http::Method::HEAD) {
        return Err(BuildError::Body(request.method.to_string()));
    }
    let text = |(body, content_type): (String, &str)| (body.into_bytes(), content_type.to_owned());
    let (body, content_type) = match operation.whole_body() {
        Some(body) => text(whole_body(body, operation, values)?),
        None => match encoding(operation, values)? {
            BodyEncoding::Form => text((form(params, values)?, "application/x-www-form-urlencoded")),
            BodyEncoding::Json => text((json_body(params, values)?.to_string(), "application/json")),
            BodyEncoding::Multipart => multipart(params, values)?,
        },
    };
    request.body = body;
    if !request.body.is_empty() {
        let content_type = header_value("content-type", &content_type, false)?;
        // An operation may name a more precise type itself.
        request.headers.entry(CONTENT_TYPE).or_insert(content_type);
    }
    Ok(())
}

/// A body that the operation writes as a whole, and its type.
fn whole_body<'a>(body: Body<'a>, operation: &Operation<'a>, values: &Values) -> Result<(String, &'a str), BuildError> {
    let optional = operation.optional_variables();
    match (body, operation.body_encoding()) {
        (Body::Json(text), _) => {
            let template = serde_json::from_str(text).map_err(|_| BuildError::BodyJson)?;
            let value = filled(&template, values, optional)?.unwrap_or_default();
            Ok((value.to_string(), "application/json"))
        }
        (Body::Text(text), Encoding::Xml) => {
            Ok((template::body(text, values, optional, true)?.text, "application/xml"))
        }
        (Body::Text(text), Encoding::Text { content_type }) => {
            Ok((template::body(text, values, optional, false)?.text, content_type))
        }
        (Body::Text(text), _) => Ok((template::body(text, values, optional, false)?.text, "text/plain")),
    }
}

/// A JSON value whose texts are templates, filled in; `None` when it needs an optional variable that has no value.
fn filled(
    value: &serde_json::Value,
    values: &Values,
    optional: &[&str],
) -> Result<Option<serde_json::Value>, BuildError> {
    use serde_json::Value as Json;
    Ok(Some(match value {
        Json::String(text) => match template::json(text, values, Spot::Body) {
            Err(BuildError::Missing { .. }) if template::variables(text).any(|name| optional.contains(&name)) => {
                return Ok(None);
            }
            filled => filled?,
        },
        Json::Array(items) => {
            let items = items.iter().filter_map(|item| filled(item, values, optional).transpose());
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let member = |(name, value): (&String, &Json)| {
                let value = filled(value, values, optional).transpose()?;
                Some(value.map(|value| (name.clone(), value)))
            };
            Json::Object(members.iter().filter_map(member).collect::<Result<_, _>>()?)
        }
        constant => constant.clone(),
    }))
}

fn json_body<'p>(
    params: impl Iterator<Item = &'p Param<'p>>,
    values: &Values,
) -> Result<serde_json::Value, BuildError> {
    let mut object = serde_json::Map::new();
    for param in params {
        if let Some(value) = unless_missing(param, template::json(param.value(), values, Spot::Param(param)))? {
            object.insert(param.name().to_owned(), value);
        }
    }
    Ok(serde_json::Value::Object(object))
}
