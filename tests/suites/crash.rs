//! Killed processes and concurrent writers: what was acknowledged is in the file exactly once.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use duologue::chat::{AnswerRecord, Change, ConversationId, Message, Timestamp, TurnId};
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Durability, Store, StorePaths};
use serde_json::Value;

use crate::support::home::Home;

fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

fn now() -> Timestamp {
    let passed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp::from_seconds(passed.as_secs().try_into().unwrap())
}

fn open(home: &Path) -> Store {
    let user = UserName::new("ann").unwrap();
    let paths =
        StorePaths::new(&home.join("chats"), user, ChatsFolder::Shared, &home.join("state"));
    // Short enough that what is done long ago is forgotten while the test runs.
    Store::open(paths.with_stale_writer_window(5), now()).unwrap().store
}

/// Numbers that look random and are the same in every run.
struct CrashRng(u64);

impl CrashRng {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

// ---- the other process: this very binary, asked to run one of the two tests below ----

const HOME: &str = "DUOLOGUE_TEST_HELPER_HOME";
const NAME: &str = "DUOLOGUE_TEST_HELPER_NAME";
const TURNS: &str = "DUOLOGUE_TEST_HELPER_TURNS";

fn helper(test: &str, home: &Home, name: &str, turns: usize) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "--test-threads=1"])
        .arg(format!("suites::crash::{test}"))
        .env(HOME, home.path())
        .env(NAME, name)
        .env(TURNS, turns.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// What the helper is asked to do; `None` in an ordinary run of the tests.
fn task() -> Option<(Store, String, usize)> {
    let home = std::env::var_os(HOME)?;
    let turns = std::env::var(TURNS).unwrap().parse().unwrap();
    Some((open(Path::new(&home)), std::env::var(NAME).unwrap(), turns))
}

fn acknowledge(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ack {what}").unwrap();
    out.flush().unwrap();
}

fn ask(store: &mut Store, chat: &str, text: &str) -> TurnId {
    let turn = TurnId::new(format!("turn {text}"));
    let append =
        Change::Append { id: id(chat), message: Message::question(format!("{text}?"), now()) };
    store.begin_turn(&turn, &id(chat), &[append]).unwrap();
    turn
}

fn answer(store: &mut Store, turn: &TurnId, chat: &str, text: &str) {
    let text = format!("{text}!");
    let record = AnswerRecord::without_details(now(), text.len());
    let message = Message::answer(text, now(), None);
    store.finish_turn(turn, &id(chat), Some((message, record))).unwrap();
}

#[test]
#[ignore = "the other process of the test below"]
fn helper_that_appends() {
    let Some((mut store, name, turns)) = task() else { return };
    for number in 0..turns {
        let text = format!("{name}/{number}");
        let turn = ask(&mut store, "c", &text);
        answer(&mut store, &turn, "c", &text);
    }
}

#[test]
#[ignore = "the process that is killed in the test below"]
fn helper_that_is_killed() {
    let Some((mut store, name, turns)) = task() else { return };
    let create = Change::Create { id: id(&name), title: "T".into(), at: now() };
    store.apply(&create, now()).unwrap();
    acknowledge("chat");
    for number in 0..turns {
        let text = format!("{name}/{number}");
        let turn = ask(&mut store, &name, &text);
        acknowledge(&format!("question {text}?"));
        store.append_delta(&turn, &format!("{text} grows"));
        store.flush(Durability::Written);
        acknowledge(&format!("growth {text} grows"));
        answer(&mut store, &turn, &name, &text);
        acknowledge(&format!("answer {text}!"));
        let rename = Change::Rename { id: id(&name), title: number.to_string().into(), at: now() };
        store.apply(&rename, now()).unwrap();
        acknowledge(&format!("title {number}"));
        let scratch = format!("{name} scratch {number}");
        let create = Change::Create { id: id(&scratch), title: "S".into(), at: now() };
        store.apply(&create, now()).unwrap();
        store.apply(&Change::Delete { id: id(&scratch) }, now()).unwrap();
        acknowledge(&format!("deleted {scratch}"));
    }
}

/// Reads acknowledgements: some of them, or all until the end.
fn acknowledged(lines: &mut impl BufRead, most: usize) -> Vec<String> {
    let mut acks = Vec::new();
    let mut line = String::new();
    while acks.len() < most && lines.read_line(&mut line).unwrap() > 0 {
        // The test harness writes to the same pipe.
        if let Some((_, ack)) = line.trim_end().split_once("ack ") {
            acks.push(ack.to_owned());
        }
        line.clear();
    }
    acks
}

// ---- the tests ----

#[test]
fn two_processes_append_to_one_conversation_at_once_and_no_turn_is_lost() {
    let turns: usize =
        std::env::var("DUOLOGUE_TEST_TURNS").map_or(50, |turns| turns.parse().unwrap());
    let home = Home::new();
    let create = Change::Create { id: id("c"), title: "T".into(), at: now() };
    open(home.path()).apply(&create, now()).unwrap();
    let (mut one, _lines) = helper("helper_that_appends", &home, "one", turns);
    let (mut two, _more) = helper("helper_that_appends", &home, "two", turns);
    assert!(one.wait().unwrap().success() && two.wait().unwrap().success());
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let messages = file["c"]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4 * turns);
    for name in ["one/", "two/"] {
        let own: Vec<&str> =
            messages.iter().filter_map(|it| it["text"].as_str()?.strip_prefix(name)).collect();
        let expected: Vec<String> =
            (0..turns).flat_map(|number| [format!("{number}?"), format!("{number}!")]).collect();
        assert_eq!(own, expected);
    }
}

#[test]
fn a_process_killed_at_any_time_keeps_acknowledged_changes_once() {
    let kills: u64 =
        std::env::var("DUOLOGUE_TEST_KILLS").map_or(30, |kills| kills.parse().unwrap());
    let home = Home::new();
    let mut dice = CrashRng(7);
    for kill in 0..kills {
        let name = format!("run{kill}");
        let (mut child, mut lines) = helper("helper_that_is_killed", &home, &name, 100);
        let mut acks = acknowledged(&mut lines, usize::try_from(dice.roll(25)).unwrap());
        for _ in 0..dice.roll(1_000_000) {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        acks.extend(acknowledged(&mut lines, usize::MAX));
        let mut store = open(home.path());
        check(&mut store, &name, &acks);
        // Nothing is done twice by looking again.
        let text = home.text();
        drop(store);
        drop(open(home.path()));
        assert_eq!(home.text(), text, "{name}: another look changed the file");
    }
}

/// Compares the file with what a dead process had acknowledged.
fn check(store: &mut Store, name: &str, acks: &[String]) {
    let output = |kind: &str| -> Vec<&str> {
        acks.iter().filter_map(|ack| ack.strip_prefix(kind)?.strip_prefix(' ')).collect()
    };
    let Ok(chat) = store.conversation(&id(name)) else {
        assert!(!acks.contains(&"chat".to_owned()), "{name}: the chat is lost; {acks:?}");
        return;
    };
    let mut times: HashMap<&str, usize> = HashMap::new();
    for message in &chat.messages {
        *times.entry(message.text.as_str()).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "{name}: twice: {times:?}");
    let (questions, answers) = (output("question"), output("answer"));
    for text in questions.iter().chain(&answers) {
        assert!(times.contains_key(text), "{name}: {text} is lost; {times:?}");
    }
    // The last answer may be half: then what came is there, and marked.
    if let Some(half) = output("growth").last() {
        let whole = format!("{}!", half.trim_end_matches(" grows"));
        let marked = store.answer_records().early_ends(&chat).len() == 1;
        assert!(
            times.contains_key(whole.as_str()) || (times.contains_key(half) && marked),
            "{name}: neither {whole} nor {half}, marked: {marked}; {times:?}"
        );
    }
    for (position, message) in chat.messages.iter().enumerate() {
        let question = message.text.ends_with('?');
        assert_eq!(question, position % 2 == 0, "{name}: out of order: {times:?}");
    }
    if let Some(title) = output("title").last() {
        let (now, then): (usize, usize) =
            (chat.title.stored().parse().unwrap(), title.parse().unwrap());
        assert!(now == then || now == then + 1, "{name}: the title is {now}");
    }
    for scratch in output("deleted") {
        assert!(store.conversation(&id(scratch)).is_err(), "{scratch} is back");
    }
}
