//! Editing an earlier question: the edit stays attached to its draft, wherever the draft goes.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{Effect, Input, Msg, SessionEffect, StoreEffect, StoreEvent, transcript};
use duologue::chat::{
    Change, ConversationId, Draft, Failure, FailureKind, Fingerprint, Message, ResponseId,
};

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};

fn q(text: &str, time: i64) -> Message {
    Message::question(text, at(time))
}

fn a(text: &str, time: i64) -> Message {
    Message::answer(text, at(time), Some(ResponseId::new(format!("resp_{text}"))))
}

fn two_turns() -> Vec<Message> {
    vec![q("q1", 1), a("a1", 2), q("q2", 3), a("a2", 4)]
}

fn id() -> ConversationId {
    ConversationId::new("a")
}

/// The conversation comes on screen with these messages.
fn open(app: &mut AppHarness, messages: &[Message]) -> Vec<Effect> {
    drop(transcript::request_open(&mut app.state, id()));
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), messages))))
}

/// The application with the second of two questions in the composer, followed by " better".
fn editing() -> AppHarness {
    let mut app = AppHarness::new();
    open(&mut app, &two_turns());
    app.press(KeyCode::Esc);
    app.press(KeyCode::Esc);
    app.type_text(" better");
    assert_eq!(app.state.composer.text(), "q2 better");
    app
}

/// What the disk is asked to do about a question.
fn changes(effects: &[Effect]) -> Vec<Change> {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::StoreQuestion { changes, .. }) => Some(changes.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("nothing was sent: {effects:?}"))
}

/// Enter asks "q2 better" in the place of a question, with so many messages before it.
fn replaces(app: &mut AppHarness, before: usize) {
    let effects = app.press(KeyCode::Enter);
    let changes = changes(&effects);
    let [Change::ReplaceFrom { keep, messages, .. }] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert_eq!((*keep, messages[0].text.as_str()), (before, "q2 better"));
}

#[test]
fn the_number_of_messages_that_an_edit_replaces_stands_above_the_composer() {
    let mut app = AppHarness::new();
    app.send_msg(Msg::Input(Input::Resized(120, 40)));
    open(&mut app, &two_turns());
    app.press(KeyCode::Tab);
    for _ in 0..4 {
        app.press(KeyCode::Up);
    }
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "q1");
    let screen = app.screen();
    let banner = "Editing question 1 of 2.  Replaces 3 messages after it (kept).";
    assert!(screen.contains(banner), "{screen}");
    // The keys make room first: what is replaced is said before it happens.
    app.send_msg(Msg::Input(Input::Resized(80, 24)));
    let screen = app.screen();
    assert!(screen.contains("Editing 1 of 2.  Replaces 3 messages (kept)."), "{screen}");
    app.send_msg(Msg::Input(Input::Resized(60, 20)));
    let screen = app.screen();
    assert!(screen.contains("Editing 1 of 2.  Replaces 3 messages (kept)."), "{screen}");
}

#[test]
fn an_edit_survives_opening_another_conversation() {
    let mut app = editing();
    app.ctrl('n');
    assert_eq!(app.state.composer.text(), "");
    open(&mut app, &two_turns());
    assert_eq!(app.state.composer.text(), "q2 better");
    replaces(&mut app, 2);
}

#[test]
fn an_edit_that_could_not_be_stored_is_still_an_edit() {
    let mut app = editing();
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), &two_turns()))));
    replaces(&mut app, 2);
}

#[test]
fn an_edit_that_could_not_be_stored_is_still_an_edit_in_a_conversation_that_left_the_screen() {
    let mut app = editing();
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    app.ctrl('n');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    open(&mut app, &two_turns());
    replaces(&mut app, 2);
}

#[test]
fn an_edit_survives_a_restart() {
    let mut app = editing();
    let effects = app.send_msg(Msg::Terminated);
    let kept = effects.into_iter().find_map(|effect| match effect {
        Effect::Session(SessionEffect::SaveDraft { conversation, draft }) => {
            Some((conversation, draft))
        }
        _ => None,
    });
    let mut app = AppHarness::new();
    app.send_msg(stored_msg(StoreEvent::DraftsFound(kept.into_iter().collect())));
    open(&mut app, &two_turns());
    assert_eq!(app.state.composer.text(), "q2 better");
    replaces(&mut app, 2);
    // The same where the conversation was on screen first.
    let mut app = AppHarness::new();
    open(&mut app, &two_turns());
    let edits = Some(Fingerprint::of(&two_turns()[2]));
    let draft = Draft { text: "q2 better".into(), edits };
    app.send_msg(stored_msg(StoreEvent::DraftsFound(vec![(Some(id()), draft)])));
    replaces(&mut app, 2);
}

#[test]
fn an_edit_follows_its_question_when_messages_are_inserted_before_it() {
    let mut app = editing();
    app.ctrl('n');
    let mut messages = two_turns();
    messages.splice(2..2, [q("from elsewhere", 2), a("b", 2)]);
    open(&mut app, &messages);
    replaces(&mut app, 4);
}

#[test]
fn an_edit_of_a_deleted_question_becomes_an_ordinary_draft() {
    let mut app = editing();
    app.ctrl('n');
    let effects = open(&mut app, &two_turns()[..2]);
    assert_eq!(app.state.composer.text(), "q2 better");
    assert!(app.notice().contains("no longer in this conversation"), "{}", app.notice());
    let draft = SessionEffect::SaveDraft { conversation: Some(id()), draft: "q2 better".into() };
    assert!(effects.contains(&Effect::Session(draft)), "{effects:?}");
    let effects = app.press(KeyCode::Enter);
    assert!(matches!(changes(&effects).as_slice(), [Change::Append { .. }]));
}

#[test]
fn an_edit_of_a_deleted_question_is_reported_before_it_is_sent() {
    let mut app = editing();
    // The file changed, and the conversation was read again.
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), &two_turns()[..2]))));
    assert!(
        app.press(KeyCode::Enter)
            .iter()
            .all(|effect| { matches!(effect, Effect::Session(SessionEffect::SaveDraft { .. })) })
    );
    assert!(app.notice().contains("no longer in this conversation"), "{}", app.notice());
    assert_eq!(app.state.composer.text(), "q2 better");
    let effects = app.press(KeyCode::Enter);
    assert!(matches!(changes(&effects).as_slice(), [Change::Append { .. }]));
}

#[test]
fn an_edit_is_not_queued_like_a_new_question() {
    let mut app = editing();
    app.press(KeyCode::F(5));
    let effects = app.press(KeyCode::Enter);
    assert!(effects.is_empty() && app.state.queued_questions.is_empty(), "{effects:?}");
    assert_eq!(app.state.composer.text(), "q2 better");
    assert!(app.notice().contains("still arriving"), "{}", app.notice());
}

#[test]
fn an_edit_survives_a_command() {
    let mut app = editing();
    app.ctrl('u');
    app.paste("/effort high");
    app.press(KeyCode::Enter);
    app.type_text("q2 better");
    replaces(&mut app, 2);
}

#[test]
fn esc_ends_an_edit_on_the_disk_as_well() {
    let mut app = editing();
    app.send_msg(Msg::TimePassed(at(2000)));
    app.press(KeyCode::Esc);
    let effects = app.send_msg(Msg::TimePassed(at(3000)));
    let draft = SessionEffect::SaveDraft { conversation: Some(id()), draft: Draft::default() };
    assert_eq!(effects, [Effect::Session(draft)]);
    app.ctrl('n');
    open(&mut app, &two_turns());
    assert_eq!(
        (app.state.composer.text(), &app.state.composer.edited_question),
        (String::new(), &None)
    );
}
