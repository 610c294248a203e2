//! The default keys: no pane is changed by what is typed into it, and every change can be undone.
//! Must not repeat what the key table's own tests check.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::editor::Vim;
use duologue::app::{
    ApiEffect, ConversationList, Effect, Focus, Input, Msg, Notice, NoticeKind, Overlay, QuitState,
    Selection, SelectionUnit, StoreEffect, StoreEvent, TerminalEffect, TextPosition, UndoTarget,
    transcript::message_selection,
};
use duologue::chat::{
    ArrangementChange, Change, Conversation, ConversationId, Failure, FailureKind, Message,
    ReplyOutcome, Role, ServerStep, TrashNumber, UndoOutcome,
};

use duologue::settings::VimEnter;

use crate::support::app_harness::*;

/// A conversation "a" on screen, "b" in the list too, a draft in the composer.
fn app() -> AppHarness {
    let mut app = AppHarness::new();
    let row = |id: &str| Conversation::new(ConversationId::new(id), id, at(1)).summary();
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b")])));
    app.ctrl('s');
    app.press(KeyCode::Enter);
    let answer = Message { role: Role::Assistant, ..Message::question("It is **so**.", at(2)) };
    let messages = [Message::question("why?", at(1)), answer];
    let opened = opened_conversation(&ConversationId::new("a"), &messages);
    app.send_msg(stored_msg(StoreEvent::Opened(opened)));
    app.type_text("my draft");
    app
}

fn alt(app: &mut AppHarness, letter: char) -> Vec<Effect> {
    app.key(KeyCode::Char(letter), KeyModifiers::ALT)
}

fn arranged(effects: &[Effect]) -> &ArrangementChange {
    match effects {
        [Effect::Store(StoreEffect::Arrange(change))] => change,
        _ => panic!("{effects:?}"),
    }
}

/// What the store is asked to undo, if anything.
fn undone(effects: &[Effect]) -> Option<&UndoTarget> {
    effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::Undo(target)) => Some(target),
        _ => None,
    })
}

/// The store has undone something. `is_left` is true where that was something else, which has to go first.
fn undo_ended(app: &mut AppHarness, is_left: bool) -> Vec<Effect> {
    let outcome = Ok(UndoOutcome::Undone("Undone.".into()));
    app.send_msg(stored_msg(StoreEvent::UndoEnded { outcome, is_left }))
}

/// Renames the conversation with the cursor, which the store reports with this number.
fn rename(app: &mut AppHarness, number: TrashNumber) {
    app.press(KeyCode::F(2));
    app.type_text("!");
    let effects = app.press(KeyCode::Enter);
    let [Change::Rename { id, .. }] = committed_changes(&effects) else { panic!("{effects:?}") };
    let (conversation, about) = (id.clone(), id.clone());
    app.send_msg(stored_msg(StoreEvent::Trashed { conversation, turn: None, number }));
    let notice = Notice { kind: NoticeKind::Info, text: "Renamed.".into() };
    app.send_msg(stored_msg(StoreEvent::Changed { about, notice }));
}

/// Everything that typing into a pane could have changed.
fn contents(list: &ConversationList, app: &AppHarness) -> String {
    format!("{:?}{:?}{:?}", list.rows, list.arrangement, app.state.composer.text())
}

const SENTENCES: [&str; 4] = [
    "can you help me",
    "please archive, delete & send all of it!",
    "DUPLICATE PIN edit Rename 12",
    "look at /etc/hosts, n/a or yes?",
];

#[test]
fn the_quit_key_works_in_dialogs() {
    for key in [KeyCode::F(1), KeyCode::F(3), KeyCode::F(4), KeyCode::F(6)] {
        let mut app = AppHarness::new();
        app.press(key);
        assert!(app.state.overlay.is_some(), "{key:?}");
        app.ctrl('q');
        assert_eq!(app.state.quit_state, QuitState::Quitting, "{key:?}");
    }
}

#[test]
fn a_sentence_typed_into_the_list_changes_nothing_and_is_not_split() {
    for sentence in SENTENCES {
        let mut app = app();
        app.press(KeyCode::BackTab);
        assert_eq!(app.state.focus, Focus::List);
        let before = contents(&app.state.list, &app);
        for letter in sentence.chars() {
            assert_eq!(app.press(KeyCode::Char(letter)), [], "{letter:?} of {sentence}");
            assert_eq!(app.state.focus, Focus::List, "{letter:?} of {sentence}");
        }
        assert_eq!(contents(&app.state.list, &app), before);
        assert_eq!(app.notice(), "Tab to write");
        assert!(app.state.overlay.is_none());
    }
}

#[test]
fn a_sentence_typed_into_the_conversation_at_most_copies_and_names_the_key_to_write() {
    for sentence in SENTENCES {
        let mut app = app();
        app.press(KeyCode::Tab);
        assert_eq!(app.state.focus, Focus::Transcript);
        let before = contents(&app.state.list, &app);
        for letter in sentence.chars() {
            let effects = app.press(KeyCode::Char(letter));
            let harmless = |effect: &Effect| matches!(effect, Effect::CopyText(_));
            assert!(effects.iter().all(harmless), "{letter:?} of {sentence}: {effects:?}");
            assert_eq!(app.state.focus, Focus::Transcript, "{letter:?} of {sentence}");
        }
        assert_eq!(contents(&app.state.list, &app), before);
        assert!(app.state.transcript.search.is_none());
        app.press(KeyCode::Char('x'));
        assert_eq!(app.notice(), "Shift+Tab to write");
    }
}

#[test]
fn a_letter_without_a_meaning_does_not_silence_the_others_for_long() {
    let mut app = app();
    app.press(KeyCode::BackTab);
    app.type_text("x/");
    assert!(app.state.list.filter.is_none());
    app.press(KeyCode::Down);
    app.type_text("/");
    assert!(app.state.list.filter.is_some(), "another key ends the text");
    app.press(KeyCode::Esc);
    app.type_text("x");
    app.state.now = at(1010);
    app.type_text("/");
    assert!(app.state.list.filter.is_some(), "and so does a pause");
}

#[test]
fn esc_stops_the_answer_before_it_drops_the_selection() {
    let mut app = AppHarness::new();
    app.ask("q");
    app.state.transcript.selection = Some(Selection {
        from: TextPosition::default(),
        to: TextPosition::default(),
        unit: SelectionUnit::Message,
    });
    assert!(!app.press(KeyCode::Esc).is_empty());
    assert!(app.state.transcript.selection.is_some());
}

#[test]
fn a_sentence_typed_over_a_page_leaves_it_open_and_reaches_nothing_below() {
    for page in [KeyCode::F(1), KeyCode::F(6), KeyCode::F(12)] {
        let mut app = app();
        app.press(page);
        app.type_text("can you help me");
        assert!(app.state.overlay.is_some(), "{page:?}");
        assert_eq!(app.state.composer.text(), "my draft");
        app.press(KeyCode::Esc);
        assert!(app.state.overlay.is_none());
    }
}

#[test]
fn a_paste_goes_to_the_composer_whole_from_every_pane() {
    for tabs in 0..3 {
        let mut app = app();
        for _ in 0..tabs {
            app.press(KeyCode::Tab);
        }
        app.paste(" can you help me");
        assert_eq!(app.state.composer.text(), "my draft can you help me");
        assert_eq!(app.state.focus, Focus::Composer);
    }
}

#[test]
fn tab_goes_from_the_composer_to_the_conversation_to_the_list_and_back() {
    let mut app = app();
    let mut seen = vec![app.state.focus];
    for _ in 0..3 {
        app.press(KeyCode::Tab);
        seen.push(app.state.focus);
    }
    assert_eq!(seen, [Focus::Composer, Focus::Transcript, Focus::List, Focus::Composer]);
    let mut back = vec![app.state.focus];
    for _ in 0..3 {
        app.press(KeyCode::BackTab);
        back.push(app.state.focus);
    }
    seen.reverse();
    assert_eq!(back, seen);
    // A hidden list is skipped, and the hint names the key that leads to the composer then.
    app.state.list.hidden = true;
    app.press(KeyCode::Tab);
    app.press(KeyCode::Char('x'));
    assert_eq!((app.state.focus, app.notice()), (Focus::Transcript, "Tab to write"));
    app.press(KeyCode::Tab);
    assert_eq!(app.state.focus, Focus::Composer);
}

#[test]
fn archiving_and_pinning_say_what_they_did_and_are_undone_one_by_one() {
    let mut app = app();
    let id = ConversationId::new("a");
    app.press(KeyCode::BackTab);
    alt(&mut app, 'p');
    assert_eq!(app.notice(), "Pinned \"a\". Alt+U to undo.");
    assert_eq!(arranged(&alt(&mut app, 'a')), &ArrangementChange::Archive(id.clone()));
    assert_eq!(app.notice(), "Archived \"a\". Alt+U to undo.");
    // What was pinned before it was archived is pinned again.
    assert_eq!(arranged(&alt(&mut app, 'u')), &ArrangementChange::Pin(id.clone()));
    assert_eq!(app.notice(), "Undone: the conversation \"a\" is pinned again.");
    assert_eq!(arranged(&alt(&mut app, 'u')), &ArrangementChange::Unpin(id));
    assert!(app.state.list.arrangement.pinned.is_empty());
    assert!(app.state.list.arrangement.archived.is_empty());
    // Before this session's actions come those the trash remembers.
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::LastOfTrash));
}

/// The second press comes before the store has answered the first one.
#[test]
fn each_press_undoes_one_change_in_order() {
    let mut app = app();
    app.press(KeyCode::BackTab);
    let (first, second) = (TrashNumber(4), TrashNumber(5));
    rename(&mut app, first);
    rename(&mut app, second);
    let entry = |number| Some(UndoTarget::Entry(number));
    assert_eq!(undone(&alt(&mut app, 'u')).cloned(), entry(second));
    assert_eq!(undone(&alt(&mut app, 'u')), None);
    // A change that another terminal made since was undone instead.
    assert_eq!(undone(&undo_ended(&mut app, true)).cloned(), entry(second));
    assert_eq!(undone(&undo_ended(&mut app, false)), None, "that were two");
    assert_eq!(undone(&alt(&mut app, 'u')).cloned(), entry(first));
    assert_eq!(undone(&alt(&mut app, 'u')), None);
    // What could not be undone now stays the next, and the press after it does nothing else.
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    let ended = StoreEvent::UndoEnded { outcome: Err(failure), is_left: true };
    assert_eq!(undone(&app.send_msg(stored_msg(ended))), None);
    assert_eq!(app.notice(), "The disk is full.");
    assert_eq!(undone(&alt(&mut app, 'u')).cloned(), entry(first));
    assert_eq!(undone(&undo_ended(&mut app, false)), None);
    assert_eq!(app.notice(), "Undone.");
}

#[test]
fn a_rename_a_duplicate_and_a_deletion_name_the_undo_key_once_they_are_stored() {
    let mut app = app();
    let (id, stored) = (ConversationId::new("a"), |about: Option<ConversationId>| {
        let notice = Notice { kind: NoticeKind::Info, text: "Done.".into() };
        stored_msg(match about {
            Some(about) => StoreEvent::Changed { about, notice },
            None => StoreEvent::Notice(notice),
        })
    });
    app.press(KeyCode::BackTab);
    app.press(KeyCode::F(2));
    app.type_text("!");
    let effects = app.press(KeyCode::Enter);
    assert!(matches!(committed_changes(&effects), [Change::Rename { .. }]));
    let renamed = TrashNumber(6);
    let trashed =
        |number| stored_msg(StoreEvent::Trashed { conversation: id.clone(), turn: None, number });
    app.send_msg(trashed(renamed));
    app.send_msg(stored(Some(id.clone())));
    assert_eq!(app.notice(), "Done. Alt+U to undo.");
    let effects = alt(&mut app, 'd');
    let [Effect::Store(StoreEffect::Duplicate { copy_id, .. })] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    let copy = copy_id.clone();
    // What is stored meanwhile is something else.
    app.send_msg(stored(None));
    assert_eq!(app.notice(), "Done.");
    let duplicated = StoreEvent::Duplicated { copy: copy.clone(), messages: 2 };
    app.send_msg(stored_msg(duplicated));
    app.send_msg(stored(Some(copy.clone())));
    assert_eq!(app.notice(), "Done. Alt+U to undo.");
    app.press(KeyCode::Delete);
    app.press(KeyCode::Char('y'));
    assert_eq!(alt(&mut app, 'u'), [], "nothing tells yet what would be restored");
    let number = TrashNumber(7);
    app.send_msg(trashed(number));
    let effects = app.send_msg(stored(Some(id.clone())));
    assert_eq!(app.notice(), "Done. Alt+U to undo.");
    assert_eq!(undone(&effects), Some(&UndoTarget::Entry(number)), "it was asked for");
    undo_ended(&mut app, false);
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::Duplicate { copy, messages: 2 }));
    undo_ended(&mut app, false);
    assert_eq!(app.notice(), "Undone.", "undoing is not offered to be undone");
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::Entry(renamed)));
}

#[test]
fn a_change_that_failed_is_not_undone() {
    let mut app = app();
    app.press(KeyCode::BackTab);
    alt(&mut app, 'p');
    app.press(KeyCode::Delete);
    app.press(KeyCode::Char('y'));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::NotChanged { about: ConversationId::new("a"), failure }));
    let effects = alt(&mut app, 'u');
    assert_eq!(arranged(&effects), &ArrangementChange::Unpin(ConversationId::new("a")));
}

#[test]
fn a_deletion_that_failed_behind_a_later_action_is_not_undone() {
    let mut app = app();
    app.press(KeyCode::BackTab);
    app.press(KeyCode::Delete);
    app.press(KeyCode::Char('y'));
    alt(&mut app, 'p');
    // A failure of something else is not that of the deletion.
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::Failed(failure.clone())));
    let about = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::NotChanged { about, failure }));
    assert!(matches!(arranged(&alt(&mut app, 'u')), ArrangementChange::Unpin(_)));
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::LastOfTrash));
}

#[test]
fn an_edit_says_that_the_earlier_version_is_kept_and_is_undone_when_the_answer_is_there() {
    let mut app = app();
    app.ctrl('u');
    app.press(KeyCode::Tab);
    app.press(KeyCode::Up);
    alt(&mut app, 'e');
    app.type_text(" not?");
    let effects = app.press(KeyCode::Enter);
    let Some(Effect::Store(StoreEffect::StoreQuestion { turn, conversation, .. })) =
        effects.iter().find(|it| matches!(it, Effect::Store(StoreEffect::StoreQuestion { .. })))
    else {
        panic!("{effects:?}");
    };
    let asked = opened_conversation(conversation, &[Message::question("why? not?", at(1000))]);
    let turn = turn.clone();
    let (conversation, number) = (conversation.clone(), TrashNumber(7));
    app.send_msg(stored_msg(StoreEvent::Trashed {
        conversation,
        turn: Some(turn.clone()),
        number,
    }));
    app.send_msg(stored_msg(StoreEvent::QuestionStored {
        turn: turn.clone(),
        conversation: asked,
    }));
    assert_eq!(app.notice(), "The earlier version is kept. Alt+U to undo.");
    assert_eq!(alt(&mut app, 'u'), []);
    assert!(app.notice().contains("still arriving"), "{}", app.notice());
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "Because."));
    let id = ConversationId::new("a");
    let answered = opened_conversation(&id, &[Message::question("why? not?", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: answered }));
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::Entry(number)));
}

#[test]
fn a_rename_while_a_server_is_checked_and_the_edit_that_waits_for_it_are_undone_each() {
    let mut app = app();
    app.ctrl('u');
    app.press(KeyCode::Tab);
    app.press(KeyCode::Up);
    alt(&mut app, 'e');
    app.type_text(" not?");
    let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
    let effects = app.send_without_check(Msg::Input(Input::Key(enter)));
    let check = effects.iter().find_map(|effect| match effect {
        Effect::Api(ApiEffect::Turn { turn, step: ServerStep::Check, .. }) => Some(turn.clone()),
        _ => None,
    });
    let turn = check.unwrap();
    app.press(KeyCode::F(2));
    app.type_text("!");
    app.press(KeyCode::Enter);
    let about = ConversationId::new("a");
    let (conversation, number) = (about.clone(), TrashNumber(4));
    app.send_msg(stored_msg(StoreEvent::Trashed { conversation, turn: None, number }));
    let notice = Notice { kind: NoticeKind::Info, text: "Renamed.".into() };
    app.send_msg(stored_msg(StoreEvent::Changed { about, notice }));
    assert_eq!(app.notice(), "Renamed. Alt+U to undo.");
    // The edit is not made after all; the rename was.
    let failure = Failure::new(FailureKind::Network, "The server is away.", "");
    app.send_msg(Msg::ServerChecked { turn, checked: Err(failure) });
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::Entry(number)));
    undo_ended(&mut app, false);
    assert_eq!(undone(&alt(&mut app, 'u')), Some(&UndoTarget::LastOfTrash));
}

#[test]
fn ctrl_c_clears_the_composer_and_quits_only_when_pressed_twice_with_nothing_written() {
    let mut app = app();
    assert_eq!(app.ctrl('c'), []);
    assert_eq!(app.state.composer.text(), "");
    assert!(app.notice().contains("Ctrl+Y"), "{}", app.notice());
    app.ctrl('y');
    assert_eq!(app.state.composer.text(), "my draft");
    app.ctrl('c');
    app.ctrl('c');
    assert_eq!(app.state.quit_state, QuitState::ConfirmPending);
    app.ctrl('c');
    assert_eq!(app.state.quit_state, QuitState::Quitting);
}

#[test]
fn ctrl_c_stops_the_answer_and_leaves_the_text_alone() {
    let mut app = AppHarness::new();
    app.ask("q");
    app.type_text("next");
    assert!(!app.ctrl('c').is_empty());
    assert_eq!(app.state.composer.text(), "next");
}

#[test]
fn ctrl_c_while_a_question_is_edited_leaves_the_question_as_it_was() {
    let mut app = app();
    app.ctrl('u');
    app.press(KeyCode::Tab);
    alt(&mut app, 'e');
    assert!(app.state.composer.edited_question.is_some());
    app.ctrl('c');
    assert!(app.state.composer.edited_question.is_none());
    assert_eq!(app.state.transcript.open.as_ref().unwrap().messages.len(), 2);
}

#[test]
fn ctrl_z_suspends_from_every_pane_but_undoes_in_the_composer_with_text() {
    let mut app = app();
    let suspend = [Effect::Terminal(TerminalEffect::Suspend)];
    assert_eq!(app.ctrl('z'), []);
    assert_eq!(app.state.composer.text(), "my ");
    alt(&mut app, 'z');
    assert_eq!(app.state.composer.text(), "my draft");
    app.ctrl('z');
    app.key(KeyCode::Char('z'), KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    assert_eq!(app.state.composer.text(), "my draft");
    for _ in 0..2 {
        app.press(KeyCode::Tab);
        assert_eq!(app.ctrl('z'), suspend, "{:?}", app.state.focus);
    }
    assert_eq!(AppHarness::new().ctrl('z'), suspend);
}

#[test]
fn older_cuts_are_inserted_one_after_the_other_also_after_a_question_was_sent() {
    let mut app = AppHarness::new();
    for words in ["first", "second", "third"] {
        app.type_text(words);
        app.ctrl('u');
        app.press(KeyCode::Left);
    }
    app.ask("q");
    app.ctrl('y');
    assert_eq!(app.state.composer.text(), "third");
    alt(&mut app, 'y');
    assert_eq!(app.state.composer.text(), "second");
    alt(&mut app, 'y');
    assert_eq!(app.state.composer.text(), "first");
    alt(&mut app, 'y');
    assert_eq!(app.state.composer.text(), "third");
    app.type_text("!");
    alt(&mut app, 'y');
    assert_eq!(app.state.composer.text(), "third!third");
}

#[test]
fn enter_on_a_message_lists_its_actions_and_runs_the_chosen_one() {
    let mut app = app();
    app.ctrl('u');
    app.press(KeyCode::Tab);
    app.press(KeyCode::Enter);
    assert!(matches!(app.state.overlay, Some(Overlay::MessageMenu(_))));
    let effects = app.press(KeyCode::Enter);
    assert!(matches!(effects.as_slice(), [Effect::CopyText(clip)] if clip.text == "It is **so**."));
    app.press(KeyCode::Enter);
    alt(&mut app, 'e');
    assert!(app.state.overlay.is_none());
    assert_eq!(app.state.composer.text(), "why?");
}

#[test]
fn details_and_raw_text_are_switched_for_the_selected_message_alone() {
    use duologue::app::DetailsDisplay::{Collapsed, Expanded};
    let mut app = app();
    let reasoning_data = Some(r#"{"complete_summary": "It has to be."}"#.to_owned());
    let answer = Message { reasoning_data, ..Message::answer("It is **so**.", at(2), None) };
    let messages = [Message::question("why?", at(1)), answer];
    let opened = opened_conversation(&ConversationId::new("a"), &messages);
    app.send_msg(stored_msg(StoreEvent::Opened(opened)));
    app.press(KeyCode::Tab);
    app.press(KeyCode::Up);
    app.press(KeyCode::Char('o'));
    let shown = |app: &AppHarness| [0, 1].map(|item| app.state.transcript.details_of(item));
    assert_eq!(shown(&app), [Collapsed, Expanded]);
    app.ctrl('o');
    assert_eq!(shown(&app), [Expanded, Expanded]);
    app.press(KeyCode::Char('o'));
    assert_eq!(shown(&app), [Expanded, Collapsed]);
    alt(&mut app, 'r');
    assert!(app.state.transcript.raw.contains(&1));
    alt(&mut app, 'r');
    assert!(app.state.transcript.raw.is_empty());
}

/// Another program has added a message in front of them.
#[test]
fn raw_text_and_details_stay_with_their_message_after_a_reload() {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    duologue::app::transcript::request_open(&mut app.state, id.clone());
    let question = |number: i64| Message::question(format!("```\n{number}\n```"), at(number));
    let mut messages: Vec<Message> = (1..4).map(question).collect();
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    message_selection::select_message(&mut app.state, 1);
    app.key(KeyCode::Char('r'), KeyModifiers::ALT);
    app.state.transcript.other_details.insert(2);
    app.state.transcript.raw.insert(0);
    app.press(KeyCode::Char('y'));
    messages.remove(0);
    messages.splice(0..0, [question(-2), question(-1)]);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    let copied = app.press(KeyCode::Char('1'));
    let transcript = &app.state.transcript;
    assert_eq!(transcript.raw.iter().copied().collect::<Vec<_>>(), [2], "the first one is gone");
    assert_eq!(transcript.other_details.iter().copied().collect::<Vec<_>>(), [3]);
    assert!(matches!(&copied[..], [Effect::CopyText(clip)] if clip.text == "2"), "{copied:?}");
}

#[test]
fn vim_keys_edit_the_composer_and_enter_sends_in_both_modes() {
    let mut app = AppHarness::new();
    app.state.composer.vim = Some(Vim::default());
    app.type_text("one two");
    app.press(KeyCode::Esc);
    app.type_text("bcwTWO");
    assert_eq!(app.state.composer.text(), "one TWO");
    app.press(KeyCode::Esc);
    app.type_text("u");
    let (turn, id, changes) = app.send("");
    assert!(format!("{changes:?}").contains("one "), "{changes:?}");
    let conversation = opened_conversation(&id, &[Message::question("one", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    // Esc in normal mode stops the answer.
    assert!(!app.press(KeyCode::Esc).is_empty());
}

#[test]
fn the_dot_of_vim_repeats_what_was_typed_since_the_last_question() {
    let mut app = AppHarness::new();
    app.state.composer.vim = Some(Vim::default());
    app.state.session.vim_enter = VimEnter::Newline;
    app.type_text("dd");
    app.press(KeyCode::Esc);
    app.type_text(".");
    assert_eq!(app.state.composer.text(), "dddd", "the first text needs no i");
    app.send("");
    // It is sent from the normal mode, where the next one begins.
    app.type_text("iab");
    app.press(KeyCode::Enter);
    app.paste("pasted ");
    app.press(KeyCode::Esc);
    app.type_text("$.");
    assert_eq!(app.state.composer.text(), "ab\npastedab\npasted  ");
    app.type_text("uu");
    assert_eq!(app.state.composer.text(), "");

    let mut app = AppHarness::new();
    app.state.composer.vim = Some(Vim::default());
    app.send("first question");
    app.type_text("x");
    app.press(KeyCode::Esc);
    app.type_text(".");
    assert_eq!(app.state.composer.text(), "xx", "the question before is not repeated");
}

#[test]
fn enter_in_vims_insert_mode_is_a_new_line_for_those_who_want_it() {
    let mut app = AppHarness::new();
    app.state.composer.vim = Some(Vim::default());
    app.state.session.vim_enter = VimEnter::Newline;
    app.type_text("one");
    assert_eq!(app.press(KeyCode::Enter), []);
    app.type_text("two");
    assert_eq!(app.state.composer.text(), "one\ntwo");
    app.press(KeyCode::Esc);
    assert!(!app.press(KeyCode::Enter).is_empty());
}

#[test]
fn a_key_that_types_nothing_into_the_filter_of_help_leaves_the_page_where_it_is() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(1));
    app.state.measured.last_help_top = 50;
    app.press(KeyCode::PageDown);
    let top = |app: &AppHarness| match &app.state.overlay {
        Some(Overlay::Help(help)) => help.top,
        other => panic!("{other:?}"),
    };
    let before = top(&app);
    assert!(before > 0);
    app.ctrl('l');
    assert_eq!(top(&app), before);
    app.type_text("undo");
    assert_eq!(top(&app), 0);
}

#[test]
fn renaming_without_a_conversation_says_that_none_is_open() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(2));
    assert_eq!(app.notice(), "No conversation is open.");
    for command in ["/rename", "/rename Foo"] {
        let mut app = AppHarness::new();
        app.paste(command);
        app.press(KeyCode::Enter);
        assert_eq!(app.notice(), "No conversation is open.", "{command}");
    }
}
