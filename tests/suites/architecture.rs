//! The structure of the source: dependencies between modules and files, file heads, file length.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cycles::cycles;
use imports::{Crate, Graph};

mod cycles;
mod imports;
pub mod tokens;

/// A module and the modules it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("chat", &[]),
    ("demo", &[]),
    ("settings", &["chat"]),
    ("markdown", &["chat"]),
    ("app", &["markdown", "chat", "settings"]),
    ("view", &["app", "markdown", "chat", "settings"]),
    ("tools", &["chat"]),
    ("api", &["tools", "chat", "settings"]),
    ("mcp", &["api", "tools", "chat", "settings"]),
    ("store", &["markdown", "chat", "settings"]),
    ("exchange", &["markdown", "chat"]),
    (
        "runtime",
        &["app", "view", "api", "mcp", "tools", "store", "exchange", "demo", "chat", "settings"],
    ),
    (
        "cli",
        &[
            "runtime", "view", "api", "mcp", "tools", "store", "exchange", "demo", "chat",
            "settings",
        ],
    ),
];

/// The layers of the store from the lowest: each uses only those in front of it.
const STORE_LAYERS: &[&[&str]] = &[
    &["json"],
    &["file"],
    &["index"],
    &["records"],
    &["state"],
    &["doctor", "search", "presets", "calculations"],
    &["engine"],
];

/// Lines of a file before its tests.
const LONGEST_FILE: usize = 400;

#[test]
fn every_module_uses_only_the_modules_below_it() {
    let mut wrong = Vec::new();
    for (module, allowed) in MAY_USE {
        for file in rust_files(&source().join(module)) {
            for used in modules_used(&read(&file)) {
                if used != *module && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} uses {used}", short(&file)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_module_and_no_cycle() {
    let modules: BTreeSet<String> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let named: BTreeSet<String> = MAY_USE.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(modules, named);
    for (index, (module, allowed)) in MAY_USE.iter().enumerate() {
        for used in *allowed {
            let at = MAY_USE.iter().position(|(other, _)| other == used).unwrap();
            assert!(
                at < index || (at > index && !reaches(used, module)),
                "{module} and {used} use each other"
            );
        }
    }
}

#[test]
fn files_of_a_module_have_no_import_cycles() {
    let source = Crate::read(&source());
    let mut wrong = Vec::new();
    for top in source.top_modules() {
        wrong.extend(cycles(&source.graph(&top)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_layer_of_the_store_uses_only_the_layers_below_it() {
    let layer = |file: &str| {
        let folder = file.strip_prefix("store/")?.split('/').next()?;
        let found = STORE_LAYERS.iter().position(|names| names.contains(&folder));
        (folder != "mod.rs").then(|| found.unwrap_or_else(|| panic!("{file} is in no layer")))
    };
    let mut wrong = Vec::new();
    for (file, used) in Crate::read(&source()).graph("store") {
        let Some(above) = layer(&file) else { continue };
        for (other, path) in used {
            if layer(&other).is_none_or(|below| below > above) {
                wrong.push(format!("{file} uses {other} ({path})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_import_graph_follows_names_to_the_file_that_defines_them() {
    let edges = |files: &[(&str, &str)]| -> Vec<String> {
        let texts: Vec<_> = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
        let graph: Graph = Crate::parse(&texts).graph("a");
        let edge = |(from, to): (&String, &String)| format!("{from} > {to}");
        graph.iter().flat_map(|(from, to)| to.keys().map(move |to| edge((from, to)))).collect()
    };
    let root = ("lib.rs", "pub mod a; pub mod b;");
    let parent = ("a/mod.rs", "mod x; mod y; pub use x::{X, make as build}; mod z;");
    let x = ("a/x.rs", "pub struct X; pub fn make() -> X { X }");
    let z = ("a/z.rs", "pub fn z() {}");
    let of = |text: &'static str| edges(&[root, parent, x, ("a/y.rs", text), z]);

    for text in [
        "use super::X;",
        "use crate::a::{self, X as Other};",
        "use super::{x::{self, X}};",
        "fn y() { super::build(); }",
        "fn y() { crate::a::x::make(); }",
        "use super::x; fn y<'a>() -> x::X { x::make() }",
        "use super::*; fn y() { build() }",
        "fn y() { let a = ['\\'', '\"', 'a']; super::X }",
        "#[cfg(test)] use super::z::z; pub(super) const fn y() -> super::X { super::X }",
    ] {
        assert_eq!(of(text), ["a/y.rs > a/x.rs"], "{text}");
    }
    for text in [
        "/* super::X */ // super::X",
        "fn y() { r#\"super::X\"#; \"\\\" super::X\" }",
        "use super::x;",
        "use crate::b::X; fn y() { self.build(); X::make() }",
        "#[cfg(test)] mod tests { use super::super::X; fn t() { super::super::build() } }",
        "mod inside { pub fn build() {} } fn y() { inside::build(); self::inside::build() }",
    ] {
        assert!(of(text).is_empty(), "{text}: {:?}", of(text));
    }
    assert_eq!(of("mod inside { use super::super::X; }"), ["a/y.rs > a/x.rs"]);
    assert_eq!(of("pub use super::z::z;"), ["a/y.rs > a/z.rs"]);

    let uses_its_export = ("a/mod.rs", "mod x; pub use x::X; fn a(_: X) {}");
    assert_eq!(edges(&[root, uses_its_export, x]), ["a/mod.rs > a/x.rs"]);
    let tests = ("a/mod.rs", "#[cfg(test)] mod y; mod x;");
    assert!(edges(&[root, tests, x, ("a/y.rs", "use super::x::X;")]).is_empty());
    let nested = ("a/y/mod.rs", "mod deep;");
    let deep = ("a/y/deep.rs", "use super::super::X;");
    assert_eq!(edges(&[root, parent, x, z, nested, deep]), ["a/y/deep.rs > a/x.rs"]);
}

#[test]
fn an_import_cycle_is_reported_with_its_shortest_path() {
    let mut graph = Graph::new();
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "b"), ("c", "d"), ("e", "a")];
    for (from, to) in edges.into_iter().chain([("x", "y"), ("y", "x")]) {
        graph.entry(from.to_owned()).or_default().insert(to.to_owned(), format!("{to}::f"));
    }
    let reports = [
        "3 files use each other: a, b, c\n    b uses c (c::f)\n    c uses b (b::f)",
        "2 files use each other: x, y\n    x uses y (y::f)\n    y uses x (x::f)",
    ];
    assert_eq!(cycles(&graph), reports);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        if file.ends_with("lib.rs") {
            continue;
        }
        let text = read(&file);
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if head.is_empty() {
            wrong.push(short(&file));
        }
    }
    assert!(wrong.is_empty(), "no purpose in the head of:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_long_enough_to_hold_two_ideas() {
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        let text = read(&file);
        let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        if lines > LONGEST_FILE {
            wrong.push(format!("{} has {lines} lines", short(&file)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_main_exits_and_main_stays_thin() {
    for file in rust_files(&source()) {
        if file.ends_with("main.rs") {
            assert!(read(&file).lines().count() < 40, "main.rs is not thin any more");
        } else {
            assert!(!read(&file).contains("process::exit"), "{} exits", short(&file));
        }
    }
}

#[test]
fn only_the_markdown_module_parses_markdown() {
    for file in rust_files(&source()).iter().filter(|it| !it.starts_with(source().join("markdown")))
    {
        for parser in ["pulldown_cmark", "syntect", "two_face::syntax"] {
            assert!(!read(file).contains(parser), "{} uses {parser}", short(file));
        }
    }
}

#[test]
fn pure_modules_do_not_wait_read_clocks_or_do_io() {
    let forbidden = ["std::fs", "tokio", "SystemTime::now", "Instant::now", "std::env", "async fn"];
    for module in ["chat", "markdown", "app", "view", "exchange", "tools"] {
        for file in rust_files(&source().join(module)).iter().filter(|file| !is_for_tests(file)) {
            let text = read(file);
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in forbidden {
                assert!(!code.contains(word), "{} has {word}", short(file));
            }
        }
    }
}

/// Whether only tests have the module of a file.
fn is_for_tests(file: &Path) -> bool {
    let module = file.file_stem().unwrap().to_string_lossy();
    let parent = file.with_file_name("mod.rs");
    parent.exists() && read(&parent).contains(&format!("#[cfg(test)]\nmod {module};"))
}

#[test]
fn the_documents_name_files_and_items_that_exist() {
    let files = rust_files(&source()).into_iter();
    let code: String = files.map(|file| without_comments(&read(&file))).collect();
    let words: BTreeSet<&str> = code
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|it| !it.is_empty())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for document in ["docs/architecture.md", ".github/CONTRIBUTING.md"] {
        for span in read(&root.join(document)).split('`').skip(1).step_by(2) {
            let exists = if Path::new(span).extension().is_some_and(|it| it == "rs")
                && span.contains('/')
            {
                span.contains("NAME") || root.join(span).exists() || source().join(span).exists()
            } else if span.contains(['_', ':']) || span.starts_with(char::is_uppercase) {
                let mut names = span.split(&[':', '(', ')']).filter(|name| !name.is_empty());
                let is_code = |c: char| c.is_alphanumeric() || "_:()".contains(c);
                let is_placeholder = span.to_uppercase() == span;
                is_placeholder
                    || !span.chars().all(is_code)
                    || names.all(|name| words.contains(name))
            } else {
                true
            };
            if !exists {
                wrong.push(format!("{document}: `{span}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "these names are in no file:\n{}", wrong.join("\n"));
}

fn without_comments(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn reaches(from: &str, to: &str) -> bool {
    let allowed = MAY_USE.iter().find(|(module, _)| *module == from).unwrap().1;
    allowed.iter().any(|used| *used == to || reaches(used, to))
}

/// The modules that a file names in `crate::module` paths, `crate::{room, …}` included.
fn modules_used(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for part in text.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            let inside = group.split("};").next().unwrap();
            let mut depth = 0_usize;
            let mut word = String::new();
            for c in inside.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth = depth.saturating_sub(1),
                    ',' if depth == 0 => {
                        used.insert(first_word(&std::mem::take(&mut word)));
                    }
                    _ if depth == 0 => word.push(c),
                    _ => {}
                }
            }
            used.insert(first_word(&word));
        } else {
            used.insert(first_word(part));
        }
    }
    used.retain(|word| MAY_USE.iter().any(|(module, _)| module == word));
    used
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn short(file: &Path) -> String {
    file.strip_prefix(source()).unwrap_or(file).display().to_string()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
