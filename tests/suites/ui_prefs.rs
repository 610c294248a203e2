//! UI preferences: chosen in the program and kept; without animation; a list with room for titles.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{Effect, Focus, Msg, SessionEffect, StoreEvent, ui_prefs};
use duologue::chat::{Conversation, ConversationId};
use duologue::settings::{Override, Theme, ThemeName, UiPref};
use duologue::view::{LayoutCache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::support::app_harness::{AppHarness, at, stored_msg};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

fn frame(app: &mut AppHarness, size: (u16, u16)) -> Vec<String> {
    let theme = Theme::built_in(ThemeName::Terminal);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let mut measured = None;
    terminal
        .draw(|frame| {
            measured = Some(draw(frame, &app.state, &theme, &mut LayoutCache::default()));
        })
        .unwrap();
    app.send_msg(Msg::Drawn(measured.unwrap()));
    let buffer = terminal.backend().buffer().clone();
    let row = |y| (0..size.0).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..size.1).map(row).collect()
}

fn with_rows() -> AppHarness {
    let mut app = AppHarness::new();
    let row = |id: &str, title: &str| {
        Conversation::new(ConversationId::new(id), title, at(900)).summary()
    };
    let rows =
        vec![row("a", "A title that needs the whole width"), row("b", "Second"), row("c", "Third")];
    app.send_msg(stored_msg(StoreEvent::Listed(rows)));
    app.state.focus = Focus::List;
    app
}

#[test]
fn a_theme_that_was_chosen_is_remembered_over_the_setting_it_replaced() {
    let mut app = AppHarness::new();
    app.state.ui_prefs.set_theme_names(vec!["auto".into(), "dark".into()]);
    let effects = duologue::app::overlay::themes::choose_named(&mut app.state, "dark");
    let choice = Override { value: "dark".to_owned(), over: "auto".to_owned() };
    assert_eq!(effects, [Effect::Session(SessionEffect::SaveUiPref(UiPref::Theme(choice)))]);
    assert_eq!(ui_prefs::current_theme(&app.state), "dark");
    // A theme whose file is gone gives way.
    app.state.ui_prefs.set_theme_names(vec!["auto".into()]);
    assert_eq!(app.state.ui_prefs.theme.value(), "auto");
}

#[test]
fn two_rows_for_a_conversation_give_the_title_the_whole_width_and_clicks_find_it() {
    let mut app = with_rows();
    let before = frame(&mut app, (80, 24));
    let row_of = |rows: &[String], text: &str| rows.iter().position(|row| row.contains(text));
    let first = row_of(&before, "A title that").unwrap();
    assert!(before[first].contains('…'), "{}", before[first]);
    let effects = app.key(KeyCode::Char('v'), KeyModifiers::ALT);
    let choice = Override { value: false, over: true };
    assert_eq!(effects, [Effect::Session(SessionEffect::SaveUiPref(UiPref::CompactList(choice)))]);
    let rows = frame(&mut app, (80, 24));
    let first = row_of(&rows, "A title that").unwrap();
    assert!(rows[first + 1].contains("0 messages"), "{}", rows[first + 1]);
    let second = row_of(&rows, "Second").unwrap();
    let touch = duologue::app::MouseInput {
        action: duologue::app::MouseAction::Pressed(duologue::app::Clicks::One),
        position: None,
        column: 4,
        row: u16::try_from(second + 1).unwrap(),
    };
    app.send_msg(Msg::Input(duologue::app::Input::Mouse(touch)));
    assert_eq!(app.state.transcript.opening, Some(ConversationId::new("b")));
    app.state.focus = Focus::List;
    app.key(KeyCode::Char('v'), KeyModifiers::ALT);
    assert!(*app.state.ui_prefs.compact_list.value());
}

#[test]
fn without_animation_no_seconds_are_counted() {
    let mut app = AppHarness::new();
    app.ask("hello");
    let counts = |app: &mut AppHarness| {
        app.send_msg(Msg::TimePassed(at(1007)));
        frame(app, (80, 24)).pop().unwrap()
    };
    assert!(counts(&mut app).contains("7 s"));
    app.state.ui_prefs.animation = false;
    let line = counts(&mut app);
    assert!(line.contains("Waiting for the answer…") && !line.contains("7 s"), "{line}");
}

#[test]
fn the_reading_width_is_limited_by_window_and_setting() {
    let mut app = AppHarness::new();
    app.ask("hello");
    app.state.focus = Focus::Transcript;
    app.press(KeyCode::Char('w'));
    assert_eq!(app.state.ui_prefs.columns(), u16::MAX);
    app.press(KeyCode::Char('w'));
    assert_eq!(app.state.ui_prefs.columns(), 100);
    assert!(ui_prefs::choose_width(&mut app.state, "5").is_empty());
    let effects = ui_prefs::choose_width(&mut app.state, "60");
    let choice = Override { value: 60, over: 100 };
    assert_eq!(effects, [Effect::Session(SessionEffect::SaveUiPref(UiPref::ReadingWidth(choice)))]);
}

#[test]
fn the_theme_picker_is_filtered_and_previews_what_is_under_the_cursor() {
    let mut app = AppHarness::new();
    let names = ["auto", "dark", "gruvbox-dark", "nord"].map(str::to_owned);
    app.state.ui_prefs.set_theme_names(names.to_vec());
    app.type_text("/theme");
    app.press(KeyCode::Enter);
    app.type_text("gru");
    assert_eq!(ui_prefs::current_theme(&app.state), "gruvbox-dark");
    let screen = app.screen();
    assert!(screen.contains("1/4") && !screen.contains("nord"), "{screen}");
    app.type_text("zz");
    assert_eq!(app.press(KeyCode::Enter), []);
    assert!(app.screen().contains("No matches"), "{}", app.screen());
    for _ in 0..5 {
        app.press(KeyCode::Backspace);
    }
    app.press(KeyCode::Down);
    app.press(KeyCode::Enter);
    assert_eq!(app.state.ui_prefs.theme.value(), "dark");
}

#[test]
fn the_theme_whose_name_matches_best_is_first() {
    let mut app = AppHarness::new();
    let names = ["auto", "my-nice-old-red", "nord"].map(str::to_owned);
    app.state.ui_prefs.set_theme_names(names.to_vec());
    app.type_text("/theme");
    app.press(KeyCode::Enter);
    app.type_text("nord");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.ui_prefs.theme.value(), "nord");
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
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    app.type_text("secret");
    app.press(KeyCode::Enter);
    app.ctrl('q');
    assert!(!app.is_quitting());
    assert!(app.notice().contains("/save keeps it"), "{}", app.notice());
    app.ctrl('q');
    assert!(app.is_quitting());
    // An empty one is nothing to lose.
    let mut app = AppHarness::new();
    app.press(KeyCode::F(8));
    app.ctrl('q');
    assert!(app.is_quitting());
}
