//! The description of one setting: names, documentation, allowed values, and where its value came from.

use std::fmt;

use clap::Arg;
use clap::builder::{PossibleValue, PossibleValuesParser};

/// One setting. Help, man page, docs/configuration.md and `duologue config` are made from this.
#[derive(Debug)]
pub struct Setting {
    /// Its key in `config.toml`.
    pub name: &'static str,
    /// One sentence, as its `///` comment in the table has it.
    pub doc: &'static str,
    /// The default in words, where a value does not say it.
    pub default: Option<&'static str>,
    /// The numbers it may be, as in `20..=400`.
    pub range: Option<&'static str>,
    /// Its flag and what help calls the value: `--base-url URL`.
    pub flag: Option<&'static str>,
    /// Its environment variables; the first that is not empty wins.
    pub variables: &'static [&'static str],
    /// Whether the value of its flag may begin with a dash.
    pub allows_dash: bool,
    /// The values it may have, where they can be listed.
    pub possible_values: fn() -> Vec<PossibleValue>,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingSource {
    /// A flag, such as `--model`.
    Flag(&'static str),
    /// An environment variable of this name.
    Environment(&'static str),
    /// The configuration file, `config.toml`.
    File,
    /// It was set nowhere.
    Default,
}

impl Setting {
    /// Its flag as it is typed: `--base-url`.
    #[must_use]
    pub fn flag_name(&self) -> Option<&'static str> {
        self.flag?.split(' ').next()
    }

    /// The values it may have, in words: `auto, chain or replay`, `a number from 20 to 400`.
    #[must_use]
    pub fn allowed_values(&self) -> Option<String> {
        let values = (self.possible_values)();
        let number = |range: &str| {
            format!("a number from {}", range.replace("..=", " to ").replace('_', ""))
        };
        join_choices(&values).or_else(|| self.range.map(number))
    }

    /// Its flag as clap takes it.
    pub(super) fn arg(&self) -> Option<Arg> {
        let (long, value_name) = self.flag?.split_once(' ')?;
        let mut help = self.doc.trim_end_matches('.').to_owned();
        if !self.variables.is_empty() {
            help.push_str(&format!("; also {}", self.variables.join(", ")));
        }
        let arg = Arg::new(self.name).long(long.trim_start_matches('-')).value_name(value_name);
        let arg = arg.global(true).help(help).allow_hyphen_values(self.allows_dash);
        let values = (self.possible_values)();
        Some(if values.is_empty() {
            arg
        } else {
            arg.value_parser(PossibleValuesParser::new(values))
        })
    }
}

/// Values as a choice in a sentence: `auto, chain or replay`; `None` without any.
pub(super) fn join_choices(values: &[PossibleValue]) -> Option<String> {
    let (last, others) = values.split_last()?;
    let others: Vec<&str> = others.iter().map(PossibleValue::get_name).collect();
    Some(format!("{} or {}", others.join(", "), last.get_name()))
}

impl fmt::Display for SettingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Flag(name) | Self::Environment(name) => name,
            Self::File => "config.toml",
            Self::Default => "default",
        })
    }
}
