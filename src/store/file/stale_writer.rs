//! When a verb is safe: no copy of the file made before it can come back any more.
//! May not read a clock or a file; times arrive as arguments.

use crate::chat::Timestamp;

/// How long the web app may hold an old copy, and some slack, in seconds.
pub const WAIT: i64 = 310;

/// Where a verb that is in the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// It is settled.
    Over,
    /// Not yet.
    GoesOn,
    /// The clock jumped back: the whole time from now on.
    Anew,
}

/// The times that count for a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// When it was last written to the file, or its wait began anew.
    pub since: Timestamp,
    /// When the file was last written by somebody else; unset where that is not known to be.
    pub file: Option<Timestamp>,
    /// A time of the file that says nothing, because it was in the future.
    pub ignored: Option<Timestamp>,
}

/// Judges a verb that is in the file at `now`.
#[must_use]
pub fn judge(times: Times, now: Timestamp, wait: i64) -> Wait {
    let file = times.file.filter(|file| Some(*file) != times.ignored);
    let since = file.map_or(times.since, |file| file.max(times.since));
    if since > now {
        Wait::Anew
    } else if now.seconds_since(since) >= wait {
        Wait::Over
    } else {
        Wait::GoesOn
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
            judge(Times { since: at(since), file: Some(at(file)), ignored: None }, at(now), WAIT)
        };
        assert_eq!(judge(1000, 1000, 1309), Wait::GoesOn);
        assert_eq!(judge(1000, 1000, 1310), Wait::Over);
        assert_eq!(judge(1000, 1200, 1400), Wait::GoesOn);
        assert_eq!(judge(1200, 1000, 1400), Wait::GoesOn);
    }

    #[test]
    fn a_clock_that_jumped_back_waits_the_full_time_again_and_not_for_ever() {
        let mut times = Times { since: at(9000), file: Some(at(9000)), ignored: None };
        assert_eq!(judge(times, at(100), WAIT), Wait::Anew);
        times = Times { since: at(100), file: Some(at(9000)), ignored: Some(at(9000)) };
        assert_eq!(judge(times, at(409), WAIT), Wait::GoesOn);
        assert_eq!(judge(times, at(410), WAIT), Wait::Over);
        // Somebody wrote since: its time counts again.
        times.file = Some(at(300));
        assert_eq!(judge(times, at(410), WAIT), Wait::GoesOn);
    }
}
