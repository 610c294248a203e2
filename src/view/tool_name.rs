//! What tools are called on screen.

use std::borrow::Cow;

use crate::settings::Settings;

use super::clean;

/// The name of a tool in words, where it is one of this program's own; the others are called by names
/// that only their servers know.
#[must_use]
pub(crate) fn tool_name(name: &str) -> Cow<'_, str> {
    if Settings::OWN_TOOLS.contains(&name) {
        Cow::Owned(name.replace('_', " "))
    } else {
        clean::line(name)
    }
}

/// The names of tools in one line.
#[must_use]
pub(crate) fn tool_names(names: &[String]) -> String {
    let names: Vec<Cow<'_, str>> = names.iter().map(|name| tool_name(name)).collect();
    names.join(", ")
}
