//! Environment variables whose values have to be text.

use super::error::SettingsError;
use super::table::SETTINGS;

/// Refuses variables that hold a setting or a key and are not text: what they say would be ignored.
///
/// # Errors
/// For the first of them, which is named.
pub fn check_variables<'a>(keys: impl Iterator<Item = &'a str>) -> Result<(), SettingsError> {
    let settings = SETTINGS.iter().flat_map(|setting| setting.variables.iter().copied());
    let is_bytes = |name: &&str| std::env::var_os(name).is_some_and(|it| it.to_str().is_none());
    match settings.chain(keys).find(is_bytes) {
        Some(name) => Err(SettingsError::Variable(name.to_owned())),
        None => Ok(()),
    }
}
