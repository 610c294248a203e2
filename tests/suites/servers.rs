//! Named servers: each has its own address, key, headers and model, and sees nothing of another's.

use crossterm::event::{KeyCode, KeyModifiers};
use duologue::app::{ApiEffect, Effect, Msg, Overlay, ServerChoice, StoreEvent};
use duologue::chat::{AnswerServer, Failure, FailureKind, Message, ReplyOutcome};
use duologue::settings::{
    ApiKey, ConfigFile, Flags, Paths, ResolvedSettings, SettingSource, Settings,
};
use serde_json::Value;
use std::path::Path;

use crate::support::app_harness::{AppHarness, at, ended_event, opened_conversation, stored_msg};
use crate::support::ask_server::official_stream;
use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};
use crate::support::loop_harness::LoopHarness;
use crate::support::scripted_server::{
    Script, ScriptedServer, event_stream, http_answer, json_answer,
};

const DEFAULT_KEY: &str = "sk-of-the-default-server";
const BOX_KEY: &str = "sk-of-the-box";

/// A home whose environment has the default server and its key, and whose configuration has these lines.
fn home_with(default: &ScriptedServer, config: &str) -> Home {
    let home = Home::new().with_server(default.base_url());
    let folder = home.path().join("config/duologue");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), config).unwrap();
    home
}

fn run(home: &Home, words: &[&str]) -> RunOutput {
    let mut command = home.command(words);
    command
        .env("OPENAI_API_KEY", DEFAULT_KEY)
        .env("OPENAI_ORG_ID", "org-1")
        .env("BOX_KEY", BOX_KEY);
    RunOutput::from(command.output().unwrap())
}

fn hello() -> Script {
    event_stream(official_stream(["Hel", "l", "o"]))
}

/// The table of a server called `box` with further lines.
fn box_table(server: &ScriptedServer, lines: &str) -> String {
    format!("[servers.box]\nbase_url = \"{}\"\n{lines}\n", server.base_url())
}

#[test]
fn a_named_server_gets_its_own_key_model_and_headers_and_nothing_of_the_default_one() {
    let (default, named) = (ScriptedServer::start(vec![]), ScriptedServer::start(vec![hello()]));
    let lines = "model = \"m-box\"\napi_key_env = \"BOX_KEY\"\nheaders = { X-Team = \"blue\" }";
    let home = home_with(&default, &box_table(&named, lines));
    let ran = run(&home, &["ask", "--server", "box", "hi"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "Hello\n"), "{}", ran.stderr);
    let seen = &named.seen()[0];
    assert_eq!(seen.header("authorization"), Some(format!("Bearer {BOX_KEY}").as_str()));
    assert_eq!(
        (seen.header("x-team"), seen.json()["model"].as_str()),
        (Some("blue"), Some("m-box"))
    );
    assert_eq!(seen.header("openai-organization"), None);
    assert!(default.seen().is_empty());

    let (default, keyless) = (ScriptedServer::start(vec![]), ScriptedServer::start(vec![hello()]));
    let home = home_with(&default, &box_table(&keyless, ""));
    run(&home, &["ask", "--server", "box", "hi"]);
    assert_eq!(keyless.seen()[0].header("authorization"), None, "the key of another server");

    let (default, named) = (ScriptedServer::start(vec![hello()]), ScriptedServer::start(vec![]));
    let home = home_with(&default, &box_table(&named, "api_key_env = \"BOX_KEY\""));
    run(&home, &["ask", "hi"]);
    let key = format!("Bearer {DEFAULT_KEY}");
    assert_eq!(default.seen()[0].header("authorization"), Some(key.as_str()));
    assert!(named.seen().is_empty());
}

#[test]
fn a_redirect_takes_neither_the_key_nor_the_question_to_another_server() {
    for status in [301, 302, 303, 307, 308] {
        for words in [&["ask", "--server", "box", "hi"][..], &["models", "--server", "box"]] {
            let elsewhere = ScriptedServer::start(vec![hello(), hello()]);
            let location = format!("{}/responses", elsewhere.base_url());
            let redirect = || http_answer(status, &[("location", &location)], "");
            let named = ScriptedServer::start((0..4).map(|_| redirect()).collect());
            let default = ScriptedServer::start(vec![hello()]);
            let lines = "api_key_env = \"BOX_KEY\"\nheaders = { X-Team = \"blue\" }";
            let home = home_with(&default, &box_table(&named, lines));
            let ran = run(&home, words);
            assert_ne!(ran.code, 0, "{status} {words:?}");
            assert!(!named.seen().is_empty(), "{status} {words:?}");
            let leaked = elsewhere.seen().len() + default.seen().len();
            assert_eq!(leaked, 0, "{status} {words:?}");
        }
    }
}

#[test]
fn only_a_server_of_the_web_app_writes_its_response_ids_to_the_shared_file() {
    for (lines, is_written) in [("", false), ("web = true", true)] {
        let (default, named) =
            (ScriptedServer::start(vec![]), ScriptedServer::start(vec![hello()]));
        let home = home_with(&default, &box_table(&named, lines));
        assert_eq!(run(&home, &["ask", "--server", "box", "hi"]).code, 0);
        assert_eq!(home.text().contains("resp_1"), is_written, "{lines}");
    }
}

#[test]
fn the_details_of_an_answer_name_its_server() {
    let other = event_stream(official_stream(["Good", " ", "day"]));
    let (default, named) =
        (ScriptedServer::start(vec![other]), ScriptedServer::start(vec![hello()]));
    let home = home_with(&default, &box_table(&named, "model = \"m-box\""));
    run(&home, &["ask", "--server", "box", "first"]);
    run(&home, &["ask", "-c", "second"]);
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let id = file.as_object().unwrap().keys().next().unwrap().clone();
    let shown = run(&home, &["show", "--details", &id]).stdout;
    let host = default.base_url().replace("http://", "").replace("/v1", "");
    assert!(
        shown.contains("server `box`") && shown.contains(&format!("server `{host}`")),
        "{shown}"
    );
}

#[test]
fn a_rejected_key_of_a_named_server_is_looked_for_where_it_is() {
    let wrong = json_answer(401, r#"{"error":{"code":"invalid_api_key"}}"#);
    let (default, named) = (ScriptedServer::start(vec![]), ScriptedServer::start(vec![wrong]));
    let home = home_with(&default, &box_table(&named, "api_key_env = \"BOX_KEY\""));
    let stderr = run(&home, &["ask", "--server", "box", "hi"]).stderr;
    assert!(stderr.contains("of [servers.box]") && !stderr.contains("OPENAI_API_KEY"), "{stderr}");
}

#[test]
fn a_header_that_is_echoed_is_shown_nowhere() {
    let secret = "blue-team-secret";
    let error = format!(r#"{{"error":{{"message":"bad header {secret}"}}}}"#);
    let named = ScriptedServer::start(vec![json_answer(400, &error)]);
    let default = ScriptedServer::start(vec![]);
    let lines = format!("headers = {{ X-Team = \"{secret}\" }}");
    let home = home_with(&default, &box_table(&named, &lines));
    let ran = run(&home, &["ask", "--server", "box", "hi"]);
    assert!(ran.stderr.contains("bad header"), "{}", ran.stderr);
    let config = run(&home, &["config", "--json", "--server", "box"]);
    assert!(config.stdout.contains("X-Team"), "{}", config.stdout);
    for text in [&ran.stdout, &ran.stderr, &config.stdout] {
        assert!(!text.contains(secret), "{text}");
    }
}

fn resolve(
    flags: &[(&'static str, &str)],
    env: &[(&str, &str)],
    file: &str,
) -> Result<ResolvedSettings, String> {
    let flags = flags.iter().fold(Flags::default(), |all, (name, text)| all.with(name, *text));
    let env = |name: &str| env.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
    let file = ConfigFile { path: "/etc/duo/config.toml".into(), text: Some(file.to_owned()) };
    let paths = Paths::below(Path::new("/home/ann"));
    Settings::resolve(&flags, &env, file, &paths).map_err(|error| error.to_string())
}

const TWO: &str = "base_url = \"http://main/v1\"\nmodel = \"m-main\"\nserver = \"one\"\n\
    [servers.one]\nbase_url = \"http://one/v1\"\nmodel = \"m-one\"\napi_key_file = \"one.key\"\n\
    [servers.two]\nbase_url = \"http://two/v1\"\nprotocol = \"chat\"\n";

#[test]
fn the_nearest_choice_of_a_server_wins_and_a_nearer_address_beats_it() {
    let of = |flags: &[(&'static str, &str)], env: &[(&str, &str)]| {
        let found = resolve(flags, env, TWO).unwrap().settings;
        (found.server, found.base_url.to_string(), found.model)
    };
    let expect = |server: &str, url: &str, model: &str| (server.into(), url.into(), model.into());
    assert_eq!(of(&[], &[]), expect("one", "http://one/v1", "m-one"));
    assert_eq!(of(&[("server", "two")], &[]), expect("two", "http://two/v1", "m-main"));
    let env = [("DUOLOGUE_SERVER", "two"), ("DUOLOGUE_MODEL", "m-env")];
    assert_eq!(of(&[], &env), expect("two", "http://two/v1", "m-env"));
    let named = [("server", "one"), ("model", "m-flag")];
    assert_eq!(of(&named, &env), expect("one", "http://one/v1", "m-flag"));
    assert_eq!(of(&[("server", "one")], &env), expect("one", "http://one/v1", "m-one"));
    assert_eq!(of(&[("server", "default")], &[]), expect("default", "http://main/v1", "m-main"));
    let url = [("base_url", "http://other/v1")];
    assert_eq!(of(&url, &[]), expect("default", "http://other/v1", "m-main"));
    let both = [("server", "one"), ("base_url", "http://other/v1")];
    assert!(resolve(&both, &[], TWO).unwrap_err().contains("--base-url"));
    // An address from nearer to the command makes no server of a name that is not there.
    for env in [&[][..], &[("OPENAI_BASE_URL", "http://other/v1")]] {
        let unknown = resolve(&[("server", "on")], env, TWO).unwrap_err();
        assert!(unknown.contains("Did you mean \"one\"?"), "{unknown}");
        let unknown = resolve(&[], env, "server = \"nope\"").unwrap_err();
        assert!(unknown.contains("server in config.toml cannot be \"nope\""), "{unknown}");
    }
}

#[test]
fn a_key_file_is_found_beside_the_configuration_and_its_source_is_the_file() {
    let resolved = resolve(&[], &[("OPENAI_API_KEY", "sk-other")], TWO).unwrap();
    assert_eq!(resolved.settings.api_key, ApiKey::File("/etc/duo/one.key".into()));
    assert_eq!(resolved.sources["api_key"], SettingSource::File);
    let two = resolved.settings.with_server("two").unwrap();
    assert_eq!(two.api_key, ApiKey::None);
    let default = two.with_server("default").unwrap();
    assert!(matches!(default.api_key, ApiKey::Environment(..)));
}

#[test]
fn the_picker_groups_the_models_of_all_servers_and_the_chosen_one_answers() {
    let default = demo_server();
    let models = || json_answer(200, r#"{"data":[{"id":"m-other"},{"id":"m-box"}]}"#);
    let named = ScriptedServer::start(vec![models(), hello()]);
    let home = Home::new();
    let config = box_table(&named, "model = \"m-box\"");
    let window = LoopHarness::start_with(home.path(), &default, Some(&config));
    window.wait_for("Ask anything");
    window.press(KeyCode::F(4), KeyModifiers::NONE);
    window.wait_for("box · ");
    window.wait_for("m-other");
    window.type_text("m-other");
    window.press(KeyCode::Enter, KeyModifiers::NONE);
    window.wait_for("m-other at box");
    window.send("hi");
    window.wait_for("Hello");
    let state = window.quit();
    assert_eq!(state.session.server.unwrap().name, "box");
    assert_eq!(named.seen()[1].json()["model"], "m-other");
    assert!(default.answer_requests().is_empty());
}

#[test]
fn a_command_switches_to_a_server_and_back() {
    let default = demo_server();
    let named = ScriptedServer::start(vec![hello()]);
    let home = Home::new();
    let config = box_table(&named, "model = \"m-box\"");
    let window = LoopHarness::start_with(home.path(), &default, Some(&config));
    window.wait_for("Ask anything");
    window.send("/server nowhere");
    window.wait_for("There is no server \"nowhere\"");
    window.send("/server box");
    window.wait_for("m-box at box");
    window.send("hi");
    window.wait_for("Hello");
    window.send("/server default");
    window.wait_for("Server: 127.0.0.1");
    window.send("who are you");
    window.wait_for("demo");
    window.quit();
    assert_eq!(named.seen().len(), 1);
    let question = default.answer_requests();
    assert_eq!(question.len(), 1);
    // The demo server has seen no earlier turn, so it gets the whole conversation.
    assert!(question[0].get("previous_response_id").is_none(), "{question:?}");
    assert!(question[0]["input"].to_string().contains("Hello"), "{question:?}");
}

fn use_server(app: &mut AppHarness, name: &str) {
    app.type_text(&format!("/server {name}"));
    app.press(KeyCode::Enter);
    assert!(app.notice().starts_with("Server: "), "{}", app.notice());
}

#[test]
fn a_title_is_never_asked_for_at_a_server_that_did_not_get_the_question() {
    let choice = |name: &str, title_model: Option<&str>| ServerChoice {
        server: AnswerServer { name: name.into(), host: "h".into() },
        model: "m".into(),
        names_model: true,
        title_model: title_model.map(str::to_owned),
        lacks_key: false,
    };
    // Switching while the answer is on its way changes nothing.
    for (asked, then, title_at) in
        [("box", "default", None), ("default", "box", Some("default".to_owned()))]
    {
        let mut app = AppHarness::new();
        app.state.session.title_model = Some("small".into());
        app.state.session.servers = vec![choice("default", Some("small")), choice("box", None)];
        use_server(&mut app, asked);
        let (turn, id) = app.ask("How do I sort a list?");
        use_server(&mut app, then);
        app.reply(&turn, ended_event(ReplyOutcome::Completed, "a"));
        let question = Message::question("How do I sort a list?", at(1));
        let mut kept = opened_conversation(&id, &[question, Message::answer("a", at(2), None)]);
        kept.conversation.title = "How do I sort a list".into();
        let stored = StoreEvent::AnswerStored { turn, conversation: kept };
        let wanted = app.send_msg(stored_msg(stored)).into_iter().find_map(|it| match it {
            Effect::Api(ApiEffect::WriteTitle { server, .. }) => Some(server),
            _ => None,
        });
        assert_eq!(wanted.flatten(), title_at, "{asked}");
    }
}

#[test]
fn a_server_without_a_model_of_its_own_shows_the_models_there_are() {
    let server = |name: &str| AnswerServer { name: name.into(), host: "h".into() };
    let choice = |name: &str, names_model: bool| ServerChoice {
        server: server(name),
        model: "o4-mini".into(),
        names_model,
        title_model: None,
        lacks_key: false,
    };
    let mut app = AppHarness::new();
    app.state.session.servers = vec![choice("default", true), choice("box", false)];
    app.type_text("/server box");
    let effects = app.press(KeyCode::Enter);
    assert_eq!(app.notice(), "Server: box.");
    let lists = |it: &Effect| matches!(it, Effect::Api(ApiEffect::ListModels));
    assert!(effects.iter().any(lists), "{effects:?}");
    for (name, model) in [("default", "o4-mini"), ("box", "small")] {
        let listed = Ok(vec![model.to_owned()]);
        app.send_msg(Msg::ModelsListed { server: server(name), listed });
    }
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.model, "small");
    assert_eq!(app.state.session.server, Some(server("box")));
    // Without models of its own the list says why, and Enter does not go back to another server.
    app.type_text("/server default");
    app.press(KeyCode::Enter);
    app.type_text("/server box");
    app.press(KeyCode::Enter);
    app.send_msg(Msg::ModelsListed { server: server("default"), listed: Ok(vec!["o4".into()]) });
    app.press(KeyCode::Enter);
    let failure = Failure::new(FailureKind::Network, "The server cannot be reached.", "");
    // Nor does the failure of a server that is not shown close it.
    app.send_msg(Msg::ModelsListed { server: server("dead"), listed: Err(failure.clone()) });
    app.send_msg(Msg::ModelsListed { server: server("box"), listed: Err(failure) });
    assert!(app.screen().contains("The server cannot be reached."), "{}", app.screen());
    app.type_text("hi");
    app.press(KeyCode::Enter);
    assert!(matches!(app.state.overlay, Some(Overlay::Models(_))));
    assert_eq!(app.state.session.server, Some(server("box")));
}

#[test]
fn a_model_that_the_server_is_known_not_to_list_is_used_only_after_a_yes() {
    let mut app = AppHarness::new();
    app.type_text("/model unknown-yet");
    app.press(KeyCode::Enter);
    assert_eq!(app.state.session.model, "unknown-yet");
    let server = AnswerServer { name: "default".into(), host: String::new() };
    app.send_msg(Msg::ModelsListed { server, listed: Ok(vec!["small".into(), "large".into()]) });
    assert!(app.notice().contains("does not list \"unknown-yet\""), "{}", app.notice());
    // Nor is one taken without a word where the server could not be asked.
    app.state.session.listed_models.clear();
    app.type_text("/model unknown-again");
    app.press(KeyCode::Enter);
    let failure = Failure::new(FailureKind::Network, "The server cannot be reached.", "Start it.");
    let server = AnswerServer { name: "default".into(), host: String::new() };
    app.send_msg(Msg::ModelsListed { server: server.clone(), listed: Err(failure) });
    assert_eq!(app.state.session.model, "unknown-again");
    let unchecked = "Model: unknown-again, not checked: the server cannot be reached.";
    assert_eq!(app.notice(), unchecked);
    app.send_msg(Msg::ModelsListed { server, listed: Ok(vec!["small".into(), "large".into()]) });
    for (name, answer, used) in [
        ("small", None, "small"),
        ("nope", Some('n'), "small"),
        ("nope", Some('x'), "small"),
        ("nope", Some('y'), "nope"),
    ] {
        app.press(KeyCode::Esc);
        app.type_text(&format!("/model {name}"));
        app.press(KeyCode::Enter);
        let is_asked = matches!(app.state.overlay, Some(Overlay::Confirm(_)));
        assert_eq!(is_asked, answer.is_some(), "{name}");
        if let Some(answer) = answer {
            app.press(KeyCode::Char(answer));
        }
        assert_eq!(app.state.session.model, used, "{name} {answer:?}");
    }
}

#[test]
fn the_models_are_listed_while_the_name_of_one_is_typed() {
    let mut app = AppHarness::new();
    let lists = |it: &Effect| matches!(it, Effect::Api(ApiEffect::ListModels));
    let mut requests = 0;
    for letter in "/model nope".chars() {
        let effects = app.press(KeyCode::Char(letter));
        requests += effects.iter().filter(|it| lists(it)).count();
    }
    assert_eq!(requests, 1);
    let server = AnswerServer { name: "default".into(), host: String::new() };
    app.send_msg(Msg::ModelsListed { server, listed: Ok(vec!["small".into()]) });
    app.press(KeyCode::Enter);
    assert!(matches!(app.state.overlay, Some(Overlay::Confirm(_))));
}

#[test]
fn a_list_of_models_that_is_refused_names_no_model() {
    let body = r#"{"error":{"message":"nope","code":"model_not_found"}}"#;
    let server = ScriptedServer::start(vec![json_answer(404, body)]);
    let home = Home::new().with_server(server.base_url());
    let ran = home.run(&["models"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("The server refused the request: nope."), "{}", ran.stderr);
}
