//! `authsmith-sandbox [--port N] [SPEC|FOLDER]...`: plays the vendors of these specs until Ctrl-C.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use authsmith_codegen::SourceFile;
use authsmith_sandbox::{CLIENT_ID, CLIENT_SECRET, Options, PASSWORD, Sandbox, USERNAME};

const HELP: &str = "\
Plays OAuth vendors on loopback, each from its spec, until Ctrl-C.

Usage: authsmith-sandbox [--port N] [SPEC|FOLDER]...

  SPEC, FOLDER   YAML files, or folders of them; `specs` when left out
  --port N       the first vendor's port, the next ones follow; any free ports when left out
";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            eprintln!("{wrong}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), String> {
    let (options, paths) = parse(arguments)?;
    let sources = read(&paths)?;
    let providers =
        authsmith_codegen::load(&sources).map_err(|wrong| wrong.render(&sources, authsmith_codegen::Style::Plain))?;
    let sandbox = Sandbox::start(providers, options).await.map_err(|wrong| wrong.to_string())?;
    println!("{}", sandbox.table());
    println!("client_id {CLIENT_ID}\nclient_secret {CLIENT_SECRET}\nuser {USERNAME}\npassword {PASSWORD}\n");
    println!("Ctrl-C stops it.");
    tokio::signal::ctrl_c().await.map_err(|wrong| format!("can't wait for Ctrl-C: {wrong}"))
}

fn parse(arguments: &[String]) -> Result<(Options, Vec<PathBuf>), String> {
    let (mut options, mut paths) = (Options::default(), Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let port = match argument.strip_prefix("--port") {
            Some("") => rest.next().map(String::as_str),
            Some(behind) => behind.strip_prefix('='),
            None if argument.starts_with('-') => return Err(format!("there is no option {argument}\n\n{HELP}")),
            None => {
                paths.push(PathBuf::from(argument));
                continue;
            }
        };
        let port = port.and_then(|port| port.parse().ok()).filter(|port| *port != 0);
        options = options.base_port(port.ok_or("--port takes a number from 1 to 65535")?);
    }
    if paths.is_empty() {
        paths.push(PathBuf::from("specs"));
    }
    Ok((options, paths))
}

fn read(paths: &[PathBuf]) -> Result<Vec<SourceFile>, String> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = fs::read_dir(path).map_err(|wrong| format!("{}: {wrong}", path.display()))?;
            let mut specs: Vec<PathBuf> =
                entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_spec(path)).collect();
            specs.sort();
            files.extend(specs);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        return Err("there are no specs to play".to_owned());
    }
    let mut sources = Vec::new();
    // What a spec extends stands beside it.
    while let Some(file) = files.get(sources.len()) {
        let source = source(file)?;
        let bases = authsmith_codegen::bases(&source);
        let beside: Vec<PathBuf> = bases.iter().map(|name| file.with_file_name(format!("{name}.yaml"))).collect();
        sources.push(source);
        for base in beside {
            if base.is_file() && !files.contains(&base) {
                files.push(base);
            }
        }
    }
    Ok(sources)
}

fn is_spec(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

fn source(file: &Path) -> Result<SourceFile, String> {
    let text = fs::read_to_string(file).map_err(|wrong| format!("{}: {wrong}", file.display()))?;
    Ok(SourceFile { path: file.display().to_string(), text })
}
