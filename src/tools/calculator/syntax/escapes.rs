//! Decodes the escapes of texts and bytes.
//! Must not know newer characters than Python 3.13, which has Unicode 15.1.

use crate::tools::calculator::error::EvalError;

use super::cursor::Cursor;

/// Decodes a text to code points, because it may have lone surrogates.
pub(super) fn text(body: &str, at: &Cursor) -> Result<Vec<u32>, EvalError> {
    let mut out = Vec::new();
    let mut rest = body.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(u32::from(c));
            continue;
        }
        let Some(kind) = rest.next() else { break };
        let length = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => {
                out.push(named(&mut rest).map_err(|why| unreadable(at, why))?);
                continue;
            }
            _ => {
                simple(kind, &mut rest, &mut out);
                continue;
            }
        };
        let code = hexadecimal(&mut rest, length)
            .ok_or_else(|| unreadable(at, &format!("truncated \\{kind} escape")))?;
        if code > 0x10_FFFF {
            return Err(unreadable(at, "illegal Unicode character"));
        }
        out.push(code);
    }
    Ok(out)
}

/// Decodes a bytes literal.
pub(super) fn bytes(body: &str, at: &Cursor) -> Result<Vec<u8>, EvalError> {
    check_bytes(body, at)?;
    let mut out = Vec::new();
    let mut rest = body.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => match rest.next() {
                Some('x') => out.push(
                    hexadecimal(&mut rest, 2)
                        .ok_or_else(|| at.wrong("(value error) invalid \\x escape"))?,
                ),
                Some(kind) => simple(kind, &mut rest, &mut out),
                None => {}
            },
            c => out.push(u32::from(c)),
        }
    }
    Ok(out.into_iter().map(low_byte).collect())
}

/// Decodes a raw bytes literal.
pub(super) fn raw_bytes(body: &str, at: &Cursor) -> Result<Vec<u8>, EvalError> {
    check_bytes(body, at)?;
    Ok(body.bytes().collect())
}

fn check_bytes(body: &str, at: &Cursor) -> Result<(), EvalError> {
    if body.is_ascii() {
        return Ok(());
    }
    Err(at.wrong("bytes can only contain ASCII literal characters"))
}

/// Returns the lower eight bits: Python accepts `\777` for a byte.
fn low_byte(c: u32) -> u8 {
    c.to_le_bytes()[0]
}

/// Decodes an escape that texts and bytes share.
fn simple(kind: char, rest: &mut std::str::Chars, out: &mut Vec<u32>) {
    let code = match kind {
        '\n' => return,
        'a' => 0x07,
        'b' => 0x08,
        'f' => 0x0C,
        'n' => 0x0A,
        'r' => 0x0D,
        't' => 0x09,
        'v' => 0x0B,
        '\\' | '\'' | '"' => u32::from(kind),
        '0'..='7' => octal(kind, rest),
        other => {
            out.push(u32::from('\\'));
            u32::from(other)
        }
    };
    out.push(code);
}

/// The character of a name in braces: `\N{BULLET}`.
fn named(rest: &mut std::str::Chars) -> Result<u32, &'static str> {
    let after = rest.as_str().strip_prefix('{');
    let (name, after) = after
        .and_then(|after| after.split_once('}'))
        .filter(|(name, _)| !name.is_empty())
        .ok_or("malformed \\N character escape")?;
    *rest = after.chars();
    let it = unicode_names2::character(name).ok_or("unknown Unicode character name")?;
    Ok(u32::from(it))
}

fn octal(first: char, rest: &mut std::str::Chars) -> u32 {
    let mut code = first.to_digit(8).unwrap_or(0);
    for _ in 0..2 {
        let mut ahead = rest.clone();
        let Some(digit) = ahead.next().and_then(|c| c.to_digit(8)) else { break };
        code = code.saturating_mul(8).saturating_add(digit);
        *rest = ahead;
    }
    code
}

fn hexadecimal(rest: &mut std::str::Chars, length: usize) -> Option<u32> {
    let mut code = 0_u32;
    for _ in 0..length {
        code = code.saturating_mul(16).saturating_add(rest.next()?.to_digit(16)?);
    }
    Some(code)
}

fn unreadable(at: &Cursor, why: &str) -> EvalError {
    at.wrong(&format!("(unicode error) 'unicodeescape' codec can't decode bytes: {why}"))
}
