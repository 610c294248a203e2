//! Where the cursor is on a command line that is not complete yet.

use std::collections::BTreeMap;

use clap::{Arg, Command};

/// The place of the word that is completed.
#[derive(Debug)]
pub(super) struct WordPosition<'a> {
    /// The program or the subcommand the word belongs to.
    pub(super) command: &'a Command,
    /// The flag or the argument whose value the word is.
    pub(super) arg: Option<&'a Arg>,
    /// What stands before the value, as in `--model=`.
    pub(super) prefix: String,
    /// What is typed of the value.
    pub(super) typed: String,
    /// The values of the flags before it, by their long names.
    pub(super) flags: BTreeMap<String, String>,
}

/// Parses the words after the program's name; the last one is completed and may be empty.
pub(super) fn parse<'a>(root: &'a Command, words: &[String]) -> WordPosition<'a> {
    let (typed, before) =
        words.split_last().map_or((String::new(), words), |(last, before)| (last.clone(), before));
    let mut command = root;
    let mut flags = BTreeMap::new();
    let mut positionals = 0_usize;
    let mut flag: Option<&Arg> = None;
    for word in before {
        if let Some(arg) = flag.take() {
            flags.insert(arg.get_id().to_string(), word.clone());
        } else if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--"))
        {
            if let Some(arg) = find_flag(command, name) {
                flags.insert(arg.get_id().to_string(), value.to_owned());
            }
        } else if word.starts_with('-') && word.len() > 1 {
            flag = find_flag(command, word).filter(|arg| arg.get_action().takes_values());
        } else if let Some(inner) = command.find_subcommand(word) {
            (command, positionals) = (inner, 0);
        } else {
            positionals = positionals.saturating_add(1);
        }
    }
    let (arg, prefix, typed) = match (flag, typed.split_once('=')) {
        (Some(flag), _) => (Some(flag), String::new(), typed),
        (None, Some((name, value))) if typed.starts_with("--") => {
            (find_flag(command, name), format!("{name}="), value.to_owned())
        }
        (None, _) if typed.starts_with('-') => (None, String::new(), typed),
        (None, _) => (positional(command, positionals), String::new(), typed),
    };
    WordPosition { command, arg, prefix, typed, flags }
}

fn find_flag<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| match word.strip_prefix("--") {
        Some(long) => arg.get_long_and_visible_aliases().unwrap_or_default().contains(&long),
        None => {
            arg.get_short().is_some_and(|short| word.strip_prefix('-') == Some(&short.to_string()))
        }
    })
}

/// The argument at an index; the last one may be repeated.
fn positional(command: &Command, index: usize) -> Option<&Arg> {
    let all: Vec<&Arg> = command.get_positionals().collect();
    let last =
        all.last().copied().filter(|arg| arg.get_num_args().is_some_and(|it| it.max_values() > 1));
    all.get(index).copied().or(last)
}
