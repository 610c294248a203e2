//! Tool calls: several rounds in one answer, limited, stoppable, stored as in the web app.

use duologue::api::{Client, MAX_TOOL_ROUNDS, ModelRequest};
use duologue::chat::{
    CapabilityUpdate, ContextPolicy, ModelActivity, ReplyEvent, ReplyOutcome, ResponseId,
    Retention, ToolUse,
};
use duologue::settings::Location;
use duologue::tools::ToolSet;
use serde_json::{Value, json};

use crate::support::ask_server::{
    client, reply_ending, reply_events, request_context, settings, sse_frame,
};
use crate::support::demo_server;
use crate::support::fake_web_app::assert_accepted;
use crate::support::home::Home;
use crate::support::scripted_server::{
    ScriptStep, ScriptedServer, event_stream, event_stream_head, json_answer as reply,
};
use crate::support::wait_until;
use crate::support::web_files::lines;

fn with_calculator(question: &str, policy: ContextPolicy) -> ModelRequest {
    ModelRequest {
        tools: ToolSet::of(&["calculator".to_owned()]),
        policy,
        whole_context: Some(request_context(None, &[question])),
        ..ModelRequest::new("o4-mini", request_context(None, &[question]))
    }
}

fn used(events: &[ReplyEvent]) -> Vec<ToolUse> {
    let tool = |event: &ReplyEvent| match event {
        ReplyEvent::ToolUsed(tool) => Some((**tool).clone()),
        _ => None,
    };
    events.iter().filter_map(tool).collect()
}

#[tokio::test]
async fn rounds_of_tools_are_one_answer_whether_the_server_remembers_or_not() {
    let question = "calculate 2**100 and 1/0 then 0.1+0.2";
    for policy in [ContextPolicy::Chain, ContextPolicy::Replay] {
        let server = demo_server();
        let client = Client::new(settings(&server.base_url())).unwrap();
        let events = reply_events(&client, with_calculator(question, policy)).await;
        let lines: Vec<String> = used(&events).iter().map(ToolUse::line).collect();
        assert_eq!(
            lines,
            [
                "calculator: 2**100 = 1267650600228229401496703205376",
                "calculator: 1/0: Error: Division by zero",
                "calculator: 0.1+0.2 = 0.30000000000000004",
            ]
        );
        let ending = reply_ending(&events);
        assert_eq!(ending.outcome, ReplyOutcome::Completed);
        assert!(ending.text.contains("`1/0` cannot be had: Division by zero"), "{}", ending.text);
        let posts = server.answer_requests();
        assert_eq!(posts.len(), 3);
        let given = |post: &Value| {
            let items = post["input"].as_array().unwrap();
            items.iter().filter(|item| item["type"] == "function_call_output").count()
        };
        match policy {
            ContextPolicy::Chain => {
                assert_eq!((given(&posts[1]), given(&posts[2])), (2, 1));
                assert!(posts[2]["previous_response_id"].is_string());
                assert_eq!(posts[2]["input"].as_array().unwrap().len(), 1);
            }
            ContextPolicy::Replay => {
                assert_eq!((given(&posts[1]), given(&posts[2])), (2, 3));
                assert!(posts[2].get("previous_response_id").is_none());
                assert_eq!(posts[2]["input"][0]["content"], question);
            }
        }
        for post in &posts {
            assert_eq!(post["tools"][0]["name"], "calculator");
            assert_eq!(post["instructions"], posts[0]["instructions"]);
        }
    }
}

#[tokio::test]
async fn tokens_of_all_rounds_are_counted() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    let question = "calculate 1+1 then 2+2";
    let all =
        reply_ending(&reply_events(&client, with_calculator(question, ContextPolicy::Chain)).await);
    let usage = all.stats.usage.unwrap();
    // Four words are read in each of three rounds, and in the later ones what the tool gave.
    assert!(usage.input_tokens > 12, "{usage:?}");
}

#[tokio::test]
async fn a_model_that_only_uses_tools_is_stopped_and_not_chained_from() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    let request = with_calculator("calculate forever", ContextPolicy::Chain);
    let events = reply_events(&client, request).await;
    let ending = reply_ending(&events);
    assert!(matches!(ending.outcome, ReplyOutcome::Incomplete(_)), "{:?}", ending.outcome);
    assert_eq!(ending.response_id, None);
    assert_eq!(used(&events).len(), MAX_TOOL_ROUNDS as usize);
    assert_eq!(server.answer_requests().len(), MAX_TOOL_ROUNDS as usize + 1);
}

#[tokio::test]
async fn without_the_tool_turned_on_none_is_offered_and_a_call_is_not_run() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    let request = ModelRequest::new("o4-mini", request_context(None, &["calculate 2+2"]));
    let events = reply_events(&client, request).await;
    assert!(used(&events).is_empty());
    assert!(reply_ending(&events).text.contains("F7"));
    assert!(server.answer_requests()[0].get("tools").is_none());
}

fn call(name: &str, arguments: &str) -> String {
    let item = json!({"id":"fc_1","type":"function_call","call_id":"call_1","name":name,
        "arguments":arguments});
    sse_frame(r#"{"type":"response.created","response":{"id":"resp_1"}}"#)
        + &sse_frame(
            &json!({"type":"response.output_item.done","output_index":0,"item":item}).to_string(),
        )
        + &sse_frame(
            &json!({"type":"response.completed","response":{"id":"resp_1","status":"completed",
            "output":[item]}})
            .to_string(),
        )
}

fn text(words: &str) -> String {
    sse_frame(r#"{"type":"response.created","response":{"id":"resp_2"}}"#)
        + &sse_frame(
            &json!({"type":"response.output_text.delta","output_index":0,"content_index":0,
            "delta":words})
            .to_string(),
        )
        + &sse_frame(
            r#"{"type":"response.completed","response":{"id":"resp_2","status":"completed","output":[]}}"#,
        )
}

#[tokio::test]
async fn an_unknown_tool_and_invalid_arguments_are_reported_to_the_model() {
    for (name, arguments) in
        [("rm_rf", "{}"), ("calculator", "{\"expression\": \"1+"), ("calculator", "[]")]
    {
        let server = ScriptedServer::start(vec![
            event_stream(call(name, arguments)),
            event_stream(text("Sorry.")),
        ]);
        let request = with_calculator("q", ContextPolicy::Chain);
        let events = reply_events(&client(&server), request).await;
        assert_eq!(reply_ending(&events).text, "Sorry.");
        assert_eq!(reply_ending(&events).response_id, Some(ResponseId::new("resp_2")));
        let sent = server.seen()[1].json();
        let output: Value =
            serde_json::from_str(sent["input"][0]["output"].as_str().unwrap()).unwrap();
        assert_ne!(output["success"], true);
        assert!(output["error"].is_string());
        assert!(!used(&events)[0].success);
    }
}

#[tokio::test]
async fn a_call_without_the_tool_turned_on_is_answered_and_the_turn_goes_on() {
    let server = ScriptedServer::start(vec![
        event_stream(call("calculator", "{\"expression\":\"6*7\"}")),
        event_stream(text("Forty-two.")),
    ]);
    let request =
        ModelRequest { tools: ToolSet::default(), ..with_calculator("q", ContextPolicy::Chain) };
    let events = reply_events(&client(&server), request).await;
    let ending = reply_ending(&events);
    assert_eq!(
        (ending.outcome.clone(), ending.text.as_str()),
        (ReplyOutcome::Completed, "Forty-two.")
    );
    assert_eq!(ending.response_id, Some(ResponseId::new("resp_2")));
    let sent = server.seen()[1].json();
    assert_eq!(
        sent["input"][0]["output"],
        r#"{"success": false, "error": "Tool 'calculator' not found in registry", "error_code": "tool_not_found", "tool_name": "calculator"}"#
    );
}

#[tokio::test]
async fn a_call_whose_arguments_are_not_json_is_answered_and_not_stored() {
    let server = ScriptedServer::start(vec![
        event_stream(call("calculator", "{\"expression\": \"1+")),
        event_stream(text("Sorry.")),
    ]);
    let request = with_calculator("q", ContextPolicy::Chain);
    let events = reply_events(&client(&server), request).await;
    let output = server.seen()[1].json()["input"][0]["output"].as_str().unwrap().to_owned();
    assert!(output.starts_with("{\"error\": \"Invalid arguments: "), "{output}");
    let stored = reply_ending(&events).reasoning_data.clone().unwrap_or_default();
    assert!(!stored.contains("calculator"), "{stored}");
}

#[tokio::test]
async fn a_busy_server_between_rounds_is_asked_again_and_nothing_is_run_twice() {
    let busy = crate::support::scripted_server::http_answer(
        429,
        &[("retry-after-ms", "1")],
        r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
    );
    let first = event_stream(call("calculator", "{\"expression\":\"6*7\"}"));
    let server = ScriptedServer::start(vec![first, busy, event_stream(text("42"))]);
    let client = crate::support::ask_server::patient_client(&server);
    let events = reply_events(&client, with_calculator("q", ContextPolicy::Replay)).await;
    assert_eq!((reply_ending(&events).text.as_str(), used(&events).len()), ("42", 1));
    assert_eq!(server.posts(), 3);
    assert_eq!(server.seen()[1].json(), server.seen()[2].json());
}

#[tokio::test]
async fn a_server_that_forgot_the_call_gets_everything_again() {
    let unknown = r#"{"error":{"message":"Previous response with id 'resp_1' not found.","code":"previous_response_not_found"}}"#;
    let first = event_stream(call("calculator", "{\"expression\":\"6*7\"}"));
    let server = ScriptedServer::start(vec![first, reply(400, unknown), event_stream(text("42"))]);
    let events = reply_events(&client(&server), with_calculator("q", ContextPolicy::Chain)).await;
    assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed);
    let last = server.seen()[2].json();
    assert!(last.get("previous_response_id").is_none());
    let kinds: Vec<_> =
        last["input"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(kinds, ["message", "function_call", "function_call_output"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_between_rounds_closes_the_connection() {
    let (closed, reported) = std::sync::mpsc::channel();
    let first = event_stream(call("calculator", "{\"expression\":\"6*7\"}"));
    let server = ScriptedServer::start(vec![
        first,
        vec![ScriptStep::Send(event_stream_head()), ScriptStep::UntilClosed(closed)],
    ]);
    let mut reply = client(&server).reply(with_calculator("q", ContextPolicy::Chain));
    let listening = tokio::spawn(async move { while reply.next().await.is_some() {} });
    wait_until("the second round is asked for", || server.posts() == 2);
    assert!(reported.try_recv().is_err(), "closed before it was stopped");
    listening.abort();
    reported
        .recv_timeout(crate::support::scripted_server::BARRIER_TIMEOUT)
        .expect("the server saw the end");
}

#[tokio::test]
async fn a_failure_in_a_later_round_keeps_the_earlier_text() {
    let item = json!({"id":"fc_1","type":"function_call","call_id":"call_1","name":"calculator",
        "arguments":"{\"expression\":\"1+1\"}"});
    let spoken = sse_frame(r#"{"type":"response.created","response":{"id":"resp_1"}}"#)
        + &sse_frame(
            r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Let me see. "}"#,
        )
        + &sse_frame(
            &json!({"type":"response.output_item.added","output_index":1,"item":item}).to_string(),
        )
        + &sse_frame(
            r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#,
        );
    let broken = reply(400, r#"{"error":{"message":"No.","code":"invalid_prompt"}}"#);
    let server = ScriptedServer::start(vec![event_stream(spoken), broken]);
    let events = reply_events(&client(&server), with_calculator("q", ContextPolicy::Chain)).await;
    let ending = reply_ending(&events);
    assert_eq!(ending.text, "Let me see. ");
    assert!(matches!(&ending.outcome, ReplyOutcome::Failed(_)), "{:?}", ending.outcome);
    let kept: Value = serde_json::from_str(&ending.reasoning_data.unwrap()).unwrap();
    assert_eq!(kept["tool_outputs"][0]["output_display"], "2");
}

/// A response that writes a sentence and calls the calculator.
fn words_and_call(words: &str) -> String {
    let item = json!({"id":"fc_1","type":"function_call","call_id":"call_1","name":"calculator",
        "arguments":"{\"expression\":\"2+2\"}"});
    let delta = json!({"type":"response.output_text.delta","output_index":0,"content_index":0,
        "delta":words});
    sse_frame(r#"{"type":"response.created","response":{"id":"resp_1"}}"#)
        + &sse_frame(&delta.to_string())
        + &sse_frame(
            &json!({"type":"response.output_item.added","output_index":1,"item":item}).to_string(),
        )
        + &sse_frame(
            r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#,
        )
}

#[tokio::test]
async fn a_failed_response_after_a_call_keeps_all_its_text() {
    let whole = "The result is 4, and more.";
    let message = json!({"type":"message","content":[{"type":"output_text","text":whole}]});
    let failed = json!({"type":"response.failed","response":{"id":"resp_2","status":"failed",
        "error":{"code":"server_error","message":"x"},"output":[message]}});
    let second = sse_frame(r#"{"type":"response.created","response":{"id":"resp_2"}}"#)
        + &sse_frame(
            r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"The"}"#,
        )
        + &sse_frame(&failed.to_string());
    let first = "Let me see what two and two are together.\n\n";
    let server =
        ScriptedServer::start(vec![event_stream(words_and_call(first)), event_stream(second)]);
    let events = reply_events(&client(&server), with_calculator("q", ContextPolicy::Chain)).await;
    let ending = reply_ending(&events);
    assert!(matches!(&ending.outcome, ReplyOutcome::Failed(_)), "{:?}", ending.outcome);
    assert_eq!(ending.text, format!("{first}{whole}"));
}

#[tokio::test]
async fn texts_before_and_after_a_call_are_paragraphs() {
    for (first, shown) in [
        ("Thinking.", "Thinking.\n\nFour."),
        ("Thinking.\n", "Thinking.\n\nFour."),
        ("Thinking.\n\n", "Thinking.\n\nFour."),
    ] {
        let server = ScriptedServer::start(vec![
            event_stream(words_and_call(first)),
            event_stream(words_and_call("")),
            event_stream(text("Four.")),
        ]);
        let request = with_calculator("q", ContextPolicy::Replay);
        let events = reply_events(&client(&server), request).await;
        assert_eq!(reply_ending(&events).text, shown);
        let sent = server.seen()[2].json();
        let texts: Vec<&str> = sent["input"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|it| it["content"].as_str())
            .collect();
        assert_eq!(texts, ["q", first], "each round's text goes back once, as the model wrote it");
    }
}

#[tokio::test]
async fn a_server_that_loses_the_first_response_of_a_conversation_gets_everything_again() {
    let zero_retention = "Previous response cannot be used for this organization due to Zero Data \
                          Retention.";
    for (message, learned) in [
        (zero_retention, Some(ReplyEvent::CapabilityLearned(CapabilityUpdate::NothingStored))),
        ("Previous response with id 'resp_1' not found.", None),
    ] {
        let refused = json!({"error":{"message":message,"param":"previous_response_id"}});
        let first = || event_stream(call("calculator", "{\"expression\":\"6*7\"}"));
        let server = ScriptedServer::start(vec![
            first(),
            reply(400, &refused.to_string()),
            event_stream(text("42")),
            first(),
            event_stream(text("42")),
        ]);
        let request =
            ModelRequest { whole_context: None, ..with_calculator("q", ContextPolicy::Chain) };
        let client = client(&server);
        let events = reply_events(&client, request.clone()).await;
        assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed, "{events:?}");
        let last = server.seen()[2].json();
        assert!(last.get("previous_response_id").is_none());
        let kinds: Vec<_> =
            last["input"].as_array().unwrap().iter().map(|it| it["type"].clone()).collect();
        assert_eq!(kinds, ["message", "function_call", "function_call_output"]);
        assert!(learned.is_none_or(|it| events.contains(&it)), "{events:?}");
        // Learned: the next answer does not try the id again.
        let events = reply_events(&client, request).await;
        assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed);
        assert_eq!(server.posts(), 5);
    }
}

#[tokio::test]
async fn a_tool_that_the_server_rejects_is_omitted_for_that_question_only() {
    let of_one = [
        r#"{"error":{"message":"Invalid schema for function 'f'.","code":"invalid_value","param":"tools[0].parameters"}}"#,
        r#"{"error":{"message":"Hosted tool 'mcp' is not supported with o4-mini.","param":"tools"}}"#,
        r#"{"error":{"message":"Unknown parameter: 'tools[0].strict'.","code":"unknown_parameter","param":"tools[0].strict"}}"#,
    ];
    let of_all = [
        r#"{"error":{"message":"Unsupported parameter: 'tools' is not supported with this model.","param":"tools"}}"#,
        r#"{"detail":[{"loc":["body","tools"],"msg":"Extra inputs are not permitted"}]}"#,
    ];
    let cases = of_one.map(|body| (body, true)).into_iter().chain(of_all.map(|body| (body, false)));
    for (body, asks_again) in cases {
        let server = ScriptedServer::start(vec![
            reply(400, body),
            event_stream(text("a")),
            event_stream(text("b")),
        ]);
        let client = client(&server);
        let request = with_calculator("q", ContextPolicy::Replay);
        let events = reply_events(&client, request.clone()).await;
        assert_eq!(reply_ending(&events).text, "a");
        assert!(matches!(&events[0], ReplyEvent::Notice(_)), "{events:?}");
        assert_eq!(reply_ending(&reply_events(&client, request).await).text, "b");
        let seen = server.seen();
        let has_tools = |index: usize| seen[index].json().get("tools").is_some();
        assert_eq!((has_tools(1), has_tools(2)), (false, asks_again), "{body}");
    }
}

#[tokio::test]
async fn a_result_that_is_too_long_for_a_conversation_is_a_failed_call() {
    for (expression, is_fine) in [("'a'*99000", true), ("'a'*1000000", false)] {
        let arguments = json!({ "expression": expression }).to_string();
        let server = ScriptedServer::start(vec![
            event_stream(call("calculator", &arguments)),
            event_stream(text("Done.")),
        ]);
        let request = with_calculator("q", ContextPolicy::Chain);
        let events = reply_events(&client(&server), request).await;
        let output = server.seen()[1].json()["input"][0]["output"].as_str().unwrap().to_owned();
        let output: Value = serde_json::from_str(&output).unwrap();
        assert_eq!(output["success"], is_fine, "{expression}");
        assert_eq!(output["expression"], expression);
        let error = "Calculation error: the result is longer than 100 KB";
        assert!(is_fine || output["error"] == error, "{output}");
        assert_eq!(used(&events)[0].success, is_fine);
    }
}

#[tokio::test]
async fn web_search_is_omitted_for_good_at_a_server_without_it() {
    let refusal = r#"{"error":{"message":"Hosted tool 'web_search' is not supported with this model.","param":"tools","code":"unsupported_value"}}"#;
    let server = ScriptedServer::start(vec![
        reply(400, refusal),
        event_stream(text("a")),
        event_stream(text("b")),
    ]);
    let client = client(&server);
    let request = || ModelRequest {
        web_search: Some(Location::default()),
        ..with_calculator("q", ContextPolicy::Replay)
    };
    let events = reply_events(&client, request()).await;
    assert!(events.iter().any(|it| matches!(it, ReplyEvent::CapabilityLearned(_))));
    crate::support::ask_server::reply_events(&client, request()).await;
    let tools = |at: usize| server.seen()[at].json()["tools"].as_array().unwrap().len();
    assert_eq!((tools(0), tools(1), tools(2)), (2, 1, 1));
}

#[tokio::test]
async fn without_server_storage_every_round_sends_everything() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    let mut request = with_calculator("calculate 1+1", ContextPolicy::Chain);
    request.retention = Retention::NotStored;
    assert_eq!(
        reply_ending(&reply_events(&client, request).await).outcome,
        ReplyOutcome::Completed
    );
    for post in server.answer_requests() {
        assert_eq!(post["store"], false);
        assert!(post.get("previous_response_id").is_none());
    }
}

#[tokio::test]
async fn each_call_is_reported_at_its_start_and_end() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    let events =
        reply_events(&client, with_calculator("calculate 6*7", ContextPolicy::Chain)).await;
    let asked = ReplyEvent::Activity(ModelActivity::ToolCall { name: "calculator".into() });
    let asked = events.iter().position(|it| *it == asked).unwrap();
    let done = events.iter().position(|it| matches!(it, ReplyEvent::ToolUsed(_))).unwrap();
    let report = events.iter().position(|it| matches!(it, ReplyEvent::TextAppended(_))).unwrap();
    assert!(asked < done && done < report);
}

fn last_message(home: &Home) -> Value {
    let file: Value = serde_json::from_str(&with_long_numbers_as_texts(&home.text())).unwrap();
    let chat = file.as_object().unwrap().values().next_back().unwrap();
    chat["messages"].as_array().unwrap().last().unwrap().clone()
}

/// The parser of the tests knows a machine's numbers only.
fn with_long_numbers_as_texts(file: &str) -> String {
    let line = |line: &str| match line.split_once("\"result\": ") {
        Some((before, number)) if number.len() > 18 => {
            format!("{before}\"result\": \"{}\",", number.trim_end_matches(','))
        }
        _ => line.to_owned(),
    };
    file.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Ids and clocks apart, and the state of a search, which the web app never learns the end of.
fn comparable(message: &Value) -> Value {
    let mut data = message["reasoning_data"].clone();
    data["response_id"] = json!(data["response_id"] != "");
    data["message_data"]["item_id"] = json!("msg");
    for search in data["web_searches"].as_array_mut().unwrap() {
        search["item_id"] = json!("ws");
        search["status"] = json!("any");
    }
    let mut text = data.to_string();
    while let Some(at) = text.find("\"timestamp\":1") {
        let end = text[at + 12..].find(|c: char| !c.is_ascii_digit()).unwrap() + at + 12;
        text.replace_range(at..end, "\"timestamp\":0");
    }
    serde_json::from_str(&text).unwrap()
}

fn ask_with_tools(home: &Home, question: &str) {
    std::fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    let config = "tools = [\"calculator\", \"web_search\"]\neffort = \"medium\"\n";
    std::fs::write(home.path().join("config/duologue/config.toml"), config).unwrap();
    let ran = home.run(&["ask", question]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// What today's web app stored for the same streams is recorded, ids and clocks apart.
#[test]
fn tool_results_are_stored_as_in_the_web_app() {
    let server = demo_server();
    let recorded = lines("stored-answers.jsonl");
    assert_eq!(recorded.len(), 5);
    for answer in recorded {
        let question = answer["question"].as_str().unwrap();
        let home = Home::new().with_server(server.base_url());
        ask_with_tools(&home, question);
        let message = last_message(&home);
        assert_eq!(message["text"], answer["text"], "{question}");
        let mut data = comparable(&message);
        // The web app does not keep the citations of an answer; we do.
        data["message_data"]["annotations"] = json!([]);
        assert_eq!(data, answer["reasoning_data"], "{question}");
        assert_eq!(message["reasoning_level"], "medium");
        assert_eq!((&message["model"], &message["agent_preset_id"]), (&Value::Null, &Value::Null));
        assert_accepted(&home, question);
    }
}

#[test]
fn a_result_beyond_64_bits_is_stored_to_the_last_digit() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    ask_with_tools(&home, "calculate 2**100");
    assert!(home.text().contains("\"result\": 1267650600228229401496703205376,"));
}

/// Python writes a number that is not finite as a bare word where it stands in a list.
#[test]
fn a_result_with_a_number_that_is_not_finite_is_stored_and_read_as_in_the_web_app() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    ask_with_tools(&home, "calculate [1e400, -1e400, 1e400-1e400, 'infinity']");
    let text = home.text();
    let result = "\"result\": [\n                  Infinity,\n                  -Infinity,\n                  NaN,\n                  \"infinity\"\n                ],\n";
    assert!(text.contains(result), "{text}");
    assert_accepted(&home, "as the app wrote it");
    let listed: Value = serde_json::from_str(&home.run(&["list", "--json"]).stdout).unwrap();
    let id = listed.as_object().unwrap().keys().next().unwrap().clone();
    let shown = home.run(&["show", &id, "--details"]);
    assert!(shown.stdout.contains("[inf, -inf, nan, 'infinity']"), "{}", shown.stdout);
    for words in [["ask", "-r", &id, "and?"].as_slice(), &["rename", &id, "Sums"], &["doctor"]] {
        let ran = home.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.stdout, ran.stderr);
        assert!(home.text().contains(result), "{words:?}: kept to the byte");
    }
}
