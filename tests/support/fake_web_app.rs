//! The web app with a model: it asks a server, keeps a copy of the file in memory and overwrites the
//! file with it.
//!
//! What it accepts is judged by the doctor, whose verdicts are compared with recorded ones.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use duologue::runtime::clock;
use duologue::store::doctor::{Verdict, WebVersion, examine};
use serde_json::{Value, json};

use super::home::Home;
use super::stale_web::StaleWeb;

/// Asserts that both versions of the web app accept the shared file and can save it again.
pub fn assert_accepted(home: &Home, why: &str) {
    let report = examine(File::open(home.file()).unwrap()).unwrap();
    for version in [WebVersion::Current, WebVersion::V2025] {
        assert_eq!(report.verdict(version), Verdict::Accepted, "{why}: {:?}", report.findings);
    }
}

/// The web app, logged in as the user of a home.
pub struct FakeWebApp {
    file: Mutex<StaleWeb>,
    version: WebVersion,
    /// Host and port of the server it asks.
    api: String,
}

impl FakeWebApp {
    /// A version of it that holds a copy of the file for `ttl` seconds and asks at `api`.
    pub fn start(home: &Home, version: WebVersion, ttl: i64, api: &str) -> Self {
        let api = api.strip_prefix("http://").unwrap().strip_suffix("/v1").unwrap().to_owned();
        Self { file: Mutex::new(StaleWeb::of(&home.file(), version, ttl)), version, api }
    }

    /// Asks in a conversation (or a new one) and stores the answer; returns the conversation.
    pub fn ask(&self, conversation: Option<&str>, text: &str) -> String {
        let id = conversation.map_or_else(|| self.create(), str::to_owned);
        self.file().store_response(&id, text, None, now());
        let previous = self.file().load_cached(now())[&id]["last_response_id"].clone();
        let (response_id, answer) = self.answer(text, &previous);
        self.file().store_response(&id, &answer, Some(response_id), now());
        id
    }

    fn create(&self) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        self.file().create(&id, "From the web", now());
        id
    }

    /// What the web app shows of a conversation.
    pub fn chat(&self, id: &str) -> Value {
        let file = self.file().load_cached(now());
        let all = file[id]["messages"].as_array().cloned().unwrap_or_default();
        let shown = |it: &Value| json!({ "role": it["role"], "text": it["text"] });
        json!({ "threadId": id, "messages": all.iter().map(shown).collect::<Vec<_>>() })
    }

    /// What the web app lists.
    pub fn list(&self) -> Value {
        let mut file = self.file().load_cached(now());
        for chat in file.as_object_mut().unwrap().values_mut() {
            let listed = ["data", "chat_name", "last_update"];
            chat.as_object_mut().unwrap().retain(|key, _| listed.contains(&key.as_str()));
        }
        file
    }

    fn file(&self) -> MutexGuard<'_, StaleWeb> {
        self.file.lock().unwrap()
    }

    /// Asks the server; the id of its response and the text.
    fn answer(&self, text: &str, previous: &Value) -> (String, String) {
        let model = if self.version == WebVersion::Current { "gpt-5.4" } else { "o4-mini" };
        let mut body = json!({ "model": model, "input": text, "stream": true, "store": true });
        if previous.is_string() {
            body["previous_response_id"] = previous.clone();
        }
        let (mut id, mut answer) = (String::new(), String::new());
        for event in self.events(&body.to_string()) {
            match event["type"].as_str().unwrap() {
                "response.output_text.delta" => answer.push_str(event["delta"].as_str().unwrap()),
                "response.completed" => {
                    event["response"]["id"].as_str().unwrap().clone_into(&mut id);
                }
                _ => {}
            }
        }
        assert!(!id.is_empty() && !answer.is_empty(), "no answer to {text}");
        (id, answer)
    }

    /// The events of a response, once it has ended. HTTP/1.0 brings them without chunks.
    fn events(&self, body: &str) -> Vec<Value> {
        let mut stream = TcpStream::connect(&self.api).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        write!(
            stream,
            "POST /v1/responses HTTP/1.0\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, events) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.lines().next().unwrap().contains(" 200 "), "{answer}");
        let data = events.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).unwrap()).collect()
    }
}

fn now() -> i64 {
    clock::now().seconds()
}
