//! Properties that hold for any text or bytes from outside, and inputs to begin with.

use std::convert::Infallible;
use std::io::Cursor;

use duologue::chat::text_encoding::{TextEncoding, decode};
use duologue::chat::{Conversation, ConversationId, Message, Timestamp};
use duologue::exchange::chatgpt::{BranchSelection, parse_export};
use duologue::exchange::{html, markdown};
use duologue::runtime::terminal_input::{Decoder, TerminalEvent};
use duologue::settings::{PromptTemplate, Theme, ThemeName};
use duologue::store::doctor::{Verdict, WebVersion, examine};
use duologue::store::{parse_chats_file, read_conversation};
use duologue::tools::ToolSet;
use duologue::view::markdown::render;
use eventsource_stream::Eventsource;
use futures_util::{StreamExt, stream};
use serde_json::json;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

// ---- event streams ----

/// The events are the same however the stream is cut.
pub fn check_pieces(bytes: &[u8]) {
    let whole = events_of(&[bytes]);
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(events_of(&single), whole, "cut at every byte");
    let some: Vec<&[u8]> = bytes.chunks(7).collect();
    assert_eq!(events_of(&some), whole, "cut at every seventh byte");
}

fn events_of(pieces: &[&[u8]]) -> Vec<String> {
    let pieces = pieces.iter().map(|piece| Ok::<_, Infallible>(piece.to_vec()));
    let events = stream::iter(pieces).eventsource().map(|event| format!("{event:?}"));
    futures_executor(events.collect())
}

/// Runs a future that never waits.
fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

// ---- encodings ----

/// Texts in encodings that are recognised, and some that are not.
pub fn text_seeds() -> Vec<Vec<u8>> {
    let text = "Grüße aus München, naïve 名前 – “quoted”\n";
    let utf16 = |to_bytes: fn(u16) -> [u8; 2], mark: &[u8]| {
        let units = text.encode_utf16().flat_map(to_bytes);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    vec![
        text.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        utf16(u16::to_le_bytes, b"\xff\xfe"),
        utf16(u16::to_be_bytes, b"\xfe\xff"),
        b"Gr\xfc\xdfe aus M\xfcnchen\n".to_vec(),
        b"\x93\xfa\x96{\x8c\xea\x82\xcc\x83e\x83L\x83X\x83g\n".to_vec(),
        b"\x1b$BF|K\\8l\x1b(B\n".to_vec(),
        vec![0x89, b'P', b'N', b'G', 0, 1, 2, 3],
    ]
}

/// UTF-8 stays as it is; nothing else becomes text with a NUL or a replacement character in it.
pub fn check_text(bytes: &[u8]) {
    let decoded = decode(bytes.to_vec(), None);
    let has_mark =
        [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff"].iter().any(|mark| bytes.starts_with(mark));
    match (std::str::from_utf8(bytes), decoded) {
        (Ok(text), Ok(decoded)) if !has_mark => {
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, None));
        }
        (Ok(_), Err(error)) if !has_mark => panic!("UTF-8 was refused: {error}"),
        (Err(_), Ok(decoded)) if !has_mark => {
            assert!(decoded.encoding.is_some(), "no encoding was named");
            assert!(!decoded.text.contains('\u{fffd}'), "{:?}", decoded.text);
        }
        _ => {}
    }
    for name in ["latin1", "shift_jis", "utf-16le", "gb18030", "iso-2022-jp"] {
        let named: TextEncoding = name.parse().unwrap();
        if let Ok(decoded) = decode(bytes.to_vec(), Some(named)) {
            assert!(decoded.text.len() <= bytes.len().saturating_mul(4), "{name}");
        }
    }
}

// ---- the shared file ----

/// What is accepted can be read by anybody: it is JSON, and every conversation has its messages.
pub fn check_chats_file(bytes: &[u8]) {
    let report = examine(Cursor::new(bytes)).unwrap();
    let accepted = [WebVersion::Current, WebVersion::V2025]
        .into_iter()
        .any(|version| report.verdict(version) == Verdict::Accepted);
    let text = String::from_utf8_lossy(bytes);
    let is_text = matches!(text, std::borrow::Cow::Borrowed(_));
    let json: Result<serde_json::Value, _> = serde_json::from_str(&text);
    if accepted {
        assert!(is_text, "it is not UTF-8");
        // Python reads numbers and halves of characters that no other reader does.
        let python_only = ["NaN", "Infinity", "\\u"].iter().any(|word| text.contains(word))
            || json.as_ref().is_err_and(|error| error.to_string().contains("number out of range"));
        assert!(json.is_ok() || python_only, "no JSON but accepted: {json:?}");
    }
    let (Ok(incoming), Ok(json)) = (parse_chats_file(&text), json) else { return };
    let Some(records) = json.as_object() else { return };
    assert_eq!(incoming.len(), records.len(), "not all records are read");
    if !accepted {
        return;
    }
    for it in incoming {
        let Conversation { id, messages, .. } = it.conversation;
        let expected = records[id.as_str()]["messages"].as_array().map_or(0, Vec::len);
        assert_eq!(messages.len(), expected, "{id}");
    }
}

// ---- imports ----

/// Documents to import: a ChatGPT export, two of our own, the web app's record.
pub const DOCUMENTS: &[&str] = &[
    r#"[{"title":"T 😀","create_time":1752814928.5,"update_time":null,"mapping":{
"a":{"id":"a","message":null,"parent":null,"children":["b"]},
"b":{"id":"b","message":{"id":"b","author":{"role":"user"},"create_time":1.0,"content":{"content_type":"text","parts":["hi \ud83d"]}},"parent":"a","children":["c","d"]},
"c":{"id":"c","message":{"id":"c","author":{"role":"assistant"},"content":{"content_type":"text","parts":["yes"]},"metadata":{"model_slug":"gpt"}},"parent":"b","children":[]},
"d":{"id":"d","message":{"id":"d","author":{"role":"assistant"},"content":{"content_type":"code","text":"x"}},"parent":"b","children":["b"]}},
"current_node":"c","conversation_id":"11111111-1111-4111-8111-111111111111"}]"#,
    "---\nduologue: 1\ntitle: A title\nid: c\ncreated_at: 2025-07-18T05:02:08Z\nupdated_at: 2025-07-18T05:02:08Z\nmarker: message\n---\n\n# A title\n\n<!-- message {\"role\":\"user\",\"timestamp\":1} -->\n## You\n\nhi\n\n<!-- message end -->\n",
    "---\nduologue: 1\n---\n\n# x\n",
    r#"{"data":{"id":"c","created_at":1,"metadata":{},"object":"conversation"},"chat_name":"T","last_update":1,"messages":[{"role":"user","text":"q","timestamp":1,"response_id":null,"reasoning_data":null}],"last_response_id":null}"#,
];

/// What is imported can be written and read again.
pub fn check_import(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut imported = Vec::new();
    for branches in [BranchSelection::Current, BranchSelection::All] {
        imported
            .extend(parse_export(&text, branches).map(|it| it.conversations).unwrap_or_default());
    }
    imported.extend(markdown::parse_documents(&text).unwrap_or_default());
    let records = parse_chats_file(&text).unwrap_or_default();
    imported.extend(records.into_iter().map(|it| it.conversation));
    imported.push(read_conversation(&text, &ConversationId::new("c"), 0..text.len()));
    // Without an id no document can be imported, which is said.
    for conversation in imported.into_iter().filter(|it| !it.id.as_str().is_empty()) {
        let written = markdown::write_document(&conversation);
        let again = markdown::parse_documents(&written).unwrap();
        assert_eq!(again.len(), 1, "{written}");
        let texts = |it: &Conversation| -> Vec<String> {
            it.messages.iter().map(|message| message.text.clone()).collect()
        };
        assert_eq!(texts(&again[0]), texts(&conversation));
    }
}

// ---- the terminal ----

/// No bytes become text that holds a control character, and it makes no difference where reads cut them.
pub fn check_terminal(bytes: &[u8]) {
    let whole = terminal_events(&[bytes]);
    for event in &whole {
        if let TerminalEvent::Key(key) = event
            && let crossterm::event::KeyCode::Char(c) = key.code
        {
            assert!(!c.is_control(), "{key:?}");
        }
    }
    let single: Vec<&[u8]> = bytes.chunks(1).collect();
    let events = terminal_events(&single);
    // A line break with more text in the same read is a pasted one.
    if !bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        assert_eq!(events, whole, "cut at every byte");
    }
}

fn terminal_events(reads: &[&[u8]]) -> Vec<TerminalEvent> {
    let mut decoder = Decoder::default();
    let mut events: Vec<TerminalEvent> =
        reads.iter().flat_map(|bytes| decoder.read(bytes)).collect();
    for _ in 0..100 {
        if decoder.patience().is_none() {
            return events;
        }
        events.extend(decoder.flush());
    }
    panic!("the decoder waits for ever");
}

// ---- templates ----

/// Templates with everything they may have.
pub const TEMPLATES: &[&str] = &[
    "---\ndescription: Review\nmodel: gpt-5\npreset: Thinker\n---\nReview {{argument}} and {{file:src/main.rs}}.\n",
    "Translate {{clipboard}} to {{argument}}",
    "---\n# a comment\ndescription: \"Say \\\"why\\\"\"\npreset: 'Code: review'\n---\n{{ argument }}\n{{selection}}",
    "\\{{argument}} {{ file:~/my notes.md }} \\{{unknown}}\n---\n",
];

/// A template that is parsed is expanded, and what is inserted is not searched for placeholders.
pub fn check_template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(template) = PromptTemplate::parse("name", &text) else { return };
    assert!(!template.summary().contains('\n'));
    let inserted = "{{argument}} {{clipboard}}";
    let expanded = template.expand(inserted, &mut |_| Ok(inserted.to_owned())).unwrap();
    // Where no placeholder is for the argument, it goes below the text.
    assert!(expanded.contains(inserted), "{expanded}");
}

// ---- Markdown ----

/// What models write, and what breaks readers of Markdown.
pub const MARKDOWN: &[&str] = &[
    "# Title\n\nText **strong** *em* ~~del~~ `code` [link](https://a.example) <https://b.example>\n",
    "| a | b |\n|---|--:|\n| `x | y` | 2 | 3 |\n\n> - [x] done\n>   1. one\n",
    "```rust\nfn main() { let x = \"1\"; }\n```\n\n~~~\ntext\n",
    "\\[ x^2 + \\frac{a}{b} \\] and $y$ costs $5-$10\n\nこれは**「重要」**な点\n",
    "said \u{e200}cite\u{e202}turn0search0\u{e201} citeturn0search1 [^1]\n\n[^1]: note\n[far]: <x>\n[far]\n",
    "<div>\n<script>alert(1)</script> &amp; &#0; \u{202e}abc\u{1b}[31m\n\n* * *\n",
];

/// No line is wider than the columns or controls the terminal, and the page has no element of the text.
pub fn check_markdown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let theme = Theme::built_in(ThemeName::Dark);
    for columns in [1, 7, 40] {
        let rendered = render(&text, duologue::markdown::TextEnd::Cut, columns, &theme);
        for line in rendered.lines() {
            let shown: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            assert!(!shown.chars().any(char::is_control), "{shown:?}");
            // One character may be wider than a column.
            assert!(line.width() <= columns.max(2), "{} > {columns}: {shown:?}", line.width());
        }
    }
    let mut conversation = Conversation::new(ConversationId::new("c"), "T", NOW);
    conversation.messages = vec![Message::answer(text.to_string(), NOW, None)];
    let page = html::render_page(&conversation, &[]);
    let body = page.split_once("<div class=\"text\">").unwrap().1;
    for tag in body.split('<').skip(1) {
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let forbidden =
            ["script", "img", "iframe", "style", "link", "form", "svg", "object", "base"];
        assert!(!forbidden.contains(&name.as_str()), "<{tag}");
    }
    assert!(!body.contains("javascript:\"") && !body.contains("href=\"data"), "{body}");
}

// ---- the calculator ----

/// Expressions with everything the calculator knows.
pub const EXPRESSIONS: &[&str] = &[
    "2**100 + 3 // 2 - -7 % 4",
    "sqrt(2) * sin(pi/4) ** 2 <= 1.0e3 and not 5 > 4",
    "max(1, 2, min(3, 4)) if 1 < 2 else round(2.567, 1)",
    "0x1f | 0b11 & ~0o7 ^ 1 << 4 >> 2",
    "factorial(20) / comb(10, 3) + log(e, 10)",
    "[1, 2, 3][0] + (1, 2)[1] + 'a' * 3",
    "\u{bd} + \u{ff11} + 1_000.5j",
];

/// Every expression ends with a result or a reason, in bounded time and length.
pub fn check_expression(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let tools = ToolSet::of(&["calculator".to_owned()]);
    let arguments = json!({ "expression": text }).to_string();
    let started = std::time::Instant::now();
    let used = tools.run("calculator", &arguments, NOW);
    assert!(used.output.len() < 1_000_000, "{} bytes", used.output.len());
    assert!(started.elapsed().as_secs() < 8, "it took {:?}", started.elapsed());
    let _ = tools.run("calculator", &text, NOW);
}
