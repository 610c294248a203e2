//! The macro that defines the settings, their file form and their documentation from one entry each.

/// Makes `Settings`, `FileSettings` (what `config.toml` may hold) and the table `SETTINGS`.
///
/// An entry is
///
/// ```text
/// /// One sentence, for help, man page and docs/configuration.md.
/// personal|common NAME: TYPE = DEFAULT,
///     default "in words", within MIN..=MAX, format CHECK, flag "--name VALUE", env ["VARIABLE"];
/// ```
///
/// where all of the second line may be missing, in part or whole. The demo takes over `common`
/// settings and has the defaults of `personal` ones. A value outside its range or format is refused
/// wherever it was set. `DEFAULT` may name the settings above it, and
/// the environment and the folders as the first line of the table calls them.
macro_rules! settings {
    (
        defaults from |$env:ident, $paths:ident|;
        $(
            $(#[doc = $doc:literal])+
            $group:ident $name:ident: $type:ty = $default:expr
                $(, default $words:literal)?
                $(, within $range:expr)?
                $(, format $check:path)?
                $(, flag $flag:literal)?
                $(, env [$($variable:literal),+])?;
        )*
    ) => {
        /// Everything the user set, and what the program needs to know beside it.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_excessive_bools)] // a switch in `config.toml` is a `bool` here
        pub struct Settings {
            $($(#[doc = $doc])+ pub $name: $type,)*
            /// What was named on its own: no preset replaces it.
            pub named: NamedOptions,
            /// What earlier runs learned about the server.
            pub capabilities: ServerCapabilities,
            /// Every server with what is its own.
            pub(super) known_servers: KnownServers,
            /// Where the program keeps its things.
            pub paths: Paths,
            /// Whether the built-in demo server answers.
            pub demo: bool,
        }

        /// What `config.toml` says. Every key is optional; an unknown one is an error.
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct FileSettings {
            $($name: Option<Written<$type>>,)*
        }

        /// Every setting, in the order it is shown in.
        pub const SETTINGS: &[Setting] = &[$(entries::$name),*];

        #[allow(non_upper_case_globals)] // the names of the settings
        mod entries {
            use super::*;

            $(pub(super) const $name: Setting = Setting {
                name: stringify!($name),
                doc: concat!($($doc),+).trim_ascii(),
                default: only(&[$($words)?]),
                range: only(&[$(stringify!($range))?]),
                flag: only(&[$($flag)?]),
                variables: &[$($($variable),+)?],
                allows_dash: <$type as SettingValue>::ALLOWS_DASH,
                possible_values: <$type as SettingValue>::possible_values,
            };)*
        }

        impl Settings {
            /// Finds the value of every setting.
            ///
            /// # Errors
            /// When one cannot be used.
            pub(super) fn find(
                lookup: &mut SettingLookup<'_>,
                file: FileSettings,
                $paths: &Paths,
            ) -> Result<Self, SettingsError> {
                let $env = lookup.env;
                $(
                    let $name: $type =
                        lookup.find(&entries::$name, file.$name.map(|Written(value)| value))?.unwrap_or_else(|| $default);
                    $(lookup.require(&entries::$name, || {
                        formats::within(&$name, &$range, &$default)
                    })?;)?
                    $(lookup.require(&entries::$name, || $check(&$name))?;)?
                )*
                Ok(Self {
                    $($name,)*
                    named: NamedOptions::of_flags(lookup),
                    capabilities: ServerCapabilities::default(),
                    known_servers: KnownServers::new(),
                    paths: $paths.clone(),
                    demo: false,
                })
            }

            /// The same common settings, with other folders and defaults for the personal ones.
            pub(super) fn without_personal(self, $paths: &Paths) -> Self {
                let $env = &|_: &str| None;
                $(let $name: $type = $group(self.$name, || $default);)*
                Self { $($name,)* paths: $paths.clone(), ..self }
            }

            /// Every setting with its value as people may see it.
            pub(super) fn shown(&self) -> Vec<(&'static Setting, Value)> {
                vec![$((&entries::$name, shown(&self.$name))),*]
            }
        }
    };
}
pub(super) use settings;

/// What the demo makes of a setting that is the same in it.
pub(super) fn common<T>(value: T, _default: impl FnOnce() -> T) -> T {
    value
}

/// What the demo makes of a setting that says who asks, what and where.
pub(super) fn personal<T>(_value: T, default: impl FnOnce() -> T) -> T {
    default()
}

/// The one thing of a list that has at most one.
pub(super) const fn only<T: Copy>(list: &[T]) -> Option<T> {
    match list {
        [one, ..] => Some(*one),
        [] => None,
    }
}
