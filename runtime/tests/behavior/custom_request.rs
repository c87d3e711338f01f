use authsmith::codegen::v1 as rt;
use authsmith::{Connection, ErrorKind, Json, Method, Tokens};

use crate::acme::{self, Access, Id, Vendor, json, tokens};

async fn connection(vendor: &std::sync::Arc<Vendor>) -> Connection<Access> {
    let client = acme::config(vendor).build().unwrap();
    client.keep("u", Tokens::new("t").with_refresh_token("r")).await.unwrap()
}

#[tokio::test]
async fn it_shows_the_token_and_stays_below_the_api() {
    let vendor = Vendor::new(|_, _| json(200, r#"{"a":1}"#));
    let connection = connection(&vendor).await;
    let request = connection.request(Method::POST, "/things/<id>?x=%20").query("q", "a b").header("x-one", "1");
    let answer: Json = request.json(&serde_json::json!([1, "two"])).send().await.unwrap();
    assert_eq!(answer["a"], 1);
    let sent = vendor.last();
    assert_eq!(sent.url.as_str(), "https://api.acme.example/v1/things/%3Cid%3E?x=%20&q=a+b");
    assert_eq!(
        (&sent.headers["authorization"], &sent.headers["x-one"]),
        (&"Bearer t".parse().unwrap(), &"1".parse().unwrap())
    );
    assert_eq!(
        (sent.headers["content-type"].to_str().unwrap(), sent.body.as_slice()),
        ("application/json", br#"[1,"two"]"#.as_slice())
    );
}

#[tokio::test]
async fn it_renews_a_refused_token() {
    let vendor = Vendor::new(|request, n| match (request.url.path(), n) {
        ("/token", _) => tokens(1),
        (_, 0) => json(401, ""),
        _ => json(200, ""),
    });
    let connection = connection(&vendor).await;
    connection.request(Method::DELETE, "/things/1").send::<()>().await.unwrap();
    assert_eq!((vendor.count("/token"), vendor.count("/v1/things/1")), (1, 2));
}

#[tokio::test]
async fn a_raw_answer_comes_as_it_is() {
    let vendor = Vendor::new(|_, _| json(404, "nothing here"));
    let answer = connection(&vendor).await.request(Method::GET, "/x").send_raw().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (404, b"nothing here".as_slice()));
}

#[tokio::test]
async fn no_path_leads_elsewhere() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let connection = connection(&vendor).await;
    for path in [
        "",
        "things",
        "//evil.example/x",
        "https://evil.example/",
        "/\\evil.example",
        "/../admin",
        "/a/..",
        "/%2e%2E/x",
        "/a%2f..%2fb",
        "/x#y",
        "/a b",
        "/\n",
        ".evil.example/",
        "@evil.example/",
        ":81/",
    ] {
        let error = connection.request(Method::GET, path).send::<Json>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{path}");
    }
    assert!(vendor.log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_kind_without_an_api_has_none() {
    let vendor = Vendor::new(|_, n| tokens(n));
    let client = acme::config(&vendor).build().unwrap();
    let connection = client.keep("u", rt::Tokens::<Id>::new("t")).await.unwrap();
    let error = connection.request(Method::GET, "/x").send::<Json>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}
