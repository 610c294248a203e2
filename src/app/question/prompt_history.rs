//! The prompt history: earlier prompts recalled one by one. The text being written is kept and
//! comes after the latest one.

use crate::chat::Role;

use crate::app::{Composer, Effect, PromptRecall, SessionEffect, State};

/// The most prompts to remember.
const MAX_PROMPTS: usize = 1000;

/// The text being written, not a recalled prompt that was left unedited.
#[must_use]
pub(crate) fn own_text(composer: &Composer) -> &str {
    match &composer.recall {
        Some(recalled) if recalled.is_unedited(composer) => &recalled.own_text,
        _ => composer.editor.text(),
    }
}

/// Recalls an older prompt; false where the caret should move instead.
pub(crate) fn recall_older(state: &mut State) -> bool {
    let editor = &state.composer.editor;
    let passing = active_recall(&state.composer).is_some();
    let at_end = editor.caret() == editor.text().len();
    if !(editor.is_in_first_row() || (passing && at_end)) {
        return false;
    }
    let Some(mut recalled) = state.composer.recall.take().filter(|_| passing) else {
        let entries = all_prompts(state);
        return start_recall(state, entries);
    };
    recalled.index = recalled.index.saturating_add(1).min(recalled.prompts.len().saturating_sub(1));
    show_recalled(&mut state.composer, recalled);
    true
}

/// Recalls a newer prompt, after the latest the text being written; false where the caret should
/// move instead.
pub(crate) fn recall_newer(state: &mut State) -> bool {
    let composer = &mut state.composer;
    if active_recall(composer).is_none() || !composer.editor.is_in_last_row() {
        return false;
    }
    let Some(mut recalled) = composer.recall.take() else {
        return false;
    };
    match recalled.index.checked_sub(1) {
        Some(at) => {
            recalled.index = at;
            show_recalled(composer, recalled);
        }
        None => composer.editor.set_text(&recalled.own_text),
    }
    true
}

/// Recalls one prompt, chosen from the list of all.
pub(crate) fn recall_prompt(state: &mut State, prompt: String) {
    start_recall(state, vec![prompt]);
}

/// All prompts, the latest first: those of the open conversation, then all others.
#[must_use]
pub(crate) fn all_prompts(state: &State) -> Vec<String> {
    let open = state.transcript.open.as_ref();
    let messages = open.map_or(&[][..], |open| &open.messages);
    let questions = messages.iter().rev().filter(|message| message.role == Role::User);
    let here = questions.take(MAX_PROMPTS).map(|message| message.text.as_str());
    let anywhere = state.prompts.iter().rev().map(String::as_str);
    let mut seen = std::collections::HashSet::new();
    let texts = here.chain(anywhere).filter(|text| !text.trim().is_empty());
    texts.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
}

/// Takes the prompts of earlier runs; those sent since the start are later.
pub(crate) fn load_prompts(state: &mut State, found: Vec<String>) {
    let since = std::mem::replace(&mut state.prompts, found);
    for prompt in since {
        remember_prompt(state, prompt);
    }
}

/// Remembers a prompt that was sent and asks for it to be saved.
pub(crate) fn add_prompt(state: &mut State, prompt: &str) -> Effect {
    remember_prompt(state, prompt.to_owned());
    Effect::Session(SessionEffect::SavePrompt(prompt.to_owned()))
}

/// Empties the composer after its text was sent, or restores the text that a recalled prompt had
/// replaced.
pub(crate) fn reset_after_sending(composer: &mut Composer) {
    let passing = active_recall(composer).is_some();
    let recalled = composer.recall.take().filter(|_| passing);
    composer.reset(recalled.map_or_else(String::new, |recalled| recalled.own_text));
}

/// Ends a recall whose prompt was edited; the text it replaced becomes a prompt itself.
pub(crate) fn end_recall_if_edited(state: &mut State) -> Vec<Effect> {
    if active_recall(&state.composer).is_some() {
        return Vec::new();
    }
    let put_aside = state.composer.recall.take().map(|recalled| recalled.own_text);
    let put_aside = put_aside.filter(|own| !own.trim().is_empty() && *own != state.composer.text());
    put_aside.map(|own| add_prompt(state, &own)).into_iter().collect()
}

fn active_recall(composer: &Composer) -> Option<&PromptRecall> {
    composer.recall.as_ref().filter(|recalled| recalled.is_unedited(composer))
}

fn start_recall(state: &mut State, mut entries: Vec<String>) -> bool {
    let own = own_text(&state.composer).to_owned();
    entries.retain(|entry| *entry != own);
    if entries.is_empty() {
        return false;
    }
    show_recalled(
        &mut state.composer,
        PromptRecall { prompts: entries, index: 0, own_text: own, revision: 0 },
    );
    true
}

fn show_recalled(composer: &mut Composer, mut recalled: PromptRecall) {
    if let Some(entry) = recalled.prompts.get(recalled.index) {
        composer.editor.set_text(entry);
    }
    recalled.revision = composer.editor.revision();
    composer.recall = Some(recalled);
}

fn remember_prompt(state: &mut State, prompt: String) {
    state.prompts.retain(|other| *other != prompt);
    state.prompts.push(prompt);
    let too_many = state.prompts.len().saturating_sub(MAX_PROMPTS);
    state.prompts.drain(..too_many);
}
