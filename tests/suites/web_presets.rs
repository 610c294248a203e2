//! The web app's presets file: read, changed and repaired as the app would, to the byte.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::fake_web_presets::FakeWebPresets;
use crate::support::home::Home;
use crate::support::web_files::text;

const POET: &str = "636185dd-47a1-4e9d-a615-ab72a2217468";
const SECOND: &str = "42ad9d09-590d-4ef4-bf60-47d7d2a58f11";

/// The file of a web app that holds this text; the folder alone where there is none.
fn web_file(home: &Home, text: Option<&str>) -> PathBuf {
    let file = home.path().join("agents/ann.json");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    if let Some(text) = text {
        fs::write(&file, text).unwrap();
    }
    file
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn listed(home: &Home) -> Vec<Value> {
    let ran = home.run(&["presets", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let all: Value = serde_json::from_str(&ran.stdout).unwrap();
    all["presets"].as_array().unwrap().clone()
}

fn run(home: &Home, words: &[&str]) -> String {
    let ran = home.run(words);
    assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
    ran.stderr
}

/// A text in which ids, in the order they appear, and times are those of another.
fn with_ids_and_times_of(text: &str, other: &str) -> String {
    let (ours, theirs): (Value, Value) =
        (serde_json::from_str(text).unwrap(), serde_json::from_str(other).unwrap());
    let mut text = text.to_owned();
    let pairs = |value: &Value| value["presets"].as_object().unwrap().clone().into_iter();
    for ((id, preset), (new_id, new)) in pairs(&ours).zip(pairs(&theirs)) {
        text = text.replace(&id, &new_id);
        for key in ["created_at", "updated_at"] {
            text = text.replace(&preset[key].to_string(), &new[key].to_string());
        }
    }
    text
}

#[test]
fn presets_made_here_are_the_bytes_the_web_app_writes() {
    let home = Home::new();
    let file = web_file(&home, None);
    run(
        &home,
        &["presets", "create", "\u{a0}Poet\u{1f}", "--instructions", "\n Write verse.\u{2028}"],
    );
    let one = fs::read_to_string(&file).unwrap();
    assert_eq!(with_ids_and_times_of(&one, &text("presets/one.json")), text("presets/one.json"));
    // A second of that name, with every escape.
    fs::write(&file, text("presets/one.json")).unwrap();
    let expected: Value = serde_json::from_str(&text("presets/two.json")).unwrap();
    let second = expected["presets"][SECOND]["instructions"].as_str().unwrap();
    run(
        &home,
        &[
            "presets",
            "create",
            "Poet",
            "--instructions",
            second,
            "--ask-model",
            "gpt-5-pro",
            "--effort",
            "low",
            "--tools",
            "calculator",
        ],
    );
    let two = fs::read_to_string(&file).unwrap();
    let id = read(&file)["presets"].as_object().unwrap().keys().nth(1).unwrap().clone();
    let time = read(&file)["presets"][&id]["created_at"].to_string();
    let two = two.replace(&id, SECOND).replace(&time, "1795933181");
    assert_eq!(two, text("presets/two.json"));
    run(&home, &["presets", "delete", &id]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text("presets/one.json"));
    run(&home, &["presets", "delete", POET]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "{\n  \"presets\": {}\n}");
}

#[test]
fn a_preset_the_browser_would_hide_is_refused_and_nothing_is_written() {
    let home = Home::new();
    let file = web_file(&home, Some(&text("presets/one.json")));
    for (option, value, why) in [
        ("--effort", "none", "high, medium and low"),
        ("--effort", "xhigh", "high, medium and low"),
        ("--tools", "", "at least one tool"),
        ("--ask-model", "o4-mini", "gpt-5.4"),
    ] {
        for words in [
            vec!["presets", "create", "Thinker", "--instructions", "X", option, value],
            vec!["presets", "edit", POET, option, value],
        ] {
            let ran = home.run(&words);
            assert!(ran.code == 2 && ran.stderr.contains(why), "{words:?}: {}", ran.stderr);
            assert_eq!(fs::read_to_string(&file).unwrap(), text("presets/one.json"));
        }
    }
}

#[test]
fn an_edit_changes_that_preset_alone_as_in_the_web_app() {
    let home = Home::new();
    let file = web_file(&home, Some(&text("presets/two.json")));
    run(
        &home,
        &["presets", "edit", SECOND, "--name", " Bard ", "--tools", "calculator,web_search"],
    );
    let time = read(&file)["presets"][SECOND]["updated_at"].to_string();
    let (first, second) = text("presets/two.json")
        .split_once(SECOND)
        .map(|(first, second)| (first.to_owned(), second.to_owned()))
        .unwrap();
    let second = second
        .replace("\"Poet\"", "\"Bard\"")
        .replace("\"updated_at\": 1795933181", &format!("\"updated_at\": {time}"))
        .replace("\"calculator\"\n", "\"calculator\",\n        \"web_search\"\n");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{first}{SECOND}{second}"));
}

#[test]
fn of_two_presets_with_one_name_the_id_is_asked_for() {
    let home = Home::new();
    let file = web_file(&home, Some(&text("presets/two.json")));
    let ran = home.run(&["presets", "edit", "Poet", "--effort", "high"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(POET) && ran.stderr.contains(SECOND), "{}", ran.stderr);
    let ran = home.run(&["ask", "--preset", "poet", "hello"]);
    assert!(ran.code == 2 && ran.stderr.contains(SECOND), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), text("presets/two.json"));
    run(&home, &["presets", "edit", &SECOND[..8], "--effort", "high"]);
    assert_eq!(read(&file)["presets"][SECOND]["default_reasoning_level"], "high");
}

#[test]
fn changes_of_the_browser_stay() {
    let home = Home::new();
    let file = web_file(&home, Some(&text("presets/one.json")));
    run(&home, &["presets", "create", "Cook", "--instructions", "Cook."]);
    run(&home, &["presets", "rename", POET, "Bard"]);
    // The browser deletes the one and changes the other within the same minute.
    let browsers = text("presets/one.json").replace("Write verse.", "Write prose.");
    fs::write(&file, &browsers).unwrap();
    let ran = home.run(&["presets"]);
    assert!(!ran.stdout.contains("Cook") && ran.stdout.contains("Write prose."), "{}", ran.stdout);
    assert_eq!(ran.stderr, "");
    assert_eq!(fs::read_to_string(&file).unwrap(), browsers);
    run(&home, &["presets", "create", "Third", "--instructions", "Count."]);
    let names: Vec<_> = listed(&home).iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["Default Assistant", "Poet", "Third"]);
}

#[test]
fn a_change_is_undone_to_the_byte_unless_the_preset_changed_since() {
    let home = Home::new();
    let before = text("presets/two.json");
    let file = web_file(&home, Some(&before));
    run(&home, &["presets", "delete", POET]);
    run(&home, &["presets", "rename", SECOND, "Bard"]);
    assert!(run(&home, &["presets", "undo"]).contains("Undid the change to the preset \"Poet\""));
    assert!(run(&home, &["presets", "undo"]).contains("Restored the preset \"Poet\""));
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    let nothing = home.run(&["presets", "undo"]);
    assert_eq!((nothing.code, nothing.stderr.as_str()), (1, "Nothing to undo.\n"));
    run(&home, &["presets", "rename", SECOND, "Bard"]);
    let theirs = fs::read_to_string(&file).unwrap().replace("\"Bard\"", "\"Troubadour\"");
    fs::write(&file, &theirs).unwrap();
    let refused = home.run(&["presets", "undo"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("changed since"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
}

#[test]
fn a_file_of_an_earlier_version_is_read_and_repaired_by_the_next_change() {
    let home = Home::new();
    let earlier = r#"{
  "presets": {
    "a1": {
      "id": "a1",
      "name": "Coder",
      "instructions": "Code.",
      "model": "gpt-5",
      "default_reasoning_level": "none",
      "tools": [
        "calculator"
      ],
      "created_at": 5,
      "updated_at": 6
    },
    "b2": {
      "id": "b2",
      "name": "Cook",
      "instructions": "Cook.",
      "tools": [],
      "created_at": 7,
      "updated_at": 8
    }
  }
}"#;
    let file = web_file(&home, Some(earlier));
    let coder = &listed(&home)[1];
    assert_eq!((&coder["name"], &coder["tools"]), (&json!("Coder"), &json!(["calculator"])));
    assert_eq!(fs::read_to_string(&file).unwrap(), earlier, "reading changes nothing");
    run(&home, &["presets", "create", "New", "--instructions", "N"]);
    let all = read(&file);
    let text = |id: &str| serde_json::to_string(&all["presets"][id]).unwrap();
    assert_eq!(
        text("a1"),
        r#"{"id":"a1","name":"Coder","instructions":"Code.","model":"gpt-5","default_reasoning_level":"medium","created_at":5,"updated_at":6,"enabled_tools":["calculator"]}"#
    );
    assert_eq!(
        text("b2"),
        r#"{"id":"b2","name":"Cook","instructions":"Cook.","model":"gpt-5.4","default_reasoning_level":"medium","created_at":7,"updated_at":8,"enabled_tools":["web_search","calculator"]}"#
    );
}

#[test]
fn a_shape_the_web_app_cannot_read_is_reported_and_repaired_on_request() {
    let poet = r#"{"id": "p1", "name": "Poet", "instructions": "Verse.", "created_at": 1, "updated_at": 2}"#;
    let whole = format!("{{\"presets\": {{\"p1\": {poet}}}}}");
    for broken in [
        format!("[{poet}]"),
        format!("{{\"p1\": {poet}}}"),
        format!("{{\"presets\": [{poet}]}}"),
        format!("\u{feff}{whole}"),
        whole[..whole.len() - 2].to_owned(),
    ] {
        let home = Home::new();
        let file = web_file(&home, Some(&broken));
        for words in [
            vec!["presets"],
            vec!["presets", "create", "New", "--instructions", "N"],
            vec!["presets", "delete", "p1"],
        ] {
            let ran = home.run(&words);
            assert_eq!(ran.code, 1, "{broken}: {words:?}");
            assert!(ran.stderr.contains("duologue doctor --fix"), "{broken}: {}", ran.stderr);
            assert_eq!(fs::read_to_string(&file).unwrap(), broken);
        }
        let ran = home.run(&["doctor"]);
        assert_eq!(ran.code, 1, "{broken}");
        assert!(ran.stdout.contains("agents/ann.json"), "{}", ran.stdout);
        let ran = home.run(&["doctor", "--fix"]);
        assert_eq!(ran.code, 0, "{broken}: {}{}", ran.stdout, ran.stderr);
        let copy = ran.stderr.split("kept in ").nth(1).unwrap().trim_end().trim_end_matches('.');
        assert_eq!(fs::read_to_string(copy).unwrap(), broken);
        let poet = &read(&file)["presets"]["p1"];
        assert_eq!((&poet["name"], &poet["instructions"]), (&json!("Poet"), &json!("Verse.")));
        assert_eq!(listed(&home)[1]["name"], "Poet");
        assert_eq!(home.run(&["doctor"]).code, 0);
    }
    for hopeless in ["5", "null", "{\"presets\": null}"] {
        let home = Home::new();
        let file = web_file(&home, Some(hopeless));
        assert_eq!(home.run(&["presets"]).code, 1, "{hopeless}");
        assert_eq!(home.run(&["doctor", "--fix"]).code, 0, "{hopeless}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "{\n  \"presets\": {}\n}");
    }
}

#[test]
fn an_empty_file_is_one_without_presets() {
    for empty in ["", "{}"] {
        let home = Home::new();
        let file = web_file(&home, Some(empty));
        assert_eq!(listed(&home).len(), 1);
        run(&home, &["presets", "create", "Poet", "--instructions", "Write verse."]);
        let one = fs::read_to_string(&file).unwrap();
        assert_eq!(
            with_ids_and_times_of(&one, &text("presets/one.json")),
            text("presets/one.json")
        );
    }
}

/// Every kind of record that the web app hides, and what the reason says.
const HIDDEN: [(&str, &str, &str); 13] = [
    ("\"gpt-5.4\"", "\"o4-mini\"", "o4-mini"),
    ("\"gpt-5.4\"", "null", "model"),
    ("\"medium\"", "\"xhigh\"", "xhigh"),
    ("\"medium\"", "\"High\"", "High"),
    ("[\n        \"web_search\",\n        \"calculator\"\n      ]", "[]", "tools"),
    ("\"calculator\"\n", "\"web_search\"\n", "tools"),
    ("[\n        \"web_search\",\n        \"calculator\"\n      ]", "\"calculator\"", "tools"),
    ("\"created_at\": 1795933181", "\"created_at\": 1795933181.5", "created_at"),
    ("\"updated_at\": 1795933181", "\"updated_at\": null", "updated_at"),
    ("      \"created_at\": 1795933181,\n", "", "created_at"),
    ("\"Write verse.\"", "7", "instructions"),
    ("\"id\": \"636185dd", "\"id\": \"736185dd", "id"),
    ("Write verse.", "Write \\ud83d verse.", "surrogate"),
];

fn is_problem(line: &str) -> bool {
    line.contains("The web app") || line.contains("The browser")
}

#[test]
fn a_preset_the_web_app_hides_is_shown_with_the_reason_kept_and_repaired_on_request() {
    for (good, bad, why) in HIDDEN {
        let broken = text("presets/one.json").replace(good, bad);
        assert_ne!(broken, text("presets/one.json"), "{good}");
        let home = Home::new();
        let file = web_file(&home, Some(&broken));
        let ran = home.run(&["presets"]);
        assert!(
            ran.stdout.lines().any(|line| is_problem(line) && line.contains(why)),
            "{}",
            ran.stdout
        );
        let reported = home.run(&["presets", "--json"]).stdout;
        let reported: Value = serde_json::from_str(&reported).unwrap();
        assert_eq!(reported["problems"][0]["id"], POET);
        assert!(reported["problems"][0]["reason"].as_str().unwrap().contains(why), "{reported}");
        run(&home, &["presets", "create", "Cook", "--instructions", "Cook."]);
        assert!(fs::read_to_string(&file).unwrap().contains(bad), "{bad} was touched");
        let ran = home.run(&["doctor"]);
        assert!(ran.code == 1 && ran.stdout.contains(why), "{bad}: {}", ran.stdout);
        let ran = home.run(&["doctor", "--fix"]);
        assert_eq!(ran.code, 0, "{bad}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains("kept in"), "{}", ran.stderr);
        assert!(!home.run(&["presets"]).stdout.lines().any(is_problem), "{bad}");
        let poet = &read(&file)["presets"][POET];
        assert_eq!((&poet["id"], &poet["name"]), (&json!(POET), &json!("Poet")));
    }
    // What the app accepts is not reported.
    for (good, fine) in [
        ("\"created_at\": 1795933181", "\"created_at\": 1795933181.0"),
        ("\"created_at\": 1795933181", "\"created_at\": \"1795933181\""),
        ("\"created_at\": 1795933181", "\"created_at\": true"),
        ("      \"model\": \"gpt-5.4\",\n", ""),
        ("      \"default_reasoning_level\": \"medium\",\n", ""),
        ("\"Write verse.\"", "\"\""),
        ("\"calculator\"", "\"abacus\""),
    ] {
        let home = Home::new();
        web_file(&home, Some(&text("presets/one.json").replace(good, fine)));
        assert!(!home.run(&["presets"]).stdout.lines().any(is_problem), "{fine}");
        assert_eq!(home.run(&["doctor"]).code, 0, "{fine}");
    }
}

#[test]
fn the_built_in_default_is_the_web_apps_and_never_taken_from_the_file() {
    let home = Home::new();
    let stored = text("presets/one.json").replace(POET, "default");
    let file = web_file(&home, Some(&stored));
    let all = listed(&home);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((&all[0]["id"], &all[0]["name"]), (&json!("default"), &json!("Default Assistant")));
    assert_eq!(
        (&all[0]["model"], &all[0]["default_reasoning_level"]),
        (&json!("gpt-5.4"), &json!("medium"))
    );
    assert_eq!(all[0]["tools"], json!(["web_search", "calculator"]));
    assert!(home.run(&["presets"]).stdout.contains("The web app hides"));
    assert_eq!(home.run(&["doctor"]).code, 0, "it harms nothing");
    assert_eq!(fs::read_to_string(&file).unwrap(), stored);
}

#[test]
fn two_writers_at_once_lose_no_preset() {
    let home = Home::new();
    let file = web_file(&home, Some(&text("presets/one.json")));
    std::thread::scope(|scope| {
        for name in ["A", "B", "C", "D"] {
            let home = &home;
            scope.spawn(move || run(home, &["presets", "create", name, "--instructions", "X"]));
        }
    });
    assert_eq!(read(&file)["presets"].as_object().unwrap().len(), 5);
}

/// Name, model, effort, tools and instructions of presets, in order, without the built-in one.
fn essentials(all: &[Value], tools: &str) -> Vec<Value> {
    let own = all.iter().filter(|it| it["id"] != "default");
    let of = |it: &Value| {
        json!([
            it["id"],
            it["name"],
            it["instructions"],
            it["model"],
            it["default_reasoning_level"],
            it[tools]
        ])
    };
    own.map(of).collect()
}

#[test]
fn the_browser_and_the_terminal_change_presets_in_turn_and_see_the_same() {
    let home = Home::new();
    let file = web_file(&home, None);
    let web = FakeWebPresets::new(&file);
    let same = |why: &str| {
        let (ours, theirs) = (listed(&home), web.list());
        assert_eq!(essentials(&ours, "tools"), essentials(&theirs, "enabled_tools"), "{why}");
    };
    let made = web
        .create(&json!({ "name": "\u{a0}Poet ", "instructions": "Write verse.\u{2028}",
            "default_reasoning_level": "low", "enabled_tools": ["abacus"] }))
        .unwrap();
    same("created in the browser");
    run(&home, &["presets", "create", "Cook", "--instructions", "Cook.", "--effort", "high"]);
    same("created here");
    let cook = web.list()[1]["id"].as_str().unwrap().to_owned();
    web.edit(&cook, &json!({ "name": "Chef", "instructions": "Cook better." })).unwrap();
    same("edited in the browser");
    run(&home, &["presets", "edit", &made, "--tools", "calculator,web_search"]);
    same("edited here");
    // A save of the app changes nothing in what was written here.
    let before = fs::read_to_string(&file).unwrap();
    let other = web.create(&json!({ "name": "Poet", "instructions": "X" })).unwrap();
    web.delete(&other).unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), before);
    run(&home, &["presets", "delete", &cook]);
    same("deleted here");
    run(&home, &["presets", "undo"]);
    same("restored here");
    web.delete(&made).unwrap();
    same("deleted in the browser");
    assert_eq!(web.list().len(), 2, "Chef and the built-in one");
}

#[test]
fn no_option_of_a_command_makes_a_preset_that_the_browser_deletes() {
    let home = Home::new();
    let file = web_file(&home, None);
    let web = FakeWebPresets::new(&file);
    for effort in ["none", "minimal", "low", "medium", "high", "xhigh"] {
        for model in ["gpt-5.4", "o4-mini"] {
            for tools in ["", "calculator", "calculator,calculator"] {
                let words = ["presets", "create", "T", "--instructions", "X", "--effort", effort];
                let words = [&words[..], &["--ask-model", model, "--tools", tools]].concat();
                let stored = home.run(&words).code == 0;
                let taken = web.list().len() == 2;
                assert_eq!(stored, taken, "{words:?}");
                if stored {
                    run(&home, &["presets", "delete", "T"]);
                }
            }
        }
    }
}
