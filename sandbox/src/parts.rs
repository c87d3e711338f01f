//! Bodies of several parts (RFC 7578), taken apart strictly.

use serde_json::{Value, json};

/// The parts in order: text as text, a file as what is known of it.
pub(crate) fn parse(content_type: &str, body: &[u8]) -> Result<Vec<(String, Value)>, String> {
    let boundary = boundary(content_type).ok_or("its content type names no boundary")?;
    let first = format!("--{boundary}");
    let rest = body.strip_prefix(first.as_bytes()).ok_or("it does not begin with its boundary")?;
    let between = format!("\r\n--{boundary}");
    let mut parts = Vec::new();
    let mut rest = rest;
    loop {
        rest = match rest.strip_prefix(b"\r\n") {
            Some(part) => {
                let end = find(part, between.as_bytes()).ok_or("its last part has no end")?;
                let (content, behind) = part.split_at_checked(end).ok_or("its last part has no end")?;
                parts.push(one(content)?);
                behind.get(between.len()..).unwrap_or_default()
            }
            None if matches!(rest, b"--" | b"--\r\n") => return Ok(parts),
            None => return Err("it does not end with its boundary and `--`".to_owned()),
        };
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let (_, parameter) = content_type.split_once("boundary=")?;
    let plain = |text: &&str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
        (1..=70).contains(&text.len()) && text.bytes().all(is_plain)
    };
    Some(parameter.trim()).filter(plain)
}

fn one(part: &[u8]) -> Result<(String, Value), String> {
    let end = find(part, b"\r\n\r\n").ok_or("a part has no empty line behind its headers")?;
    let (head, content) = part.split_at_checked(end).ok_or("a part has no headers")?;
    let content = content.get(4..).unwrap_or_default();
    let head = std::str::from_utf8(head).map_err(|_| "the headers of a part are not UTF-8")?;
    let (mut disposition, mut content_type) = (None, None);
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(": ").ok_or("a header of a part has no name")?;
        let place = match name.to_ascii_lowercase().as_str() {
            "content-disposition" => &mut disposition,
            "content-type" => &mut content_type,
            _ => return Err("a part has a header besides the two of RFC 7578".to_owned()),
        };
        if place.replace(value).is_some() {
            return Err("a part has a header twice".to_owned());
        }
    }
    let disposition = disposition.and_then(|text| text.strip_prefix("form-data"));
    let parameters = disposition.and_then(parameters).ok_or("a part is not called `form-data` with parameters")?;
    let value = |wanted: &str| parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| unescaped(value));
    let name = value("name").ok_or("a part has no name")?;
    let content = match (value("filename"), content_type) {
        (Some(file_name), Some(content_type)) if content_type.contains('/') => {
            json!({ "name": file_name, "content_type": content_type, "length": content.len() })
        }
        (Some(_), _) => return Err("a file has no content type".to_owned()),
        (None, _) => Value::from(std::str::from_utf8(content).map_err(|_| "a part that is no file is not UTF-8")?),
    };
    Ok((name, content))
}

/// `; name="value"` as often as it comes.
fn parameters(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut rest = text;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (name, behind) = rest.strip_prefix("; ")?.split_once("=\"")?;
        let (value, behind) = behind.split_once('"')?;
        found.push((name, value));
        rest = behind;
    }
    Some(found)
}

/// What the form encoding of the WHATWG escapes between quotes.
fn unescaped(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::parse;

    const TYPE: &str = "multipart/form-data; boundary=B";

    #[test]
    fn text_and_files() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"a%22\"\r\n\r\none\r\ntwo\r\n\
                     --B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.bin\"\r\n\
                     Content-Type: image/png\r\n\r\n\xff\0\r\n--B--\r\n";
        let parts = parse(TYPE, body).unwrap_or_default();
        let file = serde_json::json!({ "name": "x.bin", "content_type": "image/png", "length": 2 });
        assert_eq!(parts, [("a\"".to_owned(), "one\r\ntwo".into()), ("f".to_owned(), file)]);
        assert_eq!(parse(TYPE, b"--B--").map(|parts| parts.len()), Ok(0));
    }

    #[test]
    fn what_is_no_multipart_body() {
        let part = "Content-Disposition: form-data; name=\"a\"\r\n\r\n1";
        for (content_type, body) in [
            ("multipart/form-data", format!("--B\r\n{part}\r\n--B--\r\n")),
            ("multipart/form-data; boundary=a b", format!("--a b\r\n{part}\r\n--a b--\r\n")),
            (TYPE, format!("--C\r\n{part}\r\n--C--\r\n")),
            (TYPE, format!("\r\n--B\r\n{part}\r\n--B--\r\n")),
            (TYPE, format!("--B\r\n{part}\r\n--B")),
            (TYPE, format!("--B\r\n{part}\r\n")),
            (TYPE, format!("--B\r\n{part}\r\n--B--\r\nmore")),
            (TYPE, "--B\r\n1\r\n--B--\r\n".to_owned()),
            (TYPE, "--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--\r\n".to_owned()),
            (TYPE, "--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--B--\r\n".to_owned()),
            (TYPE, format!("--B\r\nX-More: 1\r\n{part}\r\n--B--\r\n")),
            (TYPE, format!("--B\r\n{}\r\n--B--\r\n", part.replace("\"a\"", "\"a\"; filename=\"f\""))),
        ] {
            assert!(parse(content_type, body.as_bytes()).is_err(), "{body}");
        }
    }
}
