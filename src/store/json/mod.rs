//! JSON as text: where each value lies, and how the web app spells what is new.
//! May not build trees of values: what is not needed is passed over, byte ranges are kept.

pub mod scan;
pub mod text;

pub use scan::{Member, ScanError, elements, members, value_at};
pub use text::{decode_string, encode_string};
