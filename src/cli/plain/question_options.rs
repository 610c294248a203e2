//! What a plain question is asked with and about: files, a preset, the rest of an answer, its details.

use crate::chat::answer::CONTINUE_PROMPT;
use crate::chat::mention::unquoted;
use crate::chat::preset::{PresetLookupError, find_by_name};
use crate::chat::{AnswerDetails, AnswerRecord, Role, count};
use crate::cli::error::CliError;
use crate::cli::{attach, bootstrap, models, output};
use crate::settings::{NamedOptions, check_effort, effort_sentence};
use crate::store::PresetFile;

use super::session::PlainSession;

impl PlainSession {
    /// Attaches a file to the next question; without one, names those that are attached.
    pub(super) fn attach(&mut self, path: &str) -> Result<(), CliError> {
        let path = unquoted(path).to_owned();
        if path.is_empty() {
            output::print_message(&match self.attached.as_slice() {
                [] => "No file is attached. /attach FILE attaches one.".to_owned(),
                files => format!("Attached to the next message: {}.", files.join(", ")),
            });
            return Ok(());
        }
        let bytes = attach::check(&self.settings, &path, None)?;
        let size = count::phrase(bytes, "byte");
        output::print_message(&format!("Attached to the next message: {path}, {size}."));
        if !self.attached.contains(&path) {
            self.attached.push(path);
        }
        Ok(())
    }

    /// Chooses a preset for the next questions; without a name, lists them.
    pub(super) fn preset(&mut self, name: &str) -> Result<(), CliError> {
        match name {
            "" => return self.list_presets(),
            "none" => {
                self.settings.preset = None;
                output::print_message("Questions are asked without a preset from now on.");
            }
            name => {
                let presets = PresetFile::of(&self.settings).load()?.presets;
                let found = find_by_name(&presets, name).map_err(|error| match error {
                    PresetLookupError::NotFound(_) => {
                        CliError::usage(format!("{error} /preset lists them."))
                    }
                    PresetLookupError::Ambiguous(..) => CliError::usage(error.to_string()),
                })?;
                self.settings.preset = Some(name.to_owned());
                self.settings.named = NamedOptions::default();
                output::print_message(&format!(
                    "Questions are asked with {} from now on.",
                    found.name
                ));
            }
        }
        Ok(())
    }

    /// Chooses a model for the next questions. One that the server does not list is used only after a
    /// confirmation, as in the window; where the server cannot be asked, says so.
    pub(super) fn choose_model(&mut self, wanted: &str) {
        let confirmed = wanted.strip_suffix(" yes").map(str::trim_end);
        let name = confirmed.unwrap_or(wanted);
        let listed = if confirmed.is_none() { Some(models::fetch(&self.settings)) } else { None };
        let message = match listed {
            Some(Ok(listed)) if !listed.iter().any(|model| model.id == name) => {
                output::print_message(&format!(
                    "The server does not list \"{name}\". Type /model {name} yes to use it. /models lists \
                     the models of the server."
                ));
                return;
            }
            Some(Err(error)) => format!("Model: {name}, not checked. {}", error.text),
            Some(Ok(_)) | None => format!("Model: {name}."),
        };
        name.clone_into(&mut self.settings.model);
        self.settings.named.model = true;
        output::print_message(&message);
    }

    /// Prints the models of the server.
    pub(super) fn list_models(&self) -> Result<(), CliError> {
        let models = models::fetch(&self.settings)?;
        let names: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
        output::write_clean(&(names.join("\n") + "\n"))
    }

    /// Chooses a server for the next questions; without a name, lists them.
    pub(super) fn server(&mut self, name: &str) -> Result<(), CliError> {
        if name.is_empty() {
            for settings in self.settings.for_each_server() {
                let server = settings.answer_server();
                let in_use = if server.name == self.settings.server { " (in use)" } else { "" };
                let text =
                    format!("{}: {}, model {}{in_use}\n", server.name, server.host, settings.model);
                output::write_clean(&text)?;
            }
            return Ok(());
        }
        let chosen = self.settings.with_server(name).map_err(CliError::usage)?;
        let chosen = bootstrap::with_capabilities(chosen);
        self.server.switch(&chosen)?;
        self.settings = chosen;
        output::print_message(&format!(
            "Server: {name}. Model: {}. The next question sends the whole conversation there.",
            self.settings.model
        ));
        Ok(())
    }

    /// Chooses the reasoning effort of the next questions; without a name, says which is in use.
    pub(super) fn effort(&mut self, name: &str) -> Result<(), CliError> {
        match name {
            "" => {}
            "none" => (self.settings.effort, self.settings.named.effort) = (None, true),
            name => {
                let name = name.to_lowercase();
                check_effort(&name, &self.settings.base_url.host()).map_err(CliError::usage)?;
                (self.settings.effort, self.settings.named.effort) = (Some(name), true);
            }
        }
        let options = bootstrap::load_answer_options(&self.settings)?;
        output::print_message(&effort_sentence(options.effort.as_deref()));
        Ok(())
    }

    /// Chooses the tools of the next questions; without names, says which are in use.
    pub(super) fn tools(&mut self, names: &str) -> Result<(), CliError> {
        match names {
            "" => {}
            "none" => (self.settings.tools, self.settings.named.tools) = (Vec::new(), true),
            names => {
                let names = names.split([',', ' ']).filter(|name| !name.is_empty());
                let names: Vec<String> = names.map(str::to_owned).collect();
                for name in &names {
                    self.settings.check_tool_name(name).map_err(CliError::usage)?;
                }
                (self.settings.tools, self.settings.named.tools) = (names, true);
            }
        }
        let options = bootstrap::load_answer_options(&self.settings)?;
        output::print_message(&match options.tools.as_slice() {
            [] => "Tools are off.".to_owned(),
            names => format!("The model may use {}.", names.join(", ")),
        });
        Ok(())
    }

    fn list_presets(&self) -> Result<(), CliError> {
        let presets = PresetFile::of(&self.settings).load()?.presets;
        if presets.is_empty() {
            output::print_message(
                "There are no presets yet. Quit and run `duologue presets create` to make one.",
            );
        }
        let names: Vec<&str> = presets.iter().map(|preset| preset.name.as_str()).collect();
        output::write_clean(&(names.join("\n") + "\n"))?;
        if let Some(chosen) = &self.settings.preset {
            output::print_message(&format!("Questions are asked with {chosen}."));
        }
        Ok(())
    }

    /// Asks the model to continue an answer that ended early.
    pub(super) fn continue_answer(&mut self) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let conversation = self.store.conversation(&id)?;
        if conversation.is_unanswered() {
            output::print_message("The last question has no answer. Use /retry to ask it again.");
            return Ok(());
        }
        let last = conversation.messages.len().saturating_sub(1);
        let early_ends = self.store.answer_records().early_ends(&conversation);
        if !early_ends.iter().any(|(index, _)| *index == last) {
            output::print_message("The last answer is complete.");
            return Ok(());
        }
        self.ask(CONTINUE_PROMPT)
    }

    /// Reads out the details of the last answer.
    pub(super) fn read_details(&mut self) -> Result<(), CliError> {
        let Some(id) = self.open_id() else { return Ok(()) };
        let conversation = self.store.conversation(&id)?;
        let answer =
            conversation.messages.iter().rev().find(|message| message.role == Role::Assistant);
        let details = answer.map_or_else(String::new, |answer| {
            let records = self.store.answer_records().records(&id);
            let record = records.iter().find(|record| record.is_about(answer));
            let answerer = record.map(AnswerRecord::answerer).unwrap_or_default();
            AnswerDetails::of(answer).shortened().markdown(&answerer).trim_end().to_owned()
        });
        if details.is_empty() {
            output::print_message("The last answer has no details.");
            return Ok(());
        }
        output::write_clean(&format!("Details of the last answer:\n{details}\n"))
    }
}
