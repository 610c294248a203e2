//! Copying: always the stored text, never its rendering. An effect reaches the clipboard, an event
//! reports the result.

mod clipboard_text;
pub mod selected_source;

use crate::chat::{Role, count};
use crate::markdown::code_blocks;

use super::{Effect, NoticeKind, State};
use crate::app::transcript::{earlier_messages, message_selection};

pub use crate::app::copy::clipboard_text::{ClipboardText, CopyMethod, CopyResult, RecentCopy};

/// Copies the selected text or message, else the last answer.
pub fn copy_message(state: &mut State) -> Vec<Effect> {
    if state.transcript.selection.is_some() {
        return copy_selection(state);
    }
    let Some(item) = target_position(state) else {
        state.show_notice(NoticeKind::Info, "Nothing to copy yet.");
        return Vec::new();
    };
    let Some((text, role)) = message_selection::text_of(state, item) else {
        return Vec::new();
    };
    let what = match role {
        Role::User => "the question",
        Role::Assistant => "the answer",
        Role::Other(_) => "the message",
    };
    let clipboard_text = ClipboardText { text: text.to_owned(), description: what.to_owned() };
    state.transcript.recent_copy = Some(RecentCopy { item, block_number: 0 });
    vec![Effect::CopyText(clipboard_text)]
}

/// Copies the selected text: from one message its source, from several as a conversation.
pub fn copy_selection(state: &mut State) -> Vec<Effect> {
    let text = transcript_selection(state);
    let description = "the selected text".to_owned();
    let copy = |text| Effect::CopyText(ClipboardText { text, description });
    text.map(copy).into_iter().collect()
}

fn transcript_selection(state: &State) -> Option<String> {
    let selection = state.transcript.selection.as_ref()?;
    let items = selection.items();
    let alone = items.start() == items.end();
    let mut text = String::new();
    for item in items {
        let Some((stored, role)) = message_selection::text_of(state, item) else {
            continue;
        };
        let Some(range) = selection.stored_range(item, stored.len()) else {
            continue;
        };
        let part = match role {
            Role::Assistant if range != (0..stored.len()) => {
                selected_source::selected_markdown(stored, range)
            }
            _ => stored.get(range).unwrap_or_default().to_owned(),
        };
        if alone {
            text = part;
        } else {
            push_with_heading(&mut text, role, &part);
        }
    }
    (!text.is_empty()).then_some(text)
}

/// The text selected in the conversation, else in the composer, else the selected message.
#[must_use]
pub fn selected_text(state: &State) -> Option<String> {
    let message = || {
        let item = message_selection::selected_message(state)?;
        message_selection::text_of(state, item).map(|(text, _)| text.to_owned())
    };
    let in_composer = || state.composer.editor.selected().map(str::to_owned);
    transcript_selection(state).or_else(in_composer).or_else(message)
}

/// Copies the text selected in the composer.
pub fn copy_composer_selection(state: &mut State) -> Vec<Effect> {
    let Some(text) = state.composer.editor.selected().map(str::to_owned) else {
        state.show_notice(NoticeKind::Info, "Nothing is selected.");
        return Vec::new();
    };
    vec![Effect::CopyText(ClipboardText { text, description: "the selected text".to_owned() })]
}

fn push_with_heading(text: &mut String, role: &Role, more: &str) {
    let name = match role {
        Role::User => "You",
        Role::Assistant => "Assistant",
        Role::Other(word) => word,
    };
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(&format!("## {name}\n\n{more}"));
}

/// Copies the whole conversation with headings.
pub fn copy_conversation(state: &mut State) -> Vec<Effect> {
    if !earlier_messages::require_all(state) {
        return Vec::new();
    }
    let mut text = String::new();
    let messages = (0..).map_while(|item| message_selection::text_of(state, item));
    for (message, role) in messages {
        push_with_heading(&mut text, role, message);
    }
    if text.is_empty() {
        state.show_notice(NoticeKind::Info, "Nothing to copy yet.");
        return Vec::new();
    }
    text.push('\n');
    vec![Effect::CopyText(ClipboardText { text, description: "the conversation".to_owned() })]
}

/// Handles the argument of `/copy`; a number is a code block of the last answer.
pub fn copy_by_argument(state: &mut State, words: &str) -> Vec<Effect> {
    match (words, words.parse::<usize>()) {
        ("chat" | "all", _) => copy_conversation(state),
        (_, Ok(number)) => {
            if let Some(item) = target_position(state) {
                return copy_block(state, item, number);
            }
            state.show_notice(NoticeKind::Info, "Nothing to copy yet.");
            Vec::new()
        }
        _ => {
            let text = "Use /copy for the last answer, /copy 2 for its second code block, /copy \
                        chat for the conversation.";
            state.show_notice(NoticeKind::Info, text);
            Vec::new()
        }
    }
}

/// Handles a digit after a message was copied: `y` `2` copies its second code block.
pub fn copy_block_by_digit(state: &mut State, recent: RecentCopy, digit: u32) -> Vec<Effect> {
    let digit = usize::try_from(digit).unwrap_or(0);
    let blocks = message_selection::text_of(state, recent.item)
        .map_or(0, |(text, _)| code_blocks(text).len());
    // A second digit extends the number where there are that many blocks.
    let longer = recent.block_number.saturating_mul(10).saturating_add(digit);
    let number = if longer <= blocks { longer } else { digit };
    state.transcript.recent_copy = Some(RecentCopy { block_number: number, ..recent });
    copy_block(state, recent.item, number)
}

/// Shows how a text was copied.
pub fn report_result(state: &mut State, copied: CopyResult) -> Vec<Effect> {
    let CopyResult { description: what, method: way, hidden_characters: hidden } = copied;
    let mut effects = Vec::new();
    let mut message = way.sentence(&what);
    let mut kind = match &way {
        CopyMethod::Native | CopyMethod::Tmux | CopyMethod::Terminal(_) => NoticeKind::Info,
        CopyMethod::File(_) => NoticeKind::Warning,
        CopyMethod::Failed(_) => NoticeKind::Error,
    };
    if let CopyMethod::Terminal(text) = way {
        effects.push(Effect::Terminal(super::TerminalEffect::SetClipboard(text)));
    }
    if hidden > 0 {
        kind = if kind == NoticeKind::Error { kind } else { NoticeKind::Warning };
        let characters = count::phrase(hidden, "invisible or control character");
        message.push_str(&format!(" It contains {characters}."));
    }
    if let Some(recent) = state.transcript.recent_copy.filter(|recent| recent.block_number == 0) {
        let text = message_selection::text_of(state, recent.item).map_or("", |(text, _)| text);
        match code_blocks(text).len() {
            0 => {}
            1 => message.push_str(" Press 1 to copy only the code."),
            count => message.push_str(&format!(" Press 1 to {count} to copy one code block.")),
        }
    }
    state.show_notice(kind, message);
    effects
}

/// Position of the message to copy: the selected one, else the last answer, else the last message.
fn target_position(state: &State) -> Option<usize> {
    if let Some(item) = message_selection::selected_message(state) {
        return Some(item);
    }
    let open = state.transcript.open.as_ref()?;
    if message_selection::text_of(state, open.messages.len()).is_some() {
        return Some(open.messages.len());
    }
    let answer = open.messages.iter().rposition(|message| message.role == Role::Assistant);
    answer.or_else(|| open.messages.len().checked_sub(1))
}

fn copy_block(state: &mut State, item: usize, number: usize) -> Vec<Effect> {
    let text = message_selection::text_of(state, item).map_or("", |(text, _)| text);
    let mut blocks = code_blocks(text);
    let count = blocks.len();
    let Some(index) = number.checked_sub(1).filter(|index| *index < count) else {
        let message = match count {
            0 => "The message has no code blocks.".to_owned(),
            1 => "The message has one code block: 1.".to_owned(),
            _ => format!("The message has code blocks 1 to {count}."),
        };
        state.show_notice(NoticeKind::Info, message);
        return Vec::new();
    };
    let what = format!("code block {number}");
    vec![Effect::CopyText(ClipboardText { text: blocks.swap_remove(index), description: what })]
}
