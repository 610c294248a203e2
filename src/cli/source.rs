//! A file somebody wants to import: read, unpacked, and told by what is in it.
//! May not go by its name; names say little about exports.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use crate::exchange::chatgpt::Lines;
use crate::exchange::{chatgpt, markdown};
use crate::store::Incoming;
use crate::store::records::incoming;

use super::output;
use super::problem::Problem;

/// The most an archive may unpack to: a bomb is no export.
const MOST_UNPACKED: u64 = 4 * 1024 * 1024 * 1024;

/// Every conversation of a file.
///
/// # Errors
/// When it cannot be read, or is nothing this program knows.
pub fn read(path: &Path, lines: Lines) -> Result<Vec<Incoming>, Problem> {
    let bytes = if path == Path::new("-") { from_input()? } else { from_file(path)? };
    let name = path.display();
    if !bytes.starts_with(b"PK\x03\x04") {
        return conversations(&text(bytes, &name.to_string())?, &name.to_string(), lines);
    }
    let mut all = Vec::new();
    for (inner, bytes) in unpack(bytes, &name.to_string())? {
        let name = format!("{name}: {inner}");
        all.extend(conversations(&text(bytes, &name)?, &name, lines)?);
    }
    Ok(all)
}

fn from_file(path: &Path) -> Result<Vec<u8>, Problem> {
    fs::read(path).map_err(|error| {
        Problem::failed(format!("{} cannot be read: {error}. Nothing was changed.", path.display()))
    })
}

fn from_input() -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
        Problem::failed(format!("Standard input cannot be read: {error}. Nothing was changed."))
    })?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, Problem> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unknown(name, &format!("it is not UTF-8 text (byte {at})"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// What a text holds, by what is in it.
fn conversations(text: &str, name: &str, lines: Lines) -> Result<Vec<Incoming>, Problem> {
    if text.trim_start().starts_with("---") {
        let found = markdown::documents(text);
        let found = found.map_err(|error| unknown(name, &error.to_string()))?;
        return Ok(found.into_iter().map(Incoming::new).collect());
    }
    if chatgpt::is_export(text) {
        let export = chatgpt::conversations(text, lines);
        return Ok(told(export.map_err(|error| unknown(name, &error.to_string()))?, name));
    }
    if let Some(record) = incoming::of_record(text) {
        return Ok(vec![record]);
    }
    incoming::of_chats_file(text).map_err(|why| unknown(name, &why))
}

/// What of an export there is to take; what there is not is said.
fn told(export: chatgpt::Export, name: &str) -> Vec<Incoming> {
    if export.empty > 0 {
        output::say(&format!("{name}: {} hold nothing to read.", some(export.empty)));
    }
    if let Some((many, why)) = &export.broken {
        output::say(&format!("{name}: {} cannot be read ({why}).", some(*many)));
    }
    export.conversations.into_iter().map(Incoming::new).collect()
}

fn some(many: usize) -> String {
    if many == 1 { "1 conversation".to_owned() } else { format!("{many} conversations") }
}

/// The files of a data export that hold conversations, with their names.
fn unpack(bytes: Vec<u8>, name: &str) -> Result<Vec<(String, Vec<u8>)>, Problem> {
    let broken =
        |error: zip::result::ZipError| unknown(name, &format!("the archive is broken: {error}"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut found = Vec::new();
    let mut left = MOST_UNPACKED;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(broken)?;
        let inner = file.name().map_err(broken)?.into_owned();
        let last = inner.rsplit('/').next().unwrap_or_default();
        // Newer exports come in several numbered files.
        let json = Path::new(last).extension().is_some_and(|ending| ending == "json");
        if !json || !last.starts_with("conversations") {
            continue;
        }
        let mut bytes = Vec::new();
        let read = file.take(left.saturating_add(1)).read_to_end(&mut bytes);
        let read = read.map_err(|error| broken(zip::result::ZipError::Io(error)))?;
        left = left
            .checked_sub(read as u64)
            .ok_or_else(|| unknown(name, "it unpacks to more than four gigabytes"))?;
        found.push((inner, bytes));
    }
    if found.is_empty() {
        return Err(unknown(name, "the archive holds no conversations.json"));
    }
    Ok(found)
}

fn unknown(name: &str, why: &str) -> Problem {
    Problem::failed(format!(
        "{name} is nothing that can be imported: {why}. Nothing was changed. Known are ChatGPT \
         exports (conversations.json or the .zip), chats files, and what `duologue export` writes \
         as Markdown or JSON."
    ))
}
