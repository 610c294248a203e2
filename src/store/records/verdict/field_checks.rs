//! What each kind of field has to be, and what is wrong with a value wherever it stands.
//! May not know which fields there are.

use std::io::Read;
use std::ops::Range;

use crate::store::json::stream::{Result, Stream};
use crate::store::records::verdict::finding::{Finding, Impact, WebVersions};
use crate::store::records::verdict::judge::Judge;
use crate::store::records::verdict::repair::{RecordTime, Repair, quote_range, to_json_string};
use crate::store::records::verdict::rules::{
    IntegerCheck, MAX_READ_DEPTH, MAX_WRITE_DEPTH_2025, MAX_WRITE_DEPTH_CURRENT, check_integer,
};
use crate::store::records::verdict::scan::{
    JsonKind, RewrittenBy, ScannedValue, ValueScan, scan_value,
};

impl Judge {
    /// A text; what stands there instead becomes one.
    pub(super) fn check_text<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        stand_in: impl Fn(&ScannedValue) -> String,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut found =
            self.check_value(&value, level, key, RewrittenBy::Versions(WebVersions::Both));
        if value.kind() != JsonKind::Text {
            let reason = format!("{} where text belongs", value.kind().label());
            let repair = match value.kind() {
                JsonKind::Null => Repair::replace(&value.range, to_json_string(&stand_in(&value))),
                _ => quote_range(&value.range),
            };
            found.push(self.finding(
                &value.range,
                key,
                &reason,
                Impact::Rejected,
                WebVersions::Both,
                repair,
            ));
        }
        Ok(found)
    }

    pub(super) fn check_text_or_null<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        eras: WebVersions,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut found = self.check_value(&value, level, key, RewrittenBy::Versions(eras));
        if !matches!(value.kind(), JsonKind::Text | JsonKind::Null) {
            let reason = format!("{} where text or null belongs", value.kind().label());
            let repair = Repair::replace(&value.range, "null");
            found.push(self.finding(&value.range, key, &reason, Impact::Rejected, eras, repair));
        }
        Ok(found)
    }

    pub(super) fn check_time<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        which: RecordTime,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut found = self.check_value(&value, level, key, RewrittenBy::Nobody);
        match check_integer(&value) {
            IntegerCheck::Valid(time) => self.times.extend(time),
            IntegerCheck::Invalid(reason, near) => {
                self.times.extend(near);
                let range = value.range.clone();
                let repair = match (near, self.times.last().filter(|_| self.message.is_some())) {
                    (Some(near), _) => Repair::replace(&range, near.to_string()),
                    // Between other messages, the one before is the closest.
                    (None, Some(before)) => Repair::replace(&range, before.to_string()),
                    (None, None) => {
                        Repair::Time { range, before: String::new(), after: String::new(), which }
                    }
                };
                found.push(self.finding(
                    &value.range,
                    key,
                    &reason,
                    Impact::Rejected,
                    WebVersions::Both,
                    repair,
                ));
            }
        }
        Ok(found)
    }

    pub(super) fn check_unknown<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        Ok(self.check_value(&value, level, key, RewrittenBy::Nobody))
    }

    /// What is wrong with a value whatever it is for; `level` is how deep its key stands.
    pub(super) fn check_value(
        &mut self,
        value: &ScannedValue,
        level: usize,
        key: &str,
        keeps: RewrittenBy,
    ) -> Vec<Finding> {
        self.check_scan(&value.scan, level, &value.range, key);
        let RewrittenBy::Versions(eras) = keeps else { return Vec::new() };
        let mut found = self.surrogate_findings(&value.scan.surrogates.unpaired, key, eras);
        found.extend(self.depth_finding(&value.scan, level, &value.range, key, eras));
        found
    }

    /// What makes Python stumble wherever it stands, even where another value of the same key
    /// counts.
    pub(super) fn check_scan(
        &mut self,
        inside: &ValueScan,
        level: usize,
        range: &Range<usize>,
        key: &str,
    ) {
        for long in &inside.long_integers {
            let reason = "a whole number of more than 4300 digits";
            let found = self.finding(
                long,
                key,
                reason,
                Impact::Rejected,
                WebVersions::Both,
                quote_range(long),
            );
            self.findings.push(found);
        }
        for odd in &inside.python_numbers {
            let reason = "NaN or Infinity, which is not JSON";
            let found = self.finding(
                odd,
                key,
                reason,
                Impact::UnreadableHere,
                WebVersions::Both,
                quote_range(odd),
            );
            self.findings.push(found);
        }
        if level.saturating_add(inside.nesting) > MAX_READ_DEPTH {
            let reason = "nested too deep to be read";
            let found = self.finding(
                range,
                key,
                reason,
                Impact::Rejected,
                WebVersions::Both,
                quote_range(range),
            );
            self.findings.push(found);
        }
    }

    fn depth_finding(
        &self,
        inside: &ValueScan,
        level: usize,
        range: &Range<usize>,
        key: &str,
        eras: WebVersions,
    ) -> Option<Finding> {
        let depth = level.saturating_add(inside.nesting);
        let eras = match eras {
            _ if depth <= MAX_WRITE_DEPTH_CURRENT => return None,
            WebVersions::Both if depth <= MAX_WRITE_DEPTH_2025 => WebVersions::Current,
            eras => eras,
        };
        let before = "{\"value\": ".to_owned();
        let repair = Repair::Quote { range: range.clone(), before, after: "}".to_owned() };
        Some(self.finding(
            range,
            key,
            "nested too deep to be written",
            Impact::Unsavable,
            eras,
            repair,
        ))
    }

    pub(super) fn surrogate_findings(
        &self,
        places: &[usize],
        key: &str,
        eras: WebVersions,
    ) -> Vec<Finding> {
        let found = places.iter().map(|place| {
            let range = *place..place.saturating_add(6);
            let repair = Repair::replace(&range, "\u{fffd}");
            self.finding(&range, key, "half a surrogate pair", Impact::Unsavable, eras, repair)
        });
        found.collect()
    }

    pub(super) fn finding(
        &self,
        range: &Range<usize>,
        key: &str,
        reason: &str,
        effect: Impact,
        eras: WebVersions,
        repair: Repair,
    ) -> Finding {
        Finding {
            position: range.start,
            line: 1,
            conversation: self.conversation.clone(),
            message: self.message,
            key: key.to_owned(),
            reason: reason.to_owned(),
            impact: effect,
            versions: eras,
            repair,
        }
    }
}
