//! Prices of models, and the cost of an answer. Must not estimate: a model without a price has no cost.

use std::collections::BTreeMap;
use std::ops::Add;

use serde::{Deserialize, Serialize};

use crate::chat::{Cost, Usage};

use super::models::{Price, find_by_name, list_price};
use super::table_value::read_tables;
use super::value::SettingValue;

/// The prices that the configuration file has; they win over the list prices.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prices(#[serde(deserialize_with = "read_tables")] BTreeMap<String, Price>);

impl Prices {
    /// Every model of the configuration file with its price.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Price)> {
        self.0.iter().map(|(model, price)| (model.as_str(), price))
    }

    /// The price of a model, by its name or that of the model it is a dated snapshot of.
    #[must_use]
    pub fn price(&self, model: &str) -> Option<Price> {
        find_by_name(model, |name| self.0.get(name).copied().or_else(|| list_price(name)))
    }

    /// What an answer cost; `None` for a model without a price.
    #[must_use]
    pub fn cost(&self, model: &str, usage: &Usage) -> Option<Cost> {
        let price = self.price(model)?;
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens.saturating_sub(cached);
        let parts = [
            Cost::of(fresh, price.input),
            Cost::of(cached, price.cached.unwrap_or(price.input)),
            Cost::of(usage.output_tokens, price.output),
        ];
        Some(parts.into_iter().fold(Cost::default(), Add::add))
    }
}

impl SettingValue for Prices {}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input: u64, cached: u64, output: u64) -> Usage {
        Usage {
            input_tokens: input,
            cached_tokens: cached,
            output_tokens: output,
            reasoning_tokens: 0,
        }
    }

    #[test]
    fn a_snapshot_costs_what_its_model_does() {
        let prices = Prices::default();
        let cost = prices.cost("o4-mini-2025-04-16", &usage(1_000_000, 500_000, 1_000_000));
        assert_eq!(cost.map(Cost::nanodollars), Some(550_000_000 + 137_500_000 + 4_400_000_000));
        assert_eq!(cost, prices.cost("o4-mini", &usage(1_000_000, 500_000, 1_000_000)));
    }

    #[test]
    fn an_unknown_model_has_no_price() {
        let prices = Prices::default();
        for name in ["llama", "o4-mini-high", "o4-mini-2025-04-1x", ""] {
            assert_eq!(prices.cost(name, &usage(1, 0, 1)), None, "{name}");
        }
    }

    #[test]
    fn own_prices_win_and_a_missing_cache_price_is_the_input_price() {
        let prices: Prices = toml::from_str("[o4-mini]\ninput = 2\noutput = 8\n").unwrap();
        let cost = prices.cost("o4-mini", &usage(1000, 1000, 0)).unwrap();
        assert_eq!(cost.nanodollars(), 2_000_000);
        let shown = serde_json::to_string(&prices).unwrap();
        assert_eq!(shown, r#"{"o4-mini":{"input":2.0,"output":8.0}}"#);
        assert!(toml::from_str::<Prices>("[m]\ninput = \"free\"").is_err());
    }

    #[test]
    fn more_cached_tokens_than_tokens_do_not_cost_less_than_nothing() {
        let cost = Prices::default().cost("o4-mini", &usage(1, 9, 0)).unwrap();
        assert_eq!(cost.nanodollars(), 275);
    }
}
