//! Tools of MCP servers: started, called, limited and ended, whatever the server does.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Instant;

use duologue::mcp::McpHost;
use duologue::settings::{ConfigFile, Flags, Paths, Settings};
use duologue::tools::ToolHost;
use serde_json::{Map, Value, json};

use crate::support::ask_server::sse_frame;
use crate::support::fake_web_app::assert_accepted;
use crate::support::home::{Home, RunOutput};
use crate::support::mcp_program;
use crate::support::pty::Pty;
use crate::support::scripted_server::{
    BARRIER_TIMEOUT, ScriptStep, ScriptedServer, event_stream, event_stream_head, json_answer,
};
use crate::support::wait_until;

/// A home whose settings have one server, `s`, that behaves in this way.
fn home_with(server: &ScriptedServer, mode: &str, settings: &str) -> Home {
    let home = Home::new().with_server(server.base_url());
    write_config(&home, &mcp_program::config("s", mode, settings));
    home
}

fn write_config(home: &Home, text: &str) {
    let folder = home.path().join("config/duologue");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), text).unwrap();
}

/// An answer of the model that calls functions.
fn calls(functions: &[(&str, Value)]) -> Vec<ScriptStep> {
    let mut stream = sse_frame(r#"{"type":"response.created","response":{"id":"resp_1"}}"#);
    let mut output = Vec::new();
    for (index, (name, arguments)) in functions.iter().enumerate() {
        let item = json!({ "id": format!("fc_{index}"), "type": "function_call",
            "call_id": format!("call_{index}"), "name": name, "arguments": arguments.to_string() });
        let done =
            json!({ "type": "response.output_item.done", "output_index": index, "item": item });
        stream.push_str(&sse_frame(&done.to_string()));
        output.push(item);
    }
    let response = json!({ "id": "resp_1", "status": "completed", "output": output });
    let completed = json!({ "type": "response.completed", "response": response });
    event_stream(stream + &sse_frame(&completed.to_string()))
}

fn text(words: &str) -> Vec<ScriptStep> {
    let delta = json!({ "type": "response.output_text.delta", "output_index": 0,
        "content_index": 0, "delta": words });
    event_stream(
        sse_frame(r#"{"type":"response.created","response":{"id":"resp_2"}}"#)
            + &sse_frame(&delta.to_string())
            + &sse_frame(
                r#"{"type":"response.completed","response":{"id":"resp_2","status":"completed","output":[]}}"#,
            ),
    )
}

/// Asks a question whose answer calls one tool; returns what was printed and what the model was told.
fn call_tool(tool: &str, arguments: Value, more: &str) -> (Home, RunOutput, Value) {
    let function = format!("s__{tool}");
    let server = ScriptedServer::start(vec![calls(&[(&function, arguments)]), text("Done.")]);
    let home = home_with(&server, "good", more);
    let output = home.run(&["ask", "--tools", "s", "Use it"]);
    let sent = server.seen()[1].json()["input"][0]["output"].as_str().unwrap().to_owned();
    (home, output, serde_json::from_str(&sent).unwrap())
}

#[test]
fn servers_are_listed_with_their_tools_in_harmless_text() {
    let home = Home::new();
    write_config(&home, &mcp_program::config("s", "good", ""));
    let listed = home.run(&["mcp"]);
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    assert!(listed.stdout.contains("  scripted 1.0, 11 tools\n"), "{}", listed.stdout);
    assert!(listed.stdout.contains("  s/echo (read-only, says the server): Does ␛[31mecho␇\n"));
    let json: Value = serde_json::from_str(&home.run(&["mcp", "s", "--json"]).stdout).unwrap();
    assert_eq!(json[0]["tools"][0]["effect"], "read_only");
    assert_eq!(json[0]["tools"][1]["effect"], "changes");
    assert_eq!(home.run(&["mcp", "t"]).code, 2);
}

#[test]
fn a_server_that_is_waited_for_is_named() {
    let server = ScriptedServer::start(vec![text("Without.")]);
    let home = Home::new().with_server(server.base_url());
    let config = mcp_program::config("s", "silent", "");
    write_config(&home, &(config + &mcp_program::config("t", "good", "")));
    let one = "Waiting for the MCP server \"s\", 1 s";
    for (words, shown) in [
        (&["mcp"][..], one),
        (&["templates"], one),
        (&["ask", "--tools", "s", "Hello"], one),
        (&["ask", "--tools", "s,t", "Hello"], "Waiting for 2 MCP servers, 1 s"),
    ] {
        Pty::start(&home, words, 80, 24).wait_for(shown);
    }
}

#[test]
fn a_server_that_cannot_be_started_is_explained_and_the_answer_comes_without_it() {
    let missing = "[mcp.s]\ncommand = \"/no/such/program\"\n".to_owned();
    for (config, expected) in [
        (missing, "there is no program \"/no/such/program\". Correct command in [mcp.s]."),
        (mcp_program::config("s", "exits", ""), "Its last output: [31mKeyError: 'TOKEN'"),
        (mcp_program::config("s", "silent", "start_timeout = 1"), "did not answer within 1 second"),
        (mcp_program::config("s", "floods", ""), "it sent a message of more than 16 MB"),
        (mcp_program::config("s", "refuses", ""), "it refused to start: licence [2J expired"),
    ] {
        let server = ScriptedServer::start(vec![text("Without.")]);
        let home = Home::new().with_server(server.base_url());
        write_config(&home, &config);
        let tested = home.run(&["mcp"]);
        assert_eq!(tested.code, 1, "{}", tested.stdout);
        assert!(tested.stdout.contains(expected), "{expected}: {}", tested.stdout);
        let asked = home.run(&["ask", "--tools", "s", "Hello"]);
        assert_eq!((asked.code, asked.stdout.as_str()), (0, "Without.\n"), "{}", asked.stderr);
        assert!(asked.stderr.contains(expected), "{expected}: {}", asked.stderr);
        assert!(!asked.stderr.contains('\u{1b}'));
    }
}

#[test]
fn a_call_is_run_shown_and_stored_as_the_web_app_stores_one() {
    let (home, output, told) = call_tool("echo", json!({ "text": "12:00 é" }), "");
    assert_eq!((output.code, output.stdout.as_str()), (0, "Done.\n"), "{}", output.stderr);
    assert_eq!(told, json!({ "success": true, "result": "12:00 é" }));
    assert!(output.stderr.contains(r#"s/echo: {"text":"12:00 é"} = 12:00 é"#), "{}", output.stderr);
    assert_accepted(&home, "a tool call");
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    let tool = &chat["messages"][1]["reasoning_data"]["tool_outputs"][0];
    let keys: Vec<&String> = tool.as_object().unwrap().keys().collect();
    let of_the_web_app =
        ["tool_name", "input", "output", "success", "timestamp", "input_display", "output_display"];
    assert_eq!(keys, of_the_web_app);
    assert_eq!(tool["tool_name"], "s/echo");
    assert_eq!(tool["input"], json!({ "text": "12:00 é" }));
    assert_eq!(tool["output"], told);
}

#[test]
fn a_tool_that_misbehaves_gives_the_model_a_clear_error() {
    let cases = [
        ("fails", "no such zone"),
        ("exits", "The MCP server \"s\" failed: it ended. "),
        ("hangs", "The MCP server \"s\" did not answer within 1 second."),
        ("floods", "failed: it sent a message of more than 16 MB."),
        ("wrong_id", "did not answer within 1 second."),
        ("invalid", "failed: its answer was not what the protocol asks for."),
    ];
    for (tool, expected) in cases {
        let (home, output, told) = call_tool(tool, json!({}), "timeout = 1");
        assert_eq!((output.code, output.stdout.as_str()), (0, "Done.\n"), "{}", output.stderr);
        assert_eq!(told["success"], false, "{tool}");
        let error = told["error"].as_str().unwrap();
        assert!(error.contains(expected), "{tool}: {error}");
        assert!(output.stderr.contains(expected), "{tool}: {}", output.stderr);
        assert_accepted(&home, tool);
    }
}

#[test]
fn results_are_limited_and_harmless_on_the_terminal() {
    let (_, output, told) = call_tool("big", json!({}), "");
    let kept = told["result"].as_str().unwrap();
    assert!(kept.ends_with("[cut here: the result has 300000 bytes]") && kept.len() < 101_000);
    assert!(output.stderr.len() < 2000, "{}", output.stderr.len());

    let (home, output, told) = call_tool("escapes", json!({}), "");
    assert_eq!(told["result"], "\u{1b}]0;owned\u{7}\u{1b}[2Jred\u{202e}\0");
    assert!(output.stderr.contains("s/escapes: ␛]0;owned␇␛[2Jred�␀"), "{}", output.stderr);
    let shown = home.run(&["show", "--details", "Use it"]);
    assert!(shown.stdout.contains("␛[2Jred"), "{}", shown.stdout);
    assert!(!shown.stdout.contains('\u{1b}'));
    assert_accepted(&home, "control characters");
}

#[test]
fn a_server_gets_its_own_variables_and_no_key() {
    let (_, _, told) = call_tool("environment", json!({}), "");
    assert!(told["result"].as_str().unwrap().contains("DUOLOGUE_TEST_MCP"));
    let server =
        ScriptedServer::start(vec![calls(&[("s__environment", json!({}))]), text("Done.")]);
    let home = home_with(&server, "good", "");
    let mut command = home.command(&["ask", "--tools", "s", "Use it"]);
    command.env("OPENAI_API_KEY", "sk-test").env("OTHER", "x");
    assert!(command.output().unwrap().status.success());
    let told = server.seen()[1].json()["input"][0]["output"].to_string();
    assert!(told.contains("OTHER") && !told.contains("OPENAI_API_KEY"), "{told}");
}

#[test]
fn without_an_allow_list_calls_are_refused_and_the_settings_can_allow_them() {
    for (more, expected) in [
        ("", "The user did not allow this call."),
        ("allow = [\"echo\"]", "hello"),
        ("ask = \"changes\"", "hello"),
        ("ask = \"never\"", "hello"),
    ] {
        let server = ScriptedServer::start(vec![
            calls(&[("s__echo", json!({ "text": "hello" }))]),
            text("Done."),
        ]);
        let home = Home::new().with_server(server.base_url());
        let mcp = mcp_program::config("s", "good", more);
        write_config(&home, &format!("tools = [\"s\"]\n{mcp}"));
        let output = home.run(&["ask", "Use it"]);
        assert_eq!(output.stdout, "Done.\n", "{}", output.stderr);
        let told = server.seen()[1].json()["input"][0]["output"].to_string();
        assert!(told.contains(expected), "{more}: {told}");
        assert_eq!(output.stderr.contains("--tools s/echo"), more.is_empty(), "{}", output.stderr);
    }
}

#[test]
fn only_the_named_tools_are_offered() {
    let server = ScriptedServer::start(vec![
        calls(&[("s__fails", json!({})), ("s__echo", json!({ "text": "a" }))]),
        text("Done."),
    ]);
    let home = home_with(&server, "good", "");
    let output = home.run(&["ask", "--tools", "calculator,s/echo,s/none", "Use it"]);
    assert_eq!(output.stdout, "Done.\n");
    assert!(output.stderr.contains("The MCP server \"s\" has no tool \"none\"."));
    let request = server.seen()[0].json();
    let names: Vec<&Value> =
        request["tools"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["calculator", "s__echo"]);
    let results = server.seen()[1].json();
    assert!(results["input"][0]["output"].as_str().unwrap().contains("not found in registry"));
    assert!(results["input"][1]["output"].as_str().unwrap().contains("\"a\""));
    let unknown = home.run(&["ask", "--tools", "t", "Use it"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("There is no tool \"t\": there are calculator, web_search and s.")
    );
}

#[test]
fn tools_work_over_chat_completions_too() {
    let chunk = |delta: Value, finish: Option<&str>| {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish });
        format!(
            "data: {}\n\n",
            json!({ "object": "chat.completion.chunk", "id": "c", "choices": [choice] })
        )
    };
    let function = json!({ "name": "s__echo", "arguments": "{\"text\":\"hi\"}" });
    let call = json!({ "index": 0, "id": "call_1", "type": "function", "function": function });
    let first =
        chunk(json!({ "tool_calls": [call] }), None) + &chunk(json!({}), Some("tool_calls"));
    let second = chunk(json!({ "content": "Done." }), None) + &chunk(json!({}), Some("stop"));
    let end = "data: [DONE]\n\n";
    let server = ScriptedServer::start(vec![event_stream(first + end), event_stream(second + end)]);
    let home = home_with(&server, "good", "");
    let output = home.run(&["ask", "--protocol", "chat", "--tools", "s", "Use it"]);
    assert_eq!(output.stdout, "Done.\n", "{}", output.stderr);
    let offered = server.seen()[0].json()["tools"][0].clone();
    assert_eq!(offered["function"]["name"], "s__echo");
    let last = server.seen()[1].json()["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["role"], &last["tool_call_id"]), (&json!("tool"), &json!("call_1")));
    assert!(last["content"].as_str().unwrap().contains("\"hi\""));
}

/// A response with these items, and a text where there is one.
fn items(id: &str, items: &[Value], words: &str) -> Vec<ScriptStep> {
    let mut stream =
        sse_frame(&json!({ "type": "response.created", "response": { "id": id } }).to_string());
    for (index, item) in items.iter().enumerate() {
        let done =
            json!({ "type": "response.output_item.done", "output_index": index, "item": item });
        stream.push_str(&sse_frame(&done.to_string()));
    }
    if !words.is_empty() {
        let delta = json!({ "type": "response.output_text.delta", "output_index": 9,
            "content_index": 0, "delta": words });
        stream.push_str(&sse_frame(&delta.to_string()));
    }
    let response = json!({ "id": id, "status": "completed", "output": items });
    let completed = json!({ "type": "response.completed", "response": response });
    event_stream(stream + &sse_frame(&completed.to_string()))
}

#[test]
fn a_server_that_the_api_calls_is_declared_asked_about_and_recorded() {
    for (words, is_allowed) in
        [(&["ask", "--tools", "wiki", "Use it"][..], true), (&["ask", "Use it"], false)]
    {
        let asked = json!({ "type": "mcp_approval_request", "id": "mcpr_1", "server_label": "wiki",
            "name": "search", "arguments": "{\"q\":\"x\"}" });
        let ran = json!({ "type": "mcp_call", "id": "mcp_1", "server_label": "wiki",
            "name": "search", "arguments": "{\"q\":\"x\"}", "output": "found", "error": null });
        let server = ScriptedServer::start(vec![
            items("resp_1", &[asked], ""),
            items("resp_2", &[ran], "Done."),
        ]);
        let home = Home::new().with_server(server.base_url());
        write_config(
            &home,
            "tools = [\"wiki\"]\n[mcp.wiki]\nurl = \"https://wiki.example/mcp\"\nhosted = true\n\
             api_key_command = \"echo sk-wiki\"\n",
        );
        let output = home.run(words);
        assert_eq!(output.stdout, "Done.\n", "{}", output.stderr);
        let declared = server.seen()[0].json()["tools"][0].clone();
        assert_eq!(declared["type"], "mcp");
        assert_eq!(declared["authorization"], "sk-wiki");
        let answer = server.seen()[1].json()["input"][0].clone();
        let expected = json!({ "type": "mcp_approval_response", "approval_request_id": "mcpr_1",
            "approve": is_allowed });
        assert_eq!(answer, expected);
        assert!(output.stderr.contains("wiki/search: {\"q\":\"x\"} = found"), "{}", output.stderr);
        assert!(!output.stderr.contains("sk-wiki"));
        assert!(home.text().contains("\"tool_name\": \"wiki/search\""), "{}", home.text());
        assert_accepted(&home, "a call of the API's own server");
    }
}

#[test]
fn the_key_and_the_headers_of_a_server_that_the_api_calls_are_in_no_output_and_no_log() {
    // Nothing about them looks like a key.
    let (key, header) = ("Tr0ub4dor-and-3-horses", "blue-team-of-nine");
    let error = json!({ "error": { "code": key, "type": header, "message": format!(
        "Bad tool: {{\"authorization\": \"{key}\", \"headers\": {{\"X-Team\": \"{header}\"}}}}") } });
    let server = ScriptedServer::start(vec![json_answer(400, &error.to_string())]);
    let home = Home::new().with_server(server.base_url());
    write_config(
        &home,
        &format!(
            "tools = [\"wiki\"]\n[mcp.wiki]\nurl = \"https://wiki.example/mcp\"\nhosted = true\n\
             api_key_command = \"echo {key}\"\nheaders = {{ X-Team = \"{header}\" }}\n"
        ),
    );
    let mut command = home.command(&["ask", "--events", "--tools", "wiki", "Use it"]);
    let output = RunOutput::from(command.env("DUOLOGUE_LOG", "trace").output().unwrap());
    assert_eq!(server.seen()[0].json()["tools"][0]["authorization"], key);
    let log = std::fs::read_to_string(home.path().join("state/duologue/duologue.log")).unwrap();
    let traces = [output.stdout, output.stderr, log].concat();
    assert!(traces.contains("Bad tool"), "{traces}");
    assert!(!traces.contains(key) && !traces.contains(header), "{traces}");
}

/// Whether a process is there and not only waiting to be noticed as dead.
fn is_running(pid: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_ends_with_everything_it_started_also_after_a_kill() {
    for (mode, is_killed) in
        [("good", false), ("stubborn", false), ("good", true), ("stubborn", true)]
    {
        let (closed, _reported) = channel();
        let server = ScriptedServer::start(vec![
            calls(&[("s__child", json!({}))]),
            vec![ScriptStep::Send(event_stream_head()), ScriptStep::UntilClosed(closed)],
        ]);
        let home = home_with(&server, mode, "");
        let mut command = home.command(&["ask", "--tools", "s", "Use it"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        while !line.contains("s/child") {
            line.clear();
            assert_ne!(stderr.read_line(&mut line).unwrap(), 0, "the tool was not called");
        }
        let pids: Vec<&str> = line.trim().rsplit(' ').take(2).collect();
        assert!(pids.iter().all(|pid| is_running(pid)), "{line}");
        if is_killed {
            child.kill().unwrap();
        } else {
            let pid = rustix::process::Pid::from_child(&child);
            rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        }
        child.wait().unwrap();
        wait_until("the server has ended", || !pids.iter().any(|pid| is_running(pid)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_tools_that_could_not_be_listed_are_listed_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let config = mcp_program::config("s", "relists", "");
    let file = ConfigFile { path: folder.path().join("config.toml"), text: Some(config) };
    let paths = Paths::below(folder.path());
    let settings = Settings::resolve(&Flags::default(), &|_| None, file, &paths).unwrap().settings;
    let host = McpHost::with_program(&settings, Path::new(env!("CARGO_BIN_EXE_duologue")));
    let started = Instant::now();
    // The server fails once, when it is asked after the program has heard of the change.
    while host.test(&[]).await[0].started.is_ok() {
        assert!(started.elapsed() < BARRIER_TIMEOUT, "the tools are never listed anew");
    }
    let report = host.test(&[]).await.remove(0);
    let description = &report.tools[0].description;
    assert!(description.contains("now"), "{description}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_told_that_nobody_waits_for_a_call_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let told = folder.path().join("told");
    let variable = format!("env = {{ DUOLOGUE_TEST_FILE = {:?}, ", told.display().to_string());
    let config = mcp_program::config("s", "good", "").replace("env = {", &variable);
    let file = ConfigFile { path: folder.path().join("config.toml"), text: Some(config) };
    let paths = Paths::below(folder.path());
    let settings = Settings::resolve(&Flags::default(), &|_| None, file, &paths).unwrap().settings;
    let host = McpHost::with_program(&settings, Path::new(env!("CARGO_BIN_EXE_duologue")));
    let opened = host.open(&["s/hangs".to_owned(), "s/echo".to_owned()]).await;
    let find = |name: &str| opened.tools.iter().find(|it| it.function_name() == name).unwrap();
    let hanging = tokio::spawn(find("s__hangs").call(Map::new()));
    // The server has read the first call once it answers the second.
    assert!(find("s__echo").call(Map::new()).await.success);
    assert!(!told.exists());
    hanging.abort();
    wait_until("the server is told", || told.exists());
}

#[cfg(unix)]
#[test]
fn the_window_asks_before_a_call_and_remembers_always() {
    let echo = || calls(&[("s__echo", json!({ "text": "hello" }))]);
    let server = ScriptedServer::start(vec![echo(), text("Done."), echo(), text("Again.")]);
    let home = Home::new().with_server(server.base_url());
    let mcp = mcp_program::config("s", "good", "");
    write_config(&home, &format!("tools = [\"s\"]\n{mcp}"));
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("Use it\r");
    pty.wait_for("Allow this tool call?");
    assert!(pty.text().contains("\"text\": \"hello\""), "{}", pty.text());
    pty.wait_for("Enter select");
    pty.press("\x1b[B\x1b[B\r");
    pty.wait_for("Done.");
    pty.press("\x11");
    pty.wait_for_end();
    let output = home.run(&["ask", "Use it again"]);
    assert_eq!(output.stdout, "Again.\n", "{}", output.stderr);
    let told = server.seen()[3].json()["input"][0]["output"].to_string();
    assert!(told.contains("hello"), "{told}");
    assert_accepted(&home, "a tool call in the window");
}

#[cfg(unix)]
#[test]
fn plain_mode_asks_on_the_terminal() {
    for (answer, expected) in [("y", "hello"), ("", "did not allow")] {
        let server = ScriptedServer::start(vec![
            calls(&[("s__echo", json!({ "text": "hello" }))]),
            text("Done."),
        ]);
        let home = Home::new().with_server(server.base_url());
        let mcp = mcp_program::config("s", "good", "");
        write_config(&home, &format!("tools = [\"s\"]\n{mcp}"));
        let mut pty = Pty::start(&home, &["--plain"], 100, 30);
        pty.wait_for("You: ");
        pty.press("Use it\r");
        pty.wait_for("n to refuse: ");
        assert!(pty.text().contains("The model wants to call the tool s/echo."), "{}", pty.text());
        pty.press("yes, please\r");
        pty.wait_for("Type y, c, a or n.");
        pty.wait("the question once more", |pty| pty.text().matches("n to refuse: ").count() == 2);
        pty.press(&format!("{answer}\r"));
        pty.wait_for("Done.");
        let told = server.seen()[1].json()["input"][0]["output"].to_string();
        assert!(told.contains(expected), "{answer}: {told}");
        pty.wait_for("End of the answer.");
        pty.press("/quit\r");
        pty.wait_for_end();
    }
}

#[test]
fn the_settings_show_neither_variables_nor_keys() {
    let home = Home::new();
    let mut config = mcp_program::config("s", "good", "");
    write!(config, "[mcp.h]\nurl = \"https://h.example/mcp\"\nheaders = {{ X = \"hidden\" }}\n")
        .unwrap();
    write_config(&home, &config.replace("\"good\"", "\"hidden\""));
    let shown = home.run(&["config"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("mcp") && !shown.stdout.contains("hidden"), "{}", shown.stdout);
}
