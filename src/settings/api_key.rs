//! The API key: from the environment, a command or a private file. Must not get a `Debug` or `Display` that
//! shows the key, because settings are printed and logged.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chat::io_reason;
use crate::chat::text_encoding::decode;

use super::error::SettingsError;
use super::key_command::{self, KeyPrompt, MAX_KEY_BYTES, first_line, variable_name};
use super::keyring;
use super::regular_file::{check_regular, read_limited};
use super::value::SettingValue;

/// Where the key comes from.
#[derive(Debug, Clone, Default)]
pub enum ApiKey {
    /// No key: right for servers that need none.
    #[default]
    None,
    /// The environment had it, in the variable of this name.
    Environment(SecretString, String),
    /// It was typed a moment ago, and is stored nowhere yet.
    Typed(SecretString),
    /// A shell command prints it.
    Command(String),
    /// A file only its owner can read holds it.
    File(PathBuf),
    /// The system keyring holds it, under this host.
    Keyring(String),
}

impl ApiKey {
    /// Where the configuration file says the key is: the command wins over the file, and the file over
    /// the keyring, which is asked by the host of the server.
    #[must_use]
    pub fn from_config(
        command: Option<&String>,
        file: Option<&PathBuf>,
        keyring_host: Option<String>,
    ) -> Self {
        match (command, file, keyring_host) {
            (Some(command), ..) => Self::Command(command.clone()),
            (None, Some(path), _) => Self::File(path.clone()),
            (None, None, Some(host)) => Self::Keyring(host),
            (None, None, None) => Self::None,
        }
    }

    /// Where it comes from, for a sentence; `None` where there is none, or the user has just typed it.
    #[must_use]
    pub fn source_name(&self) -> Option<String> {
        match self {
            Self::None | Self::Typed(_) => None,
            Self::Environment(_, variable) => Some(variable.clone()),
            Self::Command(_) => Some("api_key_command in config.toml".to_owned()),
            Self::File(path) => Some(path.display().to_string()),
            Self::Keyring(_) => Some("the system keyring".to_owned()),
        }
    }

    /// Where the key of a table in the configuration file is: the command, then the file, then the
    /// variable it names.
    pub(super) fn of_entry(
        command: Option<&String>,
        file: Option<&PathBuf>,
        variable: Option<&str>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        match (Self::from_config(command, file, None), variable) {
            (Self::None, Some(variable)) => env(variable)
                .filter(|text| !text.trim().is_empty())
                .map(|text| Self::Environment(text.trim().to_owned().into(), variable.to_owned()))
                .unwrap_or_default(),
            (configured, _) => configured,
        }
    }

    /// The key itself; runs the command, which may ask its user something where `prompt` says so, reads
    /// the file or asks the keyring.
    ///
    /// # Errors
    /// Returns an error where the command fails or prints nothing, the file is missing or readable by
    /// others, or the keyring cannot be used.
    pub fn read(&self, prompt: KeyPrompt) -> Result<Option<SecretString>, SettingsError> {
        match self {
            Self::None => Ok(None),
            Self::Environment(key, _) | Self::Typed(key) => Ok(Some(key.clone())),
            Self::Command(command) => key_command::run(command, prompt).map(Some),
            Self::File(path) => read_private(path).map(Some),
            Self::Keyring(host) => keyring::read_from_keyring(host),
        }
    }
}

/// A key written into `config.toml` would be copied and shown with it.
impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(
            "Do not put the key in this file, which gets copied and shown. Delete the line and run \
             `duologue setup` to store the key, or use api_key_command, api_key_file or OPENAI_API_KEY.",
        ))
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        matches!(self, Self::Environment(..)).then_some("set (never shown)").serialize(serializer)
    }
}

impl SettingValue for ApiKey {
    fn parse(text: &str) -> Result<Self, String> {
        let key = SecretString::from(text.trim().to_owned());
        Ok(Self::Environment(key, "OPENAI_API_KEY".to_owned()))
    }
}

fn read_private(path: &Path) -> Result<SecretString, SettingsError> {
    let problem = |why: String| SettingsError::KeyFile(path.to_path_buf(), why);
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            problem("it does not exist. Correct api_key_file".to_owned())
        }
        _ => problem(io_reason(&error)),
    };
    let about = check_regular(path).map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(problem(format!(
                "others can read it (mode {mode:04o}). Run: chmod 600 {}",
                crate::chat::shell_quote(&path.to_string_lossy())
            )));
        }
    }
    let bytes = read_limited(path, MAX_KEY_BYTES).map_err(failed)?;
    decode_key(bytes).map_err(problem)?.ok_or_else(|| problem("it is empty".to_owned()))
}

/// The key in the bytes of a file or of standard input, in any encoding; `None` where there is nothing.
///
/// # Errors
/// In words, where they hold something else or more than a key.
pub fn decode_key(bytes: Vec<u8>) -> Result<Option<SecretString>, String> {
    let decoded = decode(bytes, None).map_err(|error| error.to_string())?;
    let Some(key) = first_line(&decoded.text) else { return Ok(None) };
    if decoded.text.lines().filter(|line| !line.trim().is_empty()).count() > 1 {
        return Err("it has several lines; leave only the key in it".to_owned());
    }
    match variable_name(key.expose_secret()) {
        Some(name) => Err(format!("it sets the variable {name}; leave only the key in it")),
        None => Ok(Some(key)),
    }
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Environment(one, _), Self::Environment(two, _))
            | (Self::Typed(one), Self::Typed(two)) => one.expose_secret() == two.expose_secret(),
            (Self::Command(one), Self::Command(two)) | (Self::Keyring(one), Self::Keyring(two)) => {
                one == two
            }
            (Self::File(one), Self::File(two)) => one == two,
            _ => false,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn a_key_file_holds_a_key_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            ApiKey::File(path.clone())
                .read(KeyPrompt::Never)
                .map(|key| key.unwrap().expose_secret().to_owned())
        };
        let command = ApiKey::Command("echo 'export A_KEY=sk-1'".into());
        let command = command.read(KeyPrompt::Never);
        let error = command.unwrap_err().to_string();
        assert!(error.contains("sets the variable A_KEY") && !error.contains("sk-1"), "{error}");
        for text in ["OPENAI_API_KEY=sk-1\n", "export OPENAI_API_KEY=\"sk-1\"\n"] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains("sets the variable OPENAI_API_KEY"), "{error}");
        }
        let error = read(b"sk-first\nhalf\n").unwrap_err().to_string();
        assert!(error.contains("several lines"), "{error}");
        let error = read(&vec![b'k'; 65 * 1024]).unwrap_err().to_string();
        assert!(error.contains("larger than 64 KB"), "{error}");
        assert_eq!(read(b"a2V5LW9m_bGV0dGVycw==\n").unwrap(), "a2V5LW9m_bGV0dGVycw==");
    }

    #[test]
    fn a_key_file_may_begin_with_a_byte_order_mark_and_must_be_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let utf16: Vec<u8> =
            "\u{feff}sk-test\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in ["\u{feff}sk-test\r\n".as_bytes(), &utf16] {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            let key = ApiKey::File(path.clone()).read(KeyPrompt::Never).unwrap().unwrap();
            assert_eq!(key.expose_secret(), "sk-test");
        }
        let fifo = folder.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        fs::set_permissions(&fifo, fs::Permissions::from_mode(0o600)).unwrap();
        let error = ApiKey::File(fifo).read(KeyPrompt::Never).unwrap_err().to_string();
        assert!(error.contains("not a regular file"), "{error}");
    }

    #[test]
    fn a_file_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "sk-test\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = ApiKey::File(path.clone()).read(KeyPrompt::Never).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(
            ApiKey::File(path).read(KeyPrompt::Never).unwrap().unwrap().expose_secret(),
            "sk-test"
        );
    }

    #[test]
    fn the_key_is_never_part_of_a_debug_text() {
        let key = ApiKey::Typed(SecretString::from("sk-secret".to_owned()));
        assert!(!format!("{key:?}").contains("sk-secret"));
    }
}
