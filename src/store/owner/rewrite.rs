//! Reading the file as it is now, and changing it: read, patch, check, look once more, replace.
//! May not keep text from one change to the next.

use std::time::Instant;

use crate::chat::Change;

use super::super::error::StoreError;
use super::super::index::{Index, IndexError};
use super::super::lock;
use super::super::version;
use super::super::write::{Patched, check, patch, replace};
use super::{Applied, Known, Store, TRIES};

impl Store {
    /// The table of contents of the file as it is now.
    pub(super) fn look(&mut self) -> Result<&Known, StoreError> {
        let on_disk = version::on_disk(&self.place)?;
        let current = self.known.take().filter(|known| known.version == on_disk);
        let known = if let Some(known) = current {
            known
        } else {
            let (version, text) = version::read(&self.place)?;
            Known { version, index: self.index(&text)? }
        };
        Ok(self.known.insert(known))
    }

    pub(super) fn index(&self, text: &str) -> Result<Index, StoreError> {
        let path = self.place.file();
        Index::of(text).map_err(|error| match error {
            IndexError::NotJson(_) if text.starts_with('\u{feff}') => {
                StoreError::NotJson { path, at: 0, what: "it begins with a byte order mark" }
            }
            IndexError::NotJson(error) => StoreError::scan(&path, error),
            IndexError::NotAnObject => StoreError::NotAnObject(path),
        })
    }

    pub(super) fn lock(&self) -> Result<lock::Held, StoreError> {
        lock::take(&self.place.state().join("lock"))
    }

    /// Applies a verb to the file as it is now. The lock is held.
    pub(super) fn write(&mut self, change: &Change) -> Result<Applied, StoreError> {
        self.keep_branch(change)?;
        self.rewrite(|text, index| patch(text, index, change), |text| check::check(text, change))
    }

    /// Reads, patches, checks, looks once more, and replaces the file. The lock is held.
    pub(super) fn rewrite(
        &mut self,
        make: impl Fn(&str, &Index) -> Patched,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Applied, StoreError> {
        let path = self.place.file();
        let started = Instant::now();
        for tried in 0..TRIES {
            let (version, text) = version::read(&self.place)?;
            let index = self.index(&text)?;
            let new = match make(&text, &index) {
                Patched::Text(new) => new,
                Patched::Same => return Ok(Applied::Same),
                Patched::Missing => {
                    return Err(StoreError::Damaged("it is not in the file any more".to_owned()));
                }
                Patched::Outdated => return Err(StoreError::Outdated),
                Patched::Damaged(reason) => return Err(StoreError::Damaged(reason)),
            };
            check(&new).map_err(|why| StoreError::Check(path.clone(), why))?;
            // The web app takes no lock; what it wrote since must not be written over.
            if version::on_disk(&self.place)? != version {
                continue;
            }
            replace(&path, &self.place.temporary_prefix(), new.as_bytes())?;
            let version = version::on_disk(&self.place)?;
            self.known = Some(Known { version, index: self.index(&new)? });
            let elapsed = started.elapsed().as_millis();
            tracing::info!(bytes = new.len(), tried, elapsed, "store: file replaced");
            return Ok(Applied::Changed);
        }
        Err(StoreError::Restless(path))
    }
}
