//! One message passed over, and the little the table of contents wants of it.
//! May not keep its text.

use std::io::Read;

use crate::chat::Role;

use super::super::json::stream::{Result, Stream};
use super::super::json::{decode_raw, is_key};
use crate::store::json::parser;

/// What was seen of a message.
#[derive(Debug, Default)]
pub(super) struct MessageScan {
    role: Option<Role>,
    has_text: bool,
    /// Whether it has keys beyond the four of 2025.
    pub has_extra_keys: bool,
}

/// Roles longer than this are cut; nobody's are.
const MAX_ROLE_BYTES: usize = 256;

// The web app's own layout, which a comparison passes over many bytes at a time. Each piece ends
// between two tokens, so that whatever comes instead is read by the grammar from there on.
const USER: &[u8] = b"{\n        \"role\": \"user\",\n        \"text\": \"";
const ASSISTANT: &[u8] = b"{\n        \"role\": \"assistant\",\n        \"text\": \"";
const TIMESTAMP: &[u8] = b",\n        \"timestamp\": ";
const RESPONSE_ID: &[u8] = b",\n        \"response_id\": ";
const REASONING: &[u8] = b",\n        \"reasoning_data\": ";
const PRESET: &[u8] = b",\n        \"agent_preset_id\": ";
const MODEL: &[u8] = b",\n        \"model\": ";
const LEVEL: &[u8] = b",\n        \"reasoning_level\": ";
const NULL_EXTRA_KEYS: &[u8] =
    b",\n        \"reasoning_data\": null,\n        \"agent_preset_id\": \
    null,\n        \"model\": null,\n        \"reasoning_level\": null\n      }";
const END: &[u8] = b"\n      }";

impl MessageScan {
    /// Who wrote it, or what is missing.
    pub(super) fn into_role(self) -> std::result::Result<Role, &'static str> {
        if !self.has_text {
            return Err("a message has no text");
        }
        self.role.ok_or("a message has no role")
    }
}

/// Reads the message that begins here.
pub(super) fn scan<R: Read>(stream: &mut Stream<R>) -> Result<MessageScan> {
    let mut seen = MessageScan::default();
    if stream.eat(USER)? {
        seen.role = Some(Role::User);
    } else if stream.eat(ASSISTANT)? {
        seen.role = Some(Role::Assistant);
    } else {
        parser::for_each_member(stream, |stream, key| seen.read_member(stream, key))?;
        return Ok(seen);
    }
    stream.read_string_rest(|_| {})?;
    seen.has_text = true;
    if !seen.read_web_layout_end(stream)? {
        parser::for_each_remaining_member(stream, |stream, key| seen.read_member(stream, key))?;
    }
    Ok(seen)
}

impl MessageScan {
    /// What follows the text in the web app's layout, as far as it does; tells whether that was
    /// the end of the message.
    fn read_web_layout_end<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<bool> {
        if !stream.eat(TIMESTAMP)? {
            return Ok(false);
        }
        parser::skip_value(stream)?;
        if !stream.eat(RESPONSE_ID)? {
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
        if is_key(key, "role") {
            self.role = read_text(stream, MAX_ROLE_BYTES)?.map(Role::from);
            return Ok(());
        }
        if is_key(key, "text") {
            self.has_text = stream.peek()? == Some(b'"');
        } else {
            self.has_extra_keys |= !is_key(key, "timestamp") && !is_key(key, "response_id");
        }
        parser::skip_value(stream)
    }
}

/// The text that begins here, cut where it is longer; `None` where the value is something else.
pub(super) fn read_text<R: Read>(stream: &mut Stream<R>, longest: usize) -> Result<Option<String>> {
    if !stream.eat(b"\"")? {
        parser::skip_value(stream)?;
        return Ok(None);
    }
    let mut raw = Vec::new();
    stream.read_string_rest(|piece| {
        let room = longest.saturating_sub(raw.len());
        raw.extend_from_slice(piece.get(..room).unwrap_or(piece));
    })?;
    Ok(Some(decode_raw(&raw)))
}
