//! Reads a ChatGPT data export (`conversations.json`; undocumented, format as seen in 2026). Ids are
//! derived from the contents, so that importing twice gives the same conversations.

mod message;
mod message_tree;
mod surrogates;

use serde::Deserialize;
use serde_json::Value;

use crate::chat::{Conversation, ConversationId, Timestamp, Title, title};

use super::time;
use message_tree::TreeNode;

/// One conversation of the export, with the fields that are imported.
#[derive(Debug, Deserialize)]
struct ExportedConversation {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    create_time: Option<f64>,
    #[serde(default)]
    update_time: Option<f64>,
    #[serde(default)]
    mapping: std::collections::HashMap<String, TreeNode>,
    #[serde(default)]
    current_node: Option<String>,
    #[serde(default)]
    conversation_id: Option<String>,
    #[serde(default)]
    id: Option<String>,
}

/// Returns whether a JSON text looks like a ChatGPT export.
#[must_use]
pub fn is_export(text: &str) -> bool {
    let begin = text.get(..text.floor_char_boundary(200_000)).unwrap_or_default();
    begin.contains("\"mapping\"") && begin.contains("\"author\"") || begin.trim() == "[]"
}

/// The contents of an export.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChatGptExport {
    /// The conversations that have messages.
    pub conversations: Vec<Conversation>,
    /// The number of conversations without visible messages.
    pub empty: usize,
    /// The number of malformed conversations, and which is the first.
    pub unreadable: Option<(usize, String)>,
}

/// Which branches of a conversation are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchSelection {
    /// The one that the site showed last.
    Current,
    /// All of them, each as a conversation.
    All,
}

/// Returns the conversations of an export, or a single one that was saved from the site.
///
/// # Errors
/// When the text is not JSON, or neither a list nor an object; why, in a few words. They must not hold text of a
/// message, because errors are logged.
pub fn parse_export(text: &str, branches: BranchSelection) -> Result<ChatGptExport, String> {
    let records: Vec<Value> = match surrogates::parse::<Value>(text)? {
        Value::Array(records) => records,
        single @ Value::Object(_) => vec![single],
        _ => return Err("it is not a list of conversations".to_owned()),
    };
    let mut export = ChatGptExport::default();
    for (index, value) in records.into_iter().enumerate() {
        let name = value.get("title").and_then(Value::as_str).map(str::to_owned);
        match serde_json::from_value::<ExportedConversation>(value) {
            Ok(record) => match convert_current_branch(&record) {
                Some(conversation) => {
                    let others = match branches {
                        BranchSelection::Current => Vec::new(),
                        BranchSelection::All => convert_other_branches(&record, &conversation),
                    };
                    export.conversations.push(conversation);
                    export.conversations.extend(others);
                }
                None => export.empty = export.empty.saturating_add(1),
            },
            Err(error) => {
                tracing::warn!(index, %error, "a conversation of an export cannot be read");
                let number = index.saturating_add(1);
                let which = name.map_or_else(
                    || format!("number {number}"),
                    |name| format!("number {number}, \"{}\"", title::in_sentence(&name)),
                );
                let (count, _) = export.unreadable.get_or_insert((0, which));
                *count = count.saturating_add(1);
            }
        }
    }
    Ok(export)
}

/// Returns the branch that the site showed last; `None` if it has no visible messages.
fn convert_current_branch(record: &ExportedConversation) -> Option<Conversation> {
    let started = record
        .create_time
        .or(record.update_time)
        .map(time::from_fractional_seconds)
        .unwrap_or_default();
    let branch = message_tree::current_branch(&record.mapping, record.current_node.as_deref());
    let messages = message::visible_messages(&branch, started);
    let first = messages.first()?;
    let name = record.title.as_deref().and_then(Title::typed);
    let name = name.unwrap_or_else(|| Title::from_question(&first.text));
    let id = record.conversation_id.as_ref().or(record.id.as_ref());
    let id = id.filter(|id| !id.is_empty()).cloned();
    let id = id.unwrap_or_else(|| derive_id(name.stored(), started, &first.text));
    let last = messages.last().map_or(started, |message| message.timestamp);
    let last_update = record.update_time.map_or(last, time::from_fractional_seconds).max(last);
    let conversation = Conversation::new(ConversationId::new(id), name, started);
    Some(Conversation { last_update, messages, ..conversation })
}

/// Returns the other branches; those that differ only in hidden messages are returned once.
fn convert_other_branches(
    record: &ExportedConversation,
    shown: &Conversation,
) -> Vec<Conversation> {
    let mut others: Vec<Conversation> = Vec::new();
    let branches = message_tree::other_branches(&record.mapping, record.current_node.as_deref());
    for (leaf, branch) in branches {
        let messages = message::visible_messages(&branch, shown.created_at);
        let is_new = |other: &Conversation| !other.messages.starts_with(&messages);
        let Some(last) = messages.last().filter(|_| is_new(shown) && others.iter().all(is_new))
        else {
            continue;
        };
        let name = shown.title.of_branch(others.len().saturating_add(2));
        let id = derive_id(shown.id.as_str(), shown.created_at, leaf);
        let other = Conversation::new(ConversationId::new(id), name, shown.created_at);
        others.push(Conversation { last_update: last.timestamp, messages, ..other });
    }
    others
}

/// Returns an id in the form of a UUID, which is the same at each import.
fn derive_id(title: &str, started: Timestamp, first: &str) -> String {
    let parts = [title.as_bytes(), &started.seconds().to_le_bytes(), first.as_bytes()];
    let seed = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    // FNV-1a, 128 bits (Fowler, Noll and Vo).
    let digest = parts.iter().flat_map(|part| part.iter()).fold(seed, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    });
    let hex = format!("{digest:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Role;

    fn texts(conversation: &Conversation) -> Vec<(Role, &str, i64)> {
        let messages = conversation.messages.iter();
        messages.map(|m| (m.role.clone(), m.text.as_str(), m.timestamp.seconds())).collect()
    }

    /// A tree of the site: a hidden root, a system message, two answers to one question, of which the
    /// second is current, a tool call with its result, and another branch.
    const EXPORT: &str = r#"[{
      "title": "Trip to Kyōto / spring ✨ a long one", "create_time": 1700000000.75, "update_time": 1700000100.5,
      "conversation_id": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "current_node": "n7",
      "mapping": {
        "root": {"id": "root", "message": null, "parent": null, "children": ["n1"]},
        "n1": {"id": "n1", "parent": "root", "children": ["n2"], "message": {"author": {"role": "system"}, "create_time": null, "content": {"content_type": "text", "parts": [""]}, "metadata": {"is_visually_hidden_from_conversation": true}}},
        "n2": {"id": "n2", "parent": "n1", "children": ["n3", "n4"], "message": {"author": {"role": "user"}, "create_time": 1700000001.9, "content": {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}, "Where to?"]}, "metadata": {"attachments": [{"name": "map of Kyōto.png", "mime_type": "image/png"}]}}},
        "n3": {"id": "n3", "parent": "n2", "children": [], "message": {"author": {"role": "assistant"}, "create_time": 1700000002, "content": {"content_type": "text", "parts": ["Not shown."]}, "recipient": "all"}},
        "n4": {"id": "n4", "parent": "n2", "children": ["n5"], "message": {"author": {"role": "assistant"}, "create_time": 1700000003.2, "content": {"content_type": "code", "language": "unknown", "text": "search(\"x\")"}, "recipient": "web"}},
        "n5": {"id": "n5", "parent": "n4", "children": ["n6"], "message": {"author": {"role": "tool", "name": "web"}, "create_time": 1700000004, "content": {"content_type": "tether_browsing_display", "result": "r"}, "recipient": "all"}},
        "n6": {"id": "n6", "parent": "n5", "children": ["n7"], "message": {"author": {"role": "assistant"}, "create_time": null, "content": {"content_type": "thoughts", "thoughts": []}, "recipient": "all"}},
        "n7": {"id": "n7", "parent": "n6", "children": [], "message": {"author": {"role": "assistant"}, "create_time": null, "content": {"content_type": "text", "parts": ["To Kyoto \ue200cite\ue202turn0search0\ue201 and \ue200cite\ue202x\ue201."]}, "recipient": "all", "metadata": {"content_references": [{"matched_text": "\ue200cite\ue202turn0search0\ue201", "alt": "([guide](https://g.example))"}]}}}
      }},
      {"title": "nothing", "create_time": 1, "mapping": {}},
      {"title": 7}
    ]"#;

    #[test]
    fn the_current_branch_becomes_a_conversation() {
        let export = parse_export(EXPORT, BranchSelection::Current).unwrap();
        assert_eq!(export.empty, 1);
        assert_eq!(export.unreadable, Some((1, "number 3".to_owned())));
        let [one] = &export.conversations[..] else { panic!() };
        assert_eq!(one.id.as_str(), "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
        assert_eq!(one.title.stored(), "Trip to Kyōto _ spring _ a ...");
        assert_eq!(one.title.text(), "Trip to Kyōto / spring ✨ a long one");
        assert_eq!(one.created_at.seconds(), 1_700_000_000);
        assert_eq!(one.last_update.seconds(), 1_700_000_100);
        assert_eq!(
            texts(one),
            [
                (Role::User, "[image: map of Kyōto.png]\n\nWhere to?", 1_700_000_001),
                (Role::Assistant, "To Kyoto ([guide](https://g.example)) and .", 1_700_000_004),
            ]
        );
        assert_eq!(
            parse_export(EXPORT, BranchSelection::Current).unwrap(),
            export,
            "the same each time"
        );
    }

    #[test]
    fn other_branches_become_conversations_on_request() {
        let export = parse_export(EXPORT, BranchSelection::All).unwrap();
        let [shown, other] = &export.conversations[..] else { panic!("{export:?}") };
        assert_eq!(other.title.stored(), "Trip to Kyōto _ spring _ a 2");
        assert_eq!(other.title.text(), "Trip to Kyōto / spring ✨ a long one 2");
        assert_ne!(other.id, shown.id);
        let all = texts(other);
        assert_eq!(all[0], texts(shown)[0]);
        assert_eq!(all[1], (Role::Assistant, "Not shown.", 1_700_000_002));
        assert_eq!(
            parse_export(EXPORT, BranchSelection::All).unwrap(),
            export,
            "the same each time"
        );
    }

    #[test]
    fn a_tree_with_a_cycle_or_without_its_current_node_is_read() {
        let node = |id: &str, parent: &str, text: &str, time: i64| {
            format!(
                r#""{id}": {{"parent": "{parent}", "children": [], "message": {{"author": {{"role": "user"}}, "create_time": {time}, "content": {{"content_type": "text", "parts": ["{text}"]}}}}}}"#
            )
        };
        let text = format!(
            r#"{{"mapping": {{{}, {}}}, "current_node": "gone"}}"#,
            node("a", "b", "one", 1),
            node("b", "a", "two", 2)
        );
        let export = parse_export(&text, BranchSelection::Current).unwrap();
        assert_eq!(texts(&export.conversations[0]).len(), 2);
        let id = export.conversations[0].id.as_str();
        assert_eq!((id.len(), id.matches('-').count()), (36, 4));
    }

    #[test]
    fn lone_surrogates_are_replaced_and_other_files_are_rejected() {
        let cut = EXPORT.replace("Where to?", "Where \\ud83d to?");
        let export = parse_export(&cut, BranchSelection::Current).unwrap();
        assert!(export.conversations[0].messages[0].text.contains("Where \u{fffd} to?"));
        assert!(parse_export("7", BranchSelection::Current).is_err());
        assert!(parse_export("[{]", BranchSelection::Current).is_err());
        assert!(is_export(EXPORT));
        assert!(!is_export("{\"a\": {\"chat_name\": \"x\"}}"));
    }
}
