//! The values an expression has, and how Python writes them.
//! May not calculate.

use num_bigint::BigInt;

use super::error::EvalError;
use super::float;

/// The most digits of a whole number: Python writes no longer one, and a file that holds one is
/// refused by the web app.
pub(super) const MAX_DIGITS: usize = 4300;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CalculatorValue {
    /// Nothing.
    None,
    /// True or false; counts as 1 or 0.
    Bool(bool),
    /// A whole number of any size.
    Int(BigInt),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// Several values.
    List(Vec<Self>),
}

/// What is said of a number that is not on the line.
pub(super) fn complex_error() -> EvalError {
    EvalError::Calculation("Object of type complex is not JSON serializable".to_owned())
}

impl CalculatorValue {
    /// Python's name of its kind.
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::None => "NoneType",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
            Self::List(_) => "list",
        }
    }

    /// Whether it can be a result: no number in it may be longer than Python writes.
    pub(super) fn check_size(&self) -> Result<(), EvalError> {
        match self {
            // 4300 digits are 14 285 bits or less; most numbers need no conversion to tell.
            Self::Int(it) if it.bits() > 14_280 && count_digits(it) > MAX_DIGITS => {
                Err(EvalError::Calculation("the result has more than 4300 digits".to_owned()))
            }
            Self::List(items) => items.iter().try_for_each(Self::check_size),
            Self::None | Self::Bool(_) | Self::Int(_) | Self::Float(_) | Self::Text(_) => Ok(()),
        }
    }

    /// The value for people: `str` of Python.
    #[must_use]
    pub(super) fn display_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            // The web app turns what is no finite number into a word first.
            Self::Float(it) if !it.is_finite() => float::non_finite_name(*it).to_owned(),
            other => other.repr(),
        }
    }

    fn repr(&self) -> String {
        match self {
            Self::None => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(it) => it.to_string(),
            Self::Float(it) => float::repr(*it),
            Self::Text(text) => {
                let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
                let inner = text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t");
                let inner = if quote == '\'' { inner.replace('\'', "\\'") } else { inner };
                format!("{quote}{inner}{quote}")
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::repr).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    /// The value as JSON, as `json.dumps` of Python writes it.
    pub(super) fn push_json(&self, out: &mut String) {
        match self {
            Self::None => out.push_str("null"),
            Self::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
            Self::Int(it) => out.push_str(&it.to_string()),
            Self::Float(it) if it.is_finite() => out.push_str(&float::repr(*it)),
            Self::Float(it) => push_json_string(float::non_finite_name(*it), out),
            Self::Text(text) => push_json_string(text, out),
            Self::List(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    out.push_str(if place == 0 { "" } else { ", " });
                    item.push_json(out);
                }
                out.push(']');
            }
        }
    }
}

fn count_digits(it: &BigInt) -> usize {
    it.magnitude().to_string().len()
}

/// A text as `json.dumps` of Python writes it: nothing but ASCII.
pub fn push_json_string(text: &str, out: &mut String) {
    out.push('"');
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(it),
            other => {
                let mut units = [0; 2];
                for unit in other.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
}
