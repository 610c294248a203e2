//! The JSON parser over a stream: members, elements, and values to skip. `NaN` and infinities are
//! numbers, because Python writes them.
//! Must not recurse, because a file may be nested ten thousand levels deep.

use std::io::Read;

use crate::store::json::stream::{Result, Stream};

/// What may come next inside a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ParseState {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

/// Calls `each` for every member of the object that begins here, with the raw bytes of the key
/// without quotes; `each` must read the value.
pub(crate) fn for_each_member<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    expect_byte(stream, b'{', "an object should begin here")?;
    stream.skip_space()?;
    if stream.peek()? == Some(b'}') {
        stream.skip();
        return Ok(());
    }
    parse_member(stream, &mut each)?;
    for_each_remaining_member(stream, each)
}

/// Where reading members ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MembersEnd {
    /// After the brace that closes their object.
    Brace,
    /// Before the quote of a key at which to stop.
    Boundary,
}

/// Reads the member that begins here and those that follow, up to one whose key begins at a
/// position for which `stops` returns true.
pub(crate) fn for_each_member_until<R: Read>(
    stream: &mut Stream<R>,
    mut stops: impl FnMut(usize) -> bool,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<MembersEnd> {
    loop {
        stream.skip_space()?;
        if stops(stream.position()) {
            return Ok(MembersEnd::Boundary);
        }
        parse_member(stream, &mut each)?;
        if !has_next_member(stream)? {
            return Ok(MembersEnd::Brace);
        }
    }
}

/// Reads the members that follow after one has been read.
pub(crate) fn for_each_remaining_member<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    while has_next_member(stream)? {
        parse_member(stream, &mut each)?;
    }
    Ok(())
}

/// Reads one member; see [`for_each_member`] for `each`.
pub(crate) fn parse_member<R: Read>(
    stream: &mut Stream<R>,
    each: &mut impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    stream.skip_space()?;
    let mut key = std::mem::take(&mut stream.scratch);
    key.clear();
    stream.key_at = stream.position();
    expect_byte(stream, b'"', "a string should begin here")?;
    stream.read_string_rest(|piece| key.extend_from_slice(piece))?;
    stream.skip_space()?;
    expect_byte(stream, b':', "a colon is missing")?;
    stream.skip_space()?;
    let done = each(stream, &key);
    stream.scratch = key;
    done
}

fn has_next_member<R: Read>(stream: &mut Stream<R>) -> Result<bool> {
    stream.skip_space()?;
    match stream.peek()? {
        Some(b',') => {
            stream.skip();
            Ok(true)
        }
        Some(b'}') => {
            stream.skip();
            Ok(false)
        }
        _ => Err(stream.error("a comma or a closing brace is missing")),
    }
}

/// Calls `each` for every element of the array that begins here; `each` must read it.
pub(crate) fn for_each_element<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>) -> Result<()>,
) -> Result<()> {
    expect_byte(stream, b'[', "an array should begin here")?;
    stream.skip_space()?;
    if stream.peek()? == Some(b']') {
        stream.skip();
        return Ok(());
    }
    loop {
        stream.skip_space()?;
        each(stream)?;
        stream.skip_space()?;
        match stream.next_byte()? {
            Some(b',') => {}
            Some(b']') => return Ok(()),
            _ => return Err(stream.error("a comma or a closing bracket is missing")),
        }
    }
}

/// Receives the tokens of a value while it is skipped.
pub(crate) trait Visitor {
    /// An object or array begins; `depth` is how many are open now.
    fn open_container(&mut self, _depth: usize) {}
    /// A key, string, number or word begins here.
    fn begin_token(&mut self, _position: usize) {}
    /// Raw bytes of the token, a string's quotes included.
    fn token_bytes(&mut self, _raw: &[u8]) {}
    /// The token has ended before `position`.
    fn end_token(&mut self, _position: usize) {}
}

impl Visitor for () {}

/// Skips one value of any depth.
pub(crate) fn skip_value<R: Read>(stream: &mut Stream<R>) -> Result<()> {
    if stream.try_skip_value() { Ok(()) } else { visit_value(stream, &mut ()) }
}

/// Skips one value of any depth and gives its tokens to a visitor.
pub(crate) fn visit_value<R: Read>(
    stream: &mut Stream<R>,
    visitor: &mut impl Visitor,
) -> Result<()> {
    let mut open: Vec<u8> = Vec::new();
    let mut now = ParseState::Value;
    loop {
        stream.skip_space()?;
        let byte = stream.peek()?.ok_or_else(|| stream.error("the text ends too early"))?;
        now = parse_token(stream, &mut open, now, byte, visitor)?;
        if open.is_empty() && now == ParseState::CommaOrEnd {
            return Ok(());
        }
    }
}

fn parse_token<R: Read>(
    stream: &mut Stream<R>,
    open: &mut Vec<u8>,
    now: ParseState,
    byte: u8,
    visitor: &mut impl Visitor,
) -> Result<ParseState> {
    let closes = open.last().is_some_and(|opened| *opened == byte);
    Ok(match (now, byte) {
        (ParseState::ValueOrEnd | ParseState::KeyOrEnd | ParseState::CommaOrEnd, _) if closes => {
            stream.skip();
            open.pop();
            ParseState::CommaOrEnd
        }
        (ParseState::CommaOrEnd, b',') => {
            stream.skip();
            if open.last() == Some(&b'}') { ParseState::Key } else { ParseState::Value }
        }
        (ParseState::CommaOrEnd, _) => return Err(stream.error("a comma is missing")),
        (ParseState::Key | ParseState::KeyOrEnd, _) => {
            visitor.begin_token(stream.position());
            expect_byte(stream, b'"', "a string should begin here")?;
            visitor.token_bytes(b"\"");
            stream.read_string_rest(|raw| visitor.token_bytes(raw))?;
            visitor.token_bytes(b"\"");
            visitor.end_token(stream.position());
            stream.skip_space()?;
            expect_byte(stream, b':', "a colon is missing")?;
            ParseState::Value
        }
        (ParseState::Value | ParseState::ValueOrEnd, b'{') => {
            stream.skip();
            open.push(b'}');
            visitor.open_container(open.len());
            ParseState::KeyOrEnd
        }
        (ParseState::Value | ParseState::ValueOrEnd, b'[') => {
            stream.skip();
            open.push(b']');
            visitor.open_container(open.len());
            ParseState::ValueOrEnd
        }
        (ParseState::Value | ParseState::ValueOrEnd, _) => {
            visitor.begin_token(stream.position());
            read_scalar(stream, byte, |raw| visitor.token_bytes(raw))?;
            visitor.end_token(stream.position());
            ParseState::CommaOrEnd
        }
    })
}

/// Reads a string, number or literal and gives its raw bytes to `keep`, quotes included.
pub(crate) fn read_scalar<R: Read>(
    stream: &mut Stream<R>,
    first: u8,
    mut keep: impl FnMut(&[u8]),
) -> Result<()> {
    match first {
        b'"' => {
            stream.skip();
            keep(b"\"");
            stream.read_string_rest(&mut keep)?;
            keep(b"\"");
            Ok(())
        }
        b't' => read_literal(stream, b"true", keep),
        b'f' => read_literal(stream, b"false", keep),
        b'n' => read_literal(stream, b"null", keep),
        b'N' => read_literal(stream, b"NaN", keep),
        b'I' => read_literal(stream, b"Infinity", keep),
        b'-' if stream.eat(b"-Infinity")? => {
            keep(b"-Infinity");
            Ok(())
        }
        b'-' | b'0'..=b'9' => read_number(stream, keep),
        _ => Err(stream.error("unexpected text")),
    }
}

fn read_literal<R: Read>(
    stream: &mut Stream<R>,
    word: &[u8],
    mut keep: impl FnMut(&[u8]),
) -> Result<()> {
    if stream.eat(word)? {
        keep(word);
        return Ok(());
    }
    Err(stream.error("unexpected text"))
}

fn read_number<R: Read>(stream: &mut Stream<R>, mut keep: impl FnMut(&[u8])) -> Result<()> {
    if stream.eat(b"-")? {
        keep(b"-");
    }
    if stream.eat(b"0")? {
        keep(b"0");
    } else {
        read_digits(stream, &mut keep)?;
    }
    if stream.eat(b".")? {
        keep(b".");
        read_digits(stream, &mut keep)?;
    }
    if let Some(sign @ (b'e' | b'E')) = stream.peek()? {
        stream.skip();
        keep(&[sign]);
        if let Some(sign @ (b'+' | b'-')) = stream.peek()? {
            stream.skip();
            keep(&[sign]);
        }
        read_digits(stream, &mut keep)?;
    }
    Ok(())
}

/// One digit or more.
fn read_digits<R: Read>(stream: &mut Stream<R>, keep: &mut impl FnMut(&[u8])) -> Result<()> {
    let first = stream.peek()?.filter(u8::is_ascii_digit);
    let mut next = Some(first.ok_or_else(|| stream.error("a digit is missing"))?);
    while let Some(digit) = next {
        stream.skip();
        keep(&[digit]);
        next = stream.peek()?.filter(u8::is_ascii_digit);
    }
    Ok(())
}

fn expect_byte<R: Read>(stream: &mut Stream<R>, byte: u8, what: &'static str) -> Result<()> {
    if stream.peek()? == Some(byte) {
        stream.skip();
        return Ok(());
    }
    Err(stream.error(what))
}

/// Reads to the end of the text: only white space may be left.
pub(crate) fn expect_end<R: Read>(stream: &mut Stream<R>) -> Result<()> {
    stream.skip_space()?;
    if stream.peek()?.is_some() {
        return Err(stream.error("more text after the end of the value"));
    }
    Ok(())
}
