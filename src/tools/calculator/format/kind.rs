//! The types of templates.

/// The type of a template, which decides errors and some conversions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Bytes,
}
