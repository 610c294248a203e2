//! The values an expression has.
//! Must not be changed once made: lists that are repeated share their items.

use std::rc::Rc;

use num_bigint::BigInt;

/// A value.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Value {
    /// Nothing.
    None,
    /// True or false; counts as 1 or 0.
    Bool(bool),
    /// A whole number of any size.
    Int(Rc<BigInt>),
    /// A number with a fraction.
    Float(f64),
    /// A complex number.
    Complex(Complex),
    /// A text as code points, since it may hold half a surrogate pair.
    Text(Rc<[u32]>),
    /// Bytes.
    Bytes(Rc<[u8]>),
    /// `[a, b]`
    List(Rc<Vec<Self>>),
    /// `(a, b)`
    Tuple(Rc<Vec<Self>>),
    /// The one dictionary within reach, which is empty: `__builtins__`.
    Dict,
    /// `...`
    Ellipsis,
    /// A function that is named and not called.
    Function(Function),
}

/// A complex number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::tools::calculator) struct Complex {
    /// The part on the line of the other numbers.
    pub real: f64,
    /// The other part.
    pub imaginary: f64,
}

/// The functions that may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tools::calculator) enum Function {
    /// The distance from zero.
    Abs,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// A power, perhaps of which only the rest of a division is wanted.
    Pow,
    /// The nearest whole number, or the nearest with so many digits.
    Round,
    /// The square root.
    Sqrt,
    /// All added up.
    Sum,
}

impl Function {
    /// All functions, by name.
    pub(in crate::tools::calculator) const ALL: [Self; 7] =
        [Self::Abs, Self::Max, Self::Min, Self::Pow, Self::Round, Self::Sqrt, Self::Sum];

    /// What it is called in an expression.
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

    /// The function with this name.
    pub(in crate::tools::calculator) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

impl Value {
    /// A whole number.
    pub(in crate::tools::calculator) fn int(it: impl Into<BigInt>) -> Self {
        Self::Int(Rc::new(it.into()))
    }

    /// A text.
    pub(in crate::tools::calculator) fn text(it: &str) -> Self {
        Self::Text(it.chars().map(u32::from).collect())
    }

    /// Python's name of its type.
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
