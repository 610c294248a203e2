//! The tokens of an expression.

use crate::tools::calculator::values::Value;

/// A token and its line.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    /// The line it begins in, counted from one.
    pub line: usize,
}

/// The kind and value of a token.
#[derive(Debug, Clone)]
pub(super) enum TokenKind {
    Number(Value),
    /// A text or bytes.
    Quoted(Value),
    /// An f-string: the tokens of each field.
    Formatted(Vec<Vec<Token>>),
    /// A name, in normal form.
    Name(String),
    Keyword(&'static str),
    /// An operator or delimiter.
    Symbol(&'static str),
    /// A line break outside of brackets.
    Newline,
}

/// All tokens of an expression.
#[derive(Debug)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    /// The innermost unclosed bracket, with its line.
    pub unclosed: Option<(char, usize)>,
    /// The number of the last line.
    pub end: usize,
}
