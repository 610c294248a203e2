//! Removes pasted images whose draft was dropped: sent or not, a draft that no longer mentions one is
//! the end of it, unless the question was sent and may be edited.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::SystemTime;

use crate::chat::attachment::is_mentioned;
use crate::chat::mention::find_mentions;
use crate::store::{Drafts, PastedImages};

use super::files::expand_path;

/// The pasted images that drafts of this session mention.
#[derive(Debug)]
pub(super) struct PastedFiles {
    images: PastedImages,
    /// As the drafts mention them.
    in_drafts: BTreeSet<String>,
}

impl PastedFiles {
    /// The pasted images in the private folder. Removes old ones.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let images = PastedImages::in_folder(folder);
        images.remove_old(SystemTime::now());
        Self { images, in_drafts: BTreeSet::new() }
    }

    /// Keeps the images of a question that is being sent.
    pub(super) fn keep_sent(&mut self, paths: &[String]) {
        self.in_drafts.retain(|path| !paths.contains(path));
    }

    /// Removes the images that no draft mentions any more.
    pub(super) fn update(&mut self, drafts: &Drafts) {
        let is_there = |path: &String| drafts.texts().any(|text| is_mentioned(text, path));
        let (kept, dropped): (BTreeSet<_>, BTreeSet<_>) =
            std::mem::take(&mut self.in_drafts).into_iter().partition(is_there);
        self.in_drafts = kept;
        for path in dropped {
            self.images.remove(&expand_path(&path));
        }
        let mentions = drafts.texts().flat_map(find_mentions).map(|mention| mention.path);
        let pasted = mentions.filter(|path| self.images.contains(&expand_path(path)));
        self.in_drafts.extend(pasted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Draft;

    #[test]
    fn an_image_is_removed_with_its_draft_unless_it_was_sent() {
        let folder = tempfile::tempdir().unwrap();
        let images = PastedImages::in_folder(folder.path());
        let mut drafts = Drafts::in_folder(folder.path());
        let mut pasted = PastedFiles::in_folder(folder.path());
        for is_sent in [false, true] {
            let path = images.save("image", b"png").unwrap();
            let mention = path.display().to_string();
            drafts.save(None, &Draft::from(format!("see @{mention}"))).unwrap();
            pasted.update(&drafts);
            assert!(path.exists());
            if is_sent {
                pasted.keep_sent(&[mention]);
            }
            drafts.save(None, &Draft::default()).unwrap();
            pasted.update(&drafts);
            assert_eq!(path.exists(), is_sent);
        }
    }
}
