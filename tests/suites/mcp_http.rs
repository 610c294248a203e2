//! MCP servers over streamable HTTP.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::any;
use duologue::chat::ToolEffect;
use duologue::mcp::{McpHost, ServerReport};
use duologue::settings::{ConfigFile, Flags, Paths, Settings};
use duologue::tools::ToolHost;
use serde_json::{Map, Value, json};

/// A server that records what it is sent.
#[derive(Clone, Default)]
struct Server {
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    elsewhere: Arc<Mutex<Option<String>>>,
}

impl Server {
    /// Starts it; returns its address.
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(any(respond)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }

    fn methods(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(method, _)| method.clone()).collect()
    }
}

async fn respond(State(server): State<Server>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1024 * 1024).await.unwrap();
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let method = message["method"].as_str().unwrap_or(parts.method.as_str()).to_owned();
    server.seen.lock().unwrap().push((method.clone(), parts.headers));
    if let Some(elsewhere) = server.elsewhere.lock().unwrap().clone() {
        return Redirect::temporary(&elsewhere).into_response();
    }
    let answer = |result: Value| json!({ "jsonrpc": "2.0", "id": message["id"], "result": result });
    match (parts.uri.path(), method.as_str()) {
        ("/moved", _) => Redirect::temporary("/mcp").into_response(),
        ("/secret", _) => StatusCode::UNAUTHORIZED.into_response(),
        ("/page", _) => ([("content-type", "text/html")], "<h1>Hi</h1>").into_response(),
        (_, "initialize") => {
            let version = message["params"]["protocolVersion"].clone();
            let result = json!({ "protocolVersion": version, "capabilities": { "tools": {} },
                "serverInfo": { "name": "web", "version": "2" } });
            let headers = [("content-type", "application/json"), ("mcp-session-id", "abc")];
            (headers, answer(result).to_string()).into_response()
        }
        (_, "tools/list") => {
            let tool = json!({ "name": "echo", "inputSchema": { "type": "object" } });
            events(&[answer(json!({ "tools": [tool] }))])
        }
        ("/flood", "tools/call") => {
            let text = "x".repeat(20 * 1024 * 1024);
            events(&[answer(json!({ "content": [{ "type": "text", "text": text }] }))])
        }
        ("/broken", "tools/call") => {
            let status = message["params"]["arguments"]["status"].as_u64().unwrap();
            let status = StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap();
            status.into_response()
        }
        (_, "tools/call") => {
            let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress",
                "params": { "progressToken": 1, "progress": 1 } });
            let text = message["params"]["arguments"]["text"].clone();
            events(&[progress, answer(json!({ "content": [{ "type": "text", "text": text }] }))])
        }
        (_, "GET") => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        _ => StatusCode::ACCEPTED.into_response(),
    }
}

fn events(messages: &[Value]) -> Response {
    let frames: Vec<String> =
        messages.iter().map(|it| format!("event: message\ndata: {it}\n\n")).collect();
    ([("content-type", "text/event-stream")], frames.concat()).into_response()
}

fn host(config: &str) -> McpHost {
    let folder = std::path::Path::new("/nowhere");
    let file = ConfigFile { path: folder.join("config.toml"), text: Some(config.to_owned()) };
    let resolved = Settings::resolve(&Flags::default(), &|_| None, file, &Paths::below(folder));
    McpHost::new(&resolved.unwrap().settings)
}

async fn test(url: &str, more: &str) -> ServerReport {
    let config = format!("[mcp.web]\nurl = \"{url}\"\n{more}");
    host(&config).test(&[]).await.remove(0)
}

#[tokio::test]
async fn a_server_is_listed_and_called_in_a_session_with_its_headers() {
    let server = Server::default();
    let address = server.start().await;
    let host = host(&format!(
        "[mcp.web]\nurl = \"{address}/moved\"\nheaders = {{ X-Team = \"blue\" }}\n\
         api_key_command = \"echo sk-mcp\""
    ));
    let report = host.test(&[]).await.remove(0);
    assert_eq!(report.started, Ok(Some("web 2".to_owned())));
    assert_eq!(report.tools[0].effect, ToolEffect::Unknown);
    let opened = host.open(&["web/echo".to_owned()]).await;
    assert!(opened.failures.is_empty(), "{:?}", opened.failures);
    let input = Map::from_iter([("text".to_owned(), json!("hé"))]);
    let output = opened.tools[0].call(input).await;
    assert_eq!((output.success, output.output_display.as_str()), (true, "hé"));
    let seen = server.seen.lock().unwrap().clone();
    let (_, headers) = seen.iter().rfind(|(method, _)| method == "tools/call").unwrap();
    assert_eq!(headers["mcp-session-id"], "abc");
    assert_eq!(headers["x-team"], "blue");
    assert_eq!(headers["authorization"], "Bearer sk-mcp");
}

#[tokio::test]
async fn a_redirect_to_another_address_gets_neither_key_nor_headers() {
    let (first, second) = (Server::default(), Server::default());
    let (here, there) = (first.start().await, second.start().await);
    *first.elsewhere.lock().unwrap() = Some(format!("{there}/mcp"));
    let report = test(&format!("{here}/mcp"), "api_key_command = \"echo sk-mcp\"").await;
    assert!(report.started.unwrap_err().contains("it redirects to another address"));
    assert!(!first.methods().is_empty() && second.methods().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_said() {
    let address = Server::default().start().await;
    for (url, more, expected) in [
        (format!("{address}/secret"), "", "HTTP 401: check its key"),
        (format!("{address}/page"), "", "its answer is no MCP message"),
        ("http://127.0.0.1:9/mcp".to_owned(), "", "no connection to it could be made"),
        (
            "http://mcp.example.org/mcp".to_owned(),
            "api_key_command = \"echo sk\"",
            "is not encrypted, so its key and headers were not sent",
        ),
        (format!("{address}/mcp"), "api_key_command = \"exit 1\"", "could not be started"),
    ] {
        let why = test(&url, more).await.started.unwrap_err();
        assert!(why.contains(expected), "{url}: {why}");
    }
}

#[tokio::test]
async fn an_event_that_is_too_large_fails_the_call() {
    let address = Server::default().start().await;
    let host = host(&format!("[mcp.web]\nurl = \"{address}/flood\"\ntimeout = 5"));
    let opened = host.open(&["web".to_owned()]).await;
    let output = opened.tools[0].call(Map::new()).await;
    assert!(!output.success);
    assert!(output.output_display.contains("larger than"), "{}", output.output_display);
}

#[tokio::test]
async fn each_failure_has_its_own_reason() {
    let address = Server::default().start().await;
    let host = host(&format!("[mcp.web]\nurl = \"{address}/broken\""));
    let opened = host.open(&["web".to_owned()]).await;
    for (status, expected) in [(500, "HTTP 500"), (403, "HTTP 403: check its key")] {
        let input = Map::from_iter([("status".to_owned(), json!(status))]);
        let output = opened.tools[0].call(input).await;
        assert!(output.output_display.contains(expected), "{}", output.output_display);
    }
}

#[tokio::test]
async fn a_key_command_of_a_server_that_the_api_calls_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("runs");
    let host = host(&format!(
        "[mcp.web]\nurl = \"https://h/mcp\"\nhosted = true\n\
         api_key_command = \"echo x >> '{}'; echo sk-mcp\"",
        log.display()
    ));
    for _ in 0..2 {
        let opened = host.open(&["web".to_owned()]).await;
        assert_eq!(opened.hosted[0]["authorization"], "sk-mcp");
    }
    assert_eq!(std::fs::read_to_string(&log).unwrap(), "x\n");
}
