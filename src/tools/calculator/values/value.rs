//! The values of expressions. They are immutable, because repeated lists share their items.

use std::rc::Rc;

use num_bigint::BigInt;

/// A value of one of the Python types that an expression can have.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Value {
    None,
    /// Counts as 1 or 0 in arithmetic.
    Bool(bool),
    Int(Rc<BigInt>),
    Float(f64),
    Complex(Complex),
    /// Code points, because a text may have lone surrogates.
    Text(Rc<[u32]>),
    Bytes(Rc<[u8]>),
    /// `[a, b]`
    List(Rc<Vec<Self>>),
    /// `(a, b)`
    Tuple(Rc<Vec<Self>>),
    /// `__builtins__`, the only dictionary; it is empty.
    Dict,
    /// `...`
    Ellipsis,
    /// A function that is not called.
    Function(Function),
}

/// A complex number of two floats.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::tools::calculator) struct Complex {
    pub real: f64,
    pub imaginary: f64,
}

/// The functions that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools::calculator) enum Function {
    Abs,
    Max,
    Min,
    Pow,
    Round,
    Sqrt,
    Sum,
}

impl Function {
    /// All functions, sorted by name.
    pub(in crate::tools::calculator) const ALL: [Self; 7] =
        [Self::Abs, Self::Max, Self::Min, Self::Pow, Self::Round, Self::Sqrt, Self::Sum];

    /// Returns its name in expressions.
    pub(in crate::tools::calculator) const fn name(self) -> &'static str {
        match self {
            Self::Abs => "abs",
            Self::Max => "max",
            Self::Min => "min",
            Self::Pow => "pow",
            Self::Round => "round",
            Self::Sqrt => "sqrt",
            Self::Sum => "sum",
        }
    }

    pub(in crate::tools::calculator) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Value {
    pub(in crate::tools::calculator) fn int(it: impl Into<BigInt>) -> Self {
        Self::Int(Rc::new(it.into()))
    }

    pub(in crate::tools::calculator) fn text(it: &str) -> Self {
        Self::Text(it.chars().map(u32::from).collect())
    }

    /// Returns Python's name of its type.
    pub(in crate::tools::calculator) const fn kind(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Complex(_) => "complex",
            Self::Text(_) => "str",
            Self::Bytes(_) => "bytes",
            Self::List(_) => "list",
            Self::Tuple(_) => "tuple",
            Self::Dict => "dict",
            Self::Ellipsis => "ellipsis",
            Self::Function(_) => "builtin_function_or_method",
        }
    }
}
