//! A conversation that is too long to be held in memory: it is read while it is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use duologue::api::{
    Client, ClientSettings, JsonText, ModelRequest, SentMessage, StreamedTranscript,
};
use duologue::chat::attachment::{Attachment, AttachmentContent};
use duologue::chat::{
    ContextPolicy, Fingerprint, Message, ReplyEvent, ReplyOutcome, RequestContext, ResponseId,
};
use duologue::settings::Protocol;
use duologue::tools::ToolSet;
use serde_json::json;

use crate::support::ask_server::{
    NOW, ending_failure, official_stream, question_request, reply_ending, reply_events,
    request_context, settings,
};
use crate::support::scripted_server::{
    RecordedRequest, Script, ScriptedServer, event_stream, json_answer,
};

const UNKNOWN: &str = r#"{"error":{"message":"Previous response with id 'resp_x' not found.","param":"previous_response_id","code":"previous_response_not_found"}}"#;

const CHAT_ANSWER: &str = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Floor.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

fn answer() -> Script {
    event_stream(official_stream(["Under ", "the ", "floor."]))
}

/// A transcript of these messages, and how often it was read.
fn counted(
    messages: Vec<Message>,
    file: Option<Attachment>,
) -> (StreamedTranscript, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reads);
    let transcript = StreamedTranscript::new(move |each| {
        count.fetch_add(1, Ordering::SeqCst);
        let last = messages.len().saturating_sub(1);
        messages.iter().enumerate().try_for_each(|(at, message)| {
            let files = file.iter().filter(|_| at == last).cloned().collect::<Vec<_>>();
            each(SentMessage::Read(message, &files))
        })
    });
    (transcript, reads)
}

fn questions(texts: &[&str]) -> Vec<Message> {
    texts.iter().map(|text| Message::question(*text, NOW)).collect()
}

fn client(server: &ScriptedServer, protocol: Protocol) -> Client {
    Client::new(ClientSettings { protocol, ..settings(&server.base_url()) }).unwrap()
}

async fn sent(protocol: Protocol, scripts: Vec<Script>, request: ModelRequest) -> Vec<String> {
    let server = ScriptedServer::start(scripts);
    let ending = reply_ending(&reply_events(&client(&server, protocol), request).await);
    assert_eq!(ending.outcome, ReplyOutcome::Completed);
    let check = |request: RecordedRequest| {
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("transfer-encoding"), None);
        request.body
    };
    server.seen().into_iter().map(check).collect()
}

/// A whole conversation with a file, once in memory and once not.
fn both() -> [ModelRequest; 2] {
    let messages = vec![
        Message::question("first \"one\"", NOW),
        Message::question("again", NOW),
        Message::answer("An\nanswer 👋.", NOW, None),
        Message::question("second", NOW),
    ];
    let file = Attachment { name: "a.txt".into(), content: AttachmentContent::Text("text".into()) };
    let mut in_memory = question_request();
    in_memory.tools = ToolSet::of(&["calculator".to_owned()]);
    in_memory.instructions = Some("Be brief.".into());
    in_memory.context =
        RequestContext { previous_response_id: None, replay: messages[3..].to_vec() };
    let mut read = in_memory.clone();
    in_memory.context.replay.clone_from(&messages);
    in_memory.attachments.add(Fingerprint::of(&messages[3]), vec![file.clone()]);
    read.transcript = Some(counted(messages, Some(file)).0);
    [in_memory, read]
}

#[tokio::test]
async fn a_transcript_that_is_read_is_sent_like_one_in_memory() {
    for protocol in [Protocol::Responses, Protocol::Chat] {
        let [in_memory, read] = both();
        let script = || match protocol {
            Protocol::Chat => event_stream(CHAT_ANSWER),
            _ => answer(),
        };
        let expected = sent(protocol, vec![script()], in_memory).await;
        assert_eq!(sent(protocol, vec![script()], read).await, expected);
    }
}

#[tokio::test]
async fn a_text_is_sent_alike_whether_it_was_read_or_is_passed_on_as_it_is_written() {
    let texts =
        ["", "plain", "a \"b\"\\\n\tc\u{8}\u{c}\r/", "é 漢 👋 \u{7f}\u{2028}", "\\\\u0041 \\u"];
    for protocol in [Protocol::Responses, Protocol::Chat] {
        let script = || match protocol {
            Protocol::Chat => event_stream(CHAT_ANSWER),
            _ => answer(),
        };
        let mut in_memory = question_request();
        in_memory.context = RequestContext { previous_response_id: None, replay: Vec::new() };
        let mut read = in_memory.clone();
        let messages = questions(&texts);
        let (transcript, _) = counted(messages.clone(), None);
        in_memory.transcript = Some(transcript);
        read.transcript = Some(StreamedTranscript::new(move |each| {
            messages.iter().try_for_each(|message| {
                let json = serde_json::to_string(&message.text).unwrap();
                match JsonText::of(&json) {
                    Some(text) => each(SentMessage::Written(&message.role, text)),
                    None => each(SentMessage::Read(message, &[])),
                }
            })
        }));
        let expected = sent(protocol, vec![script()], in_memory).await;
        assert_eq!(sent(protocol, vec![script()], read).await, expected);
    }
    for other in [r#""\u00e9""#, r#""a\/b""#, r#""\ud83d\ude00""#, "", "5", r#""a"#, r#""a" "b""#] {
        assert!(JsonText::of(other).is_none(), "{other}");
    }
    assert!(JsonText::of(r#""a\n\"\\""#).is_some());
}

#[tokio::test]
async fn results_of_tools_follow_a_transcript_that_is_read() {
    let call = json!({ "id": "resp_1", "object": "response", "status": "completed", "output": [
        { "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "calculator",
          "arguments": "{\"expression\":\"1+1\"}" }] });
    let scripts = || vec![json_answer(200, &call.to_string()), answer()];
    for policy in [ContextPolicy::Replay, ContextPolicy::Chain] {
        let [in_memory, read] = both().map(|request| ModelRequest { policy, ..request });
        let expected = sent(Protocol::Responses, scripts(), in_memory).await;
        assert!(expected[1].contains("function_call_output"));
        assert_eq!(sent(Protocol::Responses, scripts(), read).await, expected);
    }
}

#[tokio::test]
async fn a_long_conversation_is_read_only_for_a_server_that_does_not_know_it() {
    let server = ScriptedServer::start(vec![answer(), json_answer(400, UNKNOWN), answer()]);
    let client = client(&server, Protocol::Responses);
    let mut request = question_request();
    request.context = request_context(Some("resp_x"), &["second"]);
    let (transcript, reads) = counted(questions(&["first", "second"]), None);
    request.transcript = Some(transcript);
    reply_events(&client, request.clone()).await;
    assert_eq!(reads.load(Ordering::SeqCst), 0);
    reply_events(&client, request).await;
    assert_eq!(reads.load(Ordering::SeqCst), 2, "once for its length, once to be sent");
    let seen = server.seen();
    assert_eq!(seen[1].json()["previous_response_id"], "resp_x");
    assert_eq!(seen[2].json()["input"].as_array().unwrap().len(), 2);
    assert!(seen[2].json().get("previous_response_id").is_none());
}

#[tokio::test]
async fn a_transcript_that_is_read_is_announced_once_where_the_model_cannot_take_it() {
    let busy = json_answer(503, r#"{"error":{"message":"Overloaded."}}"#);
    let server = ScriptedServer::start(vec![busy, answer()]);
    let patient = ClientSettings { retries: 2, ..settings(&server.base_url()) };
    let mut request = question_request();
    request.model = "gpt-4o".into();
    request.context = request_context(None, &["now"]);
    let (transcript, _) = counted(questions(&["word".repeat(130_000).as_str(), "now"]), None);
    request.transcript = Some(transcript);
    let events = reply_events(&Client::new(patient).unwrap(), request).await;
    let notices: Vec<&ReplyEvent> =
        events.iter().filter(|event| matches!(event, ReplyEvent::Notice(_))).collect();
    let words = "This conversation is about 130,000 tokens; gpt-4o accepts 128,000.";
    assert_eq!(notices, [&ReplyEvent::Notice(words.to_owned())]);
    assert_eq!(server.posts(), 2);
}

#[tokio::test]
async fn an_error_that_repeats_an_early_message_does_not_show_it() {
    let private = "Where did I hide the second will of my aunt Agatha?";
    let words = json!({ "error": { "message": format!("Rejected: '{private}'.") } });
    let server = ScriptedServer::start(vec![json_answer(400, &words.to_string())]);
    let mut request = question_request();
    request.context = request_context(None, &["now"]);
    request.transcript = Some(counted(questions(&["a", private, "b", "now"]), None).0);
    let events = reply_events(&client(&server, Protocol::Responses), request).await;
    let failure = ending_failure(&reply_ending(&events)).clone();
    assert!(failure.sentence.contains("Rejected"), "{failure:?}");
    assert!(!format!("{failure:?}").contains("second will"), "{failure:?}");
}

#[tokio::test]
async fn many_messages_that_begin_like_the_error_do_not_hide_the_one_it_repeats() {
    let private = "Where did I hide the second will of my aunt Agatha?";
    let words = json!({ "error": { "message": format!("Rejected: '{private}'.") } });
    let server = ScriptedServer::start(vec![json_answer(400, &words.to_string())]);
    let mut request = question_request();
    request.context = request_context(None, &["now"]);
    let mut texts = vec!["Rejected once more"; 300];
    texts.extend([private, "now"]);
    request.transcript = Some(counted(questions(&texts), None).0);
    let events = reply_events(&client(&server, Protocol::Responses), request).await;
    let failure = ending_failure(&reply_ending(&events)).clone();
    assert!(failure.sentence.contains("Rejected"), "{failure:?}");
    assert!(!format!("{failure:?}").contains("second will"), "{failure:?}");
}

#[tokio::test]
async fn files_that_change_while_they_are_sent_end_as_an_error_that_says_so() {
    for (first, later) in [("short", "much longer"), ("much longer", "short"), ("", "new")] {
        let server = ScriptedServer::start(vec![answer()]);
        let reads = AtomicUsize::new(0);
        let mut request = question_request();
        request.transcript = Some(StreamedTranscript::new(move |each| {
            let is_first = reads.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
            let text = if is_first { first } else { later }.to_owned();
            let content = AttachmentContent::Text(text);
            let file = Attachment { name: "a.txt".into(), content };
            each(SentMessage::Read(&Message::question("now", NOW), &[file]))
        }));
        let once = ClientSettings { retries: 0, ..settings(&server.base_url()) };
        let events = reply_events(&Client::new(once).unwrap(), request).await;
        let failure = ending_failure(&reply_ending(&events)).clone();
        assert!(failure.sentence.contains("changed while"), "{failure:?}");
        assert_eq!(server.posts(), 0, "half a request must not count as one");
    }
}

#[tokio::test]
async fn a_conversation_that_cannot_be_read_again_is_not_sent_in_part() {
    let server = ScriptedServer::start(vec![answer()]);
    let mut request = question_request();
    request.transcript = Some(StreamedTranscript::new(|each| {
        each(SentMessage::Read(&Message::question("first", NOW), &[]))?;
        Err(std::io::ErrorKind::InvalidData.into())
    }));
    let ending = reply_ending(&reply_events(&client(&server, Protocol::Responses), request).await);
    assert!(ending_failure(&ending).sentence.contains("could not be read"));
    assert_eq!(server.posts(), 0);
    assert_eq!(ending.response_id, None::<ResponseId>);
}
