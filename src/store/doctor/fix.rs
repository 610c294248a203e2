//! Repairs a file: a copy is put aside first, then what was found wrong is made right in place.
//! May not lose text, nor touch a byte that nothing was found about.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::chat::Timestamp;

use super::{Finding, Report, examine, mend};
use crate::store::file::commit::{self, Next, Target};
use crate::store::file::error::StoreError;
use crate::store::file::lock;
use crate::store::file::paths::Place;
use crate::store::file::private::make_folder;
use crate::store::file::version::{self, Snapshot, Version};
use crate::store::json::edit::{self, Source};
use crate::store::records::verdict::{ROUNDS, edits};

/// What a repair did.
#[derive(Debug, Default)]
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

/// Makes another file out of this one and puts it in its place, if it is another. Where somebody else
/// saves meanwhile, that version is taken instead.
pub(super) fn rewrite(
    place: &Place,
    now: Timestamp,
    make: impl FnMut(File, &mut Fixed) -> io::Result<File>,
) -> Result<Fixed, StoreError> {
    make_folder(place.state()).map_err(|error| StoreError::io("made", place.state(), error))?;
    let _held = lock::take(&place.state().join("lock"))?;
    let mut repairing = Repairing { place, now, make, fixed: Fixed::default() };
    commit::commit(&mut repairing)?;
    Ok(repairing.fixed)
}

/// A file under repair.
struct Repairing<'a, M> {
    place: &'a Place,
    now: Timestamp,
    make: M,
    fixed: Fixed,
}

impl<M> Repairing<'_, M> {
    fn failed(&self, did: &'static str, error: io::Error) -> StoreError {
        StoreError::io(did, &self.place.file(), error)
    }
}

impl<M: FnMut(File, &mut Fixed) -> io::Result<File>> Target for Repairing<'_, M> {
    type Base = Snapshot;
    type Plan = File;

    fn path(&self) -> PathBuf {
        self.place.file()
    }

    fn temporary_prefix(&self) -> String {
        self.place.temporary_prefix()
    }

    fn open(&mut self) -> Result<Snapshot, StoreError> {
        let found = version::open(self.place)?;
        found.ok_or_else(|| self.failed("read", io::ErrorKind::NotFound.into()))
    }

    fn version(&self, base: &Snapshot) -> Option<Version> {
        Some(base.version())
    }

    fn plan(&mut self, base: &Snapshot) -> Result<Next<File>, StoreError> {
        let read = base.file().try_clone().map_err(|error| self.failed("read", error))?;
        self.fixed = Fixed::default();
        let new = (self.make)(read, &mut self.fixed);
        let new = new.map_err(|error| self.failed("repaired", error))?;
        self.fixed.left = examine(&new).map_err(|error| self.failed("read", error))?;
        let same = self.fixed.repaired.is_empty() && self.fixed.mended.is_empty();
        Ok(if same { Next::Nothing } else { Next::Write(new) })
    }

    fn write(&self, _: &Snapshot, new: &File, to: &mut File) -> io::Result<()> {
        edit::copy(Source::of(new)?, &[], to)
    }

    fn judge(&mut self, _: &File, _: &File) -> Result<(), StoreError> {
        // What is left to be found in the file is reported; a repair makes no file worse.
        Ok(())
    }

    fn keep_lost(&mut self, base: &Snapshot, _: &File) -> Result<(), StoreError> {
        self.fixed.backup = Some(back_up(self.place, base, self.now)?);
        Ok(())
    }

    fn give_way(&mut self, _: Snapshot) {
        if let Some(backup) = self.fixed.backup.take() {
            let _ = std::fs::remove_file(backup);
        }
    }

    fn adopt(&mut self, _: Snapshot, _: File, _: File) {}
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
        edit::copy_edited(&file, edits, &mut new)?;
        fixed.repaired.extend(repaired);
        file = new;
    }
    Ok(file)
}

/// A copy of the file in the private folder, on disk before this returns.
fn back_up(place: &Place, snapshot: &Snapshot, now: Timestamp) -> Result<PathBuf, StoreError> {
    let folder = place.state().join("backups");
    let failed = |error| StoreError::io("written", &folder, error);
    make_folder(&folder).map_err(failed)?;
    let mut copy = tempfile::Builder::new().prefix(".tmp.").tempfile_in(&folder).map_err(failed)?;
    Source::of(snapshot.file())
        .and_then(|source| edit::copy(source, &[], copy.as_file_mut()))
        .map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::UserName;
    use crate::store::file::paths::Folder;

    #[test]
    fn a_save_in_between_is_repaired_and_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let chats = folder.path().join("chats");
        fs::create_dir(&chats).unwrap();
        let user = UserName::new("ann").unwrap();
        let place = Place::new(&chats, user, Folder::Shared, &folder.path().join("state"));
        fs::write(place.file(), "{ \"first\" ").unwrap();
        let mut saves = vec!["{ \"second\" "];
        let fixed = rewrite(&place, Timestamp::from_seconds(1), |mut file, fixed| {
            let mut text = String::new();
            io::Read::read_to_string(&mut file, &mut text)?;
            if let Some(theirs) = saves.pop() {
                let other = chats.join("theirs");
                fs::write(&other, theirs)?;
                fs::rename(&other, place.file())?;
            }
            fixed.mended.push("It was cut short.".to_owned());
            let mut new = tempfile::tempfile()?;
            io::Write::write_all(&mut new, format!("{text}: null}}").as_bytes())?;
            Ok(new)
        });
        let fixed = fixed.unwrap();
        assert_eq!(fs::read_to_string(place.file()).unwrap(), "{ \"second\" : null}");
        // Only what was really replaced is kept.
        assert_eq!(fs::read_to_string(fixed.backup.unwrap()).unwrap(), "{ \"second\" ");
        assert_eq!(fs::read_dir(place.state().join("backups")).unwrap().count(), 1);
    }
}
