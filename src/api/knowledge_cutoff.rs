//! Knowledge cutoffs of models, as documented: the web app states them in the instructions of presets.
//! Must not contain guesses, because the model would repeat them.

/// Models and the end of their training data: Microsoft, "Models sold directly by Azure", column
/// "Training Data (up to)", in the 2026 version that lists gpt-5.6 (read in November 2026). Box's
/// model cards agree for gpt-5.1 and gpt-5.4. `OpenAI`'s page of o4-mini says 1 June 2024, the day
/// after.
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

/// Returns the knowledge cutoff of a model or of a dated version of it.
#[must_use]
pub fn of(model: &str) -> Option<&'static str> {
    let entry = CUTOFFS.iter().find(|(name, _)| {
        let rest = model.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || is_date(rest))
    });
    entry.map(|(_, cutoff)| *cutoff)
}

/// Tells whether a text is the date suffix of a version, such as `-2025-08-07`.
fn is_date(text: &str) -> bool {
    let fits = |(index, byte): (usize, u8)| {
        if matches!(index, 0 | 5 | 8) { byte == b'-' } else { byte.is_ascii_digit() }
    };
    text.len() == 11 && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_and_its_dated_versions_have_a_cutoff_and_no_other() {
        assert_eq!(of("gpt-5.1"), Some("2024-09-30"));
        assert_eq!(of("gpt-5-mini-2025-08-07"), Some("2024-05-31"));
        for unknown in ["gpt-5-nano", "gpt-5.1-codex", "gpt-5-mini-latest", "llama", "", "gpt-5-"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }
}
