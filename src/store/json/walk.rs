//! The grammar of JSON over a text being read: members, elements, and values passed over.
//! May not recurse: a file nested ten thousand deep is read like any other.

// Every function here fails for the same three reasons, those of `StreamError`.
#![allow(clippy::missing_errors_doc)]

use std::io::Read;

use super::stream::{Result, Stream};

/// What may come next inside a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

/// Does something with each member of the object that begins here; `each` is given the key's raw
/// bytes without quotes, and has to read the value.
pub fn members<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    expect(stream, b'{', "an object should begin here")?;
    stream.skip_space()?;
    if stream.peek()? == Some(b'}') {
        stream.skip();
        return Ok(());
    }
    loop {
        member(stream, &mut each)?;
        if !goes_on(stream)? {
            return Ok(());
        }
    }
}

/// What members were read up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The brace that closes their object, which has been read.
    Brace,
    /// The key of one that was not wanted; the next byte is its quote.
    Stopped,
}

/// The member that begins here and those that follow, up to one whose key begins at a place that
/// `stops` says.
pub fn members_until<R: Read>(
    stream: &mut Stream<R>,
    mut stops: impl FnMut(usize) -> bool,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<Ended> {
    loop {
        stream.skip_space()?;
        if stops(stream.place()) {
            return Ok(Ended::Stopped);
        }
        member(stream, &mut each)?;
        if !goes_on(stream)? {
            return Ok(Ended::Brace);
        }
    }
}

/// Members that follow when the one before has been read.
pub fn further_members<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    while goes_on(stream)? {
        member(stream, &mut each)?;
    }
    Ok(())
}

/// Reads one member; `each` is given the key's raw bytes without quotes, and reads the value.
pub fn member<R: Read>(
    stream: &mut Stream<R>,
    each: &mut impl FnMut(&mut Stream<R>, &[u8]) -> Result<()>,
) -> Result<()> {
    stream.skip_space()?;
    let mut key = std::mem::take(&mut stream.scratch);
    key.clear();
    stream.key_at = stream.place();
    expect(stream, b'"', "a string should begin here")?;
    stream.rest_of_string(|piece| key.extend_from_slice(piece))?;
    stream.skip_space()?;
    expect(stream, b':', "a colon is missing")?;
    stream.skip_space()?;
    let done = each(stream, &key);
    stream.scratch = key;
    done
}

fn goes_on<R: Read>(stream: &mut Stream<R>) -> Result<bool> {
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
        _ => Err(stream.wrong("a comma or a closing brace is missing")),
    }
}

/// Does something with each element of the array that begins here; `each` has to read it.
pub fn elements<R: Read>(
    stream: &mut Stream<R>,
    mut each: impl FnMut(&mut Stream<R>) -> Result<()>,
) -> Result<()> {
    expect(stream, b'[', "an array should begin here")?;
    stream.skip_space()?;
    if stream.peek()? == Some(b']') {
        stream.skip();
        return Ok(());
    }
    loop {
        stream.skip_space()?;
        each(stream)?;
        stream.skip_space()?;
        match stream.take()? {
            Some(b',') => {}
            Some(b']') => return Ok(()),
            _ => return Err(stream.wrong("a comma or a closing bracket is missing")),
        }
    }
}

/// Is told what a value holds while it is passed over.
pub trait Visitor {
    /// So many objects and arrays are open now.
    fn opened(&mut self, _depth: usize) {}
    /// A key, string, number or word begins here.
    fn begins(&mut self, _place: usize) {}
    /// Some of its raw bytes, a string's quotes included.
    fn piece(&mut self, _raw: &[u8]) {}
    /// It has ended; the place behind it.
    fn ends(&mut self, _place: usize) {}
}

impl Visitor for () {}

/// Passes over one value, however deep.
pub fn pass_over<R: Read>(stream: &mut Stream<R>) -> Result<()> {
    if stream.skim() { Ok(()) } else { pass_over_with(stream, &mut ()) }
}

/// Passes over one value, however deep, with a stack of its own, and tells what is in it.
pub fn pass_over_with<R: Read>(stream: &mut Stream<R>, visitor: &mut impl Visitor) -> Result<()> {
    let mut open: Vec<u8> = Vec::new();
    let mut now = Expect::Value;
    loop {
        stream.skip_space()?;
        let byte = stream.peek()?.ok_or_else(|| stream.wrong("the text ends here"))?;
        now = step(stream, &mut open, now, byte, visitor)?;
        if open.is_empty() && now == Expect::CommaOrEnd {
            return Ok(());
        }
    }
}

fn step<R: Read>(
    stream: &mut Stream<R>,
    open: &mut Vec<u8>,
    now: Expect,
    byte: u8,
    visitor: &mut impl Visitor,
) -> Result<Expect> {
    let closes = open.last().is_some_and(|opened| *opened == byte);
    Ok(match (now, byte) {
        (Expect::ValueOrEnd | Expect::KeyOrEnd | Expect::CommaOrEnd, _) if closes => {
            stream.skip();
            open.pop();
            Expect::CommaOrEnd
        }
        (Expect::CommaOrEnd, b',') => {
            stream.skip();
            if open.last() == Some(&b'}') { Expect::Key } else { Expect::Value }
        }
        (Expect::CommaOrEnd, _) => return Err(stream.wrong("a comma is missing")),
        (Expect::Key | Expect::KeyOrEnd, _) => {
            visitor.begins(stream.place());
            expect(stream, b'"', "a string should begin here")?;
            visitor.piece(b"\"");
            stream.rest_of_string(|raw| visitor.piece(raw))?;
            visitor.piece(b"\"");
            visitor.ends(stream.place());
            stream.skip_space()?;
            expect(stream, b':', "a colon is missing")?;
            Expect::Value
        }
        (Expect::Value | Expect::ValueOrEnd, b'{') => {
            stream.skip();
            open.push(b'}');
            visitor.opened(open.len());
            Expect::KeyOrEnd
        }
        (Expect::Value | Expect::ValueOrEnd, b'[') => {
            stream.skip();
            open.push(b']');
            visitor.opened(open.len());
            Expect::ValueOrEnd
        }
        (Expect::Value | Expect::ValueOrEnd, _) => {
            visitor.begins(stream.place());
            scalar(stream, byte, |raw| visitor.piece(raw))?;
            visitor.ends(stream.place());
            Expect::CommaOrEnd
        }
    })
}

/// A string, number or word, its raw bytes given to `keep`, a string's quotes included.
pub fn scalar<R: Read>(
    stream: &mut Stream<R>,
    first: u8,
    mut keep: impl FnMut(&[u8]),
) -> Result<()> {
    match first {
        b'"' => {
            stream.skip();
            keep(b"\"");
            stream.rest_of_string(&mut keep)?;
            keep(b"\"");
            Ok(())
        }
        b't' => word(stream, b"true", keep),
        b'f' => word(stream, b"false", keep),
        b'n' => word(stream, b"null", keep),
        b'N' if stream.is_python() => word(stream, b"NaN", keep),
        b'I' if stream.is_python() => word(stream, b"Infinity", keep),
        b'-' if stream.is_python() && stream.eat(b"-Infinity")? => {
            keep(b"-Infinity");
            Ok(())
        }
        b'-' | b'0'..=b'9' => number(stream, keep),
        _ => Err(stream.wrong("no JSON value begins like this")),
    }
}

fn word<R: Read>(stream: &mut Stream<R>, word: &[u8], mut keep: impl FnMut(&[u8])) -> Result<()> {
    if stream.eat(word)? {
        keep(word);
        return Ok(());
    }
    Err(stream.wrong("no JSON value begins like this"))
}

fn number<R: Read>(stream: &mut Stream<R>, mut keep: impl FnMut(&[u8])) -> Result<()> {
    if stream.eat(b"-")? {
        keep(b"-");
    }
    if stream.eat(b"0")? {
        keep(b"0");
    } else {
        digits(stream, &mut keep)?;
    }
    if stream.eat(b".")? {
        keep(b".");
        digits(stream, &mut keep)?;
    }
    if let Some(sign @ (b'e' | b'E')) = stream.peek()? {
        stream.skip();
        keep(&[sign]);
        if let Some(sign @ (b'+' | b'-')) = stream.peek()? {
            stream.skip();
            keep(&[sign]);
        }
        digits(stream, &mut keep)?;
    }
    Ok(())
}

/// One digit or more.
fn digits<R: Read>(stream: &mut Stream<R>, keep: &mut impl FnMut(&[u8])) -> Result<()> {
    let first = stream.peek()?.filter(u8::is_ascii_digit);
    let mut next = Some(first.ok_or_else(|| stream.wrong("a digit is missing"))?);
    while let Some(digit) = next {
        stream.skip();
        keep(&[digit]);
        next = stream.peek()?.filter(u8::is_ascii_digit);
    }
    Ok(())
}

fn expect<R: Read>(stream: &mut Stream<R>, byte: u8, what: &'static str) -> Result<()> {
    if stream.peek()? == Some(byte) {
        stream.skip();
        return Ok(());
    }
    Err(stream.wrong(what))
}

/// Reads to the end of the text: only white space may be left.
///
/// # Errors
/// When there is more.
pub fn expect_end<R: Read>(stream: &mut Stream<R>) -> Result<()> {
    stream.skip_space()?;
    if stream.peek()?.is_some() {
        return Err(stream.wrong("more text after the end of the value"));
    }
    Ok(())
}
