//! State of the images that are attached to questions, and how the terminal shows images.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use crate::chat::Message;
use crate::settings::{ColorDepth, ImageChoice};

/// The most questions whose images are held, beside those on screen; others are read again when they are
/// scrolled to.
const MAX_QUESTIONS: usize = 24;

/// A protocol by which a terminal draws images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphicsProtocol {
    /// That of kitty, with placeholder characters.
    Kitty,
    /// iTerm2's inline images (OSC 1337).
    Iterm2,
    /// Sixel graphics, as of DEC terminals.
    Sixel,
}

/// The pixels of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellSize {
    /// Pixels from left to right.
    pub width: u16,
    /// Pixels from top to bottom.
    pub height: u16,
}

/// How images are shown: what the user wants, and what the terminal can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageDisplay {
    /// The setting `images`, which may turn them off.
    pub choice: ImageChoice,
    /// The colours of the terminal.
    pub depth: ColorDepth,
    /// The protocol of the terminal, if it has one.
    pub protocol: Option<GraphicsProtocol>,
    /// Whether the terminal draws images wrong, so that blocks are better.
    pub is_ruled_out: bool,
    /// The size of its cells, once it has reported it.
    pub cell: Option<CellSize>,
}

impl Default for ImageDisplay {
    fn default() -> Self {
        Self {
            choice: ImageChoice::Auto,
            depth: ColorDepth::TrueColor,
            protocol: None,
            is_ruled_out: false,
            cell: None,
        }
    }
}

impl ImageDisplay {
    /// Whether images are shown at all: sixteen colours are too few.
    #[must_use]
    pub fn shows_images(&self) -> bool {
        let has_colors = matches!(self.depth, ColorDepth::TrueColor | ColorDepth::Indexed);
        self.choice != ImageChoice::Off && has_colors
    }

    /// The protocol to draw with, and the size of a cell; `None` where coloured blocks are drawn.
    #[must_use]
    pub fn graphics(&self) -> Option<(GraphicsProtocol, CellSize)> {
        if self.choice != ImageChoice::Auto || self.is_ruled_out {
            return None;
        }
        self.protocol.zip(self.cell)
    }
}

/// The pixels of a decoded image, in red, green, blue and opacity.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels of a row.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Four bytes for each pixel, row by row.
    pub rgba: Vec<u8>,
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pixels({}x{})", self.width, self.height)
    }
}

/// An attached image, reduced to the size of a thumbnail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// The name of the file.
    pub name: String,
    /// The image, or why it cannot be shown.
    pub pixels: Result<Arc<Pixels>, String>,
}

/// The thumbnails of the questions that were on screen lately.
#[derive(Debug, Clone, Default)]
pub struct Images {
    /// Messages never change in place: the same pointer is the same question.
    loaded: VecDeque<(Arc<Message>, Vec<Thumbnail>)>,
    /// The question whose images are being read; one at a time.
    pub(in crate::app) loading: Option<Arc<Message>>,
}

impl Images {
    /// The thumbnails of a question; `None` until they are read.
    #[must_use]
    pub fn of(&self, question: &Arc<Message>) -> Option<&[Thumbnail]> {
        let found = self.loaded.iter().find(|(known, _)| Arc::ptr_eq(known, question));
        found.map(|(_, thumbnails)| thumbnails.as_slice())
    }

    /// Takes the thumbnails of a question. Forgets those that were read first, but never what is on screen.
    pub(in crate::app) fn insert(
        &mut self,
        question: Arc<Message>,
        images: Vec<Thumbnail>,
        shown: &[Arc<Message>],
    ) {
        if self.loaded.len() >= MAX_QUESTIONS {
            let is_shown = |known: &Arc<Message>| shown.iter().any(|it| Arc::ptr_eq(it, known));
            let hidden = self.loaded.iter().position(|(known, _)| !is_shown(known));
            if let Some(at) = hidden {
                self.loaded.remove(at);
            }
        }
        self.loaded.push_back((question, images));
    }
}
