//! Whether a text can be an API key.

use crate::chat::{Failure, FailureKind};

/// The longest key that fits into a header, in bytes: by default nginx refuses a request with a longer header
/// (`large_client_header_buffers`, nginx.org, read on 2026-11-30).
const MAX_HEADER_KEY_BYTES: usize = 8 * 1024;

/// Refuses a key that cannot be one before it is sent.
pub(super) fn check_key_text(key: &str) -> Result<(), Failure> {
    let wrong = |sentence: &str, next_step: &'static str| {
        Err(Failure::new(FailureKind::ApiKey, sentence, next_step))
    };
    let key = key.trim();
    if key.len() > MAX_HEADER_KEY_BYTES {
        return wrong("The API key is longer than 8 KB.", "Check where the key comes from.");
    }
    if key.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'')) {
        let sentence = "The API key contains a line break, a space, a quote or another character that \
                        no key has.";
        return wrong(sentence, "Copy the key again, without anything around it.");
    }
    Ok(())
}
