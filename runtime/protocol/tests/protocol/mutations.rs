//! Answers and callbacks with bytes changed, dropped and doubled: nothing panics, and no error shows what was in them.

use authsmith_protocol::{Secret, read, read_callback, redact};

use crate::operations::{CREATE_USER, EXCHANGE_CODE, ISSUE_CODE, USERINFO};
use crate::{now, response};

const ROUNDS: usize = 20_000;

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
