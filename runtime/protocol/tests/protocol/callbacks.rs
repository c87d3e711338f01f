//! Callbacks.

use authsmith_protocol::operation::Kept;
use authsmith_protocol::provider::Callback;
use authsmith_protocol::{CallbackError, Expected, Secret, Values, read_arrival, read_callback};

fn callback(text: &str) -> Result<String, CallbackError> {
    read_callback(text, &Secret::from("STATE"), false).map(|code| code.expose().to_owned())
}

#[test]
fn the_code_is_found_in_every_form_of_callback() {
    let table = [
        ("https://app.example/cb?code=abc&state=STATE", "abc"),
        ("https://app.example/cb?state=STATE&code=abc#_=_", "abc"),
        ("https://app.example/cb#code=abc&state=STATE", "abc"),
        ("https://app.example/cb?page=1#state=STATE&code=a%2Bc", "a+c"),
        ("#code=abc&state=STATE", "abc"),
        ("code=abc&state=STATE#code=def&state=OTHER", "abc"),
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
fn input_22_everything_else_is_refused() {
    let denied =
        |code: &str, text: Option<&str>| CallbackError::Denied { code: code.into(), text: text.map(Into::into) };
    let table = [
        ("code=abc", CallbackError::StateMissing),
        ("https://app.example/cb", CallbackError::StateMissing),
        ("https://app.example/cb?state=STATE#code=abc", CallbackError::CodeMissing),
        ("https://app.example/cb#code=abc", CallbackError::StateMissing),
        ("https://app.example/cb#code=abc&state=OTHER", CallbackError::StateMismatch),
        ("https://app.example/cb#code=abc&code=abc&state=STATE", CallbackError::Repeated("code")),
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
fn input_22_sizes_are_bounded() {
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

fn arrival(callback: &Callback<'_>, text: &str) -> Result<(String, Vec<(String, String)>), CallbackError> {
    let values = Values::new().with("tenant", "acme");
    let expected = Expected { state: &Secret::from("STATE"), may_lack_state: false, values: &values };
    read_arrival(callback, text, &expected).map(|arrival| (arrival.code.expose().to_owned(), arrival.kept))
}

fn denied(code: &str, text: Option<&str>) -> CallbackError {
    CallbackError::Denied { code: code.into(), text: text.map(Into::into) }
}

#[test]
fn a_vendor_has_names_of_its_own() {
    let callback = Callback::new().code("auth_code").state("customField").error("err").error_text("err_msg");
    let table = [
        ("auth_code=abc&customField=STATE", Ok("abc")),
        ("auth_code=abc&customField=STATE&code=x&state=y&error=z", Ok("abc")),
        ("code=abc&state=STATE", Err(CallbackError::StateMissing)),
        ("code=abc&customField=STATE", Err(CallbackError::CodeMissing)),
        ("auth_code=a&auth_code=b&customField=STATE", Err(CallbackError::Repeated("code"))),
        ("auth_code=a&customField=STATE&customField=STATE", Err(CallbackError::Repeated("state"))),
        ("err=no&err_msg=way&customField=STATE", Err(denied("no", Some("way")))),
        ("err=no&auth_code=a&customField=STATE", Err(CallbackError::CodeAndError)),
    ];
    for (text, expected) in table {
        assert_eq!(arrival(&callback, text).map(|(code, _)| code), expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn further_values_are_kept() {
    let list = [
        Kept::new("realm_id", "realmId"),
        Kept::new("server", "accounts-server").or_default("https://accounts.example"),
        Kept::new("gone", "gone"),
    ];
    let callback = Callback::new().keep(&list);
    let kept = |text| {
        let kept = arrival(&callback, text)?.1;
        Ok(kept.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
    };
    let table = [
        ("code=a&state=STATE&realmId=7", Ok("realm_id=7 server=https://accounts.example")),
        ("code=a&state=STATE&realmId=a%20b&accounts-server=https%3A%2F%2Fx", Ok("realm_id=a b server=https://x")),
        ("code=a&state=STATE&realmId=", Ok("server=https://accounts.example")),
        ("code=a&state=STATE&realmId=1&realmId=2", Err(CallbackError::Repeated("a kept value"))),
    ];
    for (text, expected) in table {
        assert_eq!(kept(text), expected.map(str::to_owned), "{text}");
    }
}

#[test]
fn a_denial_can_be_an_absence() {
    let callback = Callback::new().denied_by_absence();
    assert_eq!(arrival(&callback, "state=STATE"), Err(denied("access_denied", None)));
    assert_eq!(arrival(&callback, "state=STATE&error=x"), Err(denied("x", None)));
    assert_eq!(arrival(&callback, "state=STATE&code="), Err(CallbackError::CodeMissing));
    assert_eq!(arrival(&callback, "state=other"), Err(CallbackError::StateMismatch));
    assert_eq!(arrival(&callback, ""), Err(CallbackError::StateMissing));
    assert_eq!(arrival(&Callback::new(), "state=STATE"), Err(CallbackError::CodeMissing));
}

#[test]
fn the_issuer_agrees_with_rfc_9207() {
    // RFC 9207, section 2.1 and 2.2: a success and an error, with the states of the examples.
    let callback = Callback::new().issuer("https://honest.as.example");
    let read = |state: &str, text: &str| {
        let expected = Expected { state: &Secret::from(state), may_lack_state: false, values: &Values::new() };
        read_arrival(&callback, text, &expected).map(|arrival| arrival.code.expose().to_owned())
    };
    let success = "https://client.example/cb?code=x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58\
                   &state=ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI&iss=https%3A%2F%2Fhonest.as.example";
    let state = "ZWVlNDBlYzA1NjdkMDNhYjg3ZjUxZjAyNGQzMTM2NzI";
    assert_eq!(read(state, success).as_deref(), Ok("x1848ZT64p4IirMPT0R-X3141MFPTuBX-VFL_cvaplMH58"));
    let error = "https://client.example/cb?error=access_denied&state=N2JjNGJhY2JiZjRhYzA3MGJkMzNmMDE5OWJhZmJhZjA\
                 &iss=https%3A%2F%2Fhonest.as.example";
    let state = "N2JjNGJhY2JiZjRhYzA3MGJkMzNmMDE5OWJhZmJhZjA";
    assert_eq!(read(state, error), Err(denied("access_denied", None)));

    let table = [
        ("code=a&state=STATE", CallbackError::IssuerMissing),
        ("error=a&state=STATE", CallbackError::IssuerMissing),
        ("code=a&state=STATE&iss=", CallbackError::IssuerMismatch),
        ("code=a&state=STATE&iss=https://attacker.example", CallbackError::IssuerMismatch),
        // Simple string comparison (RFC 3986, section 6.2.1).
        ("code=a&state=STATE&iss=https://honest.as.example/", CallbackError::IssuerMismatch),
        ("code=a&state=STATE&iss=https://HONEST.as.example", CallbackError::IssuerMismatch),
        ("error=a&state=STATE&iss=https://attacker.example", CallbackError::IssuerMismatch),
        ("code=a&state=STATE&iss=https://honest.as.example&iss=x", CallbackError::Repeated("iss")),
        ("code=a&state=other&iss=https://honest.as.example", CallbackError::StateMismatch),
    ];
    for (text, expected) in table {
        assert_eq!(read("STATE", text), Err(expected), "{text}");
    }
    let of_tenant = Callback::new().issuer("https://<tenant>.as.example");
    assert!(arrival(&of_tenant, "code=a&state=STATE&iss=https://acme.as.example").is_ok());
    assert_eq!(
        arrival(&Callback::new().issuer("https://<none>/"), "code=a&state=STATE&iss=https:///"),
        Err(CallbackError::IssuerMismatch)
    );
}
