//! The code blocks of a text, in the order of the numbers that the view shows above them.
//! Must not count differently from the view, because people type those numbers.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::markdown::event_reader::read_events;
use crate::markdown::text_context::TextContext;

/// Returns the code of each block, without the last line break, so that a shell does not run pasted
/// code at once.
#[must_use]
pub fn code_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    read_events(text, TextContext::default(), |event, _, _| match event {
        Event::Start(Tag::CodeBlock(_)) => block = Some(String::new()),
        Event::End(TagEnd::CodeBlock) => {
            if let Some(mut code) = block.take() {
                if code.ends_with('\n') {
                    code.pop();
                }
                blocks.push(code);
            }
        }
        Event::Text(text) => {
            if let Some(code) = block.as_mut() {
                code.push_str(&text);
            }
        }
        _ => {}
    });
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_copied_as_written_without_fences_and_indents() {
        let text = "Run:\n\n```sh\n$ make\n\n  all\n```\n\n- in a list\n\n  ~~~\n  x = 1\n  ~~~\n\n# Heading\n\n    indented\n\nand `inline`, then ```\n\n```rust\nunfinished";
        assert_eq!(code_blocks(text), ["$ make\n\n  all", "x = 1", "indented", "unfinished"]);
        assert!(code_blocks("no code").is_empty());
        assert_eq!(code_blocks("```\n```"), [""]);
    }
}
