//! `duologue doctor [FILE]`: checks a file as the web app would; `--fix` repairs it.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::runtime::{self, clock};
use crate::settings::{Settings, UserName};
use crate::store::doctor::repair_run::{self, RepairResult};
use crate::store::doctor::{Finding, Impact, Report, Verdict, WebVersion, examine};
use crate::store::{ChatsFolder, StorePaths};

use super::confirm;
use super::doctor_presets::{PresetsAction, PresetsReport};
use super::error::{CliError, code};
use super::output;

/// The most findings printed for people; `--json` has them all.
const MAX_PRINTED_FINDINGS: usize = 50;

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

/// The values of `--web-version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum WebVersionChoice {
    /// The current web app.
    #[value(alias = "head")]
    Current,
    /// The web app of 2025.
    #[value(name = "2025", alias = "o4mini")]
    V2025,
    /// Both.
    Any,
}

impl WebVersionChoice {
    const fn web_versions(self) -> &'static [WebVersion] {
        match self {
            Self::V2025 => &[WebVersion::V2025],
            Self::Current => &[WebVersion::Current],
            Self::Any => &[WebVersion::Current, WebVersion::V2025],
        }
    }
}

/// Checks a chats file, and the user's presets where no other file is named; repairs them with `--fix`.
/// The exit code tells the verdict that is left.
pub(super) fn run(settings: &Settings, args: &DoctorArgs) -> Result<u8, CliError> {
    let action = if args.fix { PresetsAction::Repair } else { PresetsAction::Report };
    let presets = args.file.is_none().then(|| PresetsReport::of(settings, action));
    let code = check_chats(settings, args, presets.as_ref().and_then(|it| it.as_ref().ok()))?;
    let Some(presets) = presets.transpose()? else { return Ok(code) };
    if !args.json {
        output::write_clean(&presets.text())?;
        if let Some(backup) = presets.backup() {
            output::print_message(&format!("A copy of the original presets is kept in {backup}."));
        } else if !presets.is_good() {
            output::print_message("`duologue doctor --fix` repairs the presets; a copy is kept.");
        }
    }
    let presets_code = if presets.is_good() { code::DONE } else { code::FAILED };
    Ok(if code == code::DONE { presets_code } else { code })
}

fn check_chats(
    settings: &Settings,
    args: &DoctorArgs,
    presets: Option<&PresetsReport>,
) -> Result<u8, CliError> {
    let path = match &args.file {
        Some(path) => path.clone(),
        None => runtime::start::store_paths(settings).chats_file(),
    };
    let file = match open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && args.file.is_none() => {
            output::print_message(&format!(
                "{} does not exist yet, so nothing was checked.",
                path.display()
            ));
            return Ok(code::DONE);
        }
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let report = examine(file).map_err(|error| unreadable(&path, &error))?;
    if args.fix && !report.findings.is_empty() {
        let Some(fixed) = repair(&store_paths(settings, args)?)? else {
            output::print_message("Nothing was changed.");
            return Ok(exit_code(&report, args.web_version));
        };
        print_repair(&path, args, &fixed, presets)?;
        return Ok(exit_code(&fixed.remaining, args.web_version));
    }
    if args.json {
        output::write_json(&as_json(&path, &report, args.web_version, None, presets))?;
    } else {
        output::write_clean(&as_text(&path, &report, args.web_version))?;
        if exit_code(&report, args.web_version) != code::DONE {
            output::print_message(&repair_hint(args));
        }
    }
    Ok(exit_code(&report, args.web_version))
}

/// Repairs a file; one that was cut off gives way to the last good version, where there is one.
/// `None` where the user does not want that.
fn repair(paths: &StorePaths) -> Result<Option<RepairResult>, CliError> {
    let repaired = match repair_run::find_last_good(paths) {
        Some(last_good) if !may_restore(&last_good)? => return Ok(None),
        Some(last_good) => repair_run::restore_last_good(paths, &last_good, clock::now()),
        None => repair_run::repair_file(paths, clock::now()),
    };
    Ok(Some(repaired?))
}

/// Asks on a terminal; without one nobody could answer, and a copy is kept.
fn may_restore(last_good: &Path) -> Result<bool, CliError> {
    if !confirm::can_ask() {
        return Ok(true);
    }
    let modified = fs::metadata(last_good).and_then(|about| about.modified());
    let time = modified.ok().and_then(|time| jiff::Timestamp::try_from(time).ok());
    let zone = jiff::tz::TimeZone::system();
    let from = time.map_or_else(String::new, |time| {
        format!(" of {}", time.to_zoned(zone).strftime("%Y-%m-%d %H:%M"))
    });
    confirm::ask_yes_or_no(&format!(
        "The file was cut off. Replace it with the last good version{from}, and add what is newer in \
         the file?"
    ))
}

/// How to repair the file that was checked.
fn repair_hint(args: &DoctorArgs) -> String {
    match &args.file {
        None => "Run `duologue doctor --fix` to repair the file. A copy is kept.".to_owned(),
        Some(path) if user_of_file(path).is_some() => {
            let path = path.display();
            format!("Run `duologue doctor --fix \"{path}\"` to repair the file. A copy is kept.")
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

fn open(path: &Path) -> std::io::Result<File> {
    let about = fs::metadata(path)?;
    // Some systems open a folder, and reading it then fails with an unhelpful error.
    if about.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    // Opening a pipe waits for a writer, and a device may never end.
    if !about.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    File::open(path)
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::usage(format!("{} cannot be read: {error}.", path.display()))
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

fn exit_code(report: &Report, choice: WebVersionChoice) -> u8 {
    let verdicts = choice.web_versions().iter().map(|version| report.verdict(*version));
    let worst = verdicts.max_by_key(|verdict| match verdict {
        Verdict::Accepted => 0,
        Verdict::Unsavable => 1,
        Verdict::Rejected => 2,
    });
    match worst {
        Some(Verdict::Rejected) => code::FAILED,
        Some(Verdict::Unsavable) => code::UNSAVABLE,
        Some(Verdict::Accepted) | None => code::DONE,
    }
}

/// The names of the versions in `--json`.
const fn web_version_name(version: WebVersion) -> &'static str {
    match version {
        WebVersion::V2025 => "o4mini",
        WebVersion::Current => "head",
    }
}

/// The findings about the chosen versions.
fn concerning(report: &Report, choice: WebVersionChoice) -> impl Iterator<Item = &Finding> {
    let concerns = move |finding: &&Finding| {
        choice.web_versions().iter().any(|version| finding.versions.has(*version))
    };
    report.findings.iter().filter(concerns)
}

fn as_text(path: &Path, report: &Report, choice: WebVersionChoice) -> String {
    let what = if report.conversations == 1 { "conversation" } else { "conversations" };
    let mut text = format!("{}: {} {what}.\n", path.display(), report.conversations);
    for version in choice.web_versions() {
        let subject = match version {
            WebVersion::Current => "The current web app",
            WebVersion::V2025 => "The web app of 2025",
        };
        let predicate = match report.verdict(*version) {
            Verdict::Accepted => "accepts the file",
            Verdict::Unsavable => "reads the file but could not save it",
            Verdict::Rejected => "would discard the whole file",
        };
        text.push_str(&format!("{subject} {predicate}.\n"));
    }
    let findings: Vec<&Finding> = concerning(report, choice).collect();
    for finding in findings.iter().take(MAX_PRINTED_FINDINGS) {
        text.push_str(&format!("  {}\n", line(finding)));
    }
    if findings.len() > MAX_PRINTED_FINDINGS {
        text.push_str(&format!(
            "  … and {} more (--json prints all).\n",
            findings.len().saturating_sub(MAX_PRINTED_FINDINGS)
        ));
    }
    text
}

/// A finding on one line.
fn line(finding: &Finding) -> String {
    let mut text = format!("line {} (byte {})", finding.line, finding.position);
    if let Some(id) = &finding.conversation {
        text.push_str(&format!(", conversation {id}"));
    }
    if let Some(number) = finding.message {
        text.push_str(&format!(", message {}", number.saturating_add(1)));
    }
    if !finding.key.is_empty() {
        text.push_str(&format!(", {}", finding.key));
    }
    let has = |version| finding.versions.has(version);
    let versions = match (has(WebVersion::Current), has(WebVersion::V2025)) {
        (true, true) => "both versions",
        (true, false) => "current version",
        (false, _) => "2025 version",
    };
    format!("{text}: {} ({}; {versions}).", finding.reason, impact_text(finding.impact))
        .replace('\n', " ")
}

const fn impact_text(impact: Impact) -> &'static str {
    match impact {
        Impact::Rejected => "rejected",
        Impact::Unsavable => "cannot be saved",
        Impact::NoSidebar => "the browser shows no list",
        Impact::UnreadableHere => "duologue cannot read it",
    }
}

fn as_json(
    path: &Path,
    report: &Report,
    choice: WebVersionChoice,
    fixed: Option<&RepairResult>,
    presets: Option<&PresetsReport>,
) -> Value {
    let verdict = |version: &WebVersion| {
        let word = match report.verdict(*version) {
            Verdict::Accepted => "good",
            Verdict::Unsavable => "frozen",
            Verdict::Rejected => "rejected",
        };
        (web_version_name(*version).to_owned(), Value::from(word))
    };
    let mut object = json!({
        "file": path.display().to_string(),
        "conversations": report.conversations,
        "verdicts": choice.web_versions().iter().map(verdict).collect::<serde_json::Map<_, _>>(),
        "findings": concerning(report, choice).map(finding_json).collect::<Vec<_>>(),
    });
    if let (Some(presets), Some(fields)) = (presets, object.as_object_mut()) {
        fields.insert("presets".to_owned(), presets.as_json());
    }
    if let (Some(fixed), Some(fields)) = (fixed, object.as_object_mut()) {
        let fixed = json!({
            "backup": fixed.backup.as_ref().map(|path| path.display().to_string()),
            "mended": fixed.text_repairs,
            "repaired": fixed.repaired.iter().map(finding_json).collect::<Vec<_>>(),
        });
        fields.insert("fixed".to_owned(), fixed);
    }
    object
}

fn finding_json(finding: &Finding) -> Value {
    let versions = [WebVersion::Current, WebVersion::V2025]
        .into_iter()
        .filter(|version| finding.versions.has(*version));
    let effect = match finding.impact {
        Impact::Rejected => "rejected",
        Impact::Unsavable => "frozen",
        Impact::NoSidebar => "no_sidebar",
        Impact::UnreadableHere => "not_read_here",
    };
    json!({
        "conversation": finding.conversation,
        "message": finding.message,
        "key": finding.key,
        "reason": finding.reason,
        "effect": effect,
        "eras": versions.map(web_version_name).collect::<Vec<_>>(),
        "line": finding.line,
        "byte": finding.position,
        "repair": finding.repair.describe(),
    })
}

fn print_repair(
    path: &Path,
    args: &DoctorArgs,
    fixed: &RepairResult,
    presets: Option<&PresetsReport>,
) -> Result<(), CliError> {
    if args.json {
        let all = as_json(path, &fixed.remaining, args.web_version, Some(fixed), presets);
        return output::write_json(&all);
    }
    let mut text = String::new();
    for repair in &fixed.text_repairs {
        text.push_str(&format!("{repair}\n"));
    }
    for finding in fixed.repaired.iter().take(MAX_PRINTED_FINDINGS) {
        text.push_str(&format!("{} Repair: {}.\n", line(finding), finding.repair.describe()));
    }
    if fixed.repaired.len() > MAX_PRINTED_FINDINGS {
        text.push_str(&format!(
            "… and {} more.\n",
            fixed.repaired.len().saturating_sub(MAX_PRINTED_FINDINGS)
        ));
    }
    text.push_str(&as_text(path, &fixed.remaining, args.web_version));
    output::write_clean(&text)?;
    match &fixed.backup {
        Some(backup) => {
            output::print_message(&format!(
                "A copy of the original file is kept in {}.",
                backup.display()
            ));
        }
        None => output::print_message("Nothing could be repaired. The file is unchanged."),
    }
    Ok(())
}
