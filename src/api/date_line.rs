//! Adds to a preset's instructions the line with the model's knowledge cutoff and the date, as the web
//! app does. Place, words and cutoffs are those of hcorion/ai-multitool bdc7763, measured on 2026-11-29.

use crate::settings::model_of_snapshot;

// The texts are those of the web app (hcorion/ai-multitool bdc7763, measured on 2026-11-29).
/// The text, in any case, that the first line contains where the date line goes below it.
const MODEL_PHRASE: &str = "large language model";
/// The texts, in exactly this case, of instructions that need no date line.
const OWN_DATES: [&str; 2] = ["Knowledge cutoff:", "Current date:"];

/// Models and their knowledge cutoffs as the web app states them (bdc7763, measured on 2026-11-29). It
/// does not know o4-mini, whose cutoff is from Microsoft's table "Models sold directly by Azure"
/// (learn.microsoft.com, 2026-11).
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

/// Returns the date line; a model whose cutoff is unknown gets only the date.
#[must_use]
pub(super) fn date_line(model: &str, today: &str) -> String {
    let cutoff = knowledge_cutoff(model);
    let cutoff = cutoff.map_or_else(String::new, |it| format!("Knowledge cutoff: {it}. "));
    format!("{cutoff}Current date: {today}.")
}

/// Adds the date line before the instructions, or after a first line that mentions a large language
/// model. Instructions that contain both dates stay unchanged.
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

/// Returns the knowledge cutoff of a model or of a dated snapshot of it.
fn knowledge_cutoff(model: &str) -> Option<&'static str> {
    let cutoff = |name: &str| CUTOFFS.iter().find(|it| it.0 == name).map(|it| it.1);
    cutoff(model).or_else(|| cutoff(model_of_snapshot(model)?))
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
