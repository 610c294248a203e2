//! From the bytes of one read to events, and how long to wait for the rest of an unfinished one.
//! Must not read a clock: whoever reads the bytes keeps the time.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent};

use crate::runtime::environment::is_set;

use super::csi::Csi;
use super::key_protocol::KeyProtocol;
use super::keys;
use super::mouse;
use super::pasted_lines::PastedLines;
use super::replies::{self, Reply};
use super::token::InputToken;
use super::tokenizer::{Tokenizer, Wait};

/// How long after an ESC the rest of a sequence may come. Two keys are never typed in this time.
const AFTER_ESCAPE: Duration = Duration::from_millis(30);
/// The same after `ESC [` and the like, which few people press as Alt with a character.
const AFTER_INTRODUCER: Duration = Duration::from_millis(100);
/// The same in the middle of a sequence, which can only be one.
const AFTER_BEGINNING: Duration = Duration::from_secs(1);
/// How long a paste may pause. Its end may be lost, and then keys must be keys again.
const WITHIN_PASTE: Duration = Duration::from_secs(5);
/// How long a line break may wait for the text after it.
const WITHIN_LINES: Duration = Duration::from_millis(30);

/// The flag that has Esc reported as a sequence ("Disambiguate escape codes" in kitty's keyboard
/// protocol, sw.kovidgoyal.net/kitty/keyboard-protocol, 2026-11).
const DISAMBIGUATE: u32 = 1;

/// Something the terminal reported, decoded from its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key went down, or up.
    Key(KeyEvent),
    /// The mouse was used.
    Mouse(MouseEvent),
    /// Text was pasted, with line breaks as the terminal sends them.
    Paste(String),
    /// The terminal's window was selected (CSI I).
    FocusGained,
    /// The terminal no longer has the focus.
    FocusLost,
    /// The terminal answered a query.
    Reply(Reply),
    /// The terminal has another size: columns, rows.
    Resized(u16, u16),
}

/// Turns bytes into events.
#[derive(Debug, Default)]
pub struct Decoder {
    tokenizer: Tokenizer,
    lines: PastedLines,
    protocol: KeyProtocol,
    enter_of_keypad: EnterOfKeypad,
}

/// What `ESC O M` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum EnterOfKeypad {
    /// Enter without modifiers, as the VT220 and most terminals since send it.
    #[default]
    Plain,
    /// Shift+Enter, as Konsole sends it (seen in 22.12.3 and 25.04.2, 2026-11-30).
    WithShift,
}

impl Decoder {
    /// A decoder for the terminal that the environment tells of.
    #[must_use]
    pub fn for_environment(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| is_set(env, name);
        let is_konsole = is_set("KONSOLE_VERSION") && !is_set("TMUX") && !is_set("STY");
        let enter_of_keypad =
            if is_konsole { EnterOfKeypad::WithShift } else { EnterOfKeypad::Plain };
        Self { enter_of_keypad, ..Self::default() }
    }

    /// Decodes the bytes of one read.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<TerminalEvent> {
        let tokens = self.tokenizer.read(bytes);
        let tokens = self.lines.read(tokens, self.tokenizer.is_in_text());
        self.events(tokens)
    }

    /// How long to wait for more before `flush`; `None` where no key or sequence is unfinished.
    #[must_use]
    pub fn patience(&self) -> Option<Duration> {
        let wait = self.tokenizer.wait().map(|wait| match (wait, self.protocol) {
            (Wait::Escape, KeyProtocol::Legacy) => AFTER_ESCAPE,
            (Wait::Introducer, KeyProtocol::Legacy) => AFTER_INTRODUCER,
            // With the protocol no key is a lone ESC, and none begins as a sequence does.
            (Wait::Escape | Wait::Introducer, KeyProtocol::Kitty) | (Wait::Rest, _) => {
                AFTER_BEGINNING
            }
            (Wait::Paste, _) => WITHIN_PASTE,
        });
        let lines = self.lines.is_holding().then_some(WITHIN_LINES);
        wait.into_iter().chain(lines).min()
    }

    /// Ends what is unfinished, because nothing more came.
    pub fn flush(&mut self) -> Vec<TerminalEvent> {
        let tokens =
            if self.lines.is_holding() { self.lines.flush() } else { self.tokenizer.flush() };
        self.events(tokens)
    }

    fn events(&mut self, tokens: Vec<InputToken>) -> Vec<TerminalEvent> {
        let mut events = Vec::with_capacity(tokens.len());
        for token in tokens {
            self.add(token, &mut events);
        }
        events
    }

    fn add(&mut self, token: InputToken, events: &mut Vec<TerminalEvent>) {
        let key = match token {
            InputToken::Character { character, alt } => keys::from_character(character, alt),
            InputToken::Control { code, alt } => Some(keys::from_control(code, alt)),
            InputToken::Escape => Some(escape()),
            InputToken::Ss3 { last: b'M', .. }
                if self.enter_of_keypad == EnterOfKeypad::WithShift =>
            {
                Some(KeyEvent::new(KeyCode::Enter, KeyModifiers::SHIFT))
            }
            InputToken::Ss3 { alt, parameters, last } => keys::from_ss3(alt, &parameters, last),
            InputToken::LinuxFunction { alt, last } => keys::from_linux_function(alt, last),
            InputToken::Csi(csi) => return self.add_csi(&csi, events),
            InputToken::X10Mouse { alt, report } => {
                return add_behind(alt, mouse::from_x10(report).map(TerminalEvent::Mouse), events);
            }
            InputToken::String(kind, payload) => {
                let replies = replies::from_string(kind, &payload);
                return events.extend(replies.into_iter().map(TerminalEvent::Reply));
            }
            InputToken::Paste(text) => return events.push(TerminalEvent::Paste(text)),
        };
        events.extend(key.map(TerminalEvent::Key));
    }

    fn add_csi(&mut self, csi: &Csi, events: &mut Vec<TerminalEvent>) {
        if let Some(key) = keys::from_csi(csi, self.protocol) {
            return events.push(TerminalEvent::Key(key));
        }
        let reply = replies::from_csi(csi);
        if let Some(Reply::KeyboardFlags(flags)) = reply {
            self.protocol =
                if flags & DISAMBIGUATE == 0 { KeyProtocol::Legacy } else { KeyProtocol::Kitty };
        }
        let event = match (csi.last, csi.is_plain(), csi.count()) {
            (b'I', true, 0) => Some(TerminalEvent::FocusGained),
            (b'O', true, 0) => Some(TerminalEvent::FocusLost),
            _ => mouse::from_csi(csi)
                .map(TerminalEvent::Mouse)
                .or_else(|| reply.map(TerminalEvent::Reply)),
        };
        add_behind(csi.alt, event, events);
    }
}

/// Adds an event that is no key's. An ESC in front of it was one: Alt is held with keys alone.
fn add_behind(
    is_behind_escape: bool,
    event: Option<TerminalEvent>,
    events: &mut Vec<TerminalEvent>,
) {
    if let Some(event) = event {
        events.extend(is_behind_escape.then(|| TerminalEvent::Key(escape())));
        events.push(event);
    }
}

const fn escape() -> KeyEvent {
    KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)
}
