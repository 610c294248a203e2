//! Writing in the composer with keys, without I/O.

use crate::support::app_harness::{
    AppHarness, at, has_request, opened_conversation, saved_drafts, stored_msg,
};
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    Anchor, Effect, Focus, Overlay, Scroll, SessionEffect, StoreEvent, TerminalEffect,
};
use duologue::chat::{Failure, FailureKind, Message};

#[test]
fn ctrl_z_undoes_typing_and_suspends_only_in_an_empty_composer() {
    let mut app = AppHarness::new();
    app.type_text("one two");
    assert!(app.ctrl('z').is_empty());
    assert_eq!(app.state.composer.text(), "one ");
    app.key(KeyCode::Char('z'), KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "one two");
    app.ctrl('u');
    assert_eq!(app.state.composer.text(), "");
    assert!(app.ctrl('z').is_empty());
    assert_eq!(app.state.composer.text(), "one two");
    let mut app = AppHarness::new();
    assert_eq!(app.ctrl('z'), [Effect::Terminal(TerminalEffect::Suspend)]);
}

#[test]
fn line_editing_keys_do_what_shells_do() {
    let mut app = AppHarness::new();
    app.type_text("the quick fox");
    app.ctrl('w');
    app.key(KeyCode::Char('b'), KeyModifiers::ALT);
    app.ctrl('k');
    assert_eq!(app.state.composer.text(), "the ");
    app.ctrl('a');
    app.key(KeyCode::Char('y'), KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "quick the ");
    app.ctrl('e');
    app.key(KeyCode::Left, KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    app.type_text("a");
    assert_eq!(app.state.composer.text(), "quick a");
    app.ctrl('d');
    assert_eq!(app.state.composer.text(), "quick a");
    app.press(KeyCode::Home);
    app.ctrl('d');
    assert_eq!(app.state.composer.text(), "uick a");
}

#[test]
fn home_and_end_scroll_the_conversation_if_the_composer_is_empty() {
    let mut app = AppHarness::new();
    app.press(KeyCode::Home);
    assert_eq!(app.state.transcript.scroll, Scroll::At(Anchor::default()));
    app.press(KeyCode::End);
    assert_eq!(app.state.transcript.scroll, Scroll::Follow);
    assert_eq!(app.state.focus, Focus::Composer);
    app.type_text("x");
    app.press(KeyCode::Home);
    assert_eq!(app.state.transcript.scroll, Scroll::Follow);
}

#[test]
fn unknown_combinations_type_nothing() {
    let mut app = AppHarness::new();
    app.key(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT);
    app.key(KeyCode::Char('x'), KeyModifiers::ALT);
    app.key(KeyCode::Char('q'), KeyModifiers::SUPER);
    assert_eq!(app.state.composer.text(), "");
}

#[test]
fn a_draft_is_saved_after_a_second_and_only_if_it_changed() {
    let mut app = AppHarness::new();
    assert!(app.wait(5).is_empty());
    app.type_text("half a thought");
    assert!(app.state.composer.unsaved_since.is_some(), "the clock has to run");
    let effects = app.wait(1);
    assert_eq!(saved_drafts(&effects), [(None, "half a thought")]);
    assert!(app.state.composer.unsaved_since.is_none(), "the clock may stand still");
    assert!(app.wait(1).is_empty());
    app.ctrl('u');
    assert_eq!(saved_drafts(&app.wait(1)), [(None, "")]);
}

#[test]
fn a_draft_is_deleted_only_after_its_question_is_stored() {
    let mut app = AppHarness::new();
    app.type_text("precious");
    app.wait(1);
    let effects = app.press(KeyCode::Enter);
    assert_eq!(saved_drafts(&effects), [(None, "precious")]);
    let turn = app.state.turns[0].id.clone();
    let id = app.state.turns[0].conversation.clone();
    let kept = opened_conversation(&id, &[Message::question("precious", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation: kept }));
    assert_eq!(saved_drafts(&effects), [(None, "")]);
    assert!(has_request(&effects));
}

#[test]
fn a_draft_typed_while_a_question_fails_to_be_stored_is_not_overwritten_by_it() {
    let mut app = AppHarness::new();
    let (_, id) = app.ask("first");
    let first = app.state.turns[0].id.clone();
    app.reply(
        &first,
        crate::support::app_harness::ended_event(duologue::chat::ReplyOutcome::Completed, "a"),
    );
    let messages = [Message::question("first", at(1000)), Message::answer("a", at(1001), None)];
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn: first, conversation }));
    let (turn, ..) = app.send("second");
    app.type_text("typed since");
    app.ctrl('n');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert_eq!(saved_drafts(&effects), [(Some(id), "second\ntyped since")]);
}

#[test]
fn a_draft_loaded_late_is_joined_with_the_typed_text() {
    let mut app = AppHarness::new();
    app.type_text("new");
    app.send_msg(stored_msg(StoreEvent::DraftsFound(vec![(None, "old".into())])));
    assert_eq!(app.state.composer.text(), "old\nnew");
    assert_eq!(saved_drafts(&app.wait(1)), [(None, "old\nnew")]);
}

fn with_prompts(prompts: &[&str]) -> AppHarness {
    let mut app = AppHarness::new();
    let prompts = prompts.iter().map(|text| (*text).to_owned()).collect();
    app.send_msg(stored_msg(StoreEvent::PromptsFound(prompts)));
    app
}

#[test]
fn up_recalls_earlier_prompts_and_down_returns_to_the_draft() {
    let mut app = with_prompts(&["oldest", "two\nlines", "latest"]);
    app.type_text("mine");
    let mut seen = Vec::new();
    for _ in 0..4 {
        app.press(KeyCode::Up);
        seen.push(app.state.composer.text());
    }
    assert_eq!(seen, ["latest", "two\nlines", "oldest", "oldest"]);
    // A recalled prompt is not a draft.
    assert!(saved_drafts(&app.wait(2)).iter().all(|(_, text)| *text == "mine"));
    for text in ["two\nlines", "latest", "mine"] {
        app.press(KeyCode::Down);
        assert_eq!(app.state.composer.text(), text);
    }
    app.press(KeyCode::Down);
    assert_eq!(app.state.composer.text(), "mine");
}

#[test]
fn up_moves_the_caret_while_there_are_rows_above() {
    let mut app = with_prompts(&["earlier"]);
    app.paste("one\ntwo");
    app.press(KeyCode::Up);
    assert_eq!(app.state.composer.text(), "one\ntwo");
    app.press(KeyCode::Up);
    assert_eq!(app.state.composer.text(), "earlier");
}

#[test]
fn sending_a_recalled_prompt_restores_the_draft() {
    let mut app = with_prompts(&["again"]);
    app.type_text("mine");
    app.press(KeyCode::Up);
    let effects = app.press(KeyCode::Enter);
    assert!(effects.contains(&Effect::Session(SessionEffect::SavePrompt("again".into()))));
    assert_eq!(app.state.composer.text(), "mine");
}

#[test]
fn editing_a_recalled_prompt_keeps_the_draft_among_the_prompts() {
    let mut app = with_prompts(&["again"]);
    app.type_text("mine");
    app.press(KeyCode::Up);
    let effects = app.press(KeyCode::Char('!'));
    assert!(effects.contains(&Effect::Session(SessionEffect::SavePrompt("mine".into()))));
    assert_eq!(app.state.composer.text(), "again!");
    assert_eq!(saved_drafts(&app.wait(1)), [(None, "again!")]);
    app.ctrl('u');
    app.press(KeyCode::Up);
    assert_eq!(app.state.composer.text(), "mine");
}

#[test]
fn earlier_prompts_are_found_by_words_and_inserted_into_the_composer() {
    let mut app = with_prompts(&["How do I sort a list?", "Rust or Go?", "Sort my mail"]);
    app.ctrl('r');
    app.type_text("sort");
    app.ctrl('r');
    app.press(KeyCode::Enter);
    assert_eq!(app.state.composer.text(), "How do I sort a list?");
    assert!(app.state.overlay.is_none());
    app.ctrl('r');
    app.type_text("nothing like it");
    app.press(KeyCode::Enter);
    assert!(app.state.overlay.is_none());
    assert_eq!(app.state.composer.text(), "How do I sort a list?");
    let mut app = with_prompts(&["Ferry to İstanbul"]);
    app.ctrl('r');
    app.type_text("istanbul");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.composer.text(), "Ferry to İstanbul");
    let mut app = AppHarness::new();
    app.ctrl('r');
    assert!(!matches!(app.state.overlay, Some(Overlay::Prompts(_))));
}
