//! How many refreshes a second the vendor answers when nothing stands between: no store, no client, open connections.

use std::time::{Duration, Instant};

use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Minted};
use base64::Engine as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Outcome;

/// Refreshes each grant once, over so many connections, for so long at most; how many that are a second.
///
/// # Errors
///
/// When the vendor doesn't answer with tokens.
pub async fn measure(origin: &str, minted: Vec<Minted>, connections: usize, limit: Duration) -> Outcome<f64> {
    let address = origin.trim_start_matches("http://").to_owned();
    let mut shares = vec![Vec::new(); connections.max(1)];
    let count = shares.len();
    for (at, one) in minted.into_iter().enumerate() {
        let (_, token) = one.refresh_tokens.into_iter().next().ok_or("no refresh token")?;
        if let Some(share) = shares.get_mut(at % count) {
            share.push(token);
        }
    }
    let (begun, mut tasks) = (Instant::now(), JoinSet::new());
    for share in shares {
        tasks.spawn(refresh(address.clone(), share, begun + limit));
    }
    let mut done = 0;
    while let Some(share) = tasks.join_next().await {
        done += share??;
    }
    Ok(done as f64 / begun.elapsed().as_secs_f64().max(0.001))
}

async fn refresh(address: String, tokens: Vec<String>, until: Instant) -> Outcome<u64> {
    let half = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", half(CLIENT_ID), half(CLIENT_SECRET));
    let basic = base64::engine::general_purpose::STANDARD.encode(pair);
    let mut stream = TcpStream::connect(&address).await?;
    let (mut done, mut answer) = (0, Vec::with_capacity(4096));
    for token in tokens {
        if Instant::now() >= until {
            break;
        }
        let body = format!("grant_type=refresh_token&refresh_token={}", half(&token));
        let request = format!(
            "POST /token HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {basic}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        if !read(&mut stream, &mut answer).await?.contains("\"refresh_token\"") {
            return Err("the vendor gave no refresh token".into());
        }
        done += 1;
    }
    Ok(done)
}

/// Reads one answer, by its length.
async fn read<'a>(stream: &mut TcpStream, answer: &'a mut Vec<u8>) -> Outcome<&'a str> {
    answer.clear();
    loop {
        if stream.read_buf(answer).await? == 0 {
            return Err("the vendor closed the connection".into());
        }
        let text = std::str::from_utf8(answer)?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
        if body.len() >= length.parse()? {
            break;
        }
    }
    Ok(std::str::from_utf8(answer)?)
}
