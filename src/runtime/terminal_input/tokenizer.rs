//! Splits the bytes a terminal sends into tokens: characters, control codes, sequences, strings.
//! Must not know the time: the caller waits as long as `wait` says, then calls `flush`.
//!
//! Parsers made for the other direction (`vte`, `vtparse`) do not fit what keyboards send: they drop
//! the first ESC of `ESC ESC [ A`, end SS3 and `CSI M` before the bytes that belong to them, take the
//! `$` of `CSI 3 $` for the middle of a sequence, report control codes inside a sequence as keys, and
//! do not report whether they are inside one. `termina` and crossterm assume that a key never spans two
//! reads, and neither bounds what it collects.

use super::csi::Csi;
use super::late::LateSequence;
use super::paste::PasteBuffer;
use super::token::{InputToken, StringKind};

/// The most bytes of a control sequence; a longer one is dropped.
const MAX_SEQUENCE_BYTES: usize = 256;
/// The most bytes of a control string; a longer one is dropped.
const MAX_STRING_BYTES: usize = 4096;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const DEL: u8 = 0x7f;
/// What opens a bracketed paste, between `CSI` and `~`.
const PASTE_BEGINS: &[u8] = b"200";

/// The same at the start of a read whose `CSI` was taken for keys.
const PASTE_BEGINS_LATE: &[u8] = b"200~";

/// What the bytes so far leave undecided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    /// Whether an ESC is the key or the beginning of a sequence.
    Escape,
    /// Whether `ESC [` and the like are Alt with a character or the beginning of a sequence.
    Introducer,
    /// The rest of something that has certainly begun.
    Rest,
    /// The end of a bracketed paste.
    Paste,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum TokenizerState {
    #[default]
    Ground,
    /// In the middle of a character of several bytes.
    Character,
    /// After ESC; after two of them where `alt` is set.
    Escape,
    Csi,
    LinuxFunction,
    X10Mouse,
    Ss3,
    String(StringKind),
    /// After an ESC in a string: its terminator, or the end of a string that has none.
    StringEscape(StringKind),
    Paste,
}

#[derive(Debug, Default)]
pub(super) struct Tokenizer {
    state: TokenizerState,
    /// Whether an ESC came in front of what is collected.
    alt: bool,
    /// What is collected: parameters, a string, the bytes of a character.
    body: Vec<u8>,
    /// Whether more bytes came than may be collected; then the sequence is dropped at its end.
    is_too_long: bool,
    paste: PasteBuffer,
    /// The sequence whose rest may come with the next read, after the wait for it has ended.
    late: Option<LateSequence>,
}

impl Tokenizer {
    /// Reads bytes and returns the tokens that they complete.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Vec<InputToken> {
        let mut tokens = Vec::new();
        let mut rest = self.drop_late_rest(bytes);
        while let Some((byte, after)) = rest.split_first() {
            if self.state == TokenizerState::Paste {
                rest = self.collect_paste(rest, &mut tokens);
            } else {
                self.step(*byte, &mut tokens);
                rest = after;
            }
        }
        tokens
    }

    /// What is left undecided; `None` where the last token is complete.
    #[must_use]
    pub(super) fn wait(&self) -> Option<Wait> {
        let is_introducer = self.body.is_empty() && !self.is_too_long;
        match self.state {
            TokenizerState::Ground => None,
            TokenizerState::Escape => Some(Wait::Escape),
            TokenizerState::Csi
            | TokenizerState::Ss3
            | TokenizerState::String(_)
            | TokenizerState::X10Mouse
                if is_introducer =>
            {
                Some(Wait::Introducer)
            }
            TokenizerState::Paste => Some(Wait::Paste),
            _ => Some(Wait::Rest),
        }
    }

    /// Whether the next character continues the text before it: no sequence has begun.
    #[must_use]
    pub(super) const fn is_in_text(&self) -> bool {
        matches!(self.state, TokenizerState::Ground | TokenizerState::Character)
    }

    /// Ends what is open, for nothing more came: keys that look like a beginning are keys, and the
    /// rest is dropped.
    pub(super) fn flush(&mut self) -> Vec<InputToken> {
        let mut tokens = Vec::new();
        let state = std::mem::take(&mut self.state);
        self.late = match state {
            TokenizerState::Csi => Some(LateSequence::Csi(self.body.clone())),
            TokenizerState::String(_) | TokenizerState::StringEscape(_) => {
                Some(LateSequence::String)
            }
            _ => None,
        };
        match state {
            TokenizerState::Ground | TokenizerState::LinuxFunction => {}
            TokenizerState::Character => self.replace_character(&mut tokens),
            TokenizerState::Escape => {
                tokens.extend(self.alt.then_some(InputToken::Escape));
                tokens.push(InputToken::Escape);
            }
            TokenizerState::Csi
            | TokenizerState::Ss3
            | TokenizerState::String(_)
            | TokenizerState::StringEscape(_) => {
                self.give_up(state, &mut tokens);
                if self.body.is_empty() && matches!(state, TokenizerState::StringEscape(_)) {
                    tokens.push(InputToken::Escape);
                }
            }
            TokenizerState::X10Mouse => self.give_up(state, &mut tokens),
            TokenizerState::Paste => tokens.extend(
                Some(self.paste.end()).filter(|text| !text.is_empty()).map(InputToken::Paste),
            ),
        }
        tokens
    }

    /// Passes over the rest of a sequence that was given up. What follows the beginning of a paste is
    /// one all the same.
    fn drop_late_rest<'bytes>(&mut self, bytes: &'bytes [u8]) -> &'bytes [u8] {
        let Some(late) = self.late.take() else { return bytes };
        let (rest, after) = bytes.split_at(late.rest_length(bytes));
        if let (LateSequence::Csi(parameters), false) = (late, rest.is_empty())
            && [parameters.as_slice(), rest].concat() == PASTE_BEGINS_LATE
        {
            self.state = TokenizerState::Paste;
        }
        after
    }

    fn step(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        match self.state {
            TokenizerState::Ground | TokenizerState::Paste => self.ground(byte, tokens),
            TokenizerState::Character => self.character(byte, tokens),
            TokenizerState::Escape => self.escape(byte, tokens),
            TokenizerState::Csi => self.csi(byte, tokens),
            TokenizerState::LinuxFunction => self.linux_function(byte, tokens),
            TokenizerState::X10Mouse => self.x10_mouse(byte, tokens),
            TokenizerState::Ss3 => self.ss3(byte, tokens),
            TokenizerState::String(kind) => self.string(kind, byte, tokens),
            TokenizerState::StringEscape(kind) => self.string_escape(kind, byte, tokens),
        }
    }

    fn ground(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        self.state = TokenizerState::Ground;
        match byte {
            ESC => self.begin(TokenizerState::Escape, false),
            0x00..=0x1f | DEL => tokens.push(InputToken::Control { code: byte, alt: false }),
            0x20..=0x7e => {
                tokens.push(InputToken::Character { character: char::from(byte), alt: false });
            }
            0x80..=0xff => {
                self.begin(TokenizerState::Character, false);
                self.character(byte, tokens);
            }
        }
    }

    /// Adds a byte to a character of several; what can be none is replaced by one U+FFFD.
    fn character(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        self.body.push(byte);
        match std::str::from_utf8(&self.body) {
            Ok(text) => {
                let alt = self.alt;
                tokens
                    .extend(text.chars().map(|character| InputToken::Character { character, alt }));
                self.state = TokenizerState::Ground;
            }
            Err(error) if error.error_len().is_none() => {}
            Err(_) => {
                let is_first = self.body.len() == 1;
                self.replace_character(tokens);
                self.state = TokenizerState::Ground;
                if !is_first {
                    self.ground(byte, tokens);
                }
            }
        }
    }

    fn replace_character(&self, tokens: &mut Vec<InputToken>) {
        let character = char::REPLACEMENT_CHARACTER;
        tokens.push(InputToken::Character { character, alt: self.alt });
    }

    fn escape(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        match byte {
            ESC => {
                tokens.extend(self.alt.then_some(InputToken::Escape));
                self.alt = true;
            }
            b'[' => self.begin(TokenizerState::Csi, self.alt),
            b'O' => self.begin(TokenizerState::Ss3, self.alt),
            _ => {
                // Only a key's sequence has a second ESC in front; here the first was the key.
                tokens.extend(self.alt.then_some(InputToken::Escape));
                self.escape_once(byte, tokens);
            }
        }
    }

    fn escape_once(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        if let Some(kind) = StringKind::from_introducer(byte) {
            self.begin(TokenizerState::String(kind), false);
        } else if byte < 0x20 || byte == DEL {
            self.state = TokenizerState::Ground;
            tokens.push(InputToken::Control { code: byte, alt: true });
        } else {
            self.begin(TokenizerState::Character, true);
            self.character(byte, tokens);
        }
    }

    fn csi(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        let is_first = self.body.is_empty() && !self.is_too_long;
        match byte {
            // rxvt ends what is pressed with Shift by a byte that elsewhere is in the middle.
            b'$' if !is_first && self.body.iter().all(u8::is_ascii_digit) => {
                self.end_csi(byte, tokens);
            }
            0x20..=0x3f => self.collect(byte, MAX_SEQUENCE_BYTES),
            b'[' if is_first => self.state = TokenizerState::LinuxFunction,
            b'M' if is_first => self.state = TokenizerState::X10Mouse,
            0x40..=0x7e => self.end_csi(byte, tokens),
            _ => self.abandon(byte, tokens),
        }
    }

    fn end_csi(&mut self, last: u8, tokens: &mut Vec<InputToken>) {
        self.state = TokenizerState::Ground;
        if self.is_too_long {
            return;
        }
        if last == b'~' && self.body == PASTE_BEGINS {
            tokens.extend(self.alt.then_some(InputToken::Escape));
            self.state = TokenizerState::Paste;
            return;
        }
        tokens.push(InputToken::Csi(Csi::parse(self.alt, &self.body, last)));
    }

    fn linux_function(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        if !(0x20..=0x7e).contains(&byte) {
            return self.abandon(byte, tokens);
        }
        self.state = TokenizerState::Ground;
        tokens.push(InputToken::LinuxFunction { alt: self.alt, last: byte });
    }

    fn x10_mouse(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        // A column or row too large for one byte is sent as zero.
        if byte < 0x20 && byte != 0 {
            return self.abandon(byte, tokens);
        }
        self.body.push(byte);
        if let Ok(report) = self.body.as_slice().try_into() {
            self.state = TokenizerState::Ground;
            tokens.push(InputToken::X10Mouse { alt: self.alt, report });
        }
    }

    fn ss3(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        match byte {
            b'0'..=b'9' | b';' => self.collect(byte, MAX_SEQUENCE_BYTES),
            0x20..=0x7e => {
                self.state = TokenizerState::Ground;
                if !self.is_too_long {
                    let parameters = self.body.clone();
                    tokens.push(InputToken::Ss3 { alt: self.alt, parameters, last: byte });
                }
            }
            _ => self.abandon(byte, tokens),
        }
    }

    fn string(&mut self, kind: StringKind, byte: u8, tokens: &mut Vec<InputToken>) {
        match byte {
            BEL => self.end_string(kind, tokens),
            ESC => self.state = TokenizerState::StringEscape(kind),
            // No reply contains a control code: these are keys, typed into a string that has no end.
            0x00..=0x1f | DEL => self.abandon(byte, tokens),
            _ => self.collect(byte, MAX_STRING_BYTES),
        }
    }

    fn string_escape(&mut self, kind: StringKind, byte: u8, tokens: &mut Vec<InputToken>) {
        if byte == b'\\' {
            return self.end_string(kind, tokens);
        }
        self.give_up(self.state, tokens);
        self.begin(TokenizerState::Escape, false);
        self.escape(byte, tokens);
    }

    fn end_string(&mut self, kind: StringKind, tokens: &mut Vec<InputToken>) {
        self.state = TokenizerState::Ground;
        if !self.is_too_long {
            tokens.push(InputToken::String(kind, std::mem::take(&mut self.body)));
        }
    }

    /// Collects a piece of a paste and returns the bytes after it.
    fn collect_paste<'bytes>(
        &mut self,
        bytes: &'bytes [u8],
        tokens: &mut Vec<InputToken>,
    ) -> &'bytes [u8] {
        let piece = self.paste.collect(bytes);
        tokens.extend(piece.text.map(InputToken::Paste));
        if piece.is_over {
            self.state = TokenizerState::Ground;
        }
        piece.after
    }

    fn begin(&mut self, state: TokenizerState, alt: bool) {
        self.state = state;
        self.alt = alt;
        self.body.clear();
        self.is_too_long = false;
    }

    fn collect(&mut self, byte: u8, longest: usize) {
        if self.body.len() < longest {
            self.body.push(byte);
        } else {
            self.is_too_long = true;
        }
    }

    /// Drops a sequence that a byte cannot belong to; the byte begins something new.
    fn abandon(&mut self, byte: u8, tokens: &mut Vec<InputToken>) {
        self.give_up(self.state, tokens);
        self.ground(byte, tokens);
    }

    /// Drops a sequence. Where only its introducer has come, that was a key.
    fn give_up(&self, state: TokenizerState, tokens: &mut Vec<InputToken>) {
        if !self.body.is_empty() || self.is_too_long {
            return;
        }
        let character = match state {
            TokenizerState::Csi => '[',
            TokenizerState::Ss3 => 'O',
            TokenizerState::String(kind) | TokenizerState::StringEscape(kind) => kind.introducer(),
            // `st` sends this for Ctrl+Delete, and nothing after it.
            TokenizerState::X10Mouse => {
                return tokens.push(InputToken::Csi(Csi::parse(self.alt, b"", b'M')));
            }
            _ => return,
        };
        tokens.extend(self.alt.then_some(InputToken::Escape));
        tokens.push(InputToken::Character { character, alt: true });
    }
}
