//! The escape sequences that make a terminal notify its user, or show that something is going on.
//! Must not decide when: the window does.

use crate::settings::NotifyChoice;

use super::multiplexer::Multiplexer;

/// Makes the terminal ring, flash or mark its window, as its user has set it up.
const BELL: &str = "\x07";

/// What terminals call the sequences for notifications. Sources, read on 2026-11-29: the pages on
/// escape sequences of iTerm2 (OSC 9), of rxvt-unicode and foot (OSC 777), and the protocol of kitty
/// (OSC 99).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NotificationProtocol {
    Osc9,
    Osc777,
    Osc99,
}

/// How notifications reach the user, and whether progress can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Notifier {
    choice: NotifyChoice,
    /// The protocol the terminal is known to have.
    protocol: Option<NotificationProtocol>,
    multiplexer: Multiplexer,
    shows_progress: bool,
}

impl Notifier {
    /// Chooses by the environment.
    pub(super) fn new(
        choice: NotifyChoice,
        multiplexer: Multiplexer,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let shows_progress = multiplexer == Multiplexer::None && has_progress(env);
        Self { choice, protocol: find_protocol(env), multiplexer, shows_progress }
    }

    /// The sequence that notifies the user with a text without control characters; empty for none.
    pub(super) fn notification(self, text: &str) -> String {
        match (self.choice, self.protocol, self.multiplexer) {
            (NotifyChoice::Off, ..) => String::new(),
            // A multiplexer always passes a bell on, or marks its window.
            (NotifyChoice::Bell, ..)
            | (NotifyChoice::Auto, None, _)
            | (NotifyChoice::Auto, _, Multiplexer::Tmux | Multiplexer::Screen) => BELL.to_owned(),
            (NotifyChoice::Auto | NotifyChoice::Desktop, protocol, multiplexer) => {
                let plain = sequence(protocol.unwrap_or(NotificationProtocol::Osc9), text);
                multiplexer.wrap(&plain)
            }
        }
    }

    /// The sequence that shows or removes the terminal's sign that something is going on; `None`
    /// where the terminal has none.
    pub(super) const fn progress(self, is_busy: bool) -> Option<&'static str> {
        match (self.shows_progress, is_busy) {
            (false, _) => None,
            (true, true) => Some("\x1b]9;4;3;0\x1b\\"),
            (true, false) => Some("\x1b]9;4;0;0\x1b\\"),
        }
    }
}

fn sequence(protocol: NotificationProtocol, text: &str) -> String {
    match protocol {
        NotificationProtocol::Osc9 => format!("\x1b]9;{text}\x1b\\"),
        NotificationProtocol::Osc777 => format!("\x1b]777;notify;duologue;{text}\x1b\\"),
        NotificationProtocol::Osc99 => {
            format!("\x1b]99;i=duologue:d=0;duologue\x1b\\\x1b]99;i=duologue:p=body;{text}\x1b\\")
        }
    }
}

fn find_protocol(env: &dyn Fn(&str) -> Option<String>) -> Option<NotificationProtocol> {
    let term = env("TERM").unwrap_or_default();
    let program = env("TERM_PROGRAM").unwrap_or_default();
    if term == "xterm-kitty" || env("KITTY_WINDOW_ID").is_some() {
        return Some(NotificationProtocol::Osc99);
    }
    if term.starts_with("foot") || term.starts_with("rxvt-unicode") {
        return Some(NotificationProtocol::Osc777);
    }
    let has_osc9 = ["iTerm.app", "WezTerm", "ghostty"].contains(&program.as_str());
    has_osc9.then_some(NotificationProtocol::Osc9)
}

/// Whether the terminal shows OSC 9;4. Others could take it for a notification. Source: the list in
/// the documentation of Windows Terminal, "Set the progress bar", and the release notes of Ghostty 1.2,
/// read on 2026-11-29.
fn has_progress(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let program = env("TERM_PROGRAM").unwrap_or_default();
    env("WT_SESSION").is_some()
        || env("ConEmuANSI").as_deref() == Some("ON")
        || ["ghostty", "mintty"].contains(&program.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notifier(choice: NotifyChoice, multiplexer: Multiplexer, set: &[(&str, &str)]) -> Notifier {
        let env = |name: &str| {
            set.iter().find(|variable| variable.0 == name).map(|variable| variable.1.to_owned())
        };
        Notifier::new(choice, multiplexer, &env)
    }

    #[test]
    fn each_terminal_gets_the_notification_it_understands() {
        use NotifyChoice::{Auto, Bell, Desktop, Off};
        let kitty = "\x1b]99;i=duologue:d=0;duologue\x1b\\\x1b]99;i=duologue:p=body;Hi\x1b\\";
        for (choice, multiplexer, env, expected) in [
            (Auto, Multiplexer::None, [("TERM", "xterm-kitty")], kitty),
            (Auto, Multiplexer::None, [("TERM", "foot")], "\x1b]777;notify;duologue;Hi\x1b\\"),
            (Auto, Multiplexer::None, [("TERM_PROGRAM", "iTerm.app")], "\x1b]9;Hi\x1b\\"),
            (Auto, Multiplexer::None, [("TERM", "xterm-256color")], BELL),
            (Auto, Multiplexer::Tmux, [("KITTY_WINDOW_ID", "1")], BELL),
            (Bell, Multiplexer::None, [("TERM", "xterm-kitty")], BELL),
            (Desktop, Multiplexer::None, [("TERM", "xterm")], "\x1b]9;Hi\x1b\\"),
            (
                Desktop,
                Multiplexer::Tmux,
                [("TERM", "tmux-256color")],
                "\x1bPtmux;\x1b\x1b]9;Hi\x1b\x1b\\\x1b\\",
            ),
            (Desktop, Multiplexer::Screen, [("TERM", "screen")], "\x1bP\x1b]9;Hi\x07\x1b\\"),
            (Off, Multiplexer::None, [("TERM", "xterm-kitty")], ""),
        ] {
            let found = notifier(choice, multiplexer, &env).notification("Hi");
            assert_eq!(found, expected, "{choice:?} {multiplexer:?} {env:?}");
        }
    }

    #[test]
    fn progress_is_shown_only_where_the_terminal_knows_it() {
        let shows = |multiplexer, env: (&str, &str)| {
            notifier(NotifyChoice::Auto, multiplexer, &[env]).progress(true).is_some()
        };
        assert!(shows(Multiplexer::None, ("WT_SESSION", "x")));
        assert!(!shows(Multiplexer::Tmux, ("WT_SESSION", "x")));
        assert!(!shows(Multiplexer::None, ("TERM", "xterm-kitty")));
    }
}
