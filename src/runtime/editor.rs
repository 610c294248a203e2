//! The user's own editor on a text, in a private file that goes when it is done.
//! May not touch the terminal; it is the editor's while it runs.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::process::{Command, ExitStatus};

use tempfile::NamedTempFile;

/// Opens the user's editor on a text and waits for it.
///
/// # Errors
/// When it cannot be started, ends with a failure, or leaves something that is no text; in a
/// sentence.
pub fn edit(text: &str) -> Result<String, String> {
    let command = editor_command(&|name| std::env::var(name).ok());
    let mut file = file_with(text).map_err(|error| format!("no file to edit ({error})"))?;
    let status = run(&command, file.path())
        .map_err(|error| format!("{command} cannot be started ({error}). Set EDITOR to another"))?;
    if !status.success() {
        return Err(format!("{command} ended with a failure"));
    }
    match read(&mut file) {
        Ok(text) => Ok(text),
        Err(error) => {
            // What was saved is not thrown away, whatever it is.
            let place = file.keep().map(|(_, path)| path.display().to_string());
            let place = place.unwrap_or_else(|_| "nowhere".to_owned());
            Err(format!("what it saved cannot be read as text ({error}); it is in {place}"))
        }
    }
}

/// The editor the user has chosen, with its arguments.
fn editor_command(env: &dyn Fn(&str) -> Option<String>) -> String {
    let set = |name| env(name).filter(|value| !value.trim().is_empty());
    let fallback = if cfg!(windows) { "notepad" } else { "vi" };
    set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| fallback.to_owned())
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

/// The shell reads the command as the user wrote it, quotes and arguments included.
#[cfg(unix)]
fn run(command: &str, path: &std::path::Path) -> io::Result<ExitStatus> {
    let program = command.split_whitespace().next().unwrap_or_default();
    let quoted = command.contains(['"', '\'', '\\', '$', '~']);
    if !quoted {
        // Without the shell, a missing editor is told from one that failed.
        let words = command.split_whitespace().skip(1);
        return Command::new(program).args(words).arg(path).status();
    }
    let script = format!("exec {command} \"$1\"");
    Command::new("sh").arg("-c").arg(script).arg("sh").arg(path).status()
}

#[cfg(not(unix))]
fn run(command: &str, path: &std::path::Path) -> io::Result<ExitStatus> {
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default();
    Command::new(program).args(words).arg(path).status()
}

/// Many editors replace the file, so it is opened anew by its name.
fn read(file: &mut NamedTempFile) -> io::Result<String> {
    let mut text = String::new();
    if let Ok(mut fresh) = std::fs::File::open(file.path()) {
        fresh.read_to_string(&mut text)?;
    } else {
        file.seek(SeekFrom::Start(0))?;
        file.read_to_string(&mut text)?;
    }
    let text = text.replace("\r\n", "\n");
    // Editors end the last line; a message does not need that.
    Ok(text.strip_suffix('\n').map_or_else(|| text.clone(), str::to_owned))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_users_choice_comes_first_and_an_empty_one_is_none() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                let found = pairs.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            }
        };
        assert_eq!(editor_command(&env(&[("VISUAL", "code -w"), ("EDITOR", "ed")])), "code -w");
        assert_eq!(editor_command(&env(&[("VISUAL", " "), ("EDITOR", "ed")])), "ed");
        assert_eq!(editor_command(&env(&[])), "vi");
    }

    #[test]
    fn commands_with_arguments_and_quotes_are_run_on_the_file() {
        let file = file_with("one").unwrap();
        assert!(run("sed -i s/one/two/", file.path()).unwrap().success());
        assert!(run("sh -c 'printf \"three\\n\" > \"$1\"' sh", file.path()).unwrap().success());
        let mut file = file;
        assert_eq!(read(&mut file).unwrap(), "three");
        assert!(run("no-such-editor-anywhere", file.path()).is_err());
        assert!(!run("false", file.path()).unwrap().success());
    }
}
