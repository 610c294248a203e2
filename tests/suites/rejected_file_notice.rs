//! A file that the web app would reject is reported where its user sees it.

use std::fs;

use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;

/// A file whose only message has this timestamp.
fn file(timestamp: &str) -> String {
    format!(
        r#"{{"aa1": {{"data": {{"id": "aa1", "created_at": 1750000000, "metadata": {{}}}}, "chat_name": "One", "last_update": 1750000000, "messages": [{{"role": "user", "text": "zebra", "timestamp": {timestamp}}}], "last_response_id": null}}}}"#
    )
}

#[test]
fn a_file_the_web_app_would_reject_is_reported_in_one_line_with_the_remedy() {
    let server = demo_server();
    for words in [
        vec!["list"],
        vec!["list", "--json"],
        vec!["show", "aa1"],
        vec!["show", "aa1", "--json"],
        vec!["search", "zebra"],
        vec!["search", "zebra", "--json"],
        vec!["ask", "hello"],
        vec!["ask", "--json", "hello"],
    ] {
        let home = Home::new().with_server(server.base_url());
        fs::write(home.file(), file("1750000000.5")).unwrap();
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        let lines = ran.stderr.lines().filter(|line| line.contains("duologue doctor --fix"));
        assert_eq!(lines.count(), 1, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("would reject"), "{words:?}: {}", ran.stderr);
        assert!(!ran.stdout.contains("doctor"), "{words:?}: {}", ran.stdout);
        if words.contains(&"--json") {
            serde_json::from_str::<Value>(&ran.stdout).unwrap();
        }
        fs::write(home.file(), file("1750000000")).unwrap();
        assert!(!home.run(&words).stderr.contains("doctor"), "{words:?}");
    }
}

#[test]
fn a_message_whose_time_alone_was_changed_is_not_lost() {
    let home = Home::new();
    let save = |timestamp: &str| {
        let other = home.path().join("theirs");
        fs::write(&other, file(timestamp)).unwrap();
        fs::rename(other, home.file()).unwrap();
    };
    for timestamp in ["1750000000.7", "1750000001", "null", "1750000000.2", "\"soon\"", "5"] {
        save(timestamp);
        let output = home.run(&["list"]).stderr;
        assert!(!output.contains("overwrote"), "{timestamp}: {output}");
    }
    fs::write(home.path().join("theirs"), file("5").replace("zebra", "horses")).unwrap();
    fs::rename(home.path().join("theirs"), home.file()).unwrap();
    let output = home.run(&["list"]).stderr;
    assert!(output.contains("Another program overwrote 1 message"), "{output}");
}

#[test]
fn a_user_name_that_begins_with_a_dash_is_a_user_name() {
    let home = Home::new();
    fs::write(home.chats().join("-ann.json"), file("1750000000")).unwrap();
    for words in [
        vec!["--user", "-ann", "list"],
        vec!["list", "--user", "-ann"],
        vec!["--user=-ann", "list"],
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        assert!(ran.stdout.contains("One"), "{words:?}: {}", ran.stdout);
    }
}
