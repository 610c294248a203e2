//! The edits that repair what was found in a file.
//! Must not repair two findings about the same bytes at once: the second is judged again afterwards.

use std::io;
use std::ops::Range;

use crate::store::json::edit::ByteEdit;
use crate::store::json::to_json_string;

use super::finding::Finding;
use super::repair::{Repair, RepairKind};

/// How often what was repaired is judged again: a repair can bring to light what it was hiding.
pub(crate) const MAX_REPAIR_ROUNDS: usize = 5;

/// The edits that repair what was found, and what they repair: of two that are about the same
/// bytes the larger; the other is left for the next round.
pub(crate) fn repair_edits(
    mut findings: Vec<Finding>,
    bytes: impl Fn(Range<usize>) -> io::Result<Vec<u8>>,
) -> io::Result<(Vec<ByteEdit>, Vec<Finding>)> {
    // A range before what is inside it; insertions in the order they were found in.
    findings.sort_by_key(|Finding { repair: Repair { range, .. }, .. }| {
        (range.start, u8::from(!range.is_empty()), std::cmp::Reverse(range.end))
    });
    let mut edits = Vec::new();
    let mut behind = Vec::new();
    let mut repaired = Vec::new();
    let mut free_from = 0_usize;
    for finding in findings {
        let Repair { kind, range, before, after } = &finding.repair;
        if range.start < free_from {
            continue;
        }
        let (range, replacement) = match kind {
            RepairKind::None | RepairKind::Time(_) => continue,
            RepairKind::Replace => (range.clone(), before.clone()),
            RepairKind::Quote => {
                let bytes = bytes(range.clone())?;
                let quoted = to_json_string(&String::from_utf8_lossy(&bytes));
                (range.clone(), format!("{before}{quoted}{after}"))
            }
            RepairKind::Wrap => {
                behind.push(ByteEdit { range: range.end..range.end, replacement: after.clone() });
                (range.start..range.start, before.clone())
            }
        };
        // What is inside a wrapped value waits for the next round.
        free_from = finding.repair.range.end;
        edits.push(ByteEdit { range, replacement });
        repaired.push(finding);
    }
    edits.extend(behind);
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, repaired))
}
