//! The notice line: a notice shown during an answer is seen, and disappears by itself.

use crossterm::event::KeyCode;
use duologue::app::{
    Effect, Input, Msg, QuitState, Scroll, StoreEvent, TerminalEffect, TerminalFocus,
};
use duologue::chat::{
    Advice, Failure, FailureKind, FileNotice, Message, ReplyEvent, ReplyOutcome, UnstoredCopy,
};
use duologue::settings::Theme;
use duologue::view::status;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::app_harness::{AppHarness, at, ended_event, opened_conversation, stored_msg};

/// The status line as drawn.
fn line(app: &AppHarness) -> String {
    let mut terminal = Terminal::new(TestBackend::new(120, 1)).unwrap();
    let draw = |frame: &mut ratatui::Frame<'_>| {
        status::draw(frame, frame.area(), &app.state, &Theme::default());
    };
    terminal.draw(draw).unwrap();
    terminal.backend().to_string()
}

/// An answer is coming in.
fn answering() -> AppHarness {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("hello");
    app.reply(&turn, ReplyEvent::TextAppended("Hel".into()));
    assert!(line(&app).contains("Answering"), "{}", line(&app));
    app
}

fn pass(app: &mut AppHarness, seconds: i64) {
    app.send_msg(Msg::TimePassed(at(seconds)));
}

#[test]
fn a_notice_is_shown_during_an_answer_until_the_next_key() {
    let mut app = answering();
    app.ctrl('t');
    assert!(line(&app).contains("Reasoning effort: low"), "{}", line(&app));
    app.press(KeyCode::Char('x'));
    assert!(line(&app).contains("Answering"), "{}", line(&app));
}

#[test]
fn that_an_answer_is_stored_at_last_is_said_behind_a_warning() {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("hello");
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "Hello."));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    let delayed =
        StoreEvent::AnswerDelayed { turn: turn.clone(), failure, copy: UnstoredCopy::Journal };
    app.send_msg(stored_msg(delayed));
    let loss = FileNotice::loss("Another program overwrote 3 conversations.", Advice::None);
    app.send_msg(stored_msg(StoreEvent::FileChanged(Some(loss))));
    let messages = [Message::question("hello", at(1)), Message::answer("Hello.", at(2), None)];
    let conversation = opened_conversation(&id, &messages);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    let both = "Another program overwrote 3 conversations. The answer is stored now.";
    assert_eq!(app.notice(), both);
}

#[test]
fn why_an_answer_ended_stands_once_while_its_end_is_on_screen() {
    let mut app = answering();
    app.press(KeyCode::Esc);
    let turn = app.state.turns[0].id.clone();
    let messages = [Message::question("hello", at(1)), Message::answer("Hel", at(2), None)];
    let mut cut = opened_conversation(&app.state.turns[0].conversation, &messages);
    cut.interruptions = vec![(1, "Stopped here.".into())];
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: cut }));
    assert!(!line(&app).contains("Stopped."), "{}", line(&app));
    app.state.measured.at_bottom = true;
    app.state.transcript.scroll = Scroll::ShowMessage(0);
    assert!(!line(&app).contains("Stopped."), "{}", line(&app));
    app.state.measured.at_bottom = false;
    assert!(line(&app).contains("Stopped."), "{}", line(&app));
}

#[test]
fn a_notice_disappears_after_a_few_seconds_for_good() {
    let mut app = answering();
    app.ctrl('t');
    pass(&mut app, 1003);
    assert!(line(&app).contains("Reasoning effort: low"), "{}", line(&app));
    pass(&mut app, 1004);
    assert!(line(&app).contains("Answering"), "{}", line(&app));
    app.press(KeyCode::Esc);
    let turn = app.state.turns[0].id.clone();
    let conversation = opened_conversation(&app.state.turns[0].conversation, &[]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(line(&app).contains("Stopped."), "{}", line(&app));
}

#[test]
fn an_error_elsewhere_is_shown_while_typing_and_again_after_the_answer() {
    let mut app = answering();
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    app.send_msg(stored_msg(StoreEvent::Failed(failure)));
    app.type_text("typing on");
    assert!(line(&app).contains("The disk is full."), "{}", line(&app));
    pass(&mut app, 1002);
    app.press(KeyCode::Char('!'));
    assert!(line(&app).contains("Answering"), "{}", line(&app));
    let turn = app.state.turns[0].id.clone();
    let id = app.state.turns[0].conversation.clone();
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "Hello."));
    let conversation = opened_conversation(&id, &[]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(line(&app).contains("The disk is full."), "{}", line(&app));
}

#[test]
fn quitting_at_the_next_press_lasts_as_long_as_its_notice() {
    let mut app = answering();
    let turn = app.state.turns[0].id.clone();
    let mode = duologue::chat::ExecutionMode::Background;
    let response_id = Some(duologue::chat::ResponseId::new("resp_1"));
    app.reply(&turn, ReplyEvent::Accepted { response_id, model: None, mode });
    app.ctrl('c');
    assert!(line(&app).contains("Ctrl+C again to quit"), "{}", line(&app));
    pass(&mut app, 1008);
    assert!(line(&app).contains("Answering"), "{}", line(&app));
    app.ctrl('c');
    assert_eq!(app.state.quit_state, QuitState::ConfirmPending);
    app.ctrl('c');
    assert_eq!(app.state.quit_state, QuitState::Quitting);
}

#[test]
fn a_draft_that_could_not_be_saved_does_not_hide_why_a_question_was_not_sent() {
    let mut app = AppHarness::new();
    let (turn, ..) = app.send("precious words");
    let failure = |text: &str| Failure::new(FailureKind::Storage, text, "Check the folder.");
    let not_sent =
        StoreEvent::QuestionNotStored { turn, failure: failure("The journal is broken.") };
    app.send_msg(stored_msg(not_sent));
    app.send_msg(stored_msg(StoreEvent::DraftNotSaved(failure("Your draft is not saved."))));
    assert!(app.notice().starts_with("Not sent: the journal is broken."), "{}", app.notice());

    let mut app = AppHarness::new();
    app.type_text("words");
    app.send_msg(stored_msg(StoreEvent::DraftNotSaved(failure("Your draft is not saved."))));
    assert!(app.notice().starts_with("Your draft is not saved."), "{}", app.notice());
}

#[test]
fn without_an_answer_a_notice_fades_and_an_error_stays() {
    let mut app = AppHarness::new();
    app.ctrl('t');
    assert!(line(&app).contains("Reasoning effort"), "{}", line(&app));
    pass(&mut app, 1004);
    assert!(!line(&app).contains("Reasoning effort"), "{}", line(&app));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    app.send_msg(stored_msg(StoreEvent::Failed(failure)));
    pass(&mut app, 2000);
    assert!(line(&app).contains("The disk is full."), "{}", line(&app));
}

proptest! {
    /// For any order of events: the latest notice is on screen, and once time has
    /// passed the turn is.
    #[test]
    fn a_new_notice_is_always_on_screen(steps in prop::collection::vec(0..4_u8, 1..20)) {
        let mut app = answering();
        let mut now = 1000;
        for (count, step) in steps.into_iter().enumerate() {
            match step {
                0 => {
                    app.ctrl('t');
                    prop_assert!(line(&app).contains("Reasoning effort: "));
                }
                1 => {
                    let text = format!("Said {count}.");
                    let notice = FileNotice::loss(text.clone(), Advice::None);
                    app.send_msg(stored_msg(StoreEvent::FileChanged(Some(notice))));
                    app.press(KeyCode::Char('a'));
                    prop_assert!(line(&app).contains(&text));
                }
                2 => { app.press(KeyCode::Char('a')); }
                _ => {
                    now += 8;
                    pass(&mut app, now);
                    prop_assert!(line(&app).contains("Answering"));
                }
            }
        }
    }
}

/// What the terminal is asked to notify of when an answer ends `seconds` after its question.
fn notification(seconds: i64, focus: TerminalFocus, outcome: ReplyOutcome) -> Option<String> {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("hello");
    app.reply(&turn, ReplyEvent::TextAppended("Hel".into()));
    app.send_msg(Msg::Input(Input::FocusChanged(focus)));
    let asked = app.state.now.seconds();
    pass(&mut app, asked + seconds);
    app.reply(&turn, ended_event(outcome, "Hello"));
    let conversation = opened_conversation(&id, &[]);
    let effects = app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Terminal(TerminalEffect::Notify(text)) => Some(text),
        _ => None,
    })
}

#[test]
fn a_long_answer_that_ends_while_the_terminal_is_not_focused_is_notified() {
    use TerminalFocus::{Focused, Unfocused};
    let done = || ReplyOutcome::Completed;
    let ready = notification(6, Unfocused, done()).unwrap();
    assert!(ready.ends_with("The answer is ready."), "{ready}");
    let failed = ReplyOutcome::Failed(Failure::new(FailureKind::Network, "No route.", "Wait."));
    assert!(notification(6, Unfocused, failed).unwrap().contains("No route."));
    assert_eq!(notification(5, Unfocused, done()), None);
    assert_eq!(notification(60, Focused, done()), None);
    assert_eq!(notification(60, Unfocused, ReplyOutcome::Stopped), None);
}
