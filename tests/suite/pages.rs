//! The requests that the vendors' own pages show, written out by hand, against those that the specs give.

use std::collections::BTreeMap;

use authsmith_protocol::{Request, build};

use crate::support::provider;
use crate::wire::each_operation;

struct Page {
    operation: &'static str,
    request: &'static str,
    /// Headers that the page names, besides `accept` and `content-type`.
    headers: &'static [(&'static str, &'static str)],
    body: Body,
}

enum Body {
    None,
    Form(&'static [(&'static str, &'static str)]),
    Json(&'static str),
}

/// `CLIENT_ID:CLIENT_SECRET`.
const BASIC: (&str, &str) = ("authorization", "Basic Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ=");

fn check(vendor: &str, pages: &[Page]) {
    let mut requests = BTreeMap::new();
    each_operation(&provider(vendor), |name, operation, values| {
        requests.insert(name.to_owned(), build(operation, &values).unwrap());
    });
    for page in pages {
        let request = requests.remove(page.operation).unwrap_or_else(|| panic!("{vendor} has {}", page.operation));
        compare(&format!("{vendor} {}", page.operation), page, &request);
    }
    assert!(requests.is_empty(), "operations of {vendor} that no page shows: {:?}", requests.keys());
}

fn compare(what: &str, page: &Page, request: &Request) {
    assert_eq!(format!("{} {}", request.method, request.url), page.request, "{what}");
    let mut headers: BTreeMap<_, _> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    headers.remove("accept");
    let content_type = headers.remove("content-type");
    assert_eq!(headers, page.headers.iter().copied().collect(), "{what}: headers");
    let body = String::from_utf8(request.body.clone()).unwrap();
    match page.body {
        Body::None => assert_eq!((content_type, body.as_str()), (None, ""), "{what}: no body"),
        Body::Form(fields) => {
            assert_eq!(content_type, Some("application/x-www-form-urlencoded"), "{what}");
            let sent: BTreeMap<_, _> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let shown = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(sent, shown, "{what}: form");
        }
        Body::Json(shown) => {
            assert_eq!(content_type, Some("application/json"), "{what}");
            let sent: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(sent, serde_json::from_str::<serde_json::Value>(shown).unwrap(), "{what}: JSON");
        }
    }
}

const TOKEN: &[(&str, &str)] = &[("authorization", "Bearer TOKEN")];

#[test]
fn cardiogram() {
    const TOKEN: &[(&str, &str)] = &[("authentication", "Bearer TOKEN")];
    check(
        "cardiogram",
        &[
            Page {
                operation: "authorize",
                request: "GET https://cardiogr.am/auth?response_type=code&client_id=CLIENT_ID&state=STATE",
                headers: &[],
                body: Body::None,
            },
            Page {
                operation: "create_user",
                request: "POST https://cardiogr.am/heart/oauth/users/new",
                headers: &[BASIC],
                body: Body::Form(&[("email", "EMAIL"), ("memberId", "kai123")]),
            },
            Page {
                operation: "exchange_code",
                request: "POST https://cardiogr.am/heart/oauth/token",
                headers: &[BASIC],
                body: Body::Form(&[("grant_type", "authorization_code"), ("code", "CODE")]),
            },
            Page {
                operation: "refresh",
                request: "POST https://cardiogr.am/heart/oauth/token",
                headers: &[BASIC],
                body: Body::Form(&[
                    ("client_id", "CLIENT_ID"),
                    ("client_secret", "CLIENT_SECRET"),
                    ("refresh_token", "REFRESH_TOKEN"),
                    ("grant_type", "authorization_code"),
                ]),
            },
            Page {
                operation: "basic_info",
                request: "GET https://cardiogr.am/oauth/users/USERID/basic_info",
                headers: TOKEN,
                body: Body::None,
            },
            Page {
                operation: "metrics",
                request: "GET https://cardiogr.am/oauth/users/USERID/metrics",
                headers: TOKEN,
                body: Body::None,
            },
            Page {
                operation: "risk_scores",
                request: "GET https://cardiogr.am/oauth/users/USERID/risk_scores",
                headers: TOKEN,
                body: Body::None,
            },
            Page {
                operation: "post_beats",
                request: "POST https://cardiogr.am/heart/oauth/users/USERID/beats",
                headers: TOKEN,
                body: Body::Json(r#"{"beats":[{"start":1,"end":1,"value":1.5}]}"#),
            },
            Page {
                operation: "post_steps",
                request: "POST https://cardiogr.am/heart/oauth/users/USERID/steps",
                headers: TOKEN,
                body: Body::Json(r#"{"steps":[{"start":1,"end":1,"value":1.5}]}"#),
            },
            Page {
                operation: "post_covariates",
                request: "POST https://cardiogr.am/heart/oauth/users/USERID/covariates",
                headers: TOKEN,
                body: Body::Json(
                    r#"{"dateOfBirth":"2024-03-01","height":"HEIGHT","heightUnit":"cm","weight":"WEIGHT",
                        "weightUnit":"lb","sex":"Male","isOnBetaBlocker":true}"#,
                ),
            },
        ],
    );
}

#[test]
fn cardiomood() {
    check(
        "cardiomood",
        &[
            Page {
                operation: "authorize",
                request: "GET https://api.health.cloud.cardiomood.com/oauth/authorize?response_type=code&client_id=CLIENT_ID&redirect_uri=REDIRECT_URI&state=STATE",
                headers: &[],
                body: Body::None,
            },
            Page {
                operation: "exchange_code",
                request: "POST https://api.health.cloud.cardiomood.com/oauth/token",
                headers: &[],
                body: Body::Json(
                    r#"{"grant_type":"authorization_code","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET",
                        "redirect_uri":"REDIRECT_URI","code":"CODE"}"#,
                ),
            },
            Page {
                operation: "refresh",
                request: "POST https://api.health.cloud.cardiomood.com/oauth/token",
                headers: &[],
                body: Body::Json(
                    r#"{"grant_type":"refresh_token","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET",
                        "refresh_token":"REFRESH_TOKEN"}"#,
                ),
            },
            Page {
                operation: "raw_metrics",
                request: "GET https://api.health.cloud.cardiomood.com/v2/raw-metrics/heart-rate-variability?from_date=FROM_DATE&to_date=TO_DATE",
                headers: TOKEN,
                body: Body::None,
            },
            Page {
                operation: "user_summaries",
                request: "GET https://api.health.cloud.cardiomood.com/user-summaries?date_from=2024-03-01&date_to=2024-03-01&include_slots=1&per_page=1&page=1",
                headers: TOKEN,
                body: Body::None,
            },
        ],
    );
}

#[test]
fn human_api() {
    const NO_CACHE: &[(&str, &str)] = &[("cache-control", "no-cache")];
    const URL: &str = "POST https://auth.humanapi.co/v1/connect/token";
    check(
        "humanapi",
        &[
            Page {
                operation: "session_token",
                request: URL,
                headers: NO_CACHE,
                body: Body::Json(
                    r#"{"client_id":"CLIENT_ID","client_user_id":"CLIENT_USER_ID","client_user_email":"CLIENT_USER_EMAIL",
                        "client_secret":"CLIENT_SECRET","type":"session"}"#,
                ),
            },
            Page {
                operation: "id_token",
                request: URL,
                headers: NO_CACHE,
                body: Body::Json(
                    r#"{"client_id":"CLIENT_ID","client_user_id":"CLIENT_USER_ID","client_secret":"CLIENT_SECRET","type":"id"}"#,
                ),
            },
            Page {
                operation: "access_token",
                request: URL,
                headers: NO_CACHE,
                body: Body::Json(
                    r#"{"client_id":"CLIENT_ID","client_user_id":"CLIENT_USER_ID","client_secret":"CLIENT_SECRET","type":"access"}"#,
                ),
            },
        ],
    );
}

#[test]
fn healthtap() {
    check(
        "healthtap",
        &[
            Page {
                operation: "authorize",
                request: "GET https://developers.healthtap.com/oauth/authorize?response_type=code&client_id=CLIENT_ID&redirect_uri=REDIRECT_URI&scope=profile_read+profile_write+pay+send_communications+create_content&state=STATE",
                headers: &[],
                body: Body::None,
            },
            Page {
                operation: "exchange_code",
                request: "POST https://api.healthtap.com/oauth/token",
                headers: &[BASIC],
                body: Body::Json(
                    r#"{"grant_type":"authorization_code","code":"CODE","client_id":"CLIENT_ID","redirect_uri":"REDIRECT_URI"}"#,
                ),
            },
            Page {
                operation: "create_user",
                request: "POST https://api.healthtap.com/api/v2.1/users.json",
                headers: &[BASIC],
                body: Body::Json(r#"{"username":"USERNAME","password":"PASSWORD"}"#),
            },
            Page {
                operation: "refresh",
                request: "POST https://api.healthtap.com/oauth/token",
                headers: &[BASIC],
                body: Body::Form(&[("grant_type", "refresh_token"), ("refresh_token", "REFRESH_TOKEN")]),
            },
        ],
    );
}

#[test]
fn vitaldb() {
    check(
        "vitaldb",
        &[
            Page {
                operation: "authorize",
                request: "GET https://vitaldb.net/oauth2/login?client_id=CLIENT_ID&redirect_uri=REDIRECT_URI&state=STATE",
                headers: &[],
                body: Body::None,
            },
            Page {
                operation: "exchange_code",
                request: "POST https://vitaldb.net/oauth2/token",
                headers: &[],
                body: Body::Form(&[("code", "CODE"), ("client_id", "CLIENT_ID"), ("client_secret", "CLIENT_SECRET")]),
            },
            Page {
                operation: "log_in",
                request: "POST https://vitaldb.net/oauth2/token",
                headers: &[],
                body: Body::Form(&[("id", "USERNAME"), ("pw", "PASSWORD")]),
            },
            Page {
                operation: "userinfo",
                request: "GET https://vitaldb.net/oauth2/userinfo?access_token=TOKEN",
                headers: &[],
                body: Body::None,
            },
        ],
    );
}
