//! The status line: what happens on the left, keys to press next on the right.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{Focus, Measured, Notice, NoticeKind, State, temporary};
use crate::chat::{AnswerRecord, ModelActivity, Timestamp, Turn, TurnPhase};
use crate::settings::{Action, Theme};

use super::clean;
use super::fit::fit;
use super::paint;
use super::usage;
use super::width::width;

const SEPARATOR: &str = " · ";

/// Below this width words are left out.
const NARROW_COLUMNS: u16 = 60;

/// Draws the line.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, measured: &Measured, theme: &Theme) {
    let wide = usize::from(area.width);
    let mut spans = badges(state, theme);
    let used: usize = spans.iter().map(Span::width).sum();
    let room = wide.saturating_sub(used).saturating_sub(2);
    let (text, hint, style) = fit_sides(state, measured, room, theme);
    let text = format!(" {}", fit(&text, room.saturating_sub(width(&hint))));
    let free = wide.saturating_sub(used).saturating_sub(width(&text)).saturating_sub(width(&hint));
    spans.push(Span::styled(text, style));
    if free > 0 {
        spans.push(Span::raw(" ".repeat(free)));
        spans.push(Span::styled(hint, theme.faint));
    }
    paint::paint_lines(&[Line::from(spans)], area, frame.buffer_mut());
}

/// Badges for the demo server and the temporary conversation.
fn badges(state: &State, theme: &Theme) -> Vec<Span<'static>> {
    let open = state.transcript.open.as_ref();
    let temporary = open.is_some_and(|open| temporary::is_temporary(state, &open.id));
    let all = [(state.session.demo, " demo "), (temporary, " temporary ")];
    let shown = all.into_iter().filter(|(is, _)| *is);
    let mode = state.vim.as_ref().map(|vim| format!(" {} ", vim.mode().name()));
    let names = shown.map(|(_, word)| word.to_owned()).chain(mode);
    names.map(|word| Span::styled(word, theme.badge)).collect()
}

/// Both sides, fitted to the width. A notice is worth more than keys that the help page shows too;
/// the key that stops and the count of new lines are worth more than the rest of a sentence.
fn fit_sides(
    state: &State,
    measured: &Measured,
    room: usize,
    theme: &Theme,
) -> (String, String, Style) {
    let (long, short, style) = left_side(state, measured, theme);
    let mut hints = key_hints(state, measured);
    while hints.len() > 1 && width(&join_hints(&hints)) > room {
        hints.remove(0);
    }
    let keys = fit(&join_hints(&hints), room);
    let left = room.saturating_sub(width(&keys));
    let mut text = if width(&long) > left { short } else { long };
    let notice = state.visible_notice().is_some();
    if state.open_turn().is_some() && !notice {
        return (text, keys, style);
    }
    if notice {
        while !hints.is_empty() && width(&join_hints(&hints)).saturating_add(width(&text)) > room {
            hints.remove(0);
        }
        return (text, join_hints(&hints), style);
    }
    // The parts of the summary are left out one by one.
    while width(&text) > left {
        text.truncate(text.rfind(SEPARATOR).unwrap_or(0));
    }
    (text, keys, style)
}

/// The phase of a turn in words; with the seconds since the question was sent, unless animation is
/// off.
#[must_use]
pub fn phase_text(turn: &Turn, state: &State) -> String {
    let now = state.now;
    let still = !state.ui_prefs.animation;
    let seconds = now.seconds_since(turn.asked_at());
    let what = match turn.phase() {
        TurnPhase::StoringQuestion => return "Storing the question…".to_owned(),
        TurnPhase::Stopping => return "Stopping…".to_owned(),
        TurnPhase::Waiting => "Waiting for the answer".to_owned(),
        TurnPhase::Retrying { failure, until } => {
            let left = until.seconds_since(now);
            let when = if still {
                "soon".to_owned()
            } else if left > 0 {
                format!("in {left} s")
            } else {
                "now".to_owned()
            };
            return format!("Retrying {when}: {}", clean::line(&failure.sentence));
        }
        TurnPhase::Busy(ModelActivity::Reasoning) => "Thinking".to_owned(),
        TurnPhase::Busy(ModelActivity::WebSearch { query: Some(query) }) => {
            format!("Searching the web: {}", clean::line(query))
        }
        TurnPhase::Busy(ModelActivity::WebSearch { query: None }) => "Searching the web".to_owned(),
        TurnPhase::Busy(ModelActivity::ToolCall { name }) => format!("Using {}", clean::line(name)),
        TurnPhase::Busy(ModelActivity::ToolUsed { line }) => clean::line(line).into_owned(),
        TurnPhase::Streaming if still => "Answering".to_owned(),
        TurnPhase::Streaming => return answering_text(turn, now),
        TurnPhase::StoringAnswer(_) | TurnPhase::Finished => {
            return "Storing the answer…".to_owned();
        }
    };
    if still { format!("{what}…") } else { format!("{what}, {seconds} s") }
}

/// Seconds, and tokens per second once they can be told.
fn answering_text(turn: &Turn, now: Timestamp) -> String {
    let seconds = now.seconds_since(turn.asked_at());
    let writing = turn.first_piece_at().map_or(0, |first| now.seconds_since(first));
    match u64::try_from(writing).ok().and_then(|writing| turn.pieces().checked_div(writing)) {
        Some(speed) => format!("Answering, {seconds} s, about {speed} tokens/s"),
        None => format!("Answering, {seconds} s"),
    }
}

/// The left side and a shorter form of it: the notice, else the phase of the turn.
fn left_side(state: &State, measured: &Measured, theme: &Theme) -> (String, String, Style) {
    if let Some(turn) = state.open_turn().filter(|_| state.visible_notice().is_none()) {
        let long = phase_text(turn, state);
        let short = long.split(", about").next().unwrap_or_default().to_owned();
        return (long, short, theme.info);
    }
    let (text, style) = idle_text(state, measured, theme);
    (text.clone(), text, style)
}

fn idle_text(state: &State, measured: &Measured, theme: &Theme) -> (String, Style) {
    if let Some(Notice { kind, text }) = state.visible_notice() {
        let style = match kind {
            NoticeKind::Info => theme.info,
            NoticeKind::Warning => theme.warning,
            NoticeKind::Error => theme.error,
        };
        return (clean::line(text).into_owned(), style);
    }
    if measured.lines_below > 0 {
        return (String::new(), theme.text);
    }
    let answer = state.transcript.open.as_ref().and_then(|open| open.last_answer.as_ref());
    if let Some(taken) = answer.map(AnswerRecord::stats).filter(|taken| taken.timing.is_some())
        && state.turns.is_empty()
    {
        return (usage::answer_summary(&taken), theme.faint);
    }
    let elsewhere = state.turns.len();
    let text = match elsewhere {
        0 => String::new(),
        1 => "An answer is arriving in another conversation".to_owned(),
        many => format!("{many} answers are arriving in other conversations"),
    };
    (text, theme.faint)
}

fn join_hints(hints: &[String]) -> String {
    if hints.is_empty() { String::new() } else { format!("{} ", hints.join("  ")) }
}

/// The key hints, the most useful one last.
fn key_hints(state: &State, measured: &Measured) -> Vec<String> {
    let named = |action: Action, what: &str| {
        state.keymap.primary_key(action).map(|chord| format!("{chord} {what}"))
    };
    let mut hints = Vec::new();
    if measured.lines_below > 0 {
        let (count, new) = match measured.new_below {
            0 => (measured.lines_below, ""),
            new => (new, " new"),
        };
        let many = if count >= 999 { "+" } else { "" };
        let word = if count == 1 { "line" } else { "lines" };
        let key = state
            .keymap
            .primary_key(Action::Bottom)
            .map(|chord| chord.to_string())
            .unwrap_or_default();
        let what = if state.size.columns < NARROW_COLUMNS { "" } else { " to the end" };
        hints.push(format!("↓ {count}{many}{new} {word} below, {key}{what}"));
    }
    if let Some(turn) = state.open_turn() {
        if matches!(turn.phase(), TurnPhase::Retrying { .. }) {
            hints.extend(named(Action::Retry, "retry now"));
        }
        hints.extend(named(Action::Stop, "to stop"));
    } else if state.focus == Focus::List {
        hints.extend(named(Action::Open, "open"));
        hints.extend(named(Action::Filter, "filter"));
        hints.extend(named(Action::Delete, "delete"));
        hints.extend(named(Action::Help, "help"));
    } else if measured.lines_below == 0 {
        hints.extend(named(Action::ToggleList, "chats"));
        hints.extend(named(Action::NewConversation, "new"));
        hints.extend(named(Action::Help, "help"));
    }
    hints
}
