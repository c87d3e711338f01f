//! What must compile, and what must not and why: the macro, and misuse of the generated clients.

#[test]
fn programs() {
    let cases = trybuild::TestCases::new();
    cases.pass("compile/pass/*.rs");
    cases.compile_fail("compile/fail/*.rs");
}
