//! A process that is killed while it removes something, and a stale save after that: every message is in the
//! file, or undo restores it.

use std::fs;
use std::path::{Path, PathBuf};

use duologue::chat::{Change, Message, ResponseId, TurnId};
use duologue::store::{Store, TrashNumber};
use serde_json::Value;

use crate::support::home::Home;
use crate::support::shared_file::{at, id, open, read_shared_file, store_paths};

/// What is killed.
#[derive(Debug, Clone, Copy)]
enum Removal {
    Delete,
    Edit,
    AnotherAnswer,
    SwitchOfVersion,
    UndoByNumber,
}

/// Every message there was.
const TEXTS: [&str; 6] = ["a1?", "a1!", "a2?", "a2!", "c1?", "c1!"];

fn add_turn(store: &mut Store, chat: &str, name: &str, now: i64) {
    let response = Some(ResponseId::new(format!("resp_{name}")));
    for message in [
        Message::question(format!("{name}?"), at(now)),
        Message::answer(format!("{name}!"), at(now), response),
    ] {
        store.apply(&Change::Append { id: id(chat), message }, at(now)).unwrap();
    }
}

fn create(store: &mut Store, chat: &str, now: i64) {
    let create = Change::Create { id: id(chat), title: chat.into(), at: at(now) };
    store.apply(&create, at(now)).unwrap();
}

/// The last two messages of "a" give way to these.
fn replacement(store: &mut Store, messages: Vec<Message>) -> Change {
    let removed = store.conversation(&id("a")).unwrap().messages.split_off(2);
    Change::ReplaceFrom { id: id("a"), keep: 2, removed, messages, at: at(30) }
}

fn reapplied_number(store: &Store) -> TrashNumber {
    let all = store.undoable();
    all.into_iter().find(|entry| entry.line.contains("applied again")).unwrap().number
}

fn remove(home: &Home, removal: Removal) {
    let mut store = open(home, 30);
    match removal {
        Removal::Delete => {
            store.apply(&Change::Delete { id: id("c") }, at(30)).unwrap();
        }
        Removal::Edit => {
            let edit = replacement(&mut store, vec![Message::question("better?", at(30))]);
            store.begin_turn(&TurnId::new("t"), &id("a"), &[edit]).unwrap();
        }
        Removal::AnotherAnswer => {
            let removed = store.conversation(&id("a")).unwrap().messages.split_off(1);
            let messages = Vec::new();
            let cut = Change::ReplaceFrom { id: id("a"), keep: 1, removed, messages, at: at(30) };
            store.begin_turn(&TurnId::new("t"), &id("a"), &[cut]).unwrap();
        }
        Removal::SwitchOfVersion => {
            let switch = replacement(&mut store, vec![Message::question("other?", at(30))]);
            store.apply(&switch, at(30)).unwrap();
        }
        Removal::UndoByNumber => {
            let number = reapplied_number(&store);
            store.undo(Some(number)).unwrap();
        }
    }
}

fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push((path.clone(), fs::read(path).unwrap()));
        }
    }
    all
}

fn restore(folder: &Path, files: &[(PathBuf, Vec<u8>)]) {
    fs::remove_dir_all(folder).unwrap();
    for (path, content) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

/// The journal as it was after each of its lines, up to the one that says the removal is in the file.
fn unfinished_journals(home: &Home) -> Vec<(PathBuf, String)> {
    let folder = store_paths(home).state_folder().join("journal");
    let [(path, content)] = files(&folder).try_into().unwrap();
    let content = String::from_utf8(content).unwrap();
    let lines: Vec<&str> = content.lines().collect();
    let kind = |line: &str| serde_json::from_str::<Value>(line).unwrap()["kind"].clone();
    let applied = lines.iter().rposition(|line| kind(line) == "applied").unwrap();
    let before = lines[..applied].iter().rposition(|line| kind(line) == "applied").unwrap();
    let journal = |end: usize| (path.clone(), lines[..end].join("\n") + "\n");
    (before + 2..=applied).map(journal).collect()
}

fn present(home: &Home) -> Vec<String> {
    let file = read_shared_file(home);
    let chats = file.as_object().unwrap().values();
    let messages = chats.flat_map(|chat| chat["messages"].as_array().unwrap().clone());
    messages.map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

fn missing(home: &Home) -> Vec<&'static str> {
    let present = present(home);
    TEXTS.into_iter().filter(|text| !present.contains(&(*text).to_owned())).collect()
}

/// What a killed process leaves, as it was before a removal but for the journal; then another look.
fn check(removal: Removal, is_stale: bool) {
    let home = Home::new();
    let mut store = open(&home, 10);
    create(&mut store, "a", 10);
    add_turn(&mut store, "a", "a1", 10);
    let stale = home.text();
    create(&mut store, "c", 20);
    add_turn(&mut store, "c", "c1", 20);
    add_turn(&mut store, "a", "a2", 20);
    drop(store);
    if matches!(removal, Removal::UndoByNumber) {
        fs::write(home.file(), &stale).unwrap();
        drop(open(&home, 25));
    }
    assert_eq!(missing(&home), [""; 0]);
    let before = files(home.path());
    remove(&home, removal);
    let journals = unfinished_journals(&home);
    assert!(!journals.is_empty());
    for (path, journal) in journals {
        restore(home.path(), &before);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for (other, _) in files(path.parent().unwrap()) {
            fs::remove_file(other).unwrap();
        }
        fs::write(path, &journal).unwrap();
        if is_stale {
            fs::write(home.file(), &stale).unwrap();
        }
        let mut store = open(&home, 40);
        for _ in 0..4 {
            if missing(&home).is_empty() {
                break;
            }
            store.undo(None).unwrap();
        }
        assert_eq!(missing(&home), [""; 0], "{removal:?}, stale: {is_stale}\n{journal}");
    }
}

#[test]
fn what_a_killed_process_was_removing_is_in_the_file_or_in_the_trash() {
    for removal in [
        Removal::Delete,
        Removal::Edit,
        Removal::AnotherAnswer,
        Removal::SwitchOfVersion,
        Removal::UndoByNumber,
    ] {
        for is_stale in [false, true] {
            check(removal, is_stale);
        }
    }
}

#[test]
fn an_edit_that_a_crash_interrupted_is_made_and_undone_in_turn() {
    let home = Home::new();
    let mut store = open(&home, 10);
    create(&mut store, "a", 10);
    add_turn(&mut store, "a", "a1", 10);
    add_turn(&mut store, "a", "a2", 10);
    drop(store);
    let before = files(home.path());
    remove(&home, Removal::Edit);
    let (path, journal) = unfinished_journals(&home).remove(1);
    restore(home.path(), &before);
    fs::write(path, journal).unwrap();
    let user = store_paths(&home);
    let opened = Store::open(user, at(40)).unwrap();
    let notice = opened.notice.unwrap().to_string();
    assert_eq!(notice, "Restored a question from an earlier session.");
    assert_eq!(present(&home), ["a1?", "a1!", "better?"]);
    let mut store = opened.store;
    assert_eq!(store.undo(None).unwrap().to_string(), "Undid the edit in \"a\".");
    assert_eq!(present(&home), ["a1?", "a1!", "a2?", "a2!"]);
}
