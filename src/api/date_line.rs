//! The line that the web app puts into a preset's instructions: up to when the model knows the world,
//! and which day it is.
//!
//! Place, words and cutoffs are those of hcorion/ai-multitool bdc7763, measured on 2026-11-29.

/// What marks the first line behind which the line goes, in any case.
const MODEL_PHRASE: &str = "large language model";
/// What instructions contain that need no line, in exactly this case.
const OWN_DATES: [&str; 2] = ["Knowledge cutoff:", "Current date:"];

/// The cutoffs as the web app tells them; it does not know o4-mini, whose cutoff is that of Microsoft's
/// table "Models sold directly by Azure".
const CUTOFFS: [(&str, &str); 8] = [
    ("gpt-5.4", "2026-02-28"),
    ("gpt-5.3-codex", "2025-12-31"),
    ("gpt-5.2", "2025-08-31"),
    ("gpt-5.1", "2024-09-30"),
    ("gpt-5", "2024-09-30"),
    ("gpt-5-mini", "2024-09-30"),
    ("gpt-5-pro", "2024-09-30"),
    ("o4-mini", "2024-05-31"),
];

/// The line for a model and a day; of a model whose cutoff is unknown only the day is told.
#[must_use]
pub(super) fn date_line(model: &str, today: &str) -> String {
    let cutoff = knowledge_cutoff(model);
    let cutoff = cutoff.map_or_else(String::new, |it| format!("Knowledge cutoff: {it}. "));
    format!("{cutoff}Current date: {today}.")
}

/// Instructions with the line in front, or behind a first line that speaks of a large language model.
/// Instructions that tell both dates themselves stay as they are.
#[must_use]
pub(super) fn with_date_line(instructions: &str, line: &str) -> String {
    if OWN_DATES.iter().all(|phrase| instructions.contains(phrase)) {
        return instructions.to_owned();
    }
    let (first, rest) = match instructions.split_once('\n') {
        Some((first, rest)) => (first, Some(rest)),
        None => (instructions, None),
    };
    if !first.to_lowercase().contains(MODEL_PHRASE) {
        return format!("{line}\n{instructions}");
    }
    match rest {
        Some(rest) => format!("{first}\n{line}\n{rest}"),
        None => format!("{first}\n{line}"),
    }
}

/// Up to when a model knows the world; a dated version is the model it is a version of.
fn knowledge_cutoff(model: &str) -> Option<&'static str> {
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
    fn a_model_and_its_dated_versions_have_a_cutoff_and_no_other() {
        assert_eq!(knowledge_cutoff("gpt-5.1"), Some("2024-09-30"));
        assert_eq!(knowledge_cutoff("gpt-5.4-2026-03-01"), Some("2026-02-28"));
        for unknown in ["gpt-5-nano", "gpt-5.1-codex", "gpt-5-mini-latest", "llama", "", "gpt-5-"] {
            assert_eq!(knowledge_cutoff(unknown), None, "{unknown}");
        }
        assert_eq!(date_line("llama", "2026-11-29"), "Current date: 2026-11-29.");
    }
}
