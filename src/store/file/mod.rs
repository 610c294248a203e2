//! One file on disk that other programs write too: its version, its lock, its replacement.
//! Must not know what a conversation is.

pub mod commit;
pub mod confirm;
pub mod error;
pub mod last_good;
pub mod lock;
pub mod open_file;
pub mod private;
pub mod replace;
pub mod store_paths;
pub mod watch;

pub use replace::Replacement;
