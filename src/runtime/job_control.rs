//! The program as a job of a shell: it is stopped, by Ctrl+Z or from outside, and goes on again.
//! Must not touch the terminal: whoever stops the program has given it back before.

#[cfg(unix)]
pub(in crate::runtime) use unix::JobControl;

/// What a shell does to a job.
#[cfg_attr(not(unix), allow(dead_code))] // never reported there
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::runtime) enum JobEvent {
    /// The program is asked to stop (SIGTSTP).
    StopRequested,
    /// The program goes on (SIGCONT), perhaps after a stop it could not notice.
    Continued,
}

/// What the shell does next; nothing where there is none.
pub(in crate::runtime) async fn next_job_event(
    job_control: &mut Option<JobControl>,
) -> Option<JobEvent> {
    job_control.as_mut()?.next().await
}

#[cfg(unix)]
mod unix {
    use std::io;

    use rustix::process::{
        Signal, getpgrp, getpid, getsid, kill_current_process_group, kill_process,
    };
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::sync::mpsc::{Receiver, channel};

    use super::JobEvent;

    /// How many signals may wait; more of the same would say nothing new.
    const CAPACITY: usize = 8;

    /// Receives the signals of job control, and sends them.
    #[derive(Debug)]
    pub(in crate::runtime) struct JobControl {
        events: Receiver<JobEvent>,
    }

    impl JobControl {
        /// Watches for the signals. Must be called within a runtime.
        ///
        /// # Errors
        /// When the system installs no signal handlers.
        pub(in crate::runtime) fn watch() -> io::Result<Self> {
            let mut stops = signal(SignalKind::from_raw(Signal::TSTP.as_raw()))?;
            let mut continues = signal(SignalKind::from_raw(Signal::CONT.as_raw()))?;
            let (tx, events) = channel(CAPACITY);
            tokio::spawn(async move {
                loop {
                    let event = tokio::select! {
                        // A stop was before the program went on.
                        biased;
                        Some(()) = stops.recv() => JobEvent::StopRequested,
                        Some(()) = continues.recv() => JobEvent::Continued,
                        else => return,
                    };
                    if tx.send(event).await.is_err() {
                        return;
                    }
                }
            });
            Ok(Self { events })
        }

        /// What the shell does next.
        pub(in crate::runtime) async fn next(&mut self) -> Option<JobEvent> {
            self.events.recv().await
        }

        /// Whether a shell would let a stopped program go on. The first group of a session has no
        /// shell above it that knows of jobs.
        #[must_use]
        #[allow(clippy::unused_self)] // only who watches the signals may stop
        pub(in crate::runtime) fn can_stop(&self) -> bool {
            getsid(None).is_ok_and(|session| session != getpgrp())
        }

        /// Stops the whole job: a program that waits for this one must not hold the shell up. Returns
        /// once the job goes on.
        ///
        /// The terminal itself would send SIGTSTP. This program would hear of it a moment later, and
        /// by then a quick shell may have let the job go on.
        ///
        /// # Errors
        /// When the system refuses.
        #[allow(clippy::unused_self)] // only who watches the signals may stop
        pub(in crate::runtime) fn stop_job(&self) -> io::Result<()> {
            Ok(kill_current_process_group(Signal::STOP)?)
        }

        /// Stops this program alone. Returns once it goes on.
        ///
        /// # Errors
        /// When the system refuses.
        #[allow(clippy::unused_self)] // only who watches the signals may stop
        pub(in crate::runtime) fn stop(&self) -> io::Result<()> {
            Ok(kill_process(getpid(), Signal::STOP)?)
        }
    }
}

/// Systems without job control.
#[cfg(not(unix))]
#[derive(Debug)]
pub(in crate::runtime) struct JobControl;

#[cfg(not(unix))]
impl JobControl {
    /// Watches for nothing.
    ///
    /// # Errors
    /// Never; the signature is that of the other systems.
    pub(in crate::runtime) fn watch() -> std::io::Result<Self> {
        Ok(Self)
    }

    /// Waits for ever: there are no such events.
    pub(in crate::runtime) async fn next(&mut self) -> Option<JobEvent> {
        std::future::pending().await
    }

    /// No shell would let a stopped program go on.
    #[must_use]
    pub(in crate::runtime) const fn can_stop(&self) -> bool {
        false
    }

    /// Does nothing.
    ///
    /// # Errors
    /// Never; the signature is that of the other systems.
    pub(in crate::runtime) fn stop_job(&self) -> std::io::Result<()> {
        Ok(())
    }

    /// Does nothing.
    ///
    /// # Errors
    /// Never; the signature is that of the other systems.
    pub(in crate::runtime) fn stop(&self) -> std::io::Result<()> {
        Ok(())
    }
}
