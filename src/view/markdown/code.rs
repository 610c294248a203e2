//! Blocks of code: their label, their lines in colours, and fences at the top of a text, which are
//! read line by line so that a long block costs no more than a short one while it grows.
//! May not break lines at words.

use std::ops::Range;

use crate::markdown::{CodeBlockKind, Fence, Highlighter, TextPiece, info_language};
use crate::settings::Theme;
use crate::view::source_map::TextSource;
use crate::view::wrap::{Indent, StyledRun, wrap_anywhere};

use super::highlight::{HighlightCache, highlight_line};
use super::part::PartOffset;
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
            Self::Streaming(highlighter) => highlight_line(highlighter, line, theme),
            Self::Cached(cache) => cache.line(line, theme),
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

/// A line of code without its line break.
struct CodeLine<'a> {
    text: &'a str,
    source: TextSource,
    origin: LineOrigin,
}

/// Writes lines of code; empty ones wait until another follows, so that none stand at the end.
#[derive(Debug, Clone, Default)]
pub struct CodeWriter {
    pending_empty_lines: Vec<LineOrigin>,
}

impl CodeWriter {
    fn line(
        &mut self,
        line: CodeLine<'_>,
        styler: &mut CodeStyler<'_>,
        area: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        if line.text.is_empty() {
            self.pending_empty_lines.push(line.origin);
            return;
        }
        for origin in std::mem::take(&mut self.pending_empty_lines) {
            write_line(&styler.line("", area.theme), &origin, area, rows);
        }
        let mut runs = styler.line(line.text, area.theme);
        let mut at = 0_usize;
        for run in &mut runs {
            run.source = line.source.from(at);
            at = at.saturating_add(run.text.len());
        }
        write_line(&runs, &line.origin, area, rows);
    }
}

fn write_line(
    runs: &[StyledRun],
    origin: &LineOrigin,
    area: CodeArea<'_>,
    rows: &mut RenderedLines,
) {
    let mut prefix = area.prefix.to_vec();
    prefix.push(StyledRun::new(INDENT, area.theme.code_block));
    let indent = Indent { first: prefix.clone(), rest: prefix };
    rows.extend(wrap_anywhere(runs, &indent, area.columns), origin);
}

/// How a block of code is marked in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Fences around it.
    Fenced,
    /// Four columns before each line.
    Indented,
}

/// A block being read.
#[derive(Debug)]
pub struct CodeBlock {
    /// The language it names.
    pub language: String,
    /// Where it lies in the part that is parsed.
    pub range: Range<usize>,
    /// How it is marked in the text.
    pub kind: CodeKind,
    text: String,
    /// Where its text lies.
    pieces: Vec<TextPiece>,
}

impl CodeBlock {
    /// A block of which nothing is read yet.
    #[must_use]
    pub fn new(kind: &CodeBlockKind<'_>, range: Range<usize>) -> Self {
        let (kind, language) = match kind {
            CodeBlockKind::Fenced(info) => (CodeKind::Fenced, info_language(info).to_owned()),
            CodeBlockKind::Indented => (CodeKind::Indented, String::new()),
        };
        Self { language, range, kind, text: String::new(), pieces: Vec::new() }
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
        let first = block.split('\n').next();
        let line = first.filter(|_| self.kind == CodeKind::Fenced).unwrap_or_default();
        self.range.start..self.range.start.saturating_add(line.len())
    }

    /// Writes its lines.
    pub fn write(
        &self,
        number: usize,
        cache: &mut HighlightCache,
        offset: PartOffset,
        area: CodeArea<'_>,
        rows: &mut RenderedLines,
    ) {
        let (mut styler, mut writer) = (CodeStyler::Cached(cache), CodeWriter::default());
        let mut at = 0_usize;
        for line in self.text.split_terminator('\n') {
            let end = at.saturating_add(line.len());
            // An empty line lies where its line break does.
            let part = at..end.max(at.saturating_add(1));
            let source = map_pieces(&self.pieces, part, |at| offset.shift(at)).next();
            let source = source.map_or(TextSource::Generated, |(_, source)| source);
            let range = match &source {
                TextSource::Verbatim(start) => *start..start.saturating_add(line.len()),
                TextSource::Derived(range) => range.clone(),
                TextSource::Generated => offset.shift_range(&self.range),
            };
            let origin = LineOrigin { code_block: number, ..LineOrigin::of(range) };
            writer.line(CodeLine { text: line, source, origin }, &mut styler, area, rows);
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
        let highlighter = Highlighter::new(&language);
        Some((Self { fence, number, highlighter, writer: CodeWriter::default() }, language))
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
        let range = at..at.saturating_add(line.len());
        let origin = LineOrigin { code_block: self.number, ..LineOrigin::of(range) };
        let indent = line.len().saturating_sub(code.len());
        let source = TextSource::Verbatim(at.saturating_add(indent));
        let mut styler = CodeStyler::Streaming(&mut self.highlighter);
        let area = CodeArea { prefix: &[], columns, theme };
        self.writer.line(CodeLine { text: code, source, origin }, &mut styler, area, rows);
    }
}
