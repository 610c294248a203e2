//! Reads a very long text in parts of whole blocks, so that only the events of one part are in memory.

use std::convert::Infallible;
use std::ops::Range;

use pulldown_cmark::Event;

use crate::markdown::boundary::Dependence;
use crate::markdown::definitions::LinkDefinitions;
use crate::markdown::event_reader::read_events;
use crate::markdown::text_context::{TextContext, TextEnd};

/// How much of a text is read at a time, in bytes, unless one block is longer.
const PART_BYTES: usize = 128 * 1024;

/// A part of a text, and what is known of the rest.
#[derive(Debug, Clone, Copy)]
pub struct TextPart<'a> {
    /// One or more whole lines of the source.
    pub text: &'a str,
    /// What `read_events` has to know.
    pub context: TextContext<'a>,
    /// Whether the text ends with this part, so that its last block may be taken as whole.
    pub is_last: bool,
}

/// Gives a text away in parts. `read` returns how many bytes of a part it has taken: all of the last one,
/// of the others up to the start of a block, as `BlockStarts` finds them; what it has not taken comes
/// again with the next part. Where it takes nothing, the same part comes again with more lines.
///
/// # Errors
/// With the first error of `read`.
pub fn read_in_parts<E>(
    text: &str,
    end: TextEnd,
    read: impl FnMut(TextPart<'_>) -> Result<usize, E>,
) -> Result<(), E> {
    let mut definitions = LinkDefinitions::new();
    if text.len() > PART_BYTES && text.contains("]:") {
        definitions = definitions_of(text);
    }
    give_parts(text, TextContext { definitions: &definitions, end }, read)
}

fn give_parts<E>(
    text: &str,
    whole: TextContext<'_>,
    mut read: impl FnMut(TextPart<'_>) -> Result<usize, E>,
) -> Result<(), E> {
    let (mut rest, mut size) = (text, PART_BYTES);
    loop {
        let lines = first_lines(rest, size);
        let is_last = lines.len() == rest.len();
        let end = if is_last { whole.end } else { TextEnd::Open };
        let context = TextContext { end, ..whole };
        let taken = read(TextPart { text: lines, context, is_last })?;
        if is_last {
            return Ok(());
        }
        size = if taken > 0 { PART_BYTES } else { size.saturating_mul(2) };
        rest = rest.get(taken..).unwrap_or_default();
    }
}

/// The lines that begin within the first bytes of a text.
fn first_lines(text: &str, bytes: usize) -> &str {
    let rest = text.as_bytes().get(bytes..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).and_then(|at| bytes.checked_add(at)?.checked_add(1));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The definitions in all parts of a text; the first of a label counts.
fn definitions_of(text: &str) -> LinkDefinitions {
    let mut all = LinkDefinitions::new();
    let read: Result<(), Infallible> = give_parts(text, TextContext::default(), |part| {
        let mut starts = BlockStarts::default();
        let labels = read_events(part.text, part.context, |event, range, _| {
            starts.note(&event, &range, 0);
        });
        for (label, address) in labels.defined {
            all.entry(label).or_insert(address);
        }
        Ok(starts.last(part.text).map_or(0, |(start, _)| start))
    });
    let Ok(()) = read;
    all
}

/// Finds where a text can be divided, from its events.
#[derive(Debug, Default)]
pub struct BlockStarts {
    depth: usize,
    /// Where blocks begin, each with what was noted there.
    found: Vec<(usize, usize)>,
}

impl BlockStarts {
    /// Takes the next event, and how much was written before it.
    pub fn note(&mut self, event: &Event<'_>, range: &Range<usize>, written: usize) {
        let is_outermost = self.depth == 0;
        match event {
            Event::Start(_) => self.depth = self.depth.saturating_add(1),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                return;
            }
            Event::Rule => {}
            _ => return,
        }
        if is_outermost && range.start > 0 {
            self.found.push((range.start, written));
        }
    }

    /// The last position before which the text may be divided, and what was written before it.
    #[must_use]
    pub fn last(&self, text: &str) -> Option<(usize, usize)> {
        let mut dependence = Dependence::new(text);
        let independent = self.found.iter().filter_map(|(at, written)| {
            let start = dependence.independent_start(*at).filter(|start| *start > 0)?;
            Some((start, *written))
        });
        independent.last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::growth::assert_proportional;

    #[test]
    fn blocks_behind_a_definition_take_time_in_proportion_to_their_number() {
        assert_proportional(
            "headings",
            |count| {
                let text = format!("a\n\n[a]: b\n{}", "# x\n".repeat(count));
                let found = text.match_indices(['[', '#']).map(|(at, _)| (at, at)).collect();
                (text, BlockStarts { depth: 0, found })
            },
            |(text, starts)| assert_eq!(starts.last(text), Some((3, 3))),
        );
    }
}
