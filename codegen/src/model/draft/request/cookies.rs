//! The header `Cookie`, taken apart: each cookie is a parameter of its own, so that all of a request can share one header
//! (RFC 6265, section 5.4) and each is left out by itself.

use crate::model::{Part, Template};

/// The cookies of a header `name=value; name=value`; nothing when it isn't written so.
pub(super) fn cookies(header: &Template) -> Option<Vec<(String, Template)>> {
    let mut pairs: Vec<Vec<Part>> = vec![Vec::new()];
    for part in &header.parts {
        let Part::Text(text) = part else {
            pairs.last_mut()?.push(part.clone());
            continue;
        };
        for (at, piece) in text.split(';').enumerate() {
            if at > 0 {
                pairs.push(Vec::new());
            }
            let pair = pairs.last_mut()?;
            let piece = if pair.is_empty() { piece.trim_start() } else { piece };
            if !piece.is_empty() {
                pair.push(Part::Text(piece.to_owned()));
            }
        }
    }
    pairs.into_iter().filter(|pair| !pair.is_empty()).map(cookie).collect()
}

fn cookie(mut parts: Vec<Part>) -> Option<(String, Template)> {
    if let Some(Part::Text(last)) = parts.last_mut() {
        last.truncate(last.trim_end().len());
    }
    let Some(Part::Text(first)) = parts.first_mut() else { return None };
    let (name, value) = first.split_once('=')?;
    let (name, value) = (name.trim().to_owned(), value.to_owned());
    if value.is_empty() {
        parts.remove(0);
    } else {
        *first = value;
    }
    (!name.is_empty()).then_some((name, Template { parts }))
}
