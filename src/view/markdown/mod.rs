//! Markdown as lines: blocks from the parser, laid out one by one.
//! May not fail: anything is Markdown, half-finished text included.

pub mod blocks;
pub mod code;
pub mod containers;
pub mod growing;
pub mod highlight;
pub mod inline;
pub mod layout;
pub mod links;
pub mod maths;
pub mod merge;
pub mod part;
pub mod rows;
pub mod table;

use crate::settings::Theme;

pub use growing::Growing;
pub use part::Look;
pub use rows::{Origin, Rows};

/// Lays out a whole text as it came.
#[must_use]
pub fn render(source: &str, columns: usize, theme: &Theme) -> Rows {
    let mut growing = Growing::default();
    growing.grow(&super::clean::text(source), Look { columns: columns.max(1), theme });
    growing.into_rows()
}
