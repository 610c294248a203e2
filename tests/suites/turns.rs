//! Edge cases of turns: resumed, left running, cancelled before they have an id, asked while the
//! store is busy.

use crossterm::event::KeyCode;
use duologue::app::{Effect, Msg, SessionEffect, StoreEvent, transcript};
use duologue::chat::{
    BackgroundAnswer, Change, ConversationId, ExecutionMode, Failure, FailureKind, Message,
    ReplyEvent, ReplyOutcome, ResponseId, ServerStep, TurnId, TurnPhase,
};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Durability, Store, StorePaths};
use proptest::prelude::*;

use crate::support::app_harness::{
    AppHarness, at, ended_event, opened_conversation, server_steps, stored_ending, stored_msg,
};
use crate::support::wait_until;

fn failure() -> Failure {
    Failure::new(FailureKind::InvalidRequest, "The server does not have it any more.", "")
}

fn left(grown: &str) -> (BackgroundAnswer, TurnId) {
    let turn = TurnId::new("t");
    let (id, response) = (ConversationId::new("c"), ResponseId::new("resp_b"));
    let running = BackgroundAnswer::of(turn.clone(), id, response, "http://a".into());
    (BackgroundAnswer { partial_text: grown.into(), ..running }, turn)
}

#[test]
fn the_part_of_a_pending_answer_is_kept_if_the_server_lost_it() {
    for (again, kept) in [("", "half of it"), ("half", "half of it"), ("other", "other")] {
        let mut app = AppHarness::new();
        let (running, turn) = left("half of it");
        app.send_msg(stored_msg(StoreEvent::BackgroundFound(vec![running])));
        if !again.is_empty() {
            app.reply(&turn, ReplyEvent::TextAppended(again.into()));
        }
        let effects = app.reply(&turn, ended_event(ReplyOutcome::Interrupted(failure()), again));
        assert_eq!(stored_ending(&effects).unwrap().text, kept);
    }
    // What the server calls whole is whole.
    let mut app = AppHarness::new();
    let (running, turn) = left("half of it");
    app.send_msg(stored_msg(StoreEvent::BackgroundFound(vec![running])));
    let effects = app.reply(&turn, ended_event(ReplyOutcome::Completed, "half"));
    assert_eq!(stored_ending(&effects).unwrap().text, "half");
}

proptest! {
    /// Leaving, crashing, claiming, growing in any order: what came is in the file in the end.
    #[test]
    fn nothing_that_came_of_an_answer_is_lost_however_often_it_is_left(
        steps in prop::collection::vec(0..4_u8, 1..12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let user = UserName::new("ann").unwrap();
        let paths = StorePaths::new(
            &folder.path().join("chats"), user, ChatsFolder::Own, &folder.path().join("state"),
        );
        let open = || Store::open(paths.clone(), at(100)).unwrap().store;
        let (running, turn) = left("");
        let id = running.conversation.clone();
        let mut store = open();
        let create = Change::Create { id: id.clone(), title: "T".into(), at: at(10) };
        let append = Change::Append { id: id.clone(), message: Message::question("q", at(10)) };
        store.begin_turn(&turn, &id, &[create, append]).unwrap();
        store.record_background_answer(running);
        let mut came = String::new();
        let mut listening = true;
        for (count, step) in steps.into_iter().enumerate() {
            match step {
                0 if listening => {
                    let piece = format!("{count} ");
                    store.append_delta(&turn, &piece);
                    store.flush(Durability::Written);
                    came.push_str(&piece);
                }
                1 if listening => {
                    store.leave_running(&turn);
                    listening = false;
                }
                2 => {
                    drop(store);
                    wait_for_journals(&paths);
                    store = open();
                    listening = false;
                }
                3 if !listening => {
                    let found = claim(&mut store);
                    prop_assert_eq!(&found.partial_text, &came);
                    store.record_background_answer(found);
                    listening = true;
                }
                _ => {}
            }
        }
        if listening {
            store.leave_running(&turn);
        }
        prop_assert_eq!(&claim(&mut store).partial_text, &came);
    }
}

/// Waits until no process holds the journals of a store that is gone. A program that another test starts
/// may hold a copy of their locks for a moment.
fn wait_for_journals(paths: &StorePaths) {
    let is_free = |path: std::path::PathBuf| {
        std::fs::File::open(path).is_ok_and(|file| file.try_lock().is_ok())
    };
    wait_until("the journals are free", || {
        let journals = std::fs::read_dir(paths.state_folder().join("journal")).unwrap();
        journals.map(|entry| entry.unwrap().path()).all(is_free)
    });
}

/// The only answer that was left. A program that another test starts may hold a copy of its lock for
/// a moment.
fn claim(store: &mut Store) -> BackgroundAnswer {
    let mut found = Vec::new();
    wait_until("the answer is free", || {
        found = store.claim_background_answers("http://a");
        !found.is_empty()
    });
    found.remove(0)
}

#[test]
fn esc_before_an_answer_has_an_id_cancels_it_once_it_has() {
    let mut app = AppHarness::new();
    app.state.session.execution_mode = ExecutionMode::Background;
    let (turn, _) = app.ask("q");
    let effects = app.press(KeyCode::Esc);
    let cancelled = (&turn, &ServerStep::CancelWhenIdentified);
    assert!(server_steps(&effects).any(|it| it == cancelled), "{effects:?}");
    // Nothing is out during a pause: there is nothing to wait for.
    let mut app = AppHarness::new();
    app.state.session.execution_mode = ExecutionMode::Background;
    let (turn, _) = app.ask("q");
    pause(&mut app, &turn, 8);
    let effects = app.press(KeyCode::Esc);
    let stopped = (&turn, &ServerStep::Disconnect);
    assert!(server_steps(&effects).any(|it| it == stopped), "{effects:?}");
}

fn pause(app: &mut AppHarness, turn: &TurnId, seconds: u64) {
    let after = std::time::Duration::from_secs(seconds);
    let failure = Failure::new(FailureKind::Server, "The server is busy.", "");
    app.reply(turn, ReplyEvent::Retrying { failure, after, attempt: 1 });
    assert!(matches!(app.state.turns[0].phase(), TurnPhase::Retrying { .. }));
}

#[test]
fn a_retry_delay_ends_by_time_by_key_or_by_an_answer() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    pause(&mut app, &turn, 8);
    app.send_msg(Msg::TimePassed(at(1007)));
    assert!(matches!(app.state.turns[0].phase(), TurnPhase::Retrying { .. }));
    app.send_msg(Msg::TimePassed(at(1008)));
    assert_eq!(*app.state.turns[0].phase(), TurnPhase::Waiting);
    pause(&mut app, &turn, 8);
    app.press(KeyCode::F(5));
    assert_eq!(*app.state.turns[0].phase(), TurnPhase::Waiting);
    pause(&mut app, &turn, 8);
    let accepted =
        ReplyEvent::Accepted { response_id: None, model: None, mode: ExecutionMode::Foreground };
    app.reply(&turn, accepted);
    assert_eq!(*app.state.turns[0].phase(), TurnPhase::Waiting);
}

#[test]
fn text_added_during_external_editing_is_kept_before_the_edited_text() {
    let mut app = AppHarness::new();
    let (turn, _, _) = app.send("precious words");
    app.type_text("next");
    app.ctrl('g');
    assert!(app.state.external_edit.is_some(), "the editor has it");
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    app.send_msg(Msg::ExternalEditEnded(Ok("next, edited".into())));
    assert_eq!(app.state.composer.text(), "precious words\nnext, edited");
    // Without a change in between, it is what was saved; one step of undo goes back.
    app.ctrl('g');
    app.send_msg(Msg::ExternalEditEnded(Ok("all new".into())));
    assert_eq!(app.state.composer.text(), "all new");
    // An editor that changed nothing takes nothing away.
    let mut app = AppHarness::new();
    let (turn, _, _) = app.send("precious words");
    app.ctrl('g');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    app.send_msg(Msg::ExternalEditEnded(Ok(String::new())));
    assert_eq!(app.state.composer.text(), "precious words");
}

#[test]
fn text_edited_for_a_conversation_that_was_closed_is_its_draft() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    let kept = opened_conversation(&id, &[Message::question("q", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: kept }));
    app.type_text("draft");
    app.ctrl('g');
    drop(transcript::request_open(&mut app.state, ConversationId::new("other")));
    let other = opened_conversation(&ConversationId::new("other"), &[]);
    app.send_msg(stored_msg(StoreEvent::Opened(other)));
    let effects = app.send_msg(Msg::ExternalEditEnded(Ok("draft, edited".into())));
    assert_eq!(app.state.composer.text(), "");
    let draft = SessionEffect::SaveDraft { conversation: Some(id), draft: "draft, edited".into() };
    assert_eq!(effects, [Effect::Session(draft)]);
}
