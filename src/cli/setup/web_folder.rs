//! The web app's chats folder, and which of the users found in it is yours.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::chat::io_reason;
use crate::cli::common_args::CommonArgs;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::settings::{UserName, expand_home};

use super::args::SetupArgs;
use super::questions::{Choice, Questions};

/// Where the web app keeps its chats, below its own folder (hcorion/ai-multitool bdc7763, 2026).
const CHATS_BELOW_APP: &str = "static/chats";

/// The folder and the user that share conversations with the web app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WebFolder {
    pub(super) chats: PathBuf,
    pub(super) user: String,
}

/// Whether a flag names the folder.
pub(super) fn is_named(args: &SetupArgs, common: &CommonArgs) -> bool {
    named_folder(args, common).is_some()
}

/// The folder of the flags, or the one the user names; `None` without a web app.
pub(super) fn choose(
    args: &SetupArgs,
    common: &CommonArgs,
    questions: &mut Questions,
) -> Result<Option<WebFolder>, CliError> {
    let chats = match named_folder(args, common) {
        Some(folder) => resolve_folder(folder)?,
        None => ask_folder(questions)?,
    };
    let Some(chats) = chats else { return Ok(None) };
    let is_named_as_chats = args.web_folder.is_none() && is_named(args, common);
    if !is_named_as_chats && !is_of_web_app(&chats) {
        confirm_other_folder(&chats, questions)?;
    }
    let user = choose_user(&chats, common, questions)?;
    Ok(Some(WebFolder { chats, user }))
}

fn named_folder(args: &SetupArgs, common: &CommonArgs) -> Option<PathBuf> {
    args.web_folder.clone().or_else(|| common.settings.text("chats").map(PathBuf::from))
}

/// The folder the user types, asked for until it can be used.
fn ask_folder(questions: &mut Questions) -> Result<Option<PathBuf>, CliError> {
    let question = "\nFolder of the web app that shares your conversations (Enter for none)";
    loop {
        match resolve_folder(questions.ask(question, "")?.into()) {
            Err(error) if questions.is_interactive() => output::print_message(&error.text),
            resolved => return resolved,
        }
    }
}

/// The folder of the chats; `None` where none was named.
fn resolve_folder(named: PathBuf) -> Result<Option<PathBuf>, CliError> {
    if named.as_os_str().is_empty() {
        return Ok(None);
    }
    let folder = expand_home(named, std::env::home_dir().as_deref());
    let chats = fs::canonicalize(chats_folder(&folder));
    let not_folder = || Err(io::Error::other("it is not a folder"));
    let chats = chats.and_then(|chats| if chats.is_dir() { Ok(chats) } else { not_folder() });
    chats.map(Some).map_err(|error| {
        let (shown, why) = (folder.display(), io_reason(&error));
        CliError::usage(format!(
            "The folder {shown} cannot be used: {why}. Create it, or name another."
        ))
    })
}

/// The folder of the chats, where the folder of the whole web app may have been named.
fn chats_folder(folder: &Path) -> PathBuf {
    let below = folder.join(CHATS_BELOW_APP);
    if below.is_dir() { below } else { folder.to_path_buf() }
}

/// Whether the web app has its chats in a folder, or will have them there.
fn is_of_web_app(chats: &Path) -> bool {
    chats.ends_with(CHATS_BELOW_APP) || !users_in(chats).is_empty()
}

/// Has a folder confirmed that is not known to be the web app's: once the web app is there, its chats
/// are in a folder below. Fails where it is not, or where nobody can be asked.
fn confirm_other_folder(chats: &Path, questions: &mut Questions) -> Result<(), CliError> {
    let shown = chats.display();
    let found = format!(
        "{shown} has neither a folder {CHATS_BELOW_APP} nor the conversations of a user, so it does not \
         look like the web app's."
    );
    if questions.is_interactive() {
        output::print_message(&found);
        if questions.confirm("Keep conversations in this folder anyway?")? {
            return Ok(());
        }
        return Err(CliError::failed("Nothing was changed."));
    }
    Err(CliError::usage(format!(
        "{found} Nothing was changed. Name the folder of the web app, or use --chats to keep \
         conversations in any other."
    )))
}

fn choose_user(
    chats: &Path,
    common: &CommonArgs,
    questions: &mut Questions,
) -> Result<String, CliError> {
    if let Some(user) = common.settings.text("user") {
        return Ok(user);
    }
    let login = UserName::of_login(&|name| std::env::var(name).ok()).to_string();
    let found = users_in(chats);
    let Some(first) = found.first() else {
        return questions.ask("Your user name in the web app", &login);
    };
    let position = found.iter().position(|user| *user == login);
    if !questions.is_interactive() {
        return match (position, found.len()) {
            (Some(_), _) => Ok(login),
            (None, 1) => Ok(first.clone()),
            (None, _) => Err(CliError::usage(format!(
                "The folder holds the chats of {}. Choose one with --user NAME.",
                found.join(", ")
            ))),
        };
    }
    match questions.choose("Which of these users are you?", &found)? {
        Choice::Index(index) => Ok(found.get(index).unwrap_or(first).clone()),
        Choice::Text(name) => Ok(name),
    }
}

/// The users with a file in the folder, in alphabetical order. The web app's temporary files and backups
/// end differently.
fn users_in(chats: &Path) -> Vec<String> {
    let entries = fs::read_dir(chats).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.filter_map(|entry| entry.file_name().into_string().ok());
    let mut users: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned)).collect();
    users.retain(|user| UserName::new(user).is_ok() && !user.starts_with('.'));
    users.sort();
    users
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_the_files_of_chats_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let chats = folder.path().join(CHATS_BELOW_APP);
        fs::create_dir_all(chats.join("bob")).unwrap();
        for name in ["bob.json", "ann.json", "ann.json.tmp.1.2", "ann.json.backup.3", "notes.txt"] {
            fs::write(chats.join(name), "{}").unwrap();
        }
        assert_eq!(chats_folder(folder.path()), chats);
        assert_eq!(users_in(&chats_folder(&chats)), ["ann", "bob"]);
    }
}
