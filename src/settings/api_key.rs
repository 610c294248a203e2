//! The API key: from the environment, a command or a private file. Must not get a `Debug` or `Display` that
//! shows the key, because settings are printed and logged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::error::SettingsError;
use super::keyring;
use super::value::SettingValue;

/// Where the key comes from.
#[derive(Debug, Clone)]
pub enum ApiKey {
    /// No key: right for servers that need none.
    None,
    /// The environment had it.
    Environment(SecretString),
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

    /// The key itself; runs the command, reads the file or asks the keyring.
    ///
    /// # Errors
    /// Returns an error where the command fails or prints nothing, the file is missing or readable by
    /// others, or the keyring cannot be used.
    pub fn read(&self) -> Result<Option<SecretString>, SettingsError> {
        match self {
            Self::None => Ok(None),
            Self::Environment(key) => Ok(Some(key.clone())),
            Self::Command(command) => run_command(command).map(Some),
            Self::File(path) => read_private(path).map(Some),
            Self::Keyring(host) => keyring::read(host).map_err(SettingsError::Keyring),
        }
    }
}

/// A key written into `config.toml` would be copied and shown with it.
impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom(
            "do not put the key in this file, which gets copied and shown. Delete the line and run \
             `duologue setup` to store the key, or use api_key_command, api_key_file or OPENAI_API_KEY",
        ))
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        matches!(self, Self::Environment(_)).then_some("set (never shown)").serialize(serializer)
    }
}

impl SettingValue for ApiKey {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::Environment(SecretString::from(text.trim().to_owned())))
    }
}

fn run_command(command: &str) -> Result<SecretString, SettingsError> {
    let failed = |why: String| SettingsError::KeyCommand(why);
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let done = Command::new(shell)
        .arg(flag)
        .arg(command)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !done.status.success() {
        return Err(failed(done.status.to_string()));
    }
    let printed = String::from_utf8_lossy(&done.stdout);
    first_line(&printed).ok_or_else(|| failed("it printed nothing".to_owned()))
}

fn read_private(path: &Path) -> Result<SecretString, SettingsError> {
    let problem = |why: String| SettingsError::KeyFile(path.to_path_buf(), why);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = fs::metadata(path).map_err(|error| problem(error.to_string()))?;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(problem(format!("others can read it (mode {mode:04o}); run chmod 600")));
        }
    }
    let text = fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
    first_line(&text).ok_or_else(|| problem("it is empty".to_owned()))
}

fn first_line(text: &str) -> Option<SecretString> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(SecretString::from(line.to_owned()))
}

impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Environment(one), Self::Environment(two)) => {
                one.expose_secret() == two.expose_secret()
            }
            (Self::Command(one), Self::Command(two)) => one == two,
            (Self::File(one), Self::File(two)) => one == two,
            (Self::Keyring(one), Self::Keyring(two)) => one == two,
            _ => false,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_command_gives_its_first_line_and_a_failing_one_says_so() {
        let key = ApiKey::Command("printf 'sk-test\\nnoise'".into()).read().unwrap().unwrap();
        assert_eq!(key.expose_secret(), "sk-test");
        let error = ApiKey::Command("exit 3".into()).read().unwrap_err();
        assert!(error.to_string().contains("exit status: 3"), "{error}");
        assert!(ApiKey::Command("true".into()).read().is_err());
    }

    #[test]
    fn a_file_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "sk-test\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = ApiKey::File(path.clone()).read().unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(ApiKey::File(path).read().unwrap().unwrap().expose_secret(), "sk-test");
    }

    #[test]
    fn the_key_is_never_part_of_a_debug_text() {
        let key = ApiKey::Environment(SecretString::from("sk-secret".to_owned()));
        assert!(!format!("{key:?}").contains("sk-secret"));
    }
}
