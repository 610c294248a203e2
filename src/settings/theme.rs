//! Themes: styles by role, read from the theme files in `assets/themes`.

use clap::ValueEnum;
use ratatui::style::{Color, Modifier, Style};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::palette::{Canvas, Palette, Surfaces, TerminalColors};
use super::rgb::Rgb;
use super::value::value_name;

/// Which theme the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeName {
    /// Dark or light, as the terminal is.
    #[default]
    Auto,
    /// The terminal's own 16 colours.
    Terminal,
    /// Dark, of our own.
    Dark,
    /// Light, of our own.
    Light,
    /// The strongest differences.
    HighContrast,
    /// Catppuccin Mocha.
    CatppuccinMocha,
    /// Catppuccin Latte.
    CatppuccinLatte,
    /// Gruvbox, dark.
    GruvboxDark,
    /// Gruvbox, light.
    GruvboxLight,
    /// Tokyo Night.
    #[value(name = "tokyonight")]
    #[serde(rename = "tokyonight")]
    TokyoNight,
    /// Nord.
    Nord,
    /// Rosé Pine.
    RosePine,
    /// Solarized, dark.
    SolarizedDark,
    /// Solarized, light.
    SolarizedLight,
    /// Dracula.
    Dracula,
    /// One Dark.
    OneDark,
}

impl ThemeName {
    /// Every theme that is built in.
    pub const BUILT_IN: [Self; 15] = [
        Self::Terminal,
        Self::Dark,
        Self::Light,
        Self::HighContrast,
        Self::CatppuccinMocha,
        Self::CatppuccinLatte,
        Self::GruvboxDark,
        Self::GruvboxLight,
        Self::TokyoNight,
        Self::Nord,
        Self::RosePine,
        Self::SolarizedDark,
        Self::SolarizedLight,
        Self::Dracula,
        Self::OneDark,
    ];

    /// The name a theme is chosen by.
    #[must_use]
    pub fn name(self) -> String {
        value_name(&self)
    }

    /// The theme's file. `Auto` starts as the terminal's own colours, which suit any background.
    const fn file(self) -> &'static str {
        match self {
            Self::Auto | Self::Terminal => include_str!("../../assets/themes/terminal.toml"),
            Self::Dark => include_str!("../../assets/themes/dark.toml"),
            Self::Light => include_str!("../../assets/themes/light.toml"),
            Self::HighContrast => include_str!("../../assets/themes/high-contrast.toml"),
            Self::CatppuccinMocha => include_str!("../../assets/themes/catppuccin-mocha.toml"),
            Self::CatppuccinLatte => include_str!("../../assets/themes/catppuccin-latte.toml"),
            Self::GruvboxDark => include_str!("../../assets/themes/gruvbox-dark.toml"),
            Self::GruvboxLight => include_str!("../../assets/themes/gruvbox-light.toml"),
            Self::TokyoNight => include_str!("../../assets/themes/tokyonight.toml"),
            Self::Nord => include_str!("../../assets/themes/nord.toml"),
            Self::RosePine => include_str!("../../assets/themes/rose-pine.toml"),
            Self::SolarizedDark => include_str!("../../assets/themes/solarized-dark.toml"),
            Self::SolarizedLight => include_str!("../../assets/themes/solarized-light.toml"),
            Self::Dracula => include_str!("../../assets/themes/dracula.toml"),
            Self::OneDark => include_str!("../../assets/themes/one-dark.toml"),
        }
    }
}

/// A style as a theme file has it: colours by name, number or `#rrggbb`, and modifiers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // one switch for each modifier a theme file can name
struct Ink {
    #[serde(deserialize_with = "deserialize_color")]
    fg: Option<Color>,
    #[serde(deserialize_with = "deserialize_color")]
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
    reverse: bool,
    strike: bool,
}

/// A colour by name, number or `#rrggbb`.
fn deserialize_color<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Color>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(|_| D::Error::custom(format!("\"{text}\" is not a colour")))
}

impl Ink {
    fn style(&self) -> Style {
        let mut style = Style::new();
        style.fg = self.fg;
        style.bg = self.bg;
        let switches = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.italic, Modifier::ITALIC),
            (self.underline, Modifier::UNDERLINED),
            (self.reverse, Modifier::REVERSED),
            (self.strike, Modifier::CROSSED_OUT),
        ];
        for (on, modifier) in switches {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }
}

macro_rules! theme {
    ($($role:ident $doc:literal),* $(,)?) => {
        /// One style for each thing that can be on screen.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Theme {
            /// The background of the conversation, and its plain text.
            pub base: Style,
            $(#[doc = $doc] pub $role: Style,)*
        }

        /// A theme file: colours to derive all roles from, then roles of their own. What it does
        /// not name is as in the theme it is based on.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct ThemeFile {
            #[serde(rename = "base")]
            based_on: Option<ThemeName>,
            colors: Option<Palette>,
            background: Option<Ink>,
            $($role: Option<Ink>,)*
        }

        impl ThemeFile {
            fn over(self, base: Theme) -> Theme {
                Theme {
                    base: self.background.map_or(base.base, |ink| ink.style()),
                    $($role: self.$role.map_or(base.$role, |ink| ink.style()),)*
                }
            }
        }

        impl Default for Theme {
            fn default() -> Self {
                Self { base: Style::new(), $($role: Style::new(),)* }
            }
        }

        impl Theme {
            /// The same theme with each colour changed.
            #[must_use]
            pub(super) fn with_colours(mut self, change: &dyn Fn(Color) -> Color) -> Self {
                self.base.fg = self.base.fg.map(change);
                self.base.bg = self.base.bg.map(change);
                $(
                    self.$role.fg = self.$role.fg.map(change);
                    self.$role.bg = self.$role.bg.map(change);
                )*
                self
            }

            /// Whether it has colours of its own, beyond the sixteen of every terminal.
            #[must_use]
            pub fn has_own_colours(&self) -> bool {
                let own = |colour: Option<Color>| {
                    matches!(colour, Some(Color::Rgb(..) | Color::Indexed(16..)))
                };
                own(self.base.bg) || [$(self.$role.fg, self.$role.bg),*].into_iter().any(own)
            }

            /// The same theme without a colour: bold, italic and reverse stay.
            #[must_use]
            pub fn without_colours(mut self) -> Self {
                self.base = Style::new();
                $(self.$role.fg = None; self.$role.bg = None;)*
                // What a background alone showed must be seen some other way.
                self.selected = self.selected.add_modifier(Modifier::REVERSED);
                self.selected_row = self.selected_row.add_modifier(Modifier::REVERSED);
                self.selected_text = self.selected_text.add_modifier(Modifier::REVERSED);
                self.found = self.found.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
                self.found_here = self.found_here.add_modifier(Modifier::REVERSED);
                self
            }
        }
    };
}

theme! {
    panel "The background of the list, of questions and of code.",
    raised "The background of the composer and of overlays.",
    text "Plain text.",
    muted "Metadata: models, ages, counts.",
    faint "Rules, hints and placeholders.",
    accent "Focus, the selection bar, the caret.",
    accent_end "The colour at the other end of the wordmark.",
    border "Lines between panes.",
    title "The title of the conversation on screen.",
    user "The bar beside a question.",
    assistant "The model under an answer.",
    question "The text of a question.",
    heading "A heading.",
    strong "Strong emphasis.",
    emphasis "Emphasis.",
    strike "Struck text.",
    code "Code within a line.",
    code_block "Code in a block.",
    code_keyword "Words of a language.",
    code_type "Types and other names in code.",
    code_function "Functions in code.",
    code_string "Text in code.",
    code_constant "Numbers and other constants in code.",
    code_comment "Comments in code.",
    code_tag "Tags and keys in code.",
    code_attribute "Attributes and annotations in code.",
    code_inserted "Lines a difference adds.",
    code_deleted "Lines a difference removes.",
    code_label "The language and number of a block.",
    link "A link.",
    quote "A quotation.",
    marker "Bullets, numbers and check boxes of lists.",
    rule "Rules and the lines of tables.",
    maths "Formulas.",
    selected "The row under the cursor.",
    selected_idle "The row under the cursor of a pane without the focus.",
    selected_row "The row under the cursor of an overlay.",
    selected_text "Text selected with the mouse or the keyboard.",
    found "What was looked for.",
    found_here "What was looked for, at the place shown.",
    mark "Marks in the list.",
    success "Something that is done.",
    info "A notice.",
    warning "A warning.",
    error "An error.",
    badge "The word that says this is the demo.",
    key "A key in help and status line.",
    placeholder "What stands where nothing is written yet.",
    hidden_character "A character that would have done something to the terminal.",
}

impl Theme {
    /// A built-in theme.
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
            Some(hues) => Palette::of_terminal(colors, &hues).theme(Canvas::Terminal),
            None => Self::built_in(ThemeName::Terminal),
        }
    }

    /// The surfaces that it paints on, where it has them; a terminal's own background is given.
    pub(super) fn surfaces(&self, own: Option<Rgb>) -> Option<Surfaces> {
        let background = |style: Style| style.bg.and_then(Rgb::of);
        Some(Surfaces {
            base: background(self.base).or(own)?,
            panel: background(self.panel)?,
            raised: background(self.raised)?,
            row: background(self.selected_row)?,
        })
    }

    fn parse_over(text: &str, otherwise: Self) -> Result<Self, String> {
        let file: ThemeFile = toml::from_str(text).map_err(|error| error.to_string())?;
        let derived = file.colors.map(|colors| colors.theme(Canvas::Theme));
        let base = derived.or_else(|| file.based_on.map(Self::built_in)).unwrap_or(otherwise);
        Ok(file.over(base))
    }
}

#[cfg(test)]
mod tests {
    use super::super::rgb::contrast;
    use super::*;

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
    fn pairs(theme: &Theme, palette: &Palette) -> Vec<(&'static str, Style, Style, f64)> {
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
