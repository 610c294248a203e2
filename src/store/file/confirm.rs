//! When a verb is safe: no copy of the file made before it can come back any more.
//! May not read a clock or a file; times arrive as arguments.

use crate::chat::Timestamp;

/// How long the web app may hold an old copy, and some slack, in seconds.
pub const STALE_WRITER_WINDOW: i64 = 310;

/// Where a verb that is in the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmationStatus {
    /// It is settled.
    Confirmed,
    /// Not yet.
    Pending,
    /// The clock jumped back: the whole time from now on.
    Restart,
}

/// The times that count for a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmationTimes {
    /// When it was last written to the file, or its wait began anew.
    pub since: Timestamp,
    /// When the file was last written by somebody else; unset where that is not known to be.
    pub file_modified: Option<Timestamp>,
    /// A time of the file that says nothing, because it was in the future.
    pub ignored_file_time: Option<Timestamp>,
}

/// Judges a verb that is in the file at `now`.
#[must_use]
pub fn check_confirmation(
    times: ConfirmationTimes,
    now: Timestamp,
    wait: i64,
) -> ConfirmationStatus {
    let file = times.file_modified.filter(|file| Some(*file) != times.ignored_file_time);
    let since = file.map_or(times.since, |file| file.max(times.since));
    if since > now {
        ConfirmationStatus::Restart
    } else if now.seconds_since(since) >= wait {
        ConfirmationStatus::Confirmed
    } else {
        ConfirmationStatus::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_later_of_our_write_and_somebody_elses_counts() {
        let judge = |since, file, now| {
            check_confirmation(
                ConfirmationTimes {
                    since: at(since),
                    file_modified: Some(at(file)),
                    ignored_file_time: None,
                },
                at(now),
                STALE_WRITER_WINDOW,
            )
        };
        assert_eq!(judge(1000, 1000, 1309), ConfirmationStatus::Pending);
        assert_eq!(judge(1000, 1000, 1310), ConfirmationStatus::Confirmed);
        assert_eq!(judge(1000, 1200, 1400), ConfirmationStatus::Pending);
        assert_eq!(judge(1200, 1000, 1400), ConfirmationStatus::Pending);
    }

    #[test]
    fn a_clock_that_jumped_back_waits_the_full_time_again_and_not_for_ever() {
        let mut times = ConfirmationTimes {
            since: at(9000),
            file_modified: Some(at(9000)),
            ignored_file_time: None,
        };
        assert_eq!(
            check_confirmation(times, at(100), STALE_WRITER_WINDOW),
            ConfirmationStatus::Restart
        );
        times = ConfirmationTimes {
            since: at(100),
            file_modified: Some(at(9000)),
            ignored_file_time: Some(at(9000)),
        };
        assert_eq!(
            check_confirmation(times, at(409), STALE_WRITER_WINDOW),
            ConfirmationStatus::Pending
        );
        assert_eq!(
            check_confirmation(times, at(410), STALE_WRITER_WINDOW),
            ConfirmationStatus::Confirmed
        );
        // Somebody wrote since: its time counts again.
        times.file_modified = Some(at(300));
        assert_eq!(
            check_confirmation(times, at(410), STALE_WRITER_WINDOW),
            ConfirmationStatus::Pending
        );
    }
}
