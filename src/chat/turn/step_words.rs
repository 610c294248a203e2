//! Steps in a few words, for the tests.

use super::{ServerStep, StoreStep, TextDelta, TurnOutcome, TurnReport, TurnStep};
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
        TurnStep::Server(step) => server_word(step),
        TurnStep::Store(step) => store_word(step),
        TurnStep::StoreQuestion => "store question".into(),
        TurnStep::RecordCapability(_) => "record capability".into(),
        TurnStep::Journal(TextDelta::Append(text)) => format!("append {text}"),
        TurnStep::Journal(TextDelta::Replace(text)) => format!("replace {text}"),
        TurnStep::AskApproval(request) => format!("ask about {}", request.name()),
        TurnStep::Report(TurnReport::Ended(report)) => {
            format!("report {}", outcome(&report.outcome))
        }
        TurnStep::Report(_) => "report".into(),
        TurnStep::End(TurnOutcome::Withdrawn) => "end withdrawn".into(),
        TurnStep::End(TurnOutcome::NotSent(_)) => "end not sent".into(),
        TurnStep::End(TurnOutcome::Stored(_)) => "end stored".into(),
        TurnStep::End(TurnOutcome::NotStored(_)) => "end not stored".into(),
    }
}

fn server_word(step: &ServerStep) -> String {
    match step {
        ServerStep::Check => "check server".into(),
        ServerStep::Send { .. } => "send".into(),
        ServerStep::RetryNow => "retry now".into(),
        ServerStep::SendApproval(ApprovalAnswer::Allowed) => "allow".into(),
        ServerStep::SendApproval(ApprovalAnswer::Refused) => "refuse".into(),
        ServerStep::Disconnect => "disconnect".into(),
        ServerStep::CancelWhenIdentified => "cancel later".into(),
        ServerStep::Cancel(response_id) => format!("cancel {}", response_id.as_str()),
    }
}

fn store_word(step: &StoreStep) -> String {
    match step {
        StoreStep::RecordBackground { response_id, .. } => {
            format!("record {}", response_id.as_str())
        }
        StoreStep::RecordToolUse(tool) => format!("record {}", tool.name),
        StoreStep::StoreEnding(ending) => {
            format!("store {} \"{}\"", outcome(&ending.outcome), ending.text)
        }
        StoreStep::LeaveRunning(ending) => format!("leave \"{}\"", ending.text),
    }
}

/// The steps, separated by commas.
pub(super) fn words(steps: &[TurnStep]) -> String {
    steps.iter().map(word).collect::<Vec<_>>().join(", ")
}
