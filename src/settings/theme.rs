//! Themes: styles by role, read from the theme files in `assets/themes`.

use clap::ValueEnum;
use ratatui::style::{Color, Modifier, Style};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::value::value_name;

/// Which theme the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeName {
    /// Dark or light, as the terminal is.
    #[default]
    Auto,
    /// For dark backgrounds, in full colour.
    Dark,
    /// For light backgrounds, in full colour.
    Light,
    /// The strongest differences.
    HighContrast,
    /// The terminal's own 16 colours.
    Terminal,
}

impl ThemeName {
    /// Every theme that is built in.
    pub const BUILT_IN: [Self; 4] = [Self::Terminal, Self::Dark, Self::Light, Self::HighContrast];

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
            $(#[doc = $doc] pub $role: Style,)*
        }

        /// A theme file: what it does not name is as in the theme it is based on.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Inks {
            base: Option<ThemeName>,
            $($role: Option<Ink>,)*
        }

        impl Inks {
            fn over(self, base: Theme) -> Theme {
                Theme { $($role: self.$role.map_or(base.$role, |ink| ink.style()),)* }
            }
        }

        impl Default for Theme {
            fn default() -> Self {
                Self { $($role: Style::new(),)* }
            }
        }

        impl Theme {
            /// The same theme with each colour changed.
            #[must_use]
            pub fn with_colours(mut self, change: fn(Color) -> Color) -> Self {
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
                [$(self.$role.fg, self.$role.bg),*].into_iter().any(own)
            }

            /// The same theme without a colour: bold, italic and reverse stay.
            #[must_use]
            pub fn without_colours(mut self) -> Self {
                $(self.$role.fg = None; self.$role.bg = None;)*
                // What a background alone showed must be seen some other way.
                self.selected = self.selected.add_modifier(Modifier::REVERSED);
                self
            }
        }
    };
}

theme! {
    text "Body text.",
    faint "Times, ids and hints.",
    border "Lines between panes.",
    title "The title of the open conversation.",
    user "The name above a question.",
    assistant "The name above an answer.",
    question "The text of a question.",
    heading "A heading.",
    strong "Strong emphasis.",
    emphasis "Emphasis.",
    strike "Strikethrough text.",
    code "Inline code.",
    code_block "Code in a block.",
    code_keyword "Keywords.",
    code_type "Types and other names in code.",
    code_function "Functions in code.",
    code_string "Strings in code.",
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
    selected "The selected row.",
    selected_idle "The selected row of a pane without focus.",
    found "A search match.",
    found_here "The current search match.",
    mark "Marks in the list.",
    info "A notice.",
    warning "A warning.",
    error "An error.",
    badge "The demo badge.",
    key "A key in help and in the status line.",
    placeholder "The placeholder of an empty composer.",
    hidden_character "A character that could have controlled the terminal.",
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

    fn parse_over(text: &str, otherwise: Self) -> Result<Self, String> {
        let inks: Inks = toml::from_str(text).map_err(|error| error.to_string())?;
        let base = inks.base.map_or(otherwise, Self::built_in);
        Ok(inks.over(base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_theme_reads_and_tells_questions_answers_and_cursor_apart() {
        for text in ["auto", "dark", "light", "high-contrast", "terminal"] {
            let name = ThemeName::from_str(text, false).unwrap();
            assert_eq!(name.name(), text);
            let theme = Theme::parse(name.file()).unwrap();
            assert_ne!(theme.user, theme.assistant);
            assert_ne!(theme.selected, theme.text);
        }
    }

    #[test]
    fn without_colours_the_cursor_is_still_seen() {
        for name in [ThemeName::Dark, ThemeName::Terminal] {
            let theme = Theme::built_in(name).without_colours();
            assert_eq!(theme.selected.fg, None);
            assert!(!theme.selected.add_modifier.is_empty());
        }
    }
}
