//! Conventions of command lines: colours, pagers, standard input, words with hyphens, old flags.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use duologue::demo::DemoServer;
use serde_json::Value;

use crate::support::demo_server;
use crate::support::home::Home;
use crate::support::pty::Pty;

/// A home with one answered question.
fn home_with_chat(server: &DemoServer) -> Home {
    let home = Home::new().with_server(server.base_url());
    assert_eq!(home.run(&["ask", "show me markdown"]).code, 0);
    home
}

/// The stored answer of the only conversation.
fn answer(home: &Home) -> String {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let chat = file.as_object().unwrap().values().next().unwrap();
    chat["messages"][1]["text"].as_str().unwrap().to_owned()
}

#[test]
fn a_terminal_gets_laid_out_markdown_and_a_pipe_the_exact_text() {
    let server = demo_server();
    let home = home_with_chat(&server);
    let text = answer(&home);
    assert!(text.contains("**") || text.contains('#'), "no Markdown in {text}");
    let piped = home.run(&["show", "show me markdown"]).stdout;
    assert!(piped.contains(text.trim_end()), "{piped}");
    let colored = home.run(&["show", "show me markdown", "--color", "always"]).stdout;
    assert!(colored.contains("\x1b[") && !colored.contains(text.trim_end()), "{colored}");
    let raw = home.run(&["show", "show me markdown", "--color", "always", "--raw"]).stdout;
    assert_eq!(raw, piped);
    let mut pty = Pty::start(&home, &["show", "--raw", "show me markdown"], 200, 200);
    assert_eq!(pty.wait_for_end(), 0);
    let line = text.lines().find(|line| line.contains("**") || line.starts_with('#')).unwrap();
    assert!(pty.text().contains(line), "{}", pty.text());
    for words in [vec!["show", "show me markdown"], vec!["ask", "show me markdown"]] {
        let mut pty = Pty::start(&home, &words, 100, 200);
        assert_eq!(pty.wait_for_end(), 0);
        let screen = pty.text();
        assert!(!screen.contains("**"), "{screen}");
        assert!(String::from_utf8_lossy(&pty.raw).contains("\x1b[1"), "{screen}");
        let words = [&words[..], &["--color", "never"]].concat();
        let mut pty = Pty::start(&home, &words, 100, 200);
        assert_eq!(pty.wait_for_end(), 0);
        let raw = String::from_utf8_lossy(&pty.raw).into_owned();
        let is_color = |code: &str| {
            let number: u8 = code.parse().unwrap_or(0);
            (30..=49).contains(&number) || (90..=107).contains(&number)
        };
        let mut codes = raw.split("\x1b[").skip(1).filter_map(|it| Some(it.split_once('m')?.0));
        assert!(!codes.any(|codes| codes.split(';').any(is_color)), "{raw:?}");
    }
}

#[test]
fn the_pager_of_the_environment_shows_lists_on_a_terminal() {
    let server = demo_server();
    let home = home_with_chat(&server);
    for words in [&["list"][..], &["show", "show me markdown"], &["search", "markdown"]] {
        let pager = [("PAGER", "sed s/^/PAGED:/")];
        let mut pty = Pty::start_with(&home, words, (100, 200), &pager);
        assert_eq!(pty.wait_for_end(), 0);
        assert!(pty.text().contains("PAGED:"), "{words:?}: {}", pty.text());
    }
    let mut pty = Pty::start_with(&home, &["list"], (100, 200), &[("PAGER", "no-such-pager")]);
    assert_eq!(pty.wait_for_end(), 0);
    assert!(pty.text().contains("show me markdown"), "a pager that is missing: {}", pty.text());
    let mut command = home.command(&["list"]);
    let piped = command.env("PAGER", "sed s/^/PAGED:/").output().unwrap();
    assert!(!String::from_utf8_lossy(&piped.stdout).contains("PAGED:"));
}

#[test]
fn words_that_begin_with_a_hyphen_are_questions_and_typing_errors_are_not() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    for text in ["-5 degrees", "- [ ] task"] {
        let ran = home.run(&["ask", "--json", text]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(server.answer_requests().last().unwrap()["input"], text);
    }
    assert_eq!(home.run(&["ask", "--jsno", "hi"]).code, 2);
    for words in [&["list", "--user=-name"][..], &["list", "--user", "-name"]] {
        assert_eq!(home.run(words).code, 0, "{words:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_input_is_read_only_if_it_is_a_pipe_of_the_command() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("lines"), "one\ntwo\nthree\n").unwrap();
    let run = |script: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).env_clear().envs(home.environment());
        command.env("DUOLOGUE", env!("CARGO_BIN_EXE_duologue")).current_dir(home.path());
        let ran = command.stdin(Stdio::null()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stderr).unwrap()
    };
    let asked = || -> Vec<String> {
        let requests = server.answer_requests();
        requests.iter().map(|it| it["input"].as_str().unwrap().to_owned()).collect()
    };
    let report = run("while read -r line; do \"$DUOLOGUE\" ask \"$line\"; done < lines");
    assert_eq!(asked(), ["one", "two", "three"]);
    assert!(report.contains("Add - to send it as well"), "{report}");
    run("cat lines | while read -r line; do \"$DUOLOGUE\" ask --no-stdin \"$line\"; done");
    run("cat lines | while read -r line; do \"$DUOLOGUE\" ask \"$line\"; done");
    assert_eq!(asked().len(), 9);
    run("while read -r line; do \"$DUOLOGUE\" ask \"$line\" -; done < lines");
    assert_eq!(asked().last().unwrap(), "one\n\ntwo\nthree");
    run("cat lines | \"$DUOLOGUE\" ask review");
    assert_eq!(asked().last().unwrap(), "review\n\none\ntwo\nthree");
    run("\"$DUOLOGUE\" ask review < lines");
    assert_eq!(asked().last().unwrap(), "review\n\none\ntwo\nthree");
}

#[cfg(target_os = "linux")]
#[test]
fn text_that_may_be_for_the_caller_is_never_left_out_silently() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let run = |script: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(script).env_clear().envs(home.environment());
        command.env("DUOLOGUE", env!("CARGO_BIN_EXE_duologue"));
        let ran = command.stdin(Stdio::null()).output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
    };
    for script in [
        "echo diff | timeout 60 \"$DUOLOGUE\" ask review",
        "review() { \"$DUOLOGUE\" ask review; }; echo diff | review",
    ] {
        let (code, stderr) = run(script);
        assert_eq!(code, Some(2), "{script}: {stderr}");
        assert!(stderr.contains("Add -") && stderr.contains("--no-stdin"), "{script}: {stderr}");
    }
    assert!(!home.file().exists() && server.answer_requests().is_empty());
    assert_eq!(run("echo diff | timeout 60 \"$DUOLOGUE\" ask review -").0, Some(0));
    assert_eq!(server.answer_requests().last().unwrap()["input"], "review\n\ndiff");
    assert_eq!(run("echo diff | timeout 60 \"$DUOLOGUE\" ask --no-stdin hi").0, Some(0));
    assert_eq!(server.answer_requests().last().unwrap()["input"], "hi");
}

#[test]
fn waiting_for_an_open_pipe_is_reported() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    let mut command = home.command(&["ask", "hi"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut stderr, &mut line).unwrap();
    assert!(line.contains("--no-stdin"), "{line}");
    // A command that fails before it reads has closed the pipe already.
    let _ = child.stdin.take().unwrap().write_all(b"more");
    assert!(child.wait().unwrap().success());
    assert_eq!(server.answer_requests().last().unwrap()["input"], "hi\n\nmore");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_pipe_or_never_ends_is_refused() {
    let home = Home::new();
    let pipe = home.path().join("pipe.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let large = home.path().join("large.toml");
    fs::write(&large, "#".repeat(1024 * 1024 + 1)).unwrap();
    for (path, notice) in [
        (pipe.to_str().unwrap(), "cannot be used: it is not a regular file. Name another with"),
        (
            "/dev/zero",
            "cannot be used: it is not a regular file. Name another with --config FILE.\n",
        ),
        (large.to_str().unwrap(), "cannot be used: it is larger than 1 MB. Name another with"),
        ("/", "/ cannot be used: it is a folder. Name another with --config FILE.\n"),
    ] {
        let ran = home.run(&["list", "--config", path]);
        assert_eq!(ran.code, 2, "{path}: {}", ran.stderr);
        assert!(ran.stderr.contains(notice), "{path}: {}", ran.stderr);
    }
    assert_eq!(home.run(&["list", "--config", "/dev/null"]).code, 0);
    let ran = home.run(&["list", "--chats", "/dev/null"]);
    let no_folder = "The chats folder /dev/null is not a folder. Name a folder with --chats DIR.\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (1, no_folder));
}

#[test]
fn unknown_settings_and_values_are_named_with_their_line_and_what_is_meant() {
    let home = Home::new();
    let config = home.path().join("my.toml");
    for (text, report) in [
        ("mouse = true\ntheme = \"darkk\"\n", "line 2 (theme): There is no theme \"darkk\""),
        ("theme = \"darkk\"\n", "There is no theme \"darkk\". Did you mean \"dark\"?"),
        ("summary = \"on\"\n", "Use auto, concise, detailed or off."),
        ("color = true\n", "Use \"auto\", \"always\" or \"never\"."),
        ("[keys.composer]\nsend = [\"a\"]\n", "a types a character there."),
        (
            "[servers.a]\nbase_url = \"http://h/v1\"\napi_key = \"sk\"\n",
            "api_key_env, api_key_file or",
        ),
        (
            "modle = \"x\"\n",
            "line 1 (modle): There is no setting \"modle\". Did you mean \"model\"?",
        ),
        ("context = \"replya\"\n", "Use auto, chain or replay."),
        ("tools = [\"calculater\"]\n", "Did you mean \"calculator\"?"),
    ] {
        fs::write(&config, text).unwrap();
        for command in ["config", "list"] {
            let ran = home.run(&[command, "--config", &config.display().to_string()]);
            assert_eq!(ran.code, 2, "{text}");
            assert!(ran.stderr.contains(report), "{text}: {}", ran.stderr);
            assert!(ran.stderr.contains("my.toml"), "{}", ran.stderr);
        }
    }
}

#[test]
fn an_export_reports_what_it_wrote() {
    let server = demo_server();
    let home = home_with_chat(&server);
    let folder = home.path().join("out").display().to_string();
    let ran = home.run(&["export", "--all", "--output", &format!("{folder}/")]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr, format!("Exported 1 conversation as Markdown to {folder}/.\n"));
}

#[test]
fn old_flags_still_work_and_are_not_in_the_help() {
    let server = demo_server();
    let home = home_with_chat(&server);
    for words in [
        &["doctor", "--web-version", "2025"][..],
        &["doctor", "--web-version", "current"],
        &["doctor", "--era", "head"],
        &["doctor", "--era", "o4mini"],
        &["show", "show me markdown", "--details"],
        &["show", "show me markdown", "--behind"],
    ] {
        assert_eq!(home.run(words).code, 0, "{words:?}");
    }
    let help = home.run(&["doctor", "--help"]).stdout + &home.run(&["show", "--help"]).stdout;
    for old in ["--era", "o4mini", "--behind"] {
        assert!(!help.contains(old), "{old}: {help}");
    }
    let help = home.run(&["--help"]).stdout;
    assert!(help.contains("Examples:") && help.contains("Read and find:"), "{help}");
    assert!(home.run(&["man"]).stdout.contains(".SH EXAMPLES"));
}
