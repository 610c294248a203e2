//! The mouse, from a terminal's reports to state changes.

use crate::support::app_harness::{AppHarness, at, stored_msg};
use crate::support::home::Home;
use crate::support::pty::Pty;
use crossterm::event::KeyCode;
use duologue::app::{
    Area, Clicks, Effect, Focus, Input, Measured, MouseAction, MouseCapture, MouseInput, Msg,
    StoreEffect, StoreEvent, TerminalEffect,
};
use duologue::chat::{Conversation, ConversationId};

const fn area(x: u16, y: u16, width: u16, height: u16) -> Area {
    Area { x, y, width, height }
}

fn app() -> AppHarness {
    let mut app = AppHarness::new();
    let row = |id: &str| Conversation::new(ConversationId::new(id), "T", at(1)).summary();
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b"), row("c")])));
    app.send_msg(Msg::Drawn(Measured {
        both_panes: true,
        list_rows: 20,
        composer_columns: 10,
        composer_rows: 2,
        list_area: area(0, 0, 30, 21),
        transcript_area: area(31, 0, 60, 18),
        composer_area: area(33, 19, 11, 2),
        ..Measured::default()
    }));
    app
}

fn touch(app: &mut AppHarness, what: MouseAction, column: u16, row: u16) -> Vec<Effect> {
    app.send_msg(Msg::Input(Input::Mouse(MouseInput { action: what, column, row, position: None })))
}

#[test]
fn a_click_opens_the_row_under_it_and_below_the_last_one_nothing() {
    let mut app = app();
    // Three rows of the pane's own heading, then that of the day.
    let effects = touch(&mut app, MouseAction::Pressed(Clicks::One), 5, 5);
    assert_eq!(effects, [Effect::Store(StoreEffect::Open(ConversationId::new("b")))]);
    assert!(touch(&mut app, MouseAction::Pressed(Clicks::One), 5, 9).is_empty());
    assert!(touch(&mut app, MouseAction::Pressed(Clicks::One), 5, 0).is_empty());
    assert!(touch(&mut app, MouseAction::Pressed(Clicks::One), 5, 3).is_empty());
}

#[test]
fn the_wheel_moves_what_it_is_over() {
    let mut app = app();
    touch(&mut app, MouseAction::Wheel(3), 5, 5);
    assert_eq!(app.state.list.selected, 1);
    let before = app.state.transcript.scroll;
    touch(&mut app, MouseAction::Wheel(-3), 40, 5);
    assert_ne!(app.state.transcript.scroll, before);
    assert_eq!(app.state.list.selected, 1);
}

#[test]
fn a_click_sets_the_caret_and_dragging_selects_by_what_people_see() {
    let mut app = app();
    app.paste("ab名前 xyz and more");
    touch(&mut app, MouseAction::Pressed(Clicks::One), 33 + 2, 19);
    assert_eq!(app.state.composer.editor.before_caret(), "ab");
    touch(&mut app, MouseAction::Dragged, 33 + 6, 19);
    assert_eq!(app.state.composer.editor.selected(), Some("名前"));
    touch(&mut app, MouseAction::Pressed(Clicks::One), 40, 5);
    assert_eq!(app.state.focus, Focus::Transcript);
    touch(&mut app, MouseAction::Dragged, 33, 19);
    assert_eq!(app.state.composer.editor.selected(), Some("名前"), "a drag from elsewhere");
}

#[test]
fn clicks_do_not_reach_below_an_overlay() {
    let mut app = app();
    app.press(KeyCode::F(1));
    assert!(touch(&mut app, MouseAction::Pressed(Clicks::One), 5, 2).is_empty());
    assert!(app.state.overlay.is_some());
}

#[test]
fn one_key_turns_mouse_capture_off_and_on() {
    let mut app = app();
    let given = Effect::Terminal(TerminalEffect::SetMouseCapture(MouseCapture::Off));
    assert_eq!(app.press(KeyCode::F(9)), [given]);
    assert_eq!(app.state.focus, Focus::Composer);
    let taken = Effect::Terminal(TerminalEffect::SetMouseCapture(MouseCapture::On));
    assert_eq!(app.press(KeyCode::F(9)), [taken]);
}

#[test]
fn a_terminals_clicks_arrive_where_they_were_made() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["--demo"], 120, 40);
    pty.wait_for("Dinner ideas");
    let row = pty.text().lines().position(|line| line.contains("Borrowing in Rust")).unwrap();
    pty.press(&format!("\x1b[<0;6;{}M\x1b[<0;6;{}m", row + 1, row + 1));
    pty.wait_for("What does borrowing mean?");
    let title = pty.text().lines().nth(1).unwrap().to_owned();
    assert!(title.contains("Borrowing in Rust"), "{title}");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}
