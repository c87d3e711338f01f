//! Requests and answers on the terminal, as they happen. What arrives here is redacted already.

use authsmith::{Error, Observer, ReceivedResponse, SentRequest};

/// Prints what goes over the wire, indented below its step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal;

impl Observer for Terminal {
    fn sent(&self, request: &SentRequest) {
        print("> ", &request.to_string());
    }

    fn received(&self, response: &ReceivedResponse) {
        print("< ", &response.to_string());
    }

    fn failed(&self, _operation: &str, error: &Error) {
        print("! ", &error.to_string());
    }
}

fn print(mark: &str, text: &str) {
    for line in text.lines() {
        println!("    {}", format!("{mark}{line}").trim_end());
    }
}
