//! The API key: from the environment, a command or a private file. Must not get a `Debug` or `Display` that
//! shows the key, because settings are printed and logged.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chat::text_encoding::decode;

use super::error::SettingsError;
use super::keyring;
use super::value::SettingValue;

/// How long a command that prints the key may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// How long to wait between two looks at whether a command has ended.
const WAIT_INTERVAL: Duration = Duration::from_millis(5);

/// The most bytes a command may print, or that are read of a key file.
const MAX_KEY_BYTES: u64 = 64 * 1024;

/// Where the key comes from.
#[derive(Debug, Clone, Default)]
pub enum ApiKey {
    /// No key: right for servers that need none.
    #[default]
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
            Self::Command(command) => run_command(command, COMMAND_TIMEOUT).map(Some),
            Self::File(path) => read_private(path).map(Some),
            Self::Keyring(host) => keyring::read(host).map_err(SettingsError::Keyring),
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
        matches!(self, Self::Environment(_)).then_some("set (never shown)").serialize(serializer)
    }
}

impl SettingValue for ApiKey {
    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::Environment(SecretString::from(text.trim().to_owned())))
    }
}

fn run_command(command: &str, limit: Duration) -> Result<SecretString, SettingsError> {
    let failed = |why: String| SettingsError::KeyCommand(why);
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = {
        let mut shell = Command::new(shell);
        shell.arg(flag).arg(command).stdin(Stdio::null()).stderr(Stdio::null());
        // A group of its own, so that the programs the shell starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell
    };
    let output = run_bounded(&mut command, limit, MAX_KEY_BYTES).map_err(failed)?;
    let printed = decode(output, None).map_err(|error| failed(error.to_string()))?;
    let key = first_line(&printed.text).ok_or_else(|| failed("it printed nothing".to_owned()))?;
    match variable_name(key.expose_secret()) {
        Some(name) => Err(failed(format!("it printed a line that sets the variable {name}"))),
        None => Ok(key),
    }
}

/// What a command prints, if it ends with success in time and prints no more than that many bytes.
fn run_bounded(command: &mut Command, limit: Duration, most: u64) -> Result<Vec<u8>, String> {
    let deadline = Instant::now().checked_add(limit);
    let reason = |error: io::Error| error.to_string();
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(reason)?;
    let (done_tx, done_rx) = channel();
    if let Some(output) = child.stdout.take() {
        let read = move || {
            let mut bytes = Vec::new();
            let read = output.take(most.saturating_add(1)).read_to_end(&mut bytes);
            let _ = done_tx.send(read.map(|_| bytes));
        };
        if let Err(error) = thread::Builder::new().name("key-command".into()).spawn(read) {
            kill_group(&mut child);
            return Err(reason(error));
        }
    }
    let printed = match done_rx.recv_timeout(limit) {
        Ok(Ok(bytes)) if u64::try_from(bytes.len()).is_ok_and(|length| length <= most) => Ok(bytes),
        Ok(Ok(_)) => Err(format!("it printed more than {} KB", most / 1024)),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("it did not end within {} seconds", limit.as_secs())),
    };
    // A command may close its output and go on.
    let ended = printed.and_then(|bytes| match wait_until(&mut child, deadline) {
        Some(status) if status.success() => Ok(bytes),
        Some(status) => Err(status.to_string()),
        None => Err(format!("it did not end within {} seconds", limit.as_secs())),
    });
    if ended.is_err() {
        kill_group(&mut child);
    }
    ended
}

/// How a command ended; `None` where it has not by then.
fn wait_until(child: &mut Child, deadline: Option<Instant>) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if deadline.is_none_or(|deadline| Instant::now() >= deadline) {
            return None;
        }
        thread::sleep(WAIT_INTERVAL);
    }
}

/// Ends a command and every program it started.
fn kill_group(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn read_private(path: &Path) -> Result<SecretString, SettingsError> {
    let problem = |why: String| SettingsError::KeyFile(path.to_path_buf(), why);
    let about = fs::metadata(path).map_err(|error| problem(error.to_string()))?;
    if !about.is_file() {
        return Err(problem("it is not a regular file".to_owned()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = about.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(problem(format!("others can read it (mode {mode:04o}); run chmod 600")));
        }
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| problem(error.to_string()))?;
    file.take(MAX_KEY_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| problem(error.to_string()))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_KEY_BYTES) {
        return Err(problem(format!("it is larger than {} KB", MAX_KEY_BYTES / 1024)));
    }
    let decoded = decode(bytes, None).map_err(|error| problem(error.to_string()))?;
    let key = first_line(&decoded.text).ok_or_else(|| problem("it is empty".to_owned()))?;
    if decoded.text.lines().filter(|line| !line.trim().is_empty()).count() > 1 {
        return Err(problem("it has several lines; leave only the key in it".to_owned()));
    }
    match variable_name(key.expose_secret()) {
        Some(name) => {
            Err(problem(format!("it sets the variable {name}; leave only the key in it")))
        }
        None => Ok(key),
    }
}

/// The name of the variable that a line of a shell script or of an `.env` file sets.
fn variable_name(line: &str) -> Option<&str> {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, _) = line.split_once('=')?;
    let is_name = name.contains('_') && name.starts_with(|c: char| c.is_ascii_uppercase());
    let is_of_names = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (is_name && name.chars().all(is_of_names)).then_some(name)
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
    fn a_command_that_does_not_end_or_prints_for_ever_is_stopped() {
        let run = |command, limit| {
            let started = std::time::Instant::now();
            let error = run_command(command, limit).unwrap_err().to_string();
            assert!(started.elapsed() < Duration::from_secs(9), "{command}");
            error
        };
        let endless = run("exec yes", COMMAND_TIMEOUT);
        assert!(endless.contains("more than 64 KB"), "{endless}");
        let silent = run("exec sleep 10", Duration::from_millis(50));
        assert!(silent.contains("did not end within"), "{silent}");
        let closed = run("echo sk; exec >&-; sleep 10", Duration::from_millis(50));
        assert!(closed.contains("did not end within"), "{closed}");
    }

    #[test]
    fn a_command_that_is_stopped_takes_its_programs_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let command =
            format!("sleep 100 & echo $! > '{0}.new'; mv '{0}.new' '{0}'; wait", path.display());
        run_command(&command, Duration::from_millis(700)).unwrap_err();
        let started: i32 = fs::read_to_string(path).unwrap().trim().parse().unwrap();
        let program = rustix::process::Pid::from_raw(started).unwrap();
        let deadline = Instant::now() + Duration::from_secs(5);
        let is_gone = || {
            let stat = fs::read_to_string(format!("/proc/{started}/stat")).unwrap_or_default();
            // Where nobody waits for orphans it stays a zombie.
            rustix::process::test_kill_process(program).is_err() || stat.contains(") Z ")
        };
        while !is_gone() {
            assert!(Instant::now() < deadline, "it still runs");
            thread::yield_now();
        }
    }

    #[test]
    fn a_key_file_holds_a_key_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
            ApiKey::File(path.clone()).read().map(|key| key.unwrap().expose_secret().to_owned())
        };
        let command = ApiKey::Command("echo 'export A_KEY=sk-1'".into()).read();
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
            let key = ApiKey::File(path.clone()).read().unwrap().unwrap();
            assert_eq!(key.expose_secret(), "sk-test");
        }
        let fifo = folder.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        fs::set_permissions(&fifo, fs::Permissions::from_mode(0o600)).unwrap();
        let error = ApiKey::File(fifo).read().unwrap_err().to_string();
        assert!(error.contains("not a regular file"), "{error}");
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
