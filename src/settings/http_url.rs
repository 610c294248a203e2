//! An `http` or `https` URL without a final slash: the one place that says which server it is.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;

use reqwest::Url;
use serde::{Deserialize, Serialize, Serializer};

use super::secret_values::SecretValues;
use super::value::SettingValue;

/// The documented host of the `OpenAI` API.
pub(super) const OPENAI_HOST: &str = "api.openai.com";
/// The host of `OpenRouter`.
const OPENROUTER_HOST: &str = "openrouter.ai";
/// The headers that hold a key, in lower case.
const KEY_HEADERS: [&str; 2] = ["authorization", "api-key"];

/// An address that begins with `http://` or `https://`. It may hold a password, which is not
/// serialized.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HttpUrl {
    /// The whole address, as `Url` writes it but for the final slash.
    text: String,
    /// The name or number of the host; an IPv6 number in brackets.
    name: String,
    /// The port, where it is not that of the scheme.
    port: Option<u16>,
    is_encrypted: bool,
}

impl HttpUrl {
    /// The base URL of the `OpenAI` API.
    #[must_use]
    pub fn openai() -> Self {
        Self {
            text: format!("https://{OPENAI_HOST}/v1"),
            name: OPENAI_HOST.to_owned(),
            port: None,
            is_encrypted: true,
        }
    }

    /// The host with its port, without a name or password.
    #[must_use]
    pub fn host(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.name),
            None => self.name.clone(),
        }
    }

    /// Tells whether the host is a domain or one below it.
    #[must_use]
    pub fn is_at(&self, domain: &str) -> bool {
        let sub = self.name.strip_suffix(domain);
        sub.is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    }

    /// Tells whether the server is `OpenAI`'s own.
    #[must_use]
    pub fn is_openai(&self) -> bool {
        self.name == OPENAI_HOST
    }

    /// Tells whether the server is an Azure `OpenAI` resource.
    #[must_use]
    pub fn is_azure(&self) -> bool {
        self.name.ends_with(".openai.azure.com")
    }

    /// Tells whether the server has the API as `OpenAI` documents it, at `OpenAI` or Azure.
    #[must_use]
    pub fn is_openai_or_azure(&self) -> bool {
        self.is_openai() || self.is_azure()
    }

    /// Tells whether the server is on this machine.
    #[must_use]
    pub fn is_on_this_machine(&self) -> bool {
        self.name == "localhost" || self.number().is_some_and(|number| number.is_loopback())
    }

    /// Tells whether the server answers nobody without a key, and no header holds one.
    #[must_use]
    pub fn needs_key(&self, headers: &SecretValues) -> bool {
        let has_key = headers
            .iter()
            .any(|(name, _)| KEY_HEADERS.contains(&name.to_ascii_lowercase().as_str()));
        !has_key && (self.is_openai_or_azure() || self.is_at(OPENROUTER_HOST))
    }

    /// Whether others can read a key or headers on the way: over plain HTTP, to a host outside this machine
    /// and the local network.
    #[must_use]
    pub fn reveals(&self, has_key: bool, headers: &SecretValues) -> bool {
        !self.is_encrypted && !self.is_private() && (has_key || !headers.is_empty())
    }

    /// Whether the server keeps responses, where the setting `store` is not given.
    pub(super) fn stores_by_default(&self) -> bool {
        !self.is_at(OPENROUTER_HOST)
    }

    /// Whether the host is this machine or in the local network, as far as its name or address says.
    fn is_private(&self) -> bool {
        match self.number() {
            Some(IpAddr::V4(address)) => is_private_v4(address),
            Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => is_private_v4(address),
                None => {
                    address.is_loopback()
                        || address.is_unique_local()
                        || address.is_unicast_link_local()
                }
            },
            None => is_local_name(&self.name),
        }
    }

    fn number(&self) -> Option<IpAddr> {
        self.name.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// The address as people may see it: a password and a query may be keys.
    fn without_secrets(&self) -> String {
        let url = Url::parse(self).ok();
        let (address, query) = match self.text.split_once('?') {
            Some((address, _)) => (address, "?…"),
            None => (self.text.as_str(), ""),
        };
        let address = match url.as_ref().and_then(Url::password) {
            Some(password) => address.replacen(&format!(":{password}@"), ":…@", 1),
            None => address.to_owned(),
        };
        address + query
    }

    /// The scheme and the host, where the path may be a key as well.
    pub(super) fn without_path(&self) -> String {
        let scheme = if self.is_encrypted { "https" } else { "http" };
        format!("{scheme}://{}/…", self.host())
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    // Shared address space (RFC 6598), used by private networks such as Tailscale's.
    let is_shared = first == 100 && (64..128).contains(&second);
    address.is_loopback() || address.is_private() || address.is_link_local() || is_shared
}

/// Whether a name is one of the local network: one without a dot, or one of a domain reserved for it
/// (RFC 6761, 6762 and 8375, and `internal` of ICANN, 2024).
fn is_local_name(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let domains = [".localhost", ".local", ".internal", ".home.arpa"];
    !host.contains('.') || domains.iter().any(|domain| host.ends_with(domain))
}

impl TryFrom<String> for HttpUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const ADVICE: &str =
            "Use an address with http:// or https://, as in https://api.openai.com/v1.";
        let text = text.trim().trim_end_matches('/');
        let url = Url::parse(text).map_err(|_| ADVICE)?;
        // `Url` also reads addresses with fewer or more slashes.
        let has_host = text.split_once("://").is_some_and(|(scheme, rest)| {
            scheme.eq_ignore_ascii_case(url.scheme()) && !rest.is_empty() && !rest.starts_with('/')
        });
        let name = url.host_str().filter(|_| has_host).ok_or(ADVICE)?;
        let is_encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(ADVICE),
        };
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { text, name: name.to_owned(), port: url.port(), is_encrypted })
    }
}

impl Deref for HttpUrl {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Serialize for HttpUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.without_secrets())
    }
}

impl SettingValue for HttpUrl {}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> HttpUrl {
        HttpUrl::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_host_has_its_port_but_no_password() {
        assert_eq!(url("https://bob:hunter2@host:8/v1?a=b@c").host(), "host:8");
        assert_eq!(url("http://[::1]:9/v1").host(), "[::1]:9");
        assert_eq!(HttpUrl::openai().host(), "api.openai.com");
    }

    #[test]
    fn an_address_is_shown_without_its_password_and_query() {
        for text in ["https://bob:hun@ter2@host:8/v1?a=b@c", "https://bob:bob@host:8/v1?a=b@c"] {
            assert_eq!(url(text).without_secrets(), "https://bob:…@host:8/v1?…");
        }
        let tools = url("https://tools.example:8443/key/mcp?key=1");
        assert_eq!(tools.without_path(), "https://tools.example:8443/…");
        for plain in ["https://api.openai.com/v1", "http://127.0.0.1:1/v1"] {
            assert_eq!(url(plain).without_secrets(), plain);
        }
    }

    #[test]
    fn one_server_is_one_however_its_address_is_written() {
        for text in [
            "https://API.OpenAI.com/v1",
            "HTTPS://api.openai.com:443/v1/",
            " https://api.openai.com/v1",
        ] {
            assert_eq!(url(text), HttpUrl::openai(), "{text}");
            assert!(url(text).is_openai());
        }
        for wrong in ["", "api.openai.com/v1", "file:///etc", "localhost:80", "http:///h", "http:h"]
        {
            assert!(HttpUrl::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_server_that_wants_a_key_gets_none_only_where_a_header_has_it() {
        let none = SecretValues::default();
        for text in [
            "https://api.openai.com/v1",
            "https://me.openai.azure.com/openai/v1",
            "https://openrouter.ai/api/v1",
        ] {
            assert!(url(text).needs_key(&none), "{text}");
            for (header, is_needed) in
                [("Authorization", false), ("API-Key", false), ("X-Team", true)]
            {
                let headers = SecretValues::from_iter([(header, "x")]);
                assert_eq!(url(text).needs_key(&headers), is_needed, "{text} {header}");
            }
        }
        for text in ["http://127.0.0.1:1/v1", "https://api.openai.com.evil.example/v1"] {
            assert!(!url(text).needs_key(&none), "{text}");
        }
    }

    #[test]
    fn loopback_addresses_and_localhost_are_this_machine() {
        for text in ["http://127.0.0.1:1/v1", "http://[::1]:1", "http://LOCALHOST"] {
            assert!(url(text).is_on_this_machine(), "{text}");
        }
        for text in ["http://10.0.0.1/v1", "http://localhost.example/v1"] {
            assert!(!url(text).is_on_this_machine(), "{text}");
        }
    }

    #[test]
    fn plain_http_is_private_only_in_the_local_network() {
        let none = SecretValues::default();
        let headers = SecretValues::from_iter([("X-Key", "hidden")]);
        let open = |text: &str| {
            let url = url(text);
            assert!(!url.reveals(false, &none), "{text}");
            assert_eq!(url.reveals(true, &none), url.reveals(false, &headers), "{text}");
            url.reveals(true, &none)
        };
        for private in [
            "http://localhost:1/v1",
            "http://127.0.0.1/v1",
            "http://10.1.2.3/v1",
            "http://172.31.0.1/v1",
            "http://192.168.0.9:8080/v1",
            "http://100.64.0.1/v1",
            "http://[::1]/v1",
            "http://[fd00::1]/v1",
            "http://[fe80::1]/v1",
            "http://[::ffff:10.0.0.1]/v1",
            "http://ollama:11434/v1",
            "http://box.local/v1",
            "http://host.docker.internal/v1",
            "https://api.example.com/v1",
        ] {
            assert!(!open(private), "{private}");
        }
        for public in [
            "http://api.example.com/v1",
            "http://8.8.8.8/v1",
            "http://172.32.0.1/v1",
            "http://[2001:4860::1]/v1",
            "http://local.example.com/v1",
            "http://[::ffff:8.8.8.8]/v1",
        ] {
            assert!(open(public), "{public}");
        }
    }

    #[test]
    fn only_openai_and_azure_are_openai_or_azure() {
        for text in ["https://api.openai.com/v1", "https://me.openai.azure.com/openai/v1/"] {
            assert!(url(text).is_openai_or_azure(), "{text}");
        }
        for text in [
            "https://api.openai.com.evil.example/v1",
            "https://api.openai.com@evil.example/v1",
            "http://127.0.0.1:11434/v1",
            "http://[::1]:8080/v1",
            "https://openrouter.ai/api/v1",
        ] {
            assert!(!url(text).is_openai_or_azure(), "{text}");
        }
    }
}
