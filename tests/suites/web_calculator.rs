//! The history of calculations beside the chats: extended as the web app extends it, shown, and gone
//! and back with its conversation.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::ask_server::sse_frame;
use crate::support::demo_server;
use crate::support::fake_web_calculator::FakeWebCalculator;
use crate::support::home::{Home, RunOutput};
use crate::support::scripted_server::{ScriptedServer, event_stream, json_answer};
use crate::support::web_files;

/// A home whose questions go to a server and may use the calculator.
fn calculating(base_url: &str) -> Home {
    let home = Home::new().with_server(base_url.to_owned());
    fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    let config = "tools = [\"calculator\"]\n";
    fs::write(home.path().join("config/duologue/config.toml"), config).unwrap();
    home
}

fn run(home: &Home, words: &[&str]) -> RunOutput {
    let ran = home.run(words);
    assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.stdout, ran.stderr);
    ran
}

/// Asks in a new conversation; its id.
fn ask(home: &Home, question: &str) -> String {
    run(home, &["ask", question]);
    let listed: Value = serde_json::from_str(&run(home, &["list", "--json"]).stdout).unwrap();
    listed.as_object().unwrap().keys().next_back().unwrap().clone()
}

fn folder(home: &Home, id: &str) -> PathBuf {
    home.chats().join("ann").join(id)
}

fn history(home: &Home, id: &str) -> PathBuf {
    folder(home, id).join("calculator.json")
}

/// Expressions and results of a history.
fn entries(home: &Home, id: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(history(home, id)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string_pretty(&file).unwrap(), text, "the app's layout");
    let entry = |it: &Value| (it["expression"].as_str().unwrap().to_owned(), it["result"].clone());
    file["history"].as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn each_result_is_added_and_a_failure_makes_the_folder_alone() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let id = ask(&home, "calculate 2 + 2");
    let text = fs::read_to_string(history(&home, &id)).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let time = file["history"][0]["timestamp"].to_string();
    assert_eq!(text.replace(&time, "1795932949"), web_files::text("calculator/one.json"));
    run(&home, &["ask", "-r", &id, "calculate 1/0 and 4/2 then 2**40"]);
    assert_eq!(
        entries(&home, &id)[1..],
        [("4/2".to_owned(), json!(2.0)), ("2**40".to_owned(), json!(1_u64 << 40))]
    );
    let long = ask(&home, "calculate 10**20 then 1e16");
    let text = fs::read_to_string(history(&home, &long)).unwrap();
    assert!(text.contains("\"result\": 100000000000000000000,\n"), "{text}");
    assert!(text.contains("\"result\": 1e+16,\n"), "{text}");
    let failed = ask(&home, "calculate 1/0");
    assert_eq!(fs::read_dir(folder(&home, &failed)).unwrap().count(), 0);
    let none = ask(&home, "hello");
    assert!(!folder(&home, &none).exists(), "no tool was called");
}

#[test]
fn both_programs_extend_one_history_in_turn() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let web = FakeWebCalculator::new(&home.chats(), "ann");
    let id = ask(&home, "calculate 1+1");
    for turn in 1..=3 {
        web.call(&id, &format!("'é' * {turn}"), Some(&json!("é".repeat(turn)))).unwrap();
        run(&home, &["ask", "-r", &id, &format!("calculate {turn}+1")]);
    }
    let all: Vec<String> = entries(&home, &id).into_iter().map(|(it, _)| it).collect();
    assert_eq!(all, ["1+1", "'é' * 1", "1+1", "'é' * 2", "2+1", "'é' * 3", "3+1"]);
    // One more than the app keeps, from either side.
    fs::write(history(&home, &id), web_files::text("calculator/trimmed.json")).unwrap();
    run(&home, &["ask", "-r", &id, "calculate 7*6"]);
    let all = entries(&home, &id);
    assert_eq!((all.len(), all[99].0.as_str()), (100, "7*6"));
    web.call(&id, "1", Some(&json!(1))).unwrap();
    let all = entries(&home, &id);
    assert_eq!((all.len(), all[98].0.as_str(), all[99].0.as_str()), (100, "7*6", "1"));
}

#[test]
fn a_damaged_history_is_begun_anew_with_a_copy_and_a_wrong_shape_is_reported_and_left() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let web = FakeWebCalculator::new(&home.chats(), "ann");
    for damaged in [&b"{\"history\": ["[..], b"", b"\xef\xbb\xbf{}", b"\"\xff\""] {
        let id = ask(&home, "calculate 1+1");
        fs::write(history(&home, &id), damaged).unwrap();
        let ran = run(&home, &["ask", "-r", &id, "calculate 2+2"]);
        assert!(ran.stdout.contains('4'), "{}", ran.stdout);
        assert_eq!(entries(&home, &id), [("2+2".to_owned(), json!(4))]);
        let names = fs::read_dir(folder(&home, &id)).unwrap().map(|it| it.unwrap().path());
        let copy = names.into_iter().find(|it| it.to_str().unwrap().contains(".backup."));
        assert_eq!(fs::read(copy.unwrap()).unwrap(), damaged);
    }
    for shape in ["[]", "null", "{\"history\": null}", "{\"history\": [\"\\ud83d\"]}"] {
        let id = ask(&home, "calculate 1+1");
        fs::write(history(&home, &id), shape).unwrap();
        assert!(web.call(&id, "1", Some(&json!(1))).is_err(), "{shape}");
        let ran = run(&home, &["ask", "-r", &id, "calculate 2+2"]);
        assert!(ran.stdout.contains('4'), "the answer comes all the same: {}", ran.stdout);
        assert!(ran.stderr.contains("calculator.json"), "{shape}: {}", ran.stderr);
        assert_eq!(fs::read_to_string(history(&home, &id)).unwrap(), shape);
        assert_eq!(fs::read_dir(folder(&home, &id)).unwrap().count(), 1, "{shape}");
    }
    let id = ask(&home, "hello");
    fs::write(folder(&home, &id), "a file in the place of the folder").unwrap();
    assert!(web.call(&id, "1", Some(&json!(1))).is_err());
    let ran = run(&home, &["ask", "-r", &id, "calculate 2+2"]);
    assert!(ran.stdout.contains('4') && ran.stderr.contains(&id), "{}", ran.stderr);
    // `{}` is good.
    let id = ask(&home, "calculate 1+1");
    fs::write(history(&home, &id), "{}").unwrap();
    run(&home, &["ask", "-r", &id, "calculate 2+2"]);
    web.call(&id, "1", Some(&json!(1))).unwrap();
    assert_eq!(entries(&home, &id).len(), 2);
}

#[test]
fn a_calculation_stays_when_its_turn_fails() {
    let first = call("{\"expression\": \"6*7\"}");
    let broken = r#"{"error":{"message":"No.","code":"invalid_prompt"}}"#;
    let server = ScriptedServer::start(vec![event_stream(first), json_answer(400, broken)]);
    let home = calculating(&server.base_url());
    assert_ne!(home.run(&["ask", "What is 6*7?"]).code, 0);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let id = file.as_object().unwrap().keys().next().unwrap();
    assert_eq!(entries(&home, id), [("6*7".to_owned(), json!(42))]);
}

/// The answer of a server that calls the calculator.
fn call(arguments: &str) -> String {
    let item = json!({ "id": "fc_1", "type": "function_call", "call_id": "call_1",
        "name": "calculator", "arguments": arguments });
    let done = json!({ "type": "response.completed",
        "response": { "id": "resp_1", "status": "completed", "output": [item] } });
    sse_frame(r#"{"type":"response.created","response":{"id":"resp_1"}}"#)
        + &sse_frame(&done.to_string())
}

/// The answer of a server in words.
fn words() -> String {
    let delta = json!({ "type": "response.output_text.delta", "output_index": 0,
        "content_index": 0, "delta": "Done." });
    sse_frame(r#"{"type":"response.created","response":{"id":"resp_2"}}"#)
        + &sse_frame(&delta.to_string())
        + &sse_frame(
            r#"{"type":"response.completed","response":{"id":"resp_2","status":"completed","output":[]}}"#,
        )
}

#[test]
fn arguments_that_are_not_json_leave_no_trace_beside_the_chats() {
    for (arguments, has_folder) in
        [("{\"expression\": \"1", false), ("{\"expression\": NaN}", true)]
    {
        let server =
            ScriptedServer::start(vec![event_stream(call(arguments)), event_stream(words())]);
        let home = calculating(&server.base_url());
        let id = ask(&home, "What is it?");
        assert_eq!(folder(&home, &id).exists(), has_folder, "{arguments}");
        assert_eq!(home.text().contains("tool_outputs\": [\n"), has_folder, "{}", home.text());
    }
}

#[test]
fn a_history_comes_back_with_a_conversation_that_the_browser_continued() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let id = ask(&home, "calculate 2+2");
    let before = fs::read_to_string(history(&home, &id)).unwrap();
    let copy = home.text();
    run(&home, &["delete", &id, "--yes"]);
    assert!(!folder(&home, &id).exists());
    // The web app adds a turn to the copy that it had read before.
    let mut file: Value = serde_json::from_str(&copy).unwrap();
    let question = json!({ "role": "user", "text": "And in the browser?", "timestamp": 4_000_000_000_i64,
        "response_id": null, "reasoning_data": null, "agent_preset_id": null, "model": null,
        "reasoning_level": null });
    file[&id]["messages"].as_array_mut().unwrap().push(question);
    fs::write(home.file(), serde_json::to_string_pretty(&file).unwrap()).unwrap();
    let listed = run(&home, &["list"]);
    assert!(listed.stdout.contains("calculate 2"), "{}{}", listed.stdout, listed.stderr);
    assert_eq!(fs::read_to_string(history(&home, &id)).unwrap(), before);
}

#[test]
fn a_long_result_is_whole_in_a_pipe() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let id = ask(&home, "calculate 2+2");
    let web = FakeWebCalculator::new(&home.chats(), "ann");
    let long = "7".repeat(4000);
    web.call(&id, "7+0", Some(&json!(long))).unwrap();
    assert!(run(&home, &["show", &id, "--details"]).stdout.contains(&long));
    assert!(run(&home, &["show", &id, "--details", "--markdown"]).stdout.contains(&long));
}

#[test]
fn a_calculation_that_no_answer_shows_is_printed_with_the_details() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let id = ask(&home, "calculate 6*7");
    let shown = |id: &str| run(&home, &["show", id, "--details"]).stdout;
    assert!(!shown(&id).contains("Other calculations"), "its answer shows it: {}", shown(&id));
    FakeWebCalculator::new(&home.chats(), "ann").call(&id, "2**9", Some(&json!(512))).unwrap();
    let details = shown(&id);
    let other = details.split("Other calculations").nth(1).unwrap();
    assert!(other.contains("2**9") && other.contains("512"), "{details}");
    assert!(!other.contains("6*7"), "{details}");
    assert!(!run(&home, &["show", &id]).stdout.contains("2**9"));
}

#[test]
fn a_history_goes_to_the_trash_with_its_conversation_and_comes_back_with_it() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let (id, other) = (ask(&home, "calculate 2+2"), ask(&home, "calculate 3+3"));
    let before = fs::read_to_string(history(&home, &id)).unwrap();
    run(&home, &["delete", &id, "--yes"]);
    assert!(!folder(&home, &id).exists() && history(&home, &other).exists());
    run(&home, &["undo"]);
    assert_eq!(fs::read_to_string(history(&home, &id)).unwrap(), before);
    assert!(home.text().contains(&id));
    run(&home, &["ask", "-r", &id, "calculate 4+4"]);
    assert_eq!(entries(&home, &id).len(), 2);
    // What the web app calculates after the deletion is kept beside it.
    run(&home, &["delete", &id, "--yes"]);
    let web = FakeWebCalculator::new(&home.chats(), "ann");
    web.call(&id, "5", Some(&json!(5))).unwrap();
    run(&home, &["undo"]);
    assert_eq!(entries(&home, &id), [("5".to_owned(), json!(5))]);
    let names = fs::read_dir(folder(&home, &id)).unwrap().map(|it| it.unwrap().path());
    let copy = names.into_iter().find(|it| it.to_str().unwrap().contains(".backup.")).unwrap();
    assert!(fs::read_to_string(copy).unwrap().contains("4+4"));
}

#[test]
fn a_history_that_cannot_be_moved_back_stays_in_the_trash_until_it_can() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let id = ask(&home, "calculate 2+2");
    let before = fs::read_to_string(history(&home, &id)).unwrap();
    run(&home, &["delete", &id, "--yes"]);
    fs::write(folder(&home, &id), "in the way").unwrap();
    let undone = run(&home, &["undo"]);
    assert!(home.text().contains(&id), "the conversation is back all the same");
    assert!(undone.stderr.contains("could not be moved back"), "{}", undone.stderr);
    fs::remove_file(folder(&home, &id)).unwrap();
    // Nothing but the history is left to be undone.
    home.run(&["undo"]);
    assert_eq!(fs::read_to_string(history(&home, &id)).unwrap(), before);
}

#[test]
fn without_a_web_app_or_an_id_that_is_the_name_of_a_folder_there_is_no_history() {
    let server = demo_server();
    let home = calculating(&server.base_url());
    let own = home.path().join("data/duologue/chats");
    let mut command = home.command(&["ask", "calculate 2+2"]);
    assert!(command.env("DUOLOGUE_CHATS", &own).output().unwrap().status.success());
    assert!(own.join("ann.json").exists());
    assert_eq!(fs::read_dir(&own).unwrap().count(), 1, "no other program would read it");
    for odd in ["../up", "a/b", "..", "", &"x".repeat(300)] {
        let file = json!({ odd: {
            "data": { "id": odd, "created_at": 1, "metadata": {}, "object": "conversation" },
            "chat_name": "Odd", "last_update": 1, "messages": [], "last_response_id": null,
        }});
        fs::write(home.file(), file.to_string()).unwrap();
        run(&home, &["ask", "-r", "Odd", "calculate 2+2"]);
        assert!(!home.chats().join("ann").exists() && !home.chats().join("up").exists(), "{odd}");
        assert!(home.text().contains("calculate 2+2"));
    }
}
