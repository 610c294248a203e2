//! A question that is being answered in the web app: marked, mentioned before another is asked, and
//! given up after minutes.

use std::fs;

use crossterm::event::KeyCode;
use duologue::app::list::conversation_mark::ConversationMark;
use duologue::app::turn::remote_turn::{self, RemoteTurnStatus};
use duologue::app::{Effect, Msg, RowMarks, StoreEvent};
use duologue::chat::{
    Change, ConversationId, ConversationSummary, Message, Role, Timestamp, TurnId,
};
use duologue::demo::{DemoServer as Demo, ServerOptions};
use duologue::store::Store;
use duologue::store::doctor::WebVersion;
use serde_json::json;

use crate::support::app_harness::{AppHarness, at, has_request, opened_conversation, stored_msg};
use crate::support::demo_server;
use crate::support::fake_web_app::FakeWebApp;
use crate::support::home::Home;
use crate::support::loop_harness::LoopHarness;
use crate::support::shared_file::store_paths;
use crate::support::stale_web::CACHE_TTL;
use crate::support::{server_with_permits, wait_until};

fn id() -> ConversationId {
    ConversationId::new("w")
}

/// A file as the web app leaves it while it answers; with the answer where it has come.
fn web_file(home: &Home, now: i64, answer: Option<&str>) {
    let message = |role: &str, text: &str| json!({ "role": role, "text": text, "timestamp": now, "response_id": null });
    let mut messages = vec![message("user", "Asked in the browser")];
    messages.extend(answer.map(|text| message("assistant", text)));
    let chat = json!({ "w": {
        "data": { "id": "w", "created_at": now, "metadata": {}, "object": "conversation" },
        "chat_name": "From the web", "last_update": now, "messages": messages,
        "last_response_id": null,
    }});
    let beside = home.path().join("beside.json");
    fs::write(&beside, chat.to_string()).unwrap();
    fs::rename(beside, home.file()).unwrap();
}

fn now() -> i64 {
    duologue::runtime::clock::now().seconds()
}

fn store(home: &Home, now: i64) -> Store {
    Store::open(store_paths(home), at(now)).unwrap().store
}

fn remote_questions(store: &mut Store, now: i64) -> Vec<(ConversationId, Timestamp)> {
    let rows = store.list().unwrap();
    store.remote_questions(&rows, at(now))
}

#[test]
fn a_recent_foreign_question_is_in_progress_and_an_old_one_is_not() {
    let home = Home::new();
    web_file(&home, 5000, None);
    let mut store = store(&home, 5010);
    assert_eq!(remote_questions(&mut store, 5010), [(id(), at(5000))]);
    assert_eq!(remote_questions(&mut store, 5300), []);
    assert_eq!(remote_questions(&mut store, 4000), [], "from the future: a clock is wrong");
    web_file(&home, 5020, Some("There."));
    assert_eq!(remote_questions(&mut store, 5030), []);
}

#[test]
fn an_own_question_is_never_shown_as_asked_in_the_web_app() {
    let home = Home::new();
    web_file(&home, 5000, Some("There."));
    let (mut one, mut other) = (store(&home, 5010), store(&home, 5010));
    let append = Change::Append { id: id(), message: Message::question("Here?", at(5020)) };
    one.set_time(at(5020));
    one.begin_turn(&TurnId::new("t"), &id(), &[append]).unwrap();
    for store in [&mut one, &mut other] {
        assert_eq!(remote_questions(store, 5030), []);
    }
    // Nothing came of it; it still was asked here.
    one.finish_turn(&TurnId::new("t"), &id(), None).unwrap();
    for store in [&mut one, &mut other] {
        assert_eq!(remote_questions(store, 5040), []);
    }
}

#[test]
fn a_question_from_the_web_that_is_asked_again_here_is_answered_here() {
    let home = Home::new();
    web_file(&home, 5000, None);
    let (mut one, mut other) = (store(&home, 5010), store(&home, 5010));
    one.begin_turn(&TurnId::new("t"), &id(), &[]).unwrap();
    for store in [&mut one, &mut other] {
        assert_eq!(remote_questions(store, 5020), []);
    }
}

/// The application looking at a conversation whose question was asked on the web at 900.
fn looking() -> AppHarness {
    let mut app = AppHarness::new();
    duologue::app::transcript::request_open(&mut app.state, id());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(
        &id(),
        &[Message::question("Web?", at(900))],
    ))));
    let mut conversation = duologue::chat::Conversation::new(id(), "T", at(900));
    conversation.messages = vec![Message::question("Web?", at(900))];
    app.send_msg(stored_msg(StoreEvent::Listed(vec![conversation.summary()])));
    let on_web = vec![(id(), at(900))];
    app.send_msg(stored_msg(StoreEvent::Marked(RowMarks {
        remote_turns: on_web,
        ..RowMarks::default()
    })));
    app
}

fn stands(app: &AppHarness) -> Option<RemoteTurnStatus> {
    remote_turn::of(&app.state, app.state.transcript.open.as_ref().unwrap())
}

fn mark(app: &AppHarness) -> Option<ConversationMark> {
    let row: &ConversationSummary = &app.state.list.rows[0];
    assert_eq!(row.last_role, Some(Role::User));
    ConversationMark::of(&app.state, row)
}

#[test]
fn it_is_marked_until_the_answer_is_overdue() {
    let mut app = looking();
    assert_eq!(
        (stands(&app), mark(&app)),
        (Some(RemoteTurnStatus::Answering), Some(ConversationMark::WebAppAnswering))
    );
    assert_eq!(remote_turn::next_deadline(&app.state), Some(at(1200)), "the one time to wake up");
    app.send_msg(Msg::TimePassed(at(1200)));
    assert_eq!(
        (stands(&app), mark(&app)),
        (Some(RemoteTurnStatus::TimedOut), Some(ConversationMark::Unanswered))
    );
    assert_eq!(remote_turn::next_deadline(&app.state), None);
    // The file was read again: it is still a foreign question.
    app.send_msg(stored_msg(StoreEvent::Marked(RowMarks::default())));
    assert_eq!(stands(&app), Some(RemoteTurnStatus::TimedOut));
}

#[test]
fn asking_as_well_warns_once_and_is_allowed() {
    let mut app = looking();
    app.type_text("Mine");
    assert!(!has_request(&app.press(KeyCode::Enter)));
    assert!(app.notice().contains("answered in the web app"), "{}", app.notice());
    assert_eq!(app.state.composer.text(), "Mine", "nothing typed is lost");
    let effects = app.press(KeyCode::Enter);
    let stores = effects.iter().any(|it| matches!(it, Effect::Store(_)));
    assert!(stores && app.state.turns.len() == 1, "{effects:?}");
    let mut other = looking();
    other.press(KeyCode::F(5));
    assert!(other.state.turns.is_empty() && other.notice().contains("answered in the web app"));
    other.press(KeyCode::F(5));
    assert_eq!(other.state.turns.len(), 1);
}

#[test]
fn the_command_line_warns_and_asks() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    web_file(&home, now(), None);
    let ran = home.run(&["ask", "-r", "w", "hello"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("being answered in the web app"), "{}", ran.stderr);
    assert!(!home.run(&["ask", "-r", "w", "again"]).stderr.contains("in the web app"));
}

fn run(home: &Home, server: &Demo) -> LoopHarness {
    let chats = format!("chats = {:?}\n", home.chats().display().to_string());
    LoopHarness::start_with(home.path(), server, Some(&chats))
}

#[test]
fn the_program_shows_it_and_the_answer_as_it_comes() {
    let server = Demo::start(ServerOptions::default()).unwrap();
    let home = Home::new();
    let asked_at = now();
    web_file(&home, asked_at, None);
    let running = run(&home, &server);
    running.wait_for_row(&["From the web", "▹"]);
    running.send("/resume From the web");
    running.wait_for("Being answered in the web app");
    web_file(&home, asked_at, Some("The browser's answer."));
    running.wait_for("The browser's answer.");
    assert!(!running.frame().text.contains("in the web app."));
    running.quit();
}

#[test]
fn a_slow_answer_of_the_web_app_is_waited_for_in_sight() {
    let (server, permits) = server_with_permits();
    let home = Home::new();
    let web = FakeWebApp::start(&home, WebVersion::V2025, CACHE_TTL, &server.base_url());
    let running = run(&home, &server);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| web.ask(None, "Slowly please"));
        running.wait_for_row(&["From the web", "▹"]);
        running.send("/resume From the web");
        running.wait_for("Being answered in the web app");
        permits.release(10_000);
        asking.join().unwrap();
    });
    wait_until("the answer is there", || running.frame().text.contains("thoughts"));
    running.quit();
}
