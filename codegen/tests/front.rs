//! The five specs of the repository through the front end: what each vendor's page says, as the model has it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use authsmith_codegen::model::*;
use authsmith_codegen::{SourceFile, Style, check};

const SPECS: [&str; 5] = ["cardiogram", "cardiomood", "healthtap", "humanapi", "vitaldb"];

fn source(name: &str) -> SourceFile {
    let path = format!("{}/../specs/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    SourceFile { text: std::fs::read_to_string(path).unwrap(), path: format!("specs/{name}.yaml") }
}

/// The model of one spec, without so much as a warning.
fn provider(name: &str) -> Provider {
    let sources = [source(name)];
    let (mut providers, findings) = check(&sources);
    assert!(findings.is_empty(), "{}", findings.render(&sources, Style::Plain));
    providers.remove(0)
}

fn grant<'p>(provider: &'p Provider, name: &str) -> &'p Grant {
    provider.grants.iter().find(|grant| grant.name.wire == name).unwrap()
}

fn call<'p>(provider: &'p Provider, name: &str) -> &'p Call {
    provider.calls.iter().find(|call| call.name.wire == name).unwrap()
}

/// `body grant_type=authorization_code`, one for each parameter.
fn wire(request: &Request) -> Vec<String> {
    let place = |place| match place {
        Place::Query => "query",
        Place::Body => "body",
        Place::Header => "header",
        Place::Cookie => "cookie",
        Place::Fragment => "fragment",
    };
    let optional = |param: &Param| if param.optional { "?" } else { "" };
    let line = |param: &Param| format!("{} {}{}={}", place(param.place), param.name, optional(param), param.value);
    request.params.iter().map(line).collect()
}

fn line(request: &Request) -> String {
    format!("{} {} {:?} {:?}", request.method.as_str(), request.url, request.client, request.encoding)
}

fn issued(grant: &Grant) -> &Issued {
    match &grant.yields {
        Yields::Tokens(issued) => &issued[0],
        Yields::Code(_) => panic!("a code"),
    }
}

fn seconds(lifetime: u64) -> Expiry {
    Expiry { fields: vec![("/expires_in".to_owned(), ExpiryUnit::Seconds)], lifetime: Some(lifetime) }
}

#[test]
fn the_five_specs_have_the_operations_of_their_pages() {
    let operations = |name: &str| {
        let provider = provider(name);
        let authorize = provider.authorize.iter().map(|_| "authorize".to_owned());
        let grants = provider.grants.iter().map(|grant| grant.name.wire.clone());
        let calls = provider.calls.iter().map(|call| call.name.wire.clone());
        authorize.chain(grants).chain(calls).collect::<Vec<_>>().join(" ")
    };
    let all = SPECS.map(operations);
    assert_eq!(
        all[0],
        "authorize create_user exchange_code refresh basic_info metrics risk_scores post_beats post_steps post_covariates"
    );
    assert_eq!(all[1], "authorize exchange_code refresh raw_metrics user_summaries");
    assert_eq!(all[2], "authorize exchange_code create_user refresh");
    assert_eq!(all[3], "session_token id_token access_token");
    assert_eq!(all[4], "authorize exchange_code log_in userinfo");
}

#[test]
fn vitaldb() {
    let vitaldb = provider("vitaldb");
    let authorize = vitaldb.authorize.as_ref().unwrap();
    assert_eq!(
        wire(&authorize.request),
        ["query client_id=<client_id>", "query redirect_uri=<redirect_uri>", "query state=<state>"]
    );
    assert_eq!((authorize.pkce, authorize.code_lifetime), (Pkce::None, Some(180)));
    let exchange = grant(&vitaldb, "exchange_code");
    assert_eq!(wire(&exchange.request), ["body code=<code>"]);
    assert_eq!(exchange.request.standard, 1);
    assert_eq!(line(&exchange.request), "POST https://vitaldb.net/oauth2/token Body Form");
    assert_eq!((&issued(exchange).expiry, &issued(exchange).refresh), (&seconds(3600), &None));
    let log_in = grant(&vitaldb, "log_in");
    assert_eq!(wire(&log_in.request), ["body id=<username>", "body pw=<password>"]);
    assert_eq!(line(&log_in.request), "POST https://vitaldb.net/oauth2/token None Form");
    let inputs: Vec<_> = log_in.request.inputs.iter().map(|input| (input.name.wire.as_str(), &input.ty)).collect();
    assert_eq!(inputs, [("username", &Type::String), ("password", &Type::Secret)]);
    assert!(log_in.discouraged.is_some());
    assert_eq!(vitaldb.tokens[0].renew, Renew::None);
    let userinfo = call(&vitaldb, "userinfo");
    assert_eq!(wire(&userinfo.request), ["query access_token=<token>"]);
    assert_eq!(userinfo.returns, Type::Named("Userinfo".to_owned()));
}

#[test]
fn cardiogram() {
    let cardiogram = provider("cardiogram");
    let authorize = cardiogram.authorize.as_ref().unwrap();
    assert_eq!(
        wire(&authorize.request),
        ["query response_type=code", "query client_id=<client_id>", "query state=<state>"]
    );
    assert!(!authorize.state_documented);
    let create = grant(&cardiogram, "create_user");
    assert_eq!(wire(&create.request), ["body email=<email>", "body memberId=<memberId>"]);
    assert_eq!(line(&create.request), "POST https://cardiogr.am/heart/oauth/users/new Basic Form");
    assert_eq!(create.yields, Yields::Code("/code".to_owned()));
    assert_eq!((create.fields[0].name.wire.as_str(), create.fields[0].name.snake.as_str()), ("userId", "user_id"));
    let exchange = grant(&cardiogram, "exchange_code");
    assert_eq!(wire(&exchange.request), ["body grant_type=authorization_code", "body code=<code>"]);
    assert_eq!(issued(exchange).expiry.fields, [("/expires_in".to_owned(), ExpiryUnit::EpochMilliseconds)]);
    let refresh = grant(&cardiogram, "refresh");
    assert_eq!(wire(&refresh.request), ["body grant_type=authorization_code", "body refresh_token=<refresh_token>"]);
    assert_eq!(refresh.request.client, ClientAuth::Both);
    assert!(matches!(&cardiogram.tokens[0].renew, Renew::Refresh { grant, .. } if grant == "refresh"));
    let metrics = call(&cardiogram, "metrics");
    assert_eq!(metrics.request.url.to_string(), "https://cardiogr.am/oauth/users/<userId>/metrics");
    assert_eq!(wire(&metrics.request), ["header Authentication=Bearer <token>"]);
    let day = Box::new(Type::Named("DayMetrics".to_owned()));
    assert_eq!(metrics.returns, Type::Map { key: Box::new(Type::Date), value: day });
    let beats = call(&cardiogram, "post_beats");
    assert_eq!(wire(&beats.request)[1], "body beats=<beats>");
    assert_eq!(beats.request.encoding, Encoding::Json);
    let unit = cardiogram.types.iter().find(|def| def.name == "HeightUnit").unwrap();
    assert!(unit.sent && !unit.received);
    assert!(matches!(&unit.kind, TypeKind::Enum(words) if words[1].camel == "FtIn" && words[1].wire == "ft/in"));
    assert_eq!((cardiogram.error_code.as_str(), cardiogram.error_text.as_str()), ("/error", "/message"));
}

#[test]
fn cardiomood() {
    let cardiomood = provider("cardiomood");
    let exchange = grant(&cardiomood, "exchange_code");
    assert_eq!(exchange.request.encoding, Encoding::Setting("token_encoding".to_owned()));
    assert_eq!(exchange.request.url.parts, [Part::Variable(Variable::Setting("token_url".to_owned()))]);
    assert_eq!(wire(&exchange.request)[2], "body redirect_uri=<redirect_uri>");
    let renew = Renew::Refresh {
        grant: "refresh".to_owned(),
        rotation: Rotation::Always,
        replay: Replay::Fatal,
        old_access_revoked: true,
    };
    assert_eq!(cardiomood.tokens[0].renew, renew);
    let raw = call(&cardiomood, "raw_metrics");
    assert_eq!(raw.request.url.to_string(), "<api_url>/v2/raw-metrics/<metric>");
    let lines = ["header Authorization=Bearer <token>", "query from_date?=<from_date>", "query to_date?=<to_date>"];
    assert_eq!(wire(&raw.request), lines);
    let required: Vec<_> =
        cardiomood.settings.iter().filter(|s| s.default.is_none()).map(|s| s.name.wire.as_str()).collect();
    assert_eq!(required, ["authorize_url", "token_url", "api_url"]);
}

#[test]
fn healthtap() {
    let healthtap = provider("healthtap");
    let authorize = healthtap.authorize.as_ref().unwrap();
    assert_eq!(wire(&authorize.request)[3], "query scope?=<scope>");
    assert_eq!((authorize.scopes.len(), authorize.scope_separator.as_str()), (5, " "));
    let exchange = grant(&healthtap, "exchange_code");
    assert_eq!(line(&exchange.request), "POST https://api.healthtap.com/oauth/token Basic Json");
    assert_eq!(wire(&exchange.request).last().unwrap(), "body client_id=<client_id>");
    assert_eq!(exchange.request.standard, 3);
    let refresh = &issued(exchange).refresh_expiry.fields;
    assert_eq!(*refresh, [("/refresh_token_expires_in".to_owned(), ExpiryUnit::Seconds)]);
    let create = grant(&healthtap, "create_user");
    assert_eq!(wire(&create.request), ["body username=<username>", "body password=<password>"]);
    assert_eq!(create.sample.as_ref().unwrap()["created_at"], 1_478_054_227);
    assert!(create.sample.as_ref().unwrap()["access_token"].as_str().unwrap().starts_with("697e9298"));
    assert_eq!(grant(&healthtap, "refresh").request.encoding, Encoding::Form);
}

#[test]
fn humanapi() {
    let humanapi = provider("humanapi");
    let session = grant(&humanapi, "session_token");
    assert_eq!(line(&session.request), "POST https://auth.humanapi.co/v1/connect/token Body Json");
    let sent = [
        "body client_user_id=<client_user_id>",
        "body client_user_email=<client_user_email>",
        "body type=session",
        "header Cache-Control=no-cache",
    ];
    assert_eq!(wire(&session.request), sent);
    assert_eq!((session.request.standard, issued(session).at.as_str()), (0, "/session_token"));
    assert_eq!(issued(session).expiry, seconds(3600));
    assert_eq!(
        (session.failures[0].name.camel.as_str(), session.failures[0].status),
        ("SourceAlreadyConnected", Some(403))
    );
    assert_eq!(issued(grant(&humanapi, "id_token")).refresh.as_deref(), Some("/id_refresh_token"));
    assert!(humanapi.tokens.iter().all(|kind| kind.renew == Renew::Reissue));
    assert_eq!(humanapi.tokens.iter().filter(|kind| kind.present.is_some()).count(), 1);
    let fallback = &humanapi.fallbacks[0];
    assert_eq!((fallback.attempt.as_str(), fallback.then.as_str()), ("session_token", "id_token"));
    let widget = &humanapi.widgets[0];
    assert_eq!((widget.open.as_str(), widget.kinds.len()), ("HumanConnect.open", 2));
    assert_eq!(
        (widget.events[0].name.snake.as_str(), widget.events[0].payload.as_str()),
        ("on_close", "ConnectClosed")
    );
}

#[test]
fn samples_follow_json_where_no_type_speaks() {
    let text = "\
provider: acme
authorize: { url: https://acme.example/a }
token: { url: https://acme.example/t }
calls:
  me:
    get: https://acme.example/me
    returns: { text: string, any: json, more: [json] }
    sample: { text: 012, any: no, more: [012, 12, 1.5, true, null, \"7\", 1e400] }
";
    let (providers, findings) = check(&[SourceFile { path: "acme.yaml".to_owned(), text: text.to_owned() }]);
    assert!(findings.is_empty(), "{findings}");
    let sample = providers[0].calls[0].sample.as_ref().unwrap();
    let expected = r#"{"text":"012","any":"no","more":["012",12,1.5,true,null,"7","1e400"]}"#;
    assert_eq!(sample.to_string(), expected);
}
