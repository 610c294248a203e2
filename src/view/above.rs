//! The lines between conversation and composer: what the composer's text is for, where that is
//! not simply the next question.
//! May not take more than a few rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{State, attach, stored_draft};
use crate::chat::attachment::{Look, MOST_IN_ALL, size};
use crate::settings::{Action, Theme};

use super::clean;
use super::fit::fit;
use super::width::width;

/// Waiting questions that are shown.
const MOST: usize = 3;

/// Rows the lines take.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let waiting = u16::try_from(waiting(state).len().min(MOST)).unwrap_or(0);
    let files = u16::from(!attach::attached(state).is_empty());
    waiting.saturating_add(files).saturating_add(u16::from(state.composer.edits.is_some()))
}

/// Draws them.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let wide = usize::from(area.width);
    let mut lines = Vec::new();
    if state.composer.edits.is_some() {
        lines.push(editing(state, theme, wide));
    }
    let waiting = waiting(state);
    let more = waiting.len().saturating_sub(MOST);
    for (place, text) in waiting.into_iter().take(MOST).enumerate() {
        let last = place.saturating_add(1) == MOST;
        let hint = match (place, more) {
            (0, _) => take_back(state),
            (_, more) if last && more > 0 => format!("and {more} more "),
            (_, _) => String::new(),
        };
        lines.push(next(text, &hint, theme, wide));
    }
    if !attach::attached(state).is_empty() {
        lines.push(files(state, theme, wide));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The files that go with what is written, each with its size; what cannot go comes first.
fn files(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    let head = Span::styled(" with  ", theme.mark);
    let room = wide.saturating_sub(head.width()).saturating_sub(1);
    let all = attach::attached(state);
    let (text, style) = match trouble(state, all) {
        Some(why) => (fit(&why, room), theme.warning),
        None => (those_that_fit(all, room), theme.question),
    };
    Line::from(vec![head, Span::styled(text, style)])
}

/// Why the question cannot be sent as it is.
fn trouble(state: &State, all: &[(String, Look)]) -> Option<String> {
    if attach::is_temporary(state) {
        return Some("no file: this conversation is kept nowhere, /save keeps it".to_owned());
    }
    let cannot = all.iter().find_map(|(_, look)| match look {
        Look::Unusable(why) => Some(clean::line(why).into_owned()),
        Look::File { .. } | Look::Nothing => None,
    });
    let bytes = all.iter().map(|(_, look)| match look {
        Look::File { bytes, .. } => *bytes,
        Look::Unusable(_) | Look::Nothing => 0,
    });
    let sum: u64 = bytes.sum();
    let (sum, most) = (sum > MOST_IN_ALL).then(|| (size(sum), size(MOST_IN_ALL))).unzip();
    let too_much = sum.zip(most).map(|(sum, most)| format!("{sum} together; {most} is the most."));
    cannot.or(too_much)
}

/// As many files as there is room for, and how many more there are.
fn those_that_fit(all: &[(String, Look)], room: usize) -> String {
    let one = |(path, look): &(String, Look)| match look {
        Look::File { bytes, .. } => format!("{} {}", clean::line(path), size(*bytes)),
        Look::Unusable(_) | Look::Nothing => clean::line(path).into_owned(),
    };
    let texts: Vec<String> = all.iter().map(one).collect();
    let joined = |many: usize| {
        let shown: Vec<&str> = texts.iter().take(many).map(String::as_str).collect();
        let more = texts.len().saturating_sub(many);
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{rest}", shown.join(" · "))
    };
    let fits = (1..=texts.len()).rev().map(joined).find(|text| width(text) <= room);
    fits.unwrap_or_else(|| fit(&joined(1), room))
}

fn waiting(state: &State) -> Vec<&str> {
    let open = state.transcript.open.as_ref();
    open.map_or_else(Vec::new, |open| stored_draft::waiting(state, &open.id).collect())
}

/// A question that waits, on one line.
fn next(text: &str, hint: &str, theme: &Theme, wide: usize) -> Line<'static> {
    let head = " next  ";
    let hint = if wide > 50 { hint } else { "" };
    let room = wide.saturating_sub(head.len()).saturating_sub(width(hint)).saturating_sub(2);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = fit(&clean::line(&text), room);
    let free = room.saturating_sub(width(&text)).saturating_add(2);
    Line::from(vec![
        Span::styled(head, theme.mark),
        Span::styled(text, theme.question),
        Span::raw(" ".repeat(free)),
        Span::styled(hint.to_owned(), theme.faint),
    ])
}

fn take_back(state: &State) -> String {
    let key = state.keymap.key(Action::TakeBack);
    key.map_or_else(String::new, |key| format!("{key} takes the last one back "))
}

/// That an earlier question is being edited, and what becomes of it.
fn editing(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    let key = |action: Action| {
        state.keymap.key(action).map_or_else(|| "-".to_owned(), |chord| chord.to_string())
    };
    let head = " Editing an earlier question";
    let (send, leave) = (key(Action::Send), key(Action::Stop));
    let long = format!("  {send} asks it anew, the old answer is kept; {leave} leaves it");
    let short = format!("  {leave} leaves it");
    let rest = [long, short].into_iter().find(|it| head.len().saturating_add(it.len()) < wide);
    Line::from(vec![
        Span::styled(fit(head, wide), theme.mark),
        Span::styled(rest.unwrap_or_default(), theme.faint),
    ])
}
