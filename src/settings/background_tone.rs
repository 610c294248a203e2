//! Whether a terminal's background is dark or light, as far as the environment tells.

use super::rgb::Rgb;

/// How bright the background of a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BackgroundTone {
    Dark,
    Light,
}

impl BackgroundTone {
    pub(super) fn of(background: Rgb) -> Self {
        if background.is_dark() { Self::Dark } else { Self::Light }
    }

    /// Reads `COLORFGBG`, which rxvt and Konsole set: numbers of the text and, last, of the background, among
    /// the sixteen colours (rxvt(1), read 2026-11-30). Which of them are dark is as in Vim. The console of Linux
    /// is black.
    pub(super) fn of_environment(env: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        if env("TERM").is_some_and(|kind| kind == "linux") {
            return Some(Self::Dark);
        }
        let colors = env("COLORFGBG")?;
        let background: u8 = colors.rsplit(';').next()?.parse().ok()?;
        match background {
            0..=6 | 8 => Some(Self::Dark),
            7 | 9..=15 => Some(Self::Light),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_is_the_background() {
        let tone = |value: &'static str| {
            BackgroundTone::of_environment(&move |name| {
                (name == "COLORFGBG").then(|| value.to_owned())
            })
        };
        assert_eq!(tone("0;default;15"), Some(BackgroundTone::Light));
        assert_eq!(tone("15;0"), Some(BackgroundTone::Dark));
        assert_eq!(tone("12;8"), Some(BackgroundTone::Dark));
        let console = |name: &str| (name == "TERM").then(|| "linux".to_owned());
        assert_eq!(BackgroundTone::of_environment(&console), Some(BackgroundTone::Dark));
        for unknown in ["", "default;default", "0;16", "0;"] {
            assert_eq!(tone(unknown), None, "{unknown}");
        }
    }
}
