//! Reads a very long text in parts of whole blocks, so that only the events of a few parts are in memory.
//! Several threads read, each from where a block seems to begin. Must not trust such a guess: what was made
//! of a part counts only if the part before it ended exactly where it begins.

use std::convert::Infallible;
use std::num::NonZero;
use std::ops::Range;
use std::thread;

use memchr::{memchr, memmem};
use pulldown_cmark::Event;

use crate::markdown::boundary::Dependence;
use crate::markdown::definitions::LinkDefinitions;
use crate::markdown::event_reader::read_events;
use crate::markdown::text_context::{TextContext, TextEnd};

/// How much of a text is read at a time, in bytes, unless one block is longer.
const PART_BYTES: usize = 128 * 1024;

/// More threads than this would only wait for memory.
const MAX_THREADS: usize = 4;

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

/// What was made of a part.
#[derive(Debug)]
pub struct PartRead<T> {
    /// How many bytes of the part it is made of: all of the last part, of the others up to the start of a
    /// block, as `BlockStarts` finds them.
    pub taken: usize,
    /// The result.
    pub made: T,
}

/// Gives a text to `read` in parts, and what was made of them to `take`, in order. What was not taken of a part
/// comes again with the next one. Where nothing was taken, the same part comes again with more lines.
///
/// # Errors
/// With the first error of `take`.
pub fn read_in_parts<T: Send, E>(
    text: &str,
    end: TextEnd,
    read: impl Fn(TextPart<'_>) -> PartRead<T> + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let mut definitions = LinkDefinitions::new();
    if text.len() <= PART_BYTES {
        let context = TextContext { definitions: &definitions, end };
        return take(read(TextPart { text, context, is_last: true }).made);
    }
    if text.contains("]:") {
        definitions = definitions_of(text);
    }
    give_parts(text, TextContext { definitions: &definitions, end }, thread_count(text), read, take)
}

fn give_parts<T: Send, E>(
    text: &str,
    whole: TextContext<'_>,
    threads: usize,
    read: impl Fn(TextPart<'_>) -> PartRead<T> + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let (mut rest, mut size) = (text, PART_BYTES);
    loop {
        // Within a block that is longer than a part there is nothing to guess.
        let starts = guess_starts(rest, if size > PART_BYTES { 1 } else { threads });
        let nexts = starts.iter().skip(1).map(Some).chain([None]);
        let parts = starts.iter().zip(nexts).map(|(start, next)| {
            let from = rest.get(*start..).unwrap_or_default();
            // With the line in which the next part should begin, which shows whether a block begins there.
            let text = first_lines(from, next.map_or(size, |next| next.saturating_sub(*start)));
            let is_last = text.len() == from.len();
            let end = if is_last { whole.end } else { TextEnd::Open };
            TextPart { text, context: TextContext { end, ..whole }, is_last }
        });
        let parts: Vec<TextPart<'_>> = parts.collect();
        let mut done = 0_usize;
        let read = starts.into_iter().zip(read_all(&parts, &read));
        for (start, (part, PartRead { taken, made })) in read {
            if start != done {
                break;
            }
            take(made)?;
            if part.is_last {
                return Ok(());
            }
            done = done.saturating_add(taken);
        }
        size = if done > 0 { PART_BYTES } else { size.saturating_mul(2) };
        rest = rest.get(done..).unwrap_or_default();
    }
}

/// The lines that begin within the first bytes of a text.
fn first_lines(text: &str, bytes: usize) -> &str {
    let rest = text.as_bytes().get(bytes..).unwrap_or_default();
    let end = memchr(b'\n', rest).and_then(|at| bytes.checked_add(at)?.checked_add(1));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// How many threads read a long text. Where it has citation marks or footnotes there is one, so that the parts are the
/// same on every machine: what these mean depends on others of their kind in the same part.
fn thread_count(text: &str) -> usize {
    if memchr(0xee, text.as_bytes()).is_some() || text.contains("[^") {
        return 1;
    }
    thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS)
}

/// The start of a text, and where later parts might begin: behind an empty line, where the next one looks like
/// the start of a paragraph or a heading.
fn guess_starts(text: &str, parts: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = vec![0_usize];
    while starts.len() < parts
        && let Some(from) = starts.last().and_then(|last| last.checked_add(PART_BYTES))
        && let Some(near) = bytes.get(from..from.saturating_add(PART_BYTES).min(bytes.len()))
    {
        let begins_block = |end: &usize| {
            let next = near.get(end.saturating_add(2));
            next.is_some_and(|next| next.is_ascii_alphabetic() || !next.is_ascii() || *next == b'#')
        };
        let Some(end) = memmem::find_iter(near, "\n\n").find(begins_block) else { break };
        starts.push(from.saturating_add(end).saturating_add(2));
    }
    starts
}

/// Reads parts at the same time, each in a thread of its own, up to one whose thread could not be started or
/// panicked: it has read nothing.
fn read_all<'a, T: Send>(
    parts: &[TextPart<'a>],
    read: &(impl Fn(TextPart<'_>) -> PartRead<T> + Sync),
) -> Vec<(TextPart<'a>, PartRead<T>)> {
    let Some((first, others)) = parts.split_first() else { return Vec::new() };
    thread::scope(|scope| {
        let start = |part: &TextPart<'a>| {
            let part = *part;
            thread::Builder::new().spawn_scoped(scope, move || (part, read(part))).ok()
        };
        let threads: Vec<_> = others.iter().map(start).collect();
        let first = (*first, read(*first));
        let others = threads.into_iter().map_while(|thread| thread?.join().ok());
        std::iter::once(first).chain(others).collect()
    })
}

/// The definitions in all parts of a text; the first of a label counts.
fn definitions_of(text: &str) -> LinkDefinitions {
    let mut all = LinkDefinitions::new();
    let read = |part: TextPart<'_>| {
        let mut starts = BlockStarts::default();
        let labels = read_events(part.text, part.context, |event, range, _| {
            starts.note(&event, &range, 0);
        });
        let taken = starts.last(part.text).map_or(0, |(start, _)| start);
        PartRead { taken, made: labels.defined }
    };
    let take = |defined| {
        for (label, address) in defined {
            all.entry(label).or_insert(address);
        }
        Ok::<(), Infallible>(())
    };
    let Ok(()) = give_parts(text, TextContext::default(), thread_count(text), read, take);
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
        let may_depend = dependence.is_possible();
        let mut independent = |(at, written): &(usize, usize)| {
            let start = dependence.independent_start(*at).filter(|start| *start > 0)?;
            Some((start, *written))
        };
        if may_depend {
            return self.found.iter().filter_map(independent).last();
        }
        self.found.iter().rev().find_map(&mut independent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::growth::assert_proportional;

    /// The outermost blocks of a text, each with its source, as so many threads read them.
    fn blocks(text: &str, threads: usize) -> (Vec<String>, usize) {
        let read = |part: TextPart<'_>| {
            let (mut starts, mut depth, mut found) = (BlockStarts::default(), 0, Vec::new());
            read_events(part.text, part.context, |event, range, _| {
                starts.note(&event, &range, found.len());
                let is_start = matches!(event, Event::Start(_));
                if depth == 0 && (is_start || event == Event::Rule) {
                    found.push(format!("{event:?} {}", &part.text[range]));
                }
                depth += i32::from(is_start) - i32::from(matches!(event, Event::End(_)));
            });
            let (taken, whole) = match starts.last(part.text) {
                _ if part.is_last => (part.text.len(), found.len()),
                last => last.unwrap_or_default(),
            };
            found.truncate(whole);
            PartRead { taken, made: found }
        };
        let (mut all, mut parts) = (Vec::new(), 0);
        let take = |found: Vec<String>| {
            parts += usize::from(!found.is_empty());
            all.extend(found);
            Ok::<(), Infallible>(())
        };
        let Ok(()) = give_parts(text, TextContext::default(), threads, read, take);
        (all, parts)
    }

    #[test]
    fn any_number_of_threads_finds_the_same_blocks() {
        let kinds = [
            "A paragraph.",
            "- item\n\n  more\n\n- item",
            "1. one\n\n   - two\n\n     three",
            "```\ncode\n\nmore\n```",
            "<!--\n\nhidden\n\n-->",
            "> quote\nlazy\n\n> other",
            "    indented\n\n    code",
            "# Head\n***\nTitle\n===",
            "| a |\n|---|\n| b |",
            "漢字。",
        ];
        let long_code = format!("````\n{}````", "a line\n\n".repeat(40_000));
        let long_item = format!("- {}", "words\n\n  ".repeat(20_000));
        for (long, step) in [("", 3), (long_code.as_str(), 7), (long_item.as_str(), 9)] {
            let mut text = String::new();
            for number in 0..24_000 {
                text.push_str(kinds[number * step % kinds.len()]);
                text.push_str("\n\n");
                if number % 9_000 == 2_000 {
                    text.push_str(long);
                    text.push_str("\n\n");
                }
            }
            let (expected, _) = blocks(&text, 1);
            for threads in [2, 4] {
                let (found, parts) = blocks(&text, threads);
                assert!(parts > 2, "{parts}");
                let differs = found.iter().zip(&expected).position(|(one, other)| one != other);
                assert_eq!(differs.map(|at| &found[at]), differs.map(|at| &expected[at]));
                assert_eq!(found.len(), expected.len());
            }
        }
    }

    #[test]
    fn what_depends_on_its_part_is_read_by_one_thread() {
        let text = "words\n\n".repeat(50_000);
        for end in ["as said[^1]", "said \u{e200}cite\u{e202}turn0search0\u{e201}"] {
            assert_eq!(thread_count(&format!("{text}{end}")), 1);
        }
    }

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
