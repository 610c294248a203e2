//! Which commands a typed text means, by task, and those first whose names begin with it.

use std::cmp::Reverse;

use super::command_groups::CommandGroup;
use super::fuzzy::FuzzyMatcher;
use super::slash_commands::{self, SlashCommand};

/// Letters of a name from which a command that only moves is offered.
const MIN_LETTERS_FOR_MOVEMENT: usize = 3;
/// Letters from which a text with a letter left out or mistyped is recognised.
const MIN_LETTERS_FOR_FUZZY: usize = 3;

/// How well a command matches, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Quality {
    /// Each word begins a word of the description.
    Description,
    /// The name contains it.
    WithinName,
    /// Another name, or a word in a name, begins with it.
    BeginsWord,
    /// The name begins with it.
    BeginsName,
    /// It is the name.
    Name,
}

/// The commands that match a typed text; all but those that only move where nothing is typed. The
/// group with the best match is first, and in each group the best match.
pub(crate) fn matching_commands(typed: &str) -> Vec<SlashCommand> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return slash_commands::offered_commands();
    }
    let mut matching: Vec<(u32, SlashCommand)> = slash_commands::commands()
        .filter_map(|command| Some((quality(&command, &typed)? as u32, command)))
        .collect();
    if matching.is_empty() && typed.len() >= MIN_LETTERS_FOR_FUZZY {
        matching = similar_commands(&typed);
    }
    let best = |group: CommandGroup| {
        matching.iter().filter(|(_, it)| it.group() == group).map(|(score, _)| *score).max()
    };
    let best: Vec<(CommandGroup, Option<u32>)> =
        CommandGroup::ALL.into_iter().map(|group| (group, best(group))).collect();
    matching.sort_by_key(|(score, command)| {
        let group = command.group();
        let of_group = best.iter().find(|(it, _)| *it == group).and_then(|(_, best)| *best);
        (Reverse(of_group), group, Reverse(*score))
    });
    matching.into_iter().map(|(_, command)| command).collect()
}

fn quality(command: &SlashCommand, typed: &str) -> Option<Quality> {
    if command.name == typed {
        return Some(Quality::Name);
    }
    if command.only_moves() {
        let begins = command.name.starts_with(typed) && typed.len() >= MIN_LETTERS_FOR_MOVEMENT;
        return begins.then_some(Quality::BeginsName);
    }
    let mut names = slash_commands::all_names(command);
    if command.name.starts_with(typed) {
        return Some(Quality::BeginsName);
    }
    if names.any(|name| name.split('-').any(|word| word.starts_with(typed)) || name == typed) {
        return Some(Quality::BeginsWord);
    }
    if typed.len() >= MIN_LETTERS_FOR_FUZZY && command.name.contains(typed) {
        return Some(Quality::WithinName);
    }
    let description = command.description.to_lowercase();
    let begins = |part: &str| {
        description.split(|it: char| !it.is_alphanumeric()).any(|word| word.starts_with(part))
    };
    typed.split_whitespace().all(begins).then_some(Quality::Description)
}

/// The commands whose names have the letters in this order.
fn similar_commands(typed: &str) -> Vec<(u32, SlashCommand)> {
    let mut fuzzy = FuzzyMatcher::new(typed);
    let commands = slash_commands::commands().filter(|command| !command.only_moves());
    commands.filter_map(|command| Some((fuzzy.score(command.name)?, command))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(typed: &str) -> Vec<&'static str> {
        matching_commands(typed).iter().map(|command| command.name).collect()
    }

    #[test]
    fn two_letters_find_the_names_that_begin_with_them_and_no_movement() {
        let matching = names("mo");
        assert_eq!(matching.first(), Some(&"model"), "{matching:?}");
        assert!(matching.contains(&"mouse"), "{matching:?}");
        assert!(matching.len() <= 5, "{matching:?}");
        let moving = matching_commands("mo").iter().any(SlashCommand::only_moves);
        assert!(!moving, "{matching:?}");
    }

    #[test]
    fn the_exact_name_is_first_and_each_group_is_in_one_piece() {
        for command in slash_commands::commands() {
            assert_eq!(names(command.name).first(), Some(&command.name));
        }
        for typed in ["", "co", "e", "sh", "the"] {
            let groups: Vec<_> = matching_commands(typed).iter().map(SlashCommand::group).collect();
            let mut seen = groups.clone();
            seen.dedup();
            let pieces = seen.len();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(pieces, seen.len(), "{typed}: {groups:?}");
        }
    }

    #[test]
    fn movement_is_found_by_its_name_and_a_slip_of_the_finger_still_finds_something() {
        assert!(!names("").contains(&"bottom"));
        assert_eq!(names("bott"), ["bottom"]);
        assert!(names("exprt").contains(&"export"));
    }
}
