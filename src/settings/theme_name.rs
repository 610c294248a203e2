//! The names of the themes, and the files of the built-in ones.

use clap::ValueEnum;
use serde::Deserialize;

use super::value::value_name;

/// What is put over the terminal's own 16 colours on a dark background.
pub(super) const SIXTEEN_ON_DARK: &str = include_str!("../../assets/themes/terminal-dark.toml");
/// The same on a light background.
pub(super) const SIXTEEN_ON_LIGHT: &str = include_str!("../../assets/themes/terminal-light.toml");

/// Which theme the user asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // each is named after what it is
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
    /// White and pure hues on black.
    HighContrast,
    CatppuccinMocha,
    CatppuccinLatte,
    GruvboxDark,
    GruvboxLight,
    #[value(name = "tokyonight")]
    #[serde(rename = "tokyonight")]
    TokyoNight,
    Nord,
    RosePine,
    SolarizedDark,
    SolarizedLight,
    Dracula,
    OneDark,
}

impl ThemeName {
    /// Those that need no file in the folder of themes.
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
    pub(super) const fn file(self) -> &'static str {
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
