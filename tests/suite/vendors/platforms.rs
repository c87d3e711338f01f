//! Vendors near the standard, and hosts and headers of their own.

use super::vendor;
use crate::literal::{BASIC, FORM, JSON, ok, status};

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
