//! Questions made from prompt templates.

use std::sync::Arc;

use crate::cli::error::CliError;
use crate::cli::output::OutputFormat;
use crate::cli::{bootstrap, output, templates};
use crate::settings::TemplateFolder;

use super::ESCAPE_ADVICE;
use super::commands::UnknownCommand;
use super::interrupts::Interrupts;
use super::session::PlainSession;

impl PlainSession {
    /// Prints the templates and the prompts of MCP servers.
    pub(super) fn list_templates(&self) -> Result<(), CliError> {
        let prompts = if self.settings.mcp.is_empty() {
            Vec::new()
        } else {
            self.wait_for(async { Ok(templates::list_prompts(&self.server.tools).await) })?
        };
        templates::print(&self.settings, prompts, OutputFormat::Text)
    }

    /// Waits for MCP servers, until Ctrl+C.
    fn wait_for<T>(&self, work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
        self.server.handle().block_on(async {
            let mut interrupts = Interrupts::listen()?;
            output::print_message("Waiting for MCP servers. Ctrl+C stops.");
            tokio::select! {
                // First: a server that is just being started may end at the same Ctrl+C.
                biased;
                () = interrupts.next() => Err(CliError::failed("Stopped. Nothing was sent.")),
                done = work => done,
            }
        })
    }

    /// Asks with the template that a slash and a word name. Several lines that name none are a message;
    /// in a single one the word is a mistake.
    pub(super) fn ask_with_template(&mut self, called: UnknownCommand) -> Result<(), CliError> {
        let UnknownCommand { name, argument, text } = called;
        if let Some((server, _)) = name.split_once(':')
            && self.settings.mcp.get(server).is_some()
        {
            let servers = Arc::clone(&self.server.tools);
            let question = self.wait_for(templates::get_prompt(&servers, &name, &argument))?;
            return self.ask_with(&question, bootstrap::load_answer_options(&self.settings)?);
        }
        let folder = TemplateFolder::of(&self.settings.paths);
        if folder.contains(&name) {
            let template = folder.load(&name).map_err(CliError::usage)?;
            let question = templates::expand(&template, &argument)?;
            let options =
                bootstrap::load_answer_options(&template.apply_to(self.settings.clone()))?;
            return self.ask_with(&question, options);
        }
        if text.trim_end().contains('\n') {
            return self.ask(&text);
        }
        output::print_message(&format!(
            "There is no command /{name}. /help lists the commands. {ESCAPE_ADVICE}"
        ));
        Ok(())
    }
}
