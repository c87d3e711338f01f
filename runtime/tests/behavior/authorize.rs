use authsmith::codegen::v1 as rt;
use authsmith::{CallbackError, Error, ErrorKind, Tokens};

use crate::acme::Vendor;
use crate::globex::{self, Access, AuthorizeRequest, callback, granted, operations, pairs};

const CAME_BACK: &str = "auth_code=1&realmId=77&iss=https://initech.globex.example";

fn query(url: &str) -> std::collections::HashMap<String, String> {
    pairs(url::Url::parse(url).unwrap().query().unwrap())
}

async fn come_back(rest: &str) -> Result<Tokens<Access>, Error> {
    let (client, _) = globex::client(&Vendor::new(|_, n| granted(n)));
    let login = AuthorizeRequest::new(&client, "initech").start().unwrap();
    let callback = callback(&login, rest);
    client.exchange_code(&operations::EXCHANGE_CODE, login.into_pending(), &callback).await?.tokens()
}

#[test]
fn scopes_have_defaults_and_further_lists() {
    let (client, _) = globex::client(&Vendor::new(|_, n| granted(n)));
    let authorize = || client.authorize::<rt::StateReturned>().setting("domain", "initech");
    let sent = query(authorize().start().unwrap().url());
    assert_eq!((sent["scope"].as_str(), sent.contains_key("user_scope")), ("basic,mail", false));
    let chosen = authorize().scopes(["chat"]).scope_list("user_scope", ["a", "b"]).scope_list("user_scope", ["c"]);
    let sent = query(chosen.start().unwrap().url());
    assert_eq!((sent["scope"].as_str(), sent["user_scope"].as_str()), ("chat", "a,b,c"));
}

#[test]
fn optional_inputs_are_setters_or_left_out() {
    let (client, _) = globex::client(&Vendor::new(|_, n| granted(n)));
    let sent = query(AuthorizeRequest::new(&client, "initech").plan("pro").start().unwrap().url());
    assert_eq!(sent["plan"], "pro");
    let without = client.authorize::<rt::StateReturned>().setting("domain", "initech").maybe("plan", None::<String>);
    assert!(!query(without.start().unwrap().url()).contains_key("plan"));
}

#[test]
fn state_keeps_the_form_that_the_vendor_takes() {
    let (client, _) = globex::client(&Vendor::new(|_, n| granted(n)));
    let state = || query(AuthorizeRequest::new(&client, "initech").start().unwrap().url())["state"].clone();
    let (first, second) = (state(), state());
    assert!(first.len() == 12 && first.bytes().all(|byte| byte.is_ascii_digit()), "{first}");
    assert_ne!(first, second);
}

#[tokio::test]
async fn a_callback_is_read_under_the_names_of_the_vendor() {
    let tokens = come_back(CAME_BACK).await.unwrap();
    assert_eq!((tokens.kept("realm_id"), tokens.kept("shard")), (Some("77"), Some("0")));
}

#[tokio::test]
async fn a_denial_by_error_or_by_absence_is_told() {
    let iss = "iss=https://initech.globex.example";
    for (rest, code, text) in
        [("fault=no&fault_text=never", "no", Some("never")), ("realmId=77", "access_denied", None)]
    {
        let error = come_back(&format!("{rest}&{iss}")).await.unwrap_err();
        let expected = CallbackError::Denied { code: code.to_owned(), text: text.map(str::to_owned) };
        assert_eq!((error.kind(), error.callback()), (ErrorKind::Callback, Some(&expected)));
    }
}

#[tokio::test]
async fn another_issuer_or_none_is_refused() {
    for (rest, expected) in [
        ("auth_code=1&realmId=77", CallbackError::IssuerMissing),
        ("auth_code=1&realmId=77&iss=https://evil.example", CallbackError::IssuerMismatch),
        ("auth_code=1&realmId=77&iss=https://initech.globex.example/", CallbackError::IssuerMismatch),
    ] {
        assert_eq!(come_back(rest).await.unwrap_err().callback(), Some(&expected));
    }
}
