//! The command that prints the API key, as a password manager does that asks for a password first.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::ask_server::sse_frame;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::scripted_server::{ScriptedServer, event_stream};

/// Asks on the terminal itself, whatever standard input and output are.
const PASSWORD_MANAGER: &str =
    "printf 'Password: ' > /dev/tty; read password < /dev/tty; echo sk-$password";
/// How soon a user wants to hear that the command cannot ask. Its time limit is longer.
const SOON: Duration = Duration::from_secs(8);

fn home(server: &ScriptedServer) -> Home {
    let home = Home::new().with_server(server.base_url());
    let folder = home.path().join("config/duologue");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), format!("api_key_command = \"{PASSWORD_MANAGER}\"\n"))
        .unwrap();
    home
}

fn server() -> ScriptedServer {
    let answer = r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#;
    ScriptedServer::start(vec![event_stream(sse_frame(answer))])
}

#[test]
fn before_the_window_is_drawn_the_key_command_may_ask_on_the_terminal() {
    let server = server();
    let home = home(&server);
    let mut pty = Pty::start(&home, &["ask", "hi"], 100, 30);
    pty.wait_for("Password: ");
    pty.press("from-the-user\r");
    pty.wait_for_end();
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer sk-from-the-user"));
}

#[test]
fn in_the_window_a_key_command_that_asks_is_told_soon_and_draws_nothing() {
    let server = server();
    let home = home(&server);
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    let asked = Instant::now();
    pty.press("hi\r");
    pty.wait_for_sentence("asks for something on the terminal");
    assert!(asked.elapsed() < SOON);
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert!(server.seen().is_empty());
}
