//! Base URLs: joining paths onto them, and what a host is known to do.
//! May not connect anywhere.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::Url;

use crate::chat::{ContextPolicy, Failure, FailureKind};
use crate::settings::{ContextChoice, Settings};

/// A base URL that paths can be joined onto.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    base: Url,
}

impl Address {
    /// Reads a base URL such as `https://api.openai.com/v1`, a final slash or not.
    ///
    /// # Errors
    /// A sentence for people where it is no http address.
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

    /// The address of a path below the base, each segment escaped and no slash doubled.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// Whether this is `OpenAI` itself.
    #[must_use]
    pub fn is_openai(&self) -> bool {
        self.base.host_str() == Some("api.openai.com")
    }

    /// Whether this is a resource of Azure `OpenAI`.
    #[must_use]
    pub fn is_azure(&self) -> bool {
        self.base.host_str().is_some_and(|host| host.ends_with(".openai.azure.com"))
    }

    /// Whether this is a server on this very machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether what is sent can be read on the way: over plain HTTP, to a host outside this machine
    /// and the local network.
    #[must_use]
    pub fn is_readable_by_others(&self) -> bool {
        self.base.scheme() == "http" && !self.is_private()
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

    /// The host for sentences and the log; never a name or password the URL may hold.
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

/// Whether to chain or to replay, by what the user chose and where the server is.
///
/// Several servers take a `previous_response_id` and ignore it, some even echo it; everywhere but
/// at `OpenAI`, at Azure and in the built-in server the whole conversation is sent instead.
#[must_use]
pub fn context_policy(settings: &Settings) -> ContextPolicy {
    if !settings.store {
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

/// Whether the server at an address is known to remember earlier turns.
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
    fn this_machine_is_recognised_by_every_name_it_has() {
        let here = |url| Address::parse(url).unwrap().is_loopback();
        assert!(
            here("http://127.0.0.1:1/v1") && here("http://[::1]:1") && here("http://localhost")
        );
        assert!(!here("http://10.0.0.1/v1") && !here("http://localhost.example/v1"));
    }

    #[test]
    fn plain_http_is_private_only_in_the_local_network() {
        let open = |url: &str| Address::parse(url).unwrap().is_readable_by_others();
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
    fn what_is_no_web_address_is_refused_with_an_example() {
        for wrong in ["", "api.openai.com/v1", "file:///etc", "localhost:80"] {
            let failure = Address::parse(wrong).unwrap_err();
            assert!(failure.next_step.contains("https://"), "{wrong}");
        }
    }

    #[test]
    fn only_servers_known_to_remember_are_chained() {
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
