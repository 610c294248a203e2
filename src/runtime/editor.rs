//! Opens a text in the user's editor, through a private temporary file.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, ExitStatus};

use tempfile::NamedTempFile;

use crate::chat::io_reason;
use crate::settings::hide_api_key;

use super::environment::{value, variable};

/// Opens a text in the user's editor, waits for its end and returns what it saved.
///
/// # Errors
/// The reason, without a full stop, when the editor cannot be started, fails, or saves no UTF-8.
pub(super) fn edit(text: &str) -> Result<String, String> {
    edit_with(&editor_command(&variable), text)
}

fn edit_with(command: &str, text: &str) -> Result<String, String> {
    let mut file = file_with(text)
        .map_err(|error| format!("no temporary file could be created ({})", io_reason(&error)))?;
    let status = run(command, file.path()).map_err(|error| {
        let why = io_reason(&error);
        format!("{command} could not be started ({why}). Set EDITOR to another editor")
    })?;
    let why = match (status.success(), read(&mut file)) {
        (true, Ok(edited)) => return Ok(edited),
        (true, Err(error)) => {
            format!("the saved file is not readable text ({})", io_reason(&error))
        }
        (false, Ok(edited)) if edited.trim_end() == text.trim_end() => {
            return Err(exit_reason(command, status));
        }
        (false, _) => exit_reason(command, status),
    };
    // The file is all there is of what was written.
    match file.keep() {
        Ok((_, path)) => Err(format!("{why}; what it saved is in {}", path.display())),
        Err(_) => Err(why),
    }
}

fn exit_reason(command: &str, status: ExitStatus) -> String {
    match status.code() {
        Some(_) => format!("{command} exited with an error"),
        None => format!("{command} was ended by a signal"),
    }
}

/// Returns the editor of VISUAL or EDITOR with its arguments, else the system's.
fn editor_command(env: &dyn Fn(&str) -> Option<String>) -> String {
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    let set = value(env, "VISUAL").or_else(|| value(env, "EDITOR"));
    set.unwrap_or_else(|| fallback.to_owned())
}

fn file_with(text: &str) -> io::Result<NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("duologue-").suffix(".md").tempfile()?;
    file.write_all(text.as_bytes())?;
    if !text.is_empty() && !text.ends_with('\n') {
        file.write_all(b"\n")?;
    }
    file.flush()?;
    Ok(file)
}

/// Runs the command with the path as its last argument. A shell splits it where it has quotes.
#[cfg(unix)]
fn run(command: &str, path: &std::path::Path) -> io::Result<ExitStatus> {
    let program = command.split_whitespace().next().unwrap_or_default();
    let quoted = command.contains(['"', '\'', '\\', '$', '~']);
    if !quoted {
        // Unlike a shell, this tells a missing editor from one that failed.
        let args = command.split_whitespace().skip(1);
        return hide_api_key(Command::new(program).args(args).arg(path)).status();
    }
    let script = format!("exec {command} \"$1\"");
    hide_api_key(Command::new("sh").arg("-c").arg(script).arg("sh").arg(path)).status()
}

#[cfg(not(unix))]
fn run(command: &str, path: &std::path::Path) -> io::Result<ExitStatus> {
    let mut args = command.split_whitespace();
    let program = args.next().unwrap_or_default();
    hide_api_key(Command::new(program).args(args).arg(path)).status()
}

/// Opens the file again by its name, because many editors replace it.
fn read(file: &mut NamedTempFile) -> io::Result<String> {
    let mut text = String::new();
    if let Ok(mut fresh) = std::fs::File::open(file.path()) {
        fresh.read_to_string(&mut text)?;
    } else {
        file.seek(SeekFrom::Start(0))?;
        file.read_to_string(&mut text)?;
    }
    let text = text.replace("\r\n", "\n");
    // Most editors end the last line with a newline that the user did not write.
    Ok(text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn visual_comes_before_editor_and_a_blank_value_counts_as_unset() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            }
        };
        assert_eq!(editor_command(&env(&[("VISUAL", "code -w"), ("EDITOR", "ed")])), "code -w");
        assert_eq!(editor_command(&env(&[("VISUAL", " "), ("EDITOR", "ed")])), "ed");
        assert_eq!(editor_command(&env(&[])), "vi");
    }

    /// An editor that saves "saved", and then does something else.
    fn saving(then: &str) -> String {
        format!("sh -c 'printf saved > \"$1\"; {then}' sh")
    }

    #[test]
    fn what_an_editor_saved_before_it_failed_is_kept_and_named() {
        for (then, why) in [("exit 3", "exited with an error"), ("kill -9 $$", "by a signal")] {
            let error = edit_with(&saving(then), "before").unwrap_err();
            assert!(error.contains(why), "{error}");
            let path = error.split("what it saved is in ").nth(1).unwrap();
            assert_eq!(std::fs::read_to_string(path).unwrap(), "saved");
            std::fs::remove_file(path).unwrap();
        }
        assert_eq!(edit_with(&saving("exit 0"), "before").unwrap(), "saved");
    }

    #[test]
    fn an_editor_that_fails_without_saving_leaves_no_file() {
        let note = tempfile::NamedTempFile::new().unwrap();
        let command = format!("sh -c 'printf %s \"$1\" > {}; exit 1' sh", note.path().display());
        let error = edit_with(&command, "before").unwrap_err();
        assert!(error.ends_with("exited with an error"), "{error}");
        let path = std::fs::read_to_string(note.path()).unwrap();
        assert!(path.contains("duologue-") && !std::path::Path::new(&path).exists(), "{path}");
    }

    #[test]
    fn an_editor_command_may_have_arguments_and_quotes() {
        let file = file_with("one").unwrap();
        assert!(run("sed -i s/one/two/", file.path()).unwrap().success());
        assert!(run("sh -c 'printf \"three\\n\" > \"$1\"' sh", file.path()).unwrap().success());
        let mut file = file;
        assert_eq!(read(&mut file).unwrap(), "three");
        assert!(run("no-such-editor-anywhere", file.path()).is_err());
        assert!(!run("false", file.path()).unwrap().success());
    }
}
