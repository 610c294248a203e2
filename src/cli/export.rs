//! `duologue export`: conversations as Markdown, HTML or JSON, to standard output or to files.
//! May not change the shared file, or a file that is there unless told to.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::chat::{Readability, Summary};
use crate::exchange::name::Names;
use crate::exchange::{html, markdown};
use crate::settings::Settings;
use crate::store::{Store, StoreError};

use super::files::{self, Existing};
use super::problem::{Problem, code};
use super::progress::Progress;
use super::{open, output};

/// The words of the command.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Ids, the starts of them, exact titles or response ids.
    #[arg(required_unless_present = "all", value_name = "CONVERSATION")]
    conversations: Vec<String>,
    /// Every conversation.
    #[arg(long, conflicts_with = "conversations")]
    all: bool,
    /// What is written.
    #[arg(short, long, value_enum, default_value = "markdown")]
    format: Format,
    /// A file, or a folder for a file each; standard output when missing.
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Replace files that are there.
    #[arg(long, requires = "output")]
    force: bool,
}

/// The forms an export has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text with front matter; `duologue import` reads it back.
    Markdown,
    /// A page that needs nothing else.
    Html,
    /// The web app's own objects, to the byte; `duologue import` reads it back.
    Json,
}

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// Where it goes.
enum Target<'a> {
    Output,
    File(&'a Path),
    Folder(&'a Path),
}

/// Exports conversations; returns the exit code.
///
/// # Errors
/// When one is not found, the file cannot be read, or something cannot be written.
pub fn run(settings: &Settings, args: &ExportArgs) -> Result<u8, Problem> {
    let mut store = open::store(settings)?;
    let rows = chosen(&mut store, args)?;
    let target = target(args, rows.len())?;
    let existing = if args.force { Existing::Replaced } else { Existing::Kept };
    let mut left_out = LeftOut::default();
    match target {
        Target::Folder(folder) => {
            files::make_folder(folder)?;
            let mut names = Names::default();
            let mut progress = Progress::new("exported", rows.len());
            for row in &rows {
                let name = names.next(&row.id, &row.title, args.format.ending());
                if let Some(text) = one(&mut store, row, args.format, &mut left_out)? {
                    files::write(&folder.join(&name), &whole(&[text], args.format), existing)?;
                }
                progress.step();
            }
        }
        Target::Output | Target::File(_) => {
            let mut texts = Vec::new();
            for row in &rows {
                texts.extend(one(&mut store, row, args.format, &mut left_out)?);
            }
            if texts.is_empty() && left_out.damaged > 0 {
                return Err(left_out.problem());
            }
            let text = whole(&texts, args.format);
            match target {
                Target::File(path) => files::write(path, &text, existing)?,
                Target::Output | Target::Folder(_) => output::write_exact(&text)?,
            }
        }
    }
    if left_out.damaged > 0 {
        return Err(left_out.problem());
    }
    Ok(code::DONE)
}

/// The conversations meant, in file order where all are.
fn chosen(store: &mut Store, args: &ExportArgs) -> Result<Vec<Summary>, Problem> {
    let rows = store.list()?;
    if args.all {
        return Ok(rows);
    }
    let mut found: Vec<Summary> = Vec::new();
    for wanted in &args.conversations {
        let id = store.find(wanted)?;
        if found.iter().all(|row| row.id != id) {
            found.extend(rows.iter().find(|row| row.id == id).cloned());
        }
    }
    Ok(found)
}

/// A folder where there is one, or where more than one page or the name's end asks for one.
fn target(args: &ExportArgs, many: usize) -> Result<Target<'_>, Problem> {
    let Some(path) = &args.output else {
        if args.format == Format::Html && many > 1 {
            return Err(Problem::usage(
                "Each conversation is a page of its own. Name a folder: --output DIR.",
            ));
        }
        return Ok(Target::Output);
    };
    let asks = path.to_string_lossy().ends_with(std::path::is_separator);
    let named = path.extension().is_some_and(|ending| ending == args.format.ending());
    let several = many != 1 && (args.format == Format::Html || !named);
    Ok(if path.is_dir() || asks || several { Target::Folder(path) } else { Target::File(path) })
}

/// What could not be exported.
#[derive(Default)]
struct LeftOut {
    damaged: usize,
}

impl LeftOut {
    fn problem(&self) -> Problem {
        let many = match self.damaged {
            1 => "One conversation is damaged and was".to_owned(),
            many => format!("{many} conversations are damaged and were"),
        };
        Problem::failed(format!(
            "{many} not exported; everything else was. --format json copies damaged ones as they are."
        ))
    }
}

/// One conversation; `None` where it is damaged, or was deleted meanwhile.
fn one(
    store: &mut Store,
    row: &Summary,
    format: Format,
    left_out: &mut LeftOut,
) -> Result<Option<String>, Problem> {
    let gone = |error: StoreError| match error {
        StoreError::Unknown(_) => Ok(None),
        other => Err(Problem::from(other)),
    };
    if format == Format::Json {
        return store.as_stored(&row.id).map(Some).or_else(gone);
    }
    let conversation = match store.conversation(&row.id) {
        Ok(conversation) => conversation,
        Err(error) => return gone(error),
    };
    if let Readability::Damaged(reason) = &conversation.readability {
        output::say(&format!("{} is damaged: {reason}.", row.id));
        left_out.damaged = left_out.damaged.saturating_add(1);
        return Ok(None);
    }
    Ok(Some(match format {
        Format::Html => html::page(&conversation, &store.marks(&conversation)),
        Format::Markdown | Format::Json => markdown::document(&conversation),
    }))
}

/// Several conversations as one text. JSON is a file the web app could have written.
fn whole(texts: &[String], format: Format) -> String {
    match format {
        Format::Markdown | Format::Html => texts.join("\n"),
        Format::Json if texts.is_empty() => "{}".to_owned(),
        Format::Json => format!("{{\n  {}\n}}", texts.join(",\n  ")),
    }
}
