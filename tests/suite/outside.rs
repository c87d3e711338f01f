//! An app in a folder of its own: its spec, its generated client, its program.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{root, target};

pub fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

pub fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO"));
    // The environment of the surrounding build would leak into the app's.
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG") || name.starts_with("CARGO_MANIFEST"))
    {
        command.env_remove(name);
    }
    command.current_dir(folder);
    as_here(&mut command);
    command
}

/// Compiles with the profile and into the directory of the tests, where most dependencies are compiled already.
pub fn as_here(command: &mut Command) {
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    command.env("CARGO_PROFILE_DEV_BUILD_OVERRIDE_OPT_LEVEL", "1");
}

#[test]
fn an_app_generates_and_uses_a_client_of_its_own() {
    let app = tempfile::tempdir().unwrap();
    let app = app.path();
    fs::create_dir_all(app.join("specs")).unwrap();
    fs::create_dir_all(app.join("src")).unwrap();
    fs::copy(root().join("tests/sixth.yaml"), app.join("specs/acme.yaml")).unwrap();
    fs::copy(root().join("Cargo.lock"), app.join("Cargo.lock")).unwrap();
    let runtime = root().join("runtime");
    let manifest = format!(
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         authsmith = {{ path = {runtime:?} }}\nauthsmith-acme = {{ path = \"clients/acme\" }}\n\n[workspace]\n"
    );
    fs::write(app.join("Cargo.toml"), manifest).unwrap();
    fs::write(
        app.join("src/main.rs"),
        "fn main() -> Result<(), authsmith_acme::Error> {\n    let client = authsmith_acme::Client::builder()\n        \
         .client_id(\"id\")\n        .client_secret(\"secret\")\n        .redirect_uri(\"https://app.example/callback\")\n        \
         .store(authsmith::MemoryStore::new())\n        .build()?;\n    \
         println!(\"{}\", client.authorize([authsmith_acme::Scope::Steps]).start()?.url());\n    Ok(())\n}\n",
    )
    .unwrap();

    let (specs, clients) = (app.join("specs"), app.join("clients"));
    let regen = |check: bool| {
        let mut command = cargo(&root());
        command.args(["xtask", "regen", "--specs"]).arg(&specs).arg("--out").arg(&clients);
        if check {
            command.arg("--check");
        }
        run(&mut command);
    };
    regen(false);
    regen(true);
    run(cargo(app).args(["check", "--offline", "--quiet"]));
}
