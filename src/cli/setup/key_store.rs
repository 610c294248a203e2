//! The places an API key can be kept in.

use clap::ValueEnum;

/// Where the key is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum KeyStore {
    /// The system keyring; a private file where there is none.
    Keyring,
    /// A file that only you can read.
    File,
    /// The environment: `OPENAI_API_KEY`.
    #[value(help = "The environment: OPENAI_API_KEY")]
    Environment,
    /// What a command prints, such as that of a password manager.
    Command,
    /// Nowhere: the server needs none.
    None,
}
