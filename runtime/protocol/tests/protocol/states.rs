//! States of a form that the vendor prescribes.

use std::collections::BTreeMap;

use authsmith_protocol::operation::Operation;
use authsmith_protocol::pkce::{login_secrets, login_secrets_for};
use authsmith_protocol::provider::{Alphabet, Authorize};

const PLAIN: Authorize<'static> = Authorize::new(Operation::get("authorize", "https://as.example/authorize"));

fn random(seed: u64) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    bytes
}

#[test]
fn a_state_has_the_length_and_the_letters_of_its_rule() {
    for (alphabet, letters) in [
        (Alphabet::Digits, "0123456789"),
        (Alphabet::Hex, "0123456789abcdef"),
        (Alphabet::Alphanumeric, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        (Alphabet::UrlSafe, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"),
    ] {
        for length in [0, 1, 8, 43, 500] {
            let (state, verifier) = login_secrets_for(&PLAIN.state_rule(length, alphabet), &random(1));
            assert_eq!(state.expose().len(), usize::from(length));
            assert!(state.expose().chars().all(|letter| letters.contains(letter)), "{alphabet:?}");
            assert_eq!(verifier, login_secrets(&random(1)).1);
        }
        // Every letter is as likely as the others.
        let mut counts = BTreeMap::new();
        let rule = PLAIN.state_rule(500, alphabet);
        for seed in 0..400 {
            for letter in login_secrets_for(&rule, &random(seed)).0.expose().chars() {
                *counts.entry(letter).or_insert(0_u32) += 1;
            }
        }
        let expected = 200_000 / u32::try_from(letters.len()).unwrap();
        assert_eq!(counts.len(), letters.len());
        for (letter, count) in counts {
            assert!(count.abs_diff(expected) < expected / 10, "{alphabet:?} {letter}: {count} of {expected}");
        }
    }
    assert_eq!(login_secrets_for(&PLAIN, &random(1)), login_secrets(&random(1)));
    let rule = PLAIN.state_rule(32, Alphabet::Alphanumeric);
    assert_ne!(login_secrets_for(&rule, &random(1)).0, login_secrets_for(&rule, &random(2)).0);
}

/// RFC 7636, section 4.1, wants 43 to 128 characters; nobody but the login makes them, so that none can be of another
/// length or used again.
#[test]
fn input_23_a_verifier_has_as_many_characters_as_it_must() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..500_u64 {
        let mut bytes = random(seed);
        bytes[40..48].copy_from_slice(&seed.to_be_bytes());
        for authorize in [PLAIN, PLAIN.state_rule(8, Alphabet::Digits)] {
            let (_, verifier) = login_secrets_for(&authorize, &bytes);
            let is_fit = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
            assert!(verifier.expose().len() == 43 && verifier.expose().chars().all(is_fit));
            seen.insert(verifier.expose().to_owned());
        }
    }
    assert_eq!(seen.len(), 500, "each login has a verifier of its own");
}
