//! The device authorization request.

use super::{any_scope, one_or_more, operations, scopes, text, texts};
use crate::diagnostics::Sink;
use crate::model::Method;
use crate::parse::node::{Entry, Node};
use crate::parse::spec::{Device, DeviceAnswer, Target};
use crate::parse::template;

/// Reads `device`.
pub(super) fn device(entry: &Entry, sink: &mut Sink) -> Device {
    let node = &entry.value;
    let mut request = operations::request(node, sink);
    if let Some(url) = node.entry("url") {
        let target = Target { method: Method::Post, key: url.key.span, url: template::parse(&url.value, sink) };
        request.targets.insert(0, target);
    }
    Device {
        name: entry.key.clone(),
        request,
        scopes: node.get("scopes").map(scopes),
        any_scope: any_scope(node),
        scope_separator: text(node, "scope_separator"),
        default_scopes: node.get("default_scopes").map(|_| texts(node, "default_scopes")),
        answer: node.get("answer").map(answer).unwrap_or_default(),
    }
}

fn answer(node: &Node) -> DeviceAnswer {
    DeviceAnswer {
        device_code: one_or_more(node, "device_code"),
        user_code: one_or_more(node, "user_code"),
        verification_uri: one_or_more(node, "verification_uri"),
        verification_uri_complete: one_or_more(node, "verification_uri_complete"),
        expires_in: one_or_more(node, "expires_in"),
        interval: one_or_more(node, "interval"),
    }
}
