//! The values of expressions, and Python's text of them.

mod decimal;
mod float;
mod json;
mod repr;
mod text;
mod value;

pub(super) use decimal::{fixed, general, scientific};
pub(super) use float::{of_int, ratio, word};
pub use json::json_text;
pub(super) use json::{check, push_json};
pub(super) use repr::{ascii, digits, repr, shown};
pub(super) use text::is_printable;
pub(super) use value::{Complex, Function, Value};
