//! The private folder: only its owner can read its files.

use std::fs;
use std::path::{Path, PathBuf};

use duologue::chat::{
    AnswerRecord, ArrangementChange, BackgroundAnswer, CapabilityUpdate, ConversationId, Message,
    ResponseId, ScrollAnchor, Timestamp, TurnId,
};
use duologue::settings::{Override, UiPref};
use duologue::store::state::{
    Actor, AnswerRecords, BackgroundAnswers, Branches, BrokenChains, Journal, JournalRecord,
    Removed, SeenFile, Trash, TrashEntry,
};
use duologue::store::{
    ArrangementFile, CapabilitiesFile, Drafts, Durability, Prompts, ScrollPositions, UiPrefsFile,
};

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_private_files() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let paths = store_paths(&home);
    let state = paths.state_folder();
    let (id, at) = (ConversationId::new("c"), Timestamp::from_seconds(1));
    let turn = TurnId::new("t");
    let base_url = "http://server";

    let mut drafts = Drafts::in_folder(state);
    drafts.save(None, &"private".into()).unwrap();
    let mut journal = Journal::new(&state.join("journal"));
    let begun = JournalRecord::TurnBegun {
        turn: turn.clone(),
        conversation: id.clone(),
        question: None,
        typed: Some("private".into()),
    };
    journal.append(&[begun], Durability::Synced).unwrap();
    let mut background = BackgroundAnswers::of(&paths);
    let answer = BackgroundAnswer::of(turn, id.clone(), ResponseId::new("resp_1"), base_url.into());
    background.save(&answer).unwrap();

    let prompts = Prompts::in_folder(state);
    prompts.add("private").unwrap();
    prompts.save_draft(&"private".repeat(100_000)).unwrap();
    let reading = ScrollAnchor { message: 0, at, byte: 0 };
    ScrollPositions::in_folder(state).save(&id, Some(reading)).unwrap();
    ArrangementFile::of(&paths).apply(&ArrangementChange::Pin(id.clone())).unwrap();
    let wide = UiPref::ReadingWidth(Override { value: 60, over: 100 });
    UiPrefsFile::of(state).set(wide).unwrap();
    let update = CapabilityUpdate::ParameterRejected { model: "m".into(), parameter: "p".into() };
    CapabilitiesFile::of(state, base_url).add(&update, at).unwrap();
    BrokenChains::of(&paths).add(&id, &ResponseId::new("resp_1")).unwrap();
    AnswerRecords::of(&paths).add(&id, &[AnswerRecord::without_details(at, 1)]).unwrap();
    Branches::of(&paths).save(&id, &[Message::question("q", at)], 0).unwrap();
    assert_eq!(SeenFile::of(&paths).reserve(1, 0), 1..2);
    let trash = Trash::of(&paths);
    let version = home.path().join("version");
    fs::write(&version, "{}").unwrap();
    let what = Removed::Overwritten { line: "1 conversation".into(), restored: None };
    trash
        .put_version(1, &version, &TrashEntry { at, what, by: Actor::User, is_passed_over: false })
        .unwrap();

    let kept = walk(state);
    assert!(kept.len() > 30, "{kept:?}");
    for path in kept {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}
