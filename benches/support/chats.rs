//! Generates realistic chats of any size from a seed.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// The file of a layout, which is its user's name as well.
pub(crate) fn file(folder: &Path, layout: &str) -> PathBuf {
    folder.join(format!("{layout}.json"))
}

/// Numbers that look random and are the same in every run.
pub(crate) struct SeededRandom(pub(crate) u64);

impl SeededRandom {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low)
    }
}

const WORDS: &str = "the of and to in is that it for was with as on by this are be from at or have \
    an they which one you were all her she there would their we him been has when who will no more \
    if out so up said what its about than into them can only other time new some could these two \
    may first then do any like my now over such our man me even most made after also did many \
    before must well back through years where much your way down should because long each just \
    state people those too mr how little good world make very year still see own work men day get \
    here between both life being under three never know same last another while us off might great \
    go come since against right came take used himself house place part during high without again \
    river library tool answer question function variable borrow lifetime server request token";

const OTHER: [&str; 6] = ["東京への旅", "naïve façade", "Größe", "привет мир", "…", "🙂 ok"];

/// Prose, lists and code, as answers are made of.
fn text(random: &mut SeededRandom, length: usize) -> String {
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut text = String::new();
    while text.len() < length {
        match random.below(60) {
            0 => text.push_str("\n\n## A heading\n\n"),
            1 => text.push_str(".\n\n- **first**: \"quoted\"\n- second\n- third\n\n"),
            2 => text.push_str(
                "\n\n```rust\nfn main() {\n    let path = \"C:\\\\temp\";\n    println!(\"{path}\");\n}\n```\n\n",
            ),
            3 => text.push_str(OTHER[random.below(OTHER.len())]),
            4..8 => text.push_str(". "),
            _ => text.push(' '),
        }
        text.push_str(words[random.below(words.len())]);
    }
    text
}

fn id(random: &mut SeededRandom) -> String {
    let (a, b) = (random.next(), random.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        a >> 32,
        a >> 16 & 0xffff,
        a & 0xfff,
        b >> 52,
        b & 0xffff_ffff_ffff
    )
}

/// One message; with the keys of today, an answer carries what the web app stores of its reasoning.
fn message(random: &mut SeededRandom, role: &str, at: i64, eight: bool) -> Value {
    let length = if role == "user" { random.between(20, 500) } else { random.between(300, 5000) };
    let response = format!("resp_{:016x}{:016x}", random.next(), random.next());
    let response = if role == "user" { Value::Null } else { response.into() };
    let mut message = json!({
        "role": role, "text": text(random, length), "timestamp": at, "response_id": response,
    });
    if eight {
        let reasoning = (role != "user").then(|| {
            let length = random.between(0, 900);
            json!({
                "summary_parts": [], "complete_summary": text(random, length),
                "timestamp": at as f64 + 0.53125, "response_id": response, "web_searches": [],
                "tool_outputs": [], "message_data": {
                    "item_id": format!("msg_{:016x}", random.next()), "content_items": [],
                    "is_done": false },
            })
        });
        let fields = message.as_object_mut().unwrap();
        fields.insert("reasoning_data".into(), reasoning.into());
        for key in ["agent_preset_id", "model", "reasoning_level"] {
            fields.insert(key.into(), Value::Null);
        }
    }
    message
}

fn conversation(random: &mut SeededRandom, id: &str, number: usize) -> Value {
    let eight = !number.is_multiple_of(3);
    let mut at = 1_700_000_000 + i64::try_from(number).unwrap() * 4000;
    let created = at;
    let mut messages = Vec::new();
    for _ in 0..random.between(1, 14) {
        messages.push(message(random, "user", at, eight));
        at += 20;
        messages.push(message(random, "assistant", at, eight));
        at += 60;
    }
    if number == 500 {
        messages[0]["text"] = "What is a Zyzzyva?".into();
    }
    let last = messages[messages.len() - 1]["response_id"].clone();
    let title: String = text(random, 20).replace(['\n', '"', '\\'], "_").chars().take(27).collect();
    json!({
        "data": { "id": id, "created_at": created, "metadata": {}, "object": "conversation" },
        "chat_name": title, "last_update": at, "messages": messages, "last_response_id": last,
    })
}

/// The same chats twice: in the web app's layout, and with no white space at all.
pub(crate) fn generate(folder: &Path, megabytes: usize) {
    let mut random = SeededRandom(0x2545_f491_4f6c_dd1d);
    let create = |layout: &str| BufWriter::new(File::create(file(folder, layout)).unwrap());
    let (mut web, mut other) = (create("web"), create("other"));
    let (mut size, mut number) = (0, 0);
    while size < megabytes * 1_000_000 {
        let id = id(&mut random);
        let record = json!({ &id: conversation(&mut random, &id, number) });
        let pretty = serde_json::to_string_pretty(&record).unwrap();
        let compact = record.to_string();
        let before = if number == 0 { "{" } else { "," };
        write!(web, "{before}{}", &pretty[1..pretty.len() - 2]).unwrap();
        write!(other, "{before}{}", &compact[1..compact.len() - 1]).unwrap();
        size += pretty.len();
        number += 1;
        if number == 1000 {
            fs::write(folder.join("some-id"), &id).unwrap();
        }
    }
    web.write_all(b"\n}").unwrap();
    other.write_all(b"}").unwrap();
    web.into_inner().unwrap().sync_all().unwrap();
    other.into_inner().unwrap().sync_all().unwrap();
}
