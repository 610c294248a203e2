//! Where the letters of other scripts are on a US keyboard: some terminals report a shortcut by the
//! letter of the layout alone.
//! Must not touch text: only shortcuts go by the place of a key.

/// The usual layouts (Russian, Greek), row by row, each with the keys of a US keyboard.
const LAYOUTS: &[(&str, &str)] = &[
    ("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"),
    // Ukrainian and Belarusian have these in place of Russian letters.
    ("іїєґў", "s]'\\o"),
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
];

/// The first character behind the Latin letters of European languages (Latin Extended-B).
const BEHIND_LATIN: char = '\u{250}';

/// Whether a letter is no Latin one. A key that types `é` is no less a Latin one than that of `e`.
#[must_use]
pub(super) const fn is_of_other_script(letter: char) -> bool {
    letter as u32 >= BEHIND_LATIN as u32
}

/// The key that types a letter of another script.
#[must_use]
pub(super) fn latin_key(letter: char) -> Option<char> {
    if !is_of_other_script(letter) {
        return None;
    }
    let lower = letter.to_lowercase().next()?;
    LAYOUTS.iter().find_map(|(own, latin)| {
        own.chars().zip(latin.chars()).find(|(own, _)| *own == lower).map(|(_, latin)| latin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_found_by_its_place() {
        for (letter, key) in [('с', 'c'), ('С', 'c'), ('ψ', 'c'), ('ю', '.'), ('μ', 'm')] {
            assert_eq!(latin_key(letter), Some(key), "{letter}");
        }
        for letter in ['名', 'é', ';'] {
            assert_eq!(latin_key(letter), None, "{letter}");
        }
        for (own, latin) in LAYOUTS {
            assert_eq!(own.chars().count(), latin.chars().count());
        }
    }
}
