//! Writing in the composer, as keys do it: the brain alone, no I/O.

use crate::support::desk::Desk;
use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{Anchor, Effect, Focus, Scroll, TerminalEffect};

#[test]
fn ctrl_z_takes_typing_back_and_goes_to_the_shell_only_where_nothing_is_written() {
    let mut desk = Desk::new();
    desk.type_text("one two");
    assert!(desk.ctrl('z').is_empty());
    assert_eq!(desk.state.composer.text(), "one ");
    desk.ctrl('y');
    assert_eq!(desk.state.composer.text(), "one two");
    desk.ctrl('u');
    assert_eq!(desk.state.composer.text(), "");
    assert!(desk.ctrl('z').is_empty());
    assert_eq!(desk.state.composer.text(), "one two");
    let mut desk = Desk::new();
    assert_eq!(desk.ctrl('z'), [Effect::Terminal(TerminalEffect::Suspend)]);
}

#[test]
fn line_editing_keys_do_what_shells_do() {
    let mut desk = Desk::new();
    desk.type_text("the quick fox");
    desk.ctrl('w');
    desk.key(KeyCode::Char('b'), KeyModifiers::ALT);
    desk.ctrl('k');
    assert_eq!(desk.state.composer.text(), "the ");
    desk.ctrl('a');
    desk.key(KeyCode::Char('y'), KeyModifiers::ALT);
    assert_eq!(desk.state.composer.text(), "quick the ");
    desk.ctrl('e');
    desk.key(KeyCode::Left, KeyModifiers::CONTROL | KeyModifiers::SHIFT);
    desk.type_text("a");
    assert_eq!(desk.state.composer.text(), "quick a");
    desk.ctrl('d');
    assert_eq!(desk.state.composer.text(), "quick a");
    desk.press(KeyCode::Home);
    desk.ctrl('d');
    assert_eq!(desk.state.composer.text(), "uick a");
}

#[test]
fn home_and_end_move_the_conversation_where_nothing_is_written() {
    let mut desk = Desk::new();
    desk.press(KeyCode::Home);
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor::default()));
    desk.press(KeyCode::End);
    assert_eq!(desk.state.transcript.scroll, Scroll::Follow);
    assert_eq!(desk.state.focus, Focus::Composer);
    desk.type_text("x");
    desk.press(KeyCode::Home);
    assert_eq!(desk.state.transcript.scroll, Scroll::Follow);
}

#[test]
fn a_character_of_the_third_level_is_typed_and_unknown_combinations_are_not() {
    let mut desk = Desk::new();
    desk.key(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT);
    desk.key(KeyCode::Char('x'), KeyModifiers::ALT);
    desk.key(KeyCode::Char('q'), KeyModifiers::SUPER);
    assert_eq!(desk.state.composer.text(), "@");
}
