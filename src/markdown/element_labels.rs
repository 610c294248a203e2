//! Words and signs that the dialect shows for elements without a text of their own.
//! Must not hold words about the program: a reader of an export sees these.

use pulldown_cmark::BlockQuoteKind;

/// Returns the title over an alert (`> [!NOTE]`).
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

/// Returns what stands for a footnote, both where it is referred to and before its text.
#[must_use]
pub fn footnote_label(name: &str) -> String {
    format!("[{name}]")
}
