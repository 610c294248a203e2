//! The question being written: its text, draft, attachments, options, and earlier ones.

pub mod attach;
pub mod completion;
pub(super) mod composer;
pub(super) mod drafts;
pub(super) mod options;
pub(super) mod paste;
pub(crate) mod prompt_history;
pub(crate) mod question_edit;
pub(super) mod return_question;
pub(super) mod servers;
pub(crate) mod stored_draft;
pub(super) mod stray_text;
pub(super) mod templates;
pub mod tool_choice;
