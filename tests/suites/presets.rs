//! Presets: the web app's file beside its chats, or a private one; used for questions and stored with
//! answers.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{
    ApiEffect, Effect, Msg, SessionEffect, StoreEffect, StoreEvent, TerminalEffect,
};
use duologue::app::{Overlay, PresetField, PresetTask};
use duologue::chat::preset::PresetRules;
use duologue::chat::{
    Failure, FailureKind, Preset, PresetChange, PresetList, ServerTools, ToolEffect, ToolInfo,
};
use duologue::settings::{Theme, ThemeName};
use duologue::view::{self, LayoutCache};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::{Value, json};

use crate::support::app_harness::{AppHarness, saved_drafts, stored_msg};
use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::loop_harness::LoopHarness;
#[cfg(unix)]
use crate::support::unprivileged_user::UnprivilegedUser;

/// The web app's file, beside its chats folder, with what no version of ours knows.
fn web_presets(home: &Home) -> std::path::PathBuf {
    let folder = home.path().join("agents");
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("ann.json");
    let text = json!({ "presets": {
        "default": { "id": "default", "name": "Default Assistant", "instructions": "Help.",
            "model": "gpt-5.1", "default_reasoning_level": "medium", "created_at": 1, "updated_at": 1 },
        "3871f440": { "id": "3871f440", "name": "Reviewer", "instructions": "Review code.",
            "model": "gpt-5-mini", "default_reasoning_level": "low", "created_at": 1,
            "updated_at": 1, "colour": "teal" },
    } });
    std::fs::write(&file, serde_json::to_string_pretty(&text).unwrap()).unwrap();
    file
}

#[test]
fn the_web_apps_presets_are_listed_asked_by_and_kept_with_the_answer() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    web_presets(&home);
    let listed: Value = serde_json::from_str(&home.run(&["presets", "--json"]).stdout).unwrap();
    let names: Vec<_> =
        listed["presets"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Default Assistant", "Reviewer"]);
    let ran = home.run(&["ask", "--preset", "review", "hello"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sent = &server.answer_requests()[0];
    let reported = sent["instructions"].as_str().unwrap();
    assert!(reported.starts_with("Knowledge cutoff: 2024-09-30. Current date: 2"), "{reported}");
    assert!(reported.ends_with(".\nReview code."), "{reported}");
    // Only the date of an undocumented model is known.
    assert_eq!(home.run(&["ask", "--preset", "review", "--model", "demo-llama", "hi"]).code, 0);
    let reported = server.answer_requests()[1]["instructions"].as_str().unwrap().to_owned();
    assert!(
        reported.starts_with("Current date: 2") && reported.ends_with(".\nReview code."),
        "{reported}"
    );
    assert_eq!(
        (&sent["model"], &sent["reasoning"]["effort"]),
        (&json!("gpt-5-mini"), &json!("low"))
    );
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    let answer = &chat["messages"][1];
    assert_eq!(answer["agent_preset_id"], "3871f440");
    assert_eq!((&answer["reasoning_level"], &answer["model"]), (&json!("low"), &Value::Null));
}

#[test]
fn changes_keep_what_is_not_ours_and_the_web_apps_rules() {
    let home = Home::new();
    let file = web_presets(&home);
    let before = std::fs::read_to_string(&file).unwrap();
    for (words, code, why) in [
        (
            vec!["presets", "create", "X", "--instructions", "Y", "--ask-model", "o4-mini"],
            2,
            "web app",
        ),
        (vec!["presets", "edit", "Reviewer", "--effort", "xhigh"], 2, "high, medium and low"),
        (vec!["presets", "create", "X"], 1, "instructions"),
        (vec!["presets", "edit", "default", "--instructions", "Y"], 1, "Duplicate"),
        (vec!["presets", "delete", "default"], 1, "Duplicate"),
        (vec!["presets", "delete", "nobody"], 1, "no preset"),
    ] {
        let ran = home.run(&words);
        assert!(ran.code == code && ran.stderr.contains(why), "{words:?}: {}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    }
    let ran = home.run(&["presets", "edit", "Reviewer", "--effort", "high"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let reviewer = &after["presets"]["3871f440"];
    assert_eq!(
        (&reviewer["default_reasoning_level"], &reviewer["colour"]),
        (&json!("high"), &json!("teal"))
    );
    assert_eq!(after["presets"]["default"]["updated_at"], 1);
    assert_eq!(home.run(&["presets", "duplicate", "default", "Mine"]).code, 0);
    assert_eq!(home.run(&["presets", "delete", "Reviewer"]).code, 0);
    let listed = home.run(&["presets"]).stdout;
    assert!(listed.contains("Mine") && !listed.contains("Reviewer"), "{listed}");
}

#[test]
fn a_second_preset_of_a_name_says_how_to_tell_them_apart() {
    let home = Home::new();
    let create = |name: &str| home.run(&["presets", "create", name, "--instructions", "Write."]);
    assert!(!create("Poet").stderr.contains("presets are named"));
    let second = create("poet");
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert!(second.stderr.contains("2 presets are named \"poet\" now"), "{}", second.stderr);
    let id = second.stderr.split("by its id ").nth(1).unwrap().split(',').next().unwrap();
    let renamed = home.run(&["presets", "rename", id, "Bard"]);
    assert_eq!(renamed.code, 0, "{}", renamed.stderr);
    assert!(!renamed.stderr.contains("presets are named"), "{}", renamed.stderr);
    let again = home.run(&["presets", "rename", "Bard", "Poet"]);
    assert!(again.stderr.contains("2 presets are named \"Poet\" now"), "{}", again.stderr);
}

#[test]
fn a_plain_install_has_presets_of_its_own_with_any_model() {
    let home = Home::new();
    let made = home.run_with_input(
        &[
            "presets",
            "create",
            "Poet",
            "--instructions",
            "-",
            "--ask-model",
            "llama",
            "--tools",
            "",
        ],
        "Write verse.\n",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(home.path().join("config/duologue/presets.json").exists());
    let listed = home.run(&["presets"]).stdout;
    assert!(listed.contains("Poet (llama; no tools): Write verse."), "{listed}");
    let edited = home.run(&["presets", "edit", "Poet", "--model", "qwen3"]);
    assert_eq!(edited.code, 0, "{}", edited.stderr);
    let words = ["presets", "create", "Bard", "--instructions", "Sing.", "--model", "gpt-5-pro"];
    assert_eq!(home.run(&words).code, 0);
    let listed = home.run(&["presets"]).stdout;
    assert!(listed.contains("Poet (qwen3; no tools)"), "{listed}");
    assert!(listed.contains("Bard (gpt-5-pro)"), "{listed}");
    let two = ["presets", "edit", "Bard", "--model", "one", "--ask-model", "two"];
    let two = home.run(&two);
    assert!(two.code == 2 && two.stderr.contains("Leave out"), "{}", two.stderr);
    let ran = home.run(&["ask", "--preset", "nobody", "hello"]);
    assert!(ran.code == 2 && ran.stderr.contains("no preset"), "{}", ran.stderr);
    assert!(!home.file().exists(), "nothing is stored for a preset that is not there");
}

#[test]
fn an_unreadable_file_is_reported_and_unchanged() {
    let home = Home::new();
    let file = web_presets(&home);
    for broken in ["{\"presets\": {", "5", "{\"presets\": 5}"] {
        std::fs::write(&file, broken).unwrap();
        let ran = home.run(&["presets", "create", "X", "--instructions", "Y"]);
        assert!(ran.code == 1 && ran.stderr.contains("ann.json"), "{}", ran.stderr);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), broken);
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_as_the_presets_file_is_refused_and_not_waited_for() {
    let home = Home::new();
    let path = home.path().join("config/duologue/presets.json");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    for _ in 0..2 {
        let ran = home.run(&["presets"]);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("it is not a regular file"), "{}", ran.stderr);
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    }
}

fn poet() -> Preset {
    Preset {
        id: "p1".into(),
        name: "Poet".into(),
        instructions: Some("Be brief.".into()),
        model: Some("m2".into()),
        effort: Some("high".into()),
        tools: None,
    }
}

fn listed(presets: &[Preset], rules: PresetRules) -> Msg {
    let presets = presets.to_vec();
    stored_msg(StoreEvent::PresetsListed(Ok(PresetList {
        presets,
        problems: Vec::new(),
        rules,
        default_instructions: "Help.".into(),
    })))
}

/// The application with the list of presets open.
fn at_the_list(rules: PresetRules) -> AppHarness {
    let mut app = AppHarness::new();
    app.type_text("/preset");
    assert_eq!(app.press(KeyCode::Enter), [Effect::Store(StoreEffect::ListPresets)]);
    app.send_msg(listed(&[Preset::default_preset(PresetRules::Own), poet()], rules));
    app
}

fn preset_effects(app: &AppHarness) -> &PresetTask {
    match &app.state.overlay {
        Some(Overlay::Presets(picker)) => &picker.task,
        other => panic!("no list of presets but {other:?}"),
    }
}

fn picker_message(app: &AppHarness) -> &str {
    match &app.state.overlay {
        Some(Overlay::Presets(picker)) => picker.message.as_ref().map_or("", |(_, text)| text),
        _ => "",
    }
}

fn preset_changes(effects: &[Effect]) -> Option<&PresetChange> {
    effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreEffect::ChangePreset(change)) => Some(&**change),
        _ => None,
    })
}

#[test]
fn a_preset_is_chosen_from_the_list_or_by_name_and_stays_chosen() {
    let mut app = at_the_list(PresetRules::Own);
    app.press(KeyCode::Down);
    app.press(KeyCode::Enter);
    assert!(app.notice().contains("Poet"), "{}", app.notice());
    let options = app.state.session.options();
    assert_eq!((options.model.as_str(), options.effort.as_deref()), ("m2", Some("high")));
    assert_eq!(options.preset.as_deref(), Some("p1"));
    assert_eq!(options.instructions.as_deref(), Some("Be brief."));
    app.type_text("/preset default");
    assert_eq!(app.press(KeyCode::Enter), [Effect::Store(StoreEffect::ListPresets)]);
    app.send_msg(listed(&[Preset::default_preset(PresetRules::Own), poet()], PresetRules::Own));
    assert_eq!(app.state.session.options().preset.as_deref(), Some("default"));
    assert_eq!(app.state.session.options().instructions, None);
}

#[test]
fn the_preset_form_shows_errors_beside_their_fields() {
    let mut app = at_the_list(PresetRules::Web);
    app.ctrl('n');
    app.press(KeyCode::Enter);
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    let wrong: Vec<_> = form.faults.iter().map(|fault| PresetField::of(*fault)).collect();
    assert_eq!(wrong, [PresetField::Name, PresetField::Instructions]);
    app.type_text("poet two");
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    let wrong: Vec<_> = form.faults.iter().map(|fault| PresetField::of(*fault)).collect();
    assert_eq!(wrong, [PresetField::Instructions], "judged again with every key");
    app.press(KeyCode::Tab);
    app.type_text("Write.");
    app.press(KeyCode::Enter);
    app.paste("In\r\nverse.");
    app.press(KeyCode::Tab);
    app.type_text("gpt-4");
    app.press(KeyCode::Tab);
    app.press(KeyCode::Right);
    app.press(KeyCode::Tab);
    app.press(KeyCode::Right);
    assert_eq!(preset_changes(&app.ctrl('s')), None);
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    assert_eq!(
        (form.faults.len(), form.field),
        (1, PresetField::Model),
        "the keys go where it is wrong"
    );
    app.press(KeyCode::Backspace);
    app.type_text("5");
    let effects = app.press(KeyCode::Enter);
    let Some(PresetChange::Create { preset }) = preset_changes(&effects) else {
        panic!("{effects:?}")
    };
    assert_eq!(preset.name, "poet two");
    assert_eq!(preset.instructions.as_deref(), Some("Write.\nIn\nverse."));
    let rest = (preset.model.as_deref(), preset.effort.as_deref(), preset.tools.as_deref());
    // One step from what the web app fills in: medium, and both tools.
    assert_eq!(rest, (Some("gpt-5"), Some("high"), Some(["calculator".to_owned()].as_slice())));
    // It stays in sight until it is kept, and is under the cursor then.
    let made = preset.clone();
    assert!(matches!(preset_effects(&app), PresetTask::Editing(_)));
    let failure =
        duologue::chat::Failure::new(duologue::chat::FailureKind::Storage, "No room.", "");
    app.send_msg(stored_msg(StoreEvent::PresetChanged {
        id: Some(made.id.clone()),
        outcome: Err(failure),
    }));
    assert!(
        matches!(preset_effects(&app), PresetTask::Editing(_))
            && picker_message(&app).contains("No room.")
    );
    app.ctrl('s');
    app.send_msg(listed(
        &[Preset::default_preset(PresetRules::Own), poet(), made.clone()],
        PresetRules::Web,
    ));
    app.send_msg(stored_msg(StoreEvent::PresetChanged {
        id: Some(made.id.clone()),
        outcome: Ok("Made.".into()),
    }));
    assert!(matches!(preset_effects(&app), PresetTask::Choosing));
    assert_eq!(picker_message(&app), "Made. Alt+U to undo.");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.preset.as_ref(), Some(&made));
}

fn drawn(app: &AppHarness, size: (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let (theme, mut cache) = (Theme::built_in(ThemeName::Dark), LayoutCache::default());
    let draw = |frame: &mut ratatui::Frame<'_>| {
        view::draw(frame, &app.state, &theme, &mut cache);
    };
    terminal.draw(draw).unwrap();
    terminal.backend().to_string()
}

#[test]
fn the_focused_field_and_its_error_are_visible_at_every_size() {
    for size in [(120, 40), (80, 24), (40, 12), (30, 10)] {
        let mut app = at_the_list(PresetRules::Web);
        app.state.size = size.into();
        assert!(drawn(&app, size).contains("Poet"), "{size:?}");
        app.ctrl('n');
        app.press(KeyCode::Tab);
        app.press(KeyCode::Tab);
        app.type_text("gpt-4");
        app.press(KeyCode::Enter);
        for field in PresetField::ALL {
            let shown = drawn(&app, size);
            assert!(shown.contains(field.label()), "{size:?} {field:?}\n{shown}");
            let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
            assert_eq!(form.field, field);
            for fault in form.faults.iter().filter(|fault| PresetField::of(**fault) == field) {
                let begin = &fault.sentence()[..12];
                assert!(shown.contains(begin), "{size:?} {field:?}\n{shown}");
            }
            app.press(KeyCode::Tab);
        }
    }
}

#[test]
fn an_unfinished_form_survives_closing_and_a_restart() {
    let mut app = at_the_list(PresetRules::Own);
    app.ctrl('n');
    app.press(KeyCode::Tab);
    app.type_text("Long instructions");
    let effects = app.send_msg(Msg::TimePassed(crate::support::app_harness::at(1002)));
    let kept = effects.iter().any(|it| {
        matches!(it, Effect::Session(SessionEffect::SaveDraft { draft, .. }) if draft.text.contains("Long instructions"))
    });
    assert!(kept, "on disk a second later: {effects:?}");
    assert_eq!(
        app.send_msg(Msg::TimePassed(crate::support::app_harness::at(1009))),
        [],
        "and only once"
    );
    app.type_text("!");
    app.press(KeyCode::Esc);
    assert!(
        matches!(preset_effects(&app), PresetTask::Choosing)
            && picker_message(&app).contains("Not saved")
    );
    app.ctrl('n');
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    assert_eq!(form.instructions.text(), "Long instructions!");
    // The draft of a run before.
    let draft = app.state.drafts.clone();
    let mut other = AppHarness::new();
    other.send_msg(stored_msg(StoreEvent::DraftsFound(draft.into_iter().collect())));
    other.type_text("/preset");
    other.press(KeyCode::Enter);
    other.send_msg(listed(&[Preset::default_preset(PresetRules::Own)], PresetRules::Own));
    other.ctrl('n');
    let PresetTask::Editing(form) = preset_effects(&other) else { panic!() };
    assert_eq!(form.instructions.text(), "Long instructions!");
    assert_eq!(other.state.composer.text(), "");
}

#[test]
fn presets_are_edited_renamed_copied_and_removed_by_the_keys_of_the_list() {
    let mut app = at_the_list(PresetRules::Own);
    let keys = [
        (KeyCode::Char('e'), KeyModifiers::ALT),
        (KeyCode::F(2), KeyModifiers::NONE),
        (KeyCode::Delete, KeyModifiers::NONE),
    ];
    for (key, held) in keys {
        app.key(key, held);
        assert!(matches!(preset_effects(&app), PresetTask::Choosing), "{key}");
        assert!(picker_message(&app).contains("Duplicate it"), "nobody changes the default one");
    }
    app.press(KeyCode::Down);
    app.press(KeyCode::F(2));
    app.key(KeyCode::Char('u'), KeyModifiers::CONTROL);
    assert_eq!(app.press(KeyCode::Enter), []);
    let PresetTask::Renaming(renaming) = preset_effects(&app) else { panic!() };
    assert!(renaming.fault.is_some());
    app.type_text("Bard");
    let effects = app.press(KeyCode::Enter);
    let Some(PresetChange::Edit { before, after }) = preset_changes(&effects) else { panic!() };
    assert_eq!((before, after.name.as_str()), (&poet(), "Bard"));
    app.press(KeyCode::Esc);
    let effects = app.key(KeyCode::Char('d'), KeyModifiers::ALT);
    let Some(PresetChange::Create { preset }) = preset_changes(&effects) else { panic!() };
    assert_eq!((preset.name.as_str(), preset.model.as_deref()), ("Poet copy", Some("m2")));
    assert_ne!(preset.id, "p1");
    app.press(KeyCode::Delete);
    assert_eq!(app.press(KeyCode::Char('x')), []);
    let effects = app.press(KeyCode::Char('y'));
    assert!(
        matches!(preset_changes(&effects), Some(PresetChange::Delete { id, .. }) if id == "p1")
    );
    assert_eq!(
        app.key(KeyCode::Char('u'), KeyModifiers::ALT),
        [Effect::Store(StoreEffect::UndoPreset)]
    );
}

#[test]
fn tools_of_mcp_servers_are_chosen_in_the_list_over_the_form() {
    let mut app = at_the_list(PresetRules::Own);
    app.state.session.tool_servers = vec!["time".into()];
    app.press(KeyCode::Down);
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    assert_eq!(app.press(KeyCode::F(7)), [Effect::Api(ApiEffect::ListTools)]);
    let tool = |name: &str| ToolInfo {
        name: name.into(),
        description: "Tells the time.".into(),
        effect: ToolEffect::ReadOnly,
    };
    let tools = Ok(vec![tool("now"), tool("convert")]);
    app.send_msg(Msg::ToolsListed(vec![ServerTools { server: "time".into(), tools }]));
    assert!(app.screen().contains("○ now"), "{}", app.screen());
    // The calculator, and the second tool of the server.
    app.press(KeyCode::Enter);
    for _ in 0..4 {
        app.press(KeyCode::Down);
    }
    app.press(KeyCode::Char(' '));
    assert!(app.screen().contains("◐ time"), "{}", app.screen());
    app.press(KeyCode::Esc);
    let screen = app.screen();
    assert!(screen.contains("calculator, time/convert") && screen.contains("F7 lists"), "{screen}");
    let effects = app.press(KeyCode::Enter);
    let Some(PresetChange::Edit { after, .. }) = preset_changes(&effects) else { panic!() };
    let chosen = after.tools.as_deref().unwrap();
    assert_eq!(chosen, ["calculator", "time/convert"]);
    // The choice for the next questions is another one.
    assert!(app.state.session.tools.is_empty(), "{:?}", app.state.session.tools);
}

#[test]
fn the_external_editor_edits_the_instructions_and_not_the_composer() {
    let mut app = at_the_list(PresetRules::Own);
    app.press(KeyCode::Down);
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    let effects = app.ctrl('g');
    let expected = Effect::Terminal(TerminalEffect::OpenEditor("Be brief.".into()));
    assert!(effects.contains(&expected), "{effects:?}");
    app.send_msg(Msg::ExternalEditEnded(Ok("Be long.\nVery.".into())));
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    assert_eq!(form.instructions.text(), "Be long.\nVery.");
    assert_eq!(app.state.composer.text(), "");
    let effects = app.ctrl('s');
    let Some(PresetChange::Edit { after, .. }) = preset_changes(&effects) else { panic!() };
    assert_eq!(after.instructions.as_deref(), Some("Be long.\nVery."));
}

#[test]
fn changes_to_the_chosen_preset_apply_and_its_removal_is_reported() {
    let mut app = at_the_list(PresetRules::Own);
    app.press(KeyCode::Down);
    app.press(KeyCode::Enter);
    let changed = Preset { instructions: Some("Rhyme.".into()), effort: None, ..poet() };
    app.send_msg(listed(&[Preset::default_preset(PresetRules::Own), changed], PresetRules::Own));
    let options = app.state.session.options();
    assert_eq!(options.instructions.as_deref(), Some("Rhyme."));
    assert_eq!((options.effort, options.model.as_str()), (None, "m2"));
    app.send_msg(listed(&[Preset::default_preset(PresetRules::Own)], PresetRules::Own));
    assert_eq!(app.state.session.options().preset, None);
    assert!(app.notice().contains("no longer exists"), "{}", app.notice());
}

#[test]
fn changes_of_the_web_app_appear_in_the_open_preset_list() {
    let server = demo_server();
    let home = Home::new();
    let file = web_presets(&home);
    let old = std::fs::read_to_string(&file).unwrap();
    let chats = format!("chats = {:?}\n", home.chats().display().to_string());
    let running = LoopHarness::start_with(home.path(), &server, Some(&chats));
    running.send("/preset");
    running.wait_for("Reviewer");
    std::fs::write(&file, old.replace("\"Reviewer\"", "\"Critic\"")).unwrap();
    running.wait_for("Critic");
    running.ctrl('n');
    running.wait_for("New preset");
    running.type_text("Poet");
    running.press(KeyCode::Tab, KeyModifiers::NONE);
    running.type_text("Write verse.");
    running.ctrl('s');
    running.wait_for("Created the preset");
    // It is deleted in the browser, and the other renamed.
    let theirs = old.replace("\"Reviewer\"", "\"Judge\"");
    std::fs::write(&file, &theirs).unwrap();
    running.wait_for("Judge");
    running.quit();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), theirs);
}

#[cfg(unix)]
#[test]
fn a_change_that_cannot_be_written_is_not_made_later() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let file = web_presets(&home);
    let folder = file.parent().unwrap();
    let user = UnprivilegedUser::of(&home);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    let ran = user.run(&["presets", "delete", "Reviewer"]);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_ne!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stderr.contains("ann.json"), "{}", ran.stderr);
    assert!(user.run(&["presets"]).stdout.contains("Reviewer"));
}

/// The form of "Poet", with text that is typed before it was asked to be saved, and after.
fn saving_form() -> AppHarness {
    let mut app = at_the_list(PresetRules::Own);
    app.press(KeyCode::Down);
    app.key(KeyCode::Char('e'), KeyModifiers::ALT);
    app.type_text("One. ");
    assert!(preset_changes(&app.ctrl('s')).is_some());
    app
}

fn preset_stored(id: &str) -> Msg {
    stored_msg(StoreEvent::PresetChanged { id: Some(id.into()), outcome: Ok("Saved.".into()) })
}

#[test]
fn text_typed_while_a_preset_is_saved_stays_in_the_form_and_is_saved_next() {
    let mut app = saving_form();
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!() };
    let sent = form.preset();
    app.type_text("Two. ");
    let effects = app.send_msg(preset_stored("p1"));
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!("the form was closed") };
    let typed = form.preset();
    assert!(typed.instructions.as_deref().unwrap().contains("Two."), "{typed:?}");
    assert!(picker_message(&app).contains("not saved yet"), "{}", picker_message(&app));
    let saved = saved_drafts(&effects);
    assert!(saved.iter().any(|(_, text)| text.contains("Two.")), "{effects:?}");
    let effects = app.ctrl('s');
    let Some(PresetChange::Edit { before, after }) = preset_changes(&effects) else { panic!() };
    assert_eq!((before, after), (&sent, &typed));
    app.send_msg(preset_stored("p1"));
    assert!(matches!(preset_effects(&app), PresetTask::Choosing));
}

#[test]
fn a_new_preset_that_was_stored_is_changed_by_the_next_save_and_not_made_again() {
    let mut app = at_the_list(PresetRules::Own);
    app.key(KeyCode::Char('n'), KeyModifiers::CONTROL);
    app.type_text("Bard");
    app.press(KeyCode::Tab);
    app.type_text("Sing. ");
    let effects = app.ctrl('s');
    let Some(PresetChange::Create { preset }) = preset_changes(&effects) else { panic!() };
    let id = preset.id.clone();
    app.type_text("Loud.");
    app.send_msg(preset_stored(&id));
    let effects = app.ctrl('s');
    assert!(matches!(preset_changes(&effects), Some(PresetChange::Edit { .. })), "{effects:?}");
}

#[test]
fn a_preset_is_saved_once_at_a_time() {
    let mut app = saving_form();
    assert_eq!(preset_changes(&app.ctrl('s')), None);
    assert!(picker_message(&app).contains("Saving"), "{}", picker_message(&app));
    let failure = Failure::new(FailureKind::Storage, "The disk is full.", "");
    let outcome = Err(failure);
    app.send_msg(stored_msg(StoreEvent::PresetChanged { id: Some("p1".into()), outcome }));
    assert!(preset_changes(&app.ctrl('s')).is_some(), "it can be tried again");
}

#[test]
fn text_edited_for_a_preset_that_is_stored_meanwhile_is_in_its_form() {
    let mut app = saving_form();
    app.ctrl('g');
    app.send_msg(preset_stored("p1"));
    app.send_msg(Msg::ExternalEditEnded(Ok("Rhyme in the editor.".into())));
    assert_eq!(app.state.composer.text(), "");
    let PresetTask::Editing(form) = preset_effects(&app) else { panic!("the form was closed") };
    assert_eq!(form.instructions.text(), "Rhyme in the editor.");
}

#[test]
fn one_external_editor_is_open_at_a_time() {
    let opened = |effects: &[Effect]| {
        effects.iter().any(|it| matches!(it, Effect::Terminal(TerminalEffect::OpenEditor(_))))
    };
    let mut app = AppHarness::new();
    app.type_text("draft");
    assert!(opened(&app.ctrl('g')));
    assert!(!opened(&app.ctrl('g')));
    assert_eq!(app.notice(), "The external editor is already open.");
    app.send_msg(Msg::ExternalEditEnded(Ok("edited".into())));
    assert!(opened(&app.ctrl('g')));

    let mut app = saving_form();
    assert!(opened(&app.ctrl('g')));
    assert!(!opened(&app.ctrl('g')));
}
