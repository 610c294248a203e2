//! UI preferences: chosen in the program and kept; without animation; a list with room for titles.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{Effect, Focus, Msg, StoreEffect, StoreEvent, ui_prefs};
use duologue::chat::{Conversation, ConversationId};
use duologue::settings::{Override, Theme, ThemeName, UiPref};
use duologue::view::{LayoutCache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::app_harness::{AppHarness, at, stored_msg};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

fn frame(desk: &mut AppHarness, size: (u16, u16)) -> Vec<String> {
    let theme = Theme::built_in(ThemeName::Terminal);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let mut measured = None;
    terminal
        .draw(|frame| {
            measured = Some(draw(frame, &desk.state, &theme, &mut LayoutCache::default()));
        })
        .unwrap();
    desk.send_msg(Msg::Drawn(measured.unwrap()));
    let buffer = terminal.backend().buffer().clone();
    let row = |y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..size.1).map(row).collect()
}

fn with_rows() -> AppHarness {
    let mut desk = AppHarness::new();
    let row = |id: &str, title: &str| {
        Conversation::new(ConversationId::new(id), title, at(900)).summary()
    };
    let rows =
        vec![row("a", "A title that needs the whole width"), row("b", "Second"), row("c", "Third")];
    desk.send_msg(stored_msg(StoreEvent::Listed(rows)));
    desk.state.focus = Focus::List;
    desk
}

#[test]
fn a_theme_that_was_chosen_is_remembered_over_the_setting_it_replaced() {
    let mut desk = AppHarness::new();
    desk.state.ui_prefs.set_theme_names(vec!["auto".into(), "dark".into()]);
    let effects = duologue::app::overlay::themes::choose_named(&mut desk.state, "dark");
    let choice = Override { value: "dark".to_owned(), over: "auto".to_owned() };
    assert_eq!(effects, [Effect::Store(StoreEffect::SaveUiPref(UiPref::Theme(choice)))]);
    assert_eq!(ui_prefs::current_theme(&desk.state), "dark");
    // A theme whose file is gone gives way.
    desk.state.ui_prefs.set_theme_names(vec!["auto".into()]);
    assert_eq!(desk.state.ui_prefs.theme, "auto");
}

#[test]
fn two_rows_for_a_conversation_give_the_title_the_whole_width_and_clicks_find_it() {
    let mut desk = with_rows();
    let before = frame(&mut desk, (80, 24));
    let row_of = |rows: &[String], text: &str| rows.iter().position(|row| row.contains(text));
    let first = row_of(&before, "A title that").unwrap();
    assert!(before[first].contains('…'), "{}", before[first]);
    let effects = desk.key(KeyCode::Char('v'), KeyModifiers::ALT);
    let choice = Override { value: false, over: true };
    assert_eq!(effects, [Effect::Store(StoreEffect::SaveUiPref(UiPref::CompactList(choice)))]);
    let rows = frame(&mut desk, (80, 24));
    let first = row_of(&rows, "A title that").unwrap();
    assert!(rows[first + 1].contains("0 messages"), "{}", rows[first + 1]);
    let second = row_of(&rows, "Second").unwrap();
    let touch = duologue::app::MouseInput {
        action: duologue::app::MouseAction::Pressed(duologue::app::Clicks::One),
        position: None,
        column: 4,
        row: u16::try_from(second + 1).unwrap(),
    };
    desk.send_msg(Msg::Input(duologue::app::Input::Mouse(touch)));
    assert_eq!(desk.state.transcript.opening, Some(ConversationId::new("b")));
    desk.state.focus = Focus::List;
    desk.key(KeyCode::Char('v'), KeyModifiers::ALT);
    assert!(desk.state.ui_prefs.compact_list);
}

#[test]
fn without_animation_no_seconds_are_counted() {
    let mut desk = AppHarness::new();
    desk.ask("hello");
    let counts = |desk: &mut AppHarness| {
        desk.send_msg(Msg::TimePassed(at(1007)));
        frame(desk, (80, 24)).pop().unwrap()
    };
    assert!(counts(&mut desk).contains("7 s"));
    desk.state.ui_prefs.animation = false;
    let line = counts(&mut desk);
    assert!(line.contains("Waiting for the answer…") && !line.contains("7 s"), "{line}");
}

#[test]
fn the_reading_width_is_limited_by_window_and_setting() {
    let mut desk = AppHarness::new();
    desk.ask("hello");
    desk.state.focus = Focus::Transcript;
    desk.press(KeyCode::Char('w'));
    assert_eq!(desk.state.session.reading_width, u16::MAX);
    desk.press(KeyCode::Char('w'));
    assert_eq!(desk.state.session.reading_width, 100);
    assert!(ui_prefs::choose_width(&mut desk.state, "5").is_empty());
    let effects = ui_prefs::choose_width(&mut desk.state, "60");
    let choice = Override { value: 60, over: 100 };
    assert_eq!(effects, [Effect::Store(StoreEffect::SaveUiPref(UiPref::ReadingWidth(choice)))]);
}

#[test]
fn preferences_survive_a_restart() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.paste("/theme high-contrast");
    pty.press("\r");
    pty.wait_for("Saved for the next start");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.paste("/theme");
    pty.press("\r");
    pty.wait_for("● high-contrast");
    pty.press("\r");
    pty.wait_for("Theme: high-contrast.");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn quitting_warns_once_about_a_temporary_conversation() {
    let mut desk = AppHarness::new();
    desk.press(KeyCode::F(8));
    desk.type_text("secret");
    desk.press(KeyCode::Enter);
    let leaves = |effects: &[Effect]| effects.contains(&Effect::Quit);
    assert!(!leaves(&desk.ctrl('q')));
    assert!(desk.notice().contains("/save to keep it"), "{}", desk.notice());
    assert!(leaves(&desk.ctrl('q')));
    // An empty one is nothing to lose.
    let mut desk = AppHarness::new();
    desk.press(KeyCode::F(8));
    assert!(leaves(&desk.ctrl('q')));
}
