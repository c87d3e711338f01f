//! Takes one callback on loopback.

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::{Host, Url};

use crate::failed::Unusable;

/// Longer request heads are dropped.
const MAX_HEAD: u64 = 16 * 1024;

/// Only the status line and these headers differ between pages; nothing comes from elsewhere, and the code in the
/// page's URL goes nowhere.
const HEADERS: &str = "Content-Type: text/html; charset=utf-8\r\nContent-Security-Policy: default-src 'none'\r\n\
    Referrer-Policy: no-referrer\r\nCache-Control: no-store\r\nConnection: close\r\n";

/// Listens where the callback URI points.
pub(crate) async fn bind(callback: &Url) -> Result<TcpListener, Unusable> {
    let port = callback.port_or_known_default().unwrap_or(80);
    let bound = match callback.host() {
        Some(Host::Ipv4(address)) => TcpListener::bind((address, port)).await,
        Some(Host::Ipv6(address)) => TcpListener::bind((address, port)).await,
        _ => TcpListener::bind(("localhost", port)).await,
    };
    bound.map_err(|error| Unusable(format!("can't listen at {callback}: {error}; is another program using the port?")))
}

/// Waits until a browser asks for the callback's path, and gives the whole URL that it asked for.
pub(crate) async fn callback(listener: &TcpListener, callback: &Url) -> Result<String, std::io::Error> {
    loop {
        let (stream, _) = listener.accept().await?;
        // A browser that hangs up is no reason to stop waiting for the next.
        if let Ok(Some(url)) = serve(stream, callback).await {
            return Ok(url);
        }
    }
}

async fn serve(stream: TcpStream, callback: &Url) -> Result<Option<String>, std::io::Error> {
    let mut reader = BufReader::new(stream.take(MAX_HEAD));
    let mut first = String::new();
    reader.read_line(&mut first).await?;
    let asked = requested(&first, callback);
    let mut line = String::new();
    // The rest of the head is read so that closing doesn't reset the connection under the browser.
    while reader.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let (status, text) = match asked {
        Some(_) => ("200 OK", "Done. You may close this page and go back to the terminal."),
        None => ("404 Not Found", "There is nothing here."),
    };
    let body = format!("<!doctype html><meta charset=\"utf-8\"><title>Login</title><p>{text}</p>\n");
    let head = format!("HTTP/1.1 {status}\r\n{HEADERS}Content-Length: {}\r\n\r\n", body.len());
    let mut stream = reader.into_inner().into_inner();
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await?;
    Ok(asked)
}

/// The URL that a request line asks for, when it is the callback with a query.
fn requested(line: &str, callback: &Url) -> Option<String> {
    let target = line.strip_prefix("GET ")?.split(' ').next()?;
    let asked = callback.join(target).ok()?;
    let same = asked.origin() == callback.origin() && asked.path() == callback.path();
    (same && asked.query().is_some()).then(|| asked.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_for_the_callback_and_answers_other_paths() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let place = Url::parse(&format!("http://{address}/callback")).unwrap();
        let waiting = tokio::spawn(async move { callback(&listener, &place).await.unwrap() });
        assert!(get(address, "/favicon.ico").await.starts_with("HTTP/1.1 404"));
        let page = get(address, "/callback?code=abc&state=x").await;
        assert!(page.contains("Referrer-Policy: no-referrer") && page.contains("close this page"), "{page}");
        assert_eq!(waiting.await.unwrap(), format!("http://{address}/callback?code=abc&state=x"));
    }

    async fn get(address: std::net::SocketAddr, target: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }
}
