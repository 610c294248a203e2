//! The open conversation in the browser.
//! May not open one; it says which address, and later what came of it.

use super::{ClipboardText, Effect, NoticeKind, State};
use crate::app::list_actions::require_target;

/// Shows the conversation in question in the web app.
pub fn open_in_browser(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_target(state) else {
        return Vec::new();
    };
    let Some(link) = state.session.web_app.link(id.as_str()) else {
        let said = "The address of the web app is not set. Set web_url in config.toml, for example \
             \"http://localhost:5000\".";
        state.show_notice(NoticeKind::Warning, said);
        return Vec::new();
    };
    vec![Effect::OpenBrowser(link)]
}

/// Takes in what came of it: without a browser the link is copied, and said.
pub fn report_browser(state: &mut State, link: String, opened: &Result<(), String>) -> Vec<Effect> {
    if opened.is_ok() {
        state.show_notice(NoticeKind::Info, format!("Opened in the browser: {link}"));
        return Vec::new();
    }
    let what = format!("the link {link} (no browser available)");
    vec![Effect::CopyText(ClipboardText { text: link, description: what })]
}
