//! Sanitises records that come into the file from elsewhere: an import, another version, the trash,
//! a journal. Each is judged as `doctor` judges, and repaired the same way.
//! Must not lose text, nor touch a byte without a finding about it.

use std::borrow::Cow;
use std::io::Cursor;
use std::ops::Range;

use crate::chat::{Conversation, ConversationId, Message, Timestamp, count};

use super::verdict::{self, Finding, MAX_REPAIR_ROUNDS, examine_buffered};
use crate::store::index::IndexEntry;
use crate::store::index::keys::MODEL;
use crate::store::json::{decode_string, edit};
use crate::store::records::edits::record::{NewMessageKeys, conversation_json};

/// Which names of models are accepted besides those of the judge.
#[derive(Debug, Clone, Copy)]
pub enum AllowedModels<'a> {
    /// Any, because an earlier call has decided.
    Any,
    /// These, which the file holds already, so that its web app knows them.
    Only(&'a [String]),
}

/// A record that every version of the web app accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanitizedRecord<'a> {
    /// The key with its value, as the file has it.
    pub member: Cow<'a, str>,
    /// How many values were repaired.
    pub repaired: usize,
}

/// Returns a member unchanged where nothing is wrong with it, else repaired. One that cannot be
/// repaired becomes the text of a message in a new record.
#[must_use]
pub fn sanitize<'a>(
    id: &ConversationId,
    member: &'a str,
    models: AllowedModels<'_>,
) -> SanitizedRecord<'a> {
    let mut object = format!("{{{member}}}");
    let mut repaired = 0_usize;
    for _ in 0..=MAX_REPAIR_ROUNDS {
        let findings = findings(&object, models);
        if findings.is_empty() {
            let member = match repaired {
                0 => Cow::Borrowed(member),
                _ => Cow::Owned(
                    object.get(1..object.len().saturating_sub(1)).unwrap_or_default().to_owned(),
                ),
            };
            return SanitizedRecord { member, repaired };
        }
        let bytes = |range: Range<usize>| Ok(object.get(range).unwrap_or_default().into());
        let Ok((edits, done)) = verdict::repair_edits(findings, bytes) else { break };
        if edits.is_empty() {
            break;
        }
        object = edit::apply(&object, &edits);
        repaired = repaired.saturating_add(done.len());
    }
    SanitizedRecord { member: Cow::Owned(wrap_as_text(id, member)), repaired: 1 }
}

/// The names of models in a member that the judge does not know.
pub(crate) fn unknown_models(member: &str) -> Vec<String> {
    let object = format!("{{{member}}}");
    findings(&object, AllowedModels::Only(&[]))
        .iter()
        .filter_map(|finding| model_of_finding(&object, finding))
        .collect()
}

/// A sentence about repairs, with a space in front; empty where there were none.
pub(crate) fn repair_sentence(repaired: usize) -> String {
    count::some(repaired, "value").map_or_else(String::new, |values| {
        format!(" Corrected {values} that the web app would not accept.")
    })
}

/// The title of a member, or the id where it has none.
pub(crate) fn record_title(id: &ConversationId, member: &str) -> String {
    IndexEntry::of_member(member)
        .map_or_else(|| id.to_string(), |entry| entry.summary.title.to_string())
}

fn findings(object: &str, models: AllowedModels<'_>) -> Vec<Finding> {
    let report = examine_buffered(Cursor::new(object.as_bytes()), object.len());
    let mut findings = report.map(|report| report.findings).unwrap_or_default();
    findings.retain(|finding| {
        !model_of_finding(object, finding).is_some_and(|name| match models {
            AllowedModels::Any => true,
            AllowedModels::Only(known) => known.contains(&name),
        })
    });
    findings
}

/// The name of a model that a finding is about.
fn model_of_finding(object: &str, finding: &Finding) -> Option<String> {
    let raw = object.get(finding.repair.range.clone()).filter(|_| finding.key == MODEL)?;
    raw.starts_with('"').then(|| decode_string(raw))
}

/// A record with the whole member as the text of its only message.
fn wrap_as_text(id: &ConversationId, member: &str) -> String {
    let at = Timestamp::from_seconds(0);
    let mut all = Conversation::new(id.clone(), id.as_str(), at);
    all.messages.push(Message::question(member, at));
    conversation_json(&all, NewMessageKeys::Eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sanitized(member: &str) -> SanitizedRecord<'_> {
        sanitize(&ConversationId::new("a"), member, AllowedModels::Only(&["gpt-9".to_owned()]))
    }

    const GOOD: &str = r#""a" : {"data": {"id": "a", "created_at": 1, "metadata": {"n": 1}}, "chat_name": "T", "last_update": 2, "odd": 1.50, "messages": [ {"role": "user", "text": "t", "timestamp": 2, "model": "gpt-9"} ]}"#;

    #[test]
    fn a_good_record_keeps_every_byte_and_a_bad_one_all_others() {
        assert_eq!(sanitized(GOOD), SanitizedRecord { member: GOOD.into(), repaired: 0 });
        let long = "9".repeat(4301);
        for (good, bad, repaired) in [
            (r#""a" :"#, r#""a\ud83d" :"#, "\"a\u{fffd}\" :".to_owned()),
            ("1.50", &long, format!("\"{long}\"")),
            (r#""n": 1"#, &format!("\"n\": {long}"), format!("\"n\": \"{long}\"")),
            ("\"timestamp\": 2", "\"timestamp\": 2.75", "\"timestamp\": 2".to_owned()),
            ("\"gpt-9\"", "\"gpt-8\"", "null".to_owned()),
            (r#""text": "t""#, r#""text": "\udc00t""#, "\"text\": \"\u{fffd}t\"".to_owned()),
            (r#""chat_name": "T""#, r#""chat_name": 5"#, r#""chat_name": "5""#.to_owned()),
        ] {
            let bad = GOOD.replace(good, bad);
            let member = GOOD.replace(good, &repaired);
            assert_eq!(sanitized(&bad), SanitizedRecord { member: member.into(), repaired: 1 });
        }
    }

    #[test]
    fn a_member_that_cannot_be_repaired_is_kept_as_text() {
        let record = sanitized(r#""a": {"chat_name": "T", "messages": [{"text": "precious"}]"#);
        assert!(record.member.contains("precious"));
        assert!(findings(&format!("{{{}}}", record.member), AllowedModels::Only(&[])).is_empty());
    }

    #[test]
    fn an_unknown_model_is_named() {
        assert_eq!(unknown_models(GOOD), ["gpt-9"]);
    }
}
