//! Markdown as lines: what a text means is read in `crate::markdown`, here it gets cells.
//! May not fail: anything is Markdown, half-finished text included.

pub mod code;
pub mod containers;
pub mod highlight;
pub mod incremental_layout;
pub mod inline;
pub mod layout;
pub mod part;
pub mod rendered_lines;
pub mod table;
pub mod text_sources;

use crate::markdown::TextEnd;
use crate::settings::Theme;

pub use crate::view::markdown::incremental_layout::IncrementalLayout;
pub use crate::view::markdown::rendered_lines::{LineOrigin, RenderedLines};
pub use part::RenderStyle;

/// Lays out a whole text as it came.
#[must_use]
pub fn render(source: &str, end: TextEnd, columns: usize, theme: &Theme) -> RenderedLines {
    let mut growing = IncrementalLayout::default();
    let text = super::clean::text(source);
    let look = RenderStyle { columns: columns.max(1), theme };
    growing.update(&text, look);
    growing.finish(&text, end, look)
}
