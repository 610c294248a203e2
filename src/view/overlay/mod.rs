//! What lies over the panes, in the middle of the screen; a file for each overlay.
//! May not answer its own questions.

pub mod confirm;
pub mod dialog;
pub mod help;
pub mod log;
pub mod models;
pub mod palette;
pub mod picker;
pub mod presets;
pub mod prompts;
pub mod rename;
pub mod search_overlay;
pub mod themes;
pub mod usage;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::{Overlay, State};
use crate::settings::Theme;

/// Draws the overlay, if there is one.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    match &state.overlay {
        None => {}
        Some(Overlay::Help(overlay)) => help::draw(frame, area, state, *overlay, theme),
        Some(Overlay::Rename(overlay)) => rename::draw(frame, area, overlay, theme),
        Some(Overlay::Confirm(overlay)) => confirm::draw(frame, area, state, overlay, theme),
        Some(Overlay::Models(overlay)) => models::draw(frame, area, state, overlay, theme),
        Some(Overlay::Themes(picker)) => themes::draw(frame, area, &state.ui_prefs, *picker, theme),
        Some(Overlay::Usage(report)) => usage::draw(frame, area, report.as_deref(), theme),
        Some(Overlay::Search(overlay)) => search_overlay::draw(frame, area, state, overlay, theme),
        Some(Overlay::Log(overlay)) => log::draw(frame, area, overlay, theme),
        Some(Overlay::Palette(overlay)) => palette::draw(frame, area, state, overlay, theme),
        Some(Overlay::Presets(overlay)) => presets::draw(frame, area, state, overlay, theme),
        Some(Overlay::Prompts(overlay)) => prompts::draw(frame, area, overlay, theme),
    }
}
