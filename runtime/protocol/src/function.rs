//! The functions of templates: pure, from one content to another.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::expression::Function;
use crate::fingerprint::fingerprint;
use crate::jwt;

/// What flows through the pipes of a template. Nothing prints it.
#[derive(Clone)]
pub(crate) enum Content {
    Json(serde_json::Value),
    Bytes(Vec<u8>),
    Moment(SystemTime),
}

/// Why a function gives nothing.
pub(crate) enum Lack {
    /// There is no such part: another alternative may have a value.
    Nothing,
    /// The content can't be what the function takes.
    Unfit(&'static str),
}

const SCALAR: &str = "text, a number or a boolean";
const TEXT: &str = "text; a function such as `hex` makes text of bytes";
const MOMENT: &str = "a moment";
const KEY: &str = "a key or certificate in PEM, not encrypted, and a private key with its public half";

impl Content {
    fn from_text(text: impl Into<String>) -> Self {
        Self::Json(serde_json::Value::String(text.into()))
    }

    /// The content as plain text. An array, an object or `null` has none that vendors agree on.
    pub(crate) fn text(self) -> Result<String, &'static str> {
        use serde_json::Value as Json;
        match self {
            Self::Json(Json::String(text)) => Ok(text),
            Self::Json(Json::Bool(flag)) => Ok(flag.to_string()),
            Self::Json(Json::Number(number)) => Ok(plain_number(&number)),
            Self::Json(Json::Null) => Err("text, a number or a boolean, not null"),
            Self::Json(Json::Array(_)) => Err("text, a number or a boolean, not an array"),
            Self::Json(Json::Object(_)) => Err("text, a number or a boolean, not an object"),
            Self::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| TEXT),
            Self::Moment(moment) => iso(moment).ok_or(MOMENT),
        }
    }

    /// Nothing that an alternative could stand for.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Json(serde_json::Value::Null) => true,
            Self::Json(serde_json::Value::String(text)) => text.is_empty(),
            _ => false,
        }
    }

    fn bytes(self) -> Result<Vec<u8>, &'static str> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            other => other.text().map(String::into_bytes).map_err(|_| SCALAR),
        }
    }

    fn moment(&self) -> Option<SystemTime> {
        match self {
            Self::Moment(moment) => Some(*moment),
            Self::Json(serde_json::Value::String(text)) => text.parse::<jiff::Timestamp>().ok().map(SystemTime::from),
            _ => None,
        }
    }
}

/// A number without an exponent; a float that is whole has no decimals.
fn plain_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// Applies `function`; `key` is what its variable holds.
pub(crate) fn apply(function: Function<'_>, content: Content, key: Option<Content>) -> Result<Content, Lack> {
    let unfit = Lack::Unfit;
    match function {
        Function::Iso | Function::Epoch | Function::EpochMs | Function::Plus(_) => {
            of_moment(function, content.moment().ok_or(unfit(MOMENT))?).ok_or(unfit("a moment within reach"))
        }
        Function::BasicDate => basic_date(&content).ok_or(unfit("a date or a moment")),
        Function::Base64
        | Function::Base64Url
        | Function::Hex
        | Function::Sha256
        | Function::HmacSha256(_)
        | Function::HmacSha1(_)
        | Function::Uuid => {
            let key = key.map(Content::bytes).transpose().map_err(unfit)?;
            of_bytes(function, &content.bytes().map_err(unfit)?, key.as_deref().unwrap_or_default())
        }
        Function::Fingerprint => {
            let text = content.text().map_err(unfit)?;
            fingerprint(&text).map(|hash| Content::Bytes(hash.to_vec())).ok_or(unfit(KEY))
        }
        _ => of_text(function, &content.text().map_err(unfit)?).ok_or(Lack::Nothing),
    }
}

fn of_bytes(function: Function<'_>, bytes: &[u8], key: &[u8]) -> Result<Content, Lack> {
    Ok(match function {
        Function::Base64 => Content::from_text(STANDARD.encode(bytes)),
        Function::Base64Url => Content::from_text(URL_SAFE_NO_PAD.encode(bytes)),
        Function::Hex => Content::from_text(hex(bytes)),
        Function::HmacSha256(_) => Content::Bytes(hmac_sha256(key, bytes).ok_or(Lack::Unfit("a key"))?),
        Function::HmacSha1(_) => Content::Bytes(hmac_sha1(key, bytes).ok_or(Lack::Unfit("a key"))?),
        Function::Uuid => Content::from_text(uuid(bytes).ok_or(Lack::Unfit("16 random bytes or more"))?),
        _ => Content::Bytes(Sha256::digest(bytes).to_vec()),
    })
}

fn hmac_sha256(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    Some(mac.chain_update(bytes).finalize().into_bytes().to_vec())
}

fn hmac_sha1(key: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    Some(mac.chain_update(bytes).finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The version and the variant stand in the bits that RFC 9562 sets aside.
fn uuid(bytes: &[u8]) -> Option<String> {
    let mut number = u128::from_be_bytes(bytes.first_chunk::<16>().copied()?);
    number = (number & !(0xf << 76)) | (0x4 << 76);
    number = (number & !(0x3 << 62)) | (0x2 << 62);
    let digits = format!("{number:032x}");
    let group = |from: usize, to: usize| digits.get(from..to);
    Some([group(0, 8)?, group(8, 12)?, group(12, 16)?, group(16, 20)?, group(20, 32)?].join("-"))
}

fn of_text(function: Function<'_>, text: &str) -> Option<Content> {
    let found = match function {
        Function::Upper => text.to_uppercase(),
        Function::Lower => text.to_lowercase(),
        Function::Prefix(length) => text.chars().take(length).collect(),
        Function::Before(mark) => text.split_once(mark)?.0.to_owned(),
        Function::After(mark) => text.split_once(mark)?.1.to_owned(),
        Function::AfterLast(mark) => text.rsplit_once(mark)?.1.to_owned(),
        Function::Host => Url::parse(text).ok()?.host_str()?.to_owned(),
        Function::Json => serde_json::Value::from(text).to_string(),
        Function::Raw => text.to_owned(),
        Function::Claim(name) => return jwt::claim(text, name).map(Content::Json),
        _ => return None,
    };
    Some(Content::from_text(found))
}

fn of_moment(function: Function<'_>, moment: SystemTime) -> Option<Content> {
    let since_1970 = || moment.duration_since(SystemTime::UNIX_EPOCH).ok();
    Some(match function {
        Function::Epoch => Content::Json(since_1970()?.as_secs().into()),
        Function::EpochMs => Content::Json(u64::try_from(since_1970()?.as_millis()).ok()?.into()),
        Function::Plus(seconds) => {
            let distance = Duration::from_secs(seconds.unsigned_abs());
            let other = if seconds < 0 { moment.checked_sub(distance) } else { moment.checked_add(distance) };
            Content::Moment(other?)
        }
        _ => Content::from_text(iso(moment)?),
    })
}

fn iso(moment: SystemTime) -> Option<String> {
    let seconds = jiff::Timestamp::try_from(moment).ok()?.as_second();
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_string())
}

fn basic_date(content: &Content) -> Option<Content> {
    let date = match content {
        Content::Json(serde_json::Value::String(text)) if text.len() == "YYYY-MM-DD".len() => text.parse().ok()?,
        other => jiff::Timestamp::try_from(other.moment()?).ok()?.to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    (date.year() >= 0).then(|| Content::from_text(date.strftime("%Y%m%d").to_string()))
}
