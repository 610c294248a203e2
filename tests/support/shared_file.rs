//! A shared file in a temporary home, a store on it, and a clock that the test sets.

use duologue::chat::{ConversationId, Timestamp};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, RefreshOutcome, Store, StorePaths};
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

pub fn store_paths(home: &Home) -> StorePaths {
    let user = UserName::new("ann").unwrap();
    StorePaths::new(&home.chats(), user, ChatsFolder::Shared, &home.path().join("state"))
}

pub fn open(home: &Home, now: i64) -> Store {
    Store::open(store_paths(home), at(now)).unwrap().store
}

/// The line about what another look at the file showed, and was done.
pub fn refresh(store: &mut Store, now: i64) -> String {
    match store.refresh(at(now)).unwrap() {
        RefreshOutcome::Unchanged => "same".into(),
        RefreshOutcome::Changed(notice) => notice.map(|it| it.to_string()).unwrap_or_default(),
    }
}

/// What the file holds now.
pub fn read_shared_file(home: &Home) -> Value {
    serde_json::from_str(&home.text()).unwrap()
}
