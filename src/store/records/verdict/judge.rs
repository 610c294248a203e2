//! One record as each version of the web app would read it.
//! May not stop at the first thing that is wrong: all of them are to be known and repaired.

use std::io::Read;

use super::finding::{Finding, Impact, WebVersions};
use super::repair::{RecordTime, Repair, quote_range, to_json_string};
use crate::store::json::decode_raw;
use crate::store::json::parser;
use crate::store::json::stream::{Result, Stream};
use crate::store::records::verdict::findings_by_key::{FindingsByKey, PresentKeys, set_findings};
use crate::store::records::verdict::scan::{
    JsonKind, RewrittenBy, ScannedValue, kind_of, scan_value,
};

/// What the judging goes by.
#[derive(Debug, Default)]
pub(super) struct Judge {
    /// What was found whatever else the file says.
    pub findings: Vec<Finding>,
    pub(super) conversation: Option<String>,
    pub(super) message: Option<usize>,
    /// The times known of this record so far.
    pub(super) times: Vec<i64>,
}

impl Judge {
    /// Something about the file as a whole.
    pub(super) fn add_file_finding(&mut self, place: usize, reason: &str) {
        let range = place..place;
        self.conversation = None;
        self.message = None;
        let found =
            self.finding(&range, "", reason, Impact::Rejected, WebVersions::Both, Repair::None);
        self.findings.push(found);
    }

    /// A file that holds no object.
    pub(super) fn add_root_finding(&mut self, top: &ScannedValue) {
        let raw = String::from_utf8_lossy(&top.raw);
        let empty = match top.kind() {
            JsonKind::Null => true,
            JsonKind::Boolean => raw == "false",
            JsonKind::Number => raw.parse::<f64>().is_ok_and(|number| number == 0.0),
            JsonKind::Text => raw == "\"\"",
            JsonKind::Array | JsonKind::Object => {
                top.scan.nesting <= 1 && top.scan.token_count == 0
            }
        };
        let eras = if empty { WebVersions::V2025 } else { WebVersions::Both };
        let reason = format!("it holds {} where an object belongs", top.kind().label());
        let repair = if empty { Repair::replace(&top.range, "{}") } else { Repair::None };
        let found = self.finding(&top.range, "", &reason, Impact::Rejected, eras, repair);
        self.findings.push(found);
    }

    /// Judges the record that begins here; its key has just been read.
    pub(super) fn judge_record<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        key: &[u8],
    ) -> Result<(String, Vec<Finding>)> {
        let id = decode_raw(key);
        let key_at = stream.key_position().saturating_add(1);
        self.conversation = Some(id.clone());
        self.message = None;
        self.times.clear();
        let mut lone = crate::store::json::surrogates::SurrogateScanner::default();
        lone.feed(key, key_at);
        lone.finish();
        let mut found = self.surrogate_findings(&lone.unpaired, "", WebVersions::Both);
        if kind_of(stream.peek()?.unwrap_or_default()) == JsonKind::Object {
            found.extend(self.judge_members(stream, &id)?);
        } else {
            let value = scan_value(stream)?;
            self.check_scan(&value.scan, 1, &value.range, "");
            let reason = format!("{} where a conversation belongs", value.kind().label());
            let repair = wrap_as_record(&id, &value);
            found.push(self.finding(
                &value.range,
                "",
                &reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            ));
        }
        let first = self.times.iter().min().copied().unwrap_or(0);
        let last = self.times.iter().max().copied().unwrap_or(0);
        for finding in &mut found {
            finding.repair.resolve_time(first, last);
        }
        Ok((id, found))
    }

    fn judge_members<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let brace = stream.position();
        let mut slots = FindingsByKey::new();
        let mut has = PresentKeys::default();
        parser::for_each_member(stream, |stream, key| {
            let key = decode_raw(key);
            let found = match key.as_str() {
                "data" => self.judge_data(stream, id)?,
                "chat_name" => self.check_text(stream, 2, &key, |_| String::new())?,
                "last_update" => self.check_time(stream, 2, &key, RecordTime::Last)?,
                "messages" => self.judge_messages(stream)?,
                "last_response_id" => {
                    self.check_text_or_null(stream, 2, &key, WebVersions::Both)?
                }
                _ => self.check_unknown(stream, 2, &key)?,
            };
            has.insert(&key);
            set_findings(&mut slots, key, found);
            Ok(())
        })?;
        let mut found: Vec<Finding> = slots.into_values().flatten().collect();
        let key = to_json_string(id);
        let mut missing = |key: &str, repair: Repair| {
            let range = brace..brace;
            let reason = "is missing";
            found.push(self.finding(
                &range,
                key,
                reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            ));
        };
        if !has.contains("last_update") {
            missing("last_update", Repair::insert_time(brace, "last_update", RecordTime::Last));
        }
        if !has.contains("chat_name") {
            missing("chat_name", Repair::insert(brace, false, "chat_name", &key));
        }
        if !has.contains("data") {
            let repair = Repair::Time {
                range: brace.saturating_add(1)..brace.saturating_add(1),
                before: format!("\"data\": {{\"id\": {key}, \"created_at\": "),
                after: format!(
                    ", \"metadata\": {{}}, \"object\": \"conversation\"}}{}",
                    if has.is_empty() { "" } else { ", " }
                ),
                which: RecordTime::First,
            };
            missing("data", repair);
        }
        Ok(found)
    }

    fn judge_data<R: Read>(&mut self, stream: &mut Stream<R>, id: &str) -> Result<Vec<Finding>> {
        let brace = stream.position();
        if kind_of(stream.peek()?.unwrap_or_default()) != JsonKind::Object {
            let value = scan_value(stream)?;
            self.check_scan(&value.scan, 2, &value.range, "data");
            let reason = format!("{} where an object belongs", value.kind().label());
            let before = format!(
                "{{\"id\": {}, \"created_at\": 0, \"metadata\": {{\"value\": ",
                to_json_string(id)
            );
            let repair =
                Repair::Wrap { range: value.range.clone(), before, after: "}}".to_owned() };
            return Ok(vec![self.finding(
                &value.range,
                "data",
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
            let name = format!("data.{key}");
            let found = match key.as_str() {
                "id" => self.check_text(stream, 3, &name, |_| id.to_owned())?,
                "created_at" => self.check_time(stream, 3, &name, RecordTime::First)?,
                "object" => self.check_text(stream, 3, &name, |_| "conversation".to_owned())?,
                "metadata" => self.judge_metadata(stream)?,
                _ => self.check_unknown(stream, 3, &name)?,
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
        if !has.contains("created_at") {
            let repair = Repair::insert_time(brace, "created_at", RecordTime::First);
            missing("data.created_at", repair);
        }
        if !has.contains("id") {
            missing("data.id", Repair::insert(brace, has.is_empty(), "id", &to_json_string(id)));
        }
        Ok(found)
    }

    fn judge_metadata<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        let (name, value) = ("data.metadata", scan_value(stream)?);
        let mut found = self.check_value(&value, 3, name, RewrittenBy::Versions(WebVersions::Both));
        if value.kind() != JsonKind::Object {
            let reason = format!("{} where an object belongs", value.kind().label());
            let repair = if value.kind() == JsonKind::Null {
                Repair::replace(&value.range, "{}")
            } else {
                let before = "{\"value\": ".to_owned();
                Repair::Wrap { range: value.range.clone(), before, after: "}".to_owned() }
            };
            found.push(self.finding(
                &value.range,
                name,
                &reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            ));
        }
        let odd = value.scan.python_numbers.iter().map(|range| (range, Repair::None));
        let infinite = value.scan.infinite_numbers.iter().map(|range| (range, quote_range(range)));
        for (range, repair) in odd.chain(infinite).filter(|_| value.kind() == JsonKind::Object) {
            let reason = "a number that is none, or infinite";
            let effect = Impact::NoSidebar;
            found.push(self.finding(range, name, reason, effect, WebVersions::Both, repair));
        }
        Ok(found)
    }

    fn judge_messages<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<Vec<Finding>> {
        if kind_of(stream.peek()?.unwrap_or_default()) != JsonKind::Array {
            let value = scan_value(stream)?;
            self.check_scan(&value.scan, 2, &value.range, "messages");
            let reason = format!("{} where a list belongs", value.kind().label());
            let repair = if value.kind() == JsonKind::Null {
                Repair::replace(&value.range, "[]")
            } else {
                wrap_as_message(&value, "[", "]")
            };
            return Ok(vec![self.finding(
                &value.range,
                "messages",
                &reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            )]);
        }
        let mut found = Vec::new();
        let mut number = 0_usize;
        parser::for_each_element(stream, |stream| {
            self.message = Some(number);
            found.extend(self.judge_message(stream)?);
            number = number.saturating_add(1);
            Ok(())
        })?;
        self.message = None;
        Ok(found)
    }
}

/// A value as the text of a message, with something around that.
pub(super) fn wrap_as_message(value: &ScannedValue, before: &str, after: &str) -> Repair {
    let before = format!("{before}{{\"role\": \"user\", \"text\": ");
    let after = format!(", \"timestamp\": 0, \"response_id\": null}}{after}");
    let range = value.range.clone();
    if value.kind() == JsonKind::Text {
        return Repair::Wrap { range, before, after };
    }
    Repair::Quote { range, before, after }
}

/// A record in the place of something else, which becomes the text of a message in it.
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
