//! A body as JSON, whatever it was written in.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::operation::AnswerFormat;
use crate::read::Response;
use crate::xml;

/// What a format expects, in words.
pub(crate) fn written(format: AnswerFormat) -> &'static str {
    match format {
        AnswerFormat::Json => "JSON",
        AnswerFormat::Form => "a form",
        AnswerFormat::Text => "text",
        AnswerFormat::Xml => "XML",
        AnswerFormat::Bytes => "bytes",
    }
}

/// The body as JSON, or as the JSON that a form, a text or a document makes.
pub(crate) fn parse(response: &Response, format: AnswerFormat) -> Option<Value> {
    let body = without_bom(&response.body);
    let json = || serde_json::from_slice(body).ok();
    let is = |essence| has_type(&response.headers, essence);
    match format {
        AnswerFormat::Text => std::str::from_utf8(body).ok().map(|text| text.trim().into()),
        AnswerFormat::Form => json().filter(Value::is_object).or_else(|| Some(form(std::str::from_utf8(body).ok()?))),
        AnswerFormat::Xml => xml::parse(body).or_else(json),
        AnswerFormat::Json | AnswerFormat::Bytes => {
            json().or_else(|| is("application/x-www-form-urlencoded").then(|| form(&String::from_utf8_lossy(body))))
        }
    }
}

pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

fn has_type(headers: &HeaderMap, expected: &str) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(expected)
}

fn form(body: &str) -> Value {
    form_urlencoded::parse(body.trim_ascii().as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
