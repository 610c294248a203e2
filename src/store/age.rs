//! How far time has come for what is thrown away by age: a clock that is wrong for once makes
//! nothing old.
//! May not be needed: where nothing is known yet, the clock is believed.

use crate::chat::{Change, Timestamp, Verb};

use super::place::Place;
use super::private;

/// How far time comes from one start to the next at most, in seconds: a day.
const STEP: i64 = 24 * 60 * 60;
/// How exactly it is noted, in seconds.
const EXACTLY: i64 = 60 * 60;
/// After how many seconds a verb is given up whose conversation never came back: thirty days.
const HOPELESS: i64 = 30 * 24 * 60 * 60;

/// The time by which age is told, noted for the next start.
#[must_use]
pub fn now(place: &Place, told: Timestamp) -> Timestamp {
    let path = place.state().join("age.json");
    let last: Option<Timestamp> = private::read(&path).ok().flatten();
    let Some(last) = last else {
        note(&path, told);
        return told;
    };
    let step = Timestamp::from_seconds(last.seconds().saturating_add(STEP));
    let now = told.min(step);
    if now.seconds_since(last).abs() >= EXACTLY {
        note(&path, now);
    }
    now
}

fn note(path: &std::path::Path, now: Timestamp) {
    if let Err(error) = private::replace(path, &now) {
        tracing::warn!(%error, "how far time has come could not be noted");
    }
}

/// Whether a verb is given up. A message that is not in the file yet is never.
#[must_use]
pub fn is_hopeless(verb: &Verb, now: Timestamp) -> bool {
    let is_owed = verb.applied.is_none() && matches!(verb.change, Change::Append { .. });
    !is_owed && now.seconds_since(verb.applied.unwrap_or(verb.at)) > HOPELESS
}
