//! The transport over real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authsmith::codegen::v1 as rt;
use authsmith::{Config, Error, ErrorKind, HttpTransport, Json, MemoryStore, Tokens};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::acme::{self, Access, CANARY, operations};

/// Answers every request on every connection with what `answer` writes; counts connections and requests.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

async fn serve<F: Future<Output = ()> + Send>(
    answer: impl Fn(TcpStream, usize) -> F + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server =
        Server { address: listener.local_addr().unwrap(), connections: Arc::default(), requests: Arc::default() };
    let connections = Arc::clone(&server.connections);
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let before = connections.fetch_add(1, Ordering::SeqCst);
            let answer = Arc::clone(&answer);
            tokio::spawn(async move { answer(stream, before).await });
        }
    });
    server
}

/// Reads one request; `None` when the other side has closed.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

/// Answers with this text as long as requests come.
async fn always(text: impl Into<String>) -> Server {
    let text = Arc::new(text.into());
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    let server = serve(move |mut stream, _| {
        let (text, counted) = (Arc::clone(&text), Arc::clone(&counted));
        async move {
            while read_request(&mut stream).await.is_some() {
                counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.write_all(text.as_bytes()).await;
            }
        }
    })
    .await;
    Server { requests, ..server }
}

fn config(server: SocketAddr) -> Config {
    Config::new(&operations::PROVIDER)
        .client_id("app")
        .client_secret(format!("secret-{CANARY}"))
        .redirect_uri("https://app.example/callback")
        .store(MemoryStore::new())
        .transport(HttpTransport::new())
        .server(format!("http://{server}"))
}

async fn me(config: Config) -> Result<Json, Error> {
    let client = config.build()?;
    let connection = client.keep("u", Tokens::<Access>::new(format!("access-{CANARY}"))).await?;
    let call: rt::Call<Json> = connection.call(&operations::ME, rt::inputs().with("lang", format!("lang-{CANARY}")));
    call.send().await
}

/// An error and all its causes, as a program might log them.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    text
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn an_answer_is_read() {
    let server = always(ok(r#"{"name":"Ada"}"#)).await;
    assert_eq!(me(config(server.address)).await.unwrap()["name"], "Ada");
}

#[tokio::test]
async fn input_10_a_redirect_is_not_followed() {
    let elsewhere = always(ok(r#"{"name":"Eve"}"#)).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let answer =
            format!("HTTP/1.1 {status}\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n", elsewhere.address);
        let error = me(config(always(answer).await.address)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.status().unwrap() / 100, 3);
    }
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn input_08_a_long_answer_is_cut_off() {
    let limited = |server: &Server| config(server.address).longest_answer(100);
    let announced = always(ok(&format!("\"{}\"", "x".repeat(200)))).await;
    assert_eq!(me(limited(&announced)).await.unwrap_err().kind(), ErrorKind::TooLarge);
    let endless = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
        while stream.write_all(b"a\r\n0123456789\r\n").await.is_ok() {}
    })
    .await;
    assert_eq!(me(limited(&endless)).await.unwrap_err().kind(), ErrorKind::TooLarge);
    let fits = always(ok(&format!("{{\"name\":\"{}\"}}", "x".repeat(89)))).await;
    me(limited(&fits)).await.unwrap();
}

#[tokio::test]
async fn input_08_a_slow_answer_is_given_up_in_all() {
    let drip = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
        // Every byte comes soon enough; all of them don't.
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let started = std::time::Instant::now();
    let error = me(config(drip.address).deadline(Duration::from_millis(200))).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Timeout, true));
    assert!(started.elapsed() < Duration::from_secs(5));
    acme::assert_no_canary(&everything(&error));
}

#[tokio::test]
async fn no_error_shows_a_query() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = me(config(closed)).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::Unreachable, true));
    acme::assert_no_canary(&everything(&error));
    for answer in ["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf", "nonsense\r\n\r\n", ""] {
        let server = serve(move |mut stream, _| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let error = me(config(server.address)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Interrupted);
        acme::assert_no_canary(&everything(&error));
    }
}

#[tokio::test]
async fn scenario_08_token_requests_share_no_connection_and_calls_do() {
    let server = always(ok(r#"{"access_token":"t","refresh_token":"r","name":"n"}"#)).await;
    let client = config(server.address).build().unwrap();
    for _ in 0..3 {
        let tokens = Tokens::<Access>::new("t").with_refresh_token("r");
        client.refresh(&operations::REFRESH, tokens).await.unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 3);
    let connection = client.keep("u", Tokens::<Access>::new("t")).await.unwrap();
    for _ in 0..3 {
        let call: rt::Call<Json> = connection.call(&operations::ME, rt::inputs());
        call.await.unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 4);
    assert_eq!(server.requests.load(Ordering::SeqCst), 6);
}
