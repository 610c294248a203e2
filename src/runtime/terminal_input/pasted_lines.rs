//! Tells Enter from the line breaks of text pasted into a terminal without bracketed paste.
//! Must not hold back anything that a person types key by key.
//!
//! A person's keys come one in a read, a paste in large pieces. So a CR is a line break where at least
//! two characters follow it in the same read; Enter and one key typed ahead (`\r` `y`) stay keys. A CR
//! at the end of a read that has text in front of it may be the cut of a paste: it waits for the next
//! read for a moment.

use super::token::InputToken;

/// Characters behind a CR that make it a line break.
const A_LINE: usize = 2;
/// Bytes of text collected at most; more is passed on in pieces.
const LARGEST: usize = 1024 * 1024;

/// Keys held back at most.
const MOST_KEYS: usize = 64;

const CR: u8 = b'\r';

/// What is held back.
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
    /// Takes the tokens of one read; lines found among them come back as a paste. `is_open` tells
    /// that no sequence has begun behind them.
    pub(super) fn read(&mut self, tokens: Vec<InputToken>, is_open: bool) -> Vec<InputToken> {
        let mut tokens_out = Vec::new();
        let mut run = match std::mem::take(&mut self.pending) {
            Pending::Keys(keys) => Run { tokens: keys, follows_text: true },
            Pending::Text(text) => {
                self.pending = Pending::Text(text);
                Run::default()
            }
            Pending::Nothing => Run::default(),
        };
        for token in tokens {
            if let Pending::Text(text) = &mut self.pending {
                if let Some(character) = typed(&token) {
                    text.push(character);
                    if text.len() > LARGEST {
                        tokens_out.push(InputToken::Paste(std::mem::take(text)));
                    }
                    continue;
                }
                tokens_out.extend(self.flush());
            }
            if typed(&token).is_some() {
                run.tokens.push(token);
            } else {
                self.end_run(std::mem::take(&mut run), false, &mut tokens_out);
                tokens_out.extend(self.flush());
                tokens_out.push(token);
            }
        }
        self.end_run(run, is_open, &mut tokens_out);
        tokens_out
    }

    /// Whether something is held back until more comes, or nothing does.
    #[must_use]
    pub(super) fn holds(&self) -> bool {
        self.pending != Pending::Nothing
    }

    /// Gives back what is held: nothing more came.
    pub(super) fn flush(&mut self) -> Vec<InputToken> {
        match std::mem::take(&mut self.pending) {
            Pending::Nothing => Vec::new(),
            Pending::Keys(keys) => keys,
            Pending::Text(text) => vec![InputToken::Paste(text)],
        }
    }

    fn end_run(&mut self, mut run: Run, is_open: bool, tokens_out: &mut Vec<InputToken>) {
        let Some(enter) = run.tokens.iter().position(is_enter) else {
            tokens_out.append(&mut run.tokens);
            return;
        };
        let behind = run.tokens.split_off(enter);
        let follows_text = run.follows_text || run.tokens.iter().any(is_visible);
        tokens_out.append(&mut run.tokens);
        if behind.iter().filter(|token| is_visible(token)).nth(A_LINE - 1).is_some() {
            self.pending = Pending::Text(behind.iter().filter_map(typed).collect());
            return;
        }
        if is_open && follows_text && behind.len() <= MOST_KEYS {
            self.pending = Pending::Keys(behind);
        } else {
            tokens_out.extend(behind);
        }
    }
}

/// Tokens in a row that text may consist of.
#[derive(Debug, Default)]
struct Run {
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
