//! Background answers: a lost connection or quitting does not end them, the next start collects them,
//! and no part of one is stored.

use std::process::{Child, Stdio};

use crossterm::event::KeyCode;
use duologue::api::{Client, ModelRequest};
use duologue::app::{ApiEffect, Effect, QuitState, StoreEffect, StoreEvent};
use duologue::chat::{
    BackgroundAnswer, Change, ConversationId, ExecutionMode, Fingerprint, Message, ReplyEvent,
    ReplyOutcome, ResponseId, ServerStep, StoreStep, TurnId,
};
use duologue::demo::DemoServer as Demo;
use duologue::settings::UserName;
use duologue::store::{ChatsFolder, Store, StorePaths};
use serde_json::Value;

use crate::support::app_harness::{
    AppHarness, at, ended_event as ended, opened_conversation, server_steps, store_steps,
    stored_ending, stored_msg,
};
use crate::support::ask_server::{
    client, reply_ending, reply_events, request_context, settings, sse_frame,
};
use crate::support::home::Home;
use crate::support::scripted_server::{ScriptedServer, broken_stream, json_answer};
use crate::support::{demo_server, server_with_permits, wait_until};

fn background(question: &str) -> ModelRequest {
    ModelRequest {
        mode: ExecutionMode::Background,
        ..ModelRequest::new("o4-mini", request_context(None, &[question]))
    }
}

#[tokio::test]
async fn a_lost_connection_is_resumed_and_the_answer_completes() {
    let server = demo_server();
    let client = Client::new(settings(&server.base_url())).unwrap();
    for question in ["cut this please", "cut this, it is stale"] {
        let events = reply_events(&client, background(question)).await;
        let ending = reply_ending(&events);
        assert_eq!(ending.outcome, ReplyOutcome::Completed, "{question}");
        assert!(ending.text.ends_with("Ask me to `show` you something."), "{}", ending.text);
    }
    assert_eq!(server.answer_requests().len(), 2);
    let fetched =
        server.recorded_requests().iter().filter(|it| it.request_line.starts_with("GET")).count();
    assert!(fetched >= 3, "taken up once, and taken up, refused and fetched: {fetched}");
}

#[tokio::test]
async fn an_answer_of_an_unreachable_server_stays_pending_and_no_part_is_stored() {
    let created = sse_frame(
        r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_b","background":true}}"#,
    );
    let half = sse_frame(
        r#"{"type":"response.output_text.delta","sequence_number":1,"output_index":0,"content_index":0,"delta":"He"}"#,
    );
    let away = json_answer(
        401,
        r#"{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}"#,
    );
    let refused = json_answer(
        400,
        r#"{"error":{"message":"This response can no longer be streamed because it is more than 5 minutes old"}}"#,
    );
    let server = ScriptedServer::start(vec![broken_stream(&(created + &half)), refused, away]);
    let ending = reply_ending(&reply_events(&client(&server), background("q")).await);
    assert!(matches!(ending.outcome, ReplyOutcome::LeftRunning(_)), "{:?}", ending.outcome);
    let kept = duologue::chat::answer::message_and_record(
        &ending,
        at(1),
        duologue::chat::WebChain::Possible,
    );
    assert_eq!(kept, None);
}

#[tokio::test]
async fn an_answer_that_the_server_lost_keeps_its_partial_text() {
    let created = sse_frame(
        r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_b","background":true}}"#,
    );
    let half = sse_frame(
        r#"{"type":"response.output_text.delta","sequence_number":1,"output_index":0,"content_index":0,"delta":"He"}"#,
    );
    let gone =
        || json_answer(404, r#"{"error":{"message":"Response with id 'resp_b' not found."}}"#);
    let server = ScriptedServer::start(vec![broken_stream(&(created + &half)), gone(), gone()]);
    let ending = reply_ending(&reply_events(&client(&server), background("q")).await);
    assert!(matches!(ending.outcome, ReplyOutcome::Interrupted(_)), "{:?}", ending.outcome);
    assert_eq!(ending.text, "He");
}

#[tokio::test]
async fn a_check_shows_whether_an_answer_is_ready() {
    let (server, permits) = server_with_permits();
    let client = Client::new(settings(&server.base_url())).unwrap();
    permits.release(2);
    let mut reply = client.reply(background("hello"));
    let Some(ReplyEvent::Accepted { response_id: Some(id), mode, .. }) = reply.next().await else {
        panic!("the server takes the question first");
    };
    assert_eq!(mode, ExecutionMode::Background);
    drop(reply);
    assert_eq!(client.poll_answer(&id).await, None);
    permits.release(10_000);
    let ready = loop {
        if let Some(ending) = client.poll_answer(&id).await {
            break ending;
        }
    };
    assert_eq!(ready.outcome, ReplyOutcome::Completed);
    assert!(ready.text.starts_with("You said:"));
    client.cancel(&id).await.unwrap();
    let ending = client.poll_answer(&id).await.unwrap();
    assert_eq!(ending.outcome, ReplyOutcome::Completed, "what has ended stays as it is");
}

fn home(server: &Demo) -> Home {
    let home = Home::new().with_server(server.base_url());
    std::fs::create_dir_all(home.path().join("config/duologue")).unwrap();
    // For known servers only; chaining makes a test server a known one.
    std::fs::write(home.path().join("config/duologue/config.toml"), "background = true\n").unwrap();
    home
}

/// Asks, and returns when the first words have come.
fn ask_and_wait_for_words(home: &Home, question: &str) -> Child {
    let mut command = home.command(&["ask", question]);
    let out = std::fs::File::create(home.path().join("out")).unwrap();
    let child = command.stdout(out).stderr(Stdio::null()).spawn().unwrap();
    wait_until("the first words come", || {
        std::fs::read_to_string(home.path().join("out")).is_ok_and(|out| out.contains("You"))
    });
    child
}

fn messages(home: &Home) -> Vec<Value> {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    chat["messages"].as_array().unwrap().clone()
}

fn id(home: &Home) -> String {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    file.as_object().unwrap().keys().next().unwrap().clone()
}

fn left_files(home: &Home) -> usize {
    let files = home.path().join("state/duologue/files");
    let users = std::fs::read_dir(files).unwrap().map(|it| it.unwrap().path().join("running"));
    users.filter_map(|it| std::fs::read_dir(it).ok()).map(Iterator::count).sum()
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

#[test]
fn quitting_or_a_crash_leaves_the_answer_running_and_the_next_start_collects_it() {
    for (how, code) in [("INT", Some(130)), ("KILL", None)] {
        let (server, permits) = server_with_permits();
        let home = home(&server);
        permits.release(8);
        let mut child = ask_and_wait_for_words(&home, "hello there");
        signal(&child, how);
        assert_eq!(child.wait().unwrap().code(), code);
        let before = home.run(&["show", &id(&home)]);
        assert_eq!(before.code, 0, "{}", before.stderr);
        assert_eq!(messages(&home).len(), 1, "a part was kept");
        assert_eq!(left_files(&home), 1);
        permits.release(10_000);
        wait_until("the answer is collected", || {
            home.run(&["show", &id(&home)]).stderr.contains("has arrived")
        });
        let all = messages(&home);
        assert_eq!(all.len(), 2);
        assert!(all[1]["text"].as_str().unwrap().ends_with("Ask me to `show` you something."));
        assert!(all[1]["response_id"].is_string());
        assert_eq!(left_files(&home), 0);
        // It is chained from like any other.
        let ran = home.run(&["ask", "-r", &id(&home), "and now?"]);
        assert!(ran.stdout.contains("I know 2 earlier messages"), "{}", ran.stdout);
        assert_eq!(server.answer_requests().len(), 2, "the question was asked again");
    }
}

#[test]
fn the_next_question_of_a_conversation_waits_for_the_answer_before_it() {
    let (server, permits) = server_with_permits();
    let home = home(&server);
    permits.release(8);
    let mut child = ask_and_wait_for_words(&home, "hello there");
    signal(&child, "INT");
    child.wait().unwrap();
    let mut next = home.command(&["ask", "-r", &id(&home), "and now?"]);
    let next = next.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    permits.release(10_000);
    let output = next.wait_with_output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(report.contains("I know 2 earlier messages"), "{report}");
    assert_eq!(messages(&home).len(), 4);
}

#[test]
fn an_answer_is_inserted_after_its_question_despite_newer_messages() {
    let folder = tempfile::tempdir().unwrap();
    let paths = StorePaths::new(
        &folder.path().join("chats"),
        UserName::new("ann").unwrap(),
        ChatsFolder::Own,
        &folder.path().join("state"),
    );
    let open = || Store::open(paths.clone(), at(100)).unwrap().store;
    let (id, turn) = (ConversationId::new("c"), TurnId::new("t"));
    let question = Message::question("q1", at(10));
    let append = |message| Change::Append { id: id.clone(), message };
    let create = Change::Create { id: id.clone(), title: "T".into(), at: at(10) };
    let mut store = open();
    store.begin_turn(&turn, &id, &[create, append(question.clone())]).unwrap();
    store.append_delta(&turn, "half");
    store.record_background_answer(running(&turn, &id));
    store.leave_running(&turn);
    drop(store);
    let mut store = open();
    store.apply(&append(Message::question("q2", at(20))), at(100)).unwrap();
    let found = store.claim_background_answers("http://a");
    assert_eq!(found[0].question, Some(Fingerprint::of(&question)));
    assert!(open().claim_background_answers("http://a").is_empty(), "it belongs to one program");
    let answer = Message::answer("a1", at(30), Some(ResponseId::new("resp_b")));
    let record = duologue::chat::AnswerRecord {
        response_id: Some(ResponseId::new("resp_b")),
        ..duologue::chat::AnswerRecord::without_details(at(30), 2)
    };
    store.finish_turn(&turn, &id, Some((answer, record))).unwrap();
    let texts: Vec<_> =
        store.conversation(&id).unwrap().messages.into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["q1", "a1", "q2"]);
    drop(store);
    let mut store = open();
    assert!(store.claim_background_answers("http://a").is_empty());
    // A run that died after storing and before forgetting: nothing is collected twice.
    store.record_background_answer(running(&turn, &id));
    store.leave_running(&turn);
    drop(store);
    assert!(open().claim_background_answers("http://a").is_empty());
}

fn running(turn: &TurnId, id: &ConversationId) -> BackgroundAnswer {
    BackgroundAnswer {
        server: None,
        context: None,
        turn: turn.clone(),
        conversation: id.clone(),
        question: None,
        response_id: ResponseId::new("resp_b"),
        base_url: "http://a".into(),
        model: "m".into(),
        asked_at: at(10),
        preset: None,
        effort: Some("high".into()),
        partial_text: String::new(),
    }
}

/// A turn whose answer the server finishes by itself.
fn app_with_background_turn() -> (AppHarness, TurnId, ConversationId, Vec<Effect>) {
    let mut app = AppHarness::new();
    let (turn, id) = app.ask("q");
    let accepted = ReplyEvent::Accepted {
        response_id: Some(ResponseId::new("resp_b")),
        model: None,
        mode: ExecutionMode::Background,
    };
    let effects = app.reply(&turn, accepted);
    app.reply(&turn, ReplyEvent::TextAppended("half".into()));
    (app, turn, id, effects)
}

#[test]
fn a_background_answer_is_recorded_as_soon_as_it_has_an_id() {
    let (_, turn, _, effects) = app_with_background_turn();
    let noted = store_steps(&effects)
        .any(|(of, step)| matches!(step, StoreStep::RecordBackground { .. }) && *of == turn);
    assert!(noted, "{effects:?}");
}

#[test]
fn ctrl_c_leaves_a_background_answer_running_and_esc_cancels_it() {
    let (mut app, turn, id, _) = app_with_background_turn();
    assert_eq!(app.ctrl('c'), []);
    assert!(app.notice().contains("continues"), "{}", app.notice());
    let effects = app.ctrl('c');
    assert_eq!(app.state.quit_state, QuitState::Quitting);
    assert_eq!(left_running(&effects), Some((&turn, &id)), "{effects:?}");
    let kept = |effects: &[Effect]| stored_ending(effects).is_some();
    assert!(!kept(&effects), "a part was kept");

    let (mut app, _, _, _) = app_with_background_turn();
    let effects = app.press(KeyCode::Esc);
    let cancel = ServerStep::Cancel(ResponseId::new("resp_b"));
    let is_cancelled = server_steps(&effects).any(|(_, step)| *step == cancel);
    assert!(is_cancelled && kept(&effects), "{effects:?}");
}

/// The turn whose answer is left running, and its conversation.
fn left_running(effects: &[Effect]) -> Option<(&TurnId, &ConversationId)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::Turn {
            turn,
            conversation,
            step: StoreStep::LeaveRunning(_),
        }) => Some((turn, conversation)),
        _ => None,
    })
}

#[test]
fn pending_answers_are_resumed_by_the_next_start_and_by_f5() {
    let mut app = AppHarness::new();
    let (turn, id) = (TurnId::new("t"), ConversationId::new("c"));
    let effects = app.send_msg(stored_msg(StoreEvent::BackgroundFound(vec![running(&turn, &id)])));
    let collect = ApiEffect::Collect {
        turn: turn.clone(),
        response_id: ResponseId::new("resp_b"),
        server: None,
    };
    assert_eq!(effects, [Effect::Api(collect)]);
    let kept = app.reply(&turn, ended(ReplyOutcome::Completed, "whole"));
    let ending = crate::support::app_harness::stored_ending(&kept).unwrap();
    assert_eq!((ending.text.as_str(), ending.effort.as_deref()), ("whole", Some("high")));

    let (mut app, turn, id, _) = app_with_background_turn();
    let advice = duologue::chat::Advice::SetKey;
    let failure = duologue::chat::Failure::new(duologue::chat::FailureKind::ApiKey, "No.", advice);
    let effects = app.reply(&turn, ended(ReplyOutcome::LeftRunning(Some(failure)), "half"));
    assert_eq!(effects.len(), 1);
    assert_eq!(left_running(&effects), Some((&turn, &id)));
    let kept = opened_conversation(&id, &[Message::question("q", at(1000))]);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation: kept }));
    let words = "No. Type /setup. The answer is still running on the server";
    assert!(app.notice().starts_with(words), "{}", app.notice());
    assert_eq!(app.press(KeyCode::F(5)), [Effect::Store(StoreEffect::FindBackground)]);
    app.send_msg(stored_msg(StoreEvent::BackgroundFound(Vec::new())));
    assert!(app.notice().starts_with("No answer is left on the server"), "{}", app.notice());
    // Nothing is left: now it is asked again.
    let again = app.press(KeyCode::F(5));
    assert!(matches!(again[..], [Effect::Store(StoreEffect::StoreQuestion { .. })]), "{again:?}");
}
