//! A request on the screen.

use authsmith_protocol::Request;
use serde_json::json;

/// The forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// As it stands on the wire
    #[default]
    Http,
    /// A command for a shell
    Curl,
    /// `{method,url,headers:[[name,value]],body}`
    Json,
}

/// The text of a request, without a line break at its end.
pub fn text(request: &Request, format: Format) -> String {
    match format {
        Format::Http => http(request),
        Format::Curl => curl(request),
        Format::Json => json(request),
    }
}

fn headers(request: &Request) -> Vec<(String, String)> {
    let shown = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    request.headers.iter().map(|(name, value)| (name.to_string(), shown(value.as_bytes()))).collect()
}

fn body(request: &Request) -> Option<String> {
    (!request.body.is_empty()).then(|| String::from_utf8_lossy(&request.body).into_owned())
}

fn http(request: &Request) -> String {
    let target = &request.url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &request.url[url::Position::BeforeHost..url::Position::AfterPort];
    let mut text = format!("{} {target} HTTP/1.1\nhost: {host}\n", request.method);
    for (name, value) in headers(request) {
        text.push_str(&format!("{name}: {value}\n"));
    }
    if let Some(body) = body(request) {
        text.push_str(&format!("\n{body}"));
    }
    text.trim_end_matches('\n').to_owned()
}

fn curl(request: &Request) -> String {
    let mut words = vec!["curl".to_owned()];
    if request.method != "GET" {
        words.push(format!("-X {}", request.method));
    }
    // Brackets and braces are patterns to curl.
    if request.url.as_str().contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    words.extend(headers(request).iter().map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {value}")))));
    words.extend(body(request).map(|body| format!("--data-raw {}", quoted(&body))));
    words.push(quoted(request.url.as_str()));
    words.join(" \\\n  ")
}

/// A word that a shell reads as it stands.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn json(request: &Request) -> String {
    let headers: Vec<_> = headers(request).into_iter().map(|(name, value)| json!([name, value])).collect();
    json!({ "method": request.method.as_str(), "url": request.url.as_str(), "headers": headers, "body": body(request) })
        .to_string()
}
