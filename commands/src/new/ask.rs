//! Questions, for whoever knows the vendor's page and none of the arguments.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};

use clap::ValueEnum;

use super::Args;
use super::flags::{Client, Encoding, Grant, Pkce};
use crate::stop::{Outcome, Stop};

/// The arguments, with the answers to what they leave open, where there is somebody to ask.
pub fn complete(args: Args) -> Outcome<Args> {
    let is_told = !args.from_curl.is_empty() || args.from_openapi.is_some() || args.from_discovery.is_some();
    let is_bare = !is_told && args.authorize_url.is_none() && args.token_url.is_none() && args.grants.is_empty();
    match args.ask || (is_bare && stdin().is_terminal() && stderr().is_terminal()) {
        true => Questions { input: stdin().lock() }.answered(args, is_told),
        false => Ok(args),
    }
}

struct Questions<R> {
    input: R,
}

impl<R: BufRead> Questions<R> {
    /// What a source says isn't asked for.
    fn answered(mut self, mut args: Args, is_told: bool) -> Outcome<Args> {
        eprintln!("An empty answer takes what stands in brackets.\n");
        if !is_told {
            self.endpoints(&mut args)?;
        }
        if args.scopes.is_empty() && args.authorize_url.is_some() {
            let scopes = self.ask("The scopes that the vendor names, with commas between them", "none")?;
            args.scopes =
                scopes.iter().flat_map(|scopes| scopes.split(',')).map(|scope| scope.trim().to_owned()).collect();
        }
        if args.api.is_none() && !is_told {
            args.api = self.ask("What stands before the paths of calls (URL)", "none")?;
        }
        if args.docs.is_none() {
            args.docs = self.ask("The vendor's own page (URL)", "none")?;
        }
        Ok(args)
    }

    fn endpoints(&mut self, args: &mut Args) -> Outcome {
        if args.authorize_url.is_none() {
            args.authorize_url =
                self.ask("The page that asks users for consent (URL)", "none: the app acts for itself")?;
        }
        if args.grants.is_empty() && args.authorize_url.is_none() {
            args.grants = vec![Grant::ClientCredentials];
        }
        while args.token_url.is_none() {
            args.token_url = self.ask("The token endpoint (URL)", "needed")?;
        }
        if args.client.is_none() {
            args.client = self.choose("How the client authenticates there", Client::Basic)?;
        }
        if args.encoding.is_none() {
            args.encoding = self.choose("How requests to it are encoded", Encoding::Form)?;
        }
        if args.pkce.is_none() && args.authorize_url.is_some() {
            args.pkce = self.choose("Whether the vendor takes PKCE", Pkce::S256)?;
        }
        Ok(())
    }

    /// One of some words.
    fn choose<T: ValueEnum>(&mut self, question: &str, default: T) -> Outcome<Option<T>> {
        let word = |value: &T| value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let words: Vec<String> = T::value_variants().iter().map(word).collect();
        let question = format!("{question}: {}", words.join(", "));
        loop {
            let Some(answer) = self.ask(&question, &word(&default))? else { return Ok(Some(default)) };
            match T::from_str(&answer, true) {
                Ok(value) => return Ok(Some(value)),
                Err(_) => eprintln!("`{}` is none of these", answer.escape_debug()),
            }
        }
    }

    /// The answer; none when it is empty.
    fn ask(&mut self, question: &str, default: &str) -> Outcome<Option<String>> {
        eprint!("{question} [{default}]: ");
        let mut answer = String::new();
        let failed = |error| Stop::new(format!("can't ask: {error}"));
        stderr().flush().map_err(failed)?;
        if self.input.read_line(&mut answer).map_err(failed)? == 0 {
            return Err(Stop::new("there are no more answers, and nothing was written"));
        }
        let answer = answer.trim();
        Ok((!answer.is_empty()).then(|| answer.to_owned()))
    }
}
