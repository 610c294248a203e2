//! Exports of conversations.

use std::fs;

use serde_json::Value;

use crate::support::home::Home;

/// Odd spacing, an unknown key, a raw control: bytes that only a copy keeps.
const ONE: &str = r#""aa1": {"data": {"id": "aa1", "created_at": 1, "metadata": {"x": 1E2}, "object": "conversation"}, "chat_name": "One / two", "last_update": 5, "messages": [{"role": "user", "text": "**hi**\u001b[2J", "timestamp": 5, "response_id": null}], "last_response_id": null,   "odd": 1.50}"#;
const TWO: &str = r#""bb2": {"data": {"id": "bb2", "created_at": 2, "metadata": {}, "object": "conversation"}, "chat_name": "Two", "last_update": 4, "messages": [], "last_response_id": null}"#;
const BROKEN: &str = r#""cc3": {"chat_name": null, "last_update": 4}"#;

fn home(members: &[&str]) -> Home {
    let home = Home::new();
    fs::write(home.file(), format!("{{{}}}", members.join(","))).unwrap();
    home
}

fn names(home: &Home, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(home.path().join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn json_is_the_bytes_as_stored_in_a_file_the_web_app_could_read() {
    let home = home(&[ONE, TWO, BROKEN]);
    let ran = home.run(&["export", "--all", "--format", "json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.stdout, format!("{{\n  {ONE},\n  {TWO},\n  {BROKEN}\n}}"));
    let ran = home.run(&["export", "Two", "-f", "json"]);
    assert_eq!(ran.stdout, format!("{{\n  {TWO}\n}}"));
}

#[test]
fn markdown_and_html_hold_the_exact_text_and_a_harmless_page() {
    let home = home(&[ONE, TWO]);
    let ran = home.run(&["export", "aa1"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.starts_with("---\nduologue: 1\nid: \"aa1\"\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("\n**hi**\x1b[2J\n"), "{:?}", ran.stdout);
    let page = home.run(&["export", "aa1", "--format", "html"]).stdout;
    assert!(page.contains("<strong>hi</strong>␛[2J"), "{page}");
    assert!(page.contains("<title>One / two</title>"));
}

#[test]
fn the_ending_of_the_file_decides_the_format_unless_one_is_named() {
    let home = home(&[ONE, TWO]);
    let run = |words: &[&str]| {
        let words = [&["export"], words].concat();
        let output = home.command(&words).current_dir(home.path()).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    for (words, report, start) in [
        (&["aa1", "-o", "x.json"][..], "Exported 1 conversation as JSON to x.json.\n", "{"),
        (&["aa1", "-o", "x.HTML"], "Exported 1 conversation as HTML to x.HTML.\n", "<!"),
        (&["aa1", "-o", "x.txt"], "Exported 1 conversation as Markdown to x.txt.\n", "---"),
        (&["--all", "-o", "all.json"], "Exported 2 conversations as JSON to all.json.\n", "{"),
        (
            &["aa1", "-o", "y.json", "-f", "markdown"],
            "Exported 1 conversation as Markdown to y.json.\n",
            "---",
        ),
    ] {
        assert_eq!(run(words), report);
        let text = fs::read_to_string(home.path().join(words[2])).unwrap();
        assert!(text.starts_with(start), "{text}");
    }
}

#[test]
fn a_folder_gets_a_file_each_and_nothing_there_is_replaced_unasked() {
    let home = home(&[ONE, TWO]);
    let run = |more: &[&str]| {
        let words = [&["export", "--all", "--output", "out"], more].concat();
        let output = home.command(&words).current_dir(home.path()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let exported = "Exported 2 conversations as HTML to out.\n".to_owned();
    assert_eq!(run(&["--format", "html"]), (0, exported));
    let one = "one-two-c1f9a3192d3c3a9d.html";
    let found = names(&home, "out");
    assert_eq!(found.len(), 2);
    assert!(found[0].starts_with("one-two-") && found[0].len() == one.len(), "{found:?}");
    fs::write(home.path().join("out").join(&found[0]), "mine").unwrap();
    let (code, report) = run(&["--format", "html"]);
    assert_eq!(code, 1);
    assert!(
        report.contains("already exists and was not changed. Use --force to replace it."),
        "{report}"
    );
    assert_eq!(fs::read_to_string(home.path().join("out").join(&found[0])).unwrap(), "mine");
    assert_eq!(run(&["--format", "html", "--force"]).0, 0);
    assert_eq!(names(&home, "out"), found, "no second file and no leftovers");
    assert_ne!(fs::read_to_string(home.path().join("out").join(&found[0])).unwrap(), "mine");
}

#[test]
fn all_can_go_to_one_file_and_pages_need_a_folder() {
    let home = home(&[ONE, TWO]);
    let all = home.path().join("all.json");
    let ran = home.run(&["export", "--all", "-f", "json", "-o", all.to_str().unwrap()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let read: Value = serde_json::from_str(&fs::read_to_string(&all).unwrap()).unwrap();
    assert_eq!(read.as_object().unwrap().len(), 2);
    let ran = home.run(&["export", "--all", "-f", "html"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("Name a folder with --output DIR."), "{}", ran.stderr);
    assert_eq!(home.run(&["export"]).code, 2);
    assert_eq!(home.run(&["export", "nope"]).code, 1);
    let ran = home.run(&["export", "aa1", "-o", "/no/such/place.md"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
}

#[test]
fn a_damaged_conversation_is_reported_and_hides_no_other() {
    let home = home(&[ONE, BROKEN]);
    let ran = home.run(&["export", "--all"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("**hi**"));
    assert!(ran.stderr.contains("cc3 is damaged: it has no title."), "{}", ran.stderr);
    assert!(ran.stderr.contains("all others were"), "{}", ran.stderr);
}

#[test]
fn all_goes_to_a_folder_even_when_there_is_only_one() {
    for members in [&[ONE][..], &[ONE, TWO]] {
        let home = home(members);
        let folder = home.path().join("notes");
        let ran = home.run(&["export", "--all", "-o", folder.to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(names(&home, "notes").len(), members.len());
    }
}
