//! A prompt of a server: how it is listed, and the text it becomes. Must not pass on more than a limit,
//! whatever a server returns.

use rmcp::model::{Prompt, PromptMessage, Role};

use crate::chat::{PromptArgument, PromptInfo};

use super::result::block_text;

/// The longest name, in characters: longer ones are not for people. A choice of this program.
const MAX_NAME_CHARS: usize = 128;
/// The longest description in a list, in characters.
const MAX_DESCRIPTION_CHARS: usize = 1024;
/// The most arguments that are listed.
const MAX_ARGUMENTS: usize = 32;
/// The longest text of a prompt, in bytes: as much as a template file may have.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The prompts under the names they are called by. Of two with the same name the first counts.
pub(super) fn report(server: &str, prompts: &[Prompt]) -> Vec<PromptInfo> {
    let mut listed: Vec<PromptInfo> = Vec::new();
    for prompt in prompts.iter().filter(|prompt| has_usable_name(prompt)) {
        let name = called_name(server, prompt);
        if !listed.iter().any(|known| known.name == name) {
            listed.push(PromptInfo {
                name,
                description: description(prompt),
                arguments: arguments(prompt),
            });
        }
    }
    listed
}

/// The prompt that is called by this name.
pub(super) fn find<'a>(server: &str, prompts: &'a [Prompt], name: &str) -> Option<&'a Prompt> {
    prompts.iter().find(|prompt| has_usable_name(prompt) && called_name(server, prompt) == name)
}

fn has_usable_name(prompt: &Prompt) -> bool {
    (1..=MAX_NAME_CHARS).contains(&prompt.name.chars().count())
}

/// The name as people write it: without blanks and slashes, which would end it or make it a path, and
/// without what could deceive them on the screen.
fn called_name(server: &str, prompt: &Prompt) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let plain = prompt.name.chars().map(|c| if is_plain(c) { c } else { '_' });
    format!("{server}:{}", plain.collect::<String>())
}

fn description(prompt: &Prompt) -> String {
    let words = [&prompt.description, &prompt.title].into_iter().flatten();
    let words = words.map(|text| text.trim()).find(|text| !text.is_empty());
    words.unwrap_or_default().chars().take(MAX_DESCRIPTION_CHARS).collect()
}

/// Its arguments: those that are needed first.
pub(super) fn arguments(prompt: &Prompt) -> Vec<PromptArgument> {
    let listed = prompt.arguments.iter().flatten().take(MAX_ARGUMENTS);
    let mut arguments: Vec<PromptArgument> = listed
        .map(|argument| PromptArgument {
            name: argument.name.clone(),
            description: argument.description.clone().unwrap_or_default(),
            is_required: argument.required == Some(true),
        })
        .collect();
    arguments.sort_by_key(|argument| !argument.is_required);
    arguments
}

/// The messages of a prompt as the text of one question. Where some are the assistant's, each says whose
/// it is.
///
/// # Errors
/// Why there is no question, as the rest of a sentence.
pub(super) fn text_of(messages: &[PromptMessage]) -> Result<String, String> {
    let is_dialog = messages.iter().any(|message| message.role != Role::User);
    let texts = messages.iter().map(|message| {
        let text = block_text(&message.content);
        match message.role {
            Role::User if is_dialog => format!("User: {text}"),
            Role::User => text,
            Role::Assistant => format!("Assistant: {text}"),
        }
    });
    let text = texts.collect::<Vec<_>>().join("\n\n").replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err("is larger than 1 MB".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn prompts(value: Value) -> Vec<Prompt> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn names_are_harmless_and_no_two_are_alike() {
        let hostile = "clear\u{1b}[2J\u{202e} all";
        let listed = report(
            "s",
            &prompts(json!([
                { "name": "a b", "description": " ", "title": "First" },
                { "name": "a_b", "title": "Second" },
                { "name": hostile, "description": "x".repeat(9000) },
                { "name": "" },
                { "name": "n".repeat(129) },
            ])),
        );
        let names: Vec<&str> = listed.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["s:a_b", "s:clear__2J__all"]);
        assert_eq!(listed[0].description, "First");
        assert_eq!(listed[1].description.len(), MAX_DESCRIPTION_CHARS);
    }

    #[test]
    fn needed_arguments_come_first() {
        let all = prompts(json!([{ "name": "p", "arguments": [
            { "name": "style" }, { "name": "city", "required": true },
            { "name": "when", "required": false } ] }]));
        let listed = report("s", &all);
        assert_eq!(listed[0].usage(), "city [style] [when]");
        assert!(listed[0].needs_argument());
    }

    fn text(messages: Value) -> Result<String, String> {
        text_of(&serde_json::from_value::<Vec<PromptMessage>>(messages).unwrap())
    }

    fn said(role: &str, words: &str) -> Value {
        json!({ "role": role, "content": { "type": "text", "text": words } })
    }

    #[test]
    fn messages_become_one_text() {
        let two = json!([said("user", "Look at this.\r\n"), said("user", "Then say why.")]);
        assert_eq!(text(two).unwrap(), "Look at this.\n\n\nThen say why.");
        let dialog = json!([said("user", "Hi"), said("assistant", "Hello.")]);
        assert_eq!(text(dialog).unwrap(), "User: Hi\n\nAssistant: Hello.");
        let image = json!({ "role": "user",
            "content": { "type": "image", "data": "AAAA", "mimeType": "image/png" } });
        assert!(text(json!([image])).unwrap().starts_with("[image, image/png"));
        let file = json!({ "role": "user", "content": { "type": "resource",
            "resource": { "uri": "file:///a", "text": "body" } } });
        assert_eq!(text(json!([file])).unwrap(), "file:///a:\nbody");
    }

    #[test]
    fn an_empty_or_a_huge_prompt_is_no_question() {
        assert_eq!(text(json!([])).unwrap_err(), "is empty");
        assert_eq!(text(json!([said("user", " \n")])).unwrap_err(), "is empty");
        let huge = "x".repeat(MAX_TEXT_BYTES + 1);
        assert_eq!(text(json!([said("user", &huge)])).unwrap_err(), "is larger than 1 MB");
    }
}
