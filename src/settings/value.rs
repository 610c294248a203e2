//! What the types of settings have in common: parsing from text, and display.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::parser_message::plain_message;
use super::setting::join_choices;

/// A type a setting can have. `Deserialize` is how the configuration file has it, and refuses what
/// cannot be used; `Serialize` is how people see it, without keys and passwords.
pub(super) trait SettingValue: DeserializeOwned + Serialize {
    /// Whether the value of a flag may begin with a dash.
    const ALLOWS_DASH: bool = false;

    /// The values there are, where they can be listed.
    fn possible_values() -> Vec<PossibleValue> {
        Vec::new()
    }

    /// Reads the value from the configuration file.
    ///
    /// # Errors
    /// For one that cannot be used.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    /// Reads the text of a flag or an environment variable.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence for people.
    fn parse(text: &str) -> Result<Self, String> {
        let values = Self::possible_values();
        if values.iter().all(|value| value.get_name() != text)
            && let Some(choice) = join_choices(&values)
        {
            return Err(format!("Use {choice}."));
        }
        Self::deserialize(toml::Value::String(text.to_owned())).or_else(|error| {
            // Numbers, switches and lists are written as in `config.toml`.
            let value = text.parse::<toml::Value>().map_err(|_| error);
            value.and_then(Self::deserialize).map_err(|error| plain_message(error.message(), None))
        })
    }

    /// What a value of the configuration file means; `locate` finds the files it names.
    #[must_use]
    fn resolve_paths(self, _locate: &dyn Fn(PathBuf) -> PathBuf) -> Self {
        self
    }
}

/// A value that the configuration file has.
#[derive(Debug)]
pub(super) struct Written<T>(pub(super) T);

impl<'de, T: SettingValue> Deserialize<'de> for Written<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// The value as people see it.
pub(super) fn shown(value: &impl SettingValue) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Returns the word for a value in flags and in config.toml.
pub(super) fn value_name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned())
}

/// Settings whose values are the variants of an enum.
macro_rules! choices {
    ($($choice:ty),+) => {
        $(impl SettingValue for $choice {
            fn possible_values() -> Vec<clap::builder::PossibleValue> {
                let variants = <$choice as clap::ValueEnum>::value_variants().iter();
                variants.filter_map(clap::ValueEnum::to_possible_value).collect()
            }
        })+
    };
}
pub(super) use choices;

impl SettingValue for bool {}
impl SettingValue for u16 {}
impl SettingValue for u64 {}
impl SettingValue for String {}
impl SettingValue for Vec<String> {}

impl SettingValue for PathBuf {
    fn resolve_paths(self, locate: &dyn Fn(PathBuf) -> PathBuf) -> Self {
        // An empty one stays one, and is refused as such.
        if self.as_os_str().is_empty() { self } else { locate(self) }
    }
}

/// What may be left unset; so is a text without a character in the file, as an empty variable is.
impl<T: SettingValue> SettingValue for Option<T> {
    fn possible_values() -> Vec<PossibleValue> {
        T::possible_values()
    }

    fn resolve_paths(self, locate: &dyn Fn(PathBuf) -> PathBuf) -> Self {
        self.filter(|it| shown(it).as_str().is_none_or(|text| !text.trim().is_empty()))
            .map(|it| it.resolve_paths(locate))
    }
}
