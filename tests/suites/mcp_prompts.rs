//! Prompts of MCP servers among the prompt templates.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use duologue::chat::PromptServers;
use duologue::mcp::McpHost;
use duologue::settings::{ConfigFile, Flags, Paths, Settings};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::mcp_program;
use crate::support::pty::Pty;

/// A home whose settings have the MCP server `s`, which behaves in this way.
fn home_with(base_url: &str, mode: &str, settings: &str) -> Home {
    let home = Home::new().with_server(base_url.to_owned());
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(folder.join("prompts")).unwrap();
    fs::write(folder.join("config.toml"), mcp_program::config("s", mode, settings)).unwrap();
    home
}

#[test]
fn a_prompt_is_asked_with_its_arguments_by_name_and_in_order() {
    let server = demo_server();
    let home = home_with(&server.base_url(), "good", "");
    let ask = |words: &[&str]| {
        let ran = home.run(&[&["ask", "--template"], words].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let input = server.answer_requests().pop().unwrap()["input"].clone();
        input.as_str().unwrap().to_owned()
    };
    // Placeholders and mentions in it are text: they are not the user's own.
    assert_eq!(ask(&["s:review"]), "Review this.\n\nThen {{argument}} @notes.txt");
    // What no argument is for goes below it.
    let with_text = ask(&["s:review", "this", "word"]);
    assert_eq!(with_text, "Review this.\n\nThen {{argument}} @notes.txt\n\nthis word");
    let described = ask(&["s:describe_place", "Rome", "the", "old", "country"]);
    assert_eq!(described, r#"Describe {"city":"Rome","country":"the old country"}"#);
    let described = ask(&["s:describe_place", "style=\"in verse\" country=Italy Rome"]);
    assert_eq!(described, r#"Describe {"city":"Rome","country":"Italy","style":"in verse"}"#);
    assert_eq!(ask(&["s:dialog"]), "User: What is 2+2?\n\nAssistant: 4\n\nUser: And 3+3?");
    home.run_with_input(&["ask", "--template", "s:describe_place", "Rome"], "piped text\n");
    let asked = server.answer_requests().pop().unwrap();
    assert_eq!(asked["input"], r#"Describe {"city":"Rome","country":"piped text"}"#);
}

#[test]
fn a_prompt_that_cannot_be_used_is_explained_and_nothing_is_sent() {
    let server = demo_server();
    for (mode, words, code, expected) in [
        ("good", "s:describe_place", 2, "needs city, country. Write them in this order"),
        ("good", "s:describe_place city=Rome", 2, "needs country. Write it after its name, or"),
        ("good", "s:none", 2, "The MCP server \"s\" has no prompt s:none."),
        ("good", "t:review", 2, "config.toml has no [mcp.t] table"),
        ("good", "s:empty", 1, "The prompt s:empty is empty."),
        ("good", "s:hangs", 1, "The MCP server \"s\" did not answer within 1 second."),
        ("good", "s:exits", 1, "The MCP server \"s\" failed: it ended."),
        ("good", "s:floods", 1, "failed: it sent a message of more than 16 MB."),
        ("good", "s:invalid", 1, "failed: its answer was not what the protocol asks for."),
        ("good", "s:refuses", 1, "The MCP server \"s\" reported: no [2J access"),
        ("exits", "s:review", 1, "Its last output: [31mKeyError: 'TOKEN'"),
        ("silent", "s:review", 1, "did not answer within 1 second"),
        ("hides prompts", "s:review", 1, "did not answer within 1 second"),
        ("floods prompts", "s:review", 1, "it sent a message of more than 16 MB"),
        ("lists no prompts", "s:review", 1, "its answer was not what the protocol asks for"),
    ] {
        let home = home_with(&server.base_url(), mode, "timeout = 1\nstart_timeout = 1");
        let words: Vec<&str> = words.split(' ').collect();
        let ran = home.run(&[&["ask", "--no-stdin", "--template"], &words[..]].concat());
        assert_eq!(ran.code, code, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{words:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains('\u{1b}'), "{words:?}: {}", ran.stderr);
        assert!(!home.file().exists());
    }
    assert!(server.answer_requests().is_empty());
}

#[test]
fn prompts_are_listed_below_the_files_in_harmless_text() {
    let home = home_with("http://127.0.0.1:9", "good", "");
    let folder = home.path().join("config/duologue/prompts");
    fs::write(folder.join("review.md"), "My own.").unwrap();
    let listed = home.run(&["templates"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert_eq!(lines[..2], ["review: My own.", "s:review: Does ␛[31mreview"]);
    assert_eq!(lines.last(), Some(&"s:describe_place city country [style]: Describe a place"));
    let json: Value = serde_json::from_str(&home.run(&["templates", "--json"]).stdout).unwrap();
    let last = json["prompts"].as_array().unwrap().last().unwrap();
    assert_eq!(last["name"], "s:describe_place");
    let expected = json!({ "name": "city", "description": "what it is", "required": true });
    assert_eq!(last["arguments"][0], expected);
    // A file and a prompt may have the same name: each is called by its own.
    let server = demo_server();
    let home = home.with_server(server.base_url());
    home.run(&["ask", "--template", "review"]);
    assert_eq!(server.answer_requests()[0]["input"], "My own.");
}

#[test]
fn a_list_is_limited_and_a_server_that_fails_hides_no_file() {
    let listed = home_with("http://127.0.0.1:9", "has many prompts", "").run(&["templates"]);
    assert_eq!(listed.stdout.lines().count(), 128);
    for mode in ["silent", "exits", "hides prompts", "floods prompts", "lists no prompts"] {
        let home = home_with("http://127.0.0.1:9", mode, "timeout = 1\nstart_timeout = 1");
        fs::write(home.path().join("config/duologue/prompts/own.md"), "My own.").unwrap();
        let listed = home.run(&["templates"]);
        assert_eq!((listed.code, listed.stdout.as_str()), (0, "own: My own.\n"), "{mode}");
        assert!(listed.stderr.contains("The MCP server \"s\""), "{mode}: {}", listed.stderr);
    }
}

#[test]
fn plain_mode_lists_and_asks_with_prompts() {
    let server = demo_server();
    let home = home_with(&server.base_url(), "good", "");
    let lines = "/templates\n/s:describe_place Rome Italy\n/s:describe_place Rome\n/t:x\n";
    let ran = home.run_with_input(&["--plain"], lines);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("s:describe_place city country [style]: Describe"),
        "{}",
        ran.stdout
    );
    let asked = server.answer_requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0]["input"], r#"Describe {"city":"Rome","country":"Italy"}"#);
    assert!(ran.stderr.contains("needs country"), "{}", ran.stderr);
    assert!(ran.stderr.contains("no command /t:x"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_start_that_fails_does_not_wait_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let text = Some(mcp_program::config("s", "silent", "start_timeout = 2"));
    let file = ConfigFile { path: folder.path().join("config.toml"), text };
    let paths = Paths::below(folder.path());
    let settings = Settings::resolve(&Flags::default(), &|_| None, file, &paths).unwrap().settings;
    let host = McpHost::with_program(&settings, Path::new(env!("CARGO_BIN_EXE_duologue")));
    let begun = Instant::now();
    let (listed, got) = tokio::join!(
        host.list_prompts(PromptServers::All).collect::<Vec<_>>(),
        host.prompt("s:a", "")
    );
    assert!(listed[0].prompts.is_err() && got.is_err());
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn plain_mode_stops_waiting_for_a_prompt() {
    let server = demo_server();
    let home = home_with(&server.base_url(), "good", "");
    let mut pty = Pty::start(&home, &["--plain"], 100, 30);
    pty.wait_for("You: ");
    pty.press("/s:hangs\r");
    pty.wait_for("Waiting for MCP servers.");
    pty.press("\x03");
    pty.wait_for("Stopped. Nothing was sent.");
    pty.press("/quit\r");
    pty.wait_for_end();
}

#[cfg(unix)]
#[test]
fn the_window_offers_prompts_once_a_slash_is_typed() {
    let server = demo_server();
    let home = home_with(&server.base_url(), "good", "");
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("/");
    pty.wait_for("Commands");
    pty.press("describe");
    pty.wait_for("/s:describe_place");
    assert!(pty.text().contains("Describe a place  city country [style]"), "{}", pty.text());
    // Its arguments are needed: the name is completed first.
    pty.press("\r");
    pty.wait("the completed name", |pty| pty.text().matches("/s:describe_place").count() == 2);
    pty.press("Rome\r");
    pty.wait_for("needs country");
    pty.wait_for("/s:describe_place Rome");
    pty.press(" Italy\r");
    pty.wait_for("Describe {\"city\":\"Rome\",\"country\":\"Italy\"}");
    pty.wait("the question is sent", |_| server.answer_requests().len() == 1);
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[cfg(unix)]
#[test]
fn a_server_that_cannot_be_started_is_a_row_that_says_why() {
    let server = demo_server();
    let home = home_with(&server.base_url(), "exits", "");
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("/");
    pty.wait_for("Commands");
    pty.press("s:");
    pty.wait_for("could not be started");
    pty.press("\r");
    pty.wait_for("KeyError");
    pty.press("\x11");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}
