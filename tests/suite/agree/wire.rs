//! HTTP as it stands on the wire, over one connection that stays open.

use authsmith_protocol::{Request, Response};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufStream};
use tokio::net::TcpStream;

/// A connection to whoever plays the vendor. A request keeps the host that its URL names.
pub struct Wire {
    address: String,
    stream: Option<BufStream<TcpStream>>,
}

impl Wire {
    pub fn new(origin: &str) -> Self {
        Self { address: origin.strip_prefix("http://").unwrap().to_owned(), stream: None }
    }

    /// Sends a request to the vendor, whatever the host that it is for.
    pub async fn send(&mut self, request: &Request) -> Response {
        let url = &request.url;
        let host = url[url::Position::BeforeHost..url::Position::AfterPort].to_owned();
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let mut bytes = format!("{} {target} HTTP/1.1\r\nhost: {host}\r\n", request.method).into_bytes();
        for (name, value) in &request.headers {
            bytes.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        bytes.extend(format!("content-length: {}\r\n\r\n", request.body.len()).bytes());
        bytes.extend(&request.body);
        self.exchange(&bytes).await
    }

    /// Visits a page as a browser without a script would.
    pub async fn visit(&mut self, target: &str) -> Response {
        let address = self.address.clone();
        self.exchange(format!("GET {target} HTTP/1.1\r\nhost: {address}\r\n\r\n").as_bytes()).await
    }

    async fn exchange(&mut self, request: &[u8]) -> Response {
        if self.stream.is_none() {
            self.stream = Some(BufStream::new(TcpStream::connect(&self.address).await.unwrap()));
        }
        let stream = self.stream.as_mut().unwrap();
        stream.write_all(request).await.unwrap();
        stream.flush().await.unwrap();
        let status = line(stream).await.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = http::HeaderMap::new();
        let mut length = 0;
        loop {
            let line = line(stream).await;
            let Some((name, value)) = line.split_once(": ") else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().unwrap();
            }
            headers.append(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        if headers.get("connection").is_some_and(|value| value == "close") {
            self.stream = None;
        }
        Response { status, headers, body }
    }
}

async fn line(stream: &mut BufStream<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line.trim_end().to_owned()
}
