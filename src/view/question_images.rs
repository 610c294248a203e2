//! The thumbnails below a question: how many rows they take, and where they are drawn.

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;

use crate::app::{Focus, Thumbnail};
use crate::chat::Role;
use crate::settings::Rgb;

use super::clean;
use super::message::remark_lines;
use super::pane_widths::is_list_beside;
use super::thumbnail::{Paint, Placement, size_within};
use super::transcript::TranscriptView;

/// The most columns and rows of one image.
const MAX_SIZE: Size = Size { width: 48, height: 12 };
/// On a smaller pane there are no images.
const MIN_PANE: (usize, u16) = (24, 10);

/// A row of the images of a question.
#[derive(Debug, Clone)]
pub(super) enum ImageRow {
    /// A gap, or a row of the image before.
    Blank,
    /// The first row of an image.
    Image(Placement),
    /// Why an image cannot be shown.
    Problem(Line<'static>),
}

impl TranscriptView<'_> {
    /// The rows of the images of a question.
    pub(super) fn image_rows(&self, item: usize) -> Vec<ImageRow> {
        let Some(question) = self.open.messages.get(item).filter(|it| it.role == Role::User) else {
            return Vec::new();
        };
        let too_small = self.columns < MIN_PANE.0 || self.state.size.rows < MIN_PANE.1;
        if too_small || !self.state.ui_prefs.images.shows_images() {
            return Vec::new();
        }
        let mut rows = Vec::new();
        for thumbnail in self.state.transcript.images.of(question).unwrap_or_default() {
            rows.push(ImageRow::Blank);
            self.push_image(thumbnail, &mut rows);
        }
        rows
    }

    fn push_image(&self, Thumbnail { name, pixels }: &Thumbnail, rows: &mut Vec<ImageRow>) {
        let pixels = match pixels {
            Ok(pixels) => pixels,
            Err(why) => {
                let text = format!("{} {why}.", clean::line(name));
                let lines = remark_lines(&text, self.theme.muted, self.columns);
                return rows.extend(lines.into_iter().map(ImageRow::Problem));
            }
        };
        let columns = u16::try_from(self.columns).unwrap_or(u16::MAX).min(MAX_SIZE.width);
        let height = (self.state.size.rows / 3).clamp(3, MAX_SIZE.height);
        let cell = self.state.ui_prefs.images.cell;
        let size = size_within(pixels, Size::new(columns, height), cell);
        rows.push(ImageRow::Image(Placement { pixels: pixels.clone(), size, x: 0, y: 0 }));
        rows.extend((1..size.height).map(|_| ImageRow::Blank));
    }

    /// The same rows as lines: those of an image are kept free.
    pub(super) fn image_lines(&self, item: usize) -> Vec<Line<'static>> {
        let line = |row| match row {
            ImageRow::Problem(line) => line,
            ImageRow::Blank | ImageRow::Image(_) => Line::default(),
        };
        self.image_rows(item).into_iter().map(line).collect()
    }

    /// Pushes where the images of an item are on the screen, whose line `from` is in row `row` of the
    /// view.
    pub(super) fn push_images(
        &mut self,
        item: usize,
        from: usize,
        row: usize,
        placed: &mut Vec<Placement>,
    ) {
        let rows = self.image_rows(item);
        if rows.is_empty() {
            return;
        }
        let extent = self.item_extent(item);
        let above = extent.above.saturating_add(extent.text);
        let first = above
            .saturating_add(self.details_lines(item).len())
            .saturating_add(self.interruption_lines(item).len());
        let number = |rows: usize| i32::try_from(rows).unwrap_or(i32::MAX);
        let top = i32::from(self.cache.last_frame.area.y);
        let first =
            top.saturating_add(number(row.saturating_add(first))).saturating_sub(number(from));
        for (row, y) in rows.into_iter().zip(first..) {
            if let ImageRow::Image(image) = row {
                placed.push(Placement { y, ..image });
            }
        }
    }

    /// Draws images over the rows that are kept free for them.
    pub(super) fn draw_images(&mut self, frame: &mut Frame<'_>, area: Rect, images: &[Placement]) {
        let display = &self.state.ui_prefs.images;
        let mut colors = [self.theme.panel.bg, self.theme.base.bg].into_iter().flatten();
        let own = self.state.terminal.background;
        let ground = colors.find_map(Rgb::of).or(own).unwrap_or(Rgb(0, 0, 0));
        let paint = Paint { depth: display.depth, ground };
        let graphics = display.graphics().filter(|_| !self.is_covered());
        // The last row may have the number of lines below in it.
        let whole = Rect { height: area.height.saturating_sub(1), ..area };
        for image in images {
            let image = Placement { x: area.x, ..image.clone() };
            let thumbnails = &mut self.cache.thumbnails;
            let is_drawn = graphics.is_some_and(|graphics| {
                thumbnails.draw_graphics(&image, whole, graphics, frame.buffer_mut())
            });
            if !is_drawn {
                thumbnails.draw_blocks(&image, area, paint, frame.buffer_mut());
            }
        }
    }

    /// Whether something may be drawn over the conversation: it would not cover graphics.
    fn is_covered(&self) -> bool {
        let state = self.state;
        let drawer = state.focus == Focus::List && !is_list_beside(state);
        let completion = crate::app::question::completion::visible_list(state).is_some();
        state.overlay.is_some() || drawer || completion
    }
}
