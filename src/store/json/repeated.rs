//! Keys that an object has more than once.

use std::collections::HashMap;
use std::hash::Hash;

/// Returns the members of an object as Python reads them: of two with one key the last value counts, in
/// the place of the first. Returns also the keys that were there before.
pub(crate) fn keep_last<K: Clone + Eq + Hash, V>(
    members: impl IntoIterator<Item = (K, V)>,
) -> (Vec<(K, V)>, Vec<K>) {
    let (mut kept, mut repeated): (Vec<(K, V)>, Vec<K>) = (Vec::new(), Vec::new());
    let mut places = HashMap::new();
    for (key, value) in members {
        let place = *places.entry(key.clone()).or_insert(kept.len());
        match kept.get_mut(place) {
            Some((_, before)) => {
                *before = value;
                repeated.push(key);
            }
            None => kept.push((key, value)),
        }
    }
    (kept, repeated)
}
