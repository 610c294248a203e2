//! The modes the program needs from the terminal, and the way back to what it was.
//! Must not remember anything: whoever takes the terminal knows whether it has it.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute};

use crate::app::MouseCapture;

/// How long a terminal may take to be given back when the program has to end at once.
const RESTORE_TIMEOUT: Duration = Duration::from_millis(500);

/// Asks which flags of the kitty keyboard protocol are in force; the reader of the terminal wants to
/// know, for then an ESC is never a key.
const KEYBOARD_FLAGS_QUERY: &str = "\x1b[?u";
/// Has xterm and tmux tell keys with modifiers apart (`modifyOtherKeys`, see ctlseqs of xterm).
const MODIFY_OTHER_KEYS: &str = "\x1b[>4;1m";
/// Sets that mode back to what the terminal had first.
const RESET_MODIFY_OTHER_KEYS: &str = "\x1b[>4m";
/// Puts the titles of the window and of its icon on the terminal's stack (see ctlseqs of xterm).
const SAVE_TITLE: &str = "\x1b[22;0t";
/// Restores both titles from that stack.
const RESTORE_TITLE: &str = "\x1b[23;0t";

/// Sets the modes.
///
/// # Errors
/// When the terminal refuses raw mode or the alternate screen.
pub(super) fn set_up_terminal(mouse: MouseCapture) -> io::Result<()> {
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen).inspect_err(|_| restore_terminal())?;
    // Terminals without these ignore them; the old Windows console refuses, which is as good.
    let _ = execute!(
        out,
        Print(SAVE_TITLE),
        EnableBracketedPaste,
        EnableFocusChange,
        PushKeyboardEnhancementFlags(
            KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
                | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS
        )
    );
    if cfg!(unix) {
        let _ = execute!(out, Print(KEYBOARD_FLAGS_QUERY));
    }
    if has_modify_other_keys() {
        let _ = execute!(out, Print(MODIFY_OTHER_KEYS));
    }
    if mouse == MouseCapture::On {
        let _ = execute!(out, EnableMouseCapture);
    }
    Ok(())
}

/// Gives the terminal back, as far as there still is one.
pub(super) fn restore_terminal() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture);
    if has_modify_other_keys() {
        let _ = execute!(out, Print(RESET_MODIFY_OTHER_KEYS));
    }
    let _ = execute!(out, PopKeyboardEnhancementFlags, DisableFocusChange, DisableBracketedPaste);
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        LeaveAlternateScreen,
        Print(RESTORE_TITLE),
        cursor::Show
    );
    let _ = disable_raw_mode();
    let _ = out.flush();
}

/// Gives the terminal back where it may not take anything any more: whoever calls this ends.
pub(super) fn restore_with_timeout() {
    // Its mode first: output to the screen may block for ever.
    let _ = disable_raw_mode();
    let (done_tx, done) = std::sync::mpsc::channel();
    let restoring = thread::Builder::new().name("restore".into()).spawn(move || {
        restore_terminal();
        let _ = done_tx.send(());
    });
    if restoring.is_ok() {
        let _ = done.recv_timeout(RESTORE_TIMEOUT);
    }
}

/// Whether the terminal is xterm, tmux or screen, as far as the environment tells. A few others take
/// the sequence for a colour, so it is not sent to all.
fn has_modify_other_keys() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let kind = std::env::var("TERM").unwrap_or_default();
    let is_multiplexer = ["tmux", "screen"].iter().any(|name| kind.starts_with(name));
    cfg!(unix) && (is_multiplexer || is_set("TMUX") || is_set("XTERM_VERSION"))
}
