//! `new`: from what is known of a vendor to a spec that `check` accepts, with a mark wherever something isn't known.

mod ask;
mod curl;
mod discovery;
mod document;
mod fetch;
mod flags;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod hostile;
mod names;
mod openapi;
mod places;
mod scalar;
mod sketch;
mod source;
mod yaml;

use std::fs::{File, create_dir_all};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use authsmith_codegen::check::codes::{ALL, Code};
use authsmith_codegen::{SourceFile, Style};

use crate::home::Home;
use crate::paths;
use crate::regen::count;
use crate::say::say;
use crate::stop::{Outcome, Stop};
use sketch::{FILL, SURE, Sketch};

/// The schema's file, where the specs are.
const SCHEMA: &str = "authsmith.schema.json";

/// The arguments of `new`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The vendor's name: small letters and digits, with `-` or `_` between them
    name: String,
    /// A curl line of the vendor's page, or several: `-` reads them from standard input, `@FILE` from a file
    #[arg(long, value_name = "LINE", num_args = 1, allow_hyphen_values = true)]
    from_curl: Vec<String>,
    /// The vendor's OpenAPI document (3.0 or 3.1, JSON or YAML): `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    from_openapi: Option<String>,
    /// The operations of that document that the app calls, by their operationId; without any, they are listed
    #[arg(long, value_name = "ID", requires = "from_openapi", num_args = 1..)]
    operation: Vec<String>,
    /// The vendor's discovery document (RFC 8414, OpenID Connect): its URL, the issuer's, or a file
    #[arg(long, value_name = "URL|FILE")]
    from_discovery: Option<String>,
    /// The page that asks users for consent
    #[arg(long, value_name = "URL")]
    authorize_url: Option<String>,
    /// The token endpoint
    #[arg(long, value_name = "URL")]
    token_url: Option<String>,
    /// How the client authenticates there [default: basic]
    #[arg(long, value_enum)]
    client: Option<flags::Client>,
    /// How requests to the token endpoint are encoded [default: form]
    #[arg(long, value_enum)]
    encoding: Option<flags::Encoding>,
    /// The scopes that the vendor names, with commas between them
    #[arg(long, value_name = "SCOPE", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Whether the vendor takes PKCE [default: S256]
    #[arg(long, value_enum)]
    pkce: Option<flags::Pkce>,
    /// How the app gets tokens, with commas between them [default: exchange_code,refresh]
    #[arg(long, value_enum, value_name = "GRANT", value_delimiter = ',')]
    grants: Vec<flags::Grant>,
    /// What stands before the paths of calls
    #[arg(long, value_name = "URL")]
    api: Option<String>,
    /// The vendor's own page
    #[arg(long, value_name = "URL")]
    docs: Option<String>,
    /// The vendor's name in prose
    #[arg(long)]
    title: Option<String>,
    /// The directory of the specs [default: specs/]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Ask for what the arguments leave open; so it is on a terminal where they say nothing of the vendor
    #[arg(long)]
    ask: bool,
    /// Print the spec, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Runs `new`.
pub fn run(args: &Args, home: &Home) -> Outcome {
    is_name(&args.name)?;
    let dir = args.specs.clone().unwrap_or_else(|| home.specs());
    let path = dir.join(format!("{}.yaml", args.name));
    if !args.dry_run && path.symlink_metadata().is_ok() {
        return Err(there(&path));
    }
    let args = &ask::complete(args.clone())?;
    let mut sketch = compose(args, home)?;
    let schema = Schema::of(&dir, home);
    let warnings = judge(&path, &sketch.text(&schema.line))?;
    sketch.allow(&warnings);
    let text = sketch.text(&schema.line);
    sketch.told.iter().for_each(|told| eprintln!("note: {told}"));
    if args.dry_run {
        return say(text.trim_end());
    }
    write(&dir, &path, &text)?;
    schema.write(&dir)?;
    report(&path, &text, home)
}

fn is_name(name: &str) -> Outcome {
    if names::is_provider(name) {
        return Ok(());
    }
    let better = names::words(name).join("-");
    let better = if names::is_provider(&better) { format!(", for example `{better}`") } else { String::new() };
    let name = name.escape_debug();
    Err(Stop::new(format!(
        "`{name}` can't be the name of a provider: small letters and digits, with `-` or `_` between them{better}"
    )))
}

/// The spec of what is known.
fn compose(args: &Args, home: &Home) -> Outcome<Sketch> {
    let mut sketch = Sketch::new(&args.name);
    if !args.from_curl.is_empty() {
        let lines: Vec<String> = args.from_curl.iter().map(|given| source::text(given)).collect::<Outcome<_>>()?;
        curl::read(&lines, &mut sketch)?;
    }
    if let Some(given) = &args.from_openapi {
        openapi::read(&source::file(given)?, &args.operation, &mut sketch)?;
    }
    if let Some(given) = &args.from_discovery {
        discovery::read(given, &mut sketch)?;
    }
    flags::apply(args, &mut sketch);
    if args.from_openapi.is_some() && args.from_discovery.is_none() {
        openapi::unsaid(&mut sketch, args.client.is_some(), args.pkce.is_some());
    }
    if ["authorize", "token", "device", "grants", "calls"].iter().all(|section| !sketch.spec.has(section)) {
        return Err(nothing(args, home));
    }
    sketch.complete();
    Ok(sketch)
}

/// What to say to somebody who has said nothing of the vendor.
fn nothing(args: &Args, home: &Home) -> Stop {
    Stop::new(format!(
        "nothing is known of {name} yet; say what there is to start from:\n  \
         {program} new {name} --authorize-url URL --token-url URL [--client body] [--scopes a,b] [--api URL]\n  \
         {program} new {name} --from-curl 'curl ...'\n  \
         {program} new {name} --from-openapi FILE\n  \
         {program} new {name} --from-discovery URL",
        name = args.name,
        program = home.program
    ))
}

fn there(path: &Path) -> Stop {
    Stop::new(format!(
        "{} is there already, and `new` writes over nothing; edit it, or move it away",
        paths::shown(path)
    ))
}

/// The schema of the language, by which editors complete and check specs.
struct Schema {
    /// Where it is, seen from the specs.
    line: String,
    /// Whether it has to be put there.
    missing: bool,
}

impl Schema {
    fn of(dir: &Path, home: &Home) -> Self {
        let ours = home.root.join("docs/authsmith.schema.json");
        match dir == home.specs() && ours.is_file() {
            true => Self { line: paths::relative(dir, &ours), missing: false },
            false => Self { line: SCHEMA.to_owned(), missing: dir.join(SCHEMA).symlink_metadata().is_err() },
        }
    }

    /// Puts it beside the specs, for editors that know no other place of it.
    fn write(&self, dir: &Path) -> Outcome {
        if !self.missing {
            return Ok(());
        }
        let path = dir.join(SCHEMA);
        let text = format!("{:#}\n", authsmith_codegen::schema::schema());
        std::fs::write(&path, text).map_err(|error| Stop::io("write the schema", &path, error))
    }
}

/// Refuses what `check` would refuse; gives the rules that it would warn of, each once.
fn judge(path: &Path, text: &str) -> Outcome<Vec<&'static Code>> {
    let source = SourceFile { path: paths::shown(path), text: text.to_owned() };
    let sources = [source];
    let (_, findings) = authsmith_codegen::check(&sources);
    if findings.has_errors() {
        let why = findings.render(&sources, Style::Plain);
        return Err(Stop::new(format!("no spec can say this, and nothing was written\n\n{}", why.trim_end())));
    }
    let warned = |code: &&&Code| findings.list.iter().any(|finding| finding.code == code.code);
    Ok(ALL.iter().filter(warned).copied().collect())
}

fn write(dir: &Path, path: &Path, text: &str) -> Outcome {
    create_dir_all(dir).map_err(|error| Stop::io("make the directory", dir, error))?;
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => there(path),
        _ => Stop::io("write the spec", path, error),
    })?;
    file.write_all(text.as_bytes()).map_err(|error| Stop::io("write the spec", path, error))
}

/// Says what was written, where it has gaps, and what comes next.
fn report(path: &Path, text: &str, home: &Home) -> Outcome {
    let shown = paths::shown(path);
    say(&format!("wrote {shown}"))?;
    for (mark, what) in [(FILL, "to fill in"), (SURE, "to make sure of")] {
        let marked = text.lines().enumerate().filter(|(_, line)| line.contains(&format!("# {mark}")));
        let lines: Vec<String> = marked.map(|(at, _)| (at + 1).to_string()).collect();
        if !lines.is_empty() {
            let places = count(lines.len(), "place");
            say(&format!("{places} {what}, marked `# {mark}`: {} {}", word(lines.len()), lines.join(", ")))?;
        }
    }
    let program = home.program;
    say(&format!(
        "\nNext: edit it, then\n  {program} check {shown}\n  {program} preview {shown} OPERATION\n  {program} regen\n  {program} sandbox"
    ))
}

fn word(lines: usize) -> &'static str {
    if lines == 1 { "line" } else { "lines" }
}
