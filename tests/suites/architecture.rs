//! The shape of the house: who may use whom, what a file's head says, how long a file gets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("chat", &[]),
    ("demo", &[]),
    ("settings", &["chat"]),
    ("markdown", &["chat"]),
    ("app", &["markdown", "chat", "settings"]),
    ("view", &["app", "markdown", "chat", "settings"]),
    ("tools", &["chat"]),
    ("api", &["tools", "chat", "settings"]),
    ("store", &["chat", "settings"]),
    ("exchange", &["markdown", "chat"]),
    ("runtime", &["app", "view", "api", "tools", "store", "exchange", "demo", "chat", "settings"]),
    ("cli", &["runtime", "view", "api", "tools", "store", "exchange", "demo", "chat", "settings"]),
];

/// Lines of a file before its tests.
const LONGEST_FILE: usize = 400;

#[test]
fn every_room_uses_only_the_rooms_below_it() {
    let mut wrong = Vec::new();
    for (room, allowed) in MAY_USE {
        for file in rust_files(&source().join(room)) {
            for used in rooms_used(&read(&file)) {
                if used != *room && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{} uses {used}", short(&file)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_above_has_every_room_and_no_cycle() {
    let rooms: BTreeSet<String> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let named: BTreeSet<String> = MAY_USE.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, named);
    for (index, (room, allowed)) in MAY_USE.iter().enumerate() {
        for used in *allowed {
            let place = MAY_USE.iter().position(|(other, _)| other == used).unwrap();
            assert!(
                place < index || (place > index && !reaches(used, room)),
                "{room} and {used} use each other"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_for_and_what_it_may_not_do() {
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        if file.ends_with("lib.rs") {
            continue;
        }
        let text = read(&file);
        let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if head.len() < 2 || !head.iter().any(|line| says_a_limit(line)) {
            wrong.push(short(&file));
        }
    }
    assert!(wrong.is_empty(), "no purpose or no limit in the head of:\n{}", wrong.join("\n"));
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
fn what_markdown_means_is_decided_in_one_place() {
    for file in rust_files(&source()).iter().filter(|it| !it.starts_with(source().join("markdown")))
    {
        for parser in ["pulldown_cmark", "syntect", "two_face::syntax"] {
            assert!(!read(file).contains(parser), "{} uses {parser}", short(file));
        }
    }
}

#[test]
fn the_pure_rooms_neither_wait_nor_read_a_clock_nor_touch_the_world() {
    let forbidden = ["std::fs", "tokio", "SystemTime::now", "Instant::now", "std::env", "async fn"];
    for room in ["chat", "markdown", "app", "view", "exchange", "tools"] {
        for file in rust_files(&source().join(room)) {
            let text = read(&file);
            let code = text.split("#[cfg(test)]").next().unwrap();
            for word in forbidden {
                assert!(!code.contains(word), "{} has {word}", short(&file));
            }
        }
    }
}

fn says_a_limit(line: &str) -> bool {
    line.starts_with("//! May") || line.starts_with("//! Must not")
}

fn reaches(from: &str, to: &str) -> bool {
    let allowed = MAY_USE.iter().find(|(room, _)| *room == from).unwrap().1;
    allowed.iter().any(|used| *used == to || reaches(used, to))
}

/// The rooms a file names in `crate::room` paths, `crate::{room, …}` included.
fn rooms_used(text: &str) -> BTreeSet<String> {
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
    used.retain(|word| MAY_USE.iter().any(|(room, _)| room == word));
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
