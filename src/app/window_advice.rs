//! Puts advice into the words of the window, which has a key or a slash command for what the command
//! line has a command for.

use crate::chat::{Advice, Failure, FileNotice, NoticeSeverity};
use crate::settings::{Action, Keymap};

use super::{Notice, NoticeKind, State};

/// What to do, with the keys and commands of the window; empty where the window shows it already.
#[must_use]
pub(crate) fn words(advice: &Advice, keymap: &Keymap) -> String {
    match advice {
        Advice::None | Advice::ListConversations => String::new(),
        Advice::Words(words) => words.clone().into_owned(),
        Advice::SetKey | Advice::StoreKey => "Type /setup.".to_owned(),
        Advice::ReplaceKey => "Correct it there, or type /setup to store another.".to_owned(),
        Advice::LeaveKeyring(first) => {
            format!("{first}, or type /setup to keep the key elsewhere.")
        }
        Advice::RestoreOverwritten(what) => match keymap.primary_key(Action::Undo) {
            Some(key) => format!("{key} restores {what}."),
            None => format!("/undo restores {what}."),
        },
        Advice::ListPresets => "/preset lists them.".to_owned(),
    }
}

/// What happened and what to do about it. The id of a request is only in the log.
#[must_use]
pub(crate) fn failure_text(failure: &Failure, keymap: &Keymap) -> String {
    with_advice(&failure.sentence, &failure.advice, keymap)
}

fn with_advice(text: &str, advice: &Advice, keymap: &Keymap) -> String {
    format!("{text} {}", words(advice, keymap)).trim_end().to_owned()
}

impl State {
    /// Shows a failure in the status line.
    pub(crate) fn show_failure(&mut self, failure: &Failure) {
        self.show_notice(NoticeKind::Error, failure_text(failure, &self.keymap));
    }

    /// What the store has to tell about the file, as a notice. One about a loss is a warning, which
    /// stays until a key is pressed.
    pub(crate) fn notice_of_file(&self, notice: &FileNotice) -> Notice {
        let kind = match notice.severity {
            NoticeSeverity::Info => NoticeKind::Info,
            NoticeSeverity::Loss => NoticeKind::Warning,
        };
        Notice { kind, text: with_advice(&notice.text, &notice.advice, &self.keymap) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::FailureKind;

    #[test]
    fn advice_about_commands_names_what_the_window_has() {
        let keymap = Keymap::default();
        for (advice, wanted) in [
            (Advice::SetKey, "It failed. Type /setup."),
            (Advice::StoreKey, "It failed. Type /setup."),
            (Advice::ReplaceKey, "It failed. Correct it there, or type /setup to store another."),
            (
                Advice::LeaveKeyring("Unlock it"),
                "It failed. Unlock it, or type /setup to keep the key elsewhere.",
            ),
            (Advice::RestoreOverwritten("it"), "It failed. Alt+U restores it."),
            (Advice::ListPresets, "It failed. /preset lists them."),
            (Advice::ListConversations, "It failed."),
            (Advice::from("Try again."), "It failed. Try again."),
            (Advice::None, "It failed."),
        ] {
            let failure = Failure::new(FailureKind::Other, "It failed.", advice);
            assert_eq!(failure_text(&failure, &keymap), wanted);
        }
    }
}
