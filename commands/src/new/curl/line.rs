//! A `curl` command as the request that it makes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;

use super::options::{Meaning, Word, read};
use crate::stop::{Outcome, Stop};

/// A name with its value, decoded.
pub type Pair = (String, String);

/// A request.
#[derive(Debug, Default)]
pub struct Line {
    pub method: String,
    /// The URL without its query.
    pub url: String,
    pub query: Vec<Pair>,
    /// The headers that say something: not those that the client writes by itself.
    pub headers: Vec<Pair>,
    /// What HTTP Basic shows, where it does: the text before base64, empty when nobody can tell.
    pub basic: Option<String>,
    pub body: Body,
    /// What it says that no spec can say.
    pub told: Vec<String>,
}

/// A body.
#[derive(Debug, Default, PartialEq)]
pub enum Body {
    #[default]
    None,
    Form(Vec<Pair>),
    Json(Value),
    /// The parts, each with whether it is a file.
    Multipart(Vec<(String, String, bool)>),
}

/// What the options of a command have said so far.
#[derive(Default)]
struct Said {
    method: Option<String>,
    urls: Vec<String>,
    data: Vec<String>,
    query: Vec<String>,
    parts: Vec<(String, String, bool)>,
    headers: Vec<Pair>,
    basic: Option<String>,
    as_query: bool,
    told: Vec<String>,
}

/// The request that a command makes.
pub fn line(words: &[String]) -> Outcome<Line> {
    let mut said = Said::default();
    for word in read(words)? {
        take(word, &mut said)?;
    }
    finish(said)
}

fn take(word: Word, said: &mut Said) -> Outcome {
    let Word { meaning, name, value } = word;
    match meaning {
        Meaning::Url => said.urls.push(value),
        Meaning::Method => said.method = Some(value.to_ascii_uppercase()),
        Meaning::Data if value.starts_with('@') => {
            said.told.push(format!("{name} {value} sends a file, which the spec can't know; its body is left out"));
        }
        Meaning::Data | Meaning::Raw => said.data.push(value),
        Meaning::Encoded => said.data.push(encoded(&value)),
        Meaning::Query => said.query.push(encoded(&value)),
        Meaning::Json => {
            said.data.push(value);
            said.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        Meaning::Part => {
            let (name, value) = value.split_once('=').unwrap_or((value.as_str(), ""));
            let file = value.starts_with(['@', '<']);
            said.parts.push((name.to_owned(), value.to_owned(), file));
        }
        Meaning::Header => {
            if let Some((name, value)) = value.split_once(':') {
                said.headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Meaning::User => said.basic = Some(value),
        Meaning::Bearer => said.headers.push(("Authorization".to_owned(), format!("Bearer {value}"))),
        Meaning::Get => said.as_query = true,
        Meaning::Head => return Err(Stop::new(format!("curl {name} asks for headers alone, which no operation does"))),
        Meaning::Cookie | Meaning::Left => {
            said.told.push(format!("curl's {name} is left out: no spec says it"));
        }
        Meaning::Unknown => said.told.push(format!("curl's {name} isn't known here, and is left out")),
        Meaning::Idle => {}
    }
    Ok(())
}

/// `name=content` with its content percent-encoded, as `--data-urlencode` does.
fn encoded(value: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    match value.split_once('=') {
        Some(("", content)) => encode(content),
        Some((name, content)) => format!("{name}={}", encode(content)),
        None => encode(value),
    }
}

fn finish(mut said: Said) -> Outcome<Line> {
    let mut urls = std::mem::take(&mut said.urls).into_iter();
    let url = urls.next().ok_or_else(|| Stop::new("a curl line has no URL; paste all of it"))?;
    said.told.extend(urls.map(|url| format!("{url} is a second URL of one curl line, and is left out")));
    let (url, query) = split(&url);
    let mut line = Line { url, told: said.told, ..Line::default() };
    line.query.extend(pairs(&query));
    line.query.extend(said.query.iter().flat_map(|query| pairs(query)));
    let data = said.data.join("&");
    let sends = !said.data.is_empty() || !said.parts.is_empty();
    if said.as_query {
        line.query.extend(pairs(&data));
    } else if !said.parts.is_empty() {
        line.body = Body::Multipart(said.parts);
    } else if !said.data.is_empty() {
        line.body = body(&data, content_type(&said.headers).as_deref(), &mut line.told)?;
    }
    let method = if sends && !said.as_query { "POST" } else { "GET" };
    line.method = said.method.unwrap_or_else(|| method.to_owned());
    line.basic = said.basic;
    said.headers.into_iter().for_each(|(name, value)| header(name, value, &mut line));
    Ok(line)
}

/// A URL and its query. Pages break long URLs into lines.
fn split(url: &str) -> (String, String) {
    let url: String = url.split('\n').map(str::trim).collect();
    let (url, query) = url.split_once('?').unwrap_or((url.as_str(), ""));
    let query = query.split('#').next().unwrap_or_default();
    (url.trim().split('#').next().unwrap_or_default().to_owned(), query.to_owned())
}

/// The pairs of a form or a query, each name once with the blanks of the page around it gone.
fn pairs(text: &str) -> Vec<Pair> {
    let text: String = text.split('\n').map(str::trim).collect();
    let pairs = text.split('&').flat_map(|pair| form_urlencoded::parse(pair.trim().as_bytes()));
    pairs
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

fn content_type(headers: &[Pair]) -> Option<String> {
    let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map(|(_, value)| value.to_ascii_lowercase())
}

fn body(data: &str, content_type: Option<&str>, told: &mut Vec<String>) -> Outcome<Body> {
    let json = serde_json::from_str(data);
    match (content_type, json) {
        (Some(kind), Ok(value)) if kind.contains("json") => Ok(Body::Json(value)),
        (Some(kind), Err(error)) if kind.contains("json") => Err(Stop::new(format!(
            "the body of a curl line should be JSON, and isn't: {error}; write placeholders in quotes"
        ))),
        (Some(kind), _) if !kind.contains("form") => Err(Stop::new(format!(
            "a body of the type {} is nothing that `new` reads; leave it out of the line, and write `body` by hand",
            kind.escape_debug()
        ))),
        (None, Ok(value @ (Value::Object(_) | Value::Array(_)))) => {
            told.push("a curl line sends JSON and doesn't say so; the spec says `encoding: json`".to_owned());
            Ok(Body::Json(value))
        }
        _ => Ok(Body::Form(pairs(data))),
    }
}

/// Headers that the client writes by itself.
const OWN: &[&str] = &[
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "origin",
    "referer",
    "transfer-encoding",
    "user-agent",
];

fn header(name: String, value: String, line: &mut Line) {
    let lower = name.to_ascii_lowercase();
    let plain_accept = lower == "accept" && (value.is_empty() || value.contains("json") || value == "*/*");
    if OWN.contains(&lower.as_str()) || plain_accept {
        return;
    }
    let basic = value.get(..6).filter(|scheme| lower == "authorization" && scheme.eq_ignore_ascii_case("basic "));
    match basic {
        Some(_) => {
            let text = STANDARD.decode(value.get(6..).unwrap_or_default().trim()).ok();
            line.basic = Some(text.and_then(|text| String::from_utf8(text).ok()).unwrap_or_default());
        }
        None if lower == "cookie" => {
            line.told.push("the cookies of a curl line are left out: they are those of one session".to_owned());
        }
        None => line.headers.push((name, value)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn of(text: &str) -> Line {
        line(&super::super::words::commands(text).unwrap().remove(0)).unwrap()
    }

    fn form(pairs: &[(&str, &str)]) -> Body {
        Body::Form(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn options_in_every_form_make_the_same_request() {
        for text in [
            "curl -X POST -d a=1 -d 'b=x y' https://x.example/t",
            "curl -sSL --data-urlencode 'b=x y' -da=1 https://x.example/t",
            "curl --url https://x.example/t --request=POST --data 'a=1&b=x%20y' --compressed",
            "curl https://x.example/t -XPOST -kid 'a=1&b=x+y' -o /dev/null",
        ] {
            let line = of(text);
            assert_eq!((line.method.as_str(), line.url.as_str()), ("POST", "https://x.example/t"), "{text}");
            let Body::Form(mut pairs) = line.body else { panic!("{text}") };
            pairs.sort();
            assert_eq!(Body::Form(pairs), form(&[("a", "1"), ("b", "x y")]), "{text}");
            assert!(line.told.is_empty(), "{text}: {:?}", line.told);
        }
    }

    #[test]
    fn places_and_credentials_are_told_apart() {
        let line =
            of("curl -G -d a=1 'https://x.example/t?b=2#top' -u id:pin -H 'X-A: v' -H 'Accept: application/json'");
        assert_eq!(line.method, "GET");
        assert_eq!(line.query, [("b".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())]);
        assert_eq!((line.basic.as_deref(), line.body), (Some("id:pin"), Body::None));
        assert_eq!(line.headers, [("X-A".to_owned(), "v".to_owned())]);
        assert_eq!(of("curl x.example -H 'authorization: basic aWQ6cGlu'").basic.as_deref(), Some("id:pin"));
        assert_eq!(of("curl x.example -H 'Authorization: Basic <pair>'").basic.as_deref(), Some(""));
        assert_eq!(of("curl --json '{\"a\": 1}' x.example").body, Body::Json(serde_json::json!({"a": 1})));
        assert_eq!(
            of("curl -F f=@x.png -F a=b x.example").body,
            Body::Multipart(
                vec![("f".to_owned(), "@x.png".to_owned(), true), ("a".to_owned(), "b".to_owned(), false),]
            )
        );
    }

    #[test]
    fn what_is_not_known_is_told() {
        assert!(of("curl --frobnicate x.example").told[0].contains("--frobnicate isn't known"));
        assert!(of("curl -E cert.pem x.example").told[0].contains("-E"));
        assert!(of("curl -d @body.json x.example").told[0].contains("@body.json"));
        assert!(of("curl -d '{\"a\": 1}' x.example").told[0].contains("doesn't say so"));
        let words = |text: &str| super::super::words::commands(text).unwrap().remove(0);
        for text in
            ["curl -d a=1", "curl -I x.example", "curl -H 'Content-Type: text/xml' -d '<a/>' x.example", "curl -X"]
        {
            assert!(line(&words(text)).is_err(), "{text}");
        }
    }
}
