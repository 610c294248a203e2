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
    Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};

use crate::app::MouseCapture;

use super::environment::{is_set, variable};

/// How long a terminal may take to be given back when the program has to end at once.
const RESTORE_TIMEOUT: Duration = Duration::from_millis(500);

/// Asks which flags of the kitty keyboard protocol are in force; the reader of the terminal wants to
/// know, for then an ESC is never a key.
const KEYBOARD_FLAGS_QUERY: &str = "\x1b[?u";
/// A mode that only some terminals are asked for.
#[derive(Debug, Clone, Copy)]
struct ExtraMode {
    set: &'static str,
    /// Sets it back to what the terminal had first.
    restore: &'static str,
}

/// Has xterm and tmux tell keys with modifiers apart (`modifyOtherKeys`, see ctlseqs of xterm), and asks
/// whether they do. At level 2 xterm sends no Alt with letters of other scripts (seen in 379).
const MODIFY_OTHER_KEYS: ExtraMode = ExtraMode { set: "\x1b[>4;1m\x1b[?4m", restore: "\x1b[>4m" };
/// Has xterm send ESC in front of a key with Alt. As it comes, xterm sends a letter of Latin-1 in its
/// place (á for Alt+A), which nobody can tell from typed text. (See ctlseqs of xterm, 1036 and XTSAVE.)
const ALT_SENDS_ESCAPE: ExtraMode =
    ExtraMode { set: "\x1b[?1036s\x1b[?1036h", restore: "\x1b[?1036r" };
/// Has tmux tell Enter of the keypad from Ctrl+J (DECKPAM, see ctlseqs of xterm; seen in tmux 3.3a).
const APPLICATION_KEYPAD: ExtraMode = ExtraMode { set: "\x1b=", restore: "\x1b>" };

/// A row below all others; the terminal takes its last one.
const LAST_ROW: u16 = 9_998;

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
    // All of it in one write: each wakes the terminal, which on a busy machine takes the turn of the first
    // frame.
    let mut out = io::stdout();
    // A terminal without an alternate screen (GNU screen by default) shows what the shell has written.
    queue!(out, EnterAlternateScreen, Clear(ClearType::All)).inspect_err(|_| restore_terminal())?;
    // Terminals without these ignore them; the old Windows console refuses, which is as good.
    let _ = queue!(
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
        let _ = queue!(out, Print(KEYBOARD_FLAGS_QUERY));
    }
    for mode in extra_modes() {
        let _ = queue!(out, Print(mode.set));
    }
    if mouse == MouseCapture::On {
        let _ = queue!(out, EnableMouseCapture);
    }
    out.flush().inspect_err(|_| restore_terminal())
}

/// Gives the terminal back, as far as there still is one.
pub(super) fn restore_terminal() {
    let mut out = io::stdout();
    let _ = execute!(out, DisableMouseCapture);
    for mode in extra_modes() {
        let _ = execute!(out, Print(mode.restore));
    }
    let _ = execute!(out, PopKeyboardEnhancementFlags, DisableFocusChange, DisableBracketedPaste);
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        // Without an alternate screen the shell goes on below the last frame, and not inside it.
        cursor::MoveTo(0, LAST_ROW),
        Print("\n"),
        LeaveAlternateScreen,
        // For terminals without a stack of titles, such as st and urxvt.
        SetTitle(""),
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

/// The modes for the terminal, as far as the environment tells which it is. Some take a sequence they
/// do not know for a colour, so none is sent to all.
fn extra_modes() -> Vec<ExtraMode> {
    if cfg!(not(unix)) {
        return Vec::new();
    }
    let kind = variable("TERM").unwrap_or_default();
    let is_tmux = kind.starts_with("tmux") || is_set(&variable, "TMUX");
    let is_screen = kind.starts_with("screen");
    // Those that only call themselves xterm know this mode or ignore it.
    let may_be_xterm = kind.starts_with("xterm");
    let modes = [
        (is_tmux || is_screen || is_set(&variable, "XTERM_VERSION"), MODIFY_OTHER_KEYS),
        (may_be_xterm, ALT_SENDS_ESCAPE),
        (is_tmux, APPLICATION_KEYPAD),
    ];
    modes.into_iter().filter(|(applies, _)| *applies).map(|(_, mode)| mode).collect()
}
