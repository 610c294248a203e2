//! Search in the open conversation: keys, matches, and the screen.

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crossterm::event::KeyCode;
use duologue::app::{Effect, Focus, Measured, Msg, Scroll, State, StoreEvent, TerminalEffect};
use duologue::chat::{ConversationId, DetailKind, Message, ReplyEvent};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{self, LayoutCache};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// A conversation on screen.
fn reading(messages: &[Message]) -> AppHarness {
    let mut app = AppHarness::new();
    let id = ConversationId::new("a");
    duologue::app::transcript::request_open(&mut app.state, id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))));
    app
}

fn three() -> AppHarness {
    let long = "some words of no interest\n\n".repeat(40);
    reading(&[
        Message::question("Where is the Needle?", at(1)),
        Message::answer(format!("{long}A **needle** here.\n\n{long}"), at(2), None),
        Message::question("and another NEEDLE", at(3)),
    ])
}

fn current_match(app: &AppHarness) -> Option<(usize, usize)> {
    app.state.transcript.search.as_ref().and_then(duologue::app::SearchBar::current_match)
}

fn draw(state: &State) -> (String, Measured) {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let (theme, mut cache) = (Theme::built_in(ThemeName::Dark), LayoutCache::default());
    let mut measured = Measured::default();
    terminal.draw(|frame| measured = view::draw(frame, state, &theme, &mut cache)).unwrap();
    (terminal.backend().to_string(), measured)
}

/// Draws and reports the measures to the state, as the event loop does.
fn look(app: &mut AppHarness) -> String {
    let (text, measured) = draw(&app.state);
    app.send_msg(Msg::Drawn(measured));
    text
}

#[test]
fn matches_appear_while_typing_and_n_wraps_around() {
    let mut app = three();
    look(&mut app);
    app.ctrl('f');
    app.type_text("needle");
    let find = app.state.transcript.search.as_ref().unwrap();
    assert_eq!(find.matches, [(0, 0), (1, 0), (2, 0)]);
    app.press(KeyCode::Enter);
    let first = current_match(&app);
    let mut seen = vec![first];
    for _ in 0..3 {
        app.press(KeyCode::Char('n'));
        seen.push(current_match(&app));
    }
    assert_eq!(seen[3], first);
    app.press(KeyCode::Char('N'));
    assert_eq!(current_match(&app), seen[2]);
}

#[test]
fn the_keys_of_the_bar_that_fit_are_shown_the_one_that_closes_it_first() {
    let text = "needle ".repeat(12_000);
    let mut app = reading(&[Message::question(text, at(1))]);
    look(&mut app);
    app.ctrl('f');
    app.type_text("needle");
    let typing = look(&mut app);
    assert!(typing.contains("1 of 12,000") && typing.contains("Esc close"), "{typing}");
    app.press(KeyCode::Enter);
    let stepping = look(&mut app);
    assert!(stepping.contains("n next") && stepping.contains("Esc close"), "{stepping}");
}

#[test]
fn a_question_is_searched_as_it_was_typed_and_an_answer_as_it_reads() {
    let text = "**bold** word";
    let mut app = reading(&[Message::question(text, at(1)), Message::answer(text, at(2), None)]);
    look(&mut app);
    app.ctrl('f');
    app.type_text("bold word");
    assert_eq!(app.state.transcript.search.as_ref().unwrap().matches, [(1, 0)]);
    let shown = look(&mut app);
    assert!(shown.contains("**bold** word") && shown.contains("1 of 1"), "{shown}");
}

#[test]
fn the_focus_returns_to_its_pane_unless_a_match_was_gone_to() {
    let close_after = |keys: &[KeyCode], from: Focus| {
        let mut app = three();
        look(&mut app);
        app.state.focus = from;
        app.ctrl('f');
        app.type_text("needle");
        for key in keys {
            app.press(*key);
        }
        app.press(KeyCode::Esc);
        assert!(app.state.transcript.search.is_none());
        app.state.focus
    };
    for from in [Focus::Composer, Focus::List, Focus::Transcript] {
        assert_eq!(close_after(&[], from), from);
    }
    for keys in [&[KeyCode::Down][..], &[KeyCode::Up], &[KeyCode::Enter]] {
        assert_eq!(close_after(keys, Focus::Composer), Focus::Transcript, "{keys:?}");
    }
    let without_match = [KeyCode::Char('x'), KeyCode::Down, KeyCode::Enter];
    assert_eq!(close_after(&without_match, Focus::Composer), Focus::Composer);
}

#[test]
fn a_match_is_scrolled_into_view_and_the_count_is_shown() {
    let mut app = three();
    look(&mut app);
    app.ctrl('f');
    app.type_text("needle");
    while current_match(&app) != Some((1, 0)) {
        app.press(KeyCode::Down);
    }
    let text = look(&mut app);
    assert!(text.contains("A needle here."), "{text}");
    assert!(text.contains("2 of 3"), "{text}");
    assert!(matches!(app.state.transcript.scroll, Scroll::At(_)));
    let before = app.state.transcript.scroll;
    look(&mut app);
    assert_eq!(app.state.transcript.scroll, before, "nothing moves by itself");
}

#[test]
fn a_growing_answer_is_searched_without_jumping() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("where?");
    let lines = "some words of no interest\n\n".repeat(30);
    app.reply(&turn, ReplyEvent::TextAppended(format!("A **needle** first.\n\n{lines}")));
    app.state.focus = Focus::Transcript;
    look(&mut app);
    app.press(KeyCode::Char('/'));
    app.type_text("a needle");
    assert_eq!(current_match(&app), Some((1, 0)));
    let text = look(&mut app);
    assert!(text.contains("A needle first.") && text.contains("1 of 1"), "{text}");
    app.press(KeyCode::Enter);
    app.reply(&turn, ReplyEvent::TextAppended("Then a needle again.\n\n".into()));
    app.press(KeyCode::Char('n'));
    assert_eq!(current_match(&app), Some((1, 1)));
    let shown = look(&mut app);
    assert!(shown.contains("Then a needle again."), "{shown}");
    for n in 0..40 {
        app.reply(&turn, ReplyEvent::TextAppended(format!("more {n}\n\n")));
    }
    assert!(look(&mut app).contains("Then a needle again."), "what was found stays in sight");
    app.reply(&turn, ReplyEvent::TextAppended("a needle once more".into()));
    app.send_msg(Msg::TimePassed(at(2000)));
    assert!(look(&mut app).contains("2 of 3"), "the count goes on by itself");
    app.press(KeyCode::Esc);
    app.ctrl('f');
    assert_eq!(app.state.transcript.search.as_ref().unwrap().editor.text(), "");
}

#[test]
fn words_in_addresses_and_across_markup_are_found() {
    let long = "some words of no interest\n\n".repeat(40);
    let answer = format!(
        "{long}See [this page](https://a.example/path-to-it) and [that][r].\n\n{long}\n[r]: https://b.example/elsewhere\n"
    );
    let mut app = reading(&[Message::question("q", at(1)), Message::answer(answer, at(2), None)]);
    look(&mut app);
    for (words, seen) in
        [("path-to-it", "path-to-it"), ("page", "this page"), ("elsewhere", "elsewhere")]
    {
        app.ctrl('f');
        app.type_text(words);
        assert!(current_match(&app).is_some(), "{words}");
        assert!(look(&mut app).contains(seen), "{words}");
    }
    app.ctrl('f');
    app.type_text("q");
    look(&mut app);
    assert_eq!(current_match(&app), Some((0, 0)));
}

#[test]
fn unfolded_details_are_searched_and_folded_ones_are_not() {
    let mut answer = Message::answer("A needle here.\n\nAnd more.", at(2), None);
    answer.reasoning_data = Some(
        r#"{"complete_summary": "**Looking**\n\nThe needle, then **another needle**.",
            "tool_outputs": [{"tool_name": "calculator", "input_display": "needle(2)"}]}"#
            .into(),
    );
    let mut app = reading(&[Message::question("Where?", at(1)), answer]);
    look(&mut app);
    app.ctrl('f');
    app.type_text("needle");
    let matches = |app: &AppHarness| app.state.transcript.search.as_ref().unwrap().matches.clone();
    assert_eq!(matches(&app), [(1, 0)]);
    app.press(KeyCode::Enter);
    app.ctrl('o');
    assert_eq!(matches(&app), [(1, 0), (1, 1), (1, 2), (1, 3)]);
    let styles = |app: &AppHarness| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let (theme, mut cache) = (Theme::built_in(ThemeName::Dark), LayoutCache::default());
        let draw = |frame: &mut ratatui::Frame<'_>| {
            view::draw(frame, &app.state, &theme, &mut cache);
        };
        terminal.draw(draw).unwrap();
        let cells = terminal.backend().buffer().content().iter();
        let here = theme.found_here.bg;
        cells
            .filter(|cell| Some(cell.bg) == here)
            .map(ratatui::buffer::Cell::symbol)
            .collect::<String>()
    };
    for _ in 0..4 {
        assert_eq!(styles(&app), "needle", "{:?}", current_match(&app));
        app.press(KeyCode::Char('n'));
    }
    app.ctrl('o');
    assert_eq!(matches(&app), [(1, 0)]);
}

#[test]
fn a_match_in_the_reasoning_unfolds_it() {
    let mut answer = Message::answer("needle needle", at(2), None);
    answer.reasoning_data = Some(
        r#"{"complete_summary": "A needle thought.", "web_searches": [{"query": "hay"}, {"query": "needle"}],
            "tool_outputs": [{"tool_name": "calculator", "input_display": "needle"}]}"#
            .into(),
    );
    let mut app = reading(&[Message::question("Where?", at(1)), answer]);
    for (part, nth) in
        [(DetailKind::Tool, 4), (DetailKind::Reasoning, 2), (DetailKind::WebSearch, 3)]
    {
        let jump = duologue::app::JumpTarget {
            conversation: ConversationId::new("a"),
            position: 1,
            part: Some(part),
            words: "needle".into(),
        };
        duologue::app::overlay::search_overlay::show_hit(&mut app.state, &jump);
        assert_eq!(current_match(&app), Some((1, nth)), "{part:?}");
    }
    assert!(look(&mut app).contains("A needle thought."));
}

#[test]
fn esc_ends_the_search_in_place_and_no_match_is_reported() {
    let mut app = three();
    look(&mut app);
    app.state.focus = Focus::Transcript;
    app.press(KeyCode::Char('/'));
    app.type_text("haystack");
    assert!(look(&mut app).contains("no matches"));
    app.press(KeyCode::Esc);
    assert!(app.state.transcript.search.is_none());
    assert_eq!(app.state.focus, Focus::Transcript);
    assert!(app.state.composer.text_is_empty(), "letters went to the field alone");
}

#[test]
fn a_new_search_begins_with_the_last_query() {
    let mut app = three();
    app.ctrl('f');
    app.type_text("needle");
    app.press(KeyCode::Enter);
    app.ctrl('f');
    assert_eq!(app.state.transcript.search.as_ref().unwrap().editor.selected(), Some("needle"));
    app.type_text("words");
    assert_eq!(app.state.transcript.search.as_ref().unwrap().matches.len(), 80);
}

#[test]
fn the_external_editor_changes_the_text_in_one_undo_step() {
    let mut app = AppHarness::new();
    app.type_text("draft");
    let effects = app.ctrl('g');
    let query = Effect::Terminal(TerminalEffect::OpenEditor("draft".into()));
    assert_eq!(effects.last(), Some(&query));
    assert_eq!(effects.len(), 2, "the draft is on disk before the editor starts");
    app.send_msg(Msg::ExternalEditEnded(Ok("rewritten\nat length".into())));
    assert_eq!(app.state.composer.text(), "rewritten\nat length");
    app.ctrl('z');
    assert_eq!(app.state.composer.text(), "draft");
    app.ctrl('g');
    app.send_msg(Msg::ExternalEditEnded(Err("vi exited with an error".into())));
    assert_eq!(app.state.composer.text(), "draft");
    assert_eq!(app.notice(), "Your text is unchanged: vi exited with an error.");
}
