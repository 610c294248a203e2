//! Prompts over a running connection: listed and got within the limits of its server.

use std::sync::Arc;

use rmcp::model::{GetPromptRequestParams, GetPromptResponse, Prompt};

use super::describe;
use super::link::Link;
use super::listing::read_pages;
use super::prompt::{self, text_of};
use super::prompt_arguments::read_input;

/// The most prompts of a server.
const MAX_PROMPTS: usize = 128;

/// Why a prompt became no question, in a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptFailure {
    /// An argument is missing or superfluous, which the user can correct.
    Call(String),
    /// The server failed.
    Server(String),
}

impl PromptFailure {
    /// Returns the words for people, whoever is at fault.
    #[must_use]
    pub fn into_sentence(self) -> String {
        match self {
            Self::Call(sentence) | Self::Server(sentence) => sentence,
        }
    }
}

impl Link {
    /// The prompts of the server; they are listed anew where it said that they have changed.
    ///
    /// # Errors
    /// Why they could not be listed, in a sentence for people.
    pub(super) async fn prompts(&self) -> Result<Arc<Vec<Prompt>>, String> {
        self.prompts.get(self.within_limit(Box::pin(self.list_prompts()))).await
    }

    /// The text of the prompt that is called by a name, with what was written after it. Dropping the
    /// future tells the server to stop.
    pub(super) async fn prompt(&self, name: &str, text: &str) -> Result<String, PromptFailure> {
        let prompts = self.prompts().await.map_err(PromptFailure::Server)?;
        let Some(prompt) = prompt::find(&self.name, &prompts, name) else {
            let why = format!("The MCP server \"{}\" has no prompt {name}.", self.name);
            return Err(PromptFailure::Call(why));
        };
        let arguments = prompt::arguments(prompt);
        let input = read_input(name, &arguments, text).map_err(PromptFailure::Call)?;
        let params = GetPromptRequestParams::new(prompt.name.clone());
        // Some servers want no object where there are no arguments, others always want one elsewhere.
        let params =
            if arguments.is_empty() { params } else { params.with_arguments(input.values) };
        let got =
            self.within_limit(self.get_prompt(params)).await.map_err(PromptFailure::Server)?;
        let question = text_of(&got.messages)
            .map_err(|why| PromptFailure::Server(format!("The prompt {name} {why}.")))?;
        Ok(join(question, &input.rest))
    }

    /// Lists the prompts, in pages; more than the limits are left out. A server without any need not
    /// know the request.
    async fn list_prompts(&self) -> Result<Vec<Prompt>, String> {
        let info = self.service.peer_info();
        if info.is_some_and(|info| info.capabilities.prompts.is_none()) {
            return Ok(Vec::new());
        }
        let page = async |params| {
            let page = self.service.list_prompts(Some(params)).await?;
            Ok((page.prompts, page.next_cursor))
        };
        match read_pages(MAX_PROMPTS, page).await {
            Ok(prompts) => Ok(prompts),
            Err(error) => Err(self.failure(&error).await),
        }
    }

    async fn get_prompt(
        &self,
        params: GetPromptRequestParams,
    ) -> Result<rmcp::model::GetPromptResult, String> {
        match self.service.get_prompt_once(params).await {
            Ok(GetPromptResponse::Complete(result)) => Ok(result),
            Ok(_) => Err(describe::wants_input(&self.name)),
            Err(error) => Err(self.failure(&error).await),
        }
    }
}

/// What no argument is for goes below the text, as in a template file.
fn join(mut question: String, rest: &str) -> String {
    if !rest.is_empty() {
        question.push_str("\n\n");
        question.push_str(rest);
    }
    question
}
