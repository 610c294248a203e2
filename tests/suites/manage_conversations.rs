//! Managing conversations without I/O: commands by name, the list, branches, the queue.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::editor::Editor;
use duologue::app::list::conversation_mark::ConversationMark;
use duologue::app::{
    Anchor, ApiEffect, Effect, ExportProgress, Focus, HitMessage, Input, Measured, Msg, Overlay,
    QuitState, RowMarks, Scroll, SearchHit, SearchId, SearchProgress, SessionEffect, StoreEffect,
    StoreEvent, list,
};
use duologue::chat::branch::{Branch, Fork};
use duologue::chat::{
    Arrangement, ArrangementChange, Change, Conversation, ConversationId, ConversationSummary,
    Failure, FailureKind, Fingerprint, Message, ReplyEvent, ReplyOutcome, ResponseId, Role, Turn,
    TurnId,
};
use duologue::markdown::Excerpt;

use crate::support::app_harness::{
    AppHarness, at, committed_changes, ended_event, opened_conversation, stored_msg,
};

#[test]
fn a_few_letters_find_a_command_and_enter_runs_it() {
    let mut app = AppHarness::new();
    app.ctrl('p');
    app.type_text("hlp");
    app.press(KeyCode::Enter);
    assert!(matches!(app.state.overlay, Some(Overlay::Help(_))));
}

#[test]
fn a_slash_at_the_start_runs_commands_with_arguments() {
    let mut app = AppHarness::new();
    app.ask("q");
    app.state.turns.clear();
    app.type_text("/rename  Better a/b");
    let effects = app.press(KeyCode::Enter);
    assert!(
        matches!(committed_changes(&effects), [Change::Rename { title, .. }] if title.stored() == "Better a_b" && title.text() == "Better a/b")
    );
    assert!(app.state.overlay.is_none());
    assert!(app.state.composer.text_is_empty());
}

#[test]
fn tab_completes_the_name_and_a_model_can_be_given() {
    let mut app = AppHarness::new();
    app.type_text("/mod");
    app.press(KeyCode::Tab);
    app.type_text("gpt-7");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.model, "gpt-7");
}

#[test]
fn a_conversation_without_a_known_time_has_no_year_and_no_age() {
    let mut app = AppHarness::new();
    let row = Conversation::new(ConversationId::new("x"), "Undated", at(0)).summary();
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row])));
    let screen = app.screen();
    assert!(screen.contains("No date") && !screen.contains("1970"), "{screen}");
    let row = screen.lines().find(|line| line.contains("Undated")).unwrap();
    assert!(!row.contains('?'), "{row}");
}

#[test]
fn a_guessed_command_runs_no_other() {
    let mut app = AppHarness::new();
    app.ask("q");
    let expected = [
        ("/edition", "no command /edition."),
        ("/retrying", "no command /retrying."),
        ("/tools nope", "/tools takes nothing after its name."),
    ];
    for (guess, why) in expected {
        app.type_text(guess);
        assert!(app.press(KeyCode::Enter).is_empty(), "{guess}");
        assert!(app.notice().contains(why), "{}", app.notice());
        app.press(KeyCode::Esc);
        assert!(app.state.overlay.is_none());
        // What is no command was a message.
        app.state.composer = duologue::app::Composer::default();
    }
    app.type_text("/cle");
    app.press(KeyCode::Enter);
    assert!(app.state.transcript.open.is_none(), "what other programs call it does the same");
    app.type_text("/exit");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.quit_state, QuitState::Quitting);
}

#[test]
fn a_command_that_finds_nothing_says_what_to_do_in_one_line() {
    let mut app = app_with(&["a", "b"]);
    let (a, question) = (ConversationId::new("a"), Message::question("q", at(1)));
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&a, &[question]))));
    for (typed, notice) in [
        ("/cancel", "Nothing to cancel."),
        ("/theme darkk", "There is no theme \"darkk\". /theme lists them."),
        (
            "/resume zebra",
            "No title matches \"zebra\". Change the words in the list, or press Esc.",
        ),
    ] {
        app.state.focus = Focus::Composer;
        app.type_text(typed);
        app.press(KeyCode::Enter);
        assert_eq!(app.notice(), notice);
    }
}

#[test]
fn a_long_text_that_no_title_matches_leaves_room_for_what_to_do() {
    let mut app = app_with(&["a", "b"]);
    app.state.focus = Focus::Composer;
    app.type_text(&format!("/resume {}", "zebra ".repeat(40)));
    app.press(KeyCode::Enter);
    assert_eq!(
        app.notice(),
        "No title matches \"zebra zebra zebra zebra zebra zebra zeb…\". Change the words in the \
         list, or press Esc."
    );
}

#[test]
fn focus_enters_the_list_at_the_open_conversation() {
    let mut app = AppHarness::new();
    let row = |id: &str, at_second: i64| {
        Conversation::new(ConversationId::new(id), id, at(at_second)).summary()
    };
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("new", 9), row("old", 1)])));
    app.press(KeyCode::BackTab);
    app.press(KeyCode::Down);
    app.press(KeyCode::Enter);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(
        &ConversationId::new("old"),
        &[],
    ))));
    app.send_msg(stored_msg(StoreEvent::Listed(vec![
        row("newest", 20),
        row("new", 9),
        row("old", 1),
    ])));
    app.press(KeyCode::BackTab);
    app.press(KeyCode::Up);
    app.press(KeyCode::Tab);
    app.press(KeyCode::Tab);
    app.press(KeyCode::Tab);
    app.press(KeyCode::Delete);
    let Some(Overlay::Confirm(question)) = &app.state.overlay else {
        panic!("{:?}", app.state.overlay);
    };
    assert!(format!("{question:?}").contains("\"old\""), "{question:?}");
}

#[test]
fn repeated_esc_closes_everything_and_never_quits() {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    let messages = [Message::question("q", at(1))];
    app.state.transcript.opening = Some(id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    for presses in 4..9 {
        app.type_text("x");
        app.press(KeyCode::Backspace);
        for _ in 0..presses {
            app.press(KeyCode::Esc);
        }
        assert!(app.state.composer.edited_question.is_none(), "after {presses}");
    }
}

#[test]
fn a_message_that_begins_with_a_slash_is_not_lost_to_the_palette() {
    let mut app = AppHarness::new();
    app.type_text("/etc/hosts, what is it?");
    app.press(KeyCode::Esc);
    assert_eq!(app.state.composer.text(), "/etc/hosts, what is it?");
    assert_eq!(app.state.focus, Focus::Composer);
    let (.., changes) = app.send(" please");
    assert!(matches!(
        &changes[1],
        Change::Append { message, .. } if message.text == "/etc/hosts, what is it? please"
    ));
}

#[test]
fn a_pasted_command_runs_and_a_pasted_path_is_text() {
    let mut app = AppHarness::new();
    app.paste("/help");
    app.press(KeyCode::Enter);
    assert!(matches!(app.state.overlay, Some(Overlay::Help(_))));
    app.press(KeyCode::Esc);
    app.paste("/tmp is full");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.turns.len(), 1);
}

fn row(id: &str, title: &str, seconds: i64) -> ConversationSummary {
    Conversation::new(ConversationId::new(id), title, at(seconds)).summary()
}

fn titles(app: &AppHarness) -> Vec<&str> {
    let list = &app.state.list;
    list.visible.iter().map(|index| list.rows[*index].title.text()).collect()
}

fn selected(app: &AppHarness) -> &str {
    list::selected(&app.state.list).map_or("", |row| row.title.text())
}

/// The application with these conversations, the keys in the list.
fn app_with(names: &[&str]) -> AppHarness {
    let mut app = AppHarness::new();
    let rows = names.iter().map(|name| row(name, name, 1)).collect();
    app.send_msg(stored_msg(StoreEvent::Listed(rows)));
    app.ctrl('s');
    app
}

#[test]
fn a_filter_finds_letters_in_order_and_esc_shows_all_with_the_cursor_where_it_was() {
    let mut app = app_with(&["Dinner", "Sorting in Rust", "Rome", "Trust"]);
    app.press(KeyCode::Char('/'));
    app.type_text("rust");
    assert_eq!(titles(&app), ["Sorting in Rust", "Trust"]);
    app.press(KeyCode::Down);
    // What arrives meanwhile does not move the cursor to another conversation.
    let rows = ["Rusty", "Dinner", "Sorting in Rust", "Rome", "Trust"];
    app.send_msg(stored_msg(StoreEvent::Listed(
        rows.iter().map(|name| row(name, name, 1)).collect(),
    )));
    assert_eq!(selected(&app), "Trust");
    app.press(KeyCode::Esc);
    assert_eq!((titles(&app).len(), selected(&app)), (5, "Trust"));
    assert_eq!(app.state.focus, Focus::List);
}

#[test]
fn a_filter_compares_titles_as_a_search_compares_texts() {
    for (typed, title) in [("İSTANBUL", "Ferry to istanbul"), ("strasse", "Die Straße")] {
        let mut app = app_with(&["Dinner", title]);
        app.press(KeyCode::Char('/'));
        app.type_text(typed);
        assert_eq!(titles(&app), [title]);
    }
}

fn filter(app: &AppHarness) -> Option<&str> {
    app.state.list.filter.as_ref().map(Editor::text)
}

#[test]
fn a_filter_is_edited_like_a_line_of_text_and_takes_pastes() {
    let mut app = app_with(&["a👩‍👩‍👧", "b"]);
    app.press(KeyCode::Char('/'));
    app.paste("a👩‍👩‍👧\n");
    assert_eq!(titles(&app), ["a👩‍👩‍👧"]);
    app.press(KeyCode::Backspace);
    assert_eq!(filter(&app), Some("a"));
    app.type_text(" two words");
    app.ctrl('w');
    assert_eq!(filter(&app), Some("a two "));
    app.ctrl('u');
    assert_eq!(titles(&app).len(), 2);
    app.press(KeyCode::Backspace);
    assert_eq!(filter(&app), None);
    assert!(app.state.composer.text_is_empty());
}

#[test]
fn esc_leaves_the_filter_before_it_stops_an_answer() {
    let mut app = AppHarness::new();
    app.ask("q");
    app.ctrl('s');
    app.press(KeyCode::Char('/'));
    app.type_text("x");
    assert!(app.press(KeyCode::Esc).is_empty());
    assert_eq!((app.state.turns.len(), filter(&app)), (1, None));
}

#[test]
fn what_is_pinned_stays_on_top_and_what_is_archived_is_found_by_filter_only() {
    let mut app = app_with(&["a", "b", "c"]);
    app.press(KeyCode::Char('G'));
    let effects = app.key(KeyCode::Char('p'), KeyModifiers::ALT);
    let pin = ArrangementChange::Pin(ConversationId::new("c"));
    assert_eq!(effects, [Effect::Store(StoreEffect::Arrange(pin))]);
    assert_eq!((titles(&app), selected(&app)), (vec!["c", "a", "b"], "c"));
    app.press(KeyCode::Down);
    app.key(KeyCode::Char('a'), KeyModifiers::ALT);
    assert_eq!((titles(&app), selected(&app)), (vec!["c", "b"], "b"));
    app.press(KeyCode::Char('/'));
    app.type_text("a");
    assert_eq!(titles(&app), ["a"]);
    app.press(KeyCode::Esc);
    app.key(KeyCode::Char('h'), KeyModifiers::ALT);
    assert_eq!(titles(&app), ["a"]);
    app.key(KeyCode::Char('a'), KeyModifiers::ALT);
    app.press(KeyCode::Esc);
    assert_eq!(titles(&app), ["c", "a", "b"]);
}

#[test]
fn continuing_an_archived_conversation_unarchives_it() {
    let mut app = AppHarness::new();
    let (turn, id, _) = app.send("q");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row(id.as_str(), "T", 1)])));
    let archived = Arrangement { archived: [id.clone()].into(), ..Arrangement::default() };
    app.send_msg(stored_msg(StoreEvent::Arranged(archived)));
    assert!(titles(&app).is_empty());
    let conversation = opened_conversation(&id, &[Message::question("q", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    let back = ArrangementChange::Unarchive(id);
    assert!(effects.contains(&Effect::Store(StoreEffect::Arrange(back))));
    assert_eq!(titles(&app), ["T"]);
}

#[test]
fn the_width_of_the_list_is_remembered_and_never_more_than_half_the_screen() {
    let mut app = AppHarness::new();
    let before = app.state.list.width;
    let effects = app.key(KeyCode::Right, KeyModifiers::ALT);
    let kept = Effect::Store(StoreEffect::Arrange(ArrangementChange::ListWidth(before + 2)));
    assert_eq!(effects, [kept]);
    app.send_msg(Msg::Input(Input::Resized(60, 20)));
    app.key(KeyCode::Right, KeyModifiers::ALT);
    assert_eq!(app.state.list.width, 30);
    app.send_msg(stored_msg(StoreEvent::Arranged(Arrangement {
        list_width: Some(24),
        ..Default::default()
    })));
    assert_eq!(app.state.list.width, 24);
}

#[test]
fn the_last_line_says_what_the_mark_of_the_selected_row_means() {
    let mut app = app_with(&["a", "b"]);
    app.state.size = (100, 30).into();
    let marks = RowMarks {
        changed: Vec::new(),
        interrupted: vec![ConversationId::new("b")],
        unstored: Vec::new(),
        remote_turns: Vec::new(),
    };
    app.send_msg(stored_msg(StoreEvent::Marked(marks)));
    app.state.focus = Focus::List;
    let meaning = "◌ incomplete answer   Enter open";
    assert!(!app.screen().contains(meaning), "{}", app.screen());
    app.press(KeyCode::Down);
    assert!(app.screen().contains(meaning), "{}", app.screen());
    app.state.focus = Focus::Composer;
    assert!(!app.screen().contains(meaning), "{}", app.screen());
}

#[test]
fn a_row_has_its_most_important_mark_and_opening_clears_the_unread_ones() {
    let mut app = app_with(&["a", "b"]);
    let (a, b) = (ConversationId::new("a"), ConversationId::new("b"));
    let ids = vec![a.clone(), b.clone()];
    let marks = RowMarks {
        changed: vec![a.clone()],
        interrupted: ids,
        unstored: vec![b.clone()],
        remote_turns: Vec::new(),
    };
    app.send_msg(stored_msg(StoreEvent::Marked(marks)));
    let mark = |app: &AppHarness, index: usize| {
        ConversationMark::of(&app.state, &app.state.list.rows[index])
    };
    assert_eq!(mark(&app, 0), Some(ConversationMark::Changed));
    assert_eq!(mark(&app, 1), Some(ConversationMark::Unstored));
    app.press(KeyCode::Enter);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&a, &[]))));
    assert_eq!(mark(&app, 0), Some(ConversationMark::Interrupted));
    // What happens to a conversation on screen is seen as it happens.
    app.send_msg(stored_msg(StoreEvent::Marked(RowMarks {
        changed: vec![a],
        ..RowMarks::default()
    })));
    assert_eq!(mark(&app, 0), None);
}

#[test]
fn a_copy_is_asked_for_under_a_new_id() {
    let mut app = app_with(&["a"]);
    let effects = app.key(KeyCode::Char('d'), KeyModifiers::ALT);
    let [Effect::Store(StoreEffect::Duplicate { id, copy_id: copy, .. })] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(id.as_str(), "a");
    assert_ne!(id, copy);
}

fn q(text: &str, time: i64) -> Message {
    Message::question(text, at(time))
}

fn a(text: &str, time: i64) -> Message {
    Message::answer(text, at(time), Some(ResponseId::new(format!("resp_{text}"))))
}

/// The application with a conversation of these messages on screen.
fn app_on(messages: &[Message]) -> (AppHarness, ConversationId) {
    let mut app = app_with(&["a"]);
    app.press(KeyCode::Enter);
    let id = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))));
    (app, id)
}

fn shown(app: &AppHarness) -> Vec<&str> {
    let open = app.state.transcript.open.as_ref().unwrap();
    open.messages.iter().map(|message| message.text.as_str()).collect()
}

/// The one change a question starts with.
fn first_change(effects: &[Effect]) -> &Change {
    let changes = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::StoreQuestion { changes, .. }) => changes.first(),
        _ => None,
    });
    changes.unwrap_or_else(|| panic!("{effects:?}"))
}

/// The store has the question of the only turn; returns the effects.
fn question_stored(app: &mut AppHarness, messages: &[Message]) -> Vec<Effect> {
    let (turn, id) = (app.state.turns[0].id.clone(), app.state.turns[0].conversation.clone());
    let conversation = opened_conversation(&id, messages);
    app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }))
}

#[test]
fn esc_twice_edits_the_last_question_and_sending_replaces_it() {
    let messages = [q("q1", 1), a("a1", 2), q("q2", 3), a("a2", 4)];
    let (mut app, _) = app_on(&messages);
    app.press(KeyCode::Esc);
    assert!(app.state.composer.text_is_empty());
    app.press(KeyCode::Esc);
    assert_eq!(app.state.composer.text(), "q2");
    app.type_text(" better");
    let effects = app.press(KeyCode::Enter);
    let Change::ReplaceFrom { keep, removed, messages: new, .. } = first_change(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!((*keep, removed.as_slice()), (2, &messages[2..]));
    assert_eq!(new[0].text, "q2 better");
    assert_eq!(shown(&app), ["q1", "a1", "q2 better"]);
    assert!(app.state.composer.text_is_empty());
    let open = app.state.transcript.open.as_ref().unwrap();
    assert_eq!(open.forks, [Fork { position: 2, current: 2, alternatives: 2 }]);
}

#[test]
fn another_key_between_two_esc_edits_nothing_and_esc_leaves_an_edit() {
    let (mut app, _) = app_on(&[q("q", 1), a("a", 2)]);
    app.press(KeyCode::Esc);
    app.press(KeyCode::PageUp);
    app.press(KeyCode::Esc);
    assert!(app.state.composer.edited_question.is_none());
    app.press(KeyCode::Esc);
    assert!(app.state.composer.edited_question.is_some());
    app.press(KeyCode::Esc);
    assert!(app.state.composer.edited_question.is_none());
    assert!(app.state.composer.text_is_empty());
    assert_eq!(shown(&app), ["q", "a"]);
}

#[test]
fn an_edit_belongs_to_its_conversation_and_its_text_stays_as_a_draft() {
    let (mut app, _) = app_on(&[q("q", 1), a("a", 2)]);
    app.state.focus = Focus::Transcript;
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    app.type_text("!");
    app.ctrl('n');
    assert!(app.state.composer.edited_question.is_none());
    let (.., changes) = app.send("new");
    assert!(matches!(changes[0], Change::Create { .. }), "{changes:?}");
}

#[test]
fn an_edited_question_that_could_not_be_stored_comes_back_and_the_file_is_read_again() {
    let (mut app, id) = app_on(&[q("q", 1), a("a", 2)]);
    app.press(KeyCode::Esc);
    app.press(KeyCode::Esc);
    app.type_text("!");
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    let failure = Failure::new(FailureKind::Storage, "It went on elsewhere.", "");
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert_eq!(app.state.composer.text(), "q!");
    assert!(effects.contains(&Effect::Store(StoreEffect::Open(id))));
}

#[test]
fn asking_again_keeps_the_question_and_replaces_the_answer() {
    let messages = [q("q1", 1), a("a1", 2)];
    let (mut app, id) = app_on(&messages);
    let effects = app.press(KeyCode::F(5));
    let Change::ReplaceFrom { keep, removed, messages: new, .. } = first_change(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!((*keep, removed.as_slice(), new.len()), (1, &messages[1..], 0));
    assert_eq!(shown(&app), ["q1"]);
    // If no other answer comes, the old one can be brought back.
    let turn = app.state.turns[0].id.clone();
    let kept = opened_conversation(&id, &messages[..1]);
    app.send_msg(stored_msg(StoreEvent::QuestionStored {
        turn: turn.clone(),
        conversation: kept.clone(),
    }));
    let failure = Failure::new(FailureKind::Network, "No connection.", "");
    app.reply(&turn, ended_event(ReplyOutcome::Failed(failure), ""));
    let mut kept = kept;
    kept.branches = vec![Branch {
        predecessor: Some(Fingerprint::of(&messages[0])),
        messages: vec![messages[1].clone()],
    }];
    kept.forks = vec![Fork { position: 1, current: 0, alternatives: 1 }];
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: kept }));
    app.state.focus = Focus::Transcript;
    app.key(KeyCode::Left, KeyModifiers::CONTROL);
    assert_eq!(shown(&app), ["q1", "a1"]);
}

#[test]
fn switching_branches_is_immediate_and_the_ends_are_reported() {
    let old = [q("q", 1), a("a", 2)];
    let new = [q("better", 3), a("b", 4)];
    let (mut app, id) = app_on(&[]);
    let mut with_branch = opened_conversation(&id, &new);
    with_branch.branches = vec![Branch { predecessor: None, messages: old.to_vec() }];
    with_branch.forks = vec![Fork { position: 0, current: 2, alternatives: 2 }];
    app.send_msg(stored_msg(StoreEvent::Opened(with_branch)));
    app.state.focus = Focus::Transcript;
    let effects = app.key(KeyCode::Left, KeyModifiers::CONTROL);
    let [Change::ReplaceFrom { keep, removed, messages, .. }] = committed_changes(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!((*keep, removed.as_slice(), messages.as_slice()), (0, &new[..], &old[..]));
    assert_eq!(shown(&app), ["q", "a"]);
    assert!(app.key(KeyCode::Left, KeyModifiers::CONTROL).is_empty());
    assert_eq!(app.notice(), "This is the first of 2 versions.");
    app.key(KeyCode::Right, KeyModifiers::CONTROL);
    assert_eq!(shown(&app), ["better", "b"]);
}

#[test]
fn nothing_is_changed_while_an_answer_is_coming() {
    let mut app = AppHarness::new();
    app.ask("q");
    app.state.focus = Focus::Transcript;
    let keys = [
        (KeyCode::Char('e'), KeyModifiers::ALT),
        (KeyCode::Left, KeyModifiers::CONTROL),
        (KeyCode::Right, KeyModifiers::CONTROL),
        (KeyCode::F(5), KeyModifiers::NONE),
    ];
    for (key, held) in keys {
        app.state.notice = None;
        assert!(app.key(key, held).is_empty(), "{key}");
        assert_eq!(app.notice(), "The answer is still arriving. Press Esc to stop it.");
    }
}

#[test]
fn only_a_truncated_answer_can_be_continued() {
    let (mut app, id) = app_on(&[q("q", 1), a("a", 2)]);
    app.paste("/continue");
    assert!(app.press(KeyCode::Enter).is_empty());
    assert_eq!(app.notice(), "The last answer is complete.");
    let open = opened_conversation(&id, &[q("q", 1), a("a", 2), q("r", 3)]);
    app.send_msg(stored_msg(StoreEvent::Opened(open)));
    app.paste("/continue");
    assert!(app.press(KeyCode::Enter).is_empty());
    assert_eq!(app.notice(), "The last question has no answer. Press F5 to ask it again.");
    let mut cut = opened_conversation(&id, &[q("q", 1), a("a", 2)]);
    cut.interruptions = vec![(1, "Stopped here.".into())];
    app.send_msg(stored_msg(StoreEvent::Opened(cut)));
    app.paste("/continue");
    let effects = app.press(KeyCode::Enter);
    let Change::Append { message, .. } = first_change(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!(message.text, "Continue exactly where you stopped.");
}

fn completed(
    app: &mut AppHarness,
    turn: &TurnId,
    id: &ConversationId,
    messages: &[Message],
) -> Vec<Effect> {
    app.reply(turn, ended_event(ReplyOutcome::Completed, "a"));
    let conversation = opened_conversation(id, messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn: turn.clone(), conversation }))
}

fn draft(effects: &[Effect]) -> Option<&str> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Session(SessionEffect::SaveDraft { draft, .. }) => Some(draft.text.as_str()),
        _ => None,
    })
}

#[test]
fn a_question_sent_during_an_answer_is_queued_and_asked_afterwards() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("first");
    app.type_text("second");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(draft(&effects), Some("second"));
    app.type_text("third");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(draft(&effects), Some("second\n\nthird"));
    assert!(app.state.composer.text_is_empty());
    let effects = completed(&mut app, &turn, &id, &[q("first", 1), a("a", 2)]);
    let change = first_change(&effects);
    assert!(matches!(change, Change::Append { message, .. } if message.text == "second"));
    // Until it is stored, a crash must not lose it.
    assert_eq!(draft(&effects), Some("second\n\nthird"));
    let effects = question_stored(&mut app, &[q("first", 1), a("a", 2), q("second", 1000)]);
    assert_eq!(draft(&effects), Some("third"));
}

#[test]
fn a_queued_question_can_be_withdrawn() {
    let mut app = AppHarness::new();
    app.ask("first");
    for text in ["second", "third"] {
        app.type_text(text);
        app.press(KeyCode::Enter);
    }
    app.key(KeyCode::Up, KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "third");
    app.key(KeyCode::Up, KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "second\nthird");
    assert!(app.state.queued_questions.is_empty());
}

#[test]
fn queued_questions_return_to_the_composer_when_the_answer_is_stopped() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("first");
    app.reply(&turn, ReplyEvent::TextAppended("half".into()));
    app.type_text("second");
    app.press(KeyCode::Enter);
    app.type_text("third");
    app.press(KeyCode::Esc);
    let mut cut = opened_conversation(&id, &[q("first", 1), a("half", 2)]);
    cut.interruptions = vec![(1, "Stopped here.".into())];
    let effects = app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: cut }));
    assert_eq!(app.state.composer.text(), "second\nthird");
    assert!(app.notice().ends_with("The queued question is back in the composer."));
    assert!(app.state.turns.is_empty(), "{effects:?}");
}

#[test]
fn a_queued_question_of_another_conversation_is_asked_there_or_becomes_its_draft() {
    for whole in [true, false] {
        let mut app = AppHarness::new();
        let (turn, id) = app.ask("first");
        app.type_text("second");
        app.press(KeyCode::Enter);
        app.ctrl('n');
        app.type_text("mine");
        let effects = if whole {
            completed(&mut app, &turn, &id, &[q("first", 1), a("a", 2)])
        } else {
            app.reply(&turn, ended_event(ReplyOutcome::Stopped, ""));
            let conversation = opened_conversation(&id, &[q("first", 1)]);
            app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }))
        };
        assert_eq!(app.state.composer.text(), "mine");
        assert_eq!(app.state.turn_in(&id).is_some(), whole);
        assert_eq!(draft(&effects), Some("second"));
        if whole {
            let stored = [q("first", 1), a("a", 2), q("second", 1000)];
            assert_eq!(draft(&question_stored(&mut app, &stored)), Some(""));
        }
        let drafted = app.state.drafts.get(&Some(id)).map(|draft| draft.text.as_str());
        assert_eq!(drafted.unwrap_or_default(), if whole { "" } else { "second" });
    }
}

#[test]
fn queued_questions_return_with_a_question_that_could_not_be_stored() {
    let mut app = AppHarness::new();
    let (turn, ..) = app.send("first");
    app.type_text("second");
    app.press(KeyCode::Enter);
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert_eq!(app.state.composer.text(), "first\n\nsecond");
    assert!(app.state.queued_questions.is_empty());
}

#[test]
fn answers_come_in_for_several_conversations_and_a_failure_names_its_own() {
    let mut app = AppHarness::new();
    let (one, first) = app.ask("one");
    app.ctrl('n');
    let (two, _) = app.ask("two");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row(first.as_str(), "One", 1)])));
    app.reply(&one, ReplyEvent::TextAppended("1".into()));
    app.reply(&two, ReplyEvent::TextAppended("2".into()));
    let answers: Vec<&str> = app.state.turns.iter().map(Turn::answer).collect();
    assert_eq!(answers, ["1", "2"]);
    let failure = Failure::new(FailureKind::Network, "No connection.", "");
    app.reply(&one, ended_event(ReplyOutcome::Failed(failure), "1"));
    let conversation = opened_conversation(&first, &[q("one", 1), a("1", 2)]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn: one, conversation }));
    assert!(app.notice().starts_with("In \"One\": No connection."), "{}", app.notice());
}

fn hit(id: &str, index: Option<usize>) -> SearchHit {
    let message =
        index.map(|index| HitMessage { position: index, role: Role::User, at: at(1), part: None });
    let text = |text: &str| text.to_owned();
    let conversation = ConversationId::new(id);
    let excerpt = Excerpt { before: text("…"), matched: text("word"), after: text("") };
    SearchHit { conversation, title: text(id), message, excerpt }
}

fn search(effects: &[Effect]) -> SearchId {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Store(StoreEffect::Search { search, .. }) => Some(*search),
            _ => None,
        })
        .expect("the words are looked for")
}

fn found(search: SearchId, hits: Vec<SearchHit>, progress: SearchProgress) -> Msg {
    stored_msg(StoreEvent::SearchFound { search, hits, progress })
}

fn hits(app: &AppHarness) -> usize {
    let Some(Overlay::Search(find)) = &app.state.overlay else { panic!("no search") };
    find.hits.len()
}

#[test]
fn results_come_while_typing_and_those_of_an_older_search_are_not_mixed_in() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(3));
    let first = search(&app.press(KeyCode::Char('w')));
    app.send_msg(found(first, vec![hit("a", None)], SearchProgress::Searching));
    let second = search(&app.press(KeyCode::Char('o')));
    // What was found before stays until there is something better.
    assert_eq!(hits(&app), 1);
    app.send_msg(found(first, vec![hit("b", None)], SearchProgress::Done));
    assert_eq!(hits(&app), 1);
    app.send_msg(found(second, vec![hit("c", None), hit("d", None)], SearchProgress::Searching));
    app.send_msg(found(second, vec![hit("e", None)], SearchProgress::Done));
    assert_eq!(hits(&app), 3);
    assert!(app.press(KeyCode::Esc).contains(&Effect::Store(StoreEffect::CancelSearch)));
}

#[test]
fn a_long_export_is_shown_in_the_status_line_and_esc_cancels_it() {
    let mut app = AppHarness::new();
    let progress = ExportProgress { done: 12_000, total: 1_000_000 };
    app.send_msg(Msg::Store(StoreEvent::Exporting(progress)));
    let screen = app.screen();
    assert!(screen.contains("Exporting, 12,000 of 1,000,000 messages   Esc cancel"), "{screen}");
    assert_eq!(app.press(KeyCode::Esc), [Effect::Store(StoreEffect::CancelExport)]);
    app.send_msg(Msg::Store(StoreEvent::ExportEnded));
    assert!(!app.screen().contains("Exporting"));
    assert!(!app.press(KeyCode::Esc).contains(&Effect::Store(StoreEffect::CancelExport)));
}

#[test]
fn enter_goes_to_the_message_and_the_search_opens_again_as_it_was() {
    let mut app = AppHarness::new();
    app.paste("/find word");
    let id = search(&app.press(KeyCode::Enter));
    app.send_msg(found(id, vec![hit("a", None), hit("b", Some(1))], SearchProgress::Done));
    app.press(KeyCode::Down);
    let effects = app.press(KeyCode::Enter);
    let b = ConversationId::new("b");
    assert!(effects.contains(&Effect::Store(StoreEffect::Open(b.clone()))));
    let messages = [q("one", 1), a("word", 2), q("three", 3)];
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&b, &messages))));
    // The view goes to the words themselves, and n goes on from there.
    assert_eq!(app.state.transcript.scroll, Scroll::ShowMatch);
    let index =
        app.state.transcript.search.as_ref().and_then(duologue::app::SearchBar::current_match);
    assert_eq!(index, Some((1, 0)));
    let id = search(&app.press(KeyCode::F(3)));
    let Some(Overlay::Search(find)) = &app.state.overlay else { panic!("no search") };
    assert_eq!((find.editor.text(), find.selected), ("word", 1));
    // The conversation is on screen already: only the view moves.
    app.send_msg(found(id, vec![hit("a", None), hit("b", Some(0))], SearchProgress::Done));
    let effects = app.press(KeyCode::Enter);
    assert!(!effects.contains(&Effect::Store(StoreEffect::Open(b))));
    assert_eq!(app.state.transcript.scroll, Scroll::At(Anchor::default()));
}

#[test]
fn enter_before_the_first_match_opens_that_match() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(3));
    let id = search(&app.press(KeyCode::Char('w')));
    assert!(app.press(KeyCode::Enter).is_empty());
    let effects = app.send_msg(found(id, vec![hit("b", None)], SearchProgress::Searching));
    assert!(effects.contains(&Effect::Store(StoreEffect::Open(ConversationId::new("b")))));
    assert!(app.state.overlay.is_none());
}

#[test]
fn a_found_message_that_was_deleted_is_reported() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(3));
    let id = search(&app.press(KeyCode::Char('w')));
    app.send_msg(found(id, vec![hit("b", Some(7))], SearchProgress::Done));
    app.press(KeyCode::Enter);
    let b = ConversationId::new("b");
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&b, &[q("one", 1)]))));
    assert_eq!(app.state.transcript.scroll, Scroll::Follow);
    assert_eq!(app.notice(), "That message no longer exists.");
}

/// What the application with this title model asks the server for when a first answer is stored.
fn title_wanted(app: &mut AppHarness, title: &str) -> Option<String> {
    let (turn, id) = app.ask("How do I sort a list?");
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    let mut kept = opened_conversation(&id, &[q("How do I sort a list?", 1), a("a", 2)]);
    kept.conversation.title = title.into();
    let effects = app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: kept }));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Api(ApiEffect::WriteTitle { old_title: was, .. }) => Some(was.to_string()),
        _ => None,
    })
}

#[test]
fn a_title_is_generated_only_with_a_title_model_and_without_a_given_title() {
    let first_words = "How do I sort a list";
    assert_eq!(title_wanted(&mut AppHarness::new(), first_words), None);
    let mut app = AppHarness::new();
    app.state.session.title_model = Some("small".into());
    assert_eq!(title_wanted(&mut app, first_words).as_deref(), Some(first_words));
    app.ctrl('n');
    assert_eq!(title_wanted(&mut app, "Mine"), None);
}

#[test]
fn a_generated_title_is_shortened_and_an_empty_one_is_ignored() {
    let mut app = AppHarness::new();
    let written = |title: &str| Msg::TitleWritten {
        id: ConversationId::new("a"),
        was: "How do I".into(),
        title: title.into(),
    };
    let effects = app.send_msg(written("\"Sorting: a list\""));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Store(StoreEffect::ReplaceTitle { old_title, title, .. })]
            if old_title.stored() == "How do I"
                && title.stored() == "Sorting a list"
                && title.text() == "Sorting: a list"
    ));
    assert!(app.send_msg(written("Hello!")).is_empty());
}

#[test]
fn a_conversation_is_resumed_by_a_few_letters_of_its_title() {
    let mut app = app_with(&["Dinner", "Sorting in Rust"]);
    app.press(KeyCode::Esc);
    app.paste("/resume rust");
    let effects = app.press(KeyCode::Enter);
    let id = ConversationId::new("Sorting in Rust");
    assert_eq!(effects, [Effect::Store(StoreEffect::Open(id.clone()))]);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &[q("q", 1)]))));
    app.paste("/effort High");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.effort.as_deref(), Some("high"));
}

#[test]
fn resume_opens_an_exact_title_before_a_longer_one() {
    let mut app = app_with(&["chat number 779", "chat number 77"]);
    app.press(KeyCode::Esc);
    app.paste("/resume chat number 77");
    let effects = app.press(KeyCode::Enter);
    let id = ConversationId::new("chat number 77");
    assert_eq!(effects, [Effect::Store(StoreEffect::Open(id))]);
}

#[test]
fn a_chosen_message_is_the_one_that_is_edited_or_asked_again() {
    let messages = [q("q1", 1), a("a1", 2), q("q2", 3), a("a2", 4)];
    let (mut app, _) = app_on(&messages);
    app.state.focus = Focus::Transcript;
    app.state.transcript.selected = Some(1);
    let effects = app.press(KeyCode::F(5));
    let Change::ReplaceFrom { keep, removed, .. } = first_change(&effects) else {
        panic!("{effects:?}");
    };
    assert_eq!((*keep, removed.len()), (1, 3));
    let (mut app, _) = app_on(&messages);
    app.state.focus = Focus::Transcript;
    app.state.transcript.selected = Some(1);
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    assert_eq!(app.state.composer.text(), "q1");
}

#[test]
fn a_list_that_was_not_on_screen_begins_with_its_first_row() {
    let mut app = AppHarness::new();
    app.send_msg(Msg::Input(Input::Resized(40, 12)));
    app.send_msg(Msg::Drawn(Measured::default()));
    let rows = |names: &[&str]| names.iter().map(|name| row(name, name, 1)).collect();
    app.send_msg(stored_msg(StoreEvent::Listed(rows(&["a", "b"]))));
    app.send_msg(stored_msg(StoreEvent::Listed(rows(&["new", "a", "b"]))));
    app.ctrl('s');
    app.send_msg(Msg::Drawn(Measured { list_rows: 10, ..Measured::default() }));
    assert_eq!((selected(&app), app.state.list.top), ("a", 0));
}
