//! A program that writes an old copy back: the changes of both are in the file in the end.

use duologue::chat::{
    AnswerRecord, ChainState, Change, ContextPolicy, Message, RequestContext, ResponseId, TurnId,
};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Store, StorePaths};
use proptest::prelude::*;

use crate::support::home::Home;
use crate::support::pty::Pty;
use crate::support::shared_file::{START, at, id, open, read_shared_file, refresh, store_paths};
use crate::support::stale_web::{CACHE_TTL, StaleWeb};
use crate::support::wait_until;

fn texts(home: &Home, id: &str) -> Vec<String> {
    let file = read_shared_file(home);
    let messages = file[id]["messages"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

fn title(home: &Home, id: &str) -> String {
    let file = read_shared_file(home);
    file[id]["chat_name"].as_str().unwrap_or("gone").to_owned()
}

/// What the journals still hold.
fn unconfirmed_changes(home: &Home) -> usize {
    let journals = store_paths(home).state_folder().join("journal");
    let files = std::fs::read_dir(journals).unwrap().map(|it| it.unwrap().path());
    files.map(|path| std::fs::read_to_string(path).unwrap().matches("\"change\":{").count()).sum()
}

/// A whole turn of ours.
fn turn(store: &mut Store, chat: &str, text: &str, now: i64) {
    store.set_time(at(now));
    let turn = TurnId::new(format!("turn-{text}"));
    let question = Message::question(format!("{text}?"), at(now));
    let append = Change::Append { id: id(chat), message: question };
    store.begin_turn(&turn, &id(chat), &[append]).unwrap();
    answer(store, &turn, chat, text, now + 1);
}

fn answer(store: &mut Store, turn: &TurnId, chat: &str, text: &str, now: i64) {
    store.set_time(at(now));
    let text = format!("{text}!");
    let record = AnswerRecord::without_details(at(now), text.len());
    let message =
        Message::answer(text.clone(), at(now), Some(ResponseId::new(format!("resp_{text}"))));
    store.finish_turn(turn, &id(chat), Some((message, record))).unwrap();
}

/// Undoes what was applied again, by its number.
fn undo_reapplication(store: &mut Store) -> String {
    let mut all = store.undoable().into_iter();
    let number = all.find(|it| it.line.contains("applied again")).unwrap().number;
    store.undo(Some(number)).unwrap().to_string()
}

/// A web app with a conversation in its memory.
fn with_chat(home: &Home) -> StaleWeb {
    let mut web = StaleWeb::new(&home.file());
    web.create("c", "Web", START);
    web.store("c", "user", "w1", START + 1);
    web.store("c", "assistant", "wa1", START + 2);
    web
}

#[test]
fn a_turn_overwritten_repeatedly_is_reapplied_and_reported_in_one_line() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "ours", 10);
    for round in 0..4 {
        let now = 100 * (round + 1);
        web.store("c", "user", &format!("again{round}"), START + now);
        assert!(!texts(&home, "c").contains(&"ours!".to_owned()));
        let output = refresh(&mut store, now + 1);
        assert!(output.contains("applied again: 2 messages."), "{output}");
        assert_eq!(texts(&home, "c")[..4], ["w1", "wa1", "ours?", "ours!"]);
        assert_eq!(refresh(&mut store, now + 2), "same");
    }
    assert!(texts(&home, "c").contains(&"again3".to_owned()));
}

#[test]
fn all_overwritten_changes_are_reapplied_in_one_write_and_undone_in_one() {
    let home = Home::new();
    let mut store = open(&home, 0);
    for number in 0..30 {
        let create =
            Change::Create { id: id(&format!("c{number}")), title: "Old".into(), at: at(0) };
        store.apply(&create, at(0)).unwrap();
    }
    store.refresh(at(2 * CACHE_TTL)).unwrap();
    let old = home.text();
    for number in 0..30 {
        let chat = id(&format!("c{number}"));
        let message = Message::question("ours", at(1000));
        store.apply(&Change::Append { id: chat.clone(), message }, at(1000)).unwrap();
        let rename = Change::Rename { id: chat, title: "New".into(), at: at(1000) };
        store.apply(&rename, at(1000)).unwrap();
    }
    let new = read_shared_file(&home);
    StaleWeb::replace_file(&home.file(), &old, START + 1001);
    let before = store.replace_count();
    let output = refresh(&mut store, 1002);
    assert!(output.contains("30 messages and 30 titles"), "{output}");
    assert_eq!(read_shared_file(&home), new);
    assert_eq!(store.replace_count() - before, 1);
    undo_reapplication(&mut store);
    assert_eq!(texts(&home, "c7"), [""; 0]);
    assert_eq!(read_shared_file(&home)["c29"]["chat_name"], "Old");
    assert_eq!(store.replace_count() - before, 2, "undoing it is one write as well");
}

#[test]
fn a_change_reapplied_before_a_crash_is_dropped_once_it_is_safe() {
    let home = Home::new();
    with_chat(&home);
    let mut store = open(&home, 3);
    store.apply(&Change::Delete { id: id("c") }, at(4)).unwrap();
    store.undo(None).unwrap();
    drop(store);
    // The program died after the file was replaced and before that was noted.
    for path in std::fs::read_dir(store_paths(&home).state_folder().join("journal")).unwrap() {
        let path = path.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let last = text
            .lines()
            .collect::<Vec<_>>()
            .iter()
            .rposition(|line| line.contains(r#""kind":"applied""#))
            .unwrap();
        let kept: Vec<&str> = text.lines().take(last).collect();
        std::fs::write(&path, kept.join("\n") + "\n").unwrap();
    }
    let mut store = open(&home, 10);
    for now in [20, 2 * CACHE_TTL, 4 * CACHE_TTL] {
        store.refresh(at(now)).unwrap();
    }
    drop(store);
    assert_eq!(unconfirmed_changes(&home), 0);
    assert_eq!(texts(&home, "c"), ["w1", "wa1"]);
}

#[test]
fn a_command_reapplies_earlier_changes_and_drops_them_when_safe() {
    let home = Home::new();
    let mut web = with_chat(&home);
    turn(&mut open(&home, 3), "c", "ours", 10);
    open(&home, 11)
        .apply(&Change::Create { id: id("n"), title: "New".into(), at: at(11) }, at(11))
        .unwrap();
    turn(&mut open(&home, 12), "n", "first", 12);
    web.store("c", "user", "w2", START + 100);
    assert_eq!(title(&home, "n"), "gone");
    let opened = Store::open(store_paths(&home), at(101)).unwrap();
    assert!(opened.notice.unwrap().text.contains("applied again: 4 messages"));
    drop(opened.store);
    assert_eq!(texts(&home, "n"), ["first?", "first!"]);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!", "w2"]);
    drop(open(&home, 101 + 309));
    assert_eq!(unconfirmed_changes(&home), 5);
    drop(open(&home, 101 + 310));
    assert_eq!(unconfirmed_changes(&home), 0);
    // Its memory has run out by now; what it writes from now on has everything.
    web.store("c", "user", "w3", START + 101 + 310);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!", "w2", "w3"]);
}

#[test]
fn a_clock_that_jumped_back_waits_the_full_time_again() {
    let home = Home::new();
    with_chat(&home);
    turn(&mut open(&home, 3), "c", "ours", 5000);
    drop(open(&home, 100));
    assert_eq!(unconfirmed_changes(&home), 2);
    drop(open(&home, 409));
    assert_eq!(unconfirmed_changes(&home), 2);
    drop(open(&home, 410));
    assert_eq!(unconfirmed_changes(&home), 0);
}

#[test]
fn after_both_wrote_the_next_turn_sends_the_model_everything_once() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "ours", 10);
    web.store("c", "user", "w2", START + 20);
    web.store("c", "assistant", "wa2", START + 21);
    refresh(&mut store, 22);
    let merged = store.conversation(&id("c")).unwrap();
    assert_eq!(merged.last_response_id, Some(ResponseId::new("resp_wa2")));
    assert_eq!(merged.chain, ChainState::Diverged);
    turn(&mut store, "c", "next", 30);
    assert_eq!(store.conversation(&id("c")).unwrap().chain, ChainState::Whole);
}

#[test]
fn an_answer_after_a_foreign_question_follows_its_own_question() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    let turn = TurnId::new("t");
    let question = Message::question("ours?", at(400));
    let append = Change::Append { id: id("c"), message: question };
    store.begin_turn(&turn, &id("c"), &[append]).unwrap();
    web.store("c", "user", "w2", START + 401);
    answer(&mut store, &turn, "c", "ours", 402);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!", "w2"]);
    // It was given without knowing the other question, which goes along with the next one.
    let found = store.conversation(&id("c")).unwrap();
    let next = RequestContext::for_next_answer(&found, ContextPolicy::Chain);
    assert_eq!(next.previous_response_id, Some(ResponseId::new("resp_ours!")));
    assert_eq!(next.replay.last().unwrap().text, "w2");
}

#[test]
fn renames_deletes_and_edits_are_reapplied_unless_the_web_app_changed_the_same() {
    let home = Home::new();
    let mut web = with_chat(&home);
    web.create("d", "Delete me", START + 2);
    let mut store = open(&home, 3);
    store.apply(&Change::Rename { id: id("c"), title: "Ours".into(), at: at(4) }, at(4)).unwrap();
    store.apply(&Change::Delete { id: id("d") }, at(4)).unwrap();
    web.store("c", "user", "w2", START + 5);
    assert_eq!((title(&home, "c"), title(&home, "d")), ("Web".into(), "Delete me".into()));
    let output = refresh(&mut store, 6);
    assert!(output.contains("applied again: 1 title and 1 deletion"), "{output}");
    assert_eq!((title(&home, "c"), title(&home, "d")), ("Ours".into(), "gone".into()));
    web.rename("c", "Theirs", START + 7);
    web.store("d", "user", "still here", START + 8);
    let output = refresh(&mut store, 9);
    assert!(output.contains("\"Delete me\" was kept: it was continued elsewhere"), "{output}");
    assert_eq!((title(&home, "c"), title(&home, "d")), ("Theirs".into(), "Delete me".into()));
    assert_eq!(texts(&home, "d"), ["still here"]);
}

#[test]
fn a_conversation_deleted_here_that_went_on_in_the_browser_returns_with_our_latest_turns() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "x", 4);
    store.apply(&Change::Delete { id: id("c") }, at(6)).unwrap();
    // Twice: the browser still has the copy without our turn.
    for (number, text) in (7..).step_by(2).zip(["w2", "w3"]) {
        web.store("c", "user", text, START + number);
        let output = refresh(&mut store, number + 1);
        let all = texts(&home, "c");
        for ours in ["x?", "x!", text] {
            assert!(all.iter().any(|it| it == ours), "{ours} is not in {all:?}: {output}");
        }
    }
    assert_eq!(refresh(&mut store, 20), "same");
}

#[test]
fn foreign_changes_are_reported_in_one_line() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    store.list().unwrap();
    web.store("c", "user", "w2", START + 5);
    web.store("c", "assistant", "wa2", START + 6);
    web.create("n", "Trip", START + 6);
    assert_eq!(
        refresh(&mut store, 7),
        "Changed elsewhere: a new conversation, \"Trip\" and a new answer in \"Web\"."
    );
    web.rename("n", "Journey", START + 8);
    assert_eq!(refresh(&mut store, 9), "Changed elsewhere: a new title, \"Journey\".");
    // Own changes are not reported, and another terminal need not reapply them.
    let mut other = open(&home, 9);
    turn(&mut other, "n", "x", 10);
    assert_eq!(refresh(&mut other, 12), "same");
    assert_eq!(refresh(&mut store, 12), "Changed elsewhere: a new answer in \"Journey\".");
}

#[test]
fn many_lost_conversations_are_reapplied_at_once_and_in_order() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    let bring = |name: String, before: Option<&str>| {
        let member = format!(
            "\"{name}\": {{\"data\": {{\"id\": \"{name}\", \"created_at\": 1, \"metadata\": {{}}}}, \
             \"chat_name\": \"T\", \"last_update\": 1, \"messages\": []}}"
        );
        Change::Restore { id: id(&name), title: "T".into(), member, before: before.map(id) }
    };
    for number in 0..30 {
        let before = (number % 2 == 0).then_some("c");
        store.apply(&bring(format!("n{number}"), before), at(4)).unwrap();
    }
    turn(&mut store, "n7", "in one of them", 5);
    let ids = |home: &Home| -> Vec<String> {
        let file = read_shared_file(home);
        file.as_object().unwrap().keys().cloned().collect()
    };
    let before = ids(&home);
    web.store("c", "user", "w2", START + 20);
    assert_eq!(ids(&home).len(), 1);
    let output = refresh(&mut store, 21);
    assert!(output.contains("2 messages and 30 conversations"), "{output}");
    assert_eq!(ids(&home), before);
    assert_eq!(texts(&home, "n7"), ["in one of them?", "in one of them!"]);
    let said = undo_reapplication(&mut store);
    assert!(said.contains("deleted \"T\", \"T\", \"T\" and 27 others."), "{said}");
    assert_eq!(ids(&home), ["c"]);
}

fn rename(store: &mut Store, chat: &str, title: &str, now: i64) {
    let change = Change::Rename { id: id(chat), title: title.into(), at: at(now) };
    store.apply(&change, at(now)).unwrap();
}

#[test]
fn the_latest_change_wins_over_an_earlier_one_of_an_idle_terminal() {
    let home = Home::new();
    with_chat(&home);
    let mut idle = open(&home, 3);
    let create = Change::Create { id: id("n"), title: "New".into(), at: at(4) };
    idle.apply(&create, at(4)).unwrap();
    turn(&mut idle, "n", "ours", 5);
    rename(&mut idle, "c", "Better", 6);
    let mut other = open(&home, 7);
    other.apply(&Change::Delete { id: id("n") }, at(8)).unwrap();
    rename(&mut other, "c", "Web", 9);
    drop(other);
    // For a third one all of that is long ago; the idle one has not looked since.
    drop(open(&home, 400));
    let mut web = StaleWeb::new(&home.file());
    web.store("c", "user", "any save", START + 410);
    drop(open(&home, 411));
    assert_eq!((title(&home, "c"), title(&home, "n")), ("Web".into(), "gone".into()));
    refresh(&mut idle, 412);
    assert_eq!((title(&home, "c"), title(&home, "n")), ("Web".into(), "gone".into()));
    refresh(&mut idle, 411 + 310);
    drop(idle);
    drop(open(&home, 411 + 311));
    assert_eq!(unconfirmed_changes(&home), 0);
}

#[test]
fn seeing_the_same_version_again_confirms_what_is_safe() {
    let home = Home::new();
    with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "ours", 10);
    assert_eq!(refresh(&mut store, 319), "same");
    assert_eq!(unconfirmed_changes(&home), 2);
    assert_eq!(refresh(&mut store, 321), "same");
    assert_eq!(unconfirmed_changes(&home), 0);
}

#[test]
fn a_deliberate_foreign_change_is_not_reapplied() {
    let home = Home::new();
    let mut web = with_chat(&home);
    web.create("d", "Delete me", START + 2);
    let old = home.text();
    let mut store = open(&home, 3);
    rename(&mut store, "c", "Ours", 4);
    store.apply(&Change::Delete { id: id("d") }, at(4)).unwrap();
    let removed = store.conversation(&id("c")).unwrap().messages;
    let messages = vec![Message::question("edited", at(5))];
    let edit = Change::ReplaceFrom { id: id("c"), keep: 0, removed, messages, at: at(5) };
    store.apply(&edit, at(5)).unwrap();
    // Nothing was read since: the program was stopped, or its folder cannot be watched.
    StaleWeb::replace_file(&home.file(), &old, START + 330);
    let output = refresh(&mut store, 331);
    assert!(output.contains("was kept"), "{output}");
    assert_eq!((title(&home, "c"), title(&home, "d")), ("Web".into(), "Delete me".into()));
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "edited"], "what was written here is not lost");
}

#[test]
fn an_erased_change_is_not_confirmed_only_because_time_passed() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "ours", 10);
    web.store("c", "user", "w2", START + 20);
    refresh(&mut store, 400);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!", "w2"]);
}

#[test]
fn changes_lost_in_an_unseen_version_are_reapplied() {
    let home = Home::new();
    let mut web = with_chat(&home);
    let mut store = open(&home, 3);
    turn(&mut store, "c", "ours", 10);
    // The old copy goes over it, then the web app reads that again and goes on much later.
    web.store("c", "user", "w2", START + 100);
    web.store("c", "user", "w3", START + 500);
    refresh(&mut store, 501);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!", "w2", "w3"]);
}

#[test]
fn a_change_reapplied_by_another_terminal_waits_anew() {
    let home = Home::new();
    with_chat(&home);
    let old = home.text();
    let mut other = open(&home, 3);
    turn(&mut other, "c", "ours", 10);
    // An old copy that the other terminal does not see; this one notices it late.
    StaleWeb::replace_file(&home.file(), &old, START + 200);
    let mut store = open(&home, 600);
    assert_eq!(texts(&home, "c").len(), 4);
    refresh(&mut other, 600);
    // What the web app read just before that.
    StaleWeb::replace_file(&home.file(), &old, START + 650);
    refresh(&mut store, 651);
    assert_eq!(texts(&home, "c"), ["w1", "wa1", "ours?", "ours!"]);
}

#[test]
fn an_idle_terminal_drops_safe_changes_by_itself() {
    let home = Home::new();
    with_chat(&home);
    let text = home.text().replace("4000000", "1700000");
    std::fs::write(home.file(), text).unwrap();
    let settle = ("DUOLOGUE_TEST_SETTLE_SECONDS", "1");
    let mut pty = Pty::start_with(&home, &["-c"], (80, 24), &[settle]);
    pty.wait_for("wa1");
    pty.press("/rename Ours\r");
    pty.wait("the title", |_| title(&home, "c") == "Ours");
    let user = UserName::new("ann").unwrap();
    let state = home.path().join("state/duologue");
    let program = StorePaths::new(&home.chats(), user, ChatsFolder::Shared, &state);
    let journals = program.state_folder().join("journal");
    wait_until("the journal is empty", || {
        let files = std::fs::read_dir(&journals).unwrap().map(|it| it.unwrap().path());
        // The file goes as soon as nothing is open.
        files.filter_map(|path| std::fs::metadata(path).ok()).all(|about| about.len() == 0)
    });
}

/// One step of the web app, of our program, or of time.
#[derive(Debug, Clone)]
enum WriterStep {
    WebLooks,
    WebAsks(usize),
    WebCreates,
    OursAsks(usize),
    OursCreates,
    OursLooks,
    OursStartsAnew,
    TimePasses(i64),
}

fn step() -> impl Strategy<Value = WriterStep> {
    prop_oneof![
        2 => Just(WriterStep::WebLooks),
        3 => (0_usize..4).prop_map(WriterStep::WebAsks),
        1 => Just(WriterStep::WebCreates),
        4 => (0_usize..4).prop_map(WriterStep::OursAsks),
        1 => Just(WriterStep::OursCreates),
        2 => Just(WriterStep::OursLooks),
        1 => Just(WriterStep::OursStartsAnew),
        3 => prop::sample::select(vec![1, 60, 150, 290, 301]).prop_map(WriterStep::TimePasses),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn in_any_interleaving_no_message_of_either_is_lost_once_settled(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let home = Home::new();
        let mut web = with_chat(&home);
        let mut store = open(&home, 3);
        let mut now = 5;
        let mut ours: Vec<(String, String)> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            now += 1;
            match step {
                WriterStep::WebLooks => { web.load_cached(START + now); }
                WriterStep::WebAsks(which) => {
                    let ids = web.ids(START + now);
                    let chat = &ids[which % ids.len()];
                    web.store(chat, "user", &format!("web{number}?"), START + now);
                    web.store(chat, "assistant", &format!("web{number}!"), START + now + 2);
                    now += 2;
                }
                WriterStep::WebCreates => web.create(&format!("web-{number}"), "T", START + now),
                WriterStep::OursAsks(which) => {
                    let rows = store.list().unwrap();
                    let chat = rows[which % rows.len()].id.as_str().to_owned();
                    turn(&mut store, &chat, &format!("ours{number}"), now);
                    ours.push((chat.clone(), format!("ours{number}?")));
                    ours.push((chat, format!("ours{number}!")));
                    now += 2;
                }
                WriterStep::OursCreates => {
                    let new = id(&format!("ours-{number}"));
                    let create = Change::Create { id: new, title: "T".into(), at: at(now) };
                    store.apply(&create, at(now)).unwrap();
                }
                WriterStep::OursLooks => { refresh(&mut store, now); }
                WriterStep::OursStartsAnew => {
                    drop(store);
                    store = open(&home, now);
                }
                WriterStep::TimePasses(seconds) => now += seconds,
            }
        }
        // Every writer finishes, and the old copy runs out.
        refresh(&mut store, now + 1);
        now += 1 + CACHE_TTL + 10;
        refresh(&mut store, now);
        drop(store);
        store = open(&home, now);
        prop_assert_eq!(unconfirmed_changes(&home), 0, "something is not settled");
        web.store("c", "user", "the end", START + now);
        refresh(&mut store, now + 1);
        let lost = |(chat, text): &(String, String)| {
            texts(&home, chat).iter().filter(|it| *it == text).count() != 1
        };
        let all: Vec<&(String, String)> = ours.iter().chain(&web.accepted_messages).filter(|it| lost(it)).collect();
        prop_assert!(all.is_empty(), "lost or there twice: {all:?}");
    }
}
