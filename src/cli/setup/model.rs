//! The model: one of those the server offers, or any other name.

use crate::api::Model;
use crate::cli::error::CliError;
use crate::cli::{models, output};
use crate::settings::Settings;

use super::questions::{Choice, Questions};
use super::servers::{ChosenServer, ServerKind};

/// The fewest characters of what is taken for an API key and not for the name of a model. Our choice:
/// the keys of all providers that the setup offers are far longer.
const MIN_KEY_CHARS: usize = 20;

/// One of the models that are offered; `current` is the one that is set now.
pub(super) fn choose(
    current: Option<&str>,
    server: &ChosenServer,
    offered: &[Model],
    settings: &Settings,
    questions: &mut Questions,
) -> Result<String, CliError> {
    if server.kind == ServerKind::Azure {
        return ask_deployment(current, questions);
    }
    let today = crate::runtime::clock::today();
    let mut names = models::chat_models(offered, &today);
    if names.is_empty() {
        return questions.ask("Model", current.unwrap_or(&settings.model));
    }
    let is_offered = |name: &str| offered.iter().any(|model| model.id == name);
    let first = current.filter(|name| is_offered(name)).map(str::to_owned);
    if let Some(name) = &first {
        names.retain(|other| other != name);
        names.insert(0, name.clone());
    } else if let Some(name) = current {
        output::print_message(&format!("The server does not offer \"{name}\", which is set now."));
    }
    choose_listed(&names, first.is_some(), questions)
}

/// Azure lists every model there is, but answers only by the names of deployments.
fn ask_deployment(current: Option<&str>, questions: &mut Questions) -> Result<String, CliError> {
    let question = "Name of the Azure deployment";
    let name = match current {
        Some(current) => questions.ask(question, current)?,
        None => questions.ask_until_given(question)?,
    };
    Some(name)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| CliError::usage("Azure needs the name of a deployment: --model NAME."))
}

/// One of these names, or any other that is typed. Where `marks_first`, the first is the current one.
fn choose_listed(
    names: &[String],
    marks_first: bool,
    questions: &mut Questions,
) -> Result<String, CliError> {
    let mut listed: Vec<String> = names.iter().take(models::MAX_LISTED).cloned().collect();
    if let Some(first) = listed.first_mut().filter(|_| marks_first) {
        first.push_str(" (set now)");
    }
    if names.len() > models::MAX_LISTED {
        listed.push(format!("Another of the {} models; type its name", names.len()));
    }
    let first = names.first().map(String::as_str).unwrap_or_default();
    loop {
        let name = match questions.choose("Which model?", &listed)? {
            Choice::Index(index) if index < models::MAX_LISTED => {
                return Ok(names.get(index).map_or(first, String::as_str).to_owned());
            }
            Choice::Index(_) => questions.ask("Model", first)?,
            Choice::Text(name) => name,
        };
        if !is_like_key(&name) {
            return Ok(name);
        }
        output::print_message("That looks like an API key, not a model. It was sent nowhere.");
    }
}

/// Whether a text is a key that was pasted too early: servers call them `sk-...` and `gsk_...`, and the
/// name of a model is never that long a word.
fn is_like_key(text: &str) -> bool {
    let starts = ["sk-", "sk_", "gsk_", "xai-", "AIza", "hf_", "eyJ"];
    text.len() >= MIN_KEY_CHARS && starts.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_from_the_name_of_a_model() {
        for key in ["sk-proj-0123456789abcdef", "gsk_0123456789abcdefghij"] {
            assert!(is_like_key(key), "{key}");
        }
        for name in ["gpt-5-mini", "sk-small", "accounts/fireworks/models/llama-v3p1-405b-instruct"]
        {
            assert!(!is_like_key(name), "{name}");
        }
    }
}
