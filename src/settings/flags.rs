//! The command-line flags of the settings.

use std::collections::BTreeMap;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use super::setting::Setting;
use super::table::SETTINGS;

/// What the command line says, by the names of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags(BTreeMap<&'static str, String>);

impl Flags {
    /// The same with the flag of one setting.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.0.insert(name, text.into());
        self
    }

    /// The same without the flag of one setting.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// What the flag of a setting says.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

impl Args for Flags {
    fn augment_args(command: Command) -> Command {
        command.args(SETTINGS.iter().filter_map(Setting::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let flags = SETTINGS.iter().filter(|setting| setting.flag.is_some());
        let given = flags.filter_map(|it| Some((it.name, matches.get_one::<String>(it.name)?)));
        Ok(Self(given.map(|(name, text)| (name, text.clone())).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}
