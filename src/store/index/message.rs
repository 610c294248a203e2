//! One message passed over, and the little the table of contents wants of it.
//! May not keep its text.

use std::io::Read;

use crate::chat::Role;

use super::super::json::stream::{Result, Stream};
use super::super::json::{decode_raw, is_key, walk};

/// What was seen of a message.
#[derive(Debug, Default)]
pub(super) struct Seen {
    role: Option<Role>,
    has_text: bool,
    /// Whether it has keys beyond the four of 2025.
    pub more: bool,
}

/// Roles longer than this are cut; nobody's are.
const LONGEST_ROLE: usize = 256;

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
const NOTHING_MORE: &[u8] = b",\n        \"reasoning_data\": null,\n        \"agent_preset_id\": \
    null,\n        \"model\": null,\n        \"reasoning_level\": null\n      }";
const END: &[u8] = b"\n      }";

impl Seen {
    /// Who wrote it, or what is missing.
    pub(super) fn judge(self) -> std::result::Result<Role, &'static str> {
        if !self.has_text {
            return Err("a message has no text");
        }
        self.role.ok_or("a message has no role")
    }
}

/// Reads the message that begins here.
pub(super) fn read<R: Read>(stream: &mut Stream<R>) -> Result<Seen> {
    let mut seen = Seen::default();
    if stream.eat(USER)? {
        seen.role = Some(Role::User);
    } else if stream.eat(ASSISTANT)? {
        seen.role = Some(Role::Assistant);
    } else {
        walk::members(stream, |stream, key| seen.member(stream, key))?;
        return Ok(seen);
    }
    stream.rest_of_string(|_| {})?;
    seen.has_text = true;
    if !seen.quick_end(stream)? {
        walk::further_members(stream, |stream, key| seen.member(stream, key))?;
    }
    Ok(seen)
}

impl Seen {
    /// What follows the text in the web app's layout, as far as it does; tells whether that was
    /// the end of the message.
    fn quick_end<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<bool> {
        if !stream.eat(TIMESTAMP)? {
            return Ok(false);
        }
        walk::pass_over(stream)?;
        if !stream.eat(RESPONSE_ID)? {
            return Ok(false);
        }
        walk::pass_over(stream)?;
        if stream.eat(NOTHING_MORE)? {
            self.more = true;
            return Ok(true);
        }
        if stream.eat(END)? {
            return Ok(true);
        }
        for key in [REASONING, PRESET, MODEL, LEVEL] {
            if !stream.eat(key)? {
                return Ok(false);
            }
            self.more = true;
            walk::pass_over(stream)?;
        }
        stream.eat(END)
    }

    fn member<R: Read>(&mut self, stream: &mut Stream<R>, key: &[u8]) -> Result<()> {
        if is_key(key, "role") {
            self.role = text(stream, LONGEST_ROLE)?.map(Role::from);
            return Ok(());
        }
        if is_key(key, "text") {
            self.has_text = stream.peek()? == Some(b'"');
        } else {
            self.more |= !is_key(key, "timestamp") && !is_key(key, "response_id");
        }
        walk::pass_over(stream)
    }
}

/// The text that begins here, cut where it is longer; `None` where the value is something else.
pub(super) fn text<R: Read>(stream: &mut Stream<R>, longest: usize) -> Result<Option<String>> {
    if !stream.eat(b"\"")? {
        walk::pass_over(stream)?;
        return Ok(None);
    }
    let mut raw = Vec::new();
    stream.rest_of_string(|piece| {
        let room = longest.saturating_sub(raw.len());
        raw.extend_from_slice(piece.get(..room).unwrap_or(piece));
    })?;
    Ok(Some(decode_raw(&raw)))
}
