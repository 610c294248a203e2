//! The default keys: no pane is changed by what is typed into it, and every change can be undone.
//! Must not repeat what the key table's own tests check.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::editor::Vim;
use duologue::app::{
    ConversationList, Effect, Focus, Notice, NoticeKind, Overlay, QuitState, Selection,
    SelectionUnit, StoreEffect, StoreEvent, TerminalEffect, TextPosition,
};
use duologue::chat::{
    ArrangementChange, Change, Conversation, ConversationId, Failure, FailureKind, Message,
    ReplyOutcome, Role,
};

use duologue::settings::VimEnter;

use crate::support::app_harness::*;

/// A conversation "a" on screen, "b" in the list too, a draft in the composer.
fn desk() -> AppHarness {
    let mut desk = AppHarness::new();
    let row = |id: &str| Conversation::new(ConversationId::new(id), id, at(1)).summary();
    desk.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b")])));
    desk.ctrl('s');
    desk.press(KeyCode::Enter);
    let answer = Message { role: Role::Assistant, ..Message::question("It is **so**.", at(2)) };
    let messages = [Message::question("why?", at(1)), answer];
    let opened = opened_conversation(&ConversationId::new("a"), &messages);
    desk.send_msg(stored_msg(StoreEvent::Opened(opened)));
    desk.type_text("my draft");
    desk
}

fn alt(desk: &mut AppHarness, letter: char) -> Vec<Effect> {
    desk.key(KeyCode::Char(letter), KeyModifiers::ALT)
}

fn arranged(effects: &[Effect]) -> &ArrangementChange {
    match effects {
        [Effect::Store(StoreEffect::Arrange(change))] => change,
        _ => panic!("{effects:?}"),
    }
}

/// Everything that typing into a pane could have changed.
fn contents(list: &ConversationList, desk: &AppHarness) -> String {
    format!("{:?}{:?}{:?}", list.rows, list.arrangement, desk.state.composer.text())
}

const SENTENCES: [&str; 4] = [
    "can you help me",
    "please archive, delete & send all of it!",
    "DUPLICATE PIN edit Rename 12",
    "look at /etc/hosts, n/a or yes?",
];

#[test]
fn a_sentence_typed_into_the_list_changes_nothing_and_is_not_split() {
    for sentence in SENTENCES {
        let mut desk = desk();
        desk.press(KeyCode::BackTab);
        assert_eq!(desk.state.focus, Focus::List);
        let before = contents(&desk.state.list, &desk);
        for letter in sentence.chars() {
            assert_eq!(desk.press(KeyCode::Char(letter)), [], "{letter:?} of {sentence}");
            assert_eq!(desk.state.focus, Focus::List, "{letter:?} of {sentence}");
        }
        assert_eq!(contents(&desk.state.list, &desk), before);
        assert_eq!(desk.notice(), "Tab to write");
        assert!(desk.state.overlay.is_none());
    }
}

#[test]
fn a_sentence_typed_into_the_conversation_at_most_copies_and_names_the_key_to_write() {
    for sentence in SENTENCES {
        let mut desk = desk();
        desk.press(KeyCode::Tab);
        assert_eq!(desk.state.focus, Focus::Transcript);
        let before = contents(&desk.state.list, &desk);
        for letter in sentence.chars() {
            let effects = desk.press(KeyCode::Char(letter));
            let harmless = |effect: &Effect| matches!(effect, Effect::CopyText(_));
            assert!(effects.iter().all(harmless), "{letter:?} of {sentence}: {effects:?}");
            assert_eq!(desk.state.focus, Focus::Transcript, "{letter:?} of {sentence}");
        }
        assert_eq!(contents(&desk.state.list, &desk), before);
        assert!(desk.state.transcript.search.is_none());
        desk.press(KeyCode::Char('x'));
        assert_eq!(desk.notice(), "Shift+Tab to write");
    }
}

#[test]
fn a_letter_without_a_meaning_does_not_silence_the_others_for_long() {
    let mut desk = desk();
    desk.press(KeyCode::BackTab);
    desk.type_text("x/");
    assert!(!desk.state.list.filtering);
    desk.press(KeyCode::Down);
    desk.type_text("/");
    assert!(desk.state.list.filtering, "another key ends the text");
    desk.press(KeyCode::Esc);
    desk.type_text("x");
    desk.state.now = at(1010);
    desk.type_text("/");
    assert!(desk.state.list.filtering, "and so does a pause");
}

#[test]
fn esc_stops_the_answer_before_it_drops_the_selection() {
    let mut desk = AppHarness::new();
    desk.ask("q");
    desk.state.transcript.selection = Some(Selection {
        from: TextPosition::default(),
        to: TextPosition::default(),
        unit: SelectionUnit::Message,
    });
    assert!(!desk.press(KeyCode::Esc).is_empty());
    assert!(desk.state.transcript.selection.is_some());
}

#[test]
fn a_sentence_typed_over_a_page_leaves_it_open_and_reaches_nothing_below() {
    for page in [KeyCode::F(1), KeyCode::F(6), KeyCode::F(12)] {
        let mut desk = desk();
        desk.press(page);
        desk.type_text("can you help me");
        assert!(desk.state.overlay.is_some(), "{page:?}");
        assert_eq!(desk.state.composer.text(), "my draft");
        desk.press(KeyCode::Esc);
        assert!(desk.state.overlay.is_none());
    }
}

#[test]
fn a_paste_goes_to_the_composer_whole_from_every_pane() {
    for tabs in 0..3 {
        let mut desk = desk();
        for _ in 0..tabs {
            desk.press(KeyCode::Tab);
        }
        desk.paste(" can you help me");
        assert_eq!(desk.state.composer.text(), "my draft can you help me");
        assert_eq!(desk.state.focus, Focus::Composer);
    }
}

#[test]
fn tab_goes_from_the_composer_to_the_conversation_to_the_list_and_back() {
    let mut desk = desk();
    let mut seen = vec![desk.state.focus];
    for _ in 0..3 {
        desk.press(KeyCode::Tab);
        seen.push(desk.state.focus);
    }
    assert_eq!(seen, [Focus::Composer, Focus::Transcript, Focus::List, Focus::Composer]);
    let mut back = vec![desk.state.focus];
    for _ in 0..3 {
        desk.press(KeyCode::BackTab);
        back.push(desk.state.focus);
    }
    seen.reverse();
    assert_eq!(back, seen);
    // A hidden list is skipped, and the hint names the key that leads to the composer then.
    desk.state.list.hidden = true;
    desk.press(KeyCode::Tab);
    desk.press(KeyCode::Char('x'));
    assert_eq!((desk.state.focus, desk.notice()), (Focus::Transcript, "Tab to write"));
    desk.press(KeyCode::Tab);
    assert_eq!(desk.state.focus, Focus::Composer);
}

#[test]
fn archiving_and_pinning_say_what_they_did_and_are_undone_one_by_one() {
    let mut desk = desk();
    let id = ConversationId::new("a");
    desk.press(KeyCode::BackTab);
    alt(&mut desk, 'p');
    assert_eq!(desk.notice(), "Pinned \"a\". Alt+U to undo.");
    assert_eq!(arranged(&alt(&mut desk, 'a')), &ArrangementChange::Archive(id.clone()));
    assert_eq!(desk.notice(), "Archived \"a\". Alt+U to undo.");
    // What was pinned before it was archived is pinned again.
    assert_eq!(arranged(&alt(&mut desk, 'u')), &ArrangementChange::Pin(id.clone()));
    assert_eq!(arranged(&alt(&mut desk, 'u')), &ArrangementChange::Unpin(id));
    assert!(desk.state.list.arrangement.pinned.is_empty());
    assert!(desk.state.list.arrangement.archived.is_empty());
    // Before this session's actions come those the trash remembers.
    assert_eq!(alt(&mut desk, 'u'), [Effect::Store(StoreEffect::Undo)]);
}

#[test]
fn a_rename_a_duplicate_and_a_deletion_name_the_undo_key_once_they_are_stored() {
    let mut desk = desk();
    let (id, stored) = (ConversationId::new("a"), |about: Option<ConversationId>| {
        let notice = Notice { kind: NoticeKind::Info, text: "Done.".into() };
        stored_msg(StoreEvent::Changed { about, notice })
    });
    desk.press(KeyCode::BackTab);
    desk.press(KeyCode::F(2));
    desk.type_text("!");
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(committed_changes(&effects), [Change::Rename { .. }]));
    desk.send_msg(stored(Some(id.clone())));
    assert_eq!(desk.notice(), "Done. Alt+U to undo.");
    let effects = alt(&mut desk, 'd');
    let [Effect::Store(StoreEffect::Duplicate { copy_id, .. })] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let copy = copy_id.clone();
    desk.send_msg(stored(None));
    assert_eq!(desk.notice(), "Done. Alt+U to undo.");
    desk.press(KeyCode::Delete);
    desk.press(KeyCode::Char('y'));
    desk.send_msg(stored(Some(id.clone())));
    assert_eq!(desk.notice(), "Done. Alt+U to undo.");

    assert_eq!(alt(&mut desk, 'u'), [Effect::Store(StoreEffect::Undo)]);
    let effects = alt(&mut desk, 'u');
    assert_eq!(committed_changes(&effects), [Change::Delete { id: copy }]);
    desk.send_msg(stored(None));
    assert_eq!(desk.notice(), "Done.", "undoing is not offered to be undone");
    let effects = alt(&mut desk, 'u');
    let [Change::Rename { title, .. }] = committed_changes(&effects) else { panic!("{effects:?}") };
    assert_eq!(title.text(), "a", "the title before");
}

#[test]
fn a_change_that_failed_is_not_undone() {
    let mut desk = desk();
    desk.press(KeyCode::BackTab);
    alt(&mut desk, 'p');
    desk.press(KeyCode::Delete);
    desk.press(KeyCode::Char('y'));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    desk.send_msg(stored_msg(StoreEvent::NotChanged {
        about: Some(ConversationId::new("a")),
        failure,
    }));
    let effects = alt(&mut desk, 'u');
    assert_eq!(arranged(&effects), &ArrangementChange::Unpin(ConversationId::new("a")));
}

#[test]
fn an_edit_says_that_the_earlier_version_is_kept_and_is_undone_when_the_answer_is_there() {
    let mut desk = desk();
    desk.ctrl('u');
    desk.press(KeyCode::Tab);
    desk.press(KeyCode::Up);
    alt(&mut desk, 'e');
    desk.type_text(" not?");
    let effects = desk.press(KeyCode::Enter);
    let Some(Effect::Store(StoreEffect::StoreQuestion { turn, conversation, .. })) =
        effects.iter().find(|it| matches!(it, Effect::Store(StoreEffect::StoreQuestion { .. })))
    else {
        panic!("{effects:?}");
    };
    let asked = opened_conversation(conversation, &[Message::question("why? not?", at(1000))]);
    let turn = turn.clone();
    desk.send_msg(stored_msg(StoreEvent::QuestionStored {
        turn: turn.clone(),
        conversation: asked,
    }));
    assert_eq!(desk.notice(), "The earlier version is kept. Alt+U to undo.");
    assert_eq!(alt(&mut desk, 'u'), []);
    assert!(desk.notice().contains("still arriving"), "{}", desk.notice());
    desk.reply(&turn, ended_event(ReplyOutcome::Completed, "Because."));
    let id = ConversationId::new("a");
    let answered = opened_conversation(&id, &[Message::question("why? not?", at(1000))]);
    desk.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: answered }));
    assert_eq!(alt(&mut desk, 'u'), [Effect::Store(StoreEffect::Undo)]);
}

#[test]
fn ctrl_c_clears_the_composer_and_quits_only_when_pressed_twice_with_nothing_written() {
    let mut desk = desk();
    assert_eq!(desk.ctrl('c'), []);
    assert_eq!(desk.state.composer.text(), "");
    assert!(desk.notice().contains("Ctrl+Y"), "{}", desk.notice());
    desk.ctrl('y');
    assert_eq!(desk.state.composer.text(), "my draft");
    desk.ctrl('c');
    desk.ctrl('c');
    assert_eq!(desk.state.quit_state, QuitState::ConfirmPending);
    desk.ctrl('c');
    assert_eq!(desk.state.quit_state, QuitState::Quitting);
}

#[test]
fn ctrl_c_stops_the_answer_and_leaves_the_text_alone() {
    let mut desk = AppHarness::new();
    desk.ask("q");
    desk.type_text("next");
    assert!(!desk.ctrl('c').is_empty());
    assert_eq!(desk.state.composer.text(), "next");
}

#[test]
fn ctrl_c_while_a_question_is_edited_leaves_the_question_as_it_was() {
    let mut desk = desk();
    desk.ctrl('u');
    desk.press(KeyCode::Tab);
    alt(&mut desk, 'e');
    assert!(desk.state.composer.edited_question.is_some());
    desk.ctrl('c');
    assert!(desk.state.composer.edited_question.is_none());
    assert_eq!(desk.state.transcript.open.as_ref().unwrap().messages.len(), 2);
}

#[test]
fn ctrl_z_suspends_from_every_pane_but_undoes_in_the_composer_with_text() {
    let mut desk = desk();
    let suspend = [Effect::Terminal(TerminalEffect::Suspend)];
    assert_eq!(desk.ctrl('z'), []);
    assert_eq!(desk.state.composer.text(), "my ");
    alt(&mut desk, 'z');
    assert_eq!(desk.state.composer.text(), "my draft");
    desk.ctrl('z');
    desk.key(KeyCode::Char('z'), KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    assert_eq!(desk.state.composer.text(), "my draft");
    for _ in 0..2 {
        desk.press(KeyCode::Tab);
        assert_eq!(desk.ctrl('z'), suspend, "{:?}", desk.state.focus);
    }
    assert_eq!(AppHarness::new().ctrl('z'), suspend);
}

#[test]
fn older_cuts_are_inserted_one_after_the_other_also_after_a_question_was_sent() {
    let mut desk = AppHarness::new();
    for words in ["first", "second", "third"] {
        desk.type_text(words);
        desk.ctrl('u');
        desk.press(KeyCode::Left);
    }
    desk.ask("q");
    desk.ctrl('y');
    assert_eq!(desk.state.composer.text(), "third");
    alt(&mut desk, 'y');
    assert_eq!(desk.state.composer.text(), "second");
    alt(&mut desk, 'y');
    assert_eq!(desk.state.composer.text(), "first");
    alt(&mut desk, 'y');
    assert_eq!(desk.state.composer.text(), "third");
    desk.type_text("!");
    alt(&mut desk, 'y');
    assert_eq!(desk.state.composer.text(), "third!third");
}

#[test]
fn enter_on_a_message_lists_its_actions_and_runs_the_chosen_one() {
    let mut desk = desk();
    desk.ctrl('u');
    desk.press(KeyCode::Tab);
    desk.press(KeyCode::Enter);
    assert!(matches!(desk.state.overlay, Some(Overlay::MessageMenu(_))));
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::CopyText(clip)] if clip.text == "It is **so**."));
    desk.press(KeyCode::Enter);
    alt(&mut desk, 'e');
    assert!(desk.state.overlay.is_none());
    assert_eq!(desk.state.composer.text(), "why?");
}

#[test]
fn details_and_raw_text_are_switched_for_the_selected_message_alone() {
    use duologue::app::DetailsDisplay::{Collapsed, Expanded};
    let mut desk = desk();
    desk.press(KeyCode::Tab);
    desk.press(KeyCode::Up);
    desk.press(KeyCode::Char('o'));
    let shown = |desk: &AppHarness| [0, 1].map(|item| desk.state.transcript.details_of(item));
    assert_eq!(shown(&desk), [Collapsed, Expanded]);
    desk.ctrl('o');
    assert_eq!(shown(&desk), [Expanded, Expanded]);
    desk.press(KeyCode::Char('o'));
    assert_eq!(shown(&desk), [Expanded, Collapsed]);
    alt(&mut desk, 'r');
    assert!(desk.state.transcript.raw.contains(&1));
    alt(&mut desk, 'r');
    assert!(desk.state.transcript.raw.is_empty());
}

#[test]
fn vim_keys_edit_the_composer_and_enter_sends_in_both_modes() {
    let mut desk = AppHarness::new();
    desk.state.vim = Some(Vim::default());
    desk.type_text("one two");
    desk.press(KeyCode::Esc);
    desk.type_text("bcwTWO");
    assert_eq!(desk.state.composer.text(), "one TWO");
    desk.press(KeyCode::Esc);
    desk.type_text("u");
    let (turn, id, changes) = desk.send("");
    assert!(format!("{changes:?}").contains("one "), "{changes:?}");
    let conversation = opened_conversation(&id, &[Message::question("one", at(1000))]);
    desk.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    // Esc in normal mode stops the answer.
    assert!(!desk.press(KeyCode::Esc).is_empty());
}

#[test]
fn enter_in_vims_insert_mode_is_a_new_line_for_those_who_want_it() {
    let mut desk = AppHarness::new();
    desk.state.vim = Some(Vim::default());
    desk.state.session.vim_enter = VimEnter::Newline;
    desk.type_text("one");
    assert_eq!(desk.press(KeyCode::Enter), []);
    desk.type_text("two");
    assert_eq!(desk.state.composer.text(), "one\ntwo");
    desk.press(KeyCode::Esc);
    assert!(!desk.press(KeyCode::Enter).is_empty());
}
