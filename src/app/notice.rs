//! How long a notice is news. While an answer comes in, news stands in place of what the turn is
//! doing and gives way after a few seconds or at the next key.
//! May not need a clock of its own: the tick of the turn moves it on.

use crossterm::event::KeyEventKind;

use super::{Input, Msg, Notice, NoticeAge, NoticeCause, NoticeKind, QuitState, State};

/// Seconds until a notice is news no more.
const NOTICE_SECONDS: i64 = 5;
/// Seconds a notice that no key asked for stands, however fast somebody types.
const MIN_NOTICE_SECONDS: i64 = 2;

impl State {
    /// Says one calm line.
    pub fn show_notice(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notify(Notice { kind, text: text.into() });
    }

    /// Says a line that somebody else made.
    pub fn notify(&mut self, notice: Notice) {
        self.notice = Some(notice);
        self.notice_age = match self.notice_cause {
            NoticeCause::User => NoticeAge::Response(self.now),
            NoticeCause::External => NoticeAge::Event(self.now),
        };
    }

    /// The notice that belongs on screen: while an answer comes in, only news.
    #[must_use]
    pub fn visible_notice(&self) -> Option<&Notice> {
        let news = self.notice_age != NoticeAge::Old;
        self.notice.as_ref().filter(|_| news || self.open_turn().is_none())
    }
}

/// Takes note of what happens before it is done: a key makes room for its own answer.
pub fn note_cause(state: &mut State, msg: &Msg) {
    let pressed = match msg {
        Msg::Input(Input::Key(key)) => key.kind != KeyEventKind::Release,
        Msg::Input(Input::Pasted(_)) => true,
        Msg::Input(Input::Mouse(_)) => {
            state.notice_cause = NoticeCause::User;
            return;
        }
        _ => false,
    };
    state.notice_cause = if pressed { NoticeCause::User } else { NoticeCause::External };
    let seen = match state.notice_age {
        NoticeAge::Old => false,
        NoticeAge::Response(_) => pressed,
        NoticeAge::Event(at) => pressed && state.now.seconds_since(at) >= MIN_NOTICE_SECONDS,
    };
    if seen {
        mark_notice_old(state);
    }
}

/// The clock has moved.
pub fn expire_notice(state: &mut State) {
    if let NoticeAge::Response(at) | NoticeAge::Event(at) = state.notice_age
        && state.now.seconds_since(at) >= NOTICE_SECONDS
        && state.open_turn().is_some()
    {
        mark_notice_old(state);
        // What is not said any more does not hold any more.
        if state.quit_state == QuitState::ConfirmPending {
            state.quit_state = QuitState::Running;
        }
    }
}

/// What went wrong is worth a second look when the answer is there; what was done is not.
fn mark_notice_old(state: &mut State) {
    state.notice_age = NoticeAge::Old;
    let done = state.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::Info);
    if done && state.open_turn().is_some() {
        state.notice = None;
    }
}
