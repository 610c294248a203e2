//! Members and elements of a JSON text in memory, by their byte ranges.

use std::ops::Range;

use super::stream::{ParseError, Result as Parsed, Stream, StreamError};
use super::text::is_key;
use crate::store::json::parser;

/// One member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// The key, quotes included.
    pub key: Range<usize>,
    pub value: Range<usize>,
}

/// The one value a whole text holds.
pub(crate) fn value_at(text: &str, range: Range<usize>) -> Result<Range<usize>, ParseError> {
    parse(text, range, |stream| {
        stream.skip_space()?;
        let start = stream.position();
        parser::skip_value(stream)?;
        let value = start..stream.position();
        parser::expect_end(stream)?;
        Ok(value)
    })
}

/// The members of the object at a range, in file order.
pub(crate) fn members(text: &str, range: Range<usize>) -> Result<Vec<Member>, ParseError> {
    let mut found = Vec::new();
    parse(text, range, |stream| {
        parser::for_each_member(stream, |stream, key| {
            let start = stream.key_position();
            // The quotes around it.
            let key = start..start.saturating_add(key.len()).saturating_add(2);
            let start = stream.position();
            parser::skip_value(stream)?;
            found.push(Member { key, value: start..stream.position() });
            Ok(())
        })
    })?;
    Ok(found)
}

/// The values of the members with these names, the last of each, in the object at a range.
pub(crate) fn named_values<const N: usize>(
    text: &str,
    range: Range<usize>,
    names: [&str; N],
) -> Result<[Option<Range<usize>>; N], ParseError> {
    let mut found = [const { None }; N];
    parse(text, range, |stream| {
        parser::for_each_member(stream, |stream, key| {
            let start = stream.position();
            let slot = names.iter().zip(&mut found).find(|(name, _)| is_key(key, name));
            parser::skip_value(stream)?;
            if let Some((_, slot)) = slot {
                *slot = Some(start..stream.position());
            }
            Ok(())
        })
    })?;
    Ok(found)
}

/// The elements of the array at a range.
///
/// # Errors
/// When the range is not one whole array.
pub fn elements(text: &str, range: Range<usize>) -> Result<Vec<Range<usize>>, ParseError> {
    let mut found = Vec::new();
    parse(text, range, |stream| {
        parser::for_each_element(stream, |stream| {
            let start = stream.position();
            parser::skip_value(stream)?;
            found.push(start..stream.position());
            Ok(())
        })
    })?;
    Ok(found)
}

/// The raw elements of a raw array; `None` for any other value.
pub(crate) fn raw_elements(raw: &str) -> Option<Vec<&str>> {
    let ranges = elements(raw, 0..raw.len()).ok()?;
    Some(ranges.into_iter().filter_map(|range| raw.get(range)).collect())
}

fn parse<'a, T>(
    text: &'a str,
    range: Range<usize>,
    read: impl FnOnce(&mut Stream<&'a [u8]>) -> Parsed<T>,
) -> Result<T, ParseError> {
    let start = range.start;
    let bytes = text.as_bytes().get(range).unwrap_or_default();
    read(&mut Stream::from_position(bytes, bytes.len(), start)).map_err(|error| match error {
        StreamError::NotJson(error) => error,
        StreamError::NotUtf8(at) => ParseError { at, what: "a character is cut off here" },
        StreamError::Io(_) => ParseError { at: start, what: "the text cannot be read" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_json(text: &str) -> bool {
        value_at(text, 0..text.len()).is_ok()
    }

    #[test]
    fn the_grammar_is_that_of_json_with_pythons_numbers_and_nothing_more() {
        for good in [
            "{}",
            " [1, -0.5e+3, \"a\\u00e9\\n\", null, true] ",
            "\"\u{7f}\u{2028}\"",
            "0",
            "[NaN, Infinity, -Infinity]",
        ] {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "1e",
            "-",
            "nan",
            "-NaN",
            "+Infinity",
            "Inf",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "[1] 2",
            "nul",
            "{\"a\" 1}",
            "[1 2]",
            "[}",
            "\u{feff}{}",
            "'a'",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert!(is_json(&deep));
        assert!(!is_json(&deep[1..]));
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_full_parser_on_texts_made_of_json_pieces(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"a\"", "1", "-2.5", "null", "true", " ", "\n",
                    "\"\\u00e9\"", "1e5", "\"",
                ]),
                0..12,
            )
        ) {
            let text = pieces.concat();
            let full = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), full, "{}", text);
        }
    }
}
