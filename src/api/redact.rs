//! Makes a server's words fit to be shown: no key, no prompt, no control characters, not long.
//! May not be skipped for anything a server wrote.

/// The most characters of a server's own words in a sentence.
const MAX_SHOWN_CHARS: usize = 200;

/// A run of this many characters shared with a private text is cut out.
const MIN_PRIVATE_RUN: usize = 24;

/// What a server said, fit to be shown.
///
/// `secrets` are cut out wherever they stand, and of `private` texts (questions, answers,
/// instructions) every longer run. Shorter private texts are cut out whole when quoted.
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
    // Twice what is shown is looked at, so that no part of a private run survives at the end.
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

/// A word with anything that looks like a key masked.
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

/// The text without what it shares with a private one.
fn mask_private_run(text: &[char], private: &str) -> Vec<char> {
    let whole: String = private.split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = MIN_PRIVATE_RUN.min(whole.chars().count());
    // One or two words say nothing about anybody, and cutting them out would make nonsense.
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
    fn keys_are_cut_out_whole_or_masked() {
        let said = "Incorrect API key provided: sk-proj-abc***xyz9. Or topsecret.";
        let shown = redact(said, &["topsecret"], std::iter::empty());
        assert_eq!(shown, "Incorrect API key provided: … Or ….");
    }

    #[test]
    fn a_question_the_server_echoes_is_cut_out_and_its_own_words_stay() {
        let question = "Where did I hide the second will of my aunt?";
        let said = format!("Invalid value: '{question}'. Supported values are: 'low'.");
        let shown = redact(&said, &[], [question].into_iter());
        assert_eq!(shown, "Invalid value: '…'. Supported values are: 'low'.");
        let cut = redact("bad input: hide the second will of my au", &[], [question].into_iter());
        assert_eq!(cut, "bad input:…");
    }

    #[test]
    fn control_characters_and_length_are_tamed() {
        assert_eq!(redact("a\x1b[2Jb\nc", &[], std::iter::empty()), "a [2Jb c");
        assert_eq!(redact(&"x".repeat(900), &[], std::iter::empty()).chars().count(), 201);
    }
}
