//! Prompt templates in the window.

use std::fs;

use crossterm::event::KeyCode;
use duologue::app::{
    Effect, Msg, SessionEffect, StoreEffect, StoreEvent, TemplateCall, TemplateEntry,
    TemplateQuestion, TemplatesEffect, TemplatesEvent,
};
use duologue::chat::{Change, Preset, PromptServers, ReplyOutcome, ServerStep};

use crate::support::app_harness::{
    AppHarness, ended_event, opened_conversation, server_steps, stored_msg,
};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

/// A window that knows two templates, the second with the name of a command.
fn with_templates() -> AppHarness {
    let mut app = AppHarness::new();
    let entry = |name: &str, description: &str| TemplateEntry {
        name: name.into(),
        description: description.into(),
        usage: "ARGUMENT".into(),
        needs_argument: true,
        server: None,
    };
    let entries = vec![entry("explain", "Say \x1b[31mwhy"), entry("rename", "never")];
    let folder = "/home/ann/prompts".to_owned();
    app.send_msg(Msg::Templates(TemplatesEvent::Listed { entries, folder }));
    app
}

/// The call that the runtime is asked to expand.
fn expanded_call(effects: &[Effect]) -> Option<(TemplateCall, Option<String>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Templates(TemplatesEffect::Expand { call, selection, .. }) => {
            Some((call.clone(), selection.clone()))
        }
        _ => None,
    })
}

fn call() -> TemplateCall {
    TemplateCall { name: "explain".into(), argument: "monads".into() }
}

fn expanded(app: &mut AppHarness, expanded: Result<TemplateQuestion, String>) -> Vec<Effect> {
    let conversation = app.state.transcript.open.as_ref().map(|open| open.id.clone());
    let pending = (conversation.clone(), call());
    if !app.state.templates.calls.contains(&pending) {
        app.state.templates.calls.push(pending);
    }
    let event =
        TemplatesEvent::Expanded { call: call(), conversation, expanded: expanded.map(Box::new) };
    app.send_msg(Msg::Templates(event))
}

fn question(text: &str) -> TemplateQuestion {
    TemplateQuestion { text: text.into(), model: None, preset: None }
}

/// The text of the question that is stored.
fn stored_question(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::StoreQuestion { changes, .. }) => {
            changes.iter().find_map(|change| match change {
                Change::Append { message, .. } => Some(message.text.clone()),
                _ => None,
            })
        }
        _ => None,
    })
}

#[test]
fn a_template_is_called_from_the_palette_with_its_argument() {
    let mut app = with_templates();
    app.press(KeyCode::Char('/'));
    app.type_text("expl");
    let screen = app.screen();
    assert!(screen.contains("Templates") && screen.contains("/explain"), "{screen}");
    assert!(screen.contains("Say ␛[31mwhy"), "{screen}");
    // An argument is needed: the name is completed first.
    assert_eq!(expanded_call(&app.press(KeyCode::Enter)), None);
    app.type_text("monads");
    let (called, selection) = expanded_call(&app.press(KeyCode::Enter)).unwrap();
    assert_eq!((called, selection), (call(), None));
    let effects = expanded(&mut app, Ok(question("Explain monads {{argument}} @notes.txt.")));
    assert_eq!(
        stored_question(&effects).as_deref(),
        Some("Explain monads {{argument}} @notes.txt.")
    );
    let attaches = |it: &&Effect| matches!(it, Effect::Session(SessionEffect::AttachMentioned(_)));
    assert_eq!(effects.iter().find(attaches), None);
    assert!(
        effects.contains(&Effect::Session(SessionEffect::SavePrompt("/explain monads".into())))
    );
    assert!(app.screen().contains("Explain monads"), "{}", app.screen());
}

#[test]
fn a_call_in_the_composer_may_have_several_lines_and_commands_win() {
    let mut app = with_templates();
    app.paste("/explain this\nand that ");
    app.type_text("@notes.txt");
    let effects = app.press(KeyCode::Enter);
    let (called, _) = expanded_call(&effects).unwrap();
    assert_eq!(called.argument, "this\nand that @notes.txt");
    // A mention that the user wrote is meant as one.
    let attached = Effect::Session(SessionEffect::AttachMentioned(vec!["notes.txt".into()]));
    assert!(effects.contains(&attached), "{effects:?}");
    assert!(app.state.composer.text_is_empty());
    app.paste("/rename this");
    assert_eq!(expanded_call(&app.press(KeyCode::Enter)), None);
}

#[test]
fn a_call_is_a_draft_until_its_question_is_stored() {
    let draft_of = |effects: &[Effect]| {
        effects.iter().rev().find_map(|effect| match effect {
            Effect::Session(SessionEffect::SaveDraft { draft, .. }) => Some(draft.text.clone()),
            _ => None,
        })
    };
    let mut app = with_templates();
    app.paste("/explain monads");
    // Its server may need seconds for the prompt.
    let effects = app.press(KeyCode::Enter);
    assert_eq!(draft_of(&effects).as_deref(), Some("/explain monads"));
    app.type_text("since");
    assert_eq!(draft_of(&app.wait(2)).as_deref(), Some("/explain monads\n\nsince"));
    let effects = expanded(&mut app, Ok(question("Explain monads.")));
    assert!(stored_question(&effects).is_some());
    let is_told = |it: &Effect| matches!(it, Effect::Store(StoreEffect::StoreQuestion { typed: Some(typed), .. }) if typed == "/explain monads");
    assert!(effects.iter().any(is_told), "the store forgets the call with the question");
    assert_eq!(draft_of(&effects).as_deref(), Some("/explain monads\n\nsince"));
}

#[test]
fn a_call_in_a_temporary_conversation_is_discarded_with_it() {
    let mut app = with_templates();
    app.press(KeyCode::F(8));
    app.type_text("first");
    app.press(KeyCode::Enter);
    let turn = app.state.turns[0].id.clone();
    let id = app.state.turns[0].conversation.clone();
    app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
    app.paste("/explain monads");
    assert!(expanded_call(&app.press(KeyCode::Enter)).is_some());
    app.ctrl('p');
    app.type_text("delete");
    app.press(KeyCode::Enter);
    app.press(KeyCode::Char('y'));
    assert_eq!(app.notice(), "The temporary conversation was discarded.");
    // Its question comes when the conversation is gone already.
    for expanded in [Ok(Box::new(question("Explain monads."))), Err("It failed.".to_owned())] {
        let conversation = Some(id.clone());
        let event = TemplatesEvent::Expanded { call: call(), conversation, expanded };
        let mut effects = app.send_msg(Msg::Templates(event));
        effects.extend(app.wait(2));
        assert!(!format!("{effects:?}").contains("monads"), "{effects:?}");
        assert!(!app.screen().contains("monads"), "{}", app.screen());
    }
}

#[test]
fn the_composer_keeps_a_call_that_cannot_be_asked() {
    let mut app = with_templates();
    app.paste("/explain monads");
    app.press(KeyCode::Enter);
    app.type_text("since");
    let effects = expanded(&mut app, Err("The template explain needs an argument.".into()));
    assert_eq!(stored_question(&effects), None);
    assert!(app.notice().contains("needs an argument"), "{}", app.notice());
    assert_eq!(app.state.composer.text(), "/explain monads\nsince");
}

#[test]
fn a_call_that_is_no_question_yet_is_a_draft_after_the_program_has_ended() {
    let mut app = with_templates();
    app.paste("/explain monads");
    app.press(KeyCode::Enter);
    app.type_text("since");
    let effects = app.ctrl('q');
    assert!(app.is_quitting(), "{effects:?}");
    let saved = |it: &&Effect| {
        matches!(it, Effect::Session(SessionEffect::SaveDraft { draft, .. })
        if draft.text == "/explain monads\nsince")
    };
    assert!(effects.iter().any(|it| saved(&it)), "{effects:?}");
}

#[test]
fn a_prompt_of_a_server_is_waited_for_and_its_server_is_asked_when_the_palette_opens() {
    let mut app = with_templates();
    app.state.session.tool_servers = vec!["time".into()];
    // The key opens the palette for any command: no program is started for that.
    let asks = |effects: Vec<Effect>, servers| {
        let wanted = Effect::Templates(TemplatesEffect::ListPrompts(servers));
        assert!(effects.contains(&wanted), "{effects:?}");
    };
    asks(app.ctrl('p'), PromptServers::Running);
    app.press(KeyCode::Esc);
    asks(app.press(KeyCode::Char('/')), PromptServers::All);
    let entry = |name: &str| TemplateEntry {
        name: name.into(),
        description: "Convert \x1b[31ma time".into(),
        usage: "time \x1b[2Jzone".into(),
        needs_argument: true,
        server: Some("time".into()),
    };
    let entries = vec![entry("time:convert"), entry("time:explain")];
    app.send_msg(Msg::Templates(TemplatesEvent::PromptsListed { server: "time".into(), entries }));
    app.type_text("time:conv");
    assert!(app.screen().contains("Convert ␛[31ma time  time ␛[2Jzone"), "{}", app.screen());
    // A long description leaves room for the arguments.
    let long = TemplateEntry { description: "Convert it. ".repeat(20), ..entry("time:convert") };
    let server = "time".to_owned();
    let entries = vec![long, entry("time:explain")];
    app.send_msg(Msg::Templates(TemplatesEvent::PromptsListed { server, entries }));
    assert!(app.screen().contains("…  time ␛[2Jzone"), "{}", app.screen());
    app.press(KeyCode::Tab);
    app.type_text("12:00 UTC");
    let (called, _) = expanded_call(&app.press(KeyCode::Enter)).unwrap();
    assert_eq!((called.name.as_str(), called.argument.as_str()), ("time:convert", "12:00 UTC"));
    assert!(app.notice().contains("time:convert"), "{}", app.notice());
    // A list of the files leaves the prompts, and a new list of a server replaces its own.
    let listed = TemplatesEvent::Listed { entries: Vec::new(), folder: String::new() };
    app.send_msg(Msg::Templates(listed));
    let names = |app: &AppHarness| -> Vec<String> {
        app.state.templates.entries.iter().map(|it| it.name.clone()).collect()
    };
    assert_eq!(names(&app), ["time:convert", "time:explain"]);
    let entries = vec![entry("time:explain")];
    app.send_msg(Msg::Templates(TemplatesEvent::PromptsListed { server: "time".into(), entries }));
    assert_eq!(names(&app), ["time:explain"]);
}

#[test]
fn a_prompt_that_is_not_listed_yet_is_called_from_the_palette() {
    let mut app = with_templates();
    app.state.session.tool_servers = vec!["time".into()];
    app.press(KeyCode::Char('/'));
    app.type_text("time:convert 12:00");
    let (called, _) = expanded_call(&app.press(KeyCode::Enter)).unwrap();
    assert_eq!((called.name.as_str(), called.argument.as_str()), ("time:convert", "12:00"));
    assert!(app.state.overlay.is_none());
}

#[test]
fn the_selected_message_is_the_selection() {
    let mut app = with_templates();
    let (turn, _) = app.ask("What is a monad?");
    drop(turn);
    app.press(KeyCode::Tab);
    app.press(KeyCode::Up);
    app.ctrl('p');
    app.type_text("explain x");
    let (_, selection) = expanded_call(&app.press(KeyCode::Enter)).unwrap();
    assert_eq!(selection.as_deref(), Some("What is a monad?"));
}

#[test]
fn the_model_and_the_preset_of_a_template_are_for_its_question_alone() {
    let mut app = with_templates();
    let preset = Preset {
        id: "p1".into(),
        name: "Poet".into(),
        instructions: Some("Write verse.".into()),
        model: Some("m1".into()),
        ..Preset::default()
    };
    let named =
        TemplateQuestion { model: Some("m2".into()), preset: Some(preset), ..question("Hi") };
    let effects = expanded(&mut app, Ok(named));
    let (turn, id) = effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Store(StoreEffect::StoreQuestion { turn, conversation, .. }) => {
                Some((turn.clone(), conversation.clone()))
            }
            _ => None,
        })
        .unwrap();
    let conversation = opened_conversation(&id, &[]);
    let effects = app.send_msg(stored_msg(StoreEvent::QuestionStored { turn, conversation }));
    let asked = server_steps(&effects).find_map(|(_, step)| match step {
        ServerStep::Send { options, .. } => Some(options.clone()),
        _ => None,
    });
    let options = asked.unwrap();
    assert_eq!((options.model.as_str(), options.preset.as_deref()), ("m2", Some("p1")));
    assert_eq!(options.instructions.as_deref(), Some("Write verse."));
    assert_eq!(app.state.session.options().model, "o4-mini");
    assert_eq!(app.state.session.options().preset, None);
}

#[test]
fn during_an_answer_the_question_is_queued_and_another_conversation_gets_none() {
    let mut app = with_templates();
    app.ask("first");
    expanded(&mut app, Ok(question("Explain monads.")));
    let queued: Vec<&str> = app.state.queued_questions.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(queued, ["Explain monads."]);
    app.state.templates.calls.push((None, call()));
    let elsewhere = TemplatesEvent::Expanded {
        call: call(),
        conversation: None,
        expanded: Ok(Box::new(question("Elsewhere"))),
    };
    let effects = app.send_msg(Msg::Templates(elsewhere));
    assert_eq!(stored_question(&effects), None);
    assert_eq!(app.state.drafts[&None].text, "/explain monads");
}

#[test]
fn the_templates_alone_are_listed_by_their_command() {
    let mut app = with_templates();
    app.paste("/templates");
    let effects = app.press(KeyCode::Enter);
    assert!(effects.contains(&Effect::Templates(TemplatesEffect::List)));
    let screen = app.screen();
    assert!(screen.contains("/explain") && !screen.contains("/model"), "{screen}");
    let mut empty = AppHarness::new();
    empty.paste("/templates");
    empty.press(KeyCode::Enter);
    assert!(empty.notice().contains("no templates yet"), "{}", empty.notice());
}

#[test]
fn a_template_file_is_read_again_at_each_use() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let folder = home.path().join("config/duologue/prompts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(home.path().join("notes.txt"), "from the file\n").unwrap();
    fs::write(folder.join("explain.md"), "Explain {{argument}}: {{file:~/notes.txt}}").unwrap();
    let mut pty = Pty::start(&home, &[], 100, 30);
    pty.wait_for("Ask anything");
    pty.press("/");
    pty.wait_for("Commands");
    pty.press("expl");
    pty.wait_for("1/");
    pty.press("\t");
    pty.press("monads\r");
    pty.wait_for("Explain monads: from the file");
    pty.wait_for("tokens/s");
    fs::write(folder.join("explain.md"), "---\nmodel: demo-small\n---\nAnd now {{argument}}?")
        .unwrap();
    pty.press("/");
    pty.wait_for("Commands");
    pty.press("explain comonads\r");
    pty.wait_for("And now comonads?");
    pty.wait("the question is sent", |_| server.answer_requests().len() == 2);
    pty.press("\x11");
    assert_eq!(pty.wait_for_end(), 0);
    let asked = server.answer_requests();
    assert_eq!(asked[0]["input"], "Explain monads: from the file");
    assert_eq!(asked[1]["model"], "demo-small");
}

#[test]
fn a_template_hidden_by_a_command_says_so_where_it_is_offered() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let folder = home.path().join("config/duologue/prompts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("rename.md"), "Rename {{argument}}.").unwrap();
    let mut pty = Pty::start(&home, &[], 120, 30);
    pty.wait_for("Ask anything");
    pty.press("/");
    pty.wait_for("Commands");
    pty.press("rename");
    pty.wait_for("Rename rename.md: /rename is a command.");
}
