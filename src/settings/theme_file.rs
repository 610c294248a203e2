//! Makes themes: the built-in ones, those of the user's files, and that of the terminal's own colours.

use super::background_tone::BackgroundTone;
use super::derive_theme::{Canvas, derive_theme};
use super::parser_message::describe_parse_error;
use super::theme::{Theme, ThemeFile};
use super::theme_name::{SIXTEEN_ON_DARK, SIXTEEN_ON_LIGHT, ThemeName};
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

    /// The terminal's own 16 colours, those that can be read on its background.
    #[must_use]
    pub(super) fn of_sixteen(tone: Option<BackgroundTone>) -> Self {
        let plain = Self::built_in(ThemeName::Terminal);
        let over = match tone {
            None => return plain,
            Some(BackgroundTone::Dark) => SIXTEEN_ON_DARK,
            Some(BackgroundTone::Light) => SIXTEEN_ON_LIGHT,
        };
        Self::parse_over(over, plain).unwrap_or_default()
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
    use super::super::themes::{AUTO, ColorDepth, Themes};
    use super::*;
    use clap::ValueEnum as _;
    use ratatui::style::{Color, Modifier, Style};

    /// Red, green, yellow, blue, magenta and cyan, then the same as bold text has them.
    type Palette = [&'static str; 12];

    /// Of xterm 379 (XTerm-col.ad), urxvt 9.31 (its manual) and st 0.9 (config.def.h), read 2026-11-30.
    const XTERM: Palette = [
        "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#ff0000", "#00ff00",
        "#ffff00", "#5c5cff", "#ff00ff", "#00ffff",
    ];
    const URXVT: Palette = [
        "#cd0000", "#00cd00", "#cdcd00", "#0000cd", "#cd00cd", "#00cdcd", "#ff0000", "#00ff00",
        "#ffff00", "#0000ff", "#ff00ff", "#00ffff",
    ];
    const ST: Palette = [
        "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#ff0000", "#00ff00",
        "#ffff00", "#5c5cff", "#ff00ff", "#00ffff",
    ];
    const BLACK: Rgb = Rgb(0, 0, 0);
    const WHITE: Rgb = Rgb(255, 255, 255);

    /// What a palette makes of a colour of the sixteen.
    fn shown(palette: &Palette, color: Color, is_bold: bool) -> Rgb {
        let colors =
            [Color::Red, Color::Green, Color::Yellow, Color::Blue, Color::Magenta, Color::Cyan];
        let number = colors.iter().position(|it| *it == color).unwrap();
        Rgb::parse(palette[number + if is_bold { 6 } else { 0 }]).unwrap()
    }

    #[test]
    fn sixteen_colours_can_be_read_on_the_default_backgrounds_of_terminals() {
        let (dark, light) = (Some(BackgroundTone::Dark), Some(BackgroundTone::Light));
        let mut cases = Vec::new();
        for palette in [XTERM, URXVT] {
            cases.extend([(palette, dark, BLACK), (palette, light, WHITE)]);
            cases.extend([(palette, None, BLACK), (palette, None, WHITE)]);
        }
        cases.extend([(ST, dark, BLACK), (ST, None, BLACK)]);
        for (palette, tone, background) in cases {
            for (role, style) in Theme::of_sixteen(tone).styles() {
                assert_eq!(style.bg, None, "{role}");
                let Some(color) = style.fg else { continue };
                // Some terminals show bold text in the bright colour, others in the same.
                let is_bold = style.add_modifier.contains(Modifier::BOLD);
                for is_bright in [false, is_bold] {
                    let found = contrast(shown(&palette, color, is_bright), background);
                    assert!(found >= 3.0, "{tone:?}: {role} has {found:.2} on {background:?}");
                }
            }
        }
    }

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
            pairs.push(("rule", theme.rule, surface, palette.rule_contrast()));
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

    #[test]
    fn every_text_can_be_read_on_the_terminals_own_background() {
        let colors = |background: &str, text: &str| TerminalColors {
            background: Rgb::parse(background).unwrap(),
            text: Rgb::parse(text),
        };
        let terminals = [
            colors("#002b36", "#93a1a1"),
            colors("#fdf6e3", "#586e75"),
            colors("#002b36", "#839496"),
            colors("#fdf6e3", "#657b83"),
            colors("#ffffff", "#000000"),
            colors("#000000", "#e5e5e5"),
        ];
        for terminal in terminals {
            let hues: ThemeFile = toml::from_str(ThemeName::Dark.file()).unwrap();
            let palette = ThemePalette::of_terminal(terminal, &hues.colors.unwrap());
            for depth in [ColorDepth::TrueColor, ColorDepth::Indexed] {
                let theme = Themes::default().get(AUTO, Some(terminal), depth);
                for (role, text, surface, least) in pairs(&theme, &palette) {
                    // The terminal's own text is as readable as its user made it.
                    let Some(fg) = text.fg.and_then(Rgb::shown) else { continue };
                    let bg = surface.bg.map_or(terminal.background, |bg| Rgb::shown(bg).unwrap());
                    let found = contrast(fg, bg);
                    assert!(
                        found >= least,
                        "{terminal:?} {depth:?}: {role} has {found:.2} on {bg:?}, not {least}"
                    );
                }
            }
        }
    }
}
