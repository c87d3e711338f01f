//! `Cargo.toml`.

use super::docs::plain;
use super::facts::Facts;
use super::{Options, Runtime, VERSION};
use crate::model::Provider;

/// The text of the manifest, without its header.
pub(super) fn manifest(provider: &Provider, facts: &Facts<'_>, options: &Options) -> String {
    let about = provider.about.as_deref().map_or_else(|| format!("A client of {}", provider.title), str::to_owned);
    let homepage = provider.docs.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let homepage = homepage.map(|url| format!("homepage = {}\n", string(url))).unwrap_or_default();
    let name = &provider.name.wire;
    format!(
        "\
[package]
name = \"authsmith-{name}\"
version = \"{VERSION}\"
edition = \"2024\"
rust-version = \"1.95\"
license = \"MIT OR Apache-2.0\"
description = {description}
{homepage}
[package.metadata.authsmith]
generator = \"{VERSION}\"
spec = {spec}
spec-sha256 = {sha256}

[dependencies]
authsmith = {{ {runtime}{features} }}

[dev-dependencies]
authsmith-login = {{ {login} }}
tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}

# Programs of one name overwrite one another in the target directory that the crates of a workspace share.
[[example]]
name = \"login-{name}\"
path = \"examples/login.rs\"

[lints.rust]
unsafe_code = \"forbid\"
",
        description = string(about.trim_end_matches('.')),
        spec = string(&provider.source.file),
        sha256 = string(&provider.source.sha256),
        runtime = dependency(&options.runtime, ""),
        features = if facts.jwt { ", features = [\"jwt\"]" } else { "" },
        login = dependency(&options.runtime, "/login"),
    )
}

/// Where a package of the runtime comes from; `under` is its folder there.
fn dependency(runtime: &Runtime, under: &str) -> String {
    match runtime {
        Runtime::Path(path) => {
            let path = format!("{}{under}", path.trim_end_matches('/'));
            format!("path = {}, version = \"{VERSION}\"", string(&path))
        }
        Runtime::Git(url) => format!("git = {}, version = \"{VERSION}\"", string(url)),
        Runtime::Version => format!("version = \"{VERSION}\""),
    }
}

/// A TOML basic string.
fn string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in plain(text).chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}
