//! Search over conversations in every layout, with results that arrive one by one.

use std::fs;

use duologue::chat::{ConversationId, DetailKind, Timestamp};
use duologue::store::{HitLocation, Query, Search, SearchResult, Store};

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

fn search(home: &Home, query: &str) -> Search {
    let paths = store_paths(home);
    let mut store = Store::open(paths, Timestamp::from_seconds(5)).unwrap().store;
    store.search(Query::new(query).unwrap()).unwrap()
}

fn all(mut search: Search) -> Vec<SearchResult> {
    let mut hits = Vec::new();
    while let Some(found) = search.step().unwrap() {
        hits.extend(found);
    }
    hits
}

const FILE: &str = r#"{
  "old": {"chat_name": "Dinner", "last_update": 5, "messages": [
    {"role": "user", "text": "A recipe with \u0041ubergine\nand rice?", "timestamp": 1},
    {"role": "assistant", "text": "Take one aubergine.", "timestamp": 2}]},
  "bad": {"chat_name": 3, "messages": [{"role": "user", "text": "aubergine", "timestamp": 1}]},
  "new": {"chat_name": "AUBERGINE again", "last_update": 9, "messages": [
    {"role": "user", "text": "nothing of it", "timestamp": 1}]},
  "new": {"chat_name": "Aubergine again", "last_update": 9.5, "messages": []}
}"#;

#[test]
fn every_message_and_title_that_holds_the_words_is_found_newest_conversation_first() {
    let home = Home::new();
    fs::write(home.file(), FILE).unwrap();
    let found: Vec<(String, Option<usize>, String)> = all(search(&home, "aubergine"))
        .into_iter()
        .map(|hit| {
            let number = match hit.location {
                HitLocation::Title => None,
                HitLocation::Message { number, .. } => Some(number),
            };
            (hit.conversation.to_string(), number, hit.excerpt.matched)
        })
        .collect();
    let expected = [
        ("new", None, "Aubergine"),
        ("old", Some(0), "Aubergine"),
        ("old", Some(1), "aubergine"),
        ("bad", Some(0), "aubergine"),
    ];
    let expected = expected.map(|(id, number, found)| (id.to_owned(), number, found.to_owned()));
    assert_eq!(found, expected);
    let across_lines = all(search(&home, "ubergine AND"));
    assert_eq!(across_lines[0].excerpt.matched, "ubergine and");
    assert!(all(search(&home, "role")).is_empty());
}

#[test]
fn the_details_of_an_answer_are_searched_and_the_match_names_its_part() {
    let home = Home::new();
    let data = serde_json::json!({
        "complete_summary": "Weighing the Quince against the pear.",
        "web_searches": [{ "query": "quince season", "sources": ["https://fruit.example/quince"] }],
        "tool_outputs": [{ "tool_name": "calculator", "input_display": "2 quinces", "output_display": "4 quince" }],
        "message_data": { "annotations": [{ "title": "On quinces", "url": "https://c.example" }] },
    });
    let message = |role: &str, text: &str| serde_json::json!({ "role": role, "text": text, "timestamp": 1, "reasoning_data": data });
    let messages =
        [message("user", "mine"), message("assistant", "A quince."), message("assistant", "x")];
    let file =
        serde_json::json!({ "a": { "chat_name": "A", "last_update": 1, "messages": messages } });
    fs::write(home.file(), file.to_string()).unwrap();
    let found: Vec<(usize, Option<DetailKind>)> = all(search(&home, "quince"))
        .into_iter()
        .filter_map(|hit| match hit.location {
            HitLocation::Message { number, part, .. } => Some((number, part)),
            HitLocation::Title => None,
        })
        .collect();
    let parts = [
        DetailKind::Reasoning,
        DetailKind::WebSearch,
        DetailKind::Source,
        DetailKind::Tool,
        DetailKind::Citation,
    ];
    let details = |number: usize| parts.map(|part| (number, Some(part)));
    let expected = [&[(1, None)], details(1).as_slice(), details(2).as_slice()].concat();
    assert_eq!(found, expected);
    let shown = home.run(&["search", "weighing", "the"]);
    assert!(shown.stdout.contains("[Reasoning] Weighing the Quince"), "{}", shown.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&home.run(&["search", "--json", "fruit.example"]).stdout).unwrap();
    assert_eq!(json[0]["message"]["part"], "source");
}

#[test]
fn words_are_found_as_they_are_read_and_shown_without_marks() {
    let home = Home::new();
    let long = format!(
        "{} **a bold** `word` {}",
        "x ".repeat(30),
        "and [more](https://a.example) ".repeat(9)
    );
    let message =
        |text: &str| serde_json::json!({ "role": "assistant", "text": text, "timestamp": 1 });
    let messages = [message(&long), message("a**b**c [the book](https://b.example) here")];
    let file =
        serde_json::json!({ "a": { "chat_name": "A", "last_update": 1, "messages": messages } });
    fs::write(home.file(), file.to_string()).unwrap();
    for (query, wanted) in [
        ("a bold word", "a bold word and more and more"),
        ("**a bold**", "a bold word and more"),
        ("abc", "abc the book here"),
        ("the book here", "abc the book here"),
        ("b.example", "[the book](https://b.example) here"),
    ] {
        let shown = home.run(&["search", query]).stdout;
        assert!(shown.contains(wanted), "{query}: {shown}");
        let marks = shown.contains(['*', '`', '(']);
        assert!(!marks || query == "b.example", "{query}: {shown}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&home.run(&["search", "--json", "bold word"]).stdout).unwrap();
    assert_eq!(json[0]["found"], "bold** `word");
}

#[test]
fn a_question_is_searched_and_shown_as_it_was_typed() {
    let home = Home::new();
    let text = "What does `__init__` do with **kwargs and *args?";
    let messages = serde_json::json!([{ "role": "user", "text": text, "timestamp": 1 }]);
    let file =
        serde_json::json!({ "a": { "chat_name": "A", "last_update": 1, "messages": messages } });
    fs::write(home.file(), file.to_string()).unwrap();
    for query in ["`__init__` do", "**kwargs", "what"] {
        let shown = home.run(&["search", query]).stdout;
        assert!(shown.contains(text), "{query}: {shown}");
    }
    assert!(all(search(&home, "init do")).is_empty());
}

#[test]
fn a_search_reads_the_version_it_began_with_to_the_end() {
    let home = Home::new();
    fs::write(home.file(), FILE).unwrap();
    let mut search = search(&home, "take one");
    assert!(search.step().unwrap().is_some());
    let other = home.path().join("other");
    fs::write(&other, "{}").unwrap();
    fs::rename(&other, home.file()).unwrap();
    let hits = all(search);
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].conversation, ConversationId::new("old"));
}

#[test]
fn words_are_found_across_the_pieces_a_long_conversation_is_read_in() {
    let home = Home::new();
    for position in [262_000, 262_100, 262_144, 300_000, 600_000] {
        let text = format!("{}NeedleHere{}", "x".repeat(position), "y".repeat(1000));
        let file = format!(
            "{{\"a\": {{\"chat_name\": \"A\", \"last_update\": 1, \"messages\": [{{\"role\": \"user\", \"text\": \"{text}\"}}]}}}}"
        );
        fs::write(home.file(), file).unwrap();
        assert_eq!(all(search(&home, "needlehere")).len(), 1, "{position}");
        assert_eq!(all(search(&home, "needlethere")).len(), 0);
    }
}

#[test]
fn a_word_that_a_long_address_divides_is_found() {
    let home = Home::new();
    let text = format!("[Needle](https://a.example/{})Here", "x".repeat(600_000));
    let messages = serde_json::json!([{ "role": "assistant", "text": text, "timestamp": 1 }]);
    let file =
        serde_json::json!({ "a": { "chat_name": "A", "last_update": 1, "messages": messages } });
    fs::write(home.file(), file.to_string()).unwrap();
    assert_eq!(all(search(&home, "needlehere")).len(), 1);
}

#[test]
fn a_query_longer_than_a_piece_ends() {
    let home = Home::new();
    let text = format!("{} {}", "y".repeat(400_000), "x".repeat(300_000));
    let messages = serde_json::json!([{ "role": "user", "text": text, "timestamp": 1 }]);
    let file =
        serde_json::json!({ "a": { "chat_name": "A", "last_update": 1, "messages": messages } });
    fs::write(home.file(), file.to_string()).unwrap();
    assert_eq!(all(search(&home, &"x".repeat(300_000))).len(), 1);
    assert_eq!(all(search(&home, &"x".repeat(300_001))).len(), 0);
}

#[test]
fn a_capital_i_with_a_dot_is_found_however_it_is_spelled() {
    let home = Home::new();
    let file = r#"{
      "a": {"chat_name": "Ferry", "last_update": 5, "messages": [
        {"role": "user", "text": "From İstanbul", "timestamp": 1},
        {"role": "user", "text": "from \u0130stanbul", "timestamp": 1},
        {"role": "user", "text": "from I\u0307STANBUL", "timestamp": 1},
        {"role": "assistant", "text": "to **i̇stanbul** and &Idot;stanbul", "timestamp": 2}]}
    }"#;
    fs::write(home.file(), file).unwrap();
    for query in ["istanbul", "İstanbul", "ISTANBUL", "i\u{307}stanbul"] {
        assert_eq!(all(search(&home, query)).len(), 4, "{query}");
    }
}
