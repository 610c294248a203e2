//! `duologue setup`: its questions, checks and the files it writes.

use std::fs;
use std::io::Write;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::ask_server::official_stream;
use crate::support::demo_server;
use crate::support::home::{Home, RunOutput};
use crate::support::pty::Pty;
use crate::support::scripted_server::{ScriptedServer, event_stream, http_answer, json_answer};

fn config_path(home: &Home) -> PathBuf {
    home.path().join("config/duologue/config.toml")
}

fn config(home: &Home) -> toml::Table {
    fs::read_to_string(config_path(home)).unwrap().parse().unwrap()
}

/// Runs with a text on standard input, without the user and the folder that the environment names.
fn run_with_key(home: &Home, words: &[&str], key: &str) -> RunOutput {
    let mut command = home.command(words);
    command.env_remove("DUOLOGUE_USER").env_remove("DUOLOGUE_CHATS").env("USER", "ann");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that fails before it reads has closed the pipe already.
    let _ = child.stdin.take().unwrap().write_all(key.as_bytes());
    RunOutput::from(child.wait_with_output().unwrap())
}

#[test]
fn flags_answer_every_question_and_the_settings_work_afterwards() {
    let server = demo_server();
    let home = Home::new();
    let web = home.path().join("web");
    fs::create_dir_all(web.join("static/chats")).unwrap();
    fs::write(web.join("static/chats/zoe.json"), "{}").unwrap();
    let url = server.base_url();
    let web = web.display().to_string();
    let words = ["setup", "--server", &url, "--key-stdin", "--web-folder", &web];
    let ran = run_with_key(&home, &words, "sk-typed\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for output in ["Models     3 offered", "Answers    works", "Storage    works", "Wrote "] {
        assert!(ran.stderr.contains(output), "{output}: {}", ran.stderr);
    }
    let written = config(&home);
    assert_eq!(written["base_url"].as_str(), Some(url.as_str()));
    assert_eq!(written["model"].as_str(), Some("o4-mini"));
    assert_eq!(written["user"].as_str(), Some("zoe"));
    // There is no keyring where tests run, so the key went to a private file, and that is reported.
    assert!(ran.stderr.contains("The system keyring cannot be used"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("Platform failure"), "{}", ran.stderr);
    let key = home.path().join("config/duologue/api_key");
    assert!(ran.stderr.contains(&key.display().to_string()), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&key).unwrap(), "sk-typed\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = fs::read_to_string(config_path(&home)).unwrap();
    assert!(!text.contains("sk-typed") && !ran.stderr.contains("sk-typed"));
    let asked = run_with_key(&home, &["ask", "hello"], "");
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    let last = server.recorded_requests().pop().unwrap();
    assert_eq!(last.authorization.as_deref(), Some("Bearer sk-typed"));
    let chats = fs::read_to_string(format!("{web}/static/chats/zoe.json")).unwrap();
    assert!(chats.contains("hello"));
}

#[test]
fn existing_settings_are_kept_and_named() {
    let server = demo_server();
    let home = Home::new();
    fs::create_dir_all(config_path(&home).parent().unwrap()).unwrap();
    fs::write(config_path(&home), "# mine\nmodel = \"demo-small\"\n[prices]\n").unwrap();
    let ran = home.run(&["setup", "--server", &server.base_url(), "--key-store", "none"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Everything is set up"), "{}", ran.stderr);
    assert_eq!(server.answer_requests()[0]["model"], "demo-small", "what is in use is tested");
    let text = fs::read_to_string(config_path(&home)).unwrap();
    assert!(text.starts_with("# mine\nmodel = \"demo-small\"\n"), "{text}");
    assert_eq!(config(&home)["base_url"].as_str(), Some(server.base_url().as_str()));
    let again = home.run(&["setup", "--server", &server.base_url(), "--key-store", "none"]);
    assert!(again.stderr.contains("needed no change"), "{}", again.stderr);
    assert_eq!(fs::read_to_string(config_path(&home)).unwrap(), text);
}

#[cfg(unix)]
#[test]
fn a_model_that_is_set_already_is_the_first_to_choose() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, "model = \"demo-small\"\n");
    let words = ["setup", "--server", &server.base_url(), "--key-store", "none"];
    let mut pty = Pty::start(&home, &words, 100, 50);
    pty.wait_for("Which model?");
    assert!(pty.text().contains("1. demo-small (set now)"), "{}", pty.text());
    pty.press("\r");
    pty.wait_for("Folder of the web app");
    pty.press("\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert_eq!(config(&home)["model"].as_str(), Some("demo-small"));
}

/// A configuration with a server that does not answer, comments, and settings of other things.
const OTHER_SERVER: &str = "# mine\nbase_url = \"http://127.0.0.1:9/v1\" # the old box\nmodel = \"o9\"\n\n# a table\n[prices]\n";

fn write_config(home: &Home, text: &str) {
    fs::create_dir_all(config_path(home).parent().unwrap()).unwrap();
    fs::write(config_path(home), text).unwrap();
}

fn config_text(home: &Home) -> String {
    fs::read_to_string(config_path(home)).unwrap()
}

#[test]
fn flags_replace_settings_and_the_old_values_are_named() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let url = server.base_url();
    let words = ["setup", "--server", &url, "--key-store", "none", "--model", "o4-mini", "-y"];
    let ran = home.run(&words);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("Changed model from \"o9\" to \"o4-mini\"."), "{}", ran.stderr);
    assert!(ran.stderr.contains("Everything is set up"), "{}", ran.stderr);
    let wanted = OTHER_SERVER.replace("http://127.0.0.1:9/v1", &url).replace("o9", "o4-mini");
    assert_eq!(config_text(&home), wanted);
}

/// A configuration that names the old server must not come to have the key of the new one.
#[cfg(unix)]
#[test]
fn a_key_is_as_it_was_where_the_configuration_cannot_be_written() {
    let server = demo_server();
    for former in [Some("sk-old\n"), None] {
        let home = Home::new();
        let config = format!("{OTHER_SERVER}{}", "# a long comment\n".repeat(200));
        write_config(&home, &config);
        let key = home.path().join("config/duologue/api_key");
        if let Some(former) = former {
            fs::write(&key, former).unwrap();
        }
        let ran = store_key_without_room(&home, &server.base_url());
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("Stored the key in"), "{}", ran.stderr);
        assert!(ran.stderr.contains("The former key was restored."), "{}", ran.stderr);
        assert_eq!(fs::read_to_string(&key).ok().as_deref(), former);
        assert_eq!(config_text(&home), config);
    }
}

/// It was replaced, and must not be said to be back; the server in the configuration gets no other key.
#[cfg(unix)]
#[test]
fn a_former_key_that_cannot_be_read_is_not_said_to_be_back() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, &format!("{OTHER_SERVER}{}", "# a long comment\n".repeat(200)));
    let key = home.path().join("config/duologue/api_key");
    std::os::unix::fs::symlink("api_key", &key).unwrap();
    let ran = store_key_without_room(&home, &server.base_url());
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("Stored the key in"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("was restored"), "{}", ran.stderr);
    assert!(ran.stderr.contains("The former key could not be read"), "{}", ran.stderr);
    assert!(key.symlink_metadata().is_err());
}

/// Runs a setup that can store the key, but not write a longer configuration.
#[cfg(unix)]
fn store_key_without_room(home: &Home, url: &str) -> RunOutput {
    let program = env!("CARGO_BIN_EXE_duologue");
    let script =
        "ulimit -f 2; echo sk-new | \"$0\" setup -y --key-store file --key-stdin --server \"$1\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, program, url]).env_clear().envs(home.environment());
    RunOutput::from(command.output().unwrap())
}

#[test]
fn a_model_that_another_server_does_not_offer_is_replaced_by_one_that_it_does() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let ran = home.run(&["setup", "--server", &server.base_url(), "--key-store", "none", "-y"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("The server does not offer \"o9\""), "{}", ran.stderr);
    assert_eq!(config(&home)["model"].as_str(), Some("o4-mini"));
}

/// Answers the questions of a setup up to the last one, about what `config.toml` has.
fn choose_server(home: &Home, url: &str) -> Pty {
    choose_server_and_key(home, url, None)
}

/// The same with a key that is to be kept in a file.
fn choose_server_and_key(home: &Home, url: &str, key: Option<&str>) -> Pty {
    let mut pty = Pty::start(home, &["setup"], 100, 60);
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{url}\r"));
    pty.wait_for("Where is the API key kept?");
    match key {
        None => pty.press("none\r"),
        Some(key) => {
            pty.press("file\r");
            pty.wait_for("API key (not shown)");
            pty.press(&format!("{key}\r"));
        }
    }
    pty.wait_for("The server does not offer \"o9\"");
    pty.wait_for("Which model?");
    pty.press("demo-small\r");
    pty.wait_for("Folder of the web app");
    pty.press("\r");
    pty.wait_for("What should happen to them?");
    let replaced = format!("base_url: \"http://127.0.0.1:9/v1\" -> \"{url}\"");
    assert!(pty.text().contains(&replaced), "{}", pty.text());
    assert!(pty.text().contains("model: \"o9\" -> \"demo-small\""), "{}", pty.text());
    pty
}

#[cfg(unix)]
#[test]
fn a_person_is_asked_before_settings_are_replaced_and_comments_stay() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let url = server.base_url();
    let private = fs::Permissions::from_mode(0o600);
    fs::set_permissions(config_path(&home), private).unwrap();
    let mut pty = choose_server(&home, &url);
    pty.press("1\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    let wanted = OTHER_SERVER.replace("http://127.0.0.1:9/v1", &url).replace("o9", "demo-small");
    assert_eq!(config_text(&home), wanted);
    let mode = fs::metadata(config_path(&home)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn what_somebody_writes_into_the_configuration_during_the_setup_stays() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let mut pty = choose_server(&home, &server.base_url());
    let edited = format!("theme = \"light\"\n{OTHER_SERVER}");
    write_config(&home, &edited);
    pty.press("1\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    pty.wait_for("was changed while the setup asked");
    assert_eq!(config_text(&home), edited);
}

#[cfg(unix)]
#[test]
fn a_key_stays_as_it_was_where_the_configuration_is_not_written() {
    let server = demo_server();
    let home = Home::new();
    let key_file = config_path(&home).with_file_name("api_key");
    write_config(&home, OTHER_SERVER);
    fs::write(&key_file, "sk-old").unwrap();
    let mut pty = choose_server_and_key(&home, &server.base_url(), Some("sk-new"));
    write_config(&home, &format!("theme = \"light\"\n{OTHER_SERVER}"));
    pty.press("1\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert_eq!(fs::read_to_string(&key_file).unwrap(), "sk-old");
    // A file that has all servers on one line cannot be extended.
    write_config(&home, &format!("servers = {{}}\n{OTHER_SERVER}"));
    let mut pty = choose_server_and_key(&home, &server.base_url(), Some("sk-new"));
    pty.press("2\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert!(pty.text().contains("Nothing was written"), "{}", pty.text());
    let entries = fs::read_dir(key_file.parent().unwrap()).unwrap();
    let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
    let keys: Vec<String> = names.filter(|name| name.starts_with("api_key")).collect();
    assert_eq!(keys, ["api_key"]);
}

#[test]
fn the_key_of_a_server_is_not_sent_to_another_one() {
    let models = r#"{"object":"list","data":[{"id":"o9","object":"model"}]}"#;
    let server = ScriptedServer::start(vec![
        json_answer(200, models),
        event_stream(official_stream(["O", "K", "."])),
    ]);
    let home = Home::new();
    let key_file = home.path().join("old_key");
    fs::write(&key_file, "sk-old").unwrap();
    let line = format!("api_key_file = \"{}\"\n", key_file.display());
    write_config(&home, &format!("{line}{OTHER_SERVER}"));
    let ran = home.run(&["setup", "--server", &server.base_url(), "-y"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let sent = server.seen();
    assert!(!sent.is_empty());
    assert!(sent.iter().all(|it| it.header("authorization").is_none()), "{sent:?}");
    // Nor later: the file says which key the server gets.
    assert!(!config_text(&home).contains("api_key_file"), "{}", config_text(&home));
    assert!(ran.stderr.contains("Removed api_key_file, which was "), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_person_can_add_the_server_beside_the_one_that_is_set() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let mut pty = choose_server(&home, &server.base_url());
    pty.press("2\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert!(config_text(&home).starts_with(OTHER_SERVER), "{}", config_text(&home));
    let servers = config(&home)["servers"].clone();
    let (name, table) = servers.as_table().unwrap().iter().next().unwrap();
    assert_eq!(table["base_url"].as_str(), Some(server.base_url().as_str()));
    assert!(pty.text().contains(&format!("--server {name}")), "{}", pty.text());
    let asked = home.run(&["ask", "--server", name, "--no-stdin", "hello"]);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    assert_eq!(server.answer_requests().last().unwrap()["model"], "demo-small");
}

#[test]
fn a_folder_that_is_not_the_web_apps_is_not_taken_for_it() {
    let server = demo_server();
    let (home, url) = (Home::new(), server.base_url());
    let folder = home.path().join("web");
    fs::create_dir_all(&folder).unwrap();
    let shown = folder.display().to_string();
    let setup = |home: &Home, flag: &str, folder: &str| {
        let words = ["setup", "--server", &url, "--key-store", "none", flag, folder];
        run_with_key(home, &words, "")
    };
    let ran = setup(&home, "--web-folder", &shown);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("neither a folder static/chats nor"), "{}", ran.stderr);
    assert!(!config_path(&home).exists());
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    for (named, why) in
        [("/no/such", "no such file or folder"), (file.to_str().unwrap(), "it is not a folder")]
    {
        let wanted =
            format!("The folder {named} cannot be used: {why}. Create it, or name another.");
        let refused = setup(&home, "--web-folder", named);
        assert!(refused.stderr.contains(&wanted), "{}", refused.stderr);
    }
    assert!(
        server.recorded_requests().is_empty(),
        "the server was asked before the folder was looked at"
    );
    // Whoever names a folder for chats means it.
    assert_eq!(setup(&home, "--chats", &shown).code, 0);
    // A web app that nobody has used yet has the folder, and no file in it.
    fs::create_dir_all(folder.join("static/chats")).unwrap();
    assert_eq!(setup(&Home::new(), "--web-folder", &shown).code, 0);
}

#[cfg(unix)]
#[test]
fn a_server_beside_the_one_that_is_set_comes_with_the_web_folder() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let web = home.path().join("web/static/chats");
    fs::create_dir_all(&web).unwrap();
    fs::write(web.join("zoe.json"), "{}").unwrap();
    let words = ["setup", "--model", "demo-small", "--key-store", "none", "--user", "zoe"];
    let mut pty = Pty::start(&home, &words, 100, 60);
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{}\r", server.base_url()));
    pty.wait_for("Folder of the web app");
    pty.press(&format!("{}\r", home.path().join("web").display()));
    pty.wait_for("What should happen to them?");
    pty.press("2\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    let written = config(&home);
    assert_eq!(written["base_url"].as_str(), Some("http://127.0.0.1:9/v1"));
    let chats = written.get("chats").and_then(toml::Value::as_str);
    assert!(chats.is_some_and(|chats| chats.ends_with("web/static/chats")), "{written:?}");
    assert_eq!(written["user"].as_str(), Some("zoe"));
}

#[cfg(unix)]
#[test]
fn a_key_is_stored_only_where_the_server_can_be_added() {
    let server = demo_server();
    let home = Home::new();
    let text = "base_url = \"http://127.0.0.1:9/v1\"\nmodel = \"o9\"\nservers = {}\n";
    write_config(&home, text);
    let words = ["setup", "--model", "demo-small", "--key-store", "file", "--web-folder", ""];
    let mut pty = Pty::start(&home, &words, 100, 60);
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{}\r", server.base_url()));
    pty.wait_for("API key (not shown):");
    pty.press("sk-typed\r");
    pty.wait_for("What should happen to them?");
    pty.press("2\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert!(pty.text().contains("Nothing was written"), "{}", pty.text());
    assert_eq!(config_text(&home), text);
    let names = fs::read_dir(config_path(&home).parent().unwrap()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["config.toml"]);
}

#[cfg(unix)]
#[test]
fn a_setup_that_writes_nothing_although_something_was_chosen_fails() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let mut pty = choose_server(&home, &server.base_url());
    pty.press("3\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert!(pty.text().contains("Nothing was written"), "{}", pty.text());
    assert_eq!(config_text(&home), OTHER_SERVER);
}

#[cfg(unix)]
#[test]
fn saving_is_not_offered_where_the_file_has_the_same_settings() {
    let home = Home::new();
    write_config(&home, OTHER_SERVER);
    let mut pty = Pty::start(&home, &["setup"], 100, 50);
    pty.wait_for("Which server answers your questions?");
    pty.press("1\r");
    pty.wait_for("Where is the API key kept?");
    pty.press("none\r");
    pty.wait_for("Another base URL, or Enter to keep http://127.0.0.1:9/v1");
    pty.press("\r");
    assert_eq!(pty.wait_for_end(), 1, "{}", pty.text());
    assert!(!pty.text().contains("Save these settings"), "{}", pty.text());
    assert!(pty.text().contains("config.toml has these settings already"), "{}", pty.text());
}

#[cfg(unix)]
#[test]
fn a_question_that_needs_an_answer_is_asked_again() {
    let home = Home::new();
    let mut pty = Pty::start(&home, &["setup"], 100, 50);
    pty.wait_for("Which server answers your questions?");
    pty.press("azure\r");
    pty.wait_for("Name of the Azure resource");
    pty.press("\r");
    pty.wait_for("An answer is needed. Type it, or press Ctrl+C to stop.");
    pty.press("mine\r");
    pty.wait_for("Where is the API key kept?");
    pty.press("file\r");
    pty.wait_for("API key (not shown):");
    pty.press("\r");
    let is_asked_again = |pty: &Pty| pty.text().matches("API key (not shown):").count() == 2;
    pty.wait("the same question", is_asked_again);
    assert!(pty.text().contains("Type or paste the key, or press Ctrl+C to stop."));
    pty.press("\u{3}");
    assert_eq!(pty.wait_for_end(), 130, "{}", pty.text());
    assert!(!config_path(&home).exists());
}

/// What follows, such as the prompt of the shell, stands on a line of its own.
#[cfg(unix)]
#[test]
fn ctrl_d_ends_the_questions_and_their_line() {
    let home = Home::new();
    for typed in ["\u{4}", "open\u{4}\u{4}"] {
        let mut pty = Pty::start(&home, &["setup"], 100, 50);
        pty.wait_for("Number or name [1]:");
        pty.press(typed);
        assert_eq!(pty.wait_for_end(), 130, "{}", pty.text());
        let text = pty.text();
        let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap();
        assert_eq!(last.trim(), "Nothing was changed.", "{text}");
    }
}

#[test]
fn a_server_that_has_a_table_is_known_by_its_name() {
    let home = Home::new();
    write_config(&home, "[servers.box]\nbase_url = \"http://127.0.0.1:9/v1\"\n");
    let ran = home.run(&["setup", "--server", "box"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let sentence = "The server \"box\" is set up already, as [servers.box] in ";
    assert!(ran.stderr.starts_with(sentence), "{}", ran.stderr);
    assert!(ran.stderr.contains("run `duologue --server box`"), "{}", ran.stderr);
}

#[test]
fn a_base_url_without_its_version_is_completed() {
    let server = ScriptedServer::start(vec![
        http_answer(404, &[], "not found"),
        json_answer(200, r#"{"data": [{"id": "gpt-5-mini"}]}"#),
        json_answer(404, r#"{"error": {"code": "DeploymentNotFound", "message": "no"}}"#),
    ]);
    let url = server.base_url();
    let short = url.strip_suffix("/v1").unwrap();
    let home = Home::new();
    let ran = home.run(&["setup", "--server", short, "--key-store", "none"]);
    assert!(ran.stderr.contains(&format!("1 offered at {url}, which is used")), "{}", ran.stderr);
}

#[test]
fn a_piped_key_may_begin_with_a_byte_order_mark() {
    let server = demo_server();
    let home = Home::new();
    let url = server.base_url();
    let words = ["setup", "--server", &url, "--key-stdin", "--key-store", "file"];
    let ran = run_with_key(&home, &words, "\u{feff}sk-typed\r\n");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let key = home.path().join("config/duologue/api_key");
    assert_eq!(fs::read_to_string(&key).unwrap(), "sk-typed\n");
    let ran = run_with_key(&home, &words, "OPENAI_API_KEY=sk-1\n");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("sets the variable OPENAI_API_KEY"), "{}", ran.stderr);
}

#[test]
fn a_key_that_is_stored_but_not_used_is_named_and_nothing_is_called_done() {
    let words = ["setup", "--key-stdin", "--key-store", "file", "--no-test", "--yes"];
    let home = Home::new();
    let mut command = home.command(&words);
    command.env("OPENAI_API_KEY", "sk-old").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"sk-new").unwrap();
    let ran = RunOutput::from(child.wait_with_output().unwrap());
    let unused = "OPENAI_API_KEY is set and comes first, so the key just stored is not used. Unset \
                  OPENAI_API_KEY to use the stored key.";
    assert!(ran.stderr.contains(unused), "{}", ran.stderr);
    assert!(!ran.stderr.contains("Everything is set up"), "{}", ran.stderr);
    let home = Home::new();
    fs::create_dir_all(config_path(&home).parent().unwrap()).unwrap();
    fs::write(config_path(&home), "api_key_command = \"echo sk-old\"\n").unwrap();
    let ran = run_with_key(&home, &words, "sk-new");
    let unused = "api_key_command in config.toml comes first, so the key just stored is not used. \
                  Delete that line to use the stored key.";
    assert!(ran.stderr.contains(unused), "{}", ran.stderr);
}

#[test]
fn after_a_failed_test_nothing_else_is_said_to_be_tested() {
    let server = demo_server();
    let home = Home::new();
    let words =
        ["setup", "--server", &server.base_url(), "--key-store", "none", "--model", "no-model"];
    let ran = home.run(&words);
    assert_ne!(ran.code, 0, "{}", ran.stderr);
    for output in ["Streaming  not tested", "Reasoning  not tested", "Storage    not tested"] {
        assert!(ran.stderr.contains(output), "{output}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("The question is kept"), "{}", ran.stderr);
}

/// That of config.toml, which the help of the other commands calls so.
#[test]
fn the_default_server_can_be_named_to_the_setup() {
    let server = demo_server();
    let home = Home::new();
    write_config(&home, &format!("base_url = \"{}\"\n", server.base_url()));
    let words = ["setup", "--server", "default", "--key-store", "none", "--model", "demo-small"];
    let ran = home.run(&words);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(config(&home)["base_url"].as_str(), Some(server.base_url().as_str()));
    assert_eq!(config(&home)["model"].as_str(), Some("demo-small"));
}

#[test]
fn an_unusable_server_writes_nothing() {
    let home = Home::new();
    let refused = ScriptedServer::start(vec![json_answer(
        401,
        r#"{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}"#,
    )]);
    let unreachable = "http://127.0.0.1:9/v1";
    for (words, output) in [
        (vec!["setup", "--server", unreachable, "--key-store", "none"], "refused"),
        (vec!["setup", "--server", &refused.base_url(), "--key-stdin"], "key"),
        (vec!["setup", "--server", "openai"], "needs an API key"),
        (vec!["setup", "--server", "https://openrouter.ai/api/v1"], "needs an API key"),
        (vec!["setup", "--server", "nothing"], "There is no server \"nothing\""),
        (vec!["setup", "--server", "azure", "--key-stdin"], "--azure-resource"),
    ] {
        let ran = run_with_key(&home, &words, "sk-wrong\n");
        assert_ne!(ran.code, 0, "{words:?}");
        assert!(ran.stderr.contains(output), "{words:?}: {}", ran.stderr);
        assert!(!config_path(&home).exists(), "{words:?}");
        assert!(!home.path().join("config/duologue/api_key").exists(), "{words:?}");
    }
    let words = ["setup", "--server", "azure", "--azure-resource", "mine", "--model", "mine-o4"];
    let words = [&words[..], &["--no-test", "--key-command", "pass show azure"]].concat();
    let ran = home.run(&words);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let written = config(&home);
    assert_eq!(written["base_url"].as_str(), Some("https://mine.openai.azure.com/openai/v1"));
    assert_eq!(written["api_key_command"].as_str(), Some("pass show azure"));
}

#[test]
fn a_person_answers_in_the_terminal_and_the_key_is_not_shown() {
    let server = demo_server();
    let home = Home::new();
    let mut pty = Pty::start(&home, &["setup"], 100, 50);
    pty.wait_for("Which server answers your questions?");
    pty.press("99\r");
    pty.wait_for("Choose a number from 1 to");
    pty.press("nowhere\r");
    pty.wait_for("There is no server \"nowhere\".");
    pty.press(&format!("{}\r", server.base_url()));
    pty.wait_for("Where is the API key kept?");
    pty.press("under the mat\r");
    pty.wait_for("Enter 1 to 5. The key itself is asked for next and is not shown.");
    pty.press("file\r");
    pty.wait_for("API key (not shown):");
    pty.press("sk-typed\r");
    pty.wait_for("Which model?");
    pty.press("77\r");
    pty.press("sk-proj-0123456789abcdef\r");
    pty.wait_for("That looks like an API key, not a model.");
    pty.wait("the number is asked for again", |pty| {
        pty.text().matches("Choose a number from 1 to").count() == 2
    });
    pty.press("2\r");
    pty.wait_for("Folder of the web app");
    pty.press("/no/such\r");
    pty.wait_for("The folder /no/such cannot be used");
    pty.press("\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert!(!String::from_utf8_lossy(&pty.raw).contains("sk-typed"));
    let written = config(&home);
    assert_ne!(written["model"].as_str(), Some("o4-mini"));
    assert!(written.contains_key("api_key_file"));
}

/// A server without keys that has only Chat Completions, like llama.cpp and older versions of Ollama:
/// the models, a refused response, an answer.
fn ollama_like_server() -> ScriptedServer {
    let chunk = r#"{"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "OK"}, "finish_reason": null}]}"#;
    let end = r#"{"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}"#;
    let answer = || event_stream(format!("data: {chunk}\n\ndata: {end}\n\ndata: [DONE]\n\n"));
    let models = r#"{"object": "list", "data": [{"id": "qwen3:8b", "object": "model"}]}"#;
    ScriptedServer::start(vec![
        json_answer(200, models),
        http_answer(404, &[], "404 page not found"),
        answer(),
        http_answer(404, &[], "404 page not found"),
        answer(),
    ])
}

#[test]
fn a_local_server_without_the_responses_api_is_set_up_in_the_terminal_and_then_answers() {
    let server = ollama_like_server();
    let home = Home::new();
    let mut pty = Pty::start(&home, &["setup"], 100, 60);
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{}\r", server.base_url()));
    pty.wait_for("Where is the API key kept?");
    pty.press("none\r");
    pty.wait_for("Which model?");
    pty.wait_for("qwen3:8b");
    pty.press("1\r");
    pty.wait_for("Answers    works");
    pty.wait_for("Folder of the web app");
    pty.press("\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    let written = config(&home);
    assert_eq!(written["model"].as_str(), Some("qwen3:8b"));
    assert_eq!(written["base_url"].as_str(), Some(server.base_url().as_str()));
    let shown = home.run(&["config", "--json"]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let shown: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    for (name, value) in &written {
        let of = &shown["settings"][name];
        assert_eq!(
            (of["value"].as_str(), of["source"].as_str()),
            (value.as_str(), Some("config.toml"))
        );
    }
    let ran = home.run(&["ask", "hi", "--no-stdin"]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, "OK"), "{}", ran.stderr);
}

/// A server that takes one key and answers, like Azure, only by the names of deployments: a wrong key,
/// the models, a wrong deployment, an answer, and no stored answers.
fn azure_like_server() -> ScriptedServer {
    let error = |code: &str| format!(r#"{{"error": {{"code": "{code}", "message": "refused"}}}}"#);
    let answer = r#"{"id": "resp_1", "object": "response", "status": "completed", "output": [{"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "OK", "annotations": []}]}]}"#;
    let events = format!(
        "data: {{\"type\": \"response.output_text.delta\", \"item_id\": \"m\", \"output_index\": 0, \
         \"content_index\": 0, \"delta\": \"OK\"}}\n\n\
         data: {{\"type\": \"response.completed\", \"response\": {answer}}}\n\n"
    );
    ScriptedServer::start(vec![
        json_answer(401, &error("401")),
        json_answer(200, r#"{"data": [{"id": "gpt-5-mini"}, {"id": "text-embedding-3-large"}]}"#),
        json_answer(404, &error("DeploymentNotFound")),
        event_stream(events),
        json_answer(404, &error("not_found")),
    ])
}

#[test]
fn a_wrong_key_and_a_wrong_deployment_can_be_corrected_on_the_way() {
    let server = azure_like_server();
    let home = Home::new();
    let mut pty = Pty::start(&home, &["setup"], 100, 60);
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{}\r", server.base_url()));
    pty.wait_for("Where is the API key kept?");
    pty.press("file\r");
    pty.wait_for("API key (not shown):");
    pty.press("sk-wrong\r");
    pty.wait_for("Another API key");
    pty.press("sk-right\r");
    pty.wait_for("Which model?");
    assert!(!pty.text().contains("embedding"), "{}", pty.text());
    pty.press("1\r");
    pty.wait_for("no deployment named \"gpt-5-mini\"");
    pty.wait_for("Choose another model?");
    pty.press("y\r");
    pty.wait("the question for the model once more", |pty| {
        pty.text().matches("Which model?").count() == 2
    });
    pty.press("mine-o4\r");
    pty.wait_for("Answers    works");
    pty.wait_for("Folder of the web app");
    pty.press("\r");
    assert_eq!(pty.wait_for_end(), 0, "{}", pty.text());
    assert_eq!(config(&home)["model"].as_str(), Some("mine-o4"));
    let key = fs::read_to_string(home.path().join("config/duologue/api_key")).unwrap();
    assert_eq!(key, "sk-right\n");
    let keys: Vec<String> = server
        .seen()
        .iter()
        .filter_map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    assert_eq!(keys[0], "Bearer sk-wrong");
    assert!(keys[1..].iter().all(|key| key == "Bearer sk-right"), "{keys:?}");
}

#[test]
fn a_model_that_does_not_answer_is_not_written_without_a_yes() {
    for (answer, is_written) in [("n", false), ("y", true)] {
        let server = ScriptedServer::start(vec![
            json_answer(200, r#"{"data": [{"id": "gpt-5-mini"}]}"#),
            json_answer(404, r#"{"error": {"code": "DeploymentNotFound", "message": "no"}}"#),
        ]);
        let home = Home::new();
        let words = ["setup", "--server", &server.base_url(), "--key-store", "none"];
        let words = [&words[..], &["--model", "other", "--web-folder", ""]].concat();
        let mut pty = Pty::start(&home, &words, 100, 50);
        pty.wait_for("Save these settings anyway? [y/N]");
        pty.press("you must not\r");
        pty.wait_for("Type y for yes or n for no.");
        pty.press(&format!("{answer}\r"));
        assert_eq!(pty.wait_for_end() == 0, is_written, "{}", pty.text());
        assert_eq!(config_path(&home).exists(), is_written);
    }
}

/// Answers the questions of a first setup.
fn answer_questions(pty: &mut Pty, url: &str) {
    pty.wait_for("Which server answers your questions?");
    pty.press(&format!("{url}\r"));
    pty.wait_for("Where is the API key kept?");
    pty.press("1\r");
    pty.wait_for("Which model?");
    pty.press("1\r");
    pty.wait_for("Folder of the web app");
    pty.press("\r");
}

#[test]
fn the_window_offers_setup_without_a_key_and_opens_again_after_it() {
    let server = demo_server();
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 50);
    pty.wait_for("Type /setup");
    pty.press("/setup\r");
    answer_questions(&mut pty, &server.base_url());
    pty.wait("the window without the offer", |pty| {
        pty.in_alternate_screen() && !pty.text().contains("Type /setup")
    });
    pty.press("hello\r");
    pty.wait("an answer", |_| !server.answer_requests().is_empty());
    assert_eq!(config(&home)["base_url"].as_str(), Some(server.base_url().as_str()));
}

#[cfg(unix)]
#[test]
fn a_question_without_a_key_opens_the_setup_and_waits_in_the_window() {
    let server = demo_server();
    let home = Home::new();
    let mut pty = Pty::start(&home, &[], 100, 50);
    pty.wait_for("Type /setup");
    pty.press("hello there\r");
    pty.wait_for("No API key is set.");
    answer_questions(&mut pty, &server.base_url());
    pty.wait("the window with the question and what is set up", |pty| {
        let text = pty.text();
        pty.in_alternate_screen()
            && text.contains("hello there")
            && text.contains("Set up: 127.0.0.1")
    });
    pty.press("\r");
    pty.wait("an answer", |_| !server.answer_requests().is_empty());
}

#[test]
fn a_key_in_the_configuration_is_answered_with_what_to_use_instead() {
    let home = Home::new();
    fs::create_dir_all(config_path(&home).parent().unwrap()).unwrap();
    fs::write(config_path(&home), "mouse = true\napi_key = \"sk-leaked\"\n").unwrap();
    let ran = home.run(&["list"]);
    assert_eq!(ran.code, 2);
    for output in ["line 2", "duologue setup", "api_key_command", "OPENAI_API_KEY"] {
        assert!(ran.stderr.contains(output), "{output}: {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("sk-leaked"));
}
