//! Names: which characters they may have, and their normal form.
//! Must not use a newer Unicode than the web app's Python, which has version 15.1.

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether a character is read as part of a name; whether it may be is decided later.
pub(super) const fn is_part(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_' || !it.is_ascii()
}

/// A name in normal form, or why it is none.
pub(super) fn normal(name: &str) -> Result<String, String> {
    if name.is_ascii() {
        return Ok(name.to_owned());
    }
    let mut first = true;
    for it in name.chars() {
        let fits = if first { it == '_' || is_start(it) } else { is_continue(it) };
        if !fits {
            return Err(invalid(it));
        }
        first = false;
    }
    Ok(ComposingNormalizerBorrowed::new_nfkc().normalize(name).into_owned())
}

fn is_start(it: char) -> bool {
    unicode_ident::is_xid_start(it) && is_assigned(it)
}

fn is_continue(it: char) -> bool {
    unicode_ident::is_xid_continue(it) && is_assigned(it)
}

fn is_assigned(it: char) -> bool {
    it.general_category() != GeneralCategory::Unassigned
}

/// What Python says of a character that has no place outside of quotes.
pub(super) fn invalid(it: char) -> String {
    let code = u32::from(it);
    if is_printable(it) {
        format!("invalid character '{it}' (U+{code:04X})")
    } else {
        format!("invalid non-printable character U+{code:04X}")
    }
}

fn is_printable(it: char) -> bool {
    crate::tools::calculator::values::is_printable(u32::from(it))
}
