//! Shortens long values for the screen to their beginning, with the number of all characters.

use super::count;

/// The most characters of a value that are shown; some lines of a wide terminal.
const MAX_CHARS: usize = 400;
/// How many of them are shown of a longer one.
const SHOWN_CHARS: usize = 200;

/// Returns a longer value as its beginning and the number of all its characters.
#[must_use]
pub fn shorten(value: &str) -> String {
    let length = value.chars().count();
    if length <= MAX_CHARS {
        return value.to_owned();
    }
    let start: String = value.chars().take(SHOWN_CHARS).collect();
    format!("{start}… ({})", count::phrase(length, "character"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_and_counted_and_a_short_one_whole() {
        let long = "é".repeat(4300);
        assert_eq!(shorten(&long), format!("{}… (4300 characters)", "é".repeat(200)));
        assert_eq!(shorten(&long[..800]), &long[..800]);
    }
}
