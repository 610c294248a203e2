//! Which options of a question were named on their own.

use super::lookup::SettingLookup;
use super::setting::SettingSource;

/// The options that the command line or a command of plain mode named: no preset replaces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamedOptions {
    /// The model.
    pub model: bool,
    /// The reasoning effort.
    pub effort: bool,
    /// The tools.
    pub tools: bool,
}

impl NamedOptions {
    /// Those that have a flag on the command line.
    pub(super) fn of_flags(lookup: &SettingLookup<'_>) -> Self {
        let has_flag = |name| matches!(lookup.sources.get(name), Some(SettingSource::Flag(_)));
        Self { model: has_flag("model"), effort: has_flag("effort"), tools: has_flag("tools") }
    }
}
