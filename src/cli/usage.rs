//! `duologue usage`: prints the tokens, time and cost that were recorded with each answer.

use serde_json::{Value, json};

use crate::chat::{AnswerRecord, UsageReport, UsageTotals};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::usage;

use super::bootstrap;
use super::conversations;
use super::error::CliError;
use super::output::{self, OutputFormat};

/// Prints the usage of the conversation named, or of the one changed last, with the day and the month.
pub(super) fn run(
    settings: &Settings,
    conversation: Option<&str>,
    format: OutputFormat,
) -> Result<(), CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let id = match conversation {
        Some(wanted) => Some(store.resolve_id(wanted)?),
        None => conversations::find_newest(&mut store)?,
    };
    let chat = id.as_ref().map(|id| store.answer_records().records(id));
    let periods = clock::periods(clock::now());
    let report = UsageReport::of(chat.as_deref(), &store.answer_records().all_records(), periods);
    match format {
        OutputFormat::Json => output::write_json(&as_json(&report)),
        OutputFormat::Text => {
            output::write(&format!("{}\n", usage::report_lines(&report).join("\n")))
        }
    }
}

fn as_json(report: &UsageReport) -> Value {
    let models = report.models.iter().map(|(model, sum)| (model.clone(), totals(sum)));
    json!({
        "answer": report.answer.as_ref().map(answer),
        "chat": report.chat.as_ref().map(totals),
        "day": totals(&report.day),
        "month": totals(&report.month),
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

fn totals(sum: &UsageTotals) -> Value {
    json!({
        "answers": sum.answers,
        "usage": sum.usage,
        "cost_nanodollars": sum.cost(),
        "without_price": sum.unpriced,
    })
}
