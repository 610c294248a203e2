//! Routes drawing to the open overlay.

pub(crate) mod approval;
pub(crate) mod confirm;
pub(crate) mod dialog;
pub(crate) mod help;
mod help_columns;
mod help_rows;
pub(crate) mod log;
pub(crate) mod message_menu;
pub(crate) mod models;
pub(crate) mod palette;
pub(crate) mod picker;
pub(crate) mod presets;
pub(crate) mod prompts;
pub(crate) mod rename;
pub(crate) mod search_overlay;
pub(crate) mod themes;
pub(crate) mod tools;
pub(crate) mod usage;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::overlay::tools::rows;
use crate::app::{Measured, Overlay, State};
use crate::settings::Theme;
use crate::view::dim::dim;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    theme: &Theme,
    measured: &mut Measured,
) {
    // A theme is chosen by what it looks like behind the picker.
    if state.overlay.as_ref().is_some_and(|overlay| !matches!(overlay, Overlay::Themes(_))) {
        dim(area, theme, frame.buffer_mut());
    }
    match &state.overlay {
        None => {}
        Some(Overlay::Help(overlay)) => {
            measured.last_help_top = help::draw(frame, area, state, overlay, theme);
        }
        Some(Overlay::Rename(overlay)) => rename::draw(frame, area, overlay, theme),
        Some(Overlay::Confirm(overlay)) => confirm::draw(frame, area, state, overlay, theme),
        Some(Overlay::Approval(dialog)) => {
            measured.last_approval_top = approval::draw(frame, area, dialog, theme);
        }
        Some(Overlay::Models(overlay)) => models::draw(frame, area, state, overlay, theme),
        Some(Overlay::Themes(picker)) => themes::draw(frame, area, &state.ui_prefs, picker, theme),
        Some(Overlay::Tools(picker)) => {
            let session = &state.session;
            let rows = rows(&session.tool_servers, picker, &session.tools);
            tools::draw(frame, area, &rows, picker.selected, theme);
        }
        Some(Overlay::Usage(report)) => usage::draw(frame, area, report.as_deref(), theme),
        Some(Overlay::Search(overlay)) => search_overlay::draw(frame, area, state, overlay, theme),
        Some(Overlay::Log(overlay)) => log::draw(frame, area, overlay, theme),
        Some(Overlay::Palette(overlay)) => palette::draw(frame, area, state, overlay, theme),
        Some(Overlay::Presets(overlay)) => presets::draw(frame, area, state, overlay, theme),
        Some(Overlay::Prompts(overlay)) => prompts::draw(frame, area, overlay, theme),
        Some(Overlay::MessageMenu(menu)) => message_menu::draw(frame, area, state, menu, theme),
    }
}
