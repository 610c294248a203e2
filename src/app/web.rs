//! Opening a conversation of the web app in the browser.

use super::{ClipboardText, Effect, NoticeKind, State};
use crate::app::list::list_actions::require_stored_target;

/// Opens the target conversation in the web app.
pub(crate) fn open_in_browser(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_stored_target(state) else {
        return Vec::new();
    };
    let Some(link) = state.session.web_app.link(id.as_str()) else {
        let text = "The address of the web app is not set. Set web_url in config.toml, for example \
             \"http://localhost:5000\".";
        state.show_notice(NoticeKind::Warning, text);
        return Vec::new();
    };
    vec![Effect::OpenBrowser(link)]
}

/// Shows the result; without a browser the link is copied.
pub(crate) fn report_browser(
    state: &mut State,
    link: String,
    opened: &Result<(), String>,
) -> Vec<Effect> {
    if opened.is_ok() {
        state.show_notice(NoticeKind::Info, format!("Opened in the browser: {link}"));
        return Vec::new();
    }
    let what = format!("the link {link} (no browser available)");
    vec![Effect::CopyText(ClipboardText { text: link, description: what })]
}
