//! One message as each version of the web app would read it.
//! May not look at its text beyond what cannot be written again.

use std::io::Read;

use super::finding::{Finding, Impact, WebVersions};
use super::judge::{Judge, wrap_as_message};
use super::repair::{RecordTime, Repair};
use super::rules::{MODELS, REASONING_LEVELS};
use crate::store::json::stream::{Result, Stream};
use crate::store::json::{decode_raw, decode_string, parser};
use crate::store::records::verdict::findings_by_key::{FindingsByKey, PresentKeys, set_findings};
use crate::store::records::verdict::scan::{JsonKind, RewrittenBy, kind_of, scan_value};

impl Judge {
    /// Judges the message that begins here.
    pub(super) fn judge_message<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
    ) -> Result<Vec<Finding>> {
        let brace = stream.position();
        if kind_of(stream.peek()?.unwrap_or_default()) != JsonKind::Object {
            let value = scan_value(stream)?;
            self.check_scan(&value.scan, 3, &value.range, "");
            let reason = format!("{} where a message belongs", value.kind().label());
            let repair = wrap_as_message(&value, "", "");
            return Ok(vec![self.finding(
                &value.range,
                "",
                &reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            )]);
        }
        let mut slots = FindingsByKey::new();
        let mut has = PresentKeys::default();
        parser::for_each_member(stream, |stream, key| {
            let key = decode_raw(key);
            let found = match key.as_str() {
                "role" => self.check_text(stream, 4, &key, |_| "user".to_owned())?,
                "text" => self.check_text(stream, 4, &key, |_| String::new())?,
                "timestamp" => self.check_time(stream, 4, &key, RecordTime::First)?,
                "response_id" => self.check_text_or_null(stream, 4, &key, WebVersions::Both)?,
                "reasoning_data" => self.judge_reasoning(stream)?,
                "agent_preset_id" => {
                    self.check_text_or_null(stream, 4, &key, WebVersions::Current)?
                }
                "model" => self.check_one_of(stream, &key, &MODELS)?,
                "reasoning_level" => self.check_one_of(stream, &key, &REASONING_LEVELS)?,
                _ => self.check_unknown(stream, 4, &key)?,
            };
            has.insert(&key);
            set_findings(&mut slots, key, found);
            Ok(())
        })?;
        let mut found: Vec<Finding> = slots.into_values().flatten().collect();
        let range = brace..brace;
        let mut missing = |key: &str, repair: Repair| {
            found.push(self.finding(
                &range,
                key,
                "is missing",
                Impact::Rejected,
                WebVersions::Both,
                repair,
            ));
        };
        if !has.contains("timestamp") {
            missing("timestamp", Repair::insert_time(brace, "timestamp", RecordTime::First));
        }
        if !has.contains("text") {
            missing("text", Repair::insert(brace, false, "text", "\"\""));
        }
        if !has.contains("role") {
            missing("role", Repair::insert(brace, has.is_empty(), "role", "\"user\""));
        }
        Ok(found)
    }

    /// A name out of a few, or null.
    fn check_one_of<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &str,
        known: &[&str],
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut found = self.check_value(&value, 4, key, RewrittenBy::Nobody);
        let text = decode_string(&String::from_utf8_lossy(&value.raw));
        let reason = match value.kind() {
            JsonKind::Null => return Ok(found),
            JsonKind::Text if known.contains(&text.as_str()) => return Ok(found),
            JsonKind::Text => {
                let short: String = text.chars().take(40).collect();
                format!("\"{short}\", which it does not know")
            }
            kind => format!("{} where text or null belongs", kind.label()),
        };
        let repair = Repair::replace(&value.range, "null");
        found.push(self.finding(
            &value.range,
            key,
            &reason,
            Impact::Rejected,
            WebVersions::Current,
            repair,
        ));
        Ok(found)
    }
}
