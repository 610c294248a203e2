//! Base URLs: joining paths, and recognising servers whose behaviour is known.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::Url;

use crate::chat::{ContextPolicy, Failure, FailureKind};
use crate::settings::{ContextChoice, Protocol, SecretValues, Settings};

/// The base URL of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: Url,
}

impl Address {
    /// Parses a base URL such as `https://api.openai.com/v1`, with or without a final slash.
    ///
    /// # Errors
    /// Returns a failure where the text is not an `http` or `https` URL with a host.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |sentence: &str| {
            Failure::new(
                FailureKind::Other,
                sentence,
                "Set --base-url or OPENAI_BASE_URL to an address such as https://api.openai.com/v1.",
            )
        };
        let base =
            Url::parse(text.trim()).map_err(|_| wrong("The base URL is not a web address."))?;
        if !matches!(base.scheme(), "http" | "https") || base.host_str().is_none() {
            return Err(wrong("The base URL does not start with http:// or https://."));
        }
        Ok(Self { base })
    }

    /// Builds the URL of a path below the base; segments are escaped.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Tells whether the server is `OpenAI`'s own, by its documented host.
    #[must_use]
    pub fn is_openai(&self) -> bool {
        self.base.host_str() == Some("api.openai.com")
    }

    /// Tells whether the server is an Azure `OpenAI` resource.
    #[must_use]
    pub fn is_azure(&self) -> bool {
        self.base.host_str().is_some_and(|host| host.ends_with(".openai.azure.com"))
    }

    /// Tells whether the server is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether others can read a key or headers on the way: over plain HTTP, to a host outside this machine
    /// and the local network.
    #[must_use]
    pub fn reveals(&self, has_key: bool, headers: &SecretValues) -> bool {
        let is_readable = self.base.scheme() == "http" && !self.is_private();
        is_readable && (has_key || !headers.is_empty())
    }

    /// Whether the host is this machine or in the local network, as far as its name or address says.
    fn is_private(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(IpAddr::V4(address)) => is_private_v4(address),
            Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => is_private_v4(address),
                None => {
                    address.is_loopback()
                        || address.is_unique_local()
                        || address.is_unicast_link_local()
                }
            },
            Err(_) => is_local_name(host),
        }
    }

    /// The host and port for sentences and the log, without credentials of the URL.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
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

/// Decides between chaining and replaying, from the settings and the server.
///
/// Several servers accept a `previous_response_id` and ignore it (Ollama, `LiteLLM` without a database;
/// tested 2026-11-23), and some even echo it. Except with `OpenAI`, Azure and the demo server, the
/// whole conversation is sent instead.
#[must_use]
pub fn context_policy(settings: &Settings) -> ContextPolicy {
    // The ids in the file are of the server the web app continues from.
    if !settings.store || settings.protocol == Protocol::Chat || !settings.may_chain() {
        return ContextPolicy::Replay;
    }
    match settings.context {
        ContextChoice::Chain => ContextPolicy::Chain,
        ContextChoice::Auto if settings.demo || is_known_to_chain(&settings.base_url) => {
            ContextPolicy::Chain
        }
        ContextChoice::Replay | ContextChoice::Auto => ContextPolicy::Replay,
    }
}

/// Tells whether the server is known to honour `previous_response_id`.
fn is_known_to_chain(base_url: &str) -> bool {
    Address::parse(base_url).is_ok_and(|it| it.is_openai() || it.is_azure())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_slash_is_neither_needed_nor_doubled_and_a_query_survives() {
        for base in ["http://h:1/v1", "http://h:1/v1/"] {
            let url = Address::parse(base).unwrap().join(&["responses"]);
            assert_eq!(url.as_str(), "http://h:1/v1/responses");
        }
        let url = Address::parse("https://r.openai.azure.com/openai/v1/?api-version=x").unwrap();
        assert_eq!(
            url.join(&["models"]).as_str(),
            "https://r.openai.azure.com/openai/v1/models?api-version=x"
        );
    }

    #[test]
    fn an_id_cannot_leave_its_path_segment() {
        let url = Address::parse("http://h/v1").unwrap().join(&["responses", "a/../b?c"]);
        assert_eq!(url.as_str(), "http://h/v1/responses/a%2F..%2Fb%3Fc");
    }

    #[test]
    fn loopback_addresses_and_localhost_are_this_machine() {
        let is_local = |url| Address::parse(url).unwrap().is_loopback();
        assert!(
            is_local("http://127.0.0.1:1/v1")
                && is_local("http://[::1]:1")
                && is_local("http://localhost")
        );
        assert!(!is_local("http://10.0.0.1/v1") && !is_local("http://localhost.example/v1"));
    }

    #[test]
    fn plain_http_is_private_only_in_the_local_network() {
        let none = SecretValues::default();
        let headers = SecretValues::from_iter([("X-Key", "hidden")]);
        let open = |url: &str| {
            let address = Address::parse(url).unwrap();
            assert!(!address.reveals(false, &none), "{url}");
            assert_eq!(address.reveals(true, &none), address.reveals(false, &headers), "{url}");
            address.reveals(true, &none)
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
    fn an_invalid_base_url_is_rejected_with_an_example() {
        for wrong in ["", "api.openai.com/v1", "file:///etc", "localhost:80"] {
            let failure = Address::parse(wrong).unwrap_err();
            assert!(failure.advice.to_string().contains("https://"), "{wrong}");
        }
    }

    #[test]
    fn only_openai_and_azure_are_known_to_chain() {
        for yes in ["https://api.openai.com/v1", "https://me.openai.azure.com/openai/v1/"] {
            assert!(is_known_to_chain(yes), "{yes}");
        }
        for no in [
            "https://api.openai.com.evil.example/v1",
            "https://api.openai.com@evil.example/v1",
            "http://127.0.0.1:11434/v1",
            "http://[::1]:8080/v1",
            "https://openrouter.ai/api/v1",
        ] {
            assert!(!is_known_to_chain(no), "{no}");
        }
    }
}
