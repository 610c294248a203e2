//! A wall clock that never jumps far: what is thrown away by age is not thrown away because a clock
//! was wrong once.
//! May not be needed: where nothing is known yet, the clock is believed.

use crate::chat::{Change, LoggedChange, Timestamp};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// How far time advances from one start to the next at most, in seconds: a day.
const MAX_ADVANCE: i64 = 24 * 60 * 60;
/// How exactly it is noted, in seconds.
const PRECISION: i64 = 60 * 60;
/// After how many seconds a verb is given up whose conversation never came back: thirty days.
const ABANDON_AFTER: i64 = 30 * 24 * 60 * 60;

/// The time by which age is told, noted for the next start.
#[must_use]
pub fn now(place: &StorePaths, told: Timestamp) -> Timestamp {
    let file = StateFile::<Option<Timestamp>>::at(place.state_folder().join("clock.json"));
    let last = file.read_or_default();
    let now = last.map_or(told, |last| {
        told.min(Timestamp::from_seconds(last.seconds().saturating_add(MAX_ADVANCE)))
    });
    if last.is_none_or(|last| now.seconds_since(last).abs() >= PRECISION)
        && let Err(error) = file.update(|last| *last = Some(now))
    {
        tracing::warn!(%error, "how far time has advanced could not be noted");
    }
    now
}

/// Whether a verb is given up. A message that is not in the file yet is never.
#[must_use]
pub fn is_abandoned(verb: &LoggedChange, now: Timestamp) -> bool {
    let is_owed = verb.applied.is_none() && matches!(verb.change, Change::Append { .. });
    !is_owed && now.seconds_since(verb.applied.unwrap_or(verb.at)) > ABANDON_AFTER
}
