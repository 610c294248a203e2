//! What is known of the files that may go with what is being written.

use std::collections::HashSet;
use std::ops::Range;

use crate::chat::attachment::FileProbe;

/// What is known of files a text may mention.
#[derive(Debug, Clone, Default)]
pub struct MentionedFiles {
    /// What looking at them showed, by path as it is written.
    pub(in crate::app) inspected: Vec<(String, FileProbe)>,
    /// The path that is being looked at; one at a time, however slow the disk is.
    pub(in crate::app) inspecting: Option<String>,
    /// Mentions that were pasted with other text: they stay text, whoever wrote them.
    pub(in crate::app) plain_text: HashSet<String>,
    /// What was pasted as if files were dropped on the terminal, until they were looked at.
    pub(in crate::app) dropped: Option<DroppedPaths>,
    /// The files that go with what is being written, or cannot.
    pub(in crate::app) attachments: Vec<(String, FileProbe)>,
}

/// Paths that were pasted alone.
#[derive(Debug, Clone)]
pub(in crate::app) struct DroppedPaths {
    /// Where the pasted text stands.
    pub(in crate::app) range: Range<usize>,
    /// The pasted text.
    pub(in crate::app) text: String,
    /// The paths it may be; the first reading whose files exist is meant.
    pub(in crate::app) readings: Vec<Vec<String>>,
}
