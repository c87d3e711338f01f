//! What belongs to a connection: settings given when it starts, values kept for it, and the callbacks that bring them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use common::{Answer, BASIC, FORM, encode, send, start_spec};

const SHOP: &str = "
provider: acme
settings:
  shop: { of: connection, pattern: '[a-z]+', sample: mine }
  zone: { of: connection, enum: [eu, us], optional: true }
authorize:
  url: https://acme.example/<shop>/authorize
  pkce: none
  send: { zone: <zone> }
  callback: { code: auth_code, state: st, error: problem, error_text: why, keep: { realm: realmId }, issuer: https://acme.example/<shop> }
token: { url: https://acme.example/<shop>/token }
grants:
  exchange_code: { send: { realm: <realm> } }
  refresh: {}
tokens:
  access: { keep: { base: base_url, site: /site/id } }
api: <base>
calls:
  me: { get: /me, headers: { X-Shop: <shop>, X-Realm: \"<realm | upper>\", X-Zone: <zone> }, returns: { id: string } }
  site: { get: /sites/<site>, returns: { id: string } }
";

const REDIRECT: &str = "http%3A%2F%2F127.0.0.1%3A9%2Fcb";

fn authorize(shop: &str) -> String {
    format!("GET /{shop}/authorize?response_type=code&client_id=sandbox-client&redirect_uri={REDIRECT}&state=s")
}

fn exchange(shop: &str, code: &str, realm: &str) -> String {
    format!(
        "POST /{shop}/token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\n\
         grant_type=authorization_code&code={}&redirect_uri={REDIRECT}&realm={realm}",
        encode(code)
    )
}

fn refresh(shop: &str, token: &str) -> String {
    format!(
        "POST /{shop}/token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\n\
         grant_type=refresh_token&refresh_token={}",
        encode(token)
    )
}

fn refused(answer: &Answer, says: &str) {
    assert!(matches!(answer.status, 400 | 401), "{answer:?}");
    assert!(answer.text("error_description").contains(says), "{answer:?}");
}

#[tokio::test]
async fn a_connection_stays_itself() {
    let sandbox = start_spec(SHOP).await;
    let origin = sandbox.origin("acme").unwrap();
    let back = send(origin, &format!("{}&zone=eu", authorize("mine"))).await;
    let (code, realm) = (back.callback("auth_code").unwrap(), back.callback("realmId").unwrap());
    assert_eq!(back.callback("st").as_deref(), Some("s"));
    assert_eq!(back.callback("iss").as_deref(), Some("https://acme.example/mine"));

    refused(&send(origin, &exchange("other", &code, &realm)).await, "`shop` is not that of the connection");
    refused(&send(origin, &exchange("mine", &code, "other")).await, "`realm` is not that of the connection");
    refused(&send(origin, &exchange("MINE", &code, &realm)).await, "is not what the setting `shop` says");
    let tokens = send(origin, &exchange("mine", &code, &realm)).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    assert!(tokens.text("base_url").starts_with("https://"), "{tokens:?}");
    let site = tokens.json()["site"]["id"].as_str().unwrap().to_owned();

    let token = tokens.text("access_token");
    let call = |path: &str, shop: &str, realm: &str, zone: &str| {
        format!("GET {path}\nX-Shop: {shop}\nX-Realm: {realm}\nX-Zone: {zone}\nAuthorization: Bearer {token}")
    };
    let upper = realm.to_uppercase();
    assert_eq!(send(origin, &call("/me", "mine", &upper, "eu")).await.status, 200);
    refused(&send(origin, &call("/me", "other", &upper, "eu")).await, "`shop` is not that of the connection");
    refused(&send(origin, &call("/me", "mine", &realm, "eu")).await, "`X-Realm`");
    refused(&send(origin, &call("/me", "mine", &upper, "us")).await, "`zone` is not that of the connection");
    refused(&send(origin, &call("/me", "mine", &upper, "asia")).await, "is not what the setting `zone` says");
    refused(&send(origin, &call("/v2/me", "mine", &upper, "eu")).await, "the start of the path");
    let of_site = |site: &str| format!("GET /sites/{site}\nAuthorization: Bearer {token}");
    assert_eq!(send(origin, &of_site(&site)).await.status, 200);
    refused(&send(origin, &of_site("other")).await, "`site` is not that of the connection");

    let shown = tokens.text("refresh_token");
    refused(&send(origin, &refresh("other", &shown)).await, "`shop` is not that of the connection");
    let again = send(origin, &refresh("mine", &shown)).await;
    assert_eq!(again.text("base_url"), tokens.text("base_url"), "what is kept stays the same");
    let second = send(origin, &authorize("mine")).await;
    assert_ne!(second.callback("realmId"), Some(realm), "another connection has another");
}

#[tokio::test]
async fn denials_and_mistakes_under_the_names_of_the_vendor() {
    let spec = SHOP;
    let sandbox = start_spec(spec).await;
    let origin = sandbox.origin("acme").unwrap();
    sandbox.deny_next_consent("acme").unwrap();
    let denied = send(origin, &authorize("mine")).await;
    assert_eq!(denied.callback("problem").as_deref(), Some("access_denied"));
    assert_eq!(denied.callback("st").as_deref(), Some("s"));
    let wrong = send(origin, &format!("{}&more=1", authorize("mine"))).await;
    assert!(wrong.callback("why").unwrap().contains("`more` does not belong"), "{wrong:?}");

    let sandbox = start_spec(&spec.replace("why,", "why, denied: absence,")).await;
    sandbox.deny_next_consent("acme").unwrap();
    let denied = send(sandbox.origin("acme").unwrap(), &authorize("mine")).await;
    assert_eq!((denied.callback("problem"), denied.callback("auth_code")), (None, None));
    assert_eq!(denied.callback("st").as_deref(), Some("s"));
}

#[tokio::test]
async fn rules_for_state_and_scopes() {
    let spec = "
provider: acme
authorize:
  url: https://acme.example/authorize
  pkce: none
  scopes: [read, write]
  scope_separator: \",\"
  default_scopes: [read]
  scope_lists: { user_scope: [me, you] }
  state: { length: 16, alphabet: hex }
token: { url: https://acme.example/token }
";
    let sandbox = start_spec(spec).await;
    let cases = [
        ("scope=read%2Cwrite&user_scope=me&state=0123456789abcdef", None),
        ("scope=read&state=0123456789abcdef", None),
        ("scope=read&user_scope=me%2C%2Cyou&state=0123456789abcdef", Some("`scope` is not a list")),
        ("scope=read+write&state=0123456789abcdef", Some("`scope` is not a list")),
        ("state=0123456789abcdef", Some("`scope` is missing")),
        ("scope=read&state=0123456789abcde", Some("`state` must be 16 characters")),
        ("scope=read&state=0123456789ABCDEF", Some("`state` must be 16 characters")),
    ];
    for (query, refusal) in cases {
        let request =
            format!("GET /authorize?response_type=code&client_id=sandbox-client&redirect_uri={REDIRECT}&{query}");
        let back = send(sandbox.origin("acme").unwrap(), &request).await;
        match refusal {
            None => assert!(back.callback("code").is_some(), "{query}: {back:?}"),
            Some(says) => {
                let text = back.callback("error_description").unwrap_or_else(|| panic!("{query}: {back:?}"));
                assert!(text.contains(says), "{query}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn parameters_behind_the_number_sign() {
    let spec = "
provider: acme
authorize: { url: 'https://acme.example/app#/consent', params_in: fragment, pkce: none }
token: { url: https://acme.example/token }
";
    let sandbox = start_spec(spec).await;
    let origin = sandbox.origin("acme").unwrap();
    // What a browser sends, and what the script of the page then does.
    let page = send(origin, "GET /app").await;
    assert!(page.body.contains("/_sandbox/fragment?") && page.body.contains("<script>"), "{page:?}");
    let params = format!("response_type=code&client_id=sandbox-client&redirect_uri={REDIRECT}&state=s");
    let read = |fragment: &str| format!("GET /_sandbox/fragment?path=%2Fapp&fragment={}", encode(fragment));
    let back = send(origin, &read(&format!("/consent?{params}"))).await;
    assert_eq!((back.callback("code").is_some(), back.callback("state").as_deref()), (true, Some("s")));
    let elsewhere = send(origin, &read(&format!("/other?{params}"))).await;
    assert!(elsewhere.body.contains("behind the `#` must stand `/consent`"), "{elsewhere:?}");
    let in_query = send(origin, &format!("GET /app?{params}")).await;
    assert_eq!((in_query.status, in_query.header("location")), (200, None), "{in_query:?}");
}

#[tokio::test]
async fn prefixes_formats_and_urls() {
    let spec = "
provider: acme
settings:
  base: { of: connection, format: url, prefix: 'https://', sample: 'https://acme.example/b1' }
  mail: { of: connection, format: email }
  id: { of: connection, format: uuid }
  team: { of: connection, pattern: 'u-[0-9]+', prefix: u- }
grants:
  log_in:
    kind: custom
    post: <base>/Login
    client: none
    encoding: json
    send: { mail: <mail>, id: <id>, team: <team> }
tokens: { access: { renew: reissue } }
api: <base>
calls: { items: { get: /Items } }
";
    let sandbox = start_spec(spec).await;
    let origin = sandbox.origin("acme").unwrap();
    let log_in = |path: &str, mail: &str, id: &str, team: &str| {
        let body = format!("{{\"mail\":\"{mail}\",\"id\":\"{id}\",\"team\":\"{team}\"}}");
        format!("POST {path}/Login\nContent-Type: application/json\n\n{body}")
    };
    let id = "01234567-89ab-cdef-0123-456789abcdef";
    let tokens = send(origin, &log_in("/any/path", "a@b.example", id, "u-7")).await;
    assert_eq!(tokens.status, 200, "{tokens:?}");
    refused(&send(origin, &log_in("", "nobody", id, "u-7")).await, "the setting `mail`");
    refused(&send(origin, &log_in("", "a@b.example", &id[2..], "u-7")).await, "the setting `id`");
    refused(&send(origin, &log_in("", "a@b.example", id, "7")).await, "the setting `team`");
    let items = |path: &str| format!("GET {path}/Items\nAuthorization: Bearer {}", tokens.text("access_token"));
    assert_eq!(send(origin, &items("/any/path")).await.status, 204);
    refused(&send(origin, &items("/other")).await, "the start of the path must be `<base>`");
}

#[tokio::test]
async fn cookies_share_one_header_and_none_that_is_known_is_missing() {
    let sandbox = start_spec(
        "
provider: acme
settings: { language: { optional: true } }
grants: { log_in: { kind: password, post: https://acme.example/login, client: none } }
tokens: { session: { value: { cookie: SESSION }, keep: { node: { cookie: NODE }, site: /site }, present: { cookie: SESSION }, renew: reissue } }
api: { url: https://acme.example, headers: { Cookie: \"NODE=<node>; lang=<language>\", X-Site: <site> } }
calls: { me: { get: /me, returns: { id: string } } }
",
    )
    .await;
    let origin = sandbox.origin("acme").unwrap();
    let password = encode(authsmith_sandbox::PASSWORD);
    let body = format!("grant_type=password&username=sandbox-user&password={password}");
    let login = format!("POST /login\nContent-Type: {FORM}\n\n{body}");
    let answer = send(origin, &login).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = |name: &str| {
        let set = answer.headers.iter().filter(|(header, _)| header == "set-cookie");
        let mut pairs = set.filter_map(|(_, value)| value.split(';').next()?.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).unwrap()
    };
    let (session, node) = (cookie("SESSION"), cookie("NODE"));
    let site = answer.text("site");
    let call = |cookies: &str| format!("GET /me\nX-Site: {site}\nCookie: {cookies}");
    let both = format!("SESSION={session}; NODE={node}");
    assert_eq!(send(origin, &call(&both)).await.status, 200);
    assert_eq!(send(origin, &call(&format!("{both}; lang=de"))).await.status, 200);
    refused(&send(origin, &call(&format!("SESSION={session}"))).await, "`NODE` is missing in the cookies");
    refused(&send(origin, &call(&format!("{both}; other=1"))).await, "`other` does not belong in the cookies");
    refused(&send(origin, &call(&format!("SESSION={session}; NODE=x"))).await, "`node` is not that of the connection");
    refused(&send(origin, &format!("GET /me\nCookie: {both}")).await, "`X-Site` is missing in the headers");
    let two = format!("GET /me\nX-Site: {site}\nCookie: SESSION={session}\nCookie: NODE={node}");
    refused(&send(origin, &two).await, "more than one `Cookie` header");
}

#[tokio::test]
async fn what_the_vendor_gives_is_what_the_spec_says_of_it() {
    let sandbox = start_spec(
        "provider: acme
authorize:
  url: https://acme.example/authorize
  pkce: none
  callback:
    keep:
      cell: { field: cell, enum: [eu1, us1] }
      team: { field: team, pattern: '[a-z]+', sample: tea }
token: { url: https://acme.example/token }
grants: { exchange_code: { send: { cell: <cell> } } }
tokens:
  access:
    keep:
      site: { field: site, format: hostname }
      owner: { field: owner, format: email }
      tenant: { field: tenant, format: uuid }
      base: { field: base, format: url }
",
    )
    .await;
    let origin = sandbox.origin("acme").unwrap();
    let ask = format!("GET /authorize?response_type=code&client_id=sandbox-client&redirect_uri={REDIRECT}&state=s");
    let back = send(origin, &ask).await;
    let cell = back.callback("cell").unwrap();
    assert!(["eu1", "us1"].contains(&cell.as_str()), "{cell}");
    assert_eq!(back.callback("team").as_deref(), Some("tea"));
    let exchange = |cell: &str| {
        let code = encode(&back.callback("code").unwrap());
        format!(
            "POST /token\nAuthorization: {BASIC}\nContent-Type: {FORM}\n\n\
             grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&cell={cell}"
        )
    };
    let other = if cell == "eu1" { "us1" } else { "eu1" };
    refused(&send(origin, &exchange(other)).await, "`cell` is not that of the connection");
    let tokens = send(origin, &exchange(&cell)).await;
    assert!(tokens.text("site").ends_with(".example") && tokens.text("base").starts_with("https://"), "{tokens:?}");
    assert!(tokens.text("owner").contains('@') && tokens.text("tenant").len() == 36, "{tokens:?}");
}
