//! Actions by name and key: slash commands, the palette's entries, and how they are found.

pub(super) mod actions;
pub(super) mod command_dispatch;
pub(super) mod command_match;
pub(crate) mod fuzzy;
pub(crate) mod palette_entry;
pub mod slash_commands;
