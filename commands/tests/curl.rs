//! `new --from-curl`, on lines as vendors document them: `preview` of the spec sends what curl itself sends.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use common::Folder;
use serde_json::Value;
use url::{Url, form_urlencoded};

/// The lines of `lines.txt`, by name.
fn documented() -> BTreeMap<String, String> {
    let text = include_str!("lines.txt");
    let entries = text.split_once('\n').unwrap().1.split("\n--\n").filter(|entry| !entry.trim().is_empty());
    let named = |entry: &str| {
        let (head, line) = entry.split_once('\n').unwrap();
        (head.split(' ').next().unwrap().to_owned(), line.to_owned())
    };
    entries.map(named).collect()
}

/// A request, as far as two of them are compared.
#[derive(Debug, PartialEq)]
struct Request {
    method: String,
    host: String,
    path: String,
    query: Vec<(String, String)>,
    headers: BTreeMap<String, String>,
    body: Body,
}

#[derive(Debug, PartialEq)]
enum Body {
    None,
    Form(Vec<(String, String)>),
    Json(Value),
}

fn request(method: &str, url: &str, headers: impl Iterator<Item = (String, String)>, body: &[u8]) -> Request {
    let url = Url::parse(url).unwrap();
    let sorted = |mut pairs: Vec<(String, String)>| {
        pairs.sort();
        pairs
    };
    let pairs = |bytes: &[u8]| sorted(form_urlencoded::parse(bytes).into_owned().collect());
    let all: BTreeMap<String, String> = headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let kind = all.get("content-type").map(|kind| kind.split(';').next().unwrap().to_owned());
    let own = ["accept", "content-length", "content-type", "host", "user-agent"];
    let headers = all.into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
    Request {
        method: method.to_owned(),
        host: url.host_str().unwrap().to_owned(),
        path: percent_decoded(url.path()),
        query: pairs(url.query().unwrap_or_default().as_bytes()),
        // Blanks before a value say nothing (RFC 9110, section 5.5), nor does a second one behind a scheme.
        headers: headers.map(|(name, value)| (name, value.split_whitespace().collect::<Vec<_>>().join(" "))).collect(),
        body: match kind.as_deref() {
            _ if body.is_empty() => Body::None,
            Some("application/json") => Body::Json(serde_json::from_slice(body).unwrap()),
            Some("application/x-www-form-urlencoded") => Body::Form(pairs(body)),
            kind => panic!("a body of {kind:?}"),
        },
    }
}

fn percent_decoded(path: &str) -> String {
    let path = path.replace('+', "%2B");
    form_urlencoded::parse(path.as_bytes()).map(|(name, _)| name.into_owned()).collect()
}

/// What curl sends for a line, which it sends here.
fn sent_by_curl(line: &str) -> Request {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let home = tempfile::tempdir().unwrap();
    let settings = format!("connect-to = \"::127.0.0.1:{port}\"\ngloboff\nsilent\nmax-time = 20\nnoproxy = \"*\"\n");
    std::fs::write(home.path().join(".curlrc"), settings).unwrap();
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let named =
            |line: &String| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        let headers: Vec<(String, String)> = head.iter().skip(1).filter_map(named).collect();
        let header =
            |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, it)| it);
        let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        reader.into_inner().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}").unwrap();
        let mut words = head[0].split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let url = format!("https://{}{target}", header("host").unwrap());
        request(method, &url, headers.clone().into_iter(), &body)
    });
    let script = line.replacen("https://", "http://", 1);
    let output = Command::new("sh").arg("-c").arg(&script).env("CURL_HOME", home.path()).output().unwrap();
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    server.join().unwrap()
}

/// What the spec sends.
fn previewed(folder: &Folder, arguments: &[&str]) -> Request {
    let ran = folder.done(&[&["preview", "specs/acme.yaml"], arguments, &["--format", "json"]].concat());
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let headers = shown["headers"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1])));
    request(&text(&shown["method"]), &text(&shown["url"]), headers, text(&shown["body"]).as_bytes())
}

fn has_curl() -> bool {
    let found = Command::new("curl").arg("--version").output().is_ok();
    assert!(found || std::env::var_os("AUTHSMITH_REQUIRE_SERVERS").is_none(), "curl is missing");
    found
}

/// A line by its name, what of it is no request and must be put right first, and the arguments of `preview`.
type Documented<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

/// A spec of some lines is accepted, and its operations send what the lines send. `repair` mends what no shell takes.
fn reproduces(lines: &[&str], operations: &[Documented<'_>]) {
    let documented = documented();
    let folder = Folder::new();
    let mut arguments = vec!["new", "acme"];
    lines.iter().for_each(|name| arguments.extend(["--from-curl", documented[*name].as_str()]));
    folder.done(&arguments);
    // A page may show what the rules warn of.
    assert!(folder.done(&["check"]).out.starts_with("1 spec, no mistakes"));
    for (name, (line, repair, arguments)) in lines.iter().zip(operations) {
        assert_eq!(name, line);
        if !has_curl() {
            eprintln!("left out: there is no curl");
            continue;
        }
        let mut mended = documented[*name].clone();
        for (from, to) in *repair {
            assert!(mended.contains(from), "{name} has no {from}");
            mended = mended.replace(from, to);
        }
        let mut ours = previewed(&folder, arguments);
        // State is always sent (RFC 6749, section 10.12).
        ours.query.retain(|(name, _)| name != "state");
        assert_eq!(ours, sent_by_curl(&mended), "{name}\n{}", folder.read("specs/acme.yaml"));
    }
}

#[test]
fn every_line_of_one_page_gives_its_request() {
    let redirect = "redirect_uri=https://www.path-to-redirect.com/callback";
    reproduces(
        &["vitaldb-login", "vitaldb-token", "vitaldb-password", "vitaldb-userinfo"],
        &[
            // The page has `&` without quotes, where a shell ends the command.
            ("vitaldb-login", &[("&", "\\&")], &["authorize", "client_id=xxxxxxx", redirect]),
            (
                "vitaldb-token",
                &[],
                &["exchange_code", "code=xxxxxxxxxxxx", "client_id=xxxxx", "client_secret=xxxxxxxx"],
            ),
            ("vitaldb-password", &[], &["log_in", "username=userid", "password=password"]),
            ("vitaldb-userinfo", &[], &["userinfo", "token=xxxxxxxx"]),
        ],
    );
}

#[test]
fn a_form_with_basic_gives_its_request() {
    let credentials = ["client_id=p-jcoLKBynTLew", "client_secret=gko_LXELoV07ZBNUXrvWZfzE3aI"];
    let arguments = [&["log_in", "username=reddit_bot", "password=snoo"], &credentials[..]].concat();
    reproduces(&["reddit"], &[("reddit", &[], &arguments)]);
}

#[test]
fn a_form_with_credentials_gives_its_request_and_the_call_after_it() {
    let token = "token=BQDBKJ5eo5jxbtpWjVOj7ryS84khybFpP_lTqzV7uV-T_m0cTfwvdn5BnBSKPxKgEb11";
    reproduces(
        &["spotify", "spotify-artist"],
        &[
            ("spotify", &[], &["client_credentials", "client_id=your-client-id", "client_secret=your-client-secret"]),
            ("spotify-artist", &[], &["artists", "artist_id=4Z8W4fKeB5YxbusRsdQVPb", token]),
        ],
    );
}

#[test]
fn a_json_body_with_objects_gives_its_request() {
    let settings = ["--setting", "notion_version=2025-09-03", "--setting", "external_account_key=k"];
    let more = ["--setting", "external_account_name=n", "client_id=id", "client_secret=pin"];
    let exchange = ["exchange_code", "code=<string>", "redirect_uri=<string>"];
    let mend = [
        ("Basic <encoded-value>", "Basic aWQ6cGlu"),
        ("<notion-version>", "2025-09-03"),
        ("\"key\": \"<string>\"", "\"key\": \"k\""),
        ("\"name\": \"<string>\"", "\"name\": \"n\""),
    ];
    reproduces(&["notion"], &[("notion", &mend, &[&exchange[..], &settings, &more].concat())]);
}

#[test]
fn a_query_over_several_lines_gives_its_request() {
    let mend = [("?  \n    ", "?"), ("&          \n    ", "&"), ("&\n    ", "&"), ("{graph-api-version}", "v22.0")];
    let arguments = [
        "fb_exchange_token",
        "client_id={app-id}",
        "client_secret={app-secret}",
        "fb_exchange_token={your-access-token}",
        "--setting",
        "graph_api_version=v22.0",
    ];
    reproduces(&["facebook"], &[("facebook", &mend, &arguments)]);
}

#[test]
fn credentials_in_headers_give_their_request() {
    let arguments = ["client_credentials", "client_id=<x-client-id>", "client_secret=<x-client-secret>"];
    reproduces(&["cashfree"], &[("cashfree", &[], &arguments)]);
}

#[test]
fn what_a_line_shows_is_recognized() {
    let exchange = "grant_type=authorization_code&code=$CODE&redirect_uri={uri}&client_id=ID&client_secret=S";
    let cases: &[(&str, &[&str])] = &[
        // Whole standard vendors have no `grants`.
        (
            "curl -u \"$ID:$SECRET\" -d 'grant_type=authorization_code&code=<code>&redirect_uri=<uri>&code_verifier=<v>' \
             https://a.example/token",
            &["token: { url: https://a.example/token }\n", "!grants", "!pkce", "# make sure: tokens are refreshed"],
        ),
        (&format!("curl -d '{exchange}' https://a.example/t"), &["client: body", "pkce: none # make sure:", "!grants"]),
        // Renamed parameters and credentials.
        (
            "curl https://a.example/t --json '{\"app_id\": \"X\", \"secret\": \"<s>\", \"auth_code\": \"c\", \
             \"grant_type\": \"authorization_code\"}'",
            &[
                "client: { id: app_id, secret: secret }",
                "encoding: json",
                "rename: { code: auth_code }",
                "omit: [redirect_uri]",
            ],
        ),
        (
            "curl https://a.example/t -d 'grant_type=refresh_token&refresh_token=r&client_id=i'",
            &["client: public", "# make sure: codes are exchanged"],
        ),
        // A key in place of the pair.
        (
            "curl -u sk_test_abc: https://a.example/t -d grant_type=client_credentials",
            &["client: { basic: \"<client_secret>:\" }"],
        ),
        // Constants, inputs and settings.
        (
            "curl https://a.example/connect -d 'client_id=a&client_secret=b&type=session&client_user_id=YOUR_USER_ID'",
            &["kind: custom", "inputs: { client_user_id: string }", "send: { type: session }"],
        ),
        (
            "curl https://{tenant}.a.example/t -u a:b -H 'X-Region: {region}' -d grant_type=client_credentials -d 'scope=a:r b:w'",
            &[
                "url: https://<tenant>.a.example/t",
                "tenant: { pattern: \"[A-Za-z0-9-]+\", sample: eu }",
                "headers: { X-Region: <x_region> }",
                "default_scopes: [a:r, b:w]",
            ],
        ),
        // Where parameters stand.
        (
            "curl -X POST 'https://a.example/t?grant_type=client_credentials&account_id=<account>' -u a:b",
            &["params_in: query", "inputs: { account_id: string }"],
        ),
        (
            "curl 'https://a.example/t?v=2' -d 'grant_type=client_credentials&client_id=a&client_secret=b'",
            &["post: https://a.example/t?v=2"],
        ),
        // The other endpoints.
        (
            "curl https://a.example/oauth/revoke -u a:b -d token=xyz -d token_type_hint=access_token\n\
             curl https://a.example/oauth/token -u a:b -d grant_type=client_credentials",
            &["revoke:", "post: https://a.example/oauth/revoke", "send: { token_type_hint: access_token }"],
        ),
        (
            "curl https://a.example/device/code -d 'client_id=x&scope=read'\n\
             curl https://a.example/token -d 'grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=d&client_id=x'",
            &["device: { url: https://a.example/device/code, client: public, scopes: [read] }", "client: public"],
        ),
        // Calls.
        (
            "curl -X POST https://a.example/v1/users/:id/steps -H 'Authorization: Token abc' --json '{\"day\": \"d\", \"count\": 3, \"at\": {}}'",
            &[
                "api: https://a.example/v1\n",
                "post: /users/<id>/steps",
                "inputs: { id: string, day: string, count: integer, at: json }",
                "present: { header: Authorization, scheme: Token }",
            ],
        ),
        (
            "curl -G https://a.example/me -H 'X-Auth-Token: $T' -d limit=10 -d 'X=a'",
            &["present: { header: X-Auth-Token }", "limit: integer?"],
        ),
        (
            "curl https://a.example/v1/files -H 'Authorization: Bearer t' -F file=@x.png -F title=a",
            &["encoding: multipart", "inputs: { file: file, title: string }"],
        ),
    ];
    for (line, shown) in cases {
        let folder = Folder::new();
        folder.done(&["new", "acme", "--from-curl", line]);
        let spec = folder.read("specs/acme.yaml");
        let live: String =
            spec.lines().filter(|line| !line.trim_start().starts_with("# fill in")).collect::<Vec<_>>().join("\n");
        for text in *shown {
            match text.strip_prefix('!') {
                Some(text) => assert!(!live.contains(text), "{line}\nhas {text}:\n{spec}"),
                None => assert!(live.contains(text.trim_end()), "{line}\nlacks {text}:\n{spec}"),
            }
        }
        assert!(folder.done(&["check"]).out.starts_with("1 spec, no mistakes"), "{spec}");
    }
}

#[test]
fn secrets_of_a_line_are_not_in_the_spec() {
    let line = "curl -u id-canary:pin-canary -H 'X-Api-Secret: header-canary' -d 'grant_type=password&username=name-canary\
                &password=word-canary&code=code-canary' https://a.example/t";
    let folder = Folder::new();
    folder.done(&["new", "acme", "--from-curl", line]);
    let spec = folder.read("specs/acme.yaml");
    assert!(!spec.contains("-canary"), "{spec}");
}

#[test]
fn lines_come_from_files_and_standard_input_too() {
    let line = "curl https://a.example/t -u a:b -d grant_type=client_credentials";
    let folder = Folder::new();
    folder.write("lines.txt", line);
    folder.done(&["new", "one", "--from-curl", "@lines.txt"]);
    assert_eq!(folder.with_input(&["new", "two", "--from-curl", "-"], line).code, 0);
    assert_eq!(folder.read("specs/one.yaml"), folder.read("specs/two.yaml").replace("two", "one"));
}

#[test]
fn what_is_no_request_for_a_token_is_refused_with_a_reason() {
    for (line, why) in [
        ("wget https://a.example", "there is no `curl`"),
        ("curl 'https://a.example", "quotes"),
        ("curl -X POST https://a.example/news -d a=1", "none of the curl lines"),
        ("curl -d 'grant_type=client_credentials'", "no URL"),
        ("curl https://a.example/t --json '{a: 1}'", "isn't"),
    ] {
        let folder = Folder::new();
        let ran = folder.run(&["new", "acme", "--from-curl", line]);
        assert_eq!(ran.code, 2, "{line}");
        assert!(ran.err.contains(why), "{line}: {}", ran.err);
        assert!(!folder.path("specs").exists());
    }
}
