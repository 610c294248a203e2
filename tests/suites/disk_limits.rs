//! Read-only disks, damaged files, system limits and dead processes.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use duologue::chat::{AnswerRecord, Change, Message, TurnId};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Drafts, Durability, Store, StorePaths};

use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};
use crate::support::pty::Pty;
use crate::support::shared_file::{at, id, read_shared_file};
#[cfg(unix)]
use crate::support::unprivileged_user::UnprivilegedUser;

const CHAT: &str = r#"{"aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "One", "last_update": 5, "messages": [{"role": "user", "text": "Where is the zebra?", "timestamp": 4, "response_id": null}, {"role": "assistant", "text": "In the zoo.", "timestamp": 5, "response_id": null}], "last_response_id": null}}"#;

fn home_with(text: &str) -> Home {
    let home = Home::new();
    fs::write(home.file(), text).unwrap();
    home
}

/// The folders of the program where nothing can be: `/dev/null` is no folder for any user.
fn nowhere() -> Vec<(&'static str, String)> {
    let below = |name: &str| format!("/dev/null/{name}");
    ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]
        .into_iter()
        .map(|name| (name, below(name)))
        .collect()
}

/// What must work, and what it prints.
fn reading_commands(output: &Path) -> Vec<(Vec<String>, &'static str)> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut export = words("export --all --output");
    export.push(output.display().to_string());
    vec![
        (words("list"), "One"),
        (words("show aa1"), "In the zoo."),
        (words("search zebra"), "zebra"),
        (words("usage"), ""),
        (export, ""),
    ]
}

fn assert_reads(run: impl Fn(&[&str]) -> RunOutput, output: &Path) {
    for (words, shown) in reading_commands(output) {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = run(&words);
        assert_eq!(ran.code, 0, "{words:?}: {}", ran.stderr);
        assert!(ran.stdout.contains(shown), "{words:?}: {}", ran.stdout);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let about = lines.iter().filter(|line| line.contains("can be read, but not changed"));
        assert_eq!(about.count(), 1, "{words:?}: {lines:?}");
        assert!(lines.len() <= 2, "{words:?}: {lines:?}");
    }
    assert_eq!(fs::read_dir(output).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn reading_works_without_a_home_folder() {
    let home = home_with(CHAT);
    let run =
        |words: &[&str]| RunOutput::from(home.command(words).envs(nowhere()).output().unwrap());
    fs::create_dir(home.path().join("exported")).unwrap();
    assert_reads(run, &home.path().join("exported"));
    let nowhere = nowhere();
    let environment: Vec<(&str, &str)> =
        nowhere.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut pty = Pty::start_with(&home, &["resume", "aa1"], (100, 30), &environment);
    pty.wait_for("In the zoo.");
    pty.wait_for("One");
}

#[cfg(unix)]
#[test]
fn a_command_that_changes_something_says_once_why_it_cannot() {
    let home = home_with(CHAT);
    let import = home.path().join("more.json").display().to_string();
    fs::write(&import, CHAT).unwrap();
    for words in [
        vec!["rename", "aa1", "Other"],
        vec!["delete", "aa1", "--yes"],
        vec!["undo"],
        vec!["import", &import],
        vec!["ask", "hi", "--no-stdin"],
    ] {
        let ran = RunOutput::from(home.command(&words).envs(nowhere()).output().unwrap());
        assert_eq!(ran.code, 1, "{words:?}: {}", ran.stderr);
        let lines: Vec<&str> = ran.stderr.lines().collect();
        let [line] = lines[..] else { panic!("{words:?}: {lines:?}") };
        assert!(line.contains("/dev/null") && line.contains("Nothing was changed."), "{line}");
    }
    assert_eq!(home.text(), CHAT);
}

#[cfg(unix)]
#[test]
fn the_window_says_why_a_question_was_not_sent_where_drafts_cannot_be_saved_either() {
    let server = demo_server();
    let home = home_with(CHAT).with_server(server.base_url());
    let nowhere = nowhere();
    let environment: Vec<(&str, &str)> =
        nowhere.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut pty = Pty::start_with(&home, &["resume", "aa1"], (80, 24), &environment);
    pty.wait_for("In the zoo.");
    pty.press("hello\r");
    pty.wait_for("Not sent: ");
    pty.wait_for_sentence("Check the folder and try again.");
    pty.wait_for("hello");
    assert!(!pty.text().contains("disk space"), "{}", pty.text());
    assert_eq!(home.text(), CHAT);
}

#[cfg(unix)]
#[test]
fn reading_works_without_write_access() {
    let home = home_with(CHAT);
    assert_eq!(home.run(&["list"]).code, 0);
    fs::create_dir(home.path().join("exported")).unwrap();
    let reader = UnprivilegedUser::of(&home);
    for folder in ["state", "chats", "cache"] {
        set_modes(&home.path().join(folder), 0o500, 0o400);
    }
    assert_reads(|words| reader.run(words), &home.path().join("exported"));
    // So that the test's own folder can be removed.
    for folder in ["state", "chats", "cache"] {
        set_modes(&home.path().join(folder), 0o700, 0o600);
    }
}

#[test]
fn the_last_good_copy_replaces_a_truncated_file() {
    for length in [0, 1, CHAT.len() / 2, CHAT.len() - 1] {
        let home = home_with(CHAT);
        assert_eq!(home.run(&["list"]).code, 0);
        let left = &CHAT[..length];
        fs::write(home.file(), left).unwrap();
        let ran = home.run(&["doctor", "--fix"]);
        assert_eq!(ran.code, 0, "{length}: {} {}", ran.stdout, ran.stderr);
        assert_eq!(home.text(), CHAT, "{length}");
        let was = if length == 0 { "The file was empty;" } else { "was cut off or damaged;" };
        assert!(ran.stdout.contains(was), "{length}: {}", ran.stdout);
        let backup = ran
            .stderr
            .lines()
            .find_map(|line| Some(line.split_once("kept in ")?.1.trim_end_matches('.').to_owned()));
        assert_eq!(fs::read_to_string(backup.unwrap()).unwrap(), left);
        assert!(home.run(&["show", "aa1"]).stdout.contains("In the zoo."));
    }
}

#[cfg(unix)]
fn set_modes(path: &Path, folder: u32, file: u32) {
    use std::os::unix::fs::PermissionsExt;

    let Ok(about) = fs::metadata(path) else { return };
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
    if about.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            set_modes(&entry.unwrap().path(), folder, file);
        }
    }
    let mode = if about.is_dir() { folder } else { file };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn on_a_terminal_the_last_good_copy_is_offered() {
    let home = home_with(CHAT);
    assert_eq!(home.run(&["list"]).code, 0);
    fs::write(home.file(), "").unwrap();
    let report = home.run(&["doctor"]).stdout;
    assert!(report.contains("cannot read the file, and would replace it"), "{report}");
    let mut pty = Pty::start(&home, &["doctor", "--fix"], 100, 30);
    pty.wait_for("The file is empty. Replace it with the last good version");
    pty.press("n\r");
    pty.wait_for("Nothing was changed");
    assert_eq!(home.text(), "");
    // Nor is what was open closed.
    let cut = &CHAT[..CHAT.len() - 9];
    fs::write(home.file(), cut).unwrap();
    let mut pty = Pty::start(&home, &["doctor", "--fix"], 100, 30);
    pty.wait_for("last good version");
    pty.press("n\r");
    pty.wait_for("Nothing was changed");
    assert_eq!(home.text(), cut);
    fs::write(home.file(), "").unwrap();
    let mut pty = Pty::start(&home, &["doctor", "--fix"], 100, 30);
    pty.wait_for("last good version");
    pty.press("y\r");
    pty.wait_for("kept in");
    assert_eq!(home.text(), CHAT);
}

#[test]
fn on_a_terminal_an_empty_file_begins_anew_only_if_that_is_wanted() {
    let home = home_with("");
    for (answer, reaction, left) in [("n", "Nothing was changed", ""), ("y", "kept in", "{}")] {
        let mut pty = Pty::start(&home, &["doctor", "--fix"], 100, 30);
        pty.wait_for_sentence("Begin without conversations?");
        pty.press(&format!("{answer}\r"));
        pty.wait_for(reaction);
        assert_eq!(home.text(), left);
    }
}

/// The private folder of the shared file.
fn state_folder(home: &Home) -> PathBuf {
    let files = home.path().join("state/duologue/files");
    fs::read_dir(files).unwrap().next().unwrap().unwrap().path()
}

fn begin(home: &Home, turn: &TurnId, question: &str) -> Store {
    let mut store = Store::open(real_paths(home), at(0)).unwrap().store;
    let append = Change::Append { id: id("aa1"), message: Message::question(question, at(1)) };
    store.begin_turn(turn, &id("aa1"), &[append]).unwrap();
    store
}

/// The paths the program itself has in this home.
fn real_paths(home: &Home) -> StorePaths {
    let user = UserName::new("ann").unwrap();
    StorePaths::new(&home.chats(), user, ChatsFolder::Shared, &home.path().join("state/duologue"))
}

#[test]
fn a_question_that_was_sent_when_the_program_died_is_no_draft_any_more() {
    let home = home_with(CHAT);
    let store = begin(&home, &TurnId::new("t"), "And the okapi?");
    let mut drafts = Drafts::in_folder(&state_folder(&home));
    drafts.save(Some(&id("aa1")), &"And the okapi?".into()).unwrap();
    drafts.save(None, &"another thought".into()).unwrap();
    drop((store, drafts));
    let mut pty = Pty::start(&home, &["resume", "aa1"], 100, 30);
    pty.wait_for("In the zoo.");
    pty.wait_for("And the okapi?");
    pty.press("next");
    pty.wait_for("next");
    assert_eq!(pty.text().matches("And the okapi?").count(), 1, "{}", pty.text());
    drop(pty);
    let mut drafts = Drafts::in_folder(&state_folder(&home));
    let left = drafts.take_over(|_| Ok(())).unwrap().drafts;
    assert!(left.iter().any(|(_, draft)| draft.text == "another thought"), "{left:?}");
}

#[test]
fn a_partial_copy_of_a_stored_answer_is_not_appended() {
    let home = home_with(CHAT);
    let turn = TurnId::new("t");
    let mut store = begin(&home, &turn, "And the okapi?");
    store.append_delta(&turn, "It is ");
    store.append_delta(&turn, "in the for");
    store.flush(Durability::Synced);
    let journal = fs::read_dir(state_folder(&home).join("journal")).unwrap().next().unwrap();
    let journal = journal.unwrap().path();
    let before_the_end = fs::read(&journal).unwrap();
    let answer = Message::answer("It is in the forest.", at(2), None);
    let record = AnswerRecord::without_details(at(2), answer.text.len());
    store.finish_turn(&turn, &id("aa1"), Some((answer, record))).unwrap();
    drop(store);
    fs::write(&journal, before_the_end).unwrap();
    drop(Store::open(real_paths(&home), at(9)).unwrap());
    let file = read_shared_file(&home);
    let texts: Vec<&str> = file["aa1"]["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts[2..], ["And the okapi?", "It is in the forest."]);
}

#[cfg(unix)]
#[test]
fn a_file_size_limit_is_an_error_and_no_crash() {
    let long = CHAT.replace("In the zoo.", &"In the zoo. ".repeat(2000));
    let home = home_with(&long);
    let program = env!("CARGO_BIN_EXE_duologue");
    let script = format!("ulimit -f 16; exec '{program}' rename aa1 Other");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).env_clear().envs(home.environment());
    let ran = RunOutput::from(shell.output().unwrap());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("ulimit -f"), "{}", ran.stderr);
    assert_eq!(home.text(), long);
}

#[cfg(unix)]
#[test]
fn a_system_without_files_for_connections_is_an_error_and_nothing_is_stored() {
    let home = home_with(CHAT);
    let program = env!("CARGO_BIN_EXE_duologue");
    for files in [8, 12] {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!("ulimit -n {files}; exec '{program}' ask -r aa1 --no-stdin hi"));
        shell.env_clear().envs(home.environment()).env("OPENAI_API_KEY", "key");
        shell.env("OPENAI_BASE_URL", "http://127.0.0.1:9/v1");
        let ran = RunOutput::from(shell.output().unwrap());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("no threads or open files left"), "{}", ran.stderr);
        assert_eq!(home.text(), CHAT);
    }
}

#[test]
fn a_time_in_the_future_does_not_sort_first() {
    let chats = CHAT.replace(
        r#""last_response_id": null}}"#,
        r#""last_response_id": null}, "bb2": {"data": {"id": "bb2", "created_at": 1, "metadata": {}, "object": "conversation"}, "chat_name": "Tomorrow", "last_update": 99999999999, "messages": [], "last_response_id": null}}"#,
    );
    let home = home_with(&chats);
    let listed = home.run(&["list"]).stdout;
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].contains("One"), "{listed}");
    assert!(lines[1].contains("Tomorrow") && !lines[1].contains("now"), "{listed}");
    let mut pty = Pty::start(&home, &["--continue"], 100, 30);
    pty.wait_for("In the zoo.");
}

#[cfg(unix)]
#[test]
fn only_temporary_files_of_dead_processes_are_removed() {
    let home = home_with(CHAT);
    assert_eq!(home.run(&["list"]).code, 0);
    let names = ["dead", "living"];
    let state = state_folder(&home);
    let below = ["answers", "backups", "trash", "attachments"].map(|name| state.join(name));
    let shared = state.ancestors().nth(2).unwrap().to_path_buf();
    let mut folders = vec![home.chats(), shared.join("presets"), shared, state];
    fs::create_dir_all(&folders[1]).unwrap();
    for folder in below {
        fs::create_dir_all(&folder).unwrap();
        folders.push(folder);
    }
    let path = |folder: &Path, name: &str| {
        let prefix = if folder == home.chats() { ".ann.json.tmp." } else { ".tmp." };
        folder.join(format!("{prefix}{name}"))
    };
    let mut held = Vec::new();
    for folder in &folders {
        for name in names {
            let file = File::create(path(folder, name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(5)).unwrap();
            if name == "living" {
                file.lock().unwrap();
                held.push(file);
            }
        }
    }
    assert_eq!(home.run(&["list"]).code, 0);
    for folder in &folders {
        assert!(!path(folder, "dead").exists(), "{}", folder.display());
        assert!(path(folder, "living").exists(), "{}", folder.display());
    }
}

/// The program handles this signal, so the system wakes up who waits.
#[cfg(target_os = "linux")]
#[test]
fn signals_while_a_command_waits_for_the_lock_are_no_error_and_no_work() {
    use std::process::Stdio;

    use rustix::process::{Pid, Signal, kill_process};

    use crate::support::wait_until;

    let home = home_with(CHAT);
    assert_eq!(home.run(&["rename", "aa1", "First"]).code, 0);
    let lock = File::open(state_folder(&home).join("lock")).unwrap();
    lock.lock().unwrap();
    let mut command = home.command(&["rename", "aa1", "Second"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let threads = || {
        let tasks = fs::read_dir(process.join("task")).into_iter().flatten().flatten();
        tasks.map(|task| fs::read_to_string(task.path().join("comm")).unwrap_or_default())
    };
    let is_waiting = || threads().any(|name| name == "lock\n");
    wait_until("the command waits", is_waiting);
    let status = |field: &str| {
        let status = fs::read_to_string(process.join("status")).unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let pid = Pid::from_child(&child);
    for _ in 0..100 {
        kill_process(pid, Signal::XFSZ).unwrap();
        wait_until("the signal arrived", || status("ShdPnd") == "0000000000000000");
    }
    assert!(is_waiting());
    let stat = fs::read_to_string(process.join("stat")).unwrap();
    let ticks = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.map(|it| it.parse::<u64>().unwrap()).sum();
    assert!(ticks < 50, "it was busy for {ticks} hundredths of a second");
    drop(lock);
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(fs::read_to_string(home.file()).unwrap().contains("Second"));
}
