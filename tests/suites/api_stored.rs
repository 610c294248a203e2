//! Responses stored by a server: models, background answers, chains of a conversation.

use duologue::api::HistoryStart;
use duologue::chat::{ExecutionMode, FailureKind, ReplyEvent, ReplyOutcome, ResponseId};

use crate::support::ask_server::{
    client, patient_client, question_request, reply_ending, reply_events, sse_frame,
};
use crate::support::scripted_server::{
    Script, ScriptStep, ScriptedServer, broken_stream, event_stream, event_stream_head,
    http_answer, json_answer,
};

const GONE: &str = r#"{"error":{"message":"Response with id 'resp_1' not found.","type":"invalid_request_error","code":null}}"#;

fn response(id: &str, previous: Option<&str>, text: &str) -> String {
    serde_json::json!({
        "id": id, "object": "response", "status": "completed", "created_at": 1_789_000_000,
        "previous_response_id": previous, "model": "o4-mini",
        "output": [{ "id": format!("msg_{id}"), "type": "message", "role": "assistant",
            "content": [{ "type": "output_text", "text": text }] }],
    })
    .to_string()
}

fn input(id: &str, text: &str, more: bool) -> String {
    serde_json::json!({
        "object": "list", "has_more": more, "first_id": id, "last_id": id,
        "data": [{ "id": id, "type": "message", "role": "user",
            "content": [{ "type": "input_text", "text": text }] }],
    })
    .to_string()
}

#[tokio::test]
async fn models_are_listed_after_a_hiccup() {
    let listing = r#"{"object":"list","data":[{"id":"gpt-5.6-luna"},{"id":"o4-mini","shutdown_date":"2026-10-23"}]}"#;
    let hiccup = http_answer(503, &[("retry-after-ms", "1")], "");
    let server = ScriptedServer::start(vec![hiccup, json_answer(200, listing)]);
    let models = patient_client(&server).models().await.unwrap();
    let names: Vec<_> = models.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(names, ["gpt-5.6-luna", "o4-mini"]);
    assert_eq!(server.seen()[1].path, "/v1/models");
}

#[tokio::test]
async fn a_conversation_is_walked_back_page_by_page_to_its_beginning() {
    let server = ScriptedServer::start(vec![
        json_answer(200, &response("resp_2", Some("resp_1"), "a2")),
        json_answer(200, &input("m2", "q2", true)),
        json_answer(200, &input("m3", "and?", false)),
        json_answer(200, &response("resp_1", None, "a1")),
        json_answer(200, &input("m1", "q1", false)),
    ]);
    let imported = client(&server).import(&ResponseId::new("resp_2")).await.unwrap();
    let texts: Vec<_> = imported.messages.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["q1", "a1", "q2", "and?", "a2"]);
    assert_eq!(imported.start, HistoryStart::Reached);
    assert_eq!(imported.last_response_id, Some(ResponseId::new("resp_2")));
    assert_eq!(imported.messages[0].timestamp.seconds(), 1_789_000_000);
    let paths: Vec<_> = server.seen().into_iter().map(|it| it.path).collect();
    assert_eq!(paths[1], "/v1/responses/resp_2/input_items?order=asc&limit=100");
    assert_eq!(paths[2], "/v1/responses/resp_2/input_items?order=asc&limit=100&after=m2");
}

#[tokio::test]
async fn expired_responses_are_reported_and_the_rest_is_kept() {
    let server = ScriptedServer::start(vec![
        json_answer(200, &response("resp_2", Some("resp_1"), "a2")),
        json_answer(200, &input("m2", "q2", false)),
        json_answer(404, GONE),
    ]);
    let imported = client(&server).import(&ResponseId::new("resp_2")).await.unwrap();
    assert_eq!(imported.messages.len(), 2);
    assert_eq!(imported.start, HistoryStart::Expired(ResponseId::new("resp_1")));
    assert!(imported.start.notice().unwrap().contains("resp_1"));
}

#[tokio::test]
async fn responses_that_point_at_each_other_end_the_walk() {
    let server = ScriptedServer::start(vec![
        json_answer(200, &response("resp_2", Some("resp_1"), "a2")),
        json_answer(200, &input("m2", "q2", false)),
        json_answer(200, &response("resp_1", Some("resp_2"), "a1")),
        json_answer(200, &input("m1", "q1", false)),
    ]);
    let imported = client(&server).import(&ResponseId::new("resp_2")).await.unwrap();
    assert_eq!((imported.messages.len(), imported.start), (4, HistoryStart::Unbounded));
}

#[tokio::test]
async fn an_id_the_server_does_not_have_is_a_failure() {
    let server = ScriptedServer::start(vec![json_answer(404, GONE)]);
    let failure = client(&server).import(&ResponseId::new("resp_1")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::PreviousResponseNotFound);
}

#[tokio::test]
async fn a_conversation_kept_at_the_server_is_read_from_there() {
    let mut last: serde_json::Value = serde_json::from_str(&response("resp_9", None, "a")).unwrap();
    last["conversation"] = serde_json::json!({ "id": "conv_1" });
    let items = r#"{"data":[{"type":"message","role":"user","content":[{"type":"input_text","text":"q"}]},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a"}]}],"has_more":false}"#;
    let server = ScriptedServer::start(vec![
        json_answer(200, &last.to_string()),
        json_answer(200, r#"{"data":[],"has_more":false}"#),
        json_answer(200, items),
    ]);
    let imported = client(&server).import(&ResponseId::new("resp_9")).await.unwrap();
    let texts: Vec<_> = imported.messages.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["q", "a"]);
    assert_eq!(imported.messages[1].response_id, Some(ResponseId::new("resp_9")));
}

fn delta(number: u32, text: &str) -> String {
    sse_frame(&format!(
        r#"{{"type":"response.output_text.delta","sequence_number":{number},"output_index":0,"content_index":0,"delta":"{text}"}}"#
    ))
}

fn created() -> String {
    sse_frame(r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_b"}}"#)
}

const END: &str = r#"{"type":"response.completed","sequence_number":9,"response":{"id":"resp_b","status":"completed","output":[]}}"#;

#[tokio::test]
async fn a_background_answer_resumes_where_its_connection_broke() {
    // The first number of the second stream was seen already.
    let rest = delta(2, "l") + &delta(3, "lo") + &sse_frame(END);
    let server = ScriptedServer::start(vec![
        broken_stream(&(created() + &delta(1, "He") + &delta(2, "l"))),
        event_stream(rest),
    ]);
    let mut request = question_request();
    request.mode = ExecutionMode::Background;
    let ending = reply_ending(&reply_events(&client(&server), request).await);
    assert_eq!((ending.text.as_str(), &ending.outcome), ("Hello", &ReplyOutcome::Completed));
    let seen = server.seen();
    assert_eq!(seen[0].json()["background"], true);
    assert_eq!(seen[1].method, "GET");
    assert_eq!(seen[1].path, "/v1/responses/resp_b?stream=true&starting_after=2");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_background_answer_too_old_to_be_streamed_is_fetched_whole() {
    let old = r#"{"error":{"message":"This response can no longer be streamed because it is more than 5 minutes old"}}"#;
    let server = ScriptedServer::start(vec![
        broken_stream(&(created() + &delta(1, "He"))),
        json_answer(400, old),
        json_answer(200, &response("resp_b", None, "Hello")),
    ]);
    let mut request = question_request();
    request.mode = ExecutionMode::Background;
    let ending = reply_ending(&reply_events(&client(&server), request).await);
    assert_eq!((ending.text.as_str(), &ending.outcome), ("Hello", &ReplyOutcome::Completed));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_foreground_answer_is_never_resumed() {
    let server = ScriptedServer::start(vec![
        broken_stream(&(created() + &delta(1, "He"))),
        event_stream(sse_frame(END)),
    ]);
    let ending = reply_ending(&reply_events(&patient_client(&server), question_request()).await);
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_background_answer_is_collected_and_can_be_cancelled() {
    let server = ScriptedServer::start(vec![
        json_answer(200, &response("resp_b", None, "Hello")),
        json_answer(200, r#"{"id":"resp_b","status":"cancelled"}"#),
    ]);
    let client = client(&server);
    let mut reply = client.collect(ResponseId::new("resp_b"));
    let mut output = Vec::new();
    while let Some(event) = reply.next().await {
        output.push(event);
    }
    assert_eq!(output[0], ReplyEvent::TextAppended("Hello".into()));
    assert_eq!(reply_ending(&output).outcome, ReplyOutcome::Completed);
    client.cancel(&ResponseId::new("resp_b")).await.unwrap();
    let last = &server.seen()[1];
    assert_eq!((last.method.as_str(), last.path.as_str()), ("POST", "/v1/responses/resp_b/cancel"));
}

/// A stream of more than 64 MB that does not end.
fn endless_stream() -> Script {
    let text =
        delta(1, &"a line of text\\n".repeat(64 * 1024)).replace("\"sequence_number\":1,", "");
    let (closed, _reported) = std::sync::mpsc::channel();
    let mut script = vec![ScriptStep::Send(event_stream_head())];
    script.push(ScriptStep::Send(created().into_bytes()));
    script.extend((0..100).map(|_| ScriptStep::Send(text.clone().into_bytes())));
    script.push(ScriptStep::UntilClosed(closed));
    script
}

#[tokio::test]
async fn a_server_may_confirm_a_cancelling_without_a_body() {
    for status in [200, 202, 204] {
        let server = ScriptedServer::start(vec![http_answer(status, &[], "")]);
        client(&server).cancel(&ResponseId::new("resp_b")).await.unwrap();
    }
    let server = ScriptedServer::start(vec![json_answer(404, "{}")]);
    assert!(client(&server).cancel(&ResponseId::new("resp_b")).await.is_err());
}

#[tokio::test]
async fn a_background_answer_that_is_ended_for_its_length_is_cancelled_at_the_server() {
    let cancelled = || json_answer(200, r#"{"id":"resp_b","status":"cancelled"}"#);
    let server =
        ScriptedServer::start(vec![endless_stream(), cancelled(), endless_stream(), cancelled()]);
    let mut request = question_request();
    request.mode = ExecutionMode::Background;
    let ending = reply_ending(&reply_events(&client(&server), request).await);
    assert!(matches!(ending.outcome, ReplyOutcome::Incomplete(_)), "{:?}", ending.outcome);
    let mut collected = client(&server).collect(ResponseId::new("resp_b"));
    while collected.next().await.is_some() {}
    let seen = server.seen();
    for cancel in [&seen[1], &seen[3]] {
        assert_eq!(
            (cancel.method.as_str(), cancel.path.as_str()),
            ("POST", "/v1/responses/resp_b/cancel")
        );
    }
}
