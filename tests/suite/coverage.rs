//! `docs/coverage.md` names goldens and tests that are there, tests that play those goldens, and every spec of
//! `tests/vendors`.

use crate::support::root;

fn page() -> String {
    std::fs::read_to_string(root().join("docs/coverage.md")).unwrap()
}

/// The text of a module of the suite, or of a module in it, and of the modules in it.
fn source(module: &str) -> String {
    let folder = root().join("tests/suite").join(module);
    let rooms = std::fs::read_dir(&folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = rooms.chain([folder.with_extension("rs")]).filter(|file| file.is_file());
    files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The text of a test such as `features::calls::a_call_that_verifies`.
fn test(name: &str) -> Option<String> {
    let (module, test) = name.rsplit_once("::")?;
    let source = source(&module.replace("::", "/"));
    let (_, body) = source.split_once(&format!("#[test]\nfn {test}()"))?;
    Some(body.split("\n}\n").next()?.to_owned())
}

/// What stands between backticks or brackets in a column: `[a](..), [b](..)`.
fn names<'a>(column: &'a str, start: &str, end: char) -> Vec<&'a str> {
    column.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// The rows: goldens and tests of each. A `|` in a template is written `\|` in a table.
fn rows(page: &str) -> Vec<(&str, Vec<&str>, Vec<String>)> {
    let covered = page.split("## Not yet").next().unwrap();
    let is_row = |line: &&str| line.starts_with("| ") && !line.starts_with("| what") && !line.starts_with("| ---");
    let row = |line| {
        let columns: Vec<&str> = str::trim_end_matches(line, " |").rsplitn(3, " | ").collect();
        let tests = names(columns[0], "`", '`').into_iter().filter(|name| name.contains("::"));
        (line, names(columns[1], "[", ']'), tests.map(str::to_owned).collect())
    };
    covered.lines().filter(is_row).map(row).collect()
}

#[test]
fn every_row_has_goldens_and_tests_that_play_them() {
    let (page, library) = (page(), std::fs::read_to_string(root().join("tests/src/lib.rs")).unwrap());
    let mut wrong = Vec::new();
    for (row, goldens, tests) in rows(&page) {
        let mut say = |what: String| wrong.push(format!("{what}: {row}"));
        let bodies: Vec<_> = tests.iter().map(|name| (name, test(name))).collect();
        for (name, body) in &bodies {
            let real = |body: &str| name.starts_with("vendors::") && body.contains("vendor(\"");
            let plays =
                |body: &String| real(body) || goldens.iter().any(|golden| body.contains(&format!("\"{golden}\"")));
            match body {
                None => say(format!("there is no test {name}")),
                Some(body) if !plays(body) => say(format!("{name} plays none of the goldens")),
                Some(_) => {}
            }
        }
        if goldens.is_empty() {
            say("no golden".into());
        }
        for golden in goldens {
            let path = format!("[{golden}](../tests/goldens/{golden}.yaml)");
            let is_there = root().join(format!("tests/goldens/{golden}.yaml")).is_file() && row.contains(&path);
            if !is_there || !library.contains(&format!("pub mod {};", golden.replace('-', "_"))) {
                say(format!("the golden {golden} is missing or not compiled"));
            }
            if !bodies.iter().any(|(_, body)| body.as_ref().is_some_and(|body| body.contains(&format!("\"{golden}\""))))
            {
                say(format!("no test plays {golden}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows(&page).len() > 90, "{}", rows(&page).len());
}

#[test]
fn every_vendor_shows_something() {
    let page = page();
    for entry in std::fs::read_dir(root().join("tests/vendors")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().replace('-', "_");
        assert!(page.contains(&format!("`vendors::{name}")), "docs/coverage.md doesn't mention {name}");
    }
}
