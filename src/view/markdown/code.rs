//! Blocks of code: their label, their lines in colours, and fences at the top of a text, which are
//! read line by line so that a long block costs no more than a short one while it grows.
//! May not break lines at words.

use std::ops::Range;

use crate::markdown::{Fence, Highlighter, TextPiece, language};
use crate::settings::Theme;
use crate::view::marks::Source;
use crate::view::wrap::{Indent, Run, wrap_anywhere};

use super::highlight::{Memory, runs};
use super::rows::{Origin, Rows};
use super::text_sources::sources;

/// Columns code stands in from what is around it.
const INDENT: &str = "  ";

/// The line over a block.
#[must_use]
pub fn label(language: &str, number: usize, theme: &Theme) -> Run {
    let name = if language.is_empty() { "code" } else { language };
    Run::new(format!("{name} [{number}]"), theme.code_label)
}

/// Who colours the lines.
#[derive(Debug)]
pub enum Pen<'a> {
    /// Line by line, each once.
    Once(&'a mut Highlighter),
    /// The same lines again and again.
    Again(&'a mut Memory),
}

impl Pen<'_> {
    fn line(&mut self, line: &str, theme: &Theme) -> Vec<Run> {
        match self {
            Self::Once(pen) => runs(pen, line, theme),
            Self::Again(memory) => memory.line(line, theme),
        }
    }
}

/// Where and how wide code is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// What stands before each line.
    pub before: &'a [Run],
    /// Columns there are.
    pub columns: usize,
    /// The colours.
    pub theme: &'a Theme,
}

/// Writes lines of code; empty ones wait until another follows, so that none stand at the end.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    waiting: Vec<Origin>,
}

impl Writer {
    /// Writes a line.
    pub fn line(
        &mut self,
        (line, source): (&str, &Source),
        origin: Origin,
        pen: &mut Pen<'_>,
        place: Place<'_>,
        rows: &mut Rows,
    ) {
        if line.is_empty() {
            self.waiting.push(origin);
            return;
        }
        for origin in std::mem::take(&mut self.waiting) {
            write(&pen.line("", place.theme), &origin, place, rows);
        }
        let mut runs = pen.line(line, place.theme);
        let mut at = 0_usize;
        for run in &mut runs {
            run.source = source.from(at);
            at = at.saturating_add(run.text.len());
        }
        write(&runs, &origin, place, rows);
    }
}

fn write(runs: &[Run], origin: &Origin, place: Place<'_>, rows: &mut Rows) {
    let mut before = place.before.to_vec();
    before.push(Run::new(INDENT, place.theme.code_block));
    let indent = Indent { first: before.clone(), rest: before };
    rows.extend(wrap_anywhere(runs, &indent, place.columns), origin);
}

/// A block being read.
#[derive(Debug)]
pub struct Block {
    /// The language it names.
    pub language: String,
    /// Where it lies in the part that is parsed.
    pub range: Range<usize>,
    /// Whether marks stand around it.
    pub fenced: bool,
    text: String,
    /// Where its text lies.
    pieces: Vec<TextPiece>,
}

impl Block {
    /// A block of which nothing is read yet.
    #[must_use]
    pub fn new(language: String, range: Range<usize>, fenced: bool) -> Self {
        Self { language, range, fenced, text: String::new(), pieces: Vec::new() }
    }

    /// Adds text with its pieces.
    pub fn add(&mut self, text: &str, pieces: &[TextPiece]) {
        let before = self.text.len();
        let moved = |piece: &TextPiece| {
            let [start, end] =
                [piece.shown.start, piece.shown.end].map(|at| at.saturating_add(before));
            TextPiece { shown: start..end, ..piece.clone() }
        };
        self.pieces.extend(pieces.iter().map(moved));
        self.text.push_str(text);
    }

    /// The line that opens it; empty where there is none.
    #[must_use]
    pub fn fence(&self, source: &str) -> Range<usize> {
        let block = source.get(self.range.clone()).unwrap_or_default();
        let line = block.split('\n').next().filter(|_| self.fenced).unwrap_or_default();
        self.range.start..self.range.start.saturating_add(line.len())
    }

    /// Writes its lines. `skipped` bytes of what was parsed are not of this part, which begins at
    /// `offset`.
    pub fn write(
        &self,
        number: usize,
        memory: &mut Memory,
        (skipped, offset): (usize, usize),
        place: Place<'_>,
        rows: &mut Rows,
    ) {
        let shift = |at: usize| at.saturating_sub(skipped).saturating_add(offset);
        let (mut pen, mut writer) = (Pen::Again(memory), Writer::default());
        let mut at = 0_usize;
        for line in self.text.split_terminator('\n') {
            let end = at.saturating_add(line.len());
            // An empty line lies where its line break does.
            let part = at..end.max(at.saturating_add(1));
            let source = sources(&self.pieces, part, shift).next();
            let source = source.map_or(Source::Nowhere, |(_, source)| source);
            let lies = match &source {
                Source::Letters(start) => *start..start.saturating_add(line.len()),
                Source::Whole(range) => range.clone(),
                Source::Nowhere => shift(self.range.start)..shift(self.range.end),
            };
            let origin = Origin { code_block: number, ..Origin::of(lies) };
            writer.line((line, &source), origin, &mut pen, place, rows);
            at = end.saturating_add(1);
        }
    }
}

/// A fenced block at the top of a text that is open.
#[derive(Debug, Clone)]
pub struct OpenFence {
    fence: Fence,
    number: usize,
    pen: Highlighter,
    writer: Writer,
}

impl OpenFence {
    /// Opens the block a line opens, and tells its language.
    #[must_use]
    pub fn open(line: &str, number: usize) -> Option<(Self, String)> {
        let (fence, info) = Fence::open(line)?;
        let language = language(info).to_owned();
        let pen = Highlighter::new(&language);
        Some((Self { fence, number, pen, writer: Writer::default() }, language))
    }

    /// Whether a line closes the block.
    #[must_use]
    pub fn is_closed_by(&self, line: &str) -> bool {
        self.fence.is_closed_by(line)
    }

    /// Writes a line at a place of the text.
    pub fn line(&mut self, line: &str, at: usize, columns: usize, theme: &Theme, rows: &mut Rows) {
        let code = self.fence.code_in(line);
        let origin =
            Origin { code_block: self.number, ..Origin::of(at..at.saturating_add(line.len())) };
        let cut = line.len().saturating_sub(code.len());
        let source = Source::Letters(at.saturating_add(cut));
        let place = Place { before: &[], columns, theme };
        self.writer.line((code, &source), origin, &mut Pen::Once(&mut self.pen), place, rows);
    }
}
