//! The device authorization request.

use super::request::{self, Lines, Role};
use super::types::Book;
use super::{plain, pointer, scope, succeeds, success_status};
use crate::model::{Device, DeviceAnswer, Template, Variable};
use crate::parse::node::Text;
use crate::parse::spec::{self, Spec};

/// Drafts the request.
pub(super) fn device(spec: &Spec, written: &spec::Device, book: &mut Book<'_>) -> (Device, Lines) {
    let inputs = book.inputs(&written.request.inputs, "Device");
    let (request, lines) = request::request(spec, &written.request, Role::Device, inputs);
    let authorize = spec.authorize.as_ref();
    let separator = written.scope_separator.as_ref();
    let separator = separator.or_else(|| authorize.and_then(|authorize| authorize.scope_separator.as_ref()));
    // Default scopes are among those that are named beside them.
    let inherited = authorize.filter(|_| written.scopes.is_none()).map(|authorize| &authorize.default_scopes);
    let default_scopes = written.default_scopes.as_ref().or(inherited);
    let is_scope = |variable: &Variable| *variable == Variable::Protocol("scope".to_owned());
    let templates = request.params.iter().map(|param| &param.value).chain([&request.url]);
    let asks = templates.flat_map(Template::variables).any(is_scope);
    let device = Device {
        about: plain(&written.request.about),
        request,
        scopes: scopes(spec, written).iter().filter(|_| asks).map(scope).collect(),
        any_scope: asks && any_scope(spec, written),
        scope_separator: separator.map_or(" ".to_owned(), |text| text.text.clone()),
        default_scopes: default_scopes.into_iter().flatten().filter(|_| asks).map(|scope| scope.text.clone()).collect(),
        answer: answer(&written.answer),
        succeeds: succeeds(spec, &written.request),
        success_status: success_status(spec, &written.request),
    };
    (device, lines)
}

/// The scopes that a device may ask for: its own, else those of the authorization request.
pub(crate) fn scopes<'s>(spec: &'s Spec, written: &'s spec::Device) -> &'s [(Text, Option<Text>)] {
    let of_authorize = || spec.authorize.as_ref().map(|authorize| &authorize.scopes);
    written.scopes.as_ref().or_else(of_authorize).map_or(&[], Vec::as_slice)
}

/// Whether a device may ask for any scope.
pub(crate) fn any_scope(spec: &Spec, written: &spec::Device) -> bool {
    let of_authorize = || spec.authorize.as_ref().is_some_and(|authorize| authorize.any_scope);
    if written.scopes.is_some() { written.any_scope } else { of_authorize() }
}

fn answer(written: &spec::DeviceAnswer) -> DeviceAnswer {
    let places = |written: &[Text], standard: &str| match written {
        [] => vec![format!("/{standard}")],
        written => written.iter().map(pointer).collect(),
    };
    DeviceAnswer {
        device_code: places(&written.device_code, "device_code"),
        user_code: places(&written.user_code, "user_code"),
        verification_uri: places(&written.verification_uri, "verification_uri"),
        verification_uri_complete: places(&written.verification_uri_complete, "verification_uri_complete"),
        expires_in: places(&written.expires_in, "expires_in"),
        interval: places(&written.interval, "interval"),
    }
}
