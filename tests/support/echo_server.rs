//! A server that answers with the question's words, and refuses to chain from unknown responses.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use super::scripted_server::read_request;

/// What the server has been asked and has answered.
#[derive(Default)]
struct EchoLog {
    requests: Vec<Value>,
    ids: HashSet<String>,
}

/// The server; it ends with the test.
pub struct EchoServer {
    address: String,
    log: Arc<Mutex<EchoLog>>,
}

impl EchoServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let log: Arc<Mutex<EchoLog>> = Arc::default();
        let shared = Arc::clone(&log);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&shared);
                thread::spawn(move || serve(stream, &log));
            }
        });
        Self { address, log }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The bodies of all questions so far.
    pub fn requests(&self) -> Vec<Value> {
        self.log.lock().unwrap().requests.clone()
    }
}

/// The text of the last message a request sends.
pub fn last_text(request: &Value) -> String {
    if let Some(text) = request["input"].as_str() {
        return text.to_owned();
    }
    let last = request["input"].as_array().and_then(|all| all.last()).unwrap_or(&Value::Null);
    last["content"].as_str().or(last["content"][0]["text"].as_str()).unwrap_or("nothing").to_owned()
}

fn serve(mut stream: TcpStream, log: &Mutex<EchoLog>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(seen) = read_request(&mut reader) else { return };
    let request = seen.json();
    let previous = request["previous_response_id"].as_str();
    if previous.is_some_and(|id| !log.lock().unwrap().ids.contains(id)) {
        let error = json!({"error": {"message": "Previous response not found.",
            "type": "invalid_request_error", "param": "previous_response_id",
            "code": "previous_response_not_found"}});
        let _ = write!(
            stream,
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{error}"
        );
        return;
    }
    let text = format!("re: {}", last_text(&request));
    let id = {
        let mut log = log.lock().unwrap();
        log.requests.push(request.clone());
        let id = format!("resp_{}", log.requests.len());
        log.ids.insert(id.clone());
        id
    };
    let item = json!({"id": "msg_1", "type": "message", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}]});
    let response = |status: &str, output: Vec<Value>| {
        json!({"id": id, "object": "response", "created_at": 1, "status": status,
            "model": request["model"], "output": output, "error": null})
    };
    let events = [
        json!({"type": "response.created", "sequence_number": 0,
            "response": response("in_progress", Vec::new())}),
        json!({"type": "response.output_text.delta", "sequence_number": 1, "item_id": "msg_1",
            "output_index": 0, "content_index": 0, "delta": text}),
        json!({"type": "response.completed", "sequence_number": 2,
            "response": response("completed", vec![item])}),
    ];
    let mut out = String::from(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n",
    );
    for event in events {
        write!(out, "event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()).unwrap();
    }
    let _ = stream.write_all(out.as_bytes());
}
