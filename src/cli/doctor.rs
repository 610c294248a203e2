//! `duologue doctor [FILE]`: would the web app take the file, and `--fix`, which makes it so.
//! May not judge anything itself.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::runtime::{self, clock};
use crate::settings::{Settings, UserName};
use crate::store::doctor::fix::{self, Fixed};
use crate::store::doctor::{Effect, Era, Finding, Report, Verdict, examine};
use crate::store::{Folder, Place};

use super::output;
use super::problem::{Problem, code};

/// What is printed of many findings; `--json` has them all.
const SHOWN: usize = 50;

/// The words of the command.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Another file than the user's own.
    file: Option<PathBuf>,
    /// The version of the web app that has to take it.
    #[arg(long, value_enum, default_value_t = Which::Any)]
    era: Which,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Repair what is found, losing no text; the file as it was is kept in the state folder.
    #[arg(long)]
    fix: bool,
}

/// The values of `--era`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// The version of 2025.
    O4mini,
    /// Today's.
    Head,
    /// Both.
    Any,
}

impl Which {
    const fn eras(self) -> &'static [Era] {
        match self {
            Self::O4mini => &[Era::O4Mini],
            Self::Head => &[Era::Head],
            Self::Any => &[Era::Head, Era::O4Mini],
        }
    }
}

/// Judges a file, and repairs it where that is asked for; the exit code says what came of it.
///
/// # Errors
/// When the file cannot be read or written.
pub fn run(settings: &Settings, args: &DoctorArgs) -> Result<u8, Problem> {
    let path = match &args.file {
        Some(path) => path.clone(),
        None => runtime::start::place(settings).file(),
    };
    let file = match open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && args.file.is_none() => {
            output::say(&format!("{} does not exist yet: nothing to judge.", path.display()));
            return Ok(code::DONE);
        }
        Err(error) => return Err(unreadable(&path, &error)),
    };
    let report = examine(file).map_err(|error| unreadable(&path, &error))?;
    if args.fix && !report.findings.is_empty() {
        let fixed = fix::fix(&place(settings, args)?, clock::now())?;
        say_fixed(&path, args, &fixed)?;
        return Ok(exit(&fixed.left, args.era));
    }
    if args.json {
        output::write_json(&as_json(&path, &report, args.era, None))?;
    } else {
        output::write_clean(&as_text(&path, &report, args.era))?;
        if exit(&report, args.era) != code::DONE {
            output::say(&how_to_repair(args));
        }
    }
    Ok(exit(&report, args.era))
}

/// The command that repairs the file that was judged.
fn how_to_repair(args: &DoctorArgs) -> String {
    match &args.file {
        None => "`duologue doctor --fix` repairs it; a copy is kept.".to_owned(),
        Some(path) if named(path).is_some() => {
            let path = path.display();
            format!(
                "`duologue doctor --fix \"{path}\"` repairs what can be repaired; a copy is kept."
            )
        }
        Some(_) => NOT_NAMED.to_owned(),
    }
}

/// Said of files whose name tells no user.
const NOT_NAMED: &str = "Only files named NAME.json can be repaired. Rename it first.";

/// The user a file belongs to, by its name.
fn named(path: &Path) -> Option<UserName> {
    let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
    let user = UserName::new(name).ok()?;
    path.file_name().filter(|it| **it == *user.file_name())?;
    Some(user)
}

fn open(path: &Path) -> std::io::Result<File> {
    // Opening a folder works on some systems; reading it then says nothing of use.
    if fs::metadata(path)?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    File::open(path)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    Problem::usage(format!("{} cannot be read: {error}.", path.display()))
}

/// Where the file lies, for repairing it.
fn place(settings: &Settings, args: &DoctorArgs) -> Result<Place, Problem> {
    let Some(path) = &args.file else { return Ok(runtime::start::place(settings)) };
    let path = std::path::absolute(path).map_err(|error| unreadable(path, &error))?;
    let Some((user, folder)) = named(&path).zip(path.parent()) else {
        return Err(Problem::usage(NOT_NAMED));
    };
    Ok(Place::new(folder, user, Folder::Shared, &settings.paths.state)
        .with_cache(&settings.paths.cache))
}

fn exit(report: &Report, era: Which) -> u8 {
    let verdicts = era.eras().iter().map(|era| report.verdict(*era));
    let worst = verdicts.max_by_key(|verdict| match verdict {
        Verdict::Good => 0,
        Verdict::Frozen => 1,
        Verdict::Rejected => 2,
    });
    match worst {
        Some(Verdict::Rejected) => code::FAILED,
        Some(Verdict::Frozen) => code::FROZEN,
        Some(Verdict::Good) | None => code::DONE,
    }
}

const fn name(era: Era) -> &'static str {
    match era {
        Era::O4Mini => "o4mini",
        Era::Head => "head",
    }
}

/// What concerns the versions asked about.
fn concerning(report: &Report, era: Which) -> impl Iterator<Item = &Finding> {
    let concerns = move |it: &&Finding| era.eras().iter().any(|era| it.eras.has(*era));
    report.findings.iter().filter(concerns)
}

fn as_text(path: &Path, report: &Report, era: Which) -> String {
    let what = if report.conversations == 1 { "conversation" } else { "conversations" };
    let mut text = format!("{}: {} {what}.\n", path.display(), report.conversations);
    for era in era.eras() {
        let (which, does) = match era {
            Era::Head => ("Today's web app (head)", report.verdict(*era)),
            Era::O4Mini => ("The web app of 2025 (o4mini)", report.verdict(*era)),
        };
        let does = match does {
            Verdict::Good => "takes it",
            Verdict::Frozen => "reads it, but could never save it again",
            Verdict::Rejected => "would throw the whole file away",
        };
        text.push_str(&format!("{which} {does}.\n"));
    }
    let all: Vec<&Finding> = concerning(report, era).collect();
    for finding in all.iter().take(SHOWN) {
        text.push_str(&format!("  {}\n", line(finding)));
    }
    if all.len() > SHOWN {
        text.push_str(&format!(
            "  … and {} more (--json has all).\n",
            all.len().saturating_sub(SHOWN)
        ));
    }
    text
}

/// One finding on one line.
fn line(finding: &Finding) -> String {
    let mut text = format!("line {} (byte {})", finding.line, finding.place);
    if let Some(id) = &finding.conversation {
        text.push_str(&format!(", conversation {id}"));
    }
    if let Some(number) = finding.message {
        text.push_str(&format!(", message {}", number.saturating_add(1)));
    }
    if !finding.key.is_empty() {
        text.push_str(&format!(", {}", finding.key));
    }
    let both = [Era::Head, Era::O4Mini].iter().all(|era| finding.eras.has(*era));
    let which = match (both, finding.eras.has(Era::Head)) {
        (true, _) => "both",
        (false, true) => "head",
        (false, false) => "o4mini",
    };
    format!("{text}: {} ({}, {which}).", finding.reason, effect(finding.effect)).replace('\n', " ")
}

const fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Rejected => "rejected",
        Effect::Frozen => "frozen",
        Effect::NoSidebar => "no list in the browser",
        Effect::NotReadHere => "not read by duologue",
    }
}

fn as_json(path: &Path, report: &Report, era: Which, fixed: Option<&Fixed>) -> Value {
    let verdict = |era: &Era| {
        let word = match report.verdict(*era) {
            Verdict::Good => "good",
            Verdict::Frozen => "frozen",
            Verdict::Rejected => "rejected",
        };
        (name(*era).to_owned(), Value::from(word))
    };
    let mut all = json!({
        "file": path.display().to_string(),
        "conversations": report.conversations,
        "verdicts": era.eras().iter().map(verdict).collect::<serde_json::Map<_, _>>(),
        "findings": concerning(report, era).map(finding_json).collect::<Vec<_>>(),
    });
    if let (Some(fixed), Some(fields)) = (fixed, all.as_object_mut()) {
        let fixed = json!({
            "backup": fixed.backup.as_ref().map(|path| path.display().to_string()),
            "mended": fixed.mended,
            "repaired": fixed.repaired.iter().map(finding_json).collect::<Vec<_>>(),
        });
        fields.insert("fixed".to_owned(), fixed);
    }
    all
}

fn finding_json(finding: &Finding) -> Value {
    let eras = [Era::Head, Era::O4Mini].into_iter().filter(|era| finding.eras.has(*era));
    let effect = match finding.effect {
        Effect::Rejected => "rejected",
        Effect::Frozen => "frozen",
        Effect::NoSidebar => "no_sidebar",
        Effect::NotReadHere => "not_read_here",
    };
    json!({
        "conversation": finding.conversation,
        "message": finding.message,
        "key": finding.key,
        "reason": finding.reason,
        "effect": effect,
        "eras": eras.map(name).collect::<Vec<_>>(),
        "line": finding.line,
        "byte": finding.place,
        "repair": finding.repair.says(),
    })
}

fn say_fixed(path: &Path, args: &DoctorArgs, fixed: &Fixed) -> Result<(), Problem> {
    if args.json {
        return output::write_json(&as_json(path, &fixed.left, args.era, Some(fixed)));
    }
    let mut text = String::new();
    for done in &fixed.mended {
        text.push_str(&format!("{done}\n"));
    }
    for finding in fixed.repaired.iter().take(SHOWN) {
        text.push_str(&format!("{} It {}.\n", line(finding), finding.repair.says()));
    }
    if fixed.repaired.len() > SHOWN {
        text.push_str(&format!("… and {} more.\n", fixed.repaired.len().saturating_sub(SHOWN)));
    }
    text.push_str(&as_text(path, &fixed.left, args.era));
    output::write_clean(&text)?;
    match &fixed.backup {
        Some(backup) => output::say(&format!("As it was, it is kept in {}.", backup.display())),
        None => output::say("Nothing could be repaired; the file is as it was."),
    }
    Ok(())
}
