//! Requests: what is sent, where, and under which name.

use super::headers::is_header_name;
use super::{Case, Operation, clients, codes, states, twice};
use crate::diagnostics::{Applicability, Diagnostic, Sink, Span};
use crate::model::draft::{self, Role, body_place, standard};
use crate::model::{Encoding, Param, Place, Request, Template, Type, TypeKind};
use crate::parse::node::Text;
use crate::parse::spec::{self, InputPlace};

pub(super) fn check(case: Case<'_>, sink: &mut Sink) {
    if let Some((written, request, lines)) = case.authorize() {
        standard_names(case, &written.request, Role::Authorize, sink);
        twice::check(request, &written.request, lines, written.span, sink);
        let lists: Vec<_> = written.scope_lists.iter().flat_map(|(_, scopes)| scopes).collect();
        let separator = written.scope_separator.as_ref();
        scopes(written.scopes.iter().chain(lists), separator, sink);
        default_scopes((&written.scopes, written.any_scope), &written.default_scopes, sink);
        states::check(written, request, sink);
        authorize_inputs(case, written, request, sink);
    }
    if let Some(device) = &case.spec.device {
        device_scopes(case, device, sink);
    }
    for grant in &case.spec.grants {
        scopes(&grant.scopes, grant.scope_separator.as_ref(), sink);
        default_scopes((&grant.scopes, grant.any_scope), &grant.default_scopes, sink);
    }
    for operation in case.operations() {
        one_method(operation, sink);
        standard_names(case, operation.written, operation.role, sink);
        twice::check(operation.request, operation.written, operation.lines, operation.name.span, sink);
        places(case, operation, sink);
        optional_paths(operation, sink);
        sendable(case, operation, sink);
        files(operation, sink);
        body(operation, sink);
        clients::check(operation.written.client.as_ref(), sink);
        encoding(case, operation.written.encoding.as_ref(), sink);
    }
    clients::check(case.spec.token.as_ref().and_then(|token| token.client.as_ref()), sink);
    encoding(case, case.spec.token.as_ref().and_then(|token| token.encoding.as_ref()), sink);
}

/// AS0401.
fn one_method(operation: Operation<'_>, sink: &mut Sink) {
    let targets = &operation.written.targets;
    match (targets.as_slice(), operation.role) {
        ([], Role::Call(_)) => {
            let title = format!("the call `{}` has no method", operation.name.text);
            let finding = Diagnostic::new(&codes::METHOD, operation.name.span, title).label("needs a method and a URL");
            sink.push(finding.hint("write `get: <url>`, or `post`, `put`, `patch` or `delete`"));
        }
        ([], Role::Device) => {
            let title = "the device authorization request has no URL";
            let finding = Diagnostic::new(&codes::METHOD, operation.name.span, title).label("sent where?");
            sink.push(finding.hint("write `url: <url>` (RFC 8628, section 3.1)"));
        }
        ([first, second, ..], _) => {
            let title = format!("the {} `{}` has several methods", operation.what(), operation.name.text);
            let finding = Diagnostic::new(&codes::METHOD, second.key, title).label("another method");
            sink.push(finding.related(first.key, "a method").hint("a request has one; split it into two operations"));
        }
        _ => {}
    }
}

/// AS0402.
fn standard_names(case: Case<'_>, written: &spec::Request, role: Role<'_>, sink: &mut Sink) {
    let standard = standard(case.spec, written, role);
    let names: Vec<&str> = standard.iter().map(|param| param.name).collect();
    let dropped = written.omit.iter().map(|name| (name, "drop"));
    let renamed = written.rename.iter().map(|(name, _)| (name, "rename"));
    for (name, what) in dropped.chain(renamed).filter(|(name, _)| !names.contains(&name.text.as_str())) {
        let title = format!("there is no standard parameter `{}` to {what} here", name.text);
        let finding = Diagnostic::new(&codes::NOT_STANDARD, name.span, title).label("not sent anyway");
        let credentials = matches!(name.text.as_str(), "client_id" | "client_secret");
        sink.push(match credentials {
            true => finding.hint("credentials under other names: `client: { id: name, secret: other_name }`"),
            false if names.is_empty() => finding.hint("an operation of this kind has no standard parameters"),
            false => finding.suggest((name.span, &name.text), "standard here", names.iter().copied()),
        });
    }
    for name in &written.omit {
        if let Some((renamed, _)) = written.rename.iter().find(|(old, _)| old.text == name.text) {
            let title = format!("`{}` is dropped and renamed", name.text);
            let finding = Diagnostic::new(&codes::NOT_STANDARD, renamed.span, title).label("renamed here");
            sink.push(finding.related(name.span, "dropped here").hint("keep one of the two"));
        }
    }
}

/// AS0404.
fn places(case: Case<'_>, operation: Operation<'_>, sink: &mut Sink) {
    let bodiless = body_place(operation.request.method) == Place::Query;
    for input in &operation.written.inputs {
        let Some(place) = &input.place else { continue };
        let name = input.name.text.as_str();
        let in_url = template_uses(&operation.request.url, name);
        let (why, hint) = match place.value {
            InputPlace::Path if !in_url => {
                ("the URL has no placeholder for it", format!("write `<{name}>` into the URL where it belongs"))
            }
            InputPlace::Body if bodiless => {
                let method = operation.request.method.as_str();
                (
                    "the request has no body",
                    format!("{method} is sent without a body; use `in: query`, or another method"),
                )
            }
            InputPlace::Query | InputPlace::Header | InputPlace::Body if in_url => {
                ("it stands in the URL already", "remove `in`, or the placeholder".to_owned())
            }
            _ => continue,
        };
        let title = format!("the input `{name}` can't stand there: {why}");
        let finding = Diagnostic::new(&codes::NO_PLACE, place.span, title).label(why).hint(hint);
        let url = operation.written.urls().next();
        sink.push(match in_url {
            true => finding.maybe_related(placeholder(operation, name), "stands here"),
            false if place.value == InputPlace::Path => finding.maybe_related(url.map(|url| url.span), "the URL"),
            false => finding,
        });
    }
    let token_in_body =
        operation.request.params.iter().take(operation.request.standard).any(|param| param.place == Place::Body);
    if bodiless && token_in_body && matches!(operation.role, Role::Call(_)) {
        let title =
            format!("the token of the call `{}` is shown in the body, and the request has none", operation.name.text);
        let finding = Diagnostic::new(&codes::NO_PLACE, operation.name.span, title).label("has no body");
        let kind =
            case.spec.tokens.iter().find(|kind| matches!(operation.role, Role::Call(name) if kind.name.text == name));
        let finding = finding.maybe_related(kind.map(|kind| kind.name.span), "shown in the body");
        sink.push(finding.hint("show the kind of token in a header or the query, or use another method"));
    }
}

/// Where a variable stands in the URL of an operation.
fn placeholder(operation: Operation<'_>, name: &str) -> Option<Span> {
    let mut variables = operation.written.urls().flat_map(|url| url.variables());
    variables.find(|variable| variable.text == name).map(|variable| variable.span)
}

/// AS0405.
fn optional_paths(operation: Operation<'_>, sink: &mut Sink) {
    let written = &operation.written.inputs;
    for input in operation.request.inputs.iter().filter(|input| input.optional) {
        let Some(written) = written.iter().find(|written| written.name.text == input.name.wire) else { continue };
        if template_uses(&operation.request.url, &input.name.wire) {
            let title = format!("the input `{}` stands in the URL and can't be left out", input.name.wire);
            let span = written.ty.as_ref().map_or(written.name.span, |ty| ty.span);
            let finding = Diagnostic::new(&codes::OPTIONAL_PATH, span, title).label("optional");
            let finding = finding.maybe_related(placeholder(operation, &input.name.wire), "stands here");
            sink.push(finding.hint("remove the `?`, or make a second call with the shorter URL"));
        }
    }
}

/// AS0406.
fn sendable(case: Case<'_>, operation: Operation<'_>, sink: &mut Sink) {
    let request = operation.request;
    let json = request.encoding == Encoding::Json;
    for input in request.inputs.iter().filter(|input| is_structured(case, &input.ty)) {
        let Some(written) = operation.written.inputs.iter().find(|written| written.name.text == input.name.wire) else {
            continue;
        };
        let name = input.name.wire.as_str();
        let bad = |param: &&Param| {
            let whole = param.value.parts.len() == 1;
            template_uses(&param.value, name) && !(whole && json && param.place == Place::Body)
        };
        let why = match request.params.iter().find(bad) {
            _ if template_uses(&request.url, name) => "it stands in the URL",
            Some(param) if param.place == Place::Query => "it stands in the query",
            Some(param) if param.place == Place::Header => "it stands in a header",
            Some(param) if param.value.parts.len() > 1 => "it stands inside a text",
            Some(_) => "the body is a form, or can be one",
            None => continue,
        };
        let title = format!("the input `{name}` has parts, and {why}");
        let span = written.ty.as_ref().map_or(written.name.span, |ty| ty.span);
        let finding = Diagnostic::new(&codes::UNSENDABLE, span, title).label("only a JSON body can hold this");
        sink.push(finding.hint("send it in a body with `encoding: json`, or as a `string`"));
    }
}

/// AS0406: a file is a part of a multipart body, and nothing else.
fn files(operation: Operation<'_>, sink: &mut Sink) {
    let request = operation.request;
    for input in request.inputs.iter().filter(|input| input.ty == Type::File) {
        let name = input.name.wire.as_str();
        let is_part = |param: &Param| param.place == Place::Body && param.value.only_variable().is_some();
        let mut users = request.params.iter().filter(|param| template_uses(&param.value, name)).peekable();
        let alone = users.peek().is_some() && users.all(is_part);
        let elsewhere = operation.written.templates().any(|template| template.uses(name));
        if request.encoding == Encoding::Multipart && alone && !elsewhere && !template_uses(&request.url, name) {
            continue;
        }
        let written = operation.written.inputs.iter().find(|written| written.name.text == name);
        let span = written.map_or(operation.name.span, |it| it.ty.as_ref().map_or(it.name.span, |ty| ty.span));
        let title = format!("the input `{name}` is a file, and only a part of a multipart body can be one");
        let finding = Diagnostic::new(&codes::UNSENDABLE, span, title).label("can't be sent so");
        sink.push(finding.hint("say `encoding: multipart`, and name the input nowhere else"));
    }
}

/// Whether values of a type can have parts.
fn is_structured(case: Case<'_>, ty: &Type) -> bool {
    match ty {
        Type::List(_) | Type::Map { .. } | Type::Json => true,
        Type::Named(name) => {
            let def = case.draft.provider.types.iter().find(|def| def.name == *name);
            def.is_some_and(|def| matches!(def.kind, TypeKind::Object(_)))
        }
        _ => false,
    }
}

fn template_uses(template: &Template, name: &str) -> bool {
    template.variables().any(|variable| variable.name() == name)
}

/// AS0410.
fn body(operation: Operation<'_>, sink: &mut Sink) {
    let written = operation.written;
    let mut refuse = |span, title: &str, label: &str, hint: &str| {
        sink.push(Diagnostic::new(&codes::BODY, span, title).label(label).hint(hint));
    };
    let text = matches!(written.encoding, Some(spec::Encoding::Text | spec::Encoding::Xml));
    if let Some(content_type) = &written.content_type {
        let good =
            content_type.text.split_once('/').is_some_and(|(kind, rest)| is_header_name(kind) && !rest.is_empty());
        if !good || !content_type.text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
            refuse(
                content_type.span,
                "this is not a content type",
                "expected `type/subtype`",
                "for example `text/plain`",
            );
        } else if !matches!(written.encoding, Some(spec::Encoding::Text)) {
            let hint = "say `encoding: text`, or leave it out";
            refuse(content_type.span, "only a text body says its content type", "set by the encoding", hint);
        }
    }
    let Some(body) = &written.body else {
        if text {
            let title = "a text body is written out";
            refuse(operation.name.span, title, "needs `body`", "add `body: \"text with <name>\"`");
        }
        return;
    };
    if body_place(operation.request.method) == Place::Query {
        let hint = "use another method";
        refuse(body.span, "the request has no body", "sent without a body", hint);
    }
    if text && !matches!(body.root, spec::BodyExpr::Template(_)) {
        refuse(body.span, "a text body is one text", "expected text", "write it as one template, `body: |` for lines");
    }
    let parameters =
        matches!(written.encoding, Some(spec::Encoding::Form | spec::Encoding::Setting(_) | spec::Encoding::Multipart));
    if parameters {
        refuse(body.span, "a body that is written out is JSON or text", "can't be a form", "use `send` for a form");
    }
    let lines = operation.request.params.iter().zip(&operation.lines.params);
    for (param, line) in lines.filter(|(param, _)| param.place == Place::Body) {
        let title = format!("the parameter `{}` has no place in a body that is written out", param.name);
        refuse(
            line.unwrap_or(body.span),
            &title,
            "the body is written out",
            "write it into `body`, or put it in the query",
        );
    }
}

/// AS0413.
fn default_scopes((scopes, any): (&[(Text, Option<Text>)], bool), by_default: &[Text], sink: &mut Sink) {
    let known = || scopes.iter().map(|(name, _)| name.text.as_str());
    for scope in by_default.iter().filter(|scope| !any && !known().any(|name| name == scope.text)) {
        let title = format!("the default scope `{}` is not among `scopes`", scope.text);
        let finding = Diagnostic::new(&codes::DEFAULT_SCOPE, scope.span, title).label("not declared");
        sink.push(finding.suggest((scope.span, &scope.text), "scopes", known()));
    }
}

/// AS0409, AS0413: a device's own scopes; those of the authorization request are looked at there.
fn device_scopes(case: Case<'_>, device: &spec::Device, sink: &mut Sink) {
    let of_authorize = || case.spec.authorize.as_ref().and_then(|authorize| authorize.scope_separator.as_ref());
    scopes(device.scopes.iter().flatten(), device.scope_separator.as_ref().or_else(of_authorize), sink);
    let defaults = device.default_scopes.as_deref().unwrap_or_default();
    let known = (draft::device_scopes(case.spec, device), draft::device_takes_any(case.spec, device));
    default_scopes(known, defaults, sink);
}

/// AS0404, AS0406: what the caller of `authorize` supplies stands in a URL.
fn authorize_inputs(case: Case<'_>, authorize: &spec::Authorize, request: &Request, sink: &mut Sink) {
    for (written, input) in authorize.request.inputs.iter().zip(&request.inputs) {
        if is_structured(case, &input.ty) || input.ty == Type::File {
            let title = format!("the input `{}` has parts, and it stands in a URL", input.name.wire);
            let span = written.ty.as_ref().map_or(written.name.span, |ty| ty.span);
            let finding = Diagnostic::new(&codes::UNSENDABLE, span, title).label("only a JSON body can hold this");
            sink.push(finding.hint("make it a `string`"));
        }
        if let Some(place) = written.place.as_ref().filter(|place| place.value != InputPlace::Query) {
            let title = format!("the input `{}` can't stand there: the user's browser carries it", input.name.wire);
            let finding = Diagnostic::new(&codes::NO_PLACE, place.span, title).label("no such place");
            sink.push(finding.hint("leave out `in`"));
        }
    }
}

/// AS0407.
fn encoding(case: Case<'_>, encoding: Option<&spec::Encoding>, sink: &mut Sink) {
    let Some(spec::Encoding::Setting(name)) = encoding else { return };
    let settings = &case.spec.settings;
    let Some(setting) = settings.iter().find(|setting| setting.name.text == name.text) else {
        let title = format!("there is no setting `{}`", name.text);
        let finding = Diagnostic::new(&codes::ENCODING_SETTING, name.span, title).label("not declared");
        let known: Vec<&str> = settings.iter().map(|setting| setting.name.text.as_str()).collect();
        sink.push(finding.suggest((name.span, &name.text), "settings", known));
        return;
    };
    let good = |word: &str| matches!(word, "form" | "json");
    if setting.allowed.is_empty() || !setting.allowed.iter().all(|word| good(&word.text)) {
        let title = format!("the setting `{}` can't choose an encoding", name.text);
        let finding = Diagnostic::new(&codes::ENCODING_SETTING, name.span, title).label("can have other values");
        let finding = finding.related(setting.name.span, "declared here");
        sink.push(finding.hint("give the setting `enum: [form, json]`"));
    }
}

/// AS0409.
fn scopes<'s>(scopes: impl IntoIterator<Item = &'s (Text, Option<Text>)>, written: Option<&Text>, sink: &mut Sink) {
    let separator = written.map_or(" ", |separator| separator.text.as_str());
    if let Some(written) = written.filter(|separator| separator.text.is_empty()) {
        let finding = Diagnostic::new(&codes::SCOPE, written.span, "something must stand between two scopes");
        sink.push(finding.label("empty").hint("write `\" \"` or `\",\"`, or leave the key out"));
    }
    for (scope, about) in scopes {
        let bad = scope.text.chars().find(|c| !c.is_ascii_graphic() || matches!(c, '"' | '\\'));
        let words: Vec<&str> = scope.text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let why = match bad {
            Some(' ') if scope.text.contains(',') => "it is several, with commas between them",
            Some(' ') => "it has a space in it",
            Some(_) => "it has a sign in it that no scope can have",
            None if scope.text.is_empty() => "it is empty",
            None if !separator.is_empty() && scope.text.contains(separator) => "it has the separator in it",
            None => {
                comma(scope, &words, about.is_none(), sink);
                continue;
            }
        };
        let title = format!("`{}` is not a scope: {why}", scope.text);
        let finding = Diagnostic::new(&codes::SCOPE, scope.span, title).label(why);
        let joins = written.filter(|_| bad.is_none() && !scope.text.is_empty()).map(|separator| separator.span);
        let finding = finding.maybe_related(joins, "the separator");
        let finding = finding.hint("list every scope by itself: `scopes: [profile, steps]`");
        sink.push(match about.is_none() && are_scopes(&words) {
            true => finding.each(Applicability::Certain, scope.span, &scope.text, &words),
            false => finding,
        });
    }
}

/// Whether these could be several scopes.
fn are_scopes(words: &[&str]) -> bool {
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || "_.:/-".contains(c));
    words.len() > 1 && words.iter().all(is_word)
}

/// AS0423: a scope may have a comma in it, and seldom has.
fn comma(scope: &Text, words: &[&str], is_item: bool, sink: &mut Sink) {
    if !are_scopes(words) {
        return;
    }
    let title = format!("the scope `{}` has a comma in it", scope.text);
    let finding = Diagnostic::new(&codes::SCOPE_COMMA, scope.span, title).label("several scopes?");
    let finding =
        finding.hint("list every scope by itself; where the vendor joins them by commas, say `scope_separator: \",\"`");
    sink.push(match is_item {
        true => finding.each(Applicability::Likely, scope.span, &scope.text, words),
        false => finding,
    });
}
