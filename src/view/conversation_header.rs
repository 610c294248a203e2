//! The header of a conversation: title, id, age, model and cost.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{OpenConversation, State, temporary};
use crate::chat::Turn;
use crate::chat::preset::DEFAULT_PRESET;
use crate::settings::Theme;

use crate::view::age::age_phrase;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::width::width;

/// Draws the title, and below it the facts that fit.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    open: &OpenConversation,
    state: &State,
    theme: &Theme,
) {
    let wide = usize::from(area.width);
    let name = if open.title.is_empty() { "(no title)" } else { &open.title };
    let mut lines = vec![Line::styled(fit(&clean::title(name), wide), theme.title)];
    if area.height > 1 {
        let id: String = open.id.as_str().chars().take(8).collect();
        let turn = state.open_turn();
        let model = turn.and_then(Turn::model).unwrap_or(&state.session.model);
        let who = model_description(state, &clean::line(model));
        let about = if temporary::is_temporary(state, &open.id) {
            format!("not saved, /save to keep · {who}")
        } else {
            let started = format!("started {}", age_phrase(open.created_at, state.now));
            let spent = crate::view::usage::short_summary(&open.spending);
            let parts = [Some(clean::line(&id).into_owned()), Some(started), Some(who), spent];
            fit_parts(parts, wide)
        };
        lines.push(Line::styled(fit(&about, wide), theme.faint));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Model, effort, tools and preset of the next question.
fn model_description(state: &State, model: &str) -> String {
    let effort = state.session.effort.as_deref();
    let effort = effort.map_or_else(String::new, |it| format!(", {}", clean::line(it)));
    let tools = if state.session.tools.is_empty() { "" } else { ", with tools" };
    format!("{model}{effort}{tools}{}", preset_label(state))
}

/// Joins as many parts as fit: the cost is left out first, then the id, then the age.
fn fit_parts(parts: [Option<String>; 4], wide: usize) -> String {
    let mut parts = parts.map(Option::unwrap_or_default);
    let joined = |parts: &[String; 4]| {
        let text: Vec<&str> =
            parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
        text.join(" · ")
    };
    for unneeded in [3, 1, 0] {
        if width(&joined(&parts)) <= wide {
            break;
        }
        if let Some(part) = parts.get_mut(unneeded) {
            part.clear();
        }
    }
    joined(&parts)
}

/// The preset in use, unless it is the default one.
pub(super) fn preset_label(state: &State) -> String {
    let chosen = state.session.preset.as_ref().filter(|preset| preset.id != DEFAULT_PRESET);
    chosen.map_or_else(String::new, |it| format!(" · as \"{}\"", fit(&clean::line(&it.name), 24)))
}
