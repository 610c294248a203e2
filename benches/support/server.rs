//! A server that streams an endless answer to every client, at a given rate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The server; it ends with the process.
pub(crate) struct Server {
    address: String,
    /// Deltas a second; at 0 the answer ends.
    rate: Arc<AtomicU32>,
}

impl Server {
    /// A server whose answers are made of these pieces, over and over.
    pub(crate) fn start(pieces: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let rate = Arc::new(AtomicU32::new(0));
        let pieces: Arc<[String]> = pieces.iter().map(|&piece| piece.to_owned()).collect();
        let speed = Arc::clone(&rate);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (pieces, speed) = (Arc::clone(&pieces), Arc::clone(&speed));
                // A client that goes away ends its thread, which is as it should be.
                thread::spawn(move || serve(&stream.unwrap(), &pieces, &speed));
            }
        });
        Self { address, rate }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub(crate) fn set_rate(&self, deltas_a_second: u32) {
        self.rate.store(deltas_a_second, Ordering::SeqCst);
    }
}

fn serve(stream: &TcpStream, pieces: &[String], rate: &AtomicU32) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        if !takes_question(&mut reader)? {
            let none = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
            (&*stream).write_all(none.as_bytes()).ok()?;
            continue;
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
            transfer-encoding: chunked\r\n\r\n";
        (&*stream).write_all(head.as_bytes()).ok()?;
        answer(stream, pieces, rate)?;
        (&*stream).write_all(b"0\r\n\r\n").ok()?;
    }
}

/// Takes a request; tells whether it is a question.
fn takes_question(reader: &mut BufReader<&TcpStream>) -> Option<bool> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if line.trim_end().is_empty() {
            break;
        }
        if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(first.starts_with("POST /v1/responses "))
}

fn answer(stream: &TcpStream, pieces: &[String], rate: &AtomicU32) -> Option<()> {
    let mut number = 0_u64;
    let mut send = |mut event: Value| {
        event["sequence_number"] = number.into();
        number += 1;
        let kind = event["type"].as_str().unwrap();
        let text = format!("event: {kind}\ndata: {event}\n\n");
        let chunk = format!("{:x}\r\n{text}\r\n", text.len());
        (&*stream).write_all(chunk.as_bytes()).ok()
    };
    let (item, part) = (item("in_progress", &json!([])), part(""));
    let with_ids = |mut event: Value| {
        for (name, value) in [("output_index", json!(0)), ("content_index", json!(0))] {
            event[name] = value;
        }
        event["item_id"] = json!("msg_1");
        event
    };
    send(json!({ "type": "response.created", "response": response("in_progress", &json!([])) }))?;
    send(json!({ "type": "response.output_item.added", "output_index": 0, "item": item }))?;
    send(with_ids(json!({ "type": "response.content_part.added", "part": part })))?;
    let mut text = String::new();
    let mut due = Instant::now();
    for piece in pieces.iter().cycle() {
        let rate = rate.load(Ordering::Relaxed);
        if rate == 0 {
            break;
        }
        due += Duration::from_secs(1) / rate;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        send(with_ids(json!({
            "type": "response.output_text.delta", "delta": piece, "logprobs": [],
            "obfuscation": "x6Yq0aLw",
        })))?;
        text.push_str(piece);
    }
    let part = self::part(&text);
    let item = self::item("completed", &json!([part]));
    send(with_ids(json!({ "type": "response.output_text.done", "text": text, "logprobs": [] })))?;
    send(with_ids(json!({ "type": "response.content_part.done", "part": part })))?;
    send(json!({ "type": "response.output_item.done", "output_index": 0, "item": item }))?;
    send(json!({ "type": "response.completed", "response": response("completed", &json!([item])) }))
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

fn item(status: &str, content: &Value) -> Value {
    json!({
        "id": "msg_1", "type": "message", "status": status, "role": "assistant", "content": content,
    })
}

fn response(status: &str, output: &Value) -> Value {
    json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": status, "model": "demo",
        "output": output, "error": null, "incomplete_details": null, "usage": null,
    })
}
