//! The demo server, as other clients use it.

use std::io::{Read, Write};
use std::net::TcpStream;

use duologue::demo::{DemoServer, Pace, ServerOptions};
use serde_json::{Value, json};

struct Client {
    _server: DemoServer,
    address: String,
}

impl Client {
    fn new() -> Self {
        let options = ServerOptions { pace: Pace::Instant, ..ServerOptions::default() };
        let server = DemoServer::start(options).unwrap();
        let address = server.base_url().replace("http://", "").replace("/v1", "");
        Self { _server: server, address }
    }

    fn send_to(&self, host: &str, line: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").unwrap().1;
        (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}")))
    }

    fn send(&self, line: &str, body: &Value) -> (u16, Value) {
        self.send_to(&self.address, line, &body.to_string())
    }
}

#[test]
fn a_model_can_be_asked_for_by_its_name() {
    let client = Client::new();
    let (status, model) = client.send("GET /v1/models/o4-mini", &Value::Null);
    assert_eq!((status, &model["id"], &model["object"]), (200, &json!("o4-mini"), &json!("model")));
    let (status, refusal) = client.send("GET /v1/models/nobody", &Value::Null);
    assert_eq!((status, &refusal["error"]["code"]), (404, &json!("model_not_found")));
}

#[test]
fn an_unknown_model_and_a_missing_input_are_refused() {
    let client = Client::new();
    let unknown = json!({ "model": "nobody", "input": "hi" });
    let (status, refusal) = client.send("POST /v1/responses", &unknown);
    assert_eq!((status, &refusal["error"]["code"]), (400, &json!("model_not_found")));
    let (status, refusal) = client.send("POST /v1/responses", &json!({ "model": "o4-mini" }));
    let code = &refusal["error"]["code"];
    assert_eq!((status, code), (400, &json!("missing_required_parameter")));
    assert_eq!(refusal["error"]["param"], "input");
}

#[test]
fn cancelling_a_finished_response_returns_it() {
    let client = Client::new();
    let question = json!({ "model": "o4-mini", "input": "hi" });
    let (_, response) = client.send("POST /v1/responses", &question);
    let id = response["id"].as_str().unwrap();
    let cancel = format!("POST /v1/responses/{id}/cancel");
    assert_eq!(client.send(&cancel, &json!({})), (200, response.clone()));
    assert_eq!(client.send("POST /v1/responses/resp_none/cancel", &json!({})).0, 404);
}

#[test]
fn only_hosts_of_this_machine_are_answered() {
    let client = Client::new();
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8080", "[::1]"] {
        assert_eq!(client.send_to(host, "GET /v1/models", "").0, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.0.1"] {
        assert_eq!(client.send_to(host, "GET /v1/models", "").0, 403, "{host}");
    }
}
