//! The status line: what happens on the left, keys to press next on the right.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::list::conversation_mark::ConversationMark;
use crate::app::{
    ExportProgress, Focus, Notice, NoticeKind, OpenConversation, Scroll, State, list, temporary,
    turn::unstored_answers,
};
use crate::chat::usage::grouped;
use crate::chat::{ModelActivity, Timestamp, Turn, TurnPhase, count};
use crate::settings::{Action, Theme};

use super::clean;
use super::line_hints::{Hint, fit_hints, hint_spans};
use super::notice_rows::notice_rows;
use super::paint;
use super::pane_widths::{MIN_COLUMNS_FOR_BOTH, is_list_beside};

/// The empty row above the status line, where the window is high enough.
pub(super) const GAP_ROWS: u16 = 1;
/// The rows of the status line with the gap above it.
const MIN_ROWS: u16 = 1 + GAP_ROWS;
/// The most rows of a long notice, which is narrow beside the list; the gap above it not counted.
const MAX_ROWS: u16 = 4;
/// Below this width words are left out.
const NARROW_COLUMNS: u16 = 60;

/// The rows that the notice needs in these columns; two otherwise.
#[must_use]
pub(super) fn wanted_rows(columns: u16, state: &State, theme: &Theme) -> u16 {
    if state.visible_notice().is_none() {
        return MIN_ROWS;
    }
    let (text, style) = left_side(state, theme);
    let badges_wide: usize = badges(state, theme).iter().map(Span::width).sum();
    let columns = usize::from(columns).saturating_sub(badges_wide);
    let rows = notice_rows(&text, columns, MAX_ROWS, style).len();
    let rows = u16::try_from(rows).unwrap_or(MAX_ROWS).clamp(1, MAX_ROWS);
    rows.saturating_add(GAP_ROWS)
}

/// Draws the line: what happens, and the keys of the focused pane. A long notice takes the rows above
/// it as well.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let badges = badges(state, theme);
    let badges_wide: usize = badges.iter().map(Span::width).sum();
    let available = usize::from(line.width).saturating_sub(badges_wide);
    let (text, style) = left_side(state, theme);
    let gap = if area.height > 1 { GAP_ROWS } else { 0 };
    let rows = notice_rows(&text, available, area.height.saturating_sub(gap), style);
    if rows.len() > 1 {
        let many = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(area.height);
        let y = area.bottom().saturating_sub(many);
        let target = Rect { y, height: many, width: fit_columns(available), ..area };
        paint::paint_lines(&rows, target, frame.buffer_mut());
    } else {
        let mut spans: Vec<Span<'static>> = rows.into_iter().flat_map(|row| row.spans).collect();
        let used: usize = spans.iter().map(Span::width).sum();
        let hints = fit_hints(key_hints(state), available.saturating_sub(used), used > 0);
        spans.extend(hint_spans(hints, used > 0, theme));
        paint::paint_lines(&[Line::from(spans)], line, frame.buffer_mut());
    }
    let target = Rect {
        x: line.right().saturating_sub(fit_columns(badges_wide)),
        width: fit_columns(badges_wide),
        ..line
    };
    paint::paint_lines(&[Line::from(badges)], target.intersection(line), frame.buffer_mut());
}

fn fit_columns(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// Badges for the demo server and the temporary conversation.
fn badges(state: &State, theme: &Theme) -> Vec<Span<'static>> {
    let open = state.transcript.open.as_ref();
    let temporary = open.is_some_and(|open| temporary::is_temporary(state, &open.id));
    let all = [(state.session.demo, "  demo"), (temporary, "  temporary")];
    let shown = all.into_iter().filter(|(is, _)| *is);
    let mode = state.composer.vim.as_ref().map(|vim| format!("  {}", vim.mode().name()));
    let names = shown.map(|(_, word)| word.to_owned()).chain(mode);
    names.map(|word| Span::styled(word, theme.badge)).collect()
}

/// The phase of a turn in words; with the seconds since the question was sent, unless animation is
/// off.
#[must_use]
pub fn phase_text(turn: &Turn, state: &State) -> String {
    let now = state.now;
    let still = !state.ui_prefs.animation;
    let seconds = now.seconds_since(turn.asked_at());
    let what = match turn.phase() {
        TurnPhase::CheckingServer => return "Connecting to the server…".to_owned(),
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
            return format!("Retrying {when}. {}", clean::line(&failure.sentence));
        }
        TurnPhase::Busy(ModelActivity::Reasoning) => "Thinking".to_owned(),
        TurnPhase::Busy(ModelActivity::WebSearch { query: Some(query) }) => {
            format!("Searching the web: {}", clean::line(query))
        }
        TurnPhase::Busy(ModelActivity::WebSearch { query: None }) => "Searching the web".to_owned(),
        TurnPhase::AwaitingApproval(request) => {
            let key = state.keymap.primary_key(Action::ToggleTools);
            let key = key.map_or_else(String::new, |key| format!(", {key} to decide"));
            return format!("{} waits for your permission{key}", clean::line(&request.name()));
        }
        TurnPhase::Busy(ModelActivity::ServerStart { name }) => {
            format!("Starting {}", clean::line(name))
        }
        TurnPhase::Busy(ModelActivity::ToolCall { name }) => format!("Using {}", clean::line(name)),
        TurnPhase::Busy(ModelActivity::ToolUsed { line }) => clean::line(line).into_owned(),
        TurnPhase::Streaming if still => "Answering".to_owned(),
        TurnPhase::Streaming => return answering_text(turn, now),
        TurnPhase::Unstored(_) => return "The answer is not stored yet".to_owned(),
        TurnPhase::StoringAnswer(_) | TurnPhase::Finished => {
            return "Storing the answer…".to_owned();
        }
    };
    if still { format!("{what}…") } else { format!("{what}, {seconds} s") }
}

/// Seconds, and tokens per second once they can be told.
fn answering_text(turn: &Turn, now: Timestamp) -> String {
    let seconds = now.seconds_since(turn.asked_at());
    let writing = turn.first_delta_at().map_or(0, |first| now.seconds_since(first));
    let speed =
        u64::try_from(writing).ok().and_then(|writing| turn.delta_count().checked_div(writing));
    match speed.filter(|speed| *speed > 0) {
        Some(speed) => format!("Answering, {seconds} s, about {speed} tokens/s"),
        None => format!("Answering, {seconds} s"),
    }
}

/// The colour of a notice.
pub(crate) const fn notice_style(kind: NoticeKind, theme: &Theme) -> Style {
    match kind {
        NoticeKind::Info => theme.info,
        NoticeKind::Warning => theme.warning,
        NoticeKind::Error => theme.error,
    }
}

/// The notice, else the phase of the turn, else what goes on elsewhere.
fn left_side(state: &State, theme: &Theme) -> (String, Style) {
    let notice = state.visible_notice().filter(|notice| !is_shown_elsewhere(notice, state));
    if let Some(Notice { kind, text }) = notice {
        return (clean::line(text).into_owned(), notice_style(*kind, theme));
    }
    if let Some(turn) = state.open_turn() {
        let mut long = phase_text(turn, state);
        // The conversation shows the reason.
        if matches!(turn.phase(), TurnPhase::Retrying { .. })
            && let Some(end) = long.find(". ")
        {
            long.truncate(end);
        }
        let is_narrow = state.size.columns < NARROW_COLUMNS;
        let short = long.split(", about").next().unwrap_or_default().to_owned();
        return (if is_narrow { short } else { long }, theme.muted);
    }
    if let Some(ExportProgress { done, total }) = state.export {
        let [done, all] = [done, total].map(|it| grouped(u64::try_from(it).unwrap_or(u64::MAX)));
        let messages = count::noun(&total, "message");
        return (format!("Exporting, {done} of {all} {messages}"), theme.muted);
    }
    let text = match unstored_answers::count_arriving(state) {
        0 => selected_mark(state),
        1 => "An answer is arriving in another conversation.".to_owned(),
        many => {
            format!("{} are arriving in other conversations.", count::phrase(many, "answer"))
        }
    };
    (text, theme.muted)
}

/// What the mark of the selected row says, where the list has the focus.
fn selected_mark(state: &State) -> String {
    let row = list::selected(&state.list).filter(|_| state.focus == Focus::List);
    let mark = row.and_then(|row| ConversationMark::of(state, row));
    mark.map_or_else(String::new, |mark| format!("{} {}", mark.symbol(), mark.meaning()))
}

/// Whether the list, the page of a new conversation or the conversation on screen says the same: an
/// error stands there once.
fn is_shown_elsewhere(notice: &Notice, state: &State) -> bool {
    if state.list.problem.as_ref() == Some(&notice.text) {
        let is_beside = is_list_beside(state);
        return is_beside && state.list.visible.is_empty()
            || !is_beside && state.transcript.open.is_none();
    }
    let open = state.transcript.open.as_ref().filter(|_| state.turns.is_empty());
    let failure = open.and_then(|open| open.failure.as_ref());
    if open.is_some_and(|open| is_told_below_answer(notice, open, state)) {
        return true;
    }
    notice.kind == NoticeKind::Error
        && failure.is_some_and(|failed| notice.text.contains(&failed.failure.sentence))
}

/// Whether the end of the conversation is on screen, with the same about its last answer.
fn is_told_below_answer(notice: &Notice, open: &OpenConversation, state: &State) -> bool {
    let last = open.interruptions.last();
    let reason = last.filter(|(at, _)| at.saturating_add(1) == open.messages.len());
    let is_at_end = match state.transcript.scroll {
        Scroll::Follow => true,
        Scroll::At(_) => false,
        // This frame finds the line; the end of a short conversation stays on screen.
        Scroll::Restore(_) | Scroll::ShowMatch | Scroll::ShowMessage(_) => state.measured.at_bottom,
    };
    let Some((_, reason)) = reason.filter(|_| is_at_end) else {
        return false;
    };
    let text = notice.text.strip_suffix(" The partial answer is kept.");
    text.is_some_and(|text| text == reason || text == "Stopped.")
}

/// The keys of the focused pane, the most useful one first; the last one leads to all others.
fn key_hints(state: &State) -> Vec<Hint> {
    let named = |action, what: &'static str| Some((state.keymap.key_name(action)?, what));
    if let Some(turn) = state.open_turn().filter(|turn| turn.unstored().is_none()) {
        let retrying = matches!(turn.phase(), TurnPhase::Retrying { .. });
        let now = named(Action::Retry, "retry now").filter(|_| retrying);
        return now.into_iter().chain(named(Action::Stop, "to stop")).collect();
    }
    if state.export.is_some() {
        return named(Action::Stop, "cancel").into_iter().collect();
    }
    let hints = match state.focus {
        Focus::List if state.list.visible.is_empty() => vec![named(Action::Help, "help")],
        Focus::List => vec![
            named(Action::Open, "open"),
            named(Action::Filter, "filter"),
            named(Action::Rename, "rename"),
            named(Action::Delete, "delete"),
            named(Action::Help, "help"),
        ],
        Focus::Transcript => vec![
            named(Action::SelectPrevious, "select"),
            named(Action::MessageMenu, "actions"),
            named(Action::Copy, "copy"),
            named(Action::Find, "find"),
            named(Action::ToggleDetails, "details"),
            named(Action::FocusNext, "focus"),
            named(Action::Help, "help"),
        ],
        Focus::Composer if state.size.columns >= MIN_COLUMNS_FOR_BOTH => vec![
            named(Action::FocusNext, "focus"),
            named(Action::NewConversation, "new"),
            named(Action::Palette, "commands"),
            named(Action::Help, "help"),
        ],
        Focus::Composer => vec![
            named(Action::ToggleList, "conversations"),
            named(Action::Palette, "commands"),
            named(Action::Help, "help"),
        ],
    };
    hints.into_iter().flatten().collect()
}
