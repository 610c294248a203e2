//! A search result as people read it: the match in its context, without the marks of Markdown.

use crate::chat::DetailKind;
use crate::chat::single_spaces::with_single_spaces;
use crate::store::{HitLocation, SearchResult};
use crate::view::markdown::{Excerpt, plain_excerpt};

/// The excerpt of a result. Messages and reasoning are Markdown; titles, queries and sources are not.
#[must_use]
pub(crate) fn search_excerpt(result: &SearchResult) -> Excerpt {
    let SearchResult { before, matched, after, .. } = result;
    match result.location {
        HitLocation::Message { part: None | Some(DetailKind::Reasoning), .. } => {
            plain_excerpt(before, matched, after)
        }
        HitLocation::Message { .. } | HitLocation::Title => Excerpt {
            before: with_single_spaces(before),
            matched: matched.clone(),
            after: with_single_spaces(after),
        },
    }
}
