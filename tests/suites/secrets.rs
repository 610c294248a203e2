//! The API key appears nowhere but in requests.

use std::fs;

use crate::support::ask_server::sse_frame;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::scripted_server::{Script, ScriptedServer, event_stream, http_answer};
use crate::support::wait_until;

/// Nothing about it looks like a key, so that only its value gives it away.
const KEY: &str = "Tr0ub4dor-and-3-horses";

/// Everything that a run printed and wrote below its home.
fn traces_of(script: Script) -> String {
    let server = ScriptedServer::start(vec![script]);
    let home = Home::new().with_server(server.base_url());
    let mut command = home.command(&["ask", "--events", "hi"]);
    let output = command.env("OPENAI_API_KEY", KEY).env("DUOLOGUE_LOG", "trace").output().unwrap();
    assert_eq!(server.seen()[0].header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    let mut traces = String::from_utf8_lossy(&output.stdout).into_owned();
    traces.push_str(&String::from_utf8_lossy(&output.stderr));
    let log = home.path().join("state/duologue/duologue.log");
    traces.push_str(&fs::read_to_string(log).unwrap());
    traces
}

#[test]
fn keys_in_addresses_and_arguments_are_not_in_the_settings_that_are_printed() {
    let home = Home::new();
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    let config = format!(
        "base_url = \"https://host.example/v1?key={KEY}\"\n\
         [mcp.web]\nurl = \"https://tools.example/{KEY}/mcp\"\n\
         [mcp.program]\ncommand = \"tool\"\nargs = [\"--key\", \"{KEY}\"]\n"
    );
    fs::write(folder.join("config.toml"), config).unwrap();
    for words in [&["config"][..], &["config", "--json"]] {
        let ran = home.run(words);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(!ran.stdout.contains(KEY), "{}", ran.stdout);
        assert!(ran.stdout.contains("https://host.example/v1?…"), "{}", ran.stdout);
    }
}

#[test]
fn the_key_is_in_no_output_and_no_log_wherever_the_server_echoes_it() {
    let error = format!(
        r#"{{"error":{{"message":"bad key {KEY}","code":"{KEY}","type":"x_{KEY}","param":"{KEY}"}}}}"#
    );
    let headers = [("x-request-id", KEY), ("x-echo", KEY), ("content-type", "application/json")];
    let incomplete = format!(
        r#"{{"type":"response.incomplete","response":{{"id":"resp_1","status":"incomplete","incomplete_details":{{"reason":"{KEY}"}},"output":[]}}}}"#
    );
    let tool = format!(
        r#"{{"type":"response.completed","response":{{"id":"resp_1","status":"completed","output":[{{"type":"function_call","id":"fc_1","call_id":"c","name":"{KEY}","arguments":"{{}}"}}]}}}}"#
    );
    let in_stream =
        format!(r#"{{"type":"error","code":"{KEY}","message":"bad key {KEY}","param":"{KEY}"}}"#);
    let scripts = [
        http_answer(400, &headers, &error),
        http_answer(401, &headers, KEY),
        event_stream(sse_frame(&incomplete)),
        event_stream(sse_frame(&tool)),
        event_stream(sse_frame(&in_stream)),
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        let traces = traces_of(script);
        assert!(traces.contains("request ended"), "{number}: {traces}");
        assert!(!traces.contains(KEY), "{number}: {traces}");
    }
}

#[test]
#[cfg(unix)]
fn editor_browser_and_pager_do_not_inherit_the_key() {
    let home = Home::new();
    let seen = home.path().join("environment");
    let script = home.path().join("record");
    fs::write(&script, format!("#!/bin/sh\nenv > {}.new\nmv {0}.new {0}\n", seen.display()))
        .unwrap();
    make_executable(&script);
    let program = script.display().to_string();
    let keys = [("OPENAI_API_KEY", KEY), ("DUOLOGUE_API_KEY", KEY), ("BOX_KEY", KEY)];
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    let named = "[servers.box]\nbase_url = \"http://127.0.0.1:9/v1\"\napi_key_env = \"BOX_KEY\"";
    fs::write(folder.join("config.toml"), named).unwrap();
    let mut environment = vec![("EDITOR", program.as_str())];
    environment.extend(keys);
    let mut pty = Pty::start_with(&home, &[], (100, 30), &environment);
    pty.wait_for("Ask anything");
    pty.press("\x07");
    wait_until("the editor has run", || seen.exists());
    assert!(!fs::read_to_string(&seen).unwrap().contains(KEY));

    fs::remove_file(&seen).unwrap();
    fs::write(home.file(), CHAT).unwrap();
    let folder = home.path().join("bin");
    fs::create_dir(&folder).unwrap();
    fs::copy(&script, folder.join("xdg-open")).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut environment = vec![
        ("PATH", path.as_str()),
        ("DISPLAY", ":0"),
        ("DUOLOGUE_WEB_URL", "http://localhost:5000"),
    ];
    environment.extend(keys);
    let _pty = Pty::start_with(&home, &["web", "One"], (100, 30), &environment);
    wait_until("the browser has run", || seen.exists());
    assert!(!fs::read_to_string(&seen).unwrap().contains(KEY));

    fs::remove_file(&seen).unwrap();
    let mut environment = vec![("PAGER", program.as_str())];
    environment.extend(keys);
    let _pty = Pty::start_with(&home, &["list"], (100, 30), &environment);
    wait_until("the pager has run", || seen.exists());
    assert!(!fs::read_to_string(&seen).unwrap().contains(KEY));
}

const CHAT: &str = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [], "last_response_id": null}}"#;

#[cfg(unix)]
fn make_executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
