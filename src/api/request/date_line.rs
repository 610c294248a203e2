//! Adds to a preset's instructions the line with the model's knowledge cutoff and the date, as the web
//! app does. Place and words are those of hcorion/ai-multitool bdc7763, measured on 2026-11-29.

use crate::settings::knowledge_cutoff;

/// The text, in any case, that the first line contains where the date line goes below it.
const MODEL_PHRASE: &str = "large language model";
/// The texts, in exactly this case, of instructions that need no date line.
const OWN_DATES: [&str; 2] = ["Knowledge cutoff:", "Current date:"];

/// Returns the date line; a model whose cutoff is unknown gets only the date.
#[must_use]
pub(in crate::api) fn date_line(model: &str, today: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cutoff_is_named_where_it_is_known() {
        assert_eq!(
            date_line("gpt-5.1", "2026-11-29"),
            "Knowledge cutoff: 2024-09-30. Current date: 2026-11-29."
        );
        assert_eq!(date_line("llama", "2026-11-29"), "Current date: 2026-11-29.");
    }
}
