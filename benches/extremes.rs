//! The numbers in docs/performance.md: one chat with a million messages, one message of 20 MB.
//!
//! `cargo bench --bench extremes` runs the commands of the program, each in a process of its own, and
//! compares them with reading the messages of the conversation once, in the same run. Each is measured
//! three times; the median counts, and the highest peak of memory. `cargo bench --bench extremes --
//! 100000` takes another number of messages.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use duologue::chat::{ConversationId, Timestamp};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Store, StorePaths};

/// How often each thing is measured.
const ROUNDS: usize = 3;

/// The conversation that is measured.
const LONG: &str = "11111111-1111-4111-8111-111111111111";

/// What is measured: the words of the command, and how much longer than reading once it may take.
const COMMANDS: [(&str, &[&str], f64); 9] = [
    ("list", &["list"], 3.0),
    ("ask", &["ask", "--no-stdin", "-r", LONG, "What now?"], 3.0),
    (
        "ask, all is sent",
        &["ask", "--no-stdin", "-r", LONG, "--context", "replay", "And now?"],
        3.0,
    ),
    ("rename", &["rename", LONG, "Another title"], 3.0),
    ("show", &["show", LONG], 5.0),
    ("show --json", &["show", LONG, "--json"], 5.0),
    ("export as JSON", &["export", LONG, "-f", "json"], 5.0),
    ("export as Markdown", &["export", LONG, "-f", "markdown"], 5.0),
    ("export as HTML", &["export", LONG, "-f", "html"], 5.0),
];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match words.split_first() {
        Some((flag, [folder])) if flag == "--read" => return report(read_once(Path::new(folder))),
        Some((flag, command)) if flag == "--run" => {
            let started = Instant::now();
            let words = command.iter().map(OsString::from);
            let words = std::iter::once(OsString::from("duologue")).chain(words);
            assert_eq!(duologue::cli::run(words), 0);
            return report(started.elapsed());
        }
        _ => {}
    }
    let server = answer_everything();
    let many: usize = words.first().map_or(1_000_000, |it| it.parse().unwrap());
    measure(&server, &format!("{many} messages"), |to| write_chat(to, many, 60));
    measure(&server, "one message of 20 MB", |to| write_chat(to, 2, 20_000_000));
}

fn measure(server: &str, what: &str, write: impl Fn(&mut BufWriter<File>)) {
    let folder = tempfile::tempdir().unwrap();
    write(&mut BufWriter::new(File::create(folder.path().join("u.json")).unwrap()));
    let size = fs::metadata(folder.path().join("u.json")).unwrap().len();
    println!("\n{what}, {:.1} MB", size as f64 / 1e6);
    println!("{:<22}{:>9}{:>9}{:>8}{:>6}{:>10}", "", "ms", "base ms", "ratio", "aim", "peak MB");
    for (name, command, aim) in COMMANDS {
        let (mut times, mut bases, mut peak) = (Vec::new(), Vec::new(), 0.0_f64);
        for _ in 0..ROUNDS {
            bases.push(in_child(server, folder.path(), &["--read"]).0);
            let words = [&["--run", "--user", "u", "--chats"], command].concat();
            let (took, megabytes) = in_child(server, folder.path(), &words);
            times.push(took);
            peak = peak.max(megabytes);
        }
        let (took, base) = (median(times), median(bases));
        let ratio = took.as_secs_f64() / base.as_secs_f64();
        let (took, base) = (took.as_secs_f64() * 1e3, base.as_secs_f64() * 1e3);
        println!("{name:<22}{took:>9.1}{base:>9.1}{ratio:>8.2}{aim:>6}{peak:>10.1}");
    }
}

/// A chat of which every answer has about `length` bytes; long ones follow short questions.
fn write_chat(to: &mut BufWriter<File>, many: usize, length: usize) {
    write!(
        to,
        "{{\n  \"{LONG}\": {{\n    \"data\": {{\n      \"id\": \"{LONG}\",\n      \"created_at\": 1,\n      \
         \"metadata\": {{}},\n      \"object\": \"conversation\"\n    }},\n    \"chat_name\": \
         \"Long\",\n    \"last_update\": 1,\n    \"messages\": ["
    )
    .unwrap();
    let words =
        "the **river** flows past `the library` and the tools\\n\\n".repeat(length / 55 + 1);
    for number in 0..many {
        let (role, response) = match number % 2 {
            0 => ("user", "null".to_owned()),
            _ => ("assistant", format!("\"resp_{number:032x}\"")),
        };
        let text = if number % 2 == 1 || length < 1000 { words.as_str() } else { "short" };
        let comma = if number == 0 { "" } else { "," };
        write!(
            to,
            "{comma}\n      {{\n        \"role\": \"{role}\",\n        \"text\": \"{number}: {text}\",\n        \
             \"timestamp\": {number},\n        \"response_id\": {response},\n        \
             \"reasoning_data\": null,\n        \"agent_preset_id\": null,\n        \"model\": \
             null,\n        \"reasoning_level\": null\n      }}"
        )
        .unwrap();
    }
    let last = many - 1;
    write!(to, "\n    ],\n    \"last_response_id\": \"resp_{last:032x}\"\n  }}\n}}").unwrap();
    to.flush().unwrap();
}

/// The time of reading every message once.
fn read_once(folder: &Path) -> Duration {
    let user = UserName::new("u").unwrap();
    // The folder of the commands: two would take each other for another program.
    let state = folder.join("s/duologue");
    let place = StorePaths::new(folder, user, ChatsFolder::Shared, &state);
    let started = Instant::now();
    let mut store = Store::open(place, Timestamp::from_seconds(1)).unwrap().store;
    let stored = store.stored_conversation(&ConversationId::new(LONG)).unwrap();
    let mut bytes = 0;
    stored
        .for_each_message(|message| {
            bytes += message.text.len();
            Ok(())
        })
        .unwrap();
    assert!(bytes > 0);
    started.elapsed()
}

/// Tells the parent the time, and the peak memory of this process in KB.
fn report(took: Duration) {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    println!("\n{} {}", took.as_nanos(), peak.unwrap_or(0));
}

/// The time of one run, and its peak of memory in MB.
fn in_child(server: &str, folder: &Path, words: &[&str]) -> (Duration, f64) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    // The folder follows the flag that needs it.
    let place = words.iter().position(|word| *word == "--chats").unwrap_or(0) + 1;
    command.args(&words[..place]).arg(folder).args(&words[place..]);
    for (name, value) in [("HOME", ""), ("XDG_STATE_HOME", "s"), ("XDG_CACHE_HOME", "c")] {
        command.env(name, folder.join(value));
    }
    command.env("OPENAI_API_KEY", "key").env("OPENAI_BASE_URL", server);
    command.env("DUOLOGUE_CONTEXT", "chain");
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let (nanoseconds, kilobytes) = printed.lines().last().unwrap().split_once(' ').unwrap();
    let took = Duration::from_nanos(nanoseconds.parse().unwrap());
    (took, kilobytes.parse::<f64>().unwrap() / 1024.0)
}

/// Starts a server that gives the same answer to every question; returns its base URL.
fn answer_everything() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer(&stream.unwrap()));
        }
    });
    format!("http://{address}/v1")
}

fn answer(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut length = 0_u64;
    for line in reader.by_ref().lines() {
        let line = line.unwrap().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(said) = line.strip_prefix("content-length:") {
            length = said.trim().parse().unwrap();
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
    let response = |status: &str| {
        format!(r#""response":{{"id":"resp_new","object":"response","status":"{status}"}}"#)
    };
    let events = [
        format!(r#"{{"type":"response.created",{}}}"#, response("in_progress")),
        r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"An answer."}"#.to_owned(),
        format!(r#"{{"type":"response.completed",{}}}"#, response("completed")),
    ];
    let body = format!("data: {}\n\n", events.join("\n\ndata: "));
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n";
    let mut stream = stream;
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
