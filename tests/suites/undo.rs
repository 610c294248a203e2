//! Undo: deletions, edits, reapplied changes, and what another program's save lost.

use std::fs;

use crossterm::event::KeyCode;
use duologue::app::{Focus, Notice, NoticeKind, StoreEvent};
use duologue::chat::{
    Advice, Change, Conversation, Failure, FailureKind, FileNotice, Message, NoticeSeverity, Title,
    UndoOutcome,
};
use duologue::store::{ApplyOutcome, RefreshOutcome, Store, TrashNumber};
use serde_json::Value;

use crate::support::app_harness::{AppHarness, stored_msg};
use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::shared_file::{START, at, id, open, read_shared_file, refresh, store_paths};
use crate::support::stale_web::StaleWeb;

/// Ids and texts in file order.
fn content(home: &Home) -> Vec<(String, Vec<String>)> {
    let file = read_shared_file(home);
    let texts = |chat: &Value| {
        let messages = chat["messages"].as_array().unwrap();
        messages.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
    };
    file.as_object().unwrap().iter().map(|(id, chat)| (id.clone(), texts(chat))).collect()
}

/// Three conversations of the web app.
fn with_three_chats(home: &Home) -> StaleWeb {
    let mut web = StaleWeb::new(&home.file());
    for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
        web.create(name, &format!("Chat {name}"), START);
        web.store(name, "user", &format!("{name}{number}?"), START);
        web.store(name, "assistant", &format!("{name}{number}!"), START);
    }
    web
}

/// The web app after it rejected the file: it knows of nothing but its newest chat.
fn overwrite_file(home: &Home, now: i64) -> StaleWeb {
    let aside = home.path().join("aside.json");
    let mut web = StaleWeb::new(&aside);
    web.create("new", "New", START + now);
    web.move_to(&home.file());
    web.store("new", "user", "hello", START + now);
    web
}

/// The sentence about an entry that could not be undone in its turn.
fn passing_over(reason: &str) -> String {
    format!("Not undone: {reason}. The next undo goes to the change before it.")
}

#[test]
fn one_undo_restores_a_wiped_file_every_time() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    let before = content(&home);
    store.apply(&Change::Rename { id: id("b"), title: "Ours".into(), at: at(11) }, at(11)).unwrap();
    let mut web = overwrite_file(&home, 20);
    let output = refresh(&mut store, 21);
    assert!(output.contains("Another program overwrote 3 conversations."), "{output}");
    assert!(output.contains("`duologue undo`"), "{output}");
    assert_eq!(content(&home).len(), 1);
    assert_eq!(
        store.undo(None).unwrap().to_string(),
        "Restored 3 conversations that another program overwrote."
    );
    let mut expected = before.clone();
    expected.push(("new".into(), vec!["hello".into()]));
    assert_eq!(content(&home), expected);
    assert!(home.text().contains("\"Ours\""));
    // The web app still knows nothing of them, and saves again.
    for now in [30, 60] {
        web.store("new", "user", &format!("again{now}"), START + now);
        assert_eq!(content(&home).len(), 1);
        refresh(&mut store, now + 1);
        assert_eq!(content(&home)[..3], before[..]);
    }
    drop(store);
    let store = open(&home, 61 + 310);
    let left: Vec<String> = store.undoable().into_iter().map(|entry| entry.line).collect();
    assert_eq!(left, ["\"Chat b\" was renamed to \"Ours\""], "no version is left");
    let trash = store_paths(&home).state_folder().join("trash");
    assert_eq!(fs::read_dir(trash).unwrap().count(), 1);
}

#[test]
fn a_number_stands_for_one_change_for_good() {
    let home = Home::new();
    with_three_chats(&home);
    let (mut here, mut other) = (open(&home, 10), open(&home, 10));
    let delete = |store: &mut Store, chat: &str, now: i64| {
        store.apply(&Change::Delete { id: id(chat) }, at(now)).unwrap();
        store.last_trashed().unwrap()
    };
    let ours = delete(&mut here, "a", 11);
    let theirs = delete(&mut other, "b", 12);
    // Without a number it would be what the other terminal deleted.
    assert_eq!(here.undo(Some(ours)).unwrap().to_string(), "Restored the conversation \"Chat a\".");
    assert_eq!(
        other.undo(Some(theirs)).unwrap().to_string(),
        "Restored the conversation \"Chat b\"."
    );
    let later = delete(&mut here, "c", 13);
    assert!(later > theirs, "{later:?} is used again");
    let rename = Change::Rename { id: id("a"), title: "Ours".into(), at: at(14) };
    here.apply(&rename, at(14)).unwrap();
    assert!(here.last_trashed().unwrap() > later);
    here.apply(&rename, at(15)).unwrap();
    assert_eq!(here.last_trashed(), None, "the same title again removes nothing");
}

#[test]
fn an_older_renaming_is_not_undone_where_only_the_full_titles_differ() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    let rename = |store: &mut Store, title: &str, now: i64| {
        let change =
            Change::Rename { id: id("a"), title: Title::new("What is this_", title), at: at(now) };
        store.apply(&change, at(now)).unwrap();
        store.last_trashed().unwrap()
    };
    let first = rename(&mut store, "What is this?", 11);
    let second = rename(&mut store, "What is this!", 12);
    let refused = store.undo(Some(first)).unwrap_err().to_failure().to_string();
    let reason = "Not undone: \"What is this?\" was renamed to \"What is this!\" since.";
    assert_eq!(refused, format!("{reason} Undo that first: `duologue undo {}`.", second.0));
    let line = "Renamed \"What is this!\" back to \"What is this?\".";
    assert_eq!(store.undo(Some(second)).unwrap().to_string(), line);
}

#[test]
fn a_renaming_is_undone_on_the_command_line_and_in_plain_mode() {
    let home = Home::new();
    with_three_chats(&home);
    let title = |home: &Home, chat: &str| read_shared_file(home)[chat]["chat_name"].clone();
    // The file has the same for both: only the full titles differ.
    for name in ["What is this?", "What is this!"] {
        assert_eq!(home.run(&["rename", "b", name]).code, 0);
    }
    let listed = home.run(&["undo", "--list"]).stdout;
    assert!(listed.contains("\"What is this?\" was renamed to \"What is this!\""), "{listed}");
    let undone = home.run(&["undo"]).stderr;
    assert_eq!(undone, "Renamed \"What is this!\" back to \"What is this?\".\n");
    assert!(home.run(&["list"]).stdout.contains("What is this?"));
    home.run(&["undo"]);
    assert_eq!(title(&home, "b"), "Chat b");
    let undo = |home: &Home| {
        let ran = home.run(&["undo"]);
        (ran.code, ran.stderr)
    };
    assert_eq!(undo(&home), (1, "Nothing to undo.\n".to_owned()));

    let plain = home.run_with_input(&["--plain"], "/open Chat c\n/rename Ours\n/undo\n/undo\n");
    for message in [
        "Renamed to \"Ours\". It was \"Chat c\". /undo restores the old title.",
        "Renamed \"Ours\" back to \"Chat c\".",
        "Nothing to undo.",
    ] {
        assert!(plain.stderr.contains(message), "{message}: {}", plain.stderr);
    }
    assert_eq!(title(&home, "c"), "Chat c");

    // A title that was given elsewhere since stays, and the next undo goes on to what was before.
    home.run(&["delete", "--yes", "a"]);
    home.run(&["rename", "b", "Ours"]);
    let mut web = StaleWeb::new(&home.file());
    web.rename("b", "Elsewhere", START + 60);
    let refused = passing_over("\"Ours\" was renamed to \"Elsewhere\" since");
    let rename = "Rename the conversation to give it the title \"Chat b\" again.\n";
    assert_eq!(undo(&home), (1, format!("{refused} {rename}")));
    assert_eq!(undo(&home), (0, "Restored the conversation \"Chat a\".\n".to_owned()));
    assert_eq!(title(&home, "b"), "Elsewhere");
    let listed = home.run(&["undo", "--list"]).stdout;
    assert!(listed.ends_with("\"Chat b\" was renamed to \"Ours\" (only by number)\n"), "{listed}");
    let by_number = "The remaining changes can be undone only by number. Run `duologue undo --list` to \
                     see them.\n";
    assert_eq!(undo(&home), (1, by_number.to_owned()));
    // It is refused by its number too, which says what can be done.
    let number = listed.split_whitespace().next().unwrap();
    let refused = "Not undone: \"Ours\" was renamed to \"Elsewhere\" since.";
    assert_eq!(home.run(&["undo", number]).stderr, format!("{refused} {rename}"));
}

#[test]
fn what_was_passed_over_gets_its_turn_again_once_a_later_change_of_its_conversation_is_undone() {
    let home = Home::new();
    with_three_chats(&home);
    for title in ["First", "Second"] {
        assert_eq!(home.run(&["rename", "b", title]).code, 0);
    }
    let rename_in_web = |title: &str| StaleWeb::new(&home.file()).rename("b", title, START + 60);
    rename_in_web("Elsewhere");
    for title in ["Second", "First"] {
        let refused = passing_over(&format!("\"{title}\" was renamed to \"Elsewhere\" since"));
        assert!(home.run(&["undo"]).stderr.starts_with(&refused));
    }
    rename_in_web("Second");
    let listed: Value =
        serde_json::from_str(&home.run(&["undo", "--list", "--json"]).stdout).unwrap();
    assert_eq!((&listed[0]["in_turn"], &listed[1]["in_turn"]), (&false.into(), &false.into()));
    let second = listed[0]["number"].to_string();
    let undone = home.run(&["undo", &second]).stderr;
    assert_eq!(undone, "Renamed \"Second\" back to \"First\".\n");
    assert_eq!(home.run(&["undo"]).stderr, "Renamed \"First\" back to \"Chat b\".\n");
}

#[test]
fn what_was_passed_over_gets_its_turn_again_once_an_overwritten_version_is_restored() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Rename { id: id("b"), title: "Ours".into(), at: at(11) }, at(11)).unwrap();
    let renaming = store.last_trashed();
    overwrite_file(&home, 20);
    refresh(&mut store, 21);
    let missing = passing_over("\"Ours\" no longer exists")
        + " `duologue undo --list` shows what can be restored.";
    assert_eq!(store.undo(renaming).unwrap().to_string(), missing);
    assert_eq!(
        store.undo(None).unwrap().to_string(),
        "Restored 3 conversations that another program overwrote."
    );
    let undone = store.undo(None).unwrap().to_string();
    assert_eq!(undone, "Renamed \"Ours\" back to \"Chat b\".");
}

/// The file has changed by then: an error would tell the user to try again.
#[test]
fn an_undo_is_not_reported_as_failed_where_the_trash_cannot_be_written_afterwards() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    let rename = |store: &mut Store, title: &str, now: i64| {
        let change = Change::Rename { id: id("b"), title: title.into(), at: at(now) };
        store.apply(&change, at(now)).unwrap();
        store.last_trashed()
    };
    let (first, second) = (rename(&mut store, "First", 11), rename(&mut store, "Second", 12));
    StaleWeb::new(&home.file()).rename("b", "Elsewhere", START + 60);
    for number in [second, first] {
        let refused = store.undo(number).unwrap().to_string();
        assert!(refused.starts_with("Not undone: "), "{refused}");
    }
    StaleWeb::new(&home.file()).rename("b", "Second", START + 61);
    refresh(&mut store, 62);
    overwrite_file(&home, 70);
    refresh(&mut store, 71);
    // No entry can be written as long as a folder has the name of the lock.
    let lock = store_paths(&home).state_folder().join("trash.lock");
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert_eq!(
        store.undo(None).unwrap().to_string(),
        "Restored 3 conversations that another program overwrote."
    );
    let undone = store.undo(second).unwrap().to_string();
    assert_eq!(undone, "Renamed \"Second\" back to \"First\".");
    assert_eq!(read_shared_file(&home)["b"]["chat_name"], "First");
}

/// Also where the window asks for its own change, which is older.
#[test]
fn the_last_change_of_a_conversation_is_undone_first_wherever_it_was_made() {
    let home = Home::new();
    with_three_chats(&home);
    let mut pty = Pty::start(&home, &["resume", "b"], 100, 30);
    pty.wait_for("b1!");
    pty.press("/rename Ours\r");
    pty.wait_for("Renamed to \"Ours\"");
    pty.press("/rename Ours\r");
    pty.wait_for("The title is \"Ours\" already.");
    assert_eq!(home.run(&["rename", "b", "Theirs"]).code, 0);
    pty.wait_for("Theirs");
    pty.press("\x1bu");
    pty.wait_for("Renamed \"Theirs\" back to \"Ours\".");
    pty.press("\x1bu");
    pty.wait_for("Renamed \"Ours\" back to \"Chat b\".");
    assert_eq!(read_shared_file(&home)["b"]["chat_name"], "Chat b");
    // A deletion in the other terminal as well.
    pty.press("/rename Ours\r");
    pty.wait_for("Renamed to \"Ours\"");
    assert_eq!(home.run(&["delete", "--yes", "b"]).code, 0);
    pty.press("\x1bu");
    pty.wait_for("Restored the conversation \"Ours\".");
    pty.press("\x1bu");
    pty.wait_for("Renamed \"Ours\" back to \"Chat b\".");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

/// The second press comes while the store still undoes what the other terminal did.
#[test]
fn two_quick_presses_undo_two_changes_of_a_conversation() {
    let home = Home::new();
    with_three_chats(&home);
    let mut pty = Pty::start(&home, &["resume", "b"], 100, 30);
    pty.wait_for("b1!");
    pty.press("/pin\r");
    pty.wait_for("Pinned \"Chat b\"");
    pty.press("/rename Ours\r");
    pty.wait_for("Renamed to \"Ours\"");
    assert_eq!(home.run(&["rename", "b", "Theirs"]).code, 0);
    pty.wait_for("Theirs");
    pty.press("\x1bu\x1bu");
    pty.wait_for("Renamed \"Ours\" back to \"Chat b\".");
    pty.press("\x1bu");
    pty.wait_for("is no longer pinned");
    assert_eq!(read_shared_file(&home)["b"]["chat_name"], "Chat b");
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn after_a_duplicate_the_change_before_it_is_undone() {
    let home = Home::new();
    with_three_chats(&home);
    let mut pty = Pty::start(&home, &["resume", "b"], 100, 30);
    pty.wait_for("b1!");
    pty.press("/rename Ours\r");
    pty.wait_for("Renamed to \"Ours\"");
    pty.press("/duplicate\r");
    pty.wait_for("Conversation duplicated.");
    pty.press("\x1bu");
    pty.wait_for("Deleted the copy \"Ours copy\".");
    pty.press("\x1bu");
    pty.wait_for("Renamed \"Ours\" back to \"Chat b\".");
    pty.press("\x1bu");
    pty.wait_for_sentence("The remaining changes can be undone only by number.");
    assert_eq!(content(&home).len(), 3);
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let listed = home.run(&["undo", "--list"]).stdout;
    assert!(listed.ends_with("\"Ours copy\" was deleted (only by number)\n"), "{listed}");
}

#[test]
fn a_copy_that_got_messages_is_not_deleted_by_undo() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    for name in ["copy", "other"] {
        let change = Change::Create { id: id(name), title: "Chat a copy".into(), at: at(11) };
        store.apply(&change, at(11)).unwrap();
        append(&mut store, name, "copied", 11);
    }
    append(&mut store, "copy", "precious", 20);
    let refused = store.undo_duplicate(&id("copy"), 1).unwrap();
    assert!(!refused.is_undone(), "{refused}");
    let line = "Deleted the copy \"Chat a copy\".";
    assert_eq!(store.undo_duplicate(&id("other"), 1).unwrap().to_string(), line);
    let gone = store.undo_duplicate(&id("other"), 1).unwrap().to_string();
    assert!(gone.starts_with("Not undone: the copy was deleted since."), "{gone}");
    assert_eq!(content(&home)[3].1, ["copied", "precious"]);
}

#[test]
fn a_title_that_a_model_wrote_is_not_what_undo_is_asked_for() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    store.apply_generated_title(id("b"), "Written".into(), at(12), at(12)).unwrap();
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Chat a\".");
    assert_eq!(read_shared_file(&home)["b"]["chat_name"], "Written");
}

#[test]
fn a_change_that_was_made_already_has_nothing_to_restore() {
    let home = Home::new();
    with_three_chats(&home);
    let (mut here, mut other) = (open(&home, 10), open(&home, 10));
    here.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    other.apply(&Change::Delete { id: id("b") }, at(12)).unwrap();
    let again = here.apply(&Change::Delete { id: id("b") }, at(13)).unwrap();
    assert_eq!(again, ApplyOutcome::Unchanged);
    // The entry of "a" would restore another conversation than the one deleted last.
    assert_eq!(here.last_trashed(), None);
}

#[test]
fn the_next_command_notices_a_wiped_file() {
    let home = Home::new();
    with_three_chats(&home);
    let text = home.text();
    drop(open(&home, 10));
    overwrite_file(&home, 20);
    let opened = Store::open(store_paths(&home), at(5000)).unwrap();
    assert!(opened.notice.unwrap().text.contains("Another program overwrote 3 conversations."));
    let mut store = opened.store;
    assert!(store.undo(None).unwrap().is_undone());
    // What came back is what was there, to the byte.
    assert!(home.text().starts_with(text.strip_suffix("\n}").unwrap()));
    drop(store);
    // A file that is gone altogether is the same loss.
    fs::remove_file(home.file()).unwrap();
    let mut store = Store::open(store_paths(&home), at(9000)).unwrap().store;
    assert!(store.undo(None).unwrap().is_undone());
    assert_eq!(content(&home).len(), 4);
}

#[test]
fn lost_messages_are_restored_at_their_position() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    let mut other = StaleWeb::new(&home.file());
    other.load_cached(START + 11);
    web.store("b", "user", "soon lost", START + 12);
    assert_eq!(refresh(&mut store, 13), "Changed elsewhere: 1 new message in \"Chat b\".");
    // A second process of the web app with a copy of its own.
    other.store("c", "user", "c2?", START + 14);
    let output = refresh(&mut store, 15);
    assert!(output.contains("Another program overwrote 1 message."), "{output}");
    assert!(store.undo(None).unwrap().is_undone());
    assert_eq!(content(&home)[1].1, ["b1?", "b1!", "soon lost"]);
    assert_eq!(content(&home)[2].1, ["c2?", "c2!", "c2?"]);
}

#[test]
fn own_deletions_and_edits_are_no_loss() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    let mut other = open(&home, 12);
    other.apply(&Change::Delete { id: id("b") }, at(12)).unwrap();
    assert!(!refresh(&mut store, 13).contains("Lost"));
    drop(other);
    web.load_cached(START + 400);
    web.store("c", "user", "more", START + 400);
    assert!(!refresh(&mut store, 401).contains("Lost"));
    assert!(Store::open(store_paths(&home), at(402)).unwrap().notice.is_none());
    assert_eq!(store.undoable().len(), 2);
    assert_eq!(store.undoable()[0].line, "\"Chat b\" was deleted");
    let number = store.undoable()[1].number;
    assert_eq!(
        store.undo(Some(number)).unwrap().to_string(),
        "Restored the conversation \"Chat a\"."
    );
    assert!(store.undo(Some(number)).is_err());
    let ids: Vec<String> = content(&home).into_iter().map(|it| it.0).collect();
    assert_eq!(ids, ["a", "c"]);
}

#[test]
fn undoing_an_edit_removes_its_answer_and_keeps_foreign_messages() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    let removed = store.conversation(&id("a")).unwrap().messages;
    let edit = |store: &mut Store, removed: Vec<Message>, text: &str| {
        let messages = vec![Message::question(text, at(11))];
        let change = Change::ReplaceFrom { id: id("a"), keep: 0, removed, messages, at: at(11) };
        store.apply(&change, at(11)).unwrap();
    };
    edit(&mut store, removed.clone(), "better?");
    let answer = Message::answer("yes", at(12), None);
    store.apply(&Change::Append { id: id("a"), message: answer }, at(12)).unwrap();
    assert_eq!(store.undo(None).unwrap().to_string(), "Undid the edit in \"Chat a\".");
    assert_eq!(content(&home)[0].1, ["a0?", "a0!"]);
    assert_eq!(store.branches(&id("a")).len(), 2);
    // The other way: the web app has gone on where the edit was.
    edit(&mut store, removed, "other?");
    web.load_cached(START + 400);
    let mut chat = content(&home)[0].1.clone();
    assert_eq!(chat, ["other?"]);
    web.replace_all("a", "user", "by the web", START + 400);
    // The edit was put back beside it; taking that and the edit itself back leaves all the rest.
    refresh(&mut store, 401);
    let number = reapplied_number(&store);
    assert!(store.undo(None).unwrap().is_undone());
    assert!(store.undo(Some(number)).unwrap().is_undone());
    chat = content(&home)[0].1.clone();
    for text in ["a0?", "a0!", "by the web"] {
        assert!(chat.contains(&text.to_owned()), "{chat:?}");
    }
}

/// Otherwise three versions of one end would stand one after another.
#[test]
fn an_edit_is_undone_after_a_newer_one_of_its_conversation() {
    let home = Home::new();
    with_three_chats(&home);
    let (mut here, mut other) = (open(&home, 10), open(&home, 10));
    let edit = |store: &mut Store, text: &str, now: i64| {
        let removed = store.conversation(&id("a")).unwrap().messages;
        let messages = vec![Message::question(text, at(now))];
        let change = Change::ReplaceFrom { id: id("a"), keep: 0, removed, messages, at: at(now) };
        store.apply(&change, at(now)).unwrap();
        store.last_trashed().unwrap()
    };
    let ours = edit(&mut here, "edit here?", 11);
    let theirs = edit(&mut other, "edit there?", 12);
    let refused = here.undo(Some(ours)).unwrap_err().to_failure().to_string();
    let reason = "Not undone: messages of \"Chat a\" were replaced again since.";
    assert_eq!(refused, format!("{reason} Undo that first: `duologue undo {}`.", theirs.0));
    assert_eq!(content(&home)[0].1, ["edit there?"]);
    for (number, texts) in [(theirs, vec!["edit here?"]), (ours, vec!["a0?", "a0!"])] {
        let undone = here.undo(Some(number)).unwrap().to_string();
        assert_eq!(undone, "Undid the edit in \"Chat a\".");
        assert_eq!(content(&home)[0].1, texts);
    }
}

#[test]
fn undoing_another_answer_restores_the_first_and_keeps_both() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    let removed = store.conversation(&id("a")).unwrap().messages.split_off(1);
    let change =
        Change::ReplaceFrom { id: id("a"), keep: 1, removed, messages: Vec::new(), at: at(11) };
    store.apply(&change, at(11)).unwrap();
    let answer = Message::answer("another", at(12), None);
    store.apply(&Change::Append { id: id("a"), message: answer }, at(12)).unwrap();
    assert_eq!(content(&home)[0].1, ["a0?", "another"]);
    assert_eq!(
        store.undo(None).unwrap().to_string(),
        "Restored the previous answer in \"Chat a\"."
    );
    assert_eq!(content(&home)[0].1, ["a0?", "a0!"]);
    assert_eq!(store.branches(&id("a")).len(), 2);
    assert_eq!(store.undo(None).unwrap(), UndoOutcome::Nothing);
}

#[test]
fn undoing_another_answer_makes_a_version_of_what_followed_it() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    let add = |store: &mut Store, message: Message| {
        store.apply(&Change::Append { id: id("a"), message }, at(20)).unwrap();
    };
    add(&mut store, Message::question("more?", at(11)));
    add(&mut store, Message::answer("more!", at(11), None));
    let removed = store.conversation(&id("a")).unwrap().messages.split_off(1);
    let change =
        Change::ReplaceFrom { id: id("a"), keep: 1, removed, messages: Vec::new(), at: at(12) };
    store.apply(&change, at(12)).unwrap();
    add(&mut store, Message::answer("another", at(13), None));
    add(&mut store, Message::question("last?", at(14)));
    add(&mut store, Message::answer("last!", at(15), None));
    assert_eq!(content(&home)[0].1, ["a0?", "another", "last?", "last!"]);
    assert_eq!(
        store.undo(None).unwrap().to_string(),
        "Restored the previous answer in \"Chat a\". The messages after the other answer are kept \
         with it, as another version."
    );
    assert_eq!(content(&home)[0].1, ["a0?", "a0!", "more?", "more!"]);
    let texts = |messages: &[Message]| -> Vec<String> {
        messages.iter().map(|it| it.text.clone()).collect()
    };
    let branches = store.branches(&id("a"));
    assert!(branches.iter().any(|it| texts(&it.messages) == ["another", "last?", "last!"]));
}

#[test]
fn a_reapplied_message_can_be_removed_for_good() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    let message = Message::question("ours?", at(11));
    store.apply(&Change::Append { id: id("a"), message }, at(11)).unwrap();
    web.store("b", "user", "b2?", START + 12);
    refresh(&mut store, 13);
    assert!(content(&home)[0].1.contains(&"ours?".to_owned()));
    assert_eq!(store.undoable().len(), 1);
    let number = reapplied_number(&store);
    assert!(store.undo(Some(number)).unwrap().is_undone());
    assert_eq!(content(&home)[0].1, ["a0?", "a0!"]);
    web.store("b", "user", "b3?", START + 14);
    refresh(&mut store, 15);
    assert_eq!(content(&home)[0].1, ["a0?", "a0!"]);
    // It is not lost by that.
    assert_eq!(store.undoable().len(), 1);
    assert_eq!(store.undoable()[0].line, "1 message of \"Chat a\" was removed");
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored 1 message in \"Chat a\".");
    assert_eq!(content(&home)[0].1, ["a0?", "a0!", "ours?"]);
}

/// The ids in the file.
fn ids(home: &Home) -> Vec<String> {
    content(home).into_iter().map(|(id, _)| id).collect()
}

fn append(store: &mut Store, chat: &str, text: &str, now: i64) {
    let message = Message::question(text, at(now));
    store.apply(&Change::Append { id: id(chat), message }, at(now)).unwrap();
}

#[test]
fn what_is_reapplied_anyway_is_no_loss() {
    let home = Home::new();
    with_three_chats(&home);
    let old = home.text();
    let mut store = open(&home, 10);
    for name in ["x", "y", "z"] {
        let member = format!(
            "\"{name}\": {{\"data\": {{\"id\": \"{name}\", \"created_at\": 1, \"metadata\": {{}}}}, \
             \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{{\"role\": \"user\", \
             \"text\": \"{name}?\", \"timestamp\": 1}}]}}"
        );
        let change = Change::Restore { id: id(name), title: "T".into(), member, before: None };
        store.apply(&change, at(11)).unwrap();
    }
    for now in [20, 30, 40] {
        put(&home, &old, now);
        let output = refresh(&mut store, now + 1);
        assert!(output.contains("applied again: 3 conversations"), "{output}");
        assert!(!output.contains("overwrote"), "{output}");
        assert_eq!(ids(&home).len(), 6);
    }
    let versions = |name: &str| name.ends_with(".version");
    let trash = fs::read_dir(store_paths(&home).state_folder().join("trash")).unwrap();
    let names = trash.map(|it| it.unwrap().file_name().into_string().unwrap());
    assert_eq!(names.filter(|name| versions(name)).count(), 0);
}

/// An old copy of the file is written over it.
fn put(home: &Home, text: &str, now: i64) {
    StaleWeb::replace_file(&home.file(), text, START + now);
}

#[test]
fn a_deletion_undone_in_another_terminal_is_not_reapplied() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    // It stays open, and does nothing more.
    let mut idle = open(&home, 9);
    idle.apply(&Change::Delete { id: id("a") }, at(10)).unwrap();
    let output = open(&home, 10).undo(None).unwrap().to_string();
    assert_eq!(output, "Restored the conversation \"Chat a\".");
    // A third one in which the time of all that has come.
    drop(open(&home, 400));
    web.load_cached(START + 410);
    web.create("new", "New", START + 411);
    drop(open(&home, 412));
    assert_eq!(ids(&home), ["a", "b", "c", "new"]);
    refresh(&mut idle, 413);
    assert_eq!(ids(&home), ["a", "b", "c", "new"]);
    drop(idle);
    drop(open(&home, 412 + 310));
    let journals = fs::read_dir(store_paths(&home).state_folder().join("journal")).unwrap();
    assert_eq!(journals.count(), 0, "everything is settled in the end");
}

#[test]
fn a_clock_set_back_does_not_reorder_a_deletion_and_its_undo() {
    let home = Home::new();
    with_three_chats(&home);
    open(&home, 1000).apply(&Change::Delete { id: id("a") }, at(1000)).unwrap();
    assert!(open(&home, 400).undo(None).unwrap().is_undone());
    StaleWeb::new(&home.file()).store("b", "user", "any save", START + 401);
    drop(open(&home, 402));
    assert_eq!(ids(&home), ["a", "b", "c"]);
}

#[test]
fn a_reapplied_deletion_puts_the_record_into_the_trash() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    let number = store.undoable()[0].number.0;
    let trash = store_paths(&home).state_folder().join("trash");
    fs::remove_file(trash.join(format!("{number:012}.json"))).unwrap();
    assert!(store.undoable().is_empty());
    web.store("b", "user", "b2?", START + 12);
    refresh(&mut store, 13);
    assert_eq!(ids(&home), ["b", "c"]);
    let all = store.undoable();
    let deleted = all.iter().find(|it| it.line == "\"Chat a\" was deleted").unwrap();
    assert!(store.undo(Some(deleted.number)).unwrap().is_undone());
    assert_eq!(content(&home)[0], ("a".into(), vec!["a0?".into(), "a0!".into()]));
}

#[test]
fn a_reapplied_deletion_does_not_duplicate_trash_entries() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    for now in [20, 30, 40] {
        web.store("b", "user", "again", START + now);
        refresh(&mut store, now + 1);
        assert_eq!(ids(&home), ["b", "c"]);
    }
    let deleted = |it: &&duologue::store::UndoEntry| it.line.ends_with("was deleted");
    assert_eq!(store.undoable().iter().filter(deleted).count(), 1);
}

#[test]
fn undo_reverts_the_users_change_and_not_a_later_reapplication() {
    let home = Home::new();
    with_three_chats(&home);
    let old = home.text();
    let mut store = open(&home, 10);
    append(&mut store, "b", "precious", 11);
    store.apply(&Change::Delete { id: id("a") }, at(12)).unwrap();
    put(&home, &old, 20);
    let output = refresh(&mut store, 21);
    assert!(output.contains("1 message and 1 deletion"), "{output}");
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Chat a\".");
    assert_eq!(ids(&home), ["a", "b", "c"]);
    assert_eq!(content(&home)[1].1, ["b1?", "b1!", "precious"]);
    // The number of the reapplication reverts that; it can be undone as well.
    let number = reapplied_number(&store);
    let said = store.undo(Some(number)).unwrap().to_string();
    assert!(said.contains("removed messages from \"Chat b\"."), "{said}");
    assert_eq!(content(&home)[1].1, ["b1?", "b1!"]);
    assert!(store.undo(None).unwrap().is_undone());
    assert_eq!(content(&home)[1].1, ["b1?", "b1!", "precious"]);
}

/// Writes an old copy back, which lacks a conversation with an answer; it is applied again.
fn overwrite_answered_conversation(home: &Home, store: &mut Store) {
    let old = home.text();
    let create = Change::Create { id: id("n"), title: "Important".into(), at: at(11) };
    store.apply(&create, at(11)).unwrap();
    append(store, "n", "important?", 11);
    let answer = Message::answer("yes", at(12), None);
    store.apply(&Change::Append { id: id("n"), message: answer }, at(12)).unwrap();
    put(home, &old, 20);
    let output = refresh(store, 21);
    assert!(output.contains("applied again: 2 messages"), "{output}");
}

fn reapplied_number(store: &Store) -> TrashNumber {
    let all = store.undoable();
    all.into_iter().find(|it| it.line.contains("applied again")).unwrap().number
}

#[test]
fn a_conversation_that_was_applied_again_is_removed_only_by_number_and_comes_back_whole() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    overwrite_answered_conversation(&home, &mut store);
    let whole = home.text();
    for _ in 0..2 {
        let said = store.undo(None).unwrap().to_string();
        assert!(said.contains("only by number. Run `duologue undo --list`"), "{said}");
        assert_eq!(home.text(), whole);
    }
    let number = reapplied_number(&store);
    assert_eq!(
        store.undo(Some(number)).unwrap().to_string(),
        "Undid the changes that were applied again: deleted \"Important\". Undo again to \
         restore what was removed."
    );
    assert_eq!(ids(&home), ["a", "b", "c"]);
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Important\".");
    assert_eq!(home.text(), whole);
    assert_eq!(store.undo(None).unwrap(), UndoOutcome::Nothing);
}

#[test]
fn a_deletion_that_is_not_missing_does_not_make_undo_touch_anything_else() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    let create = Change::Create { id: id("n"), title: "Unrelated".into(), at: at(11) };
    store.apply(&create, at(11)).unwrap();
    append(&mut store, "n", "unrelated?", 11);
    store.apply(&Change::Delete { id: id("a") }, at(12)).unwrap();
    web.store("a", "user", "by the web", START + 20);
    let output = refresh(&mut store, 21);
    assert!(output.contains("applied again") && output.contains("was kept"), "{output}");
    let whole = home.text();
    let said = store.undo(None).unwrap().to_string();
    assert_eq!(said, passing_over("\"Chat a\" already exists with all its messages"));
    let said = store.undo(None).unwrap().to_string();
    assert!(said.starts_with("The remaining changes can be undone only by number."), "{said}");
    assert_eq!(home.text(), whole);
}

#[test]
fn an_edit_of_a_conversation_that_is_gone_does_not_keep_undo_from_earlier_ones() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("b") }, at(11)).unwrap();
    let removed = store.conversation(&id("a")).unwrap().messages;
    let messages = vec![Message::question("better?", at(12))];
    let edit = Change::ReplaceFrom { id: id("a"), keep: 0, removed, messages, at: at(12) };
    store.apply(&edit, at(12)).unwrap();
    store.apply(&Change::Delete { id: id("a") }, at(13)).unwrap();
    let trash = store_paths(&home).state_folder().join("trash");
    let deletion = store.undoable()[0].number.0;
    fs::remove_file(trash.join(format!("{deletion:012}.json"))).unwrap();
    let said = store.undo(None).unwrap().to_string();
    assert!(said.starts_with(&passing_over("\"Chat a\" no longer exists")), "{said}");
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Chat b\".");
}

#[test]
fn undoing_a_repeated_deletion_restores_the_conversation() {
    let home = Home::new();
    with_three_chats(&home);
    let old = home.text();
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(12)).unwrap();
    put(&home, &old, 20);
    refresh(&mut store, 21);
    let number = reapplied_number(&store);
    let said = store.undo(Some(number)).unwrap().to_string();
    assert_eq!(said, "Undid the changes that were applied again: restored \"Chat a\".");
    assert_eq!(ids(&home), ["a", "b", "c"]);
    put(&home, &old, 25);
    refresh(&mut store, 26);
    assert_eq!(ids(&home), ["a", "b", "c"]);
}

#[test]
fn a_deleted_chat_that_went_on_elsewhere_returns_with_what_the_copy_lacks() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    append(&mut store, "a", "precious", 11);
    store.apply(&Change::Delete { id: id("a") }, at(12)).unwrap();
    web.store("a", "user", "by the web", START + 20);
    let output = refresh(&mut store, 21);
    assert!(output.contains("was kept"), "{output}");
    let whole = ["a0?", "a0!", "precious", "by the web"];
    assert_eq!(content(&home)[0].1, whole);
    let undone = store.undo(None).unwrap().to_string();
    assert_eq!(undone, passing_over("\"Chat a\" already exists with all its messages"));
    assert_eq!(content(&home)[0].1, whole);
}

#[test]
fn a_trash_entry_that_is_not_missing_stops_undo_once() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("b") }, at(11)).unwrap();
    store.apply(&Change::Delete { id: id("a") }, at(12)).unwrap();
    web.store("a", "user", "by the web", START + 20);
    refresh(&mut store, 21);
    assert_eq!(ids(&home), ["a", "c"]);
    let present = "\"Chat a\" already exists with all its messages";
    assert_eq!(store.undo(None).unwrap().to_string(), passing_over(present));
    assert_eq!(ids(&home), ["a", "c"]);
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Chat b\".");
    let kept = store.undoable().into_iter().find(|it| it.line == "\"Chat a\" was deleted");
    let number = kept.expect("the copy is kept").number;
    assert_eq!(store.undo(Some(number)).unwrap().to_string(), format!("Not undone: {present}."));
}

#[test]
fn trash_entries_are_kept_for_thirty_days() {
    let home = Home::new();
    with_three_chats(&home);
    let day = 24 * 60 * 60;
    open(&home, 10).apply(&Change::Delete { id: id("a") }, at(10)).unwrap();
    // A clock that is wrong for once makes nothing old.
    assert_eq!(open(&home, 400 * day).undoable().len(), 1);
    for today in 1..30 {
        assert_eq!(open(&home, today * day).undoable().len(), 1, "{today}");
    }
    open(&home, 30 * day);
    assert!(open(&home, 31 * day).undoable().is_empty());
}

/// Writes another text into the file itself, as `cp` and some editors do.
fn write_into(home: &Home, text: &str) {
    let before = std::os::unix::fs::MetadataExt::ino(&fs::metadata(home.file()).unwrap());
    fs::write(home.file(), text).unwrap();
    assert_eq!(before, std::os::unix::fs::MetadataExt::ino(&fs::metadata(home.file()).unwrap()));
}

#[cfg(unix)]
#[test]
fn losses_of_an_in_place_write_are_restored_too() {
    // One store had the file open, the other only what was kept.
    for reopened in [false, true] {
        let home = Home::new();
        with_three_chats(&home);
        let whole = content(&home);
        let mut store = open(&home, 1000);
        store.list().unwrap();
        if reopened {
            drop(store);
            store = open(&home, 1001);
        }
        write_into(&home, "{}");
        let output = refresh(&mut store, 1002);
        assert!(output.contains("3 conversations"), "{reopened}: {output}");
        assert!(store.undo(None).unwrap().is_undone());
        assert_eq!(content(&home), whole);
    }
}

/// Of a large file only the version before the last change is safe from such a write; what was changed since
/// is in the journal, unless that has forgotten it.
#[cfg(unix)]
#[test]
fn losses_of_an_in_place_write_to_a_large_file_are_restored_too() {
    for (is_renamed, is_settled) in [(false, false), (true, false), (true, true)] {
        let home = Home::new();
        with_three_chats(&home);
        let long = home.text().replace("b1?", &"long".repeat(3 << 20));
        fs::write(home.file(), long).unwrap();
        drop(open(&home, 1000));
        let (whole, mut store) = (content(&home), open(&home, 1001));
        if is_renamed {
            let rename = Change::Rename { id: id("a"), title: "Ours".into(), at: at(1002) };
            store.apply(&rename, at(1002)).unwrap();
        }
        if is_settled {
            refresh(&mut store, 1002 + 400);
        }
        write_into(&home, "{}");
        let output = refresh(&mut store, 1500);
        assert!(output.contains("3 conversations"), "{output}");
        assert_eq!(
            store.undo(None).unwrap().to_string(),
            "Restored 3 conversations that another program overwrote."
        );
        assert!(content(&home) == whole, "{is_renamed} {is_settled}");
        assert_eq!(home.text().contains("\"Ours\""), is_renamed, "{is_settled}");
    }
}

#[test]
fn an_answer_not_yet_in_the_file_is_never_dropped() {
    use duologue::chat::{ChangeId, LoggedChange};
    use duologue::store::state::monotonic_clock;
    let year = at(366 * 24 * 60 * 60);
    let command = |change| LoggedChange::new(ChangeId::new("v"), change, at(0));
    let answer = || Change::Append { id: id("a"), message: Message::answer("yes", at(0), None) };
    assert!(!monotonic_clock::is_abandoned(&command(answer()), year));
    let mut stored = command(answer());
    stored.applied = Some(at(1));
    assert!(monotonic_clock::is_abandoned(&stored, year));
    assert!(monotonic_clock::is_abandoned(&command(Change::Delete { id: id("a") }), year));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_trash() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("a") }, at(11)).unwrap();
    overwrite_file(&home, 20);
    refresh(&mut store, 21);
    let state = store_paths(&home).state_folder().to_path_buf();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    let mut seen = 0;
    for entry in fs::read_dir(state.join("trash")).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_command_lists_and_undoes() {
    let home = Home::new();
    with_three_chats(&home);
    assert_eq!(home.run(&["undo"]).stderr, "Nothing to undo.\n");
    assert_eq!(home.run(&["delete", "--yes", "a", "b"]).code, 0);
    let listed = home.run(&["undo", "--list"]);
    assert!(listed.stdout.lines().next().unwrap().ends_with("now  \"Chat b\" was deleted"));
    let json: Value =
        serde_json::from_str(&home.run(&["undo", "--list", "--json"]).stdout).unwrap();
    assert_eq!(json[1]["what"], "\"Chat a\" was deleted");
    assert_eq!(
        home.run(&["undo", &json[1]["number"].to_string()]).stderr,
        "Restored the conversation \"Chat a\".\n"
    );
    assert_eq!(home.run(&["undo"]).stderr, "Restored the conversation \"Chat b\".\n");
    assert_eq!(home.run(&["undo", "77"]).code, 1);
    let ran = home.run(&["undo", "--list", "3"]);
    let line =
        "--list lists all changes and takes no number. To undo change 3, run `duologue undo 3`.\n";
    assert_eq!((ran.code, ran.stderr.as_str(), ran.stdout.as_str()), (2, line, ""));
    let ran = home.run(&["undo", "last"]);
    let hint = "use a number from `duologue undo --list`\n";
    assert!(ran.code == 2 && ran.stderr.contains(hint), "{}", ran.stderr);
    let ids: Vec<String> = content(&home).into_iter().map(|it| it.0).collect();
    assert_eq!(ids, ["a", "b", "c"]);
}

#[test]
fn the_loss_warning_stays_when_the_open_conversation_is_lost() {
    let mut app = AppHarness::new();
    let (_, chat) = app.ask("q");
    app.state.turns.clear();
    let text = "Another program overwrote 3 conversations.".to_owned();
    let notice = FileNotice::loss(text.clone(), Advice::None);
    app.send_msg(stored_msg(StoreEvent::FileChanged(Some(notice))));
    let failure = Failure::new(FailureKind::Storage, "No conversation has that id.", "List them.");
    app.send_msg(stored_msg(StoreEvent::NotOpened { id: chat.clone(), failure: failure.clone() }));
    assert_eq!(app.notice(), text);
    assert!(app.state.transcript.open.is_some());
    // An id that does not exist is reported.
    app.state.transcript.opening = Some(id("other"));
    app.send_msg(stored_msg(StoreEvent::NotOpened { id: id("other"), failure }));
    assert!(app.notice().starts_with("No conversation"));
}

/// The loss is a warning, which a calmer line does not hide; Esc takes it away.
#[test]
fn a_loss_warning_stays_until_it_was_seen() {
    let home = Home::new();
    with_three_chats(&home);
    let mut store = open(&home, 10);
    overwrite_file(&home, 20);
    let RefreshOutcome::Changed(Some(lost)) = store.refresh(at(21)).unwrap() else { panic!() };
    assert_eq!(lost.severity, NoticeSeverity::Loss);
    let mut app = AppHarness::new();
    let mut say = |notice: FileNotice| {
        app.send_msg(stored_msg(StoreEvent::FileChanged(Some(notice))));
        app.notice().to_owned()
    };
    let shown = "Another program overwrote 3 conversations. Alt+U restores them.";
    assert_eq!(say(FileNotice::info("a new answer")), "a new answer");
    assert_eq!(say(lost.clone()), shown);
    assert_eq!(say(FileNotice::info("a new answer")), shown);
    let again = FileNotice { text: "Overwritten again.".into(), ..lost };
    assert_eq!(say(again), "Overwritten again. Alt+U restores them.");
    app.press(KeyCode::Esc);
    assert_eq!(app.state.notice, None);
    app.send_msg(stored_msg(StoreEvent::FileChanged(None)));
    assert_eq!(app.state.notice, None);
}

#[test]
fn foreign_changes_appear_at_once_and_one_key_restores_a_wiped_file() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut pty = Pty::start(&home, &[], 80, 24);
    pty.wait_for("Chat a");
    web.create("trip", "Trip", START + 9);
    pty.wait_for("Changed elsewhere: a new conversation, \"Trip\".");
    web.store("trip", "user", "Where to?", START + 10);
    web.store("trip", "assistant", "Kyoto", START + 11);
    pty.wait_for("a new answer in \"Trip\"");
    overwrite_file(&home, 20);
    pty.wait_for_sentence("Another program overwrote 4 conversations. Alt+U restores them.");
    pty.press("\x1bu");
    pty.wait_for_sentence("Restored 4 conversations that another program overwrote.");
    let ids: Vec<String> = content(&home).into_iter().map(|it| it.0).collect();
    assert_eq!(ids, ["a", "b", "c", "trip", "new"]);
}

#[test]
fn undoing_a_rename_keeps_a_title_that_was_given_elsewhere_since() {
    let home = Home::new();
    let mut web = with_three_chats(&home);
    let mut pty = Pty::start(&home, &["resume", "b"], 100, 30);
    pty.wait_for("b1!");
    for (elsewhere, outcome) in [(None, "Chat b"), (Some("Elsewhere"), "Elsewhere")] {
        pty.press("/rename Ours\r");
        pty.wait_for("Renamed to \"Ours\"");
        if let Some(title) = elsewhere {
            web.rename("b", title, START + 60);
            pty.wait_for(title);
        }
        pty.press("\x1bu");
        pty.wait_for(if elsewhere.is_some() { "Not undone: " } else { "back to \"Chat b\"" });
        assert_eq!(read_shared_file(&home)["b"]["chat_name"], outcome);
    }
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
}

#[test]
fn the_cursor_of_the_list_goes_to_the_conversation_that_was_restored() {
    let mut app = AppHarness::new();
    let row = |name: &str| Conversation::new(id(name), name, at(10)).summary();
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b"), row("c")])));
    app.state.focus = Focus::List;
    app.press(KeyCode::Down);
    app.press(KeyCode::Delete);
    app.press(KeyCode::Char('y'));
    let (conversation, number) = (id("b"), TrashNumber(1));
    app.send_msg(stored_msg(StoreEvent::Trashed { conversation, turn: None, number }));
    let notice = Notice { kind: NoticeKind::Info, text: "Deleted.".into() };
    app.send_msg(stored_msg(StoreEvent::Changed { about: id("b"), notice }));
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("c")])));
    app.key(KeyCode::Char('u'), crossterm::event::KeyModifiers::ALT);
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b"), row("c")])));
    let selected = duologue::app::list::selected(&app.state.list).map(|row| row.id.clone());
    assert_eq!(selected, Some(id("b")));
    // Only once: the next listing leaves the cursor where the user has moved it.
    app.press(KeyCode::Up);
    app.send_msg(stored_msg(StoreEvent::Listed(vec![row("a"), row("b"), row("c")])));
    let selected = duologue::app::list::selected(&app.state.list).map(|row| row.id.clone());
    assert_eq!(selected, Some(id("a")));
}
