//! The state of the window: messages in, state and effects out, without I/O.

use crate::support::app_harness::{
    AppHarness, at, committed_changes, ended_event, has_request, opened_conversation, server_steps,
    stored_ending, stored_msg,
};
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    ApiEffect, Effect, Focus, Input, Measured, Msg, Overlay, Scroll, SessionEffect, StoreEffect,
    StoreEvent,
};
use duologue::chat::{
    AnswerServer, CapabilityUpdate, Change, Conversation, ConversationId, Failure, FailureKind,
    Message, ReplyEvent, ReplyOutcome, ServerStep, TextDelta, Timestamp, TurnId, TurnPhase,
};
use duologue::view::status;

/// The models of the only server.
fn models_listed(listed: Result<Vec<String>, Failure>) -> Msg {
    let server = AnswerServer { name: "default".into(), host: String::new() };
    Msg::ModelsListed { server, listed }
}

#[test]
fn nothing_is_sent_before_the_question_is_on_disk() {
    let mut app = AppHarness::new();
    app.type_text("hello");
    let effects = app.press(KeyCode::Enter);
    assert!(!has_request(&effects));
    assert_eq!(*app.state.turns[0].phase(), TurnPhase::StoringQuestion);
    let turn = app.state.turns[0].id.clone();
    let id = app.state.turns[0].conversation.clone();
    let kept = opened_conversation(&id, &[Message::question("hello", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation: kept }));
    assert!(has_request(&effects));
}

#[test]
fn the_first_question_creates_the_conversation_it_names() {
    let mut app = AppHarness::new();
    let (_, id, changes) = app.send("How do I sort a list?");
    let [Change::Create { id: created, title, .. }, Change::Append { message, .. }] =
        changes.as_slice()
    else {
        panic!("{changes:?}");
    };
    assert_eq!(created, &id);
    assert_eq!((title.stored(), title.text()), ("How do I sort a list", "How do I sort a list?"));
    assert_eq!(message.text, "How do I sort a list?");
}

#[test]
fn a_question_that_could_not_be_stored_comes_back_to_the_composer() {
    let mut app = AppHarness::new();
    let (turn, ..) = app.send("precious words");
    app.type_text("more");
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert!(!has_request(&effects));
    assert_eq!(app.state.composer.text(), "precious words\nmore");
    assert!(app.state.transcript.open.is_none());
    assert!(app.notice().starts_with("Not sent: the disk is full."), "{}", app.notice());
}

#[test]
fn a_question_that_could_not_be_stored_waits_as_a_draft_when_its_pane_is_gone() {
    let mut app = AppHarness::new();
    let (turn, ..) = app.send("precious words");
    app.ctrl('n');
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionNotStored { turn, failure }));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Session(SessionEffect::SaveDraft { draft, .. }) if draft.text == "precious words"
    )));
}

#[test]
fn deltas_grow_the_answer_and_each_goes_to_the_journal() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("Hel".into()));
    let effects = app.reply(&turn, ReplyEvent::TextAppended("lo".into()));
    assert_eq!(app.state.turns[0].answer(), "Hello");
    assert_eq!(
        effects,
        [Effect::Journal {
            turn: turn.clone(),
            conversation: id.clone(),
            delta: TextDelta::Append("lo".into()),
        }]
    );
    let before = app.state.turns[0].rewrites();
    app.reply(&turn, ReplyEvent::TextReplaced("Hullo".into()));
    assert_eq!(app.state.turns[0].answer(), "Hullo");
    assert_ne!(app.state.turns[0].rewrites(), before);
}

#[test]
fn esc_stops_the_answer_and_says_that_it_is_kept_once_it_is_on_disk() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("half an ans".into()));
    let effects = app.press(KeyCode::Esc);
    assert_eq!(server_steps(&effects).next(), Some((&turn, &ServerStep::Disconnect)));
    let ending = stored_ending(&effects).unwrap();
    assert_eq!((ending.text.as_str(), &ending.outcome), ("half an ans", &ReplyOutcome::Stopped));
    // What was still in flight changes nothing any more.
    app.reply(&turn, ReplyEvent::TextAppended("wer".into()));
    assert_eq!(app.state.turns[0].answer(), "half an ans");
    assert_eq!(app.notice(), "", "nothing is on disk yet");
    let question = Message::question("q", at(1000));
    let messages = [question, Message::answer("half an ans", at(1001), None)];
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert_eq!(app.notice(), "Stopped. The partial answer is kept.");
}

#[test]
fn an_ending_that_was_not_stored_is_not_reported_as_stored() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    let failure = Failure::new(FailureKind::Network, "No connection.", "Check the network.");
    app.reply(&turn, ended_event(ReplyOutcome::Failed(failure.clone()), ""));
    assert_eq!(app.notice(), "");
    let full = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    app.send_msg(stored_msg(StoreEvent::AnswerNotStored { turn, failure: full.clone() }));
    assert_eq!(app.notice(), full.to_string());
    let shown = app.state.transcript.open.as_ref().unwrap().failure.as_ref();
    assert_eq!(shown.map(|failed| &failed.failure), Some(&failure));
}

#[test]
fn stopping_while_the_question_is_being_stored_sends_nothing() {
    let mut app = AppHarness::new();
    let (turn, id, _) = app.send("q");
    app.press(KeyCode::Esc);
    let kept = opened_conversation(&id, &[Message::question("q", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation: kept }));
    assert!(!has_request(&effects));
    assert!(stored_ending(&effects).is_some_and(|ending| ending.text.is_empty()));
}

#[test]
fn an_answer_in_a_conversation_that_is_not_on_screen_is_marked_unread_until_it_is_opened() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.ctrl('n');
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    let messages = [Message::question("q", at(1000)), Message::answer("a", at(1001), None)];
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert_eq!(app.state.list.unread, std::slice::from_ref(&id));
    assert!(app.state.turns.is_empty());
    let rows = vec![opened_conversation(&id, &messages).conversation.summary()];
    app.send_msg(stored_msg(StoreEvent::Listed(rows)));
    app.ctrl('s');
    app.press(KeyCode::Enter);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    assert!(app.state.list.unread.is_empty());
}

#[test]
fn a_failed_turn_shows_the_reason_and_retrying_stores_the_question_once() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    let failure = Failure::new(FailureKind::Network, "No connection.", "Check the network.");
    app.reply(&turn, ended_event(ReplyOutcome::Failed(failure), ""));
    let conversation = opened_conversation(&id, &[Message::question("q", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(app.notice().contains("No connection."));
    assert!(app.state.transcript.open.as_ref().unwrap().failure.is_some());
    let retry = duologue::app::turn::turn_actions::retry_last(&mut app.state);
    let retry = app.check_servers(retry);
    let [Effect::Store(StoreEffect::StoreQuestion { changes, .. })] = retry.as_slice() else {
        panic!("{retry:?}");
    };
    assert!(changes.is_empty());
}

#[test]
fn after_a_model_is_gone_the_same_question_goes_to_the_one_that_is_chosen() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    let failure =
        Failure::new(FailureKind::ModelUnavailable, "o4-mini is gone.", "Choose another.");
    app.reply(&turn, ended_event(ReplyOutcome::Failed(failure), ""));
    let conversation = opened_conversation(&id, &[Message::question("q", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    let effects = app.press(KeyCode::F(4));
    assert!(effects.contains(&Effect::Api(ApiEffect::ListModels)));
    app.send_msg(models_listed(Ok(vec!["new-a".into(), "new-b".into()])));
    app.press(KeyCode::Down);
    let effects = app.press(KeyCode::Enter);
    assert_eq!(app.state.session.model, "new-b");
    let gone_and_chosen =
        CapabilityUpdate::ModelReplaced { retired: "o4-mini".into(), replacement: "new-b".into() };
    let [
        Effect::Store(StoreEffect::RecordCapability { server: None, update }),
        Effect::Store(StoreEffect::StoreQuestion { turn, changes, .. }),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(*update, gone_and_chosen);
    assert!(changes.is_empty());
    let kept = opened_conversation(&id, &[Message::question("q", at(1000))]);
    let turn = turn.clone();
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation: kept }));
    assert!(server_steps(&effects).any(|(_, step)| {
        matches!(step, ServerStep::Send { options, .. } if options.model == "new-b")
    }));
}

fn model_gone(app: &mut AppHarness, turn: &TurnId, id: &ConversationId) -> Vec<Effect> {
    let failure =
        Failure::new(FailureKind::ModelUnavailable, "o4-mini is gone.", "Choose another.");
    app.reply(turn, ended_event(ReplyOutcome::Failed(failure), ""));
    let conversation = opened_conversation(id, &[Message::question("q", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn: turn.clone(), conversation }))
}

#[test]
fn a_retired_model_does_not_interrupt_typing() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.type_text("by the way, ");
    let effects = model_gone(&mut app, &turn, &id);
    app.type_text("just this");
    assert!(effects.iter().all(|it| !matches!(it, Effect::Api(_))), "{effects:?}");
    assert_eq!(app.state.composer.text(), "by the way, just this");
    assert!(app.notice().contains("gone"), "{}", app.notice());
    // The key the message names opens the choice, and the question goes to what is chosen.
    app.press(KeyCode::F(4));
    app.send_msg(models_listed(Ok(vec!["new-a".into()])));
    let effects = app.press(KeyCode::Enter);
    assert!(matches!(effects.last(), Some(Effect::Store(StoreEffect::StoreQuestion { .. }))));
    assert_eq!(app.state.composer.text(), "by the way, just this");
}

#[test]
fn the_model_of_the_failed_question_is_the_one_that_is_replaced() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    model_gone(&mut app, &turn, &id);
    app.type_text("/model guessed");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.model, "guessed");
    app.press(KeyCode::F(4));
    app.send_msg(models_listed(Ok(vec!["guessed".into(), "o4-mini".into(), "new-b".into()])));
    app.press(KeyCode::Down);
    let effects = app.press(KeyCode::Enter);
    let capability =
        CapabilityUpdate::ModelReplaced { retired: "o4-mini".into(), replacement: "new-b".into() };
    let recorded = effects.iter().any(|effect| {
        matches!(effect, Effect::Store(StoreEffect::RecordCapability { update, .. }) if *update == capability)
    });
    assert!(recorded, "{effects:?}");
}

#[test]
fn a_model_that_is_gone_is_reported_in_the_conversation_alone() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    let effects = model_gone(&mut app, &turn, &id);
    assert!(app.state.overlay.is_none());
    assert!(effects.iter().all(|it| !matches!(it, Effect::Api(_))), "{effects:?}");
    let shown = app.screen();
    assert_eq!(shown.matches("o4-mini is gone.").count(), 1, "{shown}");
    assert!(shown.contains("F4 choose a model"), "{shown}");
    assert!(!shown.contains("This question has no answer"), "{shown}");
    app.type_text("joke");
    assert_eq!(app.state.composer.text(), "joke");
}

#[test]
fn a_message_that_begins_with_a_slash_survives_other_events() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    app.type_text("/usr/local is the place, ");
    model_gone(&mut app, &turn, &id);
    app.type_text("please");
    let kept = app.send_msg(Msg::Terminated);
    let drafts: Vec<_> = kept
        .iter()
        .filter_map(|it| match it {
            Effect::Session(SessionEffect::SaveDraft { draft, .. }) => Some(draft.text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(drafts, ["/usr/local is the place, please"]);
}

#[test]
fn a_draft_belongs_to_its_conversation() {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![
        Conversation::new(id.clone(), "A", at(1)).summary(),
    ])));
    app.type_text("for a new one");
    app.ctrl('s');
    app.press(KeyCode::Enter);
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &[]))));
    assert_eq!(app.state.composer.text(), "");
    app.type_text("for a");
    app.ctrl('n');
    assert_eq!(app.state.composer.text(), "for a new one");
}

#[test]
fn a_second_ctrl_c_in_a_row_leaves_and_any_other_key_between_stays() {
    let mut app = AppHarness::new();
    assert!(app.ctrl('c').is_empty());
    app.press(KeyCode::Char('x'));
    app.press(KeyCode::Backspace);
    assert!(app.ctrl('c').is_empty());
    app.ctrl('c');
    assert!(app.is_quitting());
}

#[test]
fn quitting_during_an_answer_keeps_the_partial_text() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("part".into()));
    let effects = app.send_msg(Msg::Terminated);
    assert_eq!(stored_ending(&effects).unwrap().text, "part");
    assert!(app.is_quitting());
}

#[test]
fn the_view_stays_where_it_was_scrolled_to_and_follows_again_at_the_bottom() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    let measured = Measured { transcript_rows: 20, both_panes: true, ..Measured::default() };
    app.send_msg(Msg::Drawn(measured));
    app.press(KeyCode::PageUp);
    let Scroll::At(before) = app.state.transcript.scroll else { panic!("still following") };
    app.reply(&turn, ReplyEvent::TextAppended("more\n\nand more".into()));
    assert_eq!(app.state.transcript.scroll, Scroll::At(before));
    app.send_msg(Msg::Drawn(Measured { at_bottom: true, ..measured }));
    assert_eq!(app.state.transcript.scroll, Scroll::Follow);
}

#[test]
fn a_character_typed_in_the_conversation_goes_nowhere_and_the_way_to_the_composer_is_named() {
    let mut app = AppHarness::new();
    app.state.focus = Focus::Transcript;
    app.press(KeyCode::Char('ß'));
    assert_eq!(app.state.focus, Focus::Transcript);
    assert_eq!(app.notice(), "Shift+Tab to write");
    assert_eq!(app.state.composer.text(), "");
}

#[test]
fn backspace_deletes_one_grapheme() {
    let mut app = AppHarness::new();
    app.send_msg(Msg::Input(Input::Pasted("a👩‍👩‍👧e\u{301}".into())));
    app.press(KeyCode::Backspace);
    assert_eq!(app.state.composer.text(), "a👩‍👩‍👧");
    app.press(KeyCode::Left);
    app.press(KeyCode::Delete);
    assert_eq!(app.state.composer.text(), "a");
    app.key(KeyCode::Char('z'), KeyModifiers::CONTROL);
    assert_eq!(app.state.composer.text(), "a👩‍👩‍👧");
}

#[test]
fn a_backslash_before_enter_is_a_new_line_and_pasted_line_ends_are_made_one_kind() {
    let mut app = AppHarness::new();
    app.type_text("one\\");
    assert!(app.press(KeyCode::Enter).is_empty());
    app.send_msg(Msg::Input(Input::Pasted("two\r\nthree\rfour".into())));
    assert_eq!(app.state.composer.text(), "one\ntwo\nthree\nfour");
}

#[test]
fn deleting_asks_first_and_n_changes_nothing() {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![
        Conversation::new(id.clone(), "A", at(1)).summary(),
    ])));
    app.ctrl('s');
    app.press(KeyCode::Delete);
    assert!(matches!(app.state.overlay, Some(Overlay::Confirm(_))));
    assert!(app.press(KeyCode::Char('n')).is_empty());
    app.press(KeyCode::Delete);
    let effects = app.press(KeyCode::Char('y'));
    assert_eq!(committed_changes(&effects), [Change::Delete { id }]);
}

#[test]
fn a_new_title_follows_the_web_apps_rule() {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::Listed(vec![Conversation::new(id, "A", at(1)).summary()])));
    app.ctrl('s');
    app.press(KeyCode::F(2));
    app.press(KeyCode::Backspace);
    app.type_text("a/b");
    let effects = app.press(KeyCode::Enter);
    assert!(
        matches!(committed_changes(&effects), [Change::Rename { title, .. }] if title.stored() == "a_b" && title.text() == "a/b")
    );
}

#[test]
fn the_cursor_stays_on_its_conversation_when_the_list_changes_under_it() {
    let mut app = AppHarness::new();
    let row = |id: &str| Conversation::new(ConversationId::new(id), id, at(1)).summary();
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b")])));
    app.ctrl('s');
    app.press(KeyCode::Down);
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("new"), row("a"), row("b")])));
    let selected = duologue::app::list::selected(&app.state.list).unwrap();
    assert_eq!(selected.id.as_str(), "b");
}

#[test]
fn the_retry_delay_counts_down_and_a_key_ends_it() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    let failure = Failure::new(FailureKind::RateLimited, "Busy.", "");
    let after = std::time::Duration::from_millis(7_200);
    app.reply(&turn, ReplyEvent::Retrying { attempt: 2, after, failure });
    let output = |app: &AppHarness| status::phase_text(app.state.open_turn().unwrap(), &app.state);
    assert_eq!(output(&app), "Retrying in 8 s. Busy.");
    app.send_msg(Msg::TimePassed(Timestamp::from_seconds(app.state.now.seconds() + 5)));
    assert_eq!(output(&app), "Retrying in 3 s. Busy.");
    let retried = app.press(KeyCode::F(5));
    assert_eq!(
        (server_steps(&retried).collect::<Vec<_>>(), retried.len()),
        (vec![(&turn, &ServerStep::RetryNow)], 1)
    );
    let stopped = app.press(KeyCode::Esc);
    assert_eq!(server_steps(&stopped[..1]).next(), Some((&turn, &ServerStep::Disconnect)));
}

#[test]
fn the_effort_and_tools_chosen_by_key_go_with_the_next_question_and_its_answer() {
    let mut app = AppHarness::new();
    app.ctrl('t');
    app.press(KeyCode::F(7));
    let (turn, _) = app.ask("q");
    let options = app.state.open_turn().unwrap().options().cloned().unwrap();
    assert_eq!(options.effort.as_deref(), Some("low"));
    assert_eq!(options.tools, ["calculator", "web_search"]);
    let effects = app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    let ending = stored_ending(&effects).unwrap();
    assert_eq!(effects.len(), 1, "{effects:?}");
    assert_eq!(ending.effort.as_deref(), Some("low"));
}
