//! What scripts rely on in `ask` and `search`.

use std::io::Read;
use std::process::{Command, Stdio};

use duologue::demo::{DemoServer, EventPermits, ServerOptions};
use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::scripted_server::{ScriptedServer, http_answer};
use crate::support::wait_until;

#[test]
fn each_event_is_a_line_of_json_and_the_last_says_how_it_ended() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["ask", "--events", "hello"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lines: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["type"], "started");
    assert_eq!(lines[1]["type"], "accepted");
    let pieces = lines.iter().filter(|line| line["type"] == "text");
    let text: String = pieces.map(|line| line["text"].as_str().unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(last["type"], "ended");
    assert_eq!(last["status"], "completed");
    assert_eq!(last["text"], text);
    assert_eq!(last["threadId"], lines[0]["threadId"]);
    assert!(last["usage"].is_object());
    let ran = home.run(&["ask", "--events", "cut this one"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.lines().last().unwrap().contains("\"status\":\"interrupted\""));
    assert_eq!(home.run(&["ask", "--events", "--json", "x"]).code, 2);
}

#[test]
fn the_last_conversation_is_continued_and_the_effort_chosen() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let none = home.run(&["ask", "-c", "more"]);
    assert_eq!(none.code, 1);
    assert!(none.stderr.contains("no conversation to continue"), "{}", none.stderr);
    home.run(&["ask", "My name is Ann"]);
    let ran = home.run(&["ask", "-c", "--effort", "low", "What did I say first?"]);
    assert_eq!(ran.stdout, "You began with: My name is Ann\n");
    assert_eq!(server.answer_requests().last().unwrap()["reasoning"]["effort"], "low");
    assert_eq!(home.run(&["ask", "-c", "-r", "x", "y"]).code, 2);
    let before = home.run(&["-c", "ask", "more"]);
    assert_eq!(before.code, 2);
    assert!(before.stderr.contains("duologue ask -c \"QUESTION\""), "{}", before.stderr);
    // Other programs may begin an id with a hyphen.
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let id = file.as_object().unwrap().keys().next().unwrap();
    std::fs::write(home.file(), home.text().replace(id, "-dash")).unwrap();
    let ran = home.run(&["ask", "-r", "-dash", "What did I say first?"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "You began with: My name is Ann\n"));
}

#[test]
fn an_unanswered_question_is_retried_and_stored_once() {
    let closing = ScriptedServer::start((0..3).map(|_| http_answer(503, &[], "")).collect());
    let failing = Home::new().with_server(closing.base_url());
    let ran = failing.run(&["ask", "is", "anybody there"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("Ask again with: duologue ask -r "), "{}", ran.stderr);
    assert!(ran.stderr.contains(" --retry"), "{}", ran.stderr);
    let server = demo_server();
    let home = failing.with_server(server.base_url());
    let ran = home.run(&["ask", "--retry"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.answer_requests().last().unwrap()["input"], "is anybody there");
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"].as_array().unwrap().len(), 2);
    let answered = home.run(&["ask", "--retry"]);
    assert_eq!(answered.code, 1);
    assert!(answered.stderr.contains("already has an answer"), "{}", answered.stderr);
}

#[test]
fn a_model_that_is_gone_is_answered_with_one_command_line_that_works() {
    let server = demo_server();
    let home = Home::new();
    let url = server.base_url();
    let ran = home.run(&["--base-url", &url, "ask", "--model", "gone-model", "hi"]);
    let line = ran.stderr.lines().find(|line| line.starts_with("Ask again with: ")).unwrap();
    let line = line.trim_start_matches("Ask again with: duologue ");
    let words: Vec<&str> = line.split(' ').collect();
    assert_eq!((words[0], words[1]), ("--base-url", url.as_str()), "{}", ran.stderr);
    assert!(!ran.stderr.contains("Choose one"), "{}", ran.stderr);
    let again = home.run(&words);
    assert_eq!(again.code, 0, "{line}: {}", again.stderr);
}

#[cfg(unix)]
#[test]
fn a_suggested_command_line_can_be_pasted_into_a_shell() {
    let server = demo_server();
    let home = Home::new();
    let config = home.path().join("Ann's $HOME (1).toml");
    std::fs::write(&config, "").unwrap();
    let config = config.to_str().unwrap();
    let url = server.base_url();
    let ran =
        home.run(&["--base-url", &url, "--config", config, "ask", "--model", "gone-model", "hi"]);
    let line = ran.stderr.lines().find_map(|it| it.strip_prefix("Ask again with: ")).unwrap();
    let script = format!("printf '%s\\n' {line}");
    let words = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    let words = String::from_utf8(words.stdout).unwrap();
    assert!(words.lines().any(|word| word == config), "{line}");
}

#[test]
fn an_effort_that_openai_does_not_know_is_refused_everywhere_and_other_servers_have_their_own() {
    let server = demo_server();
    let home = Home::new();
    let refused = "There is no effort \"banana\". Use none, minimal, low, medium, high or xhigh.";
    let config = home.path().join("effort.toml");
    std::fs::write(&config, "effort = \"banana\"").unwrap();
    let config = config.to_str().unwrap();
    for words in [
        vec!["ask", "--effort", "banana", "hi"],
        vec!["list", "--config", config],
        vec!["presets", "create", "A", "--instructions", "b", "--effort", "banana"],
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, 2, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(refused), "{words:?}: {}", ran.stderr);
    }
    assert!(!home.file().exists());
    let home = home.with_server(server.base_url());
    for (words, code) in [
        (vec!["ask", "--effort", "max", "hi"], 0),
        (vec!["list", "--config", config], 0),
        (vec!["presets", "create", "A", "--instructions", "b", "--effort", "max"], 0),
        (vec!["ask", "--effort", "as much as you can", "hi"], 2),
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, code, "{words:?}: {}", ran.stderr);
    }
    let sent = server.answer_requests();
    assert_eq!(sent.last().unwrap()["reasoning"]["effort"], "max");
}

#[test]
fn what_does_not_exist_is_code_1_for_files_and_conversations_and_2_for_settings() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for (words, code, sentence) in [
        (vec!["ask", "hi", "--preset", "nobody"], 2, "nobody"),
        (
            vec!["ask", "hi", "--server", "nope"],
            2,
            "There is no server \"nope\": config.toml has only the default one. Add [servers.nope] to it.",
        ),
        (vec!["ask", "-c", "hi"], 1, "Ask without -c."),
        (vec!["ask", "--retry"], 1, "There is no question to ask again yet."),
        (vec!["ask", "hi", "-r", "none"], 1, "none"),
        (vec!["ask", "hi", "--attach", "nofile"], 1, "nofile does not exist."),
        (vec!["doctor", "nofile"], 1, "nofile"),
        (vec!["import", "nofile"], 1, "nofile"),
        (vec!["import", "."], 1, ". is a folder. Name its files: duologue import ./*.md"),
        (vec!["migrate"], 0, "does not exist yet, so there is nothing to upgrade."),
        (vec!["export"], 2, "or export all of them with --all."),
        (vec!["export", "--all"], 0, "There are no conversations to export."),
        (
            vec!["list", "--config", "/nope.toml"],
            2,
            "/nope.toml cannot be used: it does not exist. Create it, or correct --config.",
        ),
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, code, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(sentence), "{words:?}: {}", ran.stderr);
    }
}

#[test]
fn a_state_folder_that_cannot_be_made_is_named_with_the_variables_that_choose_it() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let file = home.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut command = home.command(&["ask", "hi"]);
    let ran = command.env("XDG_STATE_HOME", &file).output().unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let sentence = "cannot be created: one of the folders above it is a file. Nothing was changed. Set HOME or \
                    XDG_STATE_HOME to a folder you can write to.";
    assert!(stderr.contains(sentence), "{stderr}");
}

#[test]
fn a_rejected_question_leaves_no_trace() {
    let server = demo_server();
    let home = Home::new();
    let with_server = Home::at(home.path()).with_server(server.base_url());
    for (home, words, report) in [
        (&home, vec!["ask", "hi"], "no API key is set."),
        (&home, vec!["ask", "hi", "--base-url", "http://127.0.0.1:9/v1"], "refused"),
        (&home, vec!["ask", "hi", "--base-url", "http://no-such-host.invalid/v1"], "no-such-host"),
        (&with_server, vec!["ask", "hi", "--preset", "nobody"], "nobody"),
        (&with_server, vec!["ask", "hi", "--attach", "/no/such/file"], "/no/such/file"),
        (&with_server, vec!["ask", "hi", "--attach", "-no-such.txt"], "-no-such.txt"),
        (&with_server, vec!["ask", "hi", "-r", "nothing"], "nothing"),
    ] {
        let ran = home.run(&words);
        assert_ne!(ran.code, 0, "{words:?}");
        assert!(ran.stderr.contains(report), "{words:?}: {}", ran.stderr);
        assert!(!home.file().exists(), "{words:?} stored {}", home.text());
        let journal = ran.stderr.contains("--retry");
        assert!(!journal, "{words:?}: {}", ran.stderr);
    }
    let mut command = home.command(&["ask", "hi"]);
    let config = home.path().join("key.toml");
    std::fs::write(&config, "api_key_command = \"exit 3\"").unwrap();
    let ran = command.env("DUOLOGUE_CONFIG", &config).output().unwrap();
    assert_eq!(ran.status.code(), Some(1));
    assert!(!home.file().exists());
    let answered = with_server.run(&["list"]);
    assert_eq!((answered.code, answered.stdout.as_str()), (0, ""), "{}", answered.stderr);
}

#[test]
fn matches_are_shown_with_context() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "The Zebra crossed\x1b[2J the road"]);
    home.run(&["ask", "nothing of interest"]);
    let ran = home.run(&["search", "zebra", "crossed"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("The Zebra crossed"), "{}", ran.stdout);
    assert!(ran.stdout.contains("       1  The Zebra crossed␛[2J the road\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains('\x1b'), "{:?}", ran.stdout);
    let json = home.run(&["search", "--json", "ZEBRA"]).stdout;
    let hits: Vec<Value> = serde_json::from_str(&json).unwrap();
    let hit = hits.iter().find(|hit| hit["message"]["index"] == 0).unwrap();
    assert_eq!(hit["found"], "Zebra");
    assert_eq!(hit["before"], "The ");
    assert_eq!(hit["message"]["role"], "user");
    let none = home.run(&["search", "giraffe"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, ""));
    assert_eq!(none.stderr, "No matches for \"giraffe\".\n");
    let none = home.run(&["search", "--json", "giraffe"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, "[]\n"));
    assert_eq!(home.run(&["search", " "]).code, 2);
    assert_eq!(home.run(&["search"]).code, 2);
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_failure_and_the_answer_is_kept() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for words in [vec!["ask", "a long answer"], vec!["show", "a long answer"], vec!["man"]] {
        let mut child =
            home.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut some = [0; 3];
        let mut output = child.stdout.take().unwrap();
        output.read_exact(&mut some).unwrap();
        drop(output);
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{words:?}");
    }
    let shown = home.run(&["show", "--json", "a long answer"]).stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert!(shown["messages"][1]["text"].as_str().unwrap().len() > 1000);
}

#[test]
fn a_person_who_waits_sees_that_time_passes() {
    let permits = EventPermits::default();
    let server =
        DemoServer::start(ServerOptions { permits: Some(permits), ..ServerOptions::default() })
            .unwrap();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &["ask", "hello"], 80, 24);
    pty.wait_for("o4-mini 1 s");
    pty.press("\u{3}");
    assert_eq!(pty.wait_for_end(), 130);
    assert!(!pty.text().contains("o4-mini"), "{}", pty.text());
}

/// The next command finds the file as this one left it, and has nothing to say.
#[test]
fn conversations_that_vanish_while_an_answer_arrives_are_named() {
    for replaced in [false, true] {
        let permits = EventPermits::default();
        let options = ServerOptions { permits: Some(permits.clone()), ..ServerOptions::default() };
        let server = DemoServer::start(options).unwrap();
        let home = Home::new().with_server(server.base_url());
        let old = r#"{"old": {"data": {"id": "old", "created_at": 1700000000, "metadata": {}, "object": "conversation"},
            "chat_name": "Old", "last_update": 1700000000, "messages": [], "last_response_id": null}}"#;
        std::fs::write(home.file(), old).unwrap();
        let mut asking = home.command(&["ask", "what now"]);
        let asking = asking.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until("the question is stored", || home.text().contains("what now"));
        if replaced {
            let other = home.path().join("other.json");
            std::fs::write(&other, "{}").unwrap();
            std::fs::rename(other, home.file()).unwrap();
        } else {
            std::fs::remove_file(home.file()).unwrap();
        }
        permits.release(1000);
        let ran = asking.wait_with_output().unwrap();
        let report = String::from_utf8_lossy(&ran.stderr);
        let expected = if replaced {
            "Another program overwrote 1 conversation."
        } else {
            "The chats file was removed, with 1 conversation."
        };
        assert!(report.contains(expected), "{report}");
        assert!(home.text().contains("what now"));
        assert!(
            home.run(&["undo"])
                .stderr
                .contains("Restored 1 conversation that another program overwrote.")
        );
    }
}

/// Loads the completions of a shell in that shell, and has it complete `exp`.
fn assert_completes(shell: &str, words: &[&str], script: &str) {
    let home = Home::new();
    let ran = home.run(&["completions", shell]);
    assert_eq!(ran.code, 0);
    let file = home.path().join("completions");
    std::fs::write(&file, ran.stdout).unwrap();
    let output = Command::new(shell)
        .args(words)
        .arg(script)
        .arg(&file)
        .env("DUOLOGUE", env!("CARGO_BIN_EXE_duologue"))
        .output()
        .unwrap_or_else(|error| panic!("this test needs {shell}: {error}"));
    let report = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && report.is_empty(), "{shell}: {report}");
    let offered = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(offered.contains("export"), "{shell} offers: {offered}");
}

#[test]
fn completions_work_in_bash() {
    let script = r#"source "$0"; COMP_WORDS=("$DUOLOGUE" exp); COMP_CWORD=1; _duologue duologue exp duologue; echo "${COMPREPLY[@]}""#;
    assert_completes("bash", &["--norc", "-c"], script);
}

#[test]
#[ignore = "needs zsh; CI runs it"]
fn completions_work_in_zsh() {
    let script = r#"autoload -Uz compinit; compinit -u -D; source "$0"; print ${_comps[duologue]}; functions _duologue | grep -q __complete; "$DUOLOGUE" __complete -- exp"#;
    assert_completes("zsh", &["-f", "-c"], script);
}

#[test]
#[ignore = "needs fish; CI runs it"]
fn completions_work_in_fish() {
    let script =
        r#"source $argv[1]; function duologue; $DUOLOGUE $argv; end; complete -C "duologue exp""#;
    assert_completes("fish", &["--no-config", "-c"], script);
}

#[test]
fn the_last_words_of_a_burst_are_shown_without_waiting_for_more() {
    let permits = EventPermits::default();
    let options = ServerOptions { permits: Some(permits.clone()), ..ServerOptions::default() };
    let server = DemoServer::start(options).unwrap();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &["ask", "hello"], 100, 30);
    permits.release(BURST);
    pty.wait_for("our conversation begins.");
    permits.release(1000);
    assert_eq!(pty.wait_for_end(), 0);
    assert!(pty.text().contains("show you something."), "{}", pty.text());
}

/// The events of the demo server's answer up to its word "begins.".
const BURST: usize = 14;

#[test]
fn a_completion_leaves_the_notice_of_a_loss_to_the_next_command() {
    let home = Home::new();
    for title in ["First", "Second"] {
        assert_eq!(import(&home, title), 0);
    }
    let other = home.path().join("other.json");
    std::fs::write(&other, "{}").unwrap();
    std::fs::rename(other, home.file()).unwrap();
    let tab = home.run(&["__complete", "--", "show", ""]);
    assert_eq!((tab.code, tab.stderr.as_str()), (0, ""));
    let listed = home.run(&["list"]).stderr;
    assert!(listed.contains("Another program undid changes"), "{listed}");
}

/// Imports a conversation of this title.
fn import(home: &Home, title: &str) -> i32 {
    let file = home.path().join(format!("{title}.json"));
    let record = json!({ "data": { "id": title, "created_at": 1, "metadata": {}, "object": "conversation" },
        "chat_name": title, "last_update": 5, "last_response_id": null,
        "messages": [{ "role": "user", "text": "hello", "timestamp": 5 }] });
    std::fs::write(&file, json!({ title: record }).to_string()).unwrap();
    home.run(&["import", &file.display().to_string()]).code
}

#[test]
fn completions_know_conversations_models_presets_and_users() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "Trip to Rome"]);
    home.run(&["presets", "create", "Poet", "--instructions", "Write verse."]);
    std::fs::write(home.chats().join("bob.json"), "{}").unwrap();
    let complete = |words: &[&str]| {
        let ran = home.run(&[&["__complete", "--"], words].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        ran.stdout
    };
    assert!(complete(&["show", ""]).contains("\tTrip to Rome\n"));
    assert!(complete(&["show", "trip"]).starts_with("Trip to Rome\t"));
    assert!(complete(&["ask", "-r", "Tr"]).starts_with("Trip to Rome\t"));
    assert!(complete(&["--model", "o4"]).starts_with("o4-mini\t"));
    assert!(complete(&["ask", "--model=o4"]).starts_with("--model=o4-mini\t"));
    assert_eq!(complete(&["ask", "--preset", ""]), "Poet\tWrite verse.\n");
    assert_eq!(complete(&["--user", ""]), "ann\t\nbob\t\n");
    assert!(!complete(&["--user", "bob", "show", ""]).contains("Trip"));
    assert!(complete(&["doctor", "--web-v"]).starts_with("--web-version\t"));
    assert!(complete(&["doctor", "--web-version", "c"]).starts_with("current\t"));
    assert_eq!(complete(&["doctor", "some"]), "");
    assert!(!complete(&[""]).contains("__complete"));
}
