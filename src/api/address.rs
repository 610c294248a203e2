//! Base URLs: joining paths, and whether responses can be chained.

use std::ops::Deref;

use reqwest::Url;

use crate::chat::{ContextPolicy, Failure, FailureKind};
use crate::settings::{ContextChoice, HttpUrl, Protocol, Settings};

/// The base URL of a server, to which paths are added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    server: HttpUrl,
    base: Url,
}

impl Address {
    /// Parses a base URL such as `https://api.openai.com/v1`, with or without a final slash.
    ///
    /// # Errors
    /// Returns a failure where the text is not an `http` or `https` URL with a host.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let server = HttpUrl::try_from(text.to_owned()).ok();
        let base = server.as_ref().and_then(|server| Url::parse(server).ok());
        let (server, base) = server.zip(base).ok_or_else(|| {
            Failure::new(
                FailureKind::Other,
                "The base URL is not an address with http:// or https://.",
                "Set --base-url or OPENAI_BASE_URL to an address such as https://api.openai.com/v1.",
            )
        })?;
        Ok(Self { server, base })
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
}

impl Deref for Address {
    type Target = HttpUrl;

    fn deref(&self) -> &HttpUrl {
        &self.server
    }
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
        ContextChoice::Auto if settings.demo || settings.base_url.is_openai_or_azure() => {
            ContextPolicy::Chain
        }
        ContextChoice::Replay | ContextChoice::Auto => ContextPolicy::Replay,
    }
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
    fn an_invalid_base_url_is_rejected_with_an_example() {
        for wrong in ["", "api.openai.com/v1", "file:///etc", "localhost:80"] {
            let failure = Address::parse(wrong).unwrap_err();
            assert!(failure.advice.to_string().contains("https://"), "{wrong}");
        }
    }
}
