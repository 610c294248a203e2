//! What was learned about a server: what it refuses, and what stands in for a model that is gone.
//! May not remember anything by itself; the store keeps it from one run to the next.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Seconds after which a refusal is forgotten and tried again: accounts get verified, servers updated.
const REFUSALS_LAST: i64 = 7 * 24 * 60 * 60;

/// One thing learned about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lesson {
    /// It refuses a part of a request for a model.
    Refuses {
        /// The model.
        model: String,
        /// The part, by its name in a request.
        part: String,
    },
    /// The user chose another model for one that is gone.
    StandsIn {
        /// The one that is gone.
        gone: String,
        /// The one that is asked instead.
        chosen: String,
    },
}

/// Everything learned about one server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Learned {
    /// Parts refused by model, and when that was.
    refusals: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// Models asked in place of others.
    stand_ins: BTreeMap<String, String>,
}

impl Learned {
    /// Takes a lesson in.
    pub fn learn(&mut self, lesson: &Lesson, now: Timestamp) {
        match lesson {
            Lesson::Refuses { model, part } => {
                self.refusals.entry(model.clone()).or_default().insert(part.clone(), now);
            }
            Lesson::StandsIn { gone, chosen } => {
                // What is chosen now is there, whatever was said of it before.
                self.stand_ins.remove(chosen);
                self.stand_ins.insert(gone.clone(), chosen.clone());
            }
        }
    }

    /// Forgets what may not be true any more.
    pub fn age(&mut self, now: Timestamp) {
        for parts in self.refusals.values_mut() {
            parts.retain(|_, learned| now.seconds_since(*learned) < REFUSALS_LAST);
        }
        self.refusals.retain(|_, parts| !parts.is_empty());
    }

    /// Parts refused by model.
    pub fn refusals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.refusals.iter().flat_map(|(model, parts)| {
            parts.keys().map(move |part| (model.as_str(), part.as_str()))
        })
    }

    /// The model that is asked in place of one that is gone.
    #[must_use]
    pub fn stand_in(&self, model: &str) -> Option<&str> {
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

    fn stands_in(gone: &str, chosen: &str) -> Lesson {
        Lesson::StandsIn { gone: gone.into(), chosen: chosen.into() }
    }

    #[test]
    fn the_last_choice_stands_in_also_for_models_that_went_before() {
        let mut it = Learned::default();
        it.learn(&stands_in("a", "b"), at(1));
        it.learn(&stands_in("b", "c"), at(2));
        assert_eq!((it.stand_in("a"), it.stand_in("c")), (Some("c"), None));
        // Back to what was gone once: it stands for itself again.
        it.learn(&stands_in("c", "a"), at(3));
        assert_eq!((it.stand_in("a"), it.stand_in("b")), (None, Some("a")));
    }

    #[test]
    fn a_refusal_is_believed_for_a_week() {
        let mut it = Learned::default();
        it.learn(&Lesson::Refuses { model: "m".into(), part: "reasoning.summary".into() }, at(0));
        it.age(at(REFUSALS_LAST - 1));
        assert_eq!(it.refusals().collect::<Vec<_>>(), [("m", "reasoning.summary")]);
        it.age(at(REFUSALS_LAST));
        assert_eq!(it.refusals().count(), 0);
    }
}
