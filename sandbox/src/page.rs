//! The pages that people see. Each is whole in itself and loads nothing.

use std::fmt::Write as _;

use authsmith_codegen::model::{Authorize, Provider};

use crate::authorize::Asked;
use crate::vendor::Vendor;
use crate::{CLIENT_ID, PASSWORD, USERNAME, client_secret};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:8vh auto;padding:0 1rem}\
main{border:1px solid #8884;border-radius:12px;padding:1.5rem 2rem}\
h1{font-size:1.4rem;margin-top:0}\
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}\
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}\
form{display:inline}\
button{font:inherit;padding:.5rem 1.5rem;border-radius:8px;border:1px solid #8886;cursor:pointer;margin-right:.5rem}\
button.allow{background:#1a6b3c;border-color:#1a6b3c;color:#fff}\
.note{color:#777;font-size:.875rem}";

/// The page that asks the user for consent.
pub(crate) fn consent(provider: &Provider, authorize: &Authorize, asked: &Asked, id: &str) -> String {
    let mut scopes = String::new();
    for scope in &asked.scopes {
        let known = authorize.scopes.iter().find(|known| known.name.wire == *scope);
        let about = known.and_then(|known| known.about.as_deref()).map(|about| format!(": {}", escape(about)));
        let _ = write!(scopes, "<li><code>{}</code>{}</li>", escape(scope), about.unwrap_or_default());
    }
    let asks = if scopes.is_empty() { String::new() } else { format!("<p>It asks for:</p><ul>{scopes}</ul>") };
    let button = |decision: &str, label: &str| {
        format!(
            "<form method=\"post\" action=\"/_sandbox/consent\"><input type=\"hidden\" name=\"consent\" value=\"{}\">\
             <button class=\"{decision}\" name=\"decision\" value=\"{decision}\">{label}</button></form>",
            escape(id)
        )
    };
    let title = escape(&provider.title);
    let body = format!(
        "<h1>{title}</h1><p>The app <code>{CLIENT_ID}</code> wants to use your {title} data.</p>{asks}\
         <p>Your answer goes to <code>{}</code>.</p><p>{}{}</p>\
         <p class=\"note\">This is a sandbox that plays {title} on your own machine. No real data is behind it.</p>",
        escape(&asked.redirect_uri),
        button("allow", "Allow"),
        button("deny", "Deny"),
    );
    page(&format!("{title}: allow access?"), &body)
}

/// The page where the user types the code that a device shows.
pub(crate) fn device(title: &str, code: &str) -> String {
    let title = escape(title);
    let button = |decision: &str, label: &str| {
        format!("<button class=\"{decision}\" name=\"decision\" value=\"{decision}\">{label}</button>")
    };
    let body = format!(
        "<h1>{title}</h1><p>Type the code that your device shows.</p>\
         <form method=\"post\" action=\"{}\"><p><input name=\"user_code\" value=\"{}\" autocomplete=\"off\" autofocus></p>\
         <p>{}{}</p></form>\
         <p class=\"note\">This is a sandbox that plays {title} on your own machine. No real data is behind it.</p>",
        crate::device::PAGE,
        escape(code),
        button("allow", "Allow"),
        button("deny", "Deny"),
    );
    page(&format!("{title}: connect a device"), &body)
}

/// The page that says what was decided for a device.
pub(crate) fn device_decided(title: &str, allowed: bool) -> String {
    let title = escape(title);
    let what = if allowed { "Your device is connected." } else { "Your device was not connected." };
    page(&title, &format!("<h1>{title}</h1><p>{what} You may close this page.</p>"))
}

/// The page that says why nothing can be done.
pub(crate) fn refusal(title: &str, why: &str) -> String {
    let title = escape(title);
    page(&title, &format!("<h1>{title}</h1><p>The request was refused: {}.</p>", escape(why.trim_end_matches('.'))))
}

/// The page of a vendor whose script reads what stands behind the `#` of its URL.
pub(crate) fn fragment(path: &str) -> String {
    let script = "const to=new URLSearchParams({path:location.pathname,fragment:location.hash.slice(1)});\
                  location.replace('/_sandbox/fragment?'+to);";
    page(&escape(path), &format!("<script>{script}</script><noscript>This page needs JavaScript.</noscript>"))
}

/// The page that shows what the sandbox plays and what it was asked.
pub(crate) fn control(vendor: &Vendor) -> String {
    let title = escape(&vendor.provider.title);
    let mut operations = String::new();
    for route in &vendor.routes {
        let request = route.operation.request();
        let name = escape(route.operation.name());
        let url = escape(&request.url.to_string());
        let _ = write!(operations, "<tr><td>{name}</td><td>{} <code>{url}</code></td></tr>", request.method.as_str());
    }
    let mut log = String::new();
    for record in vendor.log().iter().rev().take(20) {
        let operation = escape(record.operation.as_deref().unwrap_or("-"));
        let path = escape(&record.path);
        let _ = write!(
            log,
            "<tr><td>{}</td><td>{operation}</td><td>{} <code>{path}</code></td></tr>",
            record.status, record.method
        );
    }
    let body = format!(
        "<h1>{title}, played on {}</h1>\
         <table><tr><td>client_id</td><td><code>{CLIENT_ID}</code></td></tr>\
         <tr><td>client_secret</td><td><code>{}</code></td></tr>\
         <tr><td>user</td><td><code>{USERNAME}</code></td></tr>\
         <tr><td>password</td><td><code>{}</code></td></tr></table>\
         <h2>Operations</h2><table>{operations}</table>\
         <h2>Control</h2><p>Each is a POST of a JSON object to <code>/_sandbox/&lt;action&gt;</code>:</p><ul>{}</ul>\
         <p>As JSON: <a href=\"/_sandbox/requests\">all requests</a>, <a href=\"/_sandbox/events\">what was decided</a>, \
         <a href=\"/_sandbox/counters\">how often</a>, <a href=\"/_sandbox/grants\">how grants stand</a>, \
         <a href=\"/_sandbox/faults\">faults</a>, \
         <a href=\"/_sandbox/renewals\">rules for renewals</a></p>\
         <h2>Latest requests</h2><table>{log}</table>",
        escape(&vendor.origin),
        escape(client_secret(&vendor.provider)),
        escape(PASSWORD),
        ACTIONS.iter().map(|action| format!("<li><code>{}</code></li>", escape(action))).collect::<String>(),
    );
    page(&format!("{title} sandbox"), &body)
}

/// A page that posts the callback to the app (OAuth 2.0 Form Post Response Mode).
pub(crate) fn posting(title: &str, redirect_uri: &str, form: &str) -> String {
    let member = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(&name), escape(&value))
    };
    let members: String = form_urlencoded::parse(form.as_bytes()).map(member).collect();
    let body = format!(
        "<h1>Back to the app</h1><form method=\"post\" action=\"{}\">{members}<button>Continue</button></form>\
         <script>document.forms[0].submit()</script>",
        escape(redirect_uri)
    );
    page(&escape(title), &body)
}

/// What can be posted, each with its members.
const ACTIONS: &[&str] = &[
    "advance {\"seconds\": 3600}",
    "deny_next_consent {}",
    "decide_device {\"user_code\": \"...\", \"allow\": true}",
    "drop_state {\"drop\": true}",
    "fail_next {\"operation\": \"...\", \"failure\": \"invalid_grant\", \"times\": 1}",
    "fail_when {\"operation\": \"...\", \"failure\": \"...\", \"input\": \"...\", \"value\": \"...\"}",
    "clear_failures {}",
    "add_fault {\"operation\": \"...\", \"times\": 1, \"does\": {\"drop\": {\"processed\": true}}}",
    "clear_faults {}",
    "renewals {\"rotation\": \"always\", \"replay\": \"family\", \"old_access\": \"revoked\"}",
    "skew {\"seconds\": -300}",
    "id_tokens {\"claims\": {\"sub\": \"somebody-else\"}, \"signer\": \"stranger\"}",
    "rotate_keys {\"keeps_old\": true}",
    "mint {\"count\": 1000}",
    "revoke_access_tokens {}",
    "revoke_refresh_tokens {}",
    "register_redirect_uri {\"redirect_uri\": \"https://app.example/callback\"}",
];

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>"
    )
}

/// Text that can stand in an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}
