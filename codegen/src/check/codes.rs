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
    /// Its page: the rule at length, with a wrong example and a right one, in Markdown.
    pub page: &'static str,
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
                page: include_str!(concat!("../../pages/", $code, ".md")),
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
    NO_BASE = "AS0012" Error "no such base": "The spec that another one extends stands beside it, in a file of its name.";
    BASE_CYCLE = "AS0013" Error "base in a circle": "A spec that extends itself would have no end.";
    // 01: keys and values
    UNKNOWN_KEY = "AS0101" Error "unknown key": "A key that isn't part of the language would be ignored silently.";
    MISSING_KEY = "AS0102" Error "missing key": "The key has no default.";
    WRONG_KIND = "AS0103" Error "wrong kind of value": "The key takes text, a list or a mapping, and something else stands there.";
    UNKNOWN_WORD = "AS0104" Error "unknown word": "The key takes one of a fixed set of words.";
    DURATION = "AS0105" Error "not a duration": "A duration is a whole number and a unit: s, m, h or d.";
    NOT_A_NUMBER = "AS0106" Error "not a number": "The key takes a whole number.";
    VERSION = "AS0107" Error "unknown version": "The generator reads version 1 of the language.";
    // 02: names
    UNSPEAKABLE = "AS0201" Error "no name for Rust": "Names become Rust identifiers, which are made of ASCII letters, digits and `_`.";
    COLLISION = "AS0202" Error "names collide": "Two names that differ only in spelling would be one name in Rust.";
    RESERVED = "AS0203" Error "reserved name": "The runtime, or the generated crate itself, has a method of this name.";
    RESERVED_TYPE = "AS0204" Error "reserved type name": "The generated crate, or the prelude of Rust, has a type of this name.";
    PROVIDER_NAME = "AS0205" Error "not a provider name": "The provider's name becomes a crate and a module: small letters and digits, with `-` or `_` between them.";
    FILE_NAME = "AS0206" Warning "file name differs": "A spec is found by its provider's name.";
    SAME_PROVIDER = "AS0207" Error "provider described twice": "Each provider becomes one crate.";
    HIDES_VARIABLE = "AS0208" Error "hidden variable": "A setting or input of this name would hide a variable of the protocol, or a setting.";
    RESERVED_WORD = "AS0209" Error "reserved word": "The language gives this word a meaning of its own in this place.";
    // 03: templates and URLs
    PLACEHOLDER = "AS0301" Error "malformed placeholder": "A placeholder is `<name>`; the sign itself is written `<<`.";
    UNKNOWN_VARIABLE = "AS0302" Error "unknown variable": "A placeholder names a setting, an input of the operation, or a variable of the protocol.";
    UNAVAILABLE_VARIABLE = "AS0303" Error "variable not available": "The protocol's variable has no value in this operation.";
    URL_NOT_ABSOLUTE = "AS0304" Error "not an absolute https URL": "Credentials and tokens travel to absolute https URLs only; http is taken on loopback.";
    URL_HOST = "AS0305" Error "open host": "Whoever chooses the host receives the credentials: a host holds no input, and a setting only with a format or an enum.";
    URL_USERINFO = "AS0306" Error "userinfo in a URL": "Names and passwords in URLs end up in logs.";
    URL_FRAGMENT = "AS0307" Error "fragment in a URL": "A fragment is never sent (RFC 6749, sections 3.1 and 3.2, forbid it).";
    API_MISSING = "AS0308" Error "no `api`": "A URL that begins with `/` needs the base URL `api`.";
    URL_SETTING = "AS0309" Error "URL inside a URL": "A setting of the format `url` stands at the head of a URL and nowhere else in it.";
    FUNCTION = "AS0310" Error "unknown function": "Templates have a closed list of functions, so that nothing in a spec computes without end.";
    FUNCTION_USE = "AS0311" Error "function misused": "A function takes text, bytes or a moment, and an argument of one kind; what a template gives at last is text.";
    VALUE_CYCLE = "AS0312" Error "value in a circle": "A value that names itself would have no end.";
    CALLBACK_HOST = "AS0313" Error "callback chooses the host": "Whoever makes a callback chooses what it says: it decides where credentials travel only among hosts that the spec lists.";
    // 04: requests
    METHOD = "AS0401" Error "not one method": "A request has one method.";
    NOT_STANDARD = "AS0402" Error "not a standard parameter": "Only standard parameters of the operation can be dropped or renamed.";
    SAME_PARAMETER = "AS0403" Error "parameter sent twice": "Two values of one name in one place are read differently by every server (RFC 6749, section 3.1, forbids it).";
    NO_PLACE = "AS0404" Error "no such place": "An input must have a place in the request that can hold it.";
    OPTIONAL_PATH = "AS0405" Error "optional part of a URL": "A part of a URL can't be left out.";
    UNSENDABLE = "AS0406" Error "type can't stand there": "Only a JSON body holds lists, maps, objects and other structured values.";
    ENCODING_SETTING = "AS0407" Error "not an encoding setting": "A setting that chooses the encoding has an `enum` of `form` and `json`.";
    HEADER = "AS0408" Error "header can't be sent": "Header names and values have a syntax, and some headers belong to the HTTP client (RFC 9110, section 5).";
    SCOPE = "AS0409" Error "not a scope": "A scope has no spaces, quotes or separators in it (RFC 6749, section 3.3).";
    BODY = "AS0410" Error "unclear body": "A body is written out or made of parameters, not both, and only a request that has a body has one.";
    CLIENT = "AS0411" Error "unclear client authentication": "The long form of `client` is the text of HTTP Basic, a signed assertion, or names and a place of parameters.";
    STATE_FORM = "AS0412" Error "state too weak": "State must not be guessed: it has at least 40 bits, and at most 512 characters (RFC 6749, section 10.12).";
    DEFAULT_SCOPE = "AS0413" Error "unknown default scope": "Default scopes are among those that the spec names.";
    UNESCAPED = "AS0414" Error "unescaped value": "A value that is put into a text as it is can leave its place: who gives it writes the rest of the body.";
    STATE_PLACE = "AS0415" Error "state without a place": "A state that is not sent, or comes back where nobody looks, protects nobody (RFC 6749, section 10.12).";
    ASSERTION = "AS0416" Error "unclear assertion": "An assertion is signed by an algorithm for its key, and the client itself says when it was made, until when and for whom it holds.";
    SCOPE_COMMA = "AS0423" Warning "comma in a scope": "A scope may have a comma in it (RFC 6749, section 3.3), and is then mostly several.";
    // 05: grants and tokens
    UNKNOWN_KIND = "AS0501" Error "unknown kind of token": "Kinds of token are declared under `tokens`.";
    NEVER_ISSUED = "AS0502" Error "kind never issued": "No grant yields this kind of token, so that nobody could have one.";
    NEVER_SHOWN = "AS0503" Error "kind never shown": "A call needs a token, and this kind is declared as never shown.";
    NO_REFRESH = "AS0504" Error "no refresh grant": "Renewing by refresh needs a grant of the kind refresh_token that yields this kind of token.";
    NO_GRANT_URL = "AS0505" Error "grant without URL": "A grant is sent to `token.url` or to a URL of its own.";
    NO_GRANT_KIND = "AS0506" Error "grant without kind": "Only the names exchange_code, exchange_device_code, refresh and client_credentials imply the kind of a grant.";
    NO_EXCHANGE = "AS0507" Error "code without exchange": "A code is worth nothing without a grant of the kind authorization_code; a device code, of the kind device_code.";
    NO_CODE = "AS0508" Error "exchange without code": "A grant of the kind authorization_code needs an authorization request, or a grant that yields a code; one of the kind device_code needs `device`.";
    NO_REISSUE = "AS0509" Error "grant can't be repeated": "Renewing by reissue repeats a grant, and a code or refresh token can be shown only once.";
    PRESENT = "AS0510" Error "unclear presentation": "A token is shown in one place.";
    FAILURE = "AS0511" Error "failure without a sign": "A documented failure is told by its status, its code, or both.";
    NOTHING_TO_DO = "AS0512" Error "no grants": "Without a grant there are no tokens.";
    POINTER = "AS0513" Error "not a JSON Pointer": "In a JSON Pointer `~` is followed by 0 or 1 (RFC 6901, section 3).";
    DUPLICATE_EXCHANGE = "AS0514" Error "second grant of its kind": "A client exchanges a code in one way, and renews a kind of token in one way.";
    YIELDS = "AS0515" Error "unclear yield": "A grant yields a code or tokens, and a refresh one kind of token; where each stands must be plain.";
    NO_INPUTS = "AS0516" Error "inputs where there is no caller": "A code is exchanged and a token renewed by the runtime, which has nothing but what it kept.";
    NO_RENEWAL = "AS0517" Error "no grant to renew by": "Renewing by a grant needs a grant of the spec, of a kind that fits.";
    VERIFY = "AS0518" Error "unclear verification": "A connection is verified by a call that needs nothing from the caller.";
    PLACE = "AS0519" Error "unclear place": "A value stands in one place of an answer.";
    LIMITED = "AS0520" Error "limit without a sign": "A rate limit is told by a status from 200 to 599, by a code, or both.";
    NO_SUCCESS = "AS0530" Error "success that never comes": "Where a member must be one of no texts, or no status is a success, every answer is a refusal.";
    POLICY = "AS0531" Error "policy without effect": "What is said of spent and unused refresh tokens holds for tokens that are renewed by one.";
    MEANING = "AS0532" Error "code of two meanings": "A code ends the grant, passes by itself, or blames the app.";
    SOURCE = "AS0533" Error "unclear source": "A grant gets a token from one of another kind only where it shows that one, and doesn't take it from whoever keeps it.";
    NO_ID_TOKEN = "AS0540" Error "ID token that nobody gets": "ID tokens come with the answers of grants that a user has made.";
    NOTHING_BELIEVED = "AS0541" Error "ID token that nobody believes": "An ID token has an issuer and a signature that the spec names.";
    ID_TOKEN_PLACE = "AS0542" Error "ID token in another's place": "An ID token is told from the tokens beside it by its place.";
    // 06: types
    TYPE_SYNTAX = "AS0601" Error "not a type": "A type is a word, `[T]`, a map, or an object written in place; `?` makes it optional.";
    UNKNOWN_TYPE = "AS0602" Error "unknown type": "A type is one of the language's words or declared under `types` or `enums`.";
    RECURSIVE = "AS0603" Error "recursive type": "The shape of an answer is finite data.";
    UNUSED_TYPE = "AS0604" Warning "unused type": "Nothing that is sent or read has this type.";
    MISPLACED_TYPE = "AS0605" Error "type can't stand here": "Where nothing, or no optional value, can stand, its type can't either.";
    SAMPLE = "AS0606" Error "sample doesn't match": "The sandbox answers with the sample, and clients read it by the type.";
    EMPTY_ENUM = "AS0607" Error "enum without words": "An enum lists the words that are known.";
    // 07: settings, fallbacks, widgets
    DEFAULT = "AS0701" Error "value outside its set": "A default or sample is one of the allowed values.";
    SETTING_FORMAT = "AS0702" Error "value without its format": "A default, sample or allowed value has the format that the spec asks for.";
    UNUSED_SETTING = "AS0703" Warning "unused setting": "No URL, value or encoding uses the setting.";
    FALLBACK_GRANT = "AS0704" Error "unknown grant": "A fallback names grants of the spec.";
    FALLBACK_FAILURE = "AS0705" Error "unknown failure": "A fallback names a failure that the first grant documents.";
    FALLBACK_INPUTS = "AS0706" Error "inputs don't fit": "The second grant of a fallback is made with inputs of the first.";
    WIDGET_OPEN = "AS0707" Error "not a function": "The function that opens a widget is a dotted path of JavaScript identifiers.";
    DOCS_URL = "AS0708" Error "not a page": "Generated documentation links to the page, which needs an absolute https URL.";
    PATTERN = "AS0709" Error "not a regular expression": "The runtime compiles the pattern and compares the whole value with it.";
    CONNECTION_SETTING = "AS0710" Error "setting of a connection": "Where no connection is, its settings have no value.";
    SETTING_PLACE = "AS0711" Error "value that fits no URL": "A default, sample or allowed value can stand in every URL that the setting stands in.";
    PATTERN_SAMPLE = "AS0714" Error "pattern without example": "The sandbox gives a value that the client keeps, and can't make one up from a pattern.";
    // 08: legal, and dangerous
    PASSWORD = "AS0801" Warning "password grant": "A password that the app sees can be stolen from it, and opens more than the app needs (RFC 9700, section 2.4).";
    NO_PKCE = "AS0802" Warning "login without PKCE": "Without a challenge a stolen code works for the thief (RFC 9700, section 2.1.1).";
    STATE_UNDOCUMENTED = "AS0803" Warning "state may be missing": "A callback without state can be forged by anybody (RFC 6749, section 10.12).";
    TOKEN_IN_URL = "AS0804" Warning "token in a URL": "URLs stand in logs, histories and referrers (RFC 9700, section 4.3.2).";
    SECRET_IN_URL = "AS0805" Warning "secret in a URL": "URLs stand in logs, and a secret must not (RFC 6749, section 2.3.1).";
    LASTING = "AS0806" Warning "refresh token of a public client lasts": "Who steals it needs nothing else, and nobody notices (RFC 9700, section 2.2.2).";
    SHORT_STATE = "AS0807" Warning "short state": "A credential that is guessed with a chance above 2^-128 is too short (RFC 6749, section 10.10).";
    UNUSED_ALLOWANCE = "AS0820" Warning "allowance of nothing": "What is allowed no longer happens, and would be allowed unseen when it happens again.";
    ALLOWANCE = "AS0821" Error "not a warning": "Warnings can be allowed, each by its code; errors can't.";
}
