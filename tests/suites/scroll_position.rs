//! Scroll positions: kept across widths, conversations and restarts.

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crate::support::home::Home;
use crate::support::pty::Pty;
use duologue::app::{Anchor, Effect, Input, Measured, Msg, Scroll, SessionEffect, StoreEvent};
use duologue::chat::{ConversationId, Message, ScrollAnchor};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{self, LayoutCache};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn long() -> String {
    let line = |n: usize| {
        format!(
            "Paragraph {n} has words enough to be broken over several lines of a narrow screen, and **more**."
        )
    };
    (1..=40).map(line).collect::<Vec<_>>().join("\n\n")
}

fn open(app: &mut AppHarness, id: &str, messages: &[Message]) -> Vec<Effect> {
    let id = ConversationId::new(id);
    duologue::app::transcript::request_open(&mut app.state, id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))))
}

fn messages() -> Vec<Message> {
    vec![Message::question("q", at(1)), Message::answer(long(), at(2), None)]
}

/// Draws, reports the measures to the state and returns the rows.
fn look(app: &mut AppHarness, cache: &mut LayoutCache, (columns, rows): (u16, u16)) -> Vec<String> {
    app.state.list.hidden = true;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let theme = Theme::built_in(ThemeName::Dark);
    let mut measured = Measured::default();
    terminal.draw(|frame| measured = view::draw(frame, &app.state, &theme, cache)).unwrap();
    app.send_msg(Msg::Drawn(measured));
    terminal.backend().to_string().lines().map(str::to_owned).collect()
}

/// The first row of text under the title.
fn top(rows: &[String]) -> String {
    rows.iter().skip(1).find(|row| row.contains("Paragraph")).cloned().unwrap_or_default()
}

#[test]
fn another_width_shows_the_same_text_at_the_top() {
    let mut app = AppHarness::new();
    open(&mut app, "a", &messages());
    let mut cache = LayoutCache::default();
    app.state.transcript.scroll = Scroll::At(Anchor { message: 1, line: 1 });
    look(&mut app, &mut cache, (100, 20));
    duologue::app::transcript::scroll_by(&mut app.state, 29);
    let before = top(&look(&mut app, &mut cache, (100, 20)));
    assert!(before.contains("Paragraph 11 "), "{before}");
    for columns in [40, 64, 31, 120, 100] {
        app.send_msg(Msg::Input(Input::Resized(columns, 20)));
        let rows = look(&mut app, &mut cache, (columns, 20));
        assert!(top(&rows).contains("Paragraph 11 "), "{columns}: {rows:#?}");
    }
}

#[test]
fn the_scroll_position_follows_the_text_and_is_saved_when_it_changes() {
    let mut app = AppHarness::new();
    open(&mut app, "a", &messages());
    let mut cache = LayoutCache::default();
    look(&mut app, &mut cache, (100, 20));
    assert!(open(&mut app, "b", &[]).is_empty(), "the end needs no place");
    open(&mut app, "a", &messages());
    app.state.transcript.scroll = Scroll::At(Anchor { message: 1, line: 30 });
    look(&mut app, &mut cache, (100, 20));
    let effects = open(&mut app, "b", &[]);
    let [
        Effect::Session(SessionEffect::SaveScrollPosition { conversation, position: Some(index) }),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}");
    };
    assert_eq!(conversation, &ConversationId::new("a"));
    assert_eq!((index.message, index.at), (1, at(2)));
    assert!(long()[index.byte..].starts_with("Paragraph"), "{index:?}");
    // An earlier message came in meanwhile, and the screen is narrow.
    let mut more = messages();
    more.insert(0, Message::question("from the browser", at(0)));
    open(&mut app, "a", &more);
    let rows = look(&mut app, &mut cache, (40, 20));
    let number = long()[index.byte..].split(' ').nth(1).unwrap().to_owned();
    assert!(top(&rows).contains(&format!("Paragraph {number} ")), "{rows:#?}");
}

#[test]
fn a_scroll_position_whose_message_is_gone_means_the_end() {
    let mut app = AppHarness::new();
    let index = ScrollAnchor { message: 7, at: at(9), byte: 3 };
    app.send_msg(stored_msg(StoreEvent::ScrollPositionsFound(vec![(
        ConversationId::new("a"),
        index,
    )])));
    open(&mut app, "a", &messages());
    assert_eq!(app.state.transcript.scroll, Scroll::Follow);
}

#[test]
fn a_restart_at_another_width_restores_the_scroll_position() {
    let home = Home::new();
    let question = home.path().join("q.md");
    let lines: Vec<String> = (1..=60).map(|n| format!("Line {n} of a long question.")).collect();
    std::fs::write(&question, lines.join("\n")).unwrap();
    let text = serde_json::to_string(&lines.join("\n")).unwrap();
    let file = format!(
        r#"{{"c1": {{"data": {{"id": "c1", "created_at": 1700000000, "metadata": {{}}, "object": "conversation"}},
        "chat_name": "Long", "last_update": 1700000000, "last_response_id": null,
        "messages": [{{"role": "user", "text": {text}, "timestamp": 1700000000}}]}}}}"#
    );
    std::fs::write(home.file(), file).unwrap();
    let mut pty = Pty::start(&home, &["-c"], 100, 30);
    pty.wait_for("Line 60 of");
    pty.press("\x1b[5~\x1b[5~");
    pty.wait("an earlier page", |pty| !pty.text().contains("Line 45 of"));
    let top = pty.text().lines().find(|row| row.contains("Line ")).unwrap().to_owned();
    let top = top.split("Line ").nth(1).unwrap().to_owned();
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let mut pty = Pty::start(&home, &["-c"], 50, 24);
    pty.wait("the line that was read first is on top", |pty| {
        let text = pty.text();
        text.lines()
            .find(|row| row.contains("Line "))
            .is_some_and(|row| row.contains(top.trim_end()))
    });
    pty.press("\x1b[1;5F");
    pty.wait_for("Line 60 of");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let kept = home.path().join("state/duologue");
    let path =
        walk(&kept).into_iter().find(|path| path.ends_with("scroll_positions.json")).unwrap();
    assert_eq!(std::fs::read_to_string(path).unwrap(), "[]", "the end needs no place");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}
