//! The demo server, as other clients use it.

use std::io::{Read, Write};
use std::net::TcpStream;

use duologue::demo::{DemoServer, Pace, ServerOptions};
use serde_json::{Value, json};

use crate::support::wait_until;

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
fn cancelling_a_finished_background_response_returns_it_and_others_cannot_be_cancelled() {
    let client = Client::new();
    let question = json!({ "model": "o4-mini", "input": "hi", "background": true });
    let (_, started) = client.send("POST /v1/responses", &question);
    let path = format!("/v1/responses/{}", started["id"].as_str().unwrap());
    let current = || client.send(&format!("GET {path}"), &Value::Null).1;
    wait_until("the response is complete", || current()["status"] == "completed");
    let response = current();
    let cancel = format!("POST {path}/cancel");
    assert_eq!(client.send(&cancel, &json!({})), (200, response));
    let question = json!({ "model": "o4-mini", "input": "hi" });
    let (_, plain) = client.send("POST /v1/responses", &question);
    let cancel = format!("POST /v1/responses/{}/cancel", plain["id"].as_str().unwrap());
    let (status, refusal) = client.send(&cancel, &json!({}));
    let kind = &refusal["error"]["type"];
    assert_eq!((status, kind), (400, &json!("invalid_request_error")));
    assert_eq!(client.send("POST /v1/responses/resp_none/cancel", &json!({})).0, 404);
}

#[test]
fn a_deleted_background_response_is_gone_and_stays_gone() {
    let client = Client::new();
    let question = json!({ "model": "o4-mini", "input": "a slow one", "background": true });
    let (_, started) = client.send("POST /v1/responses", &question);
    let path = format!("/v1/responses/{}", started["id"].as_str().unwrap());
    let (status, deleted) = client.send(&format!("DELETE {path}"), &Value::Null);
    assert_eq!((status, &deleted["deleted"]), (200, &json!(true)));
    assert_eq!(client.send(&format!("GET {path}"), &Value::Null).0, 404);
    assert_eq!(client.send(&format!("DELETE {path}"), &Value::Null).0, 404);
    let unstored = json!({ "model": "o4-mini", "input": "hi", "background": true, "store": false });
    assert_eq!(client.send("POST /v1/responses", &unstored).0, 400);
}

#[test]
fn a_response_repeats_what_its_request_asked_for() {
    let client = Client::new();
    let asked = json!({ "max_output_tokens": 500, "metadata": { "a": "b" },
        "parallel_tool_calls": false, "store": false, "temperature": 0.5,
        "text": { "format": { "type": "text" }, "verbosity": "low" }, "tool_choice": "none",
        "top_p": 0.9, "truncation": "auto" });
    let mut question = asked.clone();
    question["model"] = json!("o4-mini");
    question["input"] = json!("hi");
    let (_, response) = client.send("POST /v1/responses", &question);
    for (name, value) in asked.as_object().unwrap() {
        assert_eq!(&response[name], value, "{name}");
    }
    assert_eq!(response["usage"]["input_tokens_details"]["cache_write_tokens"], 0);
}

#[test]
fn requests_of_the_wrong_shape_are_refused_with_the_parameter() {
    let client = Client::new();
    let talk = json!([{ "role": "user", "content": "hi" }]);
    let call = json!({ "id": "call_1", "type": "function",
        "function": { "name": "calculator", "arguments": "{}" } });
    let called = json!({ "role": "assistant", "content": null, "tool_calls": [call] });
    for (path, body, status, code, param) in [
        ("responses", json!({ "input": "hi" }), 400, "missing_required_parameter", "model"),
        ("responses", json!({ "model": 7, "input": "hi" }), 400, "invalid_type", "model"),
        ("responses", json!({ "model": "gpt-5", "input": 7 }), 400, "invalid_type", "input"),
        (
            "responses",
            json!({ "model": "gpt-5", "input": "x", "stream": "yes" }),
            400,
            "invalid_type",
            "stream",
        ),
        (
            "chat/completions",
            json!({ "model": "gpt-5" }),
            400,
            "missing_required_parameter",
            "messages",
        ),
        (
            "chat/completions",
            json!({ "model": "gpt-5", "messages": "hi" }),
            400,
            "invalid_type",
            "messages",
        ),
        (
            "chat/completions",
            json!({ "model": "gpt-5", "messages": [] }),
            400,
            "empty_array",
            "messages",
        ),
        (
            "chat/completions",
            json!({ "model": "nobody", "messages": talk }),
            404,
            "model_not_found",
            "model",
        ),
        (
            "chat/completions",
            json!({ "model": "gpt-5", "messages": [talk[0], called, talk[0]] }),
            400,
            "",
            "messages",
        ),
    ] {
        let (answered, refusal) = client.send(&format!("POST /v1/{path}"), &body);
        let error = &refusal["error"];
        assert_eq!((answered, &error["param"]), (status, &json!(param)), "{body}: {refusal}");
        assert_eq!(error["code"].as_str().unwrap_or_default(), code, "{body}: {refusal}");
    }
}

#[test]
fn instructions_of_either_role_are_no_messages() {
    let client = Client::new();
    for role in ["system", "developer"] {
        let talk =
            json!([{ "role": role, "content": "Be brief." }, { "role": "user", "content": "hi" }]);
        let asked = json!({ "model": "gpt-5", "messages": talk });
        let (_, answer) = client.send("POST /v1/chat/completions", &asked);
        let text = answer["choices"][0]["message"]["content"].as_str().unwrap();
        assert!(text.contains("where our conversation begins"), "{text}");
    }
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
