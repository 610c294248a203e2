//! JSON as text: where each value lies, and how the web app spells what is new.
//! Must not build trees of values, because a file of chats may be larger than memory.

mod backward;
pub(crate) mod edit;
mod fields;
mod format;
mod line_column;
pub(crate) mod parser;
mod ranges;
mod simd;
mod skip;
pub(crate) mod stream;
mod surrogates;
mod text;

pub(crate) use backward::last_object_starts;
pub(crate) use fields::{Field, Fields};
pub(crate) use format::{FormatError, ValueFormat};
pub(crate) use line_column::LineColumn;
pub use ranges::elements;
pub(crate) use ranges::{Member, members, named_values, raw_elements, value_at};
pub(crate) use stream::{ParseError, Stream};
pub(crate) use surrogates::{SurrogateScanner, has_unpaired_surrogate, unpaired_surrogates};
pub(crate) use text::{decode_raw, decode_string, encode_string, is_key, to_json_string};
