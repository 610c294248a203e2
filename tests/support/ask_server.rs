//! Asks a scripted server a question and collects the events.

use std::time::Duration;

use duologue::api::{Client, ClientClock, ClientSettings, ModelRequest};
use duologue::chat::{
    Message, ReplyEnding, ReplyEvent, ReplyOutcome, RequestContext, ResponseId, ServerCapabilities,
    Timestamp,
};
use duologue::settings::{ApiKey, KeyPrompt, Prices, Protocol, SecretValues, Timeouts};

use super::scripted_server::ScriptedServer;

/// The question every test asks unless it needs another.
pub const QUESTION: &str = "Where did my aunt hide the second will?";

/// The time in every test.
pub const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

pub fn settings(base_url: &str) -> ClientSettings {
    ClientSettings {
        name: None,
        headers: SecretValues::default(),
        base_url: base_url.to_owned(),
        api_key: ApiKey::None,
        key_prompt: KeyPrompt::Never,
        // What a path that is missing means is the subject of tests of their own.
        protocol: Protocol::Responses,
        organization: None,
        project: None,
        allow_http: false,
        timeouts: Timeouts {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(30),
        },
        retries: 0,
        capabilities: ServerCapabilities::default(),
        prices: Prices::default(),
        clock: ClientClock::Fixed(NOW),
    }
}

pub fn client(server: &ScriptedServer) -> Client {
    Client::new(settings(&server.base_url())).unwrap()
}

/// A client that asks again up to twice, as the program does.
pub fn patient_client(server: &ScriptedServer) -> Client {
    Client::new(ClientSettings { retries: 2, ..settings(&server.base_url()) }).unwrap()
}

pub fn question_request() -> ModelRequest {
    ModelRequest::new("o4-mini", request_context(None, &[QUESTION]))
}

/// A context with these user messages.
pub fn request_context(previous: Option<&str>, texts: &[&str]) -> RequestContext {
    let replay = texts.iter().map(|text| Message::question(*text, NOW)).collect();
    RequestContext { previous_response_id: previous.map(ResponseId::new), replay }
}

/// Everything a reply says, to its end; how long it took is left out.
pub async fn reply_events(client: &Client, request: ModelRequest) -> Vec<ReplyEvent> {
    let mut reply = client.reply(request);
    let mut events = Vec::new();
    while let Some(mut event) = reply.next().await {
        if let ReplyEvent::Ended(ending) = &mut event {
            ending.stats.timing = None;
        }
        events.push(event);
    }
    events
}

/// The end of a reply, after checking that nothing follows it and that what was shown is its text.
pub fn reply_ending(events: &[ReplyEvent]) -> ReplyEnding {
    let (last, before) = events.split_last().expect("a reply says at least how it ended");
    let ReplyEvent::Ended(ending) = last else {
        panic!("the last event is {last:?}");
    };
    assert!(!before.iter().any(|event| matches!(event, ReplyEvent::Ended(_))), "ended twice");
    assert_eq!(shown_text(before), ending.text, "what was shown is not what is kept");
    (**ending).clone()
}

/// What a reader has on screen after these events.
pub fn shown_text(events: &[ReplyEvent]) -> String {
    let mut shown = String::new();
    for event in events {
        match event {
            ReplyEvent::TextAppended(more) => shown.push_str(more),
            ReplyEvent::TextReplaced(whole) => shown.clone_from(whole),
            _ => {}
        }
    }
    shown
}

/// Asks the usual question and gives the end.
pub async fn ask(server: &ScriptedServer) -> ReplyEnding {
    reply_ending(&reply_events(&client(server), question_request()).await)
}

/// The failure of an ending that failed or was interrupted.
pub fn ending_failure(ending: &ReplyEnding) -> &duologue::chat::Failure {
    match &ending.outcome {
        ReplyOutcome::Failed(failure) | ReplyOutcome::Interrupted(failure) => failure,
        other => panic!("no failure but {other:?}"),
    }
}

/// One event as it goes over the wire.
pub fn sse_frame(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    format!("event: {}\ndata: {json}\n\n", value["type"].as_str().unwrap())
}

/// The official stream for a text in three pieces: everything it has in its usual order.
pub fn official_stream(pieces: [&str; 3]) -> String {
    let text = pieces.concat();
    let quote = |text: &str| serde_json::to_string(text).unwrap();
    let mut stream = String::new();
    let mut sequence = 0;
    let mut say = |json: String| {
        stream.push_str(&sse_frame(&json.replacen(
            '{',
            &format!("{{\"sequence_number\":{sequence},"),
            1,
        )));
        sequence += 1;
    };
    let response = r#""id":"resp_1","object":"response","model":"o4-mini-2025-04-16""#;
    say(format!(
        r#"{{"type":"response.created","response":{{{response},"status":"in_progress","output":[]}}}}"#
    ));
    say(format!(
        r#"{{"type":"response.in_progress","response":{{{response},"status":"in_progress"}}}}"#
    ));
    say(r#"{"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","role":"assistant","status":"in_progress","content":[]}}"#.into());
    say(r#"{"type":"response.content_part.added","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[]}}"#.into());
    for piece in pieces {
        say(format!(
            r#"{{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":{},"obfuscation":"x7"}}"#,
            quote(piece)
        ));
    }
    let part = format!(r#"{{"type":"output_text","text":{},"annotations":[]}}"#, quote(&text));
    say(format!(
        r#"{{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":{}}}"#,
        quote(&text)
    ));
    say(format!(
        r#"{{"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{part}}}"#
    ));
    let item = format!(
        r#"{{"id":"msg_1","type":"message","role":"assistant","status":"completed","content":[{part}]}}"#
    );
    say(format!(r#"{{"type":"response.output_item.done","output_index":0,"item":{item}}}"#));
    say(format!(
        r#"{{"type":"response.completed","response":{{{response},"status":"completed","output":[{item}],"usage":{{"input_tokens":7,"input_tokens_details":{{"cached_tokens":2}},"output_tokens":5,"output_tokens_details":{{"reasoning_tokens":1}},"total_tokens":12}}}}}}"#
    ));
    stream
}
