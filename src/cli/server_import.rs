//! A conversation that a server kept, fetched by the id of one of its responses.
//! May not bring in twice what the file has, though times here and there differ by seconds.

use std::collections::HashSet;

use crate::api::{Client, ClientSettings, ImportedConversation};
use crate::chat::{Conversation, ConversationId, Message, ResponseId, Role, WebChain, title};
use crate::settings::Settings;
use crate::store::{IncomingConversation, Store, StoreError};

use crate::cli::error::CliError;
use crate::cli::{bootstrap, output};

/// The conversation that ends with a response, without the turns the file has.
///
/// # Errors
/// When the server does not have it, or the file cannot be read.
pub fn fetch(
    settings: &Settings,
    store: &mut Store,
    id: &str,
) -> Result<IncomingConversation, CliError> {
    let runtime = bootstrap::build_runtime()?;
    let client = Client::new(ClientSettings::from(settings))?;
    let imported = runtime.block_on(client.import(&ResponseId::new(id)))?;
    runtime.shutdown_background();
    if let Some(notice) = imported.start.notice() {
        output::print_message(&notice);
    }
    let here = find_stored(store, &imported.messages)?;
    Ok(IncomingConversation::new(conversation(settings, imported, here.as_ref(), id)))
}

/// The conversation of the file that holds one of the answers.
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
    here: Option<&Conversation>,
    id: &str,
) -> Conversation {
    let first = imported.messages.iter().find(|message| message.role == Role::User);
    let name = title::from_question(first.map_or("", |message| &message.text));
    let begun = imported.messages.first().map(|message| message.timestamp).unwrap_or_default();
    let key = here.map_or_else(|| derive_id(&imported.messages, id), |here| here.id.clone());
    let mut made = Conversation::new(key, here.map_or(name, |here| here.title.clone()), begun);
    made.messages = match here {
        Some(here) => missing_turns(imported.messages, here),
        None => imported.messages,
    };
    made.last_update = made.messages.iter().map(|it| it.timestamp).max().unwrap_or(begun);
    if settings.web_chain() == WebChain::Possible {
        made.last_response_id = imported.last_response_id;
    } else {
        // The web app could not chain from them, and would fail for ever.
        made.messages.iter_mut().for_each(|message| message.response_id = None);
    }
    made
}

/// The turns whose answers the file does not have.
fn missing_turns(messages: Vec<Message>, here: &Conversation) -> Vec<Message> {
    let known: HashSet<&ResponseId> =
        here.messages.iter().filter_map(|message| message.response_id.as_ref()).collect();
    let mut lacking = Vec::new();
    let mut turn = Vec::new();
    for message in messages {
        let ends = message.role == Role::Assistant;
        let is_known = message.response_id.as_ref().is_some_and(|id| known.contains(id));
        turn.push(message);
        if is_known {
            turn.clear();
        } else if ends {
            lacking.append(&mut turn);
        }
    }
    lacking.append(&mut turn);
    lacking
}

/// An id in the form of a UUID, the same each time the conversation is fetched.
fn derive_id(messages: &[Message], asked: &str) -> ConversationId {
    let first = messages.iter().find_map(|message| message.response_id.as_ref());
    let seed = first.map_or(asked, ResponseId::as_str);
    // FNV-1a, 128 bits (Fowler, Noll and Vo).
    let digest = seed.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b)
    });
    ConversationId::new(uuid::Uuid::from_u128(digest).to_string())
}
