//! Choosing messages and copying them with keys, without I/O.

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    Anchor, ClipboardText, CopyMethod, CopyResult, Effect, Focus, Measured, Msg, Scroll,
    StoreEvent, TerminalEffect, message_selection,
};
use duologue::chat::{ConversationId, Message, ReplyEvent};

const ANSWER: &str = "Two ways:\n\n```sh\nmake\n```\n\nor\n\n```sh\ncargo build\n```\n";

/// A conversation of two questions and answers on screen, the keys with it.
fn reading() -> AppHarness {
    let mut desk = AppHarness::new();
    let messages = [
        Message::question("first?", at(1)),
        Message::answer("one", at(2), None),
        Message::question("second?", at(3)),
        Message::answer(ANSWER, at(4), None),
    ];
    open(&mut desk, "a", &messages);
    desk.state.focus = Focus::Transcript;
    desk
}

fn open(desk: &mut AppHarness, id: &str, messages: &[Message]) {
    let id = ConversationId::new(id);
    duologue::app::transcript::request_open(&mut desk.state, id.clone());
    desk.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))));
}

fn copied(effects: &[Effect]) -> (&str, &str) {
    let [Effect::CopyText(ClipboardText { text, description: what })] = effects else {
        panic!("{effects:?}");
    };
    (text, what)
}

fn arrived(desk: &mut AppHarness, way: CopyMethod, hidden: usize) -> Vec<Effect> {
    desk.send_msg(Msg::Copied(CopyResult {
        description: "the answer".into(),
        method: way,
        hidden_characters: hidden,
    }))
}

#[test]
fn up_chooses_messages_from_the_end_and_y_copies_the_chosen_one_as_stored() {
    let mut desk = reading();
    desk.press(KeyCode::Up);
    assert_eq!(message_selection::selected_message(&desk.state), Some(3));
    assert_eq!(desk.state.transcript.scroll, Scroll::ShowMessage(3));
    desk.press(KeyCode::Up);
    assert_eq!(copied(&desk.press(KeyCode::Char('y'))), ("second?", "the question"));
    desk.press(KeyCode::Down);
    assert_eq!(copied(&desk.press(KeyCode::Char('y'))), (ANSWER, "the answer"));
    desk.press(KeyCode::Esc);
    assert_eq!(message_selection::selected_message(&desk.state), None);
    assert_eq!(desk.state.focus, Focus::Composer);
}

#[test]
fn without_a_choice_the_last_or_the_growing_answer_is_copied() {
    let mut desk = reading();
    assert_eq!(copied(&desk.press(KeyCode::Char('y'))), (ANSWER, "the answer"));
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("q");
    desk.reply(&turn, ReplyEvent::TextAppended("so far".into()));
    desk.state.focus = Focus::Transcript;
    assert_eq!(copied(&desk.press(KeyCode::Char('y'))), ("so far", "the answer"));
    let mut desk = AppHarness::new();
    desk.state.focus = Focus::Transcript;
    assert!(desk.press(KeyCode::Char('y')).is_empty());
    assert_eq!(desk.notice(), "Nothing to copy yet.");
}

#[test]
fn a_digit_after_y_copies_a_code_block_and_any_other_key_in_between_is_that_key() {
    let mut desk = reading();
    desk.press(KeyCode::Char('y'));
    arrived(&mut desk, CopyMethod::Native, 0);
    assert_eq!(desk.notice(), "Copied the answer. Press 1 to 2 to copy one code block.");
    assert_eq!(copied(&desk.press(KeyCode::Char('2'))), ("cargo build", "code block 2"));
    assert_eq!(copied(&desk.press(KeyCode::Char('1'))), ("make", "code block 1"));
    assert!(desk.press(KeyCode::Char('7')).is_empty());
    assert_eq!(desk.notice(), "The message has code blocks 1 to 2.");
    desk.press(KeyCode::Char('y'));
    desk.press(KeyCode::Char('k'));
    assert!(desk.press(KeyCode::Char('2')).is_empty());
    assert_eq!(desk.notice(), "Shift+Tab to write");
}

#[test]
fn more_than_nine_code_blocks_are_reached_by_two_digits() {
    let blocks: Vec<String> = (1..=12).map(|n| format!("```\nblock {n}\n```\n")).collect();
    let text = blocks.join("\n");
    let mut desk = AppHarness::new();
    open(&mut desk, "a", &[Message::question("q", at(1)), Message::answer(text, at(2), None)]);
    desk.state.focus = Focus::Transcript;
    desk.press(KeyCode::Char('y'));
    assert_eq!(copied(&desk.press(KeyCode::Char('1'))).0, "block 1");
    assert_eq!(copied(&desk.press(KeyCode::Char('2'))).0, "block 12");
}

#[test]
fn the_notice_reports_the_copy_and_warns_of_hidden_characters() {
    let mut desk = AppHarness::new();
    let effects = arrived(&mut desk, CopyMethod::Terminal("text".into()), 0);
    assert_eq!(effects, [Effect::Terminal(TerminalEffect::SetClipboard("text".into()))]);
    assert!(desk.notice().contains("Not every terminal"), "{}", desk.notice());
    arrived(&mut desk, CopyMethod::File("/state/copied.txt".into()), 0);
    assert!(desk.notice().ends_with("to /state/copied.txt"), "{}", desk.notice());
    arrived(&mut desk, CopyMethod::Native, 2);
    assert!(desk.notice().contains("2 invisible or control characters"), "{}", desk.notice());
    arrived(&mut desk, CopyMethod::Failed("the disk is full.".into()), 0);
    assert_eq!(desk.notice(), "Nothing was copied: the disk is full.");
}

#[test]
fn copy_as_a_command_takes_a_block_or_everything() {
    let mut desk = reading();
    desk.state.focus = Focus::Composer;
    desk.paste("/copy 2");
    assert_eq!(copied(&desk.press(KeyCode::Enter)).0, "cargo build");
    desk.paste("/copy chat");
    let effects = desk.press(KeyCode::Enter);
    let (text, what) = copied(&effects);
    assert!(text.starts_with("## You\n\nfirst?\n\n## Assistant\n\none\n\n## You"), "{text}");
    assert_eq!(what, "the conversation");
}

#[test]
fn one_key_goes_from_question_to_question() {
    let mut desk = reading();
    let measured = Measured { top: Anchor { message: 3, line: 5 }, ..Measured::default() };
    desk.send_msg(Msg::Drawn(measured));
    desk.key(KeyCode::Up, KeyModifiers::CONTROL);
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor { message: 2, line: 0 }));
    desk.press(KeyCode::Char('{'));
    assert_eq!(message_selection::selected_message(&desk.state), Some(0));
    desk.press(KeyCode::Char('}'));
    assert_eq!(message_selection::selected_message(&desk.state), Some(2));
    desk.press(KeyCode::Char('}'));
    assert_eq!(message_selection::selected_message(&desk.state), Some(2));
}

#[test]
fn the_choice_stays_on_its_message_when_others_are_inserted() {
    let mut desk = reading();
    desk.press(KeyCode::Up);
    let mut messages: Vec<Message> = {
        let open = desk.state.transcript.open.as_ref().unwrap();
        open.messages.iter().map(|message| Message::clone(message)).collect()
    };
    messages.insert(2, Message::question("from the browser", at(2)));
    let id = ConversationId::new("a");
    desk.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, &messages))));
    assert_eq!(message_selection::selected_message(&desk.state), Some(4));
}
