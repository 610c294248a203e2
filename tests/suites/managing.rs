//! Managing conversations, the brain alone: commands by name, the list, branches, the queue.

use crossterm::event::KeyCode;
use duologue::app::{Effect, Focus, Overlay, StoreEffect};
use duologue::chat::Change;

use crate::support::desk::Desk;

#[test]
fn a_few_letters_find_a_command_and_enter_does_it() {
    let mut desk = Desk::new();
    desk.ctrl('p');
    desk.type_text("hlp");
    desk.press(KeyCode::Enter);
    assert!(matches!(desk.state.overlay, Some(Overlay::Help(_))));
}

#[test]
fn a_slash_where_a_message_begins_calls_commands_and_words_go_with_them() {
    let mut desk = Desk::new();
    desk.ask("q");
    desk.state.turns.clear();
    desk.type_text("/rename  Better a/b");
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Store(StoreEffect::Change(Change::Rename { title, .. }))] if title == "Better a_b"
    ));
    assert!(desk.state.overlay.is_none());
    assert!(desk.state.composer.text_is_empty());
}

#[test]
fn tab_writes_the_name_out_and_the_model_can_be_named() {
    let mut desk = Desk::new();
    desk.type_text("/mod");
    desk.press(KeyCode::Tab);
    desk.type_text("gpt-7");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.session.model, "gpt-7");
}

#[test]
fn a_message_that_begins_with_a_slash_is_not_lost_to_the_palette() {
    let mut desk = Desk::new();
    desk.type_text("/etc/hosts, what is it?");
    desk.press(KeyCode::Esc);
    assert_eq!(desk.state.composer.text(), "/etc/hosts, what is it?");
    assert_eq!(desk.state.focus, Focus::Composer);
    let (.., changes) = desk.send(" please");
    assert!(matches!(
        &changes[1],
        Change::Append { message, .. } if message.text == "/etc/hosts, what is it? please"
    ));
}

#[test]
fn a_pasted_command_is_called_and_a_pasted_path_is_asked() {
    let mut desk = Desk::new();
    desk.paste("/help");
    desk.press(KeyCode::Enter);
    assert!(matches!(desk.state.overlay, Some(Overlay::Help(_))));
    desk.press(KeyCode::Esc);
    desk.paste("/tmp is full");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.turns.len(), 1);
}
