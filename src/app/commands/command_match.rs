//! Which commands and templates a typed text means, by task, and those first whose names begin with it.

use std::cmp::Reverse;

use super::fuzzy::FuzzyMatcher;
use super::palette_entry::{PaletteEntry, all_entries, offered_entries};
use crate::app::TemplateEntry;
use crate::settings::ActionGroup;

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
    /// The first name begins with what was typed.
    BeginsName,
    /// One of the names is exactly what was typed.
    Name,
}

/// What matches a typed text; all but what only moves where nothing is typed. The group with the best
/// match is first, and in each group the best match.
pub(crate) fn matching_entries(typed: &str, templates: &[TemplateEntry]) -> Vec<PaletteEntry> {
    let typed = typed.trim().to_lowercase();
    if typed.is_empty() {
        return offered_entries(templates);
    }
    let mut matching: Vec<(u32, PaletteEntry)> = all_entries(templates)
        .filter_map(|entry| Some((quality(&entry, &typed)? as u32, entry)))
        .collect();
    if matching.is_empty() && letters(&typed) >= MIN_LETTERS_FOR_FUZZY {
        matching = similar_entries(&typed, templates);
    }
    let best = |group: ActionGroup| {
        matching.iter().filter(|(_, it)| it.group() == group).map(|(score, _)| *score).max()
    };
    let best: Vec<(ActionGroup, Option<u32>)> =
        ActionGroup::ALL.into_iter().map(|group| (group, best(group))).collect();
    matching.sort_by_key(|(score, entry)| {
        let group = entry.group();
        let of_group = best.iter().find(|(it, _)| *it == group).and_then(|(_, best)| *best);
        (Reverse(of_group), group, Reverse(*score))
    });
    matching.into_iter().map(|(_, entry)| entry).collect()
}

fn letters(typed: &str) -> usize {
    typed.chars().count()
}

fn quality(entry: &PaletteEntry, typed: &str) -> Option<Quality> {
    let name = entry.name().to_lowercase();
    if name == typed {
        return Some(Quality::Name);
    }
    if entry.only_moves() {
        let begins = name.starts_with(typed) && letters(typed) >= MIN_LETTERS_FOR_MOVEMENT;
        return begins.then_some(Quality::BeginsName);
    }
    if name.starts_with(typed) {
        return Some(Quality::BeginsName);
    }
    let begins_word = |name: &str| {
        name == typed || name.to_lowercase().split('-').any(|word| word.starts_with(typed))
    };
    if entry.has_name(begins_word) {
        return Some(Quality::BeginsWord);
    }
    if letters(typed) >= MIN_LETTERS_FOR_FUZZY && name.contains(typed) {
        return Some(Quality::WithinName);
    }
    let description = entry.description().to_lowercase();
    let begins = |part: &str| {
        description.split(|it: char| !it.is_alphanumeric()).any(|word| word.starts_with(part))
    };
    typed.split_whitespace().all(begins).then_some(Quality::Description)
}

/// What has the letters in this order in its name.
fn similar_entries(typed: &str, templates: &[TemplateEntry]) -> Vec<(u32, PaletteEntry)> {
    let mut fuzzy = FuzzyMatcher::new(typed);
    let entries = all_entries(templates).filter(|entry| !entry.only_moves());
    entries.filter_map(|entry| Some((fuzzy.score(entry.name())?, entry))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(typed: &str) -> Vec<String> {
        matching_entries(typed, &[]).iter().map(|entry| entry.name().to_owned()).collect()
    }

    #[test]
    fn two_letters_find_the_names_that_begin_with_them_and_no_movement() {
        let matching = names("mo");
        assert_eq!(matching.first().map(String::as_str), Some("model"), "{matching:?}");
        assert!(matching.contains(&"mouse".to_owned()), "{matching:?}");
        assert!(matching.len() <= 5, "{matching:?}");
        let moving = matching_entries("mo", &[]).iter().any(PaletteEntry::only_moves);
        assert!(!moving, "{matching:?}");
    }

    #[test]
    fn the_exact_name_is_first_and_each_group_is_in_one_piece() {
        for command in crate::app::commands::slash_commands::commands() {
            assert_eq!(names(command.name).first().map(String::as_str), Some(command.name));
        }
        for typed in ["", "co", "e", "sh", "the"] {
            let groups: Vec<_> =
                matching_entries(typed, &[]).iter().map(PaletteEntry::group).collect();
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
        assert!(!names("").contains(&"bottom".to_owned()));
        assert_eq!(names("bott"), ["bottom"]);
        assert!(names("exprt").contains(&"export".to_owned()));
    }

    #[test]
    fn templates_are_a_group_of_their_own_and_found_by_name_and_description() {
        let entry = |name: &str, description: &str| TemplateEntry {
            name: name.into(),
            description: description.into(),
            needs_argument: true,
            ..TemplateEntry::default()
        };
        let templates = [entry("Code-Review", "Look at a change"), entry("zz", "Model of a thing")];
        let first = |typed: &str| matching_entries(typed, &templates)[0].name().to_owned();
        assert_eq!(
            (first("code-r"), first("review")),
            ("Code-Review".into(), "Code-Review".into())
        );
        assert_eq!(first("look cha"), "Code-Review");
        assert_eq!(first("cdrev"), "Code-Review");
        assert_eq!(first("model"), "model");
        let offered = matching_entries("", &templates);
        let places: Vec<usize> = (0..offered.len())
            .filter(|at| matches!(offered[*at], PaletteEntry::Template(_)))
            .collect();
        assert_eq!(places.len(), 2);
        assert_eq!(places[1], places[0] + 1);
    }
}
