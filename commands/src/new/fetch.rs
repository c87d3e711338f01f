//! Documents of a vendor over the network: https (http on loopback only), bounded in size and time.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::{Attempt, Policy};
use url::{Host, Url};

/// The longest document, in bytes.
const MAX_BYTES: usize = 1024 * 1024;
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;

/// Gets a document as text, or says why not.
pub fn text(url: &Url) -> Result<String, String> {
    if !may_travel(url) {
        return Err("it is not https, which alone may say where credentials go".to_owned());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(get(url)).map_err(|why| if why.is_empty() { "it can't be reached".to_owned() } else { why })
}

/// Whether a document that comes from there can be believed.
fn may_travel(url: &Url) -> bool {
    let plain = url.username().is_empty() && url.password().is_none();
    plain && (url.scheme() == "https" || url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

async fn get(url: &Url) -> Result<String, String> {
    let said = |error: reqwest::Error| causes(&error.without_url());
    let policy = Policy::custom(follow);
    let builder = Client::builder().redirect(policy).referer(false).timeout(TIMEOUT).user_agent("authsmith");
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    let request = builder.build().map_err(said)?.get(url.clone()).header("Accept", "application/json");
    let mut response = request.send().await.map_err(said)?;
    if !response.status().is_success() {
        return Err(format!("it answers with status {}", response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(said)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_BYTES {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
    }
    String::from_utf8(bytes).map_err(|_| "it is not text in UTF-8".to_owned())
}

/// Follows a redirect to where documents may come from; never from the network to this machine.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let from_here = attempt.previous().first().is_some_and(is_loopback);
    let sound = may_travel(attempt.url()) && (from_here || !is_loopback(attempt.url()));
    if !sound {
        attempt.error("it redirects to where no credentials may go")
    } else if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("it redirects again and again")
    } else {
        attempt.follow()
    }
}

/// An error with what led to it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}
