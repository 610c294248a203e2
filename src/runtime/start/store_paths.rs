//! Finds the files of the user the settings name.

use crate::settings::Settings;
use crate::store::{ChatsFolder, StorePaths};

/// Returns where the chats and the private files of the settings' user are.
pub(crate) fn store_paths(settings: &Settings) -> StorePaths {
    let is_own = settings.chats.starts_with(&settings.paths.data);
    let folder = if is_own { ChatsFolder::Own } else { ChatsFolder::Shared };
    let paths =
        StorePaths::new(&settings.chats, settings.user.clone(), folder, &settings.paths.state)
            .with_cache(&settings.paths.cache);
    // Only tests set this: they cannot wait five minutes.
    let seconds = std::env::var("DUOLOGUE_TEST_SETTLE_SECONDS").ok();
    match seconds.and_then(|seconds| seconds.parse().ok()) {
        Some(seconds) => paths.with_stale_writer_window(seconds),
        None => paths,
    }
}
