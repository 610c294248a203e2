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
    let mut finder = EchoFinder::of(examined_chars(&text));
    private.for_each(|private| finder.find(private));
    let text = finder.masked();
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

/// Finds what a message repeats of private texts, however many there are.
#[derive(Debug)]
pub struct EchoFinder {
    text: Vec<char>,
    blocks: HashSet<Vec<char>>,
    /// Of each character, whether it belongs to a run that was found.
    found: Vec<bool>,
}

impl EchoFinder {
    /// A finder for the message of a server.
    #[must_use]
    pub fn new(message: &str) -> Self {
        Self::of(examined_chars(message))
    }

    fn of(text: Vec<char>) -> Self {
        let (blocks, found) = (blocks_of(&text), vec![false; text.len()]);
        Self { text, blocks, found }
    }

    /// Finds the runs that the message shares with a private text.
    pub fn find(&mut self, private: &str) {
        let whole = one_line(private);
        let wanted = MIN_PRIVATE_RUN.min(whole.chars().count());
        // Very short texts reveal nothing, and removing them would garble the message.
        if wanted < BLOCK_CHARS || !self.may_repeat(&whole) {
            return;
        }
        for (start, window) in self.text.windows(wanted).enumerate() {
            let window: String = window.iter().collect();
            if whole.contains(&window) {
                self.found.iter_mut().skip(start).take(wanted).for_each(|it| *it = true);
            }
        }
    }

    /// Whether the message may share a run with a private text; `false` is certain, and cheap.
    fn may_repeat(&self, private: &str) -> bool {
        let whole: Vec<char> = private.chars().collect();
        let blocks = whole.chunks(BLOCK_DISTANCE).filter_map(|chunk| chunk.get(..BLOCK_CHARS));
        !self.blocks.is_empty() && blocks.into_iter().any(|block| self.blocks.contains(block))
    }

    /// The runs that were found.
    #[must_use]
    pub fn runs(&self) -> Vec<String> {
        let mut runs = vec![String::new()];
        for (character, found) in self.text.iter().zip(&self.found) {
            match runs.last_mut() {
                Some(run) if *found => run.push(*character),
                Some(run) if run.is_empty() => {}
                _ => runs.push(String::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    /// The message with an ellipsis in place of each run.
    fn masked(&self) -> Vec<char> {
        let mut kept = Vec::with_capacity(self.text.len());
        let mut was_found = false;
        for (character, found) in self.text.iter().zip(&self.found) {
            match (*found, was_found) {
                (false, _) => kept.push(*character),
                (true, false) => kept.push('…'),
                (true, true) => {}
            }
            was_found = *found;
        }
        kept
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Masks anything in a word that looks like a key. A key begins where no other word goes on: "task-runner"
/// has none.
fn mask_key(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let is_start =
        |at: &usize| !lower.get(..*at).unwrap_or_default().ends_with(char::is_alphanumeric);
    let starts = ["sk-", "sess-", "eyj", "bearer"]
        .iter()
        .filter_map(|mark| lower.match_indices(mark).map(|(at, _)| at).find(is_start));
    match starts.min() {
        Some(at) if word.len().saturating_sub(at) > 8 => {
            let kept = word.get(..at).unwrap_or_default();
            format!("{kept}…")
        }
        Some(_) | None => word.to_owned(),
    }
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
    fn a_key_is_masked_and_a_word_that_only_has_its_mark_inside_is_kept() {
        let plain = "disk-quota-exceeded for task-runner-pool, risk-assessment";
        assert_eq!(redact(plain, &[], std::iter::empty()), plain);
        let echoed = "key=sk-proj-abcdef 'sk-proj-abcdef' disk-sk-proj-abcdef eyJhbGciOi-sk-abcdef";
        assert_eq!(redact(echoed, &[], std::iter::empty()), "key=… '… disk-… …");
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
            let mut finder = EchoFinder::new(&format!("bad: <{run}>"));
            finder.find(&text);
            assert!(finder.runs().concat().contains(run.trim()), "{run}");
        }
        let mut finder = EchoFinder::new("model not found, bad word 3");
        finder.find(&text);
        assert_eq!(finder.runs(), [""; 0]);
    }

    #[test]
    fn control_characters_are_replaced_and_the_length_is_limited() {
        assert_eq!(redact("a\x1b[2Jb\nc", &[], std::iter::empty()), "a [2Jb c");
        assert_eq!(redact(&"x".repeat(900), &[], std::iter::empty()).chars().count(), 201);
    }
}
