//! What lies in the private folder an earlier version used before the chats folder was made: it
//! moves to where this one looks.
//! May not write over anything, nor take what a living program has open.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use super::place::Place;
use super::private::make_folder;

/// What only says how far the program of that folder was.
const ITS_OWN: [&str; 4] = ["lock", "seen.json", "last-version.json", "age.json"];

/// Moves what lies in the former folder to the one of today, where there is one.
pub fn join(place: &Place) {
    let Some(former) = place.former_state().filter(|it| it.is_dir()) else { return };
    let joined = if place.state().exists() {
        fill(former, place.state())
    } else {
        fs::rename(former, place.state())
    };
    match joined {
        Ok(()) => tracing::info!(?former, "the state of the first run was moved"),
        Err(error) => tracing::warn!(%error, ?former, "the state of the first run stays there"),
    }
}

/// Moves everything whose name is free, folder by folder.
fn fill(from: &Path, to: &Path) -> io::Result<()> {
    make_folder(to)?;
    for entry in fs::read_dir(from)? {
        let (name, from) = entry.map(|it| (it.file_name(), it.path()))?;
        let to = to.join(&name);
        if from.is_dir() {
            fill(&from, &to)?;
        } else if !ITS_OWN.iter().any(|its| name == *its) && !to.exists() && !is_in_use(&from) {
            fs::rename(&from, &to)?;
        }
    }
    // Only an empty folder goes.
    let _ = fs::remove_dir(from);
    Ok(())
}

/// Journals and drafts are locked by who writes them.
fn is_in_use(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::settings::UserName;
    use crate::store::Folder;

    #[test]
    fn what_the_first_run_left_is_found_beside_what_came_later() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::create_dir_all(real.join("chats")).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let user = UserName::new("x").unwrap();
        let place = Place::new(&link.join("chats"), user, Folder::Own, folder.path());
        let former = place.former_state().unwrap().to_path_buf();
        let write = |path: &Path, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(&former.join("journal/a.jsonl"), "a");
        join(&place);
        assert!(!former.exists());
        let living = former.join("journal/living.jsonl");
        for name in ["journal/b.jsonl", "journal/a.jsonl", "seen.json", "prompts.jsonl"] {
            write(&former.join(name), "later");
        }
        write(&living, "living");
        let held = File::open(&living).unwrap();
        held.try_lock().unwrap();
        join(&place);
        let text = |name: &str| fs::read_to_string(place.state().join(name)).unwrap_or_default();
        assert_eq!(text("journal/a.jsonl"), "a", "nothing is written over");
        assert_eq!(
            (text("journal/b.jsonl"), text("prompts.jsonl")),
            ("later".into(), "later".into())
        );
        assert_eq!(
            (text("seen.json"), text("journal/living.jsonl")),
            (String::new(), String::new())
        );
        assert!(living.exists());
    }
}
