//! Reads over one message for its role, its keys, and where its text lies.

use std::io::Read;
use std::ops::Range;

use crate::chat::Role;

use super::super::json::stream::{Result, Stream};
use super::super::json::{decode_raw, is_key};
use super::keys::{RESPONSE_ID, ROLE, TEXT, TIMESTAMP};
use crate::store::json::parser;

/// What is known of a message that was only read over.
#[derive(Debug, Default)]
pub(crate) struct MessageScan {
    /// The role, if there is one.
    pub role: Option<Role>,
    /// Where the text lies, quotes included, if there is one.
    pub text: Option<Range<usize>>,
    /// Whether it has keys beyond the four of 2025.
    pub has_extra_keys: bool,
}

/// Longer roles are cut; those of the web app (`user`, `assistant`) have at most nine letters.
const MAX_ROLE_BYTES: usize = 256;

// The web app's own layout (hcorion/ai-multitool bdc7763, 2026), which a comparison passes over many
// bytes at a time. Each piece ends between two tokens, so that any other text is parsed by the grammar
// from there on.
const USER: &[u8] = b"{\n        \"role\": \"user\",\n        \"text\": \"";
const ASSISTANT: &[u8] = b"{\n        \"role\": \"assistant\",\n        \"text\": \"";
const TIMESTAMP_PREFIX: &[u8] = b",\n        \"timestamp\": ";
const RESPONSE_ID_PREFIX: &[u8] = b",\n        \"response_id\": ";
const REASONING: &[u8] = b",\n        \"reasoning_data\": ";
const PRESET: &[u8] = b",\n        \"agent_preset_id\": ";
const MODEL: &[u8] = b",\n        \"model\": ";
const LEVEL: &[u8] = b",\n        \"reasoning_level\": ";
const NULL_EXTRA_KEYS: &[u8] =
    b",\n        \"reasoning_data\": null,\n        \"agent_preset_id\": \
    null,\n        \"model\": null,\n        \"reasoning_level\": null\n      }";
const END: &[u8] = b"\n      }";

impl MessageScan {
    /// The role, or why the message cannot be read.
    pub(super) fn into_role(self) -> std::result::Result<Role, &'static str> {
        if self.text.is_none() {
            return Err("a message has no text");
        }
        self.role.ok_or("a message has no role")
    }
}

/// Reads the message that begins here.
pub(crate) fn scan<R: Read>(stream: &mut Stream<R>) -> Result<MessageScan> {
    let mut scan = MessageScan::default();
    if stream.eat(USER)? {
        scan.role = Some(Role::User);
    } else if stream.eat(ASSISTANT)? {
        scan.role = Some(Role::Assistant);
    } else {
        parser::for_each_member(stream, |stream, key| scan.read_member(stream, key))?;
        return Ok(scan);
    }
    let quote = stream.position().saturating_sub(1);
    stream.read_string_rest(|_| {})?;
    scan.text = Some(quote..stream.position());
    if !scan.read_web_layout_end(stream)? {
        parser::for_each_remaining_member(stream, |stream, key| scan.read_member(stream, key))?;
    }
    Ok(scan)
}

impl MessageScan {
    /// Reads what follows the text as far as it has the web app's layout; whether that was the end of
    /// the message.
    fn read_web_layout_end<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<bool> {
        if !stream.eat(TIMESTAMP_PREFIX)? {
            return Ok(false);
        }
        parser::skip_value(stream)?;
        if !stream.eat(RESPONSE_ID_PREFIX)? {
            return Ok(false);
        }
        parser::skip_value(stream)?;
        if stream.eat(NULL_EXTRA_KEYS)? {
            self.has_extra_keys = true;
            return Ok(true);
        }
        if stream.eat(END)? {
            return Ok(true);
        }
        for key in [REASONING, PRESET, MODEL, LEVEL] {
            if !stream.eat(key)? {
                return Ok(false);
            }
            self.has_extra_keys = true;
            parser::skip_value(stream)?;
        }
        stream.eat(END)
    }

    fn read_member<R: Read>(&mut self, stream: &mut Stream<R>, key: &[u8]) -> Result<()> {
        if is_key(key, ROLE) {
            self.role = read_text(stream, MAX_ROLE_BYTES)?.map(Role::from);
            return Ok(());
        }
        if is_key(key, TEXT) {
            let (is_text, start) = (stream.peek()? == Some(b'"'), stream.position());
            parser::skip_value(stream)?;
            self.text = is_text.then(|| start..stream.position());
            return Ok(());
        }
        self.has_extra_keys |= !is_key(key, TIMESTAMP) && !is_key(key, RESPONSE_ID);
        parser::skip_value(stream)
    }
}

/// Reads a text, cut to `max_bytes` raw bytes; `None` where the value is something else.
pub(super) fn read_text<R: Read>(
    stream: &mut Stream<R>,
    max_bytes: usize,
) -> Result<Option<String>> {
    if !stream.eat(b"\"")? {
        parser::skip_value(stream)?;
        return Ok(None);
    }
    let mut raw = Vec::new();
    stream.read_string_rest(|piece| {
        let space = max_bytes.saturating_sub(raw.len());
        raw.extend_from_slice(piece.get(..space).unwrap_or(piece));
    })?;
    Ok(Some(decode_raw(&raw)))
}
