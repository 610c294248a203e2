//! The loop: wait, take what happened, perform, draw. Keys first; never more than a frame in 16 ms
//! but for keys; the last frame is never lost; idle means asleep.
//! May not decide anything; it only carries facts and wishes.

use std::io;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::{sleep, sleep_until};

use crate::app::on_web;
use crate::app::{
    Effect, Input, Leaving, Msg, State, TerminalEffect, Touch, Touching, mouse, update,
};
use crate::chat::{ReplyEvent, Timestamp};

use super::ending::{Ended, Trouble};
use super::hands::Hands;
use super::screen::{Look, Screen};

/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(16);
/// How long facts are taken in before the screen has its turn.
const BATCH_TIME: Duration = Duration::from_millis(8);
/// How many facts are taken in before the screen has its turn.
const BATCH_SIZE: usize = 256;
/// How often the clock moves while an answer is awaited, or something typed is to be written down.
const TICK: Duration = Duration::from_secs(1);
/// How often the view moves while the mouse is held beyond its edge.
const PULL: Duration = Duration::from_millis(60);

/// Everything the loop owns.
pub struct EventLoop<S> {
    /// What the program knows.
    pub state: State,
    /// Theme and kept layouts.
    pub look: Look,
    /// Where frames go.
    pub screen: S,
    /// What the terminal sends.
    pub inputs: Receiver<Input>,
    /// What the workers send.
    pub messages: Receiver<Msg>,
    /// Who performs effects.
    pub hands: Hands,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// Whether the terminal is this program's at the moment.
    pub at_home: AtHome,
}

/// Whether the terminal is this program's at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtHome {
    /// It is.
    Yes,
    /// Another program has it: nothing may be drawn.
    No,
}

/// What ended a wait.
enum Woke {
    Happened(Msg),
    InputsEnded,
    FrameDue,
    Tick,
    DiskLost,
}

/// Whether the screen shows the state.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Freshness {
    Shown,
    /// An answer has grown, and everything that happened has been taken in.
    Growing,
    Stale,
    /// A key was pressed: the frame does not wait.
    Urgent,
}

impl<S: Screen> EventLoop<S> {
    /// Runs until the brain wishes to quit, or the terminal or the disk is lost.
    pub async fn run(mut self, first: Vec<Effect>) -> Ended {
        let trouble = self.go(first).await.err();
        self.end(trouble).await
    }

    async fn go(&mut self, first: Vec<Effect>) -> Result<(), Trouble> {
        let mut frames = Frames { freshness: Freshness::Urgent, last: None, pull: None };
        let mut inputs_open = true;
        self.draw_if_due(&mut frames)?;
        self.perform(first)?;
        while self.state.leaving != Leaving::Yes {
            let woke = self.wait(&frames, inputs_open).await;
            self.take(Msg::TimePassed((self.clock)()), &mut frames)?;
            match woke {
                Woke::Happened(msg) => {
                    self.take(msg, &mut frames)?;
                    self.drain(&mut frames)?;
                }
                Woke::InputsEnded => {
                    inputs_open = false;
                    self.take(Msg::Terminated, &mut frames)?;
                }
                Woke::DiskLost => return Err(Trouble::Disk),
                Woke::Tick => frames.mark(Freshness::Stale),
                Woke::FrameDue => self.drain(&mut frames)?,
            }
            self.pull_if_due(&mut frames)?;
            self.draw_if_due(&mut frames)?;
        }
        Ok(())
    }

    async fn wait(&mut self, frames: &Frames, inputs_open: bool) -> Woke {
        let due = frames.due().into_iter().chain(frames.pull).min();
        let due = due.filter(|_| self.at_home == AtHome::Yes);
        let tick = self.tick();
        // While an answer grows the next frame takes what has come by then: one waking, not many.
        let held = due.is_some() && frames.freshness == Freshness::Growing;
        tokio::select! {
            biased;
            input = self.inputs.recv(), if inputs_open => {
                input.map_or(Woke::InputsEnded, |input| Woke::Happened(Msg::Input(input)))
            }
            Some(msg) = self.messages.recv(), if !held => Woke::Happened(msg),
            () = self.hands.disk_ended() => Woke::DiskLost,
            () = sleep_until(due.unwrap_or_else(Instant::now).into()), if due.is_some() => {
                Woke::FrameDue
            }
            () = sleep(tick.unwrap_or_default()), if tick.is_some() => Woke::Tick,
            else => Woke::InputsEnded,
        }
    }

    /// When the clock has to move by itself: often while something goes on, else when something
    /// known changes by time alone, else never.
    fn tick(&self) -> Option<Duration> {
        if !self.state.turns.is_empty() || self.state.composer.changed_at.is_some() {
            return Some(TICK);
        }
        let left = on_web::deadline(&self.state)?.seconds_since((self.clock)());
        Some(Duration::from_secs(u64::try_from(left).unwrap_or(0)))
    }

    /// Takes what else has already happened, keys first, for a bounded time.
    fn drain(&mut self, frames: &mut Frames) -> io::Result<()> {
        let started = Instant::now();
        for _ in 0..BATCH_SIZE {
            if self.state.leaving == Leaving::Yes || started.elapsed() > BATCH_TIME {
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
                Some(msg) => self.take(msg, frames)?,
                None => return Ok(()),
            }
        }
        // There may be more: it need not wait for the frame.
        frames.mark(Freshness::Stale);
        Ok(())
    }

    fn take(&mut self, mut msg: Msg, frames: &mut Frames) -> io::Result<()> {
        if let Msg::Input(Input::Touched(touch)) = &mut msg
            && !matches!(touch.what, Touching::Wheel(_))
        {
            touch.spot = self.look.spot(&self.state, touch.column, touch.row).map(Box::new);
        }
        match &msg {
            Msg::Input(_) => frames.mark(Freshness::Urgent),
            Msg::TimePassed(_) | Msg::Drawn(_) => {}
            Msg::Replied { event: ReplyEvent::TextAppended(_), .. } => {
                frames.mark(Freshness::Growing);
            }
            Msg::Stored(_)
            | Msg::Replied { .. }
            | Msg::ClientFailed { .. }
            | Msg::TitleWritten { .. }
            | Msg::ModelsListed(_)
            | Msg::Copied(_)
            | Msg::Browsed { .. }
            | Msg::Files(_)
            | Msg::Edited(_)
            | Msg::Terminated => {
                frames.mark(Freshness::Stale);
            }
        }
        if matches!(msg, Msg::Input(Input::Resized(..))) {
            self.screen.resized();
        }
        if matches!(msg, Msg::Edited(_)) {
            self.screen.take_back()?;
            self.at_home = AtHome::Yes;
        }
        let effects = update(&mut self.state, msg);
        self.perform(effects)
    }

    fn perform(&mut self, effects: Vec<Effect>) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Store(wish) => self.hands.store(wish),
                Effect::Api(wish) => self.hands.api(wish),
                Effect::Terminal(TerminalEffect::Redraw) => self.screen.forget()?,
                Effect::Terminal(TerminalEffect::Suspend) => self.screen.suspend()?,
                Effect::Terminal(TerminalEffect::OpenEditor(text)) => {
                    self.screen.lend()?;
                    self.at_home = AtHome::No;
                    self.hands.open_editor(text);
                }
                Effect::Terminal(TerminalEffect::Mouse(capture)) => self.screen.mouse(capture)?,
                Effect::Terminal(TerminalEffect::SetClipboard(text)) => {
                    self.screen.set_clipboard(&text)?;
                }
                Effect::Copy(clip) => self.hands.copy(clip),
                Effect::Files(wish) => self.hands.files(wish),
                Effect::Browse(link) => self.hands.browse(link),
                // The brain has set `leaving`; the loop sees it.
                Effect::Quit => {}
            }
        }
        Ok(())
    }

    /// Moves the view on while the mouse is held beyond its edge, whatever else happens.
    fn pull_if_due(&mut self, frames: &mut Frames) -> io::Result<()> {
        let Some((column, row)) = mouse::pulls(&self.state) else {
            frames.pull = None;
            return Ok(());
        };
        let now = Instant::now();
        if *frames.pull.get_or_insert(now + PULL) > now {
            return Ok(());
        }
        frames.pull = Some(now + PULL);
        let touch = Touch { what: Touching::Held, column, row, spot: None };
        self.take(Msg::Input(Input::Touched(touch)), frames)
    }

    fn draw_if_due(&mut self, frames: &mut Frames) -> io::Result<()> {
        let nothing = self.at_home == AtHome::No || !frames.is_due();
        if self.state.leaving == Leaving::Yes || nothing {
            return Ok(());
        }
        frames.drawn();
        let top = self.state.list.top;
        let measured = self.screen.draw(&self.state, &mut self.look)?;
        self.take(Msg::Drawn(measured), frames)?;
        if self.state.list.top != top {
            frames.mark(Freshness::Stale);
        }
        Ok(())
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

/// When the next frame may be drawn.
struct Frames {
    freshness: Freshness,
    last: Option<Instant>,
    /// When the view is pulled on.
    pull: Option<Instant>,
}

impl Frames {
    fn mark(&mut self, freshness: Freshness) {
        self.freshness = self.freshness.max(freshness);
    }

    fn drawn(&mut self) {
        self.freshness = Freshness::Shown;
        self.last = Some(Instant::now());
    }

    /// When a stale screen should be drawn.
    fn due(&self) -> Option<Instant> {
        match (self.freshness, self.last) {
            (Freshness::Shown, _) => None,
            (Freshness::Growing | Freshness::Stale, Some(last)) => Some(last + FRAME),
            (Freshness::Growing | Freshness::Stale, None) | (Freshness::Urgent, _) => {
                Some(Instant::now())
            }
        }
    }

    fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }
}
