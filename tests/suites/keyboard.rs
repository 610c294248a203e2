//! Keys with the kitty keyboard protocol, and without it.

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

fn raw(pty: &Pty) -> String {
    String::from_utf8_lossy(&pty.raw).into_owned()
}

fn leave(mut pty: Pty) -> String {
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    raw(&pty)
}

#[test]
fn the_protocol_is_enabled_and_restored() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 100, 30);
    pty.wait_for("Ask anything");
    assert!(raw(&pty).contains("\x1b[>5u"));
    let all = leave(pty);
    let (asked, given_back) = (all.find("\x1b[>5u").unwrap(), all.rfind("\x1b[<1u").unwrap());
    assert!(asked < given_back);
    assert!(given_back < all.rfind("\x1b[?1049l").unwrap(), "on the screen it was asked on");
}

#[test]
fn keys_that_need_the_protocol_work() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    // Shift+Enter, then Ctrl+Shift+F, which opens the search over everything; Esc; Enter.
    pty.press("one\x1b[13;2utwo");
    pty.wait("two rows", |pty| {
        let text = pty.text();
        let row = |what: &str| text.lines().position(|line| line.trim_end().ends_with(what));
        row("one").is_some() && row("one").map(|at| at + 1) == row("two")
    });
    assert!(server.answer_requests().is_empty(), "Shift+Enter sends nothing");
    pty.press("\x1b[102;6u");
    pty.wait_for("Search all conversations");
    pty.press("\x1b[27u");
    pty.wait("the search is closed", |pty| !pty.text().contains("Search all conversations"));
    pty.press("\x1b[13u");
    pty.wait_for("great thoughts");
    assert_eq!(server.answer_requests()[0]["input"], "one\ntwo");
    leave(pty);
}

#[test]
fn key_releases_do_nothing_and_repeats_repeat() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 100, 30);
    pty.wait_for("Ask anything");
    // a down, a up; b down, b again and again, b up; Enter goes up.
    pty.press(
        "\x1b[97;1:1u\x1b[97;1:3u\x1b[98;1:1u\x1b[98;1:2u\x1b[98;1:2u\x1b[98;1:3u\x1b[13;1:3u",
    );
    pty.press("\x1b[113;5:3u!");
    pty.wait_for("▌  abbb!");
    assert!(pty.in_alternate_screen(), "Ctrl+Q went up, not down");
    leave(pty);
}

#[test]
fn without_the_protocol_other_keys_do_the_same() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start_with(&home, &[], (100, 30), &[("TERM", "vt220")]);
    pty.wait_for("Ask anything");
    // Ctrl+J, Alt+Enter and a backslash before Enter; F3 for the search.
    pty.press("one\ntwo\x1b\rthree\\");
    pty.wait_for("three\\");
    pty.press("\r");
    pty.wait("the backslash gone", |pty| !pty.text().contains("three\\"));
    pty.press("four");
    pty.wait_for("four");
    assert!(server.answer_requests().is_empty());
    pty.press("\x1bOR");
    pty.wait_for("Search all conversations");
    pty.press("\x1b");
    pty.wait("the search is closed", |pty| !pty.text().contains("Search all conversations"));
    pty.press("\r");
    pty.wait_for("great thoughts");
    assert_eq!(server.answer_requests()[0]["input"], "one\ntwo\nthree\nfour");
    leave(pty);
}

#[test]
fn help_marks_the_keys_that_the_terminal_may_not_send() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 100, 40);
    pty.wait_for("Ask anything");
    pty.press("\x1bOP");
    pty.wait_for("F3, Ctrl+Shift+F† ");
    pty.press("\x1b");
    pty.wait("help is closed", |pty| !pty.text().contains("Ctrl+Shift+F"));
    // As xterm answers: some keys with modifiers, not all.
    for (answer, shown) in [("", "Shift+Enter†,"), ("\x1b[>4;1m", "Shift+Enter,")] {
        pty.press(&format!("{answer}\x1bOPshift+enter"));
        pty.wait_for(shown);
        pty.press("\x1b\x1b");
        pty.wait("help is closed", |pty| !pty.text().contains("In the composer"));
    }
    // The answer to what was asked at the start: these flags of the protocol are in force.
    pty.press("\x1b[?5u\x1bOP");
    pty.wait_for("F3, Ctrl+Shift+F  ");
    pty.press("\x1b[27u");
    pty.wait("help is closed", |pty| !pty.text().contains("Ctrl+Shift+F"));
    leave(pty);
}

#[test]
fn help_marks_the_keys_that_the_terminal_keeps_for_itself() {
    let home = Home::new();
    let variables = [("TMUX", "/tmp/tmux,1,0"), ("XTERM_VERSION", "XTerm(379)")];
    let mut pty = Pty::start_with(&home, &["--demo"], (100, 40), &variables);
    pty.wait_for("Ask anything");
    pty.press("\x1bOPalt+enter");
    pty.wait_for("Alt+Enter†");
    pty.press("\x1b\x1b");
    pty.wait("help is closed", |pty| !pty.text().contains("In the composer"));
    pty.press("\x1bOPctrl+b");
    pty.wait_for("Ctrl+B†");
    pty.press("\x1b\x1b");
    pty.wait("help is closed", |pty| !pty.text().contains("Ctrl+B†"));
    leave(pty);
}
