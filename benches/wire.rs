//! Measures reading a server's event stream.
//!
//! `cargo bench --bench wire` lets a server of its own send a stream in pieces of a chosen size, and
//! reads it with the program's HTTP client: its events through `reqwest-eventsource`, and in turns
//! with that the same bytes as one text, which is the yardstick. Processor time of the reading
//! thread, if the system reports it; the median of many. `cargo bench --bench wire -- 1` measures
//! once.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use reqwest::RequestBuilder;
use reqwest_eventsource::{Error, Event, EventSource};
use serde_json::json;

/// A stream, and how it is read.
struct Case {
    what: &'static str,
    body: String,
    events: usize,
    /// Bytes of a piece.
    piece: usize,
    /// The ratio aimed at.
    aim: f64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [flag, what, address, expected] = words.as_slice()
        && flag == "--child"
    {
        println!("{}", run(what, address, expected.parse().unwrap()));
        return;
    }
    let rounds: usize = words.first().map_or(41, |it| it.parse().unwrap());
    println!("{:<52}{:>9}{:>9}{:>8}{:>6}", "", "ms", "base ms", "ratio", "aim");
    for case in cases() {
        let address = serve(&case);
        let (mut times, mut bases) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            bases.push(in_child("text", &address, case.body.len()));
            times.push(in_child("events", &address, case.events));
        }
        let (took, base) = (median(times), median(bases));
        let ratio = took / base;
        println!("{:<52}{took:>9.2}{base:>9.2}{ratio:>8.2}{:>6}", case.what, case.aim);
    }
}

/// A process of its own for each, so that none finds memory that another has left.
fn in_child(what: &str, address: &str, expected: usize) -> f64 {
    let report = Command::new(std::env::current_exe().unwrap())
        .args(["--child", what, address, &expected.to_string()])
        .output()
        .unwrap();
    assert!(report.status.success(), "{}", String::from_utf8_lossy(&report.stderr));
    String::from_utf8(report.stdout).unwrap().trim().parse().unwrap()
}

/// Processor time of this thread for reading a stream once, in milliseconds.
fn run(what: &str, address: &str, expected: usize) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // As the program's, but for certificates, which take time to load.
    let client = reqwest::Client::builder().no_proxy().tls_built_in_root_certs(false);
    let request = client.build().unwrap().get(address);
    let (ran, started) = (processor_time(), Instant::now());
    let read = runtime.block_on(async {
        match what {
            "text" => read_text(request).await,
            _ => read_events(request).await,
        }
    });
    let spent = processor_time().zip(ran).map(|(now, before)| now.saturating_sub(before));
    assert_eq!(read, expected);
    spent.unwrap_or_else(|| started.elapsed()).as_secs_f64() * 1e3
}

fn cases() -> [Case; 3] {
    let large = format!("data: {}\n\n", "x".repeat(2_500_000));
    let delta = r#"{"type":"response.output_text.delta","sequence_number":12345,"item_id":"msg_68a1f0c2b3d48190a7c5e6f708192a3b0c4d5e6f70819","output_index":0,"content_index":0,"delta":" answer","logprobs":[],"obfuscation":"Yx3vQ9kT2"}"#;
    let small = format!("event: response.output_text.delta\ndata: {delta}\n\n").repeat(100_000);
    let text = "Größe und Maß – “an answer of a model”. ".repeat(70_000);
    let completed = json!({"type": "response.completed", "response": {"output": [text]}});
    let completed = format!("event: response.completed\ndata: {completed}\n\n");
    [
        Case {
            what: "one event of 2.5 MB in pieces of 1,400 bytes",
            body: large,
            events: 1,
            piece: 1400,
            aim: 2.0,
        },
        Case {
            what: "a response.completed of 3 MB in pieces of 1,400",
            body: completed,
            events: 1,
            piece: 1400,
            aim: 2.0,
        },
        Case {
            what: "100,000 small events in pieces of 400 KB",
            body: small,
            events: 100_000,
            piece: 400_000,
            aim: 3.0,
        },
    ]
}

/// A server that answers every request with the stream; it ends with the process.
fn serve(case: &Case) -> String {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
        connection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut answer = head.as_bytes().to_vec();
    // The client passes on each chunk by itself.
    for piece in case.body.as_bytes().chunks(case.piece) {
        answer.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        answer.extend_from_slice(piece);
        answer.extend(b"\r\n");
    }
    answer.extend(b"0\r\n\r\n");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            give(stream.unwrap(), &answer);
        }
    });
    address
}

fn give(mut stream: TcpStream, answer: &[u8]) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    while reader.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    // A client that has its last event does not wait for the end.
    let _ = stream.write_all(answer);
}

/// The bytes of it.
async fn read_text(request: RequestBuilder) -> usize {
    let mut pieces = request.send().await.unwrap().bytes_stream();
    let mut text = Vec::new();
    while let Some(piece) = pieces.next().await {
        text.extend_from_slice(&piece.unwrap());
    }
    std::hint::black_box(String::from_utf8(text)).unwrap().len()
}

/// The events in it.
async fn read_events(request: RequestBuilder) -> usize {
    let mut source = EventSource::new(request).unwrap();
    let mut events = 0;
    loop {
        match source.next().await.unwrap() {
            Ok(Event::Open) => {}
            Ok(Event::Message(message)) => {
                std::hint::black_box(message);
                events += 1;
            }
            Err(Error::StreamEnded) => return events,
            Err(error) => panic!("{error}"),
        }
    }
}

fn processor_time() -> Option<Duration> {
    let reported = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(reported.split(' ').next()?.parse().ok()?))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
