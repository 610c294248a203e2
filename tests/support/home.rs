//! A separate home folder for each test, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home folder with a chats folder in it.
pub struct Home {
    path: PathBuf,
    /// Removed with it, unless it belongs to another `Home`.
    _folder: Option<TempDir>,
    base_url: Option<String>,
}

/// What a run of the program said.
pub struct RunOutput {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("chats")).unwrap();
        Self { path: folder.path().to_owned(), _folder: Some(folder), base_url: None }
    }

    /// The home another process has made.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), _folder: None, base_url: None }
    }

    /// Questions go to this server.
    pub fn with_server(mut self, base_url: String) -> Self {
        self.base_url = Some(base_url);
        self
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn chats(&self) -> PathBuf {
        self.path.join("chats")
    }

    /// The shared file of the user `ann`.
    pub fn file(&self) -> PathBuf {
        self.chats().join("ann.json")
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(self.file()).unwrap()
    }

    /// The environment the program runs in, nothing of the machine's own settings in it.
    pub fn environment(&self) -> Vec<(String, String)> {
        let below = |name: &str| self.path.join(name).display().to_string();
        let mut all = vec![
            ("PATH".to_owned(), std::env::var("PATH").unwrap_or_default()),
            ("HOME".to_owned(), self.path.display().to_string()),
            ("XDG_CONFIG_HOME".to_owned(), below("config")),
            ("XDG_DATA_HOME".to_owned(), below("data")),
            ("XDG_STATE_HOME".to_owned(), below("state")),
            ("XDG_CACHE_HOME".to_owned(), below("cache")),
            ("LANG".to_owned(), "C.UTF-8".to_owned()),
            ("DUOLOGUE_USER".to_owned(), "ann".to_owned()),
            ("DUOLOGUE_CHATS".to_owned(), self.chats().display().to_string()),
        ];
        if let Some(url) = &self.base_url {
            all.push(("OPENAI_BASE_URL".to_owned(), url.clone()));
            all.push(("DUOLOGUE_WEB_BASE_URL".to_owned(), url.clone()));
            all.push(("DUOLOGUE_CONTEXT".to_owned(), "chain".to_owned()));
        }
        all
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duologue"));
        command.args(words).env_clear().envs(self.environment()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> RunOutput {
        RunOutput::from(self.command(words).output().unwrap())
    }

    /// Runs with text piped in.
    pub fn run_with_input(&self, words: &[&str], input: &str) -> RunOutput {
        Self::feed(self.command(words), input)
    }

    /// Runs a command with text piped in.
    pub fn feed(mut command: Command, input: &str) -> RunOutput {
        use std::io::Write;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that fails before it reads has closed the pipe already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        RunOutput::from(child.wait_with_output().unwrap())
    }
}

impl From<Output> for RunOutput {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
