//! The styles of all roles, and the theme files they are read from. Must not know what is drawn with
//! them.

use ratatui::style::{Color, Modifier, Style};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::rgb::Rgb;
use super::theme_name::ThemeName;
use super::theme_palette::{Surfaces, ThemePalette};

/// A style as it is written in a theme file: colours by name, number or `#rrggbb`, and modifiers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::struct_excessive_bools)] // one switch for each modifier a theme file can name
struct StyleEntry {
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
    text.parse().map(Some).map_err(|_| {
        D::Error::custom(format!("\"{text}\" is not a colour. Use #rrggbb, 0 to 255 or a name."))
    })
}

impl StyleEntry {
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
        pub(super) struct ThemeFile {
            #[serde(rename = "base")]
            pub(super) based_on: Option<ThemeName>,
            pub(super) colors: Option<ThemePalette>,
            background: Option<StyleEntry>,
            $($role: Option<StyleEntry>,)*
        }

        impl ThemeFile {
            pub(super) fn apply_to(self, base: Theme) -> Theme {
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

            /// Every role with its style.
            #[cfg(test)]
            pub(super) fn styles(&self) -> Vec<(&'static str, Style)> {
                vec![("base", self.base), $((stringify!($role), self.$role)),*]
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
    selected "The row under the cursor.",
    selected_idle "The row under the cursor of a pane without the focus.",
    selected_row "The row under the cursor of an overlay.",
    selected_text "Text selected with the mouse or the keyboard.",
    found "A match of a search.",
    found_here "The current match of a search.",
    mark "Marks in the list.",
    success "A success.",
    info "A notice.",
    warning "A warning.",
    error "An error.",
    badge "The demo badge.",
    key "A key in help and in the status line.",
    placeholder "The placeholder of an empty composer.",
    hidden_character "A character that could have controlled the terminal.",
}

/// The least contrast of text that is selected or found: that of WCAG 2.2, 1.4.3 (level AA), for text.
const MARKED_CONTRAST: f64 = 4.5;

impl Theme {
    /// The same theme with text in black or white where its own colour became hard to read on the background of
    /// a selection or a match.
    pub(super) fn with_readable_marks(mut self) -> Self {
        for style in [&mut self.selected_text, &mut self.found, &mut self.found_here] {
            if let (Some(text), Some(background)) = (style.fg, style.bg.and_then(Rgb::shown)) {
                style.fg = Some(background.readable_text(text, MARKED_CONTRAST));
            }
        }
        self
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
}
