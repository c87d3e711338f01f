//! Callbacks.

use authsmith_protocol::{CallbackError, Secret, read_callback};

fn callback(text: &str) -> Result<String, CallbackError> {
    read_callback(text, &Secret::from("STATE"), false).map(|code| code.expose().to_owned())
}

#[test]
fn the_code_is_found_in_every_form_of_callback() {
    let table = [
        ("https://app.example/cb?code=abc&state=STATE", "abc"),
        ("https://app.example/cb?state=STATE&code=abc#_=_", "abc"),
        ("com.example.app:/cb?code=abc&state=STATE", "abc"),
        ("/cb?code=abc&state=STATE", "abc"),
        ("?code=abc&state=STATE", "abc"),
        ("code=abc&state=STATE", "abc"),
        ("  code=abc&state=STATE\n", "abc"),
        ("code=a%2Fb%2Bc+d&state=STATE&iss=https%3A%2F%2Fas.example", "a/b+c d"),
        ("code=4/abc?d:e&state=STATE", "4/abc?d:e"),
        ("%63ode=abc&st%61te=STATE", "abc"),
    ];
    for (text, code) in table {
        assert_eq!(callback(text).as_deref(), Ok(code), "{text}");
    }
}

#[test]
fn everything_else_is_refused() {
    let denied =
        |code: &str, text: Option<&str>| CallbackError::Denied { code: code.into(), text: text.map(Into::into) };
    let table = [
        ("code=abc", CallbackError::StateMissing),
        ("https://app.example/cb", CallbackError::StateMissing),
        ("https://app.example/cb#code=abc&state=STATE", CallbackError::StateMissing),
        ("", CallbackError::StateMissing),
        ("code=abc&state=", CallbackError::StateMismatch),
        ("code=abc&state=state", CallbackError::StateMismatch),
        ("code=abc&state=STATE2", CallbackError::StateMismatch),
        ("code=abc&state=STAT", CallbackError::StateMismatch),
        ("code=abc&state=STATE%00", CallbackError::StateMismatch),
        ("code=abc&state=STATE&state=STATE", CallbackError::Repeated("state")),
        ("code=abc&state=x&st%61te=STATE", CallbackError::Repeated("state")),
        ("code=abc&code=abc&state=STATE", CallbackError::Repeated("code")),
        ("code=abc&%63ode=evil&state=STATE", CallbackError::Repeated("code")),
        ("error=a&error=b&state=STATE", CallbackError::Repeated("error")),
        ("code=abc&error=access_denied&state=STATE", CallbackError::CodeAndError),
        ("code=&error=access_denied&state=STATE", CallbackError::CodeAndError),
        ("state=STATE", CallbackError::CodeMissing),
        ("code=&state=STATE", CallbackError::CodeMissing),
        ("code=%FF&state=STATE", CallbackError::CodeUnreadable),
        // The state comes first: a stranger's denial isn't believed.
        ("error=access_denied", CallbackError::StateMissing),
        ("error=access_denied&state=other", CallbackError::StateMismatch),
        ("error=access_denied&state=STATE", denied("access_denied", None)),
        (
            "error=access_denied&error_description=No%1B%5B2J+way%0A&state=STATE",
            denied("access_denied", Some(r"No\u{1b}[2J way\n")),
        ),
    ];
    for (text, expected) in table {
        assert_eq!(callback(text), Err(expected), "{text}");
    }
}

#[test]
fn sizes_are_bounded() {
    let code = "x".repeat(16 * 1024);
    assert_eq!(callback(&format!("code={code}&state=STATE")), Err(CallbackError::TooLong));
    let error = callback(&format!("error={0}&error_description={0}&state=STATE", "e".repeat(5000)));
    let Err(CallbackError::Denied { code, text }) = error else { panic!("{error:?}") };
    assert_eq!((code.chars().count(), text.unwrap().chars().count()), (100, 300));
}

#[test]
fn a_callback_may_lack_state_where_the_app_says_so_but_never_have_another() {
    let lenient = |text| read_callback(text, &Secret::from("STATE"), true).map(|code| code.expose().to_owned());
    assert_eq!(lenient("code=abc").as_deref(), Ok("abc"));
    assert_eq!(lenient("code=abc&state=STATE").as_deref(), Ok("abc"));
    assert_eq!(lenient("code=abc&state=other"), Err(CallbackError::StateMismatch));
    assert_eq!(lenient("code=abc&state="), Err(CallbackError::StateMismatch));
    assert!(matches!(lenient("error=access_denied"), Err(CallbackError::Denied { .. })));
}

#[test]
fn an_empty_expected_state_matches_nothing() {
    for lenient in [false, true] {
        let result = read_callback("code=abc&state=", &Secret::from(""), lenient);
        assert_eq!(result, Err(CallbackError::StateMismatch));
    }
}
