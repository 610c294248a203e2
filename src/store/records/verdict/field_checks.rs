//! What each kind of field has to be, and what is wrong with a value under any key.

use std::io::Read;
use std::ops::Range;

use super::finding::{Finding, Impact, WebVersions};
use super::judge::Judge;
use super::repair::{RecordTime, Repair, RepairKind};
use super::rules::{
    IntegerCheck, MAX_READ_DEPTH, MAX_WRITE_DEPTH_2025, MAX_WRITE_DEPTH_CURRENT, check_integer,
};
use super::scan::{JsonKind, ScannedValue, ValueScan, scan_value};
use crate::chat::python_float::MAX_INTEGER_DIGITS;
use crate::store::json::stream::{Result, Stream};
use crate::store::json::to_json_string;

// In all of these, `level` is how many containers are open around the value.
impl Judge {
    /// Judges a value that must be text; `stand_in` is what null becomes, and other values are
    /// quoted.
    pub(super) fn check_text<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        stand_in: impl Fn(&ScannedValue) -> String,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let rewritten_by = Some(WebVersions::Both);
        let mut findings = self.check_value(&value, level, key, rewritten_by);
        if value.kind() != JsonKind::Text {
            let reason = format!("{} instead of text", value.kind().label());
            let repair = match value.kind() {
                JsonKind::Null => Repair::replace(&value.range, to_json_string(&stand_in(&value))),
                _ => Repair::quote(&value.range),
            };
            findings.push(self.finding(&value.range, key, &reason, repair));
        }
        Ok(findings)
    }

    pub(super) fn check_text_or_null<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        versions: WebVersions,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut findings = self.check_value(&value, level, key, Some(versions));
        if !matches!(value.kind(), JsonKind::Text | JsonKind::Null) {
            let reason = format!("{} instead of text or null", value.kind().label());
            let repair = Repair::replace(&value.range, "null");
            findings.push(self.finding(&value.range, key, &reason, repair).versions(versions));
        }
        Ok(findings)
    }

    /// Judges a value that must be a time in whole seconds; `which` time of the record stands in
    /// for one that cannot be read.
    pub(super) fn check_time<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        which: RecordTime,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut findings = self.check_value(&value, level, key, None);
        match check_integer(&value) {
            IntegerCheck::Valid(time) => self.times.extend(time),
            IntegerCheck::Invalid(reason, near) => {
                self.times.extend(near);
                // Between other messages, the time of the one before is the closest.
                let before = self.times.last().filter(|_| self.message.is_some());
                let repair = match near.or(before.copied()) {
                    Some(time) => Repair::replace(&value.range, time.to_string()),
                    None => Repair::new(RepairKind::Time(which), &value.range, "", ""),
                };
                findings.push(self.finding(&value.range, key, &reason, repair));
            }
        }
        Ok(findings)
    }

    pub(super) fn check_unknown<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        Ok(self.check_value(&value, level, key, None))
    }

    /// Finds what is wrong with a value under any key; the versions that keep it write its text again at
    /// the next save.
    pub(super) fn check_value(
        &mut self,
        value: &ScannedValue,
        level: usize,
        key: &str,
        rewritten_by: Option<WebVersions>,
    ) -> Vec<Finding> {
        self.check_scan(&value.scan, level, &value.range, key);
        let Some(versions) = rewritten_by else { return Vec::new() };
        let mut findings = self.surrogate_findings(&value.scan.surrogates.unpaired, key, versions);
        let depth = level.saturating_add(value.scan.nesting);
        findings.extend(self.depth_finding(depth, &value.range, key, versions, "value"));
        findings
    }

    /// Adds what Python cannot parse, which matters even where a later value of the key counts.
    pub(super) fn check_scan(
        &mut self,
        scan: &ValueScan,
        level: usize,
        range: &Range<usize>,
        key: &str,
    ) {
        let mut add = |range: &Range<usize>, reason, impact| {
            let finding = self.finding(range, key, reason, Repair::quote(range)).impact(impact);
            self.findings.push(finding);
        };
        let too_long = format!("a whole number of more than {MAX_INTEGER_DIGITS} digits");
        for long in &scan.long_integers {
            add(long, &too_long, Impact::Rejected);
        }
        // In the place of a conversation, even where a later one of that key counts.
        for odd in scan.python_numbers.iter().filter(|_| level == 1) {
            add(odd, "NaN or Infinity, which is not JSON", Impact::UnreadableHere);
        }
        if level.saturating_add(scan.nesting) > MAX_READ_DEPTH {
            add(range, "nested too deeply to be read", Impact::Rejected);
        }
    }

    /// Finds a value whose containers reach deeper than Python can write; the repair keeps it as
    /// text under the key `wrapper`.
    pub(super) fn depth_finding(
        &self,
        depth: usize,
        range: &Range<usize>,
        key: &str,
        versions: WebVersions,
        wrapper: &str,
    ) -> Option<Finding> {
        let versions = match versions {
            _ if depth <= MAX_WRITE_DEPTH_CURRENT => return None,
            WebVersions::Both if depth <= MAX_WRITE_DEPTH_2025 => WebVersions::Current,
            versions => versions,
        };
        let before = format!("{{\"{wrapper}\": ");
        let repair = Repair::new(RepairKind::Quote, range, before, "}");
        let finding = self.finding(range, key, "nested too deeply to be written", repair);
        Some(finding.impact(Impact::Unsavable).versions(versions))
    }

    /// Finds unpaired surrogates; `positions` are those of their escapes, six bytes each.
    pub(super) fn surrogate_findings(
        &self,
        positions: &[usize],
        key: &str,
        versions: WebVersions,
    ) -> Vec<Finding> {
        let findings = positions.iter().map(|position| {
            let range = *position..position.saturating_add(6);
            let repair = Repair::replace(&range, "\u{fffd}");
            self.finding(&range, key, "half a surrogate pair", repair)
                .impact(Impact::Unsavable)
                .versions(versions)
        });
        findings.collect()
    }

    /// A finding for which both versions reject the file.
    pub(super) fn finding(
        &self,
        range: &Range<usize>,
        key: &str,
        reason: &str,
        repair: Repair,
    ) -> Finding {
        Finding {
            position: range.start,
            line: 1,
            conversation: self.conversation.clone(),
            message: self.message,
            key: key.to_owned(),
            reason: reason.to_owned(),
            impact: Impact::Rejected,
            versions: WebVersions::Both,
            repair,
        }
    }
}
