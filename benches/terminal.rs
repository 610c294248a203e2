//! The numbers in docs/performance.md: the program itself, in a terminal.
//!
//! `cargo bench --bench terminal` runs the real program in a pseudo-terminal, with a server of its
//! own that streams at a chosen rate, and measures from outside: from a key written to the terminal
//! until its cell can be read, from the start of the process until its first frame, processor time,
//! threads woken. The yardstick is a bare loop in the same terminal, taken in turns in the same run;
//! medians count, for the machine may have other work. Of the parts `start`, `keys`, `work`,
//! `bytes` and `colors` single ones can be chosen: `cargo bench --bench terminal -- keys`.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

#[path = "support/bare.rs"]
mod bare;
#[allow(dead_code)]
#[path = "support/chats.rs"]
mod chats;
#[allow(dead_code, unreachable_pub)]
#[path = "../tests/support/home.rs"]
mod home;
#[path = "support/program_terminal.rs"]
mod program_terminal;
#[path = "support/server.rs"]
mod server;
#[allow(dead_code)]
#[path = "support/text.rs"]
mod text;

use std::fs;
use std::time::Duration;

use home::Home;
use program_terminal::{ProgramTerminal, ResourceUse, SIZE};
use serde_json::json;
use server::Server;

/// How often each thing is measured, in turns with its yardstick.
const ROUNDS: usize = 3;
/// The same for what is over in milliseconds.
const STARTS: usize = 21;
/// Keys pressed in each round.
const KEYS: u16 = 400;
/// Keys in the line before it is emptied.
const LINE: u16 = 60;
/// How long work is watched.
const WATCHED: Duration = Duration::from_secs(8);
/// A wide terminal, in columns and rows: what is written to it matters most over slow connections.
const WIDE: (u16, u16) = (200, 50);
/// What the user's own file is as large as, in megabytes.
const LARGE: usize = 100;

/// The program, or what it is measured against.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Program,
    Bare,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [flag, address] = words.as_slice()
        && flag == "--bare"
    {
        bare::run(address);
        return;
    }
    let chosen = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    let text = text::prose(50_000);
    let server = Server::start(&text::pieces(&text));
    println!("{:<56}{:>9}{:>9}{:>8}  aim", "", "ms", "base ms", "ratio");
    if chosen("start") {
        starts(&server);
    }
    if chosen("colors") {
        colors(&server);
    }
    if chosen("keys") {
        keys(&server, &text);
    }
    if chosen("work") {
        work(&server);
    }
    if chosen("bytes") {
        bytes(&server);
    }
}

fn home(server: &Server) -> Home {
    Home::new().with_server(server.base_url())
}

fn start(
    subject: Subject,
    home: &Home,
    server: &Server,
    words: &[&str],
    size: (u16, u16),
) -> ProgramTerminal {
    let own = std::env::current_exe().unwrap();
    let mut all = match subject {
        Subject::Program => vec![env!("CARGO_BIN_EXE_duologue")],
        Subject::Bare => vec![own.to_str().unwrap(), "--bare", server.address()],
    };
    all.extend(words);
    ProgramTerminal::start(&all, &home.environment(), size)
}

/// Starts one of the two and waits for its first frame.
fn ready(
    subject: Subject,
    home: &Home,
    server: &Server,
    words: &[&str],
) -> (ProgramTerminal, Duration) {
    ready_at(subject, home, server, words, SIZE)
}

fn ready_at(
    subject: Subject,
    home: &Home,
    server: &Server,
    words: &[&str],
    size: (u16, u16),
) -> (ProgramTerminal, Duration) {
    let mut terminal = start(subject, home, server, words, size);
    let at = terminal.wait_for(match subject {
        Subject::Program => "Ask anything",
        Subject::Bare => bare::READY,
    });
    let took = at - terminal.started;
    (terminal, took)
}

fn leave(mut terminal: ProgramTerminal) {
    terminal.press("\x11");
    terminal.wait_for_end();
}

fn starts(server: &Server) {
    let (empty, large) = (home(server), home(server));
    chats::generate(&large.chats(), LARGE);
    fs::rename(chats::file(&large.chats(), "web"), large.file()).unwrap();
    fs::remove_file(chats::file(&large.chats(), "other")).unwrap();
    assert_eq!(large.run(&["list"]).code, 0);
    let mut all: [Vec<Duration>; 5] = Default::default();
    for _ in 0..STARTS {
        let mut nothing = ProgramTerminal::start(&["true"], &empty.environment(), SIZE);
        all[0].push(nothing.wait_for_end() - nothing.started);
        let (terminal, took) = ready(Subject::Bare, &empty, server, &[]);
        all[1].push(took);
        leave(terminal);
        let (terminal, took) = ready(Subject::Program, &empty, server, &[]);
        all[2].push(took);
        leave(terminal);
        let (mut terminal, took) = ready(Subject::Program, &large, server, &[]);
        all[3].push(took);
        // The chats are years old, and their rows stand below the year.
        let listed = terminal.wait("rows of the list", |terminal| terminal.text().contains("  20"));
        all[4].push(listed - terminal.started);
        leave(terminal);
    }
    let [nothing, bare, empty, large, listed] = all.map(|times| part_of(times, 50));
    row("starting `true`", nothing, None, "");
    row("first frame of a bare loop", bare, Some(nothing), "about 2x");
    row("first frame, no chats", empty, Some(nothing), "5x");
    row("first frame, 100 MB of chats, listed before", large, Some(nothing), "5x");
    row("the list of those in sight", listed, Some(nothing), "");
}

/// Measures how soon the colours fit the terminal, also for one that never replies.
fn colors(server: &Server) {
    let (mut answered, mut silent) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        // A draft of the run before would be in the first frame.
        let home = home(server);
        let (mut terminal, _) = ready(Subject::Program, &home, server, &[]);
        terminal.wait("the question", |terminal| terminal.wrote("\x1b]11;?"));
        let before = terminal.press("\x1b]11;rgb:ffff/ffff/ffff\x1b\\");
        // The heading of the list.
        let after = terminal.wait("light colours", |terminal| terminal.is_light((1, 2)));
        answered.push(after - before);
        leave(terminal);
        let (mut terminal, _) = ready(Subject::Program, &home, server, &[]);
        terminal.wait("the question", |terminal| terminal.wrote("\x1b]11;?"));
        let caret = caret(&mut terminal);
        let before = terminal.press("k");
        let after = terminal.wait("the key", |terminal| terminal.cell(caret) == "k");
        silent.push(after - before);
        leave(terminal);
    }
    row("light colours after the terminal's answer", part_of(answered, 50), None, "150 ms");
    row("a key while the terminal never answers", part_of(silent, 50), None, "150 ms");
}

/// Returns the position of the next character: behind the bar of the composer, or the bare loop's sign.
fn caret(terminal: &mut ProgramTerminal) -> (u16, u16) {
    let stands = |terminal: &ProgramTerminal| {
        let (row, column) = terminal.cursor();
        column > 2
            && (terminal.cell((row, column - 3)) == "▌" || terminal.cell((row, column - 2)) == "›")
    };
    terminal.wait("the caret", stands);
    terminal.cursor()
}

/// Streams an answer; returns the position of the caret.
fn stream(
    subject: Subject,
    terminal: &mut ProgramTerminal,
    server: &Server,
    rate: u32,
) -> (u16, u16) {
    let caret = caret(terminal);
    server.set_rate(rate);
    terminal.press(if subject == Subject::Program { "go\r" } else { "\r" });
    terminal.wait_for(if subject == Subject::Program { "Answering" } else { "Heading" });
    terminal.pass(Duration::from_millis(500));
    caret
}

fn keys(server: &Server, above: &str) {
    for (rate, aim) in [(100, "5 ms"), (2_000, "16 ms")] {
        let mut all: [Vec<Duration>; 3] = Default::default();
        for _ in 0..ROUNDS {
            all[0].extend(typed(Subject::Bare, "", server, rate));
            all[1].extend(typed(Subject::Program, "", server, rate));
            all[2].extend(typed(Subject::Program, above, server, rate));
        }
        let names = ["a bare loop", "a key", "a key below 50 000 words"];
        for (which, name) in names.into_iter().enumerate() {
            for (part, of, aim) in [(50, "median", ""), (99, "99th percentile", aim)] {
                let what = format!("{name}, {rate} deltas/s, {of}");
                let base = (which > 0).then(|| part_of(all[0].clone(), part));
                let aim = if which > 0 { aim } else { "" };
                row(&what, part_of(all[which].clone(), part), base, aim);
            }
        }
    }
}

/// Keys typed while an answer streams in: from each written until its cell can be read.
fn typed(subject: Subject, above: &str, server: &Server, rate: u32) -> Vec<Duration> {
    let home = home(server);
    if !above.is_empty() {
        fs::write(home.file(), chat(above)).unwrap();
    }
    let (mut terminal, _) = match (subject, above) {
        (Subject::Bare, _) | (_, "") => ready(subject, &home, server, &[]),
        (Subject::Program, _) => ready(subject, &home, server, &["-c"]),
    };
    if subject == Subject::Program && !above.is_empty() {
        let end = above.split_whitespace().last().unwrap();
        terminal.wait("the end of the conversation", |terminal| terminal.text().contains(end));
    }
    let (row, first) = stream(subject, &mut terminal, server, rate);
    let mut random = chats::SeededRandom(0x9e37_79b9_7f4a_7c15);
    let mut took = Vec::new();
    for number in 0..KEYS {
        let position = (row, first + number % LINE);
        if number > 0 && number % LINE == 0 {
            terminal.press(&"\x7f".repeat(usize::from(LINE)));
            terminal.wait("an empty line", |terminal| terminal.cell(position) != "k");
        }
        let pause = random.between(10, 40);
        terminal.pass(Duration::from_millis(pause.try_into().unwrap()));
        let before = terminal.press("k");
        took.push(terminal.wait("the key", |terminal| terminal.cell(position) == "k") - before);
    }
    server.set_rate(0);
    took
}

/// A chats file with one long answer.
fn chat(answer: &str) -> String {
    let message = |role: &str, text: &str, id: Option<&str>| json!({ "role": role, "text": text, "timestamp": 1_700_000_000, "response_id": id });
    let chat = json!({
        "data": { "id": "c", "created_at": 1_700_000_000, "metadata": {}, "object": "conversation" },
        "chat_name": "Long", "last_update": 1_700_000_000,
        "messages": [message("user", "Go on", None), message("assistant", answer, Some("resp_0"))],
        "last_response_id": "resp_0",
    });
    serde_json::to_string_pretty(&json!({ "c": chat })).unwrap()
}

/// What streaming costs the whole program, and what it does when there is nothing to do.
fn work(server: &Server) {
    let mut streaming: [Vec<ResourceUse>; 2] = Default::default();
    let mut idle: [Vec<ResourceUse>; 3] = Default::default();
    for _ in 0..ROUNDS {
        for (index, subject) in [Subject::Bare, Subject::Program].into_iter().enumerate() {
            let home = home(server);
            let (mut terminal, _) = ready(subject, &home, server, &[]);
            idle[index].push(watched(&mut terminal));
            stream(subject, &mut terminal, server, 100);
            streaming[index].push(watched(&mut terminal));
            server.set_rate(0);
            if subject == Subject::Program {
                terminal.wait("the end of the answer", |terminal| {
                    !terminal.text().contains("Answering")
                });
                idle[2].push(watched(&mut terminal));
            }
            leave(terminal);
        }
    }
    let second = |used: &ResourceUse| used.processor / u32::try_from(WATCHED.as_secs()).unwrap();
    let time = |all: &[ResourceUse]| part_of(all.iter().map(second).collect(), 50);
    let [bare, program] = [&streaming[0], &streaming[1]].map(|all| time(all));
    row("100 deltas/s: processor time a second, bare loop", bare, None, "");
    row("100 deltas/s: processor time a second", program, Some(bare), "1.5x");
    for (name, all) in [("bare loop", &streaming[0]), ("program", &streaming[1])] {
        let frames = all.iter().map(|used| used.frames).sum::<usize>() as f64;
        let frames = frames / WATCHED.as_secs_f64() / ROUNDS as f64;
        println!("{:<56}{frames:>9.1}", format!("100 deltas/s: frames a second, {name}"));
    }
    let names = ["bare loop", "program", "program after an answer"];
    for (name, all) in names.into_iter().zip(&idle) {
        let sleeps: Vec<u64> = all.iter().map(|used| used.sleeps).collect();
        println!("{:<56}{sleeps:>9?}{:>19}", format!("idle {WATCHED:?}: woken, {name}"), "none");
    }
}

/// What is written to a wide terminal while it follows the end of an answer.
fn bytes(server: &Server) {
    let mut all: [Vec<usize>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (index, subject) in [Subject::Bare, Subject::Program].into_iter().enumerate() {
            let home = home(server);
            let (mut terminal, _) = ready_at(subject, &home, server, &[], WIDE);
            if subject == Subject::Program {
                // As a terminal with synchronised output answers.
                terminal.wait("the question", |terminal| terminal.wrote("\x1b[?2026$p"));
                terminal.press("\x1b[?2026;2$y");
            }
            stream(subject, &mut terminal, server, 100);
            // The answer fills the screen first.
            terminal.pass(Duration::from_secs(6));
            all[index].push(watched(&mut terminal).bytes);
            server.set_rate(0);
            leave(terminal);
        }
    }
    let deltas = 100 * usize::try_from(WATCHED.as_secs()).unwrap();
    let [bare, program] = all.map(|mut bytes| {
        bytes.sort_unstable();
        bytes[bytes.len() / 2] / deltas
    });
    println!("{:<56}{bare:>9}", "200x50, 100 deltas/s: bytes a delta, bare loop");
    println!("{:<56}{program:>9}{:>19}", "200x50, 100 deltas/s: bytes a delta", "800");
}

/// What it uses up in a while.
fn watched(terminal: &mut ProgramTerminal) -> ResourceUse {
    // What came before must have ended.
    terminal.pass(Duration::from_secs(2));
    let before = terminal.used();
    terminal.pass(WATCHED);
    terminal.used().since(before)
}

/// So many in a hundred are faster.
fn part_of(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn row(what: &str, took: Duration, base: Option<Duration>, aim: &str) {
    let ratio = base.map(|base| format!("{:.2}x", took.as_secs_f64() / base.as_secs_f64()));
    let base = base.map(|base| format!("{:.2}", base.as_secs_f64() * 1e3));
    let (base, ratio) = (base.unwrap_or_default(), ratio.unwrap_or_default());
    println!("{what:<56}{:>9.2}{base:>9}{ratio:>8}  {aim}", took.as_secs_f64() * 1e3);
}
