//! How questions are asked: summaries, what the server keeps, where a web search is made from.
//! May not ask anything.

use serde::{Deserialize, Serialize};

use crate::chat::{AnswerOptions, ExecutionMode, WebChain};

use super::lookup::Lookup;
use super::{Config, ContextChoice, Settings};

/// How every question is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asking {
    /// The preset, as the user named it.
    pub preset: Option<String>,
    /// Whether the command line names a model: then no preset does.
    pub names_model: bool,
    /// The reasoning summary.
    pub summary: Summary,
    /// Whether the server keeps responses, where the user said so.
    pub store: Option<bool>,
    /// Whether answers go on at the server when the connection ends.
    pub background: bool,
    /// Where a web search is made from.
    pub location: Location,
}

impl Settings {
    /// How questions are asked where neither a preset nor the user says otherwise.
    #[must_use]
    pub fn answer_options(&self) -> AnswerOptions {
        let mode = if self.asking.background {
            ExecutionMode::Background
        } else {
            ExecutionMode::Foreground
        };
        AnswerOptions {
            effort: self.effort.clone(),
            tools: self.tools.clone(),
            mode,
            ..AnswerOptions::of(self.model.clone())
        }
    }

    /// Whether the web app can chain from responses made at the server in use.
    #[must_use]
    pub fn web_chain(&self) -> WebChain {
        let shared =
            self.demo || self.context == ContextChoice::Chain || self.base_url == self.web_base_url;
        if shared && self.keeps_responses() { WebChain::Possible } else { WebChain::Impossible }
    }
}

impl Asking {
    /// Finds what the user said of it.
    #[must_use]
    pub fn resolve(look: &mut Lookup<'_>, preset: Option<String>, config: &Config) -> Self {
        let variables = &["DUOLOGUE_PRESET"];
        let preset = look.text("preset", ("--preset", preset), variables, config.preset.clone());
        Self {
            preset,
            names_model: false,
            summary: config.summary,
            store: config.store,
            background: config.background,
            location: config.location.clone(),
        }
    }
}

/// How detailed a reasoning summary is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Summary {
    /// As detailed as the model can, at servers known to give one.
    #[default]
    Auto,
    /// Short.
    Concise,
    /// Long.
    Detailed,
    /// None.
    Off,
}

impl Summary {
    /// The word a request has for it; `known` servers are those that give summaries.
    #[must_use]
    pub const fn wanted(self, known: bool) -> Option<&'static str> {
        match self {
            Self::Auto if known => Some("auto"),
            Self::Auto | Self::Off => None,
            Self::Concise => Some("concise"),
            Self::Detailed => Some("detailed"),
        }
    }

    /// The word in `config.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Concise => "concise",
            Self::Detailed => "detailed",
            Self::Off => "off",
        }
    }
}

/// Where the user is, as roughly as they like; nothing is sent that is not set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Location {
    /// Two letters, ISO 3166.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// As IANA names it, `Europe/Vienna` say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
}
