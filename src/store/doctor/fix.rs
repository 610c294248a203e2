//! Repairs a file: a copy is put aside first, then what was found wrong is made right in place.
//! May not lose text, nor touch a byte that nothing was found about.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::chat::Timestamp;

use super::super::error::StoreError;
use super::super::lock;
use super::super::place::Place;
use super::super::private::make_folder;
use super::super::version::{self, Snapshot};
use super::super::write::Replacement;
use super::super::write::edit::{self, Edit};
use super::repair::{Repair, quoted};
use super::{Finding, Report, examine, mend};

/// How often what was repaired is judged again: a repair can bring to light what it was hiding.
pub(super) const ROUNDS: usize = 5;

/// What a repair did.
#[derive(Debug)]
pub struct Fixed {
    /// Where the file is kept as it was; nothing was changed where there is none.
    pub backup: Option<PathBuf>,
    /// What was done to the text as a whole, in sentences.
    pub mended: Vec<String>,
    /// What was repaired.
    pub repaired: Vec<Finding>,
    /// What is found in the file now.
    pub left: Report,
}

/// Repairs the file of a place, under its lock.
///
/// # Errors
/// When something cannot be read or written; the file is then as it was.
pub fn fix(place: &Place, now: Timestamp) -> Result<Fixed, StoreError> {
    rewrite(place, now, |file, fixed| {
        let file = mend_text(file, fixed, place.state())?;
        repair(file, fixed, place.state())
    })
}

/// Makes another file out of this one and puts it in its place, if it is another.
pub(super) fn rewrite(
    place: &Place,
    now: Timestamp,
    make: impl FnOnce(File, &mut Fixed) -> io::Result<File>,
) -> Result<Fixed, StoreError> {
    let path = place.file();
    let failed = |did, error| StoreError::io(did, &path, error);
    make_folder(place.state()).map_err(|error| StoreError::io("made", place.state(), error))?;
    let _held = lock::take(&place.state().join("lock"))?;
    let Some(snapshot) = version::open(place)? else {
        return Err(failed("read", io::ErrorKind::NotFound.into()));
    };
    let mut fixed =
        Fixed { backup: None, mended: Vec::new(), repaired: Vec::new(), left: Report::default() };
    let read = snapshot.file().try_clone().map_err(|error| failed("read", error))?;
    let new = make(read, &mut fixed).map_err(|error| failed("repaired", error))?;
    fixed.left = examine(&new).map_err(|error| failed("read", error))?;
    if fixed.repaired.is_empty() && fixed.mended.is_empty() {
        return Ok(fixed);
    }
    fixed.backup = Some(back_up(place, &snapshot, now)?);
    let length = length(&new).map_err(|error| failed("read", error))?;
    let copy = |to: &mut File| edit::copy(&new, length, &[], to);
    let replacement = Replacement::write(&path, &place.temporary_prefix(), copy)?;
    if version::on_disk(place)? != Some(snapshot.version()) {
        return Err(StoreError::Restless(path));
    }
    replacement.commit()?;
    Ok(fixed)
}

fn mend_text(file: File, fixed: &mut Fixed, folder: &Path) -> io::Result<File> {
    let Some((mended, said)) = mend::mend(&file)? else { return Ok(file) };
    let mut new = tempfile::tempfile_in(folder)?;
    io::Write::write_all(&mut new, &mended)?;
    fixed.mended = said;
    Ok(new)
}

fn repair(mut file: File, fixed: &mut Fixed, folder: &Path) -> io::Result<File> {
    for _ in 0..ROUNDS {
        let report = examine(&file)?;
        let snapshot = Snapshot::of(file.try_clone()?)?;
        let (edits, repaired) = edits(report.findings, |range| snapshot.bytes(range))?;
        if edits.is_empty() {
            break;
        }
        let mut new = tempfile::tempfile_in(folder)?;
        edit::copy(&file, length(&file)?, &edits, &mut new)?;
        fixed.repaired.extend(repaired);
        file = new;
    }
    Ok(file)
}

/// The edits that repair what was found, and what they repair: of two that are about the same
/// bytes the larger; the other is left for the next round.
pub(super) fn edits(
    mut findings: Vec<Finding>,
    bytes: impl Fn(Range<usize>) -> io::Result<Vec<u8>>,
) -> io::Result<(Vec<Edit>, Vec<Finding>)> {
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
            Repair::Put { range, with } => {
                free_from = range.end;
                edits.push(Edit { range: range.clone(), with: with.clone() });
            }
            Repair::Quote { range, before, after } => {
                free_from = range.end;
                let bytes = bytes(range.clone())?;
                let with = format!("{before}{}{after}", quoted(&String::from_utf8_lossy(&bytes)));
                edits.push(Edit { range: range.clone(), with });
            }
            Repair::Wrap { range, before, after } => {
                // What lies in it waits for the next round.
                free_from = range.end;
                edits.push(Edit { range: range.start..range.start, with: before.clone() });
                behind.push(Edit { range: range.end..range.end, with: after.clone() });
            }
        }
        repaired.push(finding);
    }
    edits.extend(behind);
    edits.sort_by_key(|edit| edit.range.start);
    Ok((edits, repaired))
}

/// A copy of the file in the private folder, on disk before this returns.
fn back_up(place: &Place, snapshot: &Snapshot, now: Timestamp) -> Result<PathBuf, StoreError> {
    let folder = place.state().join("backups");
    let failed = |error| StoreError::io("written", &folder, error);
    make_folder(&folder).map_err(failed)?;
    let mut copy = tempfile::Builder::new().prefix(".tmp.").tempfile_in(&folder).map_err(failed)?;
    let length = usize::try_from(snapshot.version().bytes()).unwrap_or(usize::MAX);
    edit::copy(snapshot.file(), length, &[], copy.as_file_mut()).map_err(failed)?;
    copy.as_file().sync_all().map_err(failed)?;
    let stamp = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    let name = format!("{}.{}", place.user().file_name(), stamp.strftime("%Y%m%dT%H%M%SZ"));
    for number in 0..1000_u32 {
        let name = if number == 0 { name.clone() } else { format!("{name}.{number}") };
        copy = match copy.persist_noclobber(folder.join(&name)) {
            Ok(_) => return Ok(folder.join(name)),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => error.file,
            Err(error) => return Err(failed(error.error)),
        };
    }
    Err(failed(io::ErrorKind::AlreadyExists.into()))
}

fn length(file: &File) -> io::Result<usize> {
    usize::try_from(file.metadata()?.len()).map_err(io::Error::other)
}
