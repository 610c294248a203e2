//! How long a notice is shown: it expires by itself, and while an answer comes in also with the next
//! key. An error stays until the next question.

use crossterm::event::KeyEventKind;

use super::{Input, Msg, Notice, NoticeAge, NoticeCause, NoticeKind, QuitState, State};

/// Seconds until a notice expires.
const INFO_SECONDS: i64 = 4;
/// Seconds until a warning expires, or an error gives way to an answer.
const WARNING_SECONDS: i64 = 8;
/// Seconds for which keys do not remove a notice that no key caused.
const MIN_NOTICE_SECONDS: i64 = 2;

impl State {
    pub(crate) fn show_notice(&mut self, kind: NoticeKind, text: impl Into<String>) {
        self.notify(Notice { kind, text: text.into() });
    }

    /// Shows a notice made elsewhere.
    pub(crate) fn notify(&mut self, notice: Notice) {
        self.notice = Some(notice);
        self.notice_age = match self.notice_cause {
            NoticeCause::User => NoticeAge::Response(self.now),
            NoticeCause::External => NoticeAge::Event(self.now),
        };
    }

    /// Says something behind what is being said.
    pub(crate) fn append_notice(&mut self, more: &str) {
        let notice = match self.notice.take() {
            Some(notice) if notice.text.ends_with(more) => notice,
            Some(Notice { kind, text }) => Notice { kind, text: format!("{text} {more}") },
            None => Notice { kind: NoticeKind::Info, text: more.to_owned() },
        };
        self.notify(notice);
    }

    /// The notice to show; while an answer comes in, only one that has not expired.
    #[must_use]
    pub(crate) fn visible_notice(&self) -> Option<&Notice> {
        let news = self.notice_age != NoticeAge::Old;
        self.notice.as_ref().filter(|_| news || self.open_turn().is_none())
    }
}

/// Records what causes the notices of the next message; a key expires the old notice.
pub(crate) fn note_cause(state: &mut State, msg: &Msg) {
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
    if seen && state.open_turn().is_some() {
        mark_notice_old(state);
    }
}

/// Expires the notice when its time is over.
pub(crate) fn expire_notice(state: &mut State) {
    if seconds_left(state).is_some_and(|left| left <= 0) {
        mark_notice_old(state);
        // The question whether to quit expires with its notice.
        if state.quit_state == QuitState::ConfirmPending {
            state.quit_state = QuitState::Running;
        }
    }
}

/// Seconds until the notice expires; `None` where none does.
#[must_use]
pub fn seconds_left(state: &State) -> Option<i64> {
    let (NoticeAge::Response(at) | NoticeAge::Event(at)) = state.notice_age else {
        return None;
    };
    let seconds = match state.notice.as_ref()?.kind {
        NoticeKind::Info => INFO_SECONDS,
        NoticeKind::Warning => WARNING_SECONDS,
        NoticeKind::Error if state.open_turn().is_some() => WARNING_SECONDS,
        NoticeKind::Error => return None,
    };
    Some(seconds.saturating_sub(state.now.seconds_since(at)))
}

/// An error is shown again after the answer; anything else is not.
fn mark_notice_old(state: &mut State) {
    state.notice_age = NoticeAge::Old;
    if state.notice.as_ref().is_some_and(|notice| notice.kind != NoticeKind::Error) {
        state.notice = None;
    }
}
