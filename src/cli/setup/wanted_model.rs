//! The model that is wanted before the server is asked: by a flag, a variable or the file.

use crate::api::Model;
use crate::cli::common_args::CommonArgs;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::settings::{ResolvedSettings, SettingSource, Settings};

use super::config_text::ConfigText;
use super::model;
use super::questions::Questions;
use super::servers::ChosenServer;

/// A model that is named already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WantedModel {
    /// A flag names it.
    Flag(String),
    /// This variable of the environment names it, whatever the file says.
    Variable(String, &'static str),
    /// The file names it, for this server or for another one.
    File(String, UsedFor),
    /// Nothing names a model yet.
    None,
}

/// The server that the file's model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UsedFor {
    SameServer,
    OtherServer,
}

impl WantedModel {
    pub(super) fn of(
        common: &CommonArgs,
        resolved: &ResolvedSettings,
        config: &ConfigText,
        settings: &Settings,
    ) -> Self {
        if let Some(model) = common.settings.text("model") {
            return Self::Flag(model);
        }
        if let Some(SettingSource::Environment(variable)) = resolved.sources.get("model") {
            return Self::Variable(resolved.settings.model.clone(), variable);
        }
        let is_same = settings.base_url == resolved.settings.base_url;
        let server = if is_same { UsedFor::SameServer } else { UsedFor::OtherServer };
        config.present_text("model").map_or(Self::None, |model| Self::File(model, server))
    }

    /// Whether no other one can be chosen in the terminal.
    pub(super) const fn is_fixed(&self) -> bool {
        matches!(self, Self::Flag(_) | Self::Variable(..))
    }

    /// The model to use: the one that is fixed, or one of those that are offered.
    pub(super) fn choose(
        &self,
        server: &ChosenServer,
        offered: &[Model],
        settings: &Settings,
        questions: &mut Questions,
    ) -> Result<String, CliError> {
        let current = match self {
            Self::Flag(model) => return Ok(model.clone()),
            Self::Variable(model, variable) => {
                output::print_message(&format!("The model is {model}, as {variable} says."));
                return Ok(model.clone());
            }
            // Servers need not list what they answer by.
            Self::File(model, UsedFor::SameServer) if !questions.is_interactive() => {
                return Ok(model.clone());
            }
            Self::File(model, _) => Some(model.as_str()),
            Self::None => None,
        };
        model::choose(current, server, offered, settings, questions)
    }
}
