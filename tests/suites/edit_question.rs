//! Editing an earlier question: the edit stays attached to its draft, wherever the draft goes.

use crossterm::event::KeyCode;
use duologue::app::{Effect, Msg, StoreEffect, StoreEvent};
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
fn open(desk: &mut AppHarness, messages: &[Message]) -> Vec<Effect> {
    desk.state.transcript.opening = Some(id());
    desk.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), messages))))
}

/// A desk with the second of two questions in the composer, followed by " better".
fn editing() -> AppHarness {
    let mut desk = AppHarness::new();
    open(&mut desk, &two_turns());
    desk.press(KeyCode::Esc);
    desk.press(KeyCode::Esc);
    desk.type_text(" better");
    assert_eq!(desk.state.composer.text(), "q2 better");
    desk
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
fn replaces(desk: &mut AppHarness, before: usize) {
    let effects = desk.press(KeyCode::Enter);
    let changes = changes(&effects);
    let [Change::ReplaceFrom { keep, messages, .. }] = changes.as_slice() else {
        panic!("{changes:?}");
    };
    assert_eq!((*keep, messages[0].text.as_str()), (before, "q2 better"));
}

#[test]
fn an_edit_survives_opening_another_conversation() {
    let mut desk = editing();
    desk.ctrl('n');
    assert_eq!(desk.state.composer.text(), "");
    open(&mut desk, &two_turns());
    assert_eq!(desk.state.composer.text(), "q2 better");
    replaces(&mut desk, 2);
}

#[test]
fn an_edit_that_could_not_be_stored_is_still_an_edit() {
    let mut desk = editing();
    desk.press(KeyCode::Enter);
    let turn = desk.state.turns[0].id.clone();
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    desk.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    desk.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), &two_turns()))));
    replaces(&mut desk, 2);
}

#[test]
fn an_edit_that_could_not_be_stored_is_still_an_edit_in_a_conversation_that_left_the_screen() {
    let mut desk = editing();
    desk.press(KeyCode::Enter);
    let turn = desk.state.turns[0].id.clone();
    desk.ctrl('n');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    desk.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    open(&mut desk, &two_turns());
    replaces(&mut desk, 2);
}

#[test]
fn an_edit_survives_a_restart() {
    let mut desk = editing();
    let effects = desk.send_msg(Msg::Terminated);
    let kept = effects.into_iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::SaveDraft { conversation, draft }) => {
            Some((conversation, draft))
        }
        _ => None,
    });
    let mut desk = AppHarness::new();
    desk.send_msg(stored_msg(StoreEvent::DraftsFound(kept.into_iter().collect())));
    open(&mut desk, &two_turns());
    assert_eq!(desk.state.composer.text(), "q2 better");
    replaces(&mut desk, 2);
    // The same where the conversation was on screen first.
    let mut desk = AppHarness::new();
    open(&mut desk, &two_turns());
    let edits = Some(Fingerprint::of(&two_turns()[2]));
    let draft = Draft { text: "q2 better".into(), edits };
    desk.send_msg(stored_msg(StoreEvent::DraftsFound(vec![(Some(id()), draft)])));
    replaces(&mut desk, 2);
}

#[test]
fn an_edit_follows_its_question_when_messages_are_inserted_before_it() {
    let mut desk = editing();
    desk.ctrl('n');
    let mut messages = two_turns();
    messages.splice(2..2, [q("from elsewhere", 2), a("b", 2)]);
    open(&mut desk, &messages);
    replaces(&mut desk, 4);
}

#[test]
fn an_edit_of_a_deleted_question_becomes_an_ordinary_draft() {
    let mut desk = editing();
    desk.ctrl('n');
    let effects = open(&mut desk, &two_turns()[..2]);
    assert_eq!(desk.state.composer.text(), "q2 better");
    assert!(desk.notice().contains("no longer in this conversation"), "{}", desk.notice());
    let draft = StoreEffect::SaveDraft { conversation: Some(id()), draft: "q2 better".into() };
    assert!(effects.contains(&Effect::Store(draft)), "{effects:?}");
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(changes(&effects).as_slice(), [Change::Append { .. }]));
}

#[test]
fn an_edit_of_a_deleted_question_is_reported_before_it_is_sent() {
    let mut desk = editing();
    // The file changed, and the conversation was read again.
    desk.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id(), &two_turns()[..2]))));
    assert!(
        desk.press(KeyCode::Enter)
            .iter()
            .all(|effect| { matches!(effect, Effect::Store(StoreEffect::SaveDraft { .. })) })
    );
    assert!(desk.notice().contains("no longer in this conversation"), "{}", desk.notice());
    assert_eq!(desk.state.composer.text(), "q2 better");
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(changes(&effects).as_slice(), [Change::Append { .. }]));
}

#[test]
fn an_edit_is_not_queued_like_a_new_question() {
    let mut desk = editing();
    desk.press(KeyCode::F(5));
    let effects = desk.press(KeyCode::Enter);
    assert!(effects.is_empty() && desk.state.queued_questions.is_empty(), "{effects:?}");
    assert_eq!(desk.state.composer.text(), "q2 better");
    assert!(desk.notice().contains("still arriving"), "{}", desk.notice());
}

#[test]
fn an_edit_survives_a_command() {
    let mut desk = editing();
    desk.ctrl('u');
    desk.paste("/effort high");
    desk.press(KeyCode::Enter);
    desk.type_text("q2 better");
    replaces(&mut desk, 2);
}

#[test]
fn esc_ends_an_edit_on_the_disk_as_well() {
    let mut desk = editing();
    desk.send_msg(Msg::TimePassed(at(2000)));
    desk.press(KeyCode::Esc);
    let effects = desk.send_msg(Msg::TimePassed(at(3000)));
    let draft = StoreEffect::SaveDraft { conversation: Some(id()), draft: Draft::default() };
    assert_eq!(effects, [Effect::Store(draft)]);
    desk.ctrl('n');
    open(&mut desk, &two_turns());
    assert_eq!(
        (desk.state.composer.text(), &desk.state.composer.edited_question),
        (String::new(), &None)
    );
}
