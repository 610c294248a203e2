//! `duologue ask`: one question, its answer on standard output as it comes, both stored.
//! May not print what is not stored: the question is on disk before it is sent.

use std::io::IsTerminal;
use std::pin::pin;
use std::time::Instant;

use serde_json::json;

use crate::api::{self, Client, ClientSettings, Delivery, Reply, Request};
use crate::chat::answer::keep;
use crate::chat::{
    Change, ConversationId, Ending, Failure, FailureKind, Manner, Message, Outcome, ReplyEvent,
    Run, Running, TurnId, WebChain, title,
};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{Durability, Store};

use super::list::Form;
use super::problem::{Problem, code};
use super::{collect, models, open, output};

/// What to ask, and where.
#[derive(Debug)]
pub struct Question {
    /// The text.
    pub text: String,
    /// The conversation it continues.
    pub resume: Option<String>,
    /// What is printed.
    pub form: Form,
}

/// Asks, prints and stores; returns the exit code.
///
/// # Errors
/// When the question could not be stored (then nothing was sent) or nothing could be printed.
pub fn run(settings: &Settings, question: &Question) -> Result<u8, Problem> {
    let mut store = open::store(settings)?;
    let resumed = question.resume.as_deref().map(|wanted| store.find(wanted)).transpose()?;
    collect::left_running(settings, &mut store, resumed.as_ref())?;
    let (id, changes) = place(question, resumed);
    let turn = TurnId::new(uuid::Uuid::new_v4().to_string());
    store.begin_turn(&turn, &id, &changes)?;
    let runtime = open::runtime()?;
    let manner = manner(settings);
    let asked = (&manner, question.form);
    let answered = runtime.block_on(answer(settings, &mut store, &turn, &id, asked));
    runtime.shutdown_background();
    let mut ending = answered?;
    manner.sign(&mut ending);
    let web =
        if settings.shares_server_with_web() { WebChain::Possible } else { WebChain::Impossible };
    let stored = if matches!(ending.outcome, Outcome::LeftRunning(_)) {
        store.leave_running(&turn);
        Ok(())
    } else {
        store.finish_turn(&turn, &id, keep(&ending, clock::now(), web))
    };
    if question.form == Form::Json {
        output::write_json(&as_json(&id, &ending))?;
    }
    if let Err(error) = stored {
        return Err(Problem::failed(format!("{error} {}", store.where_it_is())));
    }
    let code = say_how_it_ended(&ending, &id);
    if let Outcome::Failed(Failure { kind: FailureKind::ModelGone, .. }) = &ending.outcome {
        models::suggest(settings);
    }
    Ok(code)
}

/// How the question is asked, by the settings.
fn manner(settings: &Settings) -> Manner {
    Manner {
        effort: settings.effort.clone(),
        tools: settings.tools.clone(),
        run: if settings.asking.background { Run::Background } else { Run::Foreground },
        ..Manner::of(settings.model.clone())
    }
}

/// The conversation, and what must be stored before asking.
fn place(question: &Question, resumed: Option<ConversationId>) -> (ConversationId, Vec<Change>) {
    let now = clock::now();
    let message = Message::question(question.text.clone(), now);
    if let Some(id) = resumed {
        return (id.clone(), vec![Change::Append { id, message }]);
    }
    let id = ConversationId::new(uuid::Uuid::new_v4().to_string());
    let title = title::from_question(&question.text);
    let create = Change::Create { id: id.clone(), title, at: now };
    let append = Change::Append { id: id.clone(), message };
    (id, vec![create, append])
}

/// Listens to the answer; Ctrl+C ends it and keeps what came.
async fn answer(
    settings: &Settings,
    store: &mut Store,
    turn: &TurnId,
    id: &ConversationId,
    (manner, form): (&Manner, Form),
) -> Result<Ending, Problem> {
    let conversation = store.conversation(id)?;
    let request = Request {
        // What a pipe has read cannot be taken back.
        delivery: Delivery::InOrder,
        ..api::request(settings, manner.clone(), &conversation)
    };
    let client = Client::new(ClientSettings::from(settings))?;
    let mut reply = Reply::start(client, request);
    let mut printer = Printer { form, printed: String::new() };
    let mut last_sync = Instant::now();
    let mut run = Run::Foreground;
    // One future for the whole answer: a new one would not see a signal that came before it.
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            event = reply.next() => event,
            _ = &mut interrupted => {
                return Ok(if run == Run::Background { left() } else { stopped(&printer.printed) });
            }
        };
        match event {
            Some(ReplyEvent::TextAppended(text)) => {
                store.grow_answer(turn, &text);
                store.flush(due(&mut last_sync));
                printer.append(&text)?;
            }
            Some(ReplyEvent::TextReplaced(text)) => {
                store.replace_answer(turn, &text);
                store.flush(due(&mut last_sync));
                printer.replace(text)?;
            }
            Some(ReplyEvent::Retrying { after, failure, .. }) => {
                let seconds = after.as_secs_f32().ceil();
                output::say(&format!("{} Asking again in {seconds} s.", failure.sentence));
            }
            Some(ReplyEvent::Learned(lesson)) => open::learn(settings, &lesson),
            Some(ReplyEvent::Notice(text)) => output::say(&text),
            Some(ReplyEvent::ToolUsed(tool)) => output::say(&tool.line()),
            Some(ReplyEvent::Ended(ending)) => {
                printer.finish(&ending.text)?;
                return Ok(*ending);
            }
            Some(ReplyEvent::Accepted { response_id: Some(response_id), run: how, .. }) => {
                run = how;
                if run == Run::Background {
                    let base_url = settings.base_url.clone();
                    let running = Running::of(turn.clone(), id.clone(), response_id, base_url);
                    store.note_running(running.asked(manner.clone(), clock::now()));
                }
            }
            Some(
                ReplyEvent::Accepted { .. }
                | ReplyEvent::ReasoningAppended(_)
                | ReplyEvent::Activity(_),
            ) => {}
            None => return Ok(stopped(&printer.printed)),
        }
    }
}

/// Once a second what came is forced down to the disk.
fn due(last_sync: &mut Instant) -> Durability {
    if last_sync.elapsed().as_secs() < 1 {
        return Durability::Written;
    }
    *last_sync = Instant::now();
    Durability::Synced
}

/// Prints an answer as it comes, and never takes back what a pipe has already read.
struct Printer {
    form: Form,
    printed: String,
}

impl Printer {
    fn append(&mut self, text: &str) -> Result<(), Problem> {
        self.printed.push_str(text);
        if self.form == Form::Text { output::write_clean(text) } else { Ok(()) }
    }

    /// What was printed was wrong: only what follows the part that still stands can be printed.
    fn replace(&mut self, whole: String) -> Result<(), Problem> {
        if let Some(more) = whole.strip_prefix(self.printed.as_str()) {
            let more = more.to_owned();
            return self.append(&more);
        }
        output::say("The server corrected the answer; the stored text is the right one.");
        if self.form == Form::Text {
            output::write("\n\n")?;
            output::write_clean(&whole)?;
        }
        self.printed = whole;
        Ok(())
    }

    fn finish(&mut self, whole: &str) -> Result<(), Problem> {
        if whole != self.printed {
            self.replace(whole.to_owned())?;
        }
        if self.form == Form::Text && !self.printed.is_empty() && !self.printed.ends_with('\n') {
            output::write("\n")?;
        }
        Ok(())
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

fn as_json(id: &ConversationId, ending: &Ending) -> serde_json::Value {
    let status = match &ending.outcome {
        Outcome::Completed => "completed",
        Outcome::Incomplete(_) => "incomplete",
        Outcome::Stopped => "stopped",
        Outcome::Interrupted(_) => "interrupted",
        Outcome::LeftRunning(_) => "in_progress",
        Outcome::Failed(_) => "failed",
    };
    json!({
        "threadId": id.as_str(),
        "text": ending.text,
        "response_id": ending.response_id.as_ref().map(crate::chat::ResponseId::as_str),
        "model": ending.model,
        "status": status,
        "usage": ending.taken.usage,
    })
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
    if std::io::stderr().is_terminal() || code != code::DONE {
        let short: String = id.as_str().chars().take(8).collect();
        output::say(&format!("Continue with: duologue ask -r {short} \"...\""));
    }
    code
}
