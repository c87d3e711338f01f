//! A text pasted from a vendor's page as commands, each a list of words, as a shell would read them.

use crate::stop::{Outcome, Stop};

/// The words of every `curl` in the text, without the word itself. What stands between two of them and is neither an
/// option nor a URL (pipes, where the output goes) is left out.
pub fn commands(text: &str) -> Outcome<Vec<Vec<String>>> {
    // Pages are written on every system: other ends of lines, and other signs for a line that goes on.
    let text =
        text.replace("\r\n", "\n").replace("\\\n", "").replace("^\n", " ").replace(" $'", " '").replace(" $\"", " \"");
    let words = shlex::split(&text).ok_or_else(|| {
        Stop::new("the quotes of the curl line don't close; paste all of it, or give it as a file: @FILE")
    })?;
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut reads = false;
    for word in words {
        if is_curl(&word) {
            commands.push(Vec::new());
            reads = true;
        } else if ends(&word) {
            reads = false;
        } else if let Some(command) = commands.last_mut().filter(|_| reads) {
            command.push(word);
        }
    }
    match commands.is_empty() {
        true => Err(Stop::new("there is no `curl` in what was given; a line begins with that word")),
        false => Ok(commands),
    }
}

fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    !word.contains("://") && matches!(name, "curl" | "curl.exe")
}

/// Whether a shell would end the command here.
fn ends(word: &str) -> bool {
    matches!(word, "|" | "||" | "&&" | "&" | ";" | ">" | ">>" | "<" | "2>" | "2>&1" | "#")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::commands;

    #[test]
    fn lines_fall_into_words_as_a_shell_reads_them() {
        let cases: &[(&str, &[&[&str]])] = &[
            ("curl -d 'a=b c' https://x.example/y", &[&["-d", "a=b c", "https://x.example/y"]]),
            (
                "$ curl \\\n  -H \"A: \\\"b\\\"\" \\\n  https://x.example | jq .",
                &[&["-H", "A: \"b\"", "https://x.example"]],
            ),
            ("curl a.example ^\r\n -k\r\ncurl b.example > out", &[&["a.example", "-k"], &["b.example"]]),
            (
                "curl -H 'Authorization: Basic '\"$PAIR\"'' x.example",
                &[&["-H", "Authorization: Basic $PAIR", "x.example"]],
            ),
            ("curl --data-raw $'{\"a\":1}' x.example", &[&["--data-raw", "{\"a\":1}", "x.example"]]),
            ("curl x.example/?a=1&b=2 # as the page says", &[&["x.example/?a=1&b=2"]]),
        ];
        for (text, words) in cases {
            assert_eq!(commands(text).unwrap(), *words, "{text}");
        }
        assert!(commands("curl 'x").is_err());
        assert!(commands("wget x").is_err());
    }
}
