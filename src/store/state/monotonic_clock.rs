//! A clock that advances by a day at most from one start to the next, so that a wrong system clock
//! does not make everything old enough to be removed.

use crate::chat::{Change, LoggedChange, Timestamp, UNDO_SECONDS};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// How far it advances from one start to the next at most, in seconds. Our choice: a clock that is wrong once
/// must not put later times far ahead.
const MAX_ADVANCE: i64 = 24 * 60 * 60;
/// How exact the saved time is, in seconds: it is not written at every start.
const PRECISION: i64 = 60 * 60;

/// The time by which ages are measured, saved for the next start. It never runs ahead of the system time.
#[must_use]
pub fn now(paths: &StorePaths, system_time: Timestamp) -> Timestamp {
    let file = StateFile::<Option<Timestamp>>::at(paths.state_folder().join("clock.json"));
    let last = file.read_or_default();
    let now = last.map_or(system_time, |last| {
        system_time.min(Timestamp::from_seconds(last.seconds().saturating_add(MAX_ADVANCE)))
    });
    if last.is_none_or(|last| now.seconds_since(last).abs() >= PRECISION)
        && let Err(error) = file.update(|last| *last = Some(now))
    {
        tracing::warn!(%error, "the monotonic clock could not be saved");
    }
    now
}

/// Whether a change is given up, because its conversation was not restored while that could be undone. A
/// message that is not in the file yet never is.
#[must_use]
pub fn is_abandoned(logged: &LoggedChange, now: Timestamp) -> bool {
    let is_unapplied = logged.applied.is_none() && matches!(logged.change, Change::Append { .. });
    !is_unapplied && now.seconds_since(logged.applied.unwrap_or(logged.at)) > UNDO_SECONDS
}
