//! Redacts a server's message for display: no key, no prompt, no control characters, limited length.
//! Every text of a server must pass through here before it is displayed or logged.

/// The most characters of a server's message in a sentence.
const MAX_SHOWN_CHARS: usize = 200;

/// A run of this many characters shared with a private text is removed.
const MIN_PRIVATE_RUN: usize = 24;

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
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text = text.split_whitespace().map(mask_key).collect::<Vec<_>>().join(" ");
    // Twice the length is examined, so that no part of a private run remains at the end.
    let mut text: Vec<char> = text.chars().take(MAX_SHOWN_CHARS.saturating_mul(2)).collect();
    for private in private {
        text = mask_private_run(&text, private);
    }
    let mut shown: String = text.iter().take(MAX_SHOWN_CHARS).collect();
    if text.len() > MAX_SHOWN_CHARS {
        shown.push('…');
    }
    shown
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
    let whole: String = private.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = MIN_PRIVATE_RUN.min(whole.chars().count());
    // Very short texts reveal nothing, and removing them would garble the message.
    if wanted < 8 {
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
    fn control_characters_are_replaced_and_the_length_is_limited() {
        assert_eq!(redact("a\x1b[2Jb\nc", &[], std::iter::empty()), "a [2Jb c");
        assert_eq!(redact(&"x".repeat(900), &[], std::iter::empty()).chars().count(), 201);
    }
}
