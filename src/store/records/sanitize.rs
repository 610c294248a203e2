//! The one gate for records that come into the file from elsewhere: an import, another version, the
//! trash, a journal. Each is judged as the doctor judges, and put right where it must be.
//! May not lose text, nor touch a byte that nothing is found about.

use std::borrow::Cow;
use std::io::Cursor;
use std::ops::Range;

use crate::chat::{Conversation, ConversationId, Message, Timestamp};

use super::verdict::{self, Finding, MAX_ROUNDS, examine_buffered};
use crate::store::json::edit;
use crate::store::json::{decode_string, members};
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::read;

/// Which names of models are taken beside those the doctor knows.
#[derive(Debug, Clone, Copy)]
pub enum AllowedModels<'a> {
    /// Any: it was decided earlier.
    Any,
    /// These: the file holds them already, so its web app knows them.
    Only(&'a [String]),
}

/// A record every version of the web app takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanitizedRecord<'a> {
    /// Key and value.
    pub member: Cow<'a, str>,
    /// How many values had to be put right.
    pub repaired: usize,
}

/// Lets a record through: to the byte where nothing is wrong with it, else put right. One that
/// cannot be put right comes as text in a conversation of its own.
#[must_use]
pub fn sanitize<'a>(
    id: &ConversationId,
    member: &'a str,
    models: AllowedModels<'_>,
) -> SanitizedRecord<'a> {
    let mut object = format!("{{{member}}}");
    let mut repaired = 0_usize;
    for _ in 0..=MAX_ROUNDS {
        let found = findings(&object, models);
        if found.is_empty() {
            let member = match repaired {
                0 => Cow::Borrowed(member),
                _ => Cow::Owned(
                    object.get(1..object.len().saturating_sub(1)).unwrap_or_default().to_owned(),
                ),
            };
            return SanitizedRecord { member, repaired };
        }
        let bytes = |range: Range<usize>| Ok(object.get(range).unwrap_or_default().into());
        let Ok((edits, done)) = verdict::repair_edits(found, bytes) else { break };
        if edits.is_empty() {
            break;
        }
        object = edit::apply(&object, &edits);
        repaired = repaired.saturating_add(done.len());
    }
    SanitizedRecord { member: Cow::Owned(wrap_as_text(id, member)), repaired: 1 }
}

/// The names of models a record holds that the doctor does not know.
#[must_use]
pub fn unknown_models(member: &str) -> Vec<String> {
    let object = format!("{{{member}}}");
    findings(&object, AllowedModels::Only(&[]))
        .iter()
        .filter_map(|it| model_of_finding(&object, it))
        .collect()
}

/// A sentence about what was put right, with a space in front; nothing where nothing was.
#[must_use]
pub fn repair_sentence(repaired: usize) -> String {
    match repaired {
        0 => String::new(),
        1 => " One value the web app would not have taken was put right.".to_owned(),
        many => format!(" {many} values the web app would not have taken were put right."),
    }
}

/// The title a record shows.
#[must_use]
pub fn record_title(id: &ConversationId, member: &str) -> String {
    let object = format!("{{{member}}}");
    let value =
        members(&object, 0..object.len()).ok().and_then(|all| Some(all.first()?.value.clone()));
    read::conversation(&object, id, value.unwrap_or_default()).title
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

/// The name of a model something was found about.
fn model_of_finding(object: &str, finding: &Finding) -> Option<String> {
    let value = finding.repair.range().filter(|_| finding.key == "model")?;
    let raw = object.get(value.clone())?;
    raw.starts_with('"').then(|| decode_string(raw))
}

/// The whole record as the text of a message.
fn wrap_as_text(id: &ConversationId, member: &str) -> String {
    let at = Timestamp::from_seconds(0);
    let mut all = Conversation::new(id.clone(), id.as_str(), at);
    all.messages.push(Message::question(member, at));
    record::conversation_json(&all, NewMessageKeys::Eight).trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(member: &str) -> SanitizedRecord<'_> {
        sanitize(&ConversationId::new("a"), member, AllowedModels::Only(&["gpt-9".to_owned()]))
    }

    const GOOD: &str = r#""a" : {"data": {"id": "a", "created_at": 1, "metadata": {"n": 1}}, "chat_name": "T", "last_update": 2, "odd": 1.50, "messages": [ {"role": "user", "text": "t", "timestamp": 2, "model": "gpt-9"} ]}"#;

    #[test]
    fn a_good_record_keeps_every_byte_and_a_bad_one_all_others() {
        assert_eq!(passed(GOOD), SanitizedRecord { member: GOOD.into(), repaired: 0 });
        let long = "9".repeat(4301);
        for (good, bad, put_right) in [
            (r#""a" :"#, r#""a\ud83d" :"#, "\"a\u{fffd}\" :".to_owned()),
            ("1.50", &long, format!("\"{long}\"")),
            (r#""n": 1"#, &format!("\"n\": {long}"), format!("\"n\": \"{long}\"")),
            ("\"timestamp\": 2", "\"timestamp\": 2.75", "\"timestamp\": 2".to_owned()),
            ("\"gpt-9\"", "\"gpt-8\"", "null".to_owned()),
            (r#""text": "t""#, r#""text": "\udc00t""#, "\"text\": \"\u{fffd}t\"".to_owned()),
            (r#""chat_name": "T""#, r#""chat_name": 5"#, r#""chat_name": "5""#.to_owned()),
        ] {
            let bad = GOOD.replace(good, bad);
            let member = GOOD.replace(good, &put_right);
            assert_eq!(passed(&bad), SanitizedRecord { member: member.into(), repaired: 1 });
        }
    }

    #[test]
    fn what_cannot_be_put_right_is_kept_as_text() {
        let passed = passed(r#""a": {"chat_name": "T", "messages": [{"text": "precious"}]"#);
        assert!(passed.member.contains("precious"));
        assert!(findings(&format!("{{{}}}", passed.member), AllowedModels::Only(&[])).is_empty());
    }

    #[test]
    fn a_model_nobody_here_knows_is_named() {
        assert_eq!(unknown_models(GOOD), ["gpt-9"]);
    }
}
