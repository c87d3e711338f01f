//! How tokens are renewed and revoked.

use authsmith_protocol::ReadError;
use authsmith_protocol::operation::Meaning;
use authsmith_protocol::provider::{Renew, Replay};

use crate::literal::{BASIC, FORM, JSON, golden, ok, status};

/// How the kind `kind` of a golden is renewed, and how many seconds early.
fn renewal(name: &str, kind: &str) -> (String, Option<u64>) {
    let mut found = None;
    golden(name).data(|data| {
        let kind = data.all_tokens().iter().find(|found| found.name() == kind).unwrap();
        let how = match kind.renewal() {
            Renew::None => "none".to_owned(),
            Renew::Reissue => "reissue".to_owned(),
            other => format!("{other:?}"),
        };
        found = Some((how, kind.early_seconds()));
    });
    found.unwrap()
}

#[test]
fn a_margin_of_its_own() {
    assert_eq!(renewal("requests", "access").1, Some(30));
    assert_eq!(renewal("standard", "access").1, None);
}

#[test]
fn a_refresh_url_of_its_own() {
    let vendor = golden("public_client");
    let body = "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID";
    vendor.sends("refresh", &[], &["POST https://public.example/refresh", FORM, body]);
    let answer = r#"{"data":{"token":"T2","expires":1800000,"refresh":"R2"}}"#;
    vendor.reads("refresh", ok(answer), "access T2 for 1800 s, refresh R2 for 2592000 s");
}

#[test]
fn no_refresh_token() {
    assert_eq!(renewal("client_credentials", "access").0, "reissue");
}

#[test]
fn tokens_that_are_exchanged_on_demand() {
    let vendor = golden("renewals");
    vendor.sends("lengthen", &[], &["GET https://renewals.example/longer?token=TOKEN"]);
    vendor.reads("lengthen", ok(r#"{"access_token":"T2","expires_in":60}"#), "short T2 for 60 s");
    vendor.data(|data| assert!(data.all_tokens().iter().any(|kind| kind.is_on_demand())));
}

#[test]
fn a_token_that_is_only_extended() {
    let vendor = golden("renewals");
    vendor.sends("extend", &[], &["POST https://renewals.example/extend", "session: TOKEN"]);
    vendor.reads("extend", ok(r#"{"ok":true}"#), "");
    assert!(renewal("renewals", "session").0.contains("extend"));
}

#[test]
fn one_of_several_tokens_is_refreshed() {
    let vendor = golden("renewals");
    let answer = r#"{"access_token":"A","session":"S","main":"M","refresh_token":"R"}"#;
    vendor.reads("exchange_code", ok(answer), "short A; session S for 2592000 s; main M, refresh R");
    let url = "GET https://renewals.example/refresh?grant_type=refresh_token&refresh_token=REFRESH_TOKEN";
    vendor.sends("refresh", &[], &[url, BASIC]);
    vendor.reads("refresh", ok(r#"{"main":"M2","refresh_token":"R2"}"#), "main M2, refresh R2");
}

#[test]
fn a_token_of_another_audience() {
    let vendor = golden("audiences");
    let by = |resource: &str| format!("grant_type=refresh_token&refresh_token=REFRESH_TOKEN&resource={resource}");
    vendor.sends("files_token", &[], &["POST https://audiences.example/token", BASIC, FORM, &by("files")]);
    vendor.sends("refresh", &[], &["POST https://audiences.example/token", BASIC, FORM, &by("graph")]);
    let answer = r#"{"access_token":"F","refresh_token":"R2","expires_in":60}"#;
    vendor.reads("files_token", ok(answer), "files F for 60 s, refresh R2");
    let url = "POST https://audiences.example/notes/token";
    vendor.sends("notes_token", &[("book", "b")], &[url, BASIC, FORM, "book=b&assertion=TOKEN"]);
    vendor.reads("notes_token", ok(r#"{"access_token":"N"}"#), "notes N");
    assert_eq!(renewal("audiences", "files").0, "Refresh(\"files_token\")");
    assert_eq!(renewal("audiences", "graph").0, "Refresh(\"refresh\")");
}

#[test]
fn a_refresh_token_that_stays() {
    let vendor = golden("requests");
    vendor.reads("refresh", ok(r#"{"access_token":"T2","expires_in":60}"#), "access T2 for 60 s");
    assert_eq!(renewal("requests", "access").0, "Refresh(\"refresh\")");
}

#[test]
fn revocation_in_other_shapes() {
    golden("exchanges").sends("revoke", &[], &["POST https://exchanges.example/revoke", BASIC, FORM, "token=TOKEN"]);
    let bearer = ["DELETE https://renewals.example/token", "authorization: Bearer TOKEN"];
    golden("renewals").sends("revoke", &[], &bearer);
    let refresh = ["GET https://logins.example/revoke", "authorization: Bearer REFRESH_TOKEN"];
    golden("logins").sends("revoke", &[], &refresh);
    let path = ["DELETE https://tea.connections.example/tokens/TOKEN"];
    golden("connections").sends("revoke", &[], &path);
    let url = "POST https://methods.example/revoke?access_token=TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET";
    golden("methods").sends("revoke", &[], &[url]);
    let json = ["POST https://bodies.example/session", JSON, r#"{"token":"TOKEN","state":"closed"}"#];
    golden("bodies").sends("revoke", &[], &json);
}

#[test]
fn a_claim_of_a_token() {
    // {"sub":"u1","tenant":"t9"}
    let token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSIsInRlbmFudCI6InQ5In0.";
    golden("functions").sends("revoke", &[("token", token)], &["DELETE https://functions.example/tenants/t9"]);
}

#[test]
fn spent_and_idle_refresh_tokens() {
    golden("policies").data(|data| {
        let told = |name: &str| {
            let kind = data.token(name).unwrap();
            (kind.replayed(), kind.replay_window().as_secs(), kind.refresh_idle_seconds())
        };
        assert_eq!(told("access"), (Replay::Grace, 1_800, Some(60 * 86_400)));
        assert_eq!(told("again"), (Replay::Idempotent, 30, Some(90 * 60)));
        assert_eq!(told("once"), (Replay::Fatal, 30, None));
    });
}

#[test]
fn what_a_code_of_the_vendors_means() {
    let vendor = golden("policies");
    let cases = [
        (400, r#"{"error":"invalid_grant"}"#, Meaning::Terminal),
        (400, r#"{"error":"BAD_REFRESH_TOKEN"}"#, Meaning::Terminal),
        (403, r#"{"error":"consent_revoked"}"#, Meaning::Terminal),
        (400, r#"{"error":"internal_error"}"#, Meaning::Transient),
        (401, r#"{"error":"incorrect_client_credentials"}"#, Meaning::Config),
        (401, r#"{"error":"invalid_client"}"#, Meaning::Config),
        (400, r#"{"error":"invalid_scope"}"#, Meaning::Unknown),
        (400, r#"{"error":"bad_refresh_token"}"#, Meaning::Unknown),
        (410, "{}", Meaning::Terminal),
        (402, r#"{"error":"x"}"#, Meaning::Config),
        (400, r#"{"error":"E17"}"#, Meaning::Transient),
        // A failing server and a full one end nothing, whatever they say.
        (500, r#"{"error":"BAD_REFRESH_TOKEN"}"#, Meaning::Transient),
        (429, r#"{"error":"invalid_grant"}"#, Meaning::Transient),
    ];
    for (answered, body, meaning) in cases {
        let told = match vendor.reading("refresh", &status(answered, body)) {
            Err(ReadError::Refused(refusal)) => refusal.meaning,
            other => panic!("{answered} {body}: {other:?}"),
        };
        assert_eq!(told, meaning, "{answered} {body}");
    }
}
