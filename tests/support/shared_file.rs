//! A home's shared file, a store on it, and a clock that is the test's.

use duologue::chat::{ConversationId, Timestamp};
use duologue::settings::UserName;
use duologue::store::{Folder, Look, Place, Store};
use serde_json::Value;

use super::home::Home;

/// Later than any file of a test can be.
pub const START: i64 = 4_000_000_000;

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

pub fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

pub fn place(home: &Home) -> Place {
    let user = UserName::new("ann").unwrap();
    Place::new(&home.chats(), user, Folder::Shared, &home.path().join("state"))
}

pub fn open(home: &Home, now: i64) -> Store {
    Store::open(place(home), at(now)).unwrap().store
}

/// The line about what another look at the file showed, and was done.
pub fn look(store: &mut Store, now: i64) -> String {
    match store.look_again(at(now)).unwrap() {
        Look::Same => "same".into(),
        Look::Changed(line) => line.unwrap_or_default(),
    }
}

/// What the file holds now.
pub fn file(home: &Home) -> Value {
    serde_json::from_str(&home.text()).unwrap()
}
