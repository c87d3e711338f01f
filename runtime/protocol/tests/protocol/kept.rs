//! The rules of kept values: each refuses in a callback, and leaves out of an answer, whatever it doesn't allow.

use authsmith_protocol::operation::{Answer, Issued, Kept, Operation};
use authsmith_protocol::provider::{Callback, Format};
use authsmith_protocol::{CallbackError, Expected, Secret, Values, read, read_arrival};
use serde_json::json;

use crate::{now, response};

/// What a callback with this value keeps.
fn of_callback(rule: Kept<'_>, value: &str) -> Result<Vec<String>, String> {
    let list = [rule];
    let callback = Callback::new().keep(&list);
    let query: String =
        form_urlencoded::Serializer::new(String::from("code=c&state=STATE&")).append_pair("at", value).finish();
    let (state, values) = (Secret::from("STATE"), Values::new());
    let expected = Expected { state: &state, may_lack_state: false, values: &values };
    match read_arrival(&callback, &query, &expected) {
        Ok(arrival) => Ok(arrival.kept.into_iter().map(|(_, value)| value).collect()),
        Err(CallbackError::Unfit { name, expected }) => Err(format!("{name} {expected}")),
        Err(other) => panic!("{other:?}"),
    }
}

/// What an answer with this value keeps; its token is there in any case.
fn of_answer(rule: Kept<'_>, value: &str) -> Vec<String> {
    let (list, issued) = ([rule], [Issued::new("access", "/t")]);
    let answer = Answer::json().tokens(&issued).keep(&list);
    let operation = Operation::post("log_in", "https://api.example/login").answer(answer);
    let reading = read(&operation, &response(200, &[], json!({ "t": "T", "at": value }).to_string()), now()).unwrap();
    assert_eq!(reading.tokens[0].value.expose(), "T");
    reading.kept.into_iter().map(|(_, value)| value).collect()
}

/// A kept value with its rule.
type Ruled = fn(Kept<'static>) -> Kept<'static>;

#[test]
fn each_rule_refuses_what_it_does_not_allow() {
    let uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    let table: [(Ruled, &str, &[&str]); 6] = [
        (|kept| kept.allowed(&["eu", "us"]), "us", &["eu2", "EU", "eu ", "eu,us"]),
        (|kept| kept.pattern("[a-z]{2}[0-9]"), "eu1", &["eu12", "xeu1", "eu1\n", "eu1\nus1", "eu"]),
        (
            |kept| kept.format(Format::Url),
            "https://a.example/x",
            &["http://a.example", "a.example", "https://u@a.example", "https://a.example#x", "https://a.example\\@b"],
        ),
        (|kept| kept.format(Format::Hostname), "a-1.example", &["a.example/x", "a.example:1", "-a.example", "a..b"]),
        (|kept| kept.format(Format::Uuid), uuid, &["1", "f81d4fae7dec11d0a76500a0c91e6bf6"]),
        (|kept| kept.format(Format::Email), "kai@a.example", &["kai", "@a.example", "kai@", "k i@a.example"]),
    ];
    for (ruled, good, bad) in table {
        let (said, answered) = (ruled(Kept::new("kept", "at")), ruled(Kept::new("kept", "/at").or_default("eu")));
        assert_eq!(of_callback(said, good), Ok(vec![good.to_owned()]), "{said:?}");
        assert_eq!(of_answer(answered, good), [good], "{said:?}");
        for bad in bad {
            assert!(of_callback(said, bad).expect_err(bad).starts_with("kept "), "{said:?}: {bad:?}");
            // No default stands in for it.
            assert_eq!(of_answer(answered, bad), [""; 0], "{said:?}: {bad:?}");
        }
    }
}
