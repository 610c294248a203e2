//! Imports a conversation from the server, by the id of one of its responses. Turns the file already has
//! are recognised by response id: times at the server and here differ by seconds.

use std::collections::HashSet;

use crate::api::ImportedConversation;
use crate::chat::{Conversation, ConversationId, Message, ResponseId, Role, Title, WebChain};
use crate::settings::Settings;
use crate::store::{IncomingConversation, Store, StoreError};

use super::error::CliError;
use super::output;
use super::server_session::ServerSession;

/// Fetches the conversation that ends with a response, without the turns the file has already.
pub(super) fn fetch(
    settings: &Settings,
    store: &mut Store,
    id: &str,
) -> Result<IncomingConversation, CliError> {
    let session = ServerSession::start(settings)?;
    let response_id = ResponseId::new(id);
    let imported = session.request(async |client| client.import(&response_id).await)?;
    if let Some(notice) = imported.start.notice() {
        output::print_message(&notice);
    }
    let stored = find_stored(store, &imported.messages)?;
    Ok(IncomingConversation::new(conversation(settings, imported, stored.as_ref(), id)))
}

/// The conversation of the file that has one of the answers.
fn find_stored(store: &mut Store, messages: &[Message]) -> Result<Option<Conversation>, CliError> {
    for id in messages.iter().rev().filter_map(|message| message.response_id.as_ref()) {
        match store.resolve_id(id.as_str()) {
            Ok(found) => return Ok(Some(store.conversation(&found)?)),
            Err(StoreError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

fn conversation(
    settings: &Settings,
    imported: ImportedConversation,
    stored: Option<&Conversation>,
    id: &str,
) -> Conversation {
    let first = imported.messages.iter().find(|message| message.role == Role::User);
    let name = Title::from_question(first.map_or("", |message| &message.text));
    let created = imported.messages.first().map(|message| message.timestamp).unwrap_or_default();
    let key = stored.map_or_else(|| derive_id(&imported.messages, id), |stored| stored.id.clone());
    let mut conversation =
        Conversation::new(key, stored.map_or(name, |stored| stored.title.clone()), created);
    conversation.messages = match stored {
        Some(stored) => missing_turns(imported.messages, stored),
        None => imported.messages,
    };
    conversation.last_update =
        conversation.messages.iter().map(|it| it.timestamp).max().unwrap_or(created);
    if settings.web_chain() == WebChain::Possible {
        conversation.last_response_id = imported.last_response_id;
    } else {
        // The web app asks another server: it could never chain from these ids.
        conversation.messages.iter_mut().for_each(|message| message.response_id = None);
    }
    conversation
}

/// The turns whose answers the file does not have.
fn missing_turns(messages: Vec<Message>, stored: &Conversation) -> Vec<Message> {
    let stored_ids: HashSet<&ResponseId> =
        stored.messages.iter().filter_map(|message| message.response_id.as_ref()).collect();
    let mut missing = Vec::new();
    let mut turn = Vec::new();
    for message in messages {
        let ends_turn = message.role == Role::Assistant;
        let is_stored = message.response_id.as_ref().is_some_and(|id| stored_ids.contains(id));
        turn.push(message);
        if is_stored {
            turn.clear();
        } else if ends_turn {
            missing.append(&mut turn);
        }
    }
    missing.append(&mut turn);
    missing
}

/// An id in the form of a UUID, the same each time a conversation is fetched.
fn derive_id(messages: &[Message], requested: &str) -> ConversationId {
    let first = messages.iter().find_map(|message| message.response_id.as_ref());
    let seed = first.map_or(requested, ResponseId::as_str);
    // FNV-1a, 128 bits (Fowler, Noll and Vo).
    let digest = seed.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    });
    ConversationId::new(uuid::Uuid::from_u128(digest).to_string())
}
