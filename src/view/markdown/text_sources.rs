//! The sources of the text of an event.

use std::ops::Range;

use crate::markdown::TextPiece;
use crate::view::source_map::TextSource;

/// Returns, for each piece within a range of an event's text, its bytes and their source. Source
/// positions are mapped by `shift`.
pub(crate) fn map_pieces<'a>(
    pieces: &'a [TextPiece],
    part: Range<usize>,
    shift: impl Fn(usize) -> usize + 'a,
) -> impl Iterator<Item = (Range<usize>, TextSource)> + 'a {
    let first = pieces.partition_point(|piece| piece.shown.end <= part.start);
    let within = pieces.iter().skip(first);
    let end = part.end;
    within.take_while(move |piece| piece.shown.start < end).filter_map(move |piece| {
        let shown = part.start.max(piece.shown.start)..end.min(piece.shown.end);
        let source = if piece.verbatim {
            let before = shown.start.saturating_sub(piece.shown.start);
            TextSource::Verbatim(shift(piece.source.start).saturating_add(before))
        } else {
            TextSource::Derived(shift(piece.source.start)..shift(piece.source.end))
        };
        (!shown.is_empty()).then_some((shown, source))
    })
}
