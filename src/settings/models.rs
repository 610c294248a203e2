//! What is known of models by name: how much their context holds, when their knowledge ends, what they cost.
//! Must not guess: of a model that is not in the table nothing is known.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The table; the file names its sources and their dates.
const TABLE: &str = include_str!("../../assets/models.toml");

static MODELS: LazyLock<BTreeMap<String, KnownModel>> =
    LazyLock::new(|| toml::from_str(TABLE).unwrap_or_default());

/// Dollars for one million tokens of one model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Tokens read that were not in the server's cache.
    pub input: f64,
    /// Tokens read from the server's cache; the price of other input where it is not named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cached: Option<f64>,
    /// Tokens written, reasoning included.
    pub output: f64,
}

/// What is known of one model.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownModel {
    context: Option<u64>,
    cutoff: Option<String>,
    price: Option<Price>,
}

/// How many tokens the context of a model holds, where it is known.
#[must_use]
pub fn context_window(model: &str) -> Option<u64> {
    find_by_name(model, |name| MODELS.get(name)?.context)
}

/// The day on which the knowledge of a model ends, where it is known.
#[must_use]
pub fn knowledge_cutoff(model: &str) -> Option<&'static str> {
    find_by_name(model, |name| MODELS.get(name)?.cutoff.as_deref())
}

/// The price of the model with exactly this name.
pub(super) fn list_price(name: &str) -> Option<Price> {
    MODELS.get(name)?.price
}

/// Looks a model up by its name, and else by that of the model it is a dated snapshot of.
pub(super) fn find_by_name<T>(model: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    find(model).or_else(|| find(model_of_snapshot(model)?))
}

/// The model that a name is a dated snapshot of, such as `o4-mini-2025-04-16`.
fn model_of_snapshot(name: &str) -> Option<&str> {
    let at = name.len().checked_sub("-2025-04-16".len())?;
    let (model, date) = name.split_at_checked(at)?;
    let is_date = date.bytes().enumerate().all(|(index, byte)| match index {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (is_date && !model.is_empty()).then_some(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let models: BTreeMap<String, KnownModel> = toml::from_str(TABLE).unwrap();
        assert_eq!(*MODELS, models);
        let is_price = |it: f64| it.is_finite() && it > 0.0;
        for (name, model) in models {
            assert!(model.context.is_none_or(|tokens| tokens >= 100_000), "{name}");
            let day = model.cutoff.map(|day| day.parse::<jiff::civil::Date>());
            assert!(day.is_none_or(|day| day.is_ok()), "{name}");
            let Some(Price { input, cached, output }) = model.price else { continue };
            assert!([input, output].into_iter().chain(cached).all(is_price), "{name}");
        }
    }

    #[test]
    fn a_model_and_its_dated_snapshots_are_known_and_no_other() {
        assert_eq!(context_window("o4-mini-2025-04-16"), Some(200_000));
        assert_eq!(context_window("gpt-4o-mini"), Some(128_000));
        assert_eq!(context_window("gpt-5.6-luna"), Some(1_050_000));
        assert_eq!(knowledge_cutoff("gpt-5.1"), Some("2024-09-30"));
        assert_eq!(knowledge_cutoff("gpt-5.4-2026-03-01"), Some("2026-02-28"));
        for unknown in ["o4-mini-high", "gpt-5.1-codex", "gpt-5-mini-latest", "llama", "", "gpt-5-"]
        {
            assert_eq!((context_window(unknown), knowledge_cutoff(unknown)), (None, None));
        }
    }

    #[test]
    fn only_a_whole_date_makes_a_snapshot() {
        assert_eq!(model_of_snapshot("gpt-5-mini-2025-08-07"), Some("gpt-5-mini"));
        for other in ["o4-mini", "o4-mini-high", "o4-mini-2025-04-1x", "-2025-04-16", "ö-2025"] {
            assert_eq!(model_of_snapshot(other), None, "{other}");
        }
    }

    #[test]
    fn every_model_with_a_price_or_a_cutoff_has_a_context() {
        for (name, model) in MODELS.iter() {
            assert!(model.context.is_some(), "{name}");
        }
    }
}
