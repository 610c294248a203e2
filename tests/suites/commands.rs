//! The command line, as people and scripts use it.

use std::fs;

use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};
use crate::support::scripted_server::{ScriptedServer, event_stream};

#[test]
fn a_question_is_answered_stored_and_continued() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let first = home.run(&["ask", "My name is Ann"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    assert!(first.stdout.contains("This is where our conversation begins."));
    let second = home.run(&["ask", "-r", "My name is Ann", "What did I say first?"]);
    assert_eq!(second.stdout, "You began with: My name is Ann\n");
    let shown = home.run(&["show", "My name is Ann"]);
    assert!(shown.stdout.contains("You:\nWhat did I say first?\n\nAssistant:\nYou began with"));
    let listed: Value = serde_json::from_str(&home.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(listed.as_object().unwrap().len(), 1);
}

#[test]
fn piped_input_is_sent_with_the_question() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = home.run_with_input(&["ask", "review this"], "+new\n-old\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(server.answer_requests()[0]["input"], "review this\n\n+new\n-old");
}

#[test]
fn an_interrupted_answer_is_printed_stored_and_fails() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["ask", "cut this one"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("You said:"), "{}", ran.stdout);
    assert!(
        ran.stderr.contains("The connection ended. The partial answer is kept."),
        "{}",
        ran.stderr
    );
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"][1]["text"].as_str().unwrap().trim_end(), ran.stdout.trim_end());
    assert_eq!(chat["messages"][1]["response_id"], Value::Null);
    assert_eq!(chat["last_response_id"], Value::Null);
    assert!(home.run(&["show", "cut this one"]).stdout.contains("[The connection"));
    // The next request contains the partial answer.
    home.run(&["ask", "-r", "cut this one", "scroll"]);
    let input = server.answer_requests().last().unwrap()["input"].clone();
    assert_eq!(input.as_array().unwrap().len(), 3);
    assert_eq!(
        server.answer_requests().len(),
        2,
        "a stream that had begun is never asked for again"
    );
}

#[test]
fn a_rejected_request_keeps_the_question_and_names_the_next_step() {
    let server = demo_server();
    for (question, words, posts) in [
        ("unauthorized please", "needs an API key, and none is set. Run `duologue setup`.", 1),
        ("a model gone by", "does not offer \"o4-mini\"", 1),
        ("failed answer", "The server", 1),
        ("a rate limit first", "", 2),
    ] {
        let home = Home::new().with_server(server.base_url());
        let before = server.answer_requests().len();
        let ran = home.run(&["ask", question]);
        assert_eq!(server.answer_requests().len() - before, posts, "{question}: {}", ran.stderr);
        assert_eq!(ran.code, i32::from(!words.is_empty()), "{question}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{question}: {}", ran.stderr);
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        let chat = file.as_object().unwrap().values().next().unwrap();
        assert_eq!(chat["messages"][0]["text"], question);
    }
}

#[test]
fn response_ids_of_another_server_are_not_written_for_the_web_app() {
    let server = demo_server();
    let home = Home::new();
    let ran = home.run(&["ask", "hello", "--base-url", &server.base_url()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"][1]["response_id"], Value::Null);
    assert_eq!(chat["last_response_id"], Value::Null);
    // Not known to remember: the next question carries everything.
    home.run(&["ask", "-r", "hello", "again", "--base-url", &server.base_url()]);
    assert_eq!(server.answer_requests()[1]["input"].as_array().unwrap().len(), 3);
    // The true id is known here all the same.
    let id = format!("resp_{}", "x");
    assert_eq!(home.run(&["show", &id]).code, 1);
}

#[test]
fn hostile_text_is_harmless_on_standard_output_and_stays_as_it_was_in_the_file() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for words in [vec!["ask", "hostile"], vec!["show", "hostile"]] {
        let ran = home.run(&words);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("Before.") && ran.stdout.contains("After."));
        assert!(!ran.stdout.chars().any(|c| c.is_control() && c != '\n'), "{:?}", ran.stdout);
    }
    let json = home.run(&["show", "hostile", "--json"]).stdout;
    assert!(!json.chars().any(|c| c.is_control() && c != '\n'));
    let shown: Value = serde_json::from_str(&json).unwrap();
    assert!(shown["messages"][1]["text"].as_str().unwrap().contains('\x1b'));
    assert!(home.text().contains("\\u001b[2J"));
}

#[test]
fn every_mistake_has_a_sentence_a_next_step_and_its_code() {
    let home = Home::new();
    fs::write(home.file(), r#"{"aa1": {"data": {"created_at": 1}, "chat_name": "x", "last_update": 1}, "aa2": {"data": {"created_at": 1}, "chat_name": "y", "last_update": 1}}"#).unwrap();
    for (words, code, report) in [
        (vec![], 2, "needs a terminal"),
        (vec!["show", "zz"], 1, "No conversation has the id"),
        (vec!["show", "aa"], 1, "matches 2 conversations"),
        (vec!["ask"], 2, "The question is empty"),
        (vec!["ask", "hi"], 1, "Not sent: no API key is set. Set OPENAI_API_KEY"),
        (vec!["list", "--user", "../up"], 2, "path separator"),
        (vec!["list", "--chats", "/no/such/folder"], 1, "does not exist. Create it"),
        (vec!["list", "--base-url", "nowhere"], 2, "Use an address with http://"),
        (vec!["list", "--config", "/no/such/file"], 2, "cannot be used"),
        (vec!["ask", "hi", "--base-url", "http://127.0.0.1:9"], 1, "refused"),
        (vec!["frobnicate"], 2, "unrecognized subcommand"),
    ] {
        let ran = home.run(&words);
        assert_eq!(ran.code, code, "{words:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(report), "{words:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{words:?}");
        assert!(!ran.stderr.contains('\x1b'), "{words:?}");
    }
}

#[test]
fn a_file_that_is_not_json_is_never_touched() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for (bytes, report) in [
        (&b"{\"a\": "[..], "not valid JSON"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"{\"a\": NaN}", "not valid JSON"),
        (b"[1]", "does not contain an object of conversations"),
        (b"{\"a\": \"\xff\"}", "not UTF-8"),
        (b"", "ann.json is empty."),
    ] {
        fs::write(home.file(), bytes).unwrap();
        for words in [vec!["list"], vec!["ask", "hi"], vec!["show", "x"]] {
            let ran = home.run(&words);
            assert_eq!(ran.code, 1);
            assert!(ran.stderr.contains(report), "{words:?}: {}", ran.stderr);
            assert!(ran.stderr.contains("Nothing was changed."), "{}", ran.stderr);
        }
        assert_eq!(fs::read(home.file()).unwrap(), bytes);
    }
}

#[test]
fn the_key_is_read_from_every_source_and_never_shown() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut command = home.command(&["ask", "hi"]);
    let ran = command.env("OPENAI_API_KEY", "sk-from-env").env("DUOLOGUE_LOG", "trace").output();
    assert!(ran.unwrap().status.success());
    assert_eq!(server.recorded_requests()[0].authorization.as_deref(), Some("Bearer sk-from-env"));
    let log = fs::read_to_string(home.path().join("state/duologue/duologue.log")).unwrap();
    assert!(!log.contains("sk-from-env"));
    fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    let config = home.path().join("config/duologue/config.toml");
    fs::write(config, "api_key_command = \"echo sk-from-command\"").unwrap();
    assert_eq!(home.run(&["ask", "hi"]).code, 0);
    let last = server.recorded_requests().pop().unwrap();
    assert_eq!(last.authorization.as_deref(), Some("Bearer sk-from-command"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_partial_answer_and_exits_with_130() {
    use std::io::Read;
    use std::process::Stdio;
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut child = home.command(&["ask", "a slow answer"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut some = [0; 8];
    child.stdout.as_mut().unwrap().read_exact(&mut some).unwrap();
    let id = child.id().to_string();
    assert!(
        std::process::Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert!(chat["messages"][1]["text"].as_str().unwrap().starts_with("You said"));
}

#[cfg(unix)]
#[test]
fn a_killed_ask_is_finished_by_the_next_command() {
    use std::io::Read;
    use std::process::Stdio;
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut child = home.command(&["ask", "a slow answer"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut some = [0; 8];
    child.stdout.as_mut().unwrap().read_exact(&mut some).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let ran = home.run(&["show", "a slow answer"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("You said"), "{}", ran.stdout);
    assert!(ran.stdout.contains("[The program ended"), "{}", ran.stdout);
    assert!(ran.stderr.contains("Restored an answer from an earlier session."), "{}", ran.stderr);
    assert_eq!(home.run(&["show", "a slow answer"]).stdout, ran.stdout);
}

#[test]
fn completions_and_manual_come_from_the_command_line_itself() {
    let home = Home::new();
    for (shell, report) in [
        ("bash", "__complete"),
        ("zsh", "__complete"),
        ("fish", "__complete"),
        ("nushell", "__complete"),
        ("powershell", "demo-server"),
        ("elvish", "demo-server"),
    ] {
        let ran = home.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains(report), "{shell}");
    }
    assert!(home.run(&["__complete", "--", "demo"]).stdout.starts_with("demo-server\t"));
    assert!(home.run(&["man"]).stdout.contains(".TH duologue"));
}

#[test]
fn a_retired_model_is_reported_with_replacements() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let gone = home.run(&["ask", "a model gone by"]);
    assert_eq!(gone.code, 1);
    assert!(gone.stdout.is_empty());
    assert!(gone.stderr.contains("The server offers: demo-large, demo-small"), "{}", gone.stderr);
    // First what failed, then what to choose from.
    let places = ["does not offer", "The server offers:"].map(|text| gone.stderr.find(text));
    assert!(places[0] < places[1], "{}", gone.stderr);
    assert!(gone.stderr.contains("--model demo-large"), "{}", gone.stderr);
}

#[test]
fn the_replacement_of_a_retired_model_is_used_unless_another_is_named() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let state = home.path().join("state/duologue");
    fs::create_dir_all(&state).unwrap();
    let learned =
        serde_json::json!({ server.base_url(): { "stand_ins": { "o4-mini": "demo-small" } } });
    fs::write(state.join("capabilities.json"), learned.to_string()).unwrap();
    home.run(&["ask", "one"]);
    home.run(&["ask", "--model", "o4-mini", "two"]);
    let models: Vec<Value> =
        server.answer_requests().iter().map(|it| it["model"].clone()).collect();
    assert_eq!(models, ["demo-small", "o4-mini"]);
}

#[test]
fn variables_that_force_colours_do_so_in_a_pipe_and_a_cut_answer_has_no_bare_marks() {
    let delta =
        json!({"type": "response.output_text.delta", "delta": "This is **important, and *very"});
    let server = ScriptedServer::start(vec![event_stream(format!("data: {delta}\n\n"))]);
    let home = Home::new().with_server(server.base_url());
    let asked = home.command(&["ask", "hi", "--color", "always"]).output().unwrap();
    let show = |name: &str| {
        let out = home.command(&["show", "hi"]).env(name, "1").output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let forced = show("CLICOLOR_FORCE");
    assert!(forced.contains("\x1b[") && !forced.contains('*'), "{forced:?}");
    assert_eq!(forced, show("FORCE_COLOR"));
    let always = home.run(&["show", "hi", "--color", "always"]).stdout;
    assert_eq!(forced, always);
    let asked = String::from_utf8(asked.stdout).unwrap();
    assert!(asked.contains("\x1b[1") && !asked.contains('*'), "{asked:?}");
    assert!(!asked.contains("\x1b[J"), "what is in a pipe is not drawn again: {asked:?}");
    assert!(home.run(&["show", "hi"]).stdout.contains("This is **important"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_text_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    let config = "[servers.a]\nbase_url = \"http://h\"\napi_key_env = \"A_KEY\"\n";
    fs::write(folder.join("config.toml"), config).unwrap();
    let value = OsStr::from_bytes(b"http://127.0.0.1:9/\xe9/v1");
    for name in ["OPENAI_BASE_URL", "DUOLOGUE_MODEL", "OPENAI_API_KEY", "A_KEY"] {
        let ran = RunOutput::from(home.command(&["config"]).env(name, value).output().unwrap());
        let expected = format!("{name} is not UTF-8 text. Set it again, or unset it.\n");
        assert_eq!((ran.code, ran.stderr), (2, expected));
    }
    let ran = home.command(&["config"]).env("DUOLOGUE_CONFIG", value).output().unwrap();
    let ran = RunOutput::from(ran);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("it does not exist. Create it, or correct DUOLOGUE_CONFIG."));
}

#[test]
fn a_configuration_in_another_encoding_is_named_as_such() {
    let home = Home::new();
    let utf16: Vec<u8> =
        "\u{feff}model = \"x\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&utf16[..], b"# caf\xe9\nmodel = \"x\"\n"] {
        let path = home.path().join("other.toml");
        fs::write(&path, bytes).unwrap();
        let ran = home.run(&["config", "--config", path.to_str().unwrap()]);
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        assert!(ran.stderr.contains("it is not UTF-8 text. Save it as UTF-8"), "{}", ran.stderr);
    }
}
