//! One item of the transcript: its rows, the foot of an answer, and what each row is painted on.

use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::{DetailsDisplay, local_time, transcript::message_selection};
use crate::chat::{Role, Timestamp};
use crate::settings::Action;

use super::fit::fit;
use super::message::{self, MIN_COLUMNS_FOR_TIME, remark_lines};
use super::row_decoration::{RowBackground, RowDecoration};
use super::transcript::{ItemExtent, PaintedLines, TranscriptView};
use super::{clean, forks, unanswered, usage};
use crate::view::markdown::push_visible_lines;

/// Columns that the time and the speed of an answer may take.
const TIME_ROOM: usize = 36;

impl TranscriptView<'_> {
    pub(super) fn height_without_gap(&mut self, item: usize) -> usize {
        let Some(message) = self.open.messages.get(item) else {
            return self.live_answer().len();
        };
        let form = self.message_form(item);
        let text = self.cache.message_lines(message, form, self.theme).len();
        let below = self
            .details_lines(item)
            .len()
            .saturating_add(self.interruption_lines(item).len())
            .saturating_add(self.image_rows(item).len())
            .saturating_add(self.foot_rows(item));
        self.rows_above(item).saturating_add(text).saturating_add(below)
    }

    /// Rows above the text of a message.
    pub(super) fn rows_above(&self, item: usize) -> usize {
        match self.open.messages.get(item).map(|message| &message.role) {
            Some(Role::User) => self.padding,
            Some(Role::Other(_)) => 1,
            Some(Role::Assistant) | None => 0,
        }
    }

    /// Why an answer is incomplete, below an empty row.
    pub(super) fn interruption_lines(&self, item: usize) -> Vec<Line<'static>> {
        let of_item = self.open.interruptions.iter().filter(|(index, _)| *index == item);
        let is_last = item.saturating_add(1) == self.open.messages.len() && self.turn.is_none();
        let hint = if is_last { unanswered::resume_hint(self.state) } else { String::new() };
        let remarks: Vec<Line<'static>> = of_item
            .flat_map(|(_, why)| {
                let text = format!("⚠ {why}{hint}");
                remark_lines(&text, self.theme.warning, self.columns)
            })
            .collect();
        let gap = if remarks.is_empty() { 0 } else { self.padding };
        std::iter::repeat_n(Line::default(), gap).chain(remarks).collect()
    }

    /// The rows of an item that say why it is incomplete.
    fn interruption_rows(&mut self, item: usize, extent: ItemExtent) -> Range<usize> {
        let many = self.interruption_lines(item).len();
        let above = extent.above.saturating_add(extent.text);
        let above = above.saturating_add(self.details_lines(item).len());
        let gap = if many == 0 { 0 } else { self.padding };
        above.saturating_add(gap)..above.saturating_add(many)
    }

    /// Rows below everything else of a message.
    fn foot_rows(&mut self, item: usize) -> usize {
        match self.open.messages.get(item).map(|message| &message.role) {
            Some(Role::User) => self.padding,
            Some(Role::Assistant) => self.foot_lines(item).len(),
            Some(Role::Other(_)) | None => 0,
        }
    }

    /// The foot of an answer; an empty row keeps it from the text.
    fn foot_lines(&mut self, item: usize) -> Vec<Line<'static>> {
        let Some(foot) = self.answer_foot(item) else {
            return Vec::new();
        };
        // The line of folded details belongs to it.
        let is_folded = self.state.transcript.details_of(item) == DetailsDisplay::Collapsed;
        let follows_line = is_folded
            && self.interruption_lines(item).is_empty()
            && !self.details_lines(item).is_empty();
        let gap = if follows_line { 0 } else { self.padding };
        std::iter::repeat_n(Line::default(), gap).chain([foot]).collect()
    }

    /// The line below an answer: its model, its time and what it took.
    fn answer_foot(&self, item: usize) -> Option<Line<'static>> {
        let message = self.open.messages.get(item)?;
        if self.columns < MIN_COLUMNS_FOR_TIME {
            return forks::version_label(self.open, item, self.theme).map(Line::from);
        }
        let record = self.open.records.get(&item);
        let model = record.and_then(|record| record.model.as_ref());
        let mut parts = vec![self.time_text(message.timestamp)];
        if let Some(record) = record {
            let stats = record.stats();
            parts.extend(stats.timing.map(|timing| usage::seconds(timing.total_ms)));
            parts.extend(stats.tokens_per_second().map(|speed| format!("{speed} tokens/s")));
        }
        let mut spans = Vec::new();
        if let Some(model) = model {
            let name = fit(&clean::line(model), self.columns.saturating_sub(TIME_ROOM));
            spans.push(Span::styled(format!("{name}  "), self.theme.assistant));
        }
        spans.push(Span::styled(parts.join("  ·  "), self.theme.faint));
        spans.extend(forks::version_label(self.open, item, self.theme));
        Some(Line::from(spans))
    }

    fn time_text(&self, at: Timestamp) -> String {
        local_time::time_text(at, self.state.now, &self.state.time_zone)
    }

    /// Paints the lines of an item from `from` on, as many as fit.
    pub(super) fn push_item(
        &mut self,
        item: usize,
        from: usize,
        room: usize,
        painted: &mut PaintedLines,
    ) {
        let PaintedLines { lines: out, targets, .. } = painted;
        let before = out.len();
        let lines: Vec<Line<'static>> = if let Some(message) = self.open.messages.get(item) {
            let above = self.lines_above(item, &message.role);
            let details = self.details_lines(item);
            let marks = self.interruption_lines(item);
            let images = self.image_lines(item);
            let is_answer = message.role == Role::Assistant;
            let foot = if is_answer { self.foot_lines(item) } else { Vec::new() };
            let form = self.message_form(item);
            let rows = self.cache.message_lines(message, form, self.theme);
            let (mut lines, mut skip) = (Vec::new(), from);
            push_visible_lines(&mut lines, &mut skip, room, above.len(), |at| {
                above.get(at).cloned()
            });
            push_visible_lines(&mut lines, &mut skip, room, rows.len(), |at| rows.line(at));
            for part in [&details, &marks, &images, &foot] {
                push_visible_lines(&mut lines, &mut skip, room, part.len(), |at| {
                    part.get(at).cloned()
                });
            }
            for line in &mut lines {
                targets.renumber(line, |number| rows.links.get(number));
            }
            lines
        } else {
            self.live_answer().visible_lines(from, room, targets)
        };
        out.extend(lines);
        self.highlight_matches(item, from, before, out);
        self.highlight_selection(item, from, before, out);
        let whole = self.item_height(item).saturating_sub(from).min(room);
        while out.len().saturating_sub(before) < whole {
            out.push(Line::default());
        }
        let shown = out.len().saturating_sub(before);
        self.push_decorations(item, from, shown, &mut painted.decorations);
        self.push_images(item, from, before, &mut painted.images);
        self.record_shown_rows(item, from, shown);
    }

    fn lines_above(&self, item: usize, role: &Role) -> Vec<Line<'static>> {
        match role {
            Role::Other(_) => vec![message::role_line(role, self.theme)],
            Role::User | Role::Assistant => vec![Line::default(); self.rows_above(item)],
        }
    }

    /// Pushes what the rows of an item are painted on.
    fn push_decorations(
        &mut self,
        item: usize,
        from: usize,
        many: usize,
        decorations: &mut Vec<RowDecoration>,
    ) {
        let end = self.height_without_gap(item);
        let extent = self.item_extent(item);
        let selected = message_selection::selected_message(self.state) == Some(item);
        let question = self.open.messages.get(item).filter(|message| message.role == Role::User);
        let question = question.cloned();
        let is_end = item == self.open.messages.len() && self.turn.is_none();
        let is_failure = is_end && self.open.failure.is_some();
        let interruption = self.interruption_rows(item, extent);
        for line in from..from.saturating_add(many) {
            let mut decoration =
                RowDecoration { selected: selected && line < end, ..RowDecoration::default() };
            if is_failure {
                decoration.background = RowBackground::Failure;
            } else if interruption.contains(&line) {
                decoration.background = RowBackground::Warning;
            } else if let Some(question) = question.as_deref().filter(|_| line < end) {
                decoration.background = RowBackground::Question;
                if line == extent.above && self.columns >= MIN_COLUMNS_FOR_TIME {
                    decoration.remark =
                        Some((self.time_text(question.timestamp), self.theme.faint));
                } else if line.saturating_add(1) == end && line > extent.above {
                    let label = forks::version_label(self.open, item, self.theme);
                    decoration.remark =
                        label.map(|label| (label.content.into_owned(), label.style));
                }
            } else if let Some(number) = self.code_block_at(item, line, extent) {
                decoration.background = RowBackground::Code;
                let is_label =
                    line.checked_sub(1).and_then(|before| self.code_block_at(item, before, extent))
                        != Some(number);
                decoration.remark = is_label.then(|| self.code_remark(number));
            }
            decorations.push(decoration);
        }
    }

    /// The number of the code block that a line shows.
    fn code_block_at(&self, item: usize, line: usize, extent: ItemExtent) -> Option<usize> {
        let line = line.checked_sub(extent.above).filter(|line| *line < extent.text)?;
        let origin = if let Some(message) = self.open.messages.get(item) {
            self.cache.cached_lines(message)?.origin(line)?
        } else {
            let (settled, open) = self.cache.live_rendered_lines()?;
            match line.checked_sub(settled.len()) {
                None => settled.origin(line)?,
                Some(line) => open.origin(line)?,
            }
        };
        Some(origin.code_block).filter(|number| *number > 0)
    }

    /// The number of a code block, with how to copy it where there is room.
    fn code_remark(&self, number: usize) -> (String, Style) {
        let key = self.state.keymap.primary_key(Action::Copy);
        let text = match key.filter(|_| self.columns >= MIN_COLUMNS_FOR_TIME) {
            Some(key) => format!("{key} {number} copy"),
            None => number.to_string(),
        };
        (text, self.theme.code_label)
    }
}
