use authsmith::codegen::v1 as rt;
use authsmith::{Config, ErrorKind, MemoryStore};

use crate::acme::{self, Vendor, operations, tokens};

fn problem(config: Config) -> String {
    let error = config.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn what_is_missing_is_named() {
    let new = || Config::new(&operations::PROVIDER);
    assert_eq!(problem(new()), "the client id is missing");
    assert_eq!(problem(new().client_id("a")), "the client secret is missing");
    let almost = || new().client_id("a").client_secret("b");
    assert_eq!(problem(almost()), "the redirect URI is missing");
    assert_eq!(problem(almost().redirect_uri("https://a.example/")), "the store is missing");
    const DEMANDING: rt::data::Provider<'static> =
        rt::data::Provider::new("x", "X").settings(&[rt::data::Setting::new("url")]);
    assert_eq!(problem(Config::new(&DEMANDING).store(MemoryStore::new())), "the setting `url` is missing");
}

#[test]
fn settings_are_checked() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let with = |name: &str, value: &str| problem(acme::config(&vendor).setting(name, value));
    assert_eq!(with("region", "asia"), "the setting `region` must be one of: eu, us");
    assert_eq!(with("regoin", "eu"), "Acme has no setting `regoin`; its settings are: region, api_url");
    assert!(with("api_url", "http://api.example").contains("must be https"));
    assert!(with("api_url", "https://user@api.example").contains("user name"));
    assert!(with("api_url", "http://localhost:80@evil.example").contains("user name"));
}

const GROWN: rt::data::Provider<'static> = {
    use rt::data::{Format, Operation, Param, Provider, Setting};
    Provider::new("grown", "Grown")
        .operations(&[Operation::get("a", "https://<host>/").params(&[Param::query("k", "<key ?? client_id>")])])
        .settings(&[
            Setting::new("host")
                .prefix("https://")
                .suffix(".example")
                .pattern("https://[a-z]+.example")
                .format(Format::Url),
            Setting::new("tier").optional().prefix("t-").allowed(&["t-1", "2"]),
            Setting::new("id").optional().format(Format::Uuid),
            Setting::new("mail").optional().format(Format::Email),
            Setting::new("key").optional().format(Format::Token),
            Setting::new("broken").optional().pattern("("),
            Setting::new("user").of_connection(),
        ])
};

#[test]
fn settings_have_patterns_formats_prefixes_and_suffixes() {
    let with = |name: &str, value: &str| {
        Config::new(&GROWN).setting("host", "acme").store(MemoryStore::new()).setting(name, value)
    };
    for (name, value) in [
        ("host", "acme"),
        ("host", "https://acme.example"),
        ("tier", "1"),
        ("tier", "t-1"),
        ("tier", "2"),
        ("tier", ""),
        ("id", "0188E1C2-7a3b-4c5d-8e9f-0123456789ab"),
        ("mail", "a+b@mail.example"),
        ("key", "a-b_c.d~1"),
    ] {
        with(name, value).build().unwrap();
    }
    for (name, value, what) in [
        ("mail", "a@b@c.example", "must be an e-mail address"),
        ("host", "evil.example/x", "must match `https://[a-z]+.example`"),
        ("tier", "3", "must be one of: t-1, 2"),
        ("id", "0188e1c27a3b4c5d8e9f0123456789ab", "must be a UUID"),
        ("id", "0188e1c2-7a3b-4c5d-8e9f-0123456789ag", "must be a UUID"),
        ("mail", "mail.example", "must be an e-mail address"),
        ("mail", "a b@mail.example", "must be an e-mail address"),
        ("mail", "a@-x", "must be an e-mail address"),
        ("key", "a b", "must be of letters, digits, `-`, `.`, `_` and `~`"),
        ("broken", "x", "has a pattern that is no regular expression: `(`"),
        ("user", "x", "is given when a login or a grant begins, not to the client"),
    ] {
        assert_eq!(problem(with(name, value)), format!("the setting `{name}` {what}"));
    }
}

#[test]
fn redirect_uris_are_absolute_and_lead_to_the_app() {
    let vendor = Vendor::new(|_, n| tokens(n));
    for good in [
        "https://app.example/callback?x=1",
        "http://127.0.0.1:8080/cb",
        "http://localhost/cb",
        "http://[::1]:1/",
        "cardiomood://example/redirect",
        "com.example.app:/callback",
    ] {
        acme::config(&vendor).redirect_uri(good).build().unwrap();
    }
    for bad in [
        "/callback",
        "app.example/callback",
        "http://app.example/cb",
        "https://app.example/cb#x",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example/a b",
        "https://u:p@app.example/",
        "https://app.example/\n",
        "",
    ] {
        problem(acme::config(&vendor).redirect_uri(bad));
    }
}

#[test]
fn a_server_is_an_origin() {
    let vendor = Vendor::new(|_, n| tokens(n));
    for bad in
        ["http://sandbox.example", "https://a.example/path", "https://a.example?x", "a.example", "ftp://127.0.0.1"]
    {
        problem(acme::config(&vendor).server(bad));
    }
}

#[tokio::test]
async fn a_server_swaps_the_origin_of_every_request() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).server("http://127.0.0.1:4000").build().unwrap();
    let login = client.authorize::<rt::StateReturned>().start().unwrap();
    assert!(login.url().starts_with("http://127.0.0.1:4000/eu/authorize?"));
    let connection = client.keep("u", rt::Tokens::<acme::Access>::new("t")).await.unwrap();
    let call: rt::Call<rt::Json, authsmith::Error> = connection.call(&operations::ME, rt::inputs());
    let _ = call.await;
    assert_eq!(vendor.last().url.as_str(), "http://127.0.0.1:4000/v1/me");
}

#[tokio::test]
async fn one_url_can_be_another() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let config =
        acme::config(&vendor).url("refresh", "https://<region>.acme.example/t").url("authorize", "https://b.example/");
    let client = config.build().unwrap();
    assert!(client.authorize::<rt::StateReturned>().start().unwrap().url().starts_with("https://b.example/?"));
    let tokens = rt::Tokens::<acme::Access>::new("t").with_refresh_token("r");
    client.refresh(&operations::REFRESH, tokens).await.unwrap();
    assert_eq!(vendor.last().url.as_str(), "https://eu.acme.example/t");
    assert_eq!(problem(acme::config(&vendor).url("refesh", "https://a.example")), "Acme has no operation `refesh`");
}

#[tokio::test]
async fn input_25_plain_http_is_for_loopback_only() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).url("refresh", "http://acme.example/token").build().unwrap();
    let tokens = rt::Tokens::<acme::Access>::new("t").with_refresh_token("r");
    let error = client.refresh(&operations::REFRESH, tokens).await.unwrap_err();
    assert!(error.to_string().contains("must be https"), "{error}");
    assert!(vendor.log.lock().unwrap().is_empty());
}
