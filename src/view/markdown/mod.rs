//! Markdown as styled lines. `crate::markdown` reads the text; this module only lays it out.

mod code;
mod containers;
mod highlight;
mod incremental_layout;
pub(crate) mod inline;
mod layout;
mod part;
mod rendered_lines;
mod table;
mod text_sources;

use crate::settings::Theme;

pub(crate) use crate::markdown::{TextEnd, code_blocks};
pub(crate) use incremental_layout::IncrementalLayout;
pub(crate) use part::RenderStyle;
pub use rendered_lines::RenderedLines;
pub(crate) use rendered_lines::{LineOrigin, push_visible_lines};

/// Lays out a whole text.
#[must_use]
pub fn render(source: &str, end: TextEnd, columns: usize, theme: &Theme) -> RenderedLines {
    let mut growing = IncrementalLayout::default();
    let text = super::clean::text(source);
    let render_style = RenderStyle { columns: columns.max(1), theme };
    growing.update(&text, render_style);
    growing.finish(&text, end, render_style)
}
