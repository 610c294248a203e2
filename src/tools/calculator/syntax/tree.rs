//! The tree of an expression.
//! Must not hold more of a construct than the calculator needs: what is not allowed is only a name.

use crate::tools::calculator::values::Value;

/// A part of an expression.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Node {
    /// A number, a text, True, False, None or `...`.
    Constant(Value),
    /// A name, in normal form.
    Name(String),
    /// Signs before an operand, the outermost first.
    Signed(Vec<Sign>, Box<Self>),
    /// Two operands.
    Binary(Box<Self>, Operator, Box<Self>),
    /// `[a, b]`
    List(Vec<Self>),
    /// `(a, b)`
    Tuple(Vec<Self>),
    /// `name(a, b)`; what is called comes first.
    Call(Box<Self>, Vec<Self>),
    /// Valid Python that the calculator does not allow, by the name of its class in Python's `ast`.
    Forbidden(&'static str),
}

/// What stands before an operand.
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

/// What is done with two operands.
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
