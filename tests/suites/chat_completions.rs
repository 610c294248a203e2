//! Chat Completions as servers speak it: each transcript is one that was seen or documented, cut down to
//! what is odd about it.

use duologue::api::{Client, ClientSettings, ModelRequest};
use duologue::chat::{
    CapabilityUpdate, FailureKind, ModelActivity, ReplyEnding, ReplyEvent, ReplyOutcome, Usage,
};
use duologue::settings::{Location, Protocol};
use duologue::tools::ToolSet;
use serde_json::{Value, json};

use crate::support::ask_server::{
    NOW, QUESTION, ending_failure, question_request, reply_ending, reply_events, request_context,
    settings,
};
use crate::support::scripted_server::{
    Script, ScriptStep, ScriptedServer, broken_stream, event_stream, event_stream_head,
    http_answer, json_answer,
};

fn chat_client(server: &ScriptedServer, protocol: Protocol) -> Client {
    Client::new(ClientSettings { protocol, ..settings(&server.base_url()) }).unwrap()
}

async fn events_of(server: &ScriptedServer, request: ModelRequest) -> Vec<ReplyEvent> {
    reply_events(&chat_client(server, Protocol::Chat), request).await
}

/// How the answer of one script ends.
async fn ending_of(script: Script) -> ReplyEnding {
    let server = ScriptedServer::start(vec![script]);
    reply_ending(&events_of(&server, question_request()).await)
}

/// The stream of these chunks, without the marker after the last.
fn chunks(all: &[Value]) -> String {
    all.iter()
        .flat_map(|chunk| ["data: ".to_owned(), chunk.to_string(), "\n\n".to_owned()])
        .collect()
}

fn delta(delta: &Value, finish_reason: Option<&str>) -> Value {
    json!({ "id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m-1",
        "choices": [{ "index": 0, "delta": delta, "finish_reason": finish_reason }] })
}

fn text(text: &str) -> Value {
    delta(&json!({ "content": text }), None)
}

fn end(reason: &str) -> Value {
    delta(&json!({}), Some(reason))
}

const DONE: &str = "data: [DONE]\n\n";

/// A short complete stream.
fn hello() -> String {
    chunks(&[text("Hel"), text("lo"), end("stop")]) + DONE
}

#[tokio::test]
async fn a_stream_gives_its_text_and_usage_and_no_response_id() {
    let usage = json!({ "prompt_tokens": 7, "completion_tokens": 5,
        "prompt_tokens_details": { "cached_tokens": 2 },
        "completion_tokens_details": { "reasoning_tokens": 1 } });
    let last = json!({ "object": "chat.completion.chunk", "choices": [], "usage": usage });
    let stream = chunks(&[
        delta(&json!({ "role": "assistant", "content": "" }), None),
        text("Hel"),
        text("lo"),
        end("stop"),
        last,
    ]);
    let server = ScriptedServer::start(vec![event_stream(stream + DONE)]);
    let ending = reply_ending(&events_of(&server, question_request()).await);
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Completed, "Hello"));
    assert_eq!(ending.model.as_deref(), Some("m-1"));
    assert_eq!(ending.response_id, None, "the web app could not chain from it");
    let usage = Usage { input_tokens: 7, cached_tokens: 2, output_tokens: 5, reasoning_tokens: 1 };
    assert_eq!(ending.stats.usage, Some(usage));
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(
        seen.json(),
        json!({ "model": "o4-mini", "messages": [{ "role": "user", "content": QUESTION }],
            "stream": true, "stream_options": { "include_usage": true } })
    );
}

#[tokio::test]
async fn everything_is_replayed_and_no_response_is_named() {
    let server = ScriptedServer::start(vec![event_stream(hello())]);
    let mut request = question_request();
    request.context = request_context(Some("resp_1"), &["last"]);
    request.whole_context = Some(request_context(None, &["first", "last"]));
    request.instructions = Some("Be brief.".into());
    reply_ending(&events_of(&server, request).await);
    assert_eq!(
        server.seen()[0].json()["messages"],
        json!([{ "role": "system", "content": "Be brief." },
            { "role": "user", "content": "first\n\nlast" }])
    );
}

#[tokio::test]
async fn usage_is_found_wherever_servers_put_it() {
    let count = json!({ "prompt_tokens": 3, "completion_tokens": 2, "prompt_cache_hit_tokens": 1 });
    let mut beside_the_reason = end("stop");
    beside_the_reason["usage"] = count.clone();
    let mut in_x_groq = end("stop");
    in_x_groq["x_groq"] = json!({ "id": "req_1", "usage": count });
    for last in [beside_the_reason, in_x_groq] {
        let ending = ending_of(event_stream(chunks(&[text("Hi"), last]) + DONE)).await;
        let usage = ending.stats.usage.unwrap();
        assert_eq!((usage.input_tokens, usage.cached_tokens, usage.output_tokens), (3, 1, 2));
    }
}

#[tokio::test]
async fn reasoning_is_shown_once_by_whatever_name_it_comes() {
    // DeepSeek and llama.cpp; Ollama and Groq; a server that sends both; Mistral.
    let cases = [
        json!({ "reasoning_content": "Hm." }),
        json!({ "reasoning": "Hm.", "content": "" }),
        json!({ "reasoning_content": "Hm.", "reasoning": "Hm.", "content": null }),
        json!({ "content": [{ "type": "thinking", "thinking": [{ "type": "text", "text": "Hm." }] }] }),
    ];
    for case in cases {
        let stream = chunks(&[
            delta(&case, None),
            delta(&json!({ "content": [{ "type": "text", "text": "So" }] }), None),
            end("stop"),
        ]);
        let server = ScriptedServer::start(vec![event_stream(stream + DONE)]);
        let events = events_of(&server, question_request()).await;
        let shown: String = events
            .iter()
            .filter_map(|event| match event {
                ReplyEvent::ReasoningAppended(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!((shown.as_str(), reply_ending(&events).text.as_str()), ("Hm.", "So"), "{case}");
    }
}

#[tokio::test]
async fn every_finish_reason_says_whether_the_answer_is_whole() {
    for whole in ["stop", "STOP", "eos"] {
        let ending = ending_of(event_stream(chunks(&[text("Hi"), end(whole)]) + DONE)).await;
        assert_eq!(ending.outcome, ReplyOutcome::Completed, "{whole}");
    }
    for (reason, words) in [
        ("length", "token limit"),
        ("model_length", "token limit"),
        ("content_filter", "content filter"),
        ("abort", "ended the answer early (abort)"),
    ] {
        let ending = ending_of(event_stream(chunks(&[text("Hi"), end(reason)]) + DONE)).await;
        let ReplyOutcome::Incomplete(sentence) = &ending.outcome else {
            panic!("{reason}: {:?}", ending.outcome);
        };
        assert!(sentence.contains(words), "{sentence}");
        assert_eq!(ending.text, "Hi");
    }
    let ending = ending_of(event_stream(chunks(&[text("Hi"), end("error")]) + DONE)).await;
    assert_eq!(ending_failure(&ending).kind, FailureKind::Server);
}

#[tokio::test]
async fn only_a_marked_end_is_an_end() {
    // Without a reason, but with the marker; with a reason, but without the marker.
    for whole in [chunks(&[text("Hi")]) + DONE, chunks(&[text("Hi"), end("stop")])] {
        assert_eq!(ending_of(event_stream(whole)).await.outcome, ReplyOutcome::Completed);
    }
    // The same with another content type.
    let unmarked = chunks(&[text("Hi")]) + DONE;
    let ending = ending_of(http_answer(200, &[("content-type", "text/plain")], &unmarked)).await;
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Completed, "Hi"));
    // LM Studio with a full context: nothing but the marker.
    let cut = [
        event_stream(chunks(&[text("Hi")])),
        event_stream(DONE),
        broken_stream(&chunks(&[text("Hi")])),
    ];
    for script in cut {
        let ending = ending_of(script).await;
        assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)), "{:?}", ending.outcome);
    }
}

#[tokio::test]
async fn a_refusal_is_the_text_of_the_answer() {
    let refusal = delta(&json!({ "refusal": "I cannot help with that." }), None);
    let ending = ending_of(event_stream(chunks(&[refusal, end("stop")]) + DONE)).await;
    assert_eq!(
        (ending.outcome, ending.text.as_str()),
        (ReplyOutcome::Completed, "I cannot help with that.")
    );
}

#[tokio::test]
async fn a_whole_completion_is_an_answer() {
    let message = json!({ "role": "assistant", "content": "Hello", "reasoning_content": "Hm." });
    let body = json!({ "object": "chat.completion", "model": "m-1",
        "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 3, "completion_tokens": 2 } });
    let ending = ending_of(json_answer(200, &body.to_string())).await;
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Completed, "Hello"));
    assert_eq!(ending.stats.usage.unwrap().output_tokens, 2);
    let other = ending_of(json_answer(200, r#"{"status":"ok"}"#)).await;
    assert_eq!(ending_failure(&other).kind, FailureKind::Gateway);
}

#[tokio::test]
async fn errors_of_every_shape_are_told_apart() {
    let unauthorized = r#"{"message":"Unauthorized","request_id":"r"}"#;
    let gemini_key = r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#;
    let anthropic =
        r#"{"type":"error","error":{"type":"not_found_error","message":"model: claude-x"}}"#;
    let ollama = r#"{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error","param":null,"code":null}}"#;
    let vllm = r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#;
    let llama = r#"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}}"#;
    let openrouter = r#"{"error":{"message":"Insufficient credits","code":402}}"#;
    for (status, body, kind) in [
        (401, unauthorized, FailureKind::ApiKey),
        (400, gemini_key, FailureKind::ApiKey),
        (404, anthropic, FailureKind::ModelUnavailable),
        (404, ollama, FailureKind::ModelUnavailable),
        (400, vllm, FailureKind::ContextTooLong),
        (400, llama, FailureKind::ContextTooLong),
        (402, openrouter, FailureKind::Billing),
        (429, "", FailureKind::RateLimited),
    ] {
        let ending = ending_of(json_answer(status, body)).await;
        assert_eq!(ending_failure(&ending).kind, kind, "{body}");
    }
}

#[tokio::test]
async fn an_error_in_the_stream_ends_the_answer_and_keeps_its_text() {
    let openrouter = json!({ "id": "gen-1", "object": "chat.completion.chunk",
        "error": { "code": 502, "message": "Provider disconnected" },
        "choices": [{ "index": 0, "delta": { "content": "" }, "finish_reason": "error" }] });
    let vllm =
        json!({ "error": { "message": "boom", "type": "InternalServerError", "code": 500 } });
    let litellm =
        json!({ "error": { "message": "boom", "type": "None", "param": "None", "code": "500" } });
    let cases = [
        format!("data: {openrouter}\n\n"),
        format!("data: {vllm}\n\n"),
        format!("data: {litellm}\n\n{DONE}"),
        "event: error\ndata: {\"error\":{\"message\":\"boom\"}}\n\n".to_owned(),
        "event: error\ndata: {\"message\":\"boom\"}\n\n".to_owned(),
    ];
    for case in cases {
        let ending = ending_of(event_stream(chunks(&[text("Hi")]) + &case)).await;
        assert!(matches!(ending.outcome, ReplyOutcome::Failed(_)), "{case}: {:?}", ending.outcome);
        assert_eq!(ending.text, "Hi");
    }
}

/// The stream of calls of the calculator in one delta each.
fn calls(pieces: &[Value]) -> String {
    let pieces = pieces.iter().map(|piece| delta(&json!({ "tool_calls": [piece] }), None));
    chunks(&pieces.chain([end("tool_calls")]).collect::<Vec<_>>()) + DONE
}

fn tool_request() -> ModelRequest {
    ModelRequest { tools: ToolSet::of(&["calculator".to_owned()]), ..question_request() }
}

#[tokio::test]
async fn calls_in_pieces_are_run_and_their_results_returned() {
    let stream = calls(&[
        json!({ "index": 0, "id": "c1", "type": "function",
            "function": { "name": "calculator", "arguments": "" } }),
        json!({ "index": 0, "function": { "arguments": "{\"expression\"" } }),
        json!({ "index": 0, "function": { "arguments": ":\"1+1\"}" } }),
    ]);
    let server = ScriptedServer::start(vec![event_stream(stream), event_stream(hello())]);
    let events = events_of(&server, tool_request()).await;
    let ending = reply_ending(&events);
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Completed, "Hello"));
    let called = ModelActivity::ToolCall { name: "calculator".into() };
    assert!(events.contains(&ReplyEvent::Activity(called)));
    let first = server.seen()[0].json();
    assert_eq!(first["tools"][0]["function"]["name"], "calculator");
    let second = server.seen()[1].json();
    assert_eq!(
        second["messages"][1],
        json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": "c1",
            "type": "function", "function":
                { "name": "calculator", "arguments": "{\"expression\":\"1+1\"}" } }] })
    );
    assert_eq!(second["messages"][2]["role"], "tool");
    assert_eq!(second["messages"][2]["tool_call_id"], "c1");
    assert!(second["messages"][2]["content"].as_str().unwrap().contains('2'));
}

#[tokio::test]
async fn whole_calls_without_an_index_keep_the_signature_gemini_wants_back() {
    let call = |id: &str, expression: &str| {
        json!({ "id": id, "type": "function",
            "extra_content": { "google": { "thought_signature": format!("sign-{id}") } },
            "function": { "name": "calculator",
                "arguments": json!({ "expression": expression }).to_string() } })
    };
    let stream = calls(&[call("a", "1+1"), call("b", "2+2")]);
    let server = ScriptedServer::start(vec![event_stream(stream), event_stream(hello())]);
    reply_ending(&events_of(&server, tool_request()).await);
    let second = server.seen()[1].json();
    let calls = second["messages"][1]["tool_calls"].as_array().unwrap();
    let signatures: Vec<_> =
        calls.iter().map(|it| &it["extra_content"]["google"]["thought_signature"]).collect();
    assert_eq!(signatures, ["sign-a", "sign-b"]);
    assert_eq!(second["messages"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_parameter_the_server_rejects_is_left_out_and_the_question_asked_again() {
    // Mistral's shape, from any other host.
    let rejected = r#"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","param":null,"code":null}"#;
    let server = ScriptedServer::start(vec![json_answer(422, rejected), event_stream(hello())]);
    let ending = reply_ending(&events_of(&server, question_request()).await);
    assert_eq!(ending.outcome, ReplyOutcome::Completed);
    assert!(server.seen()[1].json().get("stream_options").is_none());

    let effort = r#"{"error":{"message":"Unsupported parameter: 'reasoning_effort' is not supported with this model.","type":"invalid_request_error","param":"reasoning_effort","code":"unsupported_parameter"}}"#;
    let server = ScriptedServer::start(vec![json_answer(400, effort), event_stream(hello())]);
    let request = ModelRequest { effort: Some("high".into()), ..question_request() };
    let events = events_of(&server, request).await;
    assert_eq!(server.seen()[0].json()["reasoning_effort"], "high");
    assert!(server.seen()[1].json().get("reasoning_effort").is_none());
    assert!(events.contains(&ReplyEvent::EffortOmitted));
}

#[tokio::test]
async fn auto_asks_for_responses_once_and_remembers_that_there_is_none() {
    for (status, body) in [
        (404, r#"{"detail":"Not Found"}"#),
        (405, r#"{"detail":"Method Not Allowed"}"#),
        (501, "Not Implemented"),
    ] {
        let server = ScriptedServer::start(vec![
            http_answer(status, &[("content-type", "text/plain")], body),
            event_stream(hello()),
            event_stream(hello()),
            event_stream(hello()),
        ]);
        let client = chat_client(&server, Protocol::Auto);
        let events = reply_events(&client, question_request()).await;
        assert_eq!(reply_ending(&events).text, "Hello");
        let learned = ReplyEvent::CapabilityLearned(CapabilityUpdate::ResponsesMissing);
        assert_eq!(events.iter().filter(|event| **event == learned).count(), 1);
        // The next question of this run, and one of a later run.
        let events = reply_events(&client, question_request()).await;
        assert!(!events.contains(&learned));
        let mut capabilities = duologue::chat::ServerCapabilities::default();
        capabilities.apply(&CapabilityUpdate::ResponsesMissing, NOW);
        let later = Client::new(ClientSettings {
            protocol: Protocol::Auto,
            capabilities,
            ..settings(&server.base_url())
        })
        .unwrap();
        reply_events(&later, question_request()).await;
        let paths: Vec<String> = server.seen().into_iter().map(|it| it.path).collect();
        let chat = "/v1/chat/completions";
        assert_eq!(paths, ["/v1/responses", chat, chat, chat]);
    }
}

#[tokio::test]
async fn auto_stays_where_only_the_model_is_missing_or_neither_protocol_is_there() {
    let model =
        r#"{"error":{"message":"The model `o4-mini` does not exist","code":"model_not_found"}}"#;
    let server = ScriptedServer::start(vec![json_answer(404, model)]);
    let events = reply_events(&chat_client(&server, Protocol::Auto), question_request()).await;
    assert_eq!(ending_failure(&reply_ending(&events)).kind, FailureKind::ModelUnavailable);
    assert_eq!(server.posts(), 1);

    let nothing = || json_answer(404, r#"{"detail":"Not Found"}"#);
    let server = ScriptedServer::start(vec![nothing(), nothing()]);
    let events = reply_events(&chat_client(&server, Protocol::Auto), question_request()).await;
    let ending = reply_ending(&events);
    let failure = ending_failure(&ending);
    assert!(failure.advice.to_string().contains("base URL"));
    assert!(!events.iter().any(|event| matches!(event, ReplyEvent::CapabilityLearned(_))));
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_missing_web_search_is_reported_once() {
    let server = ScriptedServer::start(vec![event_stream(hello())]);
    let request = ModelRequest { web_search: Some(Location::default()), ..question_request() };
    let events = events_of(&server, request).await;
    let notices = events.iter().filter(|event| matches!(event, ReplyEvent::Notice(_)));
    assert_eq!(notices.count(), 1);
    assert!(server.seen()[0].json().get("tools").is_none());
}

/// Asks the demo server as a chat completion.
async fn demo_ending(question: &str) -> ReplyEnding {
    use duologue::demo::{DemoServer, Pace, ServerOptions};
    let options = ServerOptions { pace: Pace::Instant, ..ServerOptions::default() };
    let server = DemoServer::start(options).unwrap();
    let client =
        Client::new(ClientSettings { protocol: Protocol::Chat, ..settings(&server.base_url()) });
    let request = ModelRequest {
        context: request_context(None, &[question]),
        tools: ToolSet::of(&["calculator".to_owned()]),
        ..question_request()
    };
    reply_ending(&reply_events(&client.unwrap(), request).await)
}

#[tokio::test]
async fn the_demo_server_answers_both_protocols() {
    let ending = demo_ending("reasoning please").await;
    assert_eq!(ending.outcome, ReplyOutcome::Completed);
    assert!(ending.text.contains("reasoning please") && ending.stats.usage.is_some());
    assert!(ending.reasoning_data.unwrap().contains("Weighing an answer"));
    let calculated = demo_ending("calculate 2*3 then 7*7").await;
    assert!(calculated.text.contains("**6**") && calculated.text.contains("**49**"));
    let ended = |ending: ReplyEnding| ending.outcome;
    assert!(matches!(ended(demo_ending("incomplete").await), ReplyOutcome::Incomplete(_)));
    assert!(matches!(ended(demo_ending("cut it").await), ReplyOutcome::Interrupted(_)));
    assert!(matches!(ended(demo_ending("failed").await), ReplyOutcome::Failed(_)));
    assert_eq!(demo_ending("refuse").await.text, "I cannot help with that.");
}

#[tokio::test]
async fn arguments_of_a_call_without_an_end_are_cut_like_an_answer() {
    let piece = "an argument ".repeat(64 * 1024);
    let call = json!({ "index": 0, "id": "c1", "function": { "name": "f", "arguments": piece } });
    let chunk = chunks(&[delta(&json!({ "tool_calls": [call] }), None)]);
    let (closed, _reported) = std::sync::mpsc::channel();
    let mut script = vec![ScriptStep::Send(event_stream_head())];
    script.extend((0..100).map(|_| ScriptStep::Send(chunk.clone().into_bytes())));
    script.push(ScriptStep::UntilClosed(closed));
    let ending = ending_of(script).await;
    let reason = "The answer was ended at 64 MB: no model writes that much.";
    assert_eq!(ending.outcome, ReplyOutcome::Incomplete(reason.to_owned()));
}
