//! Whether a value has the type that the spec gives it.

use authsmith_codegen::model::{Type, TypeDef, TypeKind};
use serde_json::Value;

/// Whether `value` is of type `ty`; `Err` says what was expected, at which place of a JSON value.
pub(crate) fn check(value: &Value, ty: &Type, types: &[TypeDef]) -> Result<(), String> {
    let expected = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("must be {what}")) };
    match ty {
        Type::String | Type::Secret | Type::Text => expected(value.is_string(), "a string"),
        Type::Integer | Type::Epoch | Type::EpochMillis => expected(value.is_i64(), "a whole number"),
        Type::Number => expected(value.is_number(), "a number"),
        Type::Boolean => expected(value.is_boolean(), "true or false"),
        Type::Json | Type::Bytes => Ok(()),
        Type::File => expected(value.get("content_type").is_some(), "a file"),
        Type::Nothing => expected(value.is_null(), "null"),
        Type::Date => expected(value.as_str().is_some_and(is_date), "a date (YYYY-MM-DD)"),
        Type::CompactDate => expected(value.as_str().is_some_and(is_compact_date), "a date (YYYYMMDD)"),
        Type::Timestamp => expected(value.as_str().is_some_and(is_timestamp), "a moment (RFC 3339)"),
        Type::List(item) => {
            let list = value.as_array().ok_or("must be an array")?;
            list.iter().enumerate().try_for_each(|(at, one)| inside(&at.to_string(), check(one, item, types)))
        }
        Type::Map { key, value: ty } => {
            let map = value.as_object().ok_or("must be an object")?;
            map.iter().try_for_each(|(name, one)| {
                let name_fits = **key != Type::Date || is_date(name);
                expected(name_fits, "an object keyed by date (YYYY-MM-DD)")?;
                inside(name, check(one, ty, types))
            })
        }
        Type::Named(name) => named(value, name, types),
    }
}

fn named(value: &Value, name: &str, types: &[TypeDef]) -> Result<(), String> {
    match types.iter().find(|known| known.name == name).map(|known| &known.kind) {
        // The set is open: other words are for the vendor to judge.
        Some(TypeKind::Enum(_)) => value.is_string().then_some(()).ok_or_else(|| "must be a string".to_owned()),
        Some(TypeKind::Object(fields)) => {
            let object = value.as_object().ok_or("must be an object")?;
            for field in fields {
                match object.get(&field.name.wire) {
                    None | Some(Value::Null) if field.optional => {}
                    None => return Err(format!("lacks `{}`", field.name.wire)),
                    Some(one) => inside(&field.name.wire, check(one, &field.ty, types))?,
                }
            }
            let extra = object.keys().find(|key| !fields.iter().any(|field| field.name.wire == **key));
            extra.map_or(Ok(()), |_| Err("has a member that the spec does not name".to_owned()))
        }
        None => Ok(()),
    }
}

fn inside(place: &str, outcome: Result<(), String>) -> Result<(), String> {
    outcome.map_err(|wrong| match wrong.strip_prefix('/') {
        Some(deeper) => format!("/{place}/{deeper}"),
        None => format!("/{place} {wrong}"),
    })
}

/// The value that a text stands for, where JSON has no say: in a form, a query, a path or a header.
pub(crate) fn from_text(text: &str, ty: &Type, types: &[TypeDef]) -> Result<Value, String> {
    let value = match ty {
        Type::Integer | Type::Epoch | Type::EpochMillis => text.parse::<i64>().map(Value::from).ok(),
        Type::Number => text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from),
        Type::Boolean => text.parse::<bool>().map(Value::from).ok(),
        Type::List(_) | Type::Map { .. } => serde_json::from_str(text).ok(),
        Type::Named(name) if is_object(name, types) => serde_json::from_str(text).ok(),
        _ => None,
    };
    let value = value.unwrap_or_else(|| Value::String(text.to_owned()));
    check(&value, ty, types).map(|()| value)
}

fn is_object(name: &str, types: &[TypeDef]) -> bool {
    types.iter().any(|known| known.name == name && matches!(known.kind, TypeKind::Object(_)))
}

/// `YYYY-MM-DD`, of a day that exists.
pub(crate) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let lengths_fit = year.len() == 4 && month.len() == 2 && day.len() == 2;
    let (Some(year), Some(month), Some(day)) = (digits(year), digits(month), digits(day)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    lengths_fit && (1..=days).contains(&day)
}

/// `YYYYMMDD`, of a day that exists.
pub(crate) fn is_compact_date(text: &str) -> bool {
    let part = |from, to| text.get(from..to).unwrap_or_default();
    text.len() == 8 && is_date(&format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)))
}

/// `YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm|-hh:mm)` (RFC 3339, section 5.6).
fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let (clock, zone) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, None),
        None => match time.rfind(['+', '-']).and_then(|at| time.split_at_checked(at)) {
            Some((clock, zone)) => (clock, zone.get(1..)),
            None => return false,
        },
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, rest)| (clock, Some(rest)));
    is_date(date)
        && is_clock(clock, &[23, 59, 60])
        && fraction.is_none_or(|fraction| digits(fraction).is_some())
        && zone.is_none_or(|zone| is_clock(zone, &[23, 59]))
}

/// Two-digit numbers between colons, none above its limit.
fn is_clock(text: &str, limits: &[u64]) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let fits = |(part, limit): (&&str, &u64)| part.len() == 2 && digits(part).is_some_and(|number| number <= *limit);
    parts.len() == limits.len() && parts.iter().zip(limits).all(fits)
}

fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{is_compact_date, is_date, is_timestamp};

    #[test]
    fn dates_exist() {
        assert!(is_date("2024-02-29") && is_date("2023-12-31"));
        for wrong in ["2023-02-29", "2023-13-01", "2023-1-01", "2023-01-00", "+023-01-01", "today", ""] {
            assert!(!is_date(wrong), "{wrong}");
        }
        assert!(is_compact_date("20240229"));
        for wrong in ["20230229", "2024-02-29", "240229", "2024é29"] {
            assert!(!is_compact_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn moments_have_a_zone() {
        assert!(is_timestamp("2024-02-29T23:59:60Z") && is_timestamp("2024-01-01T00:00:00.25+02:00"));
        for wrong in ["2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+2"] {
            assert!(!is_timestamp(wrong), "{wrong}");
        }
    }
}
