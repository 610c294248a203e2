//! State of the files mentioned in the composer.

use std::collections::HashSet;
use std::ops::Range;

use crate::chat::attachment::FileProbe;

/// Files mentioned in the composer.
#[derive(Debug, Clone, Default)]
pub struct MentionedFiles {
    /// Results of inspections, by path as it is written.
    pub(in crate::app) inspected: Vec<(String, FileProbe)>,
    /// The path being inspected; one at a time, so that a slow disk gets no queue.
    pub(in crate::app) inspecting: Option<String>,
    /// Mentions that were pasted within other text and stay plain text.
    pub(in crate::app) plain_text: HashSet<String>,
    /// Pasted paths that may be dropped files, until they are inspected.
    pub(in crate::app) dropped: Option<DroppedPaths>,
    /// The files to send with the text, or why they cannot be sent.
    pub(in crate::app) attachments: Vec<(String, FileProbe)>,
}

/// A paste that consists of paths only.
#[derive(Debug, Clone)]
pub(in crate::app) struct DroppedPaths {
    /// The pasted range of the text.
    pub(in crate::app) range: Range<usize>,
    pub(in crate::app) text: String,
    /// The paths it may be; the first reading whose files exist is meant.
    pub(in crate::app) readings: Vec<Vec<String>>,
}
