//! Checks a JSON value against a shape, and settles the spellings that vendors mix up.

use std::time::SystemTime;

use serde_json::{Map, Number, Value};

use crate::expiry::instant;
use crate::operation::ExpiryUnit;
use crate::pointer;
use crate::read::Unreadable;
use crate::shape::{Field, Shape};

/// Whole floats are exact up to here.
const EXACT_FLOAT: f64 = 9_007_199_254_740_992.0;

/// Checks `value` against `shape`, and turns a number or boolean that was sent as text into what it means.
///
/// Fields that the shape doesn't name stay as they are; so does an optional field that is `null`.
///
/// # Errors
///
/// The JSON Pointer of the first value that doesn't fit, and what was expected there; never the value itself.
pub fn normalize(value: &mut Value, shape: Shape<'_>) -> Result<(), Unreadable> {
    check(value, shape, &mut String::new())
}

fn check(value: &mut Value, shape: Shape<'_>, at: &mut String) -> Result<(), Unreadable> {
    let settled = match (shape, &mut *value) {
        (Shape::Json, _) | (Shape::String | Shape::Secret, Value::String(_)) => return Ok(()),
        (Shape::Date, Value::String(text)) if is_date(text) => return Ok(()),
        (Shape::Timestamp, Value::String(text)) if is_timestamp(text) => return Ok(()),
        (Shape::Nothing, _) => Some(Value::Null),
        (Shape::Integer, value) => integer(value),
        (Shape::Number, value) => number(value),
        (Shape::Boolean, value) => boolean(value),
        (Shape::Epoch, value) => moment(value, ExpiryUnit::Epoch),
        (Shape::EpochMilliseconds, value) => moment(value, ExpiryUnit::EpochMilliseconds),
        (Shape::BasicDate, value) => basic_date(value),
        (Shape::List(item), Value::Array(items)) => {
            return items.iter_mut().enumerate().try_for_each(|(index, value)| {
                within(at, |at| pointer::push_index(at, index), |at| check(value, *item, at))
            });
        }
        (Shape::Map(item), Value::Object(members)) => {
            return members.iter_mut().try_for_each(|(key, value)| {
                within(at, |at| pointer::push_key(at, key), |at| check(value, *item, at))
            });
        }
        (Shape::Object(fields), Value::Object(members)) => {
            return fields.iter().try_for_each(|field| check_field(members, field, at));
        }
        _ => None,
    };
    *value = settled.ok_or_else(|| Unreadable::new(at, wanted(shape)))?;
    Ok(())
}

fn check_field(members: &mut Map<String, Value>, field: &Field<'_>, at: &mut String) -> Result<(), Unreadable> {
    let step = |at: &mut String| pointer::push_key(at, field.name());
    match members.get_mut(field.name()) {
        None | Some(Value::Null) if field.is_optional() => Ok(()),
        Some(value) => within(at, step, |at| check(value, field.shape(), at)),
        None => within(at, step, |at| Err(Unreadable::new(at, wanted(field.shape())))),
    }
}

/// What a shape expects, in words.
fn wanted(shape: Shape<'_>) -> &'static str {
    match shape {
        Shape::Json | Shape::Nothing => "a member of any kind",
        Shape::String | Shape::Secret => "text",
        Shape::Integer => "a whole number",
        Shape::Number => "a number",
        Shape::Boolean => "true or false",
        Shape::Date => "a date (YYYY-MM-DD)",
        Shape::Timestamp => "a moment in RFC 3339",
        Shape::Epoch => "a moment in seconds since 1970",
        Shape::EpochMilliseconds => "a moment in milliseconds since 1970",
        Shape::BasicDate => "a date (YYYYMMDD)",
        Shape::List(_) => "an array",
        Shape::Map(_) | Shape::Object(_) => "an object",
    }
}

/// Runs `inner` with the pointer one step longer.
fn within<T>(at: &mut String, step: impl FnOnce(&mut String), inner: impl FnOnce(&mut String) -> T) -> T {
    let length = at.len();
    step(at);
    let result = inner(at);
    at.truncate(length);
    result
}

/// A whole number that fits 64 bits with sign; `7.0` and `"7"` are whole too.
fn integer(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_i64() => Some(value.clone()),
        Value::Number(number) => whole(number.as_f64().filter(|_| number.is_f64())?),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(number) => Some(number.into()),
            Err(_) => whole(text.trim().parse().ok()?),
        },
        _ => None,
    }
}

fn whole(float: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "a whole float of at most 2^53 is exact")]
    (float.fract() == 0.0 && float.abs() <= EXACT_FLOAT).then(|| (float as i64).into())
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => match text.trim().parse::<i64>() {
            Ok(number) => Some(number.into()),
            Err(_) => Number::from_f64(text.trim().parse().ok()?).map(Value::Number),
        },
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(_) => Some(value.clone()),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true.into()),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false.into()),
        _ => None,
    }
}

/// A moment that is counted from 1970; also one that is written in RFC 3339 already.
fn moment(value: &Value, unit: ExpiryUnit) -> Option<Value> {
    if let Value::String(text) = value
        && is_timestamp(text)
    {
        return Some(value.clone());
    }
    let moment = jiff::Timestamp::try_from(instant(value, unit, SystemTime::UNIX_EPOCH)?).ok()?;
    Some(moment.to_string().into())
}

/// A date of eight digits; also one that is written with hyphens already.
fn basic_date(value: &Value) -> Option<Value> {
    let text = match value {
        Value::String(text) if is_date(text) => return Some(value.clone()),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    if text.len() != "YYYYMMDD".len() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let dashed = format!("{}-{}-{}", text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    is_date(&dashed).then(|| dashed.into())
}

fn is_date(text: &str) -> bool {
    // jiff takes the date out of longer texts as well; here the text is the date.
    text.len() == "YYYY-MM-DD".len() && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_timestamp(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}
