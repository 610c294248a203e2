//! The details stored with an answer, in every shape: they open, are found and exported, and a turn
//! leaves them unchanged.

use std::collections::HashMap;
use std::fs;

use duologue::app::{DetailsDisplay, LoadedConversation, StoreEvent};
use duologue::chat::{
    AnswerDetails, AnswerRecord, Answerer, Calculation, Change, Conversation, ConversationId,
    Message, Readability, Role, TurnId,
};
use duologue::exchange::{html, markdown};
use duologue::settings::{Theme, ThemeName};
use duologue::store::{HitLocation, Query, Store};
use duologue::view::{self, LayoutCache};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::support::app_harness::{AppHarness, at, opened_conversation, stored_msg};
use crate::support::home::Home;
use crate::support::shared_file::store_paths;
use crate::support::web_files::{self, chats_files};
use crossterm::event::KeyCode;

/// Returns the bytes of a record, by key.
type RawRecords = HashMap<String, Box<RawValue>>;

fn store(home: &Home) -> Store {
    Store::open(store_paths(home), at(5000)).unwrap().store
}

/// Draws a conversation at a size, folded or open.
fn drawn(conversation: &Conversation, fold: DetailsDisplay, size: (u16, u16)) -> String {
    let loaded = opened_conversation(&conversation.id, &conversation.messages);
    drawn_as(loaded, fold, size)
}

/// Draws a conversation with what is known of it.
fn drawn_as(loaded: Box<LoadedConversation>, fold: DetailsDisplay, size: (u16, u16)) -> String {
    let mut app = AppHarness::new();
    app.state.size = size.into();
    let id = loaded.conversation.id.clone();
    duologue::app::transcript::request_open(&mut app.state, id);
    app.send_msg(stored_msg(StoreEvent::Opened(loaded)));
    app.state.transcript.details = fold;
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let (theme, mut cache) = (Theme::built_in(ThemeName::Dark), LayoutCache::default());
    let draw = |frame: &mut ratatui::Frame<'_>| {
        view::draw(frame, &app.state, &theme, &mut cache);
    };
    terminal.draw(draw).unwrap();
    terminal.backend().to_string()
}

fn with(data: &str) -> Conversation {
    let mut it = Conversation::new(ConversationId::new("c"), "T", at(1));
    let mut answer = Message::answer("The answer.", at(2), None);
    answer.reasoning_data = Some(data.to_owned());
    it.messages = vec![Message::question("Q?", at(1)), answer];
    it
}

/// Any JSON, some of it large.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(json!(1e300)),
        ".{0,12}".prop_map(Value::from),
        Just(json!("\u{1b}[2J\u{202e}`**[x](y)\n\n# h |")),
        Just(json!("long ".repeat(400))),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

/// The names the web app uses, and others.
fn key() -> impl Strategy<Value = String> {
    let known = [
        "summary_parts",
        "complete_summary",
        "timestamp",
        "response_id",
        "web_searches",
        "tool_outputs",
        "message_data",
        "item_id",
        "query",
        "status",
        "action",
        "action_type",
        "sources",
        "url",
        "type",
        "pattern",
        "tool_name",
        "input",
        "input_display",
        "output",
        "output_display",
        "success",
        "annotations",
        "content_items",
        "title",
        "url_citation",
        "text",
        "more",
    ];
    prop::sample::select(known.to_vec()).prop_map(str::to_owned)
}

/// What might be stored with an answer: an object of the web app's names, each with anything in it.
fn data() -> impl Strategy<Value = Value> {
    let shaped = |inner: BoxedStrategy<Value>| {
        let object = prop::collection::vec((key(), inner.clone()), 0..6)
            .prop_map(|all| Value::Object(all.into_iter().collect::<serde_json::Map<_, _>>()));
        prop::collection::vec(prop_oneof![object, inner], 0..4).prop_map(Value::from)
    };
    let any = any_json().boxed();
    let field = prop_oneof![any.clone(), shaped(any.clone())];
    prop_oneof![
        4 => prop::collection::vec((key(), field), 0..8)
            .prop_map(|all| Value::Object(all.into_iter().collect())),
        1 => any,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_stored_with_an_answer_is_shown_found_exported_and_kept(data in data()) {
        let raw = data.to_string();
        let conversation = with(&raw);
        for size in [(80, 40), (40, 12)] {
            let folded = drawn(&conversation, DetailsDisplay::Collapsed, size);
            prop_assert!(size.0 < 80 || folded.contains("The answer."), "{}", folded);
            drawn(&conversation, DetailsDisplay::Expanded, size);
        }
        let page = html::render_page(&conversation, &[]);
        prop_assert!(page.contains("The answer.") && page.ends_with("</html>\n"));
        let again = markdown::parse_documents(&markdown::write_document(&conversation)).unwrap();
        let background = AnswerDetails::of(&conversation.messages[1]);
        let kept = AnswerDetails::of(&again[0].messages[1]);
        prop_assert!(background.is_empty() || !data.is_object() || kept == background);
        let home = Home::new();
        let file = format!(
            "{{\"c\": {{\"data\": {{\"id\": \"c\", \"created_at\": 1}}, \"chat_name\": \"T\", \"last_update\": 1, \
             \"messages\": [{{\"role\": \"assistant\", \"text\": \"A\", \"timestamp\": 1, \"reasoning_data\": {raw}}}]}}}}"
        );
        fs::write(home.file(), &file).unwrap();
        let mut store = store(&home);
        for (part, text) in background.texts().into_iter().take(6) {
            let Some(word) = text.split_whitespace().find(|word| word.len() > 2) else { continue };
            let mut search = store.search(Query::new(word).unwrap()).unwrap();
            let hits = search.step().unwrap().unwrap();
            let found = hits.iter().any(|hit| {
                matches!(hit.location, HitLocation::Message { part: Some(found), .. } if found == part)
            });
            prop_assert!(found, "{:?} in {:?} of {}", word, part, raw);
        }
        a_turn(&mut store, "c");
        prop_assert!(home.text().contains(&raw), "what was stored is as it was");
    }
}

fn a_turn(store: &mut Store, conversation: &str) {
    let (id, turn) = (ConversationId::new(conversation), TurnId::new("t"));
    let append = Change::Append { id: id.clone(), message: Message::question("New?", at(5001)) };
    store.begin_turn(&turn, &id, &[append]).unwrap();
    let answer = Message::answer("New.", at(5002), None);
    let record = AnswerRecord::without_details(at(5002), answer.text.len());
    store.finish_turn(&turn, &id, Some((answer, record))).unwrap();
}

/// Every text that the web app shows of what is stored with an answer.
fn shown_by_the_web_app(data: &Value, found: &mut Vec<String>) {
    const NAMES: [&str; 5] = ["query", "input_display", "output_display", "url", "title"];
    match data {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if NAMES.contains(&name.as_str()) => {
                        found.push(text.clone());
                    }
                    Value::String(text) if name == "complete_summary" => {
                        found.extend(text.split("**").map(str::to_owned));
                    }
                    Value::Array(all) if name == "sources" => {
                        found.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    other => shown_by_the_web_app(other, found),
                }
            }
        }
        Value::Array(all) => all.iter().for_each(|it| shown_by_the_web_app(it, found)),
        _ => {}
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Opens every conversation of a file, sees everything in it; how much that was.
fn all_seen(store: &mut Store, name: &str) -> usize {
    let mut seen = 0;
    for row in store.list().unwrap() {
        let conversation = store.conversation(&row.id).unwrap();
        let readable = !matches!(conversation.readability, Readability::Damaged(_));
        assert!(readable, "{name} {}", row.id);
        drawn(&conversation, DetailsDisplay::Expanded, (100, 60));
        drawn(&conversation, DetailsDisplay::Expanded, (40, 12));
        assert!(html::render_page(&conversation, &[]).ends_with("</html>\n"));
        for message in conversation.messages.iter().filter(|it| it.role == Role::Assistant) {
            let Some(raw) = &message.reasoning_data else { continue };
            let mut expected = Vec::new();
            shown_by_the_web_app(&duologue::chat::lossy_json::parse(raw).unwrap(), &mut expected);
            let background = AnswerDetails::of(message);
            let mut held = background.markdown(&Answerer::default());
            for (_, text) in background.texts() {
                held.push_str(text);
                held.push('\n');
            }
            let held = one_line(&held);
            for text in expected.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()) {
                assert!(held.contains(&text), "{name}: {text}\n---\n{held}");
                seen += 1;
            }
        }
    }
    seen
}

fn records(text: &str) -> RawRecords {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_file_of_the_web_app_opens_shows_everything_and_survives_a_turn() {
    let (mut files, mut seen) = (0, 0);
    for file in chats_files() {
        let home = Home::new();
        fs::write(home.file(), &file.text).unwrap();
        let mut store = store(&home);
        seen += all_seen(&mut store, &file.name);
        let Some(first) = store.list().unwrap().into_iter().next() else { continue };
        a_turn(&mut store, first.id.as_str());
        files += 1;
        let (old, new) = (records(&file.text), records(&home.text()));
        assert_eq!(old.len(), new.len());
        for (id, raw) in &old {
            if id == first.id.as_str() {
                let messages = |raw: &RawValue| {
                    let fields: RawRecords = serde_json::from_str(raw.get()).unwrap();
                    let list = fields.get("messages").map_or("[]", |it| it.get());
                    let all: Vec<Box<RawValue>> = serde_json::from_str(list).unwrap();
                    all.iter().map(|it| it.get().to_owned()).collect::<Vec<_>>()
                };
                let (was, is) = (messages(raw), messages(&new[id]));
                assert_eq!(is[..was.len()], was, "{}", file.name);
                assert_eq!(is.len(), was.len() + 2);
            } else {
                assert_eq!(raw.get(), new[id].get(), "{} {id}", file.name);
            }
        }
    }
    assert!(files > 20 && seen > 50, "{files} files, {seen} texts");
}

#[test]
fn the_web_apps_calculator_history_is_not_a_user_and_unchanged() {
    let server = duologue::demo::DemoServer::start(duologue::demo::ServerOptions {
        pace: duologue::demo::Pace::Instant,
        ..duologue::demo::ServerOptions::default()
    })
    .unwrap();
    let home = Home::new().with_server(server.base_url());
    let data = json!({ "tool_outputs": [
        { "tool_name": "calculator", "input_display": "6*7", "output_display": "42" }
    ]});
    let mut file = json!({});
    for id in ["one", "two"] {
        let message = |role: &str, text: &str, data: &Value| {
            json!({ "role": role, "text": text, "timestamp": 1, "response_id": null,
                "reasoning_data": data, "agent_preset_id": null, "model": null, "reasoning_level": null })
        };
        file[id] = json!({
            "data": { "id": id, "created_at": 1, "metadata": {}, "object": "conversation" },
            "chat_name": id, "last_update": 1,
            "messages": [message("user", "6*7?", &Value::Null), message("assistant", "42.", &data)],
            "last_response_id": null,
        });
    }
    fs::write(home.file(), serde_json::to_string_pretty(&file).unwrap()).unwrap();
    let folder = home.chats().join("ann");
    let history = |id: &str| folder.join(id).join("calculator.json");
    let histories = [("one", "one"), ("two", "mixed"), ("gone", "trimmed")]
        .map(|(id, name)| (id, web_files::text(&format!("calculator/{name}.json"))));
    for (id, text) in &histories {
        fs::create_dir_all(folder.join(id)).unwrap();
        fs::write(history(id), text).unwrap();
    }
    let out = home.path().join("out");
    let out = out.to_str().unwrap();
    for words in [
        ["list"].as_slice(),
        &["doctor"],
        &["ask", "-r", "one", "and?"],
        &["rename", "one", "Sums"],
        &["export", "--all", "--format", "markdown", "--output", out],
        &["delete", "two", "--yes"],
        &["undo"],
        &["doctor", "--fix"],
        &["search", "42"],
    ] {
        let ran = home.run(words);
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.stdout, ran.stderr);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("calculator.json"), "{words:?}");
    }
    let listed: Value = serde_json::from_str(&home.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(listed.as_object().unwrap().len(), 2);
    for (id, text) in histories {
        assert_eq!(fs::read_to_string(history(id)).unwrap(), text);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing is put there either");
    // What was calculated is in sight from what is stored with the answer.
    let conversation = store(&home).conversation(&ConversationId::new("two")).unwrap();
    assert!(
        drawn(&conversation, DetailsDisplay::Expanded, (80, 24)).contains("calculator 6*7 → 42")
    );
}

#[test]
fn calculations_that_no_answer_shows_stand_below_the_last_message() {
    let loaded = |messages: &[Message]| {
        let mut loaded = opened_conversation(&ConversationId::new("c"), messages);
        let (expression, result) = ("2**\u{1b}[2J9".to_owned(), "512".to_owned());
        loaded.calculations = vec![Calculation { expression, result }];
        loaded
    };
    let question = Message::question("Q?", at(1));
    let answer = Message::answer("The answer.", at(2), None);
    for messages in [vec![question.clone()], vec![question, answer]] {
        let folded = drawn_as(loaded(&messages), DetailsDisplay::Collapsed, (80, 24));
        assert!(folded.contains("▸ 1 other calculation") && !folded.contains("512"), "{folded}");
        let open = drawn_as(loaded(&messages), DetailsDisplay::Expanded, (80, 24));
        assert!(open.contains("Other calculations in this conversation"), "{open}");
        assert!(open.contains("2**") && open.contains("9 → 512"), "{open}");
    }
}

#[test]
fn details_that_a_message_does_not_have_are_reported() {
    let mut it = Conversation::new(ConversationId::new("c"), "T", at(1));
    it.messages = vec![Message::question("Q?", at(1)), Message::answer("A.", at(2), None)];
    let mut app = AppHarness::new();
    duologue::app::transcript::request_open(&mut app.state, it.id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(opened_conversation(&it.id, &it.messages))));
    app.ctrl('o');
    assert!(app.notice().starts_with("No answer here has details."), "{}", app.notice());
    app.ctrl('o');
    assert_eq!(app.notice(), "Details of the next answers will be hidden.");
    app.press(KeyCode::Tab);
    app.press(KeyCode::Char('o'));
    assert_eq!(app.notice(), "This message has no details.");
    assert!(app.state.transcript.other_details.is_empty());
}

#[test]
fn what_a_search_counts_in_details_is_what_the_screen_shows() {
    let mut it = with("{}");
    it.messages.truncate(2);
    let mut loaded = opened_conversation(&it.id, &it.messages);
    let (expression, result) = ("needle(1)".to_owned(), "needle".to_owned());
    loaded.calculations = vec![Calculation { expression, result }];
    let mut app = AppHarness::new();
    duologue::app::transcript::request_open(&mut app.state, it.id.clone());
    app.send_msg(stored_msg(StoreEvent::Opened(loaded)));
    app.ctrl('o');
    app.ctrl('f');
    app.type_text("needle");
    assert_eq!(app.state.transcript.search.as_ref().unwrap().matches.len(), 2);
}
