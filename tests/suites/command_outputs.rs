//! What scripts rely on: every help text, JSON shape and exit code.
//!
//! More may come, nothing may go. After a change that is meant: `DUOLOGUE_PROMISE=1 cargo test
//! command_outputs`, and look at the difference.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use duologue::cli::Cli;
use serde_json::{Map, Value, json};

use crate::support::demo_server;
use crate::support::home::Home;

/// Where the promises are kept.
fn promised(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/commands").join(name)
}

/// Compares with what was promised; with `DUOLOGUE_PROMISE` set it is promised from now on.
fn keeps(name: &str, now: &str, holds: impl Fn(&str) -> Result<(), String>) {
    if std::env::var_os("DUOLOGUE_PROMISE").is_some() {
        fs::write(promised(name), now).unwrap();
    }
    let before = fs::read_to_string(promised(name)).unwrap_or_else(|error| {
        panic!("{name}: {error}. `DUOLOGUE_PROMISE=1 cargo test command_outputs` writes it")
    });
    if let Err(missing) = holds(&before) {
        panic!("{name} does not hold any more: {missing}\nNow it is:\n{now}");
    }
}

/// Every line is still there, in the same order; more may have come between.
fn lines_kept(before: &str, now: &str) -> Result<(), String> {
    let mut rest = now.lines();
    match before.lines().find(|line| !rest.any(|it| it == *line)) {
        None => Ok(()),
        Some(line) => Err(line.to_owned()),
    }
}

#[test]
fn help_texts_are_unchanged() {
    let home = Home::new();
    let help = home.run(&["--help"]).stdout;
    keeps("help.txt", &help, |before| lines_kept(before, &help));
    for command in Cli::command().get_subcommands_mut().filter(|it| !it.is_hide_set()) {
        let name = command.get_name().to_owned();
        let ran = home.run(&[&name, "--help"]);
        assert_eq!(ran.code, 0);
        // The help of the program lists the options of every command.
        let help = command.render_long_help().to_string();
        assert!(help.lines().next().is_some_and(|line| !line.is_empty()), "{name}");
        assert!(ran.stdout.starts_with(help.lines().next().unwrap()), "{}", ran.stdout);
        keeps(&format!("help_{name}.txt"), &help, |before| lines_kept(before, &help));
    }
}

/// Whether everything of a shape is in another.
fn shape_kept(before: &Value, now: &Value) -> Result<(), String> {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => before.iter().try_for_each(|(name, it)| {
            let now = now.get(name).ok_or_else(|| name.clone())?;
            shape_kept(it, now).map_err(|missing| format!("{name}.{missing}"))
        }),
        (Value::Array(before), Value::Array(now)) => match (before.first(), now.first()) {
            (Some(before), Some(now)) => shape_kept(before, now),
            (None, _) => Ok(()),
            (Some(_), None) => Err("[]".to_owned()),
        },
        // What was missing when it was promised may be anything.
        (Value::Null, _) => Ok(()),
        (before, now) if before == now => Ok(()),
        (before, now) => Err(format!("{before} is {now}")),
    }
}

/// What a value is made of: names and kinds, and of a list its first element.
fn shape(value: &Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => json!("true or false"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(all) => Value::Array(all.iter().take(1).map(shape).collect()),
        Value::Object(all) => {
            // Keys that are ids or names of settings are one: what is under them has one shape.
            let is_name = |key: &str, value: &Value| {
                key.len() == 36 || key.starts_with("o4-mini") || value.get("source").is_some()
            };
            let all = all.iter().map(|(key, value)| {
                let key = if is_name(key, value) { "NAME" } else { key };
                (key.to_owned(), shape(value))
            });
            Value::Object(all.collect::<Map<_, _>>())
        }
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn json_has_the_shapes_the_readme_describes() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut shapes = Map::new();
    let ran = home.run(&["ask", "--json", "hello zebra"]);
    shapes.insert("ask --json".into(), shape(&read(&ran.stdout)));
    let events = home.run(&["ask", "--events", "reasoning about it"]).stdout;
    for line in events.lines().map(read) {
        let name = format!("ask --events: {}", line["type"].as_str().unwrap());
        shapes.entry(name).or_insert_with(|| shape(&line));
    }
    let prompts = home.path().join("config/duologue/prompts");
    fs::create_dir_all(&prompts).unwrap();
    fs::write(
        prompts.join("explain.md"),
        "---\ndescription: Why\nmodel: m\npreset: p\n---\n{{argument}}",
    )
    .unwrap();
    fs::write(prompts.join("broken.md"), "").unwrap();
    let file = home.path().join("all.json");
    let file = file.to_str().unwrap();
    home.run(&["export", "--all", "-f", "json", "-o", file]);
    for words in [
        vec!["list", "--json"],
        vec!["show", "--json", "hello zebra"],
        vec!["search", "--json", "hello zebra"],
        vec!["usage", "--json"],
        vec!["models", "--json"],
        vec!["config", "--json"],
        vec!["presets", "--json"],
        vec!["templates", "--json"],
        vec!["doctor", "--json"],
        vec!["import", "--json", "--dry-run", file],
        vec!["merge", "--json", file],
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        let words: Vec<&str> = words.into_iter().filter(|word| *word != file).collect();
        shapes.insert(words.join(" "), shape(&read(&ran.stdout)));
    }
    // A file that a web app would discard, so that there is something to report.
    let broken = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1.5, "metadata": {}}, "last_update": 1, "messages": []}}"#;
    let sick = home.path().join("sick.json");
    fs::write(&sick, broken).unwrap();
    let ran = home.run(&["doctor", "--json", sick.to_str().unwrap()]);
    shapes.insert("doctor --json, with findings".into(), shape(&read(&ran.stdout)));
    let shapes = Value::Object(shapes);
    let text = serde_json::to_string_pretty(&shapes).unwrap();
    keeps("json.json", &text, |before| shape_kept(&read(before), &shapes));
}

#[test]
fn every_command_has_its_exit_code() {
    let file = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}}, "chat_name": "One", "last_update": 1, "messages": []}}"#;
    for (words, code) in [
        (vec!["--help"], 0),
        (vec!["--version"], 0),
        (vec!["help", "ask"], 0),
        (vec!["list"], 0),
        (vec!["show", "One"], 0),
        (vec!["show", "Two"], 1),
        (vec!["export", "One"], 0),
        (vec!["export", "Two"], 1),
        (vec!["export", "One", "--format", "pdf"], 2),
        (vec!["export", "One", "--all"], 2),
        (vec!["export", "One", "--force"], 2),
        (vec!["import", "/no/such/file"], 1),
        (vec!["merge", "/no/such/file"], 1),
        (vec!["merge"], 2),
        (vec!["search", "One"], 0),
        (vec!["search", "Two"], 1),
        (vec!["rename", "One", "Two"], 0),
        (vec!["rename", "One", ""], 2),
        (vec!["delete", "One"], 2),
        (vec!["web", "One"], 2),
        (vec!["migrate"], 0),
        (vec!["presets"], 0),
        (vec!["templates", "--json"], 0),
        (vec!["ask", "--template", "nothing"], 2),
        (vec!["usage"], 0),
        (vec!["config"], 0),
        (vec!["completions", "bash"], 0),
        (vec!["completions", "cmd"], 2),
        (vec!["man"], 0),
        (vec!["licenses"], 0),
        (vec!["resume", "One"], 2),
        (vec!["ask", "x", "--base-url", "http://127.0.0.1:9"], 1),
    ] {
        // Changes would be reapplied to a restored file, so each has its own home.
        let home = Home::new();
        fs::write(home.file(), file).unwrap();
        let ran = home.run(&words);
        assert_eq!(ran.code, code, "{words:?}: {}", ran.stderr);
        let silent = if code == 0 { ran.stdout.is_empty() } else { ran.stderr.is_empty() };
        assert!(!silent || ["rename", "migrate"].contains(&words[0]), "{words:?} says nothing");
    }
}

#[test]
fn the_manual_has_every_command_and_the_licences_every_author() {
    let home = Home::new();
    let page = home.run(&["man"]).stdout;
    for command in Cli::command().get_subcommands().filter(|it| !it.is_hide_set()) {
        let name = command.get_name().replace('-', "\\-");
        assert!(page.contains(&format!(".SS {name}\n")), "{name}: {page}");
    }
    assert!(page.contains(".SH \"EXIT STATUS\""));
    assert_eq!(page.matches(".SH OPTIONS").count(), 1);
    let licences = home.run(&["licenses"]).stdout;
    assert!(licences.contains("MIT License") && licences.contains("two-face"), "{licences}");
    assert!(licences.len() > 5_000);
}
