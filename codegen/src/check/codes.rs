//! Every rule of the language, in one list: the index of diagnostics is written from it.

use crate::diagnostics::Severity;

/// A rule.
#[derive(Debug)]
pub struct Code {
    /// `AS` and four digits; the first two say what it is about.
    pub code: &'static str,
    /// Whether breaking it stops the generator.
    pub severity: Severity,
    /// The rule in a few words.
    pub title: &'static str,
    /// One sentence on why it holds.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal $severity:ident $title:literal: $explanation:literal;)*) => {
        $(
            #[doc = concat!($code, ": ", $title)]
            pub static $name: Code = Code {
                code: $code,
                severity: Severity::$severity,
                title: $title,
                explanation: $explanation,
            };
        )*

        /// All rules, in the order of their codes.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    // 00: the file
    FILE_TOO_LARGE = "AS0001" Error "file too large": "A spec is at most 256 KiB, so that a hostile file costs no more than a careful one.";
    SYNTAX = "AS0002" Error "not YAML": "The file must be YAML 1.2 before anything else can be said about it.";
    SECOND_DOCUMENT = "AS0003" Error "second document": "One file describes one vendor.";
    ANCHOR = "AS0004" Error "anchor or alias": "Anchors hide what a value is and let a small file become a large one.";
    TAG = "AS0005" Error "tag": "The key says what a value is; a tag could only contradict it.";
    TOO_DEEP = "AS0006" Error "nested too deep": "Values nest at most 32 levels.";
    TOO_MANY_NODES = "AS0007" Error "too many nodes": "A spec has at most 20,000 nodes.";
    DUPLICATE_KEY = "AS0008" Error "duplicate key": "Of a key that stands there twice, one would be ignored silently.";
    KEY_NOT_TEXT = "AS0009" Error "key is not text": "Keys are names.";
    INVISIBLE = "AS0010" Error "invisible character": "Control characters and changes of text direction make a file read otherwise than it works.";
    NOT_A_SPEC = "AS0011" Error "not a spec": "A spec is a mapping.";
    // 01: keys and values
    UNKNOWN_KEY = "AS0101" Error "unknown key": "A key that isn't part of the language would be ignored silently.";
    MISSING_KEY = "AS0102" Error "missing key": "The key has no default.";
    WRONG_KIND = "AS0103" Error "wrong kind of value": "The key takes text, a list or a mapping, and something else stands there.";
    UNKNOWN_WORD = "AS0104" Error "unknown word": "The key takes one of a fixed set of words.";
    DURATION = "AS0105" Error "not a duration": "A duration is a whole number and a unit: s, m, h or d.";
    NOT_A_NUMBER = "AS0106" Error "not a number": "The key takes a whole number.";
    VERSION = "AS0107" Error "unknown version": "The generator reads version 1 of the language.";
    // 03: templates and URLs
    PLACEHOLDER = "AS0301" Error "malformed placeholder": "A placeholder is `<name>`; the sign itself is written `<<`.";
    // 06: types
    TYPE_SYNTAX = "AS0601" Error "not a type": "A type is a word, `[T]`, a map, or an object written in place; `?` makes it optional.";
}
