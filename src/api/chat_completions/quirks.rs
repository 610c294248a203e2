//! What particular providers want different in a request, as data with sources. Must not describe servers
//! by anything but their host: a local server of any make gets the row for all others.

use crate::api::address::Address;

/// What a provider wants different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirks {
    /// The provider, for people who read this table.
    pub name: &'static str,
    /// Its hosts; subdomains count.
    pub hosts: &'static [&'static str],
    /// Whether `stream_options` may ask for the usage; other servers send it unasked.
    pub usage_option: UsageOption,
    /// The parameter that limits the tokens of an answer.
    pub token_limit: &'static str,
    /// What is returned of the reasoning before a call of a tool.
    pub reasoning: ReturnedReasoning,
    /// Where this was read, with the date.
    pub source: &'static str,
}

/// Whether the usage of a stream is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageOption {
    /// It is asked for with `stream_options.include_usage`.
    Asked,
    /// Not at all: the server rejects the parameter.
    Rejected,
}

/// What is returned with the result of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnedReasoning {
    /// The call and its result; some servers reject more.
    Dropped,
    /// Also `reasoning_content`, without which the server rejects the result.
    Required,
}

/// The row for all other servers: the oldest names, which Ollama, llama.cpp, LM Studio, vLLM and `LiteLLM`
/// all take.
const OTHERS: Quirks = Quirks {
    name: "others",
    hosts: &[],
    usage_option: UsageOption::Asked,
    token_limit: "max_tokens",
    reasoning: ReturnedReasoning::Dropped,
    source: "ollama docs/api/openai-compatibility.mdx; llama.cpp tools/server/README.md; \
             docs.vllm.ai, OpenAI-compatible server (read 2026-11-29)",
};

/// The providers with a row of their own.
pub const PROVIDERS: &[Quirks] = &[
    Quirks {
        name: "OpenAI",
        hosts: &["api.openai.com"],
        token_limit: "max_completion_tokens",
        source: "github.com/pydantic/pydantic-ai/issues/1205: reasoning models reject `max_tokens`",
        ..OTHERS
    },
    Quirks {
        name: "Azure",
        hosts: &["openai.azure.com"],
        token_limit: "max_completion_tokens",
        source: "the same models as at OpenAI",
        ..OTHERS
    },
    Quirks {
        name: "Mistral",
        hosts: &["api.mistral.ai"],
        usage_option: UsageOption::Rejected,
        source: "github.com/dnakov/anon-kode/issues/53: 422 for `stream_options`, usage comes unasked; \
                 editor-code-assistant/eca/issues/231: 422 for `max_completion_tokens`; \
                 charmbracelet/crush/issues/1590: 422 for `reasoning_content`",
        ..OTHERS
    },
    Quirks {
        name: "DeepSeek",
        hosts: &["api.deepseek.com"],
        reasoning: ReturnedReasoning::Required,
        source: "api-docs.deepseek.com/guides/thinking_mode#tool-calls; \
                 github.com/abhigyanpatwari/GitNexus/issues/43: 400 without `reasoning_content`",
        ..OTHERS
    },
];

/// The row of a server.
#[must_use]
pub fn of(address: &Address) -> &'static Quirks {
    let is_here = |row: &&Quirks| row.hosts.iter().any(|host| address.is_at(host));
    PROVIDERS.iter().find(is_here).unwrap_or(&OTHERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_the_row_of_its_provider_and_a_similar_one_has_not() {
        let name = |url: &str| of(&Address::parse(url).unwrap()).name;
        assert_eq!(name("https://api.mistral.ai/v1"), "Mistral");
        assert_eq!(name("https://my.openai.azure.com/openai/v1"), "Azure");
        assert_eq!(name("https://api.deepseek.com:443/v1"), "DeepSeek");
        assert_eq!(name("https://notapi.mistral.ai/v1"), "others");
        assert_eq!(name("http://127.0.0.1:11434/v1"), "others");
        assert!(PROVIDERS.iter().all(|row| !row.source.is_empty() && !row.hosts.is_empty()));
    }
}
