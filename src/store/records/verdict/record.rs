//! Judges one record before it is written, as `doctor` judges the file.
//! Must not blame a change for faults that the old record had.

use crate::chat::ConversationId;

use super::finding::Finding;
use super::judge::Judge;
use crate::store::json::{Stream, encode_string};

/// Everything a version of the web app, or this program, would not accept in the record of a
/// conversation.
pub(super) fn examine_record(id: &ConversationId, record: &str) -> Vec<Finding> {
    let mut key = String::new();
    encode_string(id.as_str(), &mut key);
    let key = key.get(1..key.len().saturating_sub(1)).unwrap_or_default();
    let mut stream = Stream::new(record.as_bytes(), record.len());
    let mut judge = Judge::default();
    match judge.judge_record(&mut stream, key.as_bytes()) {
        Ok((_, findings)) if stream.position() == record.len() => judge.findings.extend(findings),
        Ok(_) | Err(_) => judge.add_file_finding(stream.position(), "it is not one JSON value"),
    }
    judge.findings
}

/// The first thing that would not be accepted in the new text of a record and was not in the old one,
/// in words; an empty text is no record.
pub(crate) fn new_finding(id: &ConversationId, old: &str, new: &str) -> Option<String> {
    let findings = examine_record(id, new);
    if findings.is_empty() {
        return None;
    }
    let mut old_findings = if old.is_empty() { Vec::new() } else { examine_record(id, old) };
    // A fault that the old record has twice may be there twice.
    let is_new = |finding: &Finding| {
        let same = |old: &Finding| {
            (&old.key, &old.reason, old.impact, old.versions)
                == (&finding.key, &finding.reason, finding.impact, finding.versions)
        };
        old_findings.iter().position(same).map(|at| old_findings.swap_remove(at)).is_none()
    };
    findings.into_iter().find(is_new).map(|Finding { key, reason, .. }| match key.as_str() {
        "" => reason,
        key => format!("{key}: {reason}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with these last members of its only message, a last update and more of its own.
    fn record(message: &str, last_update: &str, more: &str) -> String {
        format!(
            r#"{{"data": {{"id": "c", "created_at": 1, "metadata": {{}}}}, "chat_name": "T",
            "last_update": {last_update}, "messages": [{{"role": "user", "text": "q", "timestamp": 1{message}}}]{more}}}"#
        )
    }

    fn new_finding_of(old: &str, new: &str) -> Option<String> {
        new_finding(&ConversationId::new("c"), old, new)
    }

    #[test]
    fn every_value_the_web_app_rejects_is_a_new_finding() {
        assert_eq!(new_finding_of("", &record("", "1", "")), None);
        let harmless = r#", "model": null, "reasoning_level": "high", "odd": [1.5]"#;
        assert_eq!(new_finding_of("", &record(harmless, "1", "")), None);
        for message in [
            r#", "response_id": 7"#,
            r#", "model": "o4-mini""#,
            r#", "reasoning_level": "xhigh""#,
            r#", "agent_preset_id": 1"#,
            r#", "reasoning_data": []"#,
            r#", "reasoning_data": {"timestamp": null}"#,
            r#", "reasoning_data": {"summary_parts": [1]}"#,
            r#", "reasoning_data": {"message_data": {"content_items": {}}}"#,
            r#", "text": "\ud83d""#,
            r#", "text": null"#,
            r#", "timestamp": 1.5"#,
            r#", "timestamp": NaN"#,
        ] {
            assert!(new_finding_of("", &record(message, "1", "")).is_some(), "{message}");
        }
        for last_update in ["1.5", "null", "\"abc\"", "1E400", "9.3e18", &"7".repeat(4301)] {
            assert!(new_finding_of("", &record("", last_update, "")).is_some(), "{last_update}");
        }
        let deep =
            format!(", \"reasoning_data\": {{\"x\": {}1{}}}", "[".repeat(980), "]".repeat(980));
        assert!(new_finding_of("", &record(&deep, "1", "")).is_some());
        for whole in ["[]", "null", "{}", "{\"a\": 1", "{} {}", r#"{"chat_name": "T"}"#] {
            assert!(new_finding_of("", whole).is_some(), "{whole}");
        }
    }

    #[test]
    fn faults_of_the_old_record_are_not_new_but_more_of_them_are() {
        let old = record(r#", "model": "o4-mini""#, "1.5", "");
        assert_eq!(new_finding_of(&old, &old), None);
        assert_eq!(new_finding_of(&old, &record(r#", "model": "o4-mini""#, "2", "")), None);
        let reason = new_finding_of(&old, &record(r#", "model": "gpt-4o""#, "1.5", "")).unwrap();
        assert_eq!(reason, "model: \"gpt-4o\", which the web app does not know");
        let twice = old.replace(
            ']',
            r#", {"role": "user", "text": "q", "timestamp": 1, "model": "o4-mini"}]"#,
        );
        assert!(new_finding_of(&old, &twice).is_some());
    }
}
