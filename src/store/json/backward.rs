//! Finds the last elements of an array without reading what precedes them.
//! Must only be given what is JSON: from its end, every string can be told from what is around it.

/// Where the objects of an array begin, the last one first. `tail` is the end of the array without its
/// bracket; an object that begins before it is left out.
pub(crate) fn last_object_starts(tail: &[u8]) -> Vec<usize> {
    let (mut starts, mut depth, mut end) = (Vec::new(), 0_usize, tail.len());
    while let Some(at) = end.checked_sub(1) {
        end = at;
        match tail.get(at) {
            Some(b'"') => match opening_quote(tail, at) {
                Some(opening) => end = opening,
                None => break,
            },
            Some(b'}' | b']') => depth = depth.saturating_add(1),
            Some(b'{' | b'[') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    starts.push(at);
                }
            }
            _ => {}
        }
    }
    starts
}

/// The first quote of the string that ends at `closing`: the last one before it that is not escaped.
/// `None` where the string begins before the text, or may do so.
fn opening_quote(text: &[u8], closing: usize) -> Option<usize> {
    let mut end = closing;
    loop {
        let before = text.get(..end)?;
        let quote = memchr::memrchr(b'"', before)?;
        let escapes = before.get(..quote)?.iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes == quote {
            return None;
        }
        if escapes.is_multiple_of(2) {
            return Some(quote);
        }
        end = quote;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::json::{elements, to_json_string};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_last_objects_are_those_that_a_parser_finds(
            texts in prop::collection::vec("[a\"\\\\{}\\[\\],é]{0,8}", 1..8), cut in 0_usize..200
        ) {
            let objects: Vec<String> = texts
                .iter()
                .map(|text| format!("{{ {}: [{{}}, [\"]\"], {{\"a\":{{}}}}] }}", to_json_string(text)))
                .collect();
            let list = format!("[ {} ]", objects.join(" ,\n"));
            let mut wanted: Vec<usize> =
                elements(&list, 0..list.len()).unwrap().into_iter().map(|at| at.start).collect();
            wanted.reverse();
            let tail = &list.as_bytes()[1..list.len() - 1];
            let found = |tail: &[u8], from: usize| -> Vec<usize> {
                last_object_starts(tail).into_iter().map(|at| at + from).collect()
            };
            prop_assert_eq!(&found(tail, 1), &wanted);
            // A cut leaves out at most the object it goes through and the one that begins there.
            let cut = cut.min(tail.len());
            let part = found(&tail[cut..], cut + 1);
            prop_assert_eq!(&part[..], &wanted[..part.len()]);
            let whole = wanted.iter().filter(|start| **start > cut + 1).count();
            prop_assert!(part.len() >= whole, "{} of {} from {}", part.len(), whole, cut);
        }
    }
}
