//! How long a notice is news. While an answer comes in, news stands in place of what the turn is
//! doing and gives way after a few seconds or at the next key.
//! May not need a clock of its own: the tick of the turn moves it on.

use crossterm::event::KeyEventKind;

use super::{Cause, Input, Leaving, Msg, Notice, NoticeKind, Novelty, State};

/// Seconds until a notice is news no more.
const NEWS: i64 = 5;
/// Seconds a notice that no key asked for stands, however fast somebody types.
const GLANCE: i64 = 2;

impl State {
    /// Says one calm line.
    pub fn say(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notify(Notice { kind, text: text.into() });
    }

    /// Says a line that somebody else made.
    pub fn notify(&mut self, notice: Notice) {
        self.notice = Some(notice);
        self.novelty = match self.cause {
            Cause::User => Novelty::Answer(self.now),
            Cause::World => Novelty::Event(self.now),
        };
    }

    /// The notice that belongs on screen: while an answer comes in, only news.
    #[must_use]
    pub fn notice_shown(&self) -> Option<&Notice> {
        let news = self.novelty != Novelty::Old;
        self.notice.as_ref().filter(|_| news || self.open_turn().is_none())
    }
}

/// Takes note of what happens before it is done: a key makes room for its own answer.
pub fn begin(state: &mut State, msg: &Msg) {
    let pressed = match msg {
        Msg::Input(Input::Key(key)) => key.kind != KeyEventKind::Release,
        Msg::Input(Input::Pasted(_)) => true,
        Msg::Input(Input::Touched(_)) => {
            state.cause = Cause::User;
            return;
        }
        _ => false,
    };
    state.cause = if pressed { Cause::User } else { Cause::World };
    let seen = match state.novelty {
        Novelty::Old => false,
        Novelty::Answer(_) => pressed,
        Novelty::Event(at) => pressed && state.now.seconds_since(at) >= GLANCE,
    };
    if seen {
        grow_old(state);
    }
}

/// The clock has moved.
pub fn pass(state: &mut State) {
    if let Novelty::Answer(at) | Novelty::Event(at) = state.novelty
        && state.now.seconds_since(at) >= NEWS
        && state.open_turn().is_some()
    {
        grow_old(state);
        // What is not said any more does not hold any more.
        if state.leaving == Leaving::AskedOnce {
            state.leaving = Leaving::No;
        }
    }
}

/// What went wrong is worth a second look when the answer is there; what was done is not.
fn grow_old(state: &mut State) {
    state.novelty = Novelty::Old;
    let done = state.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::Info);
    if done && state.open_turn().is_some() {
        state.notice = None;
    }
}
