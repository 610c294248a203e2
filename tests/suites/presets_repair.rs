//! Presets files that are damaged or odd: `doctor --fix` repairs every one of them, and changes lose
//! nothing of what they find.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::home::Home;
use crate::support::web_files::text;

/// A home whose web app has a presets file with these bytes.
fn home_with(bytes: impl AsRef<[u8]>) -> (Home, PathBuf) {
    let home = Home::new();
    let file = home.path().join("agents/ann.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, bytes).unwrap();
    (home, file)
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// A record the web app accepts.
fn record(id: &str, name: &str, instructions: &str) -> String {
    format!(
        r#"{{"id": "{id}", "name": "{name}", "instructions": "{instructions}", "model": "gpt-5", "default_reasoning_level": "low", "created_at": 1, "updated_at": 2, "enabled_tools": ["calculator"]}}"#
    )
}

/// Repairs the file and returns the output; the copy is the file as it was.
fn fix(home: &Home, before: &[u8]) -> String {
    let ran = home.run(&["doctor", "--fix"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let copy = ran.stderr.split("kept in ").nth(1).unwrap().trim_end().trim_end_matches('.');
    assert_eq!(fs::read(copy).unwrap(), before);
    let again = home.run(&["doctor"]);
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
    assert!(!again.stderr.contains("--fix"), "{}", again.stderr);
    ran.stdout
}

#[test]
fn whatever_is_in_the_file_the_repair_that_is_offered_works() {
    for broken in [
        &b"\xff"[..],
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0\0\0",
        b"{'presets': {}}",
        b"{\"presets\": {\"x\": 5}}",
        b"{\"presets\": {\"x\": null}}",
        b"{\"presets\": {\"default\": 5}}",
        b"{\"presets\": {\"default\": {\"name\": \"D\"}}}",
        b"{\"presets\": {\"\\ud800\": {\"name\": \"D\"}}}",
        b"[[1], {}]",
        b"\"x\"",
    ] {
        let (home, _) = home_with(broken);
        let ran = home.run(&["doctor"]);
        let what = String::from_utf8_lossy(broken);
        assert!(ran.code == 1 && ran.stderr.contains("doctor --fix"), "{what}: {}", ran.stderr);
        assert!(!fix(&home, broken).is_empty(), "{what}");
        let ran = home.run(&["presets", "create", "New", "--instructions", "N"]);
        assert_eq!(ran.code, 0, "{what}: {}", ran.stderr);
    }
}

#[test]
fn a_text_in_the_place_of_a_preset_becomes_its_instructions() {
    let broken = br#"{"presets": {"poet": "Write verse.", "x": {"id": "default", "name": "Own"}}}"#;
    let (home, file) = home_with(broken);
    fix(&home, broken);
    let all = read(&file);
    let poet = &all["presets"]["poet"];
    assert_eq!((&poet["name"], &poet["instructions"]), (&"poet".into(), &"Write verse.".into()));
    assert_eq!(all["presets"]["x"]["id"], "x", "no longer hidden behind the built-in preset");
}

#[test]
fn a_record_under_the_built_in_id_is_explained_and_left_alone() {
    let broken = format!("{{\"presets\": {{\"default\": {}}}}}", record("default", "D", "Help."));
    let (home, file) = home_with(&broken);
    let ran = home.run(&["doctor", "--fix"]);
    assert_eq!((ran.code, ran.stderr.contains("--fix")), (0, false), "{}", ran.stderr);
    assert!(ran.stdout.contains("another key in the file makes it visible"), "{}", ran.stdout);
    assert_eq!(fs::read_to_string(&file).unwrap(), broken);
}

#[test]
fn tools_under_the_key_of_an_earlier_version_are_reported_and_corrected() {
    let poet = record("p1", "Poet", "Verse.").replace("enabled_tools", "tools");
    let broken = format!("{{\"presets\": {{\"p1\": {poet}}}}}");
    let (home, file) = home_with(&broken);
    let ran = home.run(&["doctor"]);
    assert!(ran.code == 1 && ran.stdout.contains("p1: The web app gives"), "{}", ran.stdout);
    assert!(fix(&home, broken.as_bytes()).contains("\"Poet\""));
    let poet = &read(&file)["presets"]["p1"];
    assert_eq!((&poet["enabled_tools"][0], &poet["tools"]), (&"calculator".into(), &Value::Null));
}

#[test]
fn a_change_says_which_other_presets_it_corrected() {
    let coder = record("c1", "Coder", "Code.").replace("enabled_tools", "tools");
    let cook = record("d1", "Cook", "Cook.").replace("\"low\"", "\"none\"");
    let whole = format!("{{\"presets\": {{\"c1\": {coder}, \"d1\": {cook}}}}}");
    let (home, _) = home_with(&whole);
    let ran = home.run(&["presets", "create", "New", "--instructions", "N"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let line = ran.stderr.replace('\n', " ");
    assert!(line.contains("Also corrected: \"Coder\" (") && line.contains("\"Cook\" ("), "{line}");
    assert!(line.contains("none"), "{line}");
    let ran = home.run(&["presets", "create", "More", "--instructions", "N"]);
    assert!(!ran.stderr.contains("Also corrected"), "{}", ran.stderr);
    // What is deleted is not said to be corrected.
    let (home, _) = home_with(&whole);
    let ran = home.run(&["presets", "delete", "c1"]);
    assert!(ran.stderr.contains("Cook") && !ran.stderr.contains("\"Coder\" ("), "{}", ran.stderr);
}

#[test]
fn no_element_of_a_list_is_lost_by_its_repair() {
    let (one, two) = (record("a", "One", "First."), record("a", "Two", "Second."));
    let broken = format!(
        "[{one}, {two}, \"Third.\", {{\"name\": \"Four\"}}, 5, {}, {}]",
        record("default", "Six", "Sixth."),
        record("\\ud800", "Seven", "Seventh."),
    );
    for broken in [broken.clone(), format!("{{\"presets\": {broken}, \"version\": 1}}")] {
        let (home, file) = home_with(&broken);
        let output = fix(&home, broken.as_bytes());
        let all = read(&file);
        let records = all["presets"].as_object().unwrap();
        assert_eq!(records.len(), 7, "{output}");
        let texts = fs::read_to_string(&file).unwrap();
        for text in ["First.", "Second.", "Third.", "Four", "\"5\"", "Sixth.", "Seventh."] {
            assert!(texts.contains(text), "{text}");
        }
        assert_eq!(records["a"]["name"], "One");
        assert!(records.iter().all(|(key, it)| it["id"] == *key));
        assert!(!records.contains_key("default"));
    }
}

#[test]
fn what_a_repair_leaves_out_is_named() {
    let poet = record("p", "Poet", "Verse.");
    for (broken, named) in [
        ("5".to_owned(), "5"),
        ("{\"presets\": \"a text\"}".to_owned(), "a text"),
        (format!("{{\"presets\": {{\"p\": {poet}}}}} {{\"q\": 1}}"), "8 bytes after the end"),
        (format!("[1]{{\"presets\": {{\"p\": {poet}}}}}"), "bytes after the end"),
        (format!("{{\"presets\": {{\"p\": 7, \"p\": {poet}}},}}"), "\"p\""),
        ("{\"presets\": {'p': 1}}".to_owned(), "replaced it with one without presets"),
    ] {
        let (home, _) = home_with(&broken);
        let output = fix(&home, broken.as_bytes());
        assert!(output.contains(named), "{broken}: {output}");
    }
}

#[test]
fn half_a_surrogate_pair_stays_as_it_is_wherever_nothing_is_changed() {
    let odd = record("\\ud801", "Half \\udc00", "Verse \\ud83d.");
    let more = record("p", "Poet", "Prose \\ud83d.");
    let key = "\\ud800";
    let whole = format!(
        "{{\n  \"presets\": {{\n    \"{key}\": {odd},\n    \"\\ud801\": {odd},\n    \"p\": {more}\n  }}\n}}"
    );
    let (home, file) = home_with(&whole);
    let run = |words: &[&str]| {
        let ran = home.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        fs::read_to_string(&file).unwrap()
    };
    let after = run(&["presets", "create", "New", "--instructions", "N"]);
    assert!(after.starts_with(whole.trim_end_matches("\n  }\n}")), "{after}");
    let after = run(&["presets", "delete", "New"]);
    assert_eq!(after, whole);
    // An edit leaves the other texts of the record.
    let after = run(&["presets", "rename", "Poet", "Bard"]);
    assert!(after.contains("Prose \\ud83d.") && after.contains("\"Bard\""), "{after}");
    run(&["presets", "undo"]);
    let after = run(&["presets", "edit", key, "--effort", "high"]);
    assert!(after.contains(&format!("\"{key}\": {{")) && after.contains("Half \\udc00"), "{after}");
    run(&["presets", "undo"]);
    let after = run(&["presets", "delete", key]);
    assert!(!after.contains(key) && after.contains("\\ud801"), "{after}");
    assert_eq!(run(&["presets", "undo"]), whole);
    // The app cannot save such a file.
    fix(&home, whole.as_bytes());
    let all = read(&file);
    assert_eq!(all["presets"].as_object().unwrap().len(), 3);
    assert_eq!(all["presets"]["p"]["instructions"], "Prose \u{fffd}.");
}

#[test]
fn records_without_a_name_are_shown_edited_and_deleted_by_their_key() {
    let nameless = record("k1", "N", "I.").replace("\"N\"", "5");
    let whole = format!("{{\"presets\": {{\"k1\": {nameless}, \"k2\": 5, \"k3\": {{}}}}}}");
    let (home, file) = home_with(&whole);
    let listed = home.run(&["presets"]).stdout;
    for key in ["k2", "k3"] {
        assert!(listed.lines().any(|line| line.starts_with(key)), "{listed}");
    }
    for key in ["k1", "k2", "k3"] {
        let words = ["presets", "edit", key, "--name", "Named", "--instructions", "Do."];
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let all = read(&file);
        let preset = &all["presets"][key];
        assert_eq!((&preset["name"], &preset["id"]), (&"Named".into(), &key.into()));
        let ran = home.run(&["presets", "delete", key]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(read(&file)["presets"].get(key).is_none());
    }
    fs::write(&file, &whole).unwrap();
    for key in ["k1", "k2", "k3"] {
        assert_eq!(home.run(&["presets", "delete", key]).code, 0);
    }
}

#[test]
fn a_new_preset_is_reported_as_it_was_stored() {
    let (home, _) = home_with("{}");
    let ran = home.run(&["presets", "create", " X\u{a0}", "--instructions", "Y"]);
    assert!(ran.stderr.contains("Created the preset \"X\"."), "{}", ran.stderr);
    let ran = home.run(&["presets", "rename", "X", " Z "]);
    assert!(ran.stderr.contains("Changed the preset \"Z\"."), "{}", ran.stderr);
}

#[test]
fn a_misspelt_tool_or_effort_is_refused_and_the_known_one_named() {
    let plain = Home::new();
    let (web, file) = home_with(text("presets/one.json"));
    for home in [&plain, &web] {
        for (option, value, meant) in [
            ("--tools", "calculater", "calculator"),
            ("--tools", "calculator,websearch", "web_search"),
            ("--effort", "hihg", "high"),
        ] {
            let create = ["presets", "create", "T", "--instructions", "X", option, value];
            let ran = home.run(&create);
            assert_eq!(ran.code, 2, "{value}: {}", ran.stderr);
            let hint = format!("Did you mean \"{meant}\"?");
            assert!(ran.stderr.replace('\n', " ").contains(&hint), "{}", ran.stderr);
            assert!(!home.run(&["presets"]).stdout.contains("T ("));
        }
    }
    let ran = web.run(&["presets", "edit", "Poet", "--tools", "calculater"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), text("presets/one.json"));
    assert!(!plain.path().join("config/duologue/presets.json").exists());
    // The app itself accepts any name of a tool.
    let theirs = text("presets/one.json").replace("\"web_search\"", "\"abacus\"");
    fs::write(&file, theirs).unwrap();
    assert!(web.run(&["presets"]).stdout.contains("abacus"));
    for words in [&["--effort", "high"][..], &["--tools", "abacus"]] {
        let ran = web.run(&[&["presets", "edit", "Poet"], words].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(fs::read_to_string(&file).unwrap().contains("abacus"));
    }
}

#[test]
fn the_json_of_the_doctor_is_valid_whatever_it_finds() {
    let json = |home: &Home, words: &[&str]| -> Value {
        let ran = home.run(words);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{words:?}: {}", ran.stdout))
    };
    let (home, _) = home_with("\u{feff}");
    let report = json(&home, &["doctor", "--json"]);
    assert_eq!((&report["exists"], &report["conversations"]), (&false.into(), &0.into()));
    assert_eq!(report["presets"]["good"], false);
    assert_eq!(json(&home, &["doctor", "--fix", "--json"])["presets"]["good"], true);
    fs::write(home.file(), "{}").unwrap();
    assert_eq!(json(&home, &["doctor", "--json"])["exists"], true);
    let none = home.path().join("none.json").display().to_string();
    let folder = home.path().display().to_string();
    for file in [none, folder] {
        let report = json(&home, &["doctor", "--json", &file]);
        assert!(report["error"].as_str().unwrap().contains("cannot be read"), "{report}");
    }
    fs::remove_file(home.path().join("agents/ann.json")).unwrap();
    fs::create_dir(home.path().join("agents/ann.json")).unwrap();
    let report = json(&home, &["doctor", "--json"]);
    assert!(report["presets"]["error"].is_string(), "{report}");
}
