//! Makes themes: the built-in ones, those of the user's files, and that of the terminal's own colours.

use super::derive_theme::{Canvas, derive_theme};
use super::parser_message::describe_parse_error;
use super::theme::{Theme, ThemeFile};
use super::theme_name::ThemeName;
use super::theme_palette::{TerminalColors, ThemePalette};

impl Theme {
    /// Returns the built-in theme with this name.
    #[must_use]
    pub fn built_in(name: ThemeName) -> Self {
        // The embedded files are checked by a test; plain text is still readable without them.
        Self::parse_over(name.file(), Self::default()).unwrap_or_default()
    }

    /// A theme from the text of a theme file.
    ///
    /// # Errors
    /// When a role, colour or modifier is unknown, or the theme it is based on.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_over(text, Self::built_in(ThemeName::Terminal))
    }

    /// The theme of a terminal that has reported its colours: its own background and text, with
    /// surfaces derived from them.
    #[must_use]
    pub fn of_terminal(colors: TerminalColors) -> Self {
        let hues = if colors.background.is_dark() { ThemeName::Dark } else { ThemeName::Light };
        let file: Result<ThemeFile, _> = toml::from_str(hues.file());
        match file.ok().and_then(|file| file.colors) {
            Some(hues) => {
                let palette = ThemePalette::of_terminal(colors, &hues);
                derive_theme(&palette, Canvas::Terminal)
            }
            None => Self::built_in(ThemeName::Terminal),
        }
    }

    fn parse_over(text: &str, otherwise: Self) -> Result<Self, String> {
        let file: ThemeFile =
            toml::from_str(text).map_err(|error| describe_parse_error(text, &error, &[]))?;
        let derived = file.colors.map(|colors| derive_theme(&colors, Canvas::Theme));
        let base = derived.or_else(|| file.based_on.map(Self::built_in)).unwrap_or(otherwise);
        Ok(file.apply_to(base))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rgb::{Rgb, contrast};
    use super::*;
    use clap::ValueEnum as _;
    use ratatui::style::Style;

    #[test]
    fn every_built_in_theme_reads_and_tells_questions_answers_and_cursor_apart() {
        for name in ThemeName::BUILT_IN {
            assert_eq!(ThemeName::from_str(&name.name(), false), Ok(name));
            let theme = Theme::parse(name.file()).unwrap();
            assert_ne!(theme.user, theme.assistant);
            assert_ne!(theme.selected, theme.text);
        }
    }

    #[test]
    fn without_colours_the_cursor_is_still_seen() {
        for name in [ThemeName::Dark, ThemeName::Terminal] {
            let theme = Theme::built_in(name).without_colours();
            for style in [theme.selected, theme.selected_row, theme.selected_text, theme.found] {
                assert_eq!((style.fg, style.bg), (None, None));
                assert!(!style.add_modifier.is_empty());
            }
        }
    }

    /// Every colour of text on every background it is used on, with the least contrast there.
    fn pairs(theme: &Theme, palette: &ThemePalette) -> Vec<(&'static str, Style, Style, f64)> {
        let (own, muted, faint) =
            (palette.contrast, palette.muted_contrast(), palette.faint_contrast());
        let surfaces = [theme.base, theme.panel, theme.raised, theme.selected_row];
        let mut pairs = Vec::new();
        for surface in surfaces {
            for (name, style) in [("text", theme.text), ("question", theme.question)] {
                pairs.push((name, style, surface, own));
            }
            for (name, style) in [
                ("muted", theme.muted),
                ("accent", theme.accent),
                ("user", theme.user),
                ("success", theme.success),
                ("warning", theme.warning),
                ("error", theme.error),
                ("heading", theme.heading),
                ("link", theme.link),
                ("quote", theme.quote),
                ("key", theme.key),
                ("code", theme.code),
                ("code_keyword", theme.code_keyword),
                ("code_type", theme.code_type),
                ("code_function", theme.code_function),
                ("code_string", theme.code_string),
                ("code_constant", theme.code_constant),
                ("code_comment", theme.code_comment),
            ] {
                pairs.push((name, style, surface, muted));
            }
            pairs.push(("faint", theme.faint, surface, faint));
            pairs.push(("placeholder", theme.placeholder, surface, faint));
        }
        pairs.push(("selected_text", theme.selected_text, theme.selected_text, own));
        pairs.push(("found", theme.found, theme.found, own));
        pairs.push(("found_here", theme.found_here, theme.found_here, muted));
        pairs
    }

    #[test]
    fn every_text_can_be_read_on_every_background_it_is_used_on() {
        for name in ThemeName::BUILT_IN.into_iter().filter(|name| *name != ThemeName::Terminal) {
            let file: ThemeFile = toml::from_str(name.file()).unwrap();
            let (theme, palette) = (Theme::built_in(name), file.colors.unwrap());
            for (role, text, surface, least) in pairs(&theme, &palette) {
                let [fg, bg] = [text.fg, surface.bg].map(|color| Rgb::of(color.unwrap()).unwrap());
                let found = contrast(fg, bg);
                assert!(found >= least, "{name:?}: {role} has {found:.2} on {bg:?}, not {least}");
            }
        }
    }
}
