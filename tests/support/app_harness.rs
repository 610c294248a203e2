//! Drives the state of the window with messages and keys, without I/O.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use duologue::app::{
    ApiEffect, Effect, IdGenerator, Input, LoadedConversation, Msg, QuitState, Session,
    SessionEffect, State, StoreEffect, StoreEvent, update,
};
use duologue::chat::{
    AnswerOptions, Change, Conversation, ConversationId, Message, ReplyEnding, ReplyEvent,
    ReplyOutcome, ResponseId, ServerStep, StoreStep, Timestamp, Turn, TurnEvent, TurnId,
};
use duologue::settings::{Keymap, Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// The state of the window, with helpers to send messages and keys.
#[derive(Debug)]
pub struct AppHarness {
    pub state: State,
}

impl AppHarness {
    pub fn new() -> Self {
        let session = Session {
            preset: None,
            execution_mode: duologue::chat::ExecutionMode::Foreground,
            user: "ann".into(),
            model: "o4-mini".into(),
            ..Session::default()
        };
        let keymap = Arc::new(Keymap::default());
        Self { state: State::new(session, keymap, IdGenerator::new(1), at(1000), (120, 40).into()) }
    }

    /// Handles a message. A server that is to be checked is found ready at once.
    pub fn send_msg(&mut self, msg: Msg) -> Vec<Effect> {
        let effects = self.send_without_check(msg);
        self.check_servers(effects)
    }

    /// Finds servers ready that are to be checked; returns the other effects, and those that follow.
    pub fn check_servers(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::new();
        for effect in effects {
            match effect {
                Effect::Api(ApiEffect::Turn { turn, step: ServerStep::Check, .. }) => {
                    others.extend(self.send_msg(Msg::ServerChecked { turn, checked: Ok(()) }));
                }
                effect => others.push(effect),
            }
        }
        others
    }

    /// The same, but nobody checks the server.
    pub fn send_without_check(&mut self, msg: Msg) -> Vec<Effect> {
        update(&mut self.state, msg)
    }

    pub fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
        self.send_msg(Msg::Input(Input::Key(KeyEvent::new(code, modifiers))))
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
        self.send_msg(Msg::Input(Input::Pasted(text.into())))
    }

    /// Types a question and sends it; returns the turn and the store effects.
    pub fn send(&mut self, text: &str) -> (TurnId, ConversationId, Vec<Change>) {
        self.type_text(text);
        let effects = self.press(KeyCode::Enter);
        effects
            .into_iter()
            .find_map(|effect| match effect {
                Effect::Store(StoreEffect::StoreQuestion {
                    turn, conversation, changes, ..
                }) => Some((turn, conversation, changes)),
                _ => None,
            })
            .expect("the question goes to the disk")
    }

    /// A question that is on disk and sent.
    pub fn ask(&mut self, text: &str) -> (TurnId, ConversationId) {
        let (turn, id, _) = self.send(text);
        let kept = opened_conversation(&id, &[Message::question(text, at(1000))]);
        self.send_msg(stored_msg(StoreEvent::QuestionStored {
            turn: turn.clone(),
            conversation: kept,
        }));
        (turn, id)
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: i64) -> Vec<Effect> {
        let later = at(self.state.now.seconds() + seconds);
        self.send_msg(Msg::TimePassed(later))
    }

    pub fn reply(&mut self, turn: &TurnId, event: ReplyEvent) -> Vec<Effect> {
        self.send_msg(Msg::Replied { turn: turn.clone(), event })
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let size = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(size.columns, size.rows)).unwrap();
        let theme = Theme::built_in(ThemeName::Dark);
        let cache = &mut LayoutCache::default();
        terminal.draw(|frame| _ = draw(frame, &self.state, &theme, cache)).unwrap();
        terminal.backend().to_string()
    }

    /// Whether the program ends.
    pub fn is_quitting(&self) -> bool {
        self.state.quit_state == QuitState::Quitting
    }

    pub fn notice(&self) -> &str {
        self.state.notice.as_ref().map_or("", |notice| notice.text.as_str())
    }
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub fn stored_msg(fact: StoreEvent) -> Msg {
    Msg::Store(fact)
}

pub fn opened_conversation(id: &ConversationId, messages: &[Message]) -> Box<LoadedConversation> {
    let mut conversation = Conversation::new(id.clone(), "T", at(1000));
    conversation.messages = messages.to_vec();
    Box::new(LoadedConversation::without_records(conversation))
}

pub fn ended_event(outcome: ReplyOutcome, text: &str) -> ReplyEvent {
    let response_id = Some(ResponseId::new("resp_1"));
    ReplyEvent::Ended(Box::new(ReplyEnding {
        response_id,
        ..ReplyEnding::with_text(outcome, text)
    }))
}

pub fn has_request(effects: &[Effect]) -> bool {
    server_steps(effects).any(|(_, step)| matches!(step, ServerStep::Send { .. }))
}

/// The steps of turns that the server is asked for.
pub fn server_steps(effects: &[Effect]) -> impl Iterator<Item = (&TurnId, &ServerStep)> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Api(ApiEffect::Turn { turn, step, .. }) => Some((turn, step)),
        _ => None,
    })
}

/// The steps of turns that the disk is asked for.
pub fn store_steps(effects: &[Effect]) -> impl Iterator<Item = (&TurnId, &StoreStep)> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Store(StoreEffect::Turn { turn, step, .. }) => Some((turn, step)),
        _ => None,
    })
}

/// The drafts that the disk is asked to keep.
pub fn saved_drafts(effects: &[Effect]) -> Vec<(Option<ConversationId>, &str)> {
    let draft = |effect| match effect {
        &Effect::Session(SessionEffect::SaveDraft { ref conversation, ref draft }) => {
            Some((conversation.clone(), draft.text.as_str()))
        }
        _ => None,
    };
    effects.iter().filter_map(draft).collect()
}

/// The changes of the one transaction that the disk is asked for, and nothing else.
pub fn committed_changes(effects: &[Effect]) -> &[Change] {
    match effects {
        [Effect::Store(StoreEffect::Commit(changes))] => changes,
        _ => panic!("{effects:?}"),
    }
}

pub fn stored_ending(effects: &[Effect]) -> Option<&ReplyEnding> {
    store_steps(effects).find_map(|(_, step)| match step {
        StoreStep::StoreEnding(ending) => Some(&**ending),
        _ => None,
    })
}

/// A turn of which some of the answer has just come.
pub fn answering_turn(
    conversation: ConversationId,
    asked_at: Timestamp,
    now: Timestamp,
    text: &str,
) -> Turn {
    let mut turn = Turn::new(TurnId::new("t"), conversation.clone(), asked_at);
    let conversation = Box::new(Conversation::new(conversation, "T", asked_at));
    let options = Box::new(AnswerOptions::of("o4-mini"));
    drop(turn.handle(TurnEvent::ServerChecked(Ok(())), asked_at));
    drop(turn.handle(TurnEvent::QuestionAccepted { conversation, options }, asked_at));
    let piece = ReplyEvent::TextAppended(text.into());
    drop(turn.handle(TurnEvent::Reply(piece), now));
    turn
}
