//! The widget is opened by a session or an id token, not by an access token.

use authsmith_humanapi::{Access, Client, Tokens};

fn page(client: &Client, tokens: Tokens<Access>) {
    client.connect(&tokens);
}

fn main() {}
