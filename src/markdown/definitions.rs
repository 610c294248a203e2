//! Definitions of links (`[label]: address`), which may stand anywhere in a text.
//! Must not decide which of two definitions of a label counts: the reader does.

use std::collections::{BTreeMap, BTreeSet};

/// The addresses of links by their normalised label.
pub type LinkDefinitions = BTreeMap<String, String>;

/// The link labels in a part of a text.
#[derive(Debug, Default)]
pub struct LinkLabels {
    /// The definitions in the part.
    pub defined: LinkDefinitions,
    /// The labels that the part refers to and does not define itself.
    pub referenced: BTreeSet<String>,
}

/// Returns a label in the form in which labels are compared.
pub(super) fn normalize_label(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
