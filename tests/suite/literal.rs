//! What goes over the wire and what is read from it, literally.
//!
//! Whatever a request needs and a case doesn't name is there under its own name: `CLIENT_ID`, `CODE`, `TOKEN`.

use std::fmt::Write;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use authsmith_codegen::lower::lower;
use authsmith_codegen::model::{Provider, Type};
use authsmith_codegen::{SourceFile, Style, load};
use authsmith_protocol::operation::Operation;
use authsmith_protocol::provider::{Provider as Data, Renew, TokenKind};
use authsmith_protocol::{
    Expected, ReadError, Reading, Request, Response, Secret, SecretBytes, Value, Values, build, read_arrival,
};

use crate::support::root;

/// `CLIENT_ID:CLIENT_SECRET` in base64.
pub const BASIC: &str = "authorization: Basic Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ=";
pub const FORM: &str = "content-type: application/x-www-form-urlencoded";
pub const JSON: &str = "content-type: application/json";

/// The vendors of these specs.
fn vendors(sources: &[SourceFile]) -> Vec<Vendor> {
    let providers = load(sources).unwrap_or_else(|found| panic!("{}", found.render(sources, Style::Plain)));
    providers.into_iter().map(Vendor).collect()
}

/// The vendors of the specs of a folder of `tests`.
pub fn folder(name: &str) -> Vec<Vendor> {
    let files = std::fs::read_dir(root().join("tests").join(name)).unwrap().map(|file| file.unwrap().path());
    let specs = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let source = |path: std::path::PathBuf| SourceFile {
        text: std::fs::read_to_string(&path).unwrap(),
        path: format!("tests/{name}/{}", path.file_name().unwrap().to_str().unwrap()),
    };
    vendors(&specs.map(source).collect::<Vec<_>>())
}

/// The vendor of a golden.
pub fn golden(name: &str) -> &'static Vendor {
    static ALL: LazyLock<Vec<Vendor>> = LazyLock::new(|| folder("goldens"));
    ALL.iter().find(|vendor| vendor.0.name.wire == name).expect("there is a golden of this name")
}

pub struct Vendor(pub Provider);

/// An answer of a vendor.
pub struct Answer<'a> {
    pub status: u16,
    pub headers: &'a [(&'static str, &'static str)],
    pub body: &'a str,
}

pub fn ok(body: &str) -> Answer<'_> {
    Answer { status: 200, headers: &[], body }
}

pub fn status(status: u16, body: &str) -> Answer<'_> {
    Answer { status, ..ok(body) }
}

/// 2023-11-14T22:13:20Z
pub fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

impl Vendor {
    fn with<T>(&self, operation: &str, visit: impl FnOnce(&Operation<'_>, &Data<'_>) -> T) -> T {
        let arena = bumpalo::Bump::new();
        let data = lower(&self.0, &arena);
        match operation {
            "authorize" => visit(&data.authorization().expect("it asks for consent").request(), &data),
            "device" => visit(&data.device_authorization().expect("it knows devices").request(), &data),
            _ => visit(data.operation(operation).expect("an operation of the spec"), &data),
        }
    }

    fn values(&self, given: &[(&'static str, &str)]) -> Values {
        let mut values = Values::new();
        for name in ["CLIENT_ID", "CODE", "STATE", "LOGIN_NONCE", "CODE_CHALLENGE"] {
            values.set(name.to_lowercase(), name);
        }
        for name in ["CLIENT_SECRET", "CLIENT_ASSERTION", "CODE_VERIFIER", "DEVICE_CODE", "REFRESH_TOKEN", "TOKEN"] {
            values.set(name.to_lowercase(), Value::Secret(name.into()));
        }
        values.set("redirect_uri", "https://app.example/back");
        values.set("now", now());
        values.set("random", SecretBytes::from([7; 32]));
        let arena = bumpalo::Bump::new();
        let data = lower(&self.0, &arena);
        if let Some(authorize) = data.authorization() {
            values.set("redirect_uri", authorize.redirect_uri_of("https://app.example/back", "STATE").into_owned());
        }
        for (setting, data) in self.0.settings.iter().zip(data.all_settings()) {
            let given = given.iter().find(|(name, _)| *name == setting.name.wire).map(|(_, value)| *value);
            if let Some(value) = given.or(setting.default.as_deref()).or(setting.sample.as_deref()) {
                values.set(setting.name.wire.clone(), data.complete(value).into_owned());
            }
        }
        for (name, value) in given {
            if values.get(name).is_none_or(|_| self.0.settings.iter().all(|setting| setting.name.wire != *name)) {
                let number = value.parse::<i64>().ok().filter(|_| self.is_number(name));
                values.set(*name, number.map_or_else(|| Value::from(*value), Value::from));
            }
        }
        for (name, template) in data.named_values() {
            values.define((*name).to_owned(), (*template).to_owned());
        }
        values
    }

    /// Whether an input is a number.
    fn is_number(&self, name: &str) -> bool {
        let grants = self.0.grants.iter().map(|grant| &grant.request);
        let calls = self.0.calls.iter().map(|call| &call.request);
        let mut inputs = grants.chain(calls).flat_map(|request| &request.inputs);
        inputs.any(|input| input.name.wire == name && input.ty == Type::Integer)
    }

    /// Shows an operation, and values for it.
    pub fn visit<T>(
        &self,
        operation: &str,
        given: &[(&'static str, &str)],
        visit: impl FnOnce(&Operation<'_>, &Values) -> T,
    ) -> T {
        let values = self.values(given);
        self.with(operation, |found, _| visit(found, &values))
    }

    /// Shows the operation data of the vendor.
    pub fn data(&self, visit: impl FnOnce(&Data<'_>)) {
        let arena = bumpalo::Bump::new();
        visit(&lower(&self.0, &arena));
    }

    /// The request of an operation.
    #[track_caller]
    pub fn request(&self, operation: &str, given: &[(&'static str, &str)]) -> Request {
        let values = self.values(given);
        let request = self.with(operation, |found, _| build(found, &values));
        request.unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Expects the request of an operation: its method and URL, every header but `accept`, and the body.
    #[track_caller]
    pub fn sends(&self, operation: &str, given: &[(&'static str, &str)], expected: &[&str]) {
        let request = self.request(operation, given);
        let mut sent = vec![format!("{} {}", request.method, request.url)];
        let headers = request.headers.iter().filter(|(name, _)| *name != "accept");
        sent.extend(headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
        if !request.body.is_empty() {
            sent.push(String::from_utf8(request.body).unwrap());
        }
        assert_eq!(sent, expected, "{operation}");
    }

    /// Expects what the answer to an operation holds.
    #[track_caller]
    pub fn reads(&self, operation: &str, answer: Answer<'_>, expected: &str) {
        let reading = self.reading(operation, &answer).unwrap_or_else(|error| panic!("{operation}: {error}"));
        let mut lines = Vec::new();
        for token in &reading.tokens {
            let mut line = format!("{} {}{}", token.kind, token.value.expose(), life(token.expires_at));
            if let Some(refresh) = &token.refresh_token {
                write!(line, ", refresh {}{}", refresh.expose(), life(token.refresh_expires_at)).unwrap();
            }
            lines.push(line);
        }
        lines.extend(reading.kept.iter().map(|(name, value)| format!("{name} = {value}")));
        assert_eq!(lines.join("; "), expected, "{operation}");
    }

    /// Expects that the answer is a refusal with this code and text.
    #[track_caller]
    pub fn is_refused(&self, operation: &str, answer: Answer<'_>, code: &str, text: Option<&str>) {
        match self.reading(operation, &answer) {
            Err(ReadError::Refused(refusal)) => {
                assert_eq!((refusal.code.as_deref(), refusal.text.as_deref()), (Some(code), text), "{operation}");
            }
            other => panic!("{operation}: {other:?}"),
        }
    }

    /// What an answer to an operation holds.
    pub fn reading(&self, operation: &str, answer: &Answer<'_>) -> Result<Reading, ReadError> {
        let headers = answer.headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let body = answer.body.as_bytes().to_vec();
        let response = Response { status: answer.status, headers: headers.collect(), body };
        self.with(operation, |found, data| {
            // The answer to what only extends a token gives none.
            let extends = |kind: &TokenKind<'_>| kind.renewal() == Renew::Extend(operation);
            let found = match data.all_tokens().iter().any(extends) {
                true => found.answer(found.answers().tokens(&[])),
                false => *found,
            };
            authsmith_protocol::read(&found, &response, now())
        })
    }

    /// Expects what a callback brings: the code and what is kept, or why there is none.
    #[track_caller]
    pub fn comes_back(&self, callback: &str, expected: &str) {
        let state = Secret::from("STATE");
        let values = self.values(&[]);
        let wanted = Expected {
            state: &state,
            may_lack_state: !self.0.authorize.as_ref().unwrap().state_documented,
            values: &values,
        };
        let told = self.with("authorize", |_, data| {
            match read_arrival(&data.authorization().unwrap().callback_data(), callback, &wanted) {
                Ok(arrival) => {
                    let kept = arrival.kept.iter().map(|(name, value)| format!("; {name} = {value}"));
                    format!("code {}{}", arrival.code.expose(), kept.collect::<String>())
                }
                Err(error) => error.to_string(),
            }
        });
        assert_eq!(told, expected, "{callback}");
    }
}

fn life(expires: Option<SystemTime>) -> String {
    expires.map(|then| format!(" for {} s", then.duration_since(now()).unwrap().as_secs())).unwrap_or_default()
}

/// What base64url without padding says.
pub fn unbase64(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}
