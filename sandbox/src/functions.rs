//! The functions of templates, each computed from its own definition, forward and, where that is possible, backward.

use authsmith_codegen::model::Function;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{keys, moments, types};

/// What a function makes of `bytes`; `None` when it has no value for them. `key` gives the value of a variable that an
/// argument names.
pub(crate) fn apply(function: &Function, bytes: &[u8], key: impl Fn(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let argument = function.argument.as_deref().unwrap_or_default();
    let text = || std::str::from_utf8(bytes).ok();
    Some(match function.name.as_str() {
        "base64" => STANDARD.encode(bytes).into_bytes(),
        "base64url" => URL_SAFE_NO_PAD.encode(bytes).into_bytes(),
        "hex" => hex(bytes).into_bytes(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "fingerprint" => keys::fingerprint(text()?)?.to_vec(),
        "hmac_sha256" => {
            let mut mac = Hmac::<Sha256>::new_from_slice(&key(argument)?).ok()?;
            mac.update(bytes);
            mac.finalize().into_bytes().to_vec()
        }
        "hmac_sha1" => {
            let mut mac = Hmac::<Sha1>::new_from_slice(&key(argument)?).ok()?;
            mac.update(bytes);
            mac.finalize().into_bytes().to_vec()
        }
        "upper" => text()?.to_uppercase().into_bytes(),
        "lower" => text()?.to_lowercase().into_bytes(),
        "prefix" => text()?.chars().take(argument.parse().ok()?).collect::<String>().into_bytes(),
        "before" => text()?.split_once(argument)?.0.as_bytes().to_vec(),
        "after" => text()?.split_once(argument)?.1.as_bytes().to_vec(),
        "after_last" => text()?.rsplit_once(argument)?.1.as_bytes().to_vec(),
        "host" => Url::parse(text()?).ok()?.host_str()?.as_bytes().to_vec(),
        "claim" => claim(text()?, argument)?.into_bytes(),
        "uuid" => uuid(bytes)?.into_bytes(),
        "json" => serde_json::to_vec(text()?).ok()?,
        "raw" => bytes.to_vec(),
        "yyyymmdd" => moments::compact(text()?)?.into_bytes(),
        _ => return None,
    })
}

/// What a function was given, told from what it made; `Err` when it could not have made that, `Ok(None)` when nobody
/// can tell.
pub(crate) fn undo(function: &Function, made: &[u8]) -> Result<Option<Vec<u8>>, ()> {
    match function.name.as_str() {
        "base64" => STANDARD.decode(made).map(Some).map_err(drop),
        "base64url" => URL_SAFE_NO_PAD.decode(made).map(Some).map_err(drop),
        "hex" => unhex(made).map(Some).ok_or(()),
        "json" => serde_json::from_slice::<String>(made).map(|text| Some(text.into_bytes())).map_err(drop),
        "raw" => Ok(Some(made.to_vec())),
        _ if could_make(function, made) => Ok(None),
        _ => Err(()),
    }
}

/// Whether a function could have made `made` of anything at all.
fn could_make(function: &Function, made: &[u8]) -> bool {
    let argument = function.argument.as_deref().unwrap_or_default();
    let text = std::str::from_utf8(made);
    match function.name.as_str() {
        "sha256" | "fingerprint" | "hmac_sha256" => made.len() == 32,
        "hmac_sha1" => made.len() == 20,
        "upper" => text.is_ok_and(|text| text.to_uppercase() == text),
        "lower" => text.is_ok_and(|text| text.to_lowercase() == text),
        "prefix" => text.is_ok_and(|text| argument.parse().is_ok_and(|most| text.chars().count() <= most)),
        "before" | "after_last" => text.is_ok_and(|text| !text.contains(argument)),
        "host" => text.is_ok_and(|text| !text.contains(['/', ':', '@', '?', '#'])),
        "uuid" => text.is_ok_and(is_uuid_v4),
        "yyyymmdd" => text.is_ok_and(types::is_compact_date),
        _ => true,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of small hexadecimal letters.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |digit: u8| if digit.is_ascii_uppercase() { None } else { char::from(digit).to_digit(16) };
    let pairs = text.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    });
    pairs.collect()
}

/// A member of the payload of a JWT (RFC 7519), as text.
fn claim(token: &str, name: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    match payload.get(name)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// The first sixteen bytes as a UUID of version 4 (RFC 9562, section 5.4).
fn uuid(bytes: &[u8]) -> Option<String> {
    let mut bytes: [u8; 16] = bytes.get(..16)?.try_into().ok()?;
    let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
    *version = *version & 0x0f | 0x40;
    *variant = *variant & 0x3f | 0x80;
    let text = hex(&bytes);
    let group = |from: usize, to: usize| text.get(from..to);
    Some([group(0, 8)?, group(8, 12)?, group(12, 16)?, group(16, 20)?, group(20, 32)?].join("-"))
}

/// Whether a text is a UUID of version 4.
pub(crate) fn is_uuid_v4(text: &str) -> bool {
    let third = text.split('-').nth(2).and_then(|group| group.bytes().next());
    let fourth = text.split('-').nth(3).and_then(|group| group.bytes().next());
    is_uuid(text) && third == Some(b'4') && fourth.is_some_and(|first| b"89ab".contains(&first))
}

/// Whether a text is a UUID with hyphens (RFC 9562, section 4).
pub(crate) fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{apply, undo};
    use authsmith_codegen::model::Function;

    fn function(text: &str) -> Function {
        let (name, argument) = match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
            Some((name, argument)) => (name, Some(argument.to_owned())),
            None => (text, None),
        };
        Function { name: name.to_owned(), argument }
    }

    fn through(value: &str, functions: &[&str]) -> Option<String> {
        let bytes = functions.iter().try_fold(value.as_bytes().to_vec(), |bytes, text| {
            apply(&function(text), &bytes, |name| (name == "key").then(|| b"key".to_vec()))
        })?;
        String::from_utf8(bytes).ok()
    }

    /// The vectors of RFC 4648, section 10, FIPS 180-4, and RFC 2202 and RFC 4231 as everyone quotes them.
    #[test]
    fn forward() {
        let fox = "The quick brown fox jumps over the lazy dog";
        let jwt = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLCJuIjozfQ.";
        let cases: &[(&str, &[&str], Option<&str>)] = &[
            ("foobar", &["base64"], Some("Zm9vYmFy")),
            ("fo", &["base64"], Some("Zm8=")),
            ("fo", &["base64url"], Some("Zm8")),
            ("abc", &["sha256", "hex"], Some("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")),
            (
                fox,
                &["hmac_sha256(key)", "hex"],
                Some("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
            ),
            (fox, &["hmac_sha1(key)", "hex"], Some("de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9")),
            (fox, &["hmac_sha1(other)", "hex"], None),
            ("aé", &["upper", "prefix(2)"], Some("AÉ")),
            ("https://www.acme.eu/a/b", &["host"], Some("www.acme.eu")),
            ("https://www.acme.eu/a/b", &["after(acme.)", "before(/)"], Some("eu")),
            ("https://www.acme.eu/a/b", &["after_last(/)"], Some("b")),
            ("plain", &["after(/)"], None),
            ("2024-02-29", &["yyyymmdd"], Some("20240229")),
            ("2024-02-29T23:00:00-02:00", &["yyyymmdd"], Some("20240301")),
            ("say \"a\\b\"\n", &["json"], Some(r#""say \"a\\b\"\n""#)),
            ("a\"b", &["raw"], Some("a\"b")),
            ("no key", &["fingerprint", "hex"], None),
            (jwt, &["claim(iss)"], Some("joe")),
            (jwt, &["claim(n)"], Some("3")),
            (jwt, &["claim(none)"], None),
            ("0123456789abcdef", &["uuid"], Some("30313233-3435-4637-b839-616263646566")),
        ];
        for (value, functions, expected) in cases {
            assert_eq!(through(value, functions).as_deref(), *expected, "{value} {functions:?}");
        }
    }

    #[test]
    fn backward() {
        type Undone = Result<Option<&'static str>, ()>;
        let cases: &[(&str, &str, Undone)] = &[
            ("base64", "Zm8=", Ok(Some("fo"))),
            ("base64", "Zm8", Err(())),
            ("base64url", "Zm8", Ok(Some("fo"))),
            ("hex", "666f", Ok(Some("fo"))),
            ("hex", "666F", Err(())),
            ("upper", "AB", Ok(None)),
            ("upper", "Ab", Err(())),
            ("yyyymmdd", "20240230", Err(())),
            ("prefix(2)", "abc", Err(())),
            ("uuid", "30313233-3435-4637-b839-616263646566", Ok(None)),
            ("json", r#""a\u0022\\b""#, Ok(Some(r#"a"\b"#))),
            ("json", "a", Err(())),
            ("json", r#""a"b""#, Err(())),
            ("raw", "a\"b", Ok(Some("a\"b"))),
            ("uuid", "30313233-3435-1637-b839-616263646566", Err(())),
        ];
        for (name, made, expected) in cases {
            let undone = undo(&function(name), made.as_bytes());
            assert_eq!(undone, expected.map(|bytes| bytes.map(|text| text.as_bytes().to_vec())), "{name} {made}");
        }
    }
}
