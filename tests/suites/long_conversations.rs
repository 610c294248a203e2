//! Very long conversations: what is not needed is not read, and what is not read stays as it is.

use std::fmt::Write as _;
use std::fs;

use duologue::app::{
    Anchor, Effect, LoadedConversation, Msg, Scroll, StoreEffect, StoreEvent, transcript,
};
use duologue::chat::{
    AnswerRecord, ChainState, Change, Conversation, ConversationId, Message, ResponseId, TurnId,
};
use duologue::store::{Extent, StoredConversation};

use crate::support::app_harness::{AppHarness, stored_msg};
use crate::support::home::Home;
use crate::support::shared_file::{at, id, open, store_paths};

/// How many messages the conversation has: more than 16 MB.
const MESSAGES: usize = 26_000;

fn text_of(number: usize) -> String {
    format!("{number} \\\" {{ [ é {}", "lorem ipsum ".repeat(36))
}

/// A file with a long conversation between two short ones, in the web app's layout.
fn long_file() -> String {
    let record = |id: &str, messages: &str, last: &str| {
        format!(
            "  \"{id}\": {{\n    \"data\": {{\n      \"id\": \"{id}\",\n      \"created_at\": 1,\n      \
             \"metadata\": {{}},\n      \"object\": \"conversation\"\n    }},\n    \"chat_name\": \
             \"Title of {id}\",\n    \"last_update\": 1,\n    \"messages\": [{messages}],\n    \
             \"last_response_id\": {last}\n  }}"
        )
    };
    let mut messages = String::new();
    for number in 0..MESSAGES {
        let (role, response) = match number % 2 {
            0 => ("user", "null".to_owned()),
            _ => ("assistant", format!("\"resp_{number}\"")),
        };
        let comma = if number == 0 { "" } else { "," };
        write!(
            messages,
            "{comma}\n      {{\n        \"role\": \"{role}\",\n        \"text\": \"{}\",\n        \
             \"timestamp\": {number},\n        \"response_id\": {response},\n        \
             \"reasoning_data\": null,\n        \"agent_preset_id\": null,\n        \"model\": \
             null,\n        \"reasoning_level\": null\n      }}",
            text_of(number)
        )
        .unwrap();
    }
    messages.push_str("\n    ");
    let last = format!("\"resp_{}\"", MESSAGES - 1);
    let all = [record("a", "", "null"), record("long", &messages, &last), record("z", "", "null")];
    format!("{{\n{}\n}}", all.join(",\n"))
}

fn is_tail_of(end: &Conversation, whole: &Conversation) -> bool {
    let (short, long) = (&end.messages, &whole.messages);
    end.earlier > 0 && end.earlier + short.len() == long.len() && long.ends_with(short)
}

#[test]
fn a_turn_and_a_new_title_change_only_their_own_bytes_of_a_long_conversation() {
    let home = Home::new();
    let text = long_file();
    fs::write(home.file(), &text).unwrap();
    let mut store = open(&home, 0);
    let question = Message::question("What now?", at(1));
    let append = Change::Append { id: id("long"), message: question.clone() };
    let turn = TurnId::new("t");
    let asked = store.begin_turn(&turn, &id("long"), &[append]).unwrap();
    assert!(asked.earlier > 0 && asked.messages.len() < MESSAGES / 2);
    assert_eq!((asked.messages.last(), &asked.chain), (Some(&question), &ChainState::Whole));
    let answer = Message::answer("This.", at(2), Some(ResponseId::new("resp_new")));
    let ending = (answer.clone(), AnswerRecord::without_details(at(2), answer.text.len()));
    let answered = store.finish_turn(&turn, &id("long"), Some(ending)).unwrap().unwrap();
    assert_eq!(answered.last_response_id, answer.response_id);
    let title = "Another title".into();
    store.apply(&Change::Rename { id: id("long"), title, at: at(3) }, at(3)).unwrap();

    let whole = store.conversation(&id("long")).unwrap();
    assert_eq!(whole.messages.len(), MESSAGES + 2);
    assert_eq!(whole.messages[MESSAGES..], [question, answer]);
    assert_eq!(whole.chain, ChainState::Whole, "nothing is missing of what was sent");
    assert_eq!(store.list().unwrap()[1], whole.summary());
    let end = store.conversation_to(&id("long"), Extent::END).unwrap();
    assert!(is_tail_of(&end, &whole));
    assert!(is_tail_of(&answered, &whole));
    let more = store.conversation_to(&id("long"), Extent::Last(20_000)).unwrap();
    assert!(is_tail_of(&more, &whole) && more.messages.len() >= 20_000);
    let without_store = StoredConversation::open(&store_paths(&home), &id("long")).unwrap();
    for stored in [store.stored_conversation(&id("long")).unwrap(), without_store] {
        let mut one_by_one = Vec::new();
        stored
            .for_each_message(|message| {
                one_by_one.push(message);
                Ok(())
            })
            .unwrap();
        assert_eq!(one_by_one, whole.messages);
        assert_eq!(stored.about, Conversation { messages: Vec::new(), ..whole.clone() });
    }

    // Everything up to the end of the list is as it was, but for the title and the time.
    let before = text.replace("Title of long", "Another title").replacen(
        "Another title\",\n    \"last_update\": 1",
        &format!("Another title\",\n    \"last_update\": {}", at(3).seconds()),
        1,
    );
    let list_end = before.find("\n    ],\n    \"last_response_id\": \"resp_").unwrap();
    let now = home.text();
    assert!(now.starts_with(&before[..list_end]), "a message that was not read has changed");
    assert!(now.ends_with(&text[text.find(",\n  \"z\"").unwrap()..]));
}

/// A conversation of few messages, which are as long as the many of the other.
fn file_of_few(title: &str) -> String {
    let text = "lorem ipsum ".repeat(40_000);
    let message = |number: usize| {
        let role = if number.is_multiple_of(2) { "user" } else { "assistant" };
        serde_json::json!({ "role": role, "text": format!("{number} {text}"), "timestamp": number })
    };
    let messages: Vec<_> = (0..40).map(message).collect();
    let about = serde_json::json!({ "id": "long", "created_at": 1, "object": "conversation" });
    serde_json::json!({
        "a": { "data": about, "chat_name": title, "last_update": 1, "messages": [] },
        "long": { "data": about, "chat_name": "Long", "last_update": 1, "messages": messages },
    })
    .to_string()
}

#[test]
fn the_last_question_is_asked_again_after_another_program_wrote_into_the_file_itself() {
    let home = Home::new();
    fs::write(home.file(), file_of_few("before")).unwrap();
    let mut store = open(&home, 0);
    let before = store.conversation(&id("long")).unwrap().messages;
    let sent = StoredConversation::open(&store_paths(&home), &id("long")).unwrap();
    // The same file, not another in its place: every position in it moves.
    fs::write(home.file(), file_of_few("another title")).unwrap();
    let read = sent.for_each_message(|_| Ok(()));
    assert!(read.is_err(), "a request must not mix two versions");
    store.refresh(at(1)).unwrap();

    let (kept, removed) = before.split_at(39);
    let ask = Change::ReplaceFrom {
        id: id("long"),
        keep: 39,
        removed: removed.to_vec(),
        messages: Vec::new(),
        at: at(2),
    };
    let asked = store.begin_turn(&TurnId::new("t"), &id("long"), &[ask]).unwrap();
    assert_eq!(asked.earlier + asked.messages.len(), 39);
    let sent = StoredConversation::open(&store_paths(&home), &id("long")).unwrap();
    let mut read = Vec::new();
    let each = |message| {
        read.push(message);
        Ok(())
    };
    sent.for_each_message(each).unwrap();
    assert_eq!(read, kept);
    assert_eq!(store.list().unwrap()[0].title.text(), "another title");
}

fn loaded(id: &ConversationId, range: std::ops::Range<usize>) -> Box<LoadedConversation> {
    let mut conversation = Conversation::new(id.clone(), "T", at(0));
    conversation.earlier = range.start;
    let message = |number: usize| {
        let seconds = at(i64::try_from(number).unwrap());
        Message::question(format!("message {number}"), seconds)
    };
    conversation.messages = range.map(message).collect();
    Box::new(LoadedConversation::without_records(conversation))
}

fn wanted(effects: &[Effect]) -> Vec<usize> {
    let wanted = effects.iter().filter_map(|effect| match effect {
        Effect::Store(StoreEffect::OpenEarlier { messages, .. }) => Some(*messages),
        _ => None,
    });
    wanted.collect()
}

#[test]
fn earlier_messages_are_read_when_the_first_one_is_reached_and_the_view_stays() {
    let mut desk = AppHarness::new();
    let chat = ConversationId::new("long");
    transcript::request_open(&mut desk.state, chat.clone());
    let opened = StoreEvent::Opened(loaded(&chat, 900..1000));
    assert_eq!(wanted(&desk.send_msg(stored_msg(opened))), [0; 0]);
    let measured = desk.state.measured;
    desk.state.transcript.scroll = Scroll::At(Anchor { message: 0, line: 2 });
    desk.state.transcript.selected = Some(3);
    let drawn = duologue::app::Measured { top: Anchor { message: 0, line: 2 }, ..measured };
    assert_eq!(wanted(&desk.send_msg(Msg::Drawn(drawn))), [400]);
    assert_eq!(wanted(&desk.send_msg(Msg::Drawn(drawn))), [0; 0], "once");
    desk.send_msg(stored_msg(StoreEvent::Opened(loaded(&chat, 500..1000))));
    let open = desk.state.transcript.open.as_ref().unwrap();
    assert_eq!((open.earlier, open.messages.len()), (500, 500));
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor { message: 400, line: 2 }));
    assert_eq!(desk.state.transcript.selected, Some(403));
    // What a change brings begins later, and keeps what was read before.
    desk.send_msg(stored_msg(StoreEvent::Opened(loaded(&chat, 950..1002))));
    let open = desk.state.transcript.open.as_ref().unwrap();
    assert_eq!((open.earlier, open.messages.len()), (500, 502));
    assert_eq!(open.messages[0].text, "message 500");
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor { message: 400, line: 2 }));
}

#[test]
fn the_first_line_and_an_edit_need_all_messages() {
    let mut desk = AppHarness::new();
    let chat = ConversationId::new("long");
    transcript::request_open(&mut desk.state, chat.clone());
    desk.send_msg(stored_msg(StoreEvent::Opened(loaded(&chat, 900..1000))));
    transcript::scroll_to_top(&mut desk.state);
    let measured = desk.state.measured;
    assert_eq!(wanted(&desk.send_msg(Msg::Drawn(measured))), [usize::MAX]);
    desk.send_msg(stored_msg(StoreEvent::Opened(loaded(&chat, 0..1000))));
    assert_eq!(desk.state.transcript.scroll, Scroll::At(Anchor::default()));
    assert_eq!(desk.state.transcript.open.as_ref().unwrap().messages[0].text, "message 0");
}
