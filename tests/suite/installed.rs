//! The README's "In a repository of your own", command by command: installed, in an empty folder, from nothing to an app
//! that logs in and calls.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::outside::as_here;
use crate::support::root;

const APP: &str = r#"
use std::time::Duration;

use authsmith::{HttpTransport, Limits, Method, Request, SqliteStore, Transport};
use authsmith_acme::{Client, Scope};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("server, id and secret");
    let (server, id, secret) = (next()?, next()?, next()?);
    let client = Client::builder()
        .client_id(id)
        .client_secret(secret)
        .redirect_uri("http://127.0.0.1:8910/callback")
        .store(SqliteStore::open("grants/authsmith.db")?)
        .configure(|config| config.server(server))
        .build()?;

    let login = client.authorize([Scope::Profile]).start()?;
    // The user's browser.
    let visit = Request::new(Method::GET, login.url().parse()?);
    let answer = HttpTransport::new().send(visit, Limits::new(Duration::from_secs(10), 1 << 20)).await?;
    let callback = answer.headers["location"].to_str()?.to_owned();

    let tokens = client.exchange_code(login.into_pending(), callback).await?;
    client.keep("user-42", tokens).await?;
    let me = client.resume("user-42").await?.me().send().await?;
    println!("id {}", me.id);
    client.close().await?;
    Ok(())
}
"#;

/// What is installed, and the folder of an app that has nothing yet.
struct Elsewhere {
    folder: tempfile::TempDir,
}

impl Elsewhere {
    /// A program as it runs in a terminal there: the environment of the surrounding build would leak into it.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO") && name != "CARGO_HOME") {
            command.env_remove(name);
        }
        as_here(&mut command);
        let mut path = vec![self.folder.path().join("installed/bin")];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        command.env("PATH", std::env::join_paths(path).unwrap()).current_dir(self.app());
        command
    }

    fn app(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    /// Runs a line of the README, whose copy of the repository stands beside the app.
    fn line(&self, line: &str) -> Command {
        let repository = root().to_str().unwrap().to_owned();
        let words = line.split_whitespace().map(|word| word.replace("../authsmith", &repository));
        let mut command = self.command("cargo");
        command.args(words.skip(1));
        command
    }
}

fn done(mut command: Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{command:?}\n{out}{err}");
    out
}

/// The lines of the fenced blocks of a language under a heading of the README.
fn block(heading: &str, language: &str) -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, section) = readme.split_once(&format!("\n## {heading}\n")).expect(heading);
    let section = section.split("\n## ").next().unwrap();
    let (_, block) = section.split_once(&format!("```{language}\n")).expect(language);
    block.split("```").next().unwrap().lines().map(str::to_owned).collect()
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the sandbox, and gives what it says behind each of some words.
fn sandbox(mut command: Command, words: &[&str]) -> (Running, Vec<String>) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let running = Running(child);
    let said: Vec<String> = lines.by_ref().take_while(|line| !line.starts_with("Stop")).collect();
    let behind = |word: &&str| {
        let line = said.iter().find_map(|line| line.strip_prefix(*word));
        line.unwrap_or_else(|| panic!("no {word} in {said:?}")).trim().to_owned()
    };
    (running, words.iter().map(behind).collect())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn an_empty_folder_becomes_an_app_that_calls_the_vendor() {
    let elsewhere = Elsewhere { folder: tempfile::tempdir().unwrap() };
    let app = elsewhere.app();
    fs::create_dir(&app).unwrap();
    let lines = block("In a repository of your own", "sh");
    let mut commands = lines.iter().filter(|line| line.starts_with("cargo ")).peekable();

    let mut install = elsewhere.line(commands.next().unwrap());
    // The same program, built as the tests are.
    install
        .args(["--debug", "--locked", "--offline", "--quiet", "--root"])
        .arg(elsewhere.folder.path().join("installed"));
    done(install);

    let new = commands.next().unwrap();
    assert!(new.starts_with("cargo authsmith new acme "), "{new}");
    done(elsewhere.line(new));
    let spec = fs::read_to_string(app.join("specs/acme.yaml")).unwrap();
    let filled = spec.replace("# calls:", "calls:").replace("#   me:", "  me:");
    assert_ne!(spec, filled);
    fs::write(app.join("specs/acme.yaml"), filled).unwrap();

    let last = "cargo authsmith sandbox";
    while let Some(line) = commands.next_if(|line| *line != last) {
        done(elsewhere.line(line));
    }
    assert_eq!(commands.next().map(String::as_str), Some(last));
    let (_running, said) = sandbox(elsewhere.line(last), &["acme", "client_id", "client_secret"]);

    let dependencies = block("In a repository of your own", "toml").join("\n");
    let dependencies = dependencies.replace("../authsmith", root().to_str().unwrap());
    let manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n";
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";
    write(&app.join("Cargo.toml"), &format!("{manifest}{dependencies}\n{tokio}\n"));
    write(&app.join("src/main.rs"), APP);
    fs::copy(root().join("Cargo.lock"), app.join("Cargo.lock")).unwrap();
    fs::create_dir(app.join("grants")).unwrap();
    let mut run = elsewhere.command("cargo");
    run.args(["run", "--offline", "--quiet", "--"]).args(said);
    assert!(done(run).starts_with("id "));
}
