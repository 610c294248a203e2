//! The open conversation in the browser.
//! May not open one; it says which address, and later what came of it.

use super::arranging::subject;
use super::{Clip, Effect, NoticeKind, State};

/// Shows the conversation in question in the web app.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = subject(state) else {
        return Vec::new();
    };
    let Some(link) = state.session.web_app.link(id.as_str()) else {
        let said =
            "Where is the web app? Set web_url in config.toml, as in \"http://localhost:5000\".";
        state.say(NoticeKind::Warning, said);
        return Vec::new();
    };
    vec![Effect::Browse(link)]
}

/// Takes in what came of it: without a browser the link is copied, and said.
pub fn report(state: &mut State, link: String, opened: &Result<(), String>) -> Vec<Effect> {
    if opened.is_ok() {
        state.say(NoticeKind::Info, format!("Opened in the browser: {link}"));
        return Vec::new();
    }
    let what = format!("the link {link} (no browser here)");
    vec![Effect::Copy(Clip { text: link, what })]
}
