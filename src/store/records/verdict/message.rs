//! One message as each version of the web app would read it.

use std::io::Read;

use super::finding::{Finding, WebVersions};
use super::judge::{Judge, wrap_as_message};
use super::repair::{RecordTime, Repair};
use super::rules::REASONING_LEVELS;
use super::scan::{JsonKind, ScannedValue, scan_value};
use crate::chat::preset::WEB_MODELS;
use crate::store::index::keys::{
    AGENT_PRESET_ID, MODEL, REASONING_DATA, REASONING_LEVEL, RESPONSE_ID, ROLE, TEXT, TIMESTAMP,
};
use crate::store::json::decode_string;
use crate::store::json::stream::{Result, Stream};

impl Judge {
    /// Judges the message that begins here.
    pub(super) fn judge_message<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
    ) -> Result<Vec<Finding>> {
        let wrap = |value: &ScannedValue| wrap_as_message(value, "", "");
        let misplaced = self.judge_misplaced(stream, JsonKind::Object, 3, "", "a message", wrap)?;
        if let Some(misplaced) = misplaced {
            return Ok(misplaced);
        }
        let mut object = self.judge_object(stream, |judge, stream, key| match key {
            ROLE => judge.check_text(stream, 4, key, |_| "user".to_owned()),
            TEXT => judge.check_text(stream, 4, key, |_| String::new()),
            TIMESTAMP => judge.check_time(stream, 4, key, RecordTime::First),
            RESPONSE_ID => judge.check_text_or_null(stream, 4, key, WebVersions::Both),
            REASONING_DATA => judge.judge_reasoning(stream),
            AGENT_PRESET_ID => judge.check_text_or_null(stream, 4, key, WebVersions::Current),
            MODEL => judge.check_one_of(stream, key, &WEB_MODELS),
            REASONING_LEVEL => judge.check_one_of(stream, key, &REASONING_LEVELS),
            _ => judge.check_unknown(stream, 4, key),
        })?;
        let is_empty = object.is_empty();
        object.require(self, TIMESTAMP, |brace| {
            Repair::insert_time(brace, TIMESTAMP, RecordTime::First)
        });
        object.require(self, TEXT, |brace| Repair::insert(brace, false, TEXT, "\"\""));
        object.require(self, ROLE, |brace| Repair::insert(brace, is_empty, ROLE, "\"user\""));
        Ok(object.into_findings())
    }

    /// Judges a value that must be one of the known names, or null.
    fn check_one_of<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &str,
        known: &[&str],
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut findings = self.check_value(&value, 4, key, None);
        let text = decode_string(&String::from_utf8_lossy(&value.raw));
        let reason = match value.kind() {
            JsonKind::Null => return Ok(findings),
            JsonKind::Text if known.contains(&text.as_str()) => return Ok(findings),
            JsonKind::Text => {
                let short: String = text.chars().take(40).collect();
                format!("\"{short}\", which the web app does not know")
            }
            kind => format!("{} instead of text or null", kind.label()),
        };
        let repair = Repair::replace(&value.range, "null");
        let finding = self.finding(&value.range, key, &reason, repair);
        findings.push(finding.versions(WebVersions::Current));
        Ok(findings)
    }
}
