//! The status line: what is happening, then the key to press next.
//! May not hold anything back that would be lost: a notice stays until another takes its place.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{Focus, Measured, Notice, NoticeKind, State, temporary};
use crate::chat::{Activity, AnswerRecord, Timestamp, Turn, TurnPhase};
use crate::settings::{Action, Theme};

use super::clean;
use super::list::fit;
use super::usage;
use super::wrap::width;

/// Draws the line.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, measured: &Measured, theme: &Theme) {
    let wide = usize::from(area.width);
    let mut spans = Vec::new();
    if state.session.demo {
        spans.push(Span::styled(" demo ", theme.badge));
    }
    let open = state.transcript.open.as_ref();
    if open.is_some_and(|open| temporary::is(state, &open.id)) {
        spans.push(Span::styled(" temporary ", theme.badge));
    }
    let mut hint = hint(state, measured);
    let used: usize = spans.iter().map(Span::width).sum();
    let mut room = wide.saturating_sub(used).saturating_sub(width(&hint)).saturating_sub(3);
    let (text, style) = happening(state, measured, theme);
    // A notice that does not fit beside them is worth more than keys that F1 shows as well.
    let is_notice = state.open_turn().is_none() && state.notice.is_some();
    if is_notice && width(&text) > room {
        hint.clear();
        room = wide.saturating_sub(used).saturating_sub(2);
    }
    let text = format!(" {}", fit(&text, room));
    let free = wide.saturating_sub(used).saturating_sub(width(&text)).saturating_sub(width(&hint));
    spans.push(Span::styled(text, style));
    if free > 1 {
        spans.push(Span::raw(" ".repeat(free.saturating_sub(1))));
        spans.push(Span::styled(hint, theme.faint));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What a turn is doing, in words, with the seconds since it was asked.
#[must_use]
pub fn phase(turn: &Turn, now: Timestamp) -> String {
    let seconds = now.seconds_since(turn.asked_at);
    let what = match &turn.phase {
        TurnPhase::Storing => return "Storing the question…".to_owned(),
        TurnPhase::Stopping => return "Stopping…".to_owned(),
        TurnPhase::Waiting => "Waiting for the answer".to_owned(),
        TurnPhase::Retrying { failure, until } => {
            let left = until.seconds_since(now);
            let when = if left > 0 { format!("in {left} s") } else { "now".to_owned() };
            return format!("Asking again {when}: {}", clean::line(&failure.sentence));
        }
        TurnPhase::Busy(Activity::Reasoning) => "Thinking".to_owned(),
        TurnPhase::Busy(Activity::WebSearch { query: Some(query) }) => {
            format!("Searching the web: {}", clean::line(query))
        }
        TurnPhase::Busy(Activity::WebSearch { query: None }) => "Searching the web".to_owned(),
        TurnPhase::Busy(Activity::ToolCall { name }) => format!("Using {}", clean::line(name)),
        TurnPhase::Busy(Activity::ToolUsed { line }) => clean::line(line).into_owned(),
        TurnPhase::Streaming => return answering(turn, now),
        TurnPhase::Keeping => return "Storing the answer…".to_owned(),
    };
    format!("{what}, {seconds} s")
}

/// Seconds, and how fast words come once that can be told.
fn answering(turn: &Turn, now: Timestamp) -> String {
    let seconds = now.seconds_since(turn.asked_at);
    let writing = turn.first_piece_at.map_or(0, |first| now.seconds_since(first));
    match u64::try_from(writing).ok().and_then(|writing| turn.pieces.checked_div(writing)) {
        Some(speed) => format!("Answering, {seconds} s, about {speed} tokens/s"),
        None => format!("Answering, {seconds} s"),
    }
}

/// The left side: a running turn before a notice.
fn happening(state: &State, measured: &Measured, theme: &Theme) -> (String, ratatui::style::Style) {
    if let Some(turn) = state.open_turn() {
        return (phase(turn, state.now), theme.info);
    }
    if let Some(Notice { kind, text }) = &state.notice {
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
    if let Some(taken) = answer.map(AnswerRecord::taken).filter(|taken| taken.timing.is_some())
        && state.turns.is_empty()
    {
        return (usage::one(&taken), theme.faint);
    }
    let elsewhere = state.turns.len();
    let text = match elsewhere {
        0 => String::new(),
        1 => "An answer is coming in elsewhere".to_owned(),
        many => format!("{many} answers are coming in elsewhere"),
    };
    (text, theme.faint)
}

/// The right side: the key to press next.
fn hint(state: &State, measured: &Measured) -> String {
    let named = |action: Action, what: &str| {
        state.keymap.key(action).map(|chord| format!("{chord} {what}"))
    };
    let mut hints = Vec::new();
    if measured.lines_below > 0 {
        let (count, new) = match measured.new_below {
            0 => (measured.lines_below, ""),
            new => (new, " new"),
        };
        let many = if count >= 999 { "+" } else { "" };
        let word = if count == 1 { "line" } else { "lines" };
        let key = named(Action::Bottom, "to the end").unwrap_or_default();
        hints.push(format!("↓ {count}{many}{new} {word} below, {key}"));
    }
    if let Some(turn) = state.open_turn() {
        if matches!(turn.phase, TurnPhase::Retrying { .. }) {
            hints.extend(named(Action::Retry, "asks now"));
        }
        hints.extend(named(Action::Stop, "stops"));
    } else if state.focus == Focus::List {
        hints.extend(named(Action::Open, "opens"));
        hints.extend(named(Action::Filter, "finds"));
        hints.extend(named(Action::Delete, "deletes"));
        hints.extend(named(Action::Help, "help"));
    } else if measured.lines_below == 0 {
        hints.extend(named(Action::ToggleList, "chats"));
        hints.extend(named(Action::NewConversation, "new"));
        hints.extend(named(Action::Help, "help"));
    }
    format!("{} ", hints.join("  "))
}
