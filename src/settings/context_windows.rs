//! How many tokens the context of a model holds.

use super::model_snapshot::model_of_snapshot;

/// Tokens by model. Up to gpt-5 as <https://platform.openai.com/docs/models> lists them, read on
/// 2026-07-31; the newer ones as <https://vercel.com/ai-gateway/models> does, read on 2026-11-29. A name
/// also stands for its dated snapshots.
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
    ("gpt-5.2", 400_000),
    ("gpt-5.4", 1_050_000),
];

/// The context of a model in tokens, where it is known.
#[must_use]
pub fn context_window(model: &str) -> Option<u64> {
    let tokens = |name: &str| WINDOWS.iter().find(|it| it.0 == name).map(|it| it.1);
    tokens(model).or_else(|| tokens(model_of_snapshot(model)?))
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
