//! Finds a conversation by id, by a prefix of the id or by title.

use crate::chat::casefold::casefold;
use crate::chat::{ConversationId, ConversationSummary, Title};

use crate::store::file::error::StoreError;

/// The conversation that `wanted` names.
pub(crate) fn resolve_id(
    rows: &[ConversationSummary],
    wanted: &str,
) -> Result<ConversationId, StoreError> {
    if let Some(row) = rows.iter().find(|row| row.id.as_str() == wanted) {
        return Ok(row.id.clone());
    }
    let by_prefix =
        rows.iter().filter(|row| !wanted.is_empty() && row.id.as_str().starts_with(wanted));
    let mut fitting: Vec<&ConversationSummary> = by_prefix.collect();
    for title in [Title::text, Title::stored] {
        if fitting.is_empty() {
            fitting = rows.iter().filter(|row| title(&row.title) == wanted).collect();
        }
    }
    if fitting.is_empty() {
        // Lists and completions show a title with line breaks on one line.
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let wanted = words(wanted);
        let is_title = |row: &&ConversationSummary| words(row.title.text()) == wanted;
        fitting = rows.iter().filter(is_title).filter(|_| !wanted.is_empty()).collect();
    }
    let folded = casefold(wanted.trim());
    if fitting.is_empty() && !folded.is_empty() {
        let is_title = |row: &&ConversationSummary| casefold(row.title.text()) == folded;
        fitting = rows.iter().filter(is_title).collect();
    }
    match fitting.as_slice() {
        [] => Err(not_found(rows, wanted, &folded)),
        [only] => Ok(only.id.clone()),
        several => Err(StoreError::Ambiguous {
            wanted: wanted.to_owned(),
            candidates: several.iter().map(|row| (row.id.clone(), row.title.to_string())).collect(),
        }),
    }
}

/// The most titles to suggest.
const MAX_SUGGESTIONS: usize = 3;

/// From how many letters on a part of a word is no coincidence.
const MIN_LETTERS_WITHIN_WORD: usize = 4;

/// Says that nothing fits, with the titles that have the words: a few letters at the start of a word, more
/// anywhere.
fn not_found(rows: &[ConversationSummary], wanted: &str, folded: &str) -> StoreError {
    let is_similar = |row: &&ConversationSummary| {
        let title = casefold(row.title.text());
        let mut places = title.match_indices(folded).map(|(at, _)| at);
        let begins_word = |at: usize| {
            title.get(..at).is_some_and(|before| !before.ends_with(char::is_alphanumeric))
        };
        match folded.chars().count() {
            0 => false,
            letters => places.any(|at| letters >= MIN_LETTERS_WITHIN_WORD || begins_word(at)),
        }
    };
    let similar = rows.iter().filter(is_similar).take(MAX_SUGGESTIONS);
    let candidates: Vec<_> = similar.map(|row| (row.id.clone(), row.title.to_string())).collect();
    let wanted = wanted.to_owned();
    if candidates.is_empty() {
        return StoreError::NotFound(wanted);
    }
    StoreError::Similar { wanted, candidates }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Conversation, Timestamp};

    fn rows() -> Vec<ConversationSummary> {
        [("abc1", "Dinner"), ("abd2", "Rust"), ("xyz", "abc"), ("q", "Twice"), ("r", "Twice")]
            .map(|(id, title)| {
                let id = ConversationId::new(id);
                Conversation::new(id, title, Timestamp::from_seconds(1)).summary()
            })
            .to_vec()
    }

    #[test]
    fn an_id_a_unique_prefix_and_an_exact_title_are_found() {
        for (wanted, id) in [("abc1", "abc1"), ("abd", "abd2"), ("Rust", "abd2"), ("abc", "abc1")] {
            assert_eq!(resolve_id(&rows(), wanted).unwrap().as_str(), id);
        }
        let id = ConversationId::new("lines");
        let title = "one\ntwo";
        let row = Conversation::new(id.clone(), title, Timestamp::from_seconds(1)).summary();
        assert_eq!(resolve_id(&[row], "one two").unwrap(), id, "as a completion has it");
    }

    #[test]
    fn no_match_and_several_matches_are_errors() {
        assert_eq!(resolve_id(&rows(), "DINNER").unwrap().as_str(), "abc1");
        let similar = resolve_id(&rows(), "inne").unwrap_err();
        assert!(similar.to_string().ends_with("Did you mean \"Dinner\" (abc1)?"), "{similar}");
        let similar = resolve_id(&rows(), "RU").unwrap_err();
        assert!(similar.to_string().ends_with("Did you mean \"Rust\" (abd2)?"), "{similar}");
        assert!(matches!(resolve_id(&rows(), "us"), Err(StoreError::NotFound(_))), "a coincidence");
        let twice = ["f58ae033-76ab", "f58ae033-76cd", "f58ae034-0000"].map(|id| {
            let id = ConversationId::new(id);
            Conversation::new(id, "Twice", Timestamp::from_seconds(1)).summary()
        });
        let two = resolve_id(&twice[..2], "f58ae033").unwrap_err().to_string();
        assert!(two.ends_with("\"Twice\" (f58ae033-76a), \"Twice\" (f58ae033-76c)."), "{two}");
        let two = resolve_id(&twice[1..], "Twice").unwrap_err().to_string();
        assert!(two.ends_with("\"Twice\" (f58ae033), \"Twice\" (f58ae034)."), "{two}");
        assert!(matches!(resolve_id(&rows(), "nope"), Err(StoreError::NotFound(_))));
        assert!(matches!(resolve_id(&rows(), ""), Err(StoreError::NotFound(_))));
        for wanted in ["ab", "Twice"] {
            let Err(StoreError::Ambiguous { candidates, .. }) = resolve_id(&rows(), wanted) else {
                panic!("{wanted} is not ambiguous");
            };
            assert_eq!(candidates.len(), 2);
        }
    }
}
