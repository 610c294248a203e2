//! JSON as text: where each value lies, and how the web app spells what is new.
//! May not build trees of values: what is not needed is passed over, byte ranges are kept.

pub mod edit;
pub mod parser;
pub mod ranges;
mod simd;
mod skip;
pub mod stream;
pub mod surrogates;
pub mod text;

pub use ranges::{Member, elements, members, value_at};
pub use stream::{ParseError, Stream, StreamError};
pub use text::{decode_raw, decode_string, encode_string, is_key};
