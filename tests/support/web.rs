//! The web app's stand-in and the judge of its files, where they are present beside the project.
//!
//! They are looked for in the folder `DUOLOGUE_SHARED` names, else in `../shared`; without them the
//! suites that need them say so and pass.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// The folder of the stand-in, if it is there.
pub fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folder = std::env::var_os("DUOLOGUE_SHARED").map_or(beside, PathBuf::from);
    if folder.join("web_standin.py").exists() {
        return Some(folder);
    }
    println!("skipped: the web app's stand-in is not here");
    None
}

/// Why that version of the web app would reject the file; `None` where it takes it.
pub fn rejection(shared: &Path, file: &Path, era: &str) -> Option<String> {
    let judged = Command::new("python3")
        .arg(shared.join("web_oracle.py"))
        .args(["check", "--savable", "--era", era])
        .arg(file)
        .output()
        .unwrap();
    if judged.status.success() {
        return None;
    }
    Some(String::from_utf8_lossy(&judged.stdout).into_owned())
}

/// A running stand-in; dropping it ends it.
pub struct WebApp {
    child: Child,
    port: u16,
    session: String,
}

impl WebApp {
    /// Starts the stand-in of a version on a chats folder, logged in as `ann`.
    pub fn start(shared: &Path, chats: &Path, era: &str, ttl: f64, api: &str) -> Self {
        let port = free_port();
        let mut child = Command::new("python3")
            .arg(shared.join("web_standin.py"))
            .arg(port.to_string())
            .arg("--data")
            .arg(chats)
            .args(["--era", era, "--ttl", &ttl.to_string()])
            .env("OPENAI_BASE_URL", api)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert!(ready.contains("stand-in"), "{ready}");
        let mut app = Self { child, port, session: String::new() };
        let answer =
            app.send("POST", "/login", "application/x-www-form-urlencoded", "username=ann");
        let cookie = answer.split("session=").nth(1).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut app.session);
        app
    }

    /// Asks in a conversation (or a new one) and waits for the answer; returns the conversation.
    pub fn ask(&self, conversation: Option<&str>, text: &str) -> String {
        let mut body = serde_json::json!({ "user_input": text, "chat_name": "From the web" });
        if let Some(id) = conversation {
            body["thread_id"] = id.into();
        }
        let mut stream = self.connect();
        let body = body.to_string();
        write!(
            stream,
            "POST /chat HTTP/1.1\r\nHost: web\r\nCookie: session={}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.session,
            body.len()
        )
        .unwrap();
        let mut seen = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let got = stream.read(&mut piece).unwrap();
            assert!(got > 0, "the web app hung up: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..got]);
            let text = String::from_utf8_lossy(&seen);
            assert!(!text.contains("\"type\": \"error\""), "{text}");
            if text.contains("\"type\": \"response_done\"") {
                let id = text.split("threadId\\\": \\\"").nth(1).unwrap();
                return id.split("\\\"").next().unwrap().to_owned();
            }
        }
    }

    /// What the web app shows of a conversation.
    pub fn chat(&self, id: &str) -> Value {
        self.get(&format!("/chat?thread_id={id}"))
    }

    /// What the web app lists.
    pub fn list(&self) -> Value {
        self.get("/get-all-conversations")
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.send("GET", path, "text/plain", "");
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: web\r\nCookie: session={}\r\nConnection: close\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.session,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

impl Drop for WebApp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
