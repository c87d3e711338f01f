//! `regen`: specs in, crates out.

mod apply;
mod plan;

use std::fs::File;
use std::path::{Path, PathBuf};

use authsmith_codegen::emit::emit;
use authsmith_codegen::{GeneratedCrate, Options, Runtime, SourceFile};
use clap::ValueEnum;

use crate::home::Home;
use crate::paths;
use crate::say::say;
use crate::stop::{Outcome, Stop};
use crate::{specs, suggest};
use plan::{CratePlan, Plan, Wanted};

/// The arguments of `regen`.
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// Compare only: list every stale, missing and orphaned file, and exit with 1 when there is any
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Only the spec of this name
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// The directory of the specs [default: specs/]
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// The directory of the crates [default: clients/ beside the directory of the specs]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the crates take the runtime from [default: crates.io; its own directory in the repository of authsmith]
    #[arg(long, value_name = "SOURCE")]
    runtime: Option<RuntimeSource>,
    /// The directory of the runtime, with --runtime path
    #[arg(long, value_name = "DIR", conflicts_with = "runtime_git")]
    runtime_path: Option<PathBuf>,
    /// The git repository of the runtime, with --runtime git
    #[arg(long, value_name = "URL", required_if_eq("runtime", "git"))]
    runtime_git: Option<String>,
}

/// Where the generated manifests find the runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RuntimeSource {
    /// A directory, by a relative path, see --runtime-path
    Path,
    /// A git repository, see --runtime-git
    Git,
    /// crates.io, by version
    Version,
}

/// Runs `regen`.
pub fn run(args: &Args, home: &Home) -> Outcome {
    let specs = args.specs.clone().unwrap_or_else(|| home.specs());
    let out = args.out.clone().unwrap_or_else(|| beside(&specs));
    let wanted = generate(args, home, &specs, &out)?;
    let failed = |error| Stop::io("regenerate", &out, error);
    let _lock = lock(&out, args.check || args.dry_run).map_err(failed)?;
    if !args.check && !args.dry_run {
        apply::recover(&out).map_err(failed)?;
    }
    let plan = plan::plan(&out, &wanted, args.only.is_none()).map_err(failed)?;
    for name in &plan.foreign {
        say(&format!("note: {} was not generated; left alone", paths::shown(&out.join(name))))?;
    }
    if args.check {
        return report(args, home, &out, &plan);
    }
    blocked(&out, &plan)?;
    print_changes(&out, &plan, args.dry_run)?;
    if !args.dry_run {
        apply::apply(&out, &wanted, &plan).map_err(failed)?;
    }
    if plan.is_empty() {
        say(&format!("{} up to date", count(wanted.len(), "crate")))?;
    }
    Ok(())
}

/// `clients/` in the directory that holds the specs' own; never the repository's for specs from elsewhere.
fn beside(specs: &Path) -> PathBuf {
    let specs = std::path::absolute(specs).unwrap_or_else(|_| specs.to_owned());
    specs.parent().unwrap_or(&specs).join("clients")
}

/// What the specs give.
fn generate(args: &Args, home: &Home, specs: &Path, out: &Path) -> Outcome<Vec<Wanted>> {
    let mut files = paths::specs_in(specs)?;
    if let Some(name) = &args.only {
        let stem = |file: &PathBuf| file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let known: Vec<_> = files.iter().map(stem).collect();
        files.retain(|file| stem(file) == *name);
        if files.is_empty() {
            let known: Vec<_> = known.iter().map(String::as_str).collect();
            return Err(Stop::new(suggest::unknown(&format!("spec in {}", paths::shown(specs)), name, &known)));
        }
    }
    let shown = specs::with_bases(&files)?;
    let options = Options { runtime: runtime(args, home, out)?, command: format!("{} regen", home.program) };
    let sources = stable_names(specs, &shown, out);
    match authsmith_codegen::load(&sources) {
        Ok(providers) => {
            // The bases of one spec come along with it, and are not asked for.
            let asked: Vec<_> = sources.iter().take(files.len()).map(|source| source.path.as_str()).collect();
            let providers = providers.iter().filter(|provider| asked.contains(&provider.source.file.as_str()));
            Ok(providers.map(|provider| wanted(emit(provider, &options))).collect())
        }
        // The same mistakes, once more, under the names that the user can open.
        Err(diagnostics) => {
            Err(specs::print_mistakes(&authsmith_codegen::load(&shown).err().unwrap_or(diagnostics), &shown))
        }
    }
}

/// The sources under names that don't depend on the working directory, because the crates are stamped with them.
fn stable_names(specs: &Path, sources: &[SourceFile], out: &Path) -> Vec<SourceFile> {
    let home = std::path::absolute(out).ok().and_then(|out| out.parent().map(Path::to_owned)).unwrap_or_default();
    let named = |source: &SourceFile| {
        let file = Path::new(&source.path).file_name().unwrap_or_default();
        SourceFile { path: paths::relative(&home, &specs.join(file)), text: source.text.clone() }
    };
    sources.iter().map(named).collect()
}

fn runtime(args: &Args, home: &Home, out: &Path) -> Outcome<Runtime> {
    let dir = args.runtime_path.as_ref().or(home.runtime.as_ref());
    let source = match args.runtime {
        Some(source) => source,
        None if args.runtime_git.is_some() => RuntimeSource::Git,
        None if dir.is_some() => RuntimeSource::Path,
        None => RuntimeSource::Version,
    };
    match (source, dir) {
        (RuntimeSource::Path, Some(dir)) => Ok(Runtime::Path(paths::relative(&out.join("crate"), dir))),
        (RuntimeSource::Path, None) => {
            Err(Stop::new("--runtime path needs --runtime-path DIR: the folder runtime/ of a copy of authsmith"))
        }
        (RuntimeSource::Git, _) => Ok(Runtime::Git(args.runtime_git.clone().unwrap_or_default())),
        (RuntimeSource::Version, _) => Ok(Runtime::Version),
    }
}

fn wanted(krate: GeneratedCrate) -> Wanted {
    let files = krate.files.into_iter().map(|file| (file.path, file.text)).collect();
    Wanted { name: krate.name, files }
}

/// Holds the directory of crates against another run, where the system can lock a directory.
fn lock(out: &Path, shared: bool) -> std::io::Result<Option<File>> {
    if !shared {
        std::fs::create_dir_all(out)?;
    }
    let Ok(dir) = File::open(out) else { return Ok(None) };
    let locked = if shared { dir.lock_shared() } else { dir.lock() };
    Ok(locked.is_ok().then_some(dir))
}

/// Refuses to write over what was not generated.
fn blocked(out: &Path, plan: &Plan) -> Outcome {
    let Some(name) = plan.blocked.first() else { return Ok(()) };
    let place = paths::shown(&out.join(name));
    Err(Stop::new(format!(
        "{place} was not generated, and a generated crate has to go there; move it away or give another --out"
    )))
}

/// `--check`: lists what is wrong, and the command that mends it.
fn report(args: &Args, home: &Home, out: &Path, plan: &Plan) -> Outcome {
    if plan.is_empty() {
        return say("everything generated is up to date");
    }
    let mut lines = Vec::new();
    let mut line = |word: &str, path: String, why: &str| {
        lines.push(format!("{word:<9} {}: {why}", paths::shown(&out.join(path))));
    };
    for krate in &plan.crates {
        let path = |file: &str| format!("{}/{file}", krate.name);
        krate
            .stale
            .iter()
            .for_each(|(file, why)| line("stale", path(file), &format!("{why} from what the spec gives")));
        krate.missing.iter().for_each(|file| line("missing", path(file), "the spec gives it"));
        krate.orphaned.iter().for_each(|file| line("orphaned", path(file), "no spec gives it"));
    }
    plan.orphans.iter().for_each(|name| line("orphaned", name.clone(), "generated, and no spec gives it any more"));
    plan.blocked.iter().for_each(|name| {
        line("blocked", name.clone(), "not generated, and a generated crate has to go there; move it away")
    });
    lines.iter().try_for_each(|line| say(line))?;
    say(&format!("\n{} to mend, by: {}", count(lines.len(), "place"), remedy(args, home)))?;
    Err(Stop::found())
}

/// The command that mends what `--check` has found.
fn remedy(args: &Args, home: &Home) -> String {
    let mut command = format!("{} regen", home.program);
    let mut option = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            command.push_str(&format!(" --{name} {value}"));
        }
    };
    option("only", args.only.clone());
    option("specs", args.specs.as_ref().map(|path| path.display().to_string()));
    option("out", args.out.as_ref().map(|path| path.display().to_string()));
    let source = args.runtime.and_then(|source| source.to_possible_value());
    option("runtime", source.map(|value| value.get_name().to_owned()));
    option("runtime-path", args.runtime_path.as_ref().map(|path| path.display().to_string()));
    option("runtime-git", args.runtime_git.clone());
    command
}

/// One line a file that changes.
fn print_changes(out: &Path, plan: &Plan, dry_run: bool) -> Outcome {
    let would = if dry_run { "would " } else { "" };
    let line = |word: &str, path: String| say(&format!("{would}{word} {}", paths::shown(&out.join(path))));
    for krate in &plan.crates {
        let mut changed: Vec<(&str, &str)> = Vec::new();
        let CratePlan { missing, stale, orphaned, .. } = krate;
        changed.extend(missing.iter().map(|file| (file.as_str(), "create")));
        changed.extend(stale.iter().map(|(file, _)| (file.as_str(), "update")));
        changed.extend(orphaned.iter().map(|file| (file.as_str(), "remove")));
        changed.sort_unstable();
        changed.into_iter().try_for_each(|(file, word)| line(word, format!("{}/{file}", krate.name)))?;
    }
    plan.orphans.iter().try_for_each(|name| line("remove", name.clone()))
}

/// `1 crate`, `2 crates`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
