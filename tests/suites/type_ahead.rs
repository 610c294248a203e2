//! Typing while a conversation is still being opened, without I/O.

use crate::support::app_harness::{
    AppHarness, at, has_request, opened_conversation, saved_drafts, stored_msg,
};
use crossterm::event::KeyCode;
use duologue::app::{Effect, Focus, Msg, StoreEffect, StoreEvent};
use duologue::chat::{
    Change, Conversation, ConversationId, ConversationSummary, Draft, Failure, FailureKind,
    Message, ReplyEvent,
};

fn id(name: &str) -> ConversationId {
    ConversationId::new(name)
}

/// A window that was started with a conversation to open, which is not read yet.
fn opening(name: &str) -> AppHarness {
    let mut app = AppHarness::new();
    app.state.transcript.opening = Some(id(name));
    app
}

fn opened(app: &mut AppHarness, name: &str) -> Vec<Effect> {
    let loaded = opened_conversation(&id(name), &[Message::question("q", at(1))]);
    app.send_msg(stored_msg(StoreEvent::Opened(loaded)))
}

fn drafts_found(app: &mut AppHarness, drafts: &[(Option<&str>, &str)]) {
    let found = drafts.iter().map(|(of, text)| (of.map(id), Draft::from(*text))).collect();
    app.send_msg(stored_msg(StoreEvent::DraftsFound(found)));
}

fn row(name: &str) -> ConversationSummary {
    Conversation::new(id(name), name, at(1)).summary()
}

/// The one appended question among effects, and the conversation it goes to.
fn asked(effects: &[Effect]) -> (ConversationId, String) {
    let question = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::StoreQuestion { changes, .. }) => Some(changes.as_slice()),
        _ => None,
    });
    match question {
        Some([Change::Append { id, message }]) => (id.clone(), message.text.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sentence_typed_while_a_conversation_opens_goes_into_it_whole() {
    let mut app = opening("a");
    app.type_text("please su");
    assert_eq!(saved_drafts(&opened(&mut app, "a")), []);
    assert_eq!(app.state.composer.text(), "please su");
    app.type_text("mmarize");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(asked(&effects), (id("a"), "please summarize".to_owned()));
    app.ctrl('n');
    assert_eq!(app.state.composer.text(), "");
}

#[test]
fn enter_is_refused_while_a_conversation_opens_and_the_text_stays_on_screen() {
    let mut app = opening("a");
    app.paste("a whole paragraph");
    assert!(!has_request(&app.press(KeyCode::Enter)));
    assert_eq!(app.notice(), "The conversation is still opening.");
    assert!(app.screen().contains("a whole paragraph"));
    opened(&mut app, "a");
    assert!(app.screen().contains("a whole paragraph"));
    let effects = app.press(KeyCode::Enter);
    assert_eq!(asked(&effects), (id("a"), "a whole paragraph".to_owned()));
}

#[test]
fn text_typed_ahead_comes_after_the_stored_draft_of_its_conversation() {
    let mut app = opening("a");
    app.type_text("typed");
    drafts_found(&mut app, &[(Some("a"), "stored"), (None, "of a new one")]);
    app.type_text(" ahead");
    opened(&mut app, "a");
    assert_eq!(app.state.composer.text(), "stored\ntyped ahead");
    app.ctrl('n');
    assert_eq!(app.state.composer.text(), "of a new one");
}

#[test]
fn text_typed_after_a_row_was_chosen_belongs_to_that_conversation() {
    let mut app = opening("a");
    opened(&mut app, "a");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b")])));
    app.type_text("draft of a");
    app.state.focus = Focus::List;
    app.press(KeyCode::End);
    let chosen = app.press(KeyCode::Enter);
    assert_eq!(saved_drafts(&chosen), [(Some(id("a")), "draft of a")]);
    assert_eq!(app.state.composer.text(), "");
    app.type_text("for b");
    let later = app.send_msg(Msg::TimePassed(at(1010)));
    assert_eq!(saved_drafts(&later), [(Some(id("b")), "for b")]);
    opened(&mut app, "b");
    assert_eq!(asked(&app.press(KeyCode::Enter)), (id("b"), "for b".to_owned()));
}

#[test]
fn a_question_typed_ahead_is_not_queued_behind_the_answer_on_screen() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("half".into()));
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("b")])));
    app.state.focus = Focus::List;
    app.press(KeyCode::Enter);
    app.type_text("for b");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.queued_questions, []);
    opened(&mut app, "b");
    assert_eq!(app.state.composer.text(), "for b");
}

#[test]
fn text_typed_for_a_conversation_that_cannot_be_opened_stays_on_screen() {
    let mut app = opening("a");
    opened(&mut app, "a");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b")])));
    app.type_text("draft of a");
    app.state.focus = Focus::List;
    app.press(KeyCode::End);
    app.press(KeyCode::Enter);
    app.type_text("for b");
    app.send_msg(Msg::TimePassed(at(1010)));
    let failure = Failure::new(FailureKind::Storage, "It is gone.", "");
    app.send_msg(stored_msg(StoreEvent::NotOpened { id: id("b"), failure }));
    assert_eq!(app.state.composer.text(), "draft of a\nfor b");
    assert_eq!(app.notice(), "It is gone.");
    assert_eq!(app.state.drafts.get(&Some(id("b"))), None);
}
