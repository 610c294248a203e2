//! Managing conversations, the brain alone: commands by name, the list, branches, the queue.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::mark::Mark;
use duologue::app::{Effect, Focus, Input, Msg, Overlay, RowMarks, StoreEffect, Stored, list};
use duologue::chat::{
    Arrangement, Arranging, Change, Conversation, ConversationId, Message, Summary,
};

use crate::support::desk::{Desk, at, opened, stored};

#[test]
fn a_few_letters_find_a_command_and_enter_does_it() {
    let mut desk = Desk::new();
    desk.ctrl('p');
    desk.type_text("hlp");
    desk.press(KeyCode::Enter);
    assert!(matches!(desk.state.overlay, Some(Overlay::Help(_))));
}

#[test]
fn a_slash_where_a_message_begins_calls_commands_and_words_go_with_them() {
    let mut desk = Desk::new();
    desk.ask("q");
    desk.state.turns.clear();
    desk.type_text("/rename  Better a/b");
    let effects = desk.press(KeyCode::Enter);
    assert!(matches!(
        effects.as_slice(),
        [Effect::Store(StoreEffect::Change(Change::Rename { title, .. }))] if title == "Better a_b"
    ));
    assert!(desk.state.overlay.is_none());
    assert!(desk.state.composer.text_is_empty());
}

#[test]
fn tab_writes_the_name_out_and_the_model_can_be_named() {
    let mut desk = Desk::new();
    desk.type_text("/mod");
    desk.press(KeyCode::Tab);
    desk.type_text("gpt-7");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.session.model, "gpt-7");
}

#[test]
fn a_message_that_begins_with_a_slash_is_not_lost_to_the_palette() {
    let mut desk = Desk::new();
    desk.type_text("/etc/hosts, what is it?");
    desk.press(KeyCode::Esc);
    assert_eq!(desk.state.composer.text(), "/etc/hosts, what is it?");
    assert_eq!(desk.state.focus, Focus::Composer);
    let (.., changes) = desk.send(" please");
    assert!(matches!(
        &changes[1],
        Change::Append { message, .. } if message.text == "/etc/hosts, what is it? please"
    ));
}

#[test]
fn a_pasted_command_is_called_and_a_pasted_path_is_asked() {
    let mut desk = Desk::new();
    desk.paste("/help");
    desk.press(KeyCode::Enter);
    assert!(matches!(desk.state.overlay, Some(Overlay::Help(_))));
    desk.press(KeyCode::Esc);
    desk.paste("/tmp is full");
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.turns.len(), 1);
}

fn row(id: &str, title: &str, seconds: i64) -> Summary {
    Conversation::new(ConversationId::new(id), title, at(seconds)).summary()
}

fn titles(desk: &Desk) -> Vec<&str> {
    let list = &desk.state.list;
    list.shown.iter().map(|place| list.rows[*place].title.as_str()).collect()
}

fn selected(desk: &Desk) -> &str {
    list::selected(&desk.state.list).map_or("", |row| row.title.as_str())
}

/// A desk with these conversations, the keys in the list.
fn desk_with(names: &[&str]) -> Desk {
    let mut desk = Desk::new();
    let rows = names.iter().map(|name| row(name, name, 1)).collect();
    desk.tell(stored(Stored::Listed(rows)));
    desk.ctrl('s');
    desk
}

#[test]
fn a_filter_finds_letters_in_order_and_esc_shows_all_with_the_cursor_where_it_was() {
    let mut desk = desk_with(&["Dinner", "Sorting in Rust", "Rome", "Trust"]);
    desk.press(KeyCode::Char('/'));
    desk.type_text("rust");
    assert_eq!(titles(&desk), ["Sorting in Rust", "Trust"]);
    desk.press(KeyCode::Down);
    // What arrives meanwhile does not move the cursor to another conversation.
    let rows = ["Rusty", "Dinner", "Sorting in Rust", "Rome", "Trust"];
    desk.tell(stored(Stored::Listed(rows.iter().map(|name| row(name, name, 1)).collect())));
    assert_eq!(selected(&desk), "Trust");
    desk.press(KeyCode::Esc);
    assert_eq!((titles(&desk).len(), selected(&desk)), (5, "Trust"));
    assert_eq!(desk.state.focus, Focus::List);
}

#[test]
fn a_filter_is_edited_like_a_line_of_text_and_takes_pastes() {
    let mut desk = desk_with(&["a👩‍👩‍👧", "b"]);
    desk.press(KeyCode::Char('/'));
    desk.paste("a👩‍👩‍👧\n");
    assert_eq!(titles(&desk), ["a👩‍👩‍👧"]);
    desk.press(KeyCode::Backspace);
    assert_eq!(desk.state.list.filter.as_deref(), Some("a"));
    desk.type_text(" two words");
    desk.ctrl('w');
    assert_eq!(desk.state.list.filter.as_deref(), Some("a two "));
    desk.ctrl('u');
    assert_eq!(titles(&desk).len(), 2);
    desk.press(KeyCode::Backspace);
    assert_eq!(desk.state.list.filter, None);
    assert!(desk.state.composer.text_is_empty());
}

#[test]
fn esc_leaves_the_filter_before_it_stops_an_answer() {
    let mut desk = Desk::new();
    desk.ask("q");
    desk.ctrl('s');
    desk.press(KeyCode::Char('/'));
    desk.type_text("x");
    assert!(desk.press(KeyCode::Esc).is_empty());
    assert_eq!((desk.state.turns.len(), desk.state.list.filter.as_ref()), (1, None));
}

#[test]
fn what_is_pinned_stays_on_top_and_what_is_archived_is_found_by_filter_only() {
    let mut desk = desk_with(&["a", "b", "c"]);
    desk.press(KeyCode::Char('G'));
    let effects = desk.press(KeyCode::Char('p'));
    let pin = Arranging::Pin(ConversationId::new("c"));
    assert_eq!(effects, [Effect::Store(StoreEffect::Arrange(pin))]);
    assert_eq!((titles(&desk), selected(&desk)), (vec!["c", "a", "b"], "c"));
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Char('a'));
    assert_eq!((titles(&desk), selected(&desk)), (vec!["c", "b"], "b"));
    desk.press(KeyCode::Char('/'));
    desk.type_text("a");
    assert_eq!(titles(&desk), ["a"]);
    desk.press(KeyCode::Esc);
    desk.press(KeyCode::Char('A'));
    assert_eq!(titles(&desk), ["a"]);
    desk.press(KeyCode::Char('a'));
    desk.press(KeyCode::Esc);
    assert_eq!(titles(&desk), ["c", "a", "b"]);
}

#[test]
fn an_archived_conversation_that_is_gone_on_with_is_back_in_sight() {
    let mut desk = Desk::new();
    let (turn, id, _) = desk.send("q");
    desk.tell(stored(Stored::Listed(vec![row(id.as_str(), "T", 1)])));
    let archived = Arrangement { archived: [id.clone()].into(), ..Arrangement::default() };
    desk.tell(stored(Stored::Arranged(archived)));
    assert!(titles(&desk).is_empty());
    let conversation = opened(&id, &[Message::question("q", at(1000))]);
    let effects = desk.tell(stored(Stored::QuestionKept { turn, conversation }));
    let back = Arranging::Unarchive(id);
    assert!(effects.contains(&Effect::Store(StoreEffect::Arrange(back))));
    assert_eq!(titles(&desk), ["T"]);
}

#[test]
fn the_width_of_the_list_is_remembered_and_never_more_than_half_the_screen() {
    let mut desk = Desk::new();
    let before = desk.state.list.width;
    let effects = desk.key(KeyCode::Right, KeyModifiers::ALT);
    let kept = Effect::Store(StoreEffect::Arrange(Arranging::ListWidth(before + 2)));
    assert_eq!(effects, [kept]);
    desk.tell(Msg::Input(Input::Resized(60, 20)));
    desk.key(KeyCode::Right, KeyModifiers::ALT);
    assert_eq!(desk.state.list.width, 30);
    desk.tell(stored(Stored::Arranged(Arrangement { list_width: Some(24), ..Default::default() })));
    assert_eq!(desk.state.list.width, 24);
}

#[test]
fn a_row_has_the_most_pressing_mark_and_opening_it_takes_away_those_that_wanted_a_look() {
    let mut desk = desk_with(&["a", "b"]);
    let (a, b) = (ConversationId::new("a"), ConversationId::new("b"));
    let ids = vec![a.clone(), b.clone()];
    let marks =
        RowMarks { changed: vec![a.clone()], interrupted: ids, undelivered: vec![b.clone()] };
    desk.tell(stored(Stored::Marked(marks)));
    let mark = |desk: &Desk, place: usize| Mark::of(&desk.state, &desk.state.list.rows[place]);
    assert_eq!(mark(&desk, 0), Some(Mark::Changed));
    assert_eq!(mark(&desk, 1), Some(Mark::Undelivered));
    desk.press(KeyCode::Enter);
    desk.tell(stored(Stored::Opened(opened(&a, &[]))));
    assert_eq!(mark(&desk, 0), Some(Mark::Interrupted));
    // What happens to a conversation on screen is seen as it happens.
    desk.tell(stored(Stored::Marked(RowMarks { changed: vec![a], ..RowMarks::default() })));
    assert_eq!(mark(&desk, 0), None);
}

#[test]
fn a_copy_is_asked_for_under_a_new_id() {
    let mut desk = desk_with(&["a"]);
    let effects = desk.press(KeyCode::Char('c'));
    let [Effect::Store(StoreEffect::Duplicate { id, copy, .. })] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(id.as_str(), "a");
    assert_ne!(id, copy);
}
