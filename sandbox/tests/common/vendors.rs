//! What the pages of four vendors show, literally; `{...}` stands for what an earlier answer gave.

use authsmith_sandbox::Sandbox;
use serde_json::Value;

use super::{Answer, FORM, encode, send};

pub struct Vendor {
    pub name: &'static str,
    pub authorize: &'static str,
    /// Takes `{code}`.
    pub exchange: &'static str,
    /// Takes `{refresh_token}`.
    pub refresh: Option<&'static str>,
    /// Takes `{access_token}`.
    pub call: Option<&'static str>,
}

pub const CARDIOGRAM: Vendor = Vendor {
    name: "cardiogram",
    authorize: "/auth?response_type=code&client_id=sandbox-client",
    exchange: "POST /heart/oauth/token
Authorization: Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5
Content-Type: application/x-www-form-urlencoded

code={code}&grant_type=authorization_code",
    refresh: Some(
        "POST /heart/oauth/token
Authorization: Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5
Content-Type: application/x-www-form-urlencoded

client_id=sandbox-client&client_secret=sandbox-secret+with%3Aodd%2Bchars%25%26%C3%A9&grant_type=authorization_code&refresh_token={refresh_token}",
    ),
    call: Some("GET /oauth/users/u%201/metrics\nAuthentication: Bearer {access_token}"),
};

pub const CARDIOMOOD: Vendor = Vendor {
    name: "cardiomood",
    authorize: "/oauth/authorize?response_type=code&client_id=sandbox-client&redirect_uri=http://localhost/oauth-redirect",
    exchange: r#"POST /oauth/token
Content-Type: application/json

{
"grant_type": "authorization_code",
"client_id": "sandbox-client",
"client_secret": "sandbox-secret with:odd+chars%&é",
"redirect_uri": "http://localhost/oauth-redirect",
"code": "{code}"
}"#,
    refresh: Some(
        r#"POST /oauth/token
Content-Type: application/json

{
"grant_type": "refresh_token",
"client_id": "sandbox-client",
"client_secret": "sandbox-secret with:odd+chars%&é",
"refresh_token": "{refresh_token}"
}"#,
    ),
    call: Some("GET /user-summaries?date_from=2024-02-29&include_slots=1\nAuthorization: Bearer {access_token}"),
};

pub const HEALTHTAP: Vendor = Vendor {
    name: "healthtap",
    authorize: "/oauth/authorize?client_id=sandbox-client&response_type=code\
                &redirect_uri=http%3A%2F%2F127.0.0.1%3A8910%2Fcallback&scope=profile_write",
    exchange: r#"POST /oauth/token
Authorization: Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5
Content-Type: application/json

{
   "grant_type":"authorization_code",
   "code":"{code}",
   "client_id":"sandbox-client",
   "redirect_uri":"http://127.0.0.1:8910/callback"
}"#,
    refresh: Some(
        "POST /oauth/token
Authorization: Basic c2FuZGJveC1jbGllbnQ6c2FuZGJveC1zZWNyZXQrd2l0aCUzQW9kZCUyQmNoYXJzJTI1JTI2JUMzJUE5
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token={refresh_token}",
    ),
    call: None,
};

pub const VITALDB: Vendor = Vendor {
    name: "vitaldb",
    authorize: "/oauth2/login?client_id=sandbox-client&redirect_uri=https%3A%2F%2Fwww.path-to-redirect.com%2Fcallback&state=s%20%2B1",
    exchange: "POST /oauth2/token
Content-Type: application/x-www-form-urlencoded

code={code}&client_id=sandbox-client&client_secret=sandbox-secret+with%3Aodd%2Bchars%25%26%C3%A9",
    refresh: None,
    call: Some("GET /oauth2/userinfo?access_token={access_token}"),
};

pub const CODE_VENDORS: [&Vendor; 4] = [&CARDIOGRAM, &CARDIOMOOD, &HEALTHTAP, &VITALDB];

impl Vendor {
    /// Fills `{name}` in, escaped for where it stands.
    pub fn fill(&self, request: &str, name: &str, value: &str) -> String {
        let escaped =
            if request.contains(FORM) || request.contains("?access_token=") { encode(value) } else { value.to_owned() };
        request.replace(&format!("{{{name}}}"), &escaped)
    }

    /// Asks for consent as a program does.
    pub async fn authorize(&self, sandbox: &Sandbox) -> Answer {
        if self.name == "vitaldb" {
            sandbox.register_redirect_uri(self.name, "https://www.path-to-redirect.com/callback").unwrap();
        }
        send(sandbox.origin(self.name).unwrap(), &format!("GET {}", self.authorize)).await
    }

    /// A request that exchanges a fresh code.
    pub async fn sound_exchange(&self, sandbox: &Sandbox) -> String {
        let code = self.authorize(sandbox).await.callback("code").unwrap();
        self.fill(self.exchange, "code", &code)
    }

    /// The answer to an exchange.
    pub async fn tokens(&self, sandbox: &Sandbox) -> Value {
        let answer = self.send(sandbox, &self.sound_exchange(sandbox).await).await;
        assert_eq!(answer.status, 200, "{}: {answer:?}", self.name);
        answer.json()
    }

    pub async fn send(&self, sandbox: &Sandbox, request: &str) -> Answer {
        send(sandbox.origin(self.name).unwrap(), request).await
    }
}
