//! Every state of the window that people meet, for tests that look at all of them.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::editor::Editor;
use duologue::app::{
    Anchor, Confirm, FilesEvent, FolderEntry, FolderEntryKind, FolderListing, HitMessage,
    LoadedConversation, Msg, Notice, NoticeKind, Overlay, Pixels, PresetRenameDialog, PresetTask,
    Scroll, SearchHit, SearchId, SearchProgress, StoreEvent, Thumbnail,
};
use duologue::chat::attachment::{FileKind, FileProbe};
use duologue::chat::preset::{PresetFault, PresetRules};
use duologue::chat::{
    AnswerRecord, AnswerServer, Conversation, ConversationId, ConversationSummary, Cost, Failure,
    FailureKind, Message, Preset, PresetList, Role, Timestamp, Timing, Usage, UsageReport,
};
use duologue::markdown::Excerpt;

use super::app_harness::{
    AppHarness, answering_turn, ended_event, opened_conversation, stored_msg,
};

/// The time in every state.
const NOW: i64 = 1_800_000_000;

/// A state and its name.
pub type NamedState = (&'static str, AppHarness);

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW - seconds)
}

/// Every state without an overlay.
pub fn panes() -> Vec<NamedState> {
    [reading_panes(), writing_panes()].into_iter().flatten().collect()
}

/// A conversation after some steps.
fn with(change: fn(&mut AppHarness)) -> AppHarness {
    let mut app = conversation();
    change(&mut app);
    app
}

/// A new conversation beside a list after some steps.
fn listed_with(change: fn(&mut AppHarness)) -> AppHarness {
    let mut app = listed();
    change(&mut app);
    app
}

fn reading_panes() -> Vec<NamedState> {
    vec![
        ("welcome", listed()),
        ("welcome without a key", listed_with(|app| app.state.session.lacks_key = true)),
        ("welcome without conversations", {
            let mut app = harness();
            app.send_msg(stored_msg(StoreEvent::Listed(Vec::new())));
            app
        }),
        ("chats that cannot be read", not_listed()),
        ("conversation", conversation()),
        (
            "selected message",
            with(|app| {
                app.press(KeyCode::Tab);
                app.press(KeyCode::Up);
            }),
        ),
        ("details", with(|app| _ = app.ctrl('o'))),
        (
            "raw text",
            with(|app| {
                app.press(KeyCode::Tab);
                app.press(KeyCode::Up);
                app.key(KeyCode::Char('r'), KeyModifiers::ALT);
            }),
        ),
        ("list", with(focus_list)),
        (
            "list filter",
            with(|app| {
                focus_list(app);
                app.press(KeyCode::Char('/'));
                app.type_text("rust");
            }),
        ),
        (
            "list filter without matches",
            with(|app| {
                focus_list(app);
                app.press(KeyCode::Char('/'));
                app.type_text("zzz");
            }),
        ),
        (
            "archive",
            with(|app| {
                focus_list(app);
                app.key(KeyCode::Char('h'), KeyModifiers::ALT);
            }),
        ),
        ("long list", long_list()),
    ]
}

fn writing_panes() -> Vec<NamedState> {
    vec![
        ("waiting", waiting()),
        ("streaming", streaming("Reverse it:\n\n```rust\nlist.sort_by(|a, b| b")),
        ("new lines below", new_lines_below()),
        ("failure", failed()),
        ("unanswered", unanswered()),
        ("information", with(|app| notice(app, NoticeKind::Info, "Model: o4-mini."))),
        (
            "long warning",
            with(|app| {
                let text = "Another program saved an older copy of the chats. Two changes of yours \
                        were made again, and nothing was lost.";
                notice(app, NoticeKind::Warning, text);
            }),
        ),
        (
            "draft",
            with(|app| {
                let text = "A first line of some length that does not fit into a small window\nnext\n\nlast";
                app.paste(text);
            }),
        ),
        ("queue and file", queued()),
        (
            "edited question",
            with(|app| {
                app.press(KeyCode::Tab);
                app.press(KeyCode::Up);
                app.press(KeyCode::Up);
                app.key(KeyCode::Char('e'), KeyModifiers::ALT);
            }),
        ),
        ("completion", completion()),
        ("attached images", attached_images()),
        (
            "search bar",
            with(|app| {
                app.ctrl('f');
                app.type_text("sort");
            }),
        ),
        (
            "search matches",
            with(|app| {
                app.ctrl('f');
                app.type_text("sort");
                app.press(KeyCode::Enter);
            }),
        ),
        ("temporary conversation", listed_with(|app| _ = app.press(KeyCode::F(8)))),
    ]
}

fn harness() -> AppHarness {
    let mut app = AppHarness::new();
    app.send_msg(Msg::TimePassed(ago(0)));
    app
}

fn row(id: &str, title: &str, seconds_ago: i64) -> ConversationSummary {
    Conversation::new(ConversationId::new(id), title, ago(seconds_ago)).summary()
}

/// A new conversation beside a list.
fn listed() -> AppHarness {
    let mut app = harness();
    let rows = vec![
        row("sort", "Sorting in Rust", 60),
        row("trip", "東京への旅とその他の長い題名", 7_200),
        row("long", "A title that is much too long for the pane it is in", 86_400),
        row("book", "A book in thirty chapters", 900_000),
        row("dinner", "Dinner ideas", 90_000_000),
    ];
    app.send_msg(stored_msg(StoreEvent::Listed(rows)));
    app
}

fn not_listed() -> AppHarness {
    let mut app = harness();
    let failure = Failure::new(
        FailureKind::Storage,
        "/srv/chats/ann.json is not valid JSON: unexpected text (line 1, column 13).",
        "Run `duologue doctor` to see whether it can be repaired. Nothing was changed.",
    );
    app.send_msg(stored_msg(StoreEvent::NotListed(failure)));
    app
}

fn long_list() -> AppHarness {
    let mut app = harness();
    let names: Vec<String> = (0..300).map(|at| format!("Talk {at}")).collect();
    let rows = names
        .iter()
        .enumerate()
        .map(|(at, name)| row(name, name, i64::try_from(at).unwrap() * 40_000));
    app.send_msg(stored_msg(StoreEvent::Listed(rows.collect())));
    focus_list(&mut app);
    app
}

fn focus_list(app: &mut AppHarness) {
    app.press(KeyCode::Tab);
    app.press(KeyCode::Tab);
}

const REASONING: &str = r#"{"summary_parts": [], "complete_summary": "**Looking around**\n\nFirst the list.", "web_searches": [{"status": "completed", "query": "rust sort", "action_type": "search", "sources": []}], "tool_outputs": [], "message_data": {"annotations": []}}"#;

const ANSWER: &str = "Use `sort`, which is *stable*:\n\n```rust\nlist.sort();\n```\n\n| way | speed |\n|---|---:|\n| stable | fast |\n| other | more |\n\n1. one\n2. two\n   - inner\n\n> quoted, 名前 🎉";

fn messages() -> Vec<Message> {
    let mut answer = Message::answer(ANSWER, ago(3590), None);
    answer.reasoning_data = Some(REASONING.into());
    answer.reasoning_level = Some("high".into());
    vec![
        Message::question("How do I sort a list?\n    indented as typed", ago(3600)),
        answer,
        Message::question("And backwards?", ago(60)),
        Message::answer("Call `reverse` after it.", ago(50), None),
    ]
}

fn open_with(messages: Vec<Message>) -> AppHarness {
    let mut app = listed();
    let id = ConversationId::new("sort");
    let last = messages.last().filter(|message| message.role == Role::Assistant).cloned();
    let mut conversation = Conversation::new(id.clone(), "Sorting in Rust", ago(3600));
    conversation.messages = messages;
    app.state.transcript.opening = Some(id);
    let loaded = LoadedConversation {
        records: last.iter().map(record).collect(),
        ..LoadedConversation::without_records(conversation)
    };
    app.send_msg(stored_msg(StoreEvent::Opened(Box::new(loaded))));
    app
}

/// The record of an answer.
fn record(answer: &Message) -> AnswerRecord {
    let usage = Usage { input_tokens: 20_000, output_tokens: 4_000, ..Usage::default() };
    let timing = Timing { first_output_ms: Some(400), total_ms: 2_400 };
    AnswerRecord {
        model: Some("o4-mini".into()),
        usage: Some(usage),
        timing: Some(timing),
        cost: Some(Cost::from_nanodollars(30_000_000)),
        ..AnswerRecord::without_details(answer.timestamp, answer.text.len())
    }
}

fn conversation() -> AppHarness {
    open_with(messages())
}

/// A conversation whose last question has no answer yet.
fn unanswered() -> AppHarness {
    let mut messages = messages();
    messages.pop();
    open_with(messages)
}

fn streaming(text: &str) -> AppHarness {
    let mut app = unanswered();
    let turn = answering_turn(ConversationId::new("sort"), ago(5), ago(4), text);
    app.state.turns.push(turn);
    app
}

fn waiting() -> AppHarness {
    let mut app = listed();
    app.ask("How do I sort a list?");
    app
}

fn new_lines_below() -> AppHarness {
    let mut app = streaming(&"line\n\n".repeat(80));
    app.state.transcript.last_seen_end = Some(Anchor { message: 3, line: 4 });
    app.state.transcript.scroll = Scroll::At(Anchor { message: 0, line: 0 });
    app
}

fn failed() -> AppHarness {
    let mut app = harness();
    let (turn, id) = app.ask("How do I sort a list?");
    let failure = Failure::new(
        FailureKind::ModelUnavailable,
        "o4-mini is no longer offered.",
        "Choose another model; the question is asked again.",
    );
    let outcome = duologue::chat::ReplyOutcome::Failed(failure);
    app.reply(&turn, ended_event(outcome, ""));
    let asked = [Message::question("How do I sort a list?", ago(5))];
    let conversation = opened_conversation(&id, &asked);
    app.send_msg(stored_msg(StoreEvent::AnswerStored { turn, conversation }));
    app
}

fn notice(app: &mut AppHarness, kind: NoticeKind, text: &str) {
    let notice = Notice { kind, text: text.to_owned() };
    app.send_msg(stored_msg(StoreEvent::Notice(notice)));
}

fn queued() -> AppHarness {
    let mut app = streaming("Reverse it.");
    for text in ["Then the tests", "And the docs", "Once more", "At last"] {
        app.type_text(text);
        app.press(KeyCode::Enter);
    }
    app.type_text("see @main.rs ");
    let inspection = FileProbe::File { kind: FileKind::Text, bytes: 2048 };
    app.send_msg(Msg::Files(FilesEvent::Inspected { path: "main.rs".into(), inspection }));
    app
}

/// A question with an image and with one that cannot be shown.
fn attached_images() -> AppHarness {
    let mut app = open_with(vec![
        Message::question("What is in @meadow.png and @old.gif?", ago(60)),
        Message::answer("A meadow below a blue sky.", ago(50), None),
    ]);
    let color = |at: u32| {
        let (x, y) = (at % 160, at / 160);
        let sky = [90, 140, u8::try_from(255 - y).unwrap(), 255];
        if y > 60 + x / 8 { [50, 120, 60, 255] } else { sky }
    };
    let pixels = Pixels { width: 160, height: 100, rgba: (0..16_000).flat_map(color).collect() };
    let images = vec![
        Thumbnail { name: "meadow.png".into(), pixels: Ok(Arc::new(pixels)) },
        Thumbnail { name: "old.gif".into(), pixels: Err("is damaged".into()) },
    ];
    let question = Arc::clone(&app.state.transcript.open.as_ref().unwrap().messages[0]);
    app.send_msg(Msg::Files(FilesEvent::ImagesLoaded { question, images }));
    app
}

fn completion() -> AppHarness {
    let mut app = conversation();
    app.type_text("see @");
    let entry = |name: &str, kind| FolderEntry { name: name.into(), kind };
    let entries = vec![
        entry("my notes", FolderEntryKind::Folder),
        entry("src", FolderEntryKind::Folder),
        entry("main.rs", FolderEntryKind::File),
    ];
    let listing = FolderListing { entries, truncated: false };
    app.send_msg(Msg::Files(FilesEvent::FolderListed { folder: String::new(), listing }));
    app
}

/// The keys that open overlays.
const OPENED_BY: [(&str, KeyCode, bool); 8] = [
    ("help", KeyCode::F(1), false),
    ("rename", KeyCode::F(2), false),
    ("search", KeyCode::F(3), false),
    ("models", KeyCode::F(4), false),
    ("usage", KeyCode::F(6), false),
    ("log", KeyCode::F(12), false),
    ("palette", KeyCode::Char('p'), true),
    ("prompts", KeyCode::Char('r'), true),
];

/// Every overlay, open.
pub fn overlays() -> Vec<NamedState> {
    let mut all = Vec::new();
    for (name, key, with_control) in OPENED_BY {
        let mut app = asked();
        match key {
            KeyCode::Char(letter) if with_control => app.ctrl(letter),
            key => app.press(key),
        };
        all.push((name, app));
    }
    let mut help = asked();
    help.press(KeyCode::F(1));
    help.type_text("conversation");
    all.push(("filtered help", help));
    let mut themes = asked();
    themes.type_text("/theme");
    themes.press(KeyCode::Enter);
    all.push(("themes", themes));
    let mut delete = asked();
    let id = delete.state.transcript.open.as_ref().unwrap().id.clone();
    let title = "How to sort a list".to_owned();
    delete.state.overlay = Some(Overlay::Confirm(Confirm::Delete { id, title }));
    all.push(("delete", delete));
    all.push(("found models", models()));
    all.push(("found messages", found_messages()));
    all.push(("totals", totals()));
    let mut log = conversation();
    log.press(KeyCode::F(12));
    let line = "2027-01-15T08:00:00.000Z  INFO duologue: request ended status=200".to_owned();
    log.send_msg(stored_msg(StoreEvent::LogRead(vec![line; 40])));
    all.push(("log lines", log));
    let mut menu = conversation();
    menu.press(KeyCode::Tab);
    menu.press(KeyCode::Up);
    menu.press(KeyCode::Enter);
    all.push(("message menu", menu));
    all.push(("presets", presets()));
    let mut form = presets();
    form.ctrl('n');
    all.push(("new preset", form));
    let mut faults = presets();
    faults.ctrl('n');
    faults.press(KeyCode::Enter);
    all.push(("preset with faults", faults));
    let renaming = PresetRenameDialog {
        original: preset(),
        editor: Editor::with_text("Reviewer".to_owned()),
        fault: Some(PresetFault::EmptyName),
    };
    all.push(("rename preset", presets_with(PresetTask::Renaming(Box::new(renaming)))));
    all.push(("delete preset", presets_with(PresetTask::Deleting(Box::new(preset())))));
    all
}

fn asked() -> AppHarness {
    let mut app = AppHarness::new();
    app.ask("How do I sort a list?");
    app
}

fn models() -> AppHarness {
    let mut app = conversation();
    app.press(KeyCode::F(4));
    let server = AnswerServer { name: "default".into(), host: String::new() };
    let listed = Ok(vec!["o4-mini".into(), "gpt-5".into(), "gpt-5-mini".into()]);
    app.send_msg(Msg::ModelsListed { server, listed });
    app
}

fn found_messages() -> AppHarness {
    let mut app = conversation();
    app.press(KeyCode::F(3));
    app.type_text("sort");
    let hit = |id: &str, title: &str, position: usize| SearchHit {
        conversation: ConversationId::new(id),
        title: title.to_owned(),
        message: Some(HitMessage { position, role: Role::User, at: ago(3600), part: None }),
        excerpt: Excerpt {
            before: "How do I ".to_owned(),
            matched: "sort".to_owned(),
            after: " a list?".to_owned(),
        },
    };
    let hits = vec![
        hit("sort", "Sorting in Rust", 0),
        hit("sort", "Sorting in Rust", 2),
        hit("book", "A book in thirty chapters", 1),
    ];
    let Some(Overlay::Search(find)) = &app.state.overlay else { panic!("no search") };
    let search: SearchId = find.search;
    let progress = SearchProgress::Done;
    app.send_msg(stored_msg(StoreEvent::SearchFound { search, hits, progress }));
    app
}

fn totals() -> AppHarness {
    let mut app = conversation();
    app.press(KeyCode::F(6));
    let answer = record(&Message::answer("Call `reverse` after it.", ago(50), None));
    let report = UsageReport { answer: Some(answer), ..UsageReport::default() };
    app.send_msg(stored_msg(StoreEvent::UsageCounted(Box::new(report))));
    app
}

fn preset() -> Preset {
    Preset {
        id: "p".to_owned(),
        name: "Reviewer".to_owned(),
        instructions: Some("Review the code.".to_owned()),
        ..Preset::default()
    }
}

fn presets() -> AppHarness {
    let mut app = asked();
    app.type_text("/preset");
    app.press(KeyCode::Enter);
    let list = PresetList {
        presets: vec![preset()],
        problems: Vec::new(),
        rules: PresetRules::Own,
        default_instructions: "Help.".to_owned(),
    };
    app.send_msg(stored_msg(StoreEvent::PresetsListed(Ok(list))));
    app
}

fn presets_with(task: PresetTask) -> AppHarness {
    let mut app = presets();
    if let Some(Overlay::Presets(picker)) = app.state.overlay.as_mut() {
        picker.task = task;
    }
    app
}
