//! The syntax tree of an expression. Constructs that the calculator forbids have only a name.

use crate::tools::calculator::values::Value;

/// A node of the tree.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Node {
    Constant(Value),
    /// A name, in normal form.
    Name(String),
    /// Unary operators and their operand, the outermost first.
    Signed(Vec<Sign>, Box<Self>),
    Binary(Box<Self>, Operator, Box<Self>),
    /// `[a, b]`
    List(Vec<Self>),
    /// `(a, b)`
    Tuple(Vec<Self>),
    /// `name(a, b)`: the called node and the arguments.
    Call(Box<Self>, Vec<Self>),
    /// Valid Python that the calculator does not allow, by the name of its class in Python's `ast`.
    Forbidden(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools::calculator) enum Sign {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `~`
    Invert,
    /// `not`
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools::calculator) enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `**`
    Power,
    /// An operator that the calculator does not allow, by the name of its class in Python's `ast`.
    Forbidden(&'static str),
}
