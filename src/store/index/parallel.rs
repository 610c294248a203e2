//! Reads a large file in several threads, each from a position where a record seems to begin.
//! Must not trust a guess: a part counts only if the part before it ended exactly where it begins,
//! between two records; otherwise the whole file is read from the front.

use std::fs::File;
use std::io::{self, Read};
use std::num::NonZero;
use std::thread;

use crate::store::file::positioned::PositionedReader;
use crate::store::index::contents::Index;
use crate::store::index::entry::{IndexEntry, entry};
use crate::store::index::error::IndexError;
use crate::store::json::parser::{self, MembersEnd, expect_end};
use crate::store::json::stream::{BUFFER_SIZE, Result, Stream, StreamError};

/// More threads than this would only wait for memory.
const MAX_THREADS: usize = 4;

/// Where reading takes less than this, starting a thread is no gain.
const MIN_PART_BYTES: usize = 2 * 1024 * 1024;

/// How a record begins in the web app's layout. In what is JSON no line ends inside a string, so
/// this is the start of a key; of which object, the part before has to show.
const RECORD_START: &[u8] = b",\n  \"";

/// The entries of one part of the file.
struct PartialIndex {
    entries: Vec<IndexEntry>,
    end: Result<PartEnd>,
}

/// What a thread found behind the last record of its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartEnd {
    /// At the end of the whole text; the object's last brace ends there.
    EndOfText(usize),
    /// At the beginning of another part.
    NextPart(usize),
}

impl Index {
    /// Reads the table of contents of a file, independently of its read position.
    ///
    /// # Errors
    /// When it cannot be read, or is not one JSON object.
    pub fn read_file(file: &File) -> std::result::Result<Self, IndexError> {
        let length = file.metadata().map_err(StreamError::Io)?.len();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS);
        let parts = threads.min(length.checked_div(MIN_PART_BYTES).unwrap_or(1));
        let starts = guess_part_starts(file, length, parts).map_err(StreamError::Io)?;
        read_in_parts(file, &starts, BUFFER_SIZE)
    }
}

/// Reads with one more thread for each of these positions, which are in order.
fn read_in_parts(
    file: &File,
    starts: &[usize],
    buffer: usize,
) -> std::result::Result<Index, IndexError> {
    let from_front = || Index::read_buffered(PositionedReader::new(file, 0), buffer);
    if starts.is_empty() {
        return from_front();
    }
    let (object, mut parts) = thread::scope(|scope| {
        let handles: Vec<_> = starts
            .iter()
            .map(|start| {
                let stream =
                    Stream::from_position(PositionedReader::new(file, *start), buffer, *start);
                thread::Builder::new().spawn_scoped(scope, move || read_part(stream, starts))
            })
            .collect();
        let mut stream = Stream::new(PositionedReader::new(file, 0), buffer);
        let first = match read_opening(&mut stream) {
            Ok(Some(position)) => Some((position, read_part(stream, starts))),
            Ok(None) | Err(_) => None,
        };
        let mut parts = Vec::with_capacity(handles.len());
        for (start, handle) in starts.iter().zip(handles) {
            // A thread that could not be started or that panicked has read nothing.
            let part = handle.ok().and_then(|handle| handle.join().ok());
            parts.extend(part.map(|part| (*start, part)));
        }
        (first, parts)
    });
    let Some((start, PartialIndex { mut entries, mut end })) = object else {
        return from_front();
    };
    loop {
        match end? {
            PartEnd::EndOfText(end) => return Ok(Index { entries, object: start..end }),
            PartEnd::NextPart(at) => {
                let Some(position) = parts.iter().position(|(start, _)| *start == at) else {
                    return from_front();
                };
                let (_, next) = parts.swap_remove(position);
                entries.extend(next.entries);
                end = next.end;
            }
        }
    }
}

/// Reads up to the first member of the object the text is, and returns where that begins; `None` where it
/// is something else, which one thread reads.
fn read_opening<R: Read>(stream: &mut Stream<R>) -> Result<Option<usize>> {
    stream.skip_space()?;
    let position = stream.position();
    if !stream.eat(b"{")? {
        return Ok(None);
    }
    stream.skip_space()?;
    Ok((stream.peek()? == Some(b'"')).then_some(position))
}

/// Reads records to the end of the text, or to where another part begins.
fn read_part<R: Read>(mut stream: Stream<R>, starts: &[usize]) -> PartialIndex {
    let mut entries = Vec::new();
    let own = stream.position();
    let mut later = starts.iter().copied().filter(|start| *start > own).peekable();
    let stops = |position: usize| {
        while later.next_if(|start| *start < position).is_some() {}
        later.peek() == Some(&position)
    };
    let end = parser::for_each_member_until(&mut stream, stops, |stream, key| {
        entries.push(entry(stream, key)?);
        Ok(())
    });
    let end = end.and_then(|end| match end {
        MembersEnd::Boundary => Ok(PartEnd::NextPart(stream.position())),
        MembersEnd::Brace => {
            let end = stream.position();
            expect_end(&mut stream)?;
            Ok(PartEnd::EndOfText(end))
        }
    });
    PartialIndex { entries, end }
}

/// Where the parts after the first might begin, about equally far apart; fewer where no position
/// looks like the beginning of a record.
fn guess_part_starts(file: &File, length: usize, parts: usize) -> io::Result<Vec<usize>> {
    let mut found = Vec::new();
    let Some(step) = length.checked_div(parts) else { return Ok(found) };
    for number in 1..parts {
        let from = step.saturating_mul(number);
        // Behind the beginning of the next part there is nothing to gain.
        if let Some(position) = find_record_start(PositionedReader::new(file, from), step)?
            && found.last().is_none_or(|last| *last < position)
        {
            found.push(position);
        }
    }
    Ok(found)
}

/// The first position within so many bytes where a record seems to begin: the quote of its key.
fn find_record_start(mut from: PositionedReader<'_>, within: usize) -> io::Result<Option<usize>> {
    let mut window = vec![0; BUFFER_SIZE.min(within)];
    let (start, mut kept) = (from.position(), 0_usize);
    let finder = memchr::memmem::Finder::new(RECORD_START);
    while from.position().saturating_sub(start) < within {
        let got = from.read(window.get_mut(kept..).unwrap_or_default())?;
        if got == 0 {
            break;
        }
        let full = kept.saturating_add(got);
        let before = from.position().saturating_sub(full);
        let bytes = window.get(..full).unwrap_or_default();
        if let Some(at) = finder.find(bytes) {
            let quote = at.saturating_add(RECORD_START.len()).saturating_sub(1);
            return Ok(Some(before.saturating_add(quote)));
        }
        // What begins here may end in the next window.
        kept = full.min(RECORD_START.len().saturating_sub(1));
        window.copy_within(full.saturating_sub(kept)..full, 0);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn file(text: &str) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    /// Records in the web app's layout, with what looks like a record's beginning where none is.
    fn records(count: usize) -> String {
        let records: Vec<String> = (0..count)
            .map(|number| {
                let text = ["q", "a \\\",\\n  \\\"b\\\": {", "名 😀 \\u00e9"][number % 3];
                format!(
                    "  \"c{number}\": {{\n    \"data\": {{\n  \"id\": \"c{number}\",\n  \"created_at\": {number}\n    }},\n    \
                     \"chat_name\": \"名 {number}\",\n  \"last_update\": {number},\n    \"messages\": [{}]\n  }}",
                    format!("{{\n        \"role\": \"user\",\n        \"text\": \"{text}\",\n  \"timestamp\": 1}}, ")
                        .repeat(number % 4)
                        .trim_end_matches(", ")
                )
            })
            .collect();
        format!("{{\n{}\n}}", records.join(",\n"))
    }

    fn same(text: &str, starts: &[usize], buffer: usize) -> std::result::Result<(), TestCaseError> {
        let whole = Index::of(text);
        match (read_in_parts(&file(text), starts, buffer), whole) {
            (Ok(parts), Ok(whole)) => prop_assert_eq!(parts, whole),
            (
                Err(IndexError::Stream(StreamError::NotJson(parts))),
                Err(IndexError::Stream(StreamError::NotJson(whole))),
            ) => prop_assert_eq!(parts, whole),
            (Err(IndexError::NotAnObject), Err(IndexError::NotAnObject)) => {}
            (parts, whole) => prop_assert!(false, "{parts:?}\n{whole:?}"),
        }
        Ok(())
    }

    #[test]
    fn a_file_in_the_web_apps_layout_is_split_where_records_begin() {
        let text = records(40);
        let file = file(&text);
        let starts = guess_part_starts(&file, text.len(), 4).unwrap();
        assert_eq!(starts.len(), 3);
        for start in &starts {
            assert!(text[..*start].ends_with(",\n  "));
        }
        assert_eq!(read_in_parts(&file, &starts, BUFFER_SIZE).unwrap(), Index::of(&text).unwrap());
        assert!(guess_part_starts(&file, text.len(), 1).unwrap().is_empty());
        assert!(guess_part_starts(&file, text.len(), 0).unwrap().is_empty());
    }

    #[test]
    fn a_record_start_across_two_windows_is_found() {
        for before in 250..270 {
            let text = format!("{}{}x", "-".repeat(before), ",\n  \"");
            let file = file(&text);
            for within in [64, 255, 256, 257, 258, 300] {
                let found = find_record_start(PositionedReader::new(&file, 0), within).unwrap();
                assert!(found.is_none_or(|position| position == before + 4), "{before} {within}");
                assert!(found.is_some() || within < before + 5, "{before} {within}");
            }
        }
    }

    #[test]
    fn a_large_file_is_read_whole_whatever_its_read_position() {
        let text = records(60_000);
        assert!(text.len() > 2 * MIN_PART_BYTES);
        let file = file(&text);
        assert_eq!(Index::read_file(&file).unwrap(), Index::of(&text).unwrap());
    }

    proptest! {
        /// Right and wrong guesses give the same table.
        #[test]
        fn parts_may_begin_anywhere(
            count in 0_usize..12,
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
            guessed in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        ) {
            let text = records(count);
            let keys: Vec<usize> = text.match_indices(",\n  \"").map(|(at, _)| at + 4).collect();
            let mut starts: Vec<usize> = cuts.iter().map(|it| it.index(text.len())).collect();
            if !keys.is_empty() {
                starts.extend(guessed.iter().map(|it| keys[it.index(keys.len())]));
            }
            starts.sort_unstable();
            starts.dedup();
            same(&text, &starts, 512)?;
        }

        /// So do files that are not JSON, with the same position in the error.
        #[test]
        fn damage_is_found_where_it_is(
            count in 1_usize..8,
            at in any::<prop::sample::Index>(),
            with in prop::sample::select(vec!["", "\"", "\\", "{", "}", "]", ",", "x", "\n", ",\n  \"", "}}"]),
            guessed in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        ) {
            let mut text = records(count);
            let at = (0..=at.index(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap();
            let end = (at + 1..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap();
            text.replace_range(at..end, with);
            let keys: Vec<usize> = text.match_indices(",\n  \"").map(|(at, _)| at + 4).collect();
            let mut starts: Vec<usize> = guessed
                .iter()
                .filter(|_| !keys.is_empty())
                .map(|it| keys[it.index(keys.len())])
                .collect();
            starts.sort_unstable();
            starts.dedup();
            same(&text, &starts, 512)?;
        }
    }
}
