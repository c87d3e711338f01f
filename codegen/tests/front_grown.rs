//! What vendors do besides the standard, through the front end: bases, templates, places, bodies, renewal.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use authsmith_codegen::model::*;
use authsmith_codegen::{SourceFile, bases, check};

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { path: format!("specs/{name}.yaml"), text: text.to_owned() }
}

fn one(text: &str) -> Provider {
    let (mut providers, findings) = check(&[file("acme", text)]);
    assert!(findings.is_empty(), "{findings}");
    providers.remove(0)
}

const BASE: &str = "\
abstract: true
settings: { region: { enum: [com, eu] } }
authorize: { url: https://accounts.acme.<region>/auth, scope_separator: \",\", send: { access_type: offline, prompt: consent } }
token: { url: https://accounts.acme.<region>/token, client: body }
api: https://www.acme.<region>/v1
";

#[test]
fn a_spec_says_what_differs_from_its_base() {
    let mail = file(
        "acme_mail",
        "provider: acme_mail\nextends: acme\nauthorize: { scopes: [read], send: { prompt: null, nonce: n } }\n\
         calls: { me: { get: /me, returns: json } }\n",
    );
    assert_eq!(bases(&mail), ["acme"]);
    let (providers, findings) = check(&[mail, file("acme", BASE)]);
    assert!(findings.is_empty(), "{findings}");
    assert_eq!(providers.len(), 1, "a base that is abstract is no vendor");
    let mail = &providers[0];
    assert_eq!((mail.name.wire.as_str(), mail.source.file.as_str()), ("acme_mail", "specs/acme_mail.yaml"));
    let authorize = mail.authorize.as_ref().unwrap();
    let sent: Vec<_> = authorize.request.params.iter().map(|param| param.name.as_str()).collect();
    let standard = ["response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge"];
    assert_eq!(sent[..6], standard);
    assert_eq!(sent[7..], ["access_type", "nonce"]);
    assert_eq!(mail.calls[0].request.url.to_string(), "https://www.acme.<region>/v1/me");
}

#[test]
fn a_mistake_in_a_base_is_reported_once_in_its_file() {
    let child = |name: &str| file(name, &format!("provider: {name}\nextends: acme\n"));
    let base = file("acme", &BASE.replace("client: body", "client: bodi"));
    let (providers, findings) = check(&[child("one"), child("two"), base]);
    assert!(providers.is_empty());
    assert_eq!(findings.list.len(), 1, "{findings}");
    assert!(findings.to_string().starts_with("specs/acme.yaml:4:"), "{findings}");
}

#[test]
fn bases_that_lead_back_end() {
    let (_, findings) = check(&[file("a", "provider: a\nextends: b\n"), file("b", "provider: b\nextends: a\n")]);
    assert_eq!(findings.list.iter().map(|d| d.code).collect::<Vec<_>>(), ["AS0013", "AS0013"]);
}

#[test]
fn templates_have_alternatives_functions_and_values() {
    let acme = one("\
provider: acme
settings: { tenant: { optional: true } }
values: { pair: \"<client_id>:<client_secret>\", twice: \"<pair>/<pair>\", plain: \"a<client_id>\" }
authorize: { url: https://acme.example/a }
token: { url: https://acme.example/t, client: { basic: \"<pair>\" } }
api: { url: https://acme.example/v1, headers: { X-Tenant: \"<tenant ?? client_id>\", X-Key: \"<twice | sha256 | hex>\" } }
calls:
  me: { get: /me, headers: { X-At: \"<now | plus(300) | iso>\", X-Id: \"<random | uuid>\" }, returns: json }
");
    let me = &acme.calls[0].request;
    let headers: Vec<_> = me.params.iter().map(|param| format!("{}: {}", param.name, param.value)).collect();
    assert_eq!(
        headers,
        [
            "Authorization: Bearer <token>",
            "X-At: <now | plus(300) | iso>",
            "X-Id: <random | uuid>",
            "X-Tenant: <tenant ?? client_id>",
            "X-Key: <twice | sha256 | hex>"
        ]
    );
    assert_eq!(acme.values.iter().map(|value| value.secret).collect::<Vec<_>>(), [true, true, false]);
    let exchange = &acme.grants[0].request;
    assert_eq!(
        (exchange.client, exchange.basic.as_ref().unwrap().to_string().as_str()),
        (ClientAuth::BasicOf, "<pair>")
    );
}

#[test]
fn callbacks_and_answers_give_what_later_requests_need() {
    let acme = one("\
provider: acme
settings: { shop: { of: connection, format: hostname, suffix: .acme.example } }
authorize:
  url: https://<shop>/oauth
  scopes: [a, b]
  default_scopes: [a]
  scope_lists: { user_scope: [c] }
  state: { length: 8, alphabet: alphanumeric }
  callback: { code: auth_code, keep: { realm: realmId }, denied: absence, issuer: https://acme.example }
token: { url: https://<shop>/token, params_in: query, client: { in: header, id: X-Id, secret: none } }
tokens:
  access:
    value: [/user/token, access_token]
    keep: { host: /host, plan: { field: /plan, default: free } }
    expires: { field: expires_at, as: iso }
errors: { code: [/a, /b], succeeds: { ok: true }, reset: X-Reset }
api: <host>/v1
calls:
  me: { get: \"/<realm>/<plan>\", returns: text }
verify: me
revoke: { delete: https://acme.example/tokens/<refresh_token>, omit: [token], client: none }
allow: { AS0804: It has no other way., AS0807: It takes no longer one. }
");
    let authorize = acme.authorize.as_ref().unwrap();
    assert_eq!(authorize.callback.keep[0].from, "realmId");
    assert!(authorize.callback.denied_by_absence && authorize.state_rule.unwrap().length == 8);
    assert!(authorize.request.params.iter().any(|param| param.name == "user_scope" && param.optional));
    let exchange = &acme.grants[0];
    assert!(exchange.request.params.iter().all(|param| param.place == Place::Query));
    assert_eq!(exchange.request.credentials.len(), 1);
    assert_eq!(exchange.request.credentials[0].place, Place::Header);
    let Yields::Tokens(issued) = &exchange.yields else { panic!() };
    assert_eq!((issued[0].at.as_str(), issued[0].or.as_slice()), ("/user/token", &["/access_token".to_owned()][..]));
    assert_eq!(issued[0].expiry.fields, [("/expires_at".to_owned(), ExpiryUnit::Iso)]);
    assert_eq!(exchange.succeeds, [Check { at: "/ok".to_owned(), due: Due::OneOf(vec!["true".to_owned()]) }]);
    let kept: Vec<_> = acme.kept().iter().map(|kept| kept.name.wire.as_str()).collect();
    assert_eq!(kept, ["realm", "host", "plan"]);
    assert_eq!(acme.calls[0].request.url.to_string(), "<host>/v1/<realm>/<plan>");
    assert_eq!(acme.calls[0].returns, Type::Text);
    assert_eq!(acme.error_code_or, ["/b"]);
    assert_eq!(acme.revoke.as_ref().unwrap().params, []);
    assert_eq!(acme.connection_settings().count(), 1);
}

#[test]
fn bodies_are_written_out_and_tokens_renewed_by_grants() {
    let acme = one("\
provider: acme
token: { url: https://acme.example/token, client: body }
grants:
  log_in:
    kind: custom
    client: none
    inputs: { user: string, site: string? }
    body: { auth: { user: <user>, site: <site>, n: 1 } }
    yields: session
    answers: xml
  extend: { kind: custom, headers: { Authorization: \"Bearer <token>\" } }
  swap: { kind: token_exchange, yields: other, send: { subject_token: <token>, subject_token_type: \"urn:x\" } }
  soap: { kind: custom, yields: whole, answers: text, encoding: xml, body: \"<<a><client_id></a>\" }
  first: { kind: custom, yields: other }
tokens:
  session: { value: { cookie: SID }, present: { cookie: SID }, lifetime: 1h, renew: { by: extend, grant: extend, early: 30s } }
  other: { value: { header: X-T }, renew: { by: exchange, grant: swap, when: demand } }
  whole: { value: \"\", present: none }
");
    let log_in = &acme.grants[0];
    let Some(Body::Json(BodyNode::Object(members))) = &log_in.request.body else { panic!() };
    let BodyNode::Object(inner) = &members[0].1 else { panic!() };
    assert!(matches!(&inner[0].1, BodyNode::Template { optional: false, .. }));
    assert!(matches!(&inner[1].1, BodyNode::Template { optional: true, .. }));
    assert_eq!(inner[2].1, BodyNode::Constant(1.into()));
    assert_eq!((&log_in.request.encoding, log_in.answers), (&Encoding::Json, AnswerFormat::Xml));
    assert_eq!(log_in.request.params, []);
    assert_eq!(acme.grants[1].yields, Yields::Tokens(Vec::new()));
    assert_eq!(acme.grants[2].request.inputs, []);
    assert!(matches!(&acme.grants[3].request.body, Some(Body::Text(text)) if text.to_string().starts_with("<a>")));
    assert_eq!(acme.grants[3].request.credentials, [], "credentials stand where the body says");
    let at = |grant: &Grant| match &grant.yields {
        Yields::Tokens(issued) => issued[0].at.clone(),
        Yields::Code(at) => at.clone(),
    };
    assert_eq!([at(log_in), at(&acme.grants[2]), at(&acme.grants[3])], ["cookie:SID", "header:X-T", ""]);
    assert_eq!(acme.tokens[0].renew, Renew::Extend("extend".to_owned()));
    assert_eq!((acme.tokens[0].early, acme.tokens[1].on_demand), (Some(30), true));
    assert_eq!(acme.tokens[0].present.as_ref().unwrap().place, Place::Cookie);
}
