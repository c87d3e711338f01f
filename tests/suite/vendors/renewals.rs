//! Vendors that renew their tokens in ways of their own.

use super::vendor;
use crate::literal::{FORM, JSON, ok, status};

#[test]
fn facebook() {
    let facebook = vendor("facebook");
    facebook.sends(
        "authorize",
        &[("scope", "email,public_profile")],
        &["GET https://www.facebook.com/v22.0/dialog/oauth?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=email%2Cpublic_profile&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256"],
    );
    facebook.sends(
        "exchange_code",
        &[],
        &["GET https://graph.facebook.com/v22.0/oauth/access_token?code=CODE\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&code_verifier=CODE_VERIFIER&client_id=CLIENT_ID\
         &client_secret=CLIENT_SECRET"],
    );
    facebook.reads(
        "exchange_code",
        ok(r#"{"access_token":"EAAB","token_type":"bearer","expires_in":5183944}"#),
        "access EAAB for 5183944 s",
    );
    facebook.sends(
        "lengthen",
        &[],
        &["GET https://graph.facebook.com/v22.0/oauth/access_token?client_id=CLIENT_ID&client_secret=CLIENT_SECRET\
         &grant_type=fb_exchange_token&fb_exchange_token=TOKEN"],
    );
    facebook.is_refused(
        "me",
        status(400, r#"{"error":{"message":"Session has expired","type":"OAuthException","code":190}}"#),
        "190",
        Some("Session has expired"),
    );
}

#[test]
fn coros() {
    let coros = vendor("coros");
    coros.sends(
        "authorize",
        &[],
        &["GET https://open.coros.com/oauth2/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE"],
    );
    coros.comes_back("?code=rg1&state=STATE", "code rg1");
    coros.comes_back("?state=STATE", "the vendor gave no code: access_denied");
    coros.sends(
        "exchange_code",
        &[],
        &[
            "POST https://open.coros.com/oauth2/accesstoken",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    coros.reads(
        "exchange_code",
        ok(r#"{"expires_in":2592000,"refresh_token":"rg2","access_token":"at2","openId":"7c1"}"#),
        "access at2 for 2592000 s, refresh rg2; open_id = 7c1",
    );
    coros.is_refused(
        "exchange_code",
        ok(r#"{"result":"5002","message":"Unauthorized client ID"}"#),
        "5002",
        Some("Unauthorized client ID"),
    );
    coros.sends(
        "extend",
        &[],
        &[
            "POST https://open.coros.com/oauth2/refresh-token",
            FORM,
            "client_id=CLIENT_ID&client_secret=CLIENT_SECRET&grant_type=refresh_token&refresh_token=REFRESH_TOKEN",
        ],
    );
    coros.reads("extend", ok(r#"{"result":"0000","message":"OK"}"#), "");
    coros.is_refused(
        "extend",
        ok(r#"{"result":"1001","message":"Service exceptions"}"#),
        "1001",
        Some("Service exceptions"),
    );
    coros.sends(
        "sports",
        &[("open_id", "7c1"), ("startDate", "20240301"), ("endDate", "20240330")],
        &["GET https://open.coros.com/v2/coros/sport/list?token=TOKEN&startDate=20240301&endDate=20240330&openId=7c1"],
    );
    coros.is_refused("sports", ok(r#"{"result":"1019","message":"token expired"}"#), "1019", Some("token expired"));
    coros.sends("revoke", &[], &["POST https://open.coros.com/oauth2/deauthorize", "token: TOKEN"]);
}

#[test]
fn figma() {
    let figma = vendor("figma");
    figma.sends(
        "authorize",
        &[("scope", "file_content:read,current_user:read")],
        &["GET https://www.figma.com/oauth?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=file_content%3Aread%2Ccurrent_user%3Aread&state=STATE"],
    );
    figma.sends("exchange_code", &[], &[
        "POST https://api.figma.com/v1/oauth/token?redirect_uri=https%3A%2F%2Fapp.example%2Fback",
        JSON,
        r#"{"grant_type":"authorization_code","code":"CODE","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET"}"#,
    ]);
    figma.reads(
        "exchange_code",
        ok(r#"{"user_id":1,"access_token":"figu_1","refresh_token":"figur_1","expires_in":7776000}"#),
        "access figu_1 for 7776000 s, refresh figur_1",
    );
    figma.sends(
        "refresh",
        &[],
        &[
            "POST https://api.figma.com/v1/oauth/refresh",
            JSON,
            r#"{"refresh_token":"REFRESH_TOKEN","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET"}"#,
        ],
    );
    figma.reads("refresh", ok(r#"{"access_token":"figu_2","expires_in":7776000}"#), "access figu_2 for 7776000 s");
}

#[test]
fn clover() {
    let clover = vendor("clover");
    clover.sends(
        "authorize",
        &[("authorize_host", "www.eu.clover.com")],
        &["GET https://www.eu.clover.com/oauth/v2/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE"],
    );
    clover.comes_back(
        "?merchant_id=M1&employee_id=E1&client_id=CLIENT_ID&code=c1&state=STATE",
        "code c1; merchant_id = M1; employee_id = E1",
    );
    clover.sends(
        "exchange_code",
        &[],
        &[
            "POST https://api.clover.com/oauth/v2/token",
            JSON,
            r#"{"code":"CODE","client_id":"CLIENT_ID","client_secret":"CLIENT_SECRET"}"#,
        ],
    );
    clover.sends(
        "refresh",
        &[("api_host", "apisandbox.dev.clover.com")],
        &[
            "POST https://apisandbox.dev.clover.com/oauth/v2/refresh",
            JSON,
            r#"{"refresh_token":"REFRESH_TOKEN","client_id":"CLIENT_ID"}"#,
        ],
    );
    let answer = r#"{"access_token":"eyJ.1","access_token_expiration":1700001800,"refresh_token":"clvroar-1",
        "refresh_token_expiration":1731536000}"#;
    for operation in ["exchange_code", "refresh"] {
        clover.reads(operation, ok(answer), "access eyJ.1 for 1800 s, refresh clvroar-1 for 31536000 s");
    }
    clover.sends(
        "items",
        &[("merchant_id", "M1"), ("limit", "10")],
        &["GET https://api.clover.com/v3/merchants/M1/items?limit=10", "authorization: Bearer TOKEN"],
    );
}

#[test]
fn tableau() {
    let tableau = vendor("tableau");
    let url = "POST https://dub01.online.tableau.com/api/3.26/auth/signin";
    tableau.sends("sign_in", &[("name", "pat"), ("secret", "s3cret"), ("site", "acme")], &[
        url,
        JSON,
        r#"{"credentials":{"personalAccessTokenName":"pat","personalAccessTokenSecret":"s3cret","site":{"contentUrl":"acme"}}}"#,
    ]);
    tableau.sends(
        "sign_in",
        &[("name", "pat"), ("secret", "s3cret")],
        &[
            url,
            JSON,
            r#"{"credentials":{"personalAccessTokenName":"pat","personalAccessTokenSecret":"s3cret","site":{}}}"#,
        ],
    );
    tableau.reads(
        "sign_in",
        ok(r#"{"credentials":{"site":{"id":"9a8b","contentUrl":"acme"},"user":{"id":"9f9e"},"token":"12ab34",
            "estimatedTimeToExpiration":"0:03:42:05"}}"#),
        "access 12ab34 for 13325 s; site_id = 9a8b",
    );
    tableau.is_refused(
        "sign_in",
        status(401, r#"{"error":{"summary":"Signin Error","detail":"The token is invalid","code":"401001"}}"#),
        "401001",
        Some("The token is invalid"),
    );
    tableau.sends(
        "workbooks",
        &[("site_id", "9a8b")],
        &["GET https://dub01.online.tableau.com/api/3.26/sites/9a8b/workbooks", "x-tableau-auth: TOKEN"],
    );
    tableau.sends(
        "revoke",
        &[],
        &["POST https://dub01.online.tableau.com/api/3.26/auth/signout", "x-tableau-auth: TOKEN"],
    );
}
