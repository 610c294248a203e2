//! Every question gets its own answer, whichever programs write the file in between.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use duologue::chat::{AnswerRecord, ChainState, Change, Fingerprint, Message, ResponseId, TurnId};
use duologue::store::Store;
use serde_json::Value;

use crate::support::echo_server::{EchoServer, last_text};
use crate::support::home::{Home, RunOutput};
use crate::support::shared_file::{at, id, open, read_shared_file};
use crate::support::stale_web::StaleWeb;

fn texts(home: &Home, id: &str) -> Vec<String> {
    let file = read_shared_file(home);
    let messages = file[id]["messages"].as_array().cloned().unwrap_or_default();
    messages.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

/// A home whose file holds one conversation with a finished turn.
fn with_chat(server: &EchoServer) -> (Home, String) {
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["ask", "first"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let key = read_shared_file(&home).as_object().unwrap().keys().next().unwrap().clone();
    (home, key)
}

/// Writes an old copy over the file, once, as soon as `word` appears in it.
struct StaleWriter {
    thread: Option<thread::JoinHandle<()>>,
    ends: Arc<AtomicBool>,
}

impl StaleWriter {
    fn waiting_for(word: &str, path: PathBuf, old: String) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let (word, end) = (word.to_owned(), Arc::clone(&ends));
        let thread = thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                if std::fs::read_to_string(&path).is_ok_and(|text| text.contains(&word)) {
                    save(&path, &old);
                    return;
                }
                thread::yield_now();
            }
        });
        Self { thread: Some(thread), ends }
    }

    fn end(mut self) {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
    }
}

fn save(path: &Path, text: &str) {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    StaleWeb::replace_file(path, text, now.try_into().unwrap());
}

#[test]
fn a_question_erased_by_an_old_copy_is_sent_and_answered() {
    let server = EchoServer::start();
    let (home, key) = with_chat(&server);
    for round in 0..6 {
        let question = format!("question-{round}");
        let stale = StaleWriter::waiting_for(&question, home.file(), home.text());
        let ran = home.run(&["ask", "-r", &key, &question]);
        stale.end();
        assert_eq!((ran.code, ran.stdout.as_str()), (0, format!("re: {question}\n").as_str()));
        assert_eq!(last_text(server.requests().last().unwrap()), question);
        // Whoever looks next puts back what the old copy took away.
        home.run(&["list"]);
        let texts = texts(&home, &key);
        let index = texts.iter().position(|text| *text == question).unwrap();
        assert_eq!(texts[index + 1], format!("re: {question}"), "{texts:?}");
    }
}

#[test]
fn a_new_conversation_erased_by_an_old_copy_keeps_question_and_answer() {
    let server = EchoServer::start();
    let (home, _) = with_chat(&server);
    for round in 0..6 {
        let question = format!("brand-new-{round}");
        let stale = StaleWriter::waiting_for(&question, home.file(), home.text());
        let ran = home.run(&["ask", &question]);
        stale.end();
        assert_eq!((ran.code, ran.stdout.as_str()), (0, format!("re: {question}\n").as_str()));
        home.run(&["list"]);
        let file = read_shared_file(&home);
        let mut chats = file.as_object().unwrap().values();
        let chat = chats.find(|chat| chat["messages"][0]["text"] == question.as_str()).unwrap();
        assert_eq!(chat["messages"][1]["text"], format!("re: {question}"));
        assert_eq!(chat["messages"].as_array().unwrap().len(), 2);
    }
}

/// Asks several questions in one conversation at once; returns the output of each.
fn ask_at_once(home: &Home, key: &str, questions: &[String]) -> Vec<RunOutput> {
    let start = Arc::new(Barrier::new(questions.len()));
    let asking = questions.iter().map(|question| {
        let mut command = home.command(&["ask", "-r", key, question]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Arc::clone(&start);
        thread::spawn(move || {
            start.wait();
            command.spawn().and_then(Child::wait_with_output).unwrap()
        })
    });
    let asking: Vec<_> = asking.collect();
    asking.into_iter().map(|it| RunOutput::from(it.join().unwrap())).collect()
}

#[test]
fn four_questions_asked_at_once_in_one_conversation_each_get_their_own_answer() {
    let server = EchoServer::start();
    let (home, key) = with_chat(&server);
    for round in 0..12 {
        let questions: Vec<String> = (0..4).map(|who| format!("q{round}.{who}")).collect();
        for (ran, question) in ask_at_once(&home, &key, &questions).iter().zip(&questions) {
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert_eq!(ran.stdout, format!("re: {question}\n"));
        }
    }
    let texts = texts(&home, &key);
    assert_eq!(texts.len(), 2 + 12 * 8);
    for pair in texts.chunks(2) {
        assert_eq!(pair[1], format!("re: {}", pair[0]));
    }
    let asked: Vec<String> = server.requests().iter().map(last_text).collect();
    assert_eq!(asked.len(), 1 + 12 * 4, "{asked:?}");
}

/// Stores a question; returns what was accepted.
fn ask(store: &mut Store, text: &str, now: i64) -> (TurnId, Vec<String>) {
    store.set_time(at(now));
    let turn = TurnId::new(text);
    let append = Change::Append { id: id("c"), message: Message::question(text, at(now)) };
    let accepted = store.begin_turn(&turn, &id("c"), &[append]).unwrap();
    (turn, accepted.messages.into_iter().map(|message| message.text).collect())
}

fn answer(store: &mut Store, turn: &TurnId, now: i64) {
    store.set_time(at(now));
    let text = format!("re: {}", turn.as_str());
    let record = AnswerRecord::without_details(at(now), text.len());
    let response = Some(ResponseId::new(format!("resp_{}", turn.as_str())));
    let message = Message::answer(text, at(now), response);
    store.finish_turn(turn, &id("c"), Some((message, record))).unwrap();
}

fn two_terminals(home: &Home) -> (Store, Store) {
    let mut one = open(home, 0);
    one.apply(&Change::Create { id: id("c"), title: "T".into(), at: at(0) }, at(0)).unwrap();
    (one, open(home, 0))
}

#[test]
fn an_answer_follows_its_question_despite_newer_questions() {
    let home = Home::new();
    let (mut one, mut other) = two_terminals(&home);
    let (first, accepted) = ask(&mut one, "one", 1);
    assert_eq!(accepted, ["one"]);
    let (second, accepted) = ask(&mut other, "two", 2);
    assert_eq!(accepted, ["one", "two"]);
    answer(&mut one, &first, 3);
    assert_eq!(texts(&home, "c"), ["one", "re: one", "two"]);
    answer(&mut other, &second, 4);
    assert_eq!(texts(&home, "c"), ["one", "re: one", "two", "re: two"]);
    // The later answer was given without the earlier one, so the next question sends the model both.
    let found = one.conversation(&id("c")).unwrap();
    assert_eq!(found.last_response_id, Some(ResponseId::new("resp_two")));
    assert_eq!(found.chain, ChainState::Diverged);
}

#[test]
fn two_equal_questions_asked_at_once_get_one_answer_each() {
    let home = Home::new();
    let (mut one, mut other) = two_terminals(&home);
    let (first, _) = ask(&mut one, "same", 1);
    let (second, _) = ask(&mut other, "same", 1);
    answer(&mut one, &first, 3);
    answer(&mut other, &second, 4);
    assert_eq!(texts(&home, "c"), ["same", "re: same", "same", "re: same"]);
}

#[test]
fn a_question_answered_elsewhere_is_not_asked_again() {
    let home = Home::new();
    let (mut one, mut other) = two_terminals(&home);
    let (turn, _) = ask(&mut one, "who?", 1);
    let question = Fingerprint::of(&Message::question("who?", at(1)));
    answer(&mut one, &turn, 2);
    let error = other.ask_again(&TurnId::new("again"), &id("c"), &question).unwrap_err();
    assert_eq!(error.to_string(), "The last question already has an answer.");
    let held: Value = read_shared_file(&home);
    assert_eq!(held["c"]["messages"].as_array().unwrap().len(), 2);
}

#[test]
fn a_conversation_erased_by_an_old_copy_is_found_and_continued() {
    let home = Home::new();
    let old = "{}";
    StaleWeb::replace_file(&home.file(), old, 4_000_000_000);
    let (mut one, mut other) = two_terminals(&home);
    let (turn, _) = ask(&mut one, "one", 1);
    answer(&mut one, &turn, 2);
    other.list().unwrap();
    StaleWeb::replace_file(&home.file(), old, 4_000_000_003);
    assert_eq!(other.resolve_id("c").unwrap(), id("c"));
    StaleWeb::replace_file(&home.file(), old, 4_000_000_004);
    assert_eq!(other.conversation(&id("c")).unwrap().messages.len(), 2);
    // Foreign response ids are unknown at once.
    assert!(other.resolve_id("somewhere else").is_err());
}

#[test]
fn a_retried_question_is_answered_despite_a_newer_question() {
    let home = Home::new();
    let (mut one, mut other) = two_terminals(&home);
    ask(&mut one, "first", 1);
    let (second, _) = ask(&mut other, "second", 2);
    let question = Fingerprint::of(&Message::question("first", at(1)));
    let again = TurnId::new("first");
    let accepted = one.ask_again(&again, &id("c"), &question).unwrap();
    assert_eq!(accepted.messages.last().unwrap().text, "first");
    answer(&mut one, &again, 3);
    answer(&mut other, &second, 4);
    assert_eq!(texts(&home, "c"), ["first", "re: first", "second", "re: second"]);
}
