//! The system's clipboard: the one place that opens it.

use arboard::{Clipboard, Error, ImageData};

/// A connection to the clipboard, made at its first use and again after it has failed. Where the program
/// that copied a text must go on to offer it, dropping this loses the text.
#[derive(Default)]
pub(super) struct SystemClipboard(Option<Clipboard>);

impl SystemClipboard {
    /// The text in it; empty where there is none.
    ///
    /// # Errors
    /// When there is no clipboard, or it cannot be read.
    pub(super) fn text(&mut self) -> Result<String, Error> {
        match self.with(Clipboard::get_text) {
            Err(Error::ContentNotAvailable) => Ok(String::new()),
            read => read,
        }
    }

    /// The image in it, if there is one.
    ///
    /// # Errors
    /// When there is no clipboard.
    pub(super) fn image(&mut self) -> Result<Option<ImageData<'static>>, Error> {
        self.with(|board| Ok(board.get_image().ok()))
    }

    /// Puts a text into it.
    ///
    /// # Errors
    /// When there is no clipboard, or it refuses the text.
    pub(super) fn set_text(&mut self, text: &str) -> Result<(), Error> {
        self.with(|board| board.set_text(text))
    }

    fn with<T>(
        &mut self,
        work: impl FnOnce(&mut Clipboard) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut board = self.0.take().map_or_else(Clipboard::new, Ok)?;
        let result = work(&mut board);
        let is_usable = matches!(result, Ok(_) | Err(Error::ContentNotAvailable));
        self.0 = is_usable.then_some(board);
        result.inspect_err(|error| tracing::info!(%error, "the system clipboard failed"))
    }
}

impl std::fmt::Debug for SystemClipboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SystemClipboard").field(&self.0.is_some()).finish()
    }
}
