//! What each kind of field has to be, and what is wrong with a value wherever it stands.
//! May not know which fields there are.

use std::io::Read;
use std::ops::Range;

use super::finding::{Effect, Eras, Finding};
use super::inside::{Inside, Keeps, Kind, Value, value};
use super::judge::Judge;
use super::repair::{Repair, Which, quote, quoted};
use super::rules::{DEEPEST_READ, DEEPEST_WRITTEN_HEAD, DEEPEST_WRITTEN_O4MINI, Whole, whole};
use crate::store::json::stream::{Result, Stream};

impl Judge {
    /// A text; what stands there instead becomes one.
    pub(super) fn text<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        stand_in: impl Fn(&Value) -> String,
    ) -> Result<Vec<Finding>> {
        let value = value(stream)?;
        let mut found = self.inside(&value, level, key, Keeps::All(Eras::Both));
        if value.kind() != Kind::Text {
            let reason = format!("{} where text belongs", value.kind().word());
            let repair = match value.kind() {
                Kind::Null => Repair::put(&value.range, quoted(&stand_in(&value))),
                _ => quote(&value.range),
            };
            found.push(self.found(
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

    pub(super) fn text_or_null<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        eras: Eras,
    ) -> Result<Vec<Finding>> {
        let value = value(stream)?;
        let mut found = self.inside(&value, level, key, Keeps::All(eras));
        if !matches!(value.kind(), Kind::Text | Kind::Null) {
            let reason = format!("{} where text or null belongs", value.kind().word());
            let repair = Repair::put(&value.range, "null");
            found.push(self.found(&value.range, key, &reason, Effect::Rejected, eras, repair));
        }
        Ok(found)
    }

    pub(super) fn time<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
        which: Which,
    ) -> Result<Vec<Finding>> {
        let value = value(stream)?;
        let mut found = self.inside(&value, level, key, Keeps::Nobody);
        match whole(&value) {
            Whole::Good(time) => self.times.extend(time),
            Whole::Bad(reason, near) => {
                self.times.extend(near);
                let range = value.range.clone();
                let repair = match (near, self.times.last().filter(|_| self.message.is_some())) {
                    (Some(near), _) => Repair::put(&range, near.to_string()),
                    // Between other messages, the one before is the closest.
                    (None, Some(before)) => Repair::put(&range, before.to_string()),
                    (None, None) => {
                        Repair::Time { range, before: String::new(), after: String::new(), which }
                    }
                };
                found.push(self.found(
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

    pub(super) fn unknown<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        level: usize,
        key: &str,
    ) -> Result<Vec<Finding>> {
        let value = value(stream)?;
        Ok(self.inside(&value, level, key, Keeps::Nobody))
    }

    /// What is wrong with a value whatever it is for; `level` is how deep its key stands.
    pub(super) fn inside(
        &mut self,
        value: &Value,
        level: usize,
        key: &str,
        keeps: Keeps,
    ) -> Vec<Finding> {
        self.always(&value.inside, level, &value.range, key);
        let Keeps::All(eras) = keeps else { return Vec::new() };
        let mut found = self.lone(&value.inside.lone.found, key, eras);
        found.extend(self.deep(&value.inside, level, &value.range, key, eras));
        found
    }

    /// What makes Python stumble wherever it stands, even where another value of the same key
    /// counts.
    pub(super) fn always(
        &mut self,
        inside: &Inside,
        level: usize,
        range: &Range<usize>,
        key: &str,
    ) {
        for long in &inside.long {
            let reason = "a whole number of more than 4300 digits";
            let found = self.found(long, key, reason, Effect::Rejected, Eras::Both, quote(long));
            self.findings.push(found);
        }
        for odd in &inside.odd {
            let reason = "NaN or Infinity, which is not JSON";
            let found = self.found(odd, key, reason, Effect::NotReadHere, Eras::Both, quote(odd));
            self.findings.push(found);
        }
        if level.saturating_add(inside.height) > DEEPEST_READ {
            let reason = "nested too deep to be read";
            let found = self.found(range, key, reason, Effect::Rejected, Eras::Both, quote(range));
            self.findings.push(found);
        }
    }

    fn deep(
        &self,
        inside: &Inside,
        level: usize,
        range: &Range<usize>,
        key: &str,
        eras: Eras,
    ) -> Option<Finding> {
        let depth = level.saturating_add(inside.height);
        let eras = match eras {
            _ if depth <= DEEPEST_WRITTEN_HEAD => return None,
            Eras::Both if depth <= DEEPEST_WRITTEN_O4MINI => Eras::Head,
            eras => eras,
        };
        let before = "{\"value\": ".to_owned();
        let repair = Repair::Quote { range: range.clone(), before, after: "}".to_owned() };
        Some(self.found(range, key, "nested too deep to be written", Effect::Frozen, eras, repair))
    }

    pub(super) fn lone(&self, places: &[usize], key: &str, eras: Eras) -> Vec<Finding> {
        let found = places.iter().map(|place| {
            let range = *place..place.saturating_add(6);
            let repair = Repair::put(&range, "\u{fffd}");
            self.found(&range, key, "half a surrogate pair", Effect::Frozen, eras, repair)
        });
        found.collect()
    }

    pub(super) fn found(
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
