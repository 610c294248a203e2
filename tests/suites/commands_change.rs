//! The commands that change a conversation or show settings.

use std::fs;

use serde_json::{Value, json};

use crate::support::home::Home;
use crate::support::pty::Pty;

const FILE: &str = r#"{
  "aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [{"role": "user", "text": "**hi**", "timestamp": 5, "response_id": null}], "last_response_id": null},
  "bb2": {"data": {"id": "bb2", "created_at": 2, "metadata": {}, "object": "conversation"}, "chat_name": "Two", "last_update": 4, "messages": [], "last_response_id": null}
}"#;

fn home() -> Home {
    let home = Home::new();
    fs::write(home.file(), FILE).unwrap();
    home
}

fn titles(home: &Home) -> Vec<String> {
    let all: Value = serde_json::from_str(&home.text()).unwrap();
    let titles = all.as_object().unwrap().values();
    titles.map(|it| it["chat_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_title_is_stored_as_the_web_app_would_and_an_empty_one_refused() {
    let home = home();
    let ran = home.run(&["rename", "aa", "Trip to Kyoto"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (0, "", "Renamed to \"Trip to Kyoto\". It was \"One\".\n")
    );
    let before = home.text();
    let ran = home.run(&["rename", "aa", " Trip to  Kyoto "]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "The title is \"Trip to Kyoto\" already.\n"));
    assert_eq!(home.text(), before);
    let ran = home.run(&["rename", "bb2", " a/b: a title longer than thirty "]);
    assert_eq!(ran.code, 0);
    let notice = "The web app shows \"a_b_ a title longer than th...\"";
    assert!(ran.stderr.contains(notice), "{}", ran.stderr);
    assert_eq!(titles(&home), ["Trip to Kyoto", "a_b_ a title longer than th..."]);
    for title in ["", "   "] {
        let ran = home.run(&["rename", "aa1", title]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("The title is empty."), "{}", ran.stderr);
    }
    assert_eq!(home.run(&["rename", "zz", "x"]).code, 1);
}

#[test]
fn deleting_requires_confirmation_after_resolving_every_id() {
    let home = home();
    let ran = home.run(&["delete", "aa1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("not a terminal. Add --yes."), "{}", ran.stderr);
    let ran = home.run(&["delete", "--yes", "aa1", "zz"]);
    assert_eq!(ran.code, 1);
    assert_eq!(home.text(), FILE, "one id was unknown, so nothing is deleted");
    let ran = home.run(&["delete", "--yes", "aa1", "One"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.starts_with("Deleted \"One\" (1 message).\n"), "{}", ran.stderr);
    assert_eq!(titles(&home), ["Two"]);
}

#[test]
fn on_a_terminal_deleting_asks() {
    for (keys, left) in [("n\r", 2), ("\r", 2), ("\u{4}", 2), ("yes\r", 1)] {
        let home = home();
        let mut pty = Pty::start(&home, &["delete", "aa1"], 80, 24);
        pty.wait_for("Delete \"One\" (1 message)? [y/N]");
        pty.press(keys);
        let code = pty.wait_for_end();
        let text = pty.text();
        // Ctrl+D ends no line, and what follows is not to stand behind the question.
        let is_apart = text.lines().any(|line| line.trim() == "Nothing was deleted.");
        assert!(is_apart || keys != "\u{4}", "{text}");
        assert_eq!(titles(&home).len(), left, "{keys:?}");
        assert_eq!(code, u32::from(left == 2), "{keys:?}");
    }
}

/// The second line was typed for something else than the question.
#[cfg(unix)]
#[test]
fn a_pasted_text_deletes_nothing() {
    let home = home();
    let mut pty = Pty::start(&home, &["delete", "aa1"], 80, 24);
    pty.wait_for("[y/N]");
    pty.press("yes, please\ry\r");
    pty.wait_for("Type y for yes or n for no.");
    pty.press("n\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert_eq!(titles(&home).len(), 2);
}

#[test]
fn a_conversation_is_shown_as_markdown() {
    let ran = home().run(&["show", "--markdown", "One"]);
    assert_eq!(ran.stdout, "# One\n\n## You\n\n**hi**\n");
    assert_eq!(home().run(&["show", "--markdown", "--json", "One"]).code, 2);
}

#[test]
fn settings_show_their_source_and_never_the_key() {
    let home = home();
    fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    fs::write(home.path().join("config/duologue/config.toml"), "theme = \"dark\"\n").unwrap();
    let run = |words: &[&str]| {
        let output = home.command(words).env("OPENAI_API_KEY", "sk-secret").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let text = run(&["config", "--model", "gpt-5"]);
    let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    assert!(row("model").ends_with("gpt-5   (--model)"), "{text}");
    assert!(row("theme").ends_with("dark   (config.toml)"), "{text}");
    assert!(row("user").ends_with("ann   (DUOLOGUE_USER)"), "{text}");
    assert!(row("api_key ").contains("(OPENAI_API_KEY)"), "{text}");
    assert!(row("shared file").ends_with("ann.json"), "{text}");
    let json: Value = serde_json::from_str(&run(&["config", "--json"])).unwrap();
    assert_eq!(json["settings"]["model"], json!({ "value": "o4-mini", "source": "default" }));
    assert!(!text.contains("sk-secret") && !json.to_string().contains("sk-secret"));
}
