//! The labels of elements without a text of their own, the same in the window and in exports.

use pulldown_cmark::BlockQuoteKind;

/// Returns the title above an alert (`> [!NOTE]`).
#[must_use]
pub const fn alert_title(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "Note",
        BlockQuoteKind::Tip => "Tip",
        BlockQuoteKind::Important => "Important",
        BlockQuoteKind::Warning => "Warning",
        BlockQuoteKind::Caution => "Caution",
    }
}

/// Returns the box before an item of a task list.
#[must_use]
pub const fn task_checkbox(done: bool) -> &'static str {
    if done { "☑" } else { "☐" }
}

/// Returns the label of a footnote, both for a reference to it and before its text.
#[must_use]
pub fn footnote_label(name: &str) -> String {
    format!("[{name}]")
}
