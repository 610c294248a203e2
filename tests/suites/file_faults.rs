//! Damaged or unusual files and failing disks: one clear error each, nothing lost.

use std::fs;
use std::os::unix::fs::symlink;

use duologue::chat::{Change, ConversationId, Message, Readability, Timestamp};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, RefreshOutcome, Store, StoreError, StorePaths};

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

fn open(home: &Home) -> Store {
    let paths = store_paths(home);
    Store::open(paths.with_cache(&home.path().join("cache")), at(5000)).unwrap().store
}

fn ask(name: &str) -> Change {
    Change::Append { id: id(name), message: Message::question("one more", at(9)) }
}

/// Good records around something.
fn around(what: &str) -> String {
    let record = |name: &str| {
        format!(
            "\"{name}\": {{\"data\": {{\"id\": \"{name}\", \"created_at\": 1}}, \"chat_name\": \
             \"{name}\", \"last_update\": 1, \"messages\": [{{\"role\": \"user\", \"text\": \"q\", \
             \"timestamp\": 1, \"response_id\": null}}]}}"
        )
    };
    format!("{{{}, {what}, {}}}", record("first"), record("last"))
}

/// Files that are no JSON, and a word of the sentence that says so.
fn not_json() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let good = around("\"x\": 1");
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bad_utf8 = good.clone().into_bytes();
    bad_utf8[40] = 0xff;
    vec![
        ("no JSON", b"hello".to_vec(), "not valid JSON"),
        ("empty", Vec::new(), "ann.json is empty."),
        ("cut short", good.as_bytes()[..good.len() / 2].to_vec(), "not valid JSON"),
        ("byte order mark", [b"\xef\xbb\xbf", good.as_bytes()].concat(), "byte order mark"),
        ("UTF-16", [b"\xff\xfe".as_slice(), &utf16].concat(), "not UTF-8"),
        ("bad UTF-8", bad_utf8, "not UTF-8 text (line 1, column 41)"),
        ("NaN", around("\"x\": NaN").into_bytes(), "not valid JSON"),
        ("a list", b"[1]".to_vec(), "an object"),
        ("NUL", vec![0; 4096], "not valid JSON"),
    ]
}

#[test]
fn invalid_json_is_reported_with_the_next_step_and_never_overwritten() {
    for (name, bytes, report) in not_json() {
        let home = Home::new();
        fs::write(home.file(), &bytes).unwrap();
        let list = home.run(&["list"]);
        assert_eq!(list.code, 1, "{name}");
        assert!(list.stderr.contains(report), "{name}: {}", list.stderr);
        assert!(list.stderr.contains("doctor"), "{name}: {}", list.stderr);
        let mut store = open(&home);
        let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
        for change in [create, ask("first"), Change::Delete { id: id("first") }] {
            let error = store.apply(&change, at(9)).unwrap_err();
            assert!(matches!(error, StoreError::InvalidFile(..)), "{name}: {error}");
        }
        assert_eq!(fs::read(home.file()).unwrap(), bytes, "{name}");
        let doctor = home.run(&["doctor"]);
        assert!(doctor.code == 1 || name == "NaN", "{name}: {}", doctor.stdout);
    }
}

#[test]
fn a_chats_folder_that_was_moved_away_is_missed_and_nothing_in_it_counts_as_deleted() {
    for kind in [ChatsFolder::Own, ChatsFolder::Shared] {
        let home = Home::new();
        fs::write(home.file(), around("\"x\": {}")).unwrap();
        let user = UserName::new("ann").unwrap();
        let paths = StorePaths::new(&home.chats(), user, kind, &home.path().join("state"));
        let mut store = Store::open(paths, at(5000)).unwrap().store;
        let rows = store.list().unwrap();
        let (before, away) = (home.text(), home.path().join("away"));
        fs::rename(home.chats(), &away).unwrap();
        for error in [
            store.list().unwrap_err(),
            store.refresh(at(5001)).unwrap_err(),
            store.apply(&ask("first"), at(9)).unwrap_err(),
        ] {
            let words = format!("{error} {}", error.advice());
            let folder = home.chats();
            let expected = format!(
                "The chats folder {} is missing. It was there when duologue started. Nothing was \
                 changed. Move it back, then try again.",
                folder.display()
            );
            assert_eq!(words, expected);
        }
        assert!(!home.chats().exists(), "{kind:?}");
        fs::rename(&away, home.chats()).unwrap();
        assert_eq!((store.list().unwrap(), home.text()), (rows, before));
        assert_eq!(store.refresh(at(5002)).unwrap(), RefreshOutcome::Unchanged);
        store.apply(&ask("first"), at(9)).unwrap();
    }
}

#[test]
fn unusual_but_valid_files_are_read_and_kept_to_the_byte() {
    let deep = format!("\"deep\": {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("\"n\": {}", "7".repeat(5000));
    for what in [
        &deep,
        &long,
        "\"lone\": {\"chat_name\": \"\\ud83d\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"\\ude00\"}]}",
        "\"numbers\": [1e5, 1E400, -0.0, 123456789012345678901234567890, 1.50]",
        "\"\": {}, \"\\u0000\": null",
    ] {
        let home = Home::new();
        fs::write(home.file(), around(what)).unwrap();
        let mut store = open(&home);
        let rows = store.list().unwrap();
        assert_eq!(rows[0].readability, Readability::Whole);
        store.apply(&ask("last"), at(9)).unwrap();
        store.apply(&Change::Delete { id: id("first") }, at(9)).unwrap();
        assert!(store.undo(None).unwrap().is_undone());
        assert!(home.text().contains(what), "{}", &what[..what.len().min(80)]);
        assert_eq!(store.conversation(&id("last")).unwrap().messages.len(), 2);
        assert_eq!(store.conversation(&id("first")).unwrap().messages.len(), 1);
    }
}

#[test]
fn of_duplicate_keys_the_last_one_counts() {
    let home = Home::new();
    let twice = "\"t\": {\"chat_name\": \"A\", \"last_update\": 1}, \"t\": {\"chat_name\": \"B\", \"last_update\": 1}";
    fs::write(home.file(), around(twice)).unwrap();
    let mut store = open(&home);
    assert_eq!(store.conversation(&id("t")).unwrap().title, "B".into());
    let rename = Change::Rename { id: id("t"), title: "C".into(), at: at(2) };
    store.apply(&rename, at(2)).unwrap();
    assert!(home.text().contains("\"chat_name\": \"A\""));
    assert_eq!(store.conversation(&id("t")).unwrap().title, "C".into());
    assert_eq!(store.list().unwrap().len(), 3);
}

#[test]
fn a_message_of_twenty_megabytes_and_fifty_thousand_conversations_are_files_like_any_other() {
    let home = Home::new();
    let text = "words and \\n lines ".repeat(20 * 1024 * 1024 / 19);
    let long = format!(
        "\"long\": {{\"chat_name\": \"L\", \"last_update\": 1, \"messages\": [{{\"role\": \"user\", \"text\": \"{text}\", \"timestamp\": 1}}]}}"
    );
    fs::write(home.file(), around(&long)).unwrap();
    let mut store = open(&home);
    store.apply(&ask("long"), at(9)).unwrap();
    let long = store.conversation(&id("long")).unwrap();
    assert_eq!(long.messages.len(), 2);
    assert!(long.messages[0].text.len() > 18 * 1024 * 1024);
    let many: Vec<String> = (0..50_000)
        .map(|it| format!("\"c{it}\": {{\"chat_name\": \"T\", \"last_update\": {it}}}"))
        .collect();
    fs::write(home.file(), around(&many.join(",\n"))).unwrap();
    assert_eq!(store.list().unwrap().len(), 50_002);
    store.apply(&ask("c25000"), at(9)).unwrap();
    assert_eq!(store.conversation(&id("c25000")).unwrap().messages.len(), 1);
    assert!(home.text().contains(&many[24_999]) && home.text().contains(&many[25_001]));
}

#[test]
fn a_folder_in_place_of_the_file_is_a_clear_error_and_unchanged() {
    let home = Home::new();
    fs::create_dir(home.file()).unwrap();
    fs::write(home.file().join("inside"), "x").unwrap();
    let list = home.run(&["list"]);
    assert_eq!(list.code, 1);
    assert!(
        list.stderr.contains("ann.json") && list.stderr.contains("it is a folder"),
        "{}",
        list.stderr
    );
    let mut store = open(&home);
    let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
    assert!(store.apply(&create, at(1)).is_err());
    assert_eq!(fs::read(home.file().join("inside")).unwrap(), b"x");
}

#[test]
fn a_link_stays_a_link_and_what_it_points_to_changes() {
    let home = Home::new();
    let real = home.path().join("elsewhere.json");
    fs::write(&real, around("\"x\": 1")).unwrap();
    symlink(&real, home.file()).unwrap();
    let mut store = open(&home);
    store.apply(&ask("last"), at(9)).unwrap();
    assert!(fs::symlink_metadata(home.file()).unwrap().file_type().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("one more"));
    // One that leads nowhere is a file that is not there yet.
    fs::remove_file(&real).unwrap();
    let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
    store.apply(&create, at(1)).unwrap();
    assert!(fs::symlink_metadata(home.file()).unwrap().file_type().is_symlink());
    assert!(fs::read_to_string(&real).unwrap().contains("\"n\""));
}

/// A missing file is an empty one; its records are reported as missing.
#[test]
fn a_missing_file_is_empty_and_a_missing_folder_is_an_error() {
    let home = Home::new();
    fs::write(home.file(), around("\"x\": 1")).unwrap();
    let mut store = open(&home);
    assert_eq!(store.list().unwrap().len(), 3);
    fs::remove_file(home.file()).unwrap();
    assert!(store.conversation(&id("last")).is_err());
    fs::remove_dir_all(home.chats()).unwrap();
    let list = home.run(&["list"]);
    assert_eq!(list.code, 1);
    assert!(list.stderr.contains("does not exist"), "{}", list.stderr);
}

/// The disk gets full at every size a write can reach: the file is then the old one or the new one,
/// whole, and nothing is left lying beside it.
#[test]
fn a_disk_that_is_full_at_any_point_leaves_the_old_file_whole() {
    let long = format!("\"x\": \"{}\"", "filling ".repeat(4000));
    let original = around(&long);
    let (mut refused, mut done) = (0, 0);
    // In blocks of 512 or 1024 bytes, as the shell counts; a limit on the size of files is the
    // full disk every user can have.
    for blocks in [0, 1, 2, 4, 8, 16, 24, 30, 40, 60, 200] {
        let home = Home::new();
        fs::write(home.file(), &original).unwrap();
        let program = env!("CARGO_BIN_EXE_duologue");
        let script = format!("ulimit -f {blocks}; trap '' XFSZ; exec {program} rename last Other");
        let ran = std::process::Command::new("sh")
            .args(["-c", &script])
            .env_clear()
            .envs(home.environment())
            .output()
            .unwrap();
        let text = home.text();
        if ran.status.success() {
            done += 1;
            assert!(text.contains("\"Other\""));
        } else {
            refused += 1;
            assert_eq!(ran.status.code(), Some(1), "{blocks}");
            assert_eq!(text, original, "{blocks}");
            let report = String::from_utf8_lossy(&ran.stderr);
            assert!(
                report.contains("could not be") || report.contains("cannot be"),
                "{blocks}: {report}"
            );
        }
        let beside: Vec<_> =
            fs::read_dir(home.chats()).unwrap().map(|it| it.unwrap().path()).collect();
        assert_eq!(beside, [home.file()], "{blocks}");
    }
    assert!(refused > 3 && done > 0, "refused {refused}, done {done}");
}
