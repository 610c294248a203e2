//! Keys that a terminal or a multiplexer keeps for itself unless its user has changed that, or sends as
//! another key. What each sends was recorded on 2026-11-30, in the versions that stand beside them.

use super::chord::Chord;

/// A program that keeps keys for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    /// 0.26.5 and 0.41.1: tabs and windows. Ctrl+Shift+Z only in 0.26.5.
    Kitty,
    /// 379 and 398: the whole screen.
    Xterm,
    /// 3.9.0: Alt types accented letters.
    Mlterm,
    /// 9.31: the same as without Ctrl.
    Urxvt,
    /// The terminals of GNOME and Xfce (1.0.4, with VTE 0.70.6): their own help.
    Vte,
    /// 3.3a and 3.5a: its prefix.
    Tmux,
    /// 4.9: its prefix.
    Screen,
}

/// The keys that the terminal and the programs around this one reserve.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReservedKeys(Vec<Program>);

impl ReservedKeys {
    /// Tells by the environment which programs are around this one.
    #[must_use]
    pub fn of_environment(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let kind = env("TERM").unwrap_or_default();
        let in_tmux = is_set("TMUX");
        let programs = [
            (Program::Kitty, kind == "xterm-kitty" || is_set("KITTY_WINDOW_ID")),
            (Program::Xterm, is_set("XTERM_VERSION")),
            (Program::Mlterm, is_set("MLTERM")),
            (Program::Urxvt, kind.starts_with("rxvt")),
            (Program::Vte, is_set("VTE_VERSION")),
            (Program::Tmux, in_tmux),
            (Program::Screen, !in_tmux && is_set("STY")),
        ];
        Self(programs.into_iter().filter(|(_, is_here)| *is_here).map(|(it, _)| it).collect())
    }

    /// Returns `true` where a key may never reach this program, for the mark beside it in the help.
    #[must_use]
    pub fn contains(&self, chord: Chord) -> bool {
        let is_named = |keys: &[&str]| {
            keys.iter().any(|name| name.parse::<Chord>().is_ok_and(|it| it == chord))
        };
        self.0.iter().any(|program| match program {
            Program::Kitty => {
                is_named(&["Ctrl+Shift+Left", "Ctrl+Shift+Right", "Ctrl+Shift+F", "Ctrl+Shift+Z"])
            }
            Program::Xterm => is_named(&["Alt+Enter"]),
            Program::Mlterm => chord.is_alt_letter() || is_named(&["Alt+Enter", "Alt+Backspace"]),
            Program::Urxvt => is_named(&["Ctrl+Shift+Left", "Ctrl+Shift+Right"]),
            Program::Vte => is_named(&["F1"]),
            Program::Tmux => is_named(&["Ctrl+B"]),
            Program::Screen => is_named(&["Ctrl+A"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_only_by_the_programs_that_are_around() {
        let kept = |pairs: &'static [(&str, &str)]| {
            ReservedKeys::of_environment(&move |name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let has = |kept: &ReservedKeys, key: &str| kept.contains(key.parse().unwrap());
        let nothing = kept(&[("TERM", "foot")]);
        assert!(!has(&nothing, "Alt+Enter") && !has(&nothing, "Ctrl+B"));
        let xterm = kept(&[("TERM", "xterm"), ("XTERM_VERSION", "XTerm(379)")]);
        assert!(has(&xterm, "Alt+Enter") && !has(&xterm, "Alt+A"));
        let tmux = kept(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/1"), ("STY", "1.pts")]);
        assert!(has(&tmux, "Ctrl+B") && !has(&tmux, "Ctrl+A"));
        let mlterm = kept(&[("TERM", "mlterm"), ("MLTERM", "3.9.0")]);
        assert!(has(&mlterm, "Alt+A") && has(&mlterm, "Alt+Enter") && !has(&mlterm, "Alt+Up"));
        assert!(has(&kept(&[("TERM", "xterm-kitty")]), "Ctrl+Shift+Left"));
        assert!(has(&kept(&[("TERM", "rxvt-unicode-256color")]), "Ctrl+Shift+Right"));
    }
}
