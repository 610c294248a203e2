//! Redacts a server's message for display: no key, no prompt, no control characters, limited length.
//! Every text of a server must pass through here before it is displayed or logged.

use std::collections::HashSet;

/// The most characters of a server's message in a sentence.
const MAX_SHOWN_CHARS: usize = 200;

/// A run of this many characters shared with a private text is removed.
const MIN_PRIVATE_RUN: usize = 24;

/// A private text is compared by blocks of this many characters first.
const BLOCK_CHARS: usize = 8;
/// The distance of the blocks: a run that is removed has one whole block in it.
const BLOCK_DISTANCE: usize = MIN_PRIVATE_RUN - BLOCK_CHARS;

/// Redacts a message of a server.
///
/// `secrets` are removed everywhere, and so is every long run of `private` texts (questions, answers,
/// instructions). Short private texts are removed where they are quoted as a whole.
#[must_use]
pub fn redact<'a>(
    message: &str,
    secrets: &[&str],
    private: impl Iterator<Item = &'a str>,
) -> String {
    let mut text = message.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "…");
    }
    let mut text = examined_chars(&text);
    let finder = EchoFinder { blocks: blocks_of(&text) };
    for private in private.filter(|private| finder.may_repeat(private)) {
        text = mask_private_run(&text, private);
    }
    let mut shown: String = text.iter().take(MAX_SHOWN_CHARS).collect();
    if text.len() > MAX_SHOWN_CHARS {
        shown.push('…');
    }
    shown
}

/// The part of a message that may be shown: one line, without keys. Twice what is shown is examined, so
/// that no part of a private run remains at the end.
fn examined_chars(message: &str) -> Vec<char> {
    let text: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().map(mask_key).collect::<Vec<_>>().join(" ");
    text.chars().take(MAX_SHOWN_CHARS.saturating_mul(2)).collect()
}

fn blocks_of(text: &[char]) -> HashSet<Vec<char>> {
    text.windows(BLOCK_CHARS).map(<[char]>::to_vec).collect()
}

/// Finds, without comparing each, which of many private texts a message may repeat.
#[derive(Debug)]
pub struct EchoFinder {
    blocks: HashSet<Vec<char>>,
}

impl EchoFinder {
    /// A finder for the message of a server.
    #[must_use]
    pub fn new(message: &str) -> Self {
        Self { blocks: blocks_of(&examined_chars(message)) }
    }

    /// Whether the message may share a run with a private text; `false` is certain.
    #[must_use]
    pub fn may_repeat(&self, private: &str) -> bool {
        let whole: Vec<char> = one_line(private).chars().collect();
        let blocks = whole.chunks(BLOCK_DISTANCE).filter_map(|chunk| chunk.get(..BLOCK_CHARS));
        !self.blocks.is_empty() && blocks.into_iter().any(|block| self.blocks.contains(block))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Masks anything in a word that looks like a key.
fn mask_key(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let marked = ["sk-", "sess-", "eyj", "bearer"].iter().find_map(|mark| lower.find(mark));
    match marked {
        Some(at) if word.len().saturating_sub(at) > 8 => {
            let kept = word.get(..at).unwrap_or_default();
            format!("{kept}…")
        }
        Some(_) | None => word.to_owned(),
    }
}

/// Removes the runs a text shares with a private one.
fn mask_private_run(text: &[char], private: &str) -> Vec<char> {
    let whole = one_line(private);
    let wanted = MIN_PRIVATE_RUN.min(whole.chars().count());
    // Very short texts reveal nothing, and removing them would garble the message.
    if wanted < BLOCK_CHARS {
        return text.to_vec();
    }
    let mut hidden = vec![false; text.len()];
    for (start, window) in text.windows(wanted).enumerate() {
        let window: String = window.iter().collect();
        if whole.contains(&window) {
            hidden.iter_mut().skip(start).take(wanted).for_each(|it| *it = true);
        }
    }
    let mut kept = Vec::with_capacity(text.len());
    for (index, (character, hide)) in text.iter().zip(&hidden).enumerate() {
        let first = index.checked_sub(1).and_then(|it| hidden.get(it)) != Some(&true);
        match (hide, first) {
            (false, _) => kept.push(*character),
            (true, true) => kept.push('…'),
            (true, false) => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_removed_or_masked() {
        let message = "Incorrect API key provided: sk-proj-abc***xyz9. Or topsecret.";
        let shown = redact(message, &["topsecret"], std::iter::empty());
        assert_eq!(shown, "Incorrect API key provided: … Or ….");
    }

    #[test]
    fn an_echoed_question_is_removed_and_the_servers_words_stay() {
        let question = "Where did I hide the second will of my aunt?";
        let message = format!("Invalid value: '{question}'. Supported values are: 'low'.");
        let shown = redact(&message, &[], [question].into_iter());
        assert_eq!(shown, "Invalid value: '…'. Supported values are: 'low'.");
        let cut = redact("bad input: hide the second will of my au", &[], [question].into_iter());
        assert_eq!(cut, "bad input:…");
    }

    #[test]
    fn a_run_anywhere_in_a_long_text_is_found() {
        let words: Vec<String> = (0..400).map(|number| format!("word {number}")).collect();
        let text = words.join("\n");
        let chars: Vec<char> = one_line(&text).chars().collect();
        for start in (0..chars.len() - MIN_PRIVATE_RUN).step_by(7) {
            let run: String = chars.iter().skip(start).take(MIN_PRIVATE_RUN).collect();
            let message = format!("bad: <{run}>");
            assert!(EchoFinder::new(&message).may_repeat(&text), "{message}");
        }
        assert!(!EchoFinder::new("model not found").may_repeat(&text));
    }

    #[test]
    fn control_characters_are_replaced_and_the_length_is_limited() {
        assert_eq!(redact("a\x1b[2Jb\nc", &[], std::iter::empty()), "a [2Jb c");
        assert_eq!(redact(&"x".repeat(900), &[], std::iter::empty()).chars().count(), 201);
    }
}
