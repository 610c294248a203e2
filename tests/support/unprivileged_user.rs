//! Runs the program without privileges, even if the tests run as root.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::home::{Home, RunOutput};

/// The id of the user `nobody` (Linux, BSD).
const NOBODY: u32 = 65_534;

/// An ordinary user of a home.
pub struct UnprivilegedUser<'a> {
    home: &'a Home,
    program: PathBuf,
    is_nobody: bool,
}

impl<'a> UnprivilegedUser<'a> {
    /// The user of the tests, or where that is the superuser, another user, who gets the home.
    pub fn of(home: &'a Home) -> Self {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_duologue"));
        if !is_superuser(home.path()) {
            return Self { home, program, is_nobody: false };
        }
        // Other users may be unable to read the build folder.
        let copy = home.path().join("duologue");
        fs::copy(&program, &copy).unwrap();
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        give_to_nobody(home.path());
        let ordinary = Self { home, program: copy, is_nobody: true };
        let mut output = ordinary.command(&["--version"]).output();
        // A process that another test starts has the copy open for writing until it runs its program.
        while output.as_ref().is_err_and(|error| error.kind() == ErrorKind::ExecutableFileBusy) {
            output = ordinary.command(&["--version"]).output();
        }
        let can_run = output.as_ref().is_ok_and(|output| output.status.success());
        assert!(can_run, "The program cannot be run as another user: {output:?}");
        ordinary
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).env_clear().envs(self.home.environment());
        command.stdin(std::process::Stdio::null()).current_dir("/");
        if self.is_nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    pub fn run(&self, words: &[&str]) -> RunOutput {
        RunOutput::from(self.command(words).output().unwrap())
    }
}

/// Whether permissions mean nothing to this process.
fn is_superuser(folder: &Path) -> bool {
    let probe = folder.join("probe");
    fs::write(&probe, "x").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o000)).unwrap();
    let may = fs::read(&probe).is_ok();
    fs::remove_file(&probe).unwrap();
    may
}

fn give_to_nobody(path: &Path) {
    chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give_to_nobody(&entry.unwrap().path());
        }
    }
}
