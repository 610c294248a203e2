//! The history against files that the web app wrote.

use super::*;

const ONE: &str = include_str!("../../../../tests/fixtures/web/calculator/one.json");
const MIXED: &str = include_str!("../../../../tests/fixtures/web/calculator/mixed.json");
const TRIMMED: &str = include_str!("../../../../tests/fixtures/web/calculator/trimmed.json");

fn entry<'a>(expression: &'a str, result: &'a str) -> Entry<'a> {
    Entry { expression, result, at: Timestamp::from_seconds(1_795_932_949) }
}

fn kept(file: &str, expression: &str, result: &str) -> String {
    match append(Some(file.as_bytes()), entry(expression, result)) {
        Ok(Appended::Kept(text)) => text,
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn the_first_calculation_makes_the_web_apps_file() {
    let made = append(None, entry("2 + 2", "4")).unwrap();
    assert_eq!(made, Appended::Kept(ONE.to_owned()));
    assert_eq!(kept("{}", "2 + 2", "4"), ONE);
}

/// Each entry of a file that the app wrote, appended to the one before, gives the app's bytes.
#[test]
fn files_of_the_app_come_out_of_their_entries() {
    for file in [MIXED, TRIMMED] {
        let Ok(Document::Object(members)) = reading::read(file.as_bytes()) else { panic!() };
        let [(_, Document::Array(entries))] = members.as_slice() else { panic!() };
        let mut text = "{}".to_owned();
        for written in entries {
            let Document::Object(members) = written else { panic!() };
            let [(_, Document::Text(expression)), (_, result), (_, Document::Literal(at))] =
                members.as_slice()
            else {
                panic!()
            };
            let result = writing::write(result).unwrap();
            let at = Timestamp::from_seconds(at.parse().unwrap());
            let one = Entry { expression: &expression.text, result: &result, at };
            let Appended::Kept(next) = append(Some(text.as_bytes()), one).unwrap() else {
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
fn a_damaged_file_is_replaced_and_said_to_be() {
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
        let made = append(Some(file), entry("2 + 2", "4")).unwrap();
        assert_eq!(made, Appended::Replaced(ONE.to_owned()), "{}", String::from_utf8_lossy(file));
    }
}

#[test]
fn a_file_of_another_shape_is_left_alone_and_the_calculation_fails_as_in_the_app() {
    let cases = [
        ("[]", "'list' object has no attribute 'get'"),
        ("null", "'NoneType' object has no attribute 'get'"),
        ("1", "'int' object has no attribute 'get'"),
        ("1.5", "'float' object has no attribute 'get'"),
        ("\"a\"", "'str' object has no attribute 'get'"),
        ("true", "'bool' object has no attribute 'get'"),
        ("{\"history\": null}", "'NoneType' object has no attribute 'append'"),
        ("{\"history\": {}}", "'dict' object has no attribute 'append'"),
        ("{\"history\": \"a\"}", "'str' object has no attribute 'append'"),
        ("{\"a\": \"\\ud83d\"}", "module 'json' has no attribute 'JSONEncodeError'"),
        ("{\"history\": [\"\\ude00\"]}", "module 'json' has no attribute 'JSONEncodeError'"),
    ];
    for (file, why) in cases {
        let refused = append(Some(file.as_bytes()), entry("1", "1")).unwrap_err();
        assert_eq!(refused.error, format!("Calculation error: {why}"), "{file}");
    }
    let deep = "[".repeat(100_000);
    assert!(append(Some(deep.as_bytes()), entry("1", "1")).is_err());
}
