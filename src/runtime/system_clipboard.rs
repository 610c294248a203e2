//! The system's clipboard: the one place that opens it. Must not open it over SSH, where it is not the
//! user's.

use arboard::{Clipboard, Error, ImageData};

use super::environment::{is_remote, variable};

/// Why the clipboard cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClipboardProblem {
    /// The program runs over SSH.
    Remote,
    /// There is no clipboard, or it failed; the log says why.
    Failed,
}

/// A connection to the clipboard, made at its first use and again after it has failed. Where the program
/// that copied a text must go on to offer it, dropping this loses the text.
#[derive(Default)]
pub(super) struct SystemClipboard(Option<Clipboard>);

impl SystemClipboard {
    /// The text in it; empty where there is none.
    ///
    /// # Errors
    /// When there is no clipboard, or it cannot be read.
    pub(super) fn text(&mut self) -> Result<String, ClipboardProblem> {
        self.with(|board| match board.get_text() {
            Err(Error::ContentNotAvailable) => Ok(String::new()),
            read => read,
        })
    }

    /// The image in it, if there is one.
    ///
    /// # Errors
    /// When there is no clipboard.
    pub(super) fn image(&mut self) -> Result<Option<ImageData<'static>>, ClipboardProblem> {
        self.with(|board| Ok(board.get_image().ok()))
    }

    /// Puts a text into it.
    ///
    /// # Errors
    /// When there is no clipboard, or it refuses the text.
    pub(super) fn set_text(&mut self, text: &str) -> Result<(), ClipboardProblem> {
        self.with(|board| board.set_text(text))
    }

    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Clipboard) -> Result<T, Error>,
    ) -> Result<T, ClipboardProblem> {
        if is_remote(&variable) {
            return Err(ClipboardProblem::Remote);
        }
        let board = self.0.take().map_or_else(Clipboard::new, Ok);
        let worked = board.and_then(|mut board| Ok((work(&mut board)?, board)));
        match worked {
            Ok((result, board)) => {
                self.0 = Some(board);
                Ok(result)
            }
            Err(error) => {
                tracing::info!(%error, "the system clipboard failed");
                Err(ClipboardProblem::Failed)
            }
        }
    }
}

impl std::fmt::Debug for SystemClipboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SystemClipboard").field(&self.0.is_some()).finish()
    }
}
