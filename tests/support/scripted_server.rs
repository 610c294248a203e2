//! A server that sends exactly its script, byte by byte, for behaviour that no regular server shows.
//!
//! Each connection takes the next script. Nothing here sleeps: a script waits for barriers, or for
//! the client to go away.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Long enough for any machine, short enough for a test that would hang.
pub const BARRIER_TIMEOUT: Duration = Duration::from_secs(20);

/// One step of a script.
pub enum ScriptStep {
    /// Send these bytes in one write.
    Send(Vec<u8>),
    /// Wait until the test opens the barrier.
    Wait(Receiver<()>),
    /// Wait until the client closes the connection, and notify the test.
    UntilClosed(Sender<()>),
}

/// What one connection is answered.
pub type Script = Vec<ScriptStep>;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct RecordedRequest {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl RecordedRequest {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The server; it ends with the test.
pub struct ScriptedServer {
    address: String,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
}

impl ScriptedServer {
    pub fn start(scripts: Vec<Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        thread::spawn(move || {
            // Unscripted connections are refused once the listener is gone.
            for script in scripts {
                let Some(stream) = accept_scripted(&listener) else {
                    return;
                };
                let record = Arc::clone(&record);
                thread::spawn(move || serve(stream, script, &record));
            }
        });
        Self { address, requests: seen }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    pub fn seen(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// How often something was posted: each may be a paid answer.
    pub fn posts(&self) -> usize {
        self.seen().iter().filter(|it| it.method == "POST").count()
    }
}

/// The next connection that asks for something. One that only looks whether a server is there (HEAD)
/// is told so, and takes no script.
fn accept_scripted(listener: &TcpListener) -> Option<TcpStream> {
    loop {
        let (mut stream, _) = listener.accept().ok()?;
        stream.set_read_timeout(Some(BARRIER_TIMEOUT)).ok()?;
        let mut method = [0; 5];
        if !matches!(stream.peek(&mut method), Ok(5)) || &method != b"HEAD " {
            return Some(stream);
        }
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        read_request(&mut reader)?;
        let answer = b"HTTP/1.1 405 Not Here\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        stream.write_all(answer).ok()?;
    }
}

fn serve(stream: TcpStream, script: Script, record: &Mutex<Vec<RecordedRequest>>) {
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(BARRIER_TIMEOUT)).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(seen) = read_request(&mut reader) else {
        return;
    };
    record.lock().unwrap().push(seen);
    let mut stream = stream;
    for step in script {
        match step {
            ScriptStep::Send(bytes) => {
                if stream.write_all(&bytes).and_then(|()| stream.flush()).is_err() {
                    return;
                }
            }
            ScriptStep::Wait(barrier) => {
                let _ = barrier.recv_timeout(BARRIER_TIMEOUT);
            }
            ScriptStep::UntilClosed(tell) => {
                let mut rest = Vec::new();
                // An orderly close and a reset both end this read; a timeout counts as neither.
                match reader.read_to_end(&mut rest) {
                    Ok(_) => tell.send(()).unwrap(),
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {
                        tell.send(()).unwrap();
                    }
                    Err(_) => {}
                }
                return;
            }
        }
    }
    let _ = stream.shutdown(Shutdown::Write);
    // The client reads what is left before it closes.
    let _ = reader.read_to_end(&mut Vec::new());
}

pub fn read_request(reader: &mut BufReader<TcpStream>) -> Option<RecordedRequest> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut words = first.split_whitespace();
    let method = words.next()?.to_owned();
    let path = words.next()?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|it| it.0 == "content-length");
    let length = length.map_or(0, |it| it.1.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(RecordedRequest { method, path, headers, body: String::from_utf8(body).unwrap() })
}

/// The head of an event stream that ends with its connection.
pub fn event_stream_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n"
        .to_vec()
}

/// A whole answer with a status, headers and a body.
pub fn http_answer(status: u16, headers: &[(&str, &str)], body: &str) -> Script {
    let mut text = format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n");
    for (name, value) in headers {
        write!(text, "{name}: {value}\r\n").unwrap();
    }
    write!(text, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    vec![ScriptStep::Send(text.into_bytes())]
}

/// An answer with this status and a JSON body.
pub fn json_answer(status: u16, body: &str) -> Script {
    http_answer(status, &[("content-type", "application/json")], body)
}

/// A stream of these bytes, then an orderly end.
pub fn event_stream(bytes: impl Into<Vec<u8>>) -> Script {
    vec![ScriptStep::Send(event_stream_head()), ScriptStep::Send(bytes.into())]
}

/// A stream in one chunk that is announced longer than it is: the connection breaks in the middle.
pub fn broken_stream(bytes: &str) -> Script {
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    vec![ScriptStep::Send(format!("{head}{:x}\r\n{bytes}", bytes.len() + 9).into_bytes())]
}

/// A barrier of a script: dropping or using the sender lets the server go on.
pub fn barrier() -> (Sender<()>, Receiver<()>) {
    channel()
}
