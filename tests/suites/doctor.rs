//! The doctor: what it says of a file is what each version of the web app does, and its repairs
//! lose no text.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use duologue::chat::Timestamp;
use duologue::settings::UserName;
use duologue::store::doctor::fix::{Fixed, fix};
use duologue::store::doctor::gate::{Models, pass};
use duologue::store::doctor::{Effect, Era, Report, Verdict, examine, migrate};
use duologue::store::index::Index;
use duologue::store::{Folder, Place, Store};
use serde_json::Value;

use crate::support::home::Home;
use crate::support::web::{rejection, shared};

fn judge(bytes: &[u8]) -> Report {
    examine(std::io::Cursor::new(bytes)).unwrap()
}

fn place(home: &Home) -> Place {
    let user = UserName::new("ann").unwrap();
    Place::new(&home.chats(), user, Folder::Shared, &home.path().join("state"))
}

fn repaired(home: &Home, bytes: &[u8]) -> Fixed {
    fs::write(home.file(), bytes).unwrap();
    fix(&place(home), Timestamp::from_seconds(1_800_000_000)).unwrap()
}

/// Values for any place, good and bad.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "17",
    "-5",
    "1750000000",
    "1750000000.0",
    "1750000000.5",
    "1.5e9",
    "1E400",
    "-1E400",
    "9.3e18",
    "9.2e18",
    "-9223372036854775808.0",
    "1e19",
    "0.0",
    "-0.0",
    "1e-400",
    "NaN",
    "Infinity",
    "-Infinity",
    "123456789012345678901234567890",
    "\"\"",
    "\"abc\"",
    "\" 1750000000 \"",
    "\"1_750\"",
    "\"1__7\"",
    "\"_17\"",
    "\"17_\"",
    "\"007\"",
    "\"5.00\"",
    "\"5.\"",
    "\".0\"",
    "\"1e3\"",
    "\"+5\"",
    "\"-5.0\"",
    "\"--5\"",
    "\"1750000000.5\"",
    "\"2025-07-18T10:00:00Z\"",
    "\"\\u00a017\\u3000\"",
    "\"\\u200b17\"",
    "\"\\u0031\"",
    "\"\\ud83d\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ude00x\"",
    "[]",
    "[1]",
    "[null]",
    "[\"a\"]",
    "[{}]",
    "{}",
    "{\"a\": 1}",
    "{\"a\": NaN}",
    "{\"\\ud83d\": 1}",
    "{\"item_id\": 5}",
    "\"high\"",
    "\"High\"",
    "\"none\"",
    "\"minimal\"",
    "\"gpt-5.4\"",
    "\"gpt-5.3\"",
    "\"o4-mini\"",
    "\"gpt-5-pro\"",
    "\"user\"",
    "\"resp_1\"",
    "[{\"item_id\": null}]",
    "[{\"tool_name\": 1}]",
    "[{\"item_id\": \"x\", \"tool_name\": \"y\"}]",
    "{\"item_id\": \"a\", \"content_items\": []}",
    "{\"content_items\": null}",
];

/// Places in a file; `@` stands for the value.
const PLACES: &[&str] = &[
    "@",
    "{\"a\": @}",
    "{\"a\": {\"data\": @, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": @, \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": @}, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1, \"metadata\": @}, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1, \"object\": @, \"x\": @}, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": @, \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": @}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": @}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"last_response_id\": @, \"other\": @}}",
    // Of keys that stand twice, the last counts.
    "{\"a\": {\"data\": {\"id\": @, \"created_at\": @, \"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": @, \"last_update\": 1}}",
    "{\"a\": @, \"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": @, \"text\": \"q\", \"timestamp\": 1}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": @, \"timestamp\": 1}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"response_id\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"model\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_level\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"agent_preset_id\": @, \"other\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": @}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"summary_parts\": @}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"complete_summary\": @, \"x\": @}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"timestamp\": @, \"response_id\": \"r\"}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"web_searches\": @}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"tool_outputs\": @}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [{\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1, \"reasoning_data\": {\"message_data\": @}}]}}",
    "{\"a\": {\"data\": {\"id\": \"a\", \"created_at\": 1}, \"chat_name\": \"T\", \"last_update\": 1, \"messages\": [@, {\"role\": \"user\", \"text\": \"q\", \"timestamp\": 1}]}}",
    "{\"a\": {\"chat_name\": \"T\", \"last_update\": 1, \"x\": @}}",
    "{\"a\": {\"data\": {\"metadata\": {\"deep\": [@]}, \"created_at\": 1, \"id\": \"\"}, \"chat_name\": \"T\", \"last_update\": 1}}",
];

/// Whole files, each wrong in a way of its own, or odd and right.
fn whole_files() -> Vec<Vec<u8>> {
    let deep = |many: usize| {
        format!(
            "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": 1, \"metadata\": {{\"x\": {}{}}}}}, \"chat_name\": \"T\", \"last_update\": 1}}}}",
            "[".repeat(many),
            "]".repeat(many)
        )
    };
    let digits = |many: usize| {
        format!(
            "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": 1}}, \"chat_name\": \"T\", \"last_update\": {}}}}}",
            "7".repeat(many)
        )
    };
    let text = format!(
        "{{\"a\": {{\"data\": {{\"id\": \"a\", \"created_at\": 1}}, \"chat_name\": \"T\", \"last_update\": \"{}\"}}}}",
        "7".repeat(4301)
    );
    let mut all: Vec<Vec<u8>> = [
        "", " ", "{", "{}}", "{},", "{}\u{0}", "\u{feff}{}", "// x\n{}", "{'a': 1}", "[1]", "[ ]", "{ }",
        "{\"a\": \"x\ny\"}", "{\"a\": \"\\x\"}", "{\"a\": \"\u{7f}\u{2028}\"}", "01", "{\"a\": }",
        "{\r\n}", "{\"\": {\"data\": {\"id\": \"\", \"created_at\": 1}, \"chat_name\": \"\", \"last_update\": 1}}",
    ]
    .iter()
    .map(|text| text.as_bytes().to_vec())
    .collect();
    all.extend([
        b"{\"a\": \"\xff\"}".to_vec(),
        b"\xff\xfe{\0}\0".to_vec(),
        b"{\"a\": \"\xed\xa0\xbd\"}".to_vec(),
    ]);
    for many in [10, 972, 973, 974, 975, 976, 977, 5000, 9987, 9988, 9989, 9990, 9991, 12000] {
        all.push(deep(many).into_bytes());
    }
    for many in [20, 4300, 4301] {
        all.push(digits(many).into_bytes());
        all.push(digits(many).replacen('7', "-7", 1).into_bytes());
    }
    all.push(text.into_bytes());
    all
}

fn table() -> Vec<Vec<u8>> {
    let fill = |place: &&str| {
        let place = (*place).to_owned();
        VALUES.iter().map(move |value| place.replace('@', value).into_bytes())
    };
    let mut all: Vec<Vec<u8>> = PLACES.iter().flat_map(fill).collect();
    all.extend(whole_files());
    all
}

/// What the oracle says of many files at once: for each, code of both versions.
fn oracle(shared: &Path, files: &[Vec<u8>]) -> Vec<[u8; 2]> {
    let script = "
import sys, struct
sys.path.insert(0, sys.argv[1])
import web_oracle as w
data = sys.stdin.buffer.read()
at = 0
while at < len(data):
    (size,) = struct.unpack_from('<I', data, at)
    raw = data[at + 4:at + 4 + size]
    at += 4 + size
    codes = []
    for era in ('head', 'o4mini'):
        try:
            convs, notes = w.load(raw, era)
            frozen = any(n.startswith('unsavable') for n in notes)
            sidebar = any(n.startswith('browser') for n in notes)
            codes.append('3' if frozen else 'b' if sidebar else '0')
        except w.Reject:
            codes.append('1')
    print(''.join(codes))
";
    let mut child = Command::new("python3")
        .args(["-c", script])
        .arg(shared)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let all: Vec<u8> = files
        .iter()
        .flat_map(|file| [&u32::try_from(file.len()).unwrap().to_le_bytes()[..], file].concat())
        .collect();
    let writer = std::thread::spawn(move || input.write_all(&all).unwrap());
    let said = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(said.status.success());
    let lines = String::from_utf8(said.stdout).unwrap();
    lines.lines().map(|line| line.as_bytes().try_into().unwrap()).collect()
}

fn code(report: &Report, era: Era) -> u8 {
    let no_list =
        report.findings.iter().any(|it| it.effect == Effect::NoSidebar && it.eras.has(era));
    match report.verdict(era) {
        Verdict::Rejected => b'1',
        Verdict::Frozen => b'3',
        Verdict::Good if no_list => b'b',
        Verdict::Good => b'0',
    }
}

#[test]
fn every_value_in_every_place_is_judged_as_the_web_app_judges_it() {
    let Some(shared) = shared() else {
        return;
    };
    let files = table();
    let wanted = oracle(&shared, &files);
    assert_eq!(files.len(), wanted.len());
    let mut wrong = Vec::new();
    for (file, [head, o4mini]) in files.iter().zip(wanted) {
        let report = judge(file);
        let said = [code(&report, Era::Head), code(&report, Era::O4Mini)];
        if said != [head, o4mini] {
            let text: String = String::from_utf8_lossy(file).chars().take(300).collect();
            wrong.push(format!("{said:?} not {:?}: {text}", [head, o4mini]));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

/// Every record of the table, in one file.
#[test]
fn what_can_be_repaired_is_taken_by_both_versions_and_holds_every_text_it_held() {
    let home = Home::new();
    let mut members = Vec::new();
    for (number, place) in PLACES.iter().filter(|place| place.starts_with('{')).enumerate() {
        for (which, value) in VALUES.iter().enumerate() {
            let inner = place.strip_prefix('{').unwrap().strip_suffix('}').unwrap();
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
    assert!(fixed.left.findings.is_empty(), "{:#?}", fixed.left.findings);
    assert!(fixed.repaired.len() > 1000, "only {}", fixed.repaired.len());
    assert_eq!(fs::read(fixed.backup.unwrap()).unwrap(), file);
    let index = Index::read(&after[..]).unwrap();
    assert_eq!(
        index.rows().len(),
        PLACES.iter().filter(|it| it.starts_with('{')).count() * VALUES.len()
    );
    // What stands where text belongs, or where a message or a record does, is still to be read.
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
    if let Some(shared) = shared() {
        assert_eq!(oracle(&shared, &[after])[0], *b"00");
    }
}

#[test]
fn every_real_file_is_judged_as_it_is_taken() {
    let Some(shared) = shared() else {
        return;
    };
    let mut files = Vec::new();
    for era in ["eraA", "eraB", "mid", "head"] {
        for entry in fs::read_dir(shared.join("webfiles").join(era)).unwrap() {
            files.push(fs::read(entry.unwrap().path()).unwrap());
        }
    }
    for (file, [head, o4mini]) in files.iter().zip(oracle(&shared, &files)) {
        let report = judge(file);
        assert_eq!([code(&report, Era::Head), code(&report, Era::O4Mini)], [head, o4mini]);
    }
}

const BAD: &str = "{\n  \"a\": {\n    \"data\": {\"id\": \"a\", \"created_at\": 1},\n    \"chat_name\": \"T\",\n    \"last_update\": 1707975128.009329,\n    \"messages\": [\n      {\"role\": \"user\", \"text\": \"keep \\ud83d me\", \"timestamp\": 5},\n      {\"role\": \"assistant\", \"text\": \"x\", \"timestamp\": 6, \"model\": \"gpt-4o\"}\n    ]\n  },\n  \"b\": {\"data\": {\"id\": \"b\", \"created_at\": 1}, \"chat_name\": \"B\",   \"last_update\": 1e0}\n}";

#[test]
fn reason_place_and_exit_code_are_told_and_the_repair_touches_nothing_else() {
    let home = Home::new();
    fs::write(home.file(), BAD).unwrap();
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1);
    for part in [
        "line 5 (byte 94), conversation a, last_update: a number with a fraction (rejected, both)",
        "line 7 ",
        "message 1, text: half a surrogate pair (frozen, both)",
        "line 8 ",
        "message 2, model: \"gpt-4o\", which it does not know (rejected, head)",
    ] {
        assert!(said.stdout.contains(part), "{part}\n{}", said.stdout);
    }
    assert!(said.stderr.contains("doctor --fix"), "{}", said.stderr);
    assert_eq!(home.text(), BAD);
    let json: Value = serde_json::from_str(&home.run(&["doctor", "--json"]).stdout).unwrap();
    assert_eq!(json["verdicts"]["head"], "rejected");
    assert_eq!(json["findings"].as_array().unwrap().len(), 3);
    let fixed = home.run(&["doctor", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
    let wanted = BAD
        .replace("1707975128.009329", "1707975128")
        .replace("\\ud83d", "\u{fffd}")
        .replace("\"gpt-4o\"", "null");
    assert_eq!(home.text(), wanted);
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
    assert_eq!(home.run(&["doctor", "nowhere.json"]).code, 2);
    fs::remove_file(home.file()).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 0);
    fs::create_dir(home.file()).unwrap();
    let folder = home.run(&["doctor"]);
    assert_eq!(folder.code, 2);
    assert!(folder.stderr.contains("directory"), "{}", folder.stderr);
}

#[test]
fn a_file_cut_short_is_made_whole_again_with_everything_it_had() {
    let home = Home::new();
    let cut = &BAD[..BAD.find("me\\u").unwrap_or(190)];
    fs::write(home.file(), cut).unwrap();
    assert_eq!(home.run(&["doctor"]).code, 1);
    assert_eq!(home.run(&["list"]).code, 1);
    let fixed = home.run(&["doctor", "--fix"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.stdout, fixed.stderr);
    assert!(fixed.stdout.contains("cut short"), "{}", fixed.stdout);
    let list = home.run(&["list"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, 1));
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
    if let Some(shared) = shared() {
        for era in ["head", "o4mini"] {
            assert_eq!(rejection(&shared, &home.file(), era), None);
        }
        for name in ["many", "plain", "mixed-with-new", "metadata", "unicode", "whole-float"] {
            fs::copy(shared.join(format!("webfiles/eraA/{name}.json")), home.file()).unwrap();
            let before = Store::open(place(&home), Timestamp::default()).unwrap().store.list();
            migrate::migrate(&place(&home), Timestamp::from_seconds(5)).unwrap();
            let after = Store::open(place(&home), Timestamp::default()).unwrap().store.list();
            let titles = |rows: Vec<duologue::chat::Summary>| -> Vec<String> {
                rows.into_iter().map(|row| row.title).collect()
            };
            assert_eq!(titles(before.unwrap()), titles(after.unwrap()));
            for era in ["head", "o4mini"] {
                assert_eq!(rejection(&shared, &home.file(), era), None, "{name}");
            }
        }
    }
    let threads = migrate::threads(&place(&home));
    assert!(threads.iter().all(|it| it.assistant.as_deref() != Some("")));
}

#[test]
fn whatever_a_record_holds_it_passes_the_gate_only_as_one_the_web_app_takes() {
    let mut seen = 0;
    for place in PLACES {
        for value in VALUES {
            let text = place.replace('@', value);
            let Ok(index) = Index::of(&text) else { continue };
            for entry in &index.entries {
                let member = &text[entry.member.clone()];
                let passed = pass(&entry.id, member, Models::These(&[]));
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
