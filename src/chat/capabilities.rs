//! What was learned about a server: what it refuses, and what stands in for a model that is gone.
//! May not remember anything by itself; the store keeps it from one run to the next.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::chat::Timestamp;

/// Seconds after which a refusal is forgotten and tried again: accounts get verified, servers updated.
const REFUSAL_TTL_SECONDS: i64 = 7 * 24 * 60 * 60;

/// One thing learned about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CapabilityUpdate {
    /// It refuses a part of a request for a model.
    ParameterRejected {
        /// The model.
        model: String,
        /// The part, by its name in a request.
        parameter: String,
    },
    /// The user chose another model for one that is gone.
    ModelReplaced {
        /// The one that is gone.
        retired: String,
        /// The one that is asked instead.
        replacement: String,
    },
    /// The account may not store anything at the server, so that no turn can be chained.
    NothingStored,
    /// The user was asked whether the key may go to it over plain HTTP.
    PlainHttp(PlainHttp),
}

/// What the user answered about sending the key to a server over plain HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlainHttp {
    /// It may.
    Allowed,
    /// It may not.
    Refused,
}

/// Everything learned about one server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerCapabilities {
    /// Parts refused by model, and when that was.
    refusals: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// Models asked in place of others.
    stand_ins: BTreeMap<String, String>,
    /// When the server said that it may not store anything.
    nothing_stored: Option<Timestamp>,
    /// Whether the key may go there over plain HTTP, once the user was asked.
    plain_http: Option<PlainHttp>,
}

impl ServerCapabilities {
    /// Takes a lesson in.
    pub fn apply(&mut self, lesson: &CapabilityUpdate, now: Timestamp) {
        match lesson {
            CapabilityUpdate::ParameterRejected { model, parameter: part } => {
                self.refusals.entry(model.clone()).or_default().insert(part.clone(), now);
            }
            CapabilityUpdate::ModelReplaced { retired: gone, replacement: chosen } => {
                // What is chosen now is there, whatever was said of it before.
                self.stand_ins.remove(chosen);
                self.stand_ins.insert(gone.clone(), chosen.clone());
            }
            CapabilityUpdate::NothingStored => self.nothing_stored = Some(now),
            CapabilityUpdate::PlainHttp(choice) => self.plain_http = Some(*choice),
        }
    }

    /// Forgets what may not be true any more.
    pub fn drop_expired(&mut self, now: Timestamp) {
        let is_fresh = |learned: Timestamp| now.seconds_since(learned) < REFUSAL_TTL_SECONDS;
        for parts in self.refusals.values_mut() {
            parts.retain(|_, learned| is_fresh(*learned));
        }
        self.nothing_stored = self.nothing_stored.filter(|learned| is_fresh(*learned));
        self.refusals.retain(|_, parts| !parts.is_empty());
    }

    /// Parts refused by model.
    pub fn refusals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.refusals.iter().flat_map(|(model, parts)| {
            parts.keys().map(move |part| (model.as_str(), part.as_str()))
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

    /// The model that is asked in place of one that is gone.
    #[must_use]
    pub fn replacement_for(&self, model: &str) -> Option<&str> {
        let mut passed = BTreeSet::from([model]);
        let mut found = None;
        let mut at = model;
        while let Some(next) = self.stand_ins.get(at).filter(|next| passed.insert(next)) {
            found = Some(next.as_str());
            at = next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn stands_in(gone: &str, chosen: &str) -> CapabilityUpdate {
        CapabilityUpdate::ModelReplaced { retired: gone.into(), replacement: chosen.into() }
    }

    #[test]
    fn the_last_choice_stands_in_also_for_models_that_went_before() {
        let mut it = ServerCapabilities::default();
        it.apply(&stands_in("a", "b"), at(1));
        it.apply(&stands_in("b", "c"), at(2));
        assert_eq!((it.replacement_for("a"), it.replacement_for("c")), (Some("c"), None));
        // Back to what was gone once: it stands for itself again.
        it.apply(&stands_in("c", "a"), at(3));
        assert_eq!((it.replacement_for("a"), it.replacement_for("b")), (None, Some("a")));
    }

    #[test]
    fn a_refusal_is_believed_for_a_week() {
        let mut it = ServerCapabilities::default();
        it.apply(
            &CapabilityUpdate::ParameterRejected {
                model: "m".into(),
                parameter: "reasoning.summary".into(),
            },
            at(0),
        );
        it.drop_expired(at(REFUSAL_TTL_SECONDS - 1));
        assert_eq!(it.refusals().collect::<Vec<_>>(), [("m", "reasoning.summary")]);
        it.drop_expired(at(REFUSAL_TTL_SECONDS));
        assert_eq!(it.refusals().count(), 0);
    }
}
