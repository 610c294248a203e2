//! Every state of the window at six sizes and in three themes, as text with a summary of its colours.
//! `DUOLOGUE_FRAMES=folder cargo test screen_states` also writes each frame with its colours, to be
//! looked at with `cat`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use duologue::app::State;
use duologue::settings::{Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell, CellWidth as _};
use ratatui::style::{Color, Modifier};

use crate::support::screen_states::{NamedState, overlays, panes};

const SIZES: [(u16, u16); 6] = [(200, 50), (120, 40), (100, 30), (80, 24), (60, 20), (40, 12)];
/// The last one has the sixteen colours of the terminal.
const THEMES: [ThemeName; 3] = [ThemeName::Dark, ThemeName::Light, ThemeName::Terminal];

fn frame(state: &mut State, size: (u16, u16), theme: &Theme) -> Buffer {
    state.size = size.into();
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let cache = &mut LayoutCache::default();
    terminal.draw(|frame| _ = draw(frame, state, theme, cache)).unwrap();
    terminal.backend().buffer().clone()
}

fn text(buffer: &Buffer) -> Vec<String> {
    let row = |row: ratatui::layout::Rect| {
        row.positions().map(|at| buffer[at].symbol()).collect::<String>().trim_end().to_owned()
    };
    buffer.area.rows().map(row).collect()
}

/// How a cell is painted, in few characters.
fn paint_of(cell: &Cell) -> String {
    let color = |color: Color| match color {
        Color::Reset => "-".to_owned(),
        Color::Rgb(r, g, b) => format!("{r:02x}{g:02x}{b:02x}"),
        other => format!("{other:?}"),
    };
    let mut out = format!("{}/{}", color(cell.fg), color(cell.bg));
    for (modifier, sign) in [
        (Modifier::BOLD, "b"),
        (Modifier::DIM, "d"),
        (Modifier::ITALIC, "i"),
        (Modifier::UNDERLINED, "u"),
        (Modifier::REVERSED, "r"),
        (Modifier::CROSSED_OUT, "x"),
    ] {
        if cell.modifier.contains(modifier) {
            out.push('+');
            out.push_str(sign);
        }
    }
    out
}

/// How many cells are painted in which way, the most frequent first.
fn paints(buffer: &Buffer) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for cell in &buffer.content {
        *counts.entry(paint_of(cell)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
    counts.iter().map(|(paint, many)| format!("{paint} {many}")).collect::<Vec<_>>().join("  ")
}

/// A colour as a terminal takes it, for text (3) or what is behind it (4).
fn color_code(color: Color, layer: u8) -> String {
    const NAMED: [Color; 16] = [
        Color::Black,
        Color::Red,
        Color::Green,
        Color::Yellow,
        Color::Blue,
        Color::Magenta,
        Color::Cyan,
        Color::Gray,
        Color::DarkGray,
        Color::LightRed,
        Color::LightGreen,
        Color::LightYellow,
        Color::LightBlue,
        Color::LightMagenta,
        Color::LightCyan,
        Color::White,
    ];
    match color {
        Color::Rgb(r, g, b) => format!(";{layer}8;2;{r};{g};{b}"),
        color => {
            let index = NAMED.iter().position(|named| *named == color);
            index.map_or_else(String::new, |index| format!(";{layer}8;5;{index}"))
        }
    }
}

/// A frame with its colours as a terminal takes them.
fn colored(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in buffer.area.rows() {
        let mut hidden = 0;
        for at in row.positions() {
            let cell = &buffer[at];
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            hidden = cell.cell_width().saturating_sub(1);
            let mut style = "\u{1b}[0".to_owned();
            for (modifier, code) in [
                (Modifier::BOLD, ";1"),
                (Modifier::DIM, ";2"),
                (Modifier::ITALIC, ";3"),
                (Modifier::UNDERLINED, ";4"),
                (Modifier::REVERSED, ";7"),
            ] {
                style.push_str(if cell.modifier.contains(modifier) { code } else { "" });
            }
            let colors = color_code(cell.fg, 3) + &color_code(cell.bg, 4);
            write!(out, "{style}{colors}m{}", cell.symbol()).unwrap();
        }
        out.push_str("\u{1b}[0m\n");
    }
    out
}

/// The frames of a state. Text that is the same in two themes is there once.
fn frames(state_name: &str, state: &mut State) -> String {
    let mut out = String::new();
    for size in SIZES {
        let mut before: Vec<String> = Vec::new();
        for name in THEMES {
            let shown = frame(state, size, &Theme::built_in(name));
            let rows = text(&shown);
            if let Ok(folder) = std::env::var("DUOLOGUE_FRAMES") {
                let file = format!("{folder}/{state_name}.{}x{}.{}", size.0, size.1, name.name());
                std::fs::write(file, colored(&shown)).unwrap();
            }
            writeln!(out, "{}x{} {}: {}", size.0, size.1, name.name(), paints(&shown)).unwrap();
            for (row, text) in rows.iter().enumerate() {
                if before.get(row) != Some(text) {
                    writeln!(out, "{:>2}|{text}", row + 1).unwrap();
                }
            }
            before = rows;
        }
    }
    out
}

fn check(states: Vec<NamedState>) {
    for (name, mut app) in states {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../frames/states");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let name = name.replace(' ', "_");
        settings.bind(|| insta::assert_snapshot!(name.as_str(), frames(&name, &mut app.state)));
    }
}

#[test]
fn every_pane_looks_as_it_was_reviewed() {
    check(panes());
}

#[test]
fn every_overlay_looks_as_it_was_reviewed() {
    check(overlays());
}
