//! The dialog about a tool call: who is asked, when, and what the answer means.

use crossterm::event::KeyCode;
use duologue::app::{ApiEffect, Effect, Focus, Msg, SessionEffect, TerminalEffect, TerminalFocus};
use duologue::chat::{
    ApprovalAnswer, ReplyEvent, ReplyOutcome, ServerStep, ServerTools, ToolEffect, ToolInfo,
    ToolRequest, ToolUse, TurnId,
};

use crate::support::app_harness::{AppHarness, at, ended_event, server_steps};

fn request(tool: &str) -> ToolRequest {
    ToolRequest {
        server: "files".into(),
        tool: tool.into(),
        description: "Reads a file.".into(),
        arguments: "{\n  \"path\": \"/home/ann/notes.txt\"\n}".into(),
        effect: ToolEffect::ReadOnly,
        definition: "v1".into(),
    }
}

/// A call waits, and no key is pressed for a moment.
fn wait_for_dialog(desk: &mut AppHarness, turn: &TurnId, request: ToolRequest) -> Vec<Effect> {
    let effects = need_approval(desk, turn, request);
    desk.send_msg(Msg::Paused);
    effects
}

fn need_approval(desk: &mut AppHarness, turn: &TurnId, request: ToolRequest) -> Vec<Effect> {
    desk.reply(turn, ReplyEvent::ApprovalNeeded(Box::new(request)))
}

fn answers(effects: &[Effect]) -> Vec<ApprovalAnswer> {
    let answer = |(_, step)| match step {
        &ServerStep::SendApproval(answer) => Some(answer),
        _ => None,
    };
    server_steps(effects).filter_map(answer).collect()
}

/// A conversation whose answer waits for permission.
fn waiting() -> (AppHarness, TurnId) {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("What is in my notes?");
    assert_eq!(wait_for_dialog(&mut desk, &turn, request("read")), []);
    (desk, turn)
}

#[test]
fn the_dialog_shows_the_call_and_enter_allows_it_once() {
    let (mut desk, turn) = waiting();
    let screen = desk.screen();
    for shown in ["files/read", "Reads a file.", "\"path\": \"/home/ann/notes.txt\"", "only reads"]
    {
        assert!(screen.contains(shown), "{shown}\n{screen}");
    }
    assert_eq!(answers(&desk.press(KeyCode::Enter)), [ApprovalAnswer::Allowed]);
    assert!(desk.screen().contains("Using files/read"));
    wait_for_dialog(&mut desk, &turn, request("read"));
    assert!(desk.screen().contains("Allow this tool call?"), "the next call is asked about");
}

#[test]
fn escape_refuses_and_letters_go_to_the_composer() {
    let (mut desk, _) = waiting();
    desk.type_text("and then?");
    assert!(!desk.screen().contains("Allow this tool call?"));
    assert_eq!(desk.state.composer.editor.text(), "and then?");
    assert_eq!(answers(&desk.press(KeyCode::Enter)), []);
    assert!(desk.screen().contains("Allow this tool call?"), "the text is queued");
    assert_eq!(answers(&desk.press(KeyCode::Esc)), [ApprovalAnswer::Refused]);
    assert!(!desk.screen().contains("Allow this tool call?"));
}

#[test]
fn a_permission_for_the_conversation_covers_its_later_calls_of_the_same_tool() {
    let (mut desk, turn) = waiting();
    desk.press(KeyCode::Down);
    assert_eq!(answers(&desk.press(KeyCode::Enter)), [ApprovalAnswer::Allowed]);
    let again = wait_for_dialog(&mut desk, &turn, request("read"));
    assert_eq!(answers(&again), [ApprovalAnswer::Allowed]);
    let changed = ToolRequest { definition: "v2".into(), ..request("read") };
    assert_eq!(answers(&wait_for_dialog(&mut desk, &turn, changed)), []);
    desk.press(KeyCode::Esc);
    assert_eq!(answers(&wait_for_dialog(&mut desk, &turn, request("write"))), []);
}

#[test]
fn a_permission_for_good_is_saved() {
    let (mut desk, _) = waiting();
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Down);
    let effects = desk.press(KeyCode::Enter);
    let saved = effects.iter().find_map(|effect| match effect {
        Effect::Session(SessionEffect::SaveToolPermission(permission)) => Some(&permission.tool),
        _ => None,
    });
    assert_eq!(saved.map(String::as_str), Some("files/read"));
    assert_eq!(answers(&effects), [ApprovalAnswer::Allowed]);
}

#[test]
fn no_key_of_a_text_answers_and_f7_opens_the_dialog_over_it() {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("What is in my notes?");
    desk.type_text("and in");
    wait_for_dialog(&mut desk, &turn, request("read"));
    assert!(desk.screen().contains("files/read waits for your permission"), "{}", desk.screen());
    desk.type_text(" my");
    assert!(!desk.screen().contains("Allow this tool call?"));
    desk.press(KeyCode::F(7));
    assert!(desk.screen().contains("Allow this tool call?"));
    assert_eq!(answers(&desk.press(KeyCode::Enter)), [ApprovalAnswer::Allowed]);
    assert_eq!(desk.state.composer.editor.text(), "and in my");
}

#[test]
fn the_dialog_waits_as_long_as_the_keys_are_for_something_else() {
    type Begin = fn(&mut AppHarness);
    let places: [(&str, Begin, KeyCode); 4] = [
        ("the composer", |desk| desk.type_text("no"), KeyCode::Backspace),
        ("the search bar", |desk| drop(desk.ctrl('f')), KeyCode::Esc),
        ("the list", |desk| desk.state.focus = Focus::List, KeyCode::Tab),
        (
            "the filter of the list",
            |desk| {
                desk.state.focus = Focus::List;
                desk.type_text("/rust");
                assert!(desk.state.list.filter.is_some());
            },
            KeyCode::Tab,
        ),
    ];
    for (place, begin, leave) in places {
        let mut desk = AppHarness::new();
        let (turn, _) = desk.ask("What is in my notes?");
        begin(&mut desk);
        wait_for_dialog(&mut desk, &turn, request("read"));
        assert!(desk.state.overlay.is_none(), "{place}");
        for _ in 0..2 {
            if desk.state.overlay.is_none() {
                desk.press(leave);
            }
        }
        assert!(desk.state.overlay.is_some(), "{place} was left");
    }
}

#[test]
fn an_enter_that_comes_as_the_dialog_opens_does_not_answer_it() {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("What is in my notes?");
    desk.type_text("and then?");
    need_approval(&mut desk, &turn, request("read"));
    // It queues the question, which empties the composer.
    desk.press(KeyCode::Enter);
    let screen = desk.screen();
    assert!(screen.contains("Allow this tool call?"), "{screen}");
    assert!(!screen.contains("Enter select"), "{screen}");
    assert_eq!(answers(&desk.press(KeyCode::Enter)), []);
    desk.send_msg(Msg::Paused);
    assert!(desk.screen().contains("Enter select"), "{}", desk.screen());
    assert_eq!(answers(&desk.press(KeyCode::Enter)), [ApprovalAnswer::Allowed]);
    // The next call is asked about in the same place.
    need_approval(&mut desk, &turn, request("write"));
    assert_eq!(answers(&desk.press(KeyCode::Enter)), []);
    // A key that is held is no answer.
    for _ in 0..4 {
        desk.wait(1);
        assert_eq!(answers(&desk.press(KeyCode::Enter)), []);
    }
    // Where other answers arrive all the time, there is no pause.
    desk.wait(2);
    assert_eq!(answers(&desk.press(KeyCode::Enter)), [ApprovalAnswer::Allowed]);
}

#[test]
fn the_dialog_closes_with_the_call_and_waits_for_its_conversation() {
    let (mut desk, turn) = waiting();
    desk.reply(&turn, ended_event(ReplyOutcome::Completed, "Nothing."));
    assert!(!desk.screen().contains("Allow this tool call?"));

    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("What is in my notes?");
    desk.ctrl('n');
    wait_for_dialog(&mut desk, &turn, request("read"));
    assert!(!desk.screen().contains("Allow this tool call?"), "another conversation is open");
}

#[test]
fn somebody_who_looks_elsewhere_is_notified() {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("What is in my notes?");
    desk.state.terminal.focus = TerminalFocus::Unfocused;
    let effects = wait_for_dialog(&mut desk, &turn, request("read"));
    let expected = "files/read waits for your permission.".to_owned();
    assert_eq!(effects, [Effect::Terminal(TerminalEffect::Notify(expected))]);
}

#[test]
fn texts_of_the_server_and_the_model_are_harmless_and_can_be_scrolled() {
    let mut desk = AppHarness::new();
    let (turn, _) = desk.ask("q");
    let line = |number: u8| format!("  \"key{number}\": \"\u{1b}]0;x\u{7}\",\n");
    let numbered: Vec<String> = (0..60).map(line).collect();
    let hostile = ToolRequest {
        tool: "re\u{1b}[31mad".into(),
        description: "\u{202e}evil\u{7}\n".repeat(50),
        arguments: numbered.concat(),
        ..request("read")
    };
    wait_for_dialog(&mut desk, &turn, hostile);
    for size in [(120, 40), (80, 24), (40, 15), (40, 12), (20, 5)] {
        desk.state.size = size.into();
        let screen = desk.screen();
        assert!(!screen.chars().any(|c| c.is_control() && c != '\n'), "{screen}");
        assert!(screen.contains("Allow once"), "{size:?}\n{screen}");
    }
    desk.state.size = (80, 24).into();
    assert!(!desk.screen().contains("key59"));
    desk.state.measured.last_approval_top = 100;
    for _ in 0..20 {
        desk.press(KeyCode::PageDown);
    }
    assert!(desk.screen().contains("key59"), "{}", desk.screen());
}

#[test]
fn a_tool_that_ran_is_shown_while_the_model_goes_on() {
    let (mut desk, turn) = waiting();
    desk.press(KeyCode::Enter);
    let tool = ToolUse {
        name: "files/read".into(),
        input: "{}".into(),
        output: "{}".into(),
        success: true,
        was_run: true,
        at: at(1000),
        input_display: String::new(),
        output_display: "line one\nline two".into(),
    };
    desk.reply(&turn, ReplyEvent::ToolUsed(Box::new(tool)));
    assert!(desk.screen().contains("files/read: line one line two"), "{}", desk.screen());
}

#[test]
fn the_list_of_tools_turns_servers_and_tools_on() {
    let mut desk = AppHarness::new();
    desk.press(KeyCode::F(7));
    assert!(desk.notice().contains("Tools are on"), "{}", desk.notice());
    desk.press(KeyCode::F(7));

    desk.state.session.tool_servers = vec!["time".into(), "files".into()];
    assert_eq!(desk.press(KeyCode::F(7)), [Effect::Api(ApiEffect::ListTools)]);
    assert!(desk.screen().contains("starting…"), "{}", desk.screen());
    let tool = ToolInfo {
        name: "no\u{1b}w".into(),
        description: "Tells the time.\nReally.".into(),
        effect: ToolEffect::ReadOnly,
    };
    let failure = "The MCP server \"files\" could not be started: it ended.".to_owned();
    desk.send_msg(Msg::ToolsListed(vec![
        ServerTools { server: "time".into(), tools: Ok(vec![tool]) },
        ServerTools { server: "files".into(), tools: Err(failure) },
    ]));
    let screen = desk.screen();
    for shown in ["○ time", "1 tool", "○ no␛w", "Tells the time.", "could not be started"] {
        assert!(screen.contains(shown), "{shown}\n{screen}");
    }
    // Below the two tools of the program.
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Enter);
    assert_eq!(desk.state.session.tools, ["time"]);
    assert!(desk.screen().contains("● time"), "{}", desk.screen());
    desk.press(KeyCode::Down);
    desk.press(KeyCode::Char(' '));
    assert!(desk.state.session.tools.is_empty(), "{:?}", desk.state.session.tools);
    desk.press(KeyCode::Esc);
    assert!(desk.state.overlay.is_none());
}
