//! How the list is arranged, kept across restarts: one private JSON file in the state folder.
//! May not touch the shared file.

use std::io;
use std::path::PathBuf;

use crate::chat::arrangement::{Arrangement, Arranging};

use super::lock;
use super::place::Place;
use super::private;

/// The arrangement of one user's list.
#[derive(Debug)]
pub struct ArrangementFile {
    path: PathBuf,
}

impl ArrangementFile {
    /// The arrangement beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { path: place.state().join("arrangement.json") }
    }

    /// The arrangement as it is now.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(&self) -> io::Result<Arrangement> {
        Ok(private::read(&self.path)?.unwrap_or_default())
    }

    /// Makes one change to the arrangement as it is now, whoever changed it before; tells the
    /// whole of it.
    ///
    /// # Errors
    /// When it cannot be read or written; then it is as it was.
    pub fn make(&self, change: &Arranging) -> io::Result<Arrangement> {
        let _held = lock::take(&self.path.with_extension("lock")).map_err(io::Error::other)?;
        let mut arrangement = self.read()?;
        arrangement.make(change);
        private::replace(&self.path, &arrangement)?;
        Ok(arrangement)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::chat::ConversationId;
    use crate::settings::UserName;
    use crate::store::Folder;

    fn file(folder: &Path) -> ArrangementFile {
        let user = UserName::new("ann").unwrap();
        let place = Place::new(&folder.join("chats"), user, Folder::Own, &folder.join("state"));
        fs::create_dir_all(place.state()).unwrap();
        ArrangementFile::of(&place)
    }

    #[test]
    fn two_terminals_arrange_the_same_list() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (file(folder.path()), file(folder.path()));
        one.make(&Arranging::Pin(ConversationId::new("a"))).unwrap();
        other.make(&Arranging::Archive(ConversationId::new("b"))).unwrap();
        one.make(&Arranging::ListWidth(40)).unwrap();
        let all = other.read().unwrap();
        assert_eq!((all.pinned.len(), all.archived.len(), all.list_width), (1, 1, Some(40)));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let it = file(folder.path());
        it.make(&Arranging::ListWidth(40)).unwrap();
        assert_eq!(fs::metadata(&it.path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
