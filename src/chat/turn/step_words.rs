//! Steps in a few words, for the tests.

use super::{TextDelta, TurnOutcome, TurnReport, TurnStep};
use crate::chat::{ApprovalAnswer, ReplyOutcome};

fn outcome(outcome: &ReplyOutcome) -> &'static str {
    match outcome {
        ReplyOutcome::Completed => "completed",
        ReplyOutcome::Incomplete(_) => "incomplete",
        ReplyOutcome::Stopped => "stopped",
        ReplyOutcome::Interrupted(_) => "interrupted",
        ReplyOutcome::LeftRunning(_) => "running",
        ReplyOutcome::Failed(_) => "failed",
    }
}

fn word(step: &TurnStep) -> String {
    match step {
        TurnStep::CheckServer => "check server".into(),
        TurnStep::StoreQuestion => "store question".into(),
        TurnStep::Send { .. } => "send".into(),
        TurnStep::RetryNow => "retry now".into(),
        TurnStep::AskApproval(request) => format!("ask about {}", request.name()),
        TurnStep::SendApproval(ApprovalAnswer::Allowed) => "allow".into(),
        TurnStep::SendApproval(ApprovalAnswer::Refused) => "refuse".into(),
        TurnStep::Journal(TextDelta::Append(text)) => format!("append {text}"),
        TurnStep::Journal(TextDelta::Replace(text)) => format!("replace {text}"),
        TurnStep::RecordBackground { response_id, .. } => {
            format!("record {}", response_id.as_str())
        }
        TurnStep::RecordCapability(_) => "record capability".into(),
        TurnStep::RecordToolUse(tool) => format!("record {}", tool.name),
        TurnStep::Disconnect => "disconnect".into(),
        TurnStep::CancelWhenIdentified => "cancel later".into(),
        TurnStep::Cancel(response_id) => format!("cancel {}", response_id.as_str()),
        TurnStep::Report(TurnReport::Ended(report)) => {
            format!("report {}", outcome(&report.outcome))
        }
        TurnStep::Report(_) => "report".into(),
        TurnStep::StoreEnding(ending) => {
            format!("store {} \"{}\"", outcome(&ending.outcome), ending.text)
        }
        TurnStep::LeaveRunning(ending) => format!("leave \"{}\"", ending.text),
        TurnStep::End(TurnOutcome::Withdrawn) => "end withdrawn".into(),
        TurnStep::End(TurnOutcome::NotSent(_)) => "end not sent".into(),
        TurnStep::End(TurnOutcome::Stored(_)) => "end stored".into(),
        TurnStep::End(TurnOutcome::NotStored(_)) => "end not stored".into(),
    }
}

/// The steps, separated by commas.
pub(super) fn words(steps: &[TurnStep]) -> String {
    steps.iter().map(word).collect::<Vec<_>>().join(", ")
}
