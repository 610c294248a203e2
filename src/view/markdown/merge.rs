//! Text that the parser hands over in pieces, as one: an address may go on behind a sign that could
//! have meant emphasis.
//! May not forget where each piece lies.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event};

use crate::view::marks::Source;

/// A piece of text, and where it lies in the text that was parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins in what was merged.
    pub at: usize,
    /// Bytes of it.
    pub bytes: usize,
    /// Where it lies; longer or shorter where it was written differently, as an entity.
    pub lies: Range<usize>,
}

/// Events with their texts merged.
#[derive(Debug)]
pub struct Merge<'a, I> {
    events: I,
    next: Option<(Event<'a>, Range<usize>)>,
    pieces: Vec<Piece>,
}

impl<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> Merge<'a, I> {
    /// Of these events.
    #[must_use]
    pub const fn new(events: I) -> Self {
        Self { events, next: None, pieces: Vec::new() }
    }

    /// The pieces the last event was merged of; none where it is no text.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The next event; never an empty text.
    #[allow(clippy::should_implement_trait)] // what was merged is asked for between two of them
    pub fn next(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        self.pieces.clear();
        loop {
            let (event, range) = self.next.take().or_else(|| self.events.next())?;
            let Event::Text(mut text) = event else {
                return Some((event, range));
            };
            let mut whole = range.clone();
            self.pieces.push(Piece { at: 0, bytes: text.len(), lies: range });
            let mut merged: Option<String> = None;
            loop {
                match self.events.next() {
                    Some((Event::Text(more), range)) => {
                        let buffer = merged.get_or_insert_with(|| text.to_string());
                        let at = buffer.len();
                        buffer.push_str(&more);
                        whole.end = range.end;
                        self.pieces.push(Piece { at, bytes: more.len(), lies: range });
                    }
                    other => {
                        self.next = other;
                        break;
                    }
                }
            }
            if let Some(merged) = merged {
                text = CowStr::from(merged);
            }
            if !text.is_empty() {
                return Some((Event::Text(text), whole));
            }
            self.pieces.clear();
        }
    }
}

/// What parts of a merged text are made of: the part of it in each piece, and its source. Places
/// are moved by `shift`.
pub fn sources<'a>(
    pieces: &'a [Piece],
    part: Range<usize>,
    shift: impl Fn(usize) -> usize + 'a,
) -> impl Iterator<Item = (Range<usize>, Source)> + 'a {
    let first = pieces.partition_point(|it| it.at.saturating_add(it.bytes) <= part.start);
    let within = pieces.iter().skip(first);
    let end = part.end;
    within.take_while(move |piece| piece.at < end).filter_map(move |piece| {
        let begins = piece.at;
        let (from, to) = (part.start.max(begins), end.min(begins.saturating_add(piece.bytes)));
        let source = if piece.lies.len() == piece.bytes {
            Source::Letters(shift(piece.lies.start).saturating_add(from.saturating_sub(begins)))
        } else {
            Source::Whole(shift(piece.lies.start)..shift(piece.lies.end))
        };
        (from < to).then_some((from..to, source))
    })
}
