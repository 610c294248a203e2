//! One question over a real connection: streamed, split, interrupted, stopped, retried.

use std::fmt::Write as _;
use std::time::Duration;

use duologue::api::{Client, ClientSettings, Delivery, ModelRequest};
use duologue::chat::{
    FailureKind, ReplyEvent, ReplyOutcome, ResponseId, Retention, ServerCapabilities, Usage,
};

use crate::support::ask_server::{
    NOW, QUESTION, ask, client, ending_failure, official_stream, patient_client, question_request,
    reply_ending, reply_events, request_context, settings, shown_text, sse_frame,
};
use crate::support::home::Home;
use crate::support::scripted_server::{
    ScriptStep, ScriptedServer, barrier, event_stream, event_stream_head, json_answer,
};

const PIECES: [&str; 3] = ["Under the ", "naïve 名前 ", "👩‍👩‍👧 floor."];

#[tokio::test]
async fn an_answer_is_streamed_and_ends_with_all_details() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(PIECES))]);
    let events = reply_events(&client(&server), question_request()).await;
    assert_eq!(
        events.first(),
        Some(&ReplyEvent::Accepted {
            response_id: Some(ResponseId::new("resp_1")),
            model: Some("o4-mini-2025-04-16".into()),
            mode: duologue::chat::ExecutionMode::Foreground,
        })
    );
    let pieces = PIECES.map(|piece| ReplyEvent::TextAppended(piece.into()));
    assert_eq!(events[1..4], pieces);
    let ending = reply_ending(&events);
    assert_eq!(ending.outcome, ReplyOutcome::Completed);
    assert_eq!(ending.text, PIECES.concat());
    assert_eq!(ending.response_id, Some(ResponseId::new("resp_1")));
    let usage = Usage { input_tokens: 7, cached_tokens: 2, output_tokens: 5, reasoning_tokens: 1 };
    assert_eq!(ending.stats.usage, Some(usage));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn the_request_is_what_servers_expect() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(PIECES))]);
    let key = duologue::settings::ApiKey::Typed("sk-test".to_owned().into());
    let client = Client::new(ClientSettings {
        api_key: key,
        organization: Some("org-1".into()),
        project: Some("proj-1".into()),
        ..settings(&server.base_url())
    })
    .unwrap();
    reply_events(&client, question_request()).await;
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/v1/responses"));
    assert_eq!(seen.header("authorization"), Some("Bearer sk-test"));
    assert_eq!(seen.header("openai-organization"), Some("org-1"));
    assert_eq!(seen.header("openai-project"), Some("proj-1"));
    assert_eq!(seen.header("accept"), Some("text/event-stream"));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert!(seen.header("x-client-request-id").is_some());
    assert_eq!(seen.json()["input"], QUESTION);
}

#[tokio::test]
async fn a_stream_split_at_any_byte_gives_the_same_events() {
    let bytes = official_stream(PIECES).into_bytes();
    let whole = {
        let server = ScriptedServer::start(vec![event_stream(bytes.clone())]);
        reply_events(&client(&server), question_request()).await
    };
    let cuts: Vec<usize> = (1..bytes.len()).collect();
    let script = |cut: usize| {
        let (first, second) = bytes.split_at(cut);
        vec![
            ScriptStep::Send(event_stream_head()),
            ScriptStep::Send(first.to_vec()),
            ScriptStep::Send(second.to_vec()),
        ]
    };
    let server = ScriptedServer::start(cuts.iter().map(|cut| script(*cut)).collect());
    let client = client(&server);
    for cut in cuts {
        assert_eq!(reply_events(&client, question_request()).await, whole, "split at {cut}");
    }
}

#[tokio::test]
async fn a_stream_byte_by_byte_gives_the_same_events() {
    let bytes = official_stream(PIECES).into_bytes();
    let mut script = vec![ScriptStep::Send(event_stream_head())];
    script.extend(bytes.iter().map(|byte| ScriptStep::Send(vec![*byte])));
    let server = ScriptedServer::start(vec![script]);
    let ending = ask(&server).await;
    assert_eq!((ending.outcome, ending.text), (ReplyOutcome::Completed, PIECES.concat()));
}

#[tokio::test]
async fn a_stream_cut_at_any_byte_keeps_its_text_and_is_incomplete() {
    let text = official_stream(PIECES);
    let end = text.find("event: response.completed").unwrap();
    let whole = PIECES.concat();
    // The last event needs its data line complete, and the blank line after it.
    let last = text.len() - 1;
    let cuts: Vec<usize> = (0..last).filter(|cut| text.is_char_boundary(*cut)).collect();
    let script = |cut: usize| event_stream(text.as_bytes()[..cut].to_vec());
    let server = ScriptedServer::start(cuts.iter().map(|cut| script(*cut)).collect());
    let client = client(&server);
    for cut in &cuts {
        let ending = reply_ending(&reply_events(&client, question_request()).await);
        let ReplyOutcome::Interrupted(failure) = &ending.outcome else {
            panic!("cut at {cut}: {:?}", ending.outcome);
        };
        assert_eq!(failure.kind, FailureKind::Interrupted);
        assert!(whole.starts_with(&ending.text), "cut at {cut}: {}", ending.text);
        if *cut >= end {
            assert_eq!(ending.text, whole, "cut at {cut}");
        }
    }
    assert_eq!(server.posts(), cuts.len(), "a cut stream was asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_reply_closes_the_connection() {
    let (closed, reported) = std::sync::mpsc::channel();
    let first = sse_frame(r#"{"type":"response.output_text.delta","delta":"half"}"#);
    let server = ScriptedServer::start(vec![vec![
        ScriptStep::Send(event_stream_head()),
        ScriptStep::Send(first.into_bytes()),
        ScriptStep::UntilClosed(closed),
    ]]);
    let mut reply = client(&server).reply(question_request());
    assert_eq!(reply.next().await, Some(ReplyEvent::TextAppended("half".into())));
    assert!(reported.try_recv().is_err(), "closed before it was dropped");
    drop(reply);
    reported
        .recv_timeout(crate::support::scripted_server::BARRIER_TIMEOUT)
        .expect("the server saw the end");
}

#[tokio::test]
async fn text_is_passed_on_while_the_server_is_still_writing() {
    let (open, wait) = barrier();
    let [first, second] = ["one ", "two"].map(|piece| {
        sse_frame(&format!(r#"{{"type":"response.output_text.delta","delta":"{piece}"}}"#))
    });
    let end = sse_frame(r#"{"type":"response.completed","response":{"status":"completed"}}"#);
    let server = ScriptedServer::start(vec![vec![
        ScriptStep::Send(event_stream_head()),
        ScriptStep::Send(first.into_bytes()),
        ScriptStep::Wait(wait),
        ScriptStep::Send((second + &end).into_bytes()),
    ]]);
    let mut reply = client(&server).reply(question_request());
    // The barrier is still shut: this could only have come from the first piece alone.
    assert_eq!(reply.next().await, Some(ReplyEvent::TextAppended("one ".into())));
    open.send(()).unwrap();
    assert_eq!(reply.next().await, Some(ReplyEvent::TextAppended("two".into())));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_after_the_pause_it_names_and_visibly() {
    let busy = crate::support::scripted_server::http_answer(
        429,
        &[("retry-after-ms", "20"), ("x-request-id", "req_9")],
        r#"{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}"#,
    );
    let server = ScriptedServer::start(vec![busy, event_stream(official_stream(PIECES))]);
    let events = reply_events(&patient_client(&server), question_request()).await;
    let ReplyEvent::Retrying { attempt, after, failure } = &events[0] else {
        panic!("{:?}", events[0]);
    };
    assert_eq!((*attempt, *after), (2, Duration::from_millis(20)));
    assert_eq!(failure.kind, FailureKind::RateLimited);
    assert_eq!(failure.request_id.as_deref(), Some("req_9"));
    assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_pause_can_be_skipped() {
    let busy = crate::support::scripted_server::http_answer(429, &[("retry-after", "100")], "");
    let server = ScriptedServer::start(vec![busy, event_stream(official_stream(PIECES))]);
    let mut reply = patient_client(&server).reply(question_request());
    assert!(matches!(reply.next().await, Some(ReplyEvent::Retrying { .. })));
    reply.retry_trigger().fire();
    let next = tokio::time::timeout(Duration::from_secs(20), reply.next()).await.unwrap();
    assert!(matches!(next, Some(ReplyEvent::Accepted { .. })), "{next:?}");
}

#[tokio::test]
async fn a_failing_server_is_asked_three_times() {
    let broken =
        || crate::support::scripted_server::http_answer(500, &[("retry-after-ms", "1")], "");
    let server = ScriptedServer::start(vec![broken(), broken(), broken(), broken()]);
    let events = reply_events(&patient_client(&server), question_request()).await;
    let retries = events.iter().filter(|it| matches!(it, ReplyEvent::Retrying { .. })).count();
    assert_eq!((retries, server.posts()), (2, 3));
    assert_eq!(ending_failure(&reply_ending(&events)).kind, FailureKind::Server);
}

#[tokio::test]
async fn an_error_inside_a_stream_before_any_output_is_retried_like_its_http_twin() {
    let shed = sse_frame(r#"{"type":"response.created","response":{"id":"r"}}"#)
        + &sse_frame(
            r#"{"type":"error","error":{"code":"server_is_overloaded","message":"busy"}}"#,
        )
        + &sse_frame(
            r#"{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_is_overloaded","message":"busy"}}}"#,
        );
    let server =
        ScriptedServer::start(vec![event_stream(shed), event_stream(official_stream(PIECES))]);
    let events = reply_events(&patient_client(&server), question_request()).await;
    assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn after_the_first_delta_nothing_is_retried() {
    let half = sse_frame(r#"{"type":"response.output_text.delta","delta":"half"}"#)
        + &sse_frame(
            r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error"}}}"#,
        );
    let server =
        ScriptedServer::start(vec![event_stream(half), event_stream(official_stream(PIECES))]);
    let events = reply_events(&patient_client(&server), question_request()).await;
    let ending = reply_ending(&events);
    assert_eq!((ending.text.as_str(), ending_failure(&ending).kind), ("half", FailureKind::Server));
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_retried_and_then_reported() {
    let gone = ScriptedServer::start(Vec::new());
    let address = gone.base_url();
    // Its thread ends at once and closes the listener.
    while std::net::TcpStream::connect(
        address.trim_start_matches("http://").trim_end_matches("/v1"),
    )
    .is_ok()
    {
        std::thread::yield_now();
    }
    let client = Client::new(ClientSettings { retries: 1, ..settings(&address) }).unwrap();
    let events = reply_events(&client, question_request()).await;
    assert!(matches!(events[0], ReplyEvent::Retrying { .. }), "{:?}", events[0]);
    assert_eq!(ending_failure(&reply_ending(&events)).kind, FailureKind::Network);
}

#[tokio::test]
async fn silence_before_and_within_an_answer_ends_it() {
    let (_keep, wait) = barrier();
    let (_keep_too, wait_too) = barrier();
    let half = sse_frame(r#"{"type":"response.output_text.delta","delta":"half"}"#);
    let server = ScriptedServer::start(vec![
        vec![ScriptStep::Wait(wait)],
        vec![
            ScriptStep::Send(event_stream_head()),
            ScriptStep::Send(half.into_bytes()),
            ScriptStep::Wait(wait_too),
        ],
    ]);
    let mut short = settings(&server.base_url());
    short.timeouts.first_byte = Duration::from_millis(50);
    short.timeouts.idle = Duration::from_millis(300);
    let client = Client::new(short).unwrap();
    let before = reply_ending(&reply_events(&client, question_request()).await);
    assert!(matches!(&before.outcome, ReplyOutcome::Failed(it) if it.kind == FailureKind::Timeout));
    let within = reply_ending(&reply_events(&client, question_request()).await);
    assert!(
        matches!(&within.outcome, ReplyOutcome::Interrupted(it) if it.kind == FailureKind::Timeout)
    );
    assert_eq!(within.text, "half");
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn an_unknown_previous_response_is_replaced_by_the_whole_transcript_once() {
    let unknown = r#"{"error":{"message":"Previous response with id 'resp_x' not found.","param":"previous_response_id","code":"previous_response_not_found"}}"#;
    let server = ScriptedServer::start(vec![
        json_answer(400, unknown),
        event_stream(official_stream(PIECES)),
    ]);
    let mut request = question_request();
    request.context = request_context(Some("resp_x"), &["second"]);
    request.whole_context = Some(request_context(None, &["first", "second"]));
    let events = reply_events(&client(&server), request).await;
    assert!(matches!(&events[0], ReplyEvent::Notice(_)), "{:?}", events[0]);
    assert_eq!(reply_ending(&events).outcome, ReplyOutcome::Completed);
    let seen = server.seen();
    assert_eq!(seen[0].json()["previous_response_id"], "resp_x");
    assert!(seen[1].json().get("previous_response_id").is_none());
    assert_eq!(seen[1].json()["input"].as_array().unwrap().len(), 2);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_transcript_that_the_model_cannot_take_is_announced_once() {
    let answer = || event_stream(official_stream(PIECES));
    let server = ScriptedServer::start(vec![answer(), answer()]);
    let mut request = question_request();
    request.model = "gpt-4o".into();
    let notices = |events: &[ReplyEvent]| -> Vec<String> {
        let notices = events.iter().filter_map(|event| match event {
            ReplyEvent::Notice(text) => Some(text.clone()),
            _ => None,
        });
        notices.collect()
    };
    request.context = request_context(None, &[&"word".repeat(130_000)]);
    assert_eq!(
        notices(&reply_events(&client(&server), request.clone()).await),
        ["This conversation is about 130,000 tokens; gpt-4o accepts 128,000."]
    );
    request.context = request_context(None, &[&"word".repeat(120_000)]);
    assert!(notices(&reply_events(&client(&server), request).await).is_empty());
}

#[tokio::test]
async fn a_server_that_loses_fresh_responses_is_no_longer_chained() {
    let unknown = r#"{"error":{"message":"Previous response with id 'resp_1' not found."}}"#;
    let answer = || event_stream(official_stream(PIECES));
    let server =
        ScriptedServer::start(vec![answer(), json_answer(400, unknown), answer(), answer()]);
    let client = client(&server);
    reply_events(&client, question_request()).await;
    let mut request = question_request();
    request.context = request_context(Some("resp_1"), &["second"]);
    request.whole_context = Some(request_context(None, &["first", "second"]));
    for _ in 0..2 {
        let ending = reply_ending(&reply_events(&client, request.clone()).await);
        assert_eq!(ending.outcome, ReplyOutcome::Completed);
    }
    assert_eq!(server.posts(), 4);
    assert!(server.seen()[3].json().get("previous_response_id").is_none());
}

#[tokio::test]
async fn what_is_not_stored_is_never_chained_from() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(PIECES))]);
    let mut request = question_request();
    request.retention = Retention::NotStored;
    request.context = request_context(Some("resp_1"), &["second"]);
    request.whole_context = Some(request_context(None, &["first", "second"]));
    reply_events(&client(&server), request).await;
    let body = server.seen()[0].json();
    assert_eq!(body["store"], false);
    assert!(body.get("previous_response_id").is_none());
}

#[tokio::test]
async fn a_server_that_rejects_the_replay_is_not_asked_again() {
    let unknown = r#"{"error":{"message":"Previous response with id 'resp_x' not found."}}"#;
    let server = ScriptedServer::start(vec![json_answer(404, unknown), json_answer(404, unknown)]);
    let mut request = question_request();
    request.context = request_context(Some("resp_x"), &["second"]);
    request.whole_context = Some(request_context(None, &["first", "second"]));
    let ending = reply_ending(&reply_events(&patient_client(&server), request).await);
    assert_eq!(ending_failure(&ending).kind, FailureKind::PreviousResponseNotFound);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn a_rejected_option_is_omitted_reported_once_and_remembered() {
    let refused = r#"{"error":{"message":"Your organization must be verified to generate reasoning summaries.","param":"reasoning.summary","code":"unsupported_value"}}"#;
    let server = ScriptedServer::start(vec![
        json_answer(400, refused),
        event_stream(official_stream(PIECES)),
        event_stream(official_stream(PIECES)),
    ]);
    let client = client(&server);
    let mut request = question_request();
    request.summary = Some("auto".into());
    request.effort = Some("high".into());
    let first = reply_events(&client, request.clone()).await;
    assert!(
        matches!(&first[0], ReplyEvent::Notice(report) if report.contains("reasoning.summary"))
    );
    let second = reply_events(&client, request).await;
    assert!(!second.iter().any(|it| matches!(it, ReplyEvent::Notice(_))), "said twice");
    let bodies: Vec<_> = server.seen().iter().map(|it| it.json()["reasoning"].clone()).collect();
    let without = serde_json::json!({ "effort": "high" });
    assert_eq!(bodies[1..], [without.clone(), without]);
    assert_eq!(server.posts(), 3);
}

#[tokio::test]
async fn a_model_without_streaming_is_asked_for_the_whole_answer() {
    let refused = r#"{"error":{"message":"Your organization must be verified to stream this model.","param":"stream","code":"unsupported_value"}}"#;
    let whole = r#"{"id":"resp_2","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"All at once."}]}]}"#;
    let server = ScriptedServer::start(vec![json_answer(400, refused), json_answer(200, whole)]);
    let ending = reply_ending(&reply_events(&client(&server), question_request()).await);
    assert_eq!((ending.text.as_str(), &ending.outcome), ("All at once.", &ReplyOutcome::Completed));
    assert!(server.seen()[1].json().get("stream").is_none());
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn in_order_delivery_never_revises_delivered_text() {
    let delta = |number: u32, text: &str| {
        sse_frame(&format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{number},"output_index":0,"content_index":0,"delta":"{text}"}}"#
        ))
    };
    let created =
        sse_frame(r#"{"type":"response.created","sequence_number":0,"response":{"id":"r"}}"#);
    let done = sse_frame(
        r#"{"type":"response.output_text.done","sequence_number":9,"output_index":0,"content_index":0,"text":"abcdef"}"#,
    );
    let end = sse_frame(
        r#"{"type":"response.completed","sequence_number":10,"response":{"status":"completed","output":[]}}"#,
    );
    let shuffled = [
        created,
        delta(1, "a"),
        delta(3, "c"),
        delta(2, "b"),
        delta(6, "f"),
        done,
        delta(5, "e"),
        end,
    ]
    .concat();
    let server = ScriptedServer::start(vec![event_stream(shuffled)]);
    let mut request = question_request();
    request.delivery = Delivery::InOrder;
    let events = reply_events(&client(&server), request).await;
    assert!(!events.iter().any(|it| matches!(it, ReplyEvent::TextReplaced(_))), "{events:?}");
    assert_eq!(shown_text(&events), "abcdef");
}

#[tokio::test]
async fn a_long_line_and_a_flood_of_pieces_are_fine() {
    let big = "x".repeat(2_500_000);
    let mut flood = String::new();
    for number in 1..=20_000 {
        let event = r#"{"type":"response.output_text.delta","sequence_number":"#;
        writeln!(flood, "data: {event}{number},\"delta\":\"y\"}}\n").unwrap();
    }
    let end = "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n";
    let line =
        format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{big}\"}}\n\n{end}");
    let server = ScriptedServer::start(vec![event_stream(line), event_stream(flood + end)]);
    let long = ask(&server).await;
    assert_eq!((long.outcome, long.text.len()), (ReplyOutcome::Completed, big.len()));
    let many = ask(&server).await;
    assert_eq!((many.outcome, many.text.len()), (ReplyOutcome::Completed, 20_000));
}

#[test]
fn a_proxy_is_not_asked_for_a_server_on_this_machine() {
    let server = ScriptedServer::start(vec![event_stream(official_stream(PIECES))]);
    let home = Home::new().with_server(server.base_url());
    let mut command = home.command(&["ask", QUESTION]);
    let ran =
        command.env("http_proxy", "http://127.0.0.1:9").env("HTTP_PROXY", "http://127.0.0.1:9");
    let output = ran.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(server.posts(), 1);
}

#[test]
fn the_log_has_every_call_and_no_key_question_or_answer() {
    let echo = format!(r#"{{"error":{{"message":"no {QUESTION}","code":"server_error"}}}}"#);
    let refused = crate::support::scripted_server::http_answer(
        500,
        &[("retry-after-ms", "1"), ("x-request-id", "req_9")],
        &echo,
    );
    let server = ScriptedServer::start(vec![refused, event_stream(official_stream(PIECES))]);
    let home = Home::new().with_server(server.base_url());
    let mut command = home.command(&["ask", QUESTION]);
    command.env("DUOLOGUE_LOG", "trace").env("OPENAI_API_KEY", "sk-very-secret");
    assert!(command.output().unwrap().status.success());
    let log = home.path().join("state/duologue/duologue.log");
    let text = std::fs::read_to_string(log).unwrap();
    for logged in ["request ended", "req_9", "retrying", "elapsed_ms"] {
        assert!(text.contains(logged), "{logged} is missing in:\n{text}");
    }
    for secret in ["very-secret", "aunt", "Under the", "naïve"] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
}

#[test]
fn a_stream_with_an_oversized_event_is_requested_without_streaming() {
    let whole = json_answer(
        200,
        r#"{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Whole."}]}]}"#,
    );
    let endless = format!("data: {}", "x".repeat(33 * 1024 * 1024));
    let server = ScriptedServer::start(vec![event_stream(endless), whole]);
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["ask", QUESTION]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, "Whole."), "{}", ran.stderr);
    assert!(ran.stderr.contains("could not be read"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(server.seen()[1].json().get("stream").is_none());
}

#[test]
fn a_stream_with_a_byte_order_mark_is_read() {
    let server =
        ScriptedServer::start(vec![event_stream("\u{feff}".to_owned() + &official_stream(PIECES))]);
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["ask", QUESTION]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, PIECES.concat().as_str()), "{}", ran.stderr);
    assert_eq!(ran.stderr, "");
    assert_eq!(server.posts(), 1);
}

#[tokio::test]
async fn a_rejected_effort_is_omitted_for_that_question_only() {
    let refusal = json_answer(
        400,
        r#"{"error":{"message":"Unsupported value: 'none' is not supported with the 'o4-mini' model.","code":"unsupported_value","param":"reasoning.effort"}}"#,
    );
    let server = ScriptedServer::start(vec![
        refusal,
        event_stream(official_stream(PIECES)),
        event_stream(official_stream(PIECES)),
    ]);
    let client = client(&server);
    let request = |effort: &str| ModelRequest { effort: Some(effort.into()), ..question_request() };
    let report = reply_events(&client, request("none")).await;
    assert_eq!(reply_ending(&report).outcome, ReplyOutcome::Completed);
    assert!(report.contains(&ReplyEvent::EffortOmitted), "the effort is left out: {report:?}");
    assert!(!report.iter().any(|it| matches!(it, ReplyEvent::CapabilityLearned(_))), "{report:?}");
    let report = reply_events(&client, request("high")).await;
    assert!(!report.contains(&ReplyEvent::EffortOmitted));
    assert_eq!(server.posts(), 3);
    assert_eq!(server.seen()[2].json()["reasoning"]["effort"], "high");
}

#[test]
fn an_answer_is_not_stored_with_an_effort_that_was_not_sent() {
    let refusal = json_answer(
        400,
        r#"{"error":{"message":"Unsupported value: 'none'","code":"unsupported_value","param":"reasoning.effort"}}"#,
    );
    let server = ScriptedServer::start(vec![
        refusal,
        event_stream(official_stream(PIECES)),
        event_stream(official_stream(PIECES)),
    ]);
    let home = Home::new().with_server(server.base_url());
    assert_eq!(home.run(&["ask", "--effort", "none", QUESTION]).code, 0);
    assert_eq!(home.run(&["ask", "-c", "--effort", "high", QUESTION]).code, 0);
    let exported = home.run(&["export", "--all", "--format", "json"]).stdout;
    assert!(!exported.contains("\"reasoning_level\": \"none\""), "{exported}");
    assert!(exported.contains("\"reasoning_level\": \"high\""), "{exported}");
}

#[tokio::test]
async fn missing_sequence_numbers_delay_text_only_briefly() {
    let created =
        sse_frame(r#"{"type":"response.created","sequence_number":0,"response":{"id":"r"}}"#);
    let delta = |number: u64, text: &str| {
        sse_frame(&format!(
            r#"{{"type":"response.output_text.delta","sequence_number":{number},"output_index":0,"content_index":0,"delta":"{text}"}}"#
        ))
    };
    let (open, wait) = barrier();
    let first = [created, delta(10, "a"), delta(12, "b"), delta(14, "c")].concat();
    let mut script = event_stream(first);
    script.push(ScriptStep::Wait(wait));
    script.push(ScriptStep::Send(delta(16, "d").into_bytes()));
    let server = ScriptedServer::start(vec![script]);
    let mut reply =
        client(&server).reply(ModelRequest { delivery: Delivery::InOrder, ..question_request() });
    let mut seen = String::new();
    // The server waits for the reader: what is held for ever would never let it go on.
    while seen != "abc" {
        if let Some(ReplyEvent::TextAppended(text)) = reply.next().await {
            seen.push_str(&text);
        }
    }
    open.send(()).unwrap();
    while seen != "abcd" {
        match reply.next().await.expect("the rest comes") {
            ReplyEvent::TextAppended(text) => seen.push_str(&text),
            ReplyEvent::Ended(ending) => panic!("ended with {:?}", ending.text),
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_rejected_parameter_is_reported_and_omitted_once_known() {
    let refusal = json_answer(
        400,
        r#"{"error":{"message":"Your organization must be verified to generate reasoning summaries.","code":"unsupported_value","param":"reasoning.summary"}}"#,
    );
    let server = ScriptedServer::start(vec![
        refusal,
        event_stream(official_stream(PIECES)),
        event_stream(official_stream(PIECES)),
    ]);
    let request = || ModelRequest { summary: Some("auto".into()), ..question_request() };
    let report = reply_events(&client(&server), request()).await;
    let update = report.iter().find_map(|event| match event {
        ReplyEvent::CapabilityLearned(update) => Some(update.clone()),
        _ => None,
    });
    let mut learned = ServerCapabilities::default();
    learned.apply(&update.expect("a capability update"), NOW);
    let later = ClientSettings { capabilities: learned, ..settings(&server.base_url()) };
    let report = reply_events(&Client::new(later).unwrap(), request()).await;
    assert_eq!(reply_ending(&report).outcome, ReplyOutcome::Completed);
    assert_eq!(server.posts(), 3, "refused once, never again");
    assert!(server.seen()[2].json().get("reasoning").is_none());
}
