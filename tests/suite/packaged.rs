//! The macro, the build script and a generated crate, in crates outside the workspace that know only what is packaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use authsmith_codegen::{Options, generate};

use crate::outside::{cargo, run};
use crate::support::{root, spec, target};

/// What is published of the generator and the runtime.
const PACKAGES: [&str; 5] =
    ["authsmith-protocol", "authsmith", "authsmith-login", "authsmith-codegen", "authsmith-macros"];

const BASE: &str = "\
provider: family
abstract: true
authorize: { url: https://family.example/authorize, scopes: [profile, steps] }
token: { url: https://family.example/token }
";

const SPEC: &str = "\
provider: acme
extends: family
types: { Spare: { id: string } }
";

const APP: &str = "
fn url() -> Result<String, acme::Error> {
    let client = acme::Client::builder()
        .client_id(\"id\")
        .client_secret(\"secret\")
        .redirect_uri(\"https://app.example/callback\")
        .store(authsmith::MemoryStore::new())
        .build()?;
    Ok(client.authorize([acme::Scope::Steps]).start()?.url().to_owned())
}

fn main() {
    println!(\"{}\", url().unwrap_or_default());
}
";

/// Where the packages are, unpacked; made once for all tests.
fn packages() -> &'static [PathBuf] {
    static PLACES: OnceLock<Vec<PathBuf>> = OnceLock::new();
    PLACES.get_or_init(unpacked)
}

/// Packages everything, and unpacks it; what is the same as before keeps its time, so that it isn't compiled again.
fn unpacked() -> Vec<PathBuf> {
    let target = target().join("outside");
    let mut command = cargo(&root());
    command.args(["package", "--offline", "--no-verify", "--allow-dirty", "--target-dir"]).arg(&target);
    run(command.args(PACKAGES.iter().flat_map(|name| ["-p", name])));
    let fresh = tempfile::tempdir().unwrap();
    PACKAGES
        .iter()
        .map(|name| {
            let name = format!("{name}-{}", env!("CARGO_PKG_VERSION"));
            let archive = target.join("package").join(format!("{name}.crate"));
            run(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(fresh.path()));
            let place = target.join("packages").join(&name);
            take_over(&fresh.path().join(&name), &place);
            place
        })
        .collect()
}

/// Makes one folder say what another says, and touches nothing that says so already.
fn take_over(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    let names =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    let new = names(from);
    for name in names(to).into_iter().filter(|name| !new.contains(name)) {
        let gone = to.join(name);
        if gone.is_dir() { fs::remove_dir_all(gone).unwrap() } else { fs::remove_file(gone).unwrap() }
    }
    for name in new {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            take_over(&from, &to);
        } else if fs::read(&to).ok() != Some(fs::read(&from).unwrap()) {
            fs::write(&to, fs::read(&from).unwrap()).unwrap();
        }
    }
}

/// A workspace of three crates: one with the macro, one with a build script, and a generated one.
struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn new() -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap() };
        let patches: Vec<String> =
            PACKAGES.iter().zip(packages()).map(|(name, place)| format!("{name} = {{ path = {place:?} }}\n")).collect();
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"by_macro\", \"by_build\", \"generated\"]\n";
        workspace.write("Cargo.toml", &format!("{members}\n[patch.crates-io]\n{}", patches.concat()));
        fs::copy(root().join("Cargo.lock"), workspace.path("Cargo.lock")).unwrap();
        for (name, section, client) in
            [("by_macro", "dependencies", "authsmith-macros"), ("by_build", "build-dependencies", "authsmith-codegen")]
        {
            workspace.write(
                &format!("{name}/Cargo.toml"),
                &format!(
                    "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                     [dependencies]\nauthsmith = \"0.1\"\n\n[{section}.{client}]\nversion = \"0.1\"\n"
                ),
            );
        }
        let by_macro = "mod acme {\n    authsmith_macros::provider!(\"specs/acme.yaml\");\n}\n";
        let by_build = "mod acme {\n    include!(concat!(env!(\"OUT_DIR\"), \"/acme.rs\"));\n}\n";
        workspace.write("by_macro/src/main.rs", &format!("{by_macro}{APP}"));
        workspace.write("by_build/src/main.rs", &format!("{by_build}{APP}"));
        workspace.write(
            "by_build/build.rs",
            "fn main() {\n    authsmith_codegen::Builder::new().spec(\"specs/acme.yaml\").generate();\n}\n",
        );
        for file in &generate(&[spec("vitaldb")], &Options::default()).unwrap()[0].files {
            workspace.write(&format!("generated/{}", file.path), &file.text);
        }
        workspace.specs(SPEC, Some(BASE));
        workspace
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // What says so already stays untouched, so that only what has changed can be noticed.
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::write(path, text).unwrap();
        }
    }

    /// Writes the spec of both crates, and what it extends.
    fn specs(&self, spec: &str, base: Option<&str>) {
        for name in ["by_macro", "by_build"] {
            self.write(&format!("{name}/specs/acme.yaml"), spec);
            match base {
                Some(base) => self.write(&format!("{name}/specs/family.yaml"), base),
                None => fs::remove_file(self.path(&format!("{name}/specs/family.yaml"))).unwrap(),
            }
        }
    }

    /// Checks one crate; whether that went well, and what was said.
    fn check(&self, package: &str) -> (bool, String) {
        let mut command = cargo(self.folder.path());
        command.args(["check", "--offline", "-p", package]);
        command.env("CARGO_TERM_COLOR", "never");
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    }

    fn passes(&self, package: &str) -> String {
        let (went_well, said) = self.check(package);
        assert!(went_well, "{package}: {said}");
        said
    }

    fn fails(&self, package: &str) -> String {
        let (went_well, said) = self.check(package);
        assert!(!went_well, "{package}: {said}");
        said
    }
}

#[test]
fn crates_outside_use_what_is_packaged() {
    let workspace = Workspace::new();
    let both = ["by_macro", "by_build"];
    for name in both {
        let said = workspace.passes(name);
        assert!(said.contains("AS0604") && said.contains("specs/acme.yaml:3:10"), "no warning by {name}: {said}");
    }

    // What the base says reaches the items, though nothing of the crate itself has changed.
    workspace.specs(SPEC, Some(&BASE.replace(", steps", ", walks")));
    for name in both {
        let said = workspace.fails(name);
        assert!(said.contains("no variant") && said.contains("`Steps`"), "{said}");
    }

    // A base that comes later is seen.
    workspace.specs(SPEC, None);
    for name in both {
        assert!(workspace.fails(name).contains("AS0012"));
    }
    workspace.specs(SPEC, Some(BASE));
    for name in both {
        workspace.passes(name);
    }

    // Each mistake is an error of its own, with its place in the YAML.
    let wrong = format!("{SPEC}autorize: {{}}\ntoken: {{ url: http://acme.example/token }}\n");
    workspace.specs(&wrong, Some(BASE));
    let said = workspace.fails("by_macro");
    for error in ["error: AS0101: a spec has no key `autorize`", "error: AS0304: "] {
        assert_eq!(said.matches(error).count(), 1, "{error}: {said}");
    }
    assert!(said.contains("specs/acme.yaml:4:1") && said.contains("specs/acme.yaml:5:15"), "{said}");
    let said = workspace.fails("by_build");
    assert!(said.contains("error[AS0101]") && said.contains("error[AS0304]"), "{said}");
    assert!(said.contains("specs/acme.yaml:4:1") && said.contains("4 | autorize: {}"), "{said}");
}

#[test]
fn a_generated_crate_says_that_the_runtime_is_too_old() {
    let workspace = Workspace::new();
    workspace.passes("authsmith-vitaldb");
    let lib = fs::read_to_string(workspace.path("generated/src/lib.rs")).unwrap();
    let (before, rest) = lib.split_once("rt::requires(").unwrap();
    let (_, after) = rest.split_once(')').unwrap();
    workspace.write("generated/src/lib.rs", &format!("{before}rt::requires(1000){after}"));
    let said = workspace.fails("authsmith-vitaldb");
    let due = "this client was generated for a newer `authsmith`: run `cargo update -p authsmith`";
    assert!(said.contains(due), "{said}");
    assert!(said.contains("due to 1 previous error"), "nothing else is said: {said}");
}
