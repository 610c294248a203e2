//! Blocks of code: their label, their lines in colours, and fences at the top of a text, which are
//! read line by line so that a long block costs no more than a short one while it grows.
//! May not break lines at words.

use std::ops::Range;

use crate::markdown::{Fence, Highlighter, TextPiece, info_language};
use crate::settings::Theme;
use crate::view::source_map::TextSource;
use crate::view::wrap::{Indent, StyledRun, wrap_anywhere};

use super::highlight::{HighlightCache, highlight_line};
use super::text_sources::map_pieces;
use crate::view::markdown::rendered_lines::{LineOrigin, RenderedLines};

/// Columns code stands in from what is around it.
const INDENT: &str = "  ";

/// The line over a block.
#[must_use]
pub fn label(language: &str, number: usize, theme: &Theme) -> StyledRun {
    let name = if language.is_empty() { "code" } else { language };
    StyledRun::new(format!("{name} [{number}]"), theme.code_label)
}

/// Who colours the lines.
#[derive(Debug)]
pub enum CodeStyler<'a> {
    /// Line by line, each once.
    Streaming(&'a mut Highlighter),
    /// The same lines again and again.
    Cached(&'a mut HighlightCache),
}

impl CodeStyler<'_> {
    fn line(&mut self, line: &str, theme: &Theme) -> Vec<StyledRun> {
        match self {
            Self::Streaming(pen) => highlight_line(pen, line, theme),
            Self::Cached(memory) => memory.line(line, theme),
        }
    }
}

/// Where and how wide code is drawn.
#[derive(Debug, Clone, Copy)]
pub struct CodeArea<'a> {
    /// What stands before each line.
    pub prefix: &'a [StyledRun],
    /// Columns there are.
    pub columns: usize,
    /// The colours.
    pub theme: &'a Theme,
}

/// Writes lines of code; empty ones wait until another follows, so that none stand at the end.
#[derive(Debug, Clone, Default)]
pub struct CodeWriter {
    pending_empty_lines: Vec<LineOrigin>,
}

impl CodeWriter {
    /// Writes a line.
    pub fn line(
        &mut self,
        (line, source): (&str, &TextSource),
        origin: LineOrigin,
        pen: &mut CodeStyler<'_>,
        place: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        if line.is_empty() {
            self.pending_empty_lines.push(origin);
            return;
        }
        for origin in std::mem::take(&mut self.pending_empty_lines) {
            write_line(&pen.line("", place.theme), &origin, place, rows);
        }
        let mut runs = pen.line(line, place.theme);
        let mut at = 0_usize;
        for run in &mut runs {
            run.source = source.from(at);
            at = at.saturating_add(run.text.len());
        }
        write_line(&runs, &origin, place, rows);
    }
}

fn write_line(
    runs: &[StyledRun],
    origin: &LineOrigin,
    place: CodeArea<'_>,
    rows: &mut RenderedLines,
) {
    let mut before = place.prefix.to_vec();
    before.push(StyledRun::new(INDENT, place.theme.code_block));
    let indent = Indent { first: before.clone(), rest: before };
    rows.extend(wrap_anywhere(runs, &indent, place.columns), origin);
}

/// A block being read.
#[derive(Debug)]
pub struct CodeBlock {
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

impl CodeBlock {
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
        memory: &mut HighlightCache,
        (skipped, offset): (usize, usize),
        place: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        let shift = |at: usize| at.saturating_sub(skipped).saturating_add(offset);
        let (mut pen, mut writer) = (CodeStyler::Cached(memory), CodeWriter::default());
        let mut at = 0_usize;
        for line in self.text.split_terminator('\n') {
            let end = at.saturating_add(line.len());
            // An empty line lies where its line break does.
            let part = at..end.max(at.saturating_add(1));
            let source = map_pieces(&self.pieces, part, shift).next();
            let source = source.map_or(TextSource::Generated, |(_, source)| source);
            let lies = match &source {
                TextSource::Verbatim(start) => *start..start.saturating_add(line.len()),
                TextSource::Derived(range) => range.clone(),
                TextSource::Generated => shift(self.range.start)..shift(self.range.end),
            };
            let origin = LineOrigin { code_block: number, ..LineOrigin::of(lies) };
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
    highlighter: Highlighter,
    writer: CodeWriter,
}

impl OpenFence {
    /// Opens the block a line opens, and tells its language.
    #[must_use]
    pub fn open(line: &str, number: usize) -> Option<(Self, String)> {
        let (fence, info) = Fence::parse_opening(line)?;
        let language = info_language(info).to_owned();
        let pen = Highlighter::new(&language);
        Some((Self { fence, number, highlighter: pen, writer: CodeWriter::default() }, language))
    }

    /// Whether a line closes the block.
    #[must_use]
    pub fn is_closed_by(&self, line: &str) -> bool {
        self.fence.is_closed_by(line)
    }

    /// Writes a line at a place of the text.
    pub fn line(
        &mut self,
        line: &str,
        at: usize,
        columns: usize,
        theme: &Theme,
        rows: &mut RenderedLines,
    ) {
        let code = self.fence.code_in(line);
        let origin = LineOrigin {
            code_block: self.number,
            ..LineOrigin::of(at..at.saturating_add(line.len()))
        };
        let cut = line.len().saturating_sub(code.len());
        let source = TextSource::Verbatim(at.saturating_add(cut));
        let place = CodeArea { prefix: &[], columns, theme };
        self.writer.line(
            (code, &source),
            origin,
            &mut CodeStyler::Streaming(&mut self.highlighter),
            place,
            rows,
        );
    }
}
