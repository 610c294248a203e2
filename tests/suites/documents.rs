//! README and manual: their keys, commands and settings are those of the program, their links work,
//! and `duologue help` prints them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Command, CommandFactory};
use duologue::app::list::conversation_mark::ConversationMark;
use duologue::app::{commands::slash_commands, mouse};
use duologue::chat::UNDO_DAYS;
use duologue::cli::{self, Cli};
use duologue::settings::{BindingTarget, Keymap, Scope, Settings};

use crate::support::home::Home;
use crate::support::pty::Pty;

const PAGES: [&str; 14] = [
    "using",
    "keys",
    "commands",
    "configuration",
    "install",
    "setup",
    "web-app",
    "shared-file",
    "servers",
    "templates",
    "mcp",
    "themes",
    "troubleshooting",
    "performance",
];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Compares a generated part of a page; with `DUOLOGUE_PROMISE` set, writes it.
fn compare(page: &str, part: &str, expected: &str) {
    let name = format!("docs/{page}.md");
    let text = read(&name);
    let mark = format!("<!-- generated: {part} -->\n");
    let start =
        text.find(&mark).unwrap_or_else(|| panic!("{name} has no part {part}")) + mark.len();
    let end = start + text[start..].find("<!-- end -->").unwrap();
    let expected = format!("\n{}\n\n", expected.trim_end());
    if std::env::var_os("DUOLOGUE_PROMISE").is_some() {
        fs::write(path(&name), format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
        return;
    }
    let hint = "`DUOLOGUE_PROMISE=1 cargo test documents` writes the pages anew";
    assert_eq!(&text[start..end], expected, "{name}, {part}: {hint}");
}

/// A cell of a table: a bar would end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_pages_list_every_key() {
    let keymap = Keymap::default();
    let mut text = String::new();
    for &scope in Scope::ALL {
        text.push_str(&format!("## {}\n\n", scope.description()));
        text.push_str(&format!(
            "`[keys.{}]`\n\n| key | action | name |\n|---|---|---|\n",
            scope.name()
        ));
        for row in keymap.rows(scope) {
            let chords: Vec<String> = row.chords.iter().map(|chord| format!("`{chord}`")).collect();
            let (keys, name) = match (chords.is_empty(), row.target) {
                (true, BindingTarget::Action(action)) => {
                    (format!("`/{}`", slash_commands::name_of_action(action)), action.name())
                }
                (_, BindingTarget::Action(action)) => (chords.join(", "), action.name()),
                (_, BindingTarget::Edit(edit)) => (chords.join(", "), edit.name()),
            };
            let about = row.target.description();
            text.push_str(&format!("| {} | {} | `{name}` |\n", cell(&keys), cell(about)));
        }
        text.push('\n');
    }
    compare("keys", "keys", &text);
}

#[test]
fn the_pages_list_every_mark_of_the_list() {
    let marks = ConversationMark::ALL.map(|mark| (mark.symbol(), mark.meaning()));
    let rows = marks.map(|(symbol, meaning)| format!("| `{symbol}` | {meaning} |\n"));
    let table = format!("| mark | what it says |\n|---|---|\n{}", rows.concat());
    compare("using", "marks", &table);
}

#[test]
fn the_pages_list_the_mouse_and_the_commands_that_take_words() {
    let mut text = "| mouse | action |\n|---|---|\n".to_owned();
    for (what, about) in mouse::MOUSE_HELP {
        text.push_str(&format!("| {what} | {about} |\n"));
    }
    compare("keys", "mouse", &text);
    let mut text = "| command | action |\n|---|---|\n".to_owned();
    for command in slash_commands::commands() {
        let Some((words, argument)) = command.argument else { continue };
        let about = argument.description().unwrap_or(command.description);
        text.push_str(&format!("| `/{} {words}` | {about} |\n", command.name));
    }
    compare("keys", "slash commands", &text);
}

/// The help of a command in a block of its own.
fn reference(command: &Command, name: &str) -> String {
    let command = command.clone().term_width(96).bin_name(name.to_owned());
    let help = command.clone().render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("### {name}\n\n```text\n{}\n```\n\n", help.join("\n").trim_end())
}

#[test]
fn the_pages_list_every_command() {
    let program = Cli::command();
    let mut text = "| command | action |\n|---|---|\n".to_owned();
    let visible = || program.get_subcommands().filter(|command| !command.is_hide_set());
    for command in visible() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!("| `{}` | {} |\n", command.get_name(), cell(&about)));
    }
    text.push('\n');
    text.push_str(&reference(&cli::grouped_command(), "duologue"));
    // With the flags that every command takes, which questions need most.
    let mut whole = Cli::command();
    whole.build();
    for command in visible() {
        let command = match command.get_name() {
            "ask" => whole.find_subcommand("ask").unwrap(),
            _ => command,
        };
        let name = format!("duologue {}", command.get_name());
        text.push_str(&reference(command, &name));
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            text.push_str(&reference(inner, &format!("{name} {}", inner.get_name())));
        }
    }
    compare("commands", "commands", &text);
}

#[test]
fn the_pages_list_every_setting() {
    let mut text = "| setting | default | meaning |\n|---|---|---|\n".to_owned();
    for (setting, default) in Settings::defaults() {
        let mut meaning = vec![setting.doc.to_owned()];
        meaning.extend(setting.allowed_values().map(|values| format!("Values: {values}.")));
        meaning.extend(setting.flag_name().map(|flag| format!("Flag: `{flag}`.")));
        if !setting.variables.is_empty() {
            let names: Vec<String> =
                setting.variables.iter().map(|name| format!("`{name}`")).collect();
            meaning.push(format!("Environment: {}.", names.join(", ")));
        }
        let meaning = cell(&meaning.join(" "));
        text.push_str(&format!("| `{}` | {} | {meaning} |\n", setting.name, cell(&default)));
    }
    compare("configuration", "settings", &text);
}

#[test]
fn the_page_about_themes_shows_a_whole_theme() {
    let theme = format!("```toml\n{}\n```", read("assets/themes/terminal.toml").trim_end());
    compare("themes", "styles", &theme);
}

/// The commands of this program in the blocks of a page, as a shell would take them apart.
fn shown_commands(page: &str) -> Vec<Vec<String>> {
    let blocks = page.split("\n```").skip(1).step_by(2).filter(|block| !block.starts_with("text"));
    let lines = blocks.flat_map(|block| block.lines().skip(1));
    let commands = lines.flat_map(|line| line.split(" | ")).filter_map(|command| {
        let words = shell_words(command);
        let is_variable = |word: &&String| {
            word.split_once('=')
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        };
        let words: Vec<String> = words.iter().skip_while(is_variable).cloned().collect();
        (words.first()? == "duologue").then_some(words)
    });
    commands.collect()
}

/// Words up to a comment or what only a shell knows.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.trim().chars() {
        match (quote, c) {
            (None, '#' | '>' | '<' | '&' | ';') if words.last().unwrap().is_empty() => break,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_line_of_the_pages_is_one_the_program_takes() {
    let pages = PAGES.iter().map(|page| format!("docs/{page}.md"));
    let mut count = 0;
    for name in pages.chain(["README.md".to_owned()]) {
        for words in shown_commands(&read(&name)) {
            count += 1;
            let taken = Cli::command().try_get_matches_from(&words);
            let is_taken = match &taken {
                Ok(_) => true,
                Err(error) => {
                    matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
                }
            };
            assert!(is_taken, "{name}: {words:?}: {}", taken.unwrap_err());
        }
    }
    assert!(count > 30, "{count} commands were found");
}

#[test]
fn the_pages_say_for_how_many_days_changes_can_be_undone() {
    for name in ["README.md", "docs/using.md", "docs/commands.md"] {
        let text = read(name);
        let days = text.match_indices(" days").filter_map(|(at, _)| text[..at].rsplit(' ').next());
        let days: Vec<&str> = days.collect();
        assert!(days.contains(&UNDO_DAYS.to_string().as_str()), "{name}: {days:?}");
        for line in text.lines().filter(|line| line.contains("undo") && line.contains(" days")) {
            assert!(line.contains(&format!("{UNDO_DAYS} days")), "{name}: {line}");
        }
    }
}

/// The anchors of the headings of a page, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_has_a_target() {
    let pages = PAGES.map(|page| format!("docs/{page}.md"));
    let files =
        ["README.md", ".github/CONTRIBUTING.md"].map(str::to_owned).into_iter().chain(pages);
    for name in files {
        let text = read(&name);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = path(&name).parent().unwrap().to_owned();
            let target = if file.is_empty() { path(&name) } else { folder.join(file) };
            assert!(target.exists(), "{name}: {link} leads nowhere");
            if !anchor.is_empty() {
                let known = anchors(&fs::read_to_string(target).unwrap());
                assert!(known.contains(anchor), "{name}: {link} leads nowhere in {known:?}");
            }
        }
    }
}

#[test]
fn the_readme_is_short_and_names_every_page() {
    let readme = read("README.md");
    assert!(readme.lines().count() <= 120, "{} lines", readme.lines().count());
    for page in PAGES {
        assert!(readme.contains(&format!("(docs/{page}.md)")), "{page}");
    }
    assert!(readme.contains("https://github.com/hcorion/ai-multitool"));
}

#[test]
fn help_prints_each_page_exactly_and_lists_them_all() {
    let home = Home::new();
    let overview = home.run(&["help"]);
    assert_eq!(overview.code, 0, "{}", overview.stderr);
    for page in PAGES {
        assert!(overview.stdout.contains(&format!("\n  {page} ")), "{page}: {}", overview.stdout);
        let printed = home.run(&["help", page]);
        assert_eq!((printed.code, printed.stdout), (0, read(&format!("docs/{page}.md"))), "{page}");
    }
    assert_eq!(home.run(&["help", "ask"]).stdout, home.run(&["ask", "--help"]).stdout);
    let nested = home.run(&["help", "presets", "create"]).stdout;
    assert_eq!(nested, home.run(&["presets", "create", "--help"]).stdout);
    let unknown = home.run(&["help", "nonsense"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no command \"nonsense\""), "{}", unknown.stderr);
}

#[test]
fn a_page_on_a_terminal_is_laid_out_and_not_shown_as_markdown() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["help", "servers"], 90, 60);
    assert_eq!(pty.wait_for_end(), 0);
    let text = pty.text();
    assert!(text.contains("The demo server for other clients"), "{text}");
    assert!(text.contains("duologue demo-server --port 8080"), "{text}");
    assert!(!text.contains("##") && !text.contains("```") && !text.contains("|---"), "{text}");
}
