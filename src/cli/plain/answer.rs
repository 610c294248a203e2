//! One turn in plain lines: the question stored, the answer read out, its end stored and told.
//! May not print what is not stored.

use std::pin::pin;
use std::time::{Duration, Instant};

use tokio::time::interval;

use crate::api::{self, Client, ClientSettings, Delivery, Reply, Request};
use crate::chat::answer::keep;
use crate::chat::{
    Change, Conversation, ConversationId, Ending, FailureKind, Manner, Outcome, ReplyEvent, Run,
    TurnId, WebChain,
};
use crate::cli::problem::Problem;
use crate::cli::{ask, going, models, open, output};
use crate::runtime::{attaching, clock};
use crate::settings::Settings;
use crate::store::Store;

use super::Plain;
use super::printer::Printer;

/// How often a person who hears nothing is told that it goes on.
const PATIENCE: Duration = Duration::from_secs(15);

impl Plain {
    /// Stores what is new, asks, reads the answer out, stores it.
    pub(super) fn turn(&mut self, id: &ConversationId, changes: &[Change]) -> Result<(), Problem> {
        let turn = TurnId::new(uuid::Uuid::new_v4().to_string());
        let accepted = self.store.begin_turn(&turn, id, changes).map_err(|error| {
            let failure = error.to_failure();
            Problem::failed(format!("Not sent: {failure}"))
        })?;
        self.open = Some(id.clone());
        let mut manner = manner(&self.settings);
        let answered = match self.client() {
            Ok(client) => {
                let listening = listen(
                    &self.settings,
                    &client,
                    &mut self.store,
                    (&turn, &accepted),
                    &mut manner,
                );
                self.runtime.block_on(listening)
            }
            Err(problem) => Err(Trouble::Before(problem)),
        };
        let mut ending = match answered {
            Ok(ending) => ending,
            Err(Trouble::Before(problem)) => {
                let failed = Ending::bare(Outcome::Stopped, "");
                self.keep(&turn, id, &failed)?;
                return Err(problem);
            }
            Err(Trouble::Within(text, problem)) => {
                self.keep(&turn, id, &Ending::bare(Outcome::Stopped, text))?;
                return Err(problem);
            }
        };
        manner.sign(&mut ending);
        self.keep(&turn, id, &ending)?;
        self.tell(&ending);
        Ok(())
    }

    fn client(&mut self) -> Result<Client, Problem> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client = Client::new(ClientSettings::from(&self.settings))?;
        Ok(self.client.insert(client).clone())
    }

    fn keep(&mut self, turn: &TurnId, id: &ConversationId, ending: &Ending) -> Result<(), Problem> {
        if matches!(ending.outcome, Outcome::LeftRunning(_)) {
            self.store.leave_running(turn);
            return Ok(());
        }
        let shares = self.settings.shares_server_with_web();
        let web = if shares { WebChain::Possible } else { WebChain::Impossible };
        let stored = self.store.finish_turn(turn, id, keep(ending, clock::now(), web));
        stored
            .map(|_| ())
            .map_err(|error| Problem::failed(format!("{error} {}", self.store.where_it_is())))
    }

    fn tell(&self, ending: &Ending) {
        match &ending.outcome {
            Outcome::Completed => output::say("End of the answer."),
            Outcome::Incomplete(reason) => output::say(reason),
            Outcome::Stopped if ending.text.is_empty() => {
                output::say("Stopped before an answer came. The question is kept.");
            }
            Outcome::Stopped => output::say("Stopped. What came of the answer is kept."),
            Outcome::Interrupted(failure)
            | Outcome::LeftRunning(failure)
            | Outcome::Failed(failure) => {
                output::say(&failure.to_string());
                if failure.kind == FailureKind::ModelGone {
                    models::suggest(&self.settings);
                    output::say("/model NAME chooses another, /retry asks again.");
                } else {
                    output::say("/retry asks again.");
                }
            }
        }
    }
}

/// Why there is no ending: what had come is kept all the same.
enum Trouble {
    Before(Problem),
    Within(String, Problem),
}

impl From<Problem> for Trouble {
    fn from(problem: Problem) -> Self {
        Self::Before(problem)
    }
}

fn manner(settings: &Settings) -> Manner {
    let mut manner = Manner {
        effort: settings.effort.clone(),
        tools: settings.tools.clone(),
        run: if settings.background { Run::Background } else { Run::Foreground },
        ..Manner::of(settings.model.clone())
    };
    // That there is one was seen before anything began.
    if let Ok(Some(preset)) = open::preset(settings) {
        preset.apply_to(&mut manner);
    }
    manner
}

/// Reads the answer out as it comes; Ctrl+C ends it and keeps what came.
async fn listen(
    settings: &Settings,
    client: &Client,
    store: &mut Store,
    (turn, accepted): (&TurnId, &Conversation),
    manner: &mut Manner,
) -> Result<Ending, Trouble> {
    let mut request = Request {
        // What was read out cannot be taken back.
        delivery: Delivery::InOrder,
        ..api::request(settings, manner.clone(), accepted, clock::now())
    };
    attaching::add_files(settings, &mut request);
    let mut reply = Reply::start(client.clone(), request);
    let mut printer = Printer::default();
    let mut last_sync = Instant::now();
    let mut run = Run::Foreground;
    let mut waiting = interval(PATIENCE);
    waiting.tick().await;
    // One future for the whole answer: a new one would not see a signal that came before it.
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    loop {
        let event = tokio::select! {
            event = reply.next() => event,
            _ = &mut interrupted => {
                let stopped = Ending::bare(Outcome::Stopped, printer.text());
                finish(&mut printer, &stopped.text)?;
                return Ok(if run == Run::Background { ask::left() } else { stopped });
            }
            _ = waiting.tick() => {
                output::say("Still waiting; Ctrl+C stops.");
                continue;
            }
        };
        waiting.reset();
        let done = match event {
            Some(ReplyEvent::TextAppended(text)) => {
                store.grow_answer(turn, &text);
                store.flush(going::due(&mut last_sync));
                printer.append(&text)
            }
            Some(ReplyEvent::TextReplaced(text)) => {
                store.replace_answer(turn, &text);
                store.flush(going::due(&mut last_sync));
                printer.replace(&text)
            }
            Some(ReplyEvent::Ended(ending)) => {
                finish(&mut printer, &ending.text)?;
                return Ok(*ending);
            }
            Some(ReplyEvent::Accepted { response_id: Some(response_id), run: how, .. }) => {
                run = how;
                if run == Run::Background {
                    let of = (turn.clone(), accepted.id.clone(), response_id);
                    going::note(store, settings, of, manner);
                }
                Ok(())
            }
            Some(ReplyEvent::EffortLeftOut) => {
                manner.effort = None;
                Ok(())
            }
            Some(event) => {
                tell(settings, event);
                Ok(())
            }
            None => return Ok(Ending::bare(Outcome::Stopped, printer.text())),
        };
        done.map_err(|problem| Trouble::Within(printer.text().to_owned(), problem))?;
    }
}

fn finish(printer: &mut Printer, whole: &str) -> Result<(), Trouble> {
    printer.finish(whole).map_err(|problem| Trouble::Within(whole.to_owned(), problem))
}

/// Says what happens besides the answer.
fn tell(settings: &Settings, event: ReplyEvent) {
    match event {
        ReplyEvent::Retrying { after, failure, .. } => {
            let seconds = after.as_secs_f32().ceil();
            output::say(&format!("{} Asking again in {seconds} seconds.", failure.sentence));
        }
        ReplyEvent::Learned(lesson) => open::learn(settings, &lesson),
        ReplyEvent::Notice(text) => output::say(&text),
        ReplyEvent::ToolUsed(tool) => output::say(&tool.line()),
        ReplyEvent::Accepted { .. }
        | ReplyEvent::TextAppended(_)
        | ReplyEvent::TextReplaced(_)
        | ReplyEvent::ReasoningAppended(_)
        | ReplyEvent::Activity(_)
        | ReplyEvent::EffortLeftOut
        | ReplyEvent::Ended(_) => {}
    }
}
