//! What each kind of field has to be, and what is wrong with a value wherever it stands.
//! May not know which fields there are.

use std::io::Read;
use std::ops::Range;

use super::finding::{Effect, Eras, Finding};
use super::inside::{JsonKind, Keeps, ScannedValue, ValueScan, scan_value};
use super::judge::Judge;
use super::repair::{RecordTime, Repair, quote_range, to_json_string};
use super::rules::{
    IntegerCheck, MAX_READ_DEPTH, MAX_WRITE_DEPTH_2025, MAX_WRITE_DEPTH_CURRENT, check_integer,
};
use crate::store::json::stream::{Result, Stream};

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
        let mut found = self.check_value(&value, level, key, Keeps::All(Eras::Both));
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
                Effect::Rejected,
                Eras::Both,
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
        eras: Eras,
    ) -> Result<Vec<Finding>> {
        let value = scan_value(stream)?;
        let mut found = self.check_value(&value, level, key, Keeps::All(eras));
        if !matches!(value.kind(), JsonKind::Text | JsonKind::Null) {
            let reason = format!("{} where text or null belongs", value.kind().label());
            let repair = Repair::replace(&value.range, "null");
            found.push(self.finding(&value.range, key, &reason, Effect::Rejected, eras, repair));
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
        let mut found = self.check_value(&value, level, key, Keeps::Nobody);
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
                    Effect::Rejected,
                    Eras::Both,
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
        Ok(self.check_value(&value, level, key, Keeps::Nobody))
    }

    /// What is wrong with a value whatever it is for; `level` is how deep its key stands.
    pub(super) fn check_value(
        &mut self,
        value: &ScannedValue,
        level: usize,
        key: &str,
        keeps: Keeps,
    ) -> Vec<Finding> {
        self.check_scan(&value.scan, level, &value.range, key);
        let Keeps::All(eras) = keeps else { return Vec::new() };
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
            let found =
                self.finding(long, key, reason, Effect::Rejected, Eras::Both, quote_range(long));
            self.findings.push(found);
        }
        for odd in &inside.python_numbers {
            let reason = "NaN or Infinity, which is not JSON";
            let found =
                self.finding(odd, key, reason, Effect::NotReadHere, Eras::Both, quote_range(odd));
            self.findings.push(found);
        }
        if level.saturating_add(inside.nesting) > MAX_READ_DEPTH {
            let reason = "nested too deep to be read";
            let found =
                self.finding(range, key, reason, Effect::Rejected, Eras::Both, quote_range(range));
            self.findings.push(found);
        }
    }

    fn depth_finding(
        &self,
        inside: &ValueScan,
        level: usize,
        range: &Range<usize>,
        key: &str,
        eras: Eras,
    ) -> Option<Finding> {
        let depth = level.saturating_add(inside.nesting);
        let eras = match eras {
            _ if depth <= MAX_WRITE_DEPTH_CURRENT => return None,
            Eras::Both if depth <= MAX_WRITE_DEPTH_2025 => Eras::Head,
            eras => eras,
        };
        let before = "{\"value\": ".to_owned();
        let repair = Repair::Quote { range: range.clone(), before, after: "}".to_owned() };
        Some(self.finding(
            range,
            key,
            "nested too deep to be written",
            Effect::Frozen,
            eras,
            repair,
        ))
    }

    pub(super) fn surrogate_findings(
        &self,
        places: &[usize],
        key: &str,
        eras: Eras,
    ) -> Vec<Finding> {
        let found = places.iter().map(|place| {
            let range = *place..place.saturating_add(6);
            let repair = Repair::replace(&range, "\u{fffd}");
            self.finding(&range, key, "half a surrogate pair", Effect::Frozen, eras, repair)
        });
        found.collect()
    }

    pub(super) fn finding(
        &self,
        range: &Range<usize>,
        key: &str,
        reason: &str,
        effect: Effect,
        eras: Eras,
        repair: Repair,
    ) -> Finding {
        Finding {
            place: range.start,
            line: 1,
            conversation: self.conversation.clone(),
            message: self.message,
            key: key.to_owned(),
            reason: reason.to_owned(),
            effect,
            eras,
            repair,
        }
    }
}
