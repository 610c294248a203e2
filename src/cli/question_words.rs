//! Questions that begin with a hyphen, such as `ask "-5 degrees"` and `ask "- [ ] task"`: they are text
//! and no flags. A mark at their start keeps them from being parsed as flags.

use std::ffi::OsString;

use clap::Command;

/// The mark: a control character that no terminal sends as text.
const MARK: char = '\u{1}';

/// Marks the words of a question that would be taken for flags. Typing errors such as `--jsno` stay what
/// they are, and so do the values of flags.
pub(super) fn mark_questions(command: &Command, args: Vec<OsString>) -> Vec<OsString> {
    let Some(ask) = command.find_subcommand("ask") else { return args };
    let mut marked: Vec<OsString> = Vec::with_capacity(args.len());
    let mut is_ask = false;
    let mut is_escaped = false;
    for arg in args {
        let text = arg.to_str().unwrap_or_default();
        is_escaped = is_escaped || text == "--";
        let is_value = marked
            .last()
            .and_then(|last| last.to_str())
            .is_some_and(|last| takes_value(ask, last) || takes_value(command, last));
        if is_ask && !is_escaped && !is_value && is_text(text) {
            marked.push(format!("{MARK}{text}").into());
        } else {
            is_ask = is_ask || text == "ask" && !is_value;
            marked.push(arg);
        }
    }
    marked
}

/// The word as it was typed.
#[allow(clippy::unnecessary_wraps)] // as clap wants it
pub(super) fn unmark(word: &str) -> Result<String, String> {
    Ok(word.strip_prefix(MARK).unwrap_or(word).to_owned())
}

/// Whether a word that begins with a hyphen is text: a number, or a name with a space before any `=`.
fn is_text(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('-') else { return false };
    let name = rest.split('=').next().unwrap_or_default();
    rest.starts_with(|c: char| c.is_ascii_digit()) || name.contains(char::is_whitespace)
}

/// Whether a word is a flag whose value is the next word.
fn takes_value(command: &Command, word: &str) -> bool {
    command.get_arguments().filter(|arg| arg.get_action().takes_values()).any(|arg| {
        let long = word.strip_prefix("--");
        let short = word.strip_prefix('-').filter(|rest| rest.chars().count() == 1);
        long.is_some() && long == arg.get_long()
            || short.is_some_and(|short| arg.get_short().is_some_and(|it| short.starts_with(it)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    #[test]
    fn only_words_that_read_as_text_are_marked() {
        let mark = |words: &[&str]| -> Vec<String> {
            let words = words.iter().map(OsString::from).collect();
            let marked = mark_questions(&Cli::command(), words);
            marked.into_iter().map(|word| word.into_string().unwrap()).collect()
        };
        assert_eq!(mark(&["duologue", "ask", "-5 degrees"])[2], "\u{1}-5 degrees");
        assert_eq!(mark(&["duologue", "ask", "--json", "- [ ] task"])[3], "\u{1}- [ ] task");
        assert_eq!(mark(&["d", "--user", "ask", "ask", "-1"])[4], "\u{1}-1");
        for words in [
            &["duologue", "ask", "--jsno", "hi"][..],
            &["duologue", "ask", "-r", "- a title"],
            &["duologue", "ask", "--effort=very high", "hi"],
            &["duologue", "ask", "--", "-5 degrees"],
            &["duologue", "show", "-5 degrees"],
            &["duologue", "ask", "-"],
        ] {
            assert_eq!(mark(words), words, "{words:?}");
        }
    }
}
