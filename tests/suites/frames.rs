//! Golden frames: what is on screen at four sizes, cell for cell.

use std::sync::Arc;

use duologue::app::overlay::{Confirm, Help};
use duologue::app::{
    Anchor, Focus, Ids, Msg, Opened, Overlay, Scroll, Session, State, Stored, update,
};
use duologue::chat::{
    Conversation, ConversationId, Message, Readability, Timestamp, Turn, TurnId, TurnPhase,
};
use duologue::settings::{Keymap, Theme, ThemeName};
use duologue::view::{LayoutCache, draw};
use proptest::prelude::*;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (40, 12), (20, 5)];
const NOW: i64 = 1_800_000_000;

fn at(seconds_ago: i64) -> Timestamp {
    Timestamp::from_seconds(NOW - seconds_ago)
}

fn state() -> State {
    let session = Session {
        run: duologue::chat::Run::Foreground,
        user: "ann".into(),
        model: "o4-mini".into(),
        effort: None,
        tools: Vec::new(),
        demo: true,
        reading_width: 100,
    };
    let mut state = State::new(session, Arc::new(Keymap::default()), Ids::new(1), at(0), (80, 24));
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
    update(&mut state, Msg::Stored(Stored::Listed(rows)));
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
    let opened = Opened { marks, ..Opened::bare(conversation) };
    update(&mut state, Msg::Stored(Stored::Opened(Box::new(opened))));
    state
}

fn frame(state: &mut State, size: (u16, u16), cache: &mut LayoutCache) -> String {
    state.size = size;
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
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../frames");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), shown));
    }
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
    let mut turn = Turn::new(TurnId::new("t"), ConversationId::new("abcdef0123"), at(5));
    turn.phase = TurnPhase::Streaming;
    turn.answer = "Reverse it:\n\n```rust\nlist.sort_by(|a, b| b.c".into();
    state.turns.push(turn);
    golden("streaming", state);
}

#[test]
fn the_list_has_the_keys() {
    let mut state = with_conversation();
    state.focus = Focus::List;
    golden("list", state);
}

#[test]
fn help_lies_over_everything() {
    let mut state = state();
    state.overlay = Some(Overlay::Help(Help { top: 0 }));
    golden("help", state);
}

#[test]
fn deleting_asks() {
    let mut state = state();
    let id = ConversationId::new("abcdef0123");
    state.overlay = Some(Overlay::Confirm(Confirm::Delete { id, title: "Sorting in Rust".into() }));
    golden("delete", state);
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
    assert!(shown.contains("lines below"), "{shown}");
    // What comes in below does not move what is being read.
    let mut turn = Turn::new(TurnId::new("t"), ConversationId::new("abcdef0123"), at(5));
    turn.answer = "line\n\n".repeat(50);
    state.turns.push(turn);
    let later = frame(&mut state, (80, 18), cache);
    let pane = |line: &str| line.split_once('│').unwrap().1.to_owned();
    let upper = |text: &str| text.lines().take(12).map(pane).collect::<Vec<_>>();
    assert_eq!(upper(&shown), upper(&later));
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
    assert!(cache.laid_out() < 20, "{} messages were laid out", cache.laid_out());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_warm_cache_draws_the_same_cells_as_a_cold_one_at_any_size_and_place(
        sizes in prop::collection::vec((1_u16..130, 1_u16..45), 1..6),
        places in prop::collection::vec((0_usize..5, -60_i64..60), 1..6),
        wild in any::<String>(),
    ) {
        let mut state = with_conversation();
        let open = state.transcript.open.as_mut().unwrap();
        open.messages.push(Arc::new(Message::answer(wild, at(0), None)));
        let mut warm = LayoutCache::default();
        for (size, (message, line)) in sizes.into_iter().zip(places) {
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
