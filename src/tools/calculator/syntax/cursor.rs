//! A place in the text of an expression.
//! Must not know what tokens there are.

use crate::tools::calculator::error::EvalError;

/// The text and how far it has been read.
#[derive(Debug)]
pub(super) struct Cursor {
    chars: Vec<char>,
    at: usize,
    /// The current line, counted from one.
    pub line: usize,
}

impl Cursor {
    /// Starts at the beginning; all line ends become `\n`, as Python has them.
    pub(super) fn new(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Self { chars: text.chars().collect(), at: 0, line: 1 }
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    /// The character after so many others.
    pub(super) fn ahead(&self, count: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(count)).copied()
    }

    /// Takes the next character.
    pub(super) fn advance(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at = self.at.saturating_add(1);
        self.line = self.line.saturating_add(usize::from(it == '\n'));
        Some(it)
    }

    /// Takes the next character if it is this one.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        if there {
            self.advance();
        }
        there
    }

    /// Takes this text if it comes next; it has no line end in it.
    pub(super) fn take_text(&mut self, wanted: &str) -> bool {
        let there = self.comes(0, wanted);
        if there {
            self.at = self.at.saturating_add(wanted.chars().count());
        }
        there
    }

    /// Whether this text comes after so many characters.
    pub(super) fn comes(&self, after: usize, wanted: &str) -> bool {
        let mut place = after;
        wanted.chars().all(|it| {
            let same = self.ahead(place) == Some(it);
            place = place.saturating_add(1);
            same
        })
    }

    /// Takes characters as long as they fit.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(it) = self.peek().filter(|it| fits(*it)) {
            self.advance();
            taken.push(it);
        }
        taken
    }

    /// An error in the current line.
    pub(super) fn wrong(&self, why: &str) -> EvalError {
        EvalError::syntax(why, self.line)
    }
}
