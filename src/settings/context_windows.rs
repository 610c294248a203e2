//! How many tokens the context of a model holds.

/// Tokens by model, as <https://platform.openai.com/docs/models> lists them, read on 2026-07-31. A
/// name also stands for its dated snapshots.
const WINDOWS: &[(&str, u64)] = &[
    ("o4-mini", 200_000),
    ("o3", 200_000),
    ("o3-mini", 200_000),
    ("o1", 200_000),
    ("gpt-4o", 128_000),
    ("gpt-4o-mini", 128_000),
    ("gpt-4.1", 1_047_576),
    ("gpt-4.1-mini", 1_047_576),
    ("gpt-4.1-nano", 1_047_576),
    ("gpt-5", 400_000),
    ("gpt-5-mini", 400_000),
    ("gpt-5-nano", 400_000),
];

/// The context of a model in tokens, where it is known.
#[must_use]
pub fn context_window(model: &str) -> Option<u64> {
    let names_it = |name: &str| {
        model == name
            || model.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).is_some_and(
                |rest| {
                    rest.starts_with("20")
                        && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
                },
            )
    };
    WINDOWS.iter().find(|(name, _)| names_it(name)).map(|(_, tokens)| *tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dated_snapshot_has_the_window_of_its_model_and_another_model_has_none() {
        assert_eq!(context_window("o4-mini-2025-04-16"), Some(200_000));
        assert_eq!(context_window("gpt-4o-mini"), Some(128_000));
        assert_eq!(context_window("o4-mini-high"), None);
    }
}
