//! Every theme by name, built in or the user's own, and the reduction of its colours to those a terminal
//! has.

use std::fs;
use std::path::Path;

use ratatui::style::Color;

use super::theme::{Theme, ThemeName};

/// The name that stands for dark or light, as the terminal is.
pub const AUTO: &str = "auto";

/// The themes, each with its name; a file that cannot be used with the reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes(Vec<(String, Result<Theme, String>)>);

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorDepth {
    /// Any red, green and blue.
    TrueColor,
    /// The 256 of most terminals.
    Indexed,
    /// The terminal's own sixteen.
    Ansi16,
    /// None: the user asked for none.
    NoColor,
}

impl Default for Themes {
    fn default() -> Self {
        let built_in = |name: ThemeName| (name.name(), Ok(Theme::built_in(name)));
        Self(ThemeName::BUILT_IN.into_iter().map(built_in).collect())
    }
}

impl Themes {
    /// The built-in themes and those of a folder: each file named `NAME.toml`.
    #[must_use]
    pub fn with_folder(folder: &Path) -> Self {
        let mut themes = Self::default();
        let mut files: Vec<_> =
            fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "toml")) {
            let Some(name) = file.file_stem().and_then(|name| name.to_str()) else {
                continue;
            };
            let theme = fs::read_to_string(file)
                .map_err(|error| error.to_string())
                .and_then(|text| Theme::parse(&text))
                .map_err(|why| format!("{} cannot be used: {why}", file.display()));
            themes.0.retain(|(known, _)| known != name);
            themes.0.push((name.to_owned(), theme));
        }
        themes
    }

    /// The names of those that can be used, `auto` first.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let good = self.0.iter().filter(|(_, theme)| theme.is_ok()).map(|(name, _)| name.clone());
        std::iter::once(AUTO.to_owned()).chain(good).collect()
    }

    /// Whether a name can be used.
    ///
    /// # Errors
    /// The reason, with what to do, where it cannot.
    pub fn check(&self, name: &str) -> Result<(), String> {
        if name == AUTO {
            return Ok(());
        }
        match self.0.iter().find(|(known, _)| known == name) {
            Some((_, Ok(_))) => Ok(()),
            Some((_, Err(why))) => Err(why.clone()),
            None => Err(format!(
                "There is no theme \"{name}\". Available: {}. Put your own in the themes folder \
                 beside config.toml.",
                self.names().join(", ")
            )),
        }
    }

    /// The theme with a name, in colours a terminal has; the terminal's own where there is none.
    #[must_use]
    pub fn get(&self, name: &str, depth: ColorDepth) -> Theme {
        let found = self.0.iter().find(|(known, _)| known == name);
        let theme = found.and_then(|(_, theme)| theme.clone().ok());
        let theme = theme.unwrap_or_else(|| Theme::built_in(ThemeName::Terminal));
        match depth {
            ColorDepth::Ansi16 if theme.has_own_colours() => Theme::built_in(ThemeName::Terminal),
            ColorDepth::TrueColor | ColorDepth::Ansi16 => theme,
            ColorDepth::Indexed => theme.with_colours(to_indexed),
            ColorDepth::NoColor => theme.without_colours(),
        }
    }
}

impl ColorDepth {
    /// What a terminal has, by what it says of itself.
    #[must_use]
    pub fn of(env: &dyn Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| env(name).filter(|value| !value.is_empty());
        if given("NO_COLOR").is_some() {
            return Self::NoColor;
        }
        let colours = given("COLORTERM").unwrap_or_default();
        let terminal = given("TERM").unwrap_or_default();
        let known = ["direct", "kitty", "ghostty", "alacritty", "wezterm", "foot", "iterm"];
        let is_true = matches!(colours.as_str(), "truecolor" | "24bit")
            || known.iter().any(|name| terminal.contains(name))
            || given("WT_SESSION").is_some();
        match (is_true, terminal.contains("256")) {
            (true, _) => Self::TrueColor,
            (false, true) => Self::Indexed,
            (false, false) => Self::Ansi16,
        }
    }
}

/// The nearest of the 256 colours.
fn to_indexed(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else {
        return colour;
    };
    let step = |value: u8| match value {
        0..=47 => 0_u8,
        48..=114 => 1,
        115..=154 => 2,
        155..=194 => 3,
        195..=234 => 4,
        235..=255 => 5,
    };
    let [r, g, b] = [red, green, blue].map(step);
    let spread = red.max(green).max(blue).abs_diff(red.min(green).min(blue));
    if spread < 12 && (8..=238).contains(&green) {
        return Color::Indexed(232_u8.saturating_add(green.saturating_sub(8) / 10));
    }
    let cube = r.saturating_mul(36).saturating_add(g.saturating_mul(6)).saturating_add(b);
    Color::Indexed(cube.saturating_add(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_of_the_users_own_changes_what_it_names_and_a_broken_one_says_why() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("mine.toml", "base = \"light\"\nheading = { fg = \"#102030\" }\n");
        write("broken.toml", "heading = { fg = \"nocolour\" }\n");
        write("notes.txt", "no theme");
        let themes = Themes::with_folder(folder.path());
        let names = themes.names();
        assert_eq!(names.first().map(String::as_str), Some("auto"));
        assert!(names.contains(&"mine".into()) && !names.contains(&"broken".into()));
        let mine = themes.get("mine", ColorDepth::TrueColor);
        assert_eq!(mine.heading.fg, Some(Color::Rgb(0x10, 0x20, 0x30)));
        assert_eq!(mine.code, Theme::built_in(ThemeName::Light).code);
        assert!(themes.check("broken").unwrap_err().contains("nocolour"));
        assert!(themes.check("nothing").unwrap_err().contains("dark, light"));
        assert!(themes.check("auto").is_ok());
    }

    #[test]
    fn colours_are_those_the_terminal_has() {
        let themes = Themes::default();
        let dark = |depth| themes.get("dark", depth).heading.fg;
        assert!(matches!(dark(ColorDepth::TrueColor), Some(Color::Rgb(..))));
        assert!(matches!(dark(ColorDepth::Indexed), Some(Color::Indexed(16..))));
        assert_eq!(
            dark(ColorDepth::Ansi16),
            themes.get("terminal", ColorDepth::TrueColor).heading.fg
        );
        assert_eq!(dark(ColorDepth::NoColor), None);
        let of = |pairs: &'static [(&str, &str)]| {
            let find = move |name: &str| {
                pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            };
            ColorDepth::of(&find)
        };
        assert_eq!(
            of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]),
            ColorDepth::TrueColor
        );
        assert_eq!(of(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]), ColorDepth::Indexed);
        assert_eq!(of(&[("TERM", "linux")]), ColorDepth::Ansi16);
        assert_eq!(of(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), ColorDepth::NoColor);
    }
}
