//! Pads a converted value to its width: sign, prefix, zeros and spaces.

use crate::tools::calculator::budget::MAX_ITEMS;
use crate::tools::calculator::error::EvalError;

use super::convert::Converted;
use super::specification::{Flag, Specification};

/// From this width on, Python is assumed to run out of memory.
const NO_MEMORY: u64 = 1 << 40;

/// Appends a converted value.
pub(super) fn push(
    converted: &Converted,
    specification: &Specification,
    out: &mut Vec<u32>,
) -> Result<(), EvalError> {
    let (sign, rest) = sign(converted, specification);
    let prefixed =
        specification.has(Flag::Alternate) && matches!(specification.letter(), 'o' | 'x' | 'X');
    let (prefix, body) = rest.split_at_checked(if prefixed { 2 } else { 0 }).unwrap_or((&[], rest));
    let length = usize::from(sign.is_some()).saturating_add(rest.len());
    let missing = width(specification)?.saturating_sub(length);
    let zeros = converted.number && specification.has(Flag::Zero) && !specification.has(Flag::Left);
    let fill = |fill: char, applies: bool| {
        std::iter::repeat_n(u32::from(fill), if applies { missing } else { 0 })
    };
    out.extend(fill(' ', !zeros && !specification.has(Flag::Left)));
    out.extend(sign);
    out.extend_from_slice(prefix);
    out.extend(fill('0', zeros));
    out.extend_from_slice(body);
    out.extend(fill(' ', specification.has(Flag::Left)));
    Ok(())
}

/// Returns the sign, and the text without it.
fn sign<'a>(converted: &'a Converted, specification: &Specification) -> (Option<u32>, &'a [u32]) {
    let text = converted.text.as_slice();
    if !converted.number {
        return (None, text);
    }
    match text.split_first() {
        Some((first, rest)) if *first == u32::from('-') => (Some(*first), rest),
        _ if specification.has(Flag::Plus) => (Some(u32::from('+')), text),
        _ if specification.has(Flag::Blank) => (Some(u32::from(' ')), text),
        _ => (None, text),
    }
}

fn width(specification: &Specification) -> Result<usize, EvalError> {
    let width = specification.width.unwrap_or(0);
    if width > NO_MEMORY {
        return Err(EvalError::no_memory());
    }
    usize::try_from(width).ok().filter(|width| *width <= MAX_ITEMS).ok_or_else(EvalError::too_long)
}
