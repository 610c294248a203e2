//! A brain with a hand on its keyboard: facts in, effects out, no I/O.
//! May not check anything.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{
    ApiEffect, Effect, Ids, Input, Msg, Opened, Session, State, StoreEffect, Stored, update,
};
use duologue::chat::{
    AnswerOptions, Change, Conversation, ConversationId, Ending, Message, Outcome, ReplyEvent,
    ResponseId, Timestamp, Turn, TurnEvent, TurnId,
};
use duologue::settings::Keymap;

/// A brain with a hand on its keyboard.
#[derive(Debug)]
pub struct Desk {
    pub state: State,
}

impl Desk {
    pub fn new() -> Self {
        let session = Session {
            preset: None,
            mode: duologue::chat::ExecutionMode::Foreground,
            user: "ann".into(),
            model: "o4-mini".into(),
            reading_width: 100,
            ..Session::default()
        };
        let keymap = Arc::new(Keymap::default());
        Self { state: State::new(session, keymap, Ids::new(1), at(1000), (120, 40)) }
    }

    pub fn tell(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.state, msg)
    }

    pub fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
        self.tell(Msg::Input(Input::Key(KeyEvent::new(code, modifiers))))
    }

    pub fn press(&mut self, code: KeyCode) -> Vec<Effect> {
        self.key(code, KeyModifiers::NONE)
    }

    pub fn ctrl(&mut self, letter: char) -> Vec<Effect> {
        self.key(KeyCode::Char(letter), KeyModifiers::CONTROL)
    }

    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(KeyCode::Char(c));
        }
    }

    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.tell(Msg::Input(Input::Pasted(text.into())))
    }

    /// Types a question and sends it; tells the turn and what the disk was asked to keep.
    pub fn send(&mut self, text: &str) -> (TurnId, ConversationId, Vec<Change>) {
        self.type_text(text);
        let effects = self.press(KeyCode::Enter);
        effects
            .into_iter()
            .find_map(|effect| match effect {
                Effect::Store(StoreEffect::KeepQuestion { turn, conversation, changes }) => {
                    Some((turn, conversation, changes))
                }
                _ => None,
            })
            .expect("the question goes to the disk")
    }

    /// A question that is on disk and sent.
    pub fn ask(&mut self, text: &str) -> (TurnId, ConversationId) {
        let (turn, id, _) = self.send(text);
        let kept = opened(&id, &[Message::question(text, at(1000))]);
        self.tell(stored(Stored::QuestionKept { turn: turn.clone(), conversation: kept }));
        (turn, id)
    }

    pub fn reply(&mut self, turn: &TurnId, event: ReplyEvent) -> Vec<Effect> {
        self.tell(Msg::Replied { turn: turn.clone(), event })
    }

    pub fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub fn stored(fact: Stored) -> Msg {
    Msg::Stored(fact)
}

pub fn opened(id: &ConversationId, messages: &[Message]) -> Box<Opened> {
    let mut conversation = Conversation::new(id.clone(), "T", at(1000));
    conversation.messages = messages.to_vec();
    Box::new(Opened::bare(conversation))
}

pub fn ending(outcome: Outcome, text: &str) -> ReplyEvent {
    let response_id = Some(ResponseId::new("resp_1"));
    ReplyEvent::Ended(Box::new(Ending { response_id, ..Ending::bare(outcome, text) }))
}

pub fn asked(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Api(ApiEffect::Ask { .. })))
}

/// The changes of the one transaction that the disk is asked for, and nothing else.
pub fn committed(effects: &[Effect]) -> &[Change] {
    match effects {
        [Effect::Store(StoreEffect::Commit(changes))] => changes,
        _ => panic!("{effects:?}"),
    }
}

pub fn kept_ending(effects: &[Effect]) -> Option<&Ending> {
    effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::KeepAnswer { ending, .. }) => Some(&**ending),
        _ => None,
    })
}

/// A turn of which some of the answer has just come.
pub fn answering(
    conversation: ConversationId,
    asked_at: Timestamp,
    now: Timestamp,
    text: &str,
) -> Turn {
    let mut turn = Turn::new(TurnId::new("t"), conversation.clone(), asked_at);
    let conversation = Box::new(Conversation::new(conversation, "T", asked_at));
    let options = Box::new(AnswerOptions::of("o4-mini"));
    drop(turn.take(TurnEvent::QuestionAccepted { conversation, options }, asked_at));
    let piece = ReplyEvent::TextAppended(text.into());
    drop(turn.take(TurnEvent::Reply(piece), now));
    turn
}
