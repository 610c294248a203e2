//! Choosing messages and copying them with keys, without I/O.

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    Anchor, ClipboardText, CopyMethod, CopyResult, Effect, Focus, Measured, Msg, Scroll,
    StoreEvent, TerminalEffect, transcript::message_selection,
};
use duologue::chat::{ConversationId, Message, ReplyEvent};

const ANSWER: &str = "Two ways:\n\n```sh\nmake\n```\n\nor\n\n```sh\ncargo build\n```\n";

/// A conversation of two questions and answers on screen, the keys with it.
fn reading() -> AppHarness {
    let mut app = AppHarness::new();
    let messages = [
        Message::question("first?", at(1)),
        Message::answer("one", at(2), None),
        Message::question("second?", at(3)),
        Message::answer(ANSWER, at(4), None),
    ];
    open(&mut app, "a", &messages);
    app.state.focus = Focus::Transcript;
    app
}

fn open(app: &mut AppHarness, id: &str, messages: &[Message]) {
    let id = ConversationId::new(id);
    duologue::app::transcript::request_open(&mut app.state, id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))));
}

fn copied(effects: &[Effect]) -> (&str, &str) {
    let [Effect::CopyText(ClipboardText { text, description: what })] = effects else {
        panic!("{effects:?}");
    };
    (text, what)
}

fn arrived(app: &mut AppHarness, way: CopyMethod, hidden: usize) -> Vec<Effect> {
    app.send_msg(Msg::Copied(CopyResult {
        description: "the answer".into(),
        method: way,
        hidden_characters: hidden,
    }))
}

#[test]
fn up_chooses_messages_from_the_end_and_y_copies_the_chosen_one_as_stored() {
    let mut app = reading();
    app.press(KeyCode::Up);
    assert_eq!(message_selection::selected_message(&app.state), Some(3));
    assert_eq!(app.state.transcript.scroll, Scroll::ShowMessage(3));
    app.press(KeyCode::Up);
    assert_eq!(copied(&app.press(KeyCode::Char('y'))), ("second?", "the question"));
    app.press(KeyCode::Down);
    assert_eq!(copied(&app.press(KeyCode::Char('y'))), (ANSWER, "the answer"));
    app.press(KeyCode::Esc);
    assert_eq!(message_selection::selected_message(&app.state), None);
    assert_eq!(app.state.focus, Focus::Composer);
}

#[test]
fn without_a_choice_the_last_or_the_growing_answer_is_copied() {
    let mut app = reading();
    assert_eq!(copied(&app.press(KeyCode::Char('y'))), (ANSWER, "the answer"));
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    app.reply(&turn, ReplyEvent::TextAppended("so far".into()));
    app.state.focus = Focus::Transcript;
    assert_eq!(copied(&app.press(KeyCode::Char('y'))), ("so far", "the answer"));
    let mut app = AppHarness::new();
    app.state.focus = Focus::Transcript;
    assert!(app.press(KeyCode::Char('y')).is_empty());
    assert_eq!(app.notice(), "Nothing to copy yet.");
}

#[test]
fn a_digit_after_y_copies_a_code_block_and_any_other_key_in_between_is_that_key() {
    let mut app = reading();
    app.press(KeyCode::Char('y'));
    arrived(&mut app, CopyMethod::Native, 0);
    assert_eq!(app.notice(), "Copied the answer. Press 1 to 2 to copy one code block.");
    assert_eq!(copied(&app.press(KeyCode::Char('2'))), ("cargo build", "code block 2"));
    assert_eq!(copied(&app.press(KeyCode::Char('1'))), ("make", "code block 1"));
    assert!(app.press(KeyCode::Char('7')).is_empty());
    assert_eq!(app.notice(), "The message has code blocks 1 to 2.");
    app.press(KeyCode::Char('y'));
    app.press(KeyCode::Char('k'));
    assert!(app.press(KeyCode::Char('2')).is_empty());
    assert_eq!(app.notice(), "Shift+Tab to write");
}

#[test]
fn more_than_nine_code_blocks_are_reached_by_two_digits() {
    let blocks: Vec<String> = (1..=12).map(|n| format!("```\nblock {n}\n```\n")).collect();
    let text = blocks.join("\n");
    let mut app = AppHarness::new();
    open(&mut app, "a", &[Message::question("q", at(1)), Message::answer(text, at(2), None)]);
    app.state.focus = Focus::Transcript;
    app.press(KeyCode::Char('y'));
    assert_eq!(copied(&app.press(KeyCode::Char('1'))).0, "block 1");
    assert_eq!(copied(&app.press(KeyCode::Char('2'))).0, "block 12");
}

#[test]
fn the_notice_reports_the_copy_and_warns_of_hidden_characters() {
    let mut app = AppHarness::new();
    let effects = arrived(&mut app, CopyMethod::Terminal("text".into()), 0);
    assert_eq!(effects, [Effect::Terminal(TerminalEffect::SetClipboard("text".into()))]);
    assert!(app.notice().contains("Not every terminal"), "{}", app.notice());
    arrived(&mut app, CopyMethod::File("/state/copied.txt".into()), 0);
    assert!(app.notice().ends_with("to /state/copied.txt"), "{}", app.notice());
    arrived(&mut app, CopyMethod::Native, 2);
    assert!(app.notice().contains("2 invisible or control characters"), "{}", app.notice());
    arrived(&mut app, CopyMethod::Failed("the disk is full.".into()), 0);
    assert_eq!(app.notice(), "Nothing was copied: the disk is full.");
}

#[test]
fn copy_as_a_command_takes_a_block_or_everything() {
    let mut app = reading();
    app.state.focus = Focus::Composer;
    app.paste("/copy 2");
    assert_eq!(copied(&app.press(KeyCode::Enter)).0, "cargo build");
    app.paste("/copy chat");
    let effects = app.press(KeyCode::Enter);
    let (text, what) = copied(&effects);
    assert!(text.starts_with("## You\n\nfirst?\n\n## Assistant\n\none\n\n## You"), "{text}");
    assert_eq!(what, "the conversation");
}

#[test]
fn one_key_goes_from_question_to_question() {
    let mut app = reading();
    let measured = Measured { top: Anchor { message: 3, line: 5 }, ..Measured::default() };
    app.send_msg(Msg::Drawn(measured));
    app.key(KeyCode::Up, KeyModifiers::CONTROL);
    assert_eq!(app.state.transcript.scroll, Scroll::At(Anchor { message: 2, line: 0 }));
    app.press(KeyCode::Char('{'));
    assert_eq!(message_selection::selected_message(&app.state), Some(0));
    app.press(KeyCode::Char('}'));
    assert_eq!(message_selection::selected_message(&app.state), Some(2));
    app.press(KeyCode::Char('}'));
    assert_eq!(message_selection::selected_message(&app.state), Some(2));
}

#[test]
fn the_choice_stays_on_its_message_when_others_are_inserted() {
    let mut app = reading();
    app.press(KeyCode::Up);
    let mut messages: Vec<Message> = {
        let open = app.state.transcript.open.as_ref().unwrap();
        open.messages.iter().map(|message| Message::clone(message)).collect()
    };
    messages.insert(2, Message::question("from the browser", at(2)));
    let id = ConversationId::new("a");
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    assert_eq!(message_selection::selected_message(&app.state), Some(4));
}
