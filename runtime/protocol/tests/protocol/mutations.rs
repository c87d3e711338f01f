//! Answers and callbacks with bytes changed, dropped and doubled: nothing panics, and no error shows what was in them.

use authsmith_protocol::operation::{
    Answer, AnswerFormat, Check, Encoding, Expiry, ExpiryUnit, Issued, Kept, Operation, Param, Refusals, Wait, WaitUnit,
};
use authsmith_protocol::provider::Callback;
use authsmith_protocol::shape::{Field, Shape};
use authsmith_protocol::{Expected, Secret, SecretBytes, Values, build, read, read_arrival, read_callback, redact};

use crate::operations::{CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO};
use crate::{now, response};

const ROUNDS: usize = 20_000;
/// Where each round does much.
const FEWER_ROUNDS: usize = 3_000;

/// Pieces that break parsers: structure, escapes, numbers at the edge, bytes that aren't UTF-8. No `error`: a vendor's own
/// words may be shown.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"\\",
    b"\\ud800",
    b"\0",
    b"\xff",
    b"\xc3",
    b"null",
    b"-1",
    b"1e999",
    b"1e308",
    b"9223372036854775808",
    b"&",
    b"=",
    b"%",
    b"%0",
    b"%ff",
    b"?",
    b"#",
    b"code=",
    b"state=",
    b"\x1b[2J",
    b"\r\n",
    b"<",
    b">",
    b"</",
    b"<![CDATA[",
    b"&lt;",
    b"&#0;",
    b"<!DOCTYPE a>",
    b"|",
    b"??",
    b"(",
    b")",
    b"hex",
    b"1:00:00",
    b"2026-01-01",
    b"\xc3\xa9",
];

/// A small generator (xorshift), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn mutated(&mut self, seed: &[u8]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let from = self.below(bytes.len());
            let to = (from + self.below(6)).min(bytes.len());
            match self.below(4) {
                0 => drop(bytes.drain(from..to)),
                1 => bytes.truncate(from),
                2 => drop(bytes.splice(from..to, PIECES[self.below(PIECES.len())].iter().copied())),
                _ => drop(bytes.splice(from..from, PIECES[self.below(PIECES.len())].iter().copied())),
            }
        }
        bytes
    }
}

#[test]
fn answers() {
    let seeds: [&[u8]; 3] = [
        br#"{"access_token":"CANARY","refresh_token":"CANARY","expires_in":3600,"guid":"g","pin":"CANARY","created_at":"7"}"#,
        br#"{"code":"CANARY","userId":"u","userid":"u","email":"e"}"#,
        br"access_token=CANARY&expires_in=3600&guid=g",
    ];
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("retry-after", "1")];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..ROUNDS {
        let body = dice.mutated(seeds[round % seeds.len()]);
        let form = &headers[..dice.below(3)];
        for operation in [CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO] {
            let result = read(&operation, &response(200, form, &body), now());
            assert!(!format!("{result:?}").contains("CANARY"), "{}", String::from_utf8_lossy(&body));
            redact(&operation, &body);
        }
    }
}

#[test]
fn callbacks() {
    let state = Secret::from("STATE");
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..ROUNDS {
        let bytes = dice.mutated(b"https://app.example/cb?code=CANARY&state=STATE");
        let text = String::from_utf8_lossy(&bytes);
        let result = read_callback(&text, &state, false);
        assert!(!format!("{result:?}").contains("CANARY"), "{text}");
        if result.is_ok() {
            assert!(text.contains("=STATE"), "{text}");
        }
    }
}

const GROWN: Operation<'static> = Operation::post("log_in", "https://api.example/login")
    .answer(
        Answer::json()
            .shape(Shape::Object(&[
                Field::new("since", Shape::Epoch).optional(),
                Field::new("until", Shape::EpochMilliseconds).optional(),
                Field::new("day", Shape::BasicDate).optional(),
            ]))
            .tokens(&[Issued::new("access", "/a/token")
                .or(&["/token", "/a/0", "header:x-token", "cookie:S"])
                .expires(Expiry::field("/a/end", ExpiryUnit::Iso))
                .refresh("/a/refresh", Expiry::field("/a/span", ExpiryUnit::DayHourMinute))
                .or_refresh(&["/refresh"])])
            .keep(&[Kept::new("k", "/a/kept").or_default("x")])
            .succeeds(&[Check::equals("/a/ok", "1")]),
    )
    .refusal(Refusals::rfc().waits(&[
        Wait::new("header:x-reset", WaitUnit::Epoch),
        Wait::new("/wait", WaitUnit::Iso).after("after ").before("."),
    ]));

#[test]
fn answers_of_every_format() {
    let seeds: [(AnswerFormat, &[u8]); 5] = [
        (
            AnswerFormat::Json,
            br#"{"a":{"token":"CANARY","refresh":"CANARY","end":"2026-01-01T00:00:00Z","span":"1:02:03","kept":"CANARY","ok":1},"since":1,"until":"2","day":"20260101"}"#,
        ),
        (
            AnswerFormat::Xml,
            br#"<?xml version="1.0"?><a x="1"><token>CANARY</token><refresh><![CDATA[CANARY]]></refresh><ok>1</ok>&amp;</a>"#,
        ),
        (AnswerFormat::Form, b"token=CANARY&refresh=CANARY&ok=1"),
        (AnswerFormat::Text, b"CANARY"),
        (AnswerFormat::Bytes, b"CANARY"),
    ];
    let headers = [("x-token", "CANARY"), ("set-cookie", "S=CANARY; Path=/"), ("x-reset", "1767225601")];
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..FEWER_ROUNDS {
        let (format, seed) = seeds[round % seeds.len()];
        let body = dice.mutated(seed);
        let answer = response(if dice.below(4) == 0 { 429 } else { 200 }, &headers[..dice.below(4)], &body);
        let lenient = GROWN.answers().format(format).succeeds(&[]);
        for operation in [GROWN.answer(GROWN.answers().format(format)), GROWN.answer(lenient)] {
            let result = read(&operation, &answer, now());
            assert!(!format!("{result:?}").contains("CANARY"), "{}", String::from_utf8_lossy(&body));
            redact(&operation, &body);
        }
    }
}

#[test]
fn arrivals() {
    let list = [Kept::new("realm", "realmId"), Kept::new("server", "srv").or_default("CANARY")];
    let callback =
        Callback::new().code("auth").state("st").keep(&list).denied_by_absence().issuer("https://as.example/<t | hex>");
    let values = Values::new().with("t", "t");
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..FEWER_ROUNDS {
        let bytes = dice.mutated(b"https://app.example/cb?auth=CANARY&st=STATE&realmId=7&iss=https://as.example/74");
        let text = String::from_utf8_lossy(&bytes);
        let expected = Expected { state: &Secret::from("STATE"), may_lack_state: false, values: &values };
        let result = read_arrival(&callback, &text, &expected);
        assert!(!format!("{result:?}").contains("CANARY"), "{text}");
        if result.is_ok() {
            assert!(text.contains("=STATE") && text.contains("https://as.example/74"), "{text}");
        }
    }
}

#[test]
fn templates() {
    let mut values = Values::new()
        .with("a", "CANARY:\u{e9}")
        .with("b", Secret::from("CANARY"))
        .with("now", now())
        .with("random", SecretBytes::from([0xff; 32]))
        .with("n", -7.5);
    values.define("named", "<a | upper>:<named ?? b>");
    let seed: &[u8] = b"x<a | prefix(3) | before(:) ?? named><b | hmac_sha256(a) | hex><now | plus(-5) | iso><random | uuid><n | base64>";
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for _ in 0..FEWER_ROUNDS {
        let bytes = dice.mutated(seed);
        let template = String::from_utf8_lossy(&bytes);
        let url = format!("https://api.example/{template}");
        let json = serde_json::json!({ "a": [template] }).to_string();
        let list = [
            Param::query("q", &template),
            Param::header("x", &template),
            Param::cookie("c", &template),
            Param::fragment("f", &template),
        ];
        for values in [&values, &values.redacted()] {
            let text = Operation::post("a", "https://api.example/").encoding(Encoding::Xml).body_text(&template);
            for operation in [
                Operation::get("a", &url),
                Operation::get("a", &template),
                Operation::get("a", "https://api.example/").params(&list),
                Operation::post("a", "https://api.example/").body_json(&json),
                text,
            ] {
                if let Err(error) = build(&operation, values) {
                    assert!(!format!("{error:?} {error}").contains("CANARY"), "{template}");
                }
            }
        }
    }
}
