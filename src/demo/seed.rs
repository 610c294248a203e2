//! The conversations `--demo` starts with: some of each kind the web app has written.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

const SHOWCASE: &str = include_str!("../../assets/demo/showcase.md");

/// Writes `<user>.json` into a folder; `now` is in Unix seconds.
///
/// # Errors
/// When the folder cannot be made or written.
pub fn seed(folder: &Path, user: &str, now: i64) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let all = conversations(now);
    fs::write(folder.join(format!("{user}.json")), serde_json::to_string_pretty(&all)?)
}

fn conversations(now: i64) -> Value {
    let ago = |minutes: i64| now.saturating_sub(minutes.saturating_mul(60));
    let week = 7 * 24 * 60;
    let all = [
        assistants_api_thread(),
        borrowing(ago(20 * week)),
        journey(ago(3 * week)),
        chapters(ago(2 * 24 * 60)),
        conversation(
            "c47a2f90-6b1d-4a83-9e5c-f0d3b8e7a216",
            "What an answer can look like",
            ago(90),
            MessageSchema::Eight,
            &[("Show me what you can do.", SHOWCASE)],
        ),
        conversation(
            "e8b5d3c2-4f7a-4d19-a6e0-7b9c2d1f5083",
            "An unanswered question",
            ago(12),
            MessageSchema::Eight,
            &[
                ("Good morning!", "Good morning! What are we looking at today?"),
                ("How far away is the moon?", ""),
            ],
        ),
    ];
    let id = |conversation: &Value| {
        conversation.pointer("/data/id").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    Value::Object(all.into_iter().map(|conversation| (id(&conversation), conversation)).collect())
}

/// The Assistants API kept the messages; the shared file never had more than this record.
fn assistants_api_thread() -> Value {
    json!({
        "data": { "id": "thread_7Yf3kQm2LwXo9TbNcRzD5aHe", "created_at": 1_707_800_000,
            "metadata": {}, "object": "thread" },
        "chat_name": "Dinner ideas", "last_update": 1_707_802_122.0_f64,
        "assistant_id": "asst_Q8vWz1pEr6TnKd4JmXsLbYc2"
    })
}

fn borrowing(at: i64) -> Value {
    conversation(
        "0b6f4f0e-52d5-4f0c-9a53-8a7c1c4d2e10",
        "Borrowing in Rust",
        at,
        MessageSchema::Four,
        &[
            (
                "What does borrowing mean?",
                "It means using a value **without owning** it:\n\n| Borrow | At a time | May |\n|---|---|---|\n| `&T` | many | read |\n| `&mut T` | one | read and write |\n\nThe compiler checks that nobody writes while others read.",
            ),
            (
                "And the lifetime?",
                "A lifetime is *how long* a borrow is valid. Most of the time the compiler works it out:\n\n```rust\nfn first(words: &str) -> &str {\n    words.split(' ').next().unwrap_or(\"\")\n}\n```",
            ),
        ],
    )
}

fn journey(at: i64) -> Value {
    conversation(
        "3f2b8c1a-7d64-4b9e-8f21-6c0a5e9d4b72",
        "東京への旅",
        at,
        MessageSchema::Eight,
        &[(
            "三日間の旅程を考えて。",
            "| 日 | 午前 | 午後 |\n|---|---|---|\n| 一日目 | 浅草寺 | 上野の博物館 |\n| 二日目 | 築地で朝ごはん | 渋谷と原宿 |\n| 三日目 | 明治神宮 | お土産を買う |\n\n楽しい旅を！🗼",
        )],
    )
}

fn chapters(at: i64) -> Value {
    let chapters: Vec<(String, String)> = (1..=30)
        .map(|number| {
            let question = format!("Tell me about chapter {number}.");
            let answer = format!("## Chapter {number}\n\nThe river does not hurry, and yet it arrives. Every library began with somebody who could not throw a book away. A good tool disappears in the hand that uses it.\n\n1. Read it once\n2. Read it again\n3. Say it in your own words");
            (question, answer)
        })
        .collect();
    let chapters: Vec<(&str, &str)> =
        chapters.iter().map(|(question, answer)| (question.as_str(), answer.as_str())).collect();
    conversation(
        "9d1e7a35-0c48-4e6b-b7f3-2a8d6f5c1e94",
        "A book in thirty chapters",
        at,
        MessageSchema::Eight,
        &chapters,
    )
}

/// The keys of a message: four until 2025, eight in web app commit bdc7763 (2026).
#[derive(Clone, Copy, PartialEq, Eq)]
enum MessageSchema {
    Four,
    Eight,
}

/// A conversation of questions and answers; an empty answer is left out.
fn conversation(
    id: &str,
    title: &str,
    at: i64,
    schema: MessageSchema,
    turns: &[(&str, &str)],
) -> Value {
    let mut messages = Vec::new();
    let mut now = at;
    let mut add_message = |role: &str, text: &str, now: i64| {
        let mut message =
            json!({ "role": role, "text": text, "timestamp": now, "response_id": null });
        if let (MessageSchema::Eight, Some(fields)) = (schema, message.as_object_mut()) {
            for key in ["reasoning_data", "agent_preset_id", "model", "reasoning_level"] {
                fields.insert(key.to_owned(), Value::Null);
            }
        }
        messages.push(message);
    };
    for (question, answer) in turns {
        add_message("user", question, now);
        now = now.saturating_add(15);
        if !answer.is_empty() {
            add_message("assistant", answer, now);
            now = now.saturating_add(40);
        }
    }
    json!({
        "data": { "id": id, "created_at": at, "metadata": {}, "object": "conversation" },
        "chat_name": title, "last_update": now, "messages": messages, "last_response_id": null
    })
}
