//! Presets: the web app's own file beside its chats, or ours; asked by, and kept with the answer.

use crossterm::event::KeyCode;
use duologue::app::{Effect, StoreEffect, Stored};
use duologue::chat::Preset;
use duologue::demo::{Options, Pace, Server as Demo};
use serde_json::{Value, json};

use crate::support::desk::{Desk, stored};
use crate::support::home::Home;

fn demo() -> Demo {
    Demo::start(Options { pace: Pace::Instant, ..Options::default() }).unwrap()
}

/// The web app's file, beside its chats folder, with what no version of ours knows.
fn web_presets(home: &Home) -> std::path::PathBuf {
    let folder = home.path().join("agents");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("ann.json");
    let text = json!({ "presets": {
        "default": { "id": "default", "name": "Default Assistant", "instructions": "Help.",
            "model": "gpt-5.1", "default_reasoning_level": "medium", "created_at": 1, "updated_at": 1 },
        "3871f440": { "id": "3871f440", "name": "Reviewer", "instructions": "Review code.",
            "model": "gpt-5-mini", "default_reasoning_level": "low", "created_at": 1,
            "updated_at": 1, "colour": "teal" },
    } });
    std::fs::write(&file, serde_json::to_string_pretty(&text).unwrap()).unwrap();
    file
}

#[test]
fn the_web_apps_presets_are_listed_asked_by_and_kept_with_the_answer() {
    let server = demo();
    let home = Home::new().with_server(server.base_url());
    web_presets(&home);
    let listed: Value = serde_json::from_str(&home.run(&["presets", "--json"]).stdout).unwrap();
    let names: Vec<_> =
        listed["presets"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Default Assistant", "Reviewer"]);
    let ran = home.run(&["ask", "--preset", "review", "hello"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sent = &server.questions()[0];
    let told = sent["instructions"].as_str().unwrap();
    assert!(told.starts_with("Review code.\n\nCurrent date: 2"), "{told}");
    assert_eq!(
        (&sent["model"], &sent["reasoning"]["effort"]),
        (&json!("gpt-5-mini"), &json!("low"))
    );
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    let answer = &chat["messages"][1];
    assert_eq!(answer["agent_preset_id"], "3871f440");
    assert_eq!((&answer["reasoning_level"], &answer["model"]), (&json!("low"), &Value::Null));
}

#[test]
fn changes_keep_what_is_not_ours_and_the_web_apps_rules() {
    let home = Home::new();
    let file = web_presets(&home);
    let before = std::fs::read_to_string(&file).unwrap();
    for (words, why) in [
        (
            vec!["presets", "create", "X", "--instructions", "Y", "--ask-model", "o4-mini"],
            "web app",
        ),
        (vec!["presets", "edit", "Reviewer", "--effort", "xhigh"], "high, medium, low"),
        (vec!["presets", "create", "X"], "instructions"),
        (vec!["presets", "edit", "default", "--instructions", "Y"], "Duplicate"),
        (vec!["presets", "delete", "default"], "Duplicate"),
        (vec!["presets", "delete", "nobody"], "no preset"),
    ] {
        let ran = home.run(&words);
        assert!(ran.code == 1 && ran.stderr.contains(why), "{words:?}: {}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    }
    let ran = home.run(&["presets", "edit", "Reviewer", "--effort", "high"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let reviewer = &after["presets"]["3871f440"];
    assert_eq!(
        (&reviewer["default_reasoning_level"], &reviewer["colour"]),
        (&json!("high"), &json!("teal"))
    );
    assert_eq!(after["presets"]["default"]["updated_at"], 1);
    assert_eq!(home.run(&["presets", "duplicate", "default", "Mine"]).code, 0);
    assert_eq!(home.run(&["presets", "delete", "Reviewer"]).code, 0);
    let listed = home.run(&["presets"]).stdout;
    assert!(listed.contains("Mine") && !listed.contains("Reviewer"), "{listed}");
}

#[test]
fn a_plain_install_has_presets_of_its_own_with_any_model() {
    let home = Home::new();
    let made = home.run_with_input(
        &[
            "presets",
            "create",
            "Poet",
            "--instructions",
            "-",
            "--ask-model",
            "llama",
            "--tools",
            "",
        ],
        "Write verse.\n",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(home.path().join("config/duologue/presets.json").exists());
    let listed = home.run(&["presets"]).stdout;
    assert!(listed.contains("Poet (llama; no tools): Write verse."), "{listed}");
    let ran = home.run(&["ask", "--preset", "nobody", "hello"]);
    assert!(ran.code == 2 && ran.stderr.contains("no preset"), "{}", ran.stderr);
    assert!(!home.file().exists(), "nothing is stored for a preset that is not there");
}

#[test]
fn a_file_that_cannot_be_read_is_said_so_and_left_alone() {
    let home = Home::new();
    let file = web_presets(&home);
    for broken in ["{\"presets\": {", "5", "{\"presets\": 5}"] {
        std::fs::write(&file, broken).unwrap();
        let ran = home.run(&["presets", "create", "X", "--instructions", "Y"]);
        assert!(ran.code == 1 && ran.stderr.contains("ann.json"), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), broken);
    }
}

#[test]
fn a_preset_is_chosen_from_the_list_and_by_name_and_stands_from_then_on() {
    let preset = |id: &str, name: &str| Preset {
        id: id.into(),
        name: name.into(),
        instructions: Some("Be brief.".into()),
        model: Some("m2".into()),
        effort: Some("high".into()),
        tools: None,
    };
    let all = vec![Preset::default_one(), preset("p1", "Poet")];
    let mut desk = Desk::new();
    desk.type_text("/preset");
    assert_eq!(desk.press(KeyCode::Enter), [Effect::Store(StoreEffect::ListPresets)]);
    desk.tell(stored(Stored::PresetsListed(Ok(all.clone()))));
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Enter);
    assert!(desk.notice().contains("Poet"), "{}", desk.notice());
    let manner = desk.state.session.manner();
    assert_eq!((manner.model.as_str(), manner.effort.as_deref()), ("m2", Some("high")));
    assert_eq!(manner.preset.as_deref(), Some("p1"));
    assert_eq!(manner.instructions.as_deref(), Some("Be brief."));
    desk.type_text("/preset default");
    assert_eq!(desk.press(KeyCode::Enter), [Effect::Store(StoreEffect::ListPresets)]);
    desk.tell(stored(Stored::PresetsListed(Ok(all))));
    assert_eq!(desk.state.session.manner().preset.as_deref(), Some("default"));
    assert_eq!(desk.state.session.manner().instructions, None);
}
