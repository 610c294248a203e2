//! Keys that a terminal or a multiplexer keeps for itself unless its user has changed that, or sends as
//! another key. What each sends was recorded on 2026-11-30, in the versions that stand beside them.

use super::chord::Chord;

/// A program that keeps keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeper {
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

/// The keys that the terminal and the programs around this one keep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptKeys(Vec<Keeper>);

impl KeptKeys {
    /// Tells by the environment which programs are around this one.
    #[must_use]
    pub fn of_environment(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let kind = env("TERM").unwrap_or_default();
        let in_tmux = is_set("TMUX");
        let keepers = [
            (Keeper::Kitty, kind == "xterm-kitty" || is_set("KITTY_WINDOW_ID")),
            (Keeper::Xterm, is_set("XTERM_VERSION")),
            (Keeper::Mlterm, is_set("MLTERM")),
            (Keeper::Urxvt, kind.starts_with("rxvt")),
            (Keeper::Vte, is_set("VTE_VERSION")),
            (Keeper::Tmux, in_tmux),
            (Keeper::Screen, !in_tmux && is_set("STY")),
        ];
        Self(keepers.into_iter().filter(|(_, is_here)| *is_here).map(|(it, _)| it).collect())
    }

    /// Returns `true` where a key may never reach this program, for the mark beside it in the help.
    #[must_use]
    pub fn contains(&self, chord: Chord) -> bool {
        let is_named = |keys: &[&str]| {
            keys.iter().any(|name| name.parse::<Chord>().is_ok_and(|it| it == chord))
        };
        self.0.iter().any(|keeper| match keeper {
            Keeper::Kitty => {
                is_named(&["Ctrl+Shift+Left", "Ctrl+Shift+Right", "Ctrl+Shift+F", "Ctrl+Shift+Z"])
            }
            Keeper::Xterm => is_named(&["Alt+Enter"]),
            Keeper::Mlterm => chord.is_alt_letter() || is_named(&["Alt+Enter", "Alt+Backspace"]),
            Keeper::Urxvt => is_named(&["Ctrl+Shift+Left", "Ctrl+Shift+Right"]),
            Keeper::Vte => is_named(&["F1"]),
            Keeper::Tmux => is_named(&["Ctrl+B"]),
            Keeper::Screen => is_named(&["Ctrl+A"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_only_by_the_programs_that_are_around() {
        let kept = |pairs: &'static [(&str, &str)]| {
            KeptKeys::of_environment(&move |name| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let has = |kept: &KeptKeys, key: &str| kept.contains(key.parse().unwrap());
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
