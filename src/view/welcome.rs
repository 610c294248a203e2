//! The start page of a new conversation; the most important lines first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::State;
use crate::settings::{Action, Theme};

use super::clean;
use super::fit::fit;
use super::message::remark_lines;
use super::width::width;
use crate::view::conversation_header::preset_label;

/// The hint where no API key is set.
const NO_API_KEY: &str = "No API key is set. Type /setup to choose a server and store a key.";

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    if let Some(opening) = &state.transcript.opening {
        let text = format!("Opening {}…", clean::line(opening.as_str()));
        return frame.render_widget(Paragraph::new(Line::styled(text, theme.faint)), area);
    }
    let wide = usize::from(area.width);
    let is_first = state.list.loaded && state.list.rows.is_empty();
    let title = if is_first { "Welcome to duologue" } else { "New conversation" };
    let (user, model) = (&state.session.user, &state.session.model);
    let about = format!("{} · {}{}", clean::line(user), clean::line(model), preset_label(state));
    let mut lines = vec![
        Line::styled(title, theme.title),
        Line::styled(fit(&about, wide), theme.faint),
        Line::default(),
    ];
    if state.session.lacks_key {
        lines.extend(remark_lines(NO_API_KEY, theme.warning, wide));
        lines.push(Line::default());
    }
    let room = usize::from(area.height).saturating_sub(lines.len());
    lines.extend(key_lines(state, theme, room));
    frame.render_widget(Paragraph::new(lines), area);
}

/// The keys to start with; where not all fit, those that others lead to are left out.
fn key_lines(state: &State, theme: &Theme, room: usize) -> Vec<Line<'static>> {
    let named = |action: Action| state.keymap.primary_key(action).map(|chord| chord.to_string());
    let any = !state.list.rows.is_empty();
    let unseen = state.list.hidden || !state.measured.both_panes;
    // Key, effect, whether it is useful now, and how early it is left out.
    let all = [
        (named(Action::Send), "send the message", true, 0),
        (named(Action::NewLine), "new line", true, 2),
        (Some("@".to_owned()), "attach a file", true, 4),
        (named(Action::ToggleList), "show conversations", any && unseen, 1),
        (named(Action::FindEverywhere), "search all conversations", any, 3),
        (named(Action::Palette), "command palette", true, 5),
        (named(Action::Help), "help", true, 0),
    ];
    let mut here: Vec<(String, &str, u8)> = all
        .into_iter()
        .filter(|(_, _, of_use, _)| *of_use)
        .filter_map(|(key, what, _, late)| Some((key?, what, late)))
        .collect();
    while here.len() > room.max(1) {
        let latest = here.iter().map(|(_, _, late)| *late).max();
        let place = here.iter().rposition(|(_, _, late)| Some(*late) == latest);
        here.remove(place.unwrap_or(0));
    }
    let column = here.iter().map(|(key, ..)| width(key)).max().unwrap_or(0);
    let line = |(key, what, _): (String, &str, u8)| {
        Line::from(vec![
            Span::styled(format!("{key:<column$}"), theme.key),
            Span::styled(format!("  {what}"), theme.text),
        ])
    };
    here.into_iter().map(line).collect()
}
