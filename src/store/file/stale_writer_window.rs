//! After which time no stale writer can undo a change any more, and whether a change has waited so long.

use crate::chat::Timestamp;

/// How long a stale copy may still be written, in seconds: the web app caches chats for 300 seconds
/// (hcorion/ai-multitool a8452a1, 2025, and bdc7763, 2026; measured 2026-11-29); ten more are for slow
/// writes.
pub(crate) const STALE_WRITER_WINDOW: i64 = 310;

/// The status of a change that is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfirmationStatus {
    /// No stale copy can undo it.
    Confirmed,
    /// A stale copy may still be written.
    Pending,
    /// The clock jumped back: the wait starts again now.
    Restart,
}

/// The times that count for a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConfirmationTimes {
    /// When it was last written to the file, or its wait started again.
    pub since: Timestamp,
    /// When another program last wrote the file; `None` where none is known to have.
    pub file_modified: Option<Timestamp>,
    /// A time of the file to ignore, because it was in the future.
    pub ignored_file_time: Option<Timestamp>,
}

/// The status at `now` of a change that has to wait `wait` seconds.
pub(crate) fn check_confirmation(
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
    fn the_wait_starts_at_the_last_write_of_any_program() {
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
    fn after_a_jump_of_the_clock_the_wait_starts_again_and_ends() {
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
        // Another program has written since: the time of the file counts again.
        times.file_modified = Some(at(300));
        assert_eq!(
            check_confirmation(times, at(410), STALE_WRITER_WINDOW),
            ConfirmationStatus::Pending
        );
    }
}
