//! The event loop: waits for something to happen, takes it in with keys first, performs the effects,
//! draws. Sleeps while nothing happens.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::{sleep, sleep_until};

use crate::settings::Chord;

use crate::app::{
    Effect, Input, MouseAction, MouseInput, Msg, QuitState, State, TerminalEffect, mouse, update,
};
use crate::app::{
    notice,
    turn::{approval, remote_turn},
};

use super::clock;
use super::effects::EffectRunner;
use super::exit::{LoopExit, LoopFailure};
use super::frame_schedule::{FrameSchedule, Staleness};
use super::input::InputReceiver;
use super::job_control::{JobControl, JobEvent, next_job_event};
use super::screen::{RenderContext, Screen};
use super::shutdown::Shutdown;

/// How long messages are taken in before the screen is drawn.
const BATCH_TIME: Duration = Duration::from_millis(8);
/// How many messages are taken in before the screen is drawn.
const BATCH_SIZE: usize = 256;
/// How often the time moves while an answer is awaited.
const TICK: Duration = Duration::from_secs(1);
/// How long nothing is typed before the draft is saved.
const DRAFT_PAUSE: Duration = Duration::from_millis(250);
/// How long nothing is typed before Enter answers a dialog that has opened by itself.
const APPROVAL_PAUSE: Duration = Duration::from_millis(500);
/// How often the view scrolls while the mouse is held beyond its edge.
const AUTOSCROLL_INTERVAL: Duration = Duration::from_millis(60);

/// Everything the loop owns.
pub struct EventLoop<S> {
    pub(super) state: State,
    pub(super) render_context: RenderContext,
    pub(super) screen: S,
    pub(super) inputs: InputReceiver,
    pub(super) messages: Receiver<Msg>,
    pub(super) effects: EffectRunner,
    /// Stops and continues of the shell; `None` in tests.
    pub(super) job_control: Option<JobControl>,
    pub(super) terminal_owner: TerminalOwner,
    /// What is typed while another program has the terminal.
    pub(super) held_inputs: VecDeque<Input>,
    /// What is to be done with the terminal once the other program gives it back.
    pub(super) held_effects: Vec<TerminalEffect>,
}

/// Which program may write to the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TerminalOwner {
    Duologue,
    /// An external editor has it: nothing may be drawn.
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

impl<S: Screen> EventLoop<S> {
    /// A sender of messages to this loop.
    #[must_use]
    pub fn msg_sender(&self) -> Sender<Msg> {
        self.effects.msg_sender()
    }

    /// Runs until the user quits, or the terminal or the store thread is lost. Returns when
    /// everything is stored.
    pub async fn run(mut self, first: Vec<Effect>) -> LoopExit {
        let failure = self.run_until_quit(first).await.err();
        // What was typed while another program had the terminal belongs to the draft.
        for input in std::mem::take(&mut self.held_inputs) {
            let _ = update(&mut self.state, Msg::Input(input));
        }
        let Self { state, inputs, messages, effects, mut screen, terminal_owner, .. } = self;
        let mut shutdown = Shutdown { state, messages, effects };
        shutdown.end_turns_and_save();
        if terminal_owner == TerminalOwner::Duologue {
            // The shell gets the terminal back before the disk is waited for. An error means that
            // there is no terminal any more.
            let _ = screen.release();
        }
        // What is typed from now on is for the shell.
        drop(inputs);
        shutdown.finish(failure).await
    }

    async fn run_until_quit(&mut self, first: Vec<Effect>) -> Result<(), LoopFailure> {
        let mut frames = FrameSchedule::new();
        let mut inputs_open = true;
        self.perform(first)?;
        while self.state.quit_state != QuitState::Quitting {
            let wake = self.wait(&frames, inputs_open).await;
            self.handle(Msg::TimePassed(clock::now()), &mut frames)?;
            match wake {
                Wake::Message(Msg::Input(input)) if !self.has_terminal() => self.hold_input(input),
                Wake::Message(msg) => {
                    self.handle(msg, &mut frames)?;
                    self.drain(&mut frames)?;
                }
                Wake::Job(event) => {
                    self.handle_job_event(event)?;
                    frames.mark(Staleness::Urgent);
                    self.drain(&mut frames)?;
                }
                Wake::InputClosed => {
                    inputs_open = false;
                    self.handle(Msg::Terminated, &mut frames)?;
                }
                Wake::StoreThreadEnded => return Err(LoopFailure::StoreThread),
                Wake::Tick => {
                    self.handle(Msg::Paused, &mut frames)?;
                    frames.mark(Staleness::Stale);
                }
                Wake::FrameDue => self.drain(&mut frames)?,
            }
            self.autoscroll_if_due(&mut frames)?;
            self.draw_if_due(&mut frames)?;
        }
        Ok(())
    }

    async fn wait(&mut self, frames: &FrameSchedule, inputs_open: bool) -> Wake {
        if self.has_terminal()
            && let Some(input) = self.held_inputs.pop_front()
        {
            return Wake::Message(Msg::Input(input));
        }
        let due = frames.next_wake().filter(|_| self.has_terminal());
        let tick = self.time_to_next_tick();
        let defers_messages = due.is_some() && frames.defers_messages();
        tokio::select! {
            biased;
            input = self.inputs.recv(), if inputs_open => {
                input.map_or(Wake::InputClosed, |input| Wake::Message(Msg::Input(input)))
            }
            Some(event) = next_job_event(&mut self.job_control) => Wake::Job(event),
            Some(msg) = self.messages.recv(), if !defers_messages => Wake::Message(msg),
            () = self.effects.store.wait_for_end() => Wake::StoreThreadEnded,
            () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                Wake::FrameDue
            }
            () = sleep(tick.unwrap_or_default()), if tick.is_some() => Wake::Tick,
            else => Wake::InputClosed,
        }
    }

    /// Returns how long until something on screen changes by time alone; `None` for never.
    fn time_to_next_tick(&self) -> Option<Duration> {
        if approval::is_guarded(&self.state) {
            return Some(APPROVAL_PAUSE);
        }
        if self.state.composer.unsaved_since.is_some() {
            return Some(DRAFT_PAUSE);
        }
        if !self.state.turns.is_empty() {
            return Some(TICK);
        }
        let now = clock::now();
        let deadline = remote_turn::next_deadline(&self.state).map(|at| at.seconds_since(now));
        let notice = notice::seconds_left(&self.state);
        let left = deadline.into_iter().chain(notice).min()?;
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
    }

    /// Takes in what else has happened, keys first, for a bounded time.
    fn drain(&mut self, frames: &mut FrameSchedule) -> io::Result<()> {
        let started = Instant::now();
        for _ in 0..BATCH_SIZE {
            if self.state.quit_state == QuitState::Quitting || started.elapsed() > BATCH_TIME {
                break;
            }
            let input = self.next_input().map(Msg::Input);
            match input.or_else(|| self.messages.try_recv().ok()) {
                Some(msg) => self.handle(msg, frames)?,
                None => return Ok(()),
            }
        }
        // More may be waiting: the next wait must take it in.
        frames.mark(Staleness::Stale);
        Ok(())
    }

    /// The next input that is for this program, if one has come.
    fn next_input(&mut self) -> Option<Input> {
        if !self.has_terminal() {
            return None;
        }
        // The next wait notices a closed channel.
        self.held_inputs.pop_front().or_else(|| self.inputs.try_recv())
    }

    /// Keeps what was typed before the other program could read it. Keys that type no text are dropped:
    /// nobody saw what they would do, and Enter would send a text that is being edited.
    fn hold_input(&mut self, input: Input) {
        let is_dropped = match &input {
            Input::Key(key) => !Chord::from(*key).is_printable(),
            Input::Mouse(_) => true,
            _ => false,
        };
        if !is_dropped {
            self.held_inputs.push_back(input);
        }
    }

    fn has_terminal(&self) -> bool {
        self.terminal_owner == TerminalOwner::Duologue
    }

    /// Takes the terminal back, and does with it what had to wait.
    pub(super) fn take_terminal_back(&mut self) -> io::Result<()> {
        self.screen.reacquire()?;
        self.terminal_owner = TerminalOwner::Duologue;
        let held = std::mem::take(&mut self.held_effects);
        held.into_iter().try_for_each(|effect| self.perform_on_terminal(effect))
    }

    fn handle(&mut self, mut msg: Msg, frames: &mut FrameSchedule) -> io::Result<()> {
        frames.mark(Staleness::caused_by(&msg));
        match &mut msg {
            Msg::Input(Input::Mouse(mouse)) => self.set_text_position(mouse),
            Msg::Input(Input::Resized(..)) => self.screen.mark_resized(),
            Msg::Input(Input::SynchronizedOutputDetected) => self.screen.use_synchronized_output(),
            Msg::ExternalEditEnded(_) => self.take_terminal_back()?,
            _ => {}
        }
        let effects = update(&mut self.state, msg);
        self.perform(effects)
    }

    /// Adds which text the pointer is on, which only the layout of the last frame knows.
    fn set_text_position(&self, mouse: &mut MouseInput) {
        if !matches!(mouse.action, MouseAction::Wheel(_)) {
            let position = self.render_context.text_position(&self.state, mouse.column, mouse.row);
            mouse.position = position.map(Box::new);
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Store(effect) => self.effects.store.perform(effect),
                Effect::Session(effect) => self.effects.store.perform_session(effect),
                Effect::Journal { turn, delta, .. } => self.effects.store.journal(turn, delta),
                Effect::Api(effect) => self.effects.api.perform(effect),
                Effect::Terminal(effect) => self.perform_on_terminal(effect)?,
                Effect::CopyText(text) => self.effects.copy(text),
                Effect::ReadClipboard => self.effects.read_clipboard(),
                Effect::Files(effect) => self.effects.perform_files(effect),
                Effect::Templates(effect) => self.effects.perform_templates(effect),
                Effect::OpenBrowser(link) => self.effects.open_browser(link),
            }
        }
        Ok(())
    }

    fn perform_on_terminal(&mut self, effect: TerminalEffect) -> io::Result<()> {
        if !self.has_terminal() {
            // A notification is of no use later.
            if !matches!(effect, TerminalEffect::Notify(_)) {
                self.held_effects.push(effect);
            }
            return Ok(());
        }
        match effect {
            TerminalEffect::Redraw => self.screen.invalidate(),
            TerminalEffect::Suspend => self.suspend(JobControl::stop_job),
            TerminalEffect::SetMouseCapture(capture) => self.screen.set_mouse_capture(capture),
            TerminalEffect::SetClipboard(text) => self.screen.set_clipboard(&text),
            TerminalEffect::Notify(text) => self.screen.notify(&text),
            TerminalEffect::OpenEditor(text) => {
                self.screen.release()?;
                self.terminal_owner = TerminalOwner::OtherProgram;
                self.effects.open_editor(text);
                Ok(())
            }
        }
    }

    /// Scrolls the view while the mouse is held beyond its edge.
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
        let mouse = MouseInput { action: MouseAction::Held, column, row, position: None };
        self.handle(Msg::Input(Input::Mouse(mouse)), frames)
    }

    fn draw_if_due(&mut self, frames: &mut FrameSchedule) -> io::Result<()> {
        if self.state.quit_state == QuitState::Quitting || !self.has_terminal() || !frames.is_due()
        {
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
