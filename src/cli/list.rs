//! `duologue list`: prints the conversations, newest first; `--json` as the web app lists them.

use serde_json::{Map, Value, json};

use crate::chat::{ConversationSummary, Readability};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::view::{age, clean};

use super::bootstrap;
use super::conversations;
use super::error::CliError;
use super::file_check::FileCheck;
use super::output::{self, OutputFormat};
use super::pager::Pager;

pub(super) fn run(settings: &Settings, format: OutputFormat) -> Result<(), CliError> {
    let _check = FileCheck::start(settings);
    let mut store = bootstrap::open_store(settings)?;
    match format {
        OutputFormat::Json => output::write_json(&web_app_json(&store.list()?)),
        OutputFormat::Text => {
            let (now, zone) = (clock::now(), clock::local_time_zone());
            let rows = conversations::list_newest_first(&mut store)?;
            let mut text = String::new();
            for row in &rows {
                let id = conversations::short_id(&row.id);
                let state = match &row.readability {
                    Readability::Whole => format!("{:>4}", row.message_count),
                    Readability::NotStoredLocally => "   -".to_owned(),
                    Readability::Damaged(_) => "   !".to_owned(),
                };
                let age = age::age_column(row.last_update, now, &zone);
                let title = clean::line(row.title.text()).into_owned();
                text.push_str(&format!("{:<8}  {age:>4}  {state}  {title}\n", clean::line(&id)));
            }
            if rows.is_empty() {
                output::print_message(
                    "There are no conversations yet. Run `duologue` to start \
                                       one.",
                );
            }
            Pager::start().write(&text).map(drop)
        }
    }
}

/// What the web app's `/get-all-conversations` prints, in file order.
fn web_app_json(rows: &[ConversationSummary]) -> Value {
    let readable = rows.iter().filter(|row| !matches!(row.readability, Readability::Damaged(_)));
    let entry = |row: &ConversationSummary| {
        let kind = match row.readability {
            Readability::NotStoredLocally => "thread",
            Readability::Whole | Readability::Damaged(_) => "conversation",
        };
        let mut record = json!({
            "data": { "id": row.id.as_str(), "created_at": row.created_at.seconds(),
                "metadata": {}, "object": kind },
            "chat_name": row.title.stored(),
            "last_update": row.last_update.seconds(),
        });
        conversations::add_full_title(&mut record, &row.title);
        record
    };
    let all: Map<String, Value> = readable.map(|row| (row.id.to_string(), entry(row))).collect();
    Value::Object(all)
}
