//! A position in the text of an expression.

use crate::tools::calculator::error::EvalError;

/// The text and the position of the next character.
#[derive(Debug)]
pub(super) struct Cursor {
    chars: Vec<char>,
    at: usize,
    /// The current line, counted from one.
    pub line: usize,
}

impl Cursor {
    /// Starts at the beginning; all line breaks become `\n`, as in Python.
    pub(super) fn new(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        Self { chars: text.chars().collect(), at: 0, line: 1 }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    /// Returns the character `count` after the next.
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
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Takes this text, which has no line break, if it is next.
    pub(super) fn take_text(&mut self, wanted: &str) -> bool {
        let is_next = self.is_next(wanted);
        if is_next {
            self.at = self.at.saturating_add(wanted.chars().count());
        }
        is_next
    }

    /// Returns whether this text is next.
    pub(super) fn is_next(&self, wanted: &str) -> bool {
        wanted.chars().zip(0..).all(|(c, count)| self.ahead(count) == Some(c))
    }

    /// Takes characters while a condition holds.
    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(it) = self.peek().filter(|it| fits(*it)) {
            self.advance();
            taken.push(it);
        }
        taken
    }

    /// Returns a syntax error in the current line.
    pub(super) fn wrong(&self, why: &str) -> EvalError {
        EvalError::syntax(why, self.line)
    }
}
