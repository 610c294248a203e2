//! The code blocks of a Markdown text, in the order their numbers stand over them.
//! May not lay anything out.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The code of each block, without the last line break: pasted into a shell, nothing runs by
/// itself.
#[must_use]
pub fn of(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for event in Parser::new_ext(text, options()) {
        match event {
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
        }
    }
    blocks
}

/// Everything people write in chats: the blocks counted here are the blocks drawn.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_copied_as_it_is_written_without_what_is_around_it() {
        let text = "Run:\n\n```sh\n$ make\n\n  all\n```\n\n- in a list\n\n  ~~~\n  x = 1\n  ~~~\n\n# Heading\n\n    indented\n\nand `inline`, then ```\n\n```rust\nunfinished";
        assert_eq!(of(text), ["$ make\n\n  all", "x = 1", "indented", "unfinished"]);
        assert!(of("no code").is_empty());
        assert_eq!(of("```\n```"), [""]);
    }
}
