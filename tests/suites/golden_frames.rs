//! Golden frames: the screen at four sizes, cell for cell.

use std::sync::Arc;

use duologue::app::{
    Anchor, ApprovalDialog, Confirm, Focus, IdGenerator, LoadedConversation, Msg, Overlay, Scroll,
    Session, State, StoreEvent, update,
};
use duologue::chat::{
    AnswerRecord, Conversation, ConversationId, Message, Readability, ReplyEvent, Timestamp,
    ToolEffect, ToolRequest, TurnId,
};
use duologue::settings::{Binding, Keymap, Scope, Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;

use crate::support::app_harness::answering_turn;

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (40, 12), (20, 5)];
const NOW: i64 = 1_800_000_000;

fn at(seconds_ago: i64) -> Timestamp {
    Timestamp::from_seconds(NOW - seconds_ago)
}

fn state() -> State {
    let session = Session {
        server: None,
        servers: Vec::new(),
        listed_models: std::collections::BTreeMap::new(),
        unchecked_model: None,
        preset: None,
        execution_mode: duologue::chat::ExecutionMode::Foreground,
        user: "ann".into(),
        model: "o4-mini".into(),
        effort: None,
        title_model: None,
        tools: Vec::new(),
        tool_servers: Vec::new(),
        web_app: duologue::settings::WebApp::default(),
        demo: true,
        lacks_key: false,
        vim_enter: duologue::settings::VimEnter::Send,
    };
    let mut state = State::new(
        session,
        Arc::new(Keymap::default()),
        IdGenerator::new(1),
        at(0),
        (80, 24).into(),
    );
    let row = |id: &str, title: &str, ago: i64| {
        Conversation::new(ConversationId::new(id), title, at(ago)).summary()
    };
    let mut damaged = row("d", "Broken", 900_000);
    damaged.readability = Readability::Damaged("it has no title".into());
    let mut old = row("t", "Dinner ideas", 90_000_000);
    old.readability = Readability::NotStoredLocally;
    let rows = vec![
        row("abcdef0123", "Sorting in Rust", 60),
        row("j", "東京への旅とその他の長い題名", 7_200),
        row("r", "A title that is much too long for the pane it is in", 86_400),
        damaged,
        old,
    ];
    update(&mut state, Msg::Store(StoreEvent::Listed(rows)));
    state
}

fn with_conversation() -> State {
    let mut state = state();
    let id = ConversationId::new("abcdef0123");
    let mut conversation = Conversation::new(id.clone(), "Sorting in Rust", at(3600));
    conversation.messages = vec![
        Message::question("How do I sort?\n    indented as typed", at(3600)),
        Message::answer(
            "Use `sort`:\n\n```rust\nlist.sort();\n```\n\n| way | speed |\n|---|---:|\n| stable | *n* log n |\n| unstable | faster |\n\n1. one\n2. two\n   - nested 名前\n\n> quoted",
            at(3590),
            None,
        ),
        Message::question("And backwards?", at(60)),
    ];
    state.transcript.opening = Some(id);
    let marks = vec![(1, "Stopped here.".to_owned())];
    let opened = LoadedConversation {
        interruptions: marks,
        ..LoadedConversation::without_records(conversation)
    };
    update(&mut state, Msg::Store(StoreEvent::Opened(Box::new(opened))));
    state
}

/// A conversation with one answer.
fn answered(text: &str) -> State {
    let mut state = with_conversation();
    let open = state.transcript.open.as_mut().unwrap();
    open.messages = vec![
        Arc::new(Message::question("Show me.", at(120))),
        Arc::new(Message::answer(text, at(60), None)),
    ];
    open.interruptions.clear();
    state.list.hidden = true;
    state
}

/// From the top, as a reader sees it.
fn from_the_top(mut state: State) -> State {
    state.transcript.scroll = Scroll::At(Anchor { message: 1, line: 0 });
    state
}

/// The frame with its styles: each row, and below it what is not plain.
fn styled_frame(state: &mut State, size: (u16, u16), theme: &Theme) -> String {
    state.size = size.into();
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    terminal.draw(|frame| _ = draw(frame, state, theme, &mut LayoutCache::default())).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let mut out = String::new();
    for y in 0..size.1 {
        let row: Vec<_> = (0..size.0).map(|x| buffer[(x, y)].clone()).collect();
        let text: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        out.push_str(&format!("{}\n", text.trim_end()));
        let mut from = 0;
        for x in 1..=row.len() {
            let goes_on = row.get(x).is_some_and(|cell| cell.style() == row[from].style());
            let cell = &row[from];
            if goes_on {
                continue;
            }
            let plain =
                cell.fg == Color::Reset && cell.bg == Color::Reset && cell.modifier.is_empty();
            if !plain
                && row[from..x].iter().any(|cell| cell.symbol() != " " || cell.bg != Color::Reset)
            {
                let part: String = row[from..x].iter().map(ratatui::buffer::Cell::symbol).collect();
                out.push_str(&format!(
                    "    {:?} {:?} {:?} {:?}\n",
                    part.trim(),
                    cell.fg,
                    cell.bg,
                    cell.modifier
                ));
            }
            from = x;
        }
    }
    out
}

const PROSE: &str = "# A title\n\nPlain, *emphasis*, **strong**, ***both***, ~~struck~~, `code`, a [link](https://example.com/a), https://example.com/b_c and <https://example.com/d>.\nStill the same paragraph.  \nA new line.\n\n## Smaller\n\n### Smaller still\n\nMoney: $5-$10. A note[^1] and ![a picture](https://example.com/p.png).\n\n[^1]: What the note says.\n\nInline $e^{i\\pi} + 1 = 0$ and \\(a_1 \\leq b^2\\), then\n\n\\[\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}\\]\n\n<details>\n<summary>HTML is text</summary>\n</details>\n\n---\n\nEscape \u{1b}[31m sequences are seen.";
const LISTS: &str = "1. one\n2. two, which is long enough to go over the end of a narrow line\n   - nested\n     - deeper\n       1. numbered\n   - [x] done\n   - [ ] to do\n\n10. ten\n\n    in a paragraph of its own\n\n11. eleven\n    ```sh\n    ls\n    ```\n\n> quoted text that is long enough to go over the end of a narrow line\n>\n> > twice\n>\n> - a list in it\n\n> [!WARNING]\n> Mind the gap.";
const TABLE: &str = "| Language | First seen | What people say about it |\n|:--|--:|:-:|\n| Rust | 2015 | It compiles slowly, and then it runs for years<br>without a pause |\n| `C` | 1972 | Close to the **machine** |\n| 日本語 | 1991 | 読みやすい |\n";
const CODE: &str = "```rust\n/// Sorts a list.\nfn sorted(mut list: Vec<i32>) -> Vec<i32> {\n    list.sort_by(|a, b| b.cmp(a)); // 名前\n\n    list\n}\n```\n\n~~~diff\n-old\n+new\n~~~\n\n    indented\n\n```unknown-language\nplain <b>text</b>\n```\n\n```json\n{\"key\": [1, true, \"text\"]}\n```";
const SCRIPTS: &str = "| script | text |\n|---|---|\n| Japanese | 日本語の文章 |\n| Korean | 한국어 문장 |\n| Arabic | العربية لا |\n| Hebrew | עברית שָׁלוֹם |\n| Hindi | नमस्ते |\n| emoji | 🎉 👩\u{200d}👩\u{200d}👧 🇯🇵 ✔\u{fe0f} 👍🏽 |\n| marks | e\u{301} z\u{335}\u{321}\u{489}\u{36f}\u{35f}\u{31b} |\n| half | ｶﾞｷﾞ |\n\n日本語の文章はどこでも折り返すことができますので長い行でも大丈夫です。";
const REASONING: &str = r#"{"summary_parts": [], "complete_summary": "**Looking around**\n\nFirst the `list`.**Deciding**\n\nThen the rest.", "web_searches": [{"status": "in_progress", "query": "rust sort", "action_type": "search", "sources": ["https://doc.rust-lang.org/std/"]}, {"status": "failed"}], "tool_outputs": [{"tool_name": "calculator", "input_display": "1/0", "output_display": "division by zero", "success": false}], "message_data": {"annotations": [{"type": "url_citation", "url": "https://example.com/c", "title": "A page"}]}}"#;

#[test]
fn every_kind_of_content_at_every_size() {
    for (name, text) in
        [("prose", PROSE), ("lists", LISTS), ("table", TABLE), ("code", CODE), ("scripts", SCRIPTS)]
    {
        golden(name, from_the_top(answered(text)));
    }
}

#[test]
fn the_same_content_in_light_and_dark_colours() {
    for (name, text) in [("prose", PROSE), ("code", CODE), ("table", TABLE)] {
        for theme in [ThemeName::Light, ThemeName::Dark] {
            let mut state = from_the_top(answered(text));
            let shown = styled_frame(&mut state, (80, 24), &Theme::built_in(theme));
            snapshot(&format!("{name}_{}", theme.name()), &shown);
        }
    }
}

#[test]
fn the_details_of_an_answer_are_one_line_until_unfolded() {
    let mut state = answered("The answer.");
    let open = state.transcript.open.as_mut().unwrap();
    let mut message = (*open.messages[1]).clone();
    message.reasoning_data = Some(REASONING.into());
    message.reasoning_level = Some("high".into());
    open.messages[1] = Arc::new(message);
    let (at, bytes) = (open.messages[1].timestamp, open.messages[1].text.len());
    let record = AnswerRecord::without_details(at, bytes);
    open.records.insert(1, AnswerRecord { model: Some("gpt-5".into()), ..record });
    let cache = &mut LayoutCache::default();
    let folded = frame(&mut state, (120, 40), cache);
    assert!(folded.contains("▸ reasoning, 2 web searches, 1 source, calculator, 1 citation"));
    assert!(!folded.contains("Looking around"));
    duologue::app::transcript::details::toggle(&mut state);
    let opened = frame(&mut state, (120, 40), cache);
    for shown in ["Looking around", "rust sort", "1/0", "A page", "model gpt-5, reasoning high"] {
        assert!(opened.contains(shown), "{shown}\n{opened}");
    }
    golden("details", state);
}

fn frame(state: &mut State, size: (u16, u16), cache: &mut LayoutCache) -> String {
    state.size = size.into();
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let theme = Theme::built_in(ThemeName::Terminal);
    let mut measured = duologue::app::Measured::default();
    terminal.draw(|frame| measured = draw(frame, state, &theme, cache)).unwrap();
    update(state, Msg::Drawn(measured));
    terminal.backend().to_string()
}

/// Compares with the golden frames of a name, one for each size.
fn golden(name: &str, mut state: State) {
    for size in SIZES {
        let shown = frame(&mut state, size, &mut LayoutCache::default());
        snapshot(&format!("{name}_{}x{}", size.0, size.1), &shown);
    }
}

fn snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../frames");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

#[test]
fn a_new_conversation() {
    golden("new", state());
}

#[test]
fn a_conversation_whose_last_question_has_no_answer() {
    golden("conversation", with_conversation());
}

#[test]
fn an_answer_coming_in() {
    let mut state = with_conversation();
    let text = "Reverse it:\n\n```rust\nlist.sort_by(|a, b| b.c";
    state.turns.push(answering_turn(ConversationId::new("abcdef0123"), at(5), at(0), text));
    golden("streaming", state);
}

#[test]
fn the_list_has_the_focus() {
    let mut state = with_conversation();
    state.focus = Focus::List;
    golden("list", state);
}

#[test]
fn help_covers_the_screen() {
    // Not a golden frame: the table grows with every key, and its order is the key table's.
    for size in SIZES {
        let mut state = state();
        state.overlay = Some(Overlay::Help(Box::default()));
        let shown = frame(&mut state, size, &mut LayoutCache::default());
        assert!(size.1 < 10 || shown.contains("Conversations"), "{shown}");
        // A long description goes on in the next row.
        let starts = |row: &&Binding| {
            let words: Vec<&str> = row.target.description().split(' ').take(2).collect();
            shown.contains(&words.join(" "))
        };
        let seen = state.keymap.rows(Scope::Everywhere).filter(starts).count();
        assert!(size.1 < 10 || seen >= usize::from(size.1) / 3, "{seen} rows\n{shown}");
    }
}

#[test]
fn deleting_asks() {
    let mut state = state();
    let id = ConversationId::new("abcdef0123");
    state.overlay = Some(Overlay::Confirm(Confirm::Delete { id, title: "Sorting in Rust".into() }));
    golden("delete", state);
}

#[test]
fn a_tool_call_asks() {
    let mut state = with_conversation();
    let request = ToolRequest {
        server: "time".into(),
        tool: "convert_time".into(),
        description: "Convert time between timezones".into(),
        arguments: "{\n  \"source_timezone\": \"Europe/Berlin\",\n  \"time\": \"16:30\",\n  \
                    \"target_timezone\": \"Asia/Tokyo\"\n}"
            .into(),
        effect: ToolEffect::Unknown,
        definition: String::new(),
    };
    let turn = TurnId::new("t");
    let request = Box::new(request);
    let dialog = ApprovalDialog { turn, request, selected: 0, top: 0, guarded_since: None };
    state.overlay = Some(Overlay::Approval(dialog));
    // Not updated: the dialog closes where no turn waits.
    for size in SIZES {
        state.size = size.into();
        let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
        let theme = Theme::built_in(ThemeName::Terminal);
        terminal
            .draw(|frame| _ = draw(frame, &state, &theme, &mut LayoutCache::default()))
            .unwrap();
        snapshot(&format!("approval_{}x{}", size.0, size.1), &terminal.backend().to_string());
    }
}

#[test]
fn a_draft_of_several_lines() {
    let mut state = state();
    let text = "A long first line that does not fit into a narrow pane and wraps\nsecond\n\nfourth";
    update(&mut state, Msg::Input(duologue::app::Input::Pasted(text.into())));
    golden("draft", state);
}

#[test]
fn scrolled_up_the_view_says_how_much_is_below() {
    let mut state = with_conversation();
    let cache = &mut LayoutCache::default();
    frame(&mut state, (80, 24), cache);
    state.transcript.scroll = Scroll::At(Anchor { message: 0, line: 0 });
    let shown = frame(&mut state, (80, 18), cache);
    assert!(shown.contains("↓ ") && shown.contains(" lines "), "{shown}");
    // What comes in below does not move what is being read.
    let text = "line\n\n".repeat(50);
    state.turns.push(answering_turn(ConversationId::new("abcdef0123"), at(5), at(0), &text));
    let later = frame(&mut state, (80, 18), cache);
    let pane = |line: &str| line.chars().skip(26).collect::<String>();
    let above = |line: &&str| !line.contains("↓ ");
    let upper = |text: &str| text.lines().take_while(above).map(pane).collect::<Vec<_>>();
    assert!(upper(&shown).len() > 8, "{shown}");
    assert_eq!(upper(&shown), upper(&later));
    // The heading, a hundred lines but for the last empty one; what was there was seen before.
    assert!(later.contains(" new lines "), "{later}");
    let event = ReplyEvent::TextAppended("one\n\ntwo\n\n".into());
    update(&mut state, Msg::Replied { turn: TurnId::new("t"), event });
    let more = frame(&mut state, (80, 18), cache);
    let count = |text: &str| {
        let before = text.split(" new lines ").next().unwrap().to_owned();
        before.rsplit("↓ ").next().unwrap().parse::<usize>().unwrap()
    };
    assert_eq!(count(&more), count(&later) + 4);
}

#[test]
fn the_composer_the_title_and_the_hints_stand_in_the_column_of_the_text() {
    for reading_width in [40, 60, 100] {
        let mut state = with_conversation();
        state.ui_prefs.reading_width.choose(reading_width);
        let shown = frame(&mut state, (200, 50), &mut LayoutCache::default());
        let column = |text: &str| {
            let line = shown.lines().find(|line| line.contains(text)).unwrap();
            line.split(text).next().unwrap().chars().count()
        };
        // The bars of the question and of the composer are as far from the text.
        let (question, composer) = (column("And backwards?"), column("Ask anything"));
        assert_eq!(question, composer, "{reading_width}: {shown}");
        let edge = shown.lines().find(|line| line.contains("Ask anything")).unwrap();
        let bar = edge.chars().skip(32).position(|c| c == '▌').unwrap() + 32;
        assert_eq!(column("Tab focus"), bar, "{reading_width}: {shown}");
        assert!((bar..=bar + 2).contains(&column("Sorting in Rust  ")), "{reading_width}: {shown}");
    }
}

#[test]
fn a_hundred_thousand_messages_open_at_the_end_without_being_laid_out() {
    let mut state = with_conversation();
    let open = state.transcript.open.as_mut().unwrap();
    let message = Arc::new(Message::answer("word ".repeat(200), at(1), None));
    open.messages = (0..100_000).map(|_| Arc::new((*message).clone())).collect();
    let cache = &mut LayoutCache::default();
    frame(&mut state, (80, 24), cache);
    // One message fills the screen; what is above was not touched.
    assert!(cache.layout_count() < 20, "{} messages were laid out", cache.layout_count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_warm_cache_draws_the_same_cells_as_a_cold_one_at_any_size_and_place(
        sizes in prop::collection::vec((1_u16..130, 1_u16..45), 1..6),
        positions in prop::collection::vec((0_usize..5, -60_i64..60), 1..6),
        wild in any::<String>(),
    ) {
        let mut state = with_conversation();
        let open = state.transcript.open.as_mut().unwrap();
        open.messages.push(Arc::new(Message::answer(wild, at(0), None)));
        let mut warm = LayoutCache::default();
        for (size, (message, line)) in sizes.into_iter().zip(positions) {
            state.transcript.scroll = Scroll::At(Anchor { message, line });
            let mut same = State { drafts: state.drafts.clone(), ..with_conversation() };
            same.transcript = state.transcript.clone();
            same.measured = state.measured;
            same.list.top = state.list.top;
            let one = frame(&mut state, size, &mut warm);
            let two = frame(&mut same, size, &mut LayoutCache::default());
            prop_assert_eq!(&one, &two);
            prop_assert!(!one.chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
