//! Real vendors, each a short spec: what goes over the wire and what is read from it.

use std::sync::LazyLock;

use crate::literal::{Answer, BASIC, FORM, JSON, Vendor, folder, ok, status};

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
fn shopify() {
    let shopify = vendor("shopify");
    shopify.sends(
        "authorize",
        &[("scope", "read_orders,read_products"), ("shop", "acme")],
        &["GET https://acme.myshopify.com/admin/oauth/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=read_orders%2Cread_products&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256"],
    );
    shopify.sends(
        "exchange_code",
        &[("shop", "acme")],
        &[
            "POST https://acme.myshopify.com/admin/oauth/access_token",
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER&client_id=CLIENT_ID&client_secret=CLIENT_SECRET&expiring=1",
        ],
    );
    shopify.sends(
        "client_credentials",
        &[("shop", "acme")],
        &[
            "POST https://acme.myshopify.com/admin/oauth/access_token",
            FORM,
            "grant_type=client_credentials&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    shopify.reads(
        "exchange_code",
        ok(r#"{"access_token":"shpat_1","scope":"read_orders","expires_in":3600,"refresh_token":"shprt_1",
            "refresh_token_expires_in":7776000}"#),
        "access shpat_1 for 3600 s, refresh shprt_1 for 7776000 s",
    );
    shopify.sends(
        "shop",
        &[("shop", "acme")],
        &["GET https://acme.myshopify.com/admin/api/2025-01/shop.json", "x-shopify-access-token: TOKEN"],
    );
}

#[test]
fn salesforce() {
    let salesforce = vendor("salesforce");
    salesforce.sends(
        "authorize",
        &[("scope", "api offline_access")],
        &["GET https://login.salesforce.com/services/oauth2/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=api+offline_access&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256&prompt=consent"],
    );
    salesforce.sends(
        "refresh",
        &[("hostname", "acme.my.salesforce.com")],
        &[
            "POST https://acme.my.salesforce.com/services/oauth2/token",
            FORM,
            "grant_type=refresh_token&refresh_token=REFRESH_TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
    salesforce.reads(
        "exchange_code",
        ok(r#"{"access_token":"00D1!A","refresh_token":"5Ae","instance_url":"https://acme.my.salesforce.com",
            "id":"https://login.salesforce.com/id/00D/005","token_type":"Bearer","issued_at":"1700000000000"}"#),
        "access 00D1!A, refresh 5Ae; instance_url = https://acme.my.salesforce.com",
    );
    let instance = [("instance_url", "https://acme.my.salesforce.com"), ("q", "SELECT Id FROM Account")];
    salesforce.sends(
        "query",
        &instance,
        &[
            "GET https://acme.my.salesforce.com/services/data/v61.0/query?q=SELECT+Id+FROM+Account",
            "authorization: Bearer TOKEN",
        ],
    );
    salesforce.sends(
        "revoke",
        &[],
        &[
            "POST https://login.salesforce.com/services/oauth2/revoke",
            FORM,
            "token=TOKEN&client_id=CLIENT_ID&client_secret=CLIENT_SECRET",
        ],
    );
}

#[test]
fn quickbooks() {
    let quickbooks = vendor("quickbooks");
    quickbooks.sends(
        "authorize",
        &[("scope", "com.intuit.quickbooks.accounting openid")],
        &["GET https://appcenter.intuit.com/connect/oauth2?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=com.intuit.quickbooks.accounting+openid&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256"],
    );
    quickbooks.comes_back("?code=AB1&state=STATE&realmId=934", "code AB1; realm_id = 934");
    quickbooks.sends(
        "exchange_code",
        &[],
        &[
            "POST https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
            BASIC,
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER",
        ],
    );
    quickbooks.reads(
        "exchange_code",
        ok(r#"{"token_type":"bearer","expires_in":3600,"refresh_token":"Q0","x_refresh_token_expires_in":8726400,
            "access_token":"eyJ"}"#),
        "access eyJ for 3600 s, refresh Q0 for 8726400 s",
    );
    quickbooks.sends(
        "company_info",
        &[("realm_id", "9341453474484455")],
        &[
            "GET https://quickbooks.api.intuit.com/v3/company/9341453474484455/companyinfo/9341453474484455",
            "authorization: Bearer TOKEN",
        ],
    );
    quickbooks.sends(
        "revoke",
        &[],
        &["POST https://developer.api.intuit.com/v2/oauth2/tokens/revoke", BASIC, JSON, r#"{"token":"TOKEN"}"#],
    );
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
fn ihealth() {
    let ihealth = vendor("ihealth");
    let url = "GET https://api.ihealthlabs.com:8443/OpenApiV2/OAuthv2/userauthorization/";
    let given = [("scope", "OpenApiBP OpenApiWeight"), ("RequiredAPIName", "OpenApiBP")];
    ihealth.sends(
        "authorize",
        &given,
        &[&format!(
            "{url}?response_type=code&client_id=CLIENT_ID&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &APIName=OpenApiBP+OpenApiWeight&state=STATE&RequiredAPIName=OpenApiBP"
        )],
    );
    ihealth.comes_back("?code=c1", "code c1");
    ihealth.sends(
        "exchange_code",
        &[],
        &[&format!(
            "{url}?grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
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

#[test]
fn notion() {
    let notion = vendor("notion");
    notion.sends(
        "authorize",
        &[],
        &["GET https://api.notion.com/v1/oauth/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&state=STATE&code_challenge=CODE_CHALLENGE\
         &code_challenge_method=S256&owner=user"],
    );
    notion.sends("exchange_code", &[], &[
        "POST https://api.notion.com/v1/oauth/token",
        BASIC,
        JSON,
        r#"{"grant_type":"authorization_code","code":"CODE","redirect_uri":"https://app.example/back","code_verifier":"CODE_VERIFIER"}"#,
    ]);
    notion.reads(
        "exchange_code",
        ok(r#"{"access_token":"ntn_1","token_type":"bearer","bot_id":"b","workspace_id":"w1","workspace_name":"W",
            "owner":{"type":"user"},"refresh_token":null}"#),
        "access ntn_1; workspace_id = w1",
    );
    notion.is_refused("exchange_code", status(401, r#"{"error":"invalid_client"}"#), "invalid_client", None);
    notion.sends(
        "me",
        &[],
        &["GET https://api.notion.com/v1/users/me", "authorization: Bearer TOKEN", "notion-version: 2022-06-28"],
    );
    notion.is_refused(
        "me",
        status(401, r#"{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}"#),
        "unauthorized",
        Some("API token is invalid."),
    );
}

#[test]
fn airtable() {
    let airtable = vendor("airtable");
    airtable.sends(
        "authorize",
        &[("scope", "data.records:read")],
        &["GET https://airtable.com/oauth2/v1/authorize?response_type=code&client_id=CLIENT_ID\
         &redirect_uri=https%3A%2F%2Fapp.example%2Fback&scope=data.records%3Aread&state=STATE\
         &code_challenge=CODE_CHALLENGE&code_challenge_method=S256"],
    );
    airtable.sends(
        "exchange_code",
        &[],
        &[
            "POST https://airtable.com/oauth2/v1/token",
            BASIC,
            FORM,
            "grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fapp.example%2Fback\
         &code_verifier=CODE_VERIFIER",
        ],
    );
    airtable.reads(
        "exchange_code",
        ok(r#"{"access_token":"oaa1","refresh_token":"oar1","token_type":"Bearer","scope":"data.records:read",
            "expires_in":3600,"refresh_expires_in":5184000}"#),
        "access oaa1 for 3600 s, refresh oar1 for 5184000 s",
    );
    airtable.sends("whoami", &[], &["GET https://api.airtable.com/v0/meta/whoami", "authorization: Bearer TOKEN"]);
}
