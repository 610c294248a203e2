//! What every command that listens to an answer does on the way: note one that goes on at its server,
//! and force down what came.
//! May not print.

use std::time::Instant;

use crate::chat::{ConversationId, Manner, ResponseId, Running, TurnId};
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{Durability, Store};

/// Notes that an answer goes on at its server whatever becomes of this program.
pub fn note(
    store: &mut Store,
    settings: &Settings,
    (turn, id, response_id): (TurnId, ConversationId, ResponseId),
    manner: &Manner,
) {
    let running = Running::of(turn, id, response_id, settings.base_url.to_string());
    store.note_running(running.asked(manner.clone(), clock::now()));
}

/// Once a second what came is forced down to the disk.
#[must_use]
pub fn due(last_sync: &mut Instant) -> Durability {
    if last_sync.elapsed().as_secs() < 1 {
        return Durability::Written;
    }
    *last_sync = Instant::now();
    Durability::Synced
}
