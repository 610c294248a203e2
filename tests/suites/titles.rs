//! Titles as people gave them: whole here, in the web app's short form in the shared file.

use std::fs;
use std::ops::Range;
use std::path::PathBuf;
use std::thread;

use duologue::chat::{Change, Title};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Query, StorePaths};
use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::shared_file::{at, id, open, read_shared_file, refresh, store_paths};
use crate::support::stale_web::StaleWeb;

const QUESTION: &str = "calculate 2**100 then 1/3";
const STORED: &str = "calculate 2100 then 13";

/// The conversation `c` with a title of the user's own words.
fn with_full_title(home: &Home, typed: &str) {
    let mut store = open(home, 0);
    let title = Title::from_question(typed);
    store.apply(&Change::Create { id: id("c"), title, at: at(0) }, at(0)).unwrap();
}

/// Renames the conversation `c` as a user does.
fn rename(home: &Home, typed: &str, now: i64) {
    let change = Change::Rename { id: id("c"), title: Title::typed(typed).unwrap(), at: at(now) };
    open(home, now).apply(&change, at(now)).unwrap();
}

fn chat_name(home: &Home) -> String {
    read_shared_file(home)["c"]["chat_name"].as_str().unwrap().to_owned()
}

/// What the list shows, in the order of the file.
fn titles(home: &Home, now: i64) -> Vec<String> {
    let rows = open(home, now).list().unwrap();
    rows.into_iter().map(|row| row.title.text().to_owned()).collect()
}

fn titles_file(home: &Home) -> PathBuf {
    store_paths(home).state_folder().join("titles.json")
}

#[test]
fn the_file_has_the_web_apps_form_and_every_view_here_the_whole_title() {
    let home = Home::new();
    with_full_title(&home, QUESTION);
    assert_eq!(chat_name(&home), STORED);
    assert_eq!(titles(&home, 1), [QUESTION]);
    let mut store = open(&home, 1);
    assert_eq!(store.conversation(&id("c")).unwrap().title.text(), QUESTION);
    for wanted in [QUESTION, STORED] {
        assert_eq!(store.resolve_id(wanted).unwrap(), id("c"), "{wanted}");
    }
}

#[test]
fn commands_show_the_whole_title_and_scripts_find_both() {
    let home = Home::new();
    fs::write(home.file(), ONE_CHAT).unwrap();
    let long = format!("Why is {} not a prime: 2^127-1?", "9".repeat(40));
    let ran = home.run(&["rename", "c", &long]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    let stored = "Why is 99999999999999999999...";
    assert!(ran.stderr.contains(&format!("The web app shows \"{stored}\"")), "{}", ran.stderr);
    assert_eq!(chat_name(&home), stored);
    assert!(home.run(&["list"]).stdout.contains(&long));
    assert!(home.run(&["show", &long]).stdout.starts_with(&format!("# {long}\n")));
    assert!(home.run(&["show", stored]).stdout.starts_with(&format!("# {long}\n")));
    assert!(home.run(&["export", "c"]).stdout.contains(&long));
    assert!(home.run(&["search", "2^127"]).stdout.contains(&long));
    let json = |words: &[&str]| serde_json::from_str::<Value>(&home.run(words).stdout).unwrap();
    for found in [&json(&["list", "--json"])["c"], &json(&["search", "--json", "2^127"])[0]] {
        assert_eq!(found["chat_name"], stored);
        assert_eq!(found["full_title"], long.as_str());
    }
    let export = json(&["export", "--format", "json", "c"]);
    assert!(export["c"].get("full_title").is_none(), "the web app's own record");
    fs::remove_dir_all(home.path().join("state")).unwrap();
    assert_eq!(json(&["list", "--json"])["c"].get("full_title"), None, "as the web app lists it");
}

const ONE_CHAT: &str = r#"{
  "c": {"data": {"id": "c", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [{"role": "user", "text": "hi", "timestamp": 5, "response_id": null}], "last_response_id": null}
}"#;

#[test]
fn a_title_changed_in_the_web_app_wins_and_an_undone_rename_gives_the_whole_one_back() {
    let home = Home::new();
    with_full_title(&home, QUESTION);
    let mut web = StaleWeb::new(&home.file());
    web.load_cached(at(5).seconds());
    rename(&home, "Powers & thirds", 10);
    assert_eq!(
        (chat_name(&home).as_str(), titles(&home, 11)),
        ("Powers _ thirds", vec!["Powers & thirds".into()])
    );
    // The web app saves a copy that has the title before: it is set again, and undoing that shows the
    // whole title it had then.
    web.store("c", "user", "q", at(20).seconds());
    let mut store = open(&home, 21);
    assert_eq!(chat_name(&home), "Powers _ thirds");
    assert_eq!(titles(&home, 21), ["Powers & thirds"]);
    let number = store.undoable()[0].number;
    store.undo(Some(number)).unwrap();
    assert_eq!((chat_name(&home).as_str(), titles(&home, 22)), (STORED, vec![QUESTION.into()]));
    drop(store);
    let mut web = StaleWeb::new(&home.file());
    web.rename("c", "Chosen there", at(1000).seconds());
    assert_eq!(titles(&home, 1001), ["Chosen there"]);
}

#[test]
fn the_window_shows_filters_renames_and_copies_the_whole_title() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut pty = Pty::start(&home, &[], 100, 24);
    pty.wait_for("Ask anything");
    pty.press(&format!("{QUESTION}\r"));
    pty.wait("an answer", |pty| {
        !server.answer_requests().is_empty() && pty.text().contains("tokens")
    });
    // In the list as much as fits, in the headline and the title of the terminal all of it.
    pty.wait("a row of the list", |pty| {
        rows(pty, 0..33).any(|row| row.contains("calculate 2**100 then") && row.contains('…'))
    });
    assert!(headline(&pty).starts_with(QUESTION), "{}", pty.text());
    let window_title = format!("\x1b]0;{QUESTION} - duologue\x07");
    assert!(String::from_utf8_lossy(&pty.raw).contains(&window_title));
    pty.press("/duplicate\r");
    pty.wait_for("Conversation duplicated.");
    pty.press("/rename Thirds & powers\r");
    pty.wait_for("Renamed to \"Thirds & powers\".");
    pty.press("/resume 2**100\r");
    pty.wait("the copy by signs that are only in the whole title", |pty| {
        headline(pty).starts_with(&format!("{QUESTION} copy"))
    });
    let file = read_shared_file(&home);
    let mut stored: Vec<&str> =
        file.as_object().unwrap().values().map(|it| it["chat_name"].as_str().unwrap()).collect();
    stored.sort_unstable();
    assert_eq!(stored, ["Thirds _ powers", "calculate 2100 then 13 copy"]);
}

/// The first words beside the list.
fn headline(pty: &Pty) -> String {
    let mut beside = rows(pty, 33..100).map(|row| row.trim().to_owned());
    beside.find(|row| !row.is_empty()).unwrap_or_default()
}

/// The rows of the screen, from these columns.
fn rows(pty: &Pty, columns: Range<usize>) -> impl Iterator<Item = String> {
    let text = pty.text();
    let cut = move |row: &str| row.chars().skip(columns.start).take(columns.len()).collect();
    text.lines().map(cut).collect::<Vec<String>>().into_iter()
}

#[test]
fn two_titles_of_one_stored_form_are_told_apart_by_the_later() {
    let home = Home::new();
    with_full_title(&home, "a/b");
    rename(&home, "a/b", 1);
    rename(&home, "a:b", 2);
    assert_eq!((chat_name(&home).as_str(), titles(&home, 3)), ("a_b", vec!["a:b".into()]));
    rename(&home, "a_b", 4);
    assert_eq!(titles(&home, 5), ["a_b"]);
}

#[test]
fn two_terminals_lose_none_of_each_others_titles() {
    let home = Home::new();
    let name = |who: &str, number: usize| format!("{who}: {number}?");
    thread::scope(|scope| {
        for who in ["one", "two"] {
            let home = &home;
            scope.spawn(move || {
                let mut store = open(home, 0);
                for number in 0..20 {
                    let title = Title::from_question(&name(who, number));
                    let create =
                        Change::Create { id: id(&format!("{who}{number}")), title, at: at(0) };
                    store.apply(&create, at(0)).unwrap();
                }
            });
        }
    });
    let mut all = titles(&home, 1);
    all.sort();
    let mut wanted: Vec<String> = ["one", "two"]
        .iter()
        .flat_map(|who| (0..20).map(move |number| name(who, number)))
        .collect();
    wanted.sort();
    assert_eq!(all, wanted);
}

#[test]
fn another_terminal_sees_a_new_title_at_its_next_look() {
    let home = Home::new();
    with_full_title(&home, QUESTION);
    let mut other = open(&home, 1);
    assert_eq!(other.list().unwrap()[0].title.text(), QUESTION);
    rename(&home, "What is \"this\"?", 2);
    refresh(&mut other, 3);
    assert_eq!(other.list().unwrap()[0].title.text(), "What is \"this\"?");
}

#[test]
fn a_search_finds_the_words_that_only_the_whole_title_has_and_those_of_the_stored_one() {
    let home = Home::new();
    with_full_title(&home, QUESTION);
    for words in ["2**100", "2100 then"] {
        let mut search = open(&home, 1).search(Query::new(words).unwrap()).unwrap();
        let hits = search.step().unwrap().unwrap();
        assert_eq!(hits.len(), 1, "{words}");
        assert_eq!((hits[0].title.text(), hits[0].excerpt.matched.as_str()), (QUESTION, words));
    }
}

#[test]
fn deleting_and_restoring_keeps_the_whole_title() {
    let home = Home::new();
    with_full_title(&home, QUESTION);
    let mut store = open(&home, 1);
    store.apply(&Change::Delete { id: id("c") }, at(2)).unwrap();
    assert_eq!(store.undoable()[0].line, format!("\"{QUESTION}\" was deleted"));
    assert!(store.undo(None).unwrap().to_string().contains(QUESTION));
    assert_eq!(titles(&home, 3), [QUESTION]);
}

#[test]
fn titles_of_conversations_that_are_gone_are_dropped_once_nothing_can_restore_them() {
    let home = Home::new();
    let other = |name: &str, now: i64| {
        let title = Title::from_question("What else?");
        let create = Change::Create { id: id(name), title, at: at(now) };
        open(&home, now).apply(&create, at(now)).unwrap();
    };
    let is_kept = || fs::read_to_string(titles_file(&home)).unwrap().contains(QUESTION);
    with_full_title(&home, QUESTION);
    open(&home, 1).apply(&Change::Delete { id: id("c") }, at(1)).unwrap();
    other("d0", 10);
    // The clock that ages are measured by advances a day at a time.
    for day in 1..=31 {
        drop(open(&home, day * 86_400));
        if day == 29 {
            other("d29", day * 86_400);
            assert!(is_kept(), "it can still be restored");
        }
    }
    other("d31", 31 * 86_400);
    assert!(!is_kept());
    assert_eq!(titles(&home, 31 * 86_400), ["What else?"; 3]);
}

#[test]
fn an_imported_title_is_kept_whole() {
    let home = Home::new();
    fs::write(home.file(), ONE_CHAT).unwrap();
    assert_eq!(home.run(&["rename", "c", QUESTION]).code, 0);
    let stored = chat_name(&home);
    let markdown = home.path().join("c.md");
    let ran = home.run(&["export", "c", "-o", markdown.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let elsewhere = Home::new();
    let ran = elsewhere.run(&["import", markdown.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(chat_name(&elsewhere), stored, "as it was");
    assert!(elsewhere.run(&["list"]).stdout.contains(QUESTION));
}

#[test]
fn without_a_private_folder_that_can_be_written_the_stored_title_serves() {
    let home = Home::new();
    with_full_title(&home, "One?");
    fs::remove_file(titles_file(&home)).unwrap();
    // A folder in its place can be neither read nor replaced.
    fs::create_dir(titles_file(&home)).unwrap();
    rename(&home, "Why not?", 2);
    assert_eq!(
        (chat_name(&home).as_str(), titles(&home, 3)),
        ("Why not_", vec!["Why not_".into()])
    );
}

#[test]
fn control_characters_of_a_title_act_on_nothing() {
    let home = Home::new();
    fs::write(home.file(), ONE_CHAT).unwrap();
    assert_eq!(home.run(&["rename", "c", "a\u{1b}]0;x\u{7}b\r\nc\u{202e}d"]).code, 0);
    let listed: Value = serde_json::from_str(&home.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(
        listed["c"]["full_title"], "a]0;xb c\u{202e}d",
        "one line without control characters"
    );
    // Nor is an entry trusted that another program wrote.
    let paths = StorePaths::new(
        &home.chats(),
        UserName::new("ann").unwrap(),
        ChatsFolder::Shared,
        &home.path().join("state/duologue"),
    );
    let file = paths.state_folder().join("titles.json");
    let text = fs::read_to_string(&file).unwrap();
    let hostile = text.replace("a]0;xb", "a\\u001b[31m\\nb");
    assert_ne!(hostile, text);
    fs::write(file, hostile).unwrap();
    for words in [&["list"][..], &["show", "c"], &["search", "31m"]] {
        let shown = home.run(words).stdout;
        assert!(shown.lines().next().unwrap().contains("b c"), "{shown:?}");
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown:?}");
    }
}
