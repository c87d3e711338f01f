//! The terminal side of the generated `login` examples: arguments, the browser's part, and step by step what was sent
//! and answered.
//!
//! ```ignore
//! use authsmith_acme::{Client, PROVIDER};
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> std::process::ExitCode {
//!     authsmith_login::run(PROVIDER, async |login| {
//!         let client = Client::builder()
//!             .client_id(login.text("client_id")?)
//!             .client_secret(login.secret("client_secret")?)
//!             .redirect_uri(login.callback()?)
//!             .store(login.store())
//!             .configure(|config| login.configure(config))
//!             .build()?;
//!         login.step("log_in", async |set| Ok(client.log_in(set.text("username")?, set.secret("password")?).await?)).await;
//!         let started = client.authorize().start()?;
//!         let callback = login.visit(&started).await?;
//!         let pending = started.into_pending();
//!         let tokens = login.require("exchange_code", async |_| Ok(client.exchange_code(pending, callback).await?)).await?;
//!         let connection = client.keep("login", tokens).await?;
//!         login.step("userinfo", async |_| Ok(connection.userinfo().send().await?)).await;
//!         Ok(())
//!     })
//!     .await
//! }
//! ```
//!
//! An input that is neither text nor secret is `set.json::<T>("name")?`; a step without an answer of use later is
//! `login.step(...)`, which gives `Some` of the answer, and `None` when the step was skipped or has failed.

mod args;
mod failed;
mod fetch;
mod listen;
mod report;
mod set;
mod show;
mod visit;

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use authsmith::{ClientKey, Config, MemoryStore, Secret};
use authsmith_protocol::provider::{Provider, Setting};

use args::Args;
pub use failed::{Failed, Missing, Unusable};
use report::{Outcome, Step};
pub use set::Set;

/// The run of one `login` program.
#[derive(Debug)]
pub struct Login {
    provider: Provider<'static>,
    args: Args,
    steps: Mutex<Vec<Step>>,
}

/// Reads the command line, runs the flow, and reports. Exits with 0 when no step has failed, 1 when one has, and 2
/// when the program could not start.
pub async fn run(provider: Provider<'static>, flow: impl AsyncFnOnce(&Login) -> Result<(), Failed>) -> ExitCode {
    let login = Login { provider, args: Args::parse(&provider), steps: Mutex::new(Vec::new()) };
    println!("{}", provider.title());
    let ended = flow(&login).await;
    login.finish(ended)
}

impl Login {
    /// A credential or a setting.
    ///
    /// # Errors
    ///
    /// When it was not given. The error names whatever else the client needs and has not got.
    pub fn text(&self, name: &str) -> Result<String, Missing> {
        self.args.value(self.provider.name(), name).ok_or_else(|| self.missing(name))
    }

    /// A setting that may be left out.
    pub fn maybe(&self, name: &str) -> Option<String> {
        self.args.value(self.provider.name(), name)
    }

    /// A credential that is never shown.
    ///
    /// # Errors
    ///
    /// As [`Login::text`].
    pub fn secret(&self, name: &str) -> Result<Secret, Missing> {
        self.text(name).map(Secret::from)
    }

    /// A private key of the client's: itself, or the path of a file that holds it.
    ///
    /// # Errors
    ///
    /// As [`Login::text`], and when the file can't be read.
    pub fn key(&self, name: &str) -> Result<ClientKey, Failed> {
        let text = self.text(name)?;
        if text.contains("-----BEGIN") || text.trim_start().starts_with('{') {
            return Ok(ClientKey::new(text));
        }
        let read = std::fs::read_to_string(&text);
        Ok(ClientKey::new(read.map_err(|error| Unusable(format!("{name} can't be read: {error}")))?))
    }

    /// The redirect URI that `--callback` names.
    ///
    /// # Errors
    ///
    /// Without `--callback`.
    pub fn callback(&self) -> Result<String, Unusable> {
        let missing = || Unusable("give the registered redirect URI with --callback URI".to_owned());
        self.args.callback.clone().ok_or_else(missing)
    }

    /// Keeps connections in memory, until the program ends.
    pub fn store(&self) -> MemoryStore {
        MemoryStore::new()
    }

    /// Applies `--server` and the settings that may be left out, and shows every request and answer.
    pub fn configure(&self, config: Config) -> Config {
        let mut config = config.observer(show::Terminal);
        if let Some(origin) = &self.args.server {
            config = config.server(origin.as_str());
        }
        let may_be_left_out = |setting: &&Setting<'_>| setting.default_value().is_some() || setting.is_optional();
        let of_client = self.provider.all_settings().iter().filter(|setting| !setting.is_of_connection());
        for setting in of_client.filter(may_be_left_out) {
            if let Some(value) = self.args.value(self.provider.name(), setting.name()) {
                config = config.setting(setting.name(), value);
            }
        }
        config
    }

    /// Runs a step when its inputs are there. `None` when it was skipped or has failed, which the report then says.
    pub async fn step<T>(&self, name: &str, run: impl AsyncFnOnce(Set<'_>) -> Result<T, Failed>) -> Option<T> {
        self.require(name, run).await.ok()
    }

    /// Runs a step without which the flow can't go on.
    ///
    /// # Errors
    ///
    /// When the step was skipped or has failed; the report says so already.
    pub async fn require<T>(
        &self,
        name: &str,
        run: impl AsyncFnOnce(Set<'_>) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        println!("\n  {name}");
        let result = match self.inputs_missing(name) {
            Some(missing) => Err(missing.into()),
            None => run(Set(self)).await,
        };
        self.record(name, result.as_ref().err());
        result.map_err(Failed::reported)
    }

    /// Asks the user for consent and gives the callback URL: with `--auto` by following the redirects, else in the
    /// user's browser.
    ///
    /// # Errors
    ///
    /// When no callback came.
    pub async fn visit(&self, started: &authsmith::Login) -> Result<String, Failed> {
        println!("\n  authorize");
        let url = started.url();
        let result = match self.args.auto {
            true => visit::follow(url, self.args.callback.as_deref()).await,
            false => visit::ask(url, self.args.callback.as_deref()).await,
        };
        self.record("authorize", result.as_ref().err());
        result.map_err(Failed::reported)
    }

    /// Shows the user the code and the page of another device: with `--auto` the page is fetched here, without one.
    ///
    /// # Errors
    ///
    /// When `--auto` can't fetch the page.
    pub async fn show(&self, pending: &authsmith::PendingDevice) -> Result<(), Failed> {
        let uri = pending.verification_uri_complete().unwrap_or(pending.verification_uri());
        match self.args.auto {
            true => visit::open(uri).await,
            false => {
                println!("\n    Open {} and type {}", pending.verification_uri(), pending.user_code());
                if uri != pending.verification_uri() {
                    println!("    or open {uri}");
                }
                Ok(())
            }
        }
    }

    /// Names at once everything that the client needs and has not got.
    fn missing(&self, name: &str) -> Missing {
        let needed = |setting: &&Setting<'_>| setting.default_value().is_none() && !setting.is_optional();
        let settings = self.provider.all_settings().iter().filter(needed);
        let basics: Vec<_> = args::credentials(&self.provider).chain(settings.map(|setting| setting.name())).collect();
        let names = match basics.contains(&name) {
            true => basics.into_iter().filter(|name| self.args.value(self.provider.name(), name).is_none()).collect(),
            false => vec![name],
        };
        Missing::new(names.into_iter().map(str::to_owned).collect(), self.provider.name())
    }

    /// The required inputs of an operation that nobody has given.
    fn inputs_missing(&self, operation: &str) -> Option<Missing> {
        let device = self.provider.device_authorization().map(|device| device.request());
        let device = device.filter(|device| device.name() == operation);
        let inputs = args::inputs(&self.provider, self.provider.operation(operation).or(device.as_ref())?);
        let absent =
            |(name, required): &(String, bool)| *required && self.args.value(self.provider.name(), name).is_none();
        let names: Vec<_> = inputs.into_iter().filter(absent).map(|(name, _)| name).collect();
        (!names.is_empty()).then(|| Missing::new(names, self.provider.name()))
    }

    fn record(&self, name: &str, failed: Option<&Failed>) {
        let outcome = match failed {
            None => Outcome::Done,
            Some(failed) if failed.missing => Outcome::Skipped,
            Some(_) => Outcome::Failed,
        };
        let note = failed.map(|failed| failed.text.clone());
        match &note {
            None => println!("    {}", outcome.word()),
            Some(note) => println!("    {}: {note}", outcome.word()),
        }
        let step = Step { name: name.to_owned(), outcome, note };
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    }

    /// Prints what the flow could not print itself, and the report.
    fn finish(&self, ended: Result<(), Failed>) -> ExitCode {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        let error = ended.err().filter(|failed| !failed.reported);
        if let Some(failed) = &error {
            eprintln!("error: {}", failed.text);
        }
        if self.args.report {
            println!(
                "{}",
                report::json(self.provider.name(), &steps, error.as_ref().map(|failed| failed.text.as_str()))
            );
        }
        match error {
            Some(_) if steps.is_empty() => ExitCode::from(2),
            Some(_) => ExitCode::from(1),
            None if steps.iter().any(|step| step.outcome == Outcome::Failed) => ExitCode::from(1),
            None => ExitCode::SUCCESS,
        }
    }
}
