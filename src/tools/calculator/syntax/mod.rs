//! Parses an expression by the grammar of Python 3.13.

mod arguments;
mod brackets;
mod cursor;
mod escapes;
mod formatted;
mod identifier;
mod lexer;
mod number;
mod parameters;
mod parser;
mod token;
mod tree;

pub(super) use parser::parse;
pub(super) use tree::{Node, Operator, Sign};
