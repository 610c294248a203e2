//! Quotes a word for a command line that is suggested to the user, to be copied into a shell.

use std::borrow::Cow;

/// Quotes a word where a shell would not read it as it is: a POSIX shell, or on Windows any.
#[must_use]
pub fn shell_quote(word: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| c.is_alphanumeric() || "_-./:,+@%".contains(c) || cfg!(windows) && c == '\\';
    if !word.is_empty() && word.chars().all(is_plain) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_stay_and_windows_paths_are_quoted_where_they_have_spaces() {
        for plain in ["3f2a", "https://api.example.com:8080/v1", "/home/ann/ünal.json", "o4-mini"]
        {
            assert_eq!(shell_quote(plain), plain);
        }
        let quoted = shell_quote("a b");
        assert!(quoted == "'a b'" || quoted == "\"a b\"");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_a_quoted_word_as_it_was() {
        for word in
            ["", "a b", "it's", "$HOME", "`ls`", "a\"b", "!x", "*.md", "~/x", "a\\b", "=x", "#1"]
        {
            let script = format!("printf %s {}", shell_quote(word));
            let printed = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(printed.stdout).unwrap(), word);
        }
    }
}
