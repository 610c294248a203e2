//! The real program in a real terminal: keys and screen.

use std::fs;

use duologue::demo::DemoServer;
use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::wait_until;

const ESC: &str = "\x1b";

fn instant() -> DemoServer {
    demo_server()
}

/// Leaves the program and looks that the terminal is as it was.
fn leave(mut pty: Pty) {
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert!(!pty.in_alternate_screen());
}

#[test]
fn the_demo_works_without_any_user_data() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 120, 40);
    pty.wait_for("Ctrl+N new");
    pty.wait_for("Dinner ideas");
    pty.press("Hello there\r");
    pty.wait_for("great thoughts either");
    pty.wait_for("Ctrl+N new");
    assert!(pty.text().contains("This is where our conversation begins."));
    leave(pty);
    assert_eq!(fs::read_dir(home.chats()).unwrap().count(), 0);
    assert!(!home.path().join("state").exists() && !home.path().join("data").exists());
}

#[test]
fn a_conversation_is_opened_continued_and_resumed_by_id() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "My name is Ann"]);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let id = file.as_object().unwrap().keys().next().unwrap().clone();
    let mut pty = Pty::start(&home, &["resume", &id[..6]], 100, 30);
    pty.wait_for("This is where our conversation begins.");
    pty.press("What did I say first?\r");
    pty.wait_for("You began with: My name is Ann");
    pty.wait_for("Ctrl+N new");
    leave(pty);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    assert_eq!(file[&id]["messages"].as_array().unwrap().len(), 4);
    assert_eq!(file[&id]["last_response_id"], file[&id]["messages"][3]["response_id"]);
}

#[test]
fn continue_opens_the_latest_conversation() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    home.run(&["ask", "an older question"]);
    home.run(&["ask", "a newer question"]);
    let mut pty = Pty::start(&home, &["-c"], 100, 30);
    pty.wait_for("This is where our conversation begins.");
    leave(pty);
}

#[test]
fn esc_stops_the_answer_and_keeps_the_partial_text() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("a slow one\r");
    pty.wait_for("You said:");
    pty.press(ESC);
    pty.wait_for("⚠ Stopped here.");
    leave(pty);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert!(chat["messages"][1]["text"].as_str().unwrap().starts_with("You said"));
    assert_eq!(chat["last_response_id"], Value::Null);
}

#[test]
fn a_failed_question_is_asked_again_with_one_key_and_stored_once() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("unauthorized\r");
    pty.wait_for("needs an API key");
    pty.wait_for("F5 ask again");
    let before = server.answer_requests().len();
    pty.press("\x1b[15~");
    wait_until("it is asked again", || server.answer_requests().len() > before);
    pty.wait_for("F5 ask again");
    leave(pty);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["messages"].as_array().unwrap().len(), 1);
}

#[test]
fn another_model_is_chosen_without_typing_again() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("is this model gone\r");
    pty.wait_for("Choose another model.");
    pty.wait_for("F4 choose a model");
    // Nothing opens by itself: what is typed at once belongs to a message.
    assert!(!pty.text().contains("demo-small"), "{}", pty.text());
    pty.press("\x1bOS");
    pty.wait_for("demo-small");
    pty.press("large\r");
    pty.wait_for("This is where our conversation begins.");
    leave(pty);
    assert_eq!(server.answer_requests().last().unwrap()["model"], "demo-large");
}

#[test]
fn hostile_answers_and_titles_reach_the_terminal_as_harmless_cells() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 120, 40);
    pty.wait_for("Ask anything");
    pty.press("hostile\r");
    pty.wait_for("After.");
    pty.wait_for("Ctrl+N new");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    for evil in
        ["\x1b[2J\x1b[H", "owned\x07", "\x1b]52", "\x1b]8;;http://evil", "\u{9b}", "\u{202e}"]
    {
        assert!(!raw.contains(evil), "{evil:?} reached the terminal");
    }
    leave(pty);
}

#[test]
fn the_theme_follows_the_terminal_background_and_no_key_is_lost() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 100, 30);
    pty.wait("the question after the first frame", |pty| {
        String::from_utf8_lossy(&pty.raw).contains("\x1b]11;?\x1b\\")
    });
    assert!(String::from_utf8_lossy(&pty.raw).contains("Ask anything"));
    pty.press("ab\x1b]11;rgb:ffff/ffff/ffff\x1b\\cd");
    // The bar of the composer, in the hue for light backgrounds.
    pty.wait("light colours", |pty| String::from_utf8_lossy(&pty.raw).contains("38;2;42;85;189"));
    pty.wait_for("abcd");
    leave(pty);
}

#[test]
fn links_can_be_opened_and_their_whole_address_is_seen() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 130, 40);
    pty.wait_for("Ask anything");
    pty.press("show\r");
    pty.wait_for("That was the end of the show.");
    pty.press("\x1b[1;5H");
    pty.wait_for("https://doc.rust-lang.org/book/");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.contains(";https://doc.rust-lang.org/book/\x1b\\l\x1b]8;;\x1b\\"));
    leave(pty);
}

#[test]
fn a_theme_is_previewed_and_esc_restores_the_old_one() {
    let home = Home::new();
    let themes = home.path().join("config/duologue/themes");
    fs::create_dir_all(&themes).unwrap();
    fs::write(themes.join("mine.toml"), "base = \"dark\"\nkey = { fg = \"#010203\" }\n").unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    let shown = |pty: &Pty| String::from_utf8_lossy(&pty.raw).contains("38;2;1;2;3");
    pty.press("/theme\r");
    pty.wait_for("high-contrast");
    assert!(!shown(&pty));
    pty.press("mine");
    pty.wait("the colours of the theme that the filter leaves", shown);
    pty.press("\r");
    pty.wait_for("Theme: mine. Saved for the next start.");
    leave(pty);
    let ran = home.run(&["config"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn lines_are_pasted_not_sent() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.paste("first line\rsecond line\r");
    pty.wait_for("second line");
    assert!(server.answer_requests().is_empty());
    pty.press("third\r");
    pty.wait_for("great thoughts");
    assert_eq!(server.answer_requests()[0]["input"], "first line\nsecond line\nthird");
    leave(pty);
}

#[test]
fn a_draft_is_restored_after_a_restart() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("half a thought");
    pty.wait_for("half a thought");
    pty.signal("TERM");
    assert_eq!(pty.wait_for_end(), 143);
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("half a thought");
    leave(pty);
}

#[test]
fn copies_go_to_the_terminal_if_there_is_no_other_clipboard() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("hello\r");
    pty.wait_for("great thoughts");
    pty.wait_for("Ctrl+N new");
    // Tab to the conversation; the question is the second from the end.
    pty.press("\t\x1b[A\x1b[Ay");
    pty.wait_for("Sent the question to the terminal");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert!(raw.contains("\x1b]52;c;aGVsbG8=\x1b\\"), "hello, in base 64");
    leave(pty);
}

#[test]
fn the_program_does_not_suspend_without_a_shell_and_ctrl_l_redraws() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("\x1a");
    pty.press("still here");
    pty.wait_for("still here");
    pty.press("\x0c");
    pty.press("!");
    pty.wait_for("still here!");
    leave(pty);
}

#[test]
fn the_external_editor_gets_the_terminal_and_its_text_is_used() {
    let home = Home::new();
    let editor = "sh -c 'printf edited-; read key; echo got-$key; printf more >> \"$1\"' sh";
    let mut pty = Pty::start_with(&home, &[], (100, 30), &[("EDITOR", editor)]);
    pty.wait_for("Ask anything");
    pty.press("text and ");
    pty.wait_for("text and ");
    pty.press("\x07");
    pty.wait("the editor on the plain screen", |pty| !pty.in_alternate_screen());
    pty.wait_for("edited-");
    // Ctrl+C is the editor's, not ours; and so are the keys.
    pty.press("unseen\r");
    pty.wait("Mouse capture is on", Pty::in_alternate_screen);
    pty.wait_for("text and");
    pty.wait_for("more");
    pty.press(" typed");
    pty.wait_for("typed");
    assert!(!pty.text().contains("unseen"), "{}", pty.text());
    leave(pty);
}

/// One write of the terminal: the program reads all of it before the editor has the keyboard.
#[test]
fn keys_that_come_with_the_one_for_the_editor_open_and_send_nothing() {
    let home = Home::new();
    let opened = home.path().join("opened");
    let editor = format!(
        "sh -c 'echo >> {}; printf edited-; read key; printf \" edited\" >> \"$1\"' sh",
        opened.display()
    );
    let mut pty = Pty::start_with(&home, &[], (100, 30), &[("EDITOR", &editor)]);
    pty.wait_for("Ask anything");
    pty.press("draft\x07\x07 and\r");
    pty.wait_for("edited-");
    pty.press("go\r");
    pty.wait("the window is back", Pty::in_alternate_screen);
    pty.press(" more");
    pty.wait_for("more");
    assert!(pty.text().contains("edited and more"), "{}", pty.text());
    assert_eq!(fs::read_to_string(&opened).unwrap().lines().count(), 1);
    leave(pty);
}

#[test]
fn the_sign_of_progress_is_gone_while_the_editor_has_the_terminal() {
    let server = instant();
    let home = Home::new().with_server(server.base_url());
    let editor = "sh -c 'printf edited-; read key' sh";
    let env = [("EDITOR", editor), ("TERM_PROGRAM", "ghostty")];
    let mut pty = Pty::start_with(&home, &[], (100, 30), &env);
    pty.wait_for("Ask anything");
    pty.press("a slow one\r");
    pty.wait_for("You said:");
    pty.press("\x07");
    pty.wait_for("edited-");
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let shown = raw.rfind("\x1b]9;4;3;0").expect("progress is shown");
    let hidden = raw.rfind("\x1b]9;4;0;0").expect("progress is hidden");
    assert!(shown < hidden && hidden < raw.rfind("edited-").unwrap(), "{raw:?}");
    pty.press("\r");
    pty.wait("the window is back", Pty::in_alternate_screen);
    pty.signal("TERM");
    pty.wait_for_end();
}

#[test]
fn a_crash_loses_nothing_that_was_typed_a_moment_ago() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("half a thought");
    let drafts = home.path().join("state");
    wait_until("the draft is on disk", || holds(&drafts, "half a thought"));
    pty.signal("KILL");
    pty.wait_for_end();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("half a thought");
    leave(pty);
}

/// Whether a file somewhere below a folder holds a text.
fn holds(folder: &std::path::Path, text: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        let here = || fs::read_to_string(&path).is_ok_and(|all| all.contains(text));
        holds(&path, text) || here()
    })
}

#[test]
fn signals_restore_the_terminal_and_keep_the_partial_answer() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("QUIT", 131)] {
        let server = instant();
        let home = Home::new().with_server(server.base_url());
        let mut pty = Pty::start(&home, &[], 100, 30);
        pty.wait_for("Ask anything");
        pty.press("a slow one\r");
        pty.wait_for("You said:");
        pty.signal(name);
        assert_eq!(pty.wait_for_end(), code);
        assert!(!pty.in_alternate_screen());
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        assert!(raw.ends_with("\x1b[?25h"), "the cursor stays hidden");
        assert!(raw.contains("\x1b[?2004l"), "bracketed paste stays on");
        assert!(raw.contains("\x1b[?1004l"), "focus reports stay on");
        assert!(raw.rfind("\x1b[22;0t") < raw.rfind("\x1b[23;0t"), "the title is not restored");
        assert!(raw.contains("\x1b]0;\x07\x1b[23;0t"), "the title stays where there is no stack");
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        let chat = file.as_object().unwrap().values().next().unwrap();
        assert!(chat["messages"][1]["text"].as_str().unwrap().starts_with("You said"));
    }
}

/// As when a window is closed: the terminal sends the signal, and then the system does.
#[test]
fn a_second_hang_up_lets_the_ending_be_stored() {
    for _ in 0..3 {
        let server = instant();
        let home = Home::new().with_server(server.base_url());
        let mut pty = Pty::start(&home, &[], 100, 30);
        pty.wait_for("Ask anything");
        pty.press("a slow one\r");
        pty.wait_for("You said:");
        // Two at once may be delivered as one, so there are many.
        let signals = "for i in $(seq 500); do kill -s HUP $0 2>&- || exit 0; done";
        let mut shell = std::process::Command::new("sh");
        let mut sending = shell.args(["-c", signals, &pty.process().to_string()]).spawn().unwrap();
        assert_eq!(pty.wait_for_end(), 129);
        sending.wait().unwrap();
        let listed = home.run(&["list"]);
        assert_eq!(listed.stderr, "");
        let id = listed.stdout.split_whitespace().next().unwrap();
        let shown = home.run(&["show", id]).stdout;
        assert!(shown.contains("[Stopped here.]"), "{shown}");
    }
}

/// GNU screen holds a lone ESC back while it passes mouse events on.
#[test]
fn in_gnu_screen_the_mouse_is_off_until_the_user_turns_it_on() {
    let home = Home::new();
    let variables = [("TERM", "screen.xterm-256color"), ("STY", "1.pts-0.host")];
    let mut pty = Pty::start_with(&home, &[], (100, 30), &variables);
    pty.wait_for("Ask anything");
    let captures = |pty: &Pty| String::from_utf8_lossy(&pty.raw).contains("\x1b[?1000h");
    assert!(!captures(&pty));
    // F9
    pty.press("\x1b[20~");
    pty.wait_for("GNU screen now holds Esc back");
    assert!(captures(&pty));
    leave(pty);
}

#[test]
fn ctrl_c_twice_leaves_and_once_does_not() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("\x03");
    pty.wait_for("Press Ctrl+C again to quit.");
    pty.press("\x03");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn every_size_makes_sense_and_a_storm_of_resizes_is_survived() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 120, 40);
    pty.wait_for("Dinner ideas");
    pty.resize(40, 12);
    pty.wait("one pane alone", |pty| {
        pty.text().contains("Ask anything") && !pty.text().contains("Conversations")
    });
    pty.press("\x13");
    pty.wait("the list alone", |pty| {
        pty.text().contains("Conversations") && !pty.text().contains("Ask anything")
    });
    pty.press("\x13");
    pty.resize(19, 4);
    pty.wait_for("Window too small.");
    for step in 0..60_u16 {
        pty.resize(20 + step * 3 % 120, 5 + step * 7 % 40);
    }
    pty.resize(100, 30);
    pty.wait_for("Dinner ideas");
    pty.wait_for("Ask anything");
    leave(pty);
}

#[test]
fn the_cursor_is_at_the_next_character() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    // Behind the list of 32 columns, a margin, the bar and two spaces.
    pty.wait("the cursor in the composer", |pty| pty.cursor() == (25, 38));
    pty.press("名前");
    pty.wait("two wide characters on", |pty| pty.cursor() == (25, 42));
    leave(pty);
}

#[test]
fn chats_of_the_web_app_appear_while_the_program_is_open() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("None yet.");
    let chat = r#"{"w": {"data": {"id": "w", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "From the browser", "last_update": 1, "messages": [], "last_response_id": null}}"#;
    let temporary = home.chats().join("ann.json.tmp.1.2");
    fs::write(&temporary, chat).unwrap();
    fs::rename(temporary, home.file()).unwrap();
    pty.wait_for("From the browser");
    leave(pty);
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_says_nothing_on_the_screen() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let state = home.path().join("state/duologue");
    fs::create_dir_all(&state).unwrap();
    std::os::unix::fs::symlink("/dev/full", state.join("duologue.log")).unwrap();
    let mut pty = Pty::start_with(&home, &[], (100, 30), &[("DUOLOGUE_LOG", "trace")]);
    pty.wait_for("Ask anything");
    pty.press("hello\r");
    pty.wait("an answer", |_| !server.answer_requests().is_empty());
    assert!(!String::from_utf8_lossy(&pty.raw).contains("Unable to write"));
    leave(pty);
}
