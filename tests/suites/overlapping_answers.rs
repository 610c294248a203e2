//! Two questions asked at once in two browser tabs: neither answer knows the other, and the next
//! question here sends the model what its chain lacks.

use std::fs;

use duologue::demo::DemoServer;
use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;

/// A conversation of the web app with these messages: `q…` is a question, `a…` the answer with the id
/// `resp_a…`.
fn chat(messages: &[&str]) -> Value {
    let message = |(at, text): (usize, &&str)| {
        let is_question = text.starts_with('q');
        json!({ "role": if is_question { "user" } else { "assistant" }, "text": text,
            "timestamp": 1_700_000_000 + at,
            "response_id": if is_question { Value::Null } else { format!("resp_{text}").into() },
            "reasoning_data": null, "agent_preset_id": null, "model": null, "reasoning_level": null })
    };
    let all: Vec<Value> = messages.iter().enumerate().map(message).collect();
    let last = all.iter().rev().find_map(|it| it["response_id"].as_str()).map(str::to_owned);
    json!({ "aa1": { "data": { "id": "aa1", "created_at": 1_700_000_000, "metadata": {},
        "object": "conversation" }, "chat_name": "One", "last_update": 1_700_000_000,
        "messages": all, "last_response_id": last } })
}

/// Asks a question in the conversation; the id chained from and the texts sent.
fn ask(home: &Home, server: &DemoServer, question: &str) -> (String, Vec<String>) {
    let ran = home.run(&["ask", "-r", "aa1", question]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let post = server
        .answer_requests()
        .into_iter()
        .rev()
        .find(|post| post["previous_response_id"].is_string())
        .unwrap();
    let texts = match &post["input"] {
        Value::String(only) => vec![only.clone()],
        items => {
            let items = items.as_array().unwrap().iter();
            items.map(|it| it["content"].as_str().unwrap().to_owned()).collect()
        }
    };
    (post["previous_response_id"].as_str().unwrap().to_owned(), texts)
}

#[test]
fn what_the_chain_of_the_last_answer_does_not_contain_is_sent_once_with_the_next_question() {
    for (messages, chained, sent) in [
        (vec!["q0", "a0", "q1", "q2", "a1", "a2"], "resp_a2", vec!["q1", "a1", "next"]),
        (vec!["q1", "q2", "a1", "a2"], "resp_a2", vec!["q1", "a1", "next"]),
        (
            vec!["q0", "a0", "q1", "q2", "q3", "a1", "a2", "a3"],
            "resp_a3",
            vec!["q1", "q2", "a1", "a2", "next"],
        ),
        // The browser went on from the last of them.
        (vec!["q1", "q2", "a1", "a2", "q3", "a3"], "resp_a3", vec!["q1", "a1", "next"]),
        // Nothing overlaps; a question that failed is no part of it.
        (vec!["q1", "a1", "q2", "a2"], "resp_a2", vec!["next"]),
        (vec!["q1", "a1", "q2", "q3", "a3"], "resp_a3", vec!["next"]),
    ] {
        let server = demo_server();
        let home = Home::new().with_server(server.base_url());
        fs::write(home.file(), chat(&messages).to_string()).unwrap();
        let sent: Vec<String> = sent.into_iter().map(str::to_owned).collect();
        assert_eq!(ask(&home, &server, "next"), (chained.to_owned(), sent), "{messages:?}");
        // The answer to that knows everything.
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        let last = file["aa1"]["last_response_id"].as_str().unwrap().to_owned();
        assert_ne!(last, chained);
        assert_eq!(ask(&home, &server, "again"), (last, vec!["again".to_owned()]), "{messages:?}");
    }
}
