//! Answers checked and normalized.

use authsmith_protocol::normalize;
use authsmith_protocol::shape::{Field, Shape};
use serde_json::{Value, json};

const POINT: Shape<'static> = Shape::Object(&[
    Field::new("value", Shape::Number),
    Field::new("day", Shape::Date).optional(),
    Field::new("any", Shape::Json).optional(),
]);

fn normalized(mut value: Value, shape: Shape<'_>) -> Result<Value, (String, &'static str)> {
    match normalize(&mut value, shape) {
        Ok(()) => Ok(value),
        Err(error) => Err((error.at, error.expected)),
    }
}

#[test]
fn spellings_are_settled() {
    let table = [
        (Shape::Integer, json!(7), json!(7)),
        (Shape::Integer, json!("7"), json!(7)),
        (Shape::Integer, json!("-7"), json!(-7)),
        (Shape::Integer, json!(7.0), json!(7)),
        (Shape::Integer, json!("7.0"), json!(7)),
        (Shape::Number, json!(7.5), json!(7.5)),
        (Shape::Number, json!("7.5"), json!(7.5)),
        (Shape::Number, json!("7"), json!(7)),
        (Shape::Boolean, json!(true), json!(true)),
        (Shape::Boolean, json!("false"), json!(false)),
        (Shape::Boolean, json!("True"), json!(true)),
        (Shape::Nothing, json!({ "a": 1 }), json!(null)),
        (Shape::Json, json!([null]), json!([null])),
        (Shape::String, json!(""), json!("")),
        (Shape::Date, json!("2024-02-29"), json!("2024-02-29")),
        (Shape::Timestamp, json!("2024-02-29T10:00:00.5+02:00"), json!("2024-02-29T10:00:00.5+02:00")),
        (Shape::Epoch, json!(1_767_225_600), json!("2026-01-01T00:00:00Z")),
        (Shape::Epoch, json!("1767225600"), json!("2026-01-01T00:00:00Z")),
        (Shape::Epoch, json!(1_767_225_600.5), json!("2026-01-01T00:00:00.5Z")),
        (Shape::Epoch, json!("2026-01-01T00:00:00Z"), json!("2026-01-01T00:00:00Z")),
        (Shape::EpochMilliseconds, json!(1_767_225_600_250_u64), json!("2026-01-01T00:00:00.25Z")),
        (Shape::BasicDate, json!("20240229"), json!("2024-02-29")),
        (Shape::BasicDate, json!(20_240_229), json!("2024-02-29")),
        (Shape::BasicDate, json!("2024-02-29"), json!("2024-02-29")),
        (Shape::List(&Shape::Integer), json!(["1", 2]), json!([1, 2])),
        (Shape::Map(&POINT), json!({ "a": { "value": "1", "x": 1 } }), json!({ "a": { "value": 1, "x": 1 } })),
        (
            POINT,
            json!({ "value": 1, "day": null, "extra": "kept" }),
            json!({ "value": 1, "day": null, "extra": "kept" }),
        ),
    ];
    for (shape, value, expected) in table {
        assert_eq!(normalized(value.clone(), shape), Ok(expected), "{shape:?} {value}");
    }
}

#[test]
fn the_first_misfit_is_named_by_its_pointer() {
    let table = [
        (Shape::String, json!(1), "", "text"),
        (Shape::Integer, json!(1.5), "", "a whole number"),
        (Shape::Integer, json!("x"), "", "a whole number"),
        (Shape::Integer, json!(u64::MAX), "", "a whole number"),
        (Shape::Integer, json!(1e300), "", "a whole number"),
        (Shape::Epoch, json!("soon"), "", "a moment in seconds since 1970"),
        (Shape::Epoch, json!(-1), "", "a moment in seconds since 1970"),
        (Shape::EpochMilliseconds, json!(1e300), "", "a moment in milliseconds since 1970"),
        (Shape::BasicDate, json!("20230229"), "", "a date (YYYYMMDD)"),
        (Shape::BasicDate, json!("2023022é"), "", "a date (YYYYMMDD)"),
        (Shape::BasicDate, json!(1), "", "a date (YYYYMMDD)"),
        (Shape::Number, json!("NaN"), "", "a number"),
        (Shape::Boolean, json!(1), "", "true or false"),
        (Shape::Date, json!("2023-02-29"), "", "a date (YYYY-MM-DD)"),
        (Shape::Date, json!("2023-02-28T00:00:00"), "", "a date (YYYY-MM-DD)"),
        (Shape::Timestamp, json!("2023-02-28"), "", "a moment in RFC 3339"),
        (POINT, json!([]), "", "an object"),
        (POINT, json!({}), "/value", "a number"),
        (POINT, json!({ "value": null }), "/value", "a number"),
        (Shape::List(&POINT), json!([{ "value": 1 }, { "value": 1, "day": "x" }]), "/1/day", "a date (YYYY-MM-DD)"),
        (Shape::Map(&Shape::String), json!({ "a/b~c\u{1b}": 1 }), "/a~1b~0c\\u{1b}", "text"),
        (Shape::Object(&[Field::new("x", Shape::Json)]), json!({}), "/x", "a member of any kind"),
    ];
    for (shape, value, at, expected) in table {
        assert_eq!(normalized(value.clone(), shape), Err((at.into(), expected)), "{shape:?} {value}");
    }
}
