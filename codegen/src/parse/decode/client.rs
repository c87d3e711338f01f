//! How the client proves who it is.

use super::{duration, one_or_more, operations, text, word};
use crate::diagnostics::Sink;
use crate::model::{Algorithm, ClientAuth};
use crate::parse::grammar::{CLIENT_SECRET_JWT, PRIVATE_KEY_JWT};
use crate::parse::node::{Node, Text};
use crate::parse::spec::{Client, InputPlace, Jwt, Placed};
use crate::parse::template;

/// Reads the key `client`.
pub(super) fn client(node: &Node, sink: &mut Sink) -> Option<Client> {
    let entry = node.entry("client")?;
    let written = &entry.value;
    if !written.is_mapping() {
        return short(written.text()?);
    }
    let has = |keys: &[&str]| keys.iter().any(|key| written.entry(key).is_some());
    let signs = has(&["jwt", "algorithm", "audience", "lifetime", "claims"]);
    if signs {
        let clear = written.entry("jwt").is_some() && !has(&["basic", "secret"]);
        return Some(if clear { jwt(written, sink)? } else { Client::Unclear(entry.key.span) });
    }
    match (written.get("basic"), has(&["in", "id", "secret"])) {
        (Some(basic), false) => template::parse(basic, sink).map(Client::Basic),
        (None, true) => {
            Some(Client::Params { place: place(written), id: text(written, "id"), secret: text(written, "secret") })
        }
        _ => Some(Client::Unclear(entry.key.span)),
    }
}

fn short(written: Text) -> Option<Client> {
    let word = match written.text.as_str() {
        "basic" => ClientAuth::Basic,
        "body" => ClientAuth::Body,
        "both" => ClientAuth::Both,
        "public" => ClientAuth::Public,
        "none" => ClientAuth::None,
        way @ (PRIVATE_KEY_JWT | CLIENT_SECRET_JWT) => {
            return Some(Client::Jwt(Box::new(Jwt {
                symmetric: way == CLIENT_SECRET_JWT,
                algorithms: Vec::new(),
                unsigned: None,
                audience: None,
                lifetime: None,
                claims: Vec::new(),
                place: None,
                id: None,
            })));
        }
        _ => return None,
    };
    Some(Client::Word(word))
}

/// A signed assertion in its long form.
fn jwt(written: &Node, sink: &mut Sink) -> Option<Client> {
    let way = text(written, "jwt")?;
    let algorithm = |text: Text| Some(Placed { value: Algorithm::parse(&text.text)?, span: text.span });
    let listed = written.get("algorithm");
    let is_empty = |node: &&Node| !node.is_broken() && node.text().is_none() && node.items().is_empty();
    Some(Client::Jwt(Box::new(Jwt {
        symmetric: way.text == CLIENT_SECRET_JWT,
        algorithms: one_or_more(written, "algorithm").into_iter().filter_map(algorithm).collect(),
        unsigned: listed.filter(is_empty).map(|node| node.span),
        audience: written.get("audience").and_then(|audience| template::parse(audience, sink)),
        lifetime: duration(written, "lifetime", sink),
        claims: operations::templates(written, "claims", sink),
        place: place(written),
        id: text(written, "id"),
    })))
}

fn place(written: &Node) -> Option<InputPlace> {
    match word(written, "in")?.as_str() {
        "query" => Some(InputPlace::Query),
        "header" => Some(InputPlace::Header),
        "body" => Some(InputPlace::Body),
        _ => None,
    }
}
