//! The lines between transcript and composer: an edit in progress, queued questions, attachments.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::{
    State,
    question::{attach, question_edit, stored_draft},
};
use crate::chat::attachment::{FileProbe, MAX_TOTAL_BYTES, format_size};
use crate::chat::count;
use crate::settings::{Action, Theme};

use crate::view::clean;
use crate::view::composer::text_indent;
use crate::view::fit::{fit, fit_words, with_end};
use crate::view::width::width;

/// The most queued questions to show.
const MAX_QUEUED: usize = 3;
/// How much of a queued question is looked at, in bytes: more than a row shows. It may be a long paste.
const MAX_QUEUED_BYTES: usize = 4096;

#[must_use]
pub(crate) fn rows(state: &State) -> u16 {
    let waiting = u16::try_from(queued_texts(state).len().min(MAX_QUEUED)).unwrap_or(0);
    let files = u16::from(!attach::current_attachments(state).is_empty());
    waiting
        .saturating_add(files)
        .saturating_add(u16::from(state.composer.edited_question.is_some()))
}

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let indent = text_indent(area.width);
    let area =
        Rect { x: area.x.saturating_add(indent), width: area.width.saturating_sub(indent), ..area };
    let columns = usize::from(area.width);
    let mut lines = Vec::new();
    if state.composer.edited_question.is_some() {
        lines.push(editing_line(state, theme, columns));
    }
    let waiting = queued_texts(state);
    let more = waiting.len().saturating_sub(MAX_QUEUED);
    for (position, text) in waiting.into_iter().take(MAX_QUEUED).enumerate() {
        let last = position.saturating_add(1) == MAX_QUEUED;
        let hint = match (position, more) {
            (0, _) => dequeue_hint(state),
            (_, more) if last && more > 0 => format!("and {more} more "),
            (_, _) => String::new(),
        };
        lines.push(queued_line(text, &hint, theme, columns));
    }
    if !attach::current_attachments(state).is_empty() {
        lines.push(attachments_line(state, theme, columns));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The attachments with their sizes, or why they cannot be sent.
fn attachments_line(state: &State, theme: &Theme, columns: usize) -> Line<'static> {
    let all = attach::current_attachments(state);
    if let Some(why) = attachment_problem(state, all) {
        return Line::styled(fit_words(&why, columns.saturating_sub(1)), theme.warning);
    }
    let head = Span::styled("with  ", theme.mark);
    let available = columns.saturating_sub(head.width()).saturating_sub(1);
    Line::from(vec![head, Span::styled(fit_files(all, available), theme.question)])
}

/// Why the attachments cannot be sent.
fn attachment_problem(state: &State, all: &[(String, FileProbe)]) -> Option<String> {
    if attach::is_temporary(state) {
        return Some("A temporary conversation takes no files. Use /save first.".to_owned());
    }
    let cannot = all.iter().find_map(|(_, look)| match look {
        FileProbe::Unusable(why) => Some(clean::line(why).into_owned()),
        FileProbe::File { .. } | FileProbe::NotFound => None,
    });
    let bytes = all.iter().map(|(_, look)| match look {
        FileProbe::File { bytes, .. } => *bytes,
        FileProbe::Unusable(_) | FileProbe::NotFound => 0,
    });
    let sum: u64 = bytes.sum();
    let (sum, most) =
        (sum > MAX_TOTAL_BYTES).then(|| (format_size(sum), format_size(MAX_TOTAL_BYTES))).unzip();
    let too_much = sum.zip(most).map(|(sum, most)| format!("{sum} together; the limit is {most}."));
    cannot.or(too_much)
}

/// As many files as fit, and the number of the others.
fn fit_files(all: &[(String, FileProbe)], available: usize) -> String {
    let one = |(path, look): &(String, FileProbe)| match look {
        FileProbe::File { bytes, .. } => format!("{} {}", clean::line(path), format_size(*bytes)),
        FileProbe::Unusable(_) | FileProbe::NotFound => clean::line(path).into_owned(),
    };
    let texts: Vec<String> = all.iter().map(one).collect();
    let joined = |many: usize| {
        let shown: Vec<&str> = texts.iter().take(many).map(String::as_str).collect();
        let more = texts.len().saturating_sub(many);
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{rest}", shown.join(" · "))
    };
    let fits = (1..=texts.len()).rev().map(joined).find(|text| width(text) <= available);
    fits.unwrap_or_else(|| fit(&joined(1), available))
}

fn queued_texts(state: &State) -> Vec<&str> {
    let open = state.transcript.open.as_ref();
    open.map_or_else(Vec::new, |open| stored_draft::queued_texts(state, &open.id).collect())
}

fn queued_line(text: &str, hint: &str, theme: &Theme, columns: usize) -> Line<'static> {
    let head = "next  ";
    let hint = if columns > 50 { hint } else { "" };
    let available =
        columns.saturating_sub(width(head)).saturating_sub(width(hint)).saturating_sub(2);
    let text = text.trim_start();
    let start = text.get(..text.floor_char_boundary(MAX_QUEUED_BYTES)).unwrap_or_default();
    let text = start.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = fit(&clean::line(&text), available);
    let spans = vec![Span::styled(head, theme.mark), Span::styled(text, theme.question)];
    with_end(spans, Span::styled(hint.to_owned(), theme.faint), columns)
}

fn dequeue_hint(state: &State) -> String {
    let key = state.keymap.primary_key(Action::UnqueueQuestion);
    key.map_or_else(String::new, |key| format!("{key} edit the last one "))
}

/// The hint that an earlier question is being edited, with its keys.
fn editing_line(state: &State, theme: &Theme, columns: usize) -> Line<'static> {
    let key = |action| state.keymap.key_name(action).unwrap_or_else(|| "-".to_owned());
    let head = question_edit::describe(state);
    let head = head.as_str();
    let (send, leave) = (key(Action::Send), key(Action::Stop));
    let (after, brief) = match question_edit::messages_after(state) {
        // Its own answer goes without saying.
        0 | 1 => (String::new(), String::new()),
        many => {
            let messages = count::phrase(many, "message");
            (
                format!("  Replaces {messages} after it (kept)."),
                format!("  Replaces {messages} (kept)."),
            )
        }
    };
    // What is replaced, and that it is kept, comes before the keys, which help lists as well.
    let brief_head = head.replace(" question", "");
    let forms = [
        (head, format!("{after}  {send} ask again  {leave} cancel")),
        (head, format!("{after}  {leave} cancel")),
        (head, brief.clone()),
        (&brief_head, brief.clone()),
        (head, format!("  {leave} cancel")),
        (head, String::new()),
    ];
    let fits = |(head, rest): &(&str, String)| width(head).saturating_add(width(rest)) < columns;
    let (head, rest) = forms.into_iter().find(fits).unwrap_or((head, String::new()));
    Line::from(vec![
        Span::styled(fit_words(head, columns), theme.mark),
        Span::styled(rest, theme.faint),
    ])
}
