//! Any stream, cut anywhere, gives the events of the algorithm in the HTML standard.

use std::collections::VecDeque;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use eventsource_stream::{Event, EventStream, EventStreamError, Eventsource};
use futures_core::Stream;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What streams are made of: everything with a meaning, whole and in parts, and what has none.
const PARTS: &[&[u8]] = &[
    b"data",
    b"data:",
    b"data: ",
    b"dat",
    b"a",
    b"event:",
    b"event",
    b"id: ",
    b"id",
    b"retry: ",
    b":",
    b": ",
    b" ",
    b"  ",
    b"\n",
    b"\n\n",
    b"\r",
    b"\r\r",
    b"\r\n",
    b"\r\n\r\n",
    b"\n\r",
    b"\0",
    b"12",
    b"+7",
    b"99999999999999999999",
    b"x",
    b"message",
    b"\xef\xbb\xbf",
    b"\xef\xbb",
    b"\xbf",
    b"\xff",
    b"\xc3\xa9",
    b"\xc3",
    b"\xf0\x9f\x98\x80",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
];

/// What a stream ends up with.
#[derive(Debug, PartialEq)]
struct Read {
    events: Vec<Event>,
    last_event_id: String,
}

/// The algorithm as the standard words it, on the whole stream.
fn read_by_the_standard(bytes: &[u8]) -> Read {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut read = Read { events: Vec::new(), last_event_id: String::new() };
    let (mut data, mut name, mut id, mut retry) =
        (String::new(), String::new(), String::new(), None);
    for line in lines(text) {
        if line.is_empty() {
            read.last_event_id.clone_from(&id);
            let name = std::mem::take(&mut name);
            if let Some(data) = std::mem::take(&mut data).strip_suffix('\n') {
                let event = if name.is_empty() { "message".to_owned() } else { name };
                let (data, id, retry) = (data.to_owned(), id.clone(), retry.take());
                read.events.push(Event { event, data, id, retry });
            }
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut name),
            "data" => data = data + value + "\n",
            "id" if !value.contains('\0') => value.clone_into(&mut id),
            "retry" if value.chars().all(|c| c.is_ascii_digit()) => {
                retry = value.parse().map(Duration::from_millis).ok().or(retry);
            }
            _ => {}
        }
    }
    read
}

/// The lines that have an end: CR LF, LF, or CR.
fn lines(text: &str) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' | '\n' => {
                characters.next_if(|next| c == '\r' && *next == '\n');
                lines.push(std::mem::take(&mut line));
            }
            _ => line.push(c),
        }
    }
    lines
}

/// Pieces, each of which has to be waited for.
struct Pieces {
    pieces: VecDeque<Result<Vec<u8>, &'static str>>,
    is_ready: bool,
}

impl Stream for Pieces {
    type Item = Result<Vec<u8>, &'static str>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.is_ready = !self.is_ready;
        if self.is_ready { Poll::Ready(self.pieces.pop_front()) } else { Poll::Pending }
    }
}

type Outcome = Result<Event, EventStreamError<&'static str>>;

fn pieces(of: impl IntoIterator<Item = Result<Vec<u8>, &'static str>>) -> EventStream<Pieces> {
    Pieces { pieces: of.into_iter().collect(), is_ready: false }.eventsource()
}

fn outcomes(stream: &mut EventStream<Pieces>) -> Vec<Outcome> {
    let mut context = Context::from_waker(Waker::noop());
    let mut found = Vec::new();
    loop {
        match pin!(&mut *stream).as_mut().poll_next(&mut context) {
            Poll::Ready(Some(outcome)) => found.push(outcome),
            Poll::Ready(None) => return found,
            Poll::Pending => {}
        }
    }
}

fn read_in_pieces<'a>(of: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let mut stream = pieces(of.into_iter().map(|piece| Ok(piece.to_vec())));
    let events = outcomes(&mut stream).into_iter().map(Result::unwrap).collect();
    Read { events, last_event_id: stream.last_event_id().to_owned() }
}

fn data(lines: &[u8]) -> Vec<String> {
    read_in_pieces([lines]).events.into_iter().map(|event| event.data).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_stream_cut_anywhere_is_read_as_the_standard_says(
        parts in vec(select(PARTS), 0..40),
        sizes in vec(0_usize..9, 1..40),
    ) {
        let bytes = parts.concat();
        let (mut cut, mut rest) = (Vec::new(), bytes.as_slice());
        for size in sizes {
            let (piece, later) = rest.split_at(size.min(rest.len()));
            cut.push(piece);
            rest = later;
        }
        cut.push(rest);
        let expected = read_by_the_standard(&bytes);
        prop_assert_eq!(&read_in_pieces(cut), &expected);
        prop_assert_eq!(&read_in_pieces(bytes.chunks(1)), &expected);
        prop_assert_eq!(&read_in_pieces([bytes.as_slice()]), &expected);
    }
}

#[test]
fn every_cut_of_a_stream_with_everything_in_it_gives_the_same_events() {
    let bytes = "\u{feff}data: é\r\ndata\r\rid: 7\nevent: 😀\r\n: note\n\rretry: 12\ndata:x\n\n";
    let expected = read_by_the_standard(bytes.as_bytes());
    assert_eq!(expected.events.len(), 2);
    for first in 0..=bytes.len() {
        for second in first..=bytes.len() {
            let (start, rest) = bytes.as_bytes().split_at(first);
            let (middle, end) = rest.split_at(second - first);
            assert_eq!(read_in_pieces([start, middle, end]), expected, "{first} {second}");
        }
    }
}

#[test]
fn the_examples_of_the_standard_are_read() {
    assert_eq!(data(b"data: YHOO\ndata: +2\ndata: 10\n\n"), ["YHOO\n+2\n10"]);
    let three = b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    let read = read_in_pieces([three.as_slice()]);
    let events: Vec<_> = read.events.iter().map(|it| (it.data.as_str(), it.id.as_str())).collect();
    assert_eq!(events, [("first event", "1"), ("second event", ""), (" third event", "")]);
    assert_eq!(data(b"data\n\ndata\ndata\n\ndata:"), ["", "\n"]);
    assert_eq!(data(b"data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn a_byte_order_mark_is_skipped_once_and_bad_bytes_are_replaced() {
    assert_eq!(data(b"\xef\xbb\xbfdata: a\n\n"), ["a"]);
    assert_eq!(data(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n"), [""; 0]);
    assert_eq!(data(b"data: a\xffb\xf0\x9f\n\n"), ["a\u{fffd}b\u{fffd}"]);
}

#[test]
fn an_event_ends_with_its_cr_without_a_wait_for_an_lf() {
    let mut stream = pieces([Ok(b"data: a\r\r".to_vec()), Err("cut")]);
    let found = outcomes(&mut stream);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].as_ref().unwrap().data, "a");
    assert_eq!(found[1], Err(EventStreamError::Transport("cut")));
}

#[test]
fn the_last_event_id_is_the_given_one_until_an_event_ends() {
    let mut stream = pieces([Ok(b"id: 8\n".to_vec()), Ok(b"\n".to_vec())]);
    stream.set_last_event_id("7");
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..2 {
        assert_eq!(stream.last_event_id(), "7");
        assert!(pin!(&mut stream).as_mut().poll_next(&mut context).is_pending());
    }
    assert_eq!(outcomes(&mut stream), []);
    assert_eq!(stream.last_event_id(), "8");
}

#[test]
fn an_event_and_a_line_of_more_than_32_mb_end_the_stream_with_an_error() {
    let long = vec![b'x'; 8_000_000];
    let line_feed = b"\ndata: ".to_vec();
    let start = [b"data: ".as_slice(), b": ", b"", b"event: "];
    for (start, between) in
        start.into_iter().zip([&line_feed, &Vec::new(), &Vec::new(), &Vec::new()])
    {
        let piece = || Ok([long.as_slice(), between].concat());
        let mut fits = pieces([Ok(start.to_vec()), piece(), piece(), piece(), piece()]);
        assert!(outcomes(&mut fits).is_empty());
        let first = Ok(b"data: ok\n\n".to_vec());
        let mut stream =
            pieces([first, Ok(start.to_vec())].into_iter().chain((0..6).map(|_| piece())));
        let found = outcomes(&mut stream);
        let [Ok(event), Err(error)] = found.as_slice() else { panic!("{}", found.len()) };
        assert_eq!(event.data, "ok");
        assert_eq!(
            error.to_string(),
            "The stream cannot be read: an event or a line is longer than 32 MB"
        );
    }
    let whole: Vec<u8> = [b"data: ".as_slice(), &long.repeat(5), b"\n\n"].concat();
    assert!(matches!(outcomes(&mut pieces([Ok(whole)]))[..], [Err(EventStreamError::Parser(_))]));
}
