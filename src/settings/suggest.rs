//! Suggests the name that may be meant, where a setting or a value does not exist.

/// The most letters that may be wrong.
const MAX_DISTANCE: usize = 2;

/// "Did you mean …?" for the known name that is nearest, with a space before it; empty where none is near.
pub(crate) fn suggestion<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(typed, known).map_or_else(String::new, |name| format!(" Did you mean \"{name}\"?"))
}

/// The known name that is nearest, where one is near.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('-', "_");
    let distance = |name: &str| edit_distance(&typed, &name.to_lowercase().replace('-', "_"));
    let scored = known.into_iter().map(|name| (distance(name), name));
    let (distance, name) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= MAX_DISTANCE && distance < name.chars().count()).then_some(name)
}

/// The letters to insert, delete or replace to make one text of another.
fn edit_distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut next = vec![index.saturating_add(1)];
        for ((column, candidate), pair) in other.iter().enumerate().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => (0, 0),
            };
            let left = next.get(column).copied().unwrap_or_default();
            let replaced = diagonal.saturating_add(usize::from(letter != *candidate));
            next.push(replaced.min(above.saturating_add(1)).min(left.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_near_is_suggested_and_others_are_not() {
        let known = ["dark", "light", "high-contrast", "reading_width"];
        assert_eq!(suggestion("darkk", known), " Did you mean \"dark\"?");
        assert_eq!(suggestion("reading-widht", known), " Did you mean \"reading_width\"?");
        assert_eq!(suggestion("nothing", known), "");
    }
}
