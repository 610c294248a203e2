//! Transcripts of real servers, shortened to what is unusual about each.

use duologue::api::{FinalStatus, Reducer, WireEvent};
use duologue::chat::{FailureKind, ModelActivity, ReplyEvent, ReplyOutcome};
use serde_json::{Value, json};

use crate::support::ask_server::{
    NOW, ask, client, ending_failure, official_stream, patient_client, question_request,
    reply_ending, reply_events, shown_text, sse_frame,
};
use crate::support::scripted_server::{
    Script, ScriptStep, ScriptedServer, barrier, broken_stream, event_stream, event_stream_head,
    http_answer, json_answer,
};

/// Frames of these events.
fn frames(events: &[&str]) -> String {
    events.iter().map(|json| sse_frame(json)).collect()
}

/// The same without `event:` lines.
fn data_only(events: &[&str]) -> String {
    events.iter().flat_map(|json| ["data: ", json, "\n\n"]).collect()
}

const CREATED: &str =
    r#"{"type":"response.created","response":{"id":"r1","status":"in_progress"}}"#;
const END: &str =
    r#"{"type":"response.completed","response":{"id":"r1","status":"completed","output":[]}}"#;
const END_HELLO: &str = r#"{"type":"response.completed","response":{"id":"r1","status":"completed","output":[{"id":"m1","type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}]}}"#;

/// What a stream comes to: its text, once it was seen to be whole.
async fn text_of(transcript: String) -> String {
    let server = ScriptedServer::start(vec![event_stream(transcript)]);
    let ending = ask(&server).await;
    assert_eq!(ending.outcome, ReplyOutcome::Completed);
    assert_eq!(server.posts(), 1);
    ending.text
}

#[tokio::test]
async fn events_without_numbers_positions_or_names_add_up() {
    // llama.cpp: no sequence numbers, no positions. LiteLLM: no names, and a [DONE].
    let local = frames(&[
        r#"{"type":"response.created","response":{"id":"r1","object":"response","status":"in_progress"}}"#,
        r#"{"type":"response.output_item.added","item":{"content":[],"id":"m1","role":"assistant","status":"in_progress","type":"message"}}"#,
        r#"{"type":"response.content_part.added","item_id":"m1","part":{"type":"output_text","text":""}}"#,
        r#"{"type":"response.output_text.delta","item_id":"m1","delta":"Hel"}"#,
        r#"{"type":"response.output_text.delta","item_id":"m1","delta":"lo"}"#,
        r#"{"type":"response.output_text.done","item_id":"m1","text":"Hello"}"#,
        r#"{"type":"response.content_part.done","item_id":"m1","part":{"type":"output_text","text":"Hello"}}"#,
        r#"{"type":"response.output_item.done","item":{"type":"message","id":"m1","content":[{"type":"output_text","text":"Hello"}]}}"#,
        END_HELLO,
    ]);
    assert_eq!(text_of(local).await, "Hello");
    let proxy = data_only(&[
        CREATED,
        r#"{"type":"response.output_text.delta","delta":"Hello","model":"m"}"#,
        END_HELLO,
    ]);
    assert_eq!(text_of(proxy + "data: [DONE]\n\n").await, "Hello");
}

#[tokio::test]
async fn framing_of_every_legal_kind_is_read() {
    let delta = r#"{"type":"response.output_text.delta","delta":"Hello"}"#;
    let cases = [
        format!(": ping\n\n:\n\ndata:{delta}\n\ndata:{END}\n\n"),
        format!("event: x\r\ndata: {delta}\r\n\r\nid: 7\r\nretry: 5\r\ndata: {END}\r\n\r\n"),
        format!("data: {}\ndata: {}\n\ndata: {END}\n\n", &delta[..1], &delta[1..]),
        format!(
            "event: response.output_text.delta\ndata: {{\"delta\":\"Hello\"}}\n\ndata: {END}\n\n"
        ),
        format!("data: overloaded\n\ndata: {{bad json\n\ndata: {delta}\n\ndata: {END}\n\n"),
    ];
    for case in cases {
        assert_eq!(text_of(case.clone()).await, "Hello", "{case}");
    }
}

#[tokio::test]
async fn unknown_events_and_keepalives_are_ignored() {
    let transcript = frames(&[
        CREATED,
        r#"{"type":"keepalive","sequence_number":3}"#,
        r#"{"type":"floway:keep_alive"}"#,
        r#"{"type":"codex.rate_limits","x":1}"#,
        r#"{"type":"response.future.thing","delta":"NO"}"#,
        r#"{"type":"response.audio.delta","delta":"NO"}"#,
        r#"{"type":"response.shell_call_command.delta","delta":"NO","command_index":0}"#,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"hologram"}}"#,
        r#"{"type":"response.output_text.delta","delta":"","output_index":1}"#,
        r#"{"type":"response.output_text.delta","delta":"Hello","output_index":1}"#,
        END,
    ]);
    assert_eq!(text_of(transcript).await, "Hello");
}

#[tokio::test]
async fn text_that_comes_again_is_neither_doubled_nor_lost() {
    let delta = r#"{"type":"response.output_text.delta","sequence_number":4,"output_index":0,"content_index":0,"delta":"Hello"}"#;
    let done =
        r#"{"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hello"}"#;
    let item = r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"Hello"}]}}"#;
    let part = r#"{"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello"}}"#;
    let cases: &[(&str, &[&str])] = &[
        ("frames sent twice", &[CREATED, delta, delta, done, done, END_HELLO, END_HELLO]),
        ("only done", &[CREATED, done, END]),
        ("only the item", &[CREATED, item, END]),
        ("only the end", &[CREATED, END_HELLO]),
        ("pieces and an empty end", &[CREATED, delta, END]),
        ("text in the part, then again", &[CREATED, part, delta, done, END_HELLO]),
        ("the item repeats it all", &[CREATED, delta, done, item, END_HELLO]),
        (
            "an alias for the end",
            &[CREATED, delta, r#"{"type":"response.done","response":{"status":"completed"}}"#],
        ),
        ("two whole cycles", &[CREATED, delta, END_HELLO, CREATED, delta, END_HELLO]),
        (
            "created says completed",
            &[
                r#"{"type":"response.created","response":{"id":"r1","status":"completed"}}"#,
                delta,
                END,
            ],
        ),
        (
            "done too early",
            &[
                CREATED,
                r#"{"type":"response.output_text.delta","output_index":0,"delta":"Hel"}"#,
                r#"{"type":"response.output_text.done","output_index":0,"text":"Hel"}"#,
                r#"{"type":"response.output_text.delta","output_index":0,"delta":"lo"}"#,
                END,
            ],
        ),
        (
            "everything so far, each time",
            &[
                CREATED,
                r#"{"type":"response.output_text.delta","delta":"H"}"#,
                r#"{"type":"response.output_text.delta","delta":"He"}"#,
                r#"{"type":"response.output_text.delta","delta":"Hel"}"#,
                r#"{"type":"response.output_text.delta","delta":"Hell"}"#,
                r#"{"type":"response.output_text.delta","delta":"Hello"}"#,
                END,
            ],
        ),
        (
            "item ids that change",
            &[
                CREATED,
                r#"{"type":"response.output_text.delta","item_id":"a","output_index":0,"content_index":0,"delta":"Hel"}"#,
                r#"{"type":"response.output_text.delta","item_id":"b","output_index":0,"content_index":0,"delta":"lo"}"#,
                r#"{"type":"response.output_text.done","item_id":"c","output_index":0,"content_index":0,"text":"Hello"}"#,
                END_HELLO,
            ],
        ),
    ];
    for (name, transcript) in cases {
        assert_eq!(text_of(frames(transcript)).await, "Hello", "{name}");
    }
}

#[tokio::test]
async fn a_final_text_that_disagrees_repaints_what_was_shown() {
    let transcript =
        frames(&[CREATED, r#"{"type":"response.output_text.delta","delta":"Jello?"}"#, END_HELLO]);
    let server = ScriptedServer::start(vec![event_stream(transcript)]);
    let events = reply_events(&client(&server), question_request()).await;
    assert!(events.contains(&ReplyEvent::TextReplaced("Hello".into())), "{events:?}");
    assert_eq!(shown_text(&events), "Hello");
}

#[tokio::test]
async fn several_messages_are_read_in_order_and_interleaved_ones_sorted() {
    let transcript = frames(&[
        CREATED,
        r#"{"type":"response.output_text.delta","output_index":2,"content_index":0,"delta":"two"}"#,
        r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"zero "}"#,
        r#"{"type":"response.output_text.delta","output_index":0,"content_index":1,"delta":"one "}"#,
        END,
    ]);
    assert_eq!(text_of(transcript).await, "zero one two");
}

#[tokio::test]
async fn a_refusal_is_the_answer_and_an_early_end_keeps_its_text() {
    let refusal = frames(&[
        CREATED,
        r#"{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"I'm "}"#,
        r#"{"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"sorry"}"#,
        r#"{"type":"response.refusal.done","output_index":0,"content_index":0,"refusal":"I'm sorry"}"#,
        END,
    ]);
    assert_eq!(text_of(refusal).await, "I'm sorry");
    let early = frames(&[
        r#"{"type":"response.output_text.delta","delta":"Hel"}"#,
        r#"{"type":"response.incomplete","response":{"id":"r1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[],"usage":{"input_tokens":75,"output_tokens":1024,"output_tokens_details":{"reasoning_tokens":1000}}}}"#,
    ]);
    let server = ScriptedServer::start(vec![event_stream(early)]);
    let ending = ask(&server).await;
    assert!(
        matches!(&ending.outcome, ReplyOutcome::Incomplete(why) if why.contains("token limit"))
    );
    assert_eq!((ending.text.as_str(), ending.stats.usage.unwrap().reasoning_tokens), ("Hel", 1000));
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut_and_what_was_received_is_kept() {
    let piece = "a line of text\\n".repeat(64 * 1024);
    let delta = sse_frame(&format!(r#"{{"type":"response.output_text.delta","delta":"{piece}"}}"#));
    let (closed, _reported) = std::sync::mpsc::channel();
    let mut script = vec![ScriptStep::Send(event_stream_head())];
    script.extend((0..100).map(|_| ScriptStep::Send(delta.clone().into_bytes())));
    script.push(ScriptStep::UntilClosed(closed));
    let server = ScriptedServer::start(vec![script]);
    let ending = ask(&server).await;
    let reason = ReplyOutcome::Incomplete(
        "The answer was ended at 64 MB: no model writes that much.".to_owned(),
    );
    assert_eq!(ending.outcome, reason);
    let pieces = (64 * 1024 * 1024_usize).div_ceil(15 * 64 * 1024);
    assert_eq!(ending.text.len(), pieces * 15 * 64 * 1024);
}

#[tokio::test]
async fn reasoning_searches_and_citations_are_reported_and_stored_as_in_the_web_app() {
    let transcript = frames(&[
        CREATED,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[]}}"#,
        r#"{"type":"response.reasoning_summary_part.added","item_id":"rs_1","output_index":0,"summary_index":0,"part":{"type":"summary_text","text":""}}"#,
        r#"{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":0,"summary_index":0,"delta":"**Looking**"}"#,
        r#"{"type":"response.reasoning_summary_text.done","item_id":"rs_1","output_index":0,"summary_index":0,"text":"**Looking**"}"#,
        r#"{"type":"response.output_item.added","output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}"#,
        r#"{"type":"response.web_search_call.searching","output_index":1,"item_id":"ws_1","sequence_number":9}"#,
        r#"{"type":"response.web_search_call.completed","output_index":1,"item_id":"ws_1","sequence_number":10}"#,
        r#"{"type":"response.output_item.done","output_index":1,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"will"}}}"#,
        r#"{"type":"response.output_item.added","output_index":2,"item":{"id":"m1","type":"message","role":"assistant","status":"in_progress","content":[]}}"#,
        r#"{"type":"response.output_text.delta","output_index":2,"content_index":0,"delta":"Hello"}"#,
        r#"{"type":"response.output_text.annotation.added","output_index":2,"content_index":0,"annotation":null}"#,
        r#"{"type":"response.output_text.annotation.added","output_index":2,"content_index":0,"annotation":{"type":"url_citation","url":"https://a.example"}}"#,
        END,
    ]);
    let server = ScriptedServer::start(vec![event_stream(transcript)]);
    let events = reply_events(&client(&server), question_request()).await;
    let activities: Vec<_> = events
        .iter()
        .filter_map(|it| match it {
            ReplyEvent::Activity(activity) => Some(activity.clone()),
            _ => None,
        })
        .collect();
    let search = ModelActivity::WebSearch { query: None };
    assert_eq!(activities, [ModelActivity::Reasoning, search.clone(), search]);
    assert!(events.contains(&ReplyEvent::ReasoningAppended("**Looking**".into())));
    let kept = reply_ending(&events).reasoning_data.unwrap();
    assert_eq!(
        kept,
        concat!(
            r#"{"summary_parts":[],"complete_summary":"**Looking**","timestamp":1790000000,"response_id":"r1","#,
            r#""web_searches":[{"item_id":"ws_1","status":"completed","output_index":1,"sequence_number":10,"#,
            r#""timestamp":1790000000,"query":"will","action_type":"search"}],"tool_outputs":[],"#,
            r#""message_data":{"item_id":"m1","role":"assistant","status":"in_progress","timestamp":1790000000,"#,
            r#""is_done":false,"content_items":[],"annotations":[{"type":"url_citation","url":"https://a.example"}]}}"#
        )
    );
}

#[tokio::test]
async fn raw_reasoning_of_local_servers_is_shown_once() {
    let transcript = frames(&[
        r#"{"type":"response.reasoning_text.delta","item_id":"rs","content_index":0,"delta":"hm "}"#,
        r#"{"type":"response.reasoning_text.delta","item_id":"rs","content_index":0,"delta":"hm"}"#,
        r#"{"type":"response.reasoning_text.done","item_id":"rs","content_index":0,"text":"hm hm"}"#,
        r#"{"type":"response.output_item.done","item":{"id":"rs","type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm hm"}],"encrypted_content":""}}"#,
        r#"{"type":"response.output_text.delta","item_id":"m","delta":"Hello"}"#,
        END,
    ]);
    let server = ScriptedServer::start(vec![event_stream(transcript)]);
    let events = reply_events(&client(&server), question_request()).await;
    let reasoning: String = events
        .iter()
        .filter_map(|it| match it {
            ReplyEvent::ReasoningAppended(more) => Some(more.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(reasoning, "hm hm");
    assert_eq!(reply_ending(&events).text, "Hello");
}

#[tokio::test]
async fn an_unknown_tool_is_named_and_the_turn_goes_on() {
    let transcript = frames(&[
        CREATED,
        r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","name":"lookup","arguments":""}}"#,
        r#"{"type":"response.function_call_arguments.delta","output_index":0,"item_id":"fc_1","delta":"{\"a\":1}"}"#,
        r#"{"type":"response.function_call_arguments.done","output_index":0,"item_id":"fc_1","arguments":"{\"a\":1}"}"#,
        END,
    ]);
    let server =
        ScriptedServer::start(vec![event_stream(transcript), event_stream(frames(&[END_HELLO]))]);
    let events = reply_events(&client(&server), question_request()).await;
    assert!(
        events.contains(&ReplyEvent::Activity(ModelActivity::ToolCall { name: "lookup".into() }))
    );
    let used = events.iter().find_map(|it| match it {
        ReplyEvent::ToolUsed(tool) => Some((tool.name.as_str(), tool.success)),
        _ => None,
    });
    assert_eq!(used, Some(("lookup", false)));
    assert_eq!(reply_ending(&events).text, "Hello");
}

#[tokio::test]
async fn a_stream_without_an_end_is_interrupted_however_it_stops() {
    let half = frames(&[CREATED, r#"{"type":"response.output_text.delta","delta":"Hel"}"#]);
    let cases = [
        ("an orderly close", event_stream(half.clone())),
        (
            "a close in the middle of an event",
            event_stream(half.clone() + "data: {\"type\":\"resp"),
        ),
        ("a broken chunk", broken_stream(&half)),
        ("[DONE] and no end", event_stream(half.clone() + "data: [DONE]\n\n")),
        ("a byte that is no text", event_stream([half.as_bytes(), b"data: \xff\xfe\n\n"].concat())),
    ];
    for (name, script) in cases {
        let server = ScriptedServer::start(vec![script]);
        let ending = ask(&server).await;
        assert!(
            matches!(&ending.outcome, ReplyOutcome::Interrupted(it) if it.kind == FailureKind::Interrupted),
            "{name}: {:?}",
            ending.outcome
        );
        assert_eq!(ending.text, "Hel", "{name}");
        assert_eq!(server.posts(), 1, "{name}");
    }
}

#[tokio::test]
async fn an_unreadable_stream_is_requested_without_streaming() {
    let marked = event_stream("\u{feff}".to_owned() + &official_stream(["a", "b", "c"]));
    let server = ScriptedServer::start(vec![event_stream(endless_event()), marked]);
    let ending = ask(&server).await;
    assert_eq!(ending.text, "abc");
    assert_eq!(server.posts(), 2);
    assert!(!duologue::api::is_panic_caught_here());
}

#[tokio::test]
async fn an_oversized_event_ends_an_answer_with_an_error() {
    let half = frames(&[CREATED, r#"{"type":"response.output_text.delta","delta":"Hel"}"#]);
    let server = ScriptedServer::start(vec![event_stream(half + &endless_event())]);
    let ending = ask(&server).await;
    let ReplyOutcome::Interrupted(failure) = &ending.outcome else {
        panic!("{:?}", ending.outcome)
    };
    assert_eq!(failure.kind, FailureKind::Interrupted);
    assert!(failure.sentence.contains("larger than 32 MB"), "{}", failure.sentence);
    assert_eq!(ending.text, "Hel");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_byte_order_mark_and_invalid_utf_8_do_not_end_an_answer() {
    let text = "\u{feff}".to_owned() + &official_stream(["a", "?", "c"]);
    let bytes: Vec<u8> = text.bytes().map(|it| if it == b'?' { 0xff } else { it }).collect();
    let server = ScriptedServer::start(vec![event_stream(bytes)]);
    let ending = ask(&server).await;
    assert_eq!((ending.text.as_str(), &ending.outcome), ("a\u{fffd}c", &ReplyOutcome::Completed));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn an_answer_without_streaming_is_read() {
    let whole = r#"{"id":"r1","object":"response","status":"completed","model":"m","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hello"}]}],"usage":{"input_tokens":1,"output_tokens":2}}"#;
    let labelled_wrong = official_stream(["He", "ll", "o"]);
    let scripts = [
        json_answer(200, whole),
        http_answer(200, &[("content-type", "text/plain")], whole),
        http_answer(200, &[], &labelled_wrong),
    ];
    for script in scripts {
        let server = ScriptedServer::start(vec![script]);
        let ending = ask(&server).await;
        assert_eq!((ending.text.as_str(), &ending.outcome), ("Hello", &ReplyOutcome::Completed));
        assert!(ending.stats.usage.is_some());
    }
}

#[tokio::test]
async fn a_server_without_the_responses_api_is_reported_as_such() {
    let cases = [
        http_answer(
            200,
            &[("content-type", "text/html")],
            "<html><title>Log in to the network</title>",
        ),
        json_answer(200, r#"{"object":"chat.completion","choices":[]}"#),
        event_stream(data_only(&[
            r#"{"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hello"}}]}"#,
        ])),
    ];
    for script in cases {
        let server = ScriptedServer::start(vec![script]);
        let ending = ask(&server).await;
        assert_eq!(ending_failure(&ending).kind, FailureKind::Gateway, "{:?}", ending.outcome);
        assert_eq!(server.posts(), 1);
    }
}

#[tokio::test]
async fn an_error_with_status_200_is_that_error() {
    let server = ScriptedServer::start(vec![json_answer(
        200,
        r#"{"error":{"code":"insufficient_quota","message":"no"}}"#,
    )]);
    assert_eq!(ending_failure(&ask(&server).await).kind, FailureKind::Billing);
}

#[tokio::test]
async fn sequence_numbers_that_jump_or_repeat_lose_no_text() {
    let delta = |number: u32, text: &str| {
        format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{number},"delta":"{text}"}}"#
        )
    };
    let jumping = [delta(3, "He"), delta(24, "l"), delta(54, "lo")];
    let constant = [delta(0, "He"), delta(0, "l"), delta(0, "l"), delta(0, "o")];
    for events in [jumping.to_vec(), constant.to_vec()] {
        let mut all: Vec<&str> = vec![CREATED];
        all.extend(events.iter().map(String::as_str));
        all.push(END);
        assert_eq!(text_of(frames(&all)).await, "Hello", "{events:?}");
    }
}

#[tokio::test]
async fn a_done_marker_ends_a_stream_that_stays_open() {
    let (_keep, wait) = barrier();
    let delta = sse_frame(r#"{"type":"response.output_text.delta","delta":"Hello"}"#);
    let server = ScriptedServer::start(vec![vec![
        ScriptStep::Send(event_stream_head()),
        ScriptStep::Send((delta + "data: [DONE]\n\n").into_bytes()),
        ScriptStep::Wait(wait),
    ]]);
    let ending = ask(&server).await;
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)), "{:?}", ending.outcome);
}

#[tokio::test]
async fn an_end_counts_at_once_even_where_the_connection_stays_open() {
    let (_keep, wait) = barrier();
    let server = ScriptedServer::start(vec![vec![
        ScriptStep::Send(event_stream_head()),
        ScriptStep::Send(official_stream(["He", "ll", "o"]).into_bytes()),
        ScriptStep::Wait(wait),
    ]]);
    let ending = ask(&server).await;
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Completed, "Hello"));
}

/// An event that has no end, longer than what is held of one.
fn endless_event() -> String {
    format!("data: {}", "x".repeat(33 * 1024 * 1024))
}

/// An answer whose connection ends before all that its head announces was sent.
fn cut_answer(content_type: &str, body: &str) -> Script {
    let length = body.len() + 1000;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    vec![ScriptStep::Send([head.as_bytes(), body.as_bytes()].concat())]
}

#[tokio::test]
async fn an_answer_without_streaming_that_is_cut_off_is_interrupted() {
    let part = r#"{"id":"r1","object":"response","status":"completed","output":[{"type":"message""#;
    let server = ScriptedServer::start(vec![cut_answer("application/json", part)]);
    let ending = ask(&server).await;
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)), "{:?}", ending.outcome);
    assert_eq!(ending_failure(&ending).kind, FailureKind::Interrupted);
    assert_eq!(server.posts(), 1, "a part of an answer may be paid");
    // Events with a wrong content type: what was received of them is kept.
    let events = official_stream(["He", "ll", "o"]);
    let (part, _) = events.split_once("event: response.output_text.done").unwrap();
    let server = ScriptedServer::start(vec![cut_answer("text/plain", part)]);
    let ending = ask(&server).await;
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)), "{:?}", ending.outcome);
    assert_eq!(ending.text, "Hello");
}

#[tokio::test]
async fn an_answer_without_streaming_that_is_too_large_says_so() {
    let part = format!("{{\"output\":\"{}", "x".repeat(33 * 1024 * 1024));
    let server = ScriptedServer::start(vec![cut_answer("application/json", &part)]);
    let ending = ask(&server).await;
    let failure = ending_failure(&ending);
    assert_eq!(failure.sentence, "The server's answer is larger than 32 MB.");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_list_that_is_cut_off_is_fetched_again() {
    let list = r#"{"data":[{"id":"m"}]}"#;
    let server = ScriptedServer::start(vec![
        cut_answer("application/json", "{\"data\":[{\"id\""),
        json_answer(200, list),
    ]);
    let models = patient_client(&server).models().await.unwrap();
    assert_eq!((models[0].id.as_str(), server.seen().len()), ("m", 2));
    let server = ScriptedServer::start(vec![cut_answer("application/json", "{\"data\":[")]);
    let failure = client(&server).models().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Interrupted, "{failure}");
}

#[tokio::test]
async fn an_answer_that_is_cancelled_on_the_server_is_incomplete() {
    let cancelled =
        r#"{"type":"response.cancelled","response":{"id":"r","status":"cancelled","output":[]}}"#;
    let delta = r#"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Half"}"#;
    let server =
        ScriptedServer::start(vec![event_stream(sse_frame(delta) + &sse_frame(cancelled))]);
    let ending = ask(&server).await;
    let why = "The answer was cancelled on the server.".to_owned();
    assert_eq!((ending.outcome, ending.text.as_str()), (ReplyOutcome::Incomplete(why), "Half"));
}

#[test]
fn whatever_an_answer_is_full_of_it_is_ended_at_its_limit() {
    type Flood<'a> = (&'a str, &'a dyn Fn(usize) -> Value);
    let long = |number: usize| format!("{number}{}", "x".repeat(1024 * 1024));
    let item = |item: Value| json!({ "item": item });
    let added = "response.output_item.added";
    let floods: [Flood<'_>; 5] = [
        ("response.output_text.annotation.added", &|n| json!({ "annotation": { "url": long(n) } })),
        (added, &|n| item(json!({ "type": "custom_tool_call", "name": long(n) }))),
        (added, &|n| {
            item(json!({ "type": "function_call", "id": n.to_string(), "name": long(n) }))
        }),
        (added, &|n| {
            item(
                json!({ "type": "web_search_call", "id": n.to_string(), "action": { "query": long(n) } }),
            )
        }),
        (added, &|n| item(json!({ "type": "web_search_call", "id": long(n) }))),
    ];
    for (kind, body) in floods {
        let mut reducer = Reducer::new();
        for number in 0..70 {
            reducer.handle_event(&WireEvent::new(kind, body(number)), NOW);
        }
        assert_eq!(reducer.final_status(), Some(&FinalStatus::TooLong), "{kind}");
    }
}
