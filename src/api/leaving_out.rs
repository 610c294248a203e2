//! Asking without what a server refuses, and telling so.
//! May not decide what a refusal is about; `degrade` does.

use tracing::info;

use crate::chat::{Lesson, ReplyEvent};

use super::body::Body;
use super::degrade::{self, Lasting, Part};
use super::reply_task::{Effort, ReplyTask, Tries};
use super::rounds::Rounds;
use super::trouble::Trouble;

impl ReplyTask {
    /// Says once that the wished effort does not go along: the answer must not be signed with it.
    pub(super) async fn tell_of_effort(&self, tries: &mut Tries, rounds: &Rounds, body: &Body) {
        let wished = self.request.effort.is_some() && !rounds.any();
        if wished && tries.effort == Effort::Sent && !degrade::reasoning_has(body, "effort") {
            tries.effort = Effort::LeftOut;
            self.say(ReplyEvent::EffortLeftOut).await;
        }
    }

    /// Leaves out a part the server refuses.
    pub(super) async fn degrade(&self, tries: &mut Tries, body: &Body, trouble: &Trouble) -> bool {
        if tries.degraded >= degrade::MOST {
            return false;
        }
        let Some(part) = degrade::part_refused(trouble, body) else {
            return false;
        };
        tries.degraded = tries.degraded.saturating_add(1);
        info!(part = part.name(), "left out for this server and model");
        let model = &self.request.model;
        let said = match (&part, &self.request.effort) {
            (Part::Effort, Some(effort)) => {
                format!(
                    "The server does not take effort `{effort}` with {model}; asked without it."
                )
            }
            (Part::Streaming, _) => {
                format!("The server does not stream {model}; the answer comes whole.")
            }
            (other, _) => format!(
                "The server does not take `{}` with {model}; asked without it.",
                other.name()
            ),
        };
        self.say(ReplyEvent::Notice(said)).await;
        match part.lasting() {
            Lasting::Once => tries.without.push(part),
            Lasting::Learned => self.learn(part).await,
        }
        true
    }

    /// Asks for the answer in one piece where the stream cannot be read at all, as of a server that
    /// puts a byte order mark in front.
    pub(super) async fn stop_streaming(&self, tries: &mut Tries, body: &Body) -> bool {
        if tries.degraded >= degrade::MOST || !body.contains_key("stream") {
            return false;
        }
        tries.degraded = tries.degraded.saturating_add(1);
        let said = "The server's stream cannot be read; the answer comes whole.";
        self.say(ReplyEvent::Notice(said.to_owned())).await;
        self.learn(Part::Streaming).await;
        true
    }

    /// Leaves a part out once and for all.
    async fn learn(&self, part: Part) {
        let model = self.request.model.clone();
        let lesson = Lesson::Refuses { model, part: part.name().to_owned() };
        self.client.memory().refuse(&self.request.model, part);
        self.say(ReplyEvent::Learned(lesson)).await;
    }
}
