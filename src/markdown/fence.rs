//! Fences of code blocks, parsed line by line, so that a streamed block is never parsed twice.

/// The opening fence of a code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence {
    mark: u8,
    length: usize,
    indent: usize,
}

impl Fence {
    /// Returns the fence that a line at the top level of a text opens, and its info string.
    #[must_use]
    pub fn parse_opening(line: &str) -> Option<(Self, &str)> {
        let indent = indent(line);
        let rest = line.get(indent..)?;
        let mark = *rest.as_bytes().first()?;
        let length = rest.bytes().take_while(|byte| *byte == mark).count();
        let info = rest.get(length..)?.trim();
        let opens = indent < 4 && length > 2 && matches!(mark, b'`' | b'~');
        let opens = opens && !(mark == b'`' && info.contains('`'));
        opens.then_some((Self { mark, length, indent }, info))
    }

    /// Returns whether a line closes the block.
    #[must_use]
    pub fn is_closed_by(self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let marks = rest.bytes().take_while(|byte| *byte == self.mark).count();
        indent(line) < 4
            && marks >= self.length
            && rest.get(marks..).is_some_and(|rest| rest.trim().is_empty())
    }

    /// Returns the code in a line of the block: the line without the indent of the fence.
    #[must_use]
    pub fn code_in(self, line: &str) -> &str {
        line.get(indent(line).min(self.indent)..).unwrap_or(line)
    }
}

/// Returns the number of leading spaces.
fn indent(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start_matches(' ').len())
}

/// Returns the language in an info string, or an empty text.
#[must_use]
pub fn info_language(info: &str) -> &str {
    let word = info.trim_start_matches(['{', '.', ' ']);
    word.split([' ', ',', '{', '}', ';', '\t']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fences_open_and_close_as_in_commonmark() {
        let opened = |line| {
            Fence::parse_opening(line).map(|(fence, info)| (fence.length, fence.indent, info))
        };
        assert_eq!(opened("```rust ignore"), Some((3, 0, "rust ignore")));
        assert_eq!(opened("  ~~~~ {.python}"), Some((4, 2, "{.python}")));
        assert!(opened("    ```").is_none() && opened("``").is_none());
        assert!(opened("``` a`b").is_none());
        let (fence, _) = Fence::parse_opening("~~~~").unwrap();
        assert!(fence.is_closed_by("  ~~~~~  ") && fence.is_closed_by("~~~~"));
        assert!(!fence.is_closed_by("~~~") && !fence.is_closed_by("~~~~ x"));
        assert!(!fence.is_closed_by("    ~~~~") && !fence.is_closed_by("````"));
        let (fence, _) = Fence::parse_opening("  ```").unwrap();
        assert_eq!([" a", "   a", "a"].map(|line| fence.code_in(line)), ["a", " a", "a"]);
    }

    #[test]
    fn the_language_is_found_in_every_form_of_info_string() {
        for info in ["rust", "rust ignore", "rust,no_run", "{.rust}", "{ .rust .x}", "rust;x"] {
            assert_eq!(info_language(info), "rust", "{info}");
        }
        assert_eq!(info_language(""), "");
    }
}
