//! What `duologue doctor` found in a chats file, for people and as JSON.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use crate::chat::count;
use crate::store::doctor::repair_run::RepairResult;
use crate::store::doctor::{Finding, Impact, Report, Verdict, WebVersion};

use super::error::{CliError, code};

/// The most findings printed for people; `--json` has them all.
const MAX_PRINTED_FINDINGS: usize = 50;

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

/// What was done about the file.
#[derive(Debug)]
pub(super) enum ChatsStatus {
    /// There is no file.
    Missing,
    /// A repair was not asked for.
    Checked,
    /// The user did not want the repair.
    Declined,
    /// It was repaired as far as possible.
    Repaired(RepairResult),
}

/// The state of a chats file, after the repair where one was made.
#[derive(Debug)]
pub(super) struct ChatsReport {
    path: PathBuf,
    choice: WebVersionChoice,
    status: ChatsStatus,
    report: Report,
}

impl ChatsReport {
    pub(super) fn new(
        path: &Path,
        choice: WebVersionChoice,
        status: ChatsStatus,
        report: Report,
    ) -> Self {
        Self { path: path.to_path_buf(), choice, status, report }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) const fn status(&self) -> &ChatsStatus {
        &self.status
    }

    /// The exit code for the worst verdict of the chosen versions.
    pub(super) fn exit_code(&self) -> u8 {
        let verdicts = self.choice.web_versions().iter().map(|it| self.report.verdict(*it));
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

    /// The findings about the chosen versions.
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        let concerns = |finding: &&Finding| {
            self.choice.web_versions().iter().any(|version| finding.versions.has(*version))
        };
        self.report.findings.iter().filter(concerns)
    }

    /// The report for people; empty where there is no file.
    pub(super) fn text(&self) -> String {
        let mut lines = match &self.status {
            ChatsStatus::Missing => return String::new(),
            ChatsStatus::Checked | ChatsStatus::Declined => Vec::new(),
            ChatsStatus::Repaired(repair) => repair_lines(repair),
        };
        if self.report.is_json {
            let conversations = count::phrase(self.report.conversations, "conversation");
            lines.push(format!("{}: {conversations}.", self.path.display()));
        } else {
            lines.push(format!("{}:", self.path.display()));
        }
        for version in self.choice.web_versions() {
            let subject = match version {
                WebVersion::Current => "The current web app",
                WebVersion::V2025 => "The web app of 2025",
            };
            let predicate = match self.report.verdict(*version) {
                Verdict::Accepted => "accepts the file",
                Verdict::Unsavable => "reads the file but could not save it",
                // Of an empty file there is nothing to discard.
                Verdict::Rejected if !self.report.is_json && self.report.conversations == 0 => {
                    "cannot read the file, and would replace it"
                }
                Verdict::Rejected => "would discard the whole file",
            };
            lines.push(format!("{subject} {predicate}."));
        }
        let findings = self.findings().map(|finding| format!("  {}", line(finding)));
        lines.extend(first_lines(findings, "  … and {} more (--json prints all)."));
        lines.join("\n") + "\n"
    }

    /// The report for other programs.
    pub(super) fn as_json(&self) -> Value {
        let verdict = |version: &WebVersion| {
            let word = match self.report.verdict(*version) {
                Verdict::Accepted => "good",
                Verdict::Unsavable => "frozen",
                Verdict::Rejected => "rejected",
            };
            (web_version_name(*version).to_owned(), Value::from(word))
        };
        let mut object = json!({
            "file": self.path.display().to_string(),
            "exists": !matches!(self.status, ChatsStatus::Missing),
            "conversations": self.report.conversations,
            "verdicts": self.choice.web_versions().iter().map(verdict).collect::<Map<_, _>>(),
            "findings": self.findings().map(finding_json).collect::<Vec<_>>(),
        });
        if let (ChatsStatus::Repaired(repair), Some(fields)) =
            (&self.status, object.as_object_mut())
        {
            let fixed = json!({
                "backup": repair.backup.as_ref().map(|path| path.display().to_string()),
                "mended": repair.text_repairs,
                "repaired": repair.repaired.iter().map(finding_json).collect::<Vec<_>>(),
            });
            fields.insert("fixed".to_owned(), fixed);
        }
        object
    }
}

/// The report for other programs about a file that could not be checked.
pub(super) fn error_json(path: &Path, error: &CliError) -> Value {
    json!({ "file": path.display().to_string(), "error": error.text })
}

/// Says what a repair changed and where the backup is, a line each.
fn repair_lines(repair: &RepairResult) -> Vec<String> {
    let repaired = repair.repaired.iter();
    let repaired =
        repaired.map(|finding| format!("{} Repair: {}.", line(finding), finding.repair.describe()));
    let repaired = first_lines(repaired, "… and {} more.");
    repair.text_repairs.iter().cloned().chain(repaired).collect()
}

/// The first lines; `rest` says how many more there are.
fn first_lines(lines: impl Iterator<Item = String>, rest: &str) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    let more = lines.len().saturating_sub(MAX_PRINTED_FINDINGS);
    if more > 0 {
        lines.truncate(MAX_PRINTED_FINDINGS);
        lines.push(rest.replace("{}", &more.to_string()));
    }
    lines
}

/// The names of the versions in `--json`.
const fn web_version_name(version: WebVersion) -> &'static str {
    match version {
        WebVersion::V2025 => "o4mini",
        WebVersion::Current => "head",
    }
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
