//! Up to when models know the world, where that is documented: the line the web app puts in front
//! of its presets' date.
//! May not guess: a model that is not here has none.

/// Models and the end of what they were trained on, as published in Microsoft's table of the
/// `OpenAI` models it sells ("Models sold directly by Azure", column "Training Data (up to)", read in
/// the version that lists gpt-5.6). gpt-5.1 and gpt-5.4 say the same, to the day, in Box's model
/// cards. `OpenAI`'s own page of o4-mini says 1 June 2024, which is the same day counted from the
/// other side.
const CUTOFFS: [(&str, &str); 8] = [
    ("gpt-5.4", "2025-08"),
    ("gpt-5.3-codex", "2025-08"),
    ("gpt-5.2", "2025-08"),
    ("gpt-5.1", "2024-09-30"),
    ("gpt-5", "2024-09-30"),
    ("gpt-5-mini", "2024-05-31"),
    ("gpt-5-pro", "2024-09-30"),
    ("o4-mini", "2024-05-31"),
];

/// Up to when a model knows the world; a dated version is the model it is a version of.
#[must_use]
pub fn of(model: &str) -> Option<&'static str> {
    let known = CUTOFFS.iter().find(|(name, _)| {
        let rest = model.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || is_date(rest))
    });
    known.map(|(_, cutoff)| *cutoff)
}

/// Whether a text is the date at the end of a version's name: `-2025-08-07`.
fn is_date(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| {
        if matches!(at, 0 | 5 | 8) { byte == b'-' } else { byte.is_ascii_digit() }
    };
    text.len() == 11 && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_and_its_dated_versions_are_known_and_no_other() {
        assert_eq!(of("gpt-5.1"), Some("2024-09-30"));
        assert_eq!(of("gpt-5-mini-2025-08-07"), Some("2024-05-31"));
        for unknown in ["gpt-5-nano", "gpt-5.1-codex", "gpt-5-mini-latest", "llama", "", "gpt-5-"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }
}
