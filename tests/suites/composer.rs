//! Writing in the composer with keys, without I/O.

use crate::support::app_harness::{AppHarness, at, has_request, opened_conversation, stored_msg};
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    Anchor, Effect, Focus, Msg, Overlay, Scroll, StoreEffect, StoreEvent, TerminalEffect,
};
use duologue::chat::{ConversationId, Failure, FailureKind, Message, Timestamp};

fn wait(desk: &mut AppHarness, seconds: i64) -> Vec<Effect> {
    let later = Timestamp::from_seconds(desk.state.now.seconds() + seconds);
    desk.send_msg(Msg::TimePassed(later))
}

fn drafts(effects: &[Effect]) -> Vec<(Option<ConversationId>, &str)> {
    let draft = |effect| match effect {
        &Effect::Store(StoreEffect::SaveDraft { ref conversation, ref draft }) => {
            Some((conversation.clone(), draft.text.as_str()))
        }
        _ => None,
    };
    effects.iter().filter_map(draft).collect()
}

#[test]
fn ctrl_z_undoes_typing_and_suspends_only_in_an_empty_composer() {
    let mut desk = AppHarness::new();
    desk.type_text("one two");
    assert!(desk.ctrl('z').is_empty());
    assert_eq!(desk.state.composer.text(), "one ");
    desk.key(KeyCode::Char('z'), KeyModifiers::ALT);
    assert_eq!(desk.state.composer.text(), "one two");
    desk.ctrl('u');
    assert_eq!(desk.state.composer.text(), "");
    assert!(desk.ctrl('z').is_empty());
    assert_eq!(desk.state.composer.text(), "one two");
    let mut desk = AppHarness::new();
    assert_eq!(desk.ctrl('z'), [Effect::Terminal(TerminalEffect::Suspend)]);
}

#[test]
fn line_editing_keys_do_what_shells_do() {
    let mut desk = AppHarness::new();
    desk.type_text("the quick fox");
    desk.ctrl('w');
    desk.key(KeyCode::Char('b'), KeyModifiers::ALT);
    desk.ctrl('k');
    assert_eq!(desk.state.composer.text(), "the ");
    desk.ctrl('a');
    desk.key(KeyCode::Char('y'), KeyModifiers::ALT);
    assert_eq!(desk.state.composer.text(), "quick the ");
    desk.ctrl('e');
    desk.key(KeyCode::Left, KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    desk.type_text("a");
    assert_eq!(desk.state.composer.text(), "quick a");
    desk.ctrl('d');
    assert_eq!(desk.state.composer.text(), "quick a");
    desk.press(KeyCode::Home);
    desk.ctrl('d');
    assert_eq!(desk.state.composer.text(), "uick a");
}

#[test]
fn home_and_end_scroll_the_conversation_if_the_composer_is_empty() {
    let mut desk = AppHarness::new();
    desk.press(KeyCode::Home);
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor::default()));
    desk.press(KeyCode::End);
    assert_eq!(desk.state.transcript.scroll, Scroll::Follow);
    assert_eq!(desk.state.focus, Focus::Composer);
    desk.type_text("x");
    desk.press(KeyCode::Home);
    assert_eq!(desk.state.transcript.scroll, Scroll::Follow);
}

#[test]
fn unknown_combinations_type_nothing() {
    let mut desk = AppHarness::new();
    desk.key(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT);
    desk.key(KeyCode::Char('x'), KeyModifiers::ALT);
    desk.key(KeyCode::Char('q'), KeyModifiers::SUPER);
    assert_eq!(desk.state.composer.text(), "");
}

#[test]
fn a_draft_is_saved_after_a_second_and_only_if_it_changed() {
    let mut desk = AppHarness::new();
    assert!(wait(&mut desk, 5).is_empty());
    desk.type_text("half a thought");
    assert!(desk.state.composer.unsaved_since.is_some(), "the clock has to run");
    let effects = wait(&mut desk, 1);
    assert_eq!(drafts(&effects), [(None, "half a thought")]);
    assert!(desk.state.composer.unsaved_since.is_none(), "the clock may stand still");
    assert!(wait(&mut desk, 1).is_empty());
    desk.ctrl('u');
    assert_eq!(drafts(&wait(&mut desk, 1)), [(None, "")]);
}

#[test]
fn a_draft_is_deleted_only_after_its_question_is_stored() {
    let mut desk = AppHarness::new();
    desk.type_text("precious");
    wait(&mut desk, 1);
    let effects = desk.press(KeyCode::Enter);
    assert!(drafts(&effects).is_empty());
    let turn = desk.state.turns[0].id.clone();
    let id = desk.state.turns[0].conversation.clone();
    let kept = opened_conversation(&id, &[Message::question("precious", at(1000))]);
    let effects =
        desk.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation: kept }));
    assert_eq!(drafts(&effects), [(None, "")]);
    assert!(has_request(&effects));
}

#[test]
fn a_draft_typed_while_a_question_fails_to_be_stored_is_not_overwritten_by_it() {
    let mut desk = AppHarness::new();
    let (_, id) = desk.ask("first");
    let first = desk.state.turns[0].id.clone();
    desk.reply(
        &first,
        crate::support::app_harness::ended_event(duologue::chat::ReplyOutcome::Completed, "a"),
    );
    let messages = [Message::question("first", at(1000)), Message::answer("a", at(1001), None)];
    let conversation = opened_conversation(&id, &messages);
    desk.send_msg(stored_msg(StoreEvent::AnswerStored { turn: first, conversation }));
    let (turn, ..) = desk.send("second");
    desk.type_text("typed since");
    desk.ctrl('n');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    let effects = desk.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert_eq!(drafts(&effects), [(Some(id), "second\ntyped since")]);
}

#[test]
fn a_draft_loaded_late_is_joined_with_the_typed_text() {
    let mut desk = AppHarness::new();
    desk.type_text("new");
    desk.send_msg(stored_msg(StoreEvent::DraftsFound(vec![(None, "old".into())])));
    assert_eq!(desk.state.composer.text(), "old\nnew");
    assert_eq!(drafts(&wait(&mut desk, 1)), [(None, "old\nnew")]);
}

fn with_prompts(prompts: &[&str]) -> AppHarness {
    let mut desk = AppHarness::new();
    let prompts = prompts.iter().map(|text| (*text).to_owned()).collect();
    desk.send_msg(stored_msg(StoreEvent::PromptsFound(prompts)));
    desk
}

#[test]
fn up_recalls_earlier_prompts_and_down_returns_to_the_draft() {
    let mut desk = with_prompts(&["oldest", "two\nlines", "latest"]);
    desk.type_text("mine");
    let mut seen = Vec::new();
    for _ in 0..4 {
        desk.press(KeyCode::Up);
        seen.push(desk.state.composer.text());
    }
    assert_eq!(seen, ["latest", "two\nlines", "oldest", "oldest"]);
    // A recalled prompt is not a draft.
    assert!(drafts(&wait(&mut desk, 2)).iter().all(|(_, text)| *text == "mine"));
    for text in ["two\nlines", "latest", "mine"] {
        desk.press(KeyCode::Down);
        assert_eq!(desk.state.composer.text(), text);
    }
    desk.press(KeyCode::Down);
    assert_eq!(desk.state.composer.text(), "mine");
}

#[test]
fn up_moves_the_caret_while_there_are_rows_above() {
    let mut desk = with_prompts(&["earlier"]);
    desk.paste("one\ntwo");
    desk.press(KeyCode::Up);
    assert_eq!(desk.state.composer.text(), "one\ntwo");
    desk.press(KeyCode::Up);
    assert_eq!(desk.state.composer.text(), "earlier");
}

#[test]
fn sending_a_recalled_prompt_restores_the_draft() {
    let mut desk = with_prompts(&["again"]);
    desk.type_text("mine");
    desk.press(KeyCode::Up);
    let effects = desk.press(KeyCode::Enter);
    assert!(effects.contains(&Effect::Store(StoreEffect::SavePrompt("again".into()))));
    assert_eq!(desk.state.composer.text(), "mine");
}

#[test]
fn editing_a_recalled_prompt_keeps_the_draft_among_the_prompts() {
    let mut desk = with_prompts(&["again"]);
    desk.type_text("mine");
    desk.press(KeyCode::Up);
    let effects = desk.press(KeyCode::Char('!'));
    assert!(effects.contains(&Effect::Store(StoreEffect::SavePrompt("mine".into()))));
    assert_eq!(desk.state.composer.text(), "again!");
    assert_eq!(drafts(&wait(&mut desk, 1)), [(None, "again!")]);
    desk.ctrl('u');
    desk.press(KeyCode::Up);
    assert_eq!(desk.state.composer.text(), "mine");
}

#[test]
fn earlier_prompts_are_found_by_words_and_inserted_into_the_composer() {
    let mut desk = with_prompts(&["How do I sort a list?", "Rust or Go?", "Sort my mail"]);
    desk.ctrl('r');
    desk.type_text("sort");
    desk.ctrl('r');
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.composer.text(), "How do I sort a list?");
    assert!(desk.state.overlay.is_none());
    desk.ctrl('r');
    desk.type_text("nothing like it");
    desk.press(KeyCode::Enter);
    assert!(desk.state.overlay.is_none());
    assert_eq!(desk.state.composer.text(), "How do I sort a list?");
    let mut desk = AppHarness::new();
    desk.ctrl('r');
    assert!(!matches!(desk.state.overlay, Some(Overlay::Prompts(_))));
}
