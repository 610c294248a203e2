//! The doctor: its verdict on a file is that of each version of the web app, and repairs lose no
//! text.

use std::fs;

use duologue::chat::{Change, ConversationId, Timestamp};
use duologue::store::Store;
use duologue::store::doctor::repair_run::{
    RepairResult, find_last_good, repair_file, restore_last_good,
};
use duologue::store::doctor::{Impact, Report, Verdict, WebVersion, examine, migrate};
use duologue::store::{AllowedModels, Index, sanitize};
use serde_json::Value;

use crate::support::fake_web_app::assert_accepted;
use crate::support::home::Home;
use crate::support::shared_file::store_paths;
use crate::support::web_files::{chats_files, lines};

fn judge(bytes: &[u8]) -> Report {
    examine(std::io::Cursor::new(bytes)).unwrap()
}

fn repaired(home: &Home, bytes: &[u8]) -> RepairResult {
    fs::write(home.file(), bytes).unwrap();
    repair_file(&store_paths(home), Timestamp::from_seconds(1_800_000_000)).unwrap()
}

/// A place in a file, where `@` stands for a value, and what both versions of the web app make of
/// each value there: `g` good, `b` good but the browser shows no list, `f` frozen, `r` rejected;
/// first today's version, then that of 2025.
struct VerdictSlot {
    text: String,
    values: Vec<(String, String)>,
}

impl VerdictSlot {
    fn with(&self, value: &str) -> String {
        self.text.replace('@', value)
    }
}

/// Recorded verdicts; see the README of the fixtures.
fn slots() -> Vec<VerdictSlot> {
    let position = |line: Value| {
        let values = line["values"].as_object().unwrap().iter();
        VerdictSlot {
            text: line["place"].as_str().unwrap().to_owned(),
            values: values.map(|(it, code)| (it.clone(), code.as_str().unwrap().into())).collect(),
        }
    };
    lines("verdicts.jsonl").into_iter().map(position).collect()
}

/// Whole files, each wrong in a way of its own, or odd and right, with the same verdicts.
fn whole_files() -> Vec<(Vec<u8>, &'static str)> {
    let record = |metadata: &str, last_update: &str| {
        format!(
            "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": 1, \"metadata\": {metadata}}}, \"chat_name\": \"T\", \"last_update\": {last_update}}}}}"
        )
    };
    let deep = |many: usize| {
        record(&format!("{{\"x\": {}{}}}", "[".repeat(many), "]".repeat(many)), "1").into_bytes()
    };
    let digits = |many: usize| "7".repeat(many);
    let mut all: Vec<(Vec<u8>, &str)> = [
        ("", "rr"),
        (" ", "rr"),
        ("{", "rr"),
        ("{}}", "rr"),
        ("{},", "rr"),
        ("{}\u{0}", "rr"),
        ("\u{feff}{}", "rr"),
        ("// x\n{}", "rr"),
        ("{'a': 1}", "rr"),
        ("[1]", "rr"),
        ("[ ]", "gr"),
        ("{ }", "gg"),
        ("{\"a\": \"x\ny\"}", "rr"),
        ("{\"a\": \"\\x\"}", "rr"),
        ("{\"a\": \"\u{7f}\u{2028}\"}", "rr"),
        ("01", "rr"),
        ("{\"a\": }", "rr"),
        ("{\r\n}", "gg"),
        (
            "{\"\": {\"data\": {\"id\": \"\", \"created_at\": 1}, \"chat_name\": \"\", \"last_update\": 1}}",
            "gg",
        ),
    ]
    .map(|(text, verdicts)| (text.as_bytes().to_vec(), verdicts))
    .into();
    all.extend([
        (b"{\"a\": \"\xff\"}".to_vec(), "rr"),
        (b"\xff\xfe{\0}\0".to_vec(), "rr"),
        (b"{\"a\": \"\xed\xa0\xbd\"}".to_vec(), "rr"),
    ]);
    for (verdicts, depths) in [
        ("gg", &[10, 972, 973, 974][..]),
        ("fg", &[975]),
        ("ff", &[976, 977, 5000, 9987, 9988, 9989]),
        ("rr", &[9990, 9991, 12000]),
    ] {
        all.extend(depths.iter().map(|depth| (deep(*depth), verdicts)));
    }
    for (verdicts, many) in [("gg", 20), ("gg", 4300), ("rr", 4301)] {
        for sign in ["", "-"] {
            let number = format!("{sign}{}", digits(many));
            all.push((record("{}", &number).into_bytes(), verdicts));
        }
    }
    all.push((record("{}", &format!("\"{}\"", digits(4301))).into_bytes(), "rr"));
    all
}

fn code(report: &Report, version: WebVersion) -> char {
    let no_list =
        report.findings.iter().any(|it| it.impact == Impact::NoSidebar && it.versions.has(version));
    match report.verdict(version) {
        Verdict::Rejected => 'r',
        Verdict::Unsavable => 'f',
        Verdict::Accepted if no_list => 'b',
        Verdict::Accepted => 'g',
    }
}

#[test]
fn every_value_at_every_position_has_the_web_apps_verdict() {
    let (mut wrong, mut judged) = (Vec::new(), 0);
    let mut compare = |file: &[u8], expected: &str| {
        let report = judge(file);
        let output = String::from_iter([
            code(&report, WebVersion::Current),
            code(&report, WebVersion::V2025),
        ]);
        if output != expected {
            let text: String = String::from_utf8_lossy(file).chars().take(300).collect();
            wrong.push(format!("{output} not {expected}: {text}"));
        }
        judged += 1;
    };
    for position in slots() {
        for (value, verdicts) in &position.values {
            compare(position.with(value).as_bytes(), verdicts);
        }
    }
    for (file, verdicts) in whole_files() {
        compare(&file, verdicts);
    }
    assert_eq!(judged, 30 * 72 + 43);
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every record of the table, in one file.
#[test]
fn repaired_files_are_accepted_by_both_versions_and_keep_every_text() {
    let home = Home::new();
    let mut members = Vec::new();
    let slots = slots();
    let objects: Vec<_> = slots.iter().filter(|it| it.text.starts_with('{')).collect();
    for (number, slot) in objects.iter().enumerate() {
        for (which, (value, _)) in slot.values.iter().enumerate() {
            let inner = slot.text.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
            let key = format!("\"{number}/{which}\": ");
            members.push(
                inner
                    .replace("\"a\": @", &format!("{key}@"))
                    .replace("\"a\": {\"data", &format!("{key}{{\"data"))
                    .replace("\"a\": {\"chat", &format!("{key}{{\"chat"))
                    .replace('@', value),
            );
        }
    }
    let file = format!("{{{}}}", members.join(",\n")).into_bytes();
    let fixed = repaired(&home, &file);
    let after = fs::read(home.file()).unwrap();
    assert!(fixed.remaining.findings.is_empty(), "{:#?}", fixed.remaining.findings);
    assert!(fixed.repaired.len() > 1000, "only {}", fixed.repaired.len());
    assert_eq!(fs::read(fixed.backup.unwrap()).unwrap(), file);
    let index = Index::of(std::str::from_utf8(&after).unwrap()).unwrap();
    let expected: usize = objects.iter().map(|position| position.values.len()).sum();
    assert_eq!(index.rows().len(), expected);
    // A value in place of a text, a message or a record can still be read.
    let text = String::from_utf8_lossy(&after);
    for kept in [
        "\"text\": \"1750000000.5\"",
        "\"text\": \"[\\\"a\\\"]\"",
        "\"chat_name\": \"true\"",
        "\"messages\": [{\"role\": \"user\", \"text\": \"2025-07-18T10:00:00Z\"",
        "\"metadata\": {\"value\": [1]}",
        "\"summary_parts_unusable\": [1]",
        "\"last_update\": 1752832800",
    ] {
        assert!(text.contains(kept), "{kept}");
    }
    assert_accepted(&home, "after the repairs");
}

const BAD: &str = "{\n  \"a\": {\n    \"data\": {\"id\": \"a\", \"created_at\": 1},\n    \"chat_name\": \"T\",\n    \"last_update\": 1707975128.009329,\n    \"messages\": [\n      {\"role\": \"user\", \"text\": \"keep \\ud83d me\", \"timestamp\": 5},\n      {\"role\": \"assistant\", \"text\": \"x\", \"timestamp\": 6, \"model\": \"gpt-4o\"}\n    ]\n  },\n  \"b\": {\"data\": {\"id\": \"b\", \"created_at\": 1}, \"chat_name\": \"B\",   \"last_update\": 1e0}\n}";

#[test]
fn reason_position_and_exit_code_are_reported_and_the_repair_is_minimal() {
    let home = Home::new();
    fs::write(home.file(), BAD).unwrap();
    let output = home.run(&["doctor"]);
    assert_eq!(output.code, 1);
    for part in [
        "line 5 (byte 94), conversation a, last_update: a number with a fraction (rejected; both versions)",
        "line 7 ",
        "message 1, text: half a surrogate pair (cannot be saved; both versions)",
        "line 8 ",
        "message 2, model: \"gpt-4o\", which the web app does not know (rejected; current version)",
    ] {
        assert!(output.stdout.contains(part), "{part}\n{}", output.stdout);
    }
    assert!(output.stderr.contains("doctor --fix"), "{}", output.stderr);
    assert_eq!(home.text(), BAD);
    let json: Value = serde_json::from_str(&home.run(&["doctor", "--json"]).stdout).unwrap();
    assert_eq!(json["verdicts"]["head"], "rejected");
    assert_eq!(json["findings"].as_array().unwrap().len(), 3);
    let fixed = home.run(&["doctor", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
    let expected = BAD
        .replace("1707975128.009329", "1707975128")
        .replace("\\ud83d", "\u{fffd}")
        .replace("\"gpt-4o\"", "null");
    assert_eq!(home.text(), expected);
    assert_eq!(home.run(&["doctor"]).code, 0);
    assert!(!fs::read_dir(home.chats()).unwrap().any(|it| it.unwrap().path() != home.file()));
}

#[test]
fn a_file_that_is_frozen_has_a_code_of_its_own_and_each_version_can_be_asked() {
    let home = Home::new();
    let frozen = BAD.replace("1707975128.009329", "1").replace("\"gpt-4o\"", "null");
    fs::write(home.file(), &frozen).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 3);
    let model = BAD.replace("1707975128.009329", "1").replace("\\ud83d", "");
    fs::write(home.file(), &model).unwrap();
    assert_eq!(home.run(&["doctor", "--era", "head"]).code, 1);
    assert_eq!(home.run(&["doctor", "--era", "o4mini"]).code, 0);
    assert_eq!(home.run(&["doctor", "--era", "other"]).code, 2);
    assert_eq!(home.run(&["doctor", "nowhere.json"]).code, 1);
    fs::remove_file(home.file()).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 0);
    fs::create_dir(home.file()).unwrap();
    let folder = home.run(&["doctor"]);
    assert_eq!(folder.code, 1);
    assert!(folder.stderr.contains("cannot be read: it is a folder."), "{}", folder.stderr);
}

#[test]
fn a_truncated_file_is_repaired_with_all_its_contents() {
    let home = Home::new();
    let cut = &BAD[..BAD.find("me\\u").unwrap_or(190)];
    fs::write(home.file(), cut).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 1);
    assert_eq!(home.run(&["list"]).code, 1);
    let fixed = home.run(&["doctor", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
    assert!(fixed.stdout.contains("cut off"), "{}", fixed.stdout);
    let list = home.run(&["list"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, 1));
}

/// A conversation with some messages, as a member of the file.
fn member(id: &str, texts: &[&str]) -> String {
    let message = |text: &&str| {
        format!(
            r#"{{"role": "user", "text": "{text}", "timestamp": 5, "response_id": null, "reasoning_data": null, "agent_preset_id": null, "model": null, "reasoning_level": null}}"#
        )
    };
    let messages: Vec<String> = texts.iter().map(message).collect();
    let messages = messages.join(", ");
    format!(
        r#""{id}": {{"data": {{"id": "{id}", "created_at": 1, "metadata": {{}}, "object": "conversation"}}, "chat_name": "{id}", "last_update": 5, "messages": [{messages}], "last_response_id": null}}"#
    )
}

#[test]
fn what_a_damaged_file_has_newer_is_put_into_the_last_good_version() {
    let file = |members: &[String]| format!("{{{}}}", members.join(", "));
    let old = [member("one", &["1"]), member("two", &["2"]), member("last", &["3", "4"])];
    // Another program went on with one, began another, and was cut off in the one before the last.
    let new = [
        member("one", &["1", "more"]),
        old[1].clone(),
        member("new", &["5"]),
        member("last", &["3", "4"]),
        member("gone", &["6"]),
    ];
    let whole = file(&new);
    let (before, after) = whole.split_at(whole.find("\"4\"").unwrap());
    for damaged in [before.to_owned(), format!("{before}\0{{{after}")] {
        let home = Home::new();
        fs::write(home.file(), file(&old)).unwrap();
        assert_eq!(home.run(&["list"]).code, 0);
        fs::write(home.file(), damaged).unwrap();
        let fixed = home.run(&["doctor", "--fix"]);
        assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
        let notice = "2 conversations that were saved later were taken from the damaged file";
        assert!(fixed.stdout.contains(notice), "{}", fixed.stdout);
        let repaired: Value = serde_json::from_str(&home.text()).unwrap();
        let texts = |id: &str| -> Vec<&str> {
            let messages = repaired[id]["messages"].as_array().unwrap().iter();
            messages.map(|message| message["text"].as_str().unwrap()).collect()
        };
        assert_eq!(repaired.as_object().unwrap().len(), 4);
        assert_eq!((texts("one"), texts("two")), (vec!["1", "more"], vec!["2"]));
        assert_eq!((texts("new"), texts("last")), (vec!["5"], vec!["3", "4"]));
    }
}

/// Its last good version is only another name, through which the same damage shows.
#[cfg(unix)]
#[test]
fn a_large_file_that_was_written_into_gets_back_what_it_had() {
    for is_cut in [true, false] {
        let home = Home::new();
        let long = "long ".repeat(2 << 20);
        let members = [member("one", &["1", &long, &long]), member("two", &["2"])];
        fs::write(home.file(), format!("{{{}}}", members.join(", "))).unwrap();
        assert_eq!(home.run(&["list"]).code, 0);
        assert_eq!(home.run(&["rename", "two", "Renamed"]).code, 0);
        let mut bytes = fs::read(home.file()).unwrap();
        if is_cut {
            bytes.truncate(1000);
        } else {
            bytes[9_000_000..9_000_003].copy_from_slice(b"\"\0{");
        }
        fs::write(home.file(), bytes).unwrap();
        let checked = home.run(&["doctor"]);
        assert!(checked.stderr.contains("doctor --fix"), "{}", checked.stderr);
        let fixed = home.run(&["doctor", "--fix"]);
        assert_eq!(fixed.code, 0, "{is_cut}: {}{}", fixed.stdout, fixed.stderr);
        let list = home.run(&["list"]).stdout;
        assert!(list.contains("one") && list.contains("Renamed"), "{is_cut}: {list}");
    }
}

#[cfg(unix)]
#[test]
fn a_title_given_long_before_the_damage_is_given_again() {
    let home = Home::new();
    let (paths, long) = (store_paths(&home), "long ".repeat(2 << 20));
    let members = [member("one", &["1", &long]), member("two", &["2"])];
    fs::write(home.file(), format!("{{{}}}", members.join(", "))).unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(now - 5000);
    fs::File::open(home.file()).unwrap().set_modified(long_ago).unwrap();
    let at = |ago: i64| Timestamp::from_seconds(i64::try_from(now).unwrap() - ago);
    let mut store = Store::open(paths.clone(), at(1001)).unwrap().store;
    let (id, title) = (ConversationId::new("two"), "Renamed".into());
    store.apply(&Change::Rename { id, title, at: at(1000) }, at(1000)).unwrap();
    drop(store);
    let text = home.text();
    fs::write(home.file(), &text[..1000]).unwrap();
    let last_good = find_last_good(&paths).unwrap();
    restore_last_good(&paths, &last_good, at(0)).unwrap();
    assert!(!home.text().contains("Renamed"), "it is the version before");
    drop(Store::open(paths, at(0)).unwrap());
    assert!(home.text() == text, "{}", home.text().len());
}

#[test]
fn a_chats_file_without_any_text_begins_anew() {
    for blank in [&b""[..], b" \n", b"\xef\xbb\xbf", b"\0\0\0\0"] {
        let home = Home::new();
        fs::write(home.file(), blank).unwrap();
        assert_eq!(home.run(&["doctor"]).code, 1);
        let ran = home.run(&["doctor", "--fix"]);
        assert_eq!(ran.code, 0, "{blank:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("one without conversations"), "{}", ran.stdout);
        assert!(ran.stderr.contains("A copy of the original file"), "{}", ran.stderr);
        assert_eq!(home.text(), "{}");
    }
}

#[test]
fn a_chats_file_of_no_use_gives_way_to_the_last_good_version() {
    let others = [&b"null"[..], b" [] ", b"[1, 2]", b"\"\"", b"0", b"\xef\xbb\xbfnull"];
    for lost in [&b"\0\0\0\0"[..], b"\xff", b"{'a': 1}"].into_iter().chain(others) {
        let home = Home::new();
        let good = format!("{{{}}}", member("one", &["1"]));
        fs::write(home.file(), &good).unwrap();
        assert_eq!(home.run(&["list"]).code, 0);
        fs::write(home.file(), lost).unwrap();
        let ran = home.run(&["doctor", "--fix"]);
        assert_eq!(ran.code, 0, "{lost:?}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(home.text(), good);
    }
    let home = Home::new();
    fs::write(home.file(), "{'a': 1}").unwrap();
    for words in [&["doctor"][..], &["doctor", "--fix"]] {
        let ran = home.run(words);
        assert!(ran.stderr.contains("Move it away"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("doctor --fix"), "{}", ran.stderr);
        assert_eq!(home.text(), "{'a': 1}");
    }
}

#[test]
fn records_of_the_assistants_api_are_upgraded_and_their_ids_are_kept() {
    let home = Home::new();
    let old = "{\"thread_1\": {\"data\": {\"id\": \"thread_1\", \"created_at\": 1707800000, \"metadata\": {\"k\": \"v\"}, \"object\": \"thread\"}, \"chat_name\": \"Dinn\\u00e9r\", \"last_update\": 1707975128.009329, \"assistant_id\": \"asst_1\"}, \"new\": {\"data\": {\"id\": \"new\",   \"created_at\": 1}, \"chat_name\": \"N\", \"last_update\": 5, \"messages\": []}}";
    fs::write(home.file(), old).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 1);
    let ran = home.run(&["migrate"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "thread_1\n"), "{}", ran.stderr);
    let text = home.text();
    assert!(text.contains("\"new\": {\"data\": {\"id\": \"new\",   \"created_at\": 1}"));
    let value: Value = serde_json::from_str(&text).unwrap();
    let record = &value["thread_1"];
    assert_eq!(record["data"]["metadata"]["k"], "v");
    assert_eq!(record["chat_name"], "Dinnér");
    assert_eq!(record["last_update"], 1_707_975_128);
    assert_eq!(record["messages"], serde_json::json!([]));
    assert_eq!(home.run(&["doctor"]).code, 0);
    assert!(home.run(&["migrate"]).stdout.is_empty());
    assert_eq!(home.text(), text);
    let files = fs::read_dir(home.path().join("state/duologue/files")).unwrap();
    let state = files.map(|entry| entry.unwrap().path()).next().unwrap();
    let threads = fs::read_to_string(state.join("threads.jsonl")).unwrap();
    let mut threads = threads.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    assert!(threads.all(|it| it["thread"] == "thread_1" && it["assistant"] != ""));
}

#[test]
fn every_file_of_the_assistants_api_is_upgraded_to_one_both_versions_accept() {
    let files = chats_files().into_iter().filter(|file| file.name.starts_with("2024/"));
    for file in files {
        let home = Home::new();
        fs::write(home.file(), &file.text).unwrap();
        let titles = || -> Vec<String> {
            let rows = Store::open(store_paths(&home), Timestamp::default()).unwrap().store.list();
            rows.unwrap().into_iter().map(|row| row.title.to_string()).collect()
        };
        let before = titles();
        migrate::migrate(&store_paths(&home), Timestamp::from_seconds(5)).unwrap();
        assert_eq!(titles(), before, "{}", file.name);
        assert_accepted(&home, &file.name);
    }
}

#[test]
fn every_sanitized_record_is_accepted_by_the_web_app() {
    let mut seen = 0;
    for position in slots() {
        for (value, _) in &position.values {
            let text = position.with(value);
            let Ok(index) = Index::of(&text) else { continue };
            for entry in &index.entries {
                let member = &text[entry.member.clone()];
                let passed = sanitize(entry.id(), member, AllowedModels::Only(&[]));
                let file = format!("{{{}}}", passed.member);
                let report = judge(file.as_bytes());
                assert_eq!(report.findings, [], "{member} became {file}");
                let alone = judge(format!("{{{member}}}").as_bytes());
                assert_eq!(passed.repaired == 0, alone.findings.is_empty(), "{member}");
                assert!(passed.repaired > 0 || passed.member == member);
                seen += passed.repaired;
            }
        }
    }
    assert!(seen > 100, "hardly anything was wrong");
}
