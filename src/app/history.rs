//! Earlier prompts: called back one after the other, or found by a few words.
//! May not lose what was being written when it began: that comes back behind the latest one.

use crate::chat::Role;

use super::{Composer, Effect, Recalled, State, StoreEffect};

/// Prompts that are remembered.
const MOST: usize = 1000;

/// What is being written: not an earlier prompt that merely passes by.
#[must_use]
pub fn own_text(composer: &Composer) -> &str {
    match &composer.recalled {
        Some(recalled) if recalled.is_unedited(composer) => &recalled.own,
        _ => composer.editor.text(),
    }
}

/// Calls back an older prompt; false where the caret should move instead.
pub fn older(state: &mut State) -> bool {
    let editor = &state.composer.editor;
    let passing = passing(&state.composer).is_some();
    let at_end = editor.caret() == editor.text().len();
    if !(editor.is_in_first_row() || (passing && at_end)) {
        return false;
    }
    let Some(mut recalled) = state.composer.recalled.take().filter(|_| passing) else {
        let entries = all(state);
        return recall(state, entries);
    };
    recalled.at = recalled.at.saturating_add(1).min(recalled.entries.len().saturating_sub(1));
    show(&mut state.composer, recalled);
    true
}

/// Goes back towards the latest prompt, and behind it to what was being written.
pub fn newer(state: &mut State) -> bool {
    let composer = &mut state.composer;
    if passing(composer).is_none() || !composer.editor.is_in_last_row() {
        return false;
    }
    let Some(mut recalled) = composer.recalled.take() else {
        return false;
    };
    match recalled.at.checked_sub(1) {
        Some(at) => {
            recalled.at = at;
            show(composer, recalled);
        }
        None => composer.editor.set_text(&recalled.own),
    }
    true
}

/// Puts one earlier prompt into the composer.
pub fn take(state: &mut State, prompt: String) {
    recall(state, vec![prompt]);
}

/// Everything that can be called back, the latest first: what was asked in this conversation,
/// then what was asked anywhere.
#[must_use]
pub fn all(state: &State) -> Vec<String> {
    let open = state.transcript.open.as_ref();
    let messages = open.map_or(&[][..], |open| &open.messages);
    let questions = messages.iter().rev().filter(|message| message.role == Role::User);
    let here = questions.take(MOST).map(|message| message.text.as_str());
    let anywhere = state.prompts.iter().rev().map(String::as_str);
    let mut seen = std::collections::HashSet::new();
    let texts = here.chain(anywhere).filter(|text| !text.trim().is_empty());
    texts.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
}

/// Takes the prompts of earlier runs; what was asked since the start is later.
pub fn take_found(state: &mut State, found: Vec<String>) {
    let since = std::mem::replace(&mut state.prompts, found);
    for prompt in since {
        remember(state, prompt);
    }
}

/// Remembers a prompt that was sent, and has the disk remember it.
pub fn add(state: &mut State, prompt: &str) -> Effect {
    remember(state, prompt.to_owned());
    Effect::Store(StoreEffect::KeepPrompt(prompt.to_owned()))
}

/// The composer after its text was sent: with what had been put aside for an earlier prompt.
#[must_use]
pub fn composer_after_sending(composer: &mut Composer) -> Composer {
    let passing = passing(composer).is_some();
    let recalled = composer.recalled.take().filter(|_| passing);
    Composer::holding(recalled.map_or_else(String::new, |recalled| recalled.own))
}

/// An earlier prompt that was edited is what is being written now; what was put aside for it can
/// be called back itself.
pub fn end_if_edited(state: &mut State) -> Vec<Effect> {
    if passing(&state.composer).is_some() {
        return Vec::new();
    }
    let put_aside = state.composer.recalled.take().map(|recalled| recalled.own);
    let put_aside = put_aside.filter(|own| !own.trim().is_empty() && *own != state.composer.text());
    put_aside.map(|own| add(state, &own)).into_iter().collect()
}

fn passing(composer: &Composer) -> Option<&Recalled> {
    composer.recalled.as_ref().filter(|recalled| recalled.is_unedited(composer))
}

fn recall(state: &mut State, mut entries: Vec<String>) -> bool {
    let own = own_text(&state.composer).to_owned();
    entries.retain(|entry| *entry != own);
    if entries.is_empty() {
        return false;
    }
    show(&mut state.composer, Recalled { entries, at: 0, own, revision: 0 });
    true
}

fn show(composer: &mut Composer, mut recalled: Recalled) {
    if let Some(entry) = recalled.entries.get(recalled.at) {
        composer.editor.set_text(entry);
    }
    recalled.revision = composer.editor.revision();
    composer.recalled = Some(recalled);
}

fn remember(state: &mut State, prompt: String) {
    state.prompts.retain(|known| *known != prompt);
    state.prompts.push(prompt);
    let too_many = state.prompts.len().saturating_sub(MOST);
    state.prompts.drain(..too_many);
}
