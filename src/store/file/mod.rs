//! One file on disk that other programs write too: its version, its lock, its replacement.
//! Must not know what a conversation is.

pub mod commit;
pub mod error;
pub mod last_good;
pub mod lock;
pub mod paths;
pub mod private;
pub mod replace;
pub mod stale_writer;
pub mod version;
pub mod watch;

pub use replace::Replacement;
