//! `duologue ask`: one question, its answer on standard output as it comes, both stored.
//! May not print what is not stored: the question is on disk before it is sent.

use std::io::IsTerminal;
use std::sync::Arc;

use clap::Args;

use crate::chat::attachment;
use crate::chat::{
    Change, ConversationId, EndReport, Failure, FailureKind, Message, ReplyOutcome, title,
};
use crate::runtime::attachments::PendingAttachments;
use crate::runtime::reply_worker::ApiServer;
use crate::runtime::{self, clock};
use crate::settings::Settings;
use crate::store::Store;

use super::turn_driver::{self, Question, QuestionKind, TurnEnvironment};
use super::{models, output, stdin};
use crate::cli::answer_printer::{AnswerFormat, AnswerPrinter};
use crate::cli::error::{CliError, code};
use crate::cli::file_check::FileCheck;
use crate::cli::{background, bootstrap};

/// The words of the command.
// These comments are the help texts, shown as they stand, and flags are flags.
#[allow(clippy::doc_markdown, clippy::struct_excessive_bools)]
#[derive(Debug, Args)]
pub struct AskArgs {
    /// The question; "-" or nothing reads it from standard input.
    question: Vec<String>,
    /// Continue a conversation: an id, the start of one, an exact title or a response id.
    #[arg(short, long, value_name = "CONVERSATION")]
    resume: Option<String>,
    /// Continue the conversation that was changed last.
    #[arg(short = 'c', long = "continue", conflicts_with = "resume")]
    latest: bool,
    /// Ask the last question again, where it has no answer: of a conversation named by -r, or of the
    /// one changed last.
    #[arg(long, conflicts_with_all = ["question", "attach"])]
    retry: bool,
    /// How hard the model thinks, such as low, medium or high; also DUOLOGUE_EFFORT.
    #[arg(long, value_name = "LEVEL")]
    effort: Option<String>,
    /// Send a file with the question: text, a picture or a PDF; may be given more than once.
    #[arg(short, long, value_name = "FILE")]
    attach: Vec<String>,
    /// Print one JSON object when the answer has ended, instead of text.
    #[arg(long)]
    json: bool,
    /// Print a line of JSON for each event, described in the README.
    #[arg(long, conflicts_with = "json")]
    events: bool,
}

/// Asks, prints and stores; returns the exit code.
///
/// # Errors
/// When the question could not be stored (then nothing was sent) or nothing could be printed.
pub fn run(settings: &Settings, args: &AskArgs) -> Result<u8, CliError> {
    let _check = FileCheck::start(settings);
    let text = if args.retry { None } else { Some(read_question(args)?) };
    let mut options = bootstrap::load_answer_options(settings)?;
    options.effort = args.effort.clone().or(options.effort);
    let mut store = bootstrap::open_store(settings)?;
    let resumed = resumed(&mut store, args)?;
    background::collect_answers(settings, &mut store, resumed.as_ref())?;
    if let Some(id) = &resumed {
        let row = store.conversation(id)?.summary();
        if !store.remote_questions(&[row], clock::now()).is_empty() {
            output::print_message("This conversation is being answered on the web right now.");
        }
    }
    let (id, asked) = match (text, resumed) {
        (Some(text), resumed) => new_question(text, resumed),
        (None, Some(id)) => find_unanswered(&mut store, id)?,
        (None, None) => return Err(CliError::usage(NO_CONVERSATION)),
    };
    if let QuestionKind::New(changes) = &asked
        && let Some(Change::Append { message, .. }) = changes.last()
    {
        let files = PendingAttachments::empty(runtime::start::store_paths(settings).state_folder());
        files.store_for_question(message, args.attach.iter().map(String::as_str))?;
    }
    let runtime = bootstrap::build_runtime()?;
    let server = Arc::new(ApiServer::new(settings.clone()));
    let environment =
        TurnEnvironment { settings, server: &server, store: &mut store, runtime: &runtime };
    let mut printer =
        AnswerPrinter::new(AnswerFormat::of(args.json, args.events), id.clone(), &options.model);
    let question = Question { conversation: id.clone(), kind: asked, options };
    let ended = turn_driver::ask(environment, question, &mut printer);
    runtime.shutdown_background();
    let report = ended?;
    let code = print_outcome(&report, &id);
    if let ReplyOutcome::Failed(Failure { kind: FailureKind::ModelUnavailable, .. }) =
        &report.outcome
    {
        models::suggest(settings);
    }
    Ok(code)
}

/// Said where no conversation is there to go on in.
const NO_CONVERSATION: &str = "There is no conversation to continue yet. Ask without -c.";

/// The question as it is sent: its words, what is piped in, and the files that go along.
fn read_question(args: &AskArgs) -> Result<String, CliError> {
    let words = Some(args.question.join(" ")).filter(|_| !args.question.is_empty());
    let text = stdin::join_question(words.as_deref(), stdin::read_piped()?)?;
    Ok(add_mentions(text, &args.attach))
}

/// The last question of a conversation, which is stored already.
fn find_unanswered(
    store: &mut Store,
    id: ConversationId,
) -> Result<(ConversationId, QuestionKind), CliError> {
    let mut asked = QuestionKind::last_unanswered(&store.conversation(&id)?);
    if asked.is_none() {
        // An old copy may have taken the question out of the file a moment ago.
        store.refresh(clock::now())?;
        asked = QuestionKind::last_unanswered(&store.conversation(&id)?);
    }
    match asked {
        Some(asked) => Ok((id, asked)),
        None => Err(CliError::usage(
            "The last question has its answer. Ask another one, without --retry.",
        )),
    }
}

/// The conversation that is continued, if one is.
fn resumed(store: &mut Store, args: &AskArgs) -> Result<Option<ConversationId>, CliError> {
    if let Some(wanted) = &args.resume {
        return Ok(Some(store.resolve_id(wanted)?));
    }
    if !args.latest && !args.retry {
        return Ok(None);
    }
    let newest = store.list()?.into_iter().max_by_key(|row| row.last_update).map(|row| row.id);
    newest.map(Some).ok_or_else(|| CliError::usage(NO_CONVERSATION))
}

/// The text with a mention of each file it does not mention yet: what is stored is text alone.
fn add_mentions(mut text: String, files: &[String]) -> String {
    for path in files {
        if !attachment::is_mentioned(&text, path) {
            let between = if text.is_empty() { "" } else { "\n\n" };
            text.push_str(&format!("{between}{}", attachment::mention_text(path)));
        }
    }
    text
}

/// The conversation, and what must be stored before asking.
fn new_question(text: String, resumed: Option<ConversationId>) -> (ConversationId, QuestionKind) {
    let now = clock::now();
    let title = title::from_question(&text);
    let message = Message::question(text, now);
    if let Some(id) = resumed {
        return (id.clone(), QuestionKind::New(vec![Change::Append { id, message }]));
    }
    let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
    let create = Change::Create { id: id.clone(), title, at: now };
    let append = Change::Append { id: id.clone(), message };
    (id, QuestionKind::New(vec![create, append]))
}

/// The last words on standard error, and the exit code.
fn print_outcome(report: &EndReport, id: &ConversationId) -> u8 {
    if let Some(sentence) = report.sentence() {
        output::print_message(&sentence);
    }
    let code = exit_code(&report.outcome);
    let short: String = id.as_str().chars().take(8).collect();
    if matches!(report.outcome, ReplyOutcome::LeftRunning(_)) {
        output::print_message(&format!(
            "`duologue show {short}` prints the answer once it is complete; `duologue ask -r {short} \"...\"` waits for it."
        ));
    } else if code == code::FAILED && !report.has_text {
        output::print_message(&format!("Ask it again with: duologue ask --retry -r {short}"));
    } else if code != code::DONE || std::io::stderr().is_terminal() && !output::is_stdout_piped() {
        output::print_message(&format!("Continue with: duologue ask -r {short} \"...\""));
    }
    code
}

const fn exit_code(outcome: &ReplyOutcome) -> u8 {
    match outcome {
        ReplyOutcome::Completed => code::DONE,
        ReplyOutcome::Stopped | ReplyOutcome::LeftRunning(None) => code::INTERRUPTED,
        ReplyOutcome::Incomplete(_)
        | ReplyOutcome::Interrupted(_)
        | ReplyOutcome::LeftRunning(Some(_))
        | ReplyOutcome::Failed(_) => code::FAILED,
    }
}
