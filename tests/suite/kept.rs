//! What is kept of callbacks and answers, and the rules that it is held to: `tests/goldens/kept.yaml`.

use crate::literal::{golden, ok};

#[test]
fn a_callback_chooses_among_what_is_listed() {
    let kept = golden("kept");
    kept.comes_back(
        "?code=c&state=STATE&accounts-server=https%3A%2F%2Faccounts.kept.test&api_host=eu.api.example&cell=us12",
        "code c; accounts = https://accounts.kept.test; region = eu.api.example; cell = us12",
    );
    kept.comes_back("?code=c&state=STATE", "code c; accounts = https://accounts.kept.example");
    let listed = "must be one of: https://accounts.kept.example, https://accounts.kept.test";
    for evil in [
        "https://evil.example",
        "https://accounts.kept.test@evil.example",
        "https://accounts.kept.test/%2e%2e",
        "HTTPS://ACCOUNTS.KEPT.TEST",
    ] {
        let callback = format!("?code=c&state=STATE&accounts-server={}", evil.replace('%', "%25"));
        kept.comes_back(&callback, &format!("the callback's `accounts` {listed}"));
    }
    kept.comes_back(
        "?code=c&state=STATE&api_host=api.evil.example",
        "the callback's `region` must be one of: eu.api.example, us.api.example",
    );
    kept.comes_back("?code=c&state=STATE&cell=us12.evil", "the callback's `cell` must match `[a-z]{2}[0-9]+`");
    for (operation, given, url) in [
        ("cell", ("cell", "eu1"), "https://eu1.cells.kept.example/cell"),
        ("region", ("region", "us.api.example"), "https://us.api.example/region"),
        ("shard", ("shard", "s1.kept.example"), "https://s1.kept.example/shard"),
    ] {
        let given = [given, ("tenant", "t"), ("owner", "o")];
        assert_eq!(kept.request(operation, &given).url.as_str(), url);
    }
}

#[test]
fn what_an_answer_gives_is_held_to_its_rule() {
    let kept = golden("kept");
    let tenant = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    let answer = |instance: &str, shard: &str, tenant: &str, owner: &str| {
        format!(
            r#"{{"access_token":"t","refresh_token":"r","instance_url":"{instance}","shard":"{shard}","tenant":{{"id":"{tenant}"}},"owner":"{owner}"}}"#
        )
    };
    kept.reads(
        "exchange_code",
        ok(&answer("https://i1.kept.example", "s1.kept.example", tenant, "kai@kept.example")),
        &format!(
            "access t, refresh r; instance = https://i1.kept.example; shard = s1.kept.example; tenant = {tenant}; \
             owner = kai@kept.example"
        ),
    );
    // Values that break their rules are left out, and no default stands in for them; the tokens are there.
    kept.reads("refresh", ok(&answer("http://i1.kept.example", "s1/..", "1", "kai")), "access t, refresh r");
    kept.reads("refresh", ok(r#"{"access_token":"t"}"#), "access t; owner = nobody@kept.example");
}
