//! An `http` or `https` URL without a final slash.

use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

use super::value::SettingValue;

/// An address that begins with `http://` or `https://`. It may hold a password, which is not
/// serialized.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HttpUrl(String);

impl HttpUrl {
    /// The base URL of the `OpenAI` API.
    #[must_use]
    pub fn openai() -> Self {
        Self("https://api.openai.com/v1".to_owned())
    }

    /// The host with its port, without a name or password.
    #[must_use]
    pub fn host(&self) -> String {
        let (_, rest) = self.split_once("://").unwrap_or_default();
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@').map_or(host, |(_, host)| host).to_owned()
    }

    /// Whether the server keeps responses, where the setting `store` is not given.
    pub(super) fn stores_by_default(&self) -> bool {
        !self.starts_with("https://openrouter.ai/")
    }

    /// The address as people may see it.
    fn without_password(&self) -> String {
        let start = self.find("://").map_or(0, |at| at.saturating_add(3));
        let (scheme, rest) = self.split_at_checked(start).unwrap_or(("", self));
        let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let Some((user, host_and_port)) = rest.get(..host).and_then(|it| it.rsplit_once('@'))
        else {
            return self.0.clone();
        };
        let name = user.split(':').next().unwrap_or_default();
        format!("{scheme}{name}:…@{host_and_port}{}", rest.get(host..).unwrap_or_default())
    }
}

impl TryFrom<String> for HttpUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = text.trim().trim_end_matches('/');
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_url = reqwest::Url::parse(url).is_ok_and(|url| url.has_host());
        if !is_url || rest.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
            return Err(
                "Use an address with http:// or https://, as in https://api.openai.com/v1.",
            );
        }
        Ok(Self(url.to_owned()))
    }
}

impl Deref for HttpUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for HttpUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.without_password())
    }
}

impl SettingValue for HttpUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_its_port_but_no_password() {
        let host = |text: &str| HttpUrl::try_from(text.to_owned()).unwrap().host();
        assert_eq!(host("https://bob:hunter2@host:8/v1?a=b@c"), "host:8");
        assert_eq!(HttpUrl::openai().host(), "api.openai.com");
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |text: &str| HttpUrl::try_from(text.to_owned()).unwrap().without_password();
        assert_eq!(shown("https://bob:hun@ter2@host:8/v1?a=b@c"), "https://bob:…@host:8/v1?a=b@c");
        for plain in ["https://api.openai.com/v1", "http://127.0.0.1:1/v1?at=@"] {
            assert_eq!(shown(plain), plain);
        }
    }
}
