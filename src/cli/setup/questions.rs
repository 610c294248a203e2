//! Asks questions in the terminal: prompts go to standard error, answers come from standard input.

use std::io::{self, IsTerminal};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use secrecy::SecretString;

use crate::chat::io_reason;
use crate::cli::error::{CliError, code};
use crate::cli::{confirm, output};

/// Whether and how questions are asked.
#[derive(Debug)]
pub(super) struct Questions {
    is_interactive: bool,
}

impl Questions {
    /// Questions are asked where a person can answer them; `defaults_only` asks none.
    pub(super) fn new(defaults_only: bool) -> Self {
        Self { is_interactive: !defaults_only && io::stdin().is_terminal() }
    }

    pub(super) const fn is_interactive(&self) -> bool {
        self.is_interactive
    }

    /// A line of text; an empty one is the default.
    pub(super) fn ask(&mut self, question: &str, default: &str) -> Result<String, CliError> {
        if !self.is_interactive {
            return Ok(default.to_owned());
        }
        let hint = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        let line = confirm::ask_line(&format!("{question}{hint}: "))?.ok_or_else(interrupted)?;
        Ok(if line.is_empty() { default.to_owned() } else { line })
    }

    /// A line of text, asked for until there is one; empty where nobody can be asked.
    pub(super) fn ask_until_given(&mut self, question: &str) -> Result<String, CliError> {
        loop {
            let typed = self.ask(question, "")?;
            if !typed.is_empty() || !self.is_interactive {
                return Ok(typed);
            }
            output::print_message("An answer is needed. Type it, or press Ctrl+C to stop.");
        }
    }

    /// One of several, by its number, 1 by default, or any other text. A number that is not in the list
    /// is asked for again.
    pub(super) fn choose(&mut self, title: &str, choices: &[String]) -> Result<Choice, CliError> {
        if !self.is_interactive {
            return Ok(Choice::Index(0));
        }
        print_choices(title, choices);
        loop {
            let typed = self.ask("Number or name", "1")?;
            let Ok(number) = typed.parse::<usize>() else { return Ok(Choice::Text(typed)) };
            match number.checked_sub(1).filter(|index| *index < choices.len()) {
                Some(index) => return Ok(Choice::Index(index)),
                None => output::print_message(&format!(
                    "Choose a number from 1 to {}, or type a name.",
                    choices.len()
                )),
            }
        }
    }

    /// The index of one of several, by its number, 1 by default. Anything else is asked for again.
    pub(super) fn choose_listed(
        &mut self,
        title: &str,
        choices: &[String],
    ) -> Result<usize, CliError> {
        if !self.is_interactive {
            return Ok(0);
        }
        print_choices(title, choices);
        loop {
            let number = self.ask("Number", "1")?.parse::<usize>().ok();
            let index = number.and_then(|number| number.checked_sub(1));
            match index.filter(|index| *index < choices.len()) {
                Some(index) => return Ok(index),
                None => {
                    output::print_message(&format!("Choose a number from 1 to {}.", choices.len()));
                }
            }
        }
    }

    /// Yes or no; no by default, and where nobody can be asked.
    pub(super) fn confirm(&mut self, question: &str) -> Result<bool, CliError> {
        if !self.is_interactive {
            return Ok(false);
        }
        confirm::ask_yes_or_no(question)?.ok_or_else(interrupted)
    }

    /// A text that does not appear on the screen; `None` where nothing was typed.
    pub(super) fn ask_hidden(&mut self, question: &str) -> Result<Option<SecretString>, CliError> {
        if !self.is_interactive {
            return Ok(None);
        }
        let failed = |error: io::Error| {
            CliError::failed(format!("The terminal cannot be read: {}.", io_reason(&error)))
        };
        // Before the prompt: what is typed as soon as it appears must not be shown either.
        terminal::enable_raw_mode().map_err(failed)?;
        output::print_prompt(&format!("{question} (not shown): "));
        let typed = read_hidden_line();
        let restored = terminal::disable_raw_mode();
        output::print_message("");
        restored.map_err(failed)?;
        let typed = typed.map_err(failed)?.ok_or_else(interrupted)?;
        let typed = typed.trim();
        Ok((!typed.is_empty()).then(|| SecretString::from(typed.to_owned())))
    }
}

fn print_choices(title: &str, choices: &[String]) {
    let mut text = format!("\n{title}\n");
    for (index, choice) in choices.iter().enumerate() {
        text.push_str(&format!("  {}. {choice}\n", index.saturating_add(1)));
    }
    output::print_prompt(&text);
}

/// What was chosen from a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    Index(usize),
    /// Something that is not in the list.
    Text(String),
}

/// The user ended the questions.
fn interrupted() -> CliError {
    CliError { text: "Nothing was changed.".to_owned(), code: code::INTERRUPTED }
}

/// A line typed while nothing of it is shown; `None` after Ctrl+C or Ctrl+D.
fn read_hidden_line() -> io::Result<Option<String>> {
    let mut line = String::new();
    loop {
        match event::read()? {
            Event::Paste(text) => line.push_str(&text),
            Event::Key(key) if key.kind != KeyEventKind::Release => match key.code {
                KeyCode::Enter => return Ok(Some(line)),
                KeyCode::Backspace => drop(line.pop()),
                KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    return Ok(None);
                }
                KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => line.clear(),
                KeyCode::Char('j' | 'm') if key.modifiers.contains(KeyModifiers::CONTROL) => {
                    return Ok(Some(line));
                }
                KeyCode::Char(c) => line.push(c),
                _ => {}
            },
            _ => {}
        }
    }
}
