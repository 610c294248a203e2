//! A rectangle on screen in the words of [`crate::app`], which knows no terminal library.

use ratatui::layout::Rect;

use crate::app::Area;

/// The same rectangle for the code that answers clicks.
#[must_use]
pub const fn area_of(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}
