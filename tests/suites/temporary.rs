//! The temporary conversation: it is only in memory until it is saved, and then in the file.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    ApiEffect, Effect, Focus, FollowUp, Msg, Notice, NoticeKind, QuitState, SessionEffect,
    StoreEffect, StoreEvent, temporary,
};
use duologue::chat::{
    Change, ConversationId, ExecutionMode, Failure, FailureKind, Message, ReplyEvent, ReplyOutcome,
    Retention, ServerStep, StoreStep, ToolUse, TurnId,
};

use crate::support::app_harness::{
    AppHarness, at, committed_changes, ended_event, has_request, opened_conversation, server_steps,
    store_steps, stored_ending, stored_msg,
};

fn shown(app: &AppHarness) -> Vec<&str> {
    let open = app.state.transcript.open.as_ref().unwrap();
    open.messages.iter().map(|message| message.text.as_str()).collect()
}

/// Whether anything of these effects would reach the disk and say something of a conversation.
fn leaves_a_trace(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| match effect {
        Effect::Store(effect) => !matches!(
            effect,
            StoreEffect::List
                | StoreEffect::CountUsage(None)
                | StoreEffect::RecordCapability { .. }
        ),
        Effect::Session(_) | Effect::Journal { .. } => true,
        Effect::Api(effect) => matches!(effect, ApiEffect::WriteTitle { .. }),
        _ => false,
    })
}

/// A temporary conversation on screen, its first question answered with "a".
fn answered(question: &str) -> (AppHarness, ConversationId) {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    app.type_text(question);
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    let id = app.state.transcript.open.as_ref().unwrap().id.clone();
    (app, id)
}

fn command(app: &mut AppHarness, words: &str) -> Vec<Effect> {
    app.paste(words);
    app.press(KeyCode::Enter)
}

/// A temporary conversation with an answer, and `/save` on its way to the disk.
fn being_saved() -> (AppHarness, ConversationId) {
    let (mut app, id) = answered("first");
    assert_eq!(committed_changes(&command(&mut app, "/save")).len(), 2);
    (app, id)
}

/// The disk says that something was done.
fn done(app: &mut AppHarness, about: Option<&ConversationId>) -> Vec<Effect> {
    let notice = Notice { kind: NoticeKind::Info, text: "Done.".into() };
    app.send_msg(stored_msg(match about.cloned() {
        Some(about) => StoreEvent::Changed { about, notice },
        None => StoreEvent::Notice(notice),
    }))
}

/// The disk says that something could not be done.
fn not_done(app: &mut AppHarness, about: Option<&ConversationId>) -> Vec<Effect> {
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    app.send_msg(stored_msg(match about.cloned() {
        Some(about) => StoreEvent::NotChanged { about, failure },
        None => StoreEvent::Failed(failure),
    }))
}

/// The questions the disk is asked to keep.
fn kept_questions(effects: &[Effect]) -> Vec<&str> {
    let changes = effects.iter().filter_map(|effect| match effect {
        Effect::Store(StoreEffect::StoreQuestion { changes, .. }) => Some(changes),
        _ => None,
    });
    let texts = changes.flatten().filter_map(|change| match change {
        Change::Append { message, .. } => Some(message.text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The question that goes to the server.
fn sent(effects: &[Effect]) -> Option<(TurnId, String)> {
    server_steps(effects).find_map(|(turn, step)| match step {
        ServerStep::Send { conversation, .. } => {
            Some((turn.clone(), conversation.messages.last()?.text.clone()))
        }
        _ => None,
    })
}

#[test]
fn it_leaves_no_trace_on_disk_or_at_the_server() {
    let mut app = AppHarness::new();
    app.state.session.title_model = Some("small".into());
    let mut all = app.press(KeyCode::F(8));
    app.type_text("secret");
    // A second of not typing writes drafts down; not this one.
    all.extend(app.send_msg(Msg::TimePassed(at(2000))));
    let effects = app.press(KeyCode::Enter);
    let Some((turn, ServerStep::Send { conversation, options })) =
        server_steps(&effects[..1]).next()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(options.retention, Retention::NotStored);
    assert_eq!(conversation.messages[0].text, "secret");
    let turn = turn.clone();
    all.extend(app.reply(&turn, ReplyEvent::TextAppended("an ans".into())));
    app.type_text("next");
    all.extend(app.press(KeyCode::Enter));
    let next = app.reply(&turn, ended_event(ReplyOutcome::Completed, "an answer"));
    assert!(has_request(&next), "what waited is asked");
    assert_eq!(shown(&app), ["secret", "an answer", "next"]);
    all.extend(next);
    let turn = app.state.turns[0].id.clone();
    all.extend(app.reply(&turn, ended_event(ReplyOutcome::Stopped, "cut")));
    assert_eq!(app.state.transcript.open.as_ref().unwrap().interruptions.len(), 1);
    // Another answer, a new title, another pane and back, and out.
    all.extend(app.press(KeyCode::F(5)));
    let turn = app.state.turns[0].id.clone();
    all.extend(app.reply(&turn, ended_event(ReplyOutcome::Completed, "better")));
    app.state.focus = Focus::Transcript;
    all.extend(app.key(KeyCode::Left, KeyModifiers::CONTROL));
    assert_eq!(shown(&app), ["secret", "an answer", "next", "cut"]);
    for words in ["/rename Other", "/export", "/pin", "/archive", "/duplicate", "/usage"] {
        all.extend(command(&mut app, words));
        app.press(KeyCode::Esc);
    }
    assert_eq!(app.state.transcript.open.as_ref().unwrap().title, "Other");
    app.type_text("draft");
    all.extend(app.ctrl('n'));
    all.extend(app.send_msg(stored_msg(StoreEvent::FileChanged(None))));
    all.extend(app.press(KeyCode::F(8)));
    assert_eq!(app.state.composer.text(), "draft");
    assert_eq!(shown(&app).len(), 4);
    assert_eq!(app.state.transcript.open.as_ref().unwrap().forks.len(), 1);
    all.extend(app.send_msg(Msg::Terminated));
    assert!(!leaves_a_trace(&all), "{all:?}");
}

#[test]
fn its_answers_end_with_their_connection_also_where_others_run_in_the_background() {
    let mut app = AppHarness::new();
    app.state.session.execution_mode = ExecutionMode::Background;
    app.press(KeyCode::F(8));
    app.type_text("secret");
    let effects = app.press(KeyCode::Enter);
    let Some((turn, ServerStep::Send { options, .. })) = server_steps(&effects[..1]).next() else {
        panic!("{effects:?}");
    };
    assert_eq!(app.state.turns[0].options(), Some(&**options), "the turn knows what was sent");
    assert_eq!(options.mode, ExecutionMode::Foreground);
    let effects = app.press(KeyCode::Esc);
    assert_eq!(server_steps(&effects[..1]).next(), Some((turn, &ServerStep::Disconnect)));
}

#[test]
fn an_answer_reaches_it_while_another_conversation_is_open() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    app.type_text("q");
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    app.ctrl('n');
    let effects = app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    assert!(!leaves_a_trace(&effects), "{effects:?}");
    app.press(KeyCode::F(8));
    assert_eq!(shown(&app), ["q", "a"]);
    assert!(app.state.turns.is_empty());
}

#[test]
fn a_queued_question_is_asked_while_another_conversation_is_open() {
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    app.type_text("first");
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    app.type_text("second");
    app.press(KeyCode::Enter);
    app.ctrl('n');
    let effects = app.reply(&turn, ended_event(ReplyOutcome::Completed, "a1"));
    let (turn, question) = sent(&effects).expect("it is asked");
    assert_eq!(question, "second");
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a2"));
    app.press(KeyCode::F(8));
    assert_eq!(shown(&app), ["first", "a1", "second", "a2"]);
}

#[test]
fn what_is_typed_while_it_is_empty_never_reaches_the_disk_and_is_there_again() {
    let mut app = AppHarness::new();
    let mut all = app.press(KeyCode::F(8));
    app.type_text("secret");
    all.extend(app.ctrl('n'));
    all.extend(app.send_msg(Msg::TimePassed(at(2000))));
    assert_eq!(app.state.composer.text(), "");
    all.extend(app.press(KeyCode::F(8)));
    assert_eq!(app.state.composer.text(), "secret");
    all.extend(app.send_msg(Msg::Terminated));
    let secret = all.iter().any(|effect| format!("{effect:?}").contains("secret"));
    assert!(!secret, "{all:?}");
}

#[test]
fn deleting_it_deletes_its_draft() {
    let (mut app, id) = answered("secret");
    app.type_text("draft");
    app.ctrl('p');
    app.type_text("delete");
    app.press(KeyCode::Enter);
    let all = app.press(KeyCode::Char('y'));
    assert!(!leaves_a_trace(&all), "{all:?}");
    assert_eq!(app.notice(), "The temporary conversation was discarded.");
    app.press(KeyCode::F(8));
    assert!(shown(&app).is_empty() && app.state.composer.text_is_empty());
    assert_ne!(app.state.transcript.open.as_ref().unwrap().id, id);
}

#[test]
fn it_is_saved_by_one_transaction_and_only_once_that_took_effect() {
    let (mut app, id) = answered("How do I sort?");
    for fails in [true, false] {
        let effects = command(&mut app, "/save");
        let [Change::Create { title, .. }, Change::Insert { blocks, .. }] =
            committed_changes(&effects)
        else {
            panic!("{effects:?}");
        };
        assert_eq!((title.text(), blocks[0].messages.len()), ("How do I sort?", 2));
        assert_eq!(blocks[0].messages[1].response_id, None);
        assert!(command(&mut app, "/save").is_empty(), "it is on its way");
        if fails {
            not_done(&mut app, Some(&id));
            assert!(temporary::is_temporary(&app.state, &id));
        } else {
            done(&mut app, Some(&id));
            assert!(app.state.temporary.is_none());
        }
    }
}

#[test]
fn it_is_saved_with_the_users_title() {
    let (mut app, _) = answered("How do I sort?");
    command(&mut app, "/rename Sorting");
    let effects = command(&mut app, "/save");
    assert!(
        matches!(&committed_changes(&effects)[0], Change::Create { title, .. } if title.text() == "Sorting")
    );
}

#[test]
fn unrelated_store_events_neither_save_it_nor_end_saving() {
    let (mut app, id) = being_saved();
    let other = ConversationId::new("other");
    for about in [None, Some(&other)] {
        done(&mut app, about);
        not_done(&mut app, about);
        assert!(temporary::is_being_saved(&app.state), "after a reply about {about:?}");
    }
    done(&mut app, Some(&id));
    assert!(app.state.temporary.is_none());
}

#[test]
fn a_question_asked_during_saving_is_stored_once_afterwards() {
    let (mut app, id) = being_saved();
    app.type_text("second");
    let waits = app.press(KeyCode::Enter);
    assert!(kept_questions(&waits).is_empty() && !has_request(&waits), "{waits:?}");
    assert_eq!(shown(&app), ["first", "a", "second"]);
    let effects = done(&mut app, Some(&id));
    assert_eq!(kept_questions(&effects), ["second"]);
    let turn = app.state.turns[0].id.clone();
    let messages = ["first", "a", "second"].map(|text| Message::question(text, at(1000)));
    let conversation = opened_conversation(&id, &messages);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    assert_eq!(sent(&effects).map(|(_, question)| question).as_deref(), Some("second"));
    assert!(kept_questions(&effects).is_empty());
}

#[test]
fn a_question_asked_during_saving_stays_in_memory_if_saving_fails() {
    let (mut app, id) = being_saved();
    app.type_text("second");
    let mut all = app.press(KeyCode::Enter);
    let effects = not_done(&mut app, Some(&id));
    let (turn, question) = sent(&effects).expect("it is asked");
    assert_eq!(question, "second");
    assert!(app.notice().contains("The disk is full."), "{}", app.notice());
    all.extend(effects);
    all.extend(app.reply(&turn, ended_event(ReplyOutcome::Completed, "b")));
    assert!(!leaves_a_trace(&all), "{all:?}");
    assert_eq!(shown(&app), ["first", "a", "second", "b"]);
    // All of it is saved by the next try.
    let effects = command(&mut app, "/save");
    let [_, Change::Insert { blocks, .. }] = committed_changes(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(blocks[0].messages.len(), 4);
}

#[test]
fn a_question_that_is_stopped_while_it_is_being_saved_is_stored_and_not_sent() {
    let (mut app, id) = being_saved();
    app.type_text("second");
    app.press(KeyCode::Enter);
    app.press(KeyCode::Esc);
    let effects = done(&mut app, Some(&id));
    assert_eq!(kept_questions(&effects), ["second"]);
    let turn = app.state.turns[0].id.clone();
    let conversation = opened_conversation(&id, &[Message::question("second", at(1000))]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    assert!(!has_request(&effects) && stored_ending(&effects).is_some(), "{effects:?}");
}

#[test]
fn an_attachment_of_a_question_asked_during_saving_is_kept() {
    let (mut app, id) = being_saved();
    app.type_text("what is @notes.txt");
    app.press(KeyCode::Enter);
    let effects = done(&mut app, Some(&id));
    let index = |wanted: &dyn Fn(&Effect) -> bool| {
        effects.iter().position(wanted).unwrap_or_else(|| panic!("{effects:?}"))
    };
    let attached = Effect::Session(SessionEffect::AttachMentioned(vec!["notes.txt".into()]));
    let named = index(&|it| *it == attached);
    let kept = index(&|it| matches!(it, Effect::Store(StoreEffect::StoreQuestion { .. })));
    assert!(named < kept, "{effects:?}");
}

#[test]
fn what_is_being_written_is_on_the_disk_once_it_is_saved() {
    let (mut app, id) = being_saved();
    app.type_text("a draft");
    app.send_msg(Msg::TimePassed(at(2000)));
    let effects = done(&mut app, Some(&id));
    let draft = SessionEffect::SaveDraft { conversation: Some(id), draft: "a draft".into() };
    assert!(effects.contains(&Effect::Session(draft)), "{effects:?}");
}

#[test]
fn the_model_time_and_tokens_of_its_answers_are_saved_with_it() {
    let (mut app, id) = being_saved();
    let known = app.state.transcript.open.as_ref().unwrap().records.clone();
    let effects = done(&mut app, Some(&id));
    let records = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::SaveAnswerRecords { id: of, records }) if *of == id => {
            Some(records)
        }
        _ => None,
    });
    let record = &records.expect("the records are saved")[0];
    assert_eq!(Some(record), known.get(&1));
}

#[test]
fn a_change_during_saving_is_stored_afterwards() {
    let (mut app, id) = being_saved();
    command(&mut app, "/rename Other");
    let renames = |effects: &[Effect]| {
        effects.iter().any(|effect| {
            matches!(effect, Effect::Store(StoreEffect::Commit(changes))
                if matches!(changes.as_slice(), [Change::Rename { id: of, .. }] if *of == id))
        })
    };
    assert!(renames(&done(&mut app, Some(&id))));
    // Where it could not be saved, its title is another one in memory.
    let (mut app, id) = being_saved();
    command(&mut app, "/rename Other");
    assert!(!leaves_a_trace(&not_done(&mut app, Some(&id))));
    assert_eq!(app.state.transcript.open.as_ref().unwrap().title, "Other");
}

/// What a question effects while its answer uses the calculator.
fn effects_of_a_calculation(app: &mut AppHarness) -> Vec<Effect> {
    app.type_text("2+2?");
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    if let Some(unsaved) = app.state.unsaved_questions.first() {
        let conversation = app.state.transcript.open.as_ref().unwrap().id.clone();
        let question = Message::question(unsaved.draft.text.clone(), at(1));
        let conversation = opened_conversation(&conversation, &[question]);
        app.send_msg(stored_msg(StoreEvent::QuestionStored { turn: turn.clone(), conversation }));
    }
    let tool = ToolUse {
        name: "calculator".into(),
        input: r#"{"expression":"2+2"}"#.into(),
        output: r#"{"success": true, "result": 4, "expression": "2+2"}"#.into(),
        success: true,
        was_run: true,
        at: at(1),
        input_display: "2+2".into(),
        output_display: "4".into(),
    };
    app.reply(&turn, ReplyEvent::ToolUsed(Box::new(tool)))
}

#[test]
fn a_calculation_in_it_reaches_no_history() {
    let is_recorded = |effects: &[Effect]| {
        store_steps(effects).any(|(_, step)| matches!(step, StoreStep::RecordToolUse(_)))
    };
    let mut app = AppHarness::new();
    assert!(is_recorded(&effects_of_a_calculation(&mut app)), "elsewhere it does");
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    let effects = effects_of_a_calculation(&mut app);
    assert!(!leaves_a_trace(&effects) && !is_recorded(&effects), "{effects:?}");
    assert_eq!(app.state.turns[0].tools().len(), 1, "it is shown all the same");
}

#[test]
fn the_setup_warns_before_it_ends_a_temporary_conversation_and_says_how_to_go_on() {
    let (mut app, _) = answered("a secret question");
    let setup = |app: &mut AppHarness| {
        app.type_text("/setup");
        app.press(KeyCode::Enter);
        app.is_quitting()
    };
    assert!(!setup(&mut app));
    let notice = "The temporary conversation is not saved. /save keeps it. Type /setup again";
    assert!(app.notice().starts_with(notice), "{}", app.notice());
    assert!(setup(&mut app));
    assert_eq!(app.state.follow_up, FollowUp::Setup);
}

#[test]
fn typed_text_of_a_temporary_conversation_is_not_lost_without_a_warning() {
    let mut app = AppHarness::new();
    app.state.session.lacks_key = true;
    app.press(KeyCode::F(8));
    app.type_text("secret");
    // The setup closes the window, and no disk keeps this text.
    assert_eq!(app.press(KeyCode::Enter), []);
    assert_eq!(app.state.quit_state, QuitState::Running);
    assert_eq!(app.state.composer.text(), "secret");
    assert!(app.notice().contains("No API key is set"), "{}", app.notice());
    assert_eq!(app.ctrl('q'), []);
    assert!(app.notice().contains("is not saved"), "{}", app.notice());
    app.ctrl('q');
    assert!(app.is_quitting());
}
