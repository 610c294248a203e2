//! What can stand in place of a word: subcommands, flags, values and stored names.

use crate::chat::casefold::casefold;

use super::stored_names::{Candidate, NameKind, StoredNames};
use super::words::WordPosition;

/// Everything that begins with what is typed. Without any, the shell offers files.
pub(super) fn candidates(position: &WordPosition<'_>, stored: &StoredNames) -> Vec<Candidate> {
    let kind = stored_kind(position);
    // In a list the last entry is completed.
    let (before, typed) = match position.typed.rsplit_once(',') {
        Some((before, entry)) if kind == Some(NameKind::Tool) => (format!("{before},"), entry),
        _ => (String::new(), position.typed.as_str()),
    };
    let mut all = Vec::new();
    if position.arg.is_none() && typed.starts_with('-') {
        all.extend(flags(position));
    } else if position.arg.is_none_or(clap::Arg::is_positional) && position.prefix.is_empty() {
        all.extend(subcommands(position));
    }
    if let Some(arg) = position.arg {
        let possible = arg.get_possible_values();
        all.extend(possible.iter().filter(|value| !value.is_hide_set()).map(|value| Candidate {
            value: value.get_name().to_owned(),
            about: value.get_help().map(ToString::to_string).unwrap_or_default(),
        }));
        all.extend(kind.map(|kind| stored.names(kind)).unwrap_or_default());
    }
    let begins = |candidate: &Candidate| {
        casefold(&candidate.value).starts_with(&casefold(typed))
            // Titles are there for those who begin to type one; ids have them as descriptions.
            && (!candidate.value.contains(' ') || !typed.is_empty())
    };
    all.retain(begins);
    for candidate in &mut all {
        candidate.value.insert_str(0, &format!("{}{before}", position.prefix));
    }
    all
}

/// The kind of the stored names that can stand there.
fn stored_kind(position: &WordPosition<'_>) -> Option<NameKind> {
    // `setup` names a kind of server there, or an address.
    let is_named =
        |kind: &NameKind| *kind != NameKind::Server || position.command.get_name() != "setup";
    NameKind::of_argument(position.arg?.get_id().as_str()).filter(is_named)
}

fn subcommands(position: &WordPosition<'_>) -> Vec<Candidate> {
    let visible = position.command.get_subcommands().filter(|command| !command.is_hide_set());
    visible
        .map(|command| Candidate {
            value: command.get_name().to_owned(),
            about: command.get_about().map(ToString::to_string).unwrap_or_default(),
        })
        .collect()
}

fn flags(position: &WordPosition<'_>) -> Vec<Candidate> {
    let visible = position.command.get_arguments().filter(|arg| !arg.is_hide_set());
    visible
        .filter_map(|arg| {
            let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
            Some(Candidate { value: format!("--{}", arg.get_long()?), about })
        })
        .collect()
}
