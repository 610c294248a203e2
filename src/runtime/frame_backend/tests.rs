//! What a terminal shows after the frames of the backend.

use super::*;
use std::cell::RefCell;
use std::rc::Rc;

use proptest::prelude::*;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Style};

const SIZE: Rect = Rect { x: 0, y: 0, width: 70, height: 24 };

/// What was written since it was looked at.
#[derive(Debug, Clone, Default)]
struct Output(Rc<RefCell<Vec<u8>>>);

impl Output {
    fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn backend(policy: ScrollPolicy) -> (FrameBackend<Output>, Output) {
    let out = Output::default();
    let backend = FrameBackend {
        inner: CrosstermBackend::new(out.clone()),
        shown: Buffer::empty(SIZE),
        next: Buffer::empty(SIZE),
        is_blank: true,
        may_move_rows: true,
        scroll_policy: policy,
        joined_form: JoinedForm::Whole,
    };
    (backend, out)
}

#[test]
fn both_cells_of_a_joined_character_are_painted_before_it() {
    let mut check = Cell::new("✔\u{fe0f}");
    check.set_bg(Color::Red);
    let plain = Cell::new("a");
    let (mut backend, out) = backend(ScrollPolicy::Any);
    backend.draw([(1, 2, &check), (3, 2, &plain)].into_iter()).unwrap();
    let written = String::from_utf8(out.take()).unwrap();
    let (before, after) = written.split_once('✔').unwrap();
    assert!(before.contains("\x1b[3;2H") && before.contains("  "), "{before:?}");
    assert!(after.contains('a'), "{after:?}");
}

/// A list, a conversation that is scrolled to a line, and a composer.
fn frame(lines: &[String], top: usize, list: u16, background: Color) -> Buffer {
    let mut buffer = Buffer::empty(SIZE);
    for row in 0..SIZE.height {
        buffer.set_string(0, row, " ".repeat(12), Style::new().bg(background));
    }
    for row in 0..list {
        buffer.set_string(1, row * 3 % 20, format!("chat {row}"), Style::new().bg(background));
    }
    for (row, line) in (0..20).zip(lines.iter().skip(top)) {
        let style = if row % 5 == 0 { Style::new().fg(Color::Green) } else { Style::new() };
        buffer.set_stringn(14, row, line, 54, style);
    }
    buffer.set_string(14, 22, format!("line {top}"), Style::new().bg(Color::Blue));
    buffer
}

fn terminal() -> vt100::Parser {
    let size = |cells| std::num::NonZeroU16::new(cells).unwrap();
    vt100::Parser::new(size(SIZE.height), size(SIZE.width), 0)
}

/// The cells that look different; how a blank one came about cannot be seen.
fn differences(one: &vt100::Parser, other: &vt100::Parser) -> Vec<String> {
    let look = |cell: &vt100::Cell| {
        let text = cell.contents().trim();
        let color = if text.is_empty() { vt100::Color::Default } else { cell.fgcolor() };
        let is_seen = !cell.is_wide_continuation();
        is_seen.then(|| format!("{text} {color:?} {:?}", cell.bgcolor()))
    };
    let cell =
        |terminal: &vt100::Parser, row, column| terminal.screen().cell(row, column).and_then(look);
    (0..SIZE.height)
        .flat_map(|row| (0..SIZE.width).map(move |column| (row, column)))
        .map(|(row, column)| (row, column, cell(one, row, column), cell(other, row, column)))
        .filter(|(_, _, one, other)| one != other)
        .map(|difference| format!("{difference:?}"))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_terminal_that_moves_rows_shows_the_same_cells(
        lines in prop::collection::vec("[a-z 東é]{0,60}", 60),
        tops in prop::collection::vec(0_usize..40, 2..8),
        list in 0_u16..6,
        background in prop_oneof![Just(Color::Reset), Just(Color::Indexed(236))],
        policy in prop_oneof![Just(ScrollPolicy::Alone), Just(ScrollPolicy::Any)],
    ) {
        let (mut moving, mut drawing) = (terminal(), terminal());
        let (mut backend, out) = backend(policy);
        let plain_out = Output::default();
        let mut plain = CrosstermBackend::new(plain_out.clone());
        let mut last = Buffer::empty(SIZE);
        for top in tops {
            let next = frame(&lines, top, list, background);
            backend.draw(last.diff_iter(&next)).unwrap();
            plain.draw(last.diff_iter(&next)).unwrap();
            moving.process(&out.take());
            drawing.process(&plain_out.take());
            let differences = differences(&moving, &drawing);
            prop_assert!(differences.is_empty(), "{:?}", &differences[..1]);
            last = next;
        }
    }
}

/// Text with characters that terminals do not agree on, and links.
fn joined_line() -> impl Strategy<Value = Vec<&'static str>> {
    let words = prop_oneof![
        Just("⚠\u{fe0f}"),
        Just("❤\u{fe0e}"),
        Just("1\u{fe0f}\u{20e3}"),
        Just("\u{1f469}\u{200d}\u{1f4bb}"),
        Just("\u{1f44d}\u{1f3fd}"),
        Just("\u{1f1ef}\u{1f1f5}"),
        Just("日本"),
        Just("LINK"),
        Just(" "),
        Just("ok"),
    ];
    prop::collection::vec(words, 0..10)
}

fn joined_frame(lines: &[Vec<&'static str>]) -> Buffer {
    let mut buffer = Buffer::empty(SIZE);
    for (row, words) in (0..SIZE.height).zip(lines) {
        let mut column = 2;
        for word in words {
            let start = column;
            column = buffer.set_string_at(start, row, word);
        }
    }
    buffer
}

trait SetString {
    fn set_string_at(&mut self, column: u16, row: u16, word: &str) -> u16;
}

impl SetString for Buffer {
    /// Writes a word, as a link where it is one; returns the column after it.
    fn set_string_at(&mut self, column: u16, row: u16, word: &str) -> u16 {
        let end = self.set_stringn(column, row, word, 60, Style::new()).0;
        if word == "LINK" {
            for column in column..end {
                let cell = &mut self[(column, row)];
                let linked =
                    format!("\x1b]8;id=d1;https://a.example\x1b\\{}\x1b]8;;\x1b\\", cell.symbol());
                cell.set_symbol(&linked);
                let one = std::num::NonZeroU16::new(1).unwrap();
                cell.set_diff_option(ratatui::buffer::CellDiffOption::ForcedWidth(one));
            }
        }
        end
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The terminal of this test gives a joined character the columns of all its parts.
    #[test]
    fn frames_with_joined_characters_leave_what_a_single_frame_draws(
        frames in prop::collection::vec(prop::collection::vec(joined_line(), 8), 2..5),
        form in prop_oneof![Just(JoinedForm::Whole), Just(JoinedForm::Simplified)],
    ) {
        let (mut backend, out) = backend(ScrollPolicy::Any);
        backend.joined_form = form;
        let mut after_all = terminal();
        let mut last = Buffer::empty(SIZE);
        for lines in &frames {
            let next = joined_frame(lines);
            backend.draw(last.diff_iter(&next)).unwrap();
            last = next;
        }
        after_all.process(&out.take());
        let (mut once, once_out) = self::backend(ScrollPolicy::Any);
        once.joined_form = form;
        once.draw(Buffer::empty(SIZE).diff_iter(&last)).unwrap();
        let mut drawn_once = terminal();
        drawn_once.process(&once_out.take());
        let differences = differences(&after_all, &drawn_once);
        prop_assert!(differences.is_empty(), "{:?}", &differences[..1]);
    }

    #[test]
    fn simplified_characters_leave_every_other_character_at_its_column(line in joined_line()) {
        let (mut backend, out) = backend(ScrollPolicy::Any);
        backend.joined_form = JoinedForm::Simplified;
        let wanted = joined_frame(&[line]);
        backend.draw(Buffer::empty(SIZE).diff_iter(&wanted)).unwrap();
        let mut terminal = terminal();
        terminal.process(&out.take());
        for column in 0..SIZE.width {
            let cell = &wanted[(column, 0)];
            if cell.symbol().is_ascii() && cell.symbol().len() == 1 && cell.symbol() != " " {
                let shown = terminal.screen().cell(0, column).unwrap().contents();
                prop_assert_eq!(shown, cell.symbol());
            }
        }
    }
}

#[test]
fn a_joined_character_is_followed_by_the_place_of_the_next_one_and_costs_nothing_later() {
    let (mut backend, out) = backend(ScrollPolicy::Any);
    let line = |tail: &str| {
        let mut buffer = Buffer::empty(SIZE);
        buffer.set_string(0, 0, "⚠\u{fe0f} ok ❤\u{fe0e} ok", Style::new());
        buffer.set_string(0, 1, tail, Style::new());
        buffer
    };
    let (first, second) = (line("an"), line("answer"));
    backend.draw(Buffer::empty(SIZE).diff_iter(&first)).unwrap();
    let written = String::from_utf8(out.take()).unwrap();
    let after = |mark: &str| written.split_once(mark).unwrap().1.to_owned();
    assert!(after("⚠\u{fe0f}").contains("\x1b[1;3H ok"), "{written:?}");
    assert!(after("❤\u{fe0e}").contains("\x1b[1;8H"), "{written:?}");
    backend.draw(first.diff_iter(&second)).unwrap();
    let written = String::from_utf8(out.take()).unwrap();
    assert!(written.starts_with("\x1b[2;3Hswer"), "{written:?}");
}

#[test]
fn rows_with_joined_characters_are_drawn_and_not_moved() {
    let line = |row: u16| format!("{row} \u{1f1eb}\u{1f1f7} {}", "text of a line ".repeat(3));
    let lines: Vec<String> = (0..60).map(line).collect();
    let (mut backend, out) = backend(ScrollPolicy::Any);
    let mut last = Buffer::empty(SIZE);
    for top in [3, 4, 1] {
        let next = frame(&lines, top, 0, Color::Reset);
        backend.draw(last.diff_iter(&next)).unwrap();
        last = next;
    }
    let written = String::from_utf8(out.take()).unwrap();
    assert!(!written.contains("\x1b[r"), "{written:?}");
}

#[test]
fn a_scrolled_conversation_costs_a_few_rows() {
    let lines: Vec<String> = (0..60)
        .map(|line| format!("{line} a line of text that is nearly as wide as it can be"))
        .collect();
    let (mut backend, out) = backend(ScrollPolicy::Any);
    let mut last = Buffer::empty(SIZE);
    let mut costs = Vec::new();
    for top in [3, 4, 1] {
        let next = frame(&lines, top, 4, Color::Indexed(236));
        backend.draw(last.diff_iter(&next)).unwrap();
        costs.push(out.take().len());
        last = next;
    }
    assert!(costs[1] * 2 < costs[0] && costs[2] * 2 < costs[0], "{costs:?}");
}
