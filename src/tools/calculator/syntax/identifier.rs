//! Names: the characters they may have, and their normal form.
//! Must not use a newer Unicode than Python 3.13, which has version 15.1.

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Returns whether a character is read as part of a name; `normal` decides whether it is valid.
pub(super) const fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// Returns a name in normal form (NFKC), or why it is invalid.
pub(super) fn normal(name: &str) -> Result<String, String> {
    if name.is_ascii() {
        return Ok(name.to_owned());
    }
    let mut first = true;
    for c in name.chars() {
        let fits = if first { c == '_' || is_start(c) } else { is_continue(c) };
        if !fits {
            return Err(invalid(c));
        }
        first = false;
    }
    Ok(ComposingNormalizerBorrowed::new_nfkc().normalize(name).into_owned())
}

fn is_start(c: char) -> bool {
    unicode_ident::is_xid_start(c) && is_assigned(c)
}

fn is_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c) && is_assigned(c)
}

fn is_assigned(c: char) -> bool {
    c.general_category() != GeneralCategory::Unassigned
}

/// Returns Python's error for a character that is invalid outside of quotes.
pub(super) fn invalid(c: char) -> String {
    let code = u32::from(c);
    if is_printable(c) {
        format!("invalid character '{c}' (U+{code:04X})")
    } else {
        format!("invalid non-printable character U+{code:04X}")
    }
}

fn is_printable(c: char) -> bool {
    crate::tools::calculator::values::is_printable(u32::from(c))
}
