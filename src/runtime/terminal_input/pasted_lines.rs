//! Tells Enter from the line breaks of text pasted into a terminal without bracketed paste.
//! Must not hold back anything that a person types key by key.
//!
//! Keys that a person types come one in a read, a paste comes in large pieces. So a CR is a line break
//! where at least two characters follow it in the same read; Enter and one key typed ahead (`\r` `y`)
//! stay keys. Where a read ends with text and a CR, a paste may have been cut there: the CR waits a
//! moment for the next read.

use super::token::InputToken;

/// From this many characters after a CR on, it is a line break.
const MIN_LINE_CHARS: usize = 2;
/// The most bytes of text to collect; more is passed on in pieces.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The most keys to hold back.
const MAX_HELD_KEYS: usize = 64;

const CR: u8 = b'\r';

/// What is held back until the next read.
#[derive(Debug, Default, PartialEq, Eq)]
enum Pending {
    #[default]
    Nothing,
    /// Keys from a CR on that may turn out to be text.
    Keys(Vec<InputToken>),
    /// Text that may go on.
    Text(String),
}

/// Finds pasted lines among tokens.
#[derive(Debug, Default)]
pub(super) struct PastedLines {
    pending: Pending,
}

impl PastedLines {
    /// Takes the tokens of one read and returns them with pasted lines as one paste. `is_open` says
    /// that no sequence has begun after them, so that text may go on.
    pub(super) fn read(&mut self, tokens: Vec<InputToken>, is_open: bool) -> Vec<InputToken> {
        let mut out = Vec::new();
        let mut run = match std::mem::take(&mut self.pending) {
            Pending::Keys(keys) => TokenRun { tokens: keys, follows_text: true },
            Pending::Text(text) => {
                self.pending = Pending::Text(text);
                TokenRun::default()
            }
            Pending::Nothing => TokenRun::default(),
        };
        for token in tokens {
            if let Pending::Text(text) = &mut self.pending {
                if let Some(character) = typed(&token) {
                    text.push(character);
                    if text.len() > MAX_TEXT_BYTES {
                        out.push(InputToken::Paste(std::mem::take(text)));
                    }
                    continue;
                }
                out.extend(self.flush());
            }
            if typed(&token).is_some() {
                run.tokens.push(token);
            } else {
                self.end_run(std::mem::take(&mut run), false, &mut out);
                out.extend(self.flush());
                out.push(token);
            }
        }
        self.end_run(run, is_open, &mut out);
        out
    }

    /// Tells the decoder to wait for the rest of a line that may be pasted.
    #[must_use]
    pub(super) fn is_holding(&self) -> bool {
        self.pending != Pending::Nothing
    }

    /// Returns what is held back, because nothing more came.
    pub(super) fn flush(&mut self) -> Vec<InputToken> {
        match std::mem::take(&mut self.pending) {
            Pending::Nothing => Vec::new(),
            Pending::Keys(keys) => keys,
            Pending::Text(text) => vec![InputToken::Paste(text)],
        }
    }

    fn end_run(&mut self, mut run: TokenRun, is_open: bool, out: &mut Vec<InputToken>) {
        let Some(enter) = run.tokens.iter().position(is_enter) else {
            out.append(&mut run.tokens);
            return;
        };
        let after = run.tokens.split_off(enter);
        let follows_text = run.follows_text || run.tokens.iter().any(is_visible);
        out.append(&mut run.tokens);
        if after.iter().filter(|token| is_visible(token)).nth(MIN_LINE_CHARS - 1).is_some() {
            self.pending = Pending::Text(after.iter().filter_map(typed).collect());
            return;
        }
        if is_open && follows_text && after.len() <= MAX_HELD_KEYS {
            self.pending = Pending::Keys(after);
        } else {
            out.extend(after);
        }
    }
}

/// Tokens in a row that text may consist of.
#[derive(Debug, Default)]
struct TokenRun {
    tokens: Vec<InputToken>,
    follows_text: bool,
}

/// The character of a token that text may hold.
fn typed(token: &InputToken) -> Option<char> {
    match token {
        InputToken::Character { character, alt: false } => Some(*character),
        InputToken::Control { code: code @ (CR | b'\n' | b'\t'), alt: false } => {
            Some(char::from(*code))
        }
        _ => None,
    }
}

fn is_enter(token: &InputToken) -> bool {
    *token == InputToken::Control { code: CR, alt: false }
}

const fn is_visible(token: &InputToken) -> bool {
    matches!(token, InputToken::Character { .. })
}
