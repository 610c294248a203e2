//! Plain mode: a conversation as lines, from a pipe or a terminal.

use std::fs;

use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::shared_file::read_shared_file;

#[test]
fn a_conversation_in_plain_mode_has_no_escape_codes() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let typed = "My name is Ann\n\nWhat did I say\\\nfirst?\n/new\nAnother one\n/list\n/open My name is Ann\n/quit\nnever read\n";
    let ran = home.run_with_input(&["--plain"], typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("The assistant answers:\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("You began with: My name is Ann\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1. Another one, 2 messages, "), "{}", ran.stdout);
    assert!(ran.stdout.contains("You asked, "), "{}", ran.stdout);
    assert!(ran.stderr.contains("End of the answer."), "{}", ran.stderr);
    assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'));
    let inputs: Vec<Value> =
        server.answer_requests().iter().map(|it| it["input"].clone()).collect();
    assert_eq!(inputs, ["My name is Ann", "What did I say\nfirst?", "Another one"]);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    assert_eq!(file.as_object().unwrap().len(), 2);
}

#[test]
fn effort_tools_and_a_search_work_in_plain_mode_as_in_the_window() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let typed = "/effort high\n/tools calculator\nMy name is Ann\n/effort none\n/tools none\nAgain\n\
                 /tools abacus\n/find name is\n/find nowhere\n/find\n/server x\n/preset x\n\
                 /tools calculator\ncalculate 2+3\n";
    let ran = home.run_with_input(&["--plain"], typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let requests = server.answer_requests();
    assert_eq!(requests[0]["reasoning"]["effort"], "high");
    assert_eq!(requests[0]["tools"][0]["name"], "calculator");
    assert!(requests[1]["reasoning"].get("effort").is_none(), "{}", requests[1]);
    assert!(requests[1].get("tools").is_none(), "{}", requests[1]);
    assert!(ran.stdout.contains("My name is Ann\n       1  My name is Ann\n"), "{}", ran.stdout);
    for message in [
        "Reasoning effort: high.",
        "The model may use calculator.",
        "Tools are off.",
        "There is no tool \"abacus\"",
        "No matches for \"nowhere\".",
        "Name the words to find",
        "There is no server \"x\": config.toml has only the default one. Add [servers.x] to it.",
        "There is no preset \"x\". /preset lists them.",
        "Called the tool calculator: 2+3 = 5\n",
    ] {
        assert!(ran.stderr.contains(message), "{message}: {}", ran.stderr);
    }
}

#[test]
fn an_unlisted_model_is_used_only_after_a_confirmation_in_plain_mode_too() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let typed = "/model nope\nfirst\n/model nope yes\nsecond\n/model demo-large\nthird\n/effort bogus\n\
                 /undo all\n/new one\n";
    let ran = home.run_with_input(&["--plain"], typed);
    let asked: Vec<Value> = server.answer_requests().iter().map(|it| it["model"].clone()).collect();
    assert_eq!(asked.len(), 3, "{}", ran.stderr);
    assert_ne!(asked[0], "nope");
    assert_eq!((&asked[1], &asked[2]), (&Value::from("nope"), &Value::from("demo-large")));
    for message in [
        "The server does not list \"nope\". Type /model nope yes to use it.",
        "Model: nope.",
        "Reasoning effort: bogus. Most servers know only none, minimal, low",
        "/undo takes nothing after its name.",
        "/new takes nothing after its name.",
    ] {
        assert!(ran.stderr.contains(message), "{message}: {}", ran.stderr);
    }
}

#[test]
fn a_model_that_could_not_be_checked_is_said_to_be_unchecked_in_plain_mode() {
    let home = Home::new().with_server("http://127.0.0.1:9/v1".to_owned());
    let ran = home.run_with_input(&["--plain"], "/model nope\n/model\n");
    assert!(ran.stderr.contains("Model: nope, not checked. "), "{}", ran.stderr);
    assert!(ran.stderr.contains("The model is nope."), "{}", ran.stderr);
}

#[test]
fn a_conversation_is_exported_and_its_answer_copied_in_plain_mode() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let page = home.path().join("page.html").display().to_string();
    let typed = format!(
        "/export\n/copy\nshow\n/export {page}\n/export {page}\n/export /no/such/x.md\n/export ~ann/x.md\n\
         /export \"\"\n/export \"~/in quotes.md\"\n/export ~/records.json\n/export ~/notes.txt\n/export new/\n\
         /copy\n/copy 1\n/copy 99\n"
    );
    let mut command = home.command(&["--plain"]);
    command.current_dir(home.path());
    // Over SSH the clipboard of this machine is not the user's.
    command.env("SSH_TTY", "/dev/pts/9");
    let ran = Home::feed(command, &typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for message in [
        "No conversation is open.".to_owned(),
        format!("Exported as HTML to {page}."),
        format!("{page} already exists and was not changed."),
        "/no/such/x.md cannot be written: the folder /no/such does not exist. Create the folder, or name \
         another file with /export FILE."
            .to_owned(),
        "~ann/x.md cannot be written: only your own home folder is written as ~.".to_owned(),
        "new/ cannot be written: the folder new does not exist. Create the folder, or name another file \
         with /export FILE."
            .to_owned(),
        format!("Exported as Markdown to {}/show", home.path().display()),
        format!("Exported as Markdown to {}.", home.path().join("in quotes.md").display()),
        format!("Exported as JSON to {}.", home.path().join("records.json").display()),
        format!("Exported as Markdown to {}.", home.path().join("notes.txt").display()),
        "No clipboard is available. Saved the answer to ".to_owned(),
        "Saved code block 1 to ".to_owned(),
        "The last answer has ".to_owned(),
    ] {
        assert!(ran.stderr.contains(&message), "{message}: {}", ran.stderr);
    }
    assert!(!home.path().join("\"\"").exists());
    assert!(fs::read_to_string(&page).unwrap().ends_with("</html>\n"));
    let records = fs::read_to_string(home.path().join("records.json")).unwrap();
    let records: Value = serde_json::from_str(&records).unwrap();
    let (id, record) = records.as_object().unwrap().iter().next().unwrap();
    assert_eq!(record, &read_shared_file(&home)[id]);
    assert!(!ran.stdout.contains('\x1b') && !ran.stderr.contains('\x1b'), "an escape code");
}

#[test]
fn hostile_answers_are_harmless_in_plain_lines_too() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = home.run_with_input(&["--plain"], "hostile\n/read\n/list\n");
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("After."), "{}", ran.stdout);
    for evil in ['\x1b', '\x07', '\u{9b}', '\u{202e}'] {
        assert!(!ran.stdout.contains(evil) && !ran.stderr.contains(evil), "{evil:?}");
    }
}

#[test]
fn a_failed_question_is_kept_and_asked_again_and_an_unknown_command_is_no_message() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = home.run_with_input(&["--plain"], "unauthorized\n/retry\n/fly\n/retyr\n");
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("needs an API key"), "{}", ran.stderr);
    assert!(ran.stderr.contains("There is no command /fly"), "{}", ran.stderr);
    assert!(server.answer_requests().len() >= 2);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_question_that_cannot_be_stored_is_not_sent_and_the_next_line_still_counts() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.file(), "{\"cut").unwrap();
    let ran = home.run_with_input(&["--plain"], "hello\n/help\n");
    assert!(server.answer_requests().is_empty());
    assert_eq!(fs::read_to_string(home.file()).unwrap(), "{\"cut");
    assert!(!ran.stderr.is_empty());
}

#[test]
fn ctrl_c_stops_an_answer_keeps_its_part_and_the_conversation_continues() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &["--plain"], 100, 30);
    pty.wait_for("You: ");
    pty.press("\x03");
    pty.wait_for("/quit to quit");
    pty.press("the first line \\\n");
    pty.wait_for("...: ");
    pty.press("\x03");
    pty.wait_for("The unfinished message was discarded.");
    pty.press("a slow one\n");
    pty.wait_for("The assistant answers:");
    pty.press("\x03");
    pty.wait_for("The partial answer is kept.");
    pty.press("hello\n");
    pty.wait_for("End of the answer.");
    pty.press("/quit\n");
    assert_eq!(pty.wait_for_end(), 0);
    assert!(!String::from_utf8_lossy(&pty.raw).contains('\x1b'), "an escape code");
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"].as_array().unwrap().len(), 4);
}

#[test]
fn what_is_chosen_after_a_preset_takes_the_place_of_what_the_preset_has() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let words = ["presets", "create", "Poet", "--instructions", "Write verse.", "--effort", "low"];
    let more = ["--model", "o4-mini", "--tools", "calculator"];
    let made = home.run(&[&words[..], &more[..]].concat());
    assert_eq!(made.code, 0, "{}", made.stderr);
    let typed =
        "/preset poet\n/model demo-mini yes\n/effort high\n/tools none\none\n/preset poet\ntwo\n";
    let ran = home.run_with_input(&["--plain"], typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let requests = server.answer_requests();
    let options = |request: &Value| {
        let tools = request.get("tools").and_then(Value::as_array).map_or(0, Vec::len);
        (request["model"].clone(), request["reasoning"]["effort"].clone(), tools)
    };
    assert_eq!(options(&requests[0]), (json!("demo-mini"), json!("high"), 0));
    assert_eq!(options(&requests[1]), (json!("o4-mini"), json!("low"), 1), "chosen again");
    for request in &requests {
        assert!(request["instructions"].as_str().unwrap().contains("Write verse."));
    }
    // The flags of the command line are nearer than the preset, too.
    let flags = ["ask", "--preset", "poet", "--effort", "medium", "three"];
    assert_eq!(home.run(&flags).code, 0);
    let last = server.answer_requests().pop().unwrap();
    assert_eq!(options(&last), (json!("o4-mini"), json!("medium"), 1));
}

#[test]
fn files_presets_details_and_continuing_have_commands() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("notes.txt"), "the notes of ann").unwrap();
    let made = home.run(&["presets", "create", "Poet", "--instructions", "Write verse."]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let file = home.path().join("notes.txt").display().to_string();
    let typed = format!(
        "/attach\n/attach /no/such\n/attach {file}\n/preset\n/preset nobody\n/preset poet\nsummarise\n/details\n/continue\n/preset none\ncut this one\n/continue\n"
    );
    let ran = home.run_with_input(&["--plain"], &typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for output in [
        "No file is attached.",
        "/no/such",
        "notes.txt, 16 bytes.",
        "nobody",
        "Questions are asked with Poet from now on.",
        "The last answer is complete.",
        "Use /continue to continue the answer.",
    ] {
        assert!(ran.stderr.contains(output), "{output}: {}", ran.stderr);
    }
    assert!(ran.stdout.contains("Poet\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Details of the last answer:"), "{}", ran.stdout);
    let requests = server.answer_requests();
    assert!(requests[0].to_string().contains("the notes of ann"), "{}", requests[0]);
    assert!(requests[0]["instructions"].as_str().unwrap().contains("Write verse."));
    let last = requests.last().unwrap();
    assert!(!last["instructions"].as_str().unwrap_or_default().contains("Write verse."));
    assert!(last.to_string().contains("Continue exactly where you stopped."), "{last}");
    assert!(!last["input"].to_string().contains("the notes of ann") || last["input"].is_array());
}

/// What follows a prompt without an answer, such as the prompt of the shell, stands on a line of its own.
#[cfg(unix)]
#[test]
fn a_prompt_that_is_not_answered_ends_its_line() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &["--plain"], 100, 30);
    pty.wait_for("You: ");
    pty.press("\u{3}");
    pty.wait_for("No answer is running.");
    let sentence = "No answer is running. Use /quit to quit.";
    assert!(pty.text().lines().any(|line| line.trim() == sentence), "{}", pty.text());
    pty.press("\u{4}");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert_eq!(pty.cursor().1, 0, "{}", pty.text());
}
