//! What a terminal sends, from bytes to events: keys, mouse, pastes, focus and replies.
//! Must not know what the program does with any of them.
//!
//! ```text
//! bytes ─► tokenizer ─► pasted_lines ─► keys, reported_keys, mouse, replies ─► TerminalEvent
//! ```
//!
//! All of it is pure but for [`Reader`], which reads the terminal and keeps the time. A sequence may
//! come in any number of reads; only an ESC that nothing follows for 30 ms is the key. On Windows,
//! where keys are no bytes, crossterm reads them.

mod access;
#[cfg(any(windows, test))]
mod alt_gr;
#[cfg(not(unix))]
mod crossterm_reader;
mod csi;
mod decoder;
mod keys;
mod late;
mod layout;
mod modifier_parameter;
mod mouse;
mod paste;
mod pasted_lines;
mod protocol;
#[cfg(unix)]
mod reader;
#[cfg(unix)]
mod reader_thread;
mod replies;
mod reported_keys;
mod token;
mod tokenizer;

pub use access::Access;
#[cfg(not(unix))]
pub use crossterm_reader::Reader;
pub use decoder::{Decoder, TerminalEvent};
#[cfg(unix)]
pub use reader::Reader;
pub use replies::{Color, Reply};
