//! From the words of the command line to a command, and from its end to an exit code.
//! May not do a command's work.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::panic;

use clap::Parser;
use color_eyre::config::{HookBuilder, Theme};

use crate::api;
use crate::runtime::{self, Exit, Start};
use crate::settings::Settings;

use super::args::{Cli, Command};
use super::list::Form;
use super::problem::{Problem, code};
use super::show::{Behind, Shape};
use super::{
    ask, config, delete, demo, export, list, manual, models, open, output, plain, rename, show,
    undo, usage,
};

/// Runs a command line; returns the exit code.
pub fn run(words: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(code::USAGE);
        }
    };
    prepare_reports();
    match command(&cli) {
        Ok(code) => code,
        Err(problem) => {
            output::say(&problem.text);
            problem.code
        }
    }
}

fn command(cli: &Cli) -> Result<u8, Problem> {
    // These need neither settings nor a file.
    match &cli.command {
        Some(Command::DemoServer { port }) => return done(demo::serve(*port)),
        Some(Command::Completions { shell }) => return done(manual::completions(*shell)),
        Some(Command::Man) => return done(manual::man()),
        Some(Command::Licenses) => return done(super::licenses::run()),
        Some(_) | None => {}
    }
    let resolved = open::resolved(&cli.common)?;
    if let Some(Command::Config(args)) = &cli.command {
        return done(config::run(&resolved, args));
    }
    let settings = resolved.settings;
    if cli.demo {
        // Held until the command has ended: the server and its folder live as long.
        let demo = demo::start(settings)?;
        return with_settings(cli, demo.settings.clone());
    }
    with_settings(cli, settings)
}

fn with_settings(cli: &Cli, settings: Settings) -> Result<u8, Problem> {
    let log = settings.paths.log();
    if let Err(error) = runtime::log::start(&log, &settings.log) {
        output::say(&format!("The log {} cannot be written: {error}.", log.display()));
    }
    match &cli.command {
        None => open_program(settings, cli),
        Some(command) => with_command(command, settings, cli),
    }
}

/// A line for each command; the work is in the file of its name.
fn with_command(command: &Command, settings: Settings, cli: &Cli) -> Result<u8, Problem> {
    match command {
        Command::Resume { conversation } => {
            let id = open::store(&settings)?.find(conversation)?;
            start(settings, Start::Open(id), cli)
        }
        Command::List { json } => done(list::run(&settings, Form::of(*json))),
        Command::Show { conversation, json, markdown, behind } => {
            let behind = if *behind { Behind::Shown } else { Behind::Left };
            done(show::run(&settings, conversation, Shape::of(*json, *markdown), behind))
        }
        Command::Rename(args) => done(rename::run(&settings, args)),
        Command::Delete(args) => done(delete::run(&settings, args)),
        Command::Undo(args) => done(undo::run(&settings, args)),
        Command::Web(args) => done(super::web::run(&settings, args)),
        Command::Export(args) => export::run(&settings, args),
        Command::Import(args) => super::import::run(&settings, args),
        Command::Merge(args) => super::merge::run(&settings, args),
        Command::Ask(args) => ask::run(&settings, args),
        Command::Search(args) => super::search::run(&settings, args),
        Command::Usage { conversation, json } => {
            done(usage::run(&settings, conversation.as_deref(), Form::of(*json)))
        }
        Command::Presets(args) => done(super::presets::run(&settings, args)),
        Command::Models { json } => done(models::run(&settings, Form::of(*json))),
        Command::Doctor(args) => super::doctor::run(&settings, args),
        Command::Migrate => done(super::migrate::run(&settings)),
        // Done before there were settings.
        Command::DemoServer { .. }
        | Command::Completions { .. }
        | Command::Man
        | Command::Licenses
        | Command::Config(_) => Ok(code::DONE),
    }
}

fn open_program(settings: Settings, cli: &Cli) -> Result<u8, Problem> {
    if !cli.latest {
        return start(settings, Start::New, cli);
    }
    let rows = open::store(&settings)?.list()?;
    let newest = rows.into_iter().max_by_key(|row| row.last_update);
    let first = newest.map_or(Start::New, |row| Start::Open(row.id));
    start(settings, first, cli)
}

fn start(settings: Settings, first: Start, cli: &Cli) -> Result<u8, Problem> {
    let preset = open::preset(&settings)?;
    if cli.plain {
        return plain::run(settings, first);
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(Problem::usage(
            "duologue needs a terminal. In a pipe, use `duologue --plain`, `ask`, `list` or `show`.",
        ));
    }
    if std::env::var("TERM").is_ok_and(|kind| kind == "dumb") {
        return Err(Problem::usage(
            "This terminal cannot place text (TERM=dumb). Use `duologue --plain`, `ask`, `list` or `show`.",
        ));
    }
    match runtime::run(settings, preset, first) {
        Ok(Exit::Done) => Ok(code::DONE),
        Ok(Exit::Signal(number)) => {
            Ok(u8::try_from(number).map_or(code::FAILED, |it| 128_u8.saturating_add(it)))
        }
        Err(report) => Err(Problem::failed(format!("{report:#}"))),
    }
}

fn done(result: Result<(), Problem>) -> Result<u8, Problem> {
    result.map(|()| code::DONE)
}

/// Reports of bugs: plain where nobody would see colours.
fn prepare_reports() {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let hooks = HookBuilder::default();
    let plain = no_colour || !io::stderr().is_terminal();
    let hooks = if plain { hooks.theme(Theme::new()) } else { hooks };
    // A second installation in one process fails, and the first still stands.
    if hooks.install().is_ok() {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // What a server's bytes break is caught and told as the end of a reply.
            if !api::is_panic_caught_here() {
                report(info);
            }
        }));
    }
}
