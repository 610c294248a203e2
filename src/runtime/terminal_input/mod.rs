//! What a terminal sends, from bytes to events: keys, mouse, pastes, focus and replies.
//! Must not know what the program does with any of them.
//!
//! ```text
//! bytes ─► tokenizer ─► pasted_lines ─► keys, reported_keys, mouse, replies ─► TerminalEvent
//! ```
//!
//! The sequences are listed by terminal, with their sources, in `tests/fixtures/terminal`.
//!
//! All of it is pure but for [`TerminalReader`], which reads the terminal and keeps the time. A sequence may
//! come in any number of reads; only an ESC that nothing follows for 30 ms is the key. On Windows,
//! where keys are no bytes, crossterm reads them.

mod access;
#[cfg(any(windows, test))]
mod alt_gr;
#[cfg(not(unix))]
mod crossterm_reader;
mod csi;
mod decoder;
mod key_protocol;
mod keys;
mod late;
mod layout;
mod modifier_parameter;
mod mouse;
mod paste;
mod pasted_lines;
#[cfg(unix)]
mod reader;
#[cfg(unix)]
mod reader_thread;
mod replies;
mod reported_keys;
mod token;
mod tokenizer;

pub use access::{Access, LineFeed};
#[cfg(not(unix))]
pub use crossterm_reader::TerminalReader;
pub use decoder::{Decoder, TerminalEvent};
#[cfg(unix)]
pub use reader::TerminalReader;
pub use replies::{Color, Reply};
