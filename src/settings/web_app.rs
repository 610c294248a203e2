//! The address of the web app, for links to conversations.

use serde::{Deserialize, Serialize};

use super::http_url::HttpUrl;
use super::value::SettingValue;

/// Where the web app can be reached in a browser.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebApp {
    /// Its address, to which `/share` is added.
    pub url: Option<HttpUrl>,
}

impl SettingValue for WebApp {}

impl WebApp {
    /// The address under which it shows a conversation; `None` where its address is not set.
    #[must_use]
    pub fn link(&self, conversation: &str) -> Option<String> {
        let share = format!("{}/share", self.url.as_deref()?);
        reqwest::Url::parse_with_params(&share, [("id", conversation)]).ok().map(String::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_any_id_and_needs_an_address() {
        let web = |url: Option<&str>| WebApp {
            url: url.map(|it| HttpUrl::try_from(it.to_owned()).unwrap()),
        };
        assert_eq!(web(None).link("a"), None);
        let at = web(Some("http://localhost:5000"));
        assert_eq!(at.link("3f-2b").as_deref(), Some("http://localhost:5000/share?id=3f-2b"));
        let odd = at.link("a&b #\u{1b}").unwrap();
        assert_eq!(odd, "http://localhost:5000/share?id=a%26b+%23%1B");
    }
}
