//! The loop: wait, take what happened, perform, draw. Keys first; never more than a frame in 16 ms
//! but for keys; the last frame is never lost; idle means asleep.
//! May not decide anything; it only carries facts and wishes.

use std::io;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::{sleep, sleep_until};

use crate::app::remote_turn;
use crate::app::{
    Effect, Input, MouseAction, MouseInput, Msg, QuitState, State, TerminalEffect, mouse, update,
};
use crate::chat::{ReplyEvent, Timestamp};

use super::job_control::{JobControl, JobEvent, next_job_event};
use super::screen::{RenderContext, Screen};
use crate::runtime::effects::EffectRunner;
use crate::runtime::shutdown::{LoopExit, LoopFailure};

/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(16);
/// How long facts are taken in before the screen has its turn.
const BATCH_TIME: Duration = Duration::from_millis(8);
/// How many facts are taken in before the screen has its turn.
const BATCH_SIZE: usize = 256;
/// How often the clock moves while an answer is awaited, or something typed is to be written down.
const TICK: Duration = Duration::from_secs(1);
/// How often the view moves while the mouse is held beyond its edge.
const AUTOSCROLL_INTERVAL: Duration = Duration::from_millis(60);

/// Everything the loop owns.
pub struct EventLoop<S> {
    /// What the program knows.
    pub state: State,
    /// Theme and kept layouts.
    pub render_context: RenderContext,
    /// Where frames go.
    pub screen: S,
    /// What the terminal sends.
    pub inputs: Receiver<Input>,
    /// What the workers send.
    pub messages: Receiver<Msg>,
    /// Who performs effects.
    pub effects: EffectRunner,
    /// What the shell does to the program, where there is one.
    pub job_control: Option<JobControl>,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// Whether the terminal is this program's at the moment.
    pub terminal_owner: TerminalOwner,
}

/// Whether the terminal is this program's at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalOwner {
    /// It is.
    Duologue,
    /// Another program has it: nothing may be drawn.
    OtherProgram,
    /// The shell has it: the program is stopped, or about to be.
    Shell,
}

/// What ended a wait.
enum Wake {
    Message(Msg),
    Job(JobEvent),
    InputClosed,
    FrameDue,
    Tick,
    StoreThreadEnded,
}

/// Whether the screen shows the state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Staleness {
    UpToDate,
    /// An answer has grown, and everything that happened has been taken in.
    Streaming,
    Stale,
    /// A key was pressed: the frame does not wait.
    Urgent,
}

impl<S: Screen> EventLoop<S> {
    /// Runs until the brain wishes to quit, or the terminal or the disk is lost.
    pub async fn run(mut self, first: Vec<Effect>) -> LoopExit {
        let trouble = self.run_until_quit(first).await.err();
        self.shut_down(trouble).await
    }

    async fn run_until_quit(&mut self, first: Vec<Effect>) -> Result<(), LoopFailure> {
        let mut frames =
            FrameSchedule { staleness: Staleness::Urgent, last: None, next_autoscroll: None };
        let mut inputs_open = true;
        self.draw_if_due(&mut frames)?;
        self.perform(first)?;
        while self.state.quit_state != QuitState::Quitting {
            let woke = self.wait(&frames, inputs_open).await;
            self.handle(Msg::TimePassed((self.clock)()), &mut frames)?;
            match woke {
                Wake::Message(msg) => {
                    self.handle(msg, &mut frames)?;
                    self.drain(&mut frames)?;
                }
                Wake::Job(event) => {
                    self.handle_job_event(event)?;
                    frames.mark(Staleness::Urgent);
                }
                Wake::InputClosed => {
                    inputs_open = false;
                    self.handle(Msg::Terminated, &mut frames)?;
                }
                Wake::StoreThreadEnded => return Err(LoopFailure::StoreThread),
                Wake::Tick => frames.mark(Staleness::Stale),
                Wake::FrameDue => self.drain(&mut frames)?,
            }
            self.autoscroll_if_due(&mut frames)?;
            self.draw_if_due(&mut frames)?;
        }
        Ok(())
    }

    async fn wait(&mut self, frames: &FrameSchedule, inputs_open: bool) -> Wake {
        let due = frames.next_draw().into_iter().chain(frames.next_autoscroll).min();
        let due = due.filter(|_| self.terminal_owner == TerminalOwner::Duologue);
        let tick = self.time_to_next_tick();
        // While an answer grows the next frame takes what has come by then: one waking, not many.
        let held = due.is_some() && frames.staleness == Staleness::Streaming;
        tokio::select! {
            biased;
            input = self.inputs.recv(), if inputs_open => {
                input.map_or(Wake::InputClosed, |input| Wake::Message(Msg::Input(input)))
            }
            Some(event) = next_job_event(&mut self.job_control) => Wake::Job(event),
            Some(msg) = self.messages.recv(), if !held => Wake::Message(msg),
            () = self.effects.wait_for_store_end() => Wake::StoreThreadEnded,
            () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                Wake::FrameDue
            }
            () = sleep(tick.unwrap_or_default()), if tick.is_some() => Wake::Tick,
            else => Wake::InputClosed,
        }
    }

    /// When the clock has to move by itself: often while something goes on, else when something
    /// known changes by time alone, else never.
    fn time_to_next_tick(&self) -> Option<Duration> {
        if !self.state.turns.is_empty() || self.state.composer.unsaved_since.is_some() {
            return Some(TICK);
        }
        let left = remote_turn::next_deadline(&self.state)?.seconds_since((self.clock)());
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
    }

    /// Takes what else has already happened, keys first, for a bounded time.
    fn drain(&mut self, frames: &mut FrameSchedule) -> io::Result<()> {
        let started = Instant::now();
        for _ in 0..BATCH_SIZE {
            if self.state.quit_state == QuitState::Quitting || started.elapsed() > BATCH_TIME {
                break;
            }
            let next = match self.inputs.try_recv() {
                Ok(input) => Some(Msg::Input(input)),
                // The end is seen by the next wait.
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => {
                    self.messages.try_recv().ok()
                }
            };
            match next {
                Some(msg) => self.handle(msg, frames)?,
                None => return Ok(()),
            }
        }
        // There may be more: it need not wait for the frame.
        frames.mark(Staleness::Stale);
        Ok(())
    }

    fn handle(&mut self, mut msg: Msg, frames: &mut FrameSchedule) -> io::Result<()> {
        if let Msg::Input(Input::Mouse(touch)) = &mut msg
            && !matches!(touch.action, MouseAction::Wheel(_))
        {
            touch.position = self
                .render_context
                .text_position(&self.state, touch.column, touch.row)
                .map(Box::new);
        }
        match &msg {
            Msg::Input(_) => frames.mark(Staleness::Urgent),
            Msg::TimePassed(_) | Msg::Drawn(_) => {}
            Msg::Replied { event: ReplyEvent::TextAppended(_), .. } => {
                frames.mark(Staleness::Streaming);
            }
            Msg::Store(_)
            | Msg::Replied { .. }
            | Msg::ClientFailed { .. }
            | Msg::TitleWritten { .. }
            | Msg::ModelsListed(_)
            | Msg::Copied(_)
            | Msg::BrowserOpened { .. }
            | Msg::Files(_)
            | Msg::ExternalEditEnded(_)
            | Msg::Terminated => {
                frames.mark(Staleness::Stale);
            }
        }
        if matches!(msg, Msg::Input(Input::Resized(..))) {
            self.screen.mark_resized();
        }
        if matches!(msg, Msg::ExternalEditEnded(_)) {
            self.screen.reacquire()?;
            self.terminal_owner = TerminalOwner::Duologue;
        }
        let effects = update(&mut self.state, msg);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Store(wish) => self.effects.perform_store(wish),
                Effect::Api(wish) => self.effects.perform_api(wish),
                Effect::Terminal(TerminalEffect::Redraw) => self.screen.invalidate()?,
                Effect::Terminal(TerminalEffect::Suspend) => self.suspend(JobControl::stop_job)?,
                Effect::Terminal(TerminalEffect::OpenEditor(text)) => {
                    self.screen.release()?;
                    self.terminal_owner = TerminalOwner::OtherProgram;
                    self.effects.open_editor(text);
                }
                Effect::Terminal(TerminalEffect::SetMouseCapture(capture)) => {
                    self.screen.set_mouse_capture(capture)?
                }
                Effect::Terminal(TerminalEffect::SetClipboard(text)) => {
                    self.screen.set_clipboard(&text)?;
                }
                Effect::CopyText(clip) => self.effects.copy(clip),
                Effect::Files(wish) => self.effects.perform_files(wish),
                Effect::OpenBrowser(link) => self.effects.browse(link),
                // The brain has set `leaving`; the loop sees it.
                Effect::Quit => {}
            }
        }
        Ok(())
    }

    /// Moves the view on while the mouse is held beyond its edge, whatever else happens.
    fn autoscroll_if_due(&mut self, frames: &mut FrameSchedule) -> io::Result<()> {
        let Some((column, row)) = mouse::auto_scroll_pointer(&self.state) else {
            frames.next_autoscroll = None;
            return Ok(());
        };
        let now = Instant::now();
        if *frames.next_autoscroll.get_or_insert(now + AUTOSCROLL_INTERVAL) > now {
            return Ok(());
        }
        frames.next_autoscroll = Some(now + AUTOSCROLL_INTERVAL);
        let touch = MouseInput { action: MouseAction::Held, column, row, position: None };
        self.handle(Msg::Input(Input::Mouse(touch)), frames)
    }

    fn draw_if_due(&mut self, frames: &mut FrameSchedule) -> io::Result<()> {
        let nothing = self.terminal_owner != TerminalOwner::Duologue || !frames.is_due();
        if self.state.quit_state == QuitState::Quitting || nothing {
            return Ok(());
        }
        frames.mark_drawn();
        let top = self.state.list.top;
        let measured = self.screen.draw(&self.state, &mut self.render_context)?;
        self.handle(Msg::Drawn(measured), frames)?;
        if self.state.list.top != top {
            frames.mark(Staleness::Stale);
        }
        Ok(())
    }
}

impl From<io::Error> for LoopFailure {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

/// When the next frame may be drawn.
struct FrameSchedule {
    staleness: Staleness,
    last: Option<Instant>,
    /// When the view is pulled on.
    next_autoscroll: Option<Instant>,
}

impl FrameSchedule {
    fn mark(&mut self, freshness: Staleness) {
        self.staleness = self.staleness.max(freshness);
    }

    fn mark_drawn(&mut self) {
        self.staleness = Staleness::UpToDate;
        self.last = Some(Instant::now());
    }

    /// When a stale screen should be drawn.
    fn next_draw(&self) -> Option<Instant> {
        match (self.staleness, self.last) {
            (Staleness::UpToDate, _) => None,
            (Staleness::Streaming | Staleness::Stale, Some(last)) => Some(last + FRAME),
            (Staleness::Streaming | Staleness::Stale, None) | (Staleness::Urgent, _) => {
                Some(Instant::now())
            }
        }
    }

    fn is_due(&self) -> bool {
        self.next_draw().is_some_and(|due| due <= Instant::now())
    }
}
