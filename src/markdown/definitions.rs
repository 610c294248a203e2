//! Link definitions (`[label]: address`), which may be anywhere in a text.

use std::collections::{BTreeMap, BTreeSet};

/// Link addresses by normalised label.
pub type LinkDefinitions = BTreeMap<String, String>;

/// The link labels in a part of a text.
#[derive(Debug, Default)]
pub struct LinkLabels {
    /// The definitions that the part contains.
    pub defined: LinkDefinitions,
    /// The labels that the part refers to and does not define itself.
    pub referenced: BTreeSet<String>,
}

/// Returns the form in which labels are compared: case and white space make no difference.
pub(super) fn normalize_label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
