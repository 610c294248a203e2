//! The notice line: a notice shown during an answer is seen, and disappears by itself.

use crossterm::event::KeyCode;
use duologue::app::{
    Effect, Input, Msg, NoticeKind, QuitState, StoreEvent, TerminalEffect, TerminalFocus,
};
use duologue::chat::{Failure, FailureKind, ReplyEvent, ReplyOutcome};
use duologue::settings::Theme;
use duologue::view::status;
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::app_harness::{AppHarness, at, ended_event, opened_conversation, stored_msg};

/// The status line as drawn.
fn line(desk: &AppHarness) -> String {
    let mut terminal = Terminal::new(TestBackend::new(120, 1)).unwrap();
    let draw = |frame: &mut ratatui::Frame<'_>| {
        status::draw(frame, frame.area(), &desk.state, &Theme::default());
    };
    terminal.draw(draw).unwrap();
    terminal.backend().to_string()
}

/// An answer is coming in.
fn answering() -> AppHarness {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("hello");
    desk.reply(&turn, ReplyEvent::TextAppended("Hel".into()));
    assert!(line(&desk).contains("Answering"), "{}", line(&desk));
    desk
}

fn pass(desk: &mut AppHarness, seconds: i64) {
    desk.send_msg(Msg::TimePassed(at(seconds)));
}

#[test]
fn a_notice_is_shown_during_an_answer_until_the_next_key() {
    let mut desk = answering();
    desk.ctrl('t');
    assert!(line(&desk).contains("Reasoning effort: low"), "{}", line(&desk));
    desk.press(KeyCode::Char('x'));
    assert!(line(&desk).contains("Answering"), "{}", line(&desk));
}

#[test]
fn a_notice_disappears_after_a_few_seconds_for_good() {
    let mut desk = answering();
    desk.ctrl('t');
    pass(&mut desk, 1003);
    assert!(line(&desk).contains("Reasoning effort: low"), "{}", line(&desk));
    pass(&mut desk, 1004);
    assert!(line(&desk).contains("Answering"), "{}", line(&desk));
    desk.press(KeyCode::Esc);
    let turn = desk.state.turns[0].id.clone();
    let conversation = opened_conversation(&desk.state.turns[0].conversation, &[]);
    desk.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(line(&desk).contains("Stopped."), "{}", line(&desk));
}

#[test]
fn an_error_elsewhere_is_shown_while_typing_and_again_after_the_answer() {
    let mut desk = answering();
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    desk.send_msg(stored_msg(StoreEvent::NotChanged { about: None, failure }));
    desk.type_text("typing on");
    assert!(line(&desk).contains("The disk is full."), "{}", line(&desk));
    pass(&mut desk, 1002);
    desk.press(KeyCode::Char('!'));
    assert!(line(&desk).contains("Answering"), "{}", line(&desk));
    let turn = desk.state.turns[0].id.clone();
    let id = desk.state.turns[0].conversation.clone();
    desk.reply(&turn, ended_event(ReplyOutcome::Completed, "Hello."));
    let conversation = opened_conversation(&id, &[]);
    desk.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    assert!(line(&desk).contains("The disk is full."), "{}", line(&desk));
}

#[test]
fn quitting_at_the_next_press_lasts_as_long_as_its_notice() {
    let mut desk = answering();
    let turn = desk.state.turns[0].id.clone();
    let mode = duologue::chat::ExecutionMode::Background;
    let response_id = Some(duologue::chat::ResponseId::new("resp_1"));
    desk.reply(&turn, ReplyEvent::Accepted { response_id, model: None, mode });
    desk.ctrl('c');
    assert!(line(&desk).contains("Ctrl+C again to quit"), "{}", line(&desk));
    pass(&mut desk, 1008);
    assert!(line(&desk).contains("Answering"), "{}", line(&desk));
    desk.ctrl('c');
    assert_eq!(desk.state.quit_state, QuitState::ConfirmPending);
    desk.ctrl('c');
    assert_eq!(desk.state.quit_state, QuitState::Quitting);
}

#[test]
fn a_draft_that_could_not_be_saved_does_not_hide_why_a_question_was_not_sent() {
    let mut desk = AppHarness::new();
    let (turn, ..) = desk.send("precious words");
    let failure = |text: &str| Failure::new(FailureKind::Storage, text, "Check the folder.");
    let not_sent =
        StoreEvent::QuestionNotStored { turn, failure: failure("The journal is broken.") };
    desk.send_msg(stored_msg(not_sent));
    desk.send_msg(stored_msg(StoreEvent::DraftNotSaved(failure("Your draft is not saved."))));
    assert!(desk.notice().starts_with("Not sent: The journal is broken."), "{}", desk.notice());

    let mut desk = AppHarness::new();
    desk.type_text("words");
    desk.send_msg(stored_msg(StoreEvent::DraftNotSaved(failure("Your draft is not saved."))));
    assert!(desk.notice().starts_with("Your draft is not saved."), "{}", desk.notice());
}

#[test]
fn without_an_answer_a_notice_fades_and_an_error_stays() {
    let mut desk = AppHarness::new();
    desk.ctrl('t');
    assert!(line(&desk).contains("Reasoning effort"), "{}", line(&desk));
    pass(&mut desk, 1004);
    assert!(!line(&desk).contains("Reasoning effort"), "{}", line(&desk));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "Free some space.");
    desk.send_msg(stored_msg(StoreEvent::NotChanged { about: None, failure }));
    pass(&mut desk, 2000);
    assert!(line(&desk).contains("The disk is full."), "{}", line(&desk));
}

proptest! {
    /// For any order of events: the latest notice is on screen, and once time has
    /// passed the turn is.
    #[test]
    fn whatever_was_just_said_is_on_screen(steps in prop::collection::vec(0..4_u8, 1..20)) {
        let mut desk = answering();
        let mut now = 1000;
        for (count, step) in steps.into_iter().enumerate() {
            match step {
                0 => {
                    desk.ctrl('t');
                    prop_assert!(line(&desk).contains("Reasoning effort: "));
                }
                1 => {
                    let text = format!("Said {count}.");
                    let kind = NoticeKind::Warning;
                    let notice = duologue::app::Notice { kind, text: text.clone() };
                    desk.send_msg(stored_msg(StoreEvent::FileChanged(Some(notice))));
                    desk.press(KeyCode::Char('a'));
                    prop_assert!(line(&desk).contains(&text));
                }
                2 => { desk.press(KeyCode::Char('a')); }
                _ => {
                    now += 8;
                    pass(&mut desk, now);
                    prop_assert!(line(&desk).contains("Answering"));
                }
            }
        }
    }
}

/// What the terminal is asked to notify of when an answer ends `seconds` after its question.
fn notification(seconds: i64, focus: TerminalFocus, outcome: ReplyOutcome) -> Option<String> {
    let mut desk = AppHarness::new();
    let (turn, id) = desk.ask("hello");
    desk.reply(&turn, ReplyEvent::TextAppended("Hel".into()));
    desk.send_msg(Msg::Input(Input::FocusChanged(focus)));
    let asked = desk.state.now.seconds();
    pass(&mut desk, asked + seconds);
    desk.reply(&turn, ended_event(outcome, "Hello"));
    let conversation = opened_conversation(&id, &[]);
    let effects = desk.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
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
