//! A question that is not stored yet: its text is a draft on the disk, and it stays on screen.

use std::net::TcpListener;
use std::path::Path;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{Effect, Input, Msg, StoreEffect, StoreEvent};
use duologue::chat::{
    Change, ConversationId, Failure, FailureKind, Message, ReplyOutcome, ServerStep, TurnId,
};
use duologue::store::Drafts;

use crate::support::app_harness::{
    AppHarness, at, ended_event, opened_conversation, saved_drafts, server_steps, stored_msg,
};
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::{shared_file, wait_until};

/// A window in which the answer to "first" has come.
fn answered() -> (AppHarness, ConversationId, [Message; 2]) {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("first");
    let messages = [Message::question("first", at(1000)), Message::answer("one", at(1001), None)];
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "one"));
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    (app, id, messages)
}

#[test]
fn a_question_is_a_draft_until_it_is_stored() {
    let mut app = AppHarness::new();
    app.type_text("precious");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(saved_drafts(&effects), [(None, "precious")]);
    // The draft of the next new conversation does not replace it.
    app.ctrl('n');
    app.type_text("more");
    assert_eq!(saved_drafts(&app.wait(5)), [(None, "precious\n\nmore")]);
    let turn = app.state.turns[0].id.clone();
    let id = app.state.turns[0].conversation.clone();
    let conversation = opened_conversation(&id, &[Message::question("precious", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    assert_eq!(saved_drafts(&effects), [(None, "more")]);
}

#[test]
fn what_is_typed_while_a_question_is_stored_does_not_replace_its_draft() {
    let (mut app, id, messages) = answered();
    let (turn, ..) = app.send("precious");
    app.type_text("more");
    assert_eq!(saved_drafts(&app.wait(5)), [(Some(id.clone()), "precious\n\nmore")]);
    let conversation = opened_conversation(&id, &messages);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    assert_eq!(saved_drafts(&effects), [(Some(id), "more")]);
}

/// The program ended after the question was stored, and before its draft was deleted.
#[test]
fn only_what_was_typed_after_a_stored_question_is_a_draft_at_the_next_start() {
    for (typed, draft) in
        [(None, "Explain monads.\n\nmore"), (Some("/explain monads"), "/explain monads\n\nmore")]
    {
        let home = Home::new();
        let mut store = shared_file::open(&home, 1);
        let folder = store.paths().state_folder().to_path_buf();
        let mut drafts = Drafts::in_folder(&folder);
        drafts.save(None, &draft.into()).unwrap();
        let id = ConversationId::new("c");
        let message = Message::question("Explain monads.", shared_file::at(1));
        let changes = [
            Change::Create { id: id.clone(), title: "T".into(), at: shared_file::at(1) },
            Change::Append { id: id.clone(), message },
        ];
        let typed = typed.map(str::to_owned);
        store.begin_typed_turn(&TurnId::new("t"), &id, &changes, typed).unwrap();
        drop((store, drafts));
        drop(shared_file::open(&home, 2));
        let found = Drafts::in_folder(&folder).take_over(|_| Ok(())).unwrap();
        assert_eq!(found.drafts, [(None, "more".into())]);
    }
}

#[test]
fn a_queued_question_is_a_draft_until_it_is_stored() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("first");
    app.type_text("second");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(saved_drafts(&effects), [(Some(id.clone()), "second")]);
    let first = [Message::question("first", at(1000)), Message::answer("one", at(1001), None)];
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "one"));
    let conversation = opened_conversation(&id, &first);
    let asked = app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(saved_drafts(&asked).iter().all(|(_, text)| *text == "second"), "{asked:?}");
    let turn = app.state.turns[0].id.clone();
    let conversation = opened_conversation(&id, &first);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    assert_eq!(saved_drafts(&effects), [(Some(id), "")]);
}

#[test]
fn a_reload_does_not_remove_a_question_that_is_not_stored_yet() {
    let (mut app, id, messages) = answered();
    app.send("second");
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::Opened(conversation)));
    assert!(app.screen().contains("second"), "{}", app.screen());
}

#[test]
fn a_conversation_that_is_not_stored_yet_is_not_missed() {
    let mut app = AppHarness::new();
    let (_, id, _) = app.send("first");
    let failure = Failure::new(FailureKind::Storage, "It is not there.", "");
    app.send_msg(stored_msg(StoreEvent::NotOpened { id, failure }));
    assert_eq!(app.notice(), "");
}

/// A window in which a question was sent whose server is still being checked.
fn checking() -> (AppHarness, TurnId) {
    let mut app = AppHarness::new();
    app.type_text("precious");
    let enter = Input::Key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
    let effects = app.send_without_check(Msg::Input(enter));
    let checks = server_steps(&effects).filter(|(_, step)| **step == ServerStep::Check);
    assert_eq!(checks.count(), 1);
    assert!(!is_stored(&effects));
    assert!(app.screen().contains("Connecting to the server…"), "{}", app.screen());
    let turn = app.state.turns[0].id.clone();
    (app, turn)
}

fn is_stored(effects: &[Effect]) -> bool {
    effects.iter().any(|it| matches!(it, Effect::Store(StoreEffect::StoreQuestion { .. })))
}

#[test]
fn stopping_while_the_server_is_checked_returns_the_question_at_once() {
    let (mut app, turn) = checking();
    let effects = app.press(KeyCode::Esc);
    assert!(!is_stored(&effects));
    assert_eq!(app.state.composer.text(), "precious");
    assert!(app.state.turns.is_empty() && app.state.transcript.open.is_none());
    assert_eq!(app.notice(), "Stopped before anything was sent.");
    assert_eq!(app.send_msg(Msg::ServerChecked { turn, checked: Ok(()) }), []);
}

#[test]
fn a_server_that_cannot_be_reached_returns_the_question() {
    let (mut app, turn) = checking();
    let failure = Failure::new(FailureKind::Network, "Nothing listens there.", "Start it.");
    let effects = app.send_msg(Msg::ServerChecked { turn, checked: Err(failure) });
    assert!(!is_stored(&effects));
    assert_eq!(app.state.composer.text(), "precious");
    assert_eq!(app.notice(), "Not sent: nothing listens there. Start it.");
}

#[test]
fn quitting_while_the_server_is_checked_stores_the_question() {
    let (mut app, _) = checking();
    assert!(is_stored(&app.ctrl('q')));
}

/// Whether a file below the folder has a text.
fn is_written(folder: &Path, text: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let path = entry.path();
        let read = || std::fs::read(&path).unwrap_or_default();
        let is_in = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).contains(text);
        if path.is_dir() { is_written(&path, text) } else { is_in(read()) }
    })
}

#[test]
fn a_question_survives_a_crash_while_its_server_is_checked() {
    // The system accepts the connection, and nobody answers.
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = Home::new();
    let base_url = format!("http://{}/v1", server.local_addr().unwrap());
    let mut pty = Pty::start(&home, &["--base-url", &base_url], 100, 30);
    pty.wait_for("None yet.");
    pty.press("precious words\r");
    pty.wait_for("Connecting to the server");
    wait_until("the draft is written", || {
        let state = home.path().join("state/duologue/files");
        std::fs::read_dir(&state).is_ok_and(|folders| {
            folders.flatten().any(|folder| is_written(&folder.path().join("drafts"), "precious"))
        })
    });
    pty.signal("KILL");
    pty.wait_for_end();
    assert!(!home.file().exists());
    let mut pty = Pty::start(&home, &["--base-url", &base_url], 100, 30);
    pty.wait_for("precious words");
}

/// What was typed after the first question of a new conversation belongs to that conversation, which
/// there never is.
#[test]
fn text_typed_after_a_first_question_that_is_not_stored_returns_with_it() {
    type Leave = fn(&mut AppHarness);
    let ways: [(&str, Leave); 3] = [
        ("still there", |_| {}),
        ("a new conversation", |app| drop(app.ctrl('n'))),
        ("another one is being opened", |app| {
            let other = ConversationId::new("other");
            drop(duologue::app::transcript::request_open(&mut app.state, other));
        }),
    ];
    for (way, leave) in ways {
        let mut app = AppHarness::new();
        let (turn, id, _) = app.send("precious");
        app.type_text("and the follow-up");
        app.wait(5);
        leave(&mut app);
        let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
        let mut effects = app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
        effects.extend(app.wait(5));
        app.ctrl('n');
        assert_eq!(app.state.composer.text(), "precious\nand the follow-up", "{way}");
        assert!(!app.state.drafts.contains_key(&Some(id.clone())), "{way}");
        let saved = saved_drafts(&effects);
        let left = saved.iter().rev().find(|(owner, _)| *owner == Some(id.clone()));
        assert_eq!(left.map(|(_, text)| *text), Some(""), "{way}: {saved:?}");
    }
}
