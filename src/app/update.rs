//! The routing table: each fact goes to the file that knows what it means.
//! May not do the work itself.

use std::collections::VecDeque;

use crate::chat::TurnEvent;

use super::temporary::Routed;
use super::{
    Effect, Msg, State, attach, composer, copy, drafts, find, input, notice, overlay, reply,
    stored, temporary, titles, transcript, turn_steps, web,
};

/// Takes one fact in and says what should be done about it.
pub fn update(state: &mut State, msg: Msg) -> Vec<Effect> {
    notice::begin(state, &msg);
    let mut effects = route(state, msg);
    effects.extend(attach::notice(state));
    pass_on(state, effects)
}

/// What is left for others to perform once the memory store has answered what is about the
/// temporary conversation, and what its answers asked for.
fn pass_on(state: &mut State, effects: Vec<Effect>) -> Vec<Effect> {
    let mut waiting = VecDeque::from(effects);
    let mut passed = Vec::new();
    while let Some(effect) = waiting.pop_front() {
        match temporary::route(state, effect) {
            Routed::Passed(effect) => passed.push(effect),
            Routed::Performed(None) => {}
            Routed::Performed(Some(fact)) => {
                for effect in stored::route(state, fact).into_iter().rev() {
                    waiting.push_front(effect);
                }
            }
        }
    }
    passed
}

fn route(state: &mut State, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(happened) => {
            let mut effects = input::route(state, happened);
            effects.extend(drafts::notice(state));
            effects
        }
        Msg::Stored(fact) => stored::route(state, fact),
        Msg::Replied { turn, event } => turn_steps::feed(state, &turn, TurnEvent::Reply(event)),
        Msg::ClientFailed { turn, failure } => {
            turn_steps::feed(state, &turn, TurnEvent::ClientFailed(failure))
        }
        Msg::TitleWritten { id, was, title } => titles::take(state, id, was, &title),
        Msg::ModelsListed(listed) => overlay::models::take(state, listed),
        Msg::Edited(edited) => match overlay::presets::take_edited(state, edited) {
            Some(edited) => composer::take_edited(state, edited),
            None => drafts::notice(state),
        },
        Msg::Copied(copied) => copy::report(state, copied),
        Msg::Files(fact) => attach::learn(state, fact),
        Msg::Browsed { link, opened } => web::report(state, link, &opened),
        Msg::TimePassed(now) => {
            state.now = now;
            find::tick(state);
            notice::pass(state);
            reply::pass(state);
            drafts::keep_due(state)
        }
        Msg::Drawn(measured) => {
            transcript::settle(state, measured);
            Vec::new()
        }
        Msg::Terminated => input::leave(state),
    }
}
