//! Runs a command line: parses it, calls the command and turns its result into an exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::panic;

use clap::{CommandFactory, FromArgMatches};
use color_eyre::config::{HookBuilder, Theme};

use crate::api;
use crate::chat::{ConversationId, DEFAULT_SERVER};
use crate::runtime::{self, Exit, InitialConversation};
use crate::settings::{ResolvedSettings, Settings};

use super::args::{Cli, CliCommand};
use super::bootstrap;
use super::error::{CliError, code};
use super::output::OutputFormat;
use super::{
    ask, completions, config, conversations, delete, demo, export, help, help_topics, list, manual,
    models, output, plain, question_words, rename, setup, show, undo, usage,
};

/// Runs a command line and returns its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let mut cli = match parse(args.into_iter().collect()) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(code::USAGE);
        }
    };
    if matches!(cli.command, Some(CliCommand::Setup(_))) {
        // There the flag names a kind of server to set up.
        cli.common.settings = cli.common.settings.without("server");
    }
    install_panic_hooks();
    runtime::signals::survive_file_size_limit();
    let had_terminal = io::stdout().is_terminal();
    match run_command(&cli) {
        Ok(code) => code,
        // A terminal that hung up is none any more.
        Err(_) if had_terminal && !io::stdout().is_terminal() => code::TERMINAL_LOST,
        Err(problem) => {
            output::print_message(&problem.text);
            problem.code
        }
    }
}

fn parse(args: Vec<OsString>) -> Result<Cli, clap::Error> {
    // The usual start has no words, and making the parser takes as long as drawing the first frame.
    if args.len() <= 1 {
        return Ok(Cli::default());
    }
    let command = help::with_groups(Cli::command());
    let args = question_words::mark_questions(&command, args);
    let names = help::command_names(&command);
    let parsed = command.try_get_matches_from(args);
    parsed.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|mut error| {
        help::suggest_command(&mut error, &names);
        error
    })
}

fn run_command(cli: &Cli) -> Result<u8, CliError> {
    if cli.latest && cli.command.is_some() {
        return Err(CliError::usage(
            "-c before a command opens no conversation. To continue the last one with a question: \
             duologue ask -c \"QUESTION\"",
        ));
    }
    // These need neither settings nor the shared file.
    match &cli.command {
        Some(CliCommand::DemoServer { port }) => return to_exit_code(demo::serve(*port)),
        Some(CliCommand::Completions { shell }) => {
            return to_exit_code(completions::print_script(*shell));
        }
        Some(CliCommand::Complete { words }) => {
            return to_exit_code(completions::complete(words));
        }
        Some(CliCommand::McpServer { command }) => return Ok(crate::mcp::supervise(command)),
        Some(CliCommand::Help { topic }) => return to_exit_code(help_topics::run(topic)),
        Some(CliCommand::Man) => return to_exit_code(manual::man()),
        Some(CliCommand::Licenses) => return to_exit_code(super::licenses::run()),
        Some(_) | None => {}
    }
    let resolved = bootstrap::resolve_settings(&cli.common)?;
    if let Some(CliCommand::Setup(args)) = &cli.command {
        let settings = resolved.settings.for_server(Some(DEFAULT_SERVER)).into_owned();
        let resolved = ResolvedSettings { settings, ..resolved };
        return to_exit_code(setup::run(&resolved, args, &cli.common));
    }
    if let Some(CliCommand::Config(args)) = &cli.command {
        return to_exit_code(config::run(&resolved, args));
    }
    let settings = resolved.settings;
    if cli.demo {
        // Kept until the command has ended: dropping it stops the server and removes its folder.
        let demo = demo::start(settings)?;
        return run_with_settings(cli, demo.settings.clone());
    }
    run_with_settings(cli, settings)
}

fn run_with_settings(cli: &Cli, settings: Settings) -> Result<u8, CliError> {
    // Where the log cannot be written, everything else works without it.
    let _ = runtime::log::start(&settings.paths.log(), &settings.log);
    match &cli.command {
        None => open_program(settings, cli),
        Some(command) => dispatch(command, settings, cli),
    }
}

/// Calls the command in the file of its name.
fn dispatch(command: &CliCommand, settings: Settings, cli: &Cli) -> Result<u8, CliError> {
    match command {
        CliCommand::Resume { conversation } => {
            let id = bootstrap::open_store(&settings)?.resolve_id(conversation)?;
            start_program(settings, InitialConversation::Existing(id), cli, None)
        }
        CliCommand::List { json } => to_exit_code(list::run(&settings, OutputFormat::of(*json))),
        CliCommand::Show(args) => to_exit_code(show::run(&settings, args)),
        CliCommand::Rename(args) => to_exit_code(rename::run(&settings, args)),
        CliCommand::Delete(args) => to_exit_code(delete::run(&settings, args)),
        CliCommand::Undo(args) => to_exit_code(undo::run(&settings, args)),
        CliCommand::Web(args) => to_exit_code(super::web::run(&settings, args)),
        CliCommand::Export(args) => export::run(&settings, args),
        CliCommand::Import(args) => super::import::run(&settings, args),
        CliCommand::Merge(args) => super::merge::run(&settings, args),
        CliCommand::Ask(args) => ask::run(&settings, args, &cli.common),
        CliCommand::Search(args) => super::search::run(&settings, args),
        CliCommand::Usage { conversation, json } => {
            to_exit_code(usage::run(&settings, conversation.as_deref(), OutputFormat::of(*json)))
        }
        CliCommand::Presets(args) => {
            to_exit_code(super::presets::run(&settings, args, &cli.common))
        }
        CliCommand::Templates { json } => {
            to_exit_code(super::templates::run(&settings, OutputFormat::of(*json)))
        }
        CliCommand::Models { json } => {
            to_exit_code(models::run(&settings, OutputFormat::of(*json)))
        }
        CliCommand::Mcp(args) => super::mcp::run(&settings, args),
        CliCommand::Doctor(args) => super::doctor::run(&settings, args),
        CliCommand::Migrate => to_exit_code(super::migrate::run(&settings)),
        // Handled in `run_command`, before the store is needed.
        CliCommand::DemoServer { .. }
        | CliCommand::Completions { .. }
        | CliCommand::Complete { .. }
        | CliCommand::McpServer { .. }
        | CliCommand::Man
        | CliCommand::Licenses
        | CliCommand::Help { .. }
        | CliCommand::Setup(_)
        | CliCommand::Config(_) => Ok(code::DONE),
    }
}

fn open_program(settings: Settings, cli: &Cli) -> Result<u8, CliError> {
    if !cli.latest {
        return start_program(settings, InitialConversation::New, cli, None);
    }
    let newest = conversations::find_newest(&mut bootstrap::open_store(&settings)?)?;
    let initial = newest.map_or(InitialConversation::New, InitialConversation::Existing);
    start_program(settings, initial, cli, None)
}

/// Opens the window; `greeting` is a sentence to show at first.
fn start_program(
    settings: Settings,
    initial: InitialConversation,
    cli: &Cli,
    greeting: Option<String>,
) -> Result<u8, CliError> {
    let preset = bootstrap::load_preset(&settings)?;
    if cli.plain {
        return plain::run(settings, initial);
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(CliError::usage(
            "duologue needs a terminal. In a pipe, use `duologue --plain`, `ask`, `list` or `show`.",
        ));
    }
    if std::env::var("TERM").is_ok_and(|kind| kind == "dumb") {
        return Err(CliError::usage(
            "This terminal cannot show a window (TERM=dumb). Use `duologue --plain`, `ask`, \
             `list` or `show`.",
        ));
    }
    let mut settings = settings;
    bootstrap::confirm_plain_http(&mut settings)?;
    let lacks_key = settings.is_key_missing();
    match runtime::run(settings, preset, initial, greeting) {
        Ok(Exit::Done) => Ok(code::DONE),
        Ok(Exit::Setup(open)) => open_after_setup(open, lacks_key, cli),
        Ok(Exit::TerminalLost) => Ok(code::TERMINAL_LOST),
        Ok(Exit::Signal(number)) => {
            Ok(u8::try_from(number).map_or(code::FAILED, |signal| 128_u8.saturating_add(signal)))
        }
        Err(report) => Err(CliError::failed(format!("{report:#}"))),
    }
}

/// Runs the questions of the setup, then opens the window again and says in it what is in use now.
fn open_after_setup(
    open: Option<ConversationId>,
    lacks_key: bool,
    cli: &Cli,
) -> Result<u8, CliError> {
    if lacks_key {
        output::print_message(
            "No API key is set. Choose a server and where its key is kept; what you have typed stays \
             in the window.",
        );
    }
    let is_done = setup::run_as_child(&cli.common);
    let settings = bootstrap::resolve_settings(&cli.common)?.settings;
    let greeting = match is_done {
        Ok(true) => format!("Set up: {}, {}.", settings.base_url.host(), settings.model),
        Ok(false) => "The setup ended early. Nothing was changed.".to_owned(),
        Err(error) => error.text,
    };
    let initial = open.map_or(InitialConversation::New, InitialConversation::Existing);
    start_program(settings, initial, cli, Some(greeting))
}

fn to_exit_code(result: Result<(), CliError>) -> Result<u8, CliError> {
    result.map(|()| code::DONE)
}

/// Sets up reports of panics and errors: without colours where they would not be shown.
fn install_panic_hooks() {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let hooks = HookBuilder::default();
    let plain = no_color || !io::stderr().is_terminal();
    let hooks = if plain { hooks.theme(Theme::new()) } else { hooks };
    // In a process where this ran before, the first hooks stay.
    if hooks.install().is_ok() {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // `api` catches panics over a server's bytes and reports them as the end of a reply.
            if !api::is_panic_caught_here() {
                report(info);
            }
        }));
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn a_start_without_words_is_what_the_parser_would_make_of_it() {
        let words = vec![OsString::from("duologue")];
        let parsed = Cli::try_parse_from(&words).unwrap();
        assert_eq!(format!("{:?}", parse(words).unwrap()), format!("{parsed:?}"));
    }
}
