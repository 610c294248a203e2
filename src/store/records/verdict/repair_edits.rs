//! The edits that repair what was found in a file.
//! Must not repair two findings about the same bytes at once: the second is judged again afterwards.

use std::io;
use std::ops::Range;

use crate::store::json::edit::ByteEdit;

use super::finding::Finding;
use super::repair::{Repair, to_json_string};

/// How often what was repaired is judged again: a repair can bring to light what it was hiding.
pub const MAX_ROUNDS: usize = 5;

/// The edits that repair what was found, and what they repair: of two that are about the same
/// bytes the larger; the other is left for the next round.
pub fn repair_edits(
    mut findings: Vec<Finding>,
    bytes: impl Fn(Range<usize>) -> io::Result<Vec<u8>>,
) -> io::Result<(Vec<ByteEdit>, Vec<Finding>)> {
    // A stretch before what lies in it; insertions in the order they were found in.
    findings.sort_by_key(|finding| {
        let range = finding.repair.range().cloned().unwrap_or_default();
        (range.start, u8::from(!range.is_empty()), std::cmp::Reverse(range.end))
    });
    let mut edits = Vec::new();
    let mut behind = Vec::new();
    let mut repaired = Vec::new();
    let mut free_from = 0_usize;
    for finding in findings {
        let Some(range) = finding.repair.range().cloned() else { continue };
        if range.start < free_from {
            continue;
        }
        match &finding.repair {
            Repair::None | Repair::Time { .. } => continue,
            Repair::Replace { range, with } => {
                free_from = range.end;
                edits.push(ByteEdit { range: range.clone(), replacement: with.clone() });
            }
            Repair::Quote { range, before, after } => {
                free_from = range.end;
                let bytes = bytes(range.clone())?;
                let with =
                    format!("{before}{}{after}", to_json_string(&String::from_utf8_lossy(&bytes)));
                edits.push(ByteEdit { range: range.clone(), replacement: with });
            }
            Repair::Wrap { range, before, after } => {
                // What lies in it waits for the next round.
                free_from = range.end;
                edits.push(ByteEdit {
                    range: range.start..range.start,
                    replacement: before.clone(),
                });
                behind.push(ByteEdit { range: range.end..range.end, replacement: after.clone() });
            }
        }
        repaired.push(finding);
    }
    edits.extend(behind);
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, repaired))
}
