//! The questions to answer with y or n.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{Confirm, State, temporary};
use crate::chat::{Preset, UNDO_DAYS};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_box, draw_foot, fitted_columns, key_hints};

const MAX_COLUMNS: usize = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    confirm: &Confirm,
    theme: &Theme,
) {
    let texts = texts(state, confirm, fitted_columns(area, MAX_COLUMNS));
    draw_texts(frame, area, texts, theme);
}

/// Asks whether to delete a preset.
pub(super) fn draw_preset_deletion(
    frame: &mut Frame<'_>,
    area: Rect,
    preset: &Preset,
    theme: &Theme,
) {
    let room = fitted_columns(area, MAX_COLUMNS);
    let question = ask("Delete the preset", &clean::line(&preset.name), room);
    let after = undo_sentence();
    draw_texts(frame, area, Texts { title: "Delete", question, after, yes: "delete" }, theme);
}

fn draw_texts(frame: &mut Frame<'_>, area: Rect, texts: Texts, theme: &Theme) {
    let room = fitted_columns(area, MAX_COLUMNS);
    let Texts { title, question, after, yes } = texts;
    let mut lines = vec![Line::styled(question, theme.text)];
    lines.extend(remark_lines(&after, theme.faint, room));
    let columns = lines.iter().map(Line::width).max().unwrap_or(0);
    let wanted = BoxSize { columns, rows: lines.len().saturating_add(2) };
    let inner = draw_box(frame, area, title, wanted, theme);
    let pairs = [("y", yes), ("n", "cancel")];
    let keys = key_hints(&pairs, usize::from(inner.width), theme);
    let inner = draw_foot(frame, inner, keys, lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
}

/// What a question says.
struct Texts {
    title: &'static str,
    question: String,
    /// What to know before answering.
    after: String,
    /// What y does.
    yes: &'static str,
}

fn texts(state: &State, confirm: &Confirm, room: usize) -> Texts {
    match confirm {
        Confirm::Delete { id, title } => Texts {
            title: "Delete",
            question: ask("Delete", &clean::title(title), room),
            after: if temporary::is_temporary(state, id) {
                "It is not saved and cannot be restored.".to_owned()
            } else {
                undo_sentence()
            },
            yes: "delete",
        },
        Confirm::UnlistedModel { model } => Texts {
            title: "Model",
            question: ask("Use", &clean::line(model), room),
            after: "The server does not list this model.".to_owned(),
            yes: "use it",
        },
    }
}

/// A question about a name, which is cut to the room there is.
fn ask(verb: &str, name: &str, room: usize) -> String {
    let around = width(verb).saturating_add(width(" \"\"?"));
    format!("{verb} \"{}\"?", fit(name, room.saturating_sub(around)))
}

fn undo_sentence() -> String {
    format!("You can undo this for {UNDO_DAYS} days.")
}
