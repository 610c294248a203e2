//! Prompt templates on the command line and in plain mode.

use std::fs;

use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::home::Home;

/// Writes a template of the home.
fn write(home: &Home, name: &str, text: &str) {
    let folder = home.path().join("config/duologue/prompts");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn a_template_is_asked_with_its_argument_its_files_and_its_model() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    fs::write(home.path().join("notes.txt"), b"caf\xe9 {{argument}} @notes.txt\n").unwrap();
    let text = "---\ndescription: Explain\nmodel: demo-small\n---\nExplain {{argument}}:\n{{file:~/notes.txt}}\n";
    write(&home, "explain.md", text);
    let ran = home.run(&["ask", "--template", "explain", "this", "word"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = server.answer_requests().pop().unwrap();
    assert_eq!(asked["input"], "Explain this word:\ncafé {{argument}} @notes.txt");
    assert_eq!(asked["model"], "demo-small");
    home.run_with_input(&["ask", "--template", "explain", "--model", "demo-large"], "piped\n");
    let asked = server.answer_requests().pop().unwrap();
    assert_eq!(asked["input"], "Explain piped:\ncafé {{argument}} @notes.txt");
    assert_eq!(asked["model"], "demo-large");
    // Read anew at each use, and asked without an argument where it needs none.
    write(&home, "explain.md", "Review this.");
    home.run(&["ask", "--template", "explain"]);
    assert_eq!(server.answer_requests().pop().unwrap()["input"], "Review this.");
    home.run_with_input(&["ask", "--template", "explain", "-"], "+a\n");
    assert_eq!(server.answer_requests().pop().unwrap()["input"], "Review this.\n\n+a");
}

#[test]
fn the_preset_of_a_template_is_that_of_its_question() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    home.run(&["presets", "create", "Poet", "--instructions", "Write verse."]);
    write(&home, "verse.md", "---\npreset: Poet\n---\nAbout {{argument}}");
    let ran = home.run(&["ask", "--template", "verse", "rain"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = server.answer_requests().pop().unwrap();
    assert!(asked["instructions"].as_str().unwrap().contains("Write verse."), "{asked}");
    write(&home, "verse.md", "---\npreset: Nobody\n---\nHi");
    let ran = home.run(&["ask", "--template", "verse"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Nobody"), "{}", ran.stderr);
}

#[test]
fn what_a_template_lacks_is_reported_and_nothing_is_sent() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    write(&home, "about.md", "About {{argument}}");
    write(&home, "chosen.md", "About {{selection}}");
    write(&home, "broken.md", "one\n{{clipbord}}");
    write(&home, "file.md", "{{file:/no/such/file}}");
    for (name, reported) in [
        ("about", "needs an argument"),
        ("chosen", "only the window"),
        (
            "broken",
            "broken.md, line 2: There is no placeholder \"clipbord\". Did you mean \"clipboard\"?",
        ),
        ("file", "/no/such/file"),
        ("abuot", "Did you mean \"about\"?"),
        ("../../secret", "no template"),
    ] {
        let ran = home.run(&["ask", "--template", name, "--no-stdin"]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains(reported), "{name}: {}", ran.stderr);
    }
    assert!(server.answer_requests().is_empty());
    assert!(!home.file().exists());
}

#[test]
fn templates_are_listed_with_what_is_wrong_with_the_others() {
    let home = Home::new();
    let none = home.run(&["templates"]);
    assert_eq!((none.code, none.stdout.as_str()), (0, ""));
    assert!(none.stderr.contains("prompts"), "{}", none.stderr);
    write(&home, "explain.md", "---\ndescription: \"Say \x1b[31mwhy\"\n---\nWhy {{argument}}?");
    write(&home, "rename.md", "Rename this.");
    write(&home, "broken.md", "{{x");
    let ran = home.run(&["templates"]);
    assert_eq!(ran.code, 0);
    assert_eq!(ran.stdout, "explain: Say ␛[31mwhy\nrename: Rename this.\n");
    assert!(ran.stderr.contains("broken.md, line 1"), "{}", ran.stderr);
    assert!(ran.stderr.contains("/rename is a command"), "{}", ran.stderr);
    let listed: Value = serde_json::from_str(&home.run(&["templates", "--json"]).stdout).unwrap();
    assert_eq!(listed["templates"][0]["placeholders"], json!(["{{argument}}"]));
    assert_eq!(listed["problems"].as_array().unwrap().len(), 2);
}

#[test]
fn shells_complete_the_names_of_templates_servers_and_tools() {
    let home = Home::new();
    write(&home, "explain.md", "---\ndescription: Explain a word\n---\nWhy {{argument}}?");
    let config = "[servers.local]\nbase_url = \"http://127.0.0.1:11434/v1\"\nmodel = \"m\"\n\
                  [mcp.time]\ncommand = \"uvx\"\n[mcp.wiki]\nurl = \"https://wiki.example/mcp\"\n";
    fs::write(home.path().join("config/duologue/config.toml"), config).unwrap();
    let complete = |words: &[&str]| home.run(&[&["__complete", "--"], words].concat()).stdout;
    assert_eq!(complete(&["ask", "--template", ""]), "explain\tExplain a word\n");
    assert_eq!(complete(&["--server", "lo"]), "local\t127.0.0.1:11434\n");
    assert_eq!(complete(&["ask", "--server=lo"]), "--server=local\t127.0.0.1:11434\n");
    assert_eq!(complete(&["setup", "--server", "lo"]), "");
    assert_eq!(complete(&["mcp", ""]), "time\tuvx\nwiki\twiki.example\n");
    assert_eq!(complete(&["mcp", "time", "w"]), "wiki\twiki.example\n");
    assert_eq!(
        complete(&["ask", "--tools", ""]),
        "calculator\t\nweb_search\t\ntime\tuvx\nwiki\twiki.example\n"
    );
    assert_eq!(complete(&["ask", "--tools", "calculator,ti"]), "calculator,time\tuvx\n");
    assert_eq!(complete(&["presets", "edit", "P", "--tools=ti"]), "--tools=time\tuvx\n");
}

#[test]
fn plain_mode_asks_with_templates() {
    let server = demo_server();
    let home = Home::new().with_server(server.base_url());
    write(&home, "explain.md", "---\nmodel: demo-small\n---\nExplain {{argument}}.");
    write(&home, "list.md", "Never reached.");
    let lines = "/explain monads\n/explain\n/templates\n/list\nbye\n/nothing\n";
    let ran = home.run_with_input(&["--plain"], lines);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = server.answer_requests();
    let inputs: Vec<&Value> = asked.iter().map(|it| &it["input"]).collect();
    assert_eq!(inputs, ["Explain monads.", "bye"]);
    assert_eq!(asked[0]["model"], "demo-small");
    assert_ne!(asked[1]["model"], "demo-small");
    assert!(ran.stderr.contains("needs an argument"), "{}", ran.stderr);
    assert!(ran.stdout.contains("explain: Explain {{argument}}."), "{}", ran.stdout);
    assert!(ran.stderr.contains("no command /nothing"), "{}", ran.stderr);
}
