//! `duologue doctor [FILE]`: checks a file as the web app would; `--fix` repairs it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::chat::{io_reason, shell_quote};
use crate::runtime::{self, clock};
use crate::settings::{Settings, UserName, open_regular};
use crate::store::doctor::repair_run::{self, RepairResult};
use crate::store::doctor::{Report, examine};
use crate::store::{ChatsFolder, StorePaths};

use super::confirm;
use super::doctor_presets::PresetsReport;
use super::doctor_report::{ChatsReport, ChatsStatus, WebVersionChoice, error_json};
use super::error::{CliError, code};
use super::output;

#[derive(Debug, Args)]
pub(super) struct DoctorArgs {
    /// The file to check; by default the shared file in use.
    file: Option<PathBuf>,
    /// The version of the web app that must accept the file.
    #[arg(long, alias = "era", value_enum, default_value_t = WebVersionChoice::Any)]
    web_version: WebVersionChoice,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Repair the file without losing text; a copy is kept in the state folder.
    #[arg(long)]
    fix: bool,
}

/// Checks a chats file, and the user's presets where no other file is named; repairs them with `--fix`.
/// The exit code tells the verdict that is left.
pub(super) fn run(settings: &Settings, args: &DoctorArgs) -> Result<u8, CliError> {
    let path = match &args.file {
        Some(path) => path.clone(),
        None => runtime::start::store_paths(settings).chats_file(),
    };
    let chats = check_chats(settings, args, &path);
    let presets = args.file.is_none().then(|| PresetsReport::of(settings, args.fix));
    if args.json {
        let mut all = match &chats {
            Ok(chats) => chats.as_json(),
            Err(error) => error_json(&path, error),
        };
        if let (Some(presets), Some(fields)) = (&presets, all.as_object_mut()) {
            fields.insert("presets".to_owned(), presets.as_json());
        }
        output::write_json(&all)?;
    } else {
        if let Ok(chats) = &chats {
            print_chats(settings, args, chats)?;
        }
        if let Some(presets) = &presets {
            presets.print()?;
        }
    }
    let chats_code = chats?.exit_code();
    let presets_code = presets.map_or(Ok(code::DONE), PresetsReport::exit_code)?;
    Ok(if chats_code == code::DONE { presets_code } else { chats_code })
}

fn check_chats(
    settings: &Settings,
    args: &DoctorArgs,
    path: &Path,
) -> Result<ChatsReport, CliError> {
    let about = |status, report| ChatsReport::new(path, args.web_version, status, report);
    let file = match open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && args.file.is_none() => {
            return Ok(about(ChatsStatus::Missing, Report::default()));
        }
        Err(error) => return Err(unreadable(path, &error)),
    };
    let report = examine(file).map_err(|error| unreadable(path, &error))?;
    if !args.fix || report.findings.is_empty() {
        return Ok(about(ChatsStatus::Checked, report));
    }
    Ok(match repair(&store_paths(settings, args)?)? {
        Some(mut repaired) => {
            let remaining = std::mem::take(&mut repaired.remaining);
            about(ChatsStatus::Repaired(repaired), remaining)
        }
        None => about(ChatsStatus::Declined, report),
    })
}

/// Prints the report, and the next step to standard error.
fn print_chats(
    settings: &Settings,
    args: &DoctorArgs,
    chats: &ChatsReport,
) -> Result<(), CliError> {
    output::write_clean(&chats.text())?;
    let step = match chats.status() {
        ChatsStatus::Missing => {
            format!("{} does not exist yet, so nothing was checked.", chats.path().display())
        }
        ChatsStatus::Declined => "Nothing was changed.".to_owned(),
        ChatsStatus::Checked if chats.exit_code() == code::DONE => return Ok(()),
        ChatsStatus::Checked => repair_hint(settings, args),
        ChatsStatus::Repaired(repair) => match &repair.backup {
            Some(backup) => {
                format!("A copy of the original file is kept in {}.", backup.display())
            }
            None => UNREADABLE.to_owned(),
        },
    };
    output::print_message(&step);
    Ok(())
}

/// Repairs a file; one that was cut off or damaged gives way to the last good version, where there is one.
/// `None` where the user does not want that.
fn repair(paths: &StorePaths) -> Result<Option<RepairResult>, CliError> {
    let last_good = repair_run::find_last_good(paths);
    if !may_repair(paths, last_good.as_deref())? {
        return Ok(None);
    }
    Ok(Some(match last_good {
        Some(last_good) => repair_run::restore_last_good(paths, &last_good, clock::now()),
        None => repair_run::repair_file(paths, clock::now()),
    }?))
}

/// Asks whether the file is to be replaced. Without a terminal nothing is asked, because a copy is kept.
fn may_repair(paths: &StorePaths, last_good: Option<&Path>) -> Result<bool, CliError> {
    if !confirm::can_ask() {
        return Ok(true);
    }
    let Some(last_good) = last_good else {
        let question = "The file is empty, and no earlier version of it is known. Begin without \
                        conversations?";
        let is_empty = repair_run::is_empty(paths);
        return Ok(!is_empty || confirm::ask_yes_or_no(question)? == Some(true));
    };
    let modified = fs::metadata(last_good).and_then(|about| about.modified());
    let time = modified.ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
    let zone = jiff::tz::TimeZone::system();
    let from = time.map_or_else(String::new, |time| {
        format!(" of {}", time.to_zoned(zone).strftime("%Y-%m-%d %H:%M"))
    });
    let question = if repair_run::is_empty(paths) {
        format!("The file is empty. Replace it with the last good version{from}?")
    } else {
        format!(
            "The file was cut off or damaged. Replace it with the last good version{from}, and add what \
             is newer in the file?"
        )
    };
    Ok(confirm::ask_yes_or_no(&question)? == Some(true))
}

const UNREADABLE: &str = "This file cannot be repaired. Move it away to start without conversations, or correct \
                          it in a text editor.";

/// How to repair the file that was checked.
fn repair_hint(settings: &Settings, args: &DoctorArgs) -> String {
    let is_hopeless = |paths: StorePaths| !repair_run::is_repairable(&paths);
    if store_paths(settings, args).is_ok_and(is_hopeless) {
        return UNREADABLE.to_owned();
    }
    match &args.file {
        None => "Run `duologue doctor --fix` to repair the file. A copy is kept.".to_owned(),
        Some(path) if user_of_file(path).is_some() => {
            let path = path.to_string_lossy();
            let path = shell_quote(&path);
            format!("Run `duologue doctor --fix {path}` to repair the file. A copy is kept.")
        }
        Some(_) => NAME_NOT_REPAIRABLE.to_owned(),
    }
}

const NAME_NOT_REPAIRABLE: &str = "Only files named NAME.json can be repaired. Rename the file \
                                   first.";

/// The user whose shared file has this name.
fn user_of_file(path: &Path) -> Option<UserName> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let user = UserName::new(name).ok()?;
    path.file_name().filter(|name| **name == *user.file_name())?;
    Some(user)
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::failed(format!("{} cannot be read: {}.", path.display(), io_reason(error)))
}

/// The paths of the store that the file belongs to; repairs need its trash and its lock.
fn store_paths(settings: &Settings, args: &DoctorArgs) -> Result<StorePaths, CliError> {
    let Some(path) = &args.file else { return Ok(runtime::start::store_paths(settings)) };
    let path = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    let Some((user, folder)) = user_of_file(&path).zip(path.parent()) else {
        return Err(CliError::usage(NAME_NOT_REPAIRABLE));
    };
    Ok(StorePaths::new(folder, user, ChatsFolder::Shared, &settings.paths.state)
        .with_cache(&settings.paths.cache))
}
