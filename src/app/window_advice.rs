//! Puts advice that names a command into the words of the window, which has a key or a slash command
//! for the same. The sentences are made in parts that the command line uses as well.

use crate::settings::{Action, Keymap};

/// Advice about the API key, and what the window has for it.
const KEY_ADVICE: &[(&str, &str)] = &[
    (
        "Set OPENAI_API_KEY, or run `duologue setup` to store a key. `--demo` needs no key.",
        "Type /setup.",
    ),
    ("Run `duologue setup`", "Type /setup"),
    ("run `duologue setup`", "type /setup"),
];

/// The advice of the store about what another program overwrote.
const UNDO_ADVICE: &str = "Run `duologue undo` to restore ";

/// The same text with the keys and commands of the window.
#[must_use]
pub(crate) fn for_window(text: &str, keymap: &Keymap) -> String {
    let undo = keymap
        .primary_key(Action::Undo)
        .map_or_else(|| "/undo".to_owned(), |chord| chord.to_string());
    let text = text.replace(UNDO_ADVICE, &format!("{undo} restores "));
    KEY_ADVICE.iter().fold(text, |text, (command, window)| text.replace(command, window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_about_commands_names_what_the_window_has() {
        for (text, wanted) in [
            (
                "Not sent: no API key is set. Set OPENAI_API_KEY, or run `duologue setup` to store a key. \
              `--demo` needs no key.",
                "Not sent: no API key is set. Type /setup.",
            ),
            (
                "Correct it there, or run `duologue setup` to store another.",
                "Correct it there, or type /setup to store another.",
            ),
            (
                "Another program overwrote 1 message. Run `duologue undo` to restore it.",
                "Another program overwrote 1 message. Alt+U restores it.",
            ),
        ] {
            assert_eq!(for_window(text, &Keymap::default()), wanted);
        }
    }
}
