//! The words of an expression.
//! Must not know what they mean together.

use crate::tools::calculator::values::Value;

/// One word and the line it stands in.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its line, counted from one.
    pub line: usize,
}

/// What a word is.
#[derive(Debug, Clone)]
pub(super) enum TokenKind {
    /// A number.
    Number(Value),
    /// A text or bytes in quotes.
    Quoted(Value),
    /// A text with fields to fill in; the words of each field.
    Formatted(Vec<Vec<Token>>),
    /// A name, in normal form.
    Name(String),
    /// A word that Python reserves.
    Keyword(&'static str),
    /// An operator or a bracket.
    Sign(&'static str),
    /// The end of a line outside of brackets.
    Newline,
}

/// All words of an expression.
#[derive(Debug)]
pub(super) struct Tokens {
    /// In order.
    pub list: Vec<Token>,
    /// The innermost bracket that is not closed, with its line.
    pub unclosed: Option<(char, usize)>,
    /// The last line.
    pub end: usize,
}
