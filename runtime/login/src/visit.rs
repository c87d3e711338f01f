//! The browser's part of the flow: from the authorize URL to the callback.

use std::io::{IsTerminal, Write};

use tokio::io::{AsyncBufReadExt, BufReader};
use url::{Host, Url};

use crate::Failed;
use crate::failed::Unusable;
use crate::listen;

/// How many redirects are followed.
const MAX_HOPS: usize = 10;

/// The parameters of an authorization request and of its answer that are no secrets (RFC 6749, sections 4.1.1 and
/// 4.1.2.1; RFC 7636, section 4.3).
const PUBLIC: &[&str] =
    &["response_type", "client_id", "redirect_uri", "scope", "code_challenge_method", "error", "error_description"];

/// Plays a browser that consents at once: follows redirects from `url` up to `callback`, which is never opened.
pub(crate) async fn follow(url: &str, callback: Option<&str>) -> Result<String, Failed> {
    let callback =
        parse(callback.ok_or_else(|| Unusable("--auto needs --callback URI, to know where to stop".into()))?)?;
    let mut url = parse(url)?;
    for _ in 0..MAX_HOPS {
        println!("    > GET {}", shown(&url));
        let next = crate::fetch::redirect(&url).await?;
        println!("    < redirected to {}", shown(&next));
        if leads_to(&next, &callback) {
            return Ok(next.into());
        }
        url = next;
    }
    Err(Unusable(format!("no redirect led to {callback} within {MAX_HOPS} hops")).into())
}

/// Plays a browser whose user consents to a device at once.
pub(crate) async fn open(url: &str) -> Result<(), Failed> {
    let url = parse(url)?;
    println!("    > GET {}", shown(&url));
    let status = crate::fetch::status(&url).await?;
    println!("    < {status}");
    match status {
        200..=299 => Ok(()),
        _ => Err(Unusable(format!("status {status}; consent may need a browser: leave out --auto")).into()),
    }
}

/// Sends the user to `url` and waits for the callback: at the callback URI itself when it is http on loopback, else
/// pasted by the user.
pub(crate) async fn ask(url: &str, callback: Option<&str>) -> Result<String, Failed> {
    let loopback = callback.map(parse).transpose()?.filter(is_loopback);
    let listener = match &loopback {
        Some(callback) => Some(listen::bind(callback).await?),
        None => None,
    };
    println!("    Open this in a browser:\n\n    {url}\n");
    if std::io::stdout().is_terminal() {
        open_browser(url);
    }
    match (listener, loopback) {
        (Some(listener), Some(callback)) => {
            println!("    Waiting for the callback at {callback}");
            Ok(listen::callback(&listener, &callback).await?)
        }
        _ => pasted().await,
    }
}

/// Reads the callback URL from the terminal.
async fn pasted() -> Result<String, Failed> {
    print!("    Then paste the URL that the browser ends at: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    BufReader::new(tokio::io::stdin()).read_line(&mut line).await?;
    match line.trim() {
        "" => Err(Unusable("no callback URL was given".into()).into()),
        url => Ok(url.to_owned()),
    }
}

/// Whether `url` is the callback with an answer in its query.
fn leads_to(url: &Url, callback: &Url) -> bool {
    let place = |url: &Url| {
        (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default(), url.path().to_owned())
    };
    place(url) == place(callback)
}

fn is_loopback(url: &Url) -> bool {
    let host = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && host
}

/// A URL as it may be printed: the values of its query that could be a code, a state or another secret are redacted.
fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    let mut text = String::from(shown);
    for (index, pair) in url.query().into_iter().flat_map(|query| query.split('&')).enumerate() {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if PUBLIC.contains(&name) { value } else { "[redacted]" };
        text.push_str(&format!("{}{name}={value}", if index == 0 { '?' } else { '&' }));
    }
    text
}

fn parse(url: &str) -> Result<Url, Unusable> {
    Url::parse(url).map_err(|error| Unusable(format!("{url} is not a URL: {error}")))
}

/// Tries to open the user's browser; when there is none, the printed URL does.
fn open_browser(url: &str) {
    let command = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = std::process::Stdio::null;
    let _ = std::process::Command::new(command).arg(url).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_is_told_by_everything_but_its_query() {
        let callback = Url::parse("http://127.0.0.1:4000/callback").unwrap();
        let leads = |url: &str| leads_to(&Url::parse(url).unwrap(), &callback);
        assert!(leads("http://127.0.0.1:4000/callback?code=1"));
        assert!(!leads("http://127.0.0.1:4001/callback?code=1"));
        assert!(!leads("http://127.0.0.1:4000/other?code=1"));
        let custom = Url::parse("acme-app://done").unwrap();
        assert!(leads_to(&Url::parse("acme-app://done?code=1").unwrap(), &custom));
    }

    #[test]
    fn only_http_on_loopback_is_listened_on() {
        let loopback = |url: &str| is_loopback(&Url::parse(url).unwrap());
        assert!(loopback("http://127.0.0.1/x") && loopback("http://localhost:80/") && loopback("http://[::1]:9/"));
        assert!(
            !loopback("https://127.0.0.1/x") && !loopback("http://app.example/") && !loopback("acme-app://localhost")
        );
    }

    #[test]
    fn a_printed_url_shows_no_code() {
        let text = "https://a.example/cb?code=1&error=x&state=a%20b&scope=p%20q#x";
        let expected = "https://a.example/cb?code=[redacted]&error=x&state=[redacted]&scope=p%20q";
        assert_eq!(shown(&Url::parse(text).unwrap()), expected);
    }
}
