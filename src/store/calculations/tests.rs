//! The history against files that the web app wrote.

use serde_json::json;

use super::history::{self, AppendError, HistoryEntry, NewHistory, append};
use crate::chat::{Timestamp, ToolUse};
use crate::store::json::{Fields, elements};

const ONE: &str = include_str!("../../../tests/fixtures/web/calculator/one.json");
const MIXED: &str = include_str!("../../../tests/fixtures/web/calculator/mixed.json");
const TRIMMED: &str = include_str!("../../../tests/fixtures/web/calculator/trimmed.json");

/// A call that brought a result, as JSON.
fn entry(expression: &str, result: &str) -> HistoryEntry {
    let quoted = json!(expression);
    let tool = ToolUse {
        name: "calculator".to_owned(),
        input: json!({ "expression": expression }).to_string(),
        output: format!("{{\"success\": true, \"result\": {result}, \"expression\": {quoted}}}"),
        success: true,
        was_run: true,
        at: Timestamp::from_seconds(1_795_932_949),
        input_display: expression.to_owned(),
        output_display: String::new(),
    };
    HistoryEntry::of(&tool).unwrap()
}

fn kept(file: &str, expression: &str, result: &str) -> String {
    match append(Some(file.as_bytes()), &entry(expression, result)) {
        Ok(NewHistory::Extended(text)) => text,
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn the_first_calculation_makes_the_web_apps_file() {
    let made = append(None, &entry("2 + 2", "4")).unwrap();
    assert_eq!(made, NewHistory::Extended(ONE.to_owned()));
    assert_eq!(kept("{}", "2 + 2", "4"), ONE);
}

/// Each entry of a file that the app wrote, appended to the one before, gives the app's bytes.
#[test]
fn files_of_the_app_come_out_of_their_entries() {
    for file in [MIXED, TRIMMED] {
        let object = Fields::of(file.trim()).unwrap();
        let history = object.raw("history").unwrap();
        let mut text = "{}".to_owned();
        for written in elements(history, 0..history.len()).unwrap() {
            let written = Fields::of(&history[written]).unwrap();
            let of = |key| written.raw(key).unwrap();
            let at = Timestamp::from_seconds(of("timestamp").parse().unwrap());
            let one = HistoryEntry::new(of("expression"), of("result"), at);
            let NewHistory::Extended(next) = append(Some(text.as_bytes()), &one).unwrap() else {
                panic!()
            };
            text = next;
        }
        assert_eq!(text, file);
    }
}

#[test]
fn only_the_last_hundred_are_kept() {
    let text = kept(TRIMMED, "1", "1");
    assert_eq!(text.matches("\"expression\"").count(), 100);
    let many = format!("{{\"history\": [{}1]}}", "1,".repeat(249));
    assert_eq!(kept(&many, "1", "1").matches("\n    1,").count(), 99);
}

#[test]
fn whatever_else_is_in_the_file_stays() {
    let file = "{\"a\":{},\"history\":[null,-0,1.50,1E400,NaN,[],{\"x\":\"\\u00e9\\/\\ud83d\\ude00\"}],\r\n\"b\":-0.0,\"history\":[7,\"\\u007f\\u0001\"]}";
    assert_eq!(
        kept(file, "'a\"'", "\"a\\\"\""),
        "{\n  \"a\": {},\n  \"history\": [\n    7,\n    \"\u{7f}\\u0001\",\n    {\n      \"expression\": \"'a\\\"'\",\n      \"result\": \"a\\\"\",\n      \"timestamp\": 1795932949\n    }\n  ],\n  \"b\": -0.0\n}"
    );
    let numbers = "{\"history\":[null,-0,1.50,1E400,-1e999,NaN,[],12e2,{\"x\":\"\\u00e9\\/\\ud83d\\ude00\"}]}";
    assert!(kept(numbers, "1", "1").starts_with(
        "{\n  \"history\": [\n    null,\n    0,\n    1.5,\n    Infinity,\n    -Infinity,\n    NaN,\n    [],\n    1200.0,\n    {\n      \"x\": \"é/😀\"\n    },\n"
    ));
}

#[test]
fn a_damaged_file_is_replaced_and_reported() {
    let long = format!("{{\"history\": [{}]}}", "9".repeat(4301));
    let damaged: [&[u8]; 12] = [
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b"{\"a\": \"\xff\"}",
        b"{\"a\": 01}",
        b"{\"a\": 1.}",
        b"{\"a\": +1}",
        b"{\"a\": \"\n\"}",
        b"{\"a\": \"\\x\"}",
        b"{\"a\": 1,}",
        b"{} {}",
        long.as_bytes(),
    ];
    for file in damaged {
        let made = append(Some(file), &entry("2 + 2", "4")).unwrap();
        assert_eq!(made, NewHistory::Rebuilt(ONE.to_owned()), "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn a_file_with_which_the_app_cannot_calculate_is_left_alone() {
    let cases = [
        ("[]", "it is not an object"),
        ("null", "it is not an object"),
        ("1", "it is not an object"),
        ("1.5", "it is not an object"),
        ("\"a\"", "it is not an object"),
        ("true", "it is not an object"),
        ("{\"history\": null}", "its \"history\" is not a list"),
        ("{\"history\": {}}", "its \"history\" is not a list"),
        ("{\"history\": \"a\"}", "its \"history\" is not a list"),
        ("{\"a\": \"\\ud83d\"}", "it holds half of a surrogate pair"),
        ("{\"history\": [\"\\ude00\"]}", "it holds half of a surrogate pair"),
    ];
    for (file, why) in cases {
        let refused = append(Some(file.as_bytes()), &entry("1", "1")).unwrap_err();
        assert_eq!(refused, AppendError(why), "{file}");
    }
    let deep = "[".repeat(100_000);
    assert!(append(Some(deep.as_bytes()), &entry("1", "1")).is_err());
}

/// Python 3.13 writes values this deep, and a little deeper ones.
#[test]
fn a_deep_history_is_extended_and_shown() {
    for depth in [498, 499, 900, 970] {
        let inside = depth - 2;
        let deep = format!("{}{}", "[".repeat(inside), "]".repeat(inside));
        let entry = format!("{{\"expression\": \"x\", \"result\": {deep}}}");
        let text = kept(&format!("{{\"history\": [{entry}]}}"), "2", "2");
        assert_eq!(text.matches("\"expression\"").count(), 2, "{depth}");
        assert_eq!(history::calculations(text.as_bytes()).len(), 2, "{depth}");
    }
}

#[test]
fn calculations_are_read_as_people_read_them_and_odd_ones_passed_over() {
    let file = r#"{"history": [5, {"expression": "'a'", "result": "a", "timestamp": 1},
        {"expression": "(1, None)", "result": [1, null]}, {"expression": 7}, {"expression": "x"}]}"#;
    let read: Vec<(String, String)> = history::calculations(file.as_bytes())
        .into_iter()
        .map(|it| (it.expression, it.result))
        .collect();
    let wanted = [("'a'", "a"), ("(1, None)", "[1, null]"), ("x", "")];
    assert_eq!(read, wanted.map(|(one, two)| (one.to_owned(), two.to_owned())));
    assert!(history::calculations(b"[]").is_empty() && history::calculations(b"{").is_empty());
}
