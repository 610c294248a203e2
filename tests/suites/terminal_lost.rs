//! A terminal that disappears: the test binary holds it and is killed; the program in it ends and
//! nothing is lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use duologue::demo::DemoServer;
use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::wait_until;

const HOME: &str = "DUOLOGUE_TEST_TERMINAL_HOME";
const SERVER: &str = "DUOLOGUE_TEST_TERMINAL_SERVER";
const WAY: &str = "DUOLOGUE_TEST_TERMINAL_WAY";

/// Runs the program, ignores that the terminal hangs up, and writes down how the program ended.
const WRAPPER: &str = "trap '' HUP; \"$0\" ; echo $? > code";
const PLAIN_WRAPPER: &str = "trap '' HUP; \"$0\" --plain; echo $? > code";
const ASK_WRAPPER: &str = "trap '' HUP; \"$0\" ask 'a slow one'; echo $? > code";
/// The same with standard error elsewhere.
const WRAPPER_WITH_ERRORS_ASIDE: &str = "trap '' HUP; \"$0\" 2> errors; echo $? > code";
const EDITOR: &str = "sh -c 'echo editing; exec sleep 60' sh";

/// What the program is doing when the terminal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    /// It waits for a line, without a window.
    PlainLine,
    /// It prints an answer, without a window.
    PrintedAnswer,
    Answering,
    Editing,
}

/// A way to lose a terminal.
#[derive(Debug)]
struct Way {
    name: &'static str,
    /// The shell's script around the program; without one the program itself gets SIGHUP.
    wrapper: Option<&'static str>,
    doing: Doing,
    size: (u16, u16),
}

const fn way(name: &'static str, wrapper: Option<&'static str>, doing: Doing) -> Way {
    Way { name, wrapper, doing, size: (100, 30) }
}

const WAYS: &[Way] = &[
    way("hang-up", None, Doing::Answering),
    way("hang-up while idle", None, Doing::Nothing),
    way("hang-up in the editor", None, Doing::Editing),
    way("no hang-up", Some(WRAPPER), Doing::Answering),
    way("no hang-up while idle", Some(WRAPPER), Doing::Nothing),
    way("no hang-up in the editor", Some(WRAPPER), Doing::Editing),
    way("plain mode", Some(PLAIN_WRAPPER), Doing::PlainLine),
    way("ask", Some(ASK_WRAPPER), Doing::PrintedAnswer),
    way("errors aside", Some(WRAPPER_WITH_ERRORS_ASIDE), Doing::Answering),
    Way { size: (0, 0), ..way("no size", Some(WRAPPER), Doing::Nothing) },
];

#[test]
#[ignore = "the terminal that goes away in the test below"]
fn helper_that_holds_a_terminal() {
    let Some(folder) = std::env::var_os(HOME) else {
        return;
    };
    let way = std::env::var(WAY).unwrap();
    let way = WAYS.iter().find(|it| it.name == way).unwrap();
    let home = Home::at(Path::new(&folder)).with_server(std::env::var(SERVER).unwrap());
    let program = env!("CARGO_BIN_EXE_duologue");
    let words = match way.wrapper {
        Some(script) => vec!["sh", "-c", script, program],
        None => vec![program],
    };
    let mut pty = Pty::start_command(&home, &words, way.size, &[("EDITOR", EDITOR)]);
    let output = match way.doing {
        Doing::PlainLine => Some("You: "),
        Doing::PrintedAnswer => Some("You said:"),
        Doing::Nothing | Doing::Answering | Doing::Editing => None,
    };
    if let Some(output) = output {
        pty.wait_for(output);
        println!("holds {}", pty.process());
        pty.wait("nothing more", |_| false);
    }
    if way.size == (0, 0) {
        pty.wait("a frame", |pty| String::from_utf8_lossy(&pty.raw).contains("\x1b[?2026l"));
    } else {
        pty.wait_for("Ask anything");
    }
    if way.doing == Doing::Answering {
        pty.press("a slow one\r");
        pty.wait_for("You said:");
    }
    if way.size != (0, 0) {
        pty.press("half a thought");
        pty.wait_for("half a thought");
    }
    if way.doing == Doing::Editing {
        pty.press("\x07");
        pty.wait_for("editing");
    }
    println!("holds {}", pty.process());
    pty.wait("nothing more", |_| false);
}

/// A process with the program in a terminal, and the program's number or that of its wrapper.
fn hold(way: &Way, home: &Home, server: &DemoServer) -> (Child, String) {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg("suites::terminal_lost::helper_that_holds_a_terminal")
        .env(HOME, home.path())
        .env(SERVER, server.base_url())
        .env(WAY, way.name)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines.find_map(|line| Some(line.unwrap().split_once("holds ")?.1.to_owned()));
    (holder, held.unwrap_or_else(|| panic!("{}: the terminal was never held", way.name)))
}

#[test]
fn a_terminal_that_goes_away_ends_the_program_and_loses_nothing() {
    for way in WAYS {
        let server = demo_server();
        let home = Home::new().with_server(server.base_url());
        let (mut holder, process) = hold(way, &home, &server);
        holder.kill().unwrap();
        holder.wait().unwrap();
        wait_until(way.name, || has_ended(&process));
        if way.wrapper.is_some() {
            let code = fs::read_to_string(home.path().join("code")).unwrap();
            assert_eq!(code.trim(), "129", "{}", way.name);
        }
        if let Ok(errors) = fs::read_to_string(home.path().join("errors")) {
            assert_eq!(errors, "", "{}", way.name);
        }
        if matches!(way.doing, Doing::Answering | Doing::PrintedAnswer) {
            let file: Value = serde_json::from_str(&home.text()).unwrap();
            let chat = file.as_object().unwrap().values().next().unwrap();
            assert_eq!(chat["messages"].as_array().unwrap().len(), 2, "{}", way.name);
            let answer = chat["messages"][1]["text"].as_str().unwrap();
            assert!(answer.starts_with("You said"), "{}: {answer}", way.name);
        }
        let has_draft = !matches!(way.doing, Doing::PlainLine | Doing::PrintedAnswer);
        if way.size != (0, 0) && has_draft {
            let mut pty = Pty::start(&home, &["-c"], 100, 30);
            pty.wait_for("half a thought");
            pty.press("\x11");
            assert_eq!(pty.wait_for_end(), 0, "{}", way.name);
        }
    }
}

/// Whether a process is gone, or nothing but its number is left of it.
fn has_ended(process: &str) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    state.is_empty() || state.starts_with('Z')
}
