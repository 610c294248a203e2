//! A conversation deleted, or a question removed, while its answer arrives: undo restores both, in any order
//! of events.

use duologue::chat::{AnswerRecord, Change, ConversationId, Message, Timestamp, TurnId};
use duologue::store::{RefreshOutcome, Store};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

/// Later than any file of this test can be.
const START: i64 = 4_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

fn id() -> ConversationId {
    ConversationId::new("c")
}

fn open(home: &Home, now: i64) -> Store {
    Store::open(store_paths(home), at(now)).unwrap().store
}

fn texts(home: &Home) -> Option<Vec<String>> {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let messages = file.get("c")?["messages"].as_array().cloned().unwrap_or_default();
    Some(messages.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect())
}

/// A terminal in which a question was asked.
fn asked(home: &Home) -> (Store, TurnId) {
    let mut store = open(home, 0);
    let turn = TurnId::new("turn");
    let create = Change::Create { id: id(), title: "T".into(), at: at(0) };
    let append = Change::Append { id: id(), message: Message::question("Who?", at(0)) };
    store.begin_turn(&turn, &id(), &[create, append]).unwrap();
    (store, turn)
}

fn answer(store: &mut Store, turn: &TurnId, now: i64) -> Result<(), String> {
    store.set_time(at(now));
    let record = AnswerRecord::without_details(at(now), "You.".len());
    let answer = (Message::answer("You.", at(now), None), record);
    let stored = store.finish_turn(turn, &id(), Some(answer));
    stored.map(|_| ()).map_err(|error| error.to_failure().to_string())
}

fn delete(store: &mut Store, now: i64) {
    store.apply(&Change::Delete { id: id() }, at(now)).unwrap();
}

#[test]
fn an_answer_to_a_deleted_conversation_is_reported_and_restored_with_it() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    delete(&mut open(&home, 10), 10);
    let output = answer(&mut store, &turn, 20).unwrap_err();
    assert_eq!(
        output,
        "This conversation was deleted in the meantime. Undo restores it, with any answer that \
         arrived since."
    );
    // Every change to it is settled long before the user undoes the deletion.
    for now in [100, 500, 900] {
        store.refresh(at(now)).unwrap();
    }
    assert_eq!(texts(&home), None);
    let mut other = open(&home, 1000);
    other.undo(None).unwrap();
    store.refresh(at(1001)).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
}

/// Another question takes the place of the one that is being answered.
fn edit(store: &mut Store, now: i64) -> Result<(), String> {
    let conversation = store.conversation(&id()).map_err(|error| error.to_string())?;
    let removed = conversation.messages;
    let messages = vec![Message::question("Where?", at(now))];
    let change = Change::ReplaceFrom { id: id(), keep: 0, removed, messages, at: at(now) };
    let applied = store.apply(&change, at(now));
    applied.map(drop).map_err(|error| error.to_failure().to_string())
}

#[test]
fn an_answer_whose_question_was_removed_is_reported_and_restored_with_it() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    edit(&mut store, 10).unwrap();
    let output = answer(&mut store, &turn, 20).unwrap_err();
    assert_eq!(
        output,
        "This question was removed in the meantime. Undo, or another version of the conversation, restores \
         it with any answer that arrived since."
    );
    for now in [100, 500, 900] {
        store.refresh(at(now)).unwrap();
        assert_eq!(texts(&home).unwrap(), ["Where?"]);
    }
    drop(store);
    // The program that asked has ended meanwhile.
    let mut other = open(&home, 1000);
    other.undo(None).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
    assert_eq!(other.refresh(at(1400)).unwrap(), RefreshOutcome::Unchanged);
}

#[test]
fn an_answer_whose_question_was_removed_is_restored_where_the_program_that_asked_has_ended() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    edit(&mut store, 10).unwrap();
    let mut other = open(&home, 15);
    answer(&mut store, &turn, 20).unwrap_err();
    drop(store);
    other.undo(None).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
}

#[test]
fn an_undo_does_not_remove_the_question_that_is_being_answered_here() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    answer(&mut store, &turn, 5).unwrap();
    let removed = store.conversation(&id()).unwrap().messages.split_off(1);
    let change =
        Change::ReplaceFrom { id: id(), keep: 1, removed, messages: Vec::new(), at: at(6) };
    store.apply(&change, at(6)).unwrap();
    let other = Change::Append { id: id(), message: Message::answer("Another.", at(7), None) };
    store.apply(&other, at(7)).unwrap();
    let next = TurnId::new("next");
    let question = Change::Append { id: id(), message: Message::question("And?", at(8)) };
    store.begin_turn(&next, &id(), &[question]).unwrap();
    let refused = store.undo(None).unwrap_err().to_failure().to_string();
    assert!(refused.contains("still being answered"), "{refused}");
    assert_eq!(texts(&home).unwrap(), ["Who?", "Another.", "And?"]);
    answer(&mut store, &next, 9).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "Another.", "And?", "You."]);
    store.undo(None).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
}

#[test]
fn a_question_that_is_being_answered_elsewhere_is_not_removed() {
    let home = Home::new();
    let mut other = open(&home, 0);
    let (mut store, turn) = asked(&home);
    assert_eq!(
        edit(&mut other, 10).unwrap_err(),
        "A question that this would remove is still being answered. Nothing was changed. Wait for its \
         answer or stop it, then try again."
    );
    assert_eq!(texts(&home).unwrap(), ["Who?"]);
    assert_eq!(other.undoable(), []);
    answer(&mut store, &turn, 20).unwrap();
    edit(&mut other, 30).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Where?"]);
    // The same for a question that took the place of another, and for undoing that.
    let again = TurnId::new("again");
    let removed = store.conversation(&id()).unwrap().messages;
    let messages = vec![Message::question("When?", at(40))];
    let change = Change::ReplaceFrom { id: id(), keep: 0, removed, messages, at: at(40) };
    store.begin_turn(&again, &id(), &[change]).unwrap();
    let begun = {
        let removed = other.conversation(&id()).unwrap().messages;
        let messages = vec![Message::question("Why?", at(50))];
        let change = Change::ReplaceFrom { id: id(), keep: 0, removed, messages, at: at(50) };
        other.begin_turn(&TurnId::new("third"), &id(), &[change]).unwrap_err()
    };
    assert!(begun.to_string().contains("is still being answered"), "{begun}");
    let undone = other.undo(None).unwrap_err();
    assert!(undone.to_string().contains("is still being answered"), "{undone}");
    assert_eq!(texts(&home).unwrap(), ["When?"]);
    // A program that has died answers nothing any more.
    drop(store);
    edit(&mut other, 60).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Where?"]);
}

#[test]
fn an_answer_stored_after_undo_outlives_a_stale_save() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    delete(&mut open(&home, 10), 10);
    answer(&mut store, &turn, 20).unwrap_err();
    let mut other = open(&home, 30);
    other.undo(None).unwrap();
    let stale = home.text();
    store.refresh(at(40)).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
    std::fs::write(home.file(), stale).unwrap();
    store.refresh(at(50)).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
}

#[test]
fn an_answer_that_was_deleted_and_restored_outlives_a_save_that_never_had_it() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    let stale = home.text();
    answer(&mut store, &turn, 20).unwrap();
    delete(&mut open(&home, 30), 30);
    open(&home, 40).undo(None).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
    std::fs::write(home.file(), stale).unwrap();
    store.refresh(at(50)).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
}

/// The trash is out of reach, as on a full disk, while what a stale save removed is restored.
#[test]
fn what_could_not_be_restored_is_restored_with_the_next_look() {
    let home = Home::new();
    let (mut store, turn) = asked(&home);
    let other = ConversationId::new("other");
    let create = Change::Create { id: other.clone(), title: "Other".into(), at: at(0) };
    let ask = Change::Append { id: other.clone(), message: Message::question("Old", at(0)) };
    store.apply_all(&[create, ask], at(1)).unwrap();
    let stale = home.text();
    answer(&mut store, &turn, 20).unwrap();
    store.apply(&Change::Delete { id: other }, at(30)).unwrap();
    std::fs::write(home.file(), &stale).unwrap();
    let trash = store.paths().state_folder().join("trash");
    let aside = trash.with_file_name("aside");
    std::fs::rename(&trash, &aside).unwrap();
    std::fs::write(&trash, "in the way").unwrap();
    let _ = store.refresh(at(40));
    assert_eq!(home.text(), stale, "nothing can be restored");
    std::fs::remove_file(&trash).unwrap();
    std::fs::rename(&aside, &trash).unwrap();
    store.refresh(at(50)).unwrap();
    assert_eq!(texts(&home).unwrap(), ["Who?", "You."]);
    assert!(!home.text().contains("Other"), "the deletion is repeated as well");
    assert_eq!(store.refresh(at(60)).unwrap(), RefreshOutcome::Unchanged);
}

/// What can happen, in any order that makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SharingStep {
    Answer,
    DeletedHere,
    DeletedThere,
    Undone,
    Crash,
    Waited,
    Looked,
}

fn steps() -> impl Strategy<Value = Vec<SharingStep>> {
    use SharingStep::{Crash, DeletedHere, DeletedThere, Looked, Undone, Waited};
    let other =
        prop::sample::select(vec![DeletedHere, DeletedThere, Undone, Crash, Waited, Looked]);
    (prop::collection::vec(other, 0..12), any::<prop::sample::Index>()).prop_map(|(mut all, at)| {
        let at = at.index(all.len() + 1);
        all.insert(at, SharingStep::Answer);
        all
    })
}

/// The journals of dead processes, locked as if these lived, one for each bit. A child process that is
/// being started inherits a lock for a moment.
fn hold_dead_journals(home: &Home, which: u8) -> Vec<std::fs::File> {
    let files = std::fs::read_dir(home.path().join("state/files")).unwrap();
    let folders = files.map(|it| it.unwrap().path().join("journal"));
    let journals = folders.filter_map(|it| std::fs::read_dir(it).ok()).flatten();
    let opened = journals.filter_map(|it| std::fs::File::open(it.unwrap().path()).ok());
    let dead = opened.filter(|file| file.try_lock().is_ok()).enumerate();
    dead.filter(|(number, _)| which >> number & 1 == 1).map(|(_, file)| file).collect()
}

/// Performs the steps, undoes every deletion, and returns what the conversation is then. In
/// each step some journals of dead processes cannot be taken over.
fn texts_after(steps: &[SharingStep], held: &[u8]) -> Vec<String> {
    let home = Home::new();
    let (store, turn) = asked(&home);
    let mut here = Some(store);
    let mut now = 10;
    let mut held = held.iter().copied();
    for step in steps {
        now += 10;
        if matches!(step, SharingStep::Crash)
            && let Some(store) = &mut here
        {
            store.append_delta(&turn, "You.");
            store.flush(duologue::store::Durability::Written);
            here = None;
        }
        let _held = hold_dead_journals(&home, held.next().unwrap_or(0));
        match step {
            SharingStep::Answer => {
                if let Some(store) = &mut here {
                    // Told apart above: here it only must not be lost.
                    let _ = answer(store, &turn, now);
                }
            }
            SharingStep::DeletedHere => delete(here.get_or_insert_with(|| open(&home, now)), now),
            SharingStep::DeletedThere => delete(&mut open(&home, now), now),
            SharingStep::Undone => {
                open(&home, now).undo(None).unwrap();
            }
            SharingStep::Crash => here = Some(open(&home, now)),
            SharingStep::Waited => now += 400,
            SharingStep::Looked => {
                here.get_or_insert_with(|| open(&home, now)).refresh(at(now)).unwrap();
            }
        }
    }
    // All deletions are undone, and both programs have read the file.
    for _ in 0..14 {
        now += 10;
        {
            let _held = hold_dead_journals(&home, held.next().unwrap_or(0));
            open(&home, now).undo(None).unwrap();
        }
        if let Some(store) = &mut here {
            store.refresh(at(now)).unwrap();
        }
    }
    texts(&home).expect("the conversation is back")
}

#[test]
fn an_answer_that_came_to_a_deleted_conversation_outlives_two_crashes() {
    use SharingStep::{Answer, Crash, DeletedHere, DeletedThere, Looked, Undone, Waited};
    for steps in [
        [DeletedHere, Answer, DeletedThere, Looked, Waited, Crash, DeletedThere, Crash],
        [DeletedHere, Answer, Crash, Waited, Waited, Undone, Crash, Undone],
    ] {
        assert_eq!(texts_after(&steps, &[]), ["Who?", "You."], "{steps:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn an_answer_is_in_the_conversation_whenever_there_is_one(
        steps in steps(),
        held in prop::collection::vec(prop::sample::select(vec![0_u8, 0, 0, 1, 2, 3, 255]), 18),
    ) {
        let texts = texts_after(&steps, &held);
        prop_assert!(texts.contains(&"You.".to_owned()), "{texts:?}");
        prop_assert_eq!(texts.iter().filter(|it| *it == "Who?").count(), 1);
    }
}
