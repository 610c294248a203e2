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
const LOSS_CASE: &str = "DUOLOGUE_TEST_TERMINAL_WAY";

/// Runs the program, ignores that the terminal hangs up, and writes down how the program ended.
const WRAPPER: &str = "trap '' HUP; \"$0\" ; echo $? > code";
const PLAIN_WRAPPER: &str = "trap '' HUP; \"$0\" --plain; echo $? > code";
const ASK_WRAPPER: &str = "trap '' HUP; \"$0\" ask 'a slow one'; echo $? > code";
/// The same with standard error elsewhere.
const WRAPPER_WITH_ERRORS_ASIDE: &str = "trap '' HUP; \"$0\" 2> errors; echo $? > code";
const EDITOR: &str = "sh -c 'echo editing; exec sleep 60' sh";

/// What the program is doing when the terminal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ProgramState {
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
struct LossCase {
    name: &'static str,
    /// The shell's script around the program; without one the program itself gets SIGHUP.
    wrapper: Option<&'static str>,
    state: ProgramState,
    size: (u16, u16),
}

const fn loss_case(
    name: &'static str,
    wrapper: Option<&'static str>,
    state: ProgramState,
) -> LossCase {
    LossCase { name, wrapper, state, size: (100, 30) }
}

const LOSS_CASES: &[LossCase] = &[
    loss_case("hang-up", None, ProgramState::Answering),
    loss_case("hang-up while idle", None, ProgramState::Nothing),
    loss_case("hang-up in the editor", None, ProgramState::Editing),
    loss_case("no hang-up", Some(WRAPPER), ProgramState::Answering),
    loss_case("no hang-up while idle", Some(WRAPPER), ProgramState::Nothing),
    loss_case("no hang-up in the editor", Some(WRAPPER), ProgramState::Editing),
    loss_case("plain mode", Some(PLAIN_WRAPPER), ProgramState::PlainLine),
    loss_case("ask", Some(ASK_WRAPPER), ProgramState::PrintedAnswer),
    loss_case("errors aside", Some(WRAPPER_WITH_ERRORS_ASIDE), ProgramState::Answering),
    LossCase { size: (0, 0), ..loss_case("no size", Some(WRAPPER), ProgramState::Nothing) },
];

#[test]
#[ignore = "the terminal that goes away in the test below"]
fn helper_that_holds_a_terminal() {
    let Some(folder) = std::env::var_os(HOME) else {
        return;
    };
    let loss_case = std::env::var(LOSS_CASE).unwrap();
    let loss_case = LOSS_CASES.iter().find(|it| it.name == loss_case).unwrap();
    let home = Home::at(Path::new(&folder)).with_server(std::env::var(SERVER).unwrap());
    let program = env!("CARGO_BIN_EXE_duologue");
    let words = match loss_case.wrapper {
        Some(script) => vec!["sh", "-c", script, program],
        None => vec![program],
    };
    let mut pty = Pty::start_command(&home, &words, loss_case.size, &[("EDITOR", EDITOR)]);
    let output = match loss_case.state {
        ProgramState::PlainLine => Some("You: "),
        ProgramState::PrintedAnswer => Some("You said:"),
        ProgramState::Nothing | ProgramState::Answering | ProgramState::Editing => None,
    };
    if let Some(output) = output {
        pty.wait_for(output);
        println!("holds {}", pty.process());
        pty.wait("nothing more", |_| false);
    }
    if loss_case.size == (0, 0) {
        pty.wait("a frame", |pty| String::from_utf8_lossy(&pty.raw).contains("\x1b[?2026l"));
    } else {
        pty.wait_for("Ask anything");
    }
    if loss_case.state == ProgramState::Answering {
        pty.press("a slow one\r");
        pty.wait_for("You said:");
    }
    if loss_case.size != (0, 0) {
        pty.press("half a thought");
        pty.wait_for("half a thought");
    }
    if loss_case.state == ProgramState::Editing {
        pty.press("\x07");
        pty.wait_for("editing");
    }
    println!("holds {}", pty.process());
    pty.wait("nothing more", |_| false);
}

/// A process with the program in a terminal, and the program's number or that of its wrapper.
fn hold(loss_case: &LossCase, home: &Home, server: &DemoServer) -> (Child, String) {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg("suites::terminal_lost::helper_that_holds_a_terminal")
        .env(HOME, home.path())
        .env(SERVER, server.base_url())
        .env(LOSS_CASE, loss_case.name)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines.find_map(|line| Some(line.unwrap().split_once("holds ")?.1.to_owned()));
    (holder, held.unwrap_or_else(|| panic!("{}: the terminal was never held", loss_case.name)))
}

#[test]
fn a_terminal_that_goes_away_ends_the_program_and_loses_nothing() {
    for loss_case in LOSS_CASES {
        let server = demo_server();
        let home = Home::new().with_server(server.base_url());
        let (mut holder, process) = hold(loss_case, &home, &server);
        holder.kill().unwrap();
        holder.wait().unwrap();
        wait_until(loss_case.name, || has_ended(&process));
        if loss_case.wrapper.is_some() {
            let code = fs::read_to_string(home.path().join("code")).unwrap();
            assert_eq!(code.trim(), "129", "{}", loss_case.name);
        }
        if let Ok(errors) = fs::read_to_string(home.path().join("errors")) {
            assert_eq!(errors, "", "{}", loss_case.name);
        }
        if matches!(loss_case.state, ProgramState::Answering | ProgramState::PrintedAnswer) {
            let file: Value = serde_json::from_str(&home.text()).unwrap();
            let chat = file.as_object().unwrap().values().next().unwrap();
            assert_eq!(chat["messages"].as_array().unwrap().len(), 2, "{}", loss_case.name);
            let answer = chat["messages"][1]["text"].as_str().unwrap();
            assert!(answer.starts_with("You said"), "{}: {answer}", loss_case.name);
        }
        let has_draft =
            !matches!(loss_case.state, ProgramState::PlainLine | ProgramState::PrintedAnswer);
        if loss_case.size != (0, 0) && has_draft {
            let mut pty = Pty::start(&home, &["-c"], 100, 30);
            pty.wait_for("half a thought");
            pty.press("\x11");
            assert_eq!(pty.wait_for_end(), 0, "{}", loss_case.name);
        }
    }
}

/// Whether a process is gone, or nothing but its number is left of it.
fn has_ended(process: &str) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    state.is_empty() || state.starts_with('Z')
}
