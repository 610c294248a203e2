//! The thumbnails of attached images: asks for those of the questions on screen. Must not ask for
//! anything an answer mentions: a model could have the program read files or addresses.

use std::sync::Arc;

use crate::chat::mention::find_mentions;
use crate::chat::{Message, Role};

use crate::app::{Effect, FilesEffect, Measured, State, Thumbnail, temporary};

/// Asks for the images of the next question on screen whose images are unknown.
pub(crate) fn load_visible(state: &mut State) -> Vec<Effect> {
    if state.transcript.images.loading.is_some() || !state.ui_prefs.images.shows_images() {
        return Vec::new();
    }
    let Some(question) = next_unknown(state) else {
        return Vec::new();
    };
    state.transcript.images.loading = Some(Arc::clone(&question));
    vec![Effect::Files(FilesEffect::LoadImages(question))]
}

/// The first question on screen that may have images and whose images are unknown.
fn next_unknown(state: &State) -> Option<Arc<Message>> {
    let open = state.transcript.open.as_ref()?;
    if state.has_unsaved_question(&open.id) || temporary::is_temporary(state, &open.id) {
        return None;
    }
    let is_unknown = |message: &&Arc<Message>| state.transcript.images.of(message).is_none();
    shown_questions(state).find(is_unknown).cloned()
}

/// The questions on screen that may have images.
fn shown_questions(state: &State) -> impl Iterator<Item = &Arc<Message>> {
    let Measured { top, shown_until, .. } = state.measured;
    let messages = state.transcript.open.iter().flat_map(|open| &open.messages);
    let may_have_images = |message: &&Arc<Message>| {
        message.role == Role::User && find_mentions(&message.text).next().is_some()
    };
    messages.take(shown_until).skip(top.message).filter(may_have_images)
}

/// Takes the images of a question, and asks for the next.
pub(crate) fn handle_loaded(
    state: &mut State,
    question: Arc<Message>,
    images: Vec<Thumbnail>,
) -> Vec<Effect> {
    state.transcript.images.loading = None;
    let shown: Vec<_> = shown_questions(state).cloned().collect();
    state.transcript.images.insert(question, images, &shown);
    load_visible(state)
}
