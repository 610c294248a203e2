//! One record as each version of the web app would read it.
//! Must not stop at the first thing that is wrong, because all of them are repaired together.

use std::io::Read;

use super::finding::{Finding, Impact, WebVersions};
use super::repair::{RecordTime, Repair, RepairKind};
use super::scan::{JsonKind, ScannedValue, scan_value};
use crate::store::index::keys::{
    CHAT_NAME, CREATED_AT, DATA, ID, LAST_RESPONSE_ID, LAST_UPDATE, MESSAGES, METADATA, OBJECT,
};
use crate::store::json::stream::{Result, Stream};
use crate::store::json::{decode_raw, parser, to_json_string, unpaired_surrogates};

/// The state of judging a file.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// Findings about bytes that Python parses even where a later value of the same key counts.
    pub findings: Vec<Finding>,
    pub(super) conversation: Option<String>,
    pub(super) message: Option<usize>,
    /// The times read of the current record so far, in seconds.
    pub(super) times: Vec<i64>,
}

impl Judge {
    /// Adds a finding about the file as a whole.
    pub(super) fn add_file_finding(&mut self, position: usize, reason: &str) {
        self.conversation = None;
        self.message = None;
        let at = position..position;
        let none = Repair::new(RepairKind::None, &at, "", "");
        let finding = self.finding(&at, "", reason, none);
        self.findings.push(finding);
    }

    /// Adds a finding about a file that holds no object. The version of 2025 writes over any value
    /// that Python takes for false.
    pub(super) fn add_root_finding(&mut self, root: &ScannedValue) {
        let raw = String::from_utf8_lossy(&root.raw);
        let is_empty = match root.kind() {
            JsonKind::Null => true,
            JsonKind::Boolean => raw == "false",
            JsonKind::Number => raw.parse::<f64>().is_ok_and(|number| number == 0.0),
            JsonKind::Text => raw == "\"\"",
            JsonKind::Array | JsonKind::Object => {
                root.scan.nesting <= 1 && root.scan.token_count == 0
            }
        };
        let reason = format!("it contains {} instead of an object", root.kind().label());
        let finding = if is_empty {
            self.finding(&root.range, "", &reason, Repair::replace(&root.range, "{}"))
                .versions(WebVersions::V2025)
        } else {
            let none = Repair::new(RepairKind::None, &root.range, "", "");
            self.finding(&root.range, "", &reason, none)
        };
        self.findings.push(finding);
    }

    /// Judges the record that begins here; its key has just been read.
    pub(super) fn judge_record<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &[u8],
    ) -> Result<(String, Vec<Finding>)> {
        let id = decode_raw(key);
        self.conversation = Some(id.clone());
        self.message = None;
        self.times.clear();
        let surrogates = unpaired_surrogates(key, stream.key_position().saturating_add(1));
        let mut findings = self.surrogate_findings(&surrogates, "", WebVersions::Both);
        let wrap = |value: &ScannedValue| wrap_as_record(&id, value);
        findings.extend(
            match self.judge_misplaced(stream, JsonKind::Object, 1, "", "a conversation", wrap)? {
                Some(misplaced) => misplaced,
                None => self.judge_members(stream, &id)?,
            },
        );
        let first = self.times.iter().min().copied().unwrap_or(0);
        let last = self.times.iter().max().copied().unwrap_or(0);
        for finding in &mut findings {
            finding.repair.resolve_time(first, last);
        }
        Ok((id, findings))
    }

    fn judge_members<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let mut object = self.judge_object(stream, |judge, stream, key| match key {
            DATA => judge.judge_data(stream, id),
            CHAT_NAME => judge.check_text(stream, 2, key, |_| String::new()),
            LAST_UPDATE => judge.check_time(stream, 2, key, RecordTime::Last),
            MESSAGES => judge.judge_messages(stream),
            LAST_RESPONSE_ID => judge.check_text_or_null(stream, 2, key, WebVersions::Both),
            _ => judge.check_unknown(stream, 2, key),
        })?;
        let quoted = to_json_string(id);
        let is_empty = object.is_empty();
        object.require(self, LAST_UPDATE, |brace| {
            Repair::insert_time(brace, LAST_UPDATE, RecordTime::Last)
        });
        object.require(self, CHAT_NAME, |brace| Repair::insert(brace, false, CHAT_NAME, &quoted));
        object.require(self, DATA, |brace| {
            let comma = if is_empty { "" } else { ", " };
            let at = brace.saturating_add(1);
            let before = format!("\"{DATA}\": {{\"{ID}\": {quoted}, \"{CREATED_AT}\": ");
            let after = format!(", \"{METADATA}\": {{}}, \"{OBJECT}\": \"conversation\"}}{comma}");
            Repair::new(RepairKind::Time(RecordTime::First), &(at..at), before, after)
        });
        Ok(object.into_findings())
    }

    fn judge_data<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let quoted = to_json_string(id);
        let wrap = |value: &ScannedValue| {
            let before =
                format!("{{\"{ID}\": {quoted}, \"{CREATED_AT}\": 0, \"{METADATA}\": {{\"value\": ");
            Repair::new(RepairKind::Wrap, &value.range, before, "}}")
        };
        let misplaced =
            self.judge_misplaced(stream, JsonKind::Object, 2, DATA, "an object", wrap)?;
        if let Some(misplaced) = misplaced {
            return Ok(misplaced);
        }
        let mut object = self.judge_object(stream, |judge, stream, key| {
            let path = format!("{DATA}.{key}");
            match key {
                ID => judge.check_text(stream, 3, &path, |_| id.to_owned()),
                CREATED_AT => judge.check_time(stream, 3, &path, RecordTime::First),
                OBJECT => judge.check_text(stream, 3, &path, |_| "conversation".to_owned()),
                METADATA => judge.judge_metadata(stream, &path),
                _ => judge.check_unknown(stream, 3, &path),
            }
        })?;
        let is_empty = object.is_empty();
        object.require(self, "data.created_at", |brace| {
            Repair::insert_time(brace, CREATED_AT, RecordTime::First)
        });
        object.require(self, "data.id", |brace| Repair::insert(brace, is_empty, ID, &quoted));
        Ok(object.into_findings())
    }

    fn judge_metadata<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        path: &str,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut findings = self.check_value(&value, 3, path, Some(WebVersions::Both));
        if value.kind() != JsonKind::Object {
            let reason = format!("{} instead of an object", value.kind().label());
            let repair = if value.kind() == JsonKind::Null {
                Repair::replace(&value.range, "{}")
            } else {
                Repair::new(RepairKind::Wrap, &value.range, "{\"value\": ", "}")
            };
            findings.push(self.finding(&value.range, path, &reason, repair));
            return Ok(findings);
        }
        for range in value.scan.python_numbers.iter().chain(&value.scan.infinite_numbers) {
            let (reason, repair) = ("NaN or infinity", Repair::quote(range));
            findings.push(self.finding(range, path, reason, repair).impact(Impact::NoSidebar));
        }
        Ok(findings)
    }

    fn judge_messages<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        let wrap = |value: &ScannedValue| match value.kind() {
            JsonKind::Null => Repair::replace(&value.range, "[]"),
            _ => wrap_as_message(value, "[", "]"),
        };
        let misplaced =
            self.judge_misplaced(stream, JsonKind::Array, 2, MESSAGES, "a list", wrap)?;
        if let Some(misplaced) = misplaced {
            return Ok(misplaced);
        }
        let mut findings = Vec::new();
        let mut number = 0_usize;
        parser::for_each_element(stream, |stream| {
            self.message = Some(number);
            findings.extend(self.judge_message(stream)?);
            number = number.saturating_add(1);
            Ok(())
        })?;
        self.message = None;
        Ok(findings)
    }
}

/// A value as the text of a message, between `before` and `after`.
pub(super) fn wrap_as_message(value: &ScannedValue, before: &str, after: &str) -> Repair {
    let before = format!("{before}{{\"role\": \"user\", \"text\": ");
    let after = format!(", \"timestamp\": 0, \"response_id\": null}}{after}");
    let is_text = value.kind() == JsonKind::Text;
    let kind = if is_text { RepairKind::Wrap } else { RepairKind::Quote };
    Repair::new(kind, &value.range, before, after)
}

/// A record in the place of another value, which becomes the text of a message in it.
fn wrap_as_record(id: &str, value: &ScannedValue) -> Repair {
    let key = to_json_string(id);
    let before = format!(
        "{{\"data\": {{\"id\": {key}, \"created_at\": 0, \"metadata\": {{}}, \"object\": \
         \"conversation\"}}, \"chat_name\": {key}, \"last_update\": 0, \"messages\": ["
    );
    let after = "], \"last_response_id\": null}";
    if value.kind() == JsonKind::Null {
        return Repair::replace(&value.range, before + after);
    }
    wrap_as_message(value, &before, after)
}
