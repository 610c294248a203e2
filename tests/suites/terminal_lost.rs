//! A terminal that disappears: the test binary holds it and is killed; the program in it ends and
//! nothing is lost.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use duologue::demo::DemoServer;
use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::processes::program_below;
use crate::support::pty::Pty;
use crate::support::wait_until;

const HOME: &str = "DUOLOGUE_TEST_TERMINAL_HOME";
const SERVER: &str = "DUOLOGUE_TEST_TERMINAL_SERVER";
const LOSS_CASE: &str = "DUOLOGUE_TEST_TERMINAL_WAY";

/// Ignores that the terminal hangs up, runs the program, and writes down how it ended.
const WITHOUT_HANG_UP: &str = "trap '' HUP; \"$0\" WORDS ERRORS; echo $? > code";
/// Passes the signal on to the program, as the system does to the one that leads the session. The
/// signal ends the first `wait`, and the second tells how the program ended.
const WITH_HANG_UP: &str = "exec 3<&0; \"$0\" WORDS <&3 3<&- ERRORS & trap \"kill -s HUP $!\" HUP
    wait $!; first=$?; wait $!; code=$?; [ $code = 127 ] && code=$first; echo $code > code";
/// How long the end may take. It takes a second at most; the machine of the tests has other work too.
const LONGEST_END: Duration = Duration::from_secs(2);
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

/// Who hears that the terminal hangs up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HangUp {
    /// The program itself, which leads the session; nobody is left to write down how it ended.
    Leader,
    /// The program and the shell around it.
    Passed,
    /// Nobody.
    Ignored,
}

/// A way to lose a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LossCase {
    hang_up: HangUp,
    /// Whether standard error is a file.
    errors_aside: bool,
    state: ProgramState,
    size: (u16, u16),
}

impl LossCase {
    fn name(self) -> String {
        format!("{self:?}")
    }

    fn words(self, program: &str) -> Vec<String> {
        let script = match self.hang_up {
            HangUp::Leader => return vec![program.to_owned()],
            HangUp::Passed => WITH_HANG_UP,
            HangUp::Ignored => WITHOUT_HANG_UP,
        };
        let words = match self.state {
            ProgramState::PlainLine => "--plain",
            ProgramState::PrintedAnswer => "ask 'a slow one'",
            ProgramState::Nothing | ProgramState::Answering | ProgramState::Editing => "",
        };
        let errors = if self.errors_aside { "2> errors" } else { "" };
        let script = script.replace("WORDS", words).replace("ERRORS", errors);
        vec!["sh".into(), "-c".into(), script, program.to_owned()]
    }
}

/// The eight ways to lose a terminal in the middle of something, and a few more.
fn loss_cases() -> Vec<LossCase> {
    let mut cases = Vec::new();
    let size = (100, 30);
    for hang_up in [HangUp::Passed, HangUp::Ignored] {
        for errors_aside in [false, true] {
            for state in [ProgramState::Answering, ProgramState::Editing] {
                cases.push(LossCase { hang_up, errors_aside, state, size });
            }
        }
        cases.push(LossCase { hang_up, errors_aside: false, state: ProgramState::Nothing, size });
        cases.push(LossCase {
            hang_up,
            errors_aside: false,
            state: ProgramState::Nothing,
            size: (0, 0),
        });
    }
    for state in [ProgramState::PlainLine, ProgramState::PrintedAnswer] {
        cases.push(LossCase { hang_up: HangUp::Ignored, errors_aside: false, state, size });
    }
    for state in [ProgramState::Nothing, ProgramState::Answering, ProgramState::Editing] {
        cases.push(LossCase { hang_up: HangUp::Leader, errors_aside: false, state, size });
    }
    cases
}

#[test]
#[ignore = "the terminal that goes away in the test below"]
fn helper_that_holds_a_terminal() {
    let Some(folder) = std::env::var_os(HOME) else {
        return;
    };
    let loss_case = std::env::var(LOSS_CASE).unwrap();
    let loss_case = loss_cases().into_iter().find(|it| it.name() == loss_case).unwrap();
    let home = Home::at(Path::new(&folder)).with_server(std::env::var(SERVER).unwrap());
    let words = loss_case.words(env!("CARGO_BIN_EXE_duologue"));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
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
fn hold(loss_case: LossCase, home: &Home, server: &DemoServer) -> (Child, String) {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg("suites::terminal_lost::helper_that_holds_a_terminal")
        .env(HOME, home.path())
        .env(SERVER, server.base_url())
        .env(LOSS_CASE, loss_case.name())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines.find_map(|line| Some(line.unwrap().split_once("holds ")?.1.to_owned()));
    (holder, held.unwrap_or_else(|| panic!("{loss_case:?}: the terminal was never held")))
}

#[test]
fn a_terminal_that_goes_away_ends_the_program_and_loses_nothing() {
    for loss_case in loss_cases() {
        let server = demo_server();
        let home = Home::new().with_server(server.base_url());
        let (mut holder, process) = hold(loss_case, &home, &server);
        let program = match loss_case.hang_up {
            HangUp::Leader => process,
            HangUp::Passed | HangUp::Ignored => program_below(process.parse().unwrap()).to_string(),
        };
        holder.kill().unwrap();
        holder.wait().unwrap();
        let lost = Instant::now();
        wait_until(&loss_case.name(), || has_ended(&program));
        assert!(lost.elapsed() < LONGEST_END, "{loss_case:?}: it took {:?}", lost.elapsed());
        if loss_case.hang_up != HangUp::Leader {
            let code = home.path().join("code");
            wait_until(&loss_case.name(), || {
                fs::read_to_string(&code).is_ok_and(|it| it.ends_with('\n'))
            });
            assert_eq!(fs::read_to_string(code).unwrap().trim(), "129", "{loss_case:?}");
        }
        if loss_case.errors_aside {
            let errors = fs::read_to_string(home.path().join("errors")).unwrap();
            assert_eq!(errors, "", "{loss_case:?}");
        }
        if matches!(loss_case.state, ProgramState::Answering | ProgramState::PrintedAnswer) {
            let file: Value = serde_json::from_str(&home.text()).unwrap();
            let chat = file.as_object().unwrap().values().next().unwrap();
            assert_eq!(chat["messages"].as_array().unwrap().len(), 2, "{loss_case:?}");
            let answer = chat["messages"][1]["text"].as_str().unwrap();
            assert!(answer.starts_with("You said"), "{loss_case:?}: {answer}");
        }
        let has_draft =
            !matches!(loss_case.state, ProgramState::PlainLine | ProgramState::PrintedAnswer);
        if loss_case.size != (0, 0) && has_draft {
            let mut pty = Pty::start(&home, &["-c"], 100, 30);
            pty.wait_for("half a thought");
            pty.press("\x11");
            assert_eq!(pty.wait_for_end(), 0, "{loss_case:?}");
        }
    }
}

/// Whether a process is gone, or nothing but its number is left of it.
fn has_ended(process: &str) -> bool {
    let asked = Command::new("ps").args(["-o", "stat=", "-p", process]).output().unwrap();
    let state = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    state.is_empty() || state.starts_with('Z')
}
