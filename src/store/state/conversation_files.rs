//! Values that belong to conversations, in a folder of state files.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::chat::ConversationId;

use super::state_file::{StateFile, hexadecimal};
use crate::store::file::private;

/// A list of values for each conversation, a file per conversation.
#[derive(Debug)]
pub(super) struct ConversationFiles<T> {
    folder: PathBuf,
    values: std::marker::PhantomData<fn() -> T>,
}

/// The content of a file: conversations whose ids begin alike share one.
type Lists<T> = BTreeMap<ConversationId, Vec<T>>;

impl<T: Serialize + DeserializeOwned> ConversationFiles<T> {
    pub(super) const fn in_folder(folder: PathBuf) -> Self {
        Self { folder, values: std::marker::PhantomData }
    }

    /// The values of a conversation; none where its file cannot be read.
    pub(super) fn read(&self, id: &ConversationId) -> Vec<T> {
        self.file(id).read_or_default().remove(id).unwrap_or_default()
    }

    /// Changes the values of a conversation; they are on disk before this returns.
    pub(super) fn update(
        &self,
        id: &ConversationId,
        change: impl FnOnce(&mut Vec<T>),
    ) -> io::Result<()> {
        self.file(id).update(|all| change(all.entry(id.clone()).or_default()))
    }

    /// The values of every conversation, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (ConversationId, Vec<T>)> {
        let paths = private::files_with(&self.folder, "json");
        paths.flat_map(|path| StateFile::<Lists<T>>::at(path).read_or_default())
    }

    /// The file for a conversation. Ids can hold anything, so its name is the bytes of the id in
    /// hexadecimal; of a long id the first hundred, which others may share.
    pub(super) fn file(&self, id: &ConversationId) -> StateFile<Lists<T>> {
        let name = hexadecimal(id.as_str().bytes().take(100));
        StateFile::in_folder(&self.folder, &format!("{name}.json"))
    }
}
