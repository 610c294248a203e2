//! Where the web app is, and its presets, as far as the user says.
//! May not look whether anything is there.

use std::path::PathBuf;

use super::Config;
use super::lookup::Lookup;
use super::resolve::{SettingsError, check_url};

/// The web app.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebApp {
    /// Where it keeps presets, where that is not beside its chats: a file, or the folder of them.
    pub agents: Option<PathBuf>,
    /// Its address, without a slash at the end.
    pub url: Option<String>,
}

impl WebApp {
    /// Finds what the user said of it; `from_file` makes paths of the configuration file whole.
    ///
    /// # Errors
    /// When its address is none.
    pub fn resolve(
        look: &mut Lookup<'_>,
        agents: Option<PathBuf>,
        config: &Config,
        from_file: &dyn Fn(PathBuf) -> PathBuf,
    ) -> Result<Self, SettingsError> {
        let text = |path: PathBuf| path.display().to_string();
        let file = config.agents.clone().map(from_file).map(text);
        let agents =
            look.text("agents", ("--agents", agents.map(text)), &["DUOLOGUE_AGENTS"], file);
        let url = look.text("web_url", ("", None), &["DUOLOGUE_WEB_URL"], config.web_url.clone());
        let url = url.map(|url| check_url("web_url", &url, look)).transpose()?;
        Ok(Self { agents: agents.map(PathBuf::from), url })
    }

    /// The address under which it shows a conversation; `None` where nobody said where it is.
    #[must_use]
    pub fn link(&self, conversation: &str) -> Option<String> {
        let share = format!("{}/share", self.url.as_ref()?);
        reqwest::Url::parse_with_params(&share, [("id", conversation)]).ok().map(String::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_any_id_and_needs_an_address() {
        let web = |url: Option<&str>| WebApp { agents: None, url: url.map(str::to_owned) };
        assert_eq!(web(None).link("a"), None);
        let at = web(Some("http://localhost:5000"));
        assert_eq!(at.link("3f-2b").as_deref(), Some("http://localhost:5000/share?id=3f-2b"));
        let odd = at.link("a&b #\u{1b}").unwrap();
        assert_eq!(odd, "http://localhost:5000/share?id=a%26b+%23%1B");
    }
}
