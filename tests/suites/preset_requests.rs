//! Requests with presets: the same body as the web app's for the same preset and question.

use std::fs;

use duologue::demo::DemoServer;
use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::web_files::text;

const POET: &str = "636185dd-47a1-4e9d-a615-ab72a2217468";
const SECOND: &str = "42ad9d09-590d-4ef4-bf60-47d7d2a58f11";
/// The place of the web app's server.
const LOCATION: &str = "[location]\ncountry = \"CA\"\ncity = \"Vancouver\"\nregion = \"Vancouver\"\n\
                        timezone = \"America/Vancouver\"\n";

/// A home with the web app's presets and a configuration.
fn home(server: &DemoServer, presets: &str, config: &str) -> Home {
    let home = Home::new().with_server(server.base_url());
    fs::create_dir(home.path().join("agents")).unwrap();
    fs::write(home.path().join("agents/ann.json"), presets).unwrap();
    fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    fs::write(home.path().join("config/duologue/config.toml"), config).unwrap();
    home
}

/// A body with the date taken out, and the words of the calculator's declaration, which are ours.
fn comparable(body: &Value) -> Value {
    let mut body = body.clone();
    let instructions = body["instructions"].as_str().unwrap().to_owned();
    let date = jiff::Zoned::now().date().to_string();
    body["instructions"] = instructions.replace(&date, "DATE").into();
    for tool in body["tools"].as_array_mut().into_iter().flatten() {
        if tool["type"] == "function" {
            tool["description"] = "D".into();
            tool["parameters"]["properties"]["expression"]["description"] = "E".into();
        }
    }
    body
}

fn search() -> Value {
    json!({ "type": "web_search", "user_location": { "type": "approximate", "country": "CA",
        "city": "Vancouver", "region": "Vancouver", "timezone": "America/Vancouver" } })
}

fn calculator() -> Value {
    json!({ "type": "function", "name": "calculator", "description": "D", "parameters": {
        "type": "object", "properties": { "expression": { "type": "string", "description": "E" } },
        "required": ["expression"], "additionalProperties": false }, "strict": true })
}

/// A request as the web app makes it for a first question.
fn body(model: &str, effort: &str, instructions: &str, tools: &[Value]) -> Value {
    json!({ "model": model, "input": "hello", "stream": true, "store": true, "tools": tools,
        "instructions": instructions, "reasoning": { "effort": effort, "summary": "detailed" } })
}

/// A preset of the web app.
fn preset(model: &str, effort: &str, instructions: &str, tools: &[&str]) -> String {
    serde_json::to_string_pretty(&json!({ "presets": { POET: { "id": POET, "name": "Poet",
        "instructions": instructions, "model": model, "default_reasoning_level": effort,
        "created_at": 1, "updated_at": 1, "enabled_tools": tools } } }))
    .unwrap()
}

/// Models with their knowledge cutoffs, as the description of the web app has them.
fn documented_cutoffs() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../../docs/shared-file.md").lines().filter_map(|line| {
        let (model, cutoff) = line.strip_prefix("| `gpt-")?.split_once("` | ")?;
        let is_date = cutoff.len() == "2026-02-28 |".len() && cutoff.starts_with("20");
        is_date.then(|| (&line[3..model.len() + 7], cutoff.trim_end_matches(" |")))
    });
    let cutoffs: Vec<_> = rows.collect();
    assert_eq!(cutoffs.len(), 7, "{cutoffs:?}");
    cutoffs
}

#[test]
fn a_question_with_a_preset_has_the_web_apps_request() {
    let two: Value = serde_json::from_str(&text("presets/two.json")).unwrap();
    let second = two["presets"][SECOND]["instructions"].as_str().unwrap();
    let line = |cutoff: &str| format!("Knowledge cutoff: {cutoff}. Current date: DATE.");
    let both = [search(), calculator()];
    let mut cases = vec![
        (
            text("presets/one.json"),
            POET,
            body("gpt-5.4", "medium", &format!("{}\nWrite verse.", line("2026-02-28")), &both),
        ),
        (
            text("presets/two.json"),
            SECOND,
            body("gpt-5-pro", "high", &format!("{}\n{second}", line("2024-09-30")), &both[1..]),
        ),
    ];
    for (model, cutoff) in documented_cutoffs() {
        let reported = format!("{}\nX ", line(cutoff));
        // The web app asks this model with the effort `high` only.
        let effort = if model == "gpt-5-pro" { "high" } else { "low" };
        let tools = [calculator(), search()];
        let stored = preset(model, effort, "X ", &["calculator", "abacus", "web_search"]);
        cases.push((stored, POET, body(model, effort, &reported, &tools)));
    }
    for (instructions, reported) in [
        // After the first line where that names a large language model, in any case.
        (
            "You are a Large Language MODEL.\n\nBe kind.\n",
            format!("You are a Large Language MODEL.\n{}\n\nBe kind.\n", line("2024-09-30")),
        ),
        ("A large language model", format!("A large language model\n{}", line("2024-09-30"))),
        ("X\na large language model", format!("{}\nX\na large language model", line("2024-09-30"))),
        // Not where both phrases are there, as they are spelled.
        (
            "Current date: now.\nKnowledge cutoff: then.",
            "Current date: now.\nKnowledge cutoff: then.".to_owned(),
        ),
        ("Current date: now.", format!("{}\nCurrent date: now.", line("2024-09-30"))),
        (
            "current date: now. knowledge cutoff: then.",
            format!("{}\ncurrent date: now. knowledge cutoff: then.", line("2024-09-30")),
        ),
    ] {
        let stored = preset("gpt-5", "high", instructions, &["abacus"]);
        cases.push((stored, POET, body("gpt-5", "high", &reported, &[])));
    }
    let server = demo_server();
    for (presets, id, expected) in cases {
        let home = home(&server, &presets, LOCATION);
        let ran = home.run(&["ask", "--preset", id, "hello"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(comparable(server.answer_requests().last().unwrap()), expected);
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        let answer = &file.as_object().unwrap().values().next().unwrap()["messages"][1];
        let stored: Value = serde_json::from_str(&presets).unwrap();
        assert_eq!(answer["agent_preset_id"], id);
        assert_eq!(answer["reasoning_level"], stored["presets"][id]["default_reasoning_level"]);
    }
}

#[test]
fn the_built_in_default_asks_with_the_web_apps_model_effort_and_tools_and_our_instructions() {
    let server = demo_server();
    let config = format!("instructions = \"We are a large language model.\\nOurs.\"\n{LOCATION}");
    let home = home(&server, &text("presets/one.json"), &config);
    let ran = home.run(&["ask", "--preset", "default", "hello"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let reported =
        "We are a large language model.\nKnowledge cutoff: 2026-02-28. Current date: DATE.\nOurs.";
    let expected = body("gpt-5.4", "medium", reported, &[search(), calculator()]);
    assert_eq!(comparable(&server.answer_requests()[0]), expected);
}

#[test]
fn a_later_question_has_the_previous_response_and_the_user_only_if_set() {
    let server = demo_server();
    let config = format!("send_user = true\n{LOCATION}");
    let home = home(&server, &text("presets/one.json"), &config);
    assert_eq!(home.run(&["ask", "--preset", "Poet", "hello"]).code, 0);
    assert_eq!(home.run(&["ask", "-c", "--preset", "Poet", "hello"]).code, 0);
    let posts = server.answer_requests();
    let reported = "Knowledge cutoff: 2026-02-28. Current date: DATE.\nWrite verse.";
    let mut expected = body("gpt-5.4", "medium", reported, &[search(), calculator()]);
    expected["user"] = "ann".into();
    assert_eq!(comparable(&posts[0]), expected);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    expected["previous_response_id"] = chat["messages"][1]["response_id"].clone();
    assert_eq!(comparable(&posts[1]), expected);
}

#[test]
fn tool_results_go_back_with_the_bare_instructions_and_without_reasoning_and_user() {
    let server = demo_server();
    let config = format!("send_user = true\n{LOCATION}");
    let home = home(&server, &text("presets/one.json"), &config);
    let ran = home.run(&["ask", "--preset", "Poet", "calculate 6*7"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let posts = server.answer_requests();
    let second = comparable(&posts[1]);
    assert_eq!(second["instructions"], "Write verse.");
    assert!(second["previous_response_id"].is_string());
    assert_eq!(second["input"][0]["type"], "function_call_output");
    assert_eq!(second["tools"], json!([search(), calculator()]));
    assert_eq!((second.get("reasoning"), second.get("user")), (None, None));
}

#[test]
fn without_a_preset_its_fields_are_not_sent() {
    let server = demo_server();
    let home = home(&server, &text("presets/one.json"), "instructions = \"Ours.\"\n");
    assert_eq!(home.run(&["ask", "hello"]).code, 0);
    let sent = &server.answer_requests()[0];
    assert_eq!(sent["instructions"], "Ours.");
    for key in ["tools", "reasoning", "user"] {
        assert_eq!(sent.get(key), None, "{key}");
    }
}
