//! Keys of the shared file (web app hcorion/ai-multitool, commits a8452a1 of 2025, bdc7763 of 2026).

// A record.
pub(crate) const DATA: &str = "data";
pub(crate) const CHAT_NAME: &str = "chat_name";
pub(crate) const LAST_UPDATE: &str = "last_update";
pub(crate) const MESSAGES: &str = "messages";
pub(crate) const LAST_RESPONSE_ID: &str = "last_response_id";

// Its `data`.
pub(crate) const ID: &str = "id";
pub(crate) const CREATED_AT: &str = "created_at";
pub(crate) const METADATA: &str = "metadata";
pub(crate) const OBJECT: &str = "object";

// A message; in 2025 only the first four.
pub(crate) const ROLE: &str = "role";
pub(crate) const TEXT: &str = "text";
pub(crate) const TIMESTAMP: &str = "timestamp";
pub(crate) const RESPONSE_ID: &str = "response_id";
pub(crate) const REASONING_DATA: &str = "reasoning_data";
pub(crate) const AGENT_PRESET_ID: &str = "agent_preset_id";
pub(crate) const MODEL: &str = "model";
pub(crate) const REASONING_LEVEL: &str = "reasoning_level";
