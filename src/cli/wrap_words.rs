//! Wraps messages at words. A terminal breaks a long line anywhere.

use crate::view::width::width;

/// Breaks lines that are wider than the terminal between words; the rest of a line is as far to the right
/// as its beginning. A word that is wider than a line stays whole, so that it can be copied.
pub(super) fn wrap_words(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if width(line.trim_end_matches('\n')) <= columns {
            out.push_str(line);
        } else {
            push_wrapped(&mut out, line, columns);
        }
    }
    out
}

fn push_wrapped(out: &mut String, line: &str, columns: usize) {
    let text = line.trim_start_matches(' ');
    let indent = line.get(..line.len().saturating_sub(text.len())).unwrap_or_default();
    out.push_str(indent);
    let mut used = indent.len();
    let mut is_first = true;
    for piece in text.split_inclusive(' ') {
        // The space after a word may stand in the margin.
        let word_width = width(piece.trim_end());
        if !is_first && used.saturating_add(word_width) > columns {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(indent);
            used = indent.len();
        }
        out.push_str(piece);
        used = used.saturating_add(width(piece));
        is_first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_their_indent() {
        assert_eq!(wrap_words("one two three\n", 8), "one two\nthree\n");
        assert_eq!(wrap_words("  one two three", 8), "  one\n  two\n  three");
        assert_eq!(
            wrap_words("see https://example.com/long now", 9),
            "see\nhttps://example.com/long\nnow"
        );
        assert_eq!(wrap_words("one two three: ", 9), "one two\nthree: ");
        assert_eq!(wrap_words("short\nalso short", 20), "short\nalso short");
    }
}
