//! One file on disk that other programs write too: its version, its lock, its replacement.
//! Must not know what a conversation is, because the presets are such a file as well.

pub(crate) mod commit;
pub(crate) mod error;
pub(crate) mod free_name;
pub(crate) mod identity;
pub(crate) mod last_good;
pub(crate) mod lock;
pub(crate) mod open_file;
pub(crate) mod positioned;
pub(crate) mod private;
pub(crate) mod replace;
pub(crate) mod stale_writer_window;
pub(crate) mod store_paths;
pub(crate) mod text_file;
pub(crate) mod watch;
