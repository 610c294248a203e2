//! `duologue ask`: one question; its answer goes to standard output as it comes, and both are stored.

use std::io::IsTerminal;

use clap::Args;

use crate::chat::text_encoding::TextEncoding;
use crate::chat::{
    AnswerOptions, ConversationId, EndReport, Failure, FailureKind, ReplyOutcome, shell_quote,
};
use crate::runtime::clock;
use crate::settings::{Settings, check_effort};
use crate::store::{Extent, Store};

use super::answer_printer::{AnswerFormat, AnswerPrinter};
use super::attach::AttachedFiles;
use super::common_args::CommonArgs;
use super::conversations::short_id;
use super::error::{CliError, code};
use super::file_check::FileCheck;
use super::render::{Renderer, TextMode};
use super::server_session::ServerSession;
use super::stdin::StdinUse;
use super::templates::Template;
use super::turn_driver::{self, Question, QuestionKind, TurnEnvironment};
use super::{attach, background, bootstrap, conversations};
use super::{models, output, question_words, stdin};

// These comments are the help texts, shown verbatim; each flag is a bool to clap.
#[allow(clippy::doc_markdown, clippy::struct_excessive_bools)]
#[derive(Debug, Args)]
pub(super) struct AskArgs {
    /// The question. Piped text is added to it; "-" or no question reads all of standard input.
    #[arg(value_parser = question_words::unmark)]
    question: Vec<String>,
    /// Continue a conversation: an id, the start of one, an exact title or a response id.
    #[arg(short, long, value_name = "CONVERSATION", allow_hyphen_values = true)]
    resume: Option<String>,
    /// Continue the conversation that was changed last.
    #[arg(short = 'c', long = "continue", conflicts_with = "resume")]
    latest: bool,
    /// Ask the last question again if it has no answer, in the conversation of -r or the one changed
    /// last.
    #[arg(long, conflicts_with_all = ["question", "attach"])]
    retry: bool,
    /// The reasoning effort, such as low, medium or high; also DUOLOGUE_EFFORT.
    #[arg(long, value_name = "LEVEL")]
    effort: Option<String>,
    /// Ask with a prompt template, or a prompt of an MCP server as server:prompt; the question and piped
    /// text are its argument.
    #[arg(long, value_name = "NAME", conflicts_with = "retry")]
    template: Option<String>,
    /// Attach a file: text, a picture or a PDF; can be repeated.
    #[arg(short, long, alias = "file", value_name = "FILE", allow_hyphen_values = true)]
    attach: Vec<String>,
    /// The tools the model may use, without asking for each call: calculator, web_search, an MCP
    /// server, or one of its tools as server/tool; separated by commas.
    #[arg(long, value_name = "TOOLS", value_delimiter = ',')]
    tools: Vec<String>,
    /// Do not read standard input.
    #[arg(long)]
    no_stdin: bool,
    /// The encoding of standard input and of attached text, such as latin1 or shift_jis; detected by
    /// default.
    #[arg(long, value_name = "NAME")]
    encoding: Option<TextEncoding>,
    /// Print the answer as it is stored, even on a terminal.
    #[arg(long, conflicts_with_all = ["json", "events"])]
    raw: bool,
    /// Print one JSON object when the answer ends, instead of text.
    #[arg(long)]
    json: bool,
    /// Print one line of JSON per event; see `duologue help commands`.
    #[arg(long, conflicts_with = "json")]
    events: bool,
}

/// Asks the question; returns the exit code. Fails, with nothing sent, where it could not be stored.
pub(super) fn run(
    settings: &Settings,
    args: &AskArgs,
    common: &CommonArgs,
) -> Result<u8, CliError> {
    // What is sent of a large file is read first; the answer takes longer than the check.
    let check = FileCheck::start_if_small(settings);
    let name = args.template.as_deref();
    let template = name.map(|name| Template::load(settings, name)).transpose()?;
    let settings = &match &template {
        Some(template) => template.apply(settings, &common.settings),
        None => settings.clone(),
    };
    let template = template.as_ref();
    let text = if args.retry { None } else { Some(read_question(settings, args, template)?) };
    let options = choose_options(settings, args)?;
    for path in &args.attach {
        attach::check(settings, path, args.encoding)?;
    }
    let mut store = bootstrap::open_writable_store(settings)?;
    let resumed = find_resumed(&mut store, args)?;
    let mut session = ServerSession::start(settings)?;
    session.permissions.allowed.clone_from(&args.tools);
    background::collect_answers(settings, &mut store, &mut session, resumed.as_ref())?;
    if let Some(id) = &resumed {
        report_remote_answer(&mut store, id)?;
    }
    let (id, kind) = match (text, resumed) {
        (Some(text), resumed) => QuestionKind::new(resumed, &text, clock::now()),
        (None, Some(id)) => find_unanswered(&mut store, id)?,
        (None, None) => return Err(CliError::failed(NO_QUESTION)),
    };
    let environment = TurnEnvironment { settings, store: &mut store, session: &mut session };
    let mode = if args.raw { TextMode::Raw } else { TextMode::Rendered };
    let renderer = Renderer::for_stdout(settings, mode);
    let format = AnswerFormat::of(args.json, args.events);
    let mut printer = AnswerPrinter::new(format, id.clone(), &options.model, renderer, check);
    let files = AttachedFiles { paths: args.attach.clone(), encoding: args.encoding };
    let question = Question { conversation: id.clone(), kind, options, files };
    let result = turn_driver::ask(environment, question, &mut printer);
    session.close();
    Ok(report_end(settings, common, &id, &result?))
}

/// The options of the answer: those of the settings, with what the flags choose.
fn choose_options(settings: &Settings, args: &AskArgs) -> Result<AnswerOptions, CliError> {
    let mut options = bootstrap::load_answer_options(settings)?;
    if let Some(effort) = &args.effort {
        check_effort(effort, &settings.base_url.host()).map_err(CliError::usage)?;
        options.effort = Some(effort.trim().to_owned());
    }
    args.tools
        .iter()
        .try_for_each(|name| settings.check_tool_name(name))
        .map_err(CliError::usage)?;
    if !args.tools.is_empty() {
        options.tools.clone_from(&args.tools);
    }
    Ok(options)
}

/// Says where the web app is answering in the conversation that is resumed.
fn report_remote_answer(store: &mut Store, id: &ConversationId) -> Result<(), CliError> {
    let mut rows = store.list()?;
    rows.retain(|row| row.id == *id);
    if !store.remote_questions(&rows, clock::now()).is_empty() {
        output::print_message("This conversation is being answered in the web app.");
    }
    Ok(())
}

/// Reports how the turn ended, and what can be done next; returns the exit code.
fn report_end(
    settings: &Settings,
    common: &CommonArgs,
    id: &ConversationId,
    report: &EndReport,
) -> u8 {
    if let Some(sentence) = report.sentence() {
        output::print_message(&sentence);
    }
    let other_model = match &report.outcome {
        ReplyOutcome::Failed(Failure { kind: FailureKind::ModelUnavailable, .. }) => {
            models::suggest(settings)
        }
        _ => None,
    };
    let next = NextCommand { common, model: other_model, conversation: short_id(id) };
    print_next_step(report, &next)
}

const NO_CONVERSATION: &str = "There is no conversation to continue yet. Ask without -c.";
const NO_QUESTION: &str = "There is no question to ask again yet.";

/// The text of the question: the words and what is piped in, put into the template where there is one,
/// and a mention of each attached file.
fn read_question(
    settings: &Settings,
    args: &AskArgs,
    template: Option<&Template>,
) -> Result<String, CliError> {
    let words: Vec<&str> =
        args.question.iter().map(String::as_str).filter(|word| *word != "-").collect();
    let stdin_use = if args.no_stdin {
        StdinUse::Ignored
    } else if words.len() < args.question.len() || words.is_empty() && reads_argument(template) {
        StdinUse::Always
    } else {
        StdinUse::IfOwn
    };
    let words = Some(words.join(" ")).filter(|text| !text.is_empty());
    let piped = stdin::read_piped(stdin_use, args.encoding)?;
    let text = match template {
        Some(template) => {
            template.expand(settings, &stdin::join(words.as_deref(), piped.as_deref()))?
        }
        None => stdin::join_question(words.as_deref(), piped.as_deref())?,
    };
    Ok(attach::add_mentions(text, &args.attach))
}

/// Whether a question without words is on standard input: a template may need none.
fn reads_argument(template: Option<&Template>) -> bool {
    template.is_none_or(Template::needs_argument)
}

/// The last question of a conversation, to be asked again.
fn find_unanswered(
    store: &mut Store,
    id: ConversationId,
) -> Result<(ConversationId, QuestionKind), CliError> {
    let mut question = QuestionKind::last_unanswered(&store.conversation_to(&id, Extent::END)?);
    if question.is_none() {
        // A stale writer may have removed the question a moment ago; a refresh restores it.
        store.refresh(clock::now())?;
        question = QuestionKind::last_unanswered(&store.conversation_to(&id, Extent::END)?);
    }
    match question {
        Some(question) => Ok((id, question)),
        None => Err(CliError::failed(
            "The last question already has an answer. Ask a new one without --retry.",
        )),
    }
}

/// The conversation to continue; `None` where the question starts one.
fn find_resumed(store: &mut Store, args: &AskArgs) -> Result<Option<ConversationId>, CliError> {
    if let Some(wanted) = &args.resume {
        return Ok(Some(store.resolve_id(wanted)?));
    }
    if !args.latest && !args.retry {
        return Ok(None);
    }
    conversations::find_newest(store)?.map(Some).ok_or_else(|| {
        let nothing = if args.retry { NO_QUESTION } else { NO_CONVERSATION };
        CliError::failed(nothing)
    })
}

/// A command line that goes on with the conversation, with the flags that this one had.
struct NextCommand<'a> {
    common: &'a CommonArgs,
    /// The model to use in place of one that is not offered.
    model: Option<String>,
    conversation: String,
}

impl NextCommand<'_> {
    /// `duologue --base-url URL ask -r ID REST`.
    fn ask(&self, rest: &str) -> String {
        let mut line = self.line("ask -r");
        line.push_str(&format!(" {rest}"));
        if let Some(model) = &self.model {
            line.push_str(&format!(" --model {}", shell_quote(model)));
        }
        line
    }

    /// `duologue --base-url URL COMMAND ID`.
    fn line(&self, command: &str) -> String {
        let mut line = "duologue".to_owned();
        for (name, flag) in [
            ("base_url", "--base-url"),
            ("server", "--server"),
            ("chats", "--chats"),
            ("user", "--user"),
        ] {
            if let Some(value) = self.common.settings.text(name) {
                line.push_str(&format!(" {flag} {}", shell_quote(&value)));
            }
        }
        if let Some(config) = &self.common.config {
            line.push_str(&format!(" --config {}", shell_quote(&config.to_string_lossy())));
        }
        line.push_str(&format!(" {command} {}", shell_quote(&self.conversation)));
        line
    }
}

/// Says on standard error what to do after an answer has ended; returns the exit code.
fn print_next_step(report: &EndReport, next: &NextCommand<'_>) -> u8 {
    let code = exit_code(report);
    if matches!(report.outcome, ReplyOutcome::LeftRunning(_)) {
        output::print_message(&format!(
            "When the answer is complete, show it with: {}",
            next.line("show")
        ));
    } else if code == code::FAILED && !report.has_text {
        output::print_message(&format!("Ask again with: {}", next.ask("--retry")));
    } else if code == code::FAILED {
        output::print_message(&format!("Continue the answer with: {}", next.ask("\"Continue\"")));
    } else if code != code::DONE || std::io::stderr().is_terminal() && !output::is_stdout_piped() {
        output::print_message(&format!("Continue the conversation with: {}", next.ask("\"...\"")));
    }
    code
}

const fn exit_code(report: &EndReport) -> u8 {
    match &report.outcome {
        ReplyOutcome::Completed if report.has_text => code::DONE,
        ReplyOutcome::Stopped | ReplyOutcome::LeftRunning(None) => code::INTERRUPTED,
        ReplyOutcome::Completed
        | ReplyOutcome::Incomplete(_)
        | ReplyOutcome::Interrupted(_)
        | ReplyOutcome::LeftRunning(Some(_))
        | ReplyOutcome::Failed(_) => code::FAILED,
    }
}
