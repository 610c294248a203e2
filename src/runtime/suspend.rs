//! How the loop stops for the shell and goes on: the terminal changes hands in between.
//! Must not stop where no shell could let the program go on.

use std::io;

use crate::runtime::event_loop::{EventLoop, TerminalOwner};
use crate::runtime::job_control::{JobControl, JobEvent};
use crate::runtime::screen::Screen;

impl<S: Screen> EventLoop<S> {
    /// Gives the terminal to the shell and stops, until the shell lets the program go on.
    pub(super) fn suspend(&mut self, stop: fn(&JobControl) -> io::Result<()>) -> io::Result<()> {
        let Some(job_control) = self.job_control.as_ref().filter(|it| it.can_stop()) else {
            return Ok(());
        };
        if self.terminal_owner == TerminalOwner::Duologue {
            self.screen.release()?;
            self.terminal_owner = TerminalOwner::Shell;
        }
        stop(job_control)
    }

    /// Does what the shell wants of the program.
    pub(super) fn handle_job_event(&mut self, event: JobEvent) -> io::Result<()> {
        match event {
            JobEvent::StopRequested => self.suspend(JobControl::stop),
            // Who has the terminal now gives it back by itself.
            JobEvent::Continued if self.terminal_owner == TerminalOwner::OtherProgram => Ok(()),
            JobEvent::Continued => self.take_terminal_back(),
        }
    }
}
