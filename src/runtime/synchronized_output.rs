//! Whether the terminal shows a frame only when all of it has arrived, so that no half of it is seen
//! (contour-terminal.org, "Synchronized Output", read 2026-11-29).

/// The mode of it, which every frame sets and resets.
pub(super) const MODE: u32 = 2026;
/// Asks whether the terminal knows the mode (DECRQM).
pub(super) const QUERY: &str = "\x1b[?2026$p";

/// Whether the terminal may be asked: Terminal.app and the Linux console show the end of the question.
pub(super) fn may_ask(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let kind = env("TERM").unwrap_or_default();
    let shows_question = matches!(kind.as_str(), "" | "dumb" | "linux")
        || env("TERM_PROGRAM").is_some_and(|program| program == "Apple_Terminal");
    !(shows_question || kind.starts_with("screen") && env("TMUX").is_none())
}

/// Whether a reported state is that of a mode which can be set: 1 is set, 2 is reset (DECRPM, see ctlseqs of
/// xterm).
pub(super) const fn is_supported(state: u32) -> bool {
    matches!(state, 1 | 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_that_would_show_the_question_are_not_asked() {
        let asks = |kind: &'static str, program: &'static str| {
            may_ask(&move |name| match name {
                "TERM" => Some(kind.to_owned()),
                "TERM_PROGRAM" => Some(program.to_owned()),
                _ => None,
            })
        };
        assert!(asks("xterm-256color", "WezTerm") && asks("foot", ""));
        assert!(!asks("xterm-256color", "Apple_Terminal"));
        assert!(!asks("linux", "") && !asks("screen", ""));
    }
}
