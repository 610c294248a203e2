//! Selecting text with the mouse: what is selected, and what is copied.

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crate::support::home::Home;
use crate::support::pty::Pty;
use crossterm::event::KeyCode;
use duologue::app::{
    Anchor, ClipboardText, Effect, Focus, Input, Msg, Scroll, StoreEvent,
    transcript::message_selection,
};
use duologue::app::{Clicks, MouseAction, MouseInput};
use duologue::chat::{ConversationId, Message, ReplyEvent};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{self, LayoutCache};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// A screen with a mouse on it.
struct MouseScreen {
    app: AppHarness,
    cache: LayoutCache,
    theme: Theme,
    size: (u16, u16),
    terminal: Terminal<TestBackend>,
}

impl MouseScreen {
    fn of(app: AppHarness, size: (u16, u16)) -> Self {
        let mut app = app;
        app.state.list.hidden = true;
        app.state.size = size.into();
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let theme = Theme::built_in(ThemeName::Terminal);
        let mut screen = Self { app, cache: LayoutCache::default(), theme, size, terminal };
        screen.look();
        screen
    }

    /// A conversation of these messages, from the top.
    fn reading(messages: &[Message], size: (u16, u16)) -> Self {
        let mut app = AppHarness::new();
        let id = ConversationId::new("a");
        duologue::app::transcript::request_open(&mut app.state, id.clone());
        app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&id, messages))));
        app.state.transcript.scroll = Scroll::At(Anchor::default());
        Self::of(app, size)
    }

    fn answer(text: &str, size: (u16, u16)) -> Self {
        Self::reading(&[Message::question("q?", at(1)), Message::answer(text, at(2), None)], size)
    }

    /// Draws and reports the measures to the state, as the event loop does.
    fn look(&mut self) -> Vec<String> {
        let (theme, cache, state) = (&self.theme, &mut self.cache, &self.app.state);
        let mut measured = duologue::app::Measured::default();
        self.terminal.draw(|frame| measured = view::draw(frame, state, theme, cache)).unwrap();
        self.app.send_msg(Msg::Drawn(measured));
        let buffer = self.terminal.backend().buffer().clone();
        let row = |y| {
            let (mut row, mut x) = (String::new(), 0);
            while x < self.size.0 {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                // What lies under a wide character is none of its own.
                x += u16::try_from(view::width::width(symbol).max(1)).unwrap();
            }
            row
        };
        (0..self.size.1).map(row).collect()
    }

    fn touch(&mut self, what: MouseAction, column: u16, row: u16) -> Vec<Effect> {
        let position = self.cache.text_position_at(&self.app.state, column, row).map(Box::new);
        let effects = self.app.send_msg(Msg::Input(Input::Mouse(MouseInput {
            action: what,
            column,
            row,
            position,
        })));
        self.look();
        effects
    }

    /// Where text is on screen, by its first and last cells.
    fn find(&mut self, text: &str) -> ((u16, u16), (u16, u16)) {
        let rows = self.look();
        for (y, row) in (0..).zip(&rows) {
            if let Some(before) = row.find(text).map(|at| &row[..at]) {
                let x = u16::try_from(view::width::width(before)).unwrap();
                let wide = u16::try_from(view::width::width(text)).unwrap();
                return ((x, y), (x + wide - 1, y));
            }
        }
        panic!("{text:?} is not in\n{}", rows.join("\n"));
    }

    fn drag(&mut self, from: (u16, u16), to: (u16, u16)) -> Option<String> {
        self.touch(MouseAction::Pressed(Clicks::One), from.0, from.1);
        self.touch(MouseAction::Dragged, to.0, to.1);
        copied(&self.touch(MouseAction::Released, to.0, to.1))
    }

    /// Drags from the first cell of one text to the last of another.
    fn over(&mut self, first: &str, last: &str) -> String {
        let (from, to) = (self.find(first).0, self.find(last).1);
        self.drag(from, to).expect("something is copied")
    }

    fn click(&mut self, clicks: Clicks, index: (u16, u16)) -> Option<String> {
        self.touch(MouseAction::Pressed(clicks), index.0, index.1);
        copied(&self.touch(MouseAction::Released, index.0, index.1))
    }

    /// The text of the highlighted cells.
    fn highlighted(&mut self) -> String {
        self.look();
        let buffer = self.terminal.backend().buffer();
        let cells = buffer.content().iter();
        cells
            .filter(|cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED))
            .map(ratatui::buffer::Cell::symbol)
            .collect()
    }
}

fn copied(effects: &[Effect]) -> Option<String> {
    match effects {
        [Effect::CopyText(ClipboardText { text, .. })] => Some(text.clone()),
        [] => None,
        other => panic!("{other:?}"),
    }
}

const KINDS: &str = "# Title\n\nSome **bold** words and `code` with $\\alpha$ &amp; 名前 👩‍👩‍👧 שלום in a \
paragraph that is long enough to be broken over more than one line of the screen.\n\n\
- first [link](https://a.example/x)\n- second\n  - nested\n\n> quoted\n> twice\n\n\
```rust\nfn a() {\n    b();\n}\n```\n\n| head | other |\n|---|---|\n| 1 | two |\n\nEnd.";

fn kinds() -> MouseScreen {
    MouseScreen::answer(KINDS, (60, 60))
}

#[test]
fn selected_text_is_copied_as_written() {
    let mut screen = kinds();
    assert_eq!(screen.over("bold", "code"), "**bold** words and `code`");
    assert_eq!(screen.over("words", "words"), "words");
    assert_eq!(screen.highlighted(), "words");
    assert_eq!(screen.over("α", " & "), "$\\alpha$ &amp; ");
    assert_eq!(screen.over("& ", "名前"), "&amp; 名前");
    assert_eq!(screen.over("שלום", "שלום"), "שלום");
    assert_eq!(screen.over("👩‍👩‍👧", "👩‍👩‍👧"), "👩‍👩‍👧");
    assert_eq!(screen.over("enough", "line of"), "enough to be broken over more than one line of");
    assert_eq!(screen.over("link", "https://a.example/x"), "[link](https://a.example/x)");
    assert_eq!(screen.over("• second", "nested"), "- second\n  - nested");
    assert_eq!(screen.over("quoted", "twice"), "quoted\n> twice");
    assert_eq!(screen.over("fn a", "}"), "fn a() {\n    b();\n}");
    assert_eq!(screen.over("rust", "}"), "```rust\nfn a() {\n    b();\n}\n```");
    assert_eq!(screen.over("head", "two"), "| head | other |\n|---|---|\n| 1 | two |");
    assert_eq!(screen.over("Title", "Some"), "# Title\n\nSome");
}

#[test]
fn dragging_backwards_selects_the_same() {
    let mut screen = kinds();
    let (from, to) = (screen.find("bold").0, screen.find("words").1);
    assert_eq!(screen.drag(to, from).unwrap(), "**bold** words");
}

#[test]
fn two_clicks_take_a_block_and_three_the_message() {
    let mut screen = kinds();
    for (on, whole) in [
        ("enough", KINDS.split("\n\n").nth(1).unwrap()),
        ("Title", "# Title"),
        ("b();", "fn a() {\n    b();\n}"),
        ("rust", "fn a() {\n    b();\n}"),
        ("two", "| head | other |\n|---|---|\n| 1 | two |"),
        ("second", "second"),
    ] {
        let index = screen.find(on).0;
        assert_eq!(screen.click(Clicks::One, index), None);
        assert_eq!(screen.click(Clicks::Two, index).as_deref(), Some(whole), "{on}");
    }
    let index = screen.find("second").0;
    assert_eq!(screen.click(Clicks::Three, index).as_deref(), Some(KINDS));
    let index = screen.find("q?").0;
    assert_eq!(screen.click(Clicks::Three, index).as_deref(), Some("q?"));
}

#[test]
fn a_selection_over_messages_is_joined_as_the_whole_chat_is() {
    let mut screen = MouseScreen::reading(
        &[
            Message::question("first question", at(1)),
            Message::answer("an *answer*\n", at(2), None),
            Message::question("second", at(3)),
        ],
        (60, 30),
    );
    let text = screen.over("question", "sec");
    assert_eq!(text, "## You\n\nquestion\n\n## Assistant\n\nan *answer*\n\n\n## You\n\nsec");
}

#[test]
fn a_click_chooses_the_message_and_clears_the_selection() {
    let mut screen = kinds();
    screen.over("words", "words");
    let index = screen.find("second").0;
    assert_eq!(screen.click(Clicks::One, index), None);
    assert_eq!(screen.app.state.focus, Focus::Transcript);
    assert_eq!(message_selection::selected_message(&screen.app.state), Some(1));
    assert!(screen.app.state.transcript.selection.is_none());
    assert_eq!(copied(&screen.app.press(KeyCode::Char('y'))).as_deref(), Some(KINDS));
    screen.over("words", "words");
    assert_eq!(copied(&screen.app.press(KeyCode::Char('y'))).as_deref(), Some("words"), "again");
    screen.app.press(KeyCode::Esc);
    assert_eq!(screen.highlighted(), "");
    assert_eq!(screen.app.state.focus, Focus::Transcript, "Esc let the selection go, no more");
}

#[test]
fn dragging_beyond_the_edge_scrolls_and_extends_the_selection() {
    let lines: Vec<String> = (1..=80).map(|n| format!("line {n:02}")).collect();
    let text = lines.join("\n\n");
    let mut screen = MouseScreen::answer(&text, (40, 20));
    let from = screen.find("line 02").0;
    screen.touch(MouseAction::Pressed(Clicks::One), from.0, from.1);
    screen.touch(MouseAction::Dragged, 20, 19);
    let mut steps = 0;
    while duologue::app::mouse::auto_scroll_pointer(&screen.app.state).is_some() {
        screen.touch(MouseAction::Held, 20, 19);
        steps += 1;
        assert!(steps < 200, "it ends at the end");
    }
    let all = copied(&screen.touch(MouseAction::Released, 20, 19)).unwrap();
    assert_eq!(all, text[text.find("line 02").unwrap()..]);
    assert!(steps > 20, "calmly: {steps}");
    screen.touch(MouseAction::Held, 20, 19);
    assert!(
        duologue::app::mouse::auto_scroll_pointer(&screen.app.state).is_none(),
        "the button is up"
    );
}

#[test]
fn a_selection_in_a_growing_answer_stays_on_its_text_and_the_view_holds_still() {
    let mut app = AppHarness::new();
    let (turn, _) = app.ask("q");
    let begun: Vec<String> = (1..=30).map(|n| format!("line {n:02}")).collect();
    app.reply(&turn, ReplyEvent::TextAppended(begun.join("\n\n")));
    let mut screen = MouseScreen::of(app, (40, 20));
    let (from, to) = (screen.find("line 28").0, screen.find("line 29").1);
    screen.touch(MouseAction::Pressed(Clicks::One), from.0, from.1);
    screen.touch(MouseAction::Dragged, to.0, to.1);
    let before = screen.look();
    for n in 31..60 {
        screen.app.reply(&turn, ReplyEvent::TextAppended(format!("\n\nline **{n}**")));
        screen.look();
    }
    assert_eq!(screen.look()[..10], before[..10], "nothing moved under the pointer");
    assert_eq!(
        copied(&screen.touch(MouseAction::Released, to.0, to.1)).unwrap(),
        "line 28\n\nline 29"
    );
    // The pill with what is below is reversed as well.
    let highlighted = screen.highlighted();
    let (text, pill) = highlighted.split_once(" ↓ ").unwrap();
    assert_eq!(text, "line 28line 29");
    assert!(pill.ends_with(" new lines ") && pill.len() < 15, "{pill}");
    let selected = screen.app.state.transcript.selection.clone();
    screen.app.reply(&turn, ReplyEvent::TextReplaced("something else".into()));
    assert!(selected.is_some() && screen.app.state.transcript.selection.is_none());
}

#[test]
fn a_click_on_the_details_line_unfolds_and_folds_the_details() {
    let mut answer = Message::answer("an answer", at(2), None);
    answer.reasoning_data = Some(r#"{"complete_summary":"Thinking of something else"}"#.into());
    let mut screen = MouseScreen::reading(&[Message::question("q?", at(1)), answer], (60, 30));
    let index = screen.find("▸").0;
    assert_eq!(screen.click(Clicks::One, index), None);
    let index = screen.find("▾").0;
    screen.find("of something else");
    assert_eq!(screen.click(Clicks::One, index), None);
    screen.find("▸");
}

#[test]
fn choosing_a_message_with_keys_clears_the_selection() {
    let mut screen = kinds();
    screen.over("words", "words");
    screen.app.press(KeyCode::Up);
    assert!(screen.app.state.transcript.selection.is_none());
    assert_ne!(copied(&screen.app.press(KeyCode::Char('y'))).as_deref(), Some("words"));
}

#[test]
fn every_theme_shows_the_selection() {
    for name in ThemeName::BUILT_IN {
        for theme in [Theme::built_in(name), Theme::built_in(name).without_colours()] {
            let mut screen = kinds();
            screen.theme = theme;
            screen.look();
            let index = screen.find("words").0;
            let cell = |screen: &MouseScreen| screen.terminal.backend().buffer()[index].clone();
            let before = cell(&screen);
            screen.over("words", "words");
            screen.look();
            let after = cell(&screen);
            assert!(
                before.bg != after.bg
                    || after.modifier.contains(ratatui::style::Modifier::REVERSED)
            );
        }
    }
}

const PIECES: &[&str] = &[
    "# Title\n\n",
    "# *Styled* `head` #\n\n",
    "Some **bold** and *more* words.\n\n",
    "soft\nbreak\\\nhard &lt;b&gt; \\* x\n\n",
    "- one\n- two\n  - deep\n\n",
    "1. first\n\n2. second\n\n",
    "> quoted\n> - in it\n\n",
    "```rust\nfn a() {}\n\nlet b;\n```\n\n",
    "    indented\n    code\n\n",
    "| a | b |\n|---|--:|\n| `1` | **2** |\n\n",
    "| `a|b` | c |\n|---|---|\n| `1 || 2` | 3 | *4* |\n\n",
    "---\n\n",
    "$$x^2$$\n\n",
    "see [a](https://a.b) <https://c.d> ![i](j)\n\n",
    "[ref]: https://x.y\n\n",
    "tab\there \u{200b}hidden\r\nand\x1b[2J\n\n",
    "名前 👩‍👩‍👧 e\u{301} שלום\n\n",
    "- [x] done\n- [ ] not\n\n",
    "<div>\n\n",
    "note[^1]\n\n[^1]: what\n\n",
    "***\n",
    "\n\n",
    "  leading\n\n",
    "**open\n\n",
    "これは**「重要」**な~~（古い）~~点\n\n",
    "cited \u{e200}cite\u{e202}turn0search0\u{e201} and \u{e200}entity\u{e202}[\"a\",\"B\"]\u{e201}.\n\n",
];

const BLOCKS: &[&str] = &[
    "# Title",
    "## *Styled* `head` #",
    "Some **bold** and *more* words, [a link](https://a.example/long/address) and `code`.",
    "**all of it**",
    "soft\nbreak\\\nhard &lt;b&gt; \\* x",
    "- one\n- two\n  - deep\n- **three**",
    "1. first\n\n2. second\n\n   ```sh\n   ls\n\n   pwd\n   ```",
    "> quoted\n> - in it\n>\n> more",
    "```rust\nfn a() {}\n\nlet b;\n```",
    "~~~~\n```\nfence in it\n```\n~~~~",
    "| a | b |\n|---|--:|\n| `1` | **2** |\n| 3 | a longer cell that may be broken over lines |",
    "| `a|b` | c |\n|---|---|\n| `1 || 2` | 3 | *4* |",
    "---",
    "$$\n\\frac{1}{2}\n$$",
    "名前 👩‍👩‍👧 e\u{301} שלום",
    "これは**「重要」**な点で、**`x`（y）**です。",
    "- [x] done\n- [ ] not",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn from_the_first_cell_to_the_last_is_the_whole_message(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..8),
        columns in 24_u16..90,
    ) {
        let text = pieces.concat();
        prop_assume!(!text.trim().is_empty());
        let mut screen = MouseScreen::answer(&text, (columns, 200));
        let rows = screen.look();
        let question = rows.iter().position(|row| row.contains("q?")).unwrap() + 1;
        let is_answer = |row: &String| !row.trim().is_empty() && !row.contains('▌');
        let first = question + rows[question..].iter().position(is_answer).unwrap();
        let composer = rows[first..].iter().position(|row| row.contains('▌'));
        // Of a link definition alone nothing is on screen, but for the time.
        prop_assume!(composer.is_some() && rows[first].trim() != "00:00");
        let end = first + composer.unwrap();
        let last = (first..end).rev().find(|y| !rows[*y].trim().is_empty());
        prop_assume!(last.is_some());
        let (first, last) = (u16::try_from(first).unwrap(), u16::try_from(last.unwrap()).unwrap());
        prop_assert_eq!(screen.drag((1, first), (columns - 2, last)), Some(text));
    }

    #[test]
    fn from_the_first_cell_of_a_block_to_its_last_is_the_block(
        block in prop::sample::select(BLOCKS),
        columns in 24_u16..90,
    ) {
        let text = format!("Before it.\n\n{block}\n\nBehind it.\n");
        let mut screen = MouseScreen::answer(&text, (columns, 60));
        let rows = screen.look();
        let on = |what: &str| rows.iter().position(|row| row.contains(what)).unwrap();
        let of_block = |y: &usize| !rows[*y].trim().is_empty();
        let first = (on("Before it.") + 1..rows.len()).find(of_block).unwrap();
        let last = (first..on("Behind it.")).rev().find(of_block).unwrap();
        let (first, last) = (u16::try_from(first).unwrap(), u16::try_from(last).unwrap());
        let copied = screen.drag((1, first), (columns - 2, last));
        prop_assert_eq!(copied.as_deref(), Some(block));
    }

    #[test]
    fn whatever_is_selected_stands_in_the_text_but_for_code_in_containers(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..8),
        from in (0_u16..60, 4_u16..60),
        to in (0_u16..60, 4_u16..60),
    ) {
        let text = pieces.concat();
        let mut screen = MouseScreen::answer(&text, (60, 80));
        if let Some(copied) = screen.drag(from, to) {
            let joined = copied.starts_with("## You\n\n");
            prop_assert!(joined || text.contains(&copied) || copied == "q?", "{copied:?} of {text:?}");
        }
    }
}

/// The sequence by which a terminal is asked to copy.
fn osc52(text: &str) -> String {
    duologue::runtime::osc52::sequence(text, duologue::runtime::multiplexer::Multiplexer::None)
}

fn position_of(pty: &Pty, text: &str) -> (usize, usize) {
    let screen = pty.text();
    let (y, row) = screen.lines().enumerate().find(|(_, row)| row.contains(text)).unwrap();
    (row[..row.find(text).unwrap()].chars().count() + 1, y + 1)
}

#[test]
fn the_real_program_copies_dragged_and_double_clicked_text() {
    let home = Home::new();
    let file = r#"{"c1": {"chat_name": "Code", "data": {"id": "c1", "created_at": 1700000000, "metadata": {}, "object": "conversation"}, "last_update": 1700000000, "messages": [
        {"role": "user", "text": "How?", "timestamp": 1700000000},
        {"role": "assistant", "text": "Use **make** for it:\n\n```sh\nmake all\nmake install\n```\n\nThat is all.", "timestamp": 1700000001}
    ], "last_response_id": null}}"#;
    std::fs::write(home.file(), file).unwrap();
    let mut pty = Pty::start(&home, &["-c"], 100, 30);
    pty.wait_for("That is all.");
    let says = |pty: &Pty, text: &str| String::from_utf8_lossy(&pty.raw).contains(&osc52(text));
    let (x, y) = position_of(&pty, "make for it:");
    pty.press(&format!("\x1b[<0;{x};{y}M\x1b[<32;{};{y}M\x1b[<32;{};{y}M", x + 3, x + 7));
    pty.wait("the selection", |pty| {
        let bg = |x: usize| {
            pty.screen()
                .cell(u16::try_from(y - 1).unwrap(), u16::try_from(x - 1).unwrap())
                .unwrap()
                .inverse()
        };
        bg(x) && bg(x + 7) && !bg(x + 8)
    });
    assert!(!says(&pty, "**make** for"), "not before the button is up");
    pty.press(&format!("\x1b[<0;{};{y}m", x + 7));
    pty.wait("the sequence", |pty| says(pty, "**make** for"));
    pty.wait_for("Sent the selected text to the terminal");
    let (x, y) = position_of(&pty, "make install");
    pty.press(&format!("\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m\x1b[<0;{x};{y}M\x1b[<0;{x};{y}m"));
    pty.wait("the block", |pty| says(pty, "make all\nmake install"));
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn a_mouse_held_beyond_the_edge_pulls_the_real_view_by_itself_and_only_while_it_is_down() {
    let home = Home::new();
    let lines: Vec<String> = (1..=60).map(|n| format!("Line {n} of a question.")).collect();
    let text = serde_json::to_string(&lines.join("\n")).unwrap();
    let file = format!(
        r#"{{"c1": {{"data": {{"id": "c1", "created_at": 1700000000, "metadata": {{}}, "object": "conversation"}},
        "chat_name": "Long", "last_update": 1700000000, "last_response_id": null,
        "messages": [{{"role": "user", "text": {text}, "timestamp": 1700000000}}]}}}}"#
    );
    std::fs::write(home.file(), file).unwrap();
    let mut pty = Pty::start(&home, &["-c"], 100, 30);
    pty.wait_for("Line 60 of a question.");
    let (x, y) = position_of(&pty, "Line 58 of");
    // One press and one move; then nothing more comes from the terminal.
    pty.press(&format!("\x1b[<0;{};{y}M\x1b[<32;{x};1M", x + 6));
    pty.wait_for("Line 1 of a question.");
    pty.press(&format!("\x1b[<0;{x};1m"));
    let expected = osc52(&format!("{}\nLine 58", lines[..57].join("\n")));
    pty.wait("the lines", |pty| String::from_utf8_lossy(&pty.raw).contains(&expected));
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn without_a_clipboard_the_selection_is_in_a_file() {
    let home = Home::new();
    let file = r#"{"c1": {"chat_name": "Code", "data": {"id": "c1", "created_at": 1700000000, "metadata": {}, "object": "conversation"}, "last_update": 1700000000, "messages": [
        {"role": "user", "text": "How\u200b exactly?", "timestamp": 1700000000}
    ], "last_response_id": null}}"#;
    std::fs::write(home.file(), file).unwrap();
    let mut pty = Pty::start_with(&home, &["-c"], (200, 30), &[("TERM", "linux")]);
    pty.wait_for("How exactly?");
    let (x, y) = position_of(&pty, "How exactly?");
    pty.press(&format!("\x1b[<0;{x};{y}M\x1b[<32;{};{y}M\x1b[<0;{};{y}m", x + 10, x + 10));
    pty.wait_for("1 invisible or control character");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let copied = home.path().join("state/duologue/copied.txt");
    assert_eq!(std::fs::read_to_string(copied).unwrap(), "How\u{200b} exactly");
}

#[test]
fn in_the_composer_clicks_select_words_and_keys_copy_and_cut_them() {
    let mut screen = MouseScreen::of(AppHarness::new(), (60, 20));
    screen.app.paste("one two-three\nfour");
    let index = screen.find("two").0;
    screen.click(Clicks::Two, index);
    assert_eq!(screen.app.state.composer.editor.selected(), Some("two"));
    screen.click(Clicks::Three, index);
    assert_eq!(screen.app.state.composer.editor.selected(), Some("one two-three"));
    let alt = crossterm::event::KeyModifiers::ALT;
    let effects = screen.app.key(KeyCode::Char('c'), alt);
    assert_eq!(copied(&effects).as_deref(), Some("one two-three"));
    assert_eq!(copied(&screen.app.ctrl('x')).as_deref(), Some("one two-three"));
    assert_eq!(screen.app.state.composer.text(), "\nfour");
    screen.app.key(KeyCode::Char('y'), alt);
    assert_eq!(screen.app.state.composer.text(), "one two-three\nfour", "put in again");
    assert!(screen.app.key(KeyCode::Char('c'), alt).is_empty());
    assert_eq!(screen.app.notice(), "Nothing is selected.");
}
