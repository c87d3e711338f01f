//! `cargo run --release -p authsmith-sandbox --example load [-- GRANTS CONNECTIONS SECONDS]`: how many refreshes a
//! second the sandbox answers. It is the ceiling of whatever is measured against the sandbox.
#![allow(missing_docs)]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use authsmith_codegen::SourceFile;
use authsmith_sandbox::{Options, Renewals, Replay, Sandbox};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SPEC: &str = "
provider: acme
authorize: { url: https://acme.example/authorize }
token: { url: https://acme.example/token }
tokens: { access: { renew: { rotation: always } } }
";
const BASIC: &str = "Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5";

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Outcome {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<usize>());
    let mut number = |default| numbers.next().unwrap_or(Ok(default));
    let (grants, connections, seconds) = (number(100_000)?, number(32)?, number(5)?);
    let source = SourceFile { path: "acme.yaml".into(), text: SPEC.into() };
    let providers = authsmith_codegen::load(&[source]).map_err(|wrong| format!("{wrong:?}"))?;
    let sandbox = Sandbox::start(providers, Options::default()).await?;
    sandbox.set_renewals("acme", Renewals { replay: Some(Replay::Family), ..Renewals::default() })?;

    let start = Instant::now();
    let minted = sandbox.mint("acme", grants)?;
    println!("{grants} grants made up in {:.2?}", start.elapsed());

    let address = sandbox.origin("acme")?.trim_start_matches("http://").to_owned();
    let done = Arc::new(AtomicU64::new(0));
    let until = Instant::now() + Duration::from_secs(u64::try_from(seconds)?);
    let mut shares: Vec<Vec<String>> = vec![Vec::new(); connections.max(1)];
    for (at, one) in minted.into_iter().enumerate() {
        let token = one.refresh_tokens.into_iter().next().ok_or("no refresh token")?.1;
        let at = at % shares.len();
        shares.get_mut(at).ok_or("no share")?.push(token);
    }
    let clients: Vec<_> = shares
        .into_iter()
        .map(|tokens| tokio::spawn(client(address.clone(), tokens, until, Arc::clone(&done))))
        .collect();
    let start = Instant::now();
    for client in clients {
        client.await??;
    }
    let (done, took) = (done.load(Ordering::Relaxed), start.elapsed());
    println!(
        "{done} refreshes over {connections} connections in {took:.2?}: {} a second",
        done * 1000 / u64::try_from(took.as_millis().max(1))?
    );

    let start = Instant::now();
    let (mut cursor, mut events) = (0, 0);
    loop {
        let page = sandbox.events("acme", cursor, 10_000)?;
        if page.events.is_empty() {
            break;
        }
        (cursor, events) = (page.cursor, events + page.events.len());
    }
    println!("{events} events read in {:.2?}", start.elapsed());
    println!("{:?}", sandbox.counters("acme")?);
    Ok(())
}

/// Refreshes its grants in turn, one after the other, on one connection.
async fn client(address: String, mut tokens: Vec<String>, until: Instant, done: Arc<AtomicU64>) -> Outcome {
    let mut stream = TcpStream::connect(&address).await?;
    let mut answer = Vec::with_capacity(4096);
    for at in (0..tokens.len()).cycle() {
        if Instant::now() >= until {
            break;
        }
        let Some(token) = tokens.get_mut(at) else { break };
        let form: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let body = format!("grant_type=refresh_token&refresh_token={form}");
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: {address}\r\nAuthorization: {BASIC}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let text = read(&mut stream, &mut answer).await?;
        let given = text.split_once("\"refresh_token\":\"").and_then(|(_, rest)| rest.split_once('"'));
        *token = given.ok_or_else(|| format!("no refresh token: {text}"))?.0.to_owned();
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Reads one answer, by its length.
async fn read<'a>(stream: &mut TcpStream, answer: &'a mut Vec<u8>) -> Outcome<&'a str> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            return Err("the sandbox closed the connection".into());
        }
        let text = std::str::from_utf8(answer)?;
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
            if body.len() >= length.parse()? {
                break;
            }
        }
    }
    Ok(std::str::from_utf8(answer)?)
}
