//! From the text of an expression to a tree, as Python 3.13 reads it.
//! Must not calculate anything.

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
