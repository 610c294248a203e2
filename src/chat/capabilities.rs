//! What is known about a server: which parameters it rejects, and which model replaces a retired one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::chat::Timestamp;

/// Seconds after which a rejected parameter or a missing protocol is tried again: accounts get verified,
/// servers updated.
const REFUSAL_TTL_SECONDS: i64 = 7 * 24 * 60 * 60;

/// One fact learned about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapabilityUpdate {
    /// It rejects a parameter of requests to a model.
    ParameterRejected {
        /// The model of the request.
        model: String,
        /// The parameter's path in the request, such as `reasoning.summary`.
        parameter: String,
    },
    /// The user chose a replacement for a model the server no longer offers.
    ModelReplaced {
        /// The model no longer offered.
        retired: String,
        /// The model used instead.
        replacement: String,
    },
    /// It has no Responses API, but answers as a chat completion.
    ResponsesMissing,
    /// The account may not store anything at the server, so that no turn can be chained.
    NothingStored,
    /// The user was asked whether the key may go to it over plain HTTP.
    PlainHttp(PlainHttp),
}

/// What the user answered about sending the key to a server over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainHttp {
    /// The key may go there.
    Allowed,
    /// The key must not go there.
    Refused,
}

/// Everything known about one server; the store saves it between runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerCapabilities {
    /// Rejected parameters by model, with the time of the rejection.
    refusals: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// Replacements by retired model.
    stand_ins: BTreeMap<String, String>,
    /// When the server was found to have no Responses API.
    #[serde(skip_serializing_if = "Option::is_none")]
    responses_missing: Option<Timestamp>,
    /// When the server said that it may not store anything.
    nothing_stored: Option<Timestamp>,
    /// Whether the key may go there over plain HTTP, once the user was asked.
    plain_http: Option<PlainHttp>,
}

impl ServerCapabilities {
    /// Records a fact learned at `now`, in place of what contradicts it.
    pub fn apply(&mut self, update: &CapabilityUpdate, now: Timestamp) {
        match update {
            CapabilityUpdate::ParameterRejected { model, parameter } => {
                self.refusals.entry(model.clone()).or_default().insert(parameter.clone(), now);
            }
            CapabilityUpdate::ModelReplaced { retired, replacement } => {
                // The chosen model is offered, whatever was recorded about it before.
                self.stand_ins.remove(replacement);
                self.stand_ins.insert(retired.clone(), replacement.clone());
            }
            CapabilityUpdate::ResponsesMissing => self.responses_missing = Some(now),
            CapabilityUpdate::NothingStored => self.nothing_stored = Some(now),
            CapabilityUpdate::PlainHttp(choice) => self.plain_http = Some(*choice),
        }
    }

    /// Drops rejections older than a week.
    pub fn drop_expired(&mut self, now: Timestamp) {
        let is_recent = |learned: &Timestamp| now.seconds_since(*learned) < REFUSAL_TTL_SECONDS;
        self.responses_missing = self.responses_missing.filter(is_recent);
        self.nothing_stored = self.nothing_stored.filter(is_recent);
        for parameters in self.refusals.values_mut() {
            parameters.retain(|_, learned| is_recent(learned));
        }
        self.refusals.retain(|_, parameters| !parameters.is_empty());
    }

    /// Tells whether the server is known to have no Responses API.
    #[must_use]
    pub const fn is_without_responses(&self) -> bool {
        self.responses_missing.is_some()
    }

    /// Returns pairs of a model and a parameter it rejects.
    pub fn refusals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.refusals.iter().flat_map(|(model, parameters)| {
            parameters.keys().map(move |parameter| (model.as_str(), parameter.as_str()))
        })
    }

    /// Whether the account may not store anything at the server.
    #[must_use]
    pub const fn stores_nothing(&self) -> bool {
        self.nothing_stored.is_some()
    }

    /// What the user answered about plain HTTP; `None` until they were asked.
    #[must_use]
    pub const fn plain_http_choice(&self) -> Option<PlainHttp> {
        self.plain_http
    }

    /// Returns the model used instead of a retired one, following replacements of replacements.
    #[must_use]
    pub fn replacement_for(&self, model: &str) -> Option<&str> {
        let mut visited = BTreeSet::from([model]);
        let mut replacement = None;
        let mut current = model;
        while let Some(next) = self.stand_ins.get(current).filter(|next| visited.insert(next)) {
            replacement = Some(next.as_str());
            current = next;
        }
        replacement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn replaced(retired: &str, replacement: &str) -> CapabilityUpdate {
        CapabilityUpdate::ModelReplaced { retired: retired.into(), replacement: replacement.into() }
    }

    #[test]
    fn a_replacement_of_a_replacement_applies_to_the_first_retired_model() {
        let mut capabilities = ServerCapabilities::default();
        capabilities.apply(&replaced("a", "b"), at(1));
        capabilities.apply(&replaced("b", "c"), at(2));
        assert_eq!(
            (capabilities.replacement_for("a"), capabilities.replacement_for("c")),
            (Some("c"), None)
        );
        // A model that was retired once and is chosen again needs no replacement.
        capabilities.apply(&replaced("c", "a"), at(3));
        assert_eq!(
            (capabilities.replacement_for("a"), capabilities.replacement_for("b")),
            (None, Some("a"))
        );
    }

    #[test]
    fn a_rejected_parameter_and_a_missing_protocol_are_forgotten_after_a_week() {
        let mut capabilities = ServerCapabilities::default();
        capabilities.apply(
            &CapabilityUpdate::ParameterRejected {
                model: "m".into(),
                parameter: "reasoning.summary".into(),
            },
            at(0),
        );
        capabilities.apply(&CapabilityUpdate::ResponsesMissing, at(0));
        capabilities.drop_expired(at(REFUSAL_TTL_SECONDS - 1));
        assert!(capabilities.is_without_responses());
        assert_eq!(capabilities.refusals().collect::<Vec<_>>(), [("m", "reasoning.summary")]);
        capabilities.drop_expired(at(REFUSAL_TTL_SECONDS));
        assert_eq!(capabilities.refusals().count(), 0);
        assert!(!capabilities.is_without_responses());
    }
}
