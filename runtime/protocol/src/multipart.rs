//! Bodies of several parts (RFC 7578), and the files in them.

use std::borrow::Cow;
use std::fmt;

use crate::operation::Param;
use crate::request::{BuildError, Spot, unless_missing};
use crate::template::{self, Part};
use crate::values::{Value, Values};

/// Of how many bytes a boundary is made; it has twice as many characters, and at most 70 are allowed (RFC 2046, section
/// 5.1.1).
const BOUNDARY: usize = 32;

/// A file that is sent as one part of a multipart body.
///
/// `Debug` shows its name, its type and its length.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The name that is sent with it.
    pub name: String,
    /// Its media type, such as `image/png`.
    pub content_type: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    /// A file with this name, type and content.
    pub fn new(name: impl Into<String>, content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content_type: content_type.into(), bytes: bytes.into() }
    }

    /// The same file for people to look at: in place of what it holds, how long that is.
    pub(crate) fn redacted(&self) -> Self {
        Self { bytes: format!("[{} bytes]", self.bytes.len()).into_bytes(), ..self.clone() }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .field("bytes", &format_args!("{} bytes", self.bytes.len()))
            .finish()
    }
}

/// The parameters as parts, in order, and the content type of the whole. What stands between parts is made of the
/// variable `random`.
pub(crate) fn multipart<'p>(
    params: impl Iterator<Item = &'p Param<'p>>,
    values: &Values,
) -> Result<(Vec<u8>, String), BuildError> {
    let boundary = boundary(values)?;
    let mut body = Vec::new();
    for param in params {
        let Some((head, content)) = unless_missing(param, part(param, values))? else { continue };
        if holds(&content, boundary.as_bytes()) {
            return Err(BuildError::Boundary(param.name().to_owned()));
        }
        let name = quoted(param.name());
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{head}\r\n\r\n").bytes());
        body.extend(&*content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    Ok((body, format!("multipart/form-data; boundary={boundary}")))
}

/// What follows the name in the head of a part, and its content.
fn part<'v>(param: &Param<'_>, values: &'v Values) -> Result<(String, Cow<'v, [u8]>), BuildError> {
    if let [Part::Variable(name)] = template::parts(param.value()).as_slice()
        && let Some(Value::File(file)) = values.get(name)
    {
        let is_type = !file.content_type.is_empty() && file.content_type.bytes().all(|b| matches!(b, b' '..=b'~'));
        if !is_type {
            return Err(Spot::Param(param).unfit(name, "a file whose content type is one line of printable ASCII"));
        }
        let head = format!("; filename=\"{}\"\r\nContent-Type: {}", quoted(&file.name), file.content_type);
        return Ok((head, Cow::Borrowed(&file.bytes)));
    }
    let text = template::text(param.value(), values, Spot::Param(param))?.text;
    Ok((String::new(), Cow::Owned(text.into_bytes())))
}

/// Hexadecimal, which needs no quotes (RFC 2046, section 5.1.1).
fn boundary(values: &Values) -> Result<String, BuildError> {
    match values.get("random") {
        // Shown to people, the bytes that it is made of are gone.
        _ if values.is_redacted() => Ok("boundary".to_owned()),
        Some(Value::Bytes(random)) if !random.expose().is_empty() => {
            Ok(random.expose().iter().take(BOUNDARY).map(|byte| format!("{byte:02x}")).collect())
        }
        _ => Err(Spot::Body.missing("random")),
    }
}

fn holds(content: &[u8], boundary: &[u8]) -> bool {
    content.windows(boundary.len()).any(|window| window == boundary)
}

/// A name as the form encoding of the WHATWG writes it between quotes.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
