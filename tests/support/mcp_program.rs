//! An MCP server of our own: this test program started as one. Each of its tools behaves in another way,
//! most of them badly. The lines that the test harness prints are a first test: servers do that as well.

use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

/// Says how the server behaves; see [`program`].
const MODE: &str = "DUOLOGUE_TEST_MCP";

/// The table of `config.toml` for a server that behaves in this way.
pub fn config(name: &str, mode: &str, settings: &str) -> String {
    let program = std::env::current_exe().unwrap();
    let mut text = format!("[mcp.{name}]\n");
    writeln!(text, "command = {:?}", program.display().to_string()).unwrap();
    let args = ["support::mcp_program::program", "--exact", "--ignored", "--nocapture"];
    writeln!(text, "args = {args:?}").unwrap();
    writeln!(text, "env = {{ {MODE} = {mode:?} }}\n{settings}").unwrap();
    text
}

/// The server itself: reads requests until its input ends.
#[test]
#[ignore = "a program that other tests start"]
fn program() {
    let Ok(mode) = std::env::var(MODE) else { return };
    match mode.as_str() {
        "exits" => {
            complain("\u{1b}[31mKeyError: 'TOKEN'");
            std::process::exit(3);
        }
        "silent" => wait_for_the_end(),
        "floods" => flood(),
        _ => {}
    }
    for line in std::io::stdin().lock().lines() {
        let Ok(message) = serde_json::from_str::<Value>(&line.unwrap()) else { continue };
        answer(&mode, &message);
    }
    if mode == "stubborn" {
        loop {
            std::thread::park();
        }
    }
    std::process::exit(0);
}

fn answer(mode: &str, message: &Value) {
    let id = &message["id"];
    match message["method"].as_str() {
        Some("initialize") if mode == "refuses" => {
            let error = json!({ "code": -32000, "message": "licence \u{1b}[2J expired" });
            send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
        Some("initialize") => {
            let version = message["params"]["protocolVersion"].clone();
            let info = json!({ "name": "scripted", "version": "1.0" });
            let result = json!({ "protocolVersion": version, "serverInfo": info,
                "capabilities": { "tools": {}, "prompts": {} } });
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
        }
        Some("tools/list") if mode == "relists" => relist(id),
        Some("tools/list") => {
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "tools": tools(mode) } }));
        }
        Some("tools/call") => call(id, &message["params"]),
        Some("prompts/list") if mode == "hides prompts" => {}
        Some("prompts/list") if mode == "floods prompts" => flood(),
        Some("prompts/list") => {
            let listed = if mode == "lists no prompts" { json!("none") } else { prompts(mode) };
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "prompts": listed } }));
        }
        Some("prompts/get") => prompt(id, &message["params"]),
        Some("notifications/cancelled") => {
            // Tells a test, which has no other way to see it.
            std::fs::write(std::env::var("DUOLOGUE_TEST_FILE").unwrap(), "cancelled").unwrap();
        }
        _ => {}
    }
}

/// Says after the first list that it has changed, and fails to list it anew the first time.
fn relist(id: &Value) {
    static LISTED: AtomicUsize = AtomicUsize::new(0);
    match LISTED.fetch_add(1, Ordering::Relaxed) {
        0 => {
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "tools": tools("good") } }));
            send(&json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" }));
        }
        1 => {
            let error = json!({ "code": -32000, "message": "busy" });
            send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
        _ => {
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "tools": tools("changed") } }));
        }
    }
}

const TOOLS: [&str; 11] = [
    "echo",
    "environment",
    "child",
    "fails",
    "big",
    "escapes",
    "exits",
    "hangs",
    "floods",
    "wrong_id",
    "invalid",
];

fn tools(mode: &str) -> Value {
    let tool = |name: &&str| {
        json!({
            "name": name,
            "description": format!("Does \u{1b}[31m{name}\u{7}{}", if mode == "changed" { " now" } else { "" }),
            "inputSchema": { "type": "object", "properties": { "text": { "type": "string" } } },
            "annotations": { "readOnlyHint": *name == "echo" },
        })
    };
    TOOLS.iter().map(tool).collect()
}

const PROMPTS: [&str; 9] =
    ["review", "dialog", "empty", "escapes", "hangs", "exits", "floods", "invalid", "refuses"];

fn prompts(mode: &str) -> Value {
    let mut prompts: Vec<Value> = PROMPTS
        .iter()
        .map(|name| json!({ "name": name, "description": format!("Does \u{1b}[31m{name}\nand more") }))
        .collect();
    let argument = |name: &str, is_required: bool| json!({ "name": name, "description": "what it is", "required": is_required });
    prompts.push(json!({ "name": "describe place", "description": "Describe a place",
        "arguments": [argument("style", false), argument("city", true), argument("country", true)] }));
    if mode == "has many prompts" {
        prompts.extend((0..1000).map(|number| json!({ "name": format!("many{number}") })));
    }
    prompts.into()
}

fn prompt(id: &Value, params: &Value) {
    let user = |text: &str| json!({ "role": "user", "content": { "type": "text", "text": text } });
    let messages = match params["name"].as_str().unwrap() {
        "review" => json!([user("Review this."), user("Then {{argument}} @notes.txt")]),
        "describe place" => json!([user(&format!("Describe {}", params["arguments"]))]),
        "dialog" => {
            let answer = json!({ "role": "assistant", "content": { "type": "text", "text": "4" } });
            json!([user("What is 2+2?"), answer, user("And 3+3?")])
        }
        "empty" => json!([]),
        "escapes" => json!([user("Look: \u{1b}[2J\u{202e}red\0")]),
        "exits" => std::process::exit(9),
        "floods" => return flood(),
        "invalid" => json!("no list"),
        "refuses" => {
            let error = json!({ "code": -32602, "message": "no \u{1b}[2J access" });
            return send(&json!({ "jsonrpc": "2.0", "id": id, "error": error }));
        }
        // "hangs": no answer.
        _ => return,
    };
    send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "messages": messages } }));
}

#[allow(clippy::zombie_processes)] // that is what the test is about
fn call(id: &Value, params: &Value) {
    let text = params["arguments"]["text"].as_str().unwrap_or_default().to_owned();
    match params["name"].as_str().unwrap() {
        "echo" => result(id, &text, false),
        "environment" => {
            let names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
            result(id, &names.join(" "), false);
        }
        "child" => {
            let child = Command::new("sleep").arg("1000").spawn().unwrap();
            result(id, &format!("{} {}", std::process::id(), child.id()), false);
        }
        "fails" => result(id, "no such zone", true),
        "big" => result(id, &"x".repeat(300_000), false),
        "escapes" => result(id, "\u{1b}]0;owned\u{7}\u{1b}[2Jred\u{202e}\0", false),
        "exits" => {
            complain("out of memory");
            std::process::exit(9);
        }
        "floods" => flood(),
        "wrong_id" => result(&json!(987_654), "not for you", false),
        "invalid" => {
            write("{\"jsonrpc\": \"2.0\", \"id\": ");
            send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "content": "no list" } }));
        }
        // "hangs": no answer.
        _ => {}
    }
}

/// Prints a line to standard error.
fn complain(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

fn result(id: &Value, text: &str, is_error: bool) {
    let content = json!([{ "type": "text", "text": text }]);
    let result = json!({ "content": content, "isError": is_error });
    send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
}

fn send(message: &Value) {
    write(&message.to_string());
}

fn write(line: &str) {
    let mut output = std::io::stdout().lock();
    // Behind what the test harness may have printed without an end of line.
    let _ = output.write_all(format!("\n{line}\n").as_bytes()).and_then(|()| output.flush());
}

/// Sends one line of a gigabyte, or what of it anybody reads.
fn flood() {
    let piece = vec![b'x'; 1024 * 1024];
    let mut output = std::io::stdout().lock();
    for _ in 0..1024 {
        if output.write_all(&piece).is_err() {
            return;
        }
    }
}

fn wait_for_the_end() {
    for line in std::io::stdin().lock().lines() {
        drop(line);
    }
    std::process::exit(0);
}
