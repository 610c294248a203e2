//! Writes every text that people can see to `target/sentences.txt`, to be read in one go.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use duologue::app::{Input, Msg, Notice, NoticeKind, StoreEvent};
use duologue::cli::Cli;
use duologue::settings::Settings;

use super::architecture::tokens::{log_texts, texts};
use crate::support::app_harness::{AppHarness, stored_msg};

/// Phrases that were replaced by plain ones, and words that only the code uses.
const UNWANTED: &[&str] = &[
    "any more",
    "as it was",
    "brought back",
    "holds nothing",
    "is kept nowhere",
    "it is said",
    "keys to the",
    "left running",
    "goes on",
    "lets it",
    "made again",
    "meanwhile",
    "nothing fits",
    "nothing holds",
    "out of sight",
    "put right",
    "redone",
    "take back",
    "takes it",
    "taken back",
    "takes the last",
    "the system gives",
    "there is not here",
    "thoughts",
    "what came of",
    "what had come",
    "what stands behind",
    "1 messages",
    "1 tokens",
];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

fn has_unwanted_phrase(text: &str) -> bool {
    UNWANTED.iter().any(|phrase| text.to_lowercase().contains(phrase))
}

/// Whether a text has words: two of them, or one in the part of the program that draws.
fn is_sentence(text: &str, path: &Path) -> bool {
    let has_word = text.split(|c: char| !c.is_alphabetic()).any(|word| word.len() > 2);
    let is_code = ["{\"", "\": ", "</", "<p", "<d", "<l", ".TP"].iter().any(|it| text.contains(it));
    let is_drawn = path.components().any(|part| part.as_os_str() == "view");
    has_word && !is_code && (text.trim().contains(' ') || is_drawn)
}

fn texts_of_source(quoted: fn(&str) -> Vec<String>) -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    rust_files(&root.join("src"), &mut files);
    let mut found = BTreeSet::new();
    for path in files {
        let name = path.strip_prefix(root).unwrap().display().to_string();
        // What Python says, word for word, and what the demo's model says.
        if name.starts_with("src/tools/calculator") || name.starts_with("src/demo") {
            continue;
        }
        let all = quoted(&fs::read_to_string(&path).unwrap());
        found.extend(
            all.into_iter().filter(|it| is_sentence(it, &path)).map(|text| (name.clone(), text)),
        );
    }
    found
}

fn texts_of_commands(command: &Command, path: &str, found: &mut BTreeSet<(String, String)>) {
    let mut add = |text: Option<String>| {
        found.extend(text.map(|text| (path.to_owned(), text.replace('\n', " "))));
    };
    add(command.get_about().map(ToString::to_string));
    add(command.get_long_about().map(ToString::to_string));
    add(command.get_after_help().map(ToString::to_string));
    for argument in command.get_arguments() {
        add(argument.get_help().map(ToString::to_string));
        for value in argument.get_possible_values() {
            add(value.get_help().map(ToString::to_string));
        }
    }
    for command in command.get_subcommands() {
        texts_of_commands(command, &format!("{path} {}", command.get_name()), found);
    }
}

/// A text with typical values in the place of its arguments.
fn with_arguments(text: &str) -> String {
    let mut parts = text.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |all, part| {
        let rest = part.split_once('}').map_or("", |(_, rest)| rest);
        format!("{all}api.example.com{rest}")
    })
}

/// A text that does not depend on where rows end.
fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A window of 80 columns with a notice.
fn screen_with_notice(text: &str) -> String {
    let mut app = AppHarness::new();
    app.send_msg(Msg::Input(Input::Resized(80, 24)));
    let notice = Notice { kind: NoticeKind::Error, text: text.to_owned() };
    app.send_msg(stored_msg(StoreEvent::Notice(notice)));
    without_spaces(&app.screen().replace('"', ""))
}

#[test]
fn a_notice_is_never_cut_where_its_advice_begins() {
    let folders = ["api", "app", "chat", "runtime", "settings", "store"];
    let is_shown = |name: &str| folders.iter().any(|it| name.starts_with(&format!("src/{it}/")));
    let long = "/home/ann/.local/state/duologue/a-folder/with/a/long/name/and/more/journal could not be \
                written: the system says something long about the disk it is on, and more than that.";
    let mut seen = 0;
    // The words of the command line, which the window has its own for, and what it cannot do itself.
    let of_commands = ["src/chat/advice.rs", "src/settings/api_key.rs", "src/app/quit.rs"];
    for (name, text) in texts_of_source(texts) {
        if !is_shown(&name) || !text.ends_with('.') || text.contains('\n') {
            continue;
        }
        if of_commands.contains(&name.as_str()) && text.contains("`duologue ") {
            continue;
        }
        let advice = with_arguments(&text).replace('"', "");
        let last = advice.rsplit_once(". ").map_or(advice.as_str(), |(_, last)| last);
        // What begins with an argument says what happened, not what to do.
        if last.starts_with(char::is_lowercase) {
            continue;
        }
        let rows = screen_with_notice(&format!("{long} {advice}"));
        assert!(rows.contains(&without_spaces(last)), "{name}: {last}\n{rows}");
        assert!(rows.contains("/home/ann"), "{rows}");
        for command in ["`duologuesetup`", "`duologueundo`"] {
            assert!(!rows.contains(command), "{name}: {text}");
        }
        seen += 1;
    }
    assert!(seen > 150, "only {seen} texts were found");
}

#[test]
fn every_sentence_is_written_to_a_file_and_has_no_phrase_that_was_replaced() {
    let mut found = texts_of_source(texts);
    texts_of_commands(&Cli::command(), "duologue", &mut found);
    for (setting, _) in Settings::defaults() {
        found.insert((format!("setting {}", setting.name), setting.doc.to_owned()));
    }
    let lines: Vec<String> = found.iter().map(|(from, text)| format!("{from}: {text}\n")).collect();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    fs::write(target.join("sentences.txt"), lines.concat()).unwrap();
    assert!(lines.len() > 700, "only {} texts were found", lines.len());
    for expected in
        ["Ask anything", "Archive or unarchive", "No matches for", "The API key: environment only"]
    {
        assert!(lines.iter().any(|line| line.contains(expected)), "{expected} was not found");
    }
    let unwanted: Vec<&String> = lines.iter().filter(|line| has_unwanted_phrase(line)).collect();
    assert!(unwanted.is_empty(), "{unwanted:#?}");
}

#[test]
fn the_log_is_as_plain_as_the_screen() {
    let lines = texts_of_source(log_texts);
    assert!(lines.len() > 50, "only {} texts were found", lines.len());
    let unwanted: Vec<_> = lines.iter().filter(|(_, text)| has_unwanted_phrase(text)).collect();
    assert!(unwanted.is_empty(), "{unwanted:#?}");
}

/// The nouns that `chat::count` puts into the plural: the last word of what is counted.
fn counted_nouns() -> BTreeSet<String> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut nouns = BTreeSet::new();
    for path in files {
        let source = fs::read_to_string(path).unwrap();
        for function in ["count::phrase(", "count::some(", "count::noun("] {
            let calls = source.split(function).skip(1);
            let nouns_of_calls = calls.filter_map(|call| call.split('"').nth(1));
            let of_words = nouns_of_calls.filter(|it| it.ends_with(char::is_alphabetic));
            nouns.extend(of_words.filter_map(|it| it.split(' ').next_back()).map(str::to_owned));
        }
    }
    assert!(nouns.len() > 12, "{nouns:?}");
    nouns
}

#[test]
fn no_sentence_makes_its_own_plural() {
    let nouns = counted_nouns();
    let is_plural = |word: &str| {
        let singular = word.strip_suffix("es").filter(|it| it.ends_with("ch"));
        singular.or_else(|| word.strip_suffix('s')).is_some_and(|it| nouns.contains(it))
    };
    let is_hand_made = |text: &str| {
        let words: Vec<&str> =
            text.split_whitespace().map(|word| word.trim_end_matches(['.', ',', ')'])).collect();
        words.windows(2).any(|pair| match pair {
            [number, noun] if *number == "1" || *number == "One" => nouns.contains(*noun),
            [number, noun] if number.ends_with('}') => is_plural(noun),
            _ => false,
        })
    };
    let found: Vec<(String, String)> =
        texts_of_source(texts).into_iter().filter(|(_, text)| is_hand_made(text)).collect();
    assert!(found.is_empty(), "Use chat::count: {found:#?}");
}
