//! Real vendors, each a short spec: what goes over the wire and what is read from it.

mod platforms;
mod renewals;

use std::sync::LazyLock;

use crate::literal::{Answer, FORM, JSON, Vendor, folder, ok, status};

fn vendor(name: &str) -> &'static Vendor {
    static ALL: LazyLock<Vec<Vendor>> = LazyLock::new(|| folder("vendors"));
    ALL.iter().find(|vendor| vendor.0.name.wire == name).expect("the vendor has a spec")
}

#[test]
fn slack() {
    let slack = vendor("slack");
    slack.sends(
        "authorize",
        &[("scope", "chat:write,users:read"), ("user_scope", "search:read")],
        &["GET https://slack.com/oauth/v2/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=chat%3Awrite%2Cusers%3Aread&state=STATE\
         &user_scope=search%3Aread"],
    );
    slack.sends(
        "exchange_code",
        &[],
        &[
            "POST https://slack.com/api/oauth.v2.access",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    slack.reads(
        "exchange_code",
        ok(r#"{"ok":true,"access_token":"xoxe.xoxb-1","token_type":"bot","scope":"chat:write","expires_in":43200,
            "refresh_token":"xoxe-1-b","team":{"id":"T1","name":"One"},"bot_user_id":"U0",
            "authed_user":{"id":"U1","access_token":"xoxe.xoxp-1","expires_in":43200,"refresh_token":"xoxe-1-u",
            "token_type":"user"}}"#),
        "bot xoxe.xoxb-1 for 43200 s, refresh xoxe-1-b; user xoxe.xoxp-1 for 43200 s, refresh xoxe-1-u; team_id = T1",
    );
    // No scope of `user_scope` was asked for: the refresh token at the top is the bot's alone.
    slack.reads(
        "exchange_code",
        ok(r#"{"ok":true,"access_token":"xoxe.xoxb-1","token_type":"bot","scope":"chat:write","expires_in":43200,
            "refresh_token":"xoxe-1-b","team":{"id":"T1","name":"One"},"authed_user":{"id":"U1"}}"#),
        "bot xoxe.xoxb-1 for 43200 s, refresh xoxe-1-b; team_id = T1",
    );
    slack.is_refused("exchange_code", ok(r#"{"ok":false,"error":"invalid_code"}"#), "invalid_code", None);
    let refresh =
        "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET";
    for operation in ["refresh_bot", "refresh_user"] {
        slack.sends(operation, &[], &["POST https://slack.com/api/oauth.v2.access", FORM, refresh]);
    }
    slack.reads(
        "refresh_user",
        ok(r#"{"ok":true,"access_token":"xoxe.xoxp-2","expires_in":43200,"refresh_token":"xoxe-1-v","token_type":"user"}"#),
        "user xoxe.xoxp-2 for 43200 s, refresh xoxe-1-v",
    );
    slack.sends(
        "post_message",
        &[("channel", "C1"), ("text", "hi")],
        &[
            "POST https://slack.com/api/chat.postMessage",
            "authorization: Bearer TOKEN",
            JSON,
            r#"{"channel":"C1","text":"hi"}"#,
        ],
    );
    slack.is_refused("whoami", ok(r#"{"ok":false,"error":"account_inactive"}"#), "account_inactive", None);
}

#[test]
fn zoho() {
    let zoho = vendor("zoho");
    zoho.sends(
        "authorize",
        &[("scope", "AaaServer.profile.Read"), ("domain", "eu")],
        &["GET https://accounts.zoho.eu/oauth/v2/auth?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=AaaServer.profile.Read&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256&access_type=offline&prompt=consent"],
    );
    // The account may live elsewhere than where the login began; a host that isn't one of the family's is refused.
    zoho.comes_back(
        "?code=1000.c&state=STATE&location=eu&accounts-server=https%3A%2F%2Faccounts.zoho.eu",
        "code 1000.c; location = eu; accounts_server = https://accounts.zoho.eu",
    );
    zoho.comes_back("?code=1000.c&state=STATE", "code 1000.c; location = us");
    let servers = "must be one of: https://accounts.zoho.com, https://accounts.zoho.eu, https://accounts.zoho.in, \
                   https://accounts.zoho.com.au, https://accounts.zoho.com.cn, https://accounts.zoho.jp, \
                   https://accounts.zoho.sa, https://accounts.zoho.uk, https://accounts.zohocloud.ca";
    for server in
        ["https://accounts.zoho.evil.example", "https://accounts.zoho.eu@evil.example", "https://accounts.zoho.eu/"]
    {
        let refused = format!("the callback's `accounts_server` {servers}");
        zoho.comes_back(&format!("?code=1000.c&state=STATE&accounts-server={server}"), &refused);
    }
    zoho.sends(
        "exchange_code",
        &[("accounts_server", "https://accounts.zohocloud.ca")],
        &[
            "POST https://accounts.zohocloud.ca/oauth/v2/token",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    zoho.sends(
        "refresh",
        &[("domain", "com.au")],
        &[
            "POST https://accounts.zoho.com.au/oauth/v2/token",
            FORM,
            "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    let answer = r#"{"access_token":"1000.a","refresh_token":"1000.r","api_domain":"https://www.zohoapis.eu",
        "token_type":"Bearer","expires_in":3600}"#;
    zoho.reads(
        "exchange_code",
        ok(answer),
        "access 1000.a for 3600 s, refresh 1000.r; api_domain = https://www.zohoapis.eu",
    );
    zoho.is_refused("exchange_code", ok(r#"{"error":"invalid_code"}"#), "invalid_code", None);
    zoho.sends(
        "me",
        &[("api_domain", "https://www.zohoapis.com.au")],
        &["GET https://accounts.zoho.com.au/oauth/user/info", "authorization: Zoho-oauthtoken TOKEN"],
    );
}

#[test]
fn zoho_crm_is_zoho_with_an_api_of_its_own() {
    let crm = vendor("zoho-crm");
    assert!(crm.0.calls.iter().all(|call| call.name.wire != "me"), "the child took it away");
    crm.sends(
        "exchange_code",
        &[("domain", "in")],
        &[
            "POST https://accounts.zoho.in/oauth/v2/token",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    crm.sends(
        "users",
        &[("api_domain", "https://www.zohoapis.in"), ("type", "AllUsers")],
        &["GET https://www.zohoapis.in/crm/v2/users?type=AllUsers", "authorization: Zoho-oauthtoken TOKEN"],
    );
}

#[test]
fn tiktok_ads() {
    let tiktok = vendor("tiktok-ads");
    tiktok.sends(
        "authorize",
        &[],
        &["GET https://business-api.tiktok.com/portal/auth?response_type=code&app_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE"],
    );
    tiktok.comes_back("?auth_code=5c&code=5c&state=STATE", "code 5c");
    tiktok.sends(
        "exchange_code",
        &[],
        &[
            "POST https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",
            JSON,
            r#"{"auth_code":"CODE","app_id":"CLIENT_ID","secret":"CLIENT_SECRET"}"#,
        ],
    );
    tiktok.reads(
        "exchange_code",
        ok(r#"{"code":0,"message":"OK","request_id":"2020","data":{"access_token":"act","advertiser_ids":["1","2"],"scope":[4]}}"#),
        "access act",
    );
    tiktok.is_refused(
        "exchange_code",
        ok(r#"{"code":40110,"message":"auth_code is expired","request_id":"2020","data":{}}"#),
        "40110",
        Some("auth_code is expired"),
    );
    tiktok.sends("advertisers", &[], &[
        "GET https://business-api.tiktok.com/open_api/v1.3/oauth2/advertiser/get/?app_id=CLIENT_ID&secret=CLIENT_SECRET",
        "access-token: TOKEN",
    ]);
}

#[test]
fn amazon_selling_partner() {
    let amazon = vendor("amazon-selling-partner");
    amazon.sends(
        "authorize",
        &[],
        &["GET https://sellercentral.amazon.com/apps/authorize/consent\
         ?redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE&application_id=amzn1.sellerapps.app.0bf296b5"],
    );
    amazon.comes_back("?spapi_oauth_code=ANX&state=STATE&selling_partner_id=A3F", "code ANX; selling_partner_id = A3F");
    amazon.sends(
        "exchange_code",
        &[],
        &[
            "POST https://api.amazon.com/auth/o2/token",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    amazon.reads(
        "exchange_code",
        ok(r#"{"access_token":"Atza|I","refresh_token":"Atzr|I","token_type":"bearer","expires_in":3600}"#),
        "access Atza|I for 3600 s, refresh Atzr|I",
    );
    amazon.sends(
        "participations",
        &[("region", "eu")],
        &[
            "GET https://sellingpartnerapi-eu.amazon.com/sellers/v1/marketplaceParticipations",
            "x-amz-access-token: TOKEN",
        ],
    );
    amazon.sends(
        "participations",
        &[("region", "na"), ("endpoint", "sandbox.sellingpartnerapi")],
        &[
            "GET https://sandbox.sellingpartnerapi-na.amazon.com/sellers/v1/marketplaceParticipations",
            "x-amz-access-token: TOKEN",
        ],
    );
    amazon.is_refused(
        "participations",
        status(403, r#"{"errors":[{"code":"Unauthorized","message":"Access denied","details":""}]}"#),
        "Unauthorized",
        Some("Access denied"),
    );
}

#[test]
fn ihealth() {
    let ihealth = vendor("ihealth");
    let url = "GET https://api.ihealthlabs.com:8443/OpenApiV2/OAuthv2/userauthorization/";
    let given = [("scope", "OpenApiBP OpenApiWeight"), ("RequiredAPIName", "OpenApiBP")];
    ihealth.sends(
        "authorize",
        &given,
        &[&format!(
            "{url}?response_type=code&client_id=CLIENT_ID&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         %3Fstate%3DSTATE&APIName=OpenApiBP+OpenApiWeight&RequiredAPIName=OpenApiBP"
        )],
    );
    ihealth.comes_back("https://app.example/back?state=STATE&code=c1", "code c1");
    ihealth.comes_back("?code=c1", "the callback has no state, so nothing shows that it belongs to this login");
    ihealth.sends(
        "exchange_code",
        &[],
        &[&format!(
            "{url}?grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback%3Fstate%3DSTATE\
         &client_id=CLIENT_ID&client_secret=CLIENT_SECRET"
        )],
    );
    ihealth.reads(
        "exchange_code",
        ok(r#"{"APIName":"OpenApiBP","AccessToken":"xp","Expires":72000,"RefreshToken":"xr","UserID":"0f1"}"#),
        "access xp for 72000 s, refresh xr; user_id = 0f1",
    );
    ihealth.sends(
        "refresh",
        &[],
        &[&format!(
            "{url}?grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET"
        )],
    );
    let given = [("user_id", "0f1"), ("sc", "SC"), ("sv_bp", "SV"), ("start_time", "1700000000")];
    ihealth.sends(
        "blood_pressure",
        &given,
        &["GET https://api.ihealthlabs.com:8443/OpenApiV2/user/0f1/bp.json?access_token=TOKEN&client_id=CLIENT_ID\
         &client_secret=CLIENT_SECRET&start_time=1700000000&sv=SV&sc=SC"],
    );
}

#[test]
fn sap_business_one() {
    let sap = vendor("sap-business-one");
    let url = "https://sap.example:50000/b1s/v1";
    let given = [("UserName", "manager"), ("Password", "p"), ("db_instance", "C200@10.58.114.200:30013")];
    sap.sends(
        "log_in",
        &given,
        &[
            &format!("POST {url}/Login"),
            JSON,
            r#"{"UserName":"manager","Password":"p","CompanyDB":"10COR0809H","DBInstance":"C200@10.58.114.200:30013"}"#,
        ],
    );
    sap.reads(
        "log_in",
        Answer {
            status: 200,
            headers: &[
                ("set-cookie", "B1SESSION=4a7d;HttpOnly;;Secure;SameSite=None"),
                ("set-cookie", "ROUTEID=.node1; path=/b1s"),
            ],
            body: r#"{"odata.metadata":"x","SessionId":"4a7d","Version":"1000190","SessionTimeout":30}"#,
        },
        "access 4a7d for 1700 s; route = .node1",
    );
    sap.is_refused(
        "log_in",
        status(401, r#"{"error":{"code":100000027,"message":{"lang":"en-us","value":"Login failed"}}}"#),
        "100000027",
        Some("Login failed"),
    );
    sap.sends("items", &[], &[&format!("GET {url}/Items"), "cookie: B1SESSION=TOKEN"]);
    sap.sends("revoke", &[], &[&format!("POST {url}/Logout"), "cookie: B1SESSION=TOKEN"]);
    let route = [("route", ".node1")];
    let both = "cookie: B1SESSION=TOKEN; ROUTEID=.node1";
    sap.sends("items", &route, &[&format!("GET {url}/Items"), both]);
    sap.sends("revoke", &route, &[&format!("POST {url}/Logout"), both]);
}
