//! When the next frame is drawn: at once after a key or a reading that was asked for, else at most
//! every 16 ms, never when nothing has changed. The last change is always drawn.

use std::time::{Duration, Instant};

use crate::app::{Input, Msg, StoreEvent};
use crate::chat::ReplyEvent;

/// The shortest time between two frames that no key asked for.
const FRAME: Duration = Duration::from_millis(16);

/// How soon the screen has to show what has happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Staleness {
    UpToDate,
    /// Only the text of an answer has grown: the next frame takes in all that has come by then.
    Streaming,
    Stale,
    /// A key was pressed, or what it asked for was read: the frame does not wait.
    Urgent,
}

impl Staleness {
    /// What a message does to the screen.
    pub(super) const fn caused_by(msg: &Msg) -> Self {
        match msg {
            Msg::Input(Input::FocusChanged(_))
            | Msg::TimePassed(_)
            | Msg::Paused
            | Msg::Drawn(_) => Self::UpToDate,
            Msg::Replied { event: ReplyEvent::TextAppended(_), .. } => Self::Streaming,
            // What was read was asked for, and at the start it is waited for.
            Msg::Input(_) | Msg::Store(StoreEvent::Listed(_) | StoreEvent::Opened(_)) => {
                Self::Urgent
            }
            Msg::Store(_)
            | Msg::Replied { .. }
            | Msg::ReplyLost { .. }
            | Msg::ClientFailed { .. }
            | Msg::ServerChecked { .. }
            | Msg::TitleWritten { .. }
            | Msg::ModelsListed { .. }
            | Msg::ToolsListed(_)
            | Msg::Copied(_)
            | Msg::ClipboardRead(_)
            | Msg::BrowserOpened { .. }
            | Msg::Files(_)
            | Msg::Templates(_)
            | Msg::ExternalEditEnded(_)
            | Msg::Terminated => Self::Stale,
        }
    }
}

/// When the next frame may be drawn.
pub(super) struct FrameSchedule {
    staleness: Staleness,
    last_drawn: Instant,
    /// When the view scrolls next because the mouse is held beyond its edge.
    pub(super) next_autoscroll: Option<Instant>,
}

impl FrameSchedule {
    /// The first frame has just been drawn. The second shows what happened, such as another size of the
    /// terminal, before somebody watched for it.
    pub(super) fn new() -> Self {
        Self { staleness: Staleness::Stale, last_drawn: Instant::now(), next_autoscroll: None }
    }

    pub(super) fn mark(&mut self, staleness: Staleness) {
        self.staleness = self.staleness.max(staleness);
    }

    pub(super) fn mark_drawn(&mut self) {
        self.staleness = Staleness::UpToDate;
        self.last_drawn = Instant::now();
    }

    /// When the loop has to wake up to draw or to scroll; `None` when nothing has changed.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.next_draw().into_iter().chain(self.next_autoscroll).min()
    }

    /// Whether messages may wait for the next frame: one wake-up instead of many.
    pub(super) fn defers_messages(&self) -> bool {
        self.staleness == Staleness::Streaming
    }

    pub(super) fn is_due(&self) -> bool {
        self.next_draw().is_some_and(|due| due <= Instant::now())
    }

    fn next_draw(&self) -> Option<Instant> {
        match self.staleness {
            Staleness::UpToDate => None,
            Staleness::Streaming | Staleness::Stale => Some(self.last_drawn + FRAME),
            Staleness::Urgent => Some(Instant::now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_drawn_at_once_and_the_end_of_a_search_with_the_next_frame() {
        let mut frames = FrameSchedule::new();
        frames.mark_drawn();
        frames.mark(Staleness::caused_by(&Msg::Store(StoreEvent::LogRead(Vec::new()))));
        assert!(!frames.is_due());
        frames.mark(Staleness::caused_by(&Msg::Store(StoreEvent::Listed(Vec::new()))));
        assert!(frames.is_due());
    }
}
