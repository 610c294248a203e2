//! What the store has to tell about the shared file without having been asked.

use std::fmt::{self, Display, Formatter};

use super::Advice;

/// The severity of a notice about the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum NoticeSeverity {
    /// Nothing is lost: a change, or a repair that succeeded.
    #[default]
    Info,
    /// Another program lost something.
    Loss,
}

/// A notice about the file. It is displayed in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNotice {
    /// How serious it is.
    pub severity: NoticeSeverity,
    /// What happened, in one sentence or several.
    pub text: String,
    /// What to do about the last sentence.
    pub advice: Advice,
}

impl FileNotice {
    /// A notice of what is no loss.
    #[must_use]
    pub fn info(text: impl Into<String>) -> Self {
        Self { severity: NoticeSeverity::Info, text: text.into(), advice: Advice::None }
    }

    /// A notice of a loss, with what can be done about it.
    #[must_use]
    pub fn loss(text: impl Into<String>, advice: Advice) -> Self {
        Self { severity: NoticeSeverity::Loss, text: text.into(), advice }
    }

    /// Joins notices into one, those with advice last; `None` for no notices.
    #[must_use]
    pub fn join(notices: impl IntoIterator<Item = Self>) -> Option<Self> {
        let mut notices: Vec<Self> = notices.into_iter().collect();
        notices.sort_by_key(|notice| !notice.advice.is_none());
        notices.into_iter().reduce(|all, next| Self {
            severity: all.severity.max(next.severity),
            text: format!("{all} {}", next.text),
            advice: next.advice,
        })
    }
}

impl Display for FileNotice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        if self.advice.is_none() { Ok(()) } else { write!(f, " {}", self.advice) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_stands_behind_what_it_is_about() {
        let lost = FileNotice::loss("1 message was lost.", Advice::RestoreOverwritten("it"));
        let all = FileNotice::join([lost, FileNotice::info("A title is new.")]).unwrap();
        assert_eq!(all.severity, NoticeSeverity::Loss);
        assert_eq!(
            all.to_string(),
            "A title is new. 1 message was lost. Run `duologue undo` to restore it."
        );
        assert_eq!(FileNotice::join([]), None);
    }
}
