//! Every overlay at every size: nothing outside of the screen, nothing cut in the middle of a word.

use std::collections::HashSet;

use crossterm::event::KeyCode;
use duologue::app::editor::Editor;
use duologue::app::{Confirm, Overlay, PresetRenameDialog, PresetTask, State, StoreEvent};
use duologue::chat::preset::{PresetFault, PresetRules};
use duologue::chat::{Preset, PresetList};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Color;

use crate::support::app_harness::{AppHarness, stored_msg};

/// The keys that open overlays.
const OPENED_BY: [(&str, KeyCode, bool); 8] = [
    ("help", KeyCode::F(1), false),
    ("rename", KeyCode::F(2), false),
    ("search", KeyCode::F(3), false),
    ("models", KeyCode::F(4), false),
    ("usage", KeyCode::F(6), false),
    ("log", KeyCode::F(12), false),
    ("palette", KeyCode::Char('p'), true),
    ("prompts", KeyCode::Char('r'), true),
];

/// Every overlay by name, in an application that shows it.
fn overlays() -> Vec<(&'static str, AppHarness)> {
    let mut all = Vec::new();
    for (name, key, with_control) in OPENED_BY {
        let mut app = asked();
        match key {
            KeyCode::Char(letter) if with_control => app.ctrl(letter),
            key => app.press(key),
        };
        all.push((name, app));
    }
    let mut help = asked();
    help.press(KeyCode::F(1));
    help.type_text("conversation");
    all.push(("filtered help", help));
    let mut themes = asked();
    themes.type_text("/theme");
    themes.press(KeyCode::Enter);
    all.push(("themes", themes));
    let mut delete = asked();
    let id = delete.state.transcript.open.as_ref().unwrap().id.clone();
    let title = "How to sort a list".to_owned();
    delete.state.overlay = Some(Overlay::Confirm(Confirm::Delete { id, title }));
    all.push(("delete", delete));
    all.push(("presets", presets()));
    let mut form = presets();
    form.ctrl('n');
    all.push(("new preset", form));
    let mut faults = presets();
    faults.ctrl('n');
    faults.press(KeyCode::Enter);
    all.push(("preset with faults", faults));
    let renaming = PresetRenameDialog {
        original: preset(),
        editor: Editor::with_text("Reviewer".to_owned()),
        fault: Some(PresetFault::EmptyName),
    };
    all.push(("rename preset", presets_with(PresetTask::Renaming(Box::new(renaming)))));
    all.push(("delete preset", presets_with(PresetTask::Deleting(Box::new(preset())))));
    all
}

fn asked() -> AppHarness {
    let mut app = AppHarness::new();
    app.ask("How do I sort a list?");
    app
}

fn preset() -> Preset {
    Preset {
        id: "p".to_owned(),
        name: "Reviewer".to_owned(),
        instructions: Some("Review the code.".to_owned()),
        ..Preset::default()
    }
}

fn presets() -> AppHarness {
    let mut app = asked();
    app.type_text("/preset");
    app.press(KeyCode::Enter);
    let list = PresetList {
        presets: vec![preset()],
        problems: Vec::new(),
        rules: PresetRules::Own,
        default_instructions: "Help.".to_owned(),
    };
    app.send_msg(stored_msg(StoreEvent::PresetsListed(Ok(list))));
    app
}

fn presets_with(task: PresetTask) -> AppHarness {
    let mut app = presets();
    if let Some(Overlay::Presets(picker)) = app.state.overlay.as_mut() {
        picker.task = task;
    }
    app
}

fn frame(state: &State, (columns, rows): (u16, u16), theme: &Theme) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    let cache = &mut LayoutCache::default();
    let draw = |frame: &mut ratatui::Frame<'_>| {
        draw(frame, state, theme, cache);
    };
    terminal.draw(draw).unwrap();
    terminal.backend().buffer().clone()
}

/// The columns of an overlay: those that its first row has.
fn overlay_columns(buffer: &Buffer, surfaces: &[Option<Color>]) -> Vec<u16> {
    let on_surface = |at: &Position| surfaces.contains(&Some(buffer[*at].bg));
    let columns = |y: Rect| y.positions().filter(on_surface).map(|at| at.x).collect();
    buffer.area.rows().map(columns).find(|it: &Vec<_>| !it.is_empty()).unwrap_or_default()
}

/// The words on the surfaces of overlays in these columns.
fn words(buffer: &Buffer, columns: &[u16], surfaces: &[Option<Color>]) -> Vec<String> {
    let on_surface = |bg: Color| surfaces.contains(&Some(bg));
    let mut words = Vec::new();
    for y in buffer.area.rows() {
        let cells = y.positions().filter(|at| columns.contains(&at.x)).map(|at| &buffer[at]);
        let text: String =
            cells.map(|cell| if on_surface(cell.bg) { cell.symbol() } else { " " }).collect();
        // The bar of the selected row, and the comma where several keys are named.
        let bare = |word: &str| word.trim_start_matches('▌').trim_end_matches(',').to_owned();
        words.extend(text.split_whitespace().map(bare).filter(|word| !word.is_empty()));
    }
    words
}

#[test]
fn no_overlay_cuts_a_word_at_any_size() {
    let theme = Theme::built_in(ThemeName::Dark);
    let surfaces = [theme.raised.bg, theme.selected_row.bg];
    for (name, mut app) in overlays() {
        assert!(app.state.overlay.is_some(), "{name} did not open");
        let mut whole = HashSet::new();
        // On a low screen the foot also says how to scroll.
        for size in [(240, 200), (110, 200), (100, 200), (240, 12), (110, 12)] {
            app.state.size = size.into();
            let shown = frame(&app.state, size, &theme);
            whole.extend(words(&shown, &overlay_columns(&shown, &surfaces), &surfaces));
        }
        for (columns, rows) in sizes() {
            app.state.size = (columns, rows).into();
            let shown = frame(&app.state, (columns, rows), &theme);
            let within = overlay_columns(&shown, &surfaces);
            // The composer is on the same surface and not dimmed while themes are previewed.
            let overlay = app.state.overlay.take();
            let below = words(&frame(&app.state, (columns, rows), &theme), &within, &surfaces);
            app.state.overlay = overlay;
            // Below this a word may be longer than the line.
            for word in words(&shown, &within, &surfaces).iter().filter(|_| columns >= 40) {
                let is_count = word.contains('/') && word.bytes().any(|it| it.is_ascii_digit());
                let is_whole =
                    whole.contains(word) || below.contains(word) || word.contains('…') || is_count;
                assert!(is_whole, "{name} at {columns}x{rows} cuts a word: {word}\n{shown:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_overlay_stays_on_the_screen_at_any_size(
        columns in 0_u16..=200, rows in 0_u16..=60, light in any::<bool>(),
    ) {
        let theme = Theme::built_in(if light { ThemeName::Light } else { ThemeName::Dark });
        for (_, mut app) in overlays() {
            app.state.size = (columns, rows).into();
            let shown = frame(&app.state, (columns, rows), &theme);
            prop_assert_eq!(shown.area, Rect::new(0, 0, columns, rows));
            let control = shown.content.iter().any(|cell| cell.symbol().contains(char::is_control));
            prop_assert!(!control);
        }
    }
}

/// From nothing to more than most screens have.
fn sizes() -> impl Iterator<Item = (u16, u16)> {
    let columns = [1, 5, 19, 20, 21, 30, 40, 41, 49, 50, 59, 60, 72, 79, 80, 99, 100, 120, 200];
    let rows = [1, 4, 5, 6, 8, 10, 12, 15, 16, 20, 24, 30, 40, 60];
    columns.into_iter().flat_map(move |columns| rows.into_iter().map(move |rows| (columns, rows)))
}
