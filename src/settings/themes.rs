//! Every theme by name, built in or the user's own, and the reduction of its colours to those a terminal
//! has.

use std::fs;
use std::io;
use std::path::Path;

use ratatui::style::Color;

use super::background_tone::BackgroundTone;
use super::regular_file::read_limited;
use super::rgb::Rgb;
use super::suggest::suggestion;
use super::theme::Theme;
use super::theme_name::ThemeName;
use super::theme_palette::TerminalColors;
use crate::chat::io_reason;
use crate::chat::shorten::shorten;

/// The most bytes of a theme file. A limit of duologue's own.
const MAX_THEME_BYTES: u64 = 1024 * 1024;

/// The name that stands for dark or light, as the terminal is.
pub const AUTO: &str = "auto";

/// The themes, and what is known of the terminal before it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes {
    /// Built-in themes and those of the user's folder, by the names they are chosen by.
    named: Vec<(String, ThemeSource)>,
    tone: Option<BackgroundTone>,
}

/// Where a theme comes from.
#[derive(Debug, Clone, PartialEq)]
enum ThemeSource {
    /// Read only when it is used: the program starts sooner.
    BuiltIn(ThemeName),
    /// A file of the user; one that cannot be used with the reason.
    File(Result<Box<Theme>, String>),
}

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
        let built_in = |name: ThemeName| (name.name(), ThemeSource::BuiltIn(name));
        Self { named: ThemeName::BUILT_IN.into_iter().map(built_in).collect(), tone: None }
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
            let theme = read_text(file)
                .map_err(|error| io_reason(&error))
                .and_then(|text| Theme::parse(&text).map(Box::new))
                .map_err(|why| format!("{}: {why}", file.display()));
            themes.named.retain(|(known, _)| known != name);
            themes.named.push((name.to_owned(), ThemeSource::File(theme)));
        }
        themes
    }

    /// The same themes for a terminal whose background the environment may tell.
    #[must_use]
    pub fn for_environment(self, env: &dyn Fn(&str) -> Option<String>) -> Self {
        Self { tone: BackgroundTone::of_environment(env), ..self }
    }

    /// The names of those that can be used, `auto` first.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let is_good = |source: &ThemeSource| !matches!(source, ThemeSource::File(Err(_)));
        let good =
            self.named.iter().filter(|(_, source)| is_good(source)).map(|(name, _)| name.clone());
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
        match self.named.iter().find(|(known, _)| known == name) {
            Some((_, ThemeSource::BuiltIn(_) | ThemeSource::File(Ok(_)))) => Ok(()),
            Some((_, ThemeSource::File(Err(why)))) => Err(why.clone()),
            None => {
                let names = self.names();
                let hint = suggestion(name, names.iter().map(String::as_str));
                let list = format!(
                    " Available: {}. Put your own in the themes folder beside config.toml.",
                    names.join(", ")
                );
                let hint = if hint.is_empty() { list } else { hint };
                Err(format!("There is no theme \"{}\".{hint}", shorten(name)))
            }
        }
    }

    /// The theme with a name, in colours a terminal has. `auto` is derived from the terminal's own
    /// colours; where it has not reported them, and for an unknown name, it is the sixteen of every
    /// terminal.
    #[must_use]
    pub fn get(&self, name: &str, terminal: Option<TerminalColors>, depth: ColorDepth) -> Theme {
        let tone = terminal.map(|it| BackgroundTone::of(it.background)).or(self.tone);
        let sixteen = || Theme::of_sixteen(tone);
        let own = terminal.filter(|_| name == AUTO);
        let found = self.named.iter().find(|(known, _)| known == name);
        let named = found.and_then(|(_, source)| match source {
            ThemeSource::BuiltIn(ThemeName::Terminal) => None,
            ThemeSource::BuiltIn(name) => Some(Theme::built_in(*name)),
            ThemeSource::File(theme) => theme.as_deref().ok().cloned(),
        });
        let theme = own.map(Theme::of_terminal).or(named).unwrap_or_else(sixteen);
        match depth {
            ColorDepth::NoColor if theme.has_own_colours() => sixteen().without_colours(),
            ColorDepth::NoColor => theme.without_colours(),
            ColorDepth::Ansi16 if theme.has_own_colours() => sixteen(),
            ColorDepth::TrueColor | ColorDepth::Ansi16 => theme,
            ColorDepth::Indexed => {
                let theme = match theme.surfaces(own.map(|it| it.background)) {
                    Some(surfaces) => theme.with_colours(&|color| surfaces.to_indexed(color)),
                    None => theme.with_colours(&nearest_indexed),
                };
                theme.with_readable_marks()
            }
        }
    }
}

/// The nearest of the 256 colours.
fn nearest_indexed(color: Color) -> Color {
    Rgb::of(color).map_or(color, Rgb::indexed)
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
        // Names in TERM whose terminals show 24-bit colours, whatever COLORTERM says.
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

fn read_text(path: &Path) -> io::Result<String> {
    let bytes = read_limited(path, MAX_THEME_BYTES)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8 text"))
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
        let mine = themes.get("mine", None, ColorDepth::TrueColor);
        assert_eq!(mine.heading.fg, Some(Color::Rgb(0x10, 0x20, 0x30)));
        assert_eq!(mine.code, Theme::built_in(ThemeName::Light).code);
        assert!(themes.check("broken").unwrap_err().contains("nocolour"));
        assert!(themes.check("nothing").unwrap_err().contains("dark, light"));
        assert!(themes.check("auto").is_ok());
    }

    #[test]
    fn colours_are_those_the_terminal_has() {
        let themes = Themes::default();
        let dark = |depth| themes.get("dark", None, depth).heading.fg;
        assert!(matches!(dark(ColorDepth::TrueColor), Some(Color::Rgb(..))));
        assert!(matches!(dark(ColorDepth::Indexed), Some(Color::Indexed(16..))));
        assert_eq!(
            dark(ColorDepth::Ansi16),
            themes.get("terminal", None, ColorDepth::TrueColor).heading.fg
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

    #[test]
    fn no_two_surfaces_become_one_of_256_colours() {
        let themes = Themes::default();
        for name in ThemeName::BUILT_IN.into_iter().filter(|it| *it != ThemeName::Terminal) {
            let theme = themes.get(&name.name(), None, ColorDepth::Indexed);
            let surfaces = [theme.base, theme.panel, theme.raised, theme.selected_row];
            let mut colours: Vec<_> = surfaces.iter().map(|style| style.bg).collect();
            assert!(colours.iter().all(|it| matches!(it, Some(Color::Indexed(232..)))), "{name:?}");
            colours.dedup();
            assert_eq!(colours.len(), 4, "{name:?}");
        }
    }

    #[test]
    fn auto_keeps_the_terminals_own_colours_and_derives_surfaces_from_them() {
        let themes = Themes::default();
        let terminal = TerminalColors { background: Rgb(0x30, 0x10, 0x40), text: None };
        let theme = themes.get(AUTO, Some(terminal), ColorDepth::TrueColor);
        assert_eq!((theme.base.bg, theme.text.fg), (None, None));
        let Some(Color::Rgb(red, green, blue)) = theme.panel.bg else { panic!("no panel") };
        assert!(red > 0x30 && green > 0x10 && blue > 0x40 && blue < 0x60);
        let without = themes.get(AUTO, None, ColorDepth::TrueColor);
        assert_eq!(without, Theme::built_in(ThemeName::Terminal));
        let light = themes.for_environment(&|_| Some("0;default;15".to_owned()));
        let without = light.get(AUTO, None, ColorDepth::Indexed);
        assert_eq!(without, Theme::of_sixteen(Some(BackgroundTone::Light)));
        assert_eq!(light.get("terminal", None, ColorDepth::TrueColor), without);
        let answered = light.get("dark", Some(terminal), ColorDepth::Ansi16);
        assert_eq!(answered, Theme::of_sixteen(Some(BackgroundTone::Dark)));
    }
}
