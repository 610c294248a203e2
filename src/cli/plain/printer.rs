//! An answer as whole lines, printed when they are complete, never taken back.
//! May not print anything but lines.

use crate::cli::output;
use crate::cli::problem::Problem;

/// What was printed of an answer, and what waits for the end of its line.
#[derive(Debug, Default)]
pub(super) struct Printer {
    whole: String,
    printed: usize,
}

impl Printer {
    /// Takes more of the answer; prints the lines that are complete.
    pub(super) fn append(&mut self, text: &str) -> Result<(), Problem> {
        if self.whole.is_empty() && !text.is_empty() {
            output::write("The assistant answers:\n")?;
        }
        self.whole.push_str(text);
        let waiting = self.whole.get(self.printed..).unwrap_or_default();
        if let Some(end) = waiting.rfind('\n') {
            let lines = waiting.get(..=end).unwrap_or_default();
            output::write_clean(lines)?;
            self.printed = self.printed.saturating_add(lines.len());
        }
        Ok(())
    }

    /// What came was wrong: only what follows the part that still stands can be printed.
    pub(super) fn replace(&mut self, whole: &str) -> Result<(), Problem> {
        let printed = self.whole.get(..self.printed).unwrap_or_default();
        if whole.starts_with(printed) {
            let more = whole.get(self.whole.len()..).filter(|_| whole.starts_with(&self.whole));
            if let Some(more) = more {
                return self.append(more);
            }
            let more = whole.get(self.printed..).unwrap_or_default().to_owned();
            self.whole.truncate(self.printed);
            return self.append(&more);
        }
        output::write("The answer was corrected. It is now:\n")?;
        whole.clone_into(&mut self.whole);
        self.printed = 0;
        self.append("")
    }

    /// Prints what is left.
    pub(super) fn finish(&mut self, whole: &str) -> Result<(), Problem> {
        if whole != self.whole {
            self.replace(whole)?;
        }
        let rest = self.whole.get(self.printed..).unwrap_or_default().to_owned();
        self.printed = self.whole.len();
        if rest.is_empty() { Ok(()) } else { output::write_clean(&format!("{rest}\n")) }
    }

    /// Everything that came.
    pub(super) fn text(&self) -> &str {
        &self.whole
    }
}
