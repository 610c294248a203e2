//! Conversion of rectangles: [`crate::app`] does not use the terminal library.

use ratatui::layout::Rect;

use crate::app::Area;

#[must_use]
pub(crate) const fn area_of(rect: Rect) -> Area {
    Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height }
}
