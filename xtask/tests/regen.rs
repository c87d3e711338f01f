//! `regen` and `check`, on directories of their own.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use common::{Ran, repository, unread, xtask};

/// Specs and crates in a directory of their own.
struct House {
    dir: tempfile::TempDir,
}

impl House {
    fn new(specs: &[&str]) -> Self {
        let house = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(house.path("specs")).unwrap();
        for name in specs {
            fs::copy(repository().join(format!("specs/{name}.yaml")), house.path(&format!("specs/{name}.yaml")))
                .unwrap();
        }
        house
    }

    /// A house whose crates are up to date.
    fn built(specs: &[&str]) -> Self {
        let house = Self::new(specs);
        let ran = house.regen(&[]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        house
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn regen(&self, arguments: &[&str]) -> Ran {
        let (specs, out) = (self.path("specs"), self.path("clients"));
        xtask(&[&["regen", "--specs", specs.to_str().unwrap(), "--out", out.to_str().unwrap()], arguments].concat())
    }

    /// Every file with its bytes and its time.
    fn files(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        collect(&self.path("clients"), "", &mut files);
        files
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, (Vec<u8>, SystemTime)>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            let time = entry.metadata().unwrap().modified().unwrap();
            files.insert(path, (fs::read(entry.path()).unwrap(), time));
        }
    }
}

#[test]
fn a_second_run_writes_nothing() {
    let house = House::built(&["vitaldb", "humanapi"]);
    let before = house.files();
    for file in ["Cargo.toml", "README.md", "src/lib.rs", "src/operations.rs", "examples/login.rs", "rustfmt.toml"] {
        assert!(before.contains_key(&format!("vitaldb/{file}")), "{file} of {:?}", before.keys());
    }
    assert_eq!(house.regen(&[]).code, 0);
    assert_eq!(house.files(), before);
    assert_eq!(house.regen(&["--check"]).code, 0);
}

#[test]
fn any_stale_byte_of_any_file_is_found_and_mended() {
    let house = House::built(&["vitaldb"]);
    let before = house.files();
    for (file, (bytes, _)) in &before {
        let place = house.path(&format!("clients/{file}"));
        let mut changed = bytes.clone();
        changed[0] ^= 1;
        fs::write(&place, &changed).unwrap();
        let checked = house.regen(&["--check"]);
        assert_eq!(checked.code, 1, "{file}");
        assert!(checked.out.contains(&format!("clients/{file}: differs in line 1")), "{}", checked.out);
        assert!(checked.out.contains("cargo xtask regen --specs"), "{}", checked.out);
        assert_eq!(fs::read(&place).unwrap(), changed, "--check must not write");
        assert_eq!(house.regen(&[]).code, 0);
        assert_eq!(&fs::read(&place).unwrap(), bytes);
    }
}

#[test]
fn only_what_changed_is_written() {
    let house = House::built(&["vitaldb", "healthtap"]);
    let before = house.files();
    fs::write(house.path("clients/vitaldb/README.md"), "mine").unwrap();
    let ran = house.regen(&[]);
    assert_eq!(ran.out.lines().filter(|line| line.contains("clients/")).count(), 1, "{}", ran.out);
    let after = house.files();
    for (file, (bytes, time)) in &before {
        assert_eq!(bytes, &after[file].0, "{file}");
        if file != "vitaldb/README.md" {
            assert_eq!(time, &after[file].1, "{file}");
        }
    }
}

#[test]
fn a_changed_spec_makes_its_crate_stale() {
    let house = House::built(&["vitaldb", "healthtap"]);
    let spec = house.path("specs/vitaldb.yaml");
    fs::write(&spec, fs::read_to_string(&spec).unwrap().replace("code_lifetime: 3m", "code_lifetime: 4m")).unwrap();
    let checked = house.regen(&["--check"]);
    assert_eq!(checked.code, 1);
    assert!(
        checked.out.contains("clients/vitaldb/src/operations.rs") && !checked.out.contains("healthtap"),
        "{}",
        checked.out
    );
    assert_eq!(house.regen(&["--only", "healthtap", "--check"]).code, 0);
    assert_eq!(house.regen(&["--only", "vitaldb"]).code, 0);
    assert_eq!(house.regen(&["--check"]).code, 0);
}

#[test]
fn missing_and_orphaned_files_are_found_and_mended() {
    let house = House::built(&["vitaldb"]);
    let before = house.files();
    fs::remove_file(house.path("clients/vitaldb/src/operations.rs")).unwrap();
    fs::write(house.path("clients/vitaldb/src/old.rs"), "").unwrap();
    let checked = house.regen(&["--check"]).out;
    assert!(checked.contains("missing   ") && checked.contains("vitaldb/src/operations.rs"), "{checked}");
    assert!(checked.contains("orphaned  ") && checked.contains("vitaldb/src/old.rs"), "{checked}");
    let dry = house.regen(&["--dry-run"]);
    assert!(dry.code == 0 && dry.out.contains("would remove") && dry.out.contains("would create"), "{}", dry.out);
    assert!(house.path("clients/vitaldb/src/old.rs").exists());
    house.regen(&[]);
    assert_eq!(before.keys().collect::<Vec<_>>(), house.files().keys().collect::<Vec<_>>());
}

#[test]
fn orphaned_crates_go_and_strange_directories_stay() {
    let house = House::built(&["vitaldb", "healthtap"]);
    fs::remove_file(house.path("specs/healthtap.yaml")).unwrap();
    fs::create_dir(house.path("clients/mine")).unwrap();
    fs::write(house.path("clients/mine/lib.rs"), "").unwrap();
    let checked = house.regen(&["--check"]);
    assert!(checked.code == 1 && checked.out.contains("clients/healthtap"), "{}", checked.out);
    let ran = house.regen(&[]);
    assert!(ran.code == 0 && ran.out.contains("mine was not generated"), "{}", ran.out);
    assert!(!house.path("clients/healthtap").exists() && house.path("clients/mine/lib.rs").exists());
    assert_eq!(house.regen(&["--check"]).code, 0);
}

#[test]
fn what_was_not_generated_is_not_written_over() {
    let house = House::new(&["vitaldb"]);
    fs::create_dir_all(house.path("clients/vitaldb")).unwrap();
    fs::write(house.path("clients/vitaldb/notes.md"), "mine").unwrap();
    let ran = house.regen(&[]);
    assert!(ran.code == 2 && ran.err.contains("was not generated"), "{}", ran.err);
    assert_eq!(house.files().len(), 1);
}

#[test]
fn what_is_cargos_is_not_touched() {
    let house = House::built(&["vitaldb"]);
    fs::create_dir(house.path("clients/vitaldb/target")).unwrap();
    fs::write(house.path("clients/vitaldb/target/x"), "x").unwrap();
    fs::write(house.path("clients/vitaldb/Cargo.lock"), "lock").unwrap();
    assert_eq!(house.regen(&["--check"]).code, 0);
    fs::write(house.path("clients/vitaldb/README.md"), "").unwrap();
    assert_eq!(house.regen(&[]).code, 0);
    assert_eq!(fs::read_to_string(house.path("clients/vitaldb/target/x")).unwrap(), "x");
    assert_eq!(fs::read_to_string(house.path("clients/vitaldb/Cargo.lock")).unwrap(), "lock");
}

#[test]
fn a_broken_manifest_does_not_stop_it() {
    let house = House::built(&["vitaldb"]);
    fs::write(house.path("clients/vitaldb/Cargo.toml"), "[[[").unwrap();
    assert_eq!(house.regen(&[]).code, 0);
    assert_eq!(house.regen(&["--check"]).code, 0);
}

#[test]
fn a_run_that_was_killed_leaves_nothing_lost() {
    let house = House::built(&["vitaldb"]);
    let before = house.files();
    // Between the two renames: the old crate is away, the new one not yet there.
    fs::rename(house.path("clients/vitaldb"), house.path("clients/.vitaldb.regen-old")).unwrap();
    fs::create_dir(house.path("clients/.vitaldb.regen-staged")).unwrap();
    assert_eq!(house.regen(&[]).code, 0);
    assert_eq!(house.files(), before);
    // After them: the old one was not removed yet.
    fs::create_dir(house.path("clients/.vitaldb.regen-old")).unwrap();
    assert_eq!(house.regen(&[]).code, 0);
    assert_eq!(house.files(), before);
    assert_eq!(fs::read_dir(house.path("clients")).unwrap().count(), 1);
}

#[test]
fn mistakes_are_shown_and_nothing_is_written() {
    let house = House::built(&["vitaldb", "healthtap"]);
    let before = house.files();
    fs::write(house.path("specs/vitaldb.yaml"), "provider: vitaldb\ntokn: {}\n").unwrap();
    fs::remove_file(house.path("specs/healthtap.yaml")).unwrap();
    for arguments in [&[][..], &["--check"], &["--dry-run"]] {
        let ran = house.regen(arguments);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains("vitaldb.yaml:2:1") && !ran.err.contains('\u{1b}'), "{}", ran.err);
    }
    assert_eq!(house.files(), before);
}

#[test]
fn an_unknown_name_is_a_usage_error() {
    let house = House::new(&["vitaldb"]);
    let ran = house.regen(&["--only", "vitaldbb"]);
    assert!(ran.code == 2 && ran.err.contains("did you mean `vitaldb`?"), "{}", ran.err);
    assert!(!house.path("clients").exists());
    assert_eq!(house.regen(&["--runtime", "git"]).code, 2);
}

#[test]
fn crates_go_beside_their_specs_unless_told_otherwise() {
    let house = House::new(&["vitaldb"]);
    assert_eq!(xtask(&["regen", "--specs", house.path("specs").to_str().unwrap()]).code, 0);
    assert_eq!(house.regen(&["--check"]).code, 0);
}

#[test]
fn the_runtime_comes_from_where_it_was_told() {
    let house = House::new(&["vitaldb"]);
    let manifest = |arguments: &[&str]| {
        let ran = house.regen(arguments);
        assert_eq!(ran.code, 0, "{}", ran.err);
        fs::read_to_string(house.path("clients/vitaldb/Cargo.toml")).unwrap()
    };
    let path = manifest(&[]);
    assert!(path.contains("/runtime\""), "{path}");
    assert!(!manifest(&["--runtime", "version"]).contains("path = \"../"));
    let git = manifest(&["--runtime", "git", "--runtime-git", "https://git.example/authsmith"]);
    assert!(git.contains("git = \"https://git.example/authsmith\""), "{git}");
}

#[test]
fn check_counts_specs_and_mistakes() {
    let house = House::new(&["vitaldb", "healthtap"]);
    let (good, other) = (house.path("specs/vitaldb.yaml"), house.path("specs/healthtap.yaml"));
    let check = |file: &Path| xtask(&["check", good.to_str().unwrap(), file.to_str().unwrap()]);
    let ran = check(&other);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2 specs, no mistakes\n"));
    fs::write(&other, "provider: healthtap\ntokn: {}\n").unwrap();
    let ran = check(&other);
    assert_eq!(ran.code, 1);
    assert!(ran.all().contains("healthtap.yaml:2:1") && ran.out.starts_with("2 specs, "), "{}", ran.all());
    let more = "\nMore on one of them: cargo xtask check --explain AS0101\n";
    assert!(ran.out.ends_with(more), "{}", ran.out);
    assert_eq!(check(&house.path("specs/none.yaml")).code, 2);
}

#[test]
fn a_rule_is_explained() {
    let ran = xtask(&["check", "--explain", "as0403"]);
    let page = fs::read_to_string(repository().join("docs/diagnostics/AS0403.md")).unwrap();
    assert_eq!((ran.code, ran.out.as_str()), (0, page.as_str()), "{}", ran.err);
    for unknown in ["AS9999", "../../README"] {
        let ran = xtask(&["check", "--explain", unknown]);
        assert!(ran.code == 2 && ran.err.contains("there is no rule"), "{}", ran.all());
    }
}

#[test]
fn the_specs_of_the_repository_have_no_mistakes() {
    let ran = xtask(&["check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "5 specs, no mistakes\n"), "{}", ran.err);
}

#[test]
fn whoever_stops_reading_has_read_enough() {
    let house = House::new(&["vitaldb"]);
    let (specs, out) = (house.path("specs"), house.path("clients"));
    let places = ["regen", "--specs", specs.to_str().unwrap(), "--out", out.to_str().unwrap()];
    for (argument, code) in [("--dry-run", 0), ("--check", 1), ("--only=vitaldb", 0), ("--check", 0)] {
        let ran = unread(&[&places[..], &[argument]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{argument}");
    }
    assert!(out.join("vitaldb/src/lib.rs").is_file(), "{:?}", house.files().keys());
}
