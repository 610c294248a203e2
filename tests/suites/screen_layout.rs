//! Every state of the window at every size: nothing outside of the screen, nothing over something else,
//! nothing cut in the middle of a word.

use std::cell::RefCell;
use std::collections::HashSet;

use duologue::app::{Area, Measured, State};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Color;

use crate::support::app_harness::AppHarness;
use crate::support::screen_states::{NamedState, overlays, panes};

/// The sizes that are looked at most.
const SIZES: [(u16, u16); 6] = [(200, 50), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12)];
/// Sizes at which everything fits.
const AMPLE_SIZES: [(u16, u16); 9] = [
    (240, 200),
    (200, 200),
    (110, 200),
    (100, 200),
    (80, 200),
    (79, 200),
    (60, 200),
    // On a low screen the foot also says how to scroll.
    (240, 12),
    (110, 12),
];
/// Below this width a word may be longer than its line.
const MIN_COLUMNS: u16 = 40;
/// On fewer rows there is only a sentence.
const MIN_ROWS: u16 = 5;

fn frame(state: &State, (columns, rows): (u16, u16), theme: &Theme) -> (Buffer, Measured) {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let cache = &mut LayoutCache::default();
    let mut measured = Measured::default();
    terminal.draw(|frame| measured = draw(frame, state, theme, cache)).unwrap();
    (terminal.backend().buffer().clone(), measured)
}

/// A word on the screen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Word {
    text: String,
    /// Whether an ellipsis follows it.
    is_shortened: bool,
}

/// The words of letters in rows of text. Names and numbers with other signs in them are not words.
fn words(rows: impl IntoIterator<Item = String>) -> Vec<Word> {
    let mut words = Vec::new();
    for row in rows {
        for piece in row.split(|c: char| !c.is_ascii_alphanumeric() && c != '…') {
            let text = piece.trim_end_matches('…');
            if text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
                words.push(Word { text: text.to_owned(), is_shortened: text != piece });
            }
        }
    }
    words
}

fn rows(buffer: &Buffer, shows: impl Fn(Position) -> bool) -> Vec<String> {
    let row = |row: Rect| {
        let cell = |at: Position| if shows(at) { buffer[at].symbol() } else { " " };
        row.positions().map(cell).collect()
    };
    buffer.area.rows().map(row).collect()
}

/// The columns of an overlay: those that its first row has.
fn overlay_columns(buffer: &Buffer, surfaces: &[Option<Color>]) -> HashSet<u16> {
    let on_surface = |at: &Position| surfaces.contains(&Some(buffer[*at].bg));
    let columns = |y: Rect| y.positions().filter(on_surface).map(|at| at.x).collect();
    buffer.area.rows().map(columns).find(|it: &HashSet<_>| !it.is_empty()).unwrap_or_default()
}

/// The words of an overlay without those behind it.
fn overlay_words(state: &mut State, size: (u16, u16), theme: &Theme) -> Vec<Word> {
    let surfaces = [theme.raised.bg, theme.selected_row.bg];
    let (shown, _) = frame(state, size, theme);
    let overlay = state.overlay.take();
    let (behind, _) = frame(state, size, theme);
    state.overlay = overlay;
    let columns = overlay_columns(&shown, &surfaces);
    // Behind the theme picker nothing is dimmed: the box is where something else is, and not only in
    // another colour, as the bar of the composer without the focus.
    let is_other =
        |at: Position| shown[at].symbol() != behind[at].symbol() || shown[at].bg != behind[at].bg;
    let is_changed = |at: &Position| columns.contains(&at.x) && is_other(*at);
    let changed: Vec<Position> = shown.area.positions().filter(is_changed).collect();
    let top = changed.iter().map(|at| at.y).min().unwrap_or(0);
    let bottom = changed.iter().map(|at| at.y).max().unwrap_or(0);
    let is_overlay = |at: Position| {
        let in_box = columns.contains(&at.x) && (top..=bottom).contains(&at.y);
        in_box && surfaces.contains(&Some(shown[at].bg))
    };
    words(rows(&shown, is_overlay))
}

fn pane_words(state: &mut State, size: (u16, u16), theme: &Theme) -> Vec<Word> {
    let (shown, measured) = frame(state, size, theme);
    let drawer = rect(measured.list_area);
    // What a drawer covers is cut at its edge.
    let is_seen = |at: Position| measured.both_panes || drawer.is_empty() || drawer.contains(at);
    words(rows(&shown, is_seen))
}

/// The titles and other names in a state, which may be shortened anywhere.
fn names(state: &State) -> String {
    let mut names: Vec<&str> = state.list.rows.iter().map(|row| row.title.text()).collect();
    names.extend(state.transcript.open.as_ref().map(|open| open.title.as_str()));
    // A few words are there only where there is little room.
    names.extend(["New conversation", "send, or continue", "lines"]);
    names.extend(["How to sort a list", "How do I sort a list?", "o4-mini gpt-5-mini", "TITLE"]);
    names.extend(state.queued_questions.iter().map(|it| it.text.as_str()));
    names.join(" ")
}

/// A state with the words it has where there is room for everything.
struct Checked {
    name: &'static str,
    app: AppHarness,
    words: fn(&mut State, (u16, u16), &Theme) -> Vec<Word>,
    whole: HashSet<String>,
    names: String,
}

impl Checked {
    fn new(
        (name, mut app): NamedState,
        words: fn(&mut State, (u16, u16), &Theme) -> Vec<Word>,
    ) -> Self {
        let theme = Theme::built_in(ThemeName::Dark);
        let mut whole = HashSet::new();
        for size in AMPLE_SIZES {
            app.state.size = size.into();
            whole.extend(words(&mut app.state, size, &theme).into_iter().map(|word| word.text));
        }
        let names = names(&app.state);
        whole.extend(names.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_owned));
        Self { name, app, words, whole, names }
    }

    /// The words that are cut at some sizes, each with its screen.
    fn cut_words(&mut self, sizes: &[(u16, u16)]) -> Vec<String> {
        let theme = Theme::built_in(ThemeName::Dark);
        let mut cut = HashSet::new();
        let mut found = Vec::new();
        let is_checked =
            |(columns, rows): &(u16, u16)| *columns >= MIN_COLUMNS && *rows >= MIN_ROWS;
        for size in sizes.iter().copied().filter(is_checked) {
            self.app.state.size = size.into();
            for word in (self.words)(&mut self.app.state, size, &theme) {
                let is_name = word.is_shortened && self.names.contains(&word.text);
                if !self.whole.contains(&word.text) && !is_name && cut.insert(word.text.clone()) {
                    let shown = rows(&frame(&self.app.state, size, &theme).0, |_| true);
                    let (name, shown) = (self.name, shown.join("\n"));
                    found.push(format!("{name} at {size:?} cuts a word: {word:?}\n{shown}"));
                }
            }
        }
        found
    }

    /// Checks that the state stays on the screen and its panes apart.
    fn check_areas(&mut self, size: (u16, u16), theme: &Theme) {
        let name = self.name;
        self.app.state.size = size.into();
        let (shown, measured) = frame(&self.app.state, size, theme);
        let screen = Rect::new(0, 0, size.0, size.1);
        assert_eq!(shown.area, screen, "{name}");
        let is_control = |cell: &ratatui::buffer::Cell| cell.symbol().contains(char::is_control);
        assert!(!shown.content.iter().any(is_control), "{name} at {size:?}");
        if size.0 < 20 || size.1 < 5 {
            return;
        }
        let (transcript, composer) = (rect(measured.transcript_area), rect(measured.composer_area));
        let list = rect(measured.list_area);
        for area in [transcript, composer, list] {
            assert_eq!(screen.union(area), screen, "{name} at {size:?}");
        }
        assert!(!transcript.intersects(composer), "{name} at {size:?}");
        if measured.both_panes {
            let apart = !list.intersects(transcript) && !list.intersects(composer);
            assert!(apart, "{name} at {size:?}");
        }
    }
}

fn all_states() -> Vec<Checked> {
    let overlays = overlays().into_iter().map(|state| Checked::new(state, overlay_words));
    overlays.chain(panes().into_iter().map(|state| Checked::new(state, pane_words))).collect()
}

const fn rect(area: Area) -> Rect {
    Rect::new(area.x, area.y, area.width, area.height)
}

#[test]
fn no_state_cuts_a_word_at_any_size() {
    let sizes: Vec<(u16, u16)> = sizes().collect();
    let cut: Vec<String> =
        all_states().iter_mut().flat_map(|state| state.cut_words(&sizes)).collect();
    assert!(cut.is_empty(), "{}", cut.join("\n\n"));
}

#[test]
fn every_state_stays_on_the_screen_and_is_readable_at_any_size() {
    let states = RefCell::new(all_states());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(16));
    let sizes = (0_u16..=200, 0_u16..=60, any::<bool>());
    let result = runner.run(&sizes, |(columns, rows, light)| {
        let theme = Theme::built_in(if light { ThemeName::Light } else { ThemeName::Dark });
        for state in states.borrow_mut().iter_mut() {
            state.check_areas((columns, rows), &theme);
            let cut = state.cut_words(&[(columns, rows)]);
            prop_assert!(cut.is_empty(), "{}", cut.join("\n"));
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// The edges of layouts.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let columns = [40, 41, 49, 50, 59, 60, 72, 79, 80, 99, 100, 120, 200];
    let rows = [5, 6, 8, 12, 15, 16, 20, 24, 60];
    let grid = columns
        .into_iter()
        .flat_map(move |columns| rows.into_iter().map(move |rows| (columns, rows)));
    grid.chain(SIZES)
}
