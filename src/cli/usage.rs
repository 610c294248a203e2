//! `duologue usage`: tokens, time and money of a conversation, the day and the month.
//! May not ask a server: it tells what was written down with each answer.

use serde_json::{Value, json};

use crate::chat::{AnswerRecord, UsageReport, UsageTotals};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::usage;

use super::list::OutputFormat;
use super::output;
use crate::cli::bootstrap;
use crate::cli::error::CliError;

/// Prints what was used; for the conversation named, or the one changed last.
///
/// # Errors
/// When the conversation is not there, or the file cannot be read.
pub fn run(
    settings: &Settings,
    conversation: Option<&str>,
    form: OutputFormat,
) -> Result<(), CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let id = match conversation {
        Some(wanted) => Some(store.resolve_id(wanted)?),
        None => store.list()?.into_iter().max_by_key(|row| row.last_update).map(|row| row.id),
    };
    let chat = id.as_ref().map(|id| store.answer_records(id));
    let periods = clock::periods(clock::now());
    let report = UsageReport::of(chat.as_deref(), &store.all_answer_records(), periods);
    match form {
        OutputFormat::Json => output::write_json(&as_json(&report)),
        OutputFormat::Text => {
            output::write(&format!("{}\n", usage::report_lines(&report).join("\n")))
        }
    }
}

fn as_json(report: &UsageReport) -> Value {
    let models = report.models.iter().map(|(model, sum)| (model.clone(), spending(sum)));
    json!({
        "answer": report.answer.as_ref().map(answer),
        "chat": report.chat.as_ref().map(spending),
        "day": spending(&report.day),
        "month": spending(&report.month),
        "models": models.collect::<serde_json::Map<_, _>>(),
    })
}

fn answer(record: &AnswerRecord) -> Value {
    json!({
        "timestamp": record.timestamp.seconds(),
        "model": record.model,
        "response_id": record.response_id,
        "usage": record.usage,
        "first_output_ms": record.timing.and_then(|timing| timing.first_output_ms),
        "total_ms": record.timing.map(|timing| timing.total_ms),
        "tokens_per_second": record.stats().tokens_per_second(),
        "cost_nanodollars": record.cost,
    })
}

fn spending(sum: &UsageTotals) -> Value {
    json!({
        "answers": sum.answers,
        "usage": sum.usage,
        "cost_nanodollars": sum.cost(),
        "without_price": sum.unpriced,
    })
}
