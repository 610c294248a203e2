//! `duologue ask`: one question, its answer on standard output as it comes, both stored.
//! May not print what is not stored: the question is on disk before it is sent.

use std::io::IsTerminal;
use std::pin::pin;
use std::time::Instant;

use clap::Args;

use crate::api::{self, Client, ClientSettings, Delivery, Reply, Request};
use crate::chat::answer::keep;
use crate::chat::attachment;
use crate::chat::{
    Change, Conversation, ConversationId, Ending, Failure, FailureKind, Manner, Message, Outcome,
    Preset, ReplyEvent, Role, Run, TurnId, WebChain, title,
};
use crate::runtime::attaching::{self, Named};
use crate::runtime::{self, clock};
use crate::settings::Settings;
use crate::store::Store;

use super::printer::{Print, Printer};
use super::problem::{Problem, code};
use super::progress::Waiting;
use super::{collect, going, models, open, output, stdin};

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
pub fn run(settings: &Settings, args: &AskArgs) -> Result<u8, Problem> {
    let text = if args.retry { None } else { Some(question(args)?) };
    let preset = open::preset(settings)?;
    let mut store = open::store(settings)?;
    let resumed = resumed(&mut store, args)?;
    collect::left_running(settings, &mut store, resumed.as_ref())?;
    if let Some(id) = &resumed {
        let row = store.conversation(id)?.summary();
        if !store.asked_elsewhere(&[row], clock::now()).is_empty() {
            output::say("This conversation is being answered on the web right now.");
        }
    }
    let (id, changes) = match (text, resumed) {
        (Some(text), resumed) => place(text, resumed),
        (None, Some(id)) => again(&mut store, id)?,
        (None, None) => return Err(Problem::usage(NOTHING)),
    };
    if let Some(Change::Append { message, .. }) = changes.last() {
        let files = Named::none(runtime::start::place(settings).state());
        files.keep(message, args.attach.iter().map(String::as_str))?;
    }
    let turn = TurnId::new(uuid::Uuid::new_v4().to_string());
    let accepted = store.begin_turn(&turn, &id, &changes)?;
    let runtime = open::runtime()?;
    let mut manner = manner(settings, preset.as_ref());
    manner.effort = args.effort.clone().or(manner.effort);
    let mut printer = Printer::begin(Print::of(args.json, args.events), &id)?;
    let asked = (&mut manner, &mut printer);
    let answered = runtime.block_on(answer(settings, &mut store, &turn, &accepted, asked));
    runtime.shutdown_background();
    let mut ending = answered?;
    manner.sign(&mut ending);
    let web =
        if settings.shares_server_with_web() { WebChain::Possible } else { WebChain::Impossible };
    let stored = if matches!(ending.outcome, Outcome::LeftRunning(_)) {
        store.leave_running(&turn);
        Ok(())
    } else {
        store.finish_turn(&turn, &id, keep(&ending, clock::now(), web)).map(|_| ())
    };
    printer.end(&id, &ending)?;
    if let Err(error) = stored {
        return Err(Problem::failed(format!("{error} {}", store.where_it_is())));
    }
    let code = say_how_it_ended(&ending, &id);
    if let Outcome::Failed(Failure { kind: FailureKind::ModelGone, .. }) = &ending.outcome {
        models::suggest(settings);
    }
    Ok(code)
}

/// Said where no conversation is there to go on in.
const NOTHING: &str = "There is no conversation to continue yet. Ask without -c.";

/// The question as it is sent: its words, what is piped in, and the files that go along.
fn question(args: &AskArgs) -> Result<String, Problem> {
    let words = Some(args.question.join(" ")).filter(|_| !args.question.is_empty());
    let text = stdin::question(words.as_deref(), stdin::piped()?)?;
    Ok(with_mentions(text, &args.attach))
}

/// The last question of a conversation, which is stored already.
fn again(store: &mut Store, id: ConversationId) -> Result<(ConversationId, Vec<Change>), Problem> {
    let messages = store.conversation(&id)?.messages;
    if messages.last().is_some_and(|last| last.role == Role::User) {
        return Ok((id, Vec::new()));
    }
    Err(Problem::usage("The last question has its answer. Ask another one, without --retry."))
}

/// The conversation that is continued, if one is.
fn resumed(store: &mut Store, args: &AskArgs) -> Result<Option<ConversationId>, Problem> {
    if let Some(wanted) = &args.resume {
        return Ok(Some(store.find(wanted)?));
    }
    if !args.latest && !args.retry {
        return Ok(None);
    }
    let newest = store.list()?.into_iter().max_by_key(|row| row.last_update).map(|row| row.id);
    newest.map(Some).ok_or_else(|| Problem::usage(NOTHING))
}

/// The text with a mention of each file it does not mention yet: what is stored is text alone.
fn with_mentions(mut text: String, files: &[String]) -> String {
    for path in files {
        if !attachment::is_mentioned(&text, path) {
            let between = if text.is_empty() { "" } else { "\n\n" };
            text.push_str(&format!("{between}{}", attachment::mention(path)));
        }
    }
    text
}

/// How the question is asked, by the settings.
fn manner(settings: &Settings, preset: Option<&Preset>) -> Manner {
    let mut manner = Manner {
        effort: settings.effort.clone(),
        tools: settings.tools.clone(),
        run: if settings.background { Run::Background } else { Run::Foreground },
        ..Manner::of(settings.model.clone())
    };
    if let Some(preset) = preset {
        preset.apply_to(&mut manner);
    }
    manner
}

/// The conversation, and what must be stored before asking.
fn place(text: String, resumed: Option<ConversationId>) -> (ConversationId, Vec<Change>) {
    let now = clock::now();
    let title = title::from_question(&text);
    let message = Message::question(text, now);
    if let Some(id) = resumed {
        return (id.clone(), vec![Change::Append { id, message }]);
    }
    let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
    let create = Change::Create { id: id.clone(), title, at: now };
    let append = Change::Append { id: id.clone(), message };
    (id, vec![create, append])
}

/// Listens to the answer; Ctrl+C ends it and keeps what came.
async fn answer(
    settings: &Settings,
    store: &mut Store,
    turn: &TurnId,
    accepted: &Conversation,
    (manner, printer): (&mut Manner, &mut Printer),
) -> Result<Ending, Problem> {
    let mut request = Request {
        // What a pipe has read cannot be taken back.
        delivery: Delivery::InOrder,
        ..api::request(settings, manner.clone(), accepted, clock::now())
    };
    attaching::add_files(settings, &mut request);
    let client = Client::new(ClientSettings::from(settings))?;
    let mut reply = Reply::start(client, request);
    let mut waiting = Waiting::new(&manner.model);
    let mut last_sync = Instant::now();
    let mut run = Run::Foreground;
    // One future for the whole answer: a new one would not see a signal that came before it.
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            event = reply.next() => event,
            () = waiting.tick(printer.printed()) => continue,
            _ = &mut interrupted => {
                waiting.clear();
                printer.end_line()?;
                return Ok(if run == Run::Background { left() } else { stopped(printer.printed()) });
            }
        };
        // In the journal before anybody has read it.
        match &event {
            Some(ReplyEvent::TextAppended(text)) => store.grow_answer(turn, text),
            Some(ReplyEvent::TextReplaced(text)) => store.replace_answer(turn, text),
            Some(_) | None => {}
        }
        if let Some(event) = &event {
            store.flush(going::due(&mut last_sync));
            waiting.give_way(event);
            printer.take(event)?;
        }
        match event {
            Some(ReplyEvent::Retrying { after, failure, .. }) => {
                let seconds = after.as_secs_f32().ceil();
                output::say(&format!("{} Asking again in {seconds} s.", failure.sentence));
            }
            Some(ReplyEvent::EffortLeftOut) => manner.effort = None,
            Some(ReplyEvent::Learned(lesson)) => open::learn(settings, &lesson),
            Some(ReplyEvent::Notice(text)) => output::say(&text),
            Some(ReplyEvent::ToolUsed(tool)) => output::say(&tool.line()),
            Some(ReplyEvent::Ended(ending)) => return Ok(*ending),
            Some(ReplyEvent::Accepted { response_id: Some(response_id), run: how, .. }) => {
                run = how;
                if run == Run::Background {
                    let of = (turn.clone(), accepted.id.clone(), response_id);
                    going::note(store, settings, of, manner);
                }
            }
            Some(
                ReplyEvent::Accepted { .. }
                | ReplyEvent::TextAppended(_)
                | ReplyEvent::TextReplaced(_)
                | ReplyEvent::ReasoningAppended(_)
                | ReplyEvent::Activity(_),
            ) => {}
            None => return Ok(stopped(printer.printed())),
        }
    }
}

/// The end, here, of an answer that goes on at its server.
#[must_use]
pub fn left() -> Ending {
    let failure = Failure::new(
        FailureKind::Interrupted,
        "The answer goes on at the server.",
        "`duologue ask -r` in this conversation waits for it; the next start collects it.",
    );
    Ending::bare(Outcome::LeftRunning(failure), "")
}

fn stopped(text: &str) -> Ending {
    Ending::bare(Outcome::Stopped, text)
}

/// The last words on standard error, and the exit code.
fn say_how_it_ended(ending: &Ending, id: &ConversationId) -> u8 {
    let code = match &ending.outcome {
        Outcome::Completed => code::DONE,
        Outcome::Incomplete(reason) => {
            output::say(reason);
            code::FAILED
        }
        Outcome::Stopped => {
            output::say("Stopped; what came is stored.");
            code::INTERRUPTED
        }
        Outcome::LeftRunning(failure) if failure.kind == FailureKind::Interrupted => {
            output::say(&failure.to_string());
            code::INTERRUPTED
        }
        Outcome::Interrupted(failure)
        | Outcome::LeftRunning(failure)
        | Outcome::Failed(failure) => {
            output::say(&failure.to_string());
            code::FAILED
        }
    };
    let short: String = id.as_str().chars().take(8).collect();
    if code == code::FAILED && ending.text.is_empty() {
        output::say(&format!("Ask it again with: duologue ask --retry -r {short}"));
    } else if code != code::DONE || std::io::stderr().is_terminal() && !output::goes_to_a_pipe() {
        output::say(&format!("Continue with: duologue ask -r {short} \"...\""));
    }
    code
}
