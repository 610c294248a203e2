//! Questions made from prompt templates.

use crate::cli::error::CliError;
use crate::cli::{bootstrap, output, templates};
use crate::settings::TemplateFolder;

use super::commands::UnknownCommand;
use super::session::PlainSession;

impl PlainSession {
    /// Asks with the template that a slash and a word name. Several lines that name none are a message;
    /// in a single one the word is a mistake.
    pub(super) fn ask_with_template(&mut self, called: UnknownCommand) -> Result<(), CliError> {
        let UnknownCommand { name, argument, text } = called;
        if TemplateFolder::of(&self.settings.paths).contains(&name) {
            let template = templates::load(&self.settings, &name)?;
            let question = templates::expand(&template, &argument)?;
            let options =
                bootstrap::load_answer_options(&template.apply_to(self.settings.clone()))?;
            return self.ask_with(&question, options);
        }
        if text.trim_end().contains('\n') {
            return self.ask(&text);
        }
        output::print_message(&format!(
            "There is no command /{name}. /help lists the commands. Start a message with two slashes to \
             send one slash."
        ));
        Ok(())
    }
}
