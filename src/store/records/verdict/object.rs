//! An object judged member by member: what was found under each key, and which keys it lacks.

use std::collections::BTreeMap;
use std::io::Read;

use super::finding::Finding;
use super::judge::Judge;
use super::repair::Repair;
use super::scan::{JsonKind, ScannedValue, kind_of, scan_value};
use crate::store::json::stream::{Result, Stream};
use crate::store::json::{decode_raw, parser};

/// An object that has been read to its end.
pub(super) struct JudgedObject {
    brace: usize,
    by_key: BTreeMap<String, Vec<Finding>>,
    missing: Vec<Finding>,
}

impl Judge {
    /// Judges each member of the object that begins here; of a repeated key, the last counts.
    pub(super) fn judge_object<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        mut judge_member: impl FnMut(&mut Self, &mut Stream<R>, &str) -> Result<Vec<Finding>>,
    ) -> Result<JudgedObject> {
        let brace = stream.position();
        let mut by_key = BTreeMap::new();
        parser::for_each_member(stream, |stream, key| {
            let key = decode_raw(key);
            let findings = judge_member(self, stream, &key)?;
            by_key.insert(key, findings);
            Ok(())
        })?;
        Ok(JudgedObject { brace, by_key, missing: Vec::new() })
    }

    /// Judges the value that begins here if it is not of the kind that belongs here; `wanted` is
    /// the word for that, and `repair` makes it of such a value.
    pub(super) fn judge_misplaced<R: Read>(
        &mut self,
        stream: &mut Stream<R>,
        belongs: JsonKind,
        level: usize,
        key: &str,
        wanted: &str,
        repair: impl FnOnce(&ScannedValue) -> Repair,
    ) -> Result<Option<Vec<Finding>>> {
        if kind_of(stream.peek()?.unwrap_or_default()) == belongs {
            return Ok(None);
        }
        let value = scan_value(stream)?;
        self.check_scan(&value.scan, level, &value.range, key);
        let reason = format!("{} instead of {wanted}", value.kind().label());
        Ok(Some(vec![self.finding(&value.range, key, &reason, repair(&value))]))
    }
}

impl JudgedObject {
    pub(super) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Adds a finding if the object lacks a key; `path` is the key with those around it, and
    /// `repair` is given the place of the brace.
    pub(super) fn require(
        &mut self,
        judge: &Judge,
        path: &str,
        repair: impl FnOnce(usize) -> Repair,
    ) {
        let key = path.rsplit('.').next().unwrap_or(path);
        if !self.by_key.contains_key(key) {
            let range = self.brace..self.brace;
            self.missing.push(judge.finding(&range, path, "is missing", repair(self.brace)));
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.by_key.into_values().flatten().chain(self.missing).collect()
    }
}
