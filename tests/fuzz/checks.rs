//! Properties that hold for any bytes of a server, for the fuzz targets and the tests.

use duologue::api::{Reducer, WireEvent, parse_frames};
use duologue::chat::{ReplyEvent, ReplyOutcome, Timestamp};

/// The most a reply may say for one event, in events; a server must not make us shout.
const LOUDEST: usize = 8;

/// A whole event stream: read without a panic, shown and kept text agree, nothing after the end.
pub fn check_stream(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let events =
        parse_frames(&text).into_iter().filter_map(|it| WireEvent::parse(&it.name, &it.data));
    check_events(events);
}

/// Events as JSON, one a line.
pub fn check_json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    check_events(text.lines().filter_map(|line| WireEvent::parse("", line)));
}

fn check_events(events: impl Iterator<Item = WireEvent>) {
    let mut reducer = Reducer::new();
    let mut shown = String::new();
    for event in events {
        let output = reducer.handle_event(&event, Timestamp::from_seconds(1));
        assert!(output.len() <= LOUDEST, "{} events for one", output.len());
        for event in output {
            match event {
                ReplyEvent::TextAppended(more) => {
                    assert!(!more.is_empty(), "nothing was appended");
                    shown.push_str(&more);
                }
                ReplyEvent::TextReplaced(whole) => {
                    assert_ne!(whole, shown, "replaced by itself");
                    shown = whole;
                }
                ReplyEvent::Ended(_)
                | ReplyEvent::ApprovalNeeded(_)
                | ReplyEvent::Retrying { .. }
                | ReplyEvent::EffortOmitted
                | ReplyEvent::CapabilityLearned(_)
                | ReplyEvent::Notice(_) => {
                    panic!("only the client may say so");
                }
                ReplyEvent::Accepted { .. }
                | ReplyEvent::ReasoningAppended(_)
                | ReplyEvent::Activity(_)
                | ReplyEvent::ToolUsed(_) => {}
            }
        }
    }
    let ending = reducer.ending(ReplyOutcome::Completed);
    assert_eq!(ending.text, shown, "what was shown is not what is kept");
    assert!(ending.text.is_empty() || reducer.has_begun(), "a text that no event began");
    if let Some(kept) = ending.reasoning_data {
        let kept: serde_json::Value = serde_json::from_str(&kept).expect("kept data is JSON");
        assert_shape(&kept);
    }
}

/// The web app throws its whole file away over one field of another kind.
fn assert_shape(kept: &serde_json::Value) {
    assert!(kept["summary_parts"].as_array().unwrap().iter().all(serde_json::Value::is_string));
    assert!(kept["complete_summary"].is_string() && kept["response_id"].is_string());
    assert!(kept["timestamp"].is_i64());
    let searches = kept["web_searches"].as_array().unwrap();
    assert!(searches.iter().all(|it| it["item_id"].is_string()));
    assert!(kept["tool_outputs"].is_array());
    let message = &kept["message_data"];
    assert!(
        message.is_null() || message["item_id"].is_string() && message["content_items"].is_array()
    );
}
