//! How questions are asked: summaries, what the server keeps, where a web search is made from.
//! May not ask anything.

use serde::{Deserialize, Serialize};

use super::Config;
use super::lookup::Lookup;

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
